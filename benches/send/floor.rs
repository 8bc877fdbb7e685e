//! The least that each side has to do: a server that counts the events it is sent and nothing else, and a client that posts the
//! lines of a file and nothing else.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::Error;

/// What each event carries, and its number follows.
pub(crate) const NUMBER: &[u8] = b"\"number\":";
/// Larger numbers are not told apart.
const MOST: usize = 1 << 24;

/// Which events came, a bit each, and how many.
#[derive(Debug)]
struct Seen {
    bits: Vec<AtomicU64>,
    count: AtomicU64,
}

impl Seen {
    /// Notes every event of a body; how many these were.
    fn note(&self, body: &[u8]) -> usize {
        let mut count = 0;
        for at in memchr::memmem::find_iter(body, NUMBER) {
            let digits = body[at + NUMBER.len()..].iter().take_while(|byte| byte.is_ascii_digit());
            let number = digits.fold(0_usize, |number, digit| number * 10 + usize::from(digit - b'0')) % MOST;
            self.bits[number / 64].fetch_or(1 << (number % 64), Ordering::Relaxed);
            count += 1;
        }
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        count
    }
}

/// The server: counts and answers as an inlet does.
pub(crate) fn serve(ready: &Path) -> Result<(), Error> {
    let seen = Arc::new(Seen { bits: (0..MOST / 64).map(|_| AtomicU64::new(0)).collect(), count: AtomicU64::new(0) });
    let single = |State(seen): State<Arc<Seen>>, body: Bytes| async move {
        seen.note(&body);
        r#"{"inletId":"1","xactionId":"1:2:3","receivedTimeMs":1}"#
    };
    let batch = |State(seen): State<Arc<Seen>>, body: Bytes| async move {
        let responses = vec![r#"{"xactionId":"1:2:3"}"#; seen.note(&body)].join(",");
        format!(r#"{{"inletId":"1","batchId":"1","receivedTimeMs":1,"responses":[{responses}]}}"#)
    };
    let count = |State(seen): State<Arc<Seen>>| async move {
        let distinct: u32 = seen.bits.iter().map(|bits| bits.load(Ordering::Relaxed).count_ones()).sum();
        Json(json!({"count": seen.count.load(Ordering::Relaxed), "distinct": distinct}))
    };
    let router = Router::new()
        .route("/collection/1", post(single))
        .route("/collection/batch/1", post(batch))
        .route("/count", get(count))
        .with_state(seen);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let written = ready.with_extension("written");
        fs::write(&written, format!("http://{}\n", listener.local_addr()?))?;
        fs::rename(&written, ready)?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

/// How many events the server got, and how many of them differ.
pub(crate) fn count(url: &str) -> Result<(u64, u64), Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let answer: Value = serde_json::from_reader(agent.get(format!("{url}/count")).call()?.body_mut().as_reader())?;
    let number = |name: &str| answer[name].as_u64().ok_or("no count");
    Ok((number("count")?, number("distinct")?))
}

/// The client: each thread takes lines, posts them, and reads the answer to its end.
pub(crate) fn post_lines(url: &str, file: &Path, connections: usize, batch: usize) -> Result<(), Error> {
    let url = if batch > 1 { url.replace("/collection/", "/collection/batch/") } else { url.to_owned() };
    let lines = Mutex::new(BufReader::new(File::open(file)?).lines());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .proxy(None)
        .max_idle_connections(connections)
        .max_idle_connections_per_host(connections)
        .build()
        .into();
    let post = || -> Result<(), Error> {
        loop {
            let taken: Vec<String> = {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.by_ref().take(batch).collect::<Result<_, _>>()?
            };
            if taken.is_empty() {
                return Ok(());
            }
            let body = if batch > 1 { format!("{{\"messages\":[{}]}}", taken.join(",")) } else { taken.concat() };
            let request = agent.post(&url).header("Content-Type", "application/json");
            request.send(&body)?.body_mut().read_to_vec()?;
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(post)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err("a sender panicked".into())))
    })
}
