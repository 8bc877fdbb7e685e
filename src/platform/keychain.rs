//! Credentials kept in the system's keychain, by the name of the profile they are for.
//!
//! Only a `sss` built with the feature `keychain` reaches it. Without, nothing is ever found there, and keeping says how to
//! build one that can.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::{Credentials, Error, Settings, credentials::Found};

/// What the entries are filed under, beside the profile's name.
#[cfg(feature = "keychain")]
const SERVICE: &str = "self-serve-sources";

/// A place where texts are kept by name.
trait Store {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String>;
    fn set(&self, name: &str, text: &SecretString) -> Result<(), String>;
    /// Whether there was one.
    fn delete(&self, name: &str) -> Result<bool, String>;
}

/// The credentials kept for a profile.
pub fn load(profile: &str) -> Result<Option<Found>, Error> {
    if cfg!(feature = "keychain") { load_from(&System, profile) } else { Ok(None) }
}

/// Keeps the credentials of some settings for a profile.
pub fn keep(profile: &str, settings: &Settings) -> Result<(), Error> {
    available()?;
    keep_in(&System, profile, settings)
}

/// Forgets the credentials kept for a profile; tells whether there were any.
pub fn forget(profile: &str) -> Result<bool, Error> {
    available()?;
    System.delete(profile).map_err(|reason| Error::Keychain { reason })
}

fn available() -> Result<(), Error> {
    if cfg!(feature = "keychain") { Ok(()) } else { Err(Error::NoKeychain) }
}

fn load_from(store: &dyn Store, profile: &str) -> Result<Option<Found>, Error> {
    let Some(text) = store.get(profile).map_err(|reason| Error::Keychain { reason })? else { return Ok(None) };
    let value: Value = serde_json::from_str(text.expose_secret()).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let found = Found {
        origin: format!("the system's keychain (`{profile}`)"),
        api_key: text("client_id"),
        client_secret: text("client_secret").map(SecretString::from),
        scopes: text("scopes"),
        access_token: text("access_token").map(SecretString::from),
        organization: text("organization"),
        sandbox: text("sandbox"),
        ims_url: text("ims_url"),
    };
    if found.client_secret.is_none() && found.access_token.is_none() {
        let reason = format!("what it keeps for `{profile}` was not written by `sss auth login`");
        return Err(Error::Keychain { reason });
    }
    Ok(Some(found))
}

fn keep_in(store: &dyn Store, profile: &str, settings: &Settings) -> Result<(), Error> {
    let mut members = Map::new();
    let mut add = |key: &str, value: &str| members.insert(key.to_owned(), value.into());
    add("client_id", &settings.api_key);
    match &settings.credentials {
        Credentials::Token(token) => add("access_token", token.expose_secret()),
        Credentials::OAuth { client_secret, scopes, .. } => {
            add("scopes", scopes);
            add("client_secret", client_secret.expose_secret())
        }
    };
    add("organization", &settings.organization);
    add("sandbox", &settings.sandbox);
    add("ims_url", settings.ims_url.as_str());
    let text = SecretString::from(Value::Object(members).to_string());
    store.set(profile, &text).map_err(|reason| Error::Keychain { reason })
}

/// The system's own keychain.
struct System;

#[cfg(feature = "keychain")]
impl System {
    fn entry(name: &str) -> Result<keyring::Entry, String> {
        // Why there is no store says more than that there is none.
        if let Err(error) = keyring::Entry::store_status() {
            return Err(told(error));
        }
        keyring::Entry::new(SERVICE, name).map_err(|error| told(&error))
    }
}

/// The reason in a sentence; some errors of the crate carry the secret, which must not come along.
#[cfg(feature = "keychain")]
fn told(error: &keyring::Error) -> String {
    match error {
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => "what it keeps cannot be read".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(feature = "keychain")]
impl Store for System {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
        match Self::entry(name)?.get_password() {
            Ok(text) => Ok(Some(text.into())),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn set(&self, name: &str, text: &SecretString) -> Result<(), String> {
        Self::entry(name)?.set_password(text.expose_secret()).map_err(|error| told(&error))
    }

    fn delete(&self, name: &str) -> Result<bool, String> {
        match Self::entry(name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(keyring::Error::NoEntry) => Ok(false),
            Err(error) => Err(told(&error)),
        }
    }
}

#[cfg(not(feature = "keychain"))]
impl Store for System {
    fn get(&self, _: &str) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), String> {
        Err(Error::NoKeychain.to_string())
    }

    fn delete(&self, _: &str) -> Result<bool, String> {
        Err(Error::NoKeychain.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap};

    use super::*;

    #[derive(Default)]
    struct Kept(RefCell<BTreeMap<String, String>>);

    impl Store for Kept {
        fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
            Ok(self.0.borrow().get(name).cloned().map(SecretString::from))
        }

        fn set(&self, name: &str, text: &SecretString) -> Result<(), String> {
            self.0.borrow_mut().insert(name.to_owned(), text.expose_secret().to_owned());
            Ok(())
        }

        fn delete(&self, name: &str) -> Result<bool, String> {
            Ok(self.0.borrow_mut().remove(name).is_some())
        }
    }

    struct Locked;

    impl Store for Locked {
        fn get(&self, _: &str) -> Result<Option<SecretString>, String> {
            Err("it is locked".to_owned())
        }

        fn set(&self, _: &str, _: &SecretString) -> Result<(), String> {
            Err("it is locked".to_owned())
        }

        fn delete(&self, _: &str) -> Result<bool, String> {
            Err("it is locked".to_owned())
        }
    }

    fn settings() -> Settings {
        Settings::emulator("http://127.0.0.1:1".parse().unwrap())
    }

    #[test]
    fn what_is_kept_is_found_again_under_its_profile() {
        let store = Kept::default();
        keep_in(&store, "stage", &settings()).unwrap();
        assert!(load_from(&store, "default").unwrap().is_none());
        let found = load_from(&store, "stage").unwrap().unwrap();
        assert_eq!(found.client_secret.unwrap().expose_secret(), "emulator");
        assert_eq!((found.api_key, found.organization), (Some(settings().api_key), Some(settings().organization)));
        assert_eq!(found.ims_url.as_deref(), Some("http://127.0.0.1:1/"));
        let mut with_token = settings();
        with_token.credentials = Credentials::Token("t0ken".into());
        keep_in(&store, "stage", &with_token).unwrap();
        let found = load_from(&store, "stage").unwrap().unwrap();
        assert!(found.client_secret.is_none() && found.access_token.unwrap().expose_secret() == "t0ken");
        assert!(store.delete("stage").unwrap() && !store.delete("stage").unwrap());
    }

    #[test]
    fn a_keychain_that_refuses_and_one_that_holds_something_else_are_told() {
        let error = load_from(&Locked, "x").unwrap_err();
        assert!(error.to_string().contains("it is locked") && error.help().is_some(), "{error}");
        assert!(keep_in(&Locked, "x", &settings()).is_err() && Locked.delete("x").is_err());
        let store = Kept::default();
        store.set("x", &"hunter2".into()).unwrap();
        let error = load_from(&store, "x").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }

    #[cfg(not(feature = "keychain"))]
    #[test]
    fn without_the_feature_nothing_is_kept_and_it_is_said_how() {
        assert!(load("x").unwrap().is_none());
        for error in [keep("x", &settings()).unwrap_err(), forget("x").unwrap_err()] {
            assert!(error.help().unwrap().contains("--features keychain"), "{error}");
        }
    }
}
