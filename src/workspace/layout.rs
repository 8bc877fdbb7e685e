//! The one table of file names in a partner's repository, and what a source may be called.

use std::path::PathBuf;

use crate::text::visible;

/// The folder that holds all sources.
pub const SOURCES: &str = "Sources";
/// The folder in a source that holds its artifacts.
pub const ARTIFACTS: &str = "Artifacts";
/// The configuration file at the root.
pub const CONFIG: &str = "sss.toml";
/// The folder of the documentation pages, which has one for each source.
pub const DOCS: &str = "docs";
/// The file in a source's folder with what only a person can tell for its documentation pages.
pub const DOCS_ANSWERS: &str = "docs.toml";
/// The folder for what the toolkit itself keeps.
pub const STATE: &str = ".sss";

/// The folder in it of the records of where sources are published.
pub const PUBLISHED: &str = "published";
/// The file in it with the findings that later runs of the linter leave out.
pub const BASELINE: &str = "baseline.json";

/// The name of the source, or of whatever else lies in `Sources`, that a path below it is of; or one below the folder of the
/// pages.
pub fn name_in_sources(path: &str) -> Option<&str> {
    path.split('/').nth(1)
}

/// The five files of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArtifactKind {
    Category,
    Description,
    Icon,
    Label,
    ConnectionSpec,
}

impl ArtifactKind {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Category, Self::Description, Self::Icon, Self::Label, Self::ConnectionSpec];

    /// What stands after the source's name in the file's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Category => "-category.txt",
            Self::Description => "-description.txt",
            Self::Icon => "-icon.svg",
            Self::Label => "-label.txt",
            Self::ConnectionSpec => "-connectionSpec.json",
        }
    }

    /// What it is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Description => "description",
            Self::Icon => "icon",
            Self::Label => "label",
            Self::ConnectionSpec => "connection spec",
        }
    }

    /// The name of the file for a source.
    pub fn file_name(self, source: &str) -> String {
        format!("{source}{}", self.suffix())
    }

    /// The path of the file for a source, relative to the root, with `/`.
    pub fn path(self, source: &str) -> String {
        format!("{SOURCES}/{source}/{ARTIFACTS}/{}", self.file_name(source))
    }

    /// Whether this is the path of the file for a source. Asked for every file there is, and so without making the path.
    pub fn is_path(self, source: &str, path: &str) -> bool {
        let folder = path.strip_suffix(self.suffix()).and_then(|path| path.strip_suffix(source));
        let folder = folder.and_then(|folder| folder.strip_suffix('/')?.strip_suffix(ARTIFACTS)?.strip_suffix('/'));
        folder.and_then(|folder| folder.strip_suffix(source)?.strip_suffix('/')) == Some(SOURCES)
    }

    /// The kind that a file name ends like, whatever its case.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ALL.into_iter().find(|kind| name.ends_with(&kind.suffix().to_ascii_lowercase()))
    }

    /// The kind that a file name seems to be meant for, however it is written: `label.txt`, `Acme_Label.TXT`,
    /// `acme-connection-spec.json`.
    pub fn meant_by(name: &str) -> Option<Self> {
        let (stem, end) = name.rsplit_once('.')?;
        let mut words = vec![String::new()];
        let mut after_lower_case = false;
        for character in stem.chars() {
            let begins_word = !character.is_alphanumeric() || (after_lower_case && character.is_uppercase());
            after_lower_case = character.is_lowercase();
            if begins_word {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
                word.extend(character.to_lowercase());
            }
        }
        let last = words.last().map_or("", String::as_str);
        let last_two = words[words.len().saturating_sub(2)..].concat();
        Self::ALL.into_iter().find(|kind| {
            let (word, kind_end) = kind.suffix()[1..].split_once('.').unwrap_or_default();
            end.eq_ignore_ascii_case(kind_end) && [last, &last_two].iter().any(|said| said.eq_ignore_ascii_case(word))
        })
    }

    /// Whether it is one of the three that hold a line of text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Category | Self::Description | Self::Label)
    }
}

/// The answers for the documentation pages of a source, relative to the root, with `/`.
pub fn docs_answers(source: &str) -> String {
    format!("{SOURCES}/{source}/{DOCS_ANSWERS}")
}

/// What the name of a record ends with, after the source's name.
pub const RECORD: &str = ".toml";

/// The folder of the records of where sources are published, relative to the root.
pub fn published_folder() -> PathBuf {
    [STATE, PUBLISHED].iter().collect()
}

/// The record of where a source is published, relative to the root.
pub fn published(source: &str) -> PathBuf {
    published_folder().join(format!("{source}{RECORD}"))
}

/// Names that Windows keeps for devices, whatever their case.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Why a name is no name for a source, if it is none.
pub fn source_name_fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    let why = if name.is_empty() {
        "it is empty".to_owned()
    } else if name.contains(['/', '\\']) {
        "it holds a path separator, and it names a directory of its own".to_owned()
    } else if name.contains("..") {
        "it holds `..`, which leads out of the directory".to_owned()
    } else if DEVICES.contains(&name.split('.').next().unwrap_or(name).to_lowercase().as_str()) {
        "Windows keeps that name for a device, so the repository could not be checked out there".to_owned()
    } else if name.starts_with('-') {
        "it starts with a hyphen, which reads as a flag".to_owned()
    } else if name.chars().any(char::is_uppercase) {
        "it holds upper-case letters, and file names that differ only in case clash on some systems".to_owned()
    } else if let Some(other) = name.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        format!("it holds {}; only a to z, 0 to 9 and hyphens are allowed", visible::character(other))
    } else if name.ends_with('-') {
        "it ends with a hyphen".to_owned()
    } else if name.contains("--") {
        "it holds two hyphens in a row".to_owned()
    } else if length < 3 {
        format!("it has {length} characters, and needs at least 3")
    } else if length > 63 {
        format!("it has {length} characters, and may have at most 63")
    } else {
        return None;
    };
    Some(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sources() {
        for name in ["acme", "acme-crm", "a1b", "3com", "com10", "console"] {
            assert_eq!(source_name_fault(name), None, "{name}");
        }
        for name in
            ["", "ab", "a/b", "a\\b", "..", "a..b", "-abc", "abc-", "a--b", "Acme", "acme crm", "é-é", "con", "com1"]
        {
            assert!(source_name_fault(name).is_some(), "{name}");
        }
        assert!(source_name_fault(&"a".repeat(64)).is_some());
    }

    #[test]
    fn files_are_known_by_their_ends() {
        assert_eq!(ArtifactKind::of_file_name("Acme-ConnectionSpec.JSON"), Some(ArtifactKind::ConnectionSpec));
        assert_eq!(ArtifactKind::of_file_name("notes.txt"), None);
        for name in ["label.txt", "Acme_Label.TXT", "acmeLabel.txt", "ACME LABEL.txt", "acme-label.txt"] {
            assert_eq!(ArtifactKind::meant_by(name), Some(ArtifactKind::Label), "{name}");
        }
        for name in ["acme-connection-spec.json", "connectionspec.json", "acme.connectionSpec.json"] {
            assert_eq!(ArtifactKind::meant_by(name), Some(ArtifactKind::ConnectionSpec), "{name}");
        }
        for name in ["mylabel.txt", "label.md", "label", "acme-label-notes.txt", ".txt", ""] {
            assert_eq!(ArtifactKind::meant_by(name), None, "{name}");
        }
        assert_eq!(ArtifactKind::Label.path("acme"), "Sources/acme/Artifacts/acme-label.txt");
        assert!(ArtifactKind::ALL.into_iter().all(|kind| kind.is_path("acme", &kind.path("acme"))));
        for path in ["Sources/acme/Artifacts/acme-icon.svg", "Sources/b/Artifacts/acme-label.txt", "acme-label.txt", ""]
        {
            assert!(!ArtifactKind::Label.is_path("acme", path), "{path}");
        }
    }
}
