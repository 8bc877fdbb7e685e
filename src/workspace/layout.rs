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
        let said = last_words(stem);
        Self::ALL.into_iter().find(|kind| {
            let (word, kind_end) = kind.word_and_end();
            end.eq_ignore_ascii_case(kind_end) && said.iter().any(|said| said.eq_ignore_ascii_case(word))
        })
    }

    /// The kind that a misspelt file name seems to be meant for, where what it holds can be read as that kind:
    /// `acme-lable.txt`, `acme-label.txt.txt`, `acme-description.md`.
    pub fn misspelt(name: &str) -> Option<Self> {
        let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
        // Windows hides the end of a name, and adds it once more.
        let is_added = |inner: &str| end.eq_ignore_ascii_case("txt") || end.eq_ignore_ascii_case(inner);
        if stem.rsplit_once('.').is_some_and(|(_, inner)| is_added(inner))
            && let Some(kind) = Self::meant_by(stem)
        {
            return Some(kind);
        }
        let said = last_words(stem);
        Self::ALL.into_iter().find(|kind| {
            let (word, kind_end) = kind.word_and_end();
            let is_text = kind.is_text() && ["", "md", "text"].iter().any(|other| end.eq_ignore_ascii_case(other));
            (end.eq_ignore_ascii_case(kind_end) || is_text) && said.iter().any(|said| is_slip(said, word))
        })
    }

    /// The kind that a file is called by, though it is of a format that this kind has not: `acme-icon.png`.
    pub fn in_other_format(name: &str) -> Option<Self> {
        /// What editors put aside.
        const COPIES: [&str; 6] = ["bak", "old", "orig", "swp", "tmp", "txt~"];
        let (stem, end) = name.rsplit_once('.')?;
        if COPIES.iter().any(|copy| end.eq_ignore_ascii_case(copy)) {
            return None;
        }
        let said = last_words(stem);
        Self::ALL.into_iter().find(|kind| said.iter().any(|said| said.eq_ignore_ascii_case(kind.word_and_end().0)))
    }

    /// What its file name says after the source's name, without the hyphen, and what that ends with.
    fn word_and_end(self) -> (&'static str, &'static str) {
        self.suffix()[1..].split_once('.').unwrap_or_default()
    }

    /// Whether a file name ends as that of this kind does.
    pub fn has_end_of(self, name: &str) -> bool {
        name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case(self.word_and_end().1))
    }

    /// Whether it is one of the three that hold a line of text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Category | Self::Description | Self::Label)
    }
}

/// The last word of a name, and the last two as one, in lower case. Words are set apart by capital letters too.
fn last_words(name: &str) -> [String; 2] {
    let mut words = vec![String::new()];
    let mut after_lower_case = false;
    for character in name.chars() {
        let begins_word = !character.is_alphanumeric() || (after_lower_case && character.is_uppercase());
        after_lower_case = character.is_lowercase();
        if begins_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    let last_two = words[words.len().saturating_sub(2)..].concat();
    [words.pop().unwrap_or_default(), last_two]
}

/// Whether a word is another one but for a slip of the pen.
fn is_slip(said: &str, word: &str) -> bool {
    let allowed = if word.len() < 8 { 1 } else { 2 };
    said.len().abs_diff(word.len()) <= allowed && strsim::osa_distance(said, &word.to_ascii_lowercase()) <= allowed
}

/// Whether a folder is called as that of the artifacts is, whatever the case.
pub fn is_artifacts(name: &str) -> bool {
    name.eq_ignore_ascii_case(ARTIFACTS)
}

/// Whether a folder is called nearly as that of the artifacts is: `Artifact`, `artefacts`.
pub fn is_nearly_artifacts(name: &str) -> bool {
    is_artifacts(name) || is_slip(&name.to_lowercase(), ARTIFACTS)
}

/// What file managers leave behind.
const DEBRIS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Whether a file is what file managers leave behind.
pub fn is_debris(name: &str) -> bool {
    DEBRIS.contains(&name)
}

/// Whether a name hides something from whoever lists a folder; that is nobody's business but its owner's.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.') && !is_debris(name)
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
    fn the_folder_is_known_by_slips_too() {
        for name in ["Artifacts", "artifacts", "Artifact", "Artefacts", "artefact", "Artifcats"] {
            assert!(is_nearly_artifacts(name), "{name}");
        }
        for name in ["facts", "art", "notes", "old-artifacts", ""] {
            assert!(!is_nearly_artifacts(name), "{name}");
        }
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
        for (name, kind) in [
            ("acme-label.txt.txt", ArtifactKind::Label),
            ("acme-connectionSpec.json.txt", ArtifactKind::ConnectionSpec),
            ("acme-connectionSpecs.json", ArtifactKind::ConnectionSpec),
            ("acme-lable.txt", ArtifactKind::Label),
            ("acme_discription.txt", ArtifactKind::Description),
            ("acme-description.md", ArtifactKind::Description),
            ("acme-label", ArtifactKind::Label),
            ("acme-icons.svg", ArtifactKind::Icon),
        ] {
            assert_eq!(ArtifactKind::misspelt(name), Some(kind), "{name}");
        }
        for name in ["table.txt", "notes.txt", "acme-icon.png", "acme-label.txt.bak", "a.txt.txt", "README.md", ".", ""]
        {
            assert_eq!(ArtifactKind::misspelt(name), None, "{name}");
        }
        assert_eq!(ArtifactKind::in_other_format("acme-icon.PNG"), Some(ArtifactKind::Icon));
        assert_eq!(ArtifactKind::in_other_format("acme-connectionSpec.yaml"), Some(ArtifactKind::ConnectionSpec));
        for name in ["acme-label.bak", "acme-label.txt.bak", "acme-logo.png", ""] {
            assert_eq!(ArtifactKind::in_other_format(name), None, "{name}");
        }
        assert_eq!(ArtifactKind::Label.path("acme"), "Sources/acme/Artifacts/acme-label.txt");
        assert!(ArtifactKind::ALL.into_iter().all(|kind| kind.is_path("acme", &kind.path("acme"))));
        for path in ["Sources/acme/Artifacts/acme-icon.svg", "Sources/b/Artifacts/acme-label.txt", "acme-label.txt", ""]
        {
            assert!(!ArtifactKind::Label.is_path("acme", path), "{path}");
        }
    }
}
