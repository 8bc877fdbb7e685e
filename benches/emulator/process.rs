//! What is measured, in processes of their own.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, routing::post};

use super::Error;

/// The binary that is measured.
const SSS: &str = env!("CARGO_BIN_EXE_sss");
/// Clock ticks a second, in which Linux counts CPU time.
const TICKS: u64 = 100;

/// A running server; it ends with this.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// How long it took from the start of the process until it was ready.
    pub(crate) began_within: Duration,
    /// Where it keeps its files.
    _directory: tempfile::TempDir,
}

impl Server {
    /// The emulator.
    pub(crate) fn emulator(store: &[&str]) -> Result<Self, Error> {
        let mut command = Command::new(SSS);
        command.args(["emulate", "--quiet", "--port", "0", "--ready-file", "ready"]).args(store);
        Self::start(command)
    }

    /// The least that a server does.
    pub(crate) fn floor() -> Result<Self, Error> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--floor", "ready"]);
        Self::start(command)
    }

    fn start(mut command: Command) -> Result<Self, Error> {
        let directory = tempfile::tempdir()?;
        let ready = directory.path().join("ready");
        command.current_dir(directory.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let child = command.spawn()?;
        let mut server = Self { child, address: String::new(), began_within: Duration::ZERO, _directory: directory };
        loop {
            if let Ok(url) = fs::read_to_string(&ready) {
                server.began_within = begun.elapsed();
                server.address = url.trim().trim_start_matches("http://").to_owned();
                return Ok(server);
            }
            if begun.elapsed() > Duration::from_secs(20) || server.child.try_wait()?.is_some() {
                return Err("the server did not start".into());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The CPU time it has used, where the system tells.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name of the program, in brackets, may hold anything.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 1000 / TICKS))
    }

    /// Memory in kilobytes: `VmRSS` is what it has now, `VmHWM` the most it has had.
    pub(crate) fn memory(&self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The floor itself: reads the body and answers.
pub(crate) fn serve_floor(ready: &Path) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let written = ready.with_extension("written");
        fs::write(&written, format!("http://{}\n", listener.local_addr()?))?;
        fs::rename(&written, ready)?;
        let answer = post(|body: Bytes| async move { format!("{{\"length\":{}}}", body.len()) });
        axum::serve(listener, Router::new().route("/", answer)).await?;
        Ok(())
    })
}
