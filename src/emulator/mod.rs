//! The platform again, as a local server: stateful, on the loopback address, for trying and testing without an account.
//!
//! # What it answers as
//!
//! - `POST /ims/token/v3` and `/v2`: the token exchange of OAuth server-to-server. Client id and secret are [`CLIENT_ID`] and
//!   [`CLIENT_SECRET`]; any scope does, none does not. The bearer token `emulator` is always good as well, so that
//!   `AEP_ACCESS_TOKEN=emulator` works.
//! - `/data/foundation/flowservice`: connection specs and flow specs (`routes::resource`); connections, source and target
//!   connections, flows and runs (`routes::entity`). Filters, order and pages are in `query`, the checks of a body in `validate`.
//! - `/data/foundation/schemaregistry`, `/catalog` and `/conversion`: schemas, datasets and mapping sets.
//! - `/data/foundation/sandbox-management`: `GET /`, the sandboxes with their types.
//! - `/collection`: the inlets, where events come in.
//! - `/__emulator`, the control plane, which asks for no credentials: `GET health`, `GET requests`, `POST reset`,
//!   `POST|GET|DELETE faults`, `DELETE faults/{id}`, `DELETE records/{collection}/{id}`, `POST tokens/expire`,
//!   `GET events`, `PUT inlets/{id}`, `GET state`.
//!
//! # Decisions where the platform's documentation is silent or contradicts itself
//!
//! - **Error bodies.** The documentation lists codes, titles and statuses, and no JSON around them. The one shape here is ours:
//!   `{"type":"about:blank","title":…,"status":412,"detail":…,"error_code":"1404-412","request_id":…}`, with `error_code` left
//!   out where the catalogue has no code for the case (a body of a wrong type, an unknown path). The errors of the gateway
//!   before the service (`{"error_code":"403010","message":…}`) and the one about `Content-Type` have their documented shape;
//!   the first three digits of a gateway code are its status.
//! - **Order of the checks.** Token, API key, organization, sandbox, `Content-Type`, path, method, body.
//! - **Two answer shapes.** Reading gives `{"items":[…]}`. Writing a connection spec gives the plain record, except for a
//!   streaming one, which comes as `{"items":[…]}`; writing a flow spec gives the plain record. So print the pages for each.
//! - **Organization and sandboxes.** One organization, [`ORGANIZATION`], with the sandboxes `prod` and `dev`. A connection
//!   spec belongs to the sandbox it was posted in. The platform's own records (the seed) are seen, and changed, in all.
//! - **Passwords** of a base connection (`format: password` in its auth spec) are checked and not kept. Its `test` fails where a
//!   parameter is `invalid`.
//! - **Runs** bring in the one record that exploring the source shows; nobody is called. The runs of a flow go when it is deleted.
//! - **Who may send to an inlet** stands in its connection (`authenticationRequired`); for signatures there is a control route,
//!   because no page says where a source sets them.
//! - **Mappings** that are not understood are refused with their set; a set of a seed that has one refuses the events of its flow.
//!   Where the items of `[*]` go is told in `routes::collection::mapping`, what the functions make of nulls in `function` beside it.
//! - **Names** need not be unique. **Audit fields** (`id`, `createdAt`, …) in a body are ignored. A `PUT` replaces all else.
//! - **`If-Match`** is honoured where sent and not demanded of specs. No documented answer about a spec shows an ETag:
//!   [`Options::etags`] switches theirs off, and `If-Match` is ignored then.
//! - **`sourceConnectionSpecIds`** takes any UUIDs: nothing is documented of the platform looking them up.
//! - **Paging** is documented for neither kind of spec: without `limit` everything comes on one page. Query parameters that a
//!   list does not know are refused (`1451-400`).
//! - A request that has arrived whole is carried out, even where its sender hangs up.
//! - Characters that have no place in a URL (`"`, `<`, `>`) are taken as if they were percent-encoded, in the first request of
//!   a connection; in a later one the answer is a bare 400.
//! - A slash at the end of a path changes nothing, as the platform's description prints paths with and without it.
//!
//! # Adding an endpoint
//!
//! A collection of specs is a type with the trait `routes::resource::Resource`, one of what is made of specs a type with the trait
//! `routes::entity::Entity`, in a file of its own under `routes/`, with a line in `routes::router`. Anything else is a handler and a line there.

use std::{
    fmt, io,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use thiserror::Error;
use tokio::runtime::Runtime;

use crate::exit::Exit;

mod dump;
mod events;
mod faults;
mod front;
mod gateway;
mod inlets;
mod leniency;
mod problem;
mod query;
mod requests;
mod routes;
mod seed;
mod server;
mod store;
#[cfg(test)]
mod tests;
mod validate;

/// The client id, which is also the API key, that the emulator knows.
pub const CLIENT_ID: &str = "emulator";
/// The client secret that the emulator knows.
pub const CLIENT_SECRET: &str = "emulator";
/// A bearer token that is always good.
pub const ACCESS_TOKEN: &str = "emulator";
/// Scopes to ask for; the emulator takes any.
pub const SCOPES: &str = "openid,AdobeID,read_organizations";
/// The one organization of the emulator.
pub const ORGANIZATION: &str = "E3A1A70C0000000000000001@AdobeOrg";
/// The sandbox to work in where none is named.
pub const SANDBOX: &str = "prod";

/// How long a connection may take to finish its exchange once the emulator stops.
const GRACE: Duration = Duration::from_secs(5);

/// Where the emulator keeps its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAt {
    /// In memory: gone when it stops.
    Memory,
    /// In an embedded database, created with its directory where there is none.
    File(PathBuf),
}

/// How an emulator is started.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Port on the loopback address; 0 takes any free one.
    pub port: u16,
    /// Where it keeps its records.
    pub store: StoreAt,
    /// A dump to begin with (`GET /__emulator/state`), in the place of the platform's own records. Only a new store takes one.
    pub seed: Option<PathBuf>,
    /// How long an access token is good for.
    pub token_lifetime: Duration,
    /// Whether specs have ETags, and `If-Match` is looked at. Where they have none, a write may undo another one's unseen.
    pub etags: bool,
    /// Whether the sandbox `prod` is one of production; it is one of development otherwise, whatever it is called.
    pub production: bool,
    /// How long every request waits before anything is done, the control plane's aside.
    pub delay: Duration,
    /// Take Ctrl-C and SIGTERM over from the start on, for [`Emulator::wait`]. Otherwise only `wait` does, and a signal between
    /// the two ends the process at once.
    pub catch_signals: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            store: StoreAt::Memory,
            seed: None,
            token_lifetime: Duration::from_secs(86_399),
            etags: true,
            production: false,
            delay: Duration::ZERO,
            catch_signals: false,
        }
    }
}

/// A running emulator. It has threads of its own; dropping it stops them.
pub struct Emulator {
    base_url: String,
    signals: Option<server::Signals>,
    /// Both are there until it stops.
    running: Option<(Runtime, server::Handle)>,
}

impl Emulator {
    /// Opens the store, listens, and returns once requests are answered.
    pub fn start(options: Options) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .map_err(|source| Error::listen(options.port, source))?;
        let address = listener.local_addr().map_err(Error::Runtime)?;
        listener.set_nonblocking(true).map_err(Error::Runtime)?;
        let base_url = format!("http://{address}");
        let seed = options.seed.as_deref().map(dump::Seed::read).transpose()?;
        let (beginning, inlets, sent) = match seed {
            Some(seed) => (Some(seed.beginning), seed.inlets, Some(seed.events)),
            None => (None, Vec::new(), None),
        };
        let store = store::Store::open(&options.store, beginning)?;
        let events = events::Events::open(&options.store).map_err(Error::Events)?;
        if let Some(sent) = sent {
            // A log may have outlived its database.
            events.clear().and_then(|()| events.take_over(&sent)).map_err(Error::Events)?;
        }
        let emulation = server::Emulation::new(store, events, inlets, &options);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("emulator")
            .enable_all()
            .build()
            .map_err(Error::Runtime)?;
        let guard = runtime.enter();
        let signals = options.catch_signals.then(server::Signals::catch).transpose().map_err(Error::Runtime)?;
        let handle = server::serve(listener, emulation).map_err(Error::Runtime)?;
        drop(guard);
        Ok(Self { base_url, signals, running: Some((runtime, handle)) })
    }

    /// Its address: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Finishes the exchanges under way and stops.
    pub fn stop(mut self) {
        self.shut_down();
    }

    /// Serves until Ctrl-C or SIGTERM, then stops.
    pub fn wait(mut self) -> Result<(), Error> {
        if let Some((runtime, _)) = &self.running {
            let signals = match self.signals.take() {
                Some(signals) => signals,
                None => {
                    let _guard = runtime.enter();
                    server::Signals::catch().map_err(Error::Runtime)?
                }
            };
            runtime.block_on(signals.received());
        }
        self.shut_down();
        Ok(())
    }

    fn shut_down(&mut self) {
        if let Some((runtime, handle)) = self.running.take() {
            runtime.block_on(handle.stop(GRACE));
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shut_down();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Emulator").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// Somebody else listens there.
    #[error("port {port} of the loopback address is in use")]
    PortInUse { port: u16 },
    /// The port cannot be listened on for another reason.
    #[error("could not listen on port {port} of the loopback address: {source}")]
    Listen { port: u16, source: io::Error },
    /// One process at a time may have the database.
    #[error("the database `{}` is open in another process", .path.display())]
    DatabaseInUse { path: PathBuf },
    /// The file is there and cannot be used.
    #[error("`{}` is not a database of this emulator: {reason}", .path.display())]
    NotADatabase { path: PathBuf, reason: String },
    /// What is to be begun with is no dump.
    #[error("`{}`, line {line}, column {column}: {reason}", .path.display())]
    Seed { path: PathBuf, line: usize, column: usize, reason: String },
    /// A dump is not mixed with what is there.
    #[error("the database `{}` holds records already, so it cannot begin with a dump", .path.display())]
    SeedOverDatabase { path: PathBuf },
    /// The store failed while it was laid out.
    #[error("the emulator's store failed: {0}")]
    Store(#[source] Box<redb::Error>),
    /// The log of events could not be opened.
    #[error("could not open the log of events: {0}")]
    Events(#[source] io::Error),
    /// Threads, sockets or signals of the process.
    #[error("could not start the emulator: {0}")]
    Runtime(#[source] io::Error),
}

impl Error {
    fn listen(port: u16, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::AddrInUse { Self::PortInUse { port } } else { Self::Listen { port, source } }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::PortInUse { .. } => Some(
                "stop what listens there (another `sss emulate`?), or choose a port with `--port`; `--port 0` takes any free one".into(),
            ),
            Self::Listen { .. } => Some("choose another port with `--port`; `--port 0` takes any free one".into()),
            Self::DatabaseInUse { .. } => {
                Some("stop the other emulator, name another file with `--db`, or keep everything in memory with `--memory`".into())
            }
            Self::NotADatabase { .. } => Some("name another file with `--db`, or delete this one to start afresh".into()),
            Self::Seed { .. } => Some(
                "`--seed` takes a dump: `curl -s http://127.0.0.1:8787/__emulator/state >seed.json` writes one from an emulator that runs".into(),
            ),
            Self::SeedOverDatabase { .. } => {
                Some("name another file with `--db`, keep everything in memory with `--memory`, or delete the database".into())
            }
            Self::File { .. } | Self::Store(_) | Self::Events(_) | Self::Runtime(_) => None,
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. }
            | Self::PortInUse { .. }
            | Self::Listen { .. }
            | Self::DatabaseInUse { .. }
            | Self::NotADatabase { .. }
            | Self::Seed { .. }
            | Self::SeedOverDatabase { .. }
            | Self::Store(_)
            | Self::Events(_)
            | Self::Runtime(_) => Exit::Usage,
        }
    }
}
