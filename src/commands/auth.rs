//! `sss auth`: who we are on the platform, told and tried; credentials kept in the keychain and forgotten again.

use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

use super::{
    access::{self, Around},
    selected::{self, Telling},
};
use crate::{
    cli::{Auth, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::{
        self, Client, Credentials, Sandbox, Settings,
        api::{ApiCall, address},
        keychain, sandbox, settings,
    },
    style::{BOLD, GOOD},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &Auth, console: &mut Console) -> Result<Exit, Error> {
    match arguments {
        Auth::Check => check(global, console),
        Auth::Login => login(global, console),
        Auth::Logout => logout(global, console),
    }
}

/// What came of trying the credentials.
struct Tried {
    sandbox: Option<Sandbox>,
    expires: Option<Timestamp>,
    scopes: Vec<String>,
    /// Why the read, or the token before it, failed.
    failure: Option<platform::Error>,
}

impl Tried {
    fn of(client: &Client) -> Result<Self, Error> {
        let scopes = match &client.settings().credentials {
            Credentials::OAuth { scopes, .. } => scopes.split(',').map(|scope| scope.trim().to_owned()).collect(),
            Credentials::Token(_) => Vec::new(),
        };
        let mut tried = Self { sandbox: None, expires: None, scopes, failure: None };
        let token = match client.token() {
            Ok(token) => token,
            Err(error) => {
                tried.failure = Some(error);
                return Ok(tried);
            }
        };
        tried.expires = token.expires;
        if tried.scopes.is_empty() {
            tried.scopes = token.scopes;
        }
        let url = address(&client.settings().base_url, "/flowSpecs", &[("limit".to_owned(), "1".to_owned())]);
        let url = url.map_err(|reason| Error::usage(format!("the platform's address cannot be used: {reason}"), ""))?;
        let call = ApiCall { method: "GET", url, headers: Vec::new(), body: None };
        tried.failure = client.api(&call).err();
        if tried.failure.is_none() {
            // Not every credential may list sandboxes, and none needs to.
            tried.sandbox = sandbox(client).ok().flatten();
        }
        Ok(tried)
    }

    fn to_json(&self, settings: &Settings) -> Value {
        let of_sandbox =
            |field: fn(&Sandbox) -> &Option<String>| self.sandbox.as_ref().and_then(|one| field(one).clone());
        json!({
            "version": 1,
            "ok": self.failure.is_none(),
            "platform": settings.base_url.as_str().trim_end_matches('/'),
            "organization": settings.organization,
            "sandbox": {
                "name": settings.sandbox,
                "title": of_sandbox(|one| &one.title),
                "type": of_sandbox(|one| &one.kind),
                "region": of_sandbox(|one| &one.region),
            },
            "client_id": settings.api_key,
            "credentials": kind(settings),
            "origin": settings.origin,
            "scopes": self.scopes,
            "expires_at": self.expires.map(|at| at.to_string()),
            "error": self.failure.as_ref().map(ToString::to_string),
        })
    }

    fn to_text(&self, settings: &Settings) -> String {
        let unknown = "of unknown type (the credential may not list sandboxes)";
        let sandbox = match &self.sandbox {
            Some(one) => {
                let told = [one.kind.as_deref(), one.region.as_deref(), one.state.as_deref()];
                let told: Vec<&str> = told.into_iter().flatten().collect();
                format!("{} ({})", settings.sandbox, told.join(", "))
            }
            None if self.failure.is_some() => settings.sandbox.clone(),
            None => format!("{}, {unknown}", settings.sandbox),
        };
        let expires = match self.expires {
            Some(at) => format!("{}, {}", at.round(Unit::Second).unwrap_or(at), left(at)),
            None if self.failure.is_some() => "unknown".to_owned(),
            None => "not told by the platform".to_owned(),
        };
        let scopes = if self.scopes.is_empty() { "not told by the token".to_owned() } else { self.scopes.join(", ") };
        let read = if self.failure.is_none() { format!("{GOOD}ok{GOOD:#}") } else { "failed".to_owned() };
        [
            ("platform", settings.base_url.as_str().trim_end_matches('/').to_owned()),
            ("organization", settings.organization.clone()),
            ("sandbox", sandbox),
            ("client id", settings.api_key.clone()),
            ("credentials", format!("{}, from {}", told(settings), settings.origin)),
            ("scopes", scopes),
            ("token until", expires),
            ("one read", read),
        ]
        .map(|(name, value)| format!("{BOLD}{name:12}{BOLD:#}  {value}\n"))
        .concat()
    }
}

fn kind(settings: &Settings) -> &'static str {
    match settings.credentials {
        Credentials::Token(_) => "token",
        Credentials::OAuth { .. } => "oauth-server-to-server",
    }
}

fn told(settings: &Settings) -> &'static str {
    match settings.credentials {
        Credentials::Token(_) => "an access token that cannot be renewed",
        Credentials::OAuth { .. } => "OAuth server-to-server",
    }
}

/// How long there is until then.
fn left(until: Timestamp) -> String {
    let seconds = until.duration_since(Timestamp::now()).as_secs();
    match seconds {
        ..=0 => "which is past".to_owned(),
        1..=119 => format!("in {seconds} s"),
        120..=7199 => format!("in {} min", seconds / 60),
        _ => format!("in {} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

fn check(global: &Global, console: &mut Console) -> Result<Exit, Error> {
    let client = client(global, console)?;
    let tried = Tried::of(&client)?;
    if console.json() {
        console.print_json(&tried.to_json(client.settings()));
    } else {
        console.print(&tried.to_text(client.settings()));
    }
    match tried.failure {
        Some(error) => Err(error.into()),
        None => Ok(Exit::Done),
    }
}

fn login(global: &Global, console: &mut Console) -> Result<Exit, Error> {
    let profile = profile(global)?;
    let client = client(global, console)?;
    // What does not work is not worth keeping.
    if let Some(error) = Tried::of(&client)?.failure {
        return Err(error.into());
    }
    keychain::keep(profile, client.settings())?;
    if console.json() {
        console.print_json(&json!({"version": 1, "profile": profile, "kept": true}));
    } else {
        console.line(&format!("the credentials are kept in the system's keychain, for the profile `{profile}`"));
    }
    Ok(Exit::Done)
}

fn logout(global: &Global, console: &mut Console) -> Result<Exit, Error> {
    let profile = profile(global)?;
    let was_kept = keychain::forget(profile)?;
    if console.json() {
        console.print_json(&json!({"version": 1, "profile": profile, "kept": false, "was_kept": was_kept}));
    } else if was_kept {
        console.line(&format!("the credentials of the profile `{profile}` are forgotten"));
    } else {
        console.line(&format!("nothing was kept for the profile `{profile}`"));
    }
    Ok(Exit::Done)
}

fn profile(global: &Global) -> Result<&str, Error> {
    match access::kept_as(global) {
        settings::EMULATOR => Err(Error::usage("the profile `emulator` needs no credentials", "name another profile")),
        name => Ok(name),
    }
}

fn client(global: &Global, console: &Console) -> Result<Client, Error> {
    let around = Around::of(global)?;
    let settings = access::settings(global, &around.config, &around.root)?;
    Ok(selected::client(settings, console, Telling::of(console.verbose()), |_| {}))
}
