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
use serde_json::Value;
use tokio::time::Sleep;
use uuid::Uuid;

use super::{
    faults::{Action, When},
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
    if !emulation.delay.is_zero() {
        tokio::time::sleep(emulation.delay).await;
    }
    let fault = emulation.faults.act(&parts.method, parts.uri.path());
    let fault_id = fault.as_ref().map(|(id, _)| *id);
    let ended = |status| emulation.requests.ended(number, status, fault_id);
    let mut cut = None;
    let mut response = match fault.map(|(_, action)| action) {
        Some(Action::DropBefore) => {
            ended(None);
            return Err(Dropped);
        }
        Some(Action::DropAfter) => {
            work(&emulation, &service, parts, body).await;
            ended(None);
            return Err(Dropped);
        }
        Some(Action::Silence { when, length }) => {
            if when == When::After {
                work(&emulation, &service, parts, body).await;
            }
            // Noted before the silence, so that who looks knows when it has begun.
            ended(None);
            tokio::time::sleep(length).await;
            return Err(Dropped);
        }
        Some(Action::Status { status, retry_after, body, content_type }) => {
            refuse(status, retry_after, body, content_type)
        }
        Some(Action::Delay { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            work(&emulation, &service, parts, body).await
        }
        Some(Action::ExpireTokens) => match emulation.store.expire_tokens() {
            Ok(_) => work(&emulation, &service, parts, body).await,
            Err(error) => Problem::from(error).into_response(),
        },
        Some(Action::Truncate { bytes }) => {
            cut = Some(Cut(bytes));
            work(&emulation, &service, parts, body).await
        }
        None => work(&emulation, &service, parts, body).await,
    };
    ended(Some(response.status().as_u16()));
    if let Some(cut) = cut {
        response.extensions_mut().insert(cut);
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
    let versioned = emulation.etags || !routes::is_spec(parts.uri.path());
    if routes::is_platform(parts.uri.path()) {
        match gateway::check(&emulation.store, &parts.method, &parts.headers, !body.is_empty()) {
            Ok(sandbox) => {
                parts.extensions.insert(sandbox);
            }
            Err(problem) => return problem.into_response(),
        }
    }
    if !versioned {
        parts.headers.remove(header::IF_MATCH);
    }
    let mut response = route(service, parts, body).await;
    if !versioned {
        response.headers_mut().remove(header::ETAG);
    }
    response
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

/// What a fault answers in the place of a route: the emulator's own words, or a body that was given with it.
fn refuse(status: u16, retry_after: Option<u64>, body: Option<Value>, content_type: Option<String>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        None => Problem::status(status, "a fault laid on the emulator answers this").into_response(),
        Some(body) => {
            let (usual, text) = match body {
                Value::String(text) => ("text/html", text),
                other => ("application/json", other.to_string()),
            };
            let content_type = content_type.unwrap_or_else(|| usual.to_owned());
            (status, [(header::CONTENT_TYPE, content_type)], text).into_response()
        }
    };
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
