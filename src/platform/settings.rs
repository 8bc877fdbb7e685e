//! Where the platform is and who calls it: settings gathered from a profile and the environment, checked before the first request.
//!
//! Everything missing is told at once. Secrets come from the environment, a file or the keychain, and never show in `Debug`.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::{Error, credentials::Found};
use crate::emulator::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, SANDBOX, SCOPES};

/// Where the platform answers, unless told otherwise.
pub const DEFAULT_BASE_URL: &str = "https://platform.adobe.io";
/// Where tokens come from, unless told otherwise.
pub const DEFAULT_IMS_URL: &str = "https://ims-na1.adobelogin.com";
/// The profile that is built in: an emulator on this machine.
pub const EMULATOR: &str = "emulator";
/// Where `sss emulate` listens, unless told otherwise.
pub const EMULATOR_URL: &str = "http://127.0.0.1:8787";

const LONGEST_WAIT: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_secs(60);

/// Everything a call to the platform needs to know.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Where the platform is; without a trailing slash in its path.
    pub base_url: Url,
    /// Where tokens come from.
    pub ims_url: Url,
    /// The organization, as in `x-gw-ims-org-id`.
    pub organization: String,
    /// The sandbox's name, as in `x-sandbox-name`.
    pub sandbox: String,
    /// The client id, as in `x-api-key`.
    pub api_key: String,
    /// How to be let in.
    pub credentials: Credentials,
    /// Where the credentials come from, for a sentence.
    pub origin: String,
    /// What a person should know of where the credentials come from.
    pub warnings: Vec<String>,
    /// The longest single wait before a request is repeated (`SSS_RETRY_MAX_WAIT`).
    pub longest_wait: Duration,
    /// How long an answer may take to begin, and its body to arrive (`SSS_TIMEOUT`).
    pub timeout: Duration,
}

/// How to be let in.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token that somebody else fetched; it cannot be renewed.
    Token(SecretString),
    /// OAuth server-to-server: tokens are fetched from IMS, and renewed.
    OAuth { client_id: String, client_secret: SecretString, scopes: String },
}

/// What a profile of `sss.toml` sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileValues {
    pub base_url: Option<String>,
    pub ims_url: Option<String>,
    pub organization: Option<String>,
    pub sandbox: Option<String>,
}

/// A setting that is missing, and what sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub what: &'static str,
    pub set_by: String,
}

impl Settings {
    /// Settings of an emulator that listens at `base_url`, a loopback address.
    pub fn emulator(base_url: Url) -> Self {
        Self {
            ims_url: base_url.clone(),
            base_url,
            organization: ORGANIZATION.to_owned(),
            sandbox: SANDBOX.to_owned(),
            api_key: CLIENT_ID.to_owned(),
            credentials: Credentials::OAuth {
                client_id: CLIENT_ID.to_owned(),
                client_secret: CLIENT_SECRET.into(),
                scopes: SCOPES.to_owned(),
            },
            origin: format!("the built-in profile `{EMULATOR}`"),
            warnings: Vec::new(),
            longest_wait: LONGEST_WAIT,
            timeout: TIMEOUT,
        }
    }

    /// The platform's name in records: its origin, or `emulator` for a loopback address whatever its port.
    pub fn platform(&self) -> String {
        if is_loopback(&self.base_url) { EMULATOR.to_owned() } else { self.base_url.origin().ascii_serialization() }
    }

    /// What must never be shown.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        match &self.credentials {
            Credentials::Token(token) => vec![token.clone()],
            Credentials::OAuth { client_secret, .. } => vec![client_secret.clone()],
        }
    }
}

/// Credentials that were found elsewhere than in the environment.
#[derive(Debug, Clone)]
pub enum Given {
    /// In a file that was named on purpose: it wins over the environment.
    Named(Found),
    /// In a place that is looked into where the environment holds no credentials.
    Fallback(Found),
}

/// Gathers the settings from the profile, the environment and credentials found elsewhere, which are taken whole: a client id
/// from here and a secret from there are no credential.
///
/// A profile chosen by name wins over the environment for what it sets; `sss.toml`'s `default` profile, used without being
/// named, only fills the gaps. The built-in profile `emulator` takes no credentials from the environment, so that real ones
/// cannot leak to a local server.
pub fn resolve(
    profile_name: Option<&str>,
    profile: Option<&ProfileValues>,
    given: Option<&Given>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Settings, Error> {
    let variable = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let longest_wait = seconds("SSS_RETRY_MAX_WAIT", variable("SSS_RETRY_MAX_WAIT"))?.unwrap_or(LONGEST_WAIT);
    let timeout =
        seconds("SSS_TIMEOUT", variable("SSS_TIMEOUT"))?.filter(|timeout| !timeout.is_zero()).unwrap_or(TIMEOUT);
    if profile_name == Some(EMULATOR) {
        let local = |name| -> Result<Option<Url>, Error> {
            // An address that is not loopback belongs to the real platform and has nothing to say here.
            let url = variable(name).map(|value| parse_url(name, &value)).transpose()?;
            Ok(url.filter(is_loopback))
        };
        let base_url = match local("AEP_BASE_URL")? {
            Some(url) => url,
            None => parse_url("the emulator's address", EMULATOR_URL)?,
        };
        let mut settings = Settings::emulator(base_url);
        if let Some(ims_url) = local("AEP_IMS_URL")? {
            settings.ims_url = ims_url;
        }
        return Ok(Settings { longest_wait, timeout, ..settings });
    }
    if let (Some(name), None) = (profile_name, profile) {
        return Err(Error::UnknownProfile { name: name.to_owned() });
    }

    let named = profile_name.is_some();
    let pick = |from_profile: fn(&ProfileValues) -> &Option<String>, name: &str| {
        let set = profile.and_then(|values| from_profile(values).clone()).filter(|value| !value.trim().is_empty());
        if named { set.or_else(|| variable(name)) } else { variable(name).or(set) }
    };
    // An address that cannot be used is told by the name it was set under.
    let address = |from_profile: fn(&ProfileValues) -> &Option<String>, key: &str, name: &str, otherwise: &str| {
        let value = pick(from_profile, name).unwrap_or_else(|| otherwise.to_owned());
        parse_url(if variable(name).as_ref() == Some(&value) { name } else { key }, &value)
    };
    let base_url = address(|values| &values.base_url, "base_url", "AEP_BASE_URL", DEFAULT_BASE_URL)?;
    let env_credentials = variable("AEP_ACCESS_TOKEN").or(variable("AEP_CLIENT_SECRET")).is_some();
    let (strong, weak) = match given {
        Some(Given::Named(found)) => (Some(found), None),
        Some(Given::Fallback(found)) if !env_credentials => (None, Some(found)),
        _ => (None, None),
    };
    let found = strong.or(weak);
    let ims_otherwise = found.and_then(|found| found.ims_url.as_deref()).unwrap_or(DEFAULT_IMS_URL);
    let ims_url = address(|values| &values.ims_url, "ims_url", "AEP_IMS_URL", ims_otherwise)?;
    // With both addresses on this machine only an emulator can be meant, and its organization and sandbox are known.
    let emulated = is_loopback(&base_url) && is_loopback(&ims_url);
    let or_emulator = |value: Option<String>, constant: &str| value.or_else(|| emulated.then(|| constant.to_owned()));
    // The organization belongs to the credential; the sandbox is only where it was used last.
    let set = |from: fn(&ProfileValues) -> &Option<String>| profile.and_then(|values| from(values).clone());
    let by_name = |from: fn(&ProfileValues) -> &Option<String>| if named { set(from) } else { None };
    let of = |from: Option<&Found>, field: fn(&Found) -> &Option<String>| from.and_then(|found| field(found).clone());
    let organization = by_name(|values| &values.organization)
        .or_else(|| of(strong, |found| &found.organization))
        .or_else(|| variable("AEP_ORG_ID"))
        .or_else(|| of(weak, |found| &found.organization))
        .or_else(|| set(|values| &values.organization));
    let sandbox = by_name(|values| &values.sandbox)
        .or_else(|| variable("AEP_SANDBOX"))
        .or_else(|| of(found, |found| &found.sandbox))
        .or_else(|| set(|values| &values.sandbox));
    let organization = or_emulator(organization.filter(|text| !text.trim().is_empty()), ORGANIZATION);
    let sandbox = or_emulator(sandbox.filter(|text| !text.trim().is_empty()), SANDBOX);

    let mut missing = Vec::new();
    let mut need = |value: Option<String>, what, set_by: &str| {
        value.unwrap_or_else(|| {
            missing.push(Missing { what, set_by: set_by.to_owned() });
            String::new()
        })
    };
    let (api_key, credentials, origin) = match found {
        Some(found) => {
            let api_key = found.api_key.clone().or_else(|| variable("AEP_API_KEY"));
            let api_key = need(api_key, "the client id (API key)", &format!("`client_id` in {}", found.origin));
            // A token in a file is most often an old one; the means to fetch a new one are better.
            let credentials =
                match (&found.client_secret, &found.access_token, or_emulator(found.scopes.clone(), SCOPES)) {
                    (Some(secret), _, Some(scopes)) => {
                        Credentials::OAuth { client_id: api_key.clone(), client_secret: secret.clone(), scopes }
                    }
                    (_, Some(token), _) => Credentials::Token(token.clone()),
                    (Some(secret), None, None) => {
                        let scopes = variable("AEP_SCOPES");
                        let set_by = format!("`scopes` in {}, or AEP_SCOPES", found.origin);
                        let scopes = need(scopes, "the scopes of the credential", &set_by);
                        Credentials::OAuth { client_id: api_key.clone(), client_secret: secret.clone(), scopes }
                    }
                    (None, None, _) => {
                        need(None, "an access token or a client secret", &found.origin);
                        Credentials::Token(String::new().into())
                    }
                };
            (api_key, credentials, found.origin.clone())
        }
        None => {
            let api_key =
                need(variable("AEP_API_KEY"), "the client id (API key)", "AEP_API_KEY, or `--credentials FILE`");
            let scopes = or_emulator(variable("AEP_SCOPES"), SCOPES);
            let (credentials, name) = match (variable("AEP_ACCESS_TOKEN"), variable("AEP_CLIENT_SECRET")) {
                // A token that was fetched on purpose wins over the means to fetch one.
                (Some(token), _) => {
                    let token = token.strip_prefix("Bearer ").unwrap_or(&token).trim().to_owned();
                    (Credentials::Token(token.into()), "AEP_ACCESS_TOKEN")
                }
                (None, Some(secret)) => {
                    let scopes = need(scopes, "the scopes of the credential", "AEP_SCOPES");
                    let client_id = api_key.clone();
                    (Credentials::OAuth { client_id, client_secret: secret.into(), scopes }, "AEP_CLIENT_SECRET")
                }
                (None, None) => {
                    need(
                        None,
                        "an access token, or a client secret to fetch one with",
                        "AEP_ACCESS_TOKEN or AEP_CLIENT_SECRET, or `--credentials FILE`",
                    );
                    if scopes.is_none() {
                        need(None, "the scopes, where there is a client secret", "AEP_SCOPES");
                    }
                    (Credentials::Token(String::new().into()), "AEP_ACCESS_TOKEN")
                }
            };
            (api_key, credentials, format!("the environment (`{name}`)"))
        }
    };
    let organization = need(organization, "the organization", "AEP_ORG_ID, or `organization` of a profile in sss.toml");
    let sandbox = need(sandbox, "the sandbox", "AEP_SANDBOX, or `sandbox` of a profile in sss.toml");
    if !missing.is_empty() {
        return Err(Error::Missing { missing });
    }
    let warnings = Vec::new();
    for (name, value) in [("AEP_API_KEY", &api_key), ("AEP_ORG_ID", &organization), ("AEP_SANDBOX", &sandbox)] {
        check_header_value(name, value)?;
    }
    if let Credentials::Token(token) = &credentials {
        check_header_value("AEP_ACCESS_TOKEN", token.expose_secret())?;
    }
    Ok(Settings {
        base_url,
        ims_url,
        organization,
        sandbox,
        api_key,
        credentials,
        origin,
        warnings,
        longest_wait,
        timeout,
    })
}

/// Settings of somebody who shows no credentials, for an inlet that asks for none: organization and sandbox as far as they are
/// set, and empty otherwise.
pub fn without_credentials(
    profile_name: Option<&str>,
    profile: Option<&ProfileValues>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Settings, Error> {
    let variable = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let pick = |from_profile: fn(&ProfileValues) -> &Option<String>, name: &str| {
        let set = profile.and_then(|values| from_profile(values).clone()).filter(|value| !value.trim().is_empty());
        let (first, second) = if profile_name.is_some() { (set, variable(name)) } else { (variable(name), set) };
        first.or(second).unwrap_or_default()
    };
    let settings = Settings {
        organization: pick(|values| &values.organization, "AEP_ORG_ID"),
        sandbox: pick(|values| &values.sandbox, "AEP_SANDBOX"),
        api_key: String::new(),
        credentials: Credentials::Token(String::new().into()),
        origin: "nowhere".to_owned(),
        longest_wait: seconds("SSS_RETRY_MAX_WAIT", variable("SSS_RETRY_MAX_WAIT"))?.unwrap_or(LONGEST_WAIT),
        timeout: seconds("SSS_TIMEOUT", variable("SSS_TIMEOUT"))?
            .filter(|timeout| !timeout.is_zero())
            .unwrap_or(TIMEOUT),
        ..Settings::emulator(parse_url("the platform's address", DEFAULT_BASE_URL)?)
    };
    for (name, value) in [("AEP_ORG_ID", &settings.organization), ("AEP_SANDBOX", &settings.sandbox)] {
        check_header_value(name, value)?;
    }
    Ok(settings)
}

/// Whether an address never leaves this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

fn parse_url(name: &str, value: &str) -> Result<Url, Error> {
    let bad = |reason: &str| Error::BadUrl { name: name.to_owned(), reason: reason.to_owned() };
    let mut url = Url::parse(value.trim()).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("it does not begin with `https://`"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it holds a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("it holds a query or a fragment"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(bad("plain `http://` would show the token to everyone on the way; it is for this machine only"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn seconds(name: &'static str, value: Option<String>) -> Result<Option<Duration>, Error> {
    let bad = |_| Error::BadValue { name: name.to_owned(), reason: "it is not a number of seconds" };
    value
        .map(|value| {
            let seconds: f64 = value.parse().map_err(|_| bad(()))?;
            Duration::try_from_secs_f64(seconds).map_err(|_| bad(()))
        })
        .transpose()
}

fn check_header_value(name: &'static str, value: &str) -> Result<(), Error> {
    if value.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        Ok(())
    } else {
        Err(Error::BadValue {
            name: name.to_owned(),
            reason: "it holds a space or a character that cannot be sent in a header",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        move |name| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    const OAUTH: [(&str, &str); 5] = [
        ("AEP_API_KEY", "key"),
        ("AEP_CLIENT_SECRET", "s3cr3t-value"),
        ("AEP_SCOPES", "openid,AdobeID"),
        ("AEP_ORG_ID", "ENV@AdobeOrg"),
        ("AEP_SANDBOX", "dev"),
    ];

    fn profile() -> ProfileValues {
        ProfileValues { organization: Some("PROFILE@AdobeOrg".into()), ..ProfileValues::default() }
    }

    #[test]
    fn everything_missing_is_told_at_once() {
        let error = resolve(None, None, None, &with(&[])).unwrap_err();
        let text = format!("{error}\n{}", error.help().unwrap());
        for name in ["AEP_API_KEY", "AEP_ACCESS_TOKEN", "AEP_CLIENT_SECRET", "AEP_SCOPES", "AEP_ORG_ID", "AEP_SANDBOX"]
        {
            assert!(text.contains(name), "{name} in {text}");
        }
        assert!(text.contains("--profile emulator"), "{text}");
    }

    #[test]
    fn a_secret_without_scopes_misses_only_the_scopes() {
        let variables: Vec<_> = OAUTH.into_iter().filter(|(name, _)| *name != "AEP_SCOPES").collect();
        let Err(Error::Missing { missing }) = resolve(None, None, None, &with(&variables)) else { panic!() };
        assert_eq!(missing.iter().map(|one| one.set_by.as_str()).collect::<Vec<_>>(), ["AEP_SCOPES"]);
    }

    #[test]
    fn the_environment_wins_over_the_default_profile_and_loses_to_a_named_one() {
        let values = profile();
        assert_eq!(resolve(None, Some(&values), None, &with(&OAUTH)).unwrap().organization, "ENV@AdobeOrg");
        assert_eq!(
            resolve(Some("stage"), Some(&values), None, &with(&OAUTH)).unwrap().organization,
            "PROFILE@AdobeOrg"
        );
        assert_eq!(resolve(Some("stage"), Some(&values), None, &with(&OAUTH)).unwrap().sandbox, "dev");
        let gap: Vec<_> = OAUTH.into_iter().filter(|(name, _)| *name != "AEP_ORG_ID").collect();
        assert_eq!(resolve(None, Some(&values), None, &with(&gap)).unwrap().organization, "PROFILE@AdobeOrg");
        assert!(matches!(resolve(Some("stage"), None, None, &with(&OAUTH)), Err(Error::UnknownProfile { .. })));
    }

    #[test]
    fn a_token_wins_over_the_means_to_fetch_one() {
        let mut variables = OAUTH.to_vec();
        variables.push(("AEP_ACCESS_TOKEN", "Bearer abc\n"));
        let settings = resolve(None, None, None, &with(&variables)).unwrap();
        let Credentials::Token(token) = &settings.credentials else { panic!() };
        assert_eq!(token.expose_secret(), "abc");
    }

    #[test]
    fn the_emulator_profile_needs_nothing_and_takes_no_real_credentials() {
        let mut variables = OAUTH.to_vec();
        variables.extend([("AEP_BASE_URL", "https://platform.adobe.io"), ("AEP_ACCESS_TOKEN", "real")]);
        let settings = resolve(Some(EMULATOR), None, None, &with(&variables)).unwrap();
        assert_eq!(settings.base_url.as_str(), "http://127.0.0.1:8787/");
        assert_eq!((settings.api_key.as_str(), settings.platform().as_str()), ("emulator", "emulator"));
        let Credentials::OAuth { client_secret, .. } = &settings.credentials else { panic!() };
        assert_eq!(client_secret.expose_secret(), "emulator");
        let local = [("AEP_BASE_URL", "http://127.0.0.1:9/"), ("AEP_IMS_URL", "http://localhost:10")];
        let settings = resolve(Some(EMULATOR), None, None, &with(&local)).unwrap();
        assert_eq!((settings.base_url.port(), settings.ims_url.port()), (Some(9), Some(10)));
    }

    #[test]
    fn two_loopback_addresses_mean_an_emulator() {
        let variables = [
            ("AEP_BASE_URL", "http://127.0.0.1:9"),
            ("AEP_IMS_URL", "http://127.0.0.1:9"),
            ("AEP_API_KEY", "emulator"),
            ("AEP_CLIENT_SECRET", "emulator"),
        ];
        let settings = resolve(None, None, None, &with(&variables)).unwrap();
        assert_eq!((settings.organization.as_str(), settings.sandbox.as_str()), (ORGANIZATION, SANDBOX));
    }

    #[test]
    fn a_named_file_wins_over_the_environment_and_is_taken_whole() {
        let found = Found {
            origin: "`c.json`".into(),
            api_key: Some("file-key".into()),
            client_secret: Some("file-secret".into()),
            scopes: Some("openid".into()),
            access_token: Some("old".into()),
            organization: Some("FILE@AdobeOrg".into()),
            sandbox: Some("file".into()),
            ims_url: Some("https://ims.example".into()),
        };
        let told = |name: Option<&str>, given: Given, variables: &[(&str, &str)]| {
            let values = profile();
            let values = name.is_some().then_some(&values);
            let settings = resolve(name, values, Some(&given), &with(variables)).unwrap();
            let secret = match &settings.credentials {
                Credentials::OAuth { client_secret, scopes, .. } => {
                    format!("{} {scopes}", client_secret.expose_secret())
                }
                Credentials::Token(token) => token.expose_secret().to_owned(),
            };
            [settings.api_key, secret, settings.organization, settings.sandbox, settings.origin].join(" | ")
        };
        let all = "file-key | file-secret openid | FILE@AdobeOrg | file | `c.json`";
        assert_eq!(told(None, Given::Named(found.clone()), &[]), all);
        assert_eq!(told(None, Given::Fallback(found.clone()), &[]), all);
        let dev = "file-key | file-secret openid | FILE@AdobeOrg | dev | `c.json`";
        assert_eq!(told(None, Given::Named(found.clone()), &OAUTH), dev);
        assert!(
            told(None, Given::Fallback(found.clone()), &OAUTH).starts_with("key | s3cr3t-value openid,AdobeID | ENV@")
        );
        assert!(told(Some("stage"), Given::Named(found.clone()), &[]).contains("| PROFILE@AdobeOrg |"));
        let bare = Found { api_key: None, scopes: None, ..found.clone() };
        assert!(told(None, Given::Named(bare.clone()), &OAUTH).starts_with("key | old |"));
        let bare = Found { access_token: None, ..bare };
        let error = resolve(None, None, Some(&Given::Named(bare)), &with(&[])).unwrap_err();
        assert!(error.help().unwrap().contains("`scopes` in `c.json`"), "{error}");
        // A real secret is not sent to the emulator.
        let settings = resolve(Some(EMULATOR), None, Some(&Given::Named(found)), &with(&[])).unwrap();
        assert_eq!(settings.api_key, CLIENT_ID);
    }

    #[test]
    fn addresses_are_checked_and_normalised() {
        let ask = |value: &str| {
            let mut variables = OAUTH.to_vec();
            variables.push(("AEP_BASE_URL", value));
            resolve(None, None, None, &with(&variables)).map(|settings| settings.base_url.to_string())
        };
        assert_eq!(ask("https://gateway.example/aep/").unwrap(), "https://gateway.example/aep");
        assert_eq!(ask("http://[::1]:80/").unwrap(), "http://[::1]/");
        for bad in [
            "http://platform.adobe.io",
            "http://127.0.0.1.example",
            "ftp://x",
            "platform",
            "https://u:p@x/",
            "https://x/?a",
        ] {
            assert!(matches!(ask(bad), Err(Error::BadUrl { name, .. }) if name == "AEP_BASE_URL"), "{bad}");
        }
        let values = ProfileValues { ims_url: Some("ims".into()), ..ProfileValues::default() };
        let error = resolve(Some("stage"), Some(&values), None, &with(&OAUTH)).unwrap_err();
        assert!(matches!(error, Error::BadUrl { name, .. } if name == "ims_url"));
    }

    #[test]
    fn an_inlet_that_asks_for_nothing_needs_nothing() {
        let settings = without_credentials(None, None, &with(&[])).unwrap();
        assert_eq!((settings.organization.as_str(), settings.sandbox.as_str()), ("", ""));
        let values = profile();
        let told = |name| {
            let settings = without_credentials(name, Some(&values), &with(&OAUTH)).unwrap();
            assert!(!format!("{settings:?}").contains("s3cr3t"));
            let Credentials::Token(token) = settings.credentials else { panic!() };
            assert_eq!((settings.api_key.as_str(), token.expose_secret()), ("", ""));
            format!("{} {}", settings.organization, settings.sandbox)
        };
        assert_eq!(told(None), "ENV@AdobeOrg dev");
        assert_eq!(told(Some("stage")), "PROFILE@AdobeOrg dev");
    }

    #[test]
    fn secrets_never_show() {
        let settings = resolve(None, None, None, &with(&OAUTH)).unwrap();
        assert!(!format!("{settings:?}").contains("s3cr3t"));
        let mut variables = OAUTH.to_vec();
        variables.push(("AEP_ACCESS_TOKEN", "tok en"));
        let error = resolve(None, None, None, &with(&variables)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("tok en"));
    }

    #[test]
    fn waits_are_read() {
        let mut variables = OAUTH.to_vec();
        variables.push(("SSS_RETRY_MAX_WAIT", "0"));
        assert_eq!(resolve(None, None, None, &with(&variables)).unwrap().longest_wait, Duration::ZERO);
        variables.pop();
        variables.push(("SSS_RETRY_MAX_WAIT", "soon"));
        assert!(matches!(resolve(None, None, None, &with(&variables)), Err(Error::BadValue { .. })));
    }
}
