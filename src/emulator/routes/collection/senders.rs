//! Who may send to an inlet: anybody, who shows a token, or who signs the body with a shared secret (HMAC-SHA256).
//!
//! That a connection asks for a token stands in its record. Everything else is set through the control plane, because no page
//! of the platform says where a source sets it. Secrets are kept in memory only.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::emulator::{dump::InletSetting, gateway, problem::Problem, store::Store};

/// The header that carries a signature.
const SIGNATURE: &str = "x-hmac-sha256";

/// How senders show who they are.
#[derive(Clone)]
enum Way {
    Anybody,
    Token,
    /// With the secret; no signature is good where it is not known.
    Signature(Option<Vec<u8>>),
}

/// What was set through the control plane, by inlet.
#[derive(Default)]
pub(in crate::emulator) struct Senders(Mutex<HashMap<String, Way>>);

impl Senders {
    /// Sets how senders show who they are, as a body asks for it.
    pub(in crate::emulator) fn set(&self, inlet_id: &str, asked: &Value) -> Result<Value, Problem> {
        let name = asked.get("authentication").and_then(Value::as_str).unwrap_or_default();
        let way = match name {
            "none" => Way::Anybody,
            "token" => Way::Token,
            "hmac" => match asked.get("secret").and_then(Value::as_str) {
                Some(secret) if !secret.is_empty() => Way::Signature(Some(secret.as_bytes().to_vec())),
                _ => return Err(Problem::invalid("`secret` is missing: HMAC signs with a shared secret")),
            },
            _ => return Err(Problem::invalid("`authentication` is `none`, `token` or `hmac`")),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(inlet_id.to_owned(), way);
        Ok(json!({"inletId": inlet_id, "authentication": name}))
    }

    /// Takes over what another emulator told of its inlets.
    pub(in crate::emulator) fn take_over(&self, settings: &[InletSetting]) {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for setting in settings {
            let way = match setting.authentication.as_str() {
                "token" => Way::Token,
                "hmac" => Way::Signature(setting.secret.as_ref().map(|secret| secret.as_bytes().to_vec())),
                _ => Way::Anybody,
            };
            set.insert(setting.inlet_id.clone(), way);
        }
    }

    /// What was set, without the secrets.
    pub(in crate::emulator) fn settings(&self) -> Vec<InletSetting> {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |(id, way): (&String, &Way)| {
            let authentication = match way {
                Way::Anybody => "none",
                Way::Token => "token",
                Way::Signature(_) => "hmac",
            };
            InletSetting { inlet_id: id.clone(), authentication: authentication.into(), secret: None }
        };
        let mut settings: Vec<InletSetting> = set.iter().map(told).collect();
        settings.sort_by(|one, other| one.inlet_id.cmp(&other.inlet_id));
        settings
    }

    /// Forgets all that was set.
    pub(in crate::emulator) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Why a request may not come in; `None` where it may.
    pub(super) fn refuse(
        &self,
        store: &Store,
        (inlet_id, asks_for_token): (&str, bool),
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Option<&'static str>, Problem> {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(inlet_id).cloned();
        let way = set.unwrap_or(if asks_for_token { Way::Token } else { Way::Anybody });
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        Ok(match way {
            Way::Anybody => None,
            Way::Token => match header(header::AUTHORIZATION.as_str()) {
                None | Some("") => Some("[id] Ims service token is empty"),
                Some(token) if gateway::good_token(store, token)? => None,
                Some(_) => Some("[id] Ims service token is not valid"),
            },
            Way::Signature(secret) => match header(SIGNATURE) {
                None | Some("") => Some("[id] HMAC signature is missing"),
                Some(signature) if secret.is_some_and(|secret| is_signed(&secret, body, signature)) => None,
                Some(_) => Some("[id] HMAC signature does not match the body"),
            },
        })
    }
}

/// Whether a signature, in hexadecimal digits of either case or in Base64, is that of the body.
fn is_signed(secret: &[u8], body: &[u8], signature: &str) -> bool {
    let signature = signature.strip_prefix("sha256=").unwrap_or(signature);
    let Some(given) = from_hex(signature).or_else(|| STANDARD.decode(signature).ok()) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_counts_in_hex_and_base64_and_for_these_bytes_alone() {
        // RFC 4231, test case 2.
        let (secret, body) = (b"Jefe", b"what do ya want for nothing?");
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let base64 = STANDARD.encode(from_hex(hex).unwrap());
        for signature in [hex, &hex.to_uppercase(), &base64, &format!("sha256={hex}")] {
            assert!(is_signed(secret, body, signature), "{signature}");
        }
        assert!(!is_signed(secret, b"what do ya want for nothing!", hex));
        assert!(!is_signed(b"jefe", body, hex));
        assert!(!is_signed(secret, body, ""));
        assert!(!is_signed(secret, body, "not a signature"));
    }
}
