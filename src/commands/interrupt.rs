//! Ctrl-C and SIGTERM while something is written: the first lets the writes in flight come to their end, the second ends the
//! process at once.

use std::{io, thread};

use crate::{console::Teller, exit::Exit, platform::Stop};

/// From here on, the first signal sets `stop` and the second ends the process.
///
/// Where the system gives no signals, they go on ending the process at once: the journal is made for that too.
pub(super) fn heed(stop: &Stop, teller: Teller) {
    let Ok((runtime, mut signals)) = catch() else { return };
    let stop = stop.clone();
    let heeding = move || {
        runtime.block_on(async {
            signals.next().await;
            stop.set();
            teller.progress("ending after the writes in flight; once more ends at once");
            signals.next().await;
        });
        end();
    };
    // Without a thread nobody heeds them; that is as if they were ignored, which is worse than what a second process would do.
    if thread::Builder::new().name("signals".to_owned()).spawn(heeding).is_err() {
        teller.progress("Ctrl-C cannot be heeded: no thread could be started");
    }
}

#[expect(clippy::exit, reason = "whoever asks twice wants no unwinding; files are whole at any instant")]
fn end() {
    std::process::exit(i32::from(Exit::Interrupted.code()));
}

fn catch() -> io::Result<(tokio::runtime::Runtime, Signals)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let signals = {
        let _guard = runtime.enter();
        Signals::catch()?
    };
    Ok((runtime, signals))
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn catch() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
