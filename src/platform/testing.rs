//! A scripted server on the loopback address, for tests: it answers as told and remembers what it was asked.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{Client, FlowService, Settings};

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path.replacen("/data/foundation/flowservice", "", 1))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What the server answers.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Whole {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Announces the whole body and sends so many bytes of it.
    Cut {
        body: String,
        bytes: usize,
    },
    /// Closes the connection without a word.
    Drop,
    /// Says nothing for a while.
    Silence(Duration),
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::text(status, &body.to_string()).with("Content-Type", "application/json")
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Whole { status, headers: Vec::new(), body: body.to_owned() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Whole { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// The server; it lives as long as the test's process.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers every request but those for tokens with the next of `replies`; tokens are `token-1`, `token-2`, …
    pub(crate) fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let mut tokens = 0;
        Self::handle(move |asked| {
            if asked.path == "/ims/token/v3" {
                tokens += 1;
                let body = serde_json::json!({
                    "access_token": format!("token-{tokens}"), "token_type": "bearer", "expires_in": 86399
                });
                return Reply::json(200, body);
            }
            replies.pop_front().unwrap_or_else(|| Reply::text(418, "\"the script is over\""))
        })
    }

    pub(crate) fn handle(handler: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, handler) = (Arc::clone(&asked), Arc::new(Mutex::new(handler)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, handler) = (Arc::clone(&all), Arc::clone(&handler));
                thread::spawn(move || {
                    let Some(asked) = read(&stream) else { return };
                    all.lock().unwrap().push(asked.clone());
                    let reply = handler.lock().unwrap()(&asked);
                    answer(stream, reply);
                });
            }
        });
        Self { url, asked }
    }

    /// Everything asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Everything asked so far, a line each, without the tokens.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).filter(|line| !line.contains("/ims/")).collect()
    }

    /// Settings that call it, without any wait.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::emulator(self.url.parse().unwrap());
        settings.longest_wait = Duration::ZERO;
        settings.timeout = Duration::from_millis(1500);
        settings
    }

    pub(crate) fn flow_service(&self) -> FlowService {
        FlowService::new(Client::new(self.settings()))
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, path, headers, body: String::from_utf8(body).ok()? })
}

fn answer(mut stream: TcpStream, reply: Reply) {
    let (status, headers, body, bytes) = match reply {
        Reply::Whole { status, headers, body } => {
            let bytes = body.len();
            (status, headers, body, bytes)
        }
        Reply::Cut { body, bytes } => (200, Vec::new(), body, bytes),
        Reply::Drop => return,
        Reply::Silence(time) => return thread::sleep(time),
    };
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    // A client that has gone away is part of some tests.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(b"\r\n"));
    let _ = stream.write_all(&body.as_bytes()[..bytes]).and_then(|()| stream.flush());
}
