//! The socket: connections accepted and served until told to stop.
//!
//! Connections are served by hand, because a fault may close one without an answer.

use std::{io, net, sync::Arc, time::Duration};

use axum::Router;
use hyper::service::service_fn;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::{
    Options,
    dump::InletSetting,
    events::Events,
    faults::Faults,
    front,
    leniency::Lenient,
    requests::Requests,
    routes::{
        self,
        collection::{Directory, Pace, Senders},
    },
    store::Store,
};

/// The state of one emulator, shared by everything that answers.
#[derive(Clone)]
pub(super) struct Emulation(Arc<Inner>);

/// What [`Emulation`] gives access to.
pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) faults: Faults,
    pub(super) requests: Requests,
    pub(super) token_lifetime: Duration,
    pub(super) events: Events,
    /// What stands behind the inlets.
    pub(super) directory: Directory,
    /// Who may send to them.
    pub(super) senders: Senders,
    /// What was set of them in the dump that the emulator began with.
    pub(super) seeded: Vec<InletSetting>,
    /// How often they may ask for synchronous validation.
    pub(super) pace: Pace,
    /// Whether specs have versions.
    pub(super) etags: bool,
    /// Whether the first sandbox is one of production.
    pub(super) production: bool,
    /// How long every request of the platform's side waits.
    pub(super) delay: Duration,
}

impl Emulation {
    pub(super) fn new(store: Store, events: Events, seeded: Vec<InletSetting>, options: &Options) -> Self {
        let senders = Senders::default();
        senders.take_over(&seeded);
        Self(Arc::new(Inner {
            store,
            faults: Faults::default(),
            requests: Requests::default(),
            token_lifetime: options.token_lifetime,
            etags: options.etags,
            production: options.production,
            delay: options.delay,
            events,
            directory: Directory::default(),
            senders,
            seeded,
            pace: Pace::default(),
        }))
    }
}

impl std::ops::Deref for Emulation {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The router, as a connection calls it.
pub(super) type Service = TowerToHyperService<Router>;

/// A server that runs.
pub(super) struct Handle {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Handle {
    /// Accepts no more, lets exchanges under way finish within `grace`, and closes what is left.
    pub(super) async fn stop(self, grace: Duration) {
        self.stop.send_replace(true);
        let mut task = self.task;
        if tokio::time::timeout(grace, &mut task).await.is_err() {
            task.abort();
        }
    }
}

/// Serves the listener in the background. Must be called within a runtime.
pub(super) fn serve(listener: net::TcpListener, emulation: Emulation) -> io::Result<Handle> {
    let listener = TcpListener::from_std(listener)?;
    let (stop, stopped) = watch::channel(false);
    let service = TowerToHyperService::new(routes::router(emulation.clone()));
    Ok(Handle { stop, task: tokio::spawn(accept(listener, stopped, emulation, service)) })
}

async fn accept(listener: TcpListener, mut stopped: watch::Receiver<bool>, emulation: Emulation, service: Service) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = asked_to_stop(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, stopped.clone(), emulation.clone(), service.clone()));
                }
                // Too many open files, most likely: what is served now will free some.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    // An error would mean that the handle is gone, which is the same.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Serves one connection until it ends, a fault closes it, or the server stops.
async fn converse(stream: TcpStream, mut stopped: watch::Receiver<bool>, emulation: Emulation, service: Service) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| front::answer(emulation.clone(), service.clone(), request));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(Lenient::new(stream)), answer);
    let mut connection = std::pin::pin!(connection);
    let mut stopping = false;
    loop {
        tokio::select! {
            // An error here is the client's hanging up, or a fault's.
            _ = connection.as_mut() => return,
            () = asked_to_stop(&mut stopped), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Ctrl-C and SIGTERM.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals over from here on. Must be called within a runtime.
    pub(super) fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one.
    pub(super) async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(windows)]
pub(super) struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// Takes the signal over from here on. Must be called within a runtime.
    pub(super) fn catch() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// Waits for it.
    pub(super) async fn received(mut self) {
        self.0.recv().await;
    }
}
