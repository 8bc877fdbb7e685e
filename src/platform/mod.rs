//! Adobe Experience Platform over HTTP: settings, tokens, requests and their repetition, and the errors told as sentences.
//!
//! [`settings::resolve`] gathers where to call and as whom, [`Client`] calls, and [`FlowService`] knows the calls by name.
//! Nothing here knows what is published or why.

mod address;
pub mod api;
mod catalogue;
mod client;
pub mod credentials;
pub mod curl;
mod error;
mod exchange;
mod flow_service;
mod http;
mod ims;
mod inlet;
pub mod keychain;
mod mention;
mod records;
mod resolve;
mod retry;
mod sandbox;
pub mod settings;
mod stop;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use crate::text::verbatim::Verbatim;
pub use catalogue::{Explanation, codes, explain};
pub use client::Client;
pub use error::{Error, Refusal};
pub use exchange::Exchange;
pub use flow_service::{FlowService, Record};
pub use ims::TokenInfo;
pub use inlet::{Cause, Inlet, Letter, Received, Trouble};
pub use records::{Headers, Reply};
pub use sandbox::{Sandbox, sandbox};
pub use settings::{Credentials, Given, ProfileValues, Settings};
pub use stop::Stop;
