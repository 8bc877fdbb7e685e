//! `authSpec`: the ways for a customer to sign in, their types, old spellings and credentials.

use std::borrow::Cow;

use serde_json::json;

use super::{Spec, form::Form};
use crate::text::{
    Edit,
    json::{Kind, Node, edit},
    nearest::fold,
};

/// The types of authentication that Self-Serve Sources know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthType {
    OAuth2RefreshCode,
    Basic,
    KeyBased,
}

impl AuthType {
    /// The type of this name, letter by letter.
    pub fn of(name: &str) -> Option<Self> {
        [Self::OAuth2RefreshCode, Self::Basic, Self::KeyBased].into_iter().find(|auth| auth.name() == name)
    }

    /// The name, as it stands in `type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuth2RefreshCode => "OAuth2RefreshCode",
            Self::Basic => "BasicAuthentication",
            Self::KeyBased => "KeyBased",
        }
    }

    /// The fields without which nobody can sign in.
    pub fn credentials(self) -> &'static [&'static str] {
        match self {
            Self::OAuth2RefreshCode => &["accessToken"],
            Self::Basic => &["username", "password"],
            Self::KeyBased => &["authKey1"],
        }
    }

    /// The fields that the documents name for it, with those it cannot do without. Of further keys, the first.
    fn documented(self) -> &'static [&'static str] {
        match self {
            Self::OAuth2RefreshCode => &[
                "host",
                "authorizationTestUrl",
                "clientId",
                "clientSecret",
                "accessToken",
                "refreshToken",
                "expirationDate",
                "accessTokenUrl",
                "refreshTokenUrl",
                OVERRIDE,
            ],
            Self::Basic => &["host", "username", "password"],
            Self::KeyBased => &["host", "authKey1", "authKey2"],
        }
    }

    /// Whether the documents name a field of this name.
    pub fn is_documented(self, name: &str) -> bool {
        let is_key = |number: &str| number == "N" || number.bytes().all(|byte| byte.is_ascii_digit());
        self.documented().contains(&name)
            || (self == Self::KeyBased
                && name.strip_prefix("authKey").is_some_and(|rest| !rest.is_empty() && is_key(rest)))
    }
}

/// Whether the documents name a field of this name for any way to sign in.
pub fn is_documented(name: &str) -> bool {
    [AuthType::OAuth2RefreshCode, AuthType::Basic, AuthType::KeyBased].into_iter().any(|auth| auth.is_documented(name))
}

/// Other spellings of the three types that stand in early documents, beside their present name.
const OLDER: [(&str, AuthType); 8] = [
    ("oAuth2-refresh-code", AuthType::OAuth2RefreshCode),
    ("oAuth2RefreshCode", AuthType::OAuth2RefreshCode),
    ("OAuth2 Refresh Code", AuthType::OAuth2RefreshCode),
    ("basicAuthentication", AuthType::Basic),
    ("Basic_Authentication", AuthType::Basic),
    ("Basic Authentication", AuthType::Basic),
    ("apiKey", AuthType::KeyBased),
    ("API Key Authentication", AuthType::KeyBased),
];

/// The present type that an older spelling means.
pub fn older_spelling(name: &str) -> Option<AuthType> {
    OLDER.iter().find(|(older, _)| *older == name).map(|(_, auth)| *auth)
}

/// Types that stand in Adobe's own connectors for databases and file stores, never in a Self-Serve source.
pub const FOREIGN: [&str; 7] = [
    "ConnectionString",
    "connectionString",
    "connectionStringAuth",
    "Access Key Auth",
    "AzureServicePrincipal",
    "GoogleCloudStorageAuth",
    "SFTP",
];

/// Fields that hold an address.
pub const ADDRESSES: [&str; 3] = ["authorizationTestUrl", "accessTokenUrl", "refreshTokenUrl"];

/// The field that says which names a token call uses; its members are names of fields and no secrets.
pub const OVERRIDE: &str = "requestParameterOverride";

/// One entry of `authSpec`.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    node: Node<'a>,
}

impl<'a> Entry<'a> {
    /// The entry itself.
    pub fn node(self) -> Node<'a> {
        self.node
    }

    /// `name`, which a base connection repeats.
    pub fn name(self) -> Option<Cow<'a, str>> {
        self.node.get("name")?.as_str()
    }

    /// The type, where it is one of the three.
    pub fn auth_type(self) -> Option<AuthType> {
        AuthType::of(&self.node.get("type")?.as_str()?)
    }

    /// The form of the credentials.
    pub fn form(self) -> Option<Form<'a>> {
        Form::of(self.node.get("spec")?)
    }

    /// The documented credential that a field is meant for by its name, but for a slip: one that the form does not have.
    pub fn meant(self, name: &str) -> Option<&'static str> {
        let auth = self.auth_type().filter(|auth| !auth.is_documented(name))?;
        let mut near = auth.documented().iter().filter(|known| is_near(name, known));
        near.find(|known| self.form().is_some_and(|form| form.field(known).is_none())).copied()
    }
}

/// Whether one name becomes the other with a slip or two. A slip spares the first letter or the last.
fn is_near(name: &str, known: &str) -> bool {
    let (one, other) = (name.as_bytes(), known.as_bytes());
    let same = |a: Option<&u8>, b: Option<&u8>| a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    if one.len().abs_diff(other.len()) > 3 || !(same(one.first(), other.first()) || same(one.last(), other.last())) {
        return false;
    }
    // Each slip brings a letter and takes one away.
    let letters = |name: &[u8]| name.iter().fold(0_u32, |letters, byte| letters | 1 << (byte % 32));
    if (letters(one) ^ letters(other)).count_ones() > 4 {
        return false;
    }
    strsim::osa_distance(&fold(name), &fold(known)) <= if name.len().min(known.len()) < 8 { 1 } else { 2 }
}

/// Gives a field another name, where it stands and in `required`; nothing where there is a field of that name.
pub fn rename(form: Form<'_>, field: Node<'_>, name: &str) -> Vec<Edit> {
    let Some(key) = edit::rename(field, name) else { return Vec::new() };
    let old = field.key().unwrap_or_default();
    let (is_required, named) = (form.requires(name), form.required().filter(|(required, _)| *required == old));
    let in_required = named.flat_map(|(_, node)| {
        // What is required already needs no second entry.
        if is_required { edit::remove(node) } else { vec![edit::replace(node, &json!(name))] }
    });
    std::iter::once(key).chain(in_required).collect()
}

/// The entries of `authSpec` that are objects. A streaming source has none that count.
pub fn entries<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Entry<'a>> {
    let count = if spec.is_batch() { usize::MAX } else { 0 };
    spec.auth().take(count).filter(|node| node.kind() == Kind::Object).map(|node| Entry { node })
}

/// What a customer fills in to sign in, for each of the ways.
pub fn forms<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Form<'a>> {
    entries(spec).filter_map(Entry::form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::ids;

    #[test]
    fn slips_are_near_and_names_of_ones_own_are_not() {
        for (name, known) in [
            ("clientSecrt", "clientSecret"),
            ("clientd", "clientId"),
            ("refreshTokn", "refreshToken"),
            ("expirationDte", "expirationDate"),
            ("authorizationTestUl", "authorizationTestUrl"),
            ("requestParamterOverride", OVERRIDE),
            ("accessTokenUl", "accessTokenUrl"),
            ("client_id", "clientId"),
            ("hest", "host"),
            ("userName", "username"),
        ] {
            assert!(is_near(name, known), "{name}");
        }
        for (name, known) in [
            ("client", "clientId"),
            ("subdomain", "clientId"),
            ("port", "host"),
            ("hostname", "host"),
            ("accessToken", "accessTokenUrl"),
            ("passcode", "password"),
            ("", "host"),
            ("é", "host"),
        ] {
            assert!(!is_near(name, known), "{name}");
        }
    }

    #[test]
    fn types_are_those_of_the_list_of_ids() {
        for name in ids::AUTH_TYPES {
            assert_eq!(AuthType::of(name).unwrap().name(), name);
            assert_eq!(older_spelling(name), None);
        }
        assert_eq!(AuthType::of("keybased"), None);
        assert_eq!(older_spelling("apiKey"), Some(AuthType::KeyBased));
    }
}
