//! One exchange: the body is read, the request noted, a fault acts, the gateway checks, a route answers.

use std::{
    convert::Infallible,
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::Service as _,
};
use tokio::time::Sleep;
use uuid::Uuid;

use super::{
    faults::Action,
    gateway,
    problem::{self, Problem},
    routes,
    server::{Emulation, Service},
};

/// Largest body, in bytes.
const LARGEST_BODY: usize = 5 << 20;
/// How much of a larger body is read and thrown away, so that its sender hears the answer.
const LARGEST_WASTE: usize = 64 << 20;

const REQUEST_ID: &str = "x-request-id";

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection was dropped")
    }
}

impl std::error::Error for Dropped {}

/// Answers a request, or closes its connection.
pub(super) async fn answer(
    emulation: Emulation,
    service: Service,
    request: hyper::Request<Incoming>,
) -> Result<Response, Dropped> {
    let (parts, body) = request.into_parts();
    let request_id = request_id(&parts);
    // A task of its own: what has arrived is carried out even where the sender hangs up, and a panic is an answer.
    let mut response = match tokio::spawn(exchange(emulation, service, parts, body)).await {
        Ok(outcome) => outcome?,
        Err(_) => {
            Problem::flow(problem::INTERNAL, "the emulator failed on this request; that is a bug of it").into_response()
        }
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let rendered = Json(problem.render(request_id.to_str().unwrap_or_default())).into_response();
        let (_, body) = rendered.into_parts();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = body;
    }
    response.headers_mut().insert(REQUEST_ID, request_id);
    match response.extensions_mut().remove::<Cut>() {
        Some(Cut(bytes)) => truncate(response, bytes).await,
        None => Ok(response),
    }
}

/// Marks an answer of which only so many bytes may be sent.
#[derive(Debug, Clone, Copy)]
struct Cut(usize);

async fn exchange(
    emulation: Emulation,
    service: Service,
    mut parts: Parts,
    body: Incoming,
) -> Result<Response, Dropped> {
    let body = read(body).await?;
    let asked_for = parts.uri.clone();
    parts.uri = without_slash(parts.uri);
    if routes::is_control(parts.uri.path()) {
        return Ok(match body {
            Some(body) => route(&service, parts, body).await,
            None => too_large(),
        });
    }
    let noted = body.clone().unwrap_or_default();
    let number = emulation.requests.arrived(&parts.method, &asked_for, &parts.headers, &noted);
    let fault = emulation.faults.act(&parts.method, parts.uri.path());
    let fault_id = fault.map(|(id, _)| id);
    let action = fault.map(|(_, action)| action);

    let mut response = match action {
        Some(Action::DropBefore) => {
            emulation.requests.ended(number, None, fault_id);
            return Err(Dropped);
        }
        Some(Action::Status { status, retry_after }) => refuse(status, retry_after),
        Some(Action::Delay { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            work(&emulation, &service, parts, body).await
        }
        Some(Action::DropAfter | Action::Truncate { .. }) | None => work(&emulation, &service, parts, body).await,
    };
    if action == Some(Action::DropAfter) {
        emulation.requests.ended(number, None, fault_id);
        return Err(Dropped);
    }
    emulation.requests.ended(number, Some(response.status().as_u16()), fault_id);
    if let Some(Action::Truncate { bytes }) = action {
        response.extensions_mut().insert(Cut(bytes));
    }
    Ok(response)
}

/// A path with a slash at its end is the same as without: the platform's own description prints both.
fn without_slash(uri: Uri) -> Uri {
    let bare = uri.path().trim_end_matches('/');
    if bare.len() == uri.path().len() || bare.is_empty() {
        return uri;
    }
    let target = match uri.query() {
        Some(query) => format!("{bare}?{query}"),
        None => bare.to_owned(),
    };
    target.parse().unwrap_or(uri)
}

/// What the request asks for.
async fn work(emulation: &Emulation, service: &Service, mut parts: Parts, body: Option<Bytes>) -> Response {
    let Some(body) = body else { return too_large() };
    if routes::is_platform(parts.uri.path()) {
        match gateway::check(&emulation.store, &parts.method, &parts.headers, !body.is_empty()) {
            Ok(sandbox) => {
                parts.extensions.insert(sandbox);
            }
            Err(problem) => return problem.into_response(),
        }
    }
    route(service, parts, body).await
}

async fn route(service: &Service, parts: Parts, body: Bytes) -> Response {
    let answered: Result<Response, Infallible> = service.call(Request::from_parts(parts, Body::from(body))).await;
    match answered {
        Ok(response) => response,
    }
}

/// The body; `None` where it is too large.
async fn read(mut body: Incoming) -> Result<Option<Bytes>, Dropped> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| Dropped)?.into_data() else { continue };
        length += data.len();
        if length > LARGEST_WASTE {
            break;
        }
        if length <= LARGEST_BODY {
            bytes.extend_from_slice(&data);
        }
    }
    Ok((length <= LARGEST_BODY).then(|| bytes.into()))
}

fn too_large() -> Response {
    let detail = format!("a body may have {LARGEST_BODY} bytes at most");
    Problem::status(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response()
}

fn refuse(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Problem::status(status, "a fault laid on the emulator answers this").into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The caller's own id of the request, where it can stand in a header and a body as it is.
fn request_id(parts: &Parts) -> HeaderValue {
    parts
        .headers
        .get(REQUEST_ID)
        .filter(|value| value.to_str().is_ok_and(|text| (1..=128).contains(&text.len())))
        .cloned()
        .or_else(|| HeaderValue::from_str(&Uuid::new_v4().to_string()).ok())
        .unwrap_or(HeaderValue::from_static("none"))
}

/// An answer that announces its whole length and ends after `keep` bytes.
async fn truncate(response: Response, keep: usize) -> Result<Response, Dropped> {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.map_err(|_| Dropped)?;
    if keep >= whole.len() {
        return Ok(Response::from_parts(parts, Body::from(whole)));
    }
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let pause = Box::pin(tokio::time::sleep(Duration::from_millis(5)));
    Ok(Response::from_parts(parts, Body::new(Truncated { rest: Some(whole.slice(..keep)), pause })))
}

/// A body that sends what it has, waits until that is on its way, and breaks.
struct Truncated {
    rest: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
}

impl HttpBody for Truncated {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.rest.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ => self.pause.as_mut().poll(context).map(|()| Some(Err(io::Error::other("truncated")))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
