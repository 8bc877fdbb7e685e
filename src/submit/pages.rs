//! Where a source's pages stand in the repository of the documentation. Pure, but for finding the pages of a source.
//!
//! `help/sources/tutorials/api/create/<category>/<source>.md` and the same below `ui`.

use std::path::{Path, PathBuf};

use super::Error;
use crate::spec::category;

/// The folder of the documentation of sources, which tells its repository from others.
pub const SOURCES: &str = "help/sources";

/// The name of the repository of the documentation, and who it belongs to.
pub const REPOSITORY: (&str, &str) = ("AdobeDocs", "experience-platform.en");

/// The two pages of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// How it is set up through the API.
    Api,
    /// How it is set up in the user interface.
    Ui,
}

impl Section {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Api, Self::Ui];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Ui => "ui",
        }
    }

    /// The folder of its categories.
    pub fn folder(self) -> String {
        format!("{SOURCES}/tutorials/{}/create", self.name())
    }

    /// Where the page of a source stands.
    pub fn path(self, category: &str, source: &str) -> String {
        format!("{}/{category}/{source}.md", self.folder())
    }
}

/// A page that is to be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub section: Section,
    pub file: PathBuf,
}

/// The pages that are named, or those of the source at the root: `docs/<source>/api.md` and `ui.md`.
pub fn pages(root: &Path, base: &Path, source: &str, named: &[String]) -> Result<Vec<Page>, Error> {
    let mut pages: Vec<Page> = named.iter().map(|named| page(base, named)).collect::<Result<_, _>>()?;
    if named.is_empty() {
        let of = |section: Section| Page {
            section,
            file: root.join("docs").join(source).join(format!("{}.md", section.name())),
        };
        pages.extend(Section::ALL.map(of).into_iter().filter(|page| page.file.is_file()));
    }
    if pages.is_empty() {
        return Err(Error::Page {
            message: format!("there is neither `docs/{source}/api.md` nor `docs/{source}/ui.md`"),
            help: "name the pages with `--page api=FILE` and `--page ui=FILE`".to_owned(),
        });
    }
    for section in Section::ALL {
        if pages.iter().filter(|page| page.section == section).count() > 1 {
            return Err(Error::Page {
                message: format!("two pages are named for `{}`", section.name()),
                help: "hand in one page of each: `--page api=FILE --page ui=FILE`".to_owned(),
            });
        }
    }
    pages.sort_by_key(|page| page.section);
    Ok(pages)
}

/// A page as it is named: `api=FILE`, or a file whose name or folder tells which of the two it is.
fn page(base: &Path, named: &str) -> Result<Page, Error> {
    let told = Section::ALL.into_iter().find_map(|section| {
        let file = named.strip_prefix(section.name())?.strip_prefix('=')?;
        Some(Page { section, file: base.join(file) })
    });
    let page = match told {
        Some(page) => page,
        None => {
            let section = section_of(Path::new(named)).ok_or_else(|| Error::Page {
                message: format!("the name of `{named}` does not tell which page it is"),
                help: format!("write `--page api={named}` or `--page ui={named}`"),
            })?;
            Page { section, file: base.join(named) }
        }
    };
    if !page.file.is_file() {
        return Err(Error::Page {
            message: format!("there is no file `{}`", page.file.display()),
            help: "name the pages with `--page api=FILE` and `--page ui=FILE`".to_owned(),
        });
    }
    Ok(page)
}

fn section_of(file: &Path) -> Option<Section> {
    let stem = file.file_stem()?.to_str()?.to_lowercase();
    let folder =
        file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    let of = |name: &str| {
        let mut found =
            Section::ALL.into_iter().filter(|section| name.split(['-', '_', '.']).any(|word| word == section.name()));
        found.next().filter(|_| found.next().is_none())
    };
    of(&stem).or_else(|| of(&folder))
}

/// The folder for a category: the one of the same letters that is there, or else its words joined by hyphens.
pub fn folder(key: &str, there: &[String]) -> String {
    let wanted = category::fold(key);
    if let Some(folder) = there.iter().find(|folder| category::fold(folder) == wanted) {
        return folder.clone();
    }
    let mut folder = String::new();
    for character in key.trim().chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            if !folder.is_empty() && !folder.ends_with('-') {
                folder.push('-');
            }
            folder.extend(character.to_lowercase().filter(|character| character.is_alphanumeric()));
        } else {
            folder.push(character);
        }
    }
    folder.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_category_has_the_folder_that_is_there() {
        let there = ["marketing-automation", "databases", "crm", "ecommerce"].map(str::to_owned);
        for (key, expected) in [
            ("marketingAutomation", "marketing-automation"),
            ("Marketing Automation", "marketing-automation"),
            ("database", "databases"),
            ("crm", "crm"),
            ("customerSuccess", "customer-success"),
            ("Consent and Preferences", "consent-and-preferences"),
            ("../x", "x"),
            ("loyalty\n", "loyalty"),
        ] {
            assert_eq!(folder(key, &there), expected, "{key}");
        }
    }

    #[test]
    fn pages_are_found_or_named() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("docs/acme")).unwrap();
        assert!(pages(root, root, "acme", &[]).unwrap_err().to_string().contains("docs/acme/api.md"));
        fs::write(root.join("docs/acme/ui.md"), "x").unwrap();
        let found = pages(root, root, "acme", &[]).unwrap();
        assert_eq!(found, [Page { section: Section::Ui, file: root.join("docs/acme/ui.md") }]);
        fs::write(root.join("a.md"), "x").unwrap();
        fs::write(root.join("acme-api.md"), "x").unwrap();
        let named = |names: &[&str]| {
            pages(root, root, "acme", &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        let found = named(&["docs/acme/ui.md", "acme-api.md"]).unwrap();
        assert_eq!(found.iter().map(|page| page.section).collect::<Vec<_>>(), Section::ALL);
        assert_eq!(named(&["ui=a.md"]).unwrap()[0].section, Section::Ui);
        for (names, told) in [
            (&["a.md"][..], "does not tell which page"),
            (&["api=b.md"], "there is no file"),
            (&["api=a.md", "acme-api.md"], "two pages are named for `api`"),
        ] {
            let error = named(names).unwrap_err();
            assert!(error.to_string().contains(told) && error.help().is_some(), "{error}");
        }
        assert_eq!(Section::Api.path("crm", "acme"), "help/sources/tutorials/api/create/crm/acme.md");
    }
}
