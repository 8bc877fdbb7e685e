//! `sss.toml`: levels and suppressions of the linter, and profiles of the platform. Every fault has its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    lint::{Level, registry},
    spec::response::Sample,
    text::{
        Document, Span,
        nearest::{any_of, nearest},
    },
    workspace::layout,
};

/// What can be wrong with `sss.toml`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// It could not be read.
    #[error("could not read `{}`: {source}", .path.display())]
    File { path: PathBuf, source: io::Error },
    /// It does not say what it may say.
    #[error("{}:{}: {message}", .document.path(), place(.document, *.span))]
    Invalid { document: Arc<Document>, span: Span, message: String, help: Option<String> },
    /// `--profile` names none.
    #[error("there is no profile `{name}`")]
    UnknownProfile { name: String, known: Vec<String> },
}

fn place(document: &Document, span: Span) -> String {
    let position = document.position(span.start as usize);
    format!("{}:{}", position.line, position.column)
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::File { .. } => None,
            Self::Invalid { help, .. } => help.clone(),
            Self::UnknownProfile { name, known } => Some(match nearest(name, known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => {
                    format!("add `[profiles.{name}]` to `{}`, or use `emulator`, which is built in", layout::CONFIG)
                }
            }),
        }
    }

    /// The place that is wrong, to be shown under the message.
    pub fn excerpt(&self) -> Option<(&Document, Span)> {
        match self {
            Self::Invalid { document, span, .. } => Some((document, *span)),
            Self::File { .. } | Self::UnknownProfile { .. } => None,
        }
    }
}

/// The configuration of a repository; empty where there is no file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The text it was read from.
    pub document: Option<Arc<Document>>,
    /// Level of each rule that is set.
    pub levels: BTreeMap<&'static str, Setting>,
    /// Rules that are left out of this run, whatever their level.
    pub left_out: BTreeSet<&'static str>,
    /// A response of the API, as a sample for this run.
    pub sample: Option<Arc<Sample>>,
    /// Findings that are not wanted, each with its reason.
    pub suppressions: Vec<Suppression>,
    /// Platforms to talk to, by name.
    pub profiles: BTreeMap<String, Profile>,
}

/// The level a rule is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Say nothing.
    Allow,
    /// Report at this level.
    Report(Level),
}

impl Setting {
    const NAMES: [&str; 4] = ["allow", "note", "warn", "deny"];

    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "allow" => Self::Allow,
            "note" => Self::Report(Level::Note),
            "warn" => Self::Report(Level::Warning),
            "deny" => Self::Report(Level::Error),
            _ => return None,
        })
    }
}

/// A kind of finding that is not wanted in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    pub rule: &'static str,
    /// File, or folder with everything in it, relative to the root; everywhere where it is left out.
    pub path: Option<String>,
    /// Key or value in the file, with everything inside it.
    pub pointer: Option<String>,
    pub reason: String,
    /// Where it names its rule.
    pub span: Span,
}

/// Where the platform is, and who we are there. Never a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub base_url: Option<String>,
    pub ims_url: Option<String>,
    pub organization: Option<String>,
    pub sandbox: Option<String>,
    /// File of credentials: from the root, or from the home directory after `~/`.
    pub credentials: Option<String>,
    /// Sandboxes that are not written to unless their name is typed, as those of production.
    pub protected: Vec<String>,
}

impl Config {
    /// The configuration of the repository at `root`.
    pub fn load(root: &Path) -> Result<Self, Error> {
        let path = root.join(layout::CONFIG);
        match read_file(&path) {
            Ok(bytes) => Self::read(&Arc::new(Document::new(layout::CONFIG, bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::File { path, source }),
        }
    }

    /// Reads a configuration.
    pub fn read(document: &Arc<Document>) -> Result<Self, Error> {
        let reader = Reader { document };
        let mut config = reader.whole(|table| reader.config(table))?;
        config.document = Some(Arc::clone(document));
        Ok(config)
    }

    /// Has a run ask some rules only, and leave others out. Who names a rule means it, even where it is allowed.
    pub fn select(&mut self, only: &[&'static str], ignored: &[&'static str]) {
        if !only.is_empty() {
            self.left_out = registry::RULES.iter().map(|rule| rule.name).filter(|name| !only.contains(name)).collect();
            self.levels.retain(|name, setting| *setting != Setting::Allow || !only.contains(name));
        }
        self.left_out.extend(ignored);
    }
}

/// The largest configuration, in bytes.
const LARGEST: u64 = 1_000_000;

/// The bytes of a file; a pipe would be waited for, and a device never ends.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    if metadata.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is larger than 1 MB"));
    }
    std::fs::read(path)
}

/// A key or value with its place.
type Entry<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

/// Reads a file of settings, where every fault has its place.
pub(crate) struct Reader<'d> {
    pub(crate) document: &'d Arc<Document>,
}

impl Reader<'_> {
    /// Reads the whole file.
    pub(crate) fn whole<T>(&self, read: impl FnOnce(&DeTable<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let document = self.document;
        if let Some(at) = document.invalid_utf8() {
            return Err(self.fault(document.character(at), "this is not UTF-8", None));
        }
        let table = DeTable::parse(document.text()).map_err(|error| {
            let span = error.span().map_or(Span::default(), |range| Span::new(range.start, range.end));
            self.fault(span, error.message(), None)
        })?;
        read(table.get_ref())
    }

    /// What is wrong at a place.
    pub(crate) fn fault(&self, span: Span, message: impl Into<String>, help: Option<String>) -> Error {
        Error::Invalid { document: Arc::clone(self.document), span, message: message.into(), help }
    }

    /// A key that means nothing.
    pub(crate) fn unknown(&self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) -> Error {
        let help = match nearest(key.get_ref(), known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known here: {}", any_of(known)),
        };
        self.fault(span(key), format!("unknown key `{}`", key.get_ref()), Some(help))
    }

    /// A value that is a table.
    pub(crate) fn table<'a, 'i>(&self, value: &'a Spanned<DeValue<'i>>) -> Result<&'a DeTable<'i>, Error> {
        value.get_ref().as_table().ok_or_else(|| self.fault(span(value), "this must be a table", None))
    }

    /// A value that is a text and not empty.
    pub(crate) fn text(&self, value: &Spanned<DeValue<'_>>) -> Result<String, Error> {
        match self.any_text(value)? {
            "" => Err(self.fault(span(value), "this text is empty", None)),
            text => Ok(text.to_owned()),
        }
    }

    fn any_text<'a>(&self, value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, Error> {
        value.get_ref().as_str().ok_or_else(|| self.fault(span(value), "this must be a text", None))
    }

    fn texts(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Error> {
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| self.fault(span(value), "this must be a list of texts", None))?;
        list.iter().map(|item| self.text(item)).collect()
    }

    fn config(&self, table: &DeTable<'_>) -> Result<Config, Error> {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "lint" => self.lint(self.table(value)?, &mut config)?,
                "profiles" => {
                    for (name, profile) in self.table(value)? {
                        let profile = self.profile(self.table(profile)?)?;
                        config.profiles.insert(name.get_ref().to_string(), profile);
                    }
                }
                _ => return Err(self.unknown(key, &["lint", "profiles"])),
            }
        }
        Ok(config)
    }

    fn lint(&self, table: &DeTable<'_>, config: &mut Config) -> Result<(), Error> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "rules" => {
                    for entry in self.table(value)? {
                        let (rule, setting) = self.level(entry)?;
                        config.levels.insert(rule, setting);
                    }
                }
                "suppress" => {
                    let message = "this must be a list of tables, `[[lint.suppress]]`";
                    let list = value.get_ref().as_array();
                    for item in list.ok_or_else(|| self.fault(span(value), message, None))? {
                        config.suppressions.push(self.suppression(item)?);
                    }
                }
                _ => return Err(self.unknown(key, &["rules", "suppress"])),
            }
        }
        Ok(())
    }

    fn rule(&self, name: &str, span: Span) -> Result<&'static str, Error> {
        match registry::find(name) {
            Some(rule) => Ok(rule.name),
            None => {
                let meant = nearest(name, registry::RULES.iter().map(|rule| rule.name));
                let help = meant.map_or_else(
                    || "`sss rules` lists all rules".to_owned(),
                    |meant| format!("did you mean `{meant}`?"),
                );
                Err(self.fault(span, format!("there is no rule `{name}`"), Some(help)))
            }
        }
    }

    fn level(&self, (key, value): Entry<'_, '_>) -> Result<(&'static str, Setting), Error> {
        let rule = self.rule(key.get_ref(), span(key))?;
        let setting = value.get_ref().as_str().and_then(Setting::of);
        let help = || format!("a level is {}", any_of(&Setting::NAMES));
        let setting = setting.ok_or_else(|| self.fault(span(value), "this is no level", Some(help())))?;
        Ok((rule, setting))
    }

    fn suppression(&self, item: &Spanned<DeValue<'_>>) -> Result<Suppression, Error> {
        let (mut rule, mut path, mut pointer, mut reason) = (None, None, None, None);
        for (key, value) in self.table(item)? {
            match key.get_ref().as_ref() {
                "rule" => rule = Some((self.rule(&self.text(value)?, span(value))?, span(value))),
                "path" => path = Some(plain_path(&self.text(value)?)).filter(|path| !path.is_empty()),
                "pointer" => pointer = Some(self.pointer(value)?),
                "reason" => reason = Some(self.reason(value)?),
                _ => return Err(self.unknown(key, &["rule", "path", "pointer", "reason"])),
            }
        }
        let missing = |key: &str| {
            let help = format!("add `{key} = \"…\"`");
            self.fault(span(item), format!("a suppression needs a `{key}`"), Some(help))
        };
        let (rule, span) = rule.ok_or_else(|| missing("rule"))?;
        Ok(Suppression { rule, path, pointer, reason: reason.ok_or_else(|| missing("reason"))?, span })
    }

    /// A JSON Pointer; that of a whole document is empty.
    fn pointer(&self, value: &Spanned<DeValue<'_>>) -> Result<String, Error> {
        let pointer = self.any_text(value)?;
        if pointer.is_empty() || pointer.starts_with('/') {
            return Ok(pointer.to_owned());
        }
        // As a fragment of an address, it has a mark before it.
        let meant = pointer.trim_start_matches('#');
        let help = format!("did you mean `{}{meant}`?", if meant.starts_with('/') { "" } else { "/" });
        Err(self.fault(span(value), "a pointer to a key or value begins with `/`", Some(help)))
    }

    fn reason(&self, value: &Spanned<DeValue<'_>>) -> Result<String, Error> {
        let reason = self.any_text(value)?;
        if reason.trim().is_empty() {
            let help = "say why the finding is not wanted, for whoever reads this next";
            return Err(self.fault(span(value), "this reason is empty", Some(help.to_owned())));
        }
        Ok(reason.to_owned())
    }

    fn profile(&self, table: &DeTable<'_>) -> Result<Profile, Error> {
        let mut profile = Profile::default();
        for (key, value) in table {
            if key.get_ref() == "protected" {
                profile.protected = self.texts(value)?;
                continue;
            }
            let slot = match key.get_ref().as_ref() {
                "base_url" => &mut profile.base_url,
                "ims_url" => &mut profile.ims_url,
                "organization" => &mut profile.organization,
                "sandbox" => &mut profile.sandbox,
                "credentials" => &mut profile.credentials,
                secret if secret.contains("secret") || secret.contains("token") || secret.contains("api_key") => {
                    let help =
                        "set it in the environment, for example `AEP_CLIENT_SECRET`, or name a file with `credentials`";
                    return Err(self.fault(span(key), "credentials do not stand in this file", Some(help.to_owned())));
                }
                _ => {
                    return Err(self.unknown(
                        key,
                        &["base_url", "ims_url", "organization", "sandbox", "credentials", "protected"],
                    ));
                }
            };
            *slot = Some(self.text(value)?);
        }
        Ok(profile)
    }
}

/// A path without the parts that lead nowhere; empty for the root itself.
fn plain_path(path: &str) -> String {
    path.split('/').filter(|part| *part != ".").collect::<Vec<_>>().join("/")
}

/// The place of a key or value.
pub(crate) fn span<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Error> {
        Config::read(&Arc::new(Document::new("sss.toml", text.as_bytes().to_vec())))
    }

    #[test]
    fn what_is_not_utf_8_is_a_fault_that_can_be_shown() {
        let document = Arc::new(Document::new("sss.toml", b"[profiles]\n# caf\xff\n".to_vec()));
        let error = Config::read(&document).unwrap_err();
        assert_eq!(error.to_string(), "sss.toml:2:6: this is not UTF-8");
        let (document, span) = error.excerpt().unwrap();
        assert_eq!(document.slice(span), "\u{fffd}");
    }

    #[test]
    fn everything_it_may_say() {
        let config = read(
            "[lint.rules]\nunknown-key = \"deny\"\nduplicate-key = \"allow\"\n\
             [[lint.suppress]]\nrule = \"unknown-key\"\npath = \"Sources/a\"\npointer = \"/a\"\nreason = \"agreed\"\n\
             [profiles.stage]\nbase_url = \"https://platform-stage.adobe.io\"\nsandbox = \"dev\"\nprotected = [\"live\"]\n",
        )
        .unwrap();
        assert_eq!(config.levels["unknown-key"], Setting::Report(Level::Error));
        assert_eq!(config.levels["duplicate-key"], Setting::Allow);
        assert_eq!(config.suppressions[0].reason, "agreed");
        assert_eq!(config.document.unwrap().slice(config.suppressions[0].span), "\"unknown-key\"");
        assert_eq!(config.profiles["stage"].sandbox.as_deref(), Some("dev"));
        assert_eq!(config.profiles["stage"].protected, ["live"]);
    }

    #[test]
    fn a_place_is_meant_however_it_is_written() {
        let place = |path: &str, pointer: &str| {
            let text = format!(
                "[[lint.suppress]]\nrule = \"unknown-key\"\npath = \"{path}\"\npointer = \"{pointer}\"\nreason = \"x\"\n"
            );
            let suppression = read(&text).unwrap().suppressions.remove(0);
            (suppression.path, suppression.pointer)
        };
        assert_eq!(place("./Sources/./a", ""), (Some("Sources/a".to_owned()), Some(String::new())));
        assert_eq!(place(".", "/a"), (None, Some("/a".to_owned())));
        assert_eq!(place("./", "/a"), (None, Some("/a".to_owned())));
    }

    #[test]
    fn who_names_a_rule_means_it() {
        let mut config = read("[lint.rules]\nunknown-key = \"allow\"\nduplicate-key = \"allow\"").unwrap();
        config.select(&["unknown-key", "wrong-type"], &["wrong-type"]);
        assert!(!config.levels.contains_key("unknown-key") && config.levels.contains_key("duplicate-key"));
        assert_eq!(config.left_out.len(), registry::RULES.len() - 1);
        assert!(!config.left_out.contains("unknown-key"));
    }

    #[test]
    fn every_fault_has_its_place_and_its_help() {
        for (text, said, help) in [
            ("lnt = 1", "sss.toml:1:1: unknown key `lnt`", "did you mean `lint`?"),
            ("[lint.rules]\nunknown-kee = \"deny\"", "sss.toml:2:1: there is no rule", "did you mean `unknown-key`?"),
            ("[lint.rules]\nunknown-key = \"error\"", "sss.toml:2:15: this is no level", "`allow`, `note`, `warn` or"),
            ("[profiles.a]\nclient_secret = \"x\"", "sss.toml:2:1: credentials do not", "AEP_CLIENT_SECRET"),
            ("[[lint.suppress]]\nrule = \"unknown-key\"", "needs a `reason`", "add `reason"),
            ("[profiles.a]\nprotected = \"live\"", "sss.toml:2:13: this must be a list of texts", ""),
            ("[profiles.a]\nprotected = [1]", "sss.toml:2:14: this must be a text", ""),
            ("lint = 1", "sss.toml:1:8: this must be a table", ""),
            ("[profiles.a]\nsandbox = \"\"", "sss.toml:2:11: this text is empty", ""),
            ("[[lint.suppress]]\nreason = \" \"", "sss.toml:2:10: this reason is empty", "say why"),
            ("[[lint.suppress]]\nreason = 1", "sss.toml:2:10: this must be a text", ""),
            ("[[lint.suppress]]\npointer = \"a/b\"", "sss.toml:2:11: a pointer to a key", "did you mean `/a/b`?"),
            ("[[lint.suppress]]\npointer = \"#/a\"", "begins with `/`", "did you mean `/a`?"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains(said), "{text}: {error}");
            assert!(error.help().unwrap_or_default().contains(help), "{text}: {:?}", error.help());
        }
        assert!(read("a = [").is_err());
        assert!(Config::read(&Arc::new(Document::new("sss.toml", vec![0xff]))).is_err());
    }

    #[test]
    fn a_secret_in_the_file_is_not_repeated() {
        let error = read("[profiles.a]\nclient_secret = \"hunter2\"").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
