//! Addresses of hosts, remembered for a while: each request asks for them, also over a connection that stands, and to look them
//! up in time takes a thread.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How long addresses are used. Hosts that move keep their old addresses for longer.
const LASTING: Duration = Duration::from_secs(30);

/// Looks addresses up as the system does, and remembers them.
#[derive(Debug, Default)]
pub(super) struct Remembering {
    looking: DefaultResolver,
    known: Mutex<HashMap<String, (Instant, Vec<SocketAddr>)>>,
}

impl Resolver for Remembering {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let Some(authority) = uri.authority() else { return self.looking.resolve(uri, config, timeout) };
        // The port may follow from the scheme.
        let place = format!("{}|{authority}", uri.scheme_str().unwrap_or_default());
        if let Some((when, addresses)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&place)
            && when.elapsed() < LASTING
        {
            let mut known = self.empty();
            addresses.iter().for_each(|address| known.push(*address));
            return Ok(known);
        }
        let found = self.looking.resolve(uri, config, timeout)?;
        let addresses = found.iter().copied().collect();
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(place, (Instant::now(), addresses));
        Ok(found)
    }
}
