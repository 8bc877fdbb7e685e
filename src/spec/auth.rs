//! `authSpec`: the ways for a customer to sign in, their types, old spellings and credentials.

use std::borrow::Cow;

use super::{Spec, form::Form};
use crate::text::json::{Kind, Node};

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
    fn types_are_those_of_the_list_of_ids() {
        for name in ids::AUTH_TYPES {
            assert_eq!(AuthType::of(name).unwrap().name(), name);
            assert_eq!(older_spelling(name), None);
        }
        assert_eq!(AuthType::of("keybased"), None);
        assert_eq!(older_spelling("apiKey"), Some(AuthType::KeyBased));
    }
}
