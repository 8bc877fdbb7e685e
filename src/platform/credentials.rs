//! Credentials in files that others write: downloads of Adobe Developer Console, environments of Postman, configurations of
//! aepp. They are taken as they are; what is wrong with one is told by file and key, and never with the value.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::Error;

/// The largest file, in bytes: a Postman environment may hold much besides.
const LARGEST: u64 = 4_000_000;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A project or workspace as Adobe Developer Console downloads it.
    Project,
    /// One credential: a download of Developer Console, or a configuration of aepp.
    Credential,
    /// An environment exported from Postman.
    Postman,
}

impl Form {
    /// The form in a sentence.
    pub fn named(self) -> &'static str {
        match self {
            Self::Project => "project of Adobe Developer Console",
            Self::Credential => "credential",
            Self::Postman => "Postman environment",
        }
    }
}

/// What was found in a file, or kept from an earlier time.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Where, for a sentence.
    pub origin: String,
    pub api_key: Option<String>,
    pub client_secret: Option<SecretString>,
    /// Separated by commas.
    pub scopes: Option<String>,
    pub access_token: Option<SecretString>,
    pub organization: Option<String>,
    pub sandbox: Option<String>,
    /// Address of IMS.
    pub ims_url: Option<String>,
}

/// What a key may be called, in lower case and with `_` for `-`.
const API_KEY: &[&str] = &["client_id", "clientid", "api_key", "apikey", "x_api_key"];
const CLIENT_SECRET: &[&str] = &["client_secret", "clientsecret", "client_secrets", "secret"];
const SCOPES: &[&str] = &["scopes", "scope"];
const ACCESS_TOKEN: &[&str] = &["access_token", "accesstoken", "authorizationtoken", "token"];
const ORGANIZATION: &[&str] =
    &["org_id", "orgid", "ims_org", "ims_org_id", "imsorg", "organization", "organization_id", "x_gw_ims_org_id"];
const SANDBOX: &[&str] = &["sandbox_name", "sandboxname", "sandbox", "x_sandbox_name"];
const IMS: &[&str] = &["ims", "ims_url", "imsendpoint", "ims_endpoint"];

/// Reads a file of any of the forms.
pub fn read(path: &Path) -> Result<Found, Error> {
    let bad = |key: Option<&str>, reason: String| Error::CredentialsFile {
        path: path.to_owned(),
        key: key.map(str::to_owned),
        reason,
    };
    let text = read_text(path).map_err(|error| bad(None, error.to_string()))?;
    // The reason says what is expected and where, and repeats nothing of the text.
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| bad(None, format!("it is not JSON (line {}, column {})", error.line(), error.column())))?;
    let Value::Object(members) = value else { return Err(bad(None, "it is not a JSON object".to_owned())) };
    let (form, fields) = fields(&members).map_err(|(key, reason)| bad(key, reason))?;
    let field = |names: &[&str]| -> Result<Option<String>, Error> {
        for name in names {
            let Some((key, value)) = fields.get(*name) else { continue };
            let text = text_of(value).map_err(|reason| bad(Some(key), reason.to_owned()))?;
            if let Some(text) = text {
                return Ok(Some(text));
            }
        }
        Ok(None)
    };
    let organization = field(ORGANIZATION)?;
    let token = field(ACCESS_TOKEN)?.map(|token| token.strip_prefix("Bearer ").unwrap_or(&token).trim().to_owned());
    let found = Found {
        origin: format!("`{}` ({})", path.display(), form.named()),
        api_key: field(API_KEY)?,
        // Of several, while one is being rotated, the first one works.
        client_secret: field(CLIENT_SECRET)?
            .and_then(|secrets| secrets.split(',').next().map(str::to_owned))
            .map(SecretString::from),
        scopes: field(SCOPES)?.map(|scopes| joined(&scopes)),
        access_token: token.filter(|token| !token.is_empty()).map(SecretString::from),
        organization,
        sandbox: field(SANDBOX)?,
        ims_url: field(IMS)?.map(|ims| if ims.contains("://") { ims } else { format!("https://{ims}") }),
    };
    if found.client_secret.is_none() && found.access_token.is_none() {
        let jwt = fields.contains_key("private_key") || fields.contains_key("pathtokey");
        let reason = if jwt {
            "it holds a service account (JWT), which Adobe no longer accepts, and neither a client secret nor an access token"
        } else {
            "it holds neither a client secret nor an access token"
        };
        return Err(bad(None, reason.to_owned()));
    }
    Ok(found)
}

/// Why others may come to know what is in a file, if they may.
pub fn warnings(path: &Path) -> Vec<String> {
    let mut warnings = Vec::new();
    let shown = path.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0) {
            warnings.push(format!("others on this machine may read `{shown}`; `chmod 600` keeps it to you"));
        }
    }
    if let Ok(path) = path.canonicalize()
        && let Some(directory) = path.parent()
        && let Ok(repository) = git2::Repository::discover(directory)
        && let Some(root) = repository.workdir().and_then(|root| root.canonicalize().ok())
        && let Ok(relative) = path.strip_prefix(&root)
    {
        let tracked = repository.index().is_ok_and(|index| index.get_path(relative, 0).is_some());
        if tracked {
            warnings.push(format!("git has `{shown}`: take it out, and rotate the secret in Adobe Developer Console"));
        } else if !repository.is_path_ignored(relative).unwrap_or(false) {
            warnings.push(format!("`{shown}` lies in a git repository that does not ignore it; it may be committed"));
        }
    }
    warnings
}

fn read_text(path: &Path) -> io::Result<String> {
    let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    if !fs::metadata(path)?.is_file() {
        return Err(invalid("it is not a file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(invalid("it is larger than 4 MB"));
    }
    String::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8"))
}

/// Fields by their folded name, each with the key as it stands in the file.
type Fields = BTreeMap<String, (String, Value)>;

fn fields(members: &Map<String, Value>) -> Result<(Form, Fields), (Option<&'static str>, String)> {
    let mut fields = Fields::new();
    let mut add = |prefix: &str, key: &str, value: &Value| {
        let folded = key.trim().to_lowercase().replace('-', "_");
        fields.entry(folded).or_insert_with(|| (format!("{prefix}{key}"), value.clone()));
    };
    if let Some(Value::Array(values)) = members.get("values") {
        for value in values {
            let is_on = value.get("enabled").and_then(Value::as_bool).unwrap_or(true);
            if let (true, Some(key), Some(value)) =
                (is_on, value.get("key").and_then(Value::as_str), value.get("value"))
            {
                add("", key, value);
            }
        }
        return Ok((Form::Postman, fields));
    }
    if let Some(project) = members.get("project") {
        const AT: &str = "project.workspace.details.credentials";
        let credentials = project.pointer("/workspace/details/credentials").and_then(Value::as_array);
        let Some(credentials) = credentials else { return Err((Some(AT), "it is not there, or no list".to_owned())) };
        let name = "oauth_server_to_server";
        let ours: Vec<&Value> = credentials.iter().filter(|one| one.get(name).is_some_and(Value::is_object)).collect();
        let [credential] = ours[..] else {
            let names = |all: &[&Value]| -> String {
                let names = all.iter().filter_map(|one| one.get("name").and_then(Value::as_str));
                names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            };
            let reason = if ours.is_empty() {
                "it holds no OAuth server-to-server credential; add one to the project".to_owned()
            } else {
                format!("it holds {} OAuth server-to-server credentials ({}); leave one", ours.len(), names(&ours))
            };
            return Err((Some(AT), reason));
        };
        for (key, value) in credential.get(name).and_then(Value::as_object).into_iter().flatten() {
            add("oauth_server_to_server.", key, value);
        }
        if let Some(organization) = project.pointer("/org/ims_org_id") {
            add("project.org.", "ims_org_id", organization);
        }
        return Ok((Form::Project, fields));
    }
    for (key, value) in members {
        add("", key, value);
    }
    Ok((Form::Credential, fields))
}

/// The text of a field: a string, or the texts of a list with commas between. Nothing where it is empty.
fn text_of(value: &Value) -> Result<Option<String>, &'static str> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.ok_or("it is a list of something else than texts")?.join(",")
        }
        _ => return Err("it is not a text"),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let is_template = (text.starts_with('<') && text.ends_with('>'))
        || (text.starts_with("{{") && text.ends_with("}}"))
        || (text.starts_with('{') && text.ends_with('}'));
    if is_template { Err("it still holds the text of a template") } else { Ok(Some(text)) }
}

/// Scopes separated by commas, however they were separated.
fn joined(scopes: &str) -> String {
    scopes.split([',', ' ', '\n']).filter(|scope| !scope.is_empty()).collect::<Vec<_>>().join(",")
}

/// A path in a profile: from the root of the repository, or from the home directory after `~/`.
pub fn located(path: &str, root: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => root.join(path),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials.json");
        fs::write(&path, text).unwrap();
        (directory, path)
    }

    fn told(found: &Found) -> [Option<String>; 7] {
        let secret = |secret: &Option<SecretString>| secret.as_ref().map(|secret| secret.expose_secret().to_owned());
        [
            found.api_key.clone(),
            secret(&found.client_secret),
            found.scopes.clone(),
            secret(&found.access_token),
            found.organization.clone(),
            found.sandbox.clone(),
            found.ims_url.clone(),
        ]
    }

    fn some(texts: [&str; 7]) -> [Option<String>; 7] {
        texts.map(|text| (!text.is_empty()).then(|| text.to_owned()))
    }

    #[test]
    fn a_project_of_the_console_is_read() {
        let (_keep, path) = file(
            &json!({"project": {"id": "1", "name": "p", "org": {"id": "2", "ims_org_id": "A@AdobeOrg"}, "workspace": {"details": {
                "credentials": [
                    {"id": "3", "name": "old", "integration_type": "service", "jwt": {"client_id": "j", "client_secret": "js"}},
                    {"id": "4", "name": "new", "integration_type": "oauth_server_to_server", "oauth_server_to_server": {
                        "client_id": "c", "client_secrets": ["s-1"], "technical_account_id": "t", "scopes": ["openid", "AdobeID"]}}
                ], "services": []}}}})
            .to_string(),
        );
        assert_eq!(told(&read(&path).unwrap()), some(["c", "s-1", "openid,AdobeID", "", "A@AdobeOrg", "", ""]));
    }

    #[test]
    fn single_credentials_are_read_whoever_wrote_them() {
        for text in [
            r#"{"CLIENT_SECRETS": ["s"], "ORG_ID": "A@AdobeOrg", "CLIENT_ID": "c", "SCOPES": ["openid", "AdobeID"], "TECHNICAL_ACCOUNT_ID": "t"}"#,
            r#"{"client_id": "c", "client_secret": "s", "client_secrets": ["s"], "ims_org_id": "A@AdobeOrg", "scopes": ["openid", "AdobeID"], "oauth_enabled": true}"#,
        ] {
            let (_keep, path) = file(text);
            assert_eq!(told(&read(&path).unwrap()), some(["c", "s", "openid,AdobeID", "", "A@AdobeOrg", "", ""]));
        }
        let (_keep, path) = file(
            "\u{feff}{\"org_id\": \"A@AdobeOrg\", \"client_id\": \"c\", \"tech_id\": \"t\", \"secret\": \"s\", \
             \"scopes\": \"openid, AdobeID\", \"sandbox-name\": \"prod\", \"environment\": \"prod\"}",
        );
        assert_eq!(told(&read(&path).unwrap()), some(["c", "s", "openid,AdobeID", "", "A@AdobeOrg", "prod", ""]));
    }

    #[test]
    fn a_postman_environment_is_read() {
        let (_keep, path) = file(
            &json!({"id": "1", "name": "AEP", "_postman_variable_scope": "environment", "values": [
                {"key": "CLIENT_SECRET", "value": "s", "enabled": true, "type": "secret"},
                {"key": "API_KEY", "value": "c", "enabled": true},
                {"key": "ACCESS_TOKEN", "value": "Bearer t", "enabled": true},
                {"key": "SCOPES", "value": "openid,AdobeID"},
                {"key": "IMS", "value": "ims-na1.adobelogin.com", "enabled": true},
                {"key": "IMS_ORG", "value": "A@AdobeOrg", "enabled": true},
                {"key": "SANDBOX_NAME", "value": "off", "enabled": false},
                {"key": "x-sandbox-name", "value": "dev", "enabled": true}
            ]})
            .to_string(),
        );
        let all = ["c", "s", "openid,AdobeID", "t", "A@AdobeOrg", "dev", "https://ims-na1.adobelogin.com"];
        assert_eq!(told(&read(&path).unwrap()), some(all));
    }

    #[test]
    fn what_is_wrong_is_told_by_file_and_key_and_never_with_the_value() {
        for (text, said) in [
            ("{\"client_secret\": \"hunter2\"", "it is not JSON (line 1"),
            ("[\"hunter2\"]", "not a JSON object"),
            (r#"{"client_id": "hunter2"}"#, "neither a client secret nor an access token"),
            (r#"{"client_id": "hunter2", "private_key": "hunter2"}"#, "JWT"),
            (r#"{"client_secret": {"hunter2": 1}}"#, "`client_secret`: it is not a text"),
            (r#"{"client_id": "c", "secret": "<YourSecret hunter2>"}"#, "`secret`: it still holds"),
            (r#"{"values": [{"key": "CLIENT_SECRET", "value": 5}]}"#, "`CLIENT_SECRET`: it is not a text"),
            (r#"{"project": {"name": "hunter2"}}"#, "`project.workspace.details.credentials`: it is not there"),
            (r#"{"project": {"workspace": {"details": {"credentials": [{"jwt": {}}]}}}}"#, "holds no OAuth server"),
            (
                r#"{"project": {"workspace": {"details": {"credentials": [
                    {"name": "a", "oauth_server_to_server": {"client_secrets": ["hunter2"]}}, {"name": "b", "oauth_server_to_server": {}}]}}}}"#,
                "2 OAuth server-to-server credentials (`a`, `b`)",
            ),
        ] {
            let (_keep, path) = file(text);
            let error = read(&path).unwrap_err();
            let all = format!("{error} {error:?} {:?}", error.help());
            assert!(all.contains(said) && all.contains("credentials.json"), "{text}: {all}");
            assert!(!all.contains("hunter2"), "{all}");
        }
        let error = read(Path::new("/nowhere/at/all.json")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all.json"), "{error}");
        assert!(read(Path::new("/")).unwrap_err().to_string().contains("it is not a file"));
        let (_keep, path) = file(r#"{"client_id": "c", "secret": "hunter2"}"#);
        assert!(!format!("{:?}", read(&path).unwrap()).contains("hunter2"));
    }

    #[cfg(unix)]
    #[test]
    fn who_else_may_read_it_is_told() {
        use std::os::unix::fs::PermissionsExt as _;
        let (directory, path) = file("{}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(warnings(&path), [""; 0]);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(warnings(&path)[0].contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let repository = git2::Repository::init(directory.path()).unwrap();
        assert!(warnings(&path)[0].contains("does not ignore it"));
        fs::write(directory.path().join(".gitignore"), "credentials.json\n").unwrap();
        assert_eq!(warnings(&path), [""; 0]);
        let mut index = repository.index().unwrap();
        index.add_path(Path::new("credentials.json")).unwrap();
        index.write().unwrap();
        assert!(warnings(&path)[0].contains("rotate the secret"));
    }

    #[test]
    fn a_path_starts_at_the_root_or_at_home() {
        let (root, home) = (Path::new("/root-of-it"), Path::new("/home/me"));
        assert_eq!(located("a.json", root, None), Path::new("/root-of-it/a.json"));
        assert_eq!(located("~/a.json", root, Some(home)), Path::new("/home/me/a.json"));
        assert_eq!(located("/etc/a.json", root, Some(home)), Path::new("/etc/a.json"));
    }
}
