//! The Handlebars templates: built in, and replaceable one by one from a directory.
//!
//! A file of a template's name in that directory replaces the template; a file of any other name is a mistake and is
//! told as one, except for names that start with a dot.

use std::{collections::BTreeMap, fs, path::Path};

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError, RenderErrorReason, no_escape,
    template::{Template, TemplateElement},
};
use serde_json::Value;

use super::Error;
use crate::text::nearest::nearest;

/// Templates that belong together, by file name: those that a directory may replace.
#[derive(Debug)]
pub struct Set {
    pub files: &'static [(&'static str, &'static str)],
    /// Whether a template is included by others rather than a file of its own.
    pub is_part: fn(&str) -> bool,
}

impl Set {
    /// The names of all templates.
    pub fn names(&self) -> Vec<&'static str> {
        self.files.iter().map(|(name, _)| *name).collect()
    }
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

/// The templates of a scaffold.
static SCAFFOLD: Set = Set { files: BUILT_IN, is_part };

const BUILT_IN: &[(&str, &str)] = built_in![
    "README.md.hbs",
    "auth-api-key.json.hbs",
    "auth-basic.json.hbs",
    "auth-oauth2.json.hbs",
    "category.txt.hbs",
    "ci-azure.yml.hbs",
    "ci-github.yml.hbs",
    "ci-gitlab.yml.hbs",
    "connectionSpec-batch.json.hbs",
    "connectionSpec-streaming.json.hbs",
    "description.txt.hbs",
    "gitignore.hbs",
    "icon.svg.hbs",
    "label.txt.hbs",
    "pagination-continuation-token.json.hbs",
    "pagination-none.json.hbs",
    "pagination-offset.json.hbs",
    "pagination-page.json.hbs",
    "pagination-pointer.json.hbs",
    "pre-commit.hbs",
    "sss.toml.hbs",
];

/// The largest template, in bytes.
const LARGEST: u64 = 1_000_000;

/// The names of all templates of a scaffold.
pub fn names() -> Vec<&'static str> {
    SCAFFOLD.names()
}

/// The most tags and parentheses in a template: nested ones cost stack, which must suffice for all of them.
const MOST_TAGS: usize = 250;

/// The most parentheses inside of each other in one tag: reading them takes time that doubles with each.
const MOST_NESTED: usize = 8;

/// The longest part of a template, in characters, that an error repeats.
const LONGEST_QUOTE: usize = 200;

/// Templates ready to be filled in.
///
/// A template fills one file, or is a part that those include. A part includes nothing, and only parts can be included:
/// so no set of templates, however it was changed, runs for ever.
#[derive(Debug)]
pub struct Templates {
    /// The parts, with the helpers.
    parts: Handlebars<'static>,
    whole: BTreeMap<&'static str, Template>,
}

impl Templates {
    /// The templates that come with `sss`.
    pub fn built_in() -> Result<Self, Error> {
        Self::of(&SCAFFOLD, None)
    }

    /// The built-in templates, with those of a directory in place of their namesakes.
    pub fn load(directory: &Path) -> Result<Self, Error> {
        Self::of(&SCAFFOLD, Some(directory))
    }

    /// The templates of a set, with those of a directory in place of their namesakes.
    pub fn of(set: &Set, directory: Option<&Path>) -> Result<Self, Error> {
        let Some(directory) = directory else { return Self::with(set, &BTreeMap::new()) };
        if !directory.is_dir() {
            return Err(Error::NoDirectory { path: directory.to_owned(), action: "templates are read from one" });
        }
        let mut paths = Vec::new();
        for entry in fs::read_dir(directory).map_err(|source| Error::file("read", directory, source))? {
            paths.push(entry.map_err(|source| Error::file("read", directory, source))?.path());
        }
        paths.sort();
        let mut replaced = BTreeMap::new();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') {
                continue;
            }
            let Some((known, _)) = set.files.iter().find(|(known, _)| *known == name) else {
                return Err(Error::UnknownTemplate { nearest: nearest(&name, set.names()), known: set.names(), path });
            };
            replaced.insert(*known, read(&path)?);
        }
        Self::with(set, &replaced)
    }

    fn with(set: &Set, replaced: &BTreeMap<&str, String>) -> Result<Self, Error> {
        let mut parts = Handlebars::new();
        parts.register_escape_fn(no_escape);
        parts.set_strict_mode(true);
        parts.register_helper("json", Box::new(json));
        let mut whole = BTreeMap::new();
        for (name, text) in set.files.iter().copied() {
            let text = replaced.get(name).map_or(text, String::as_str);
            let wrong = |at, why| Error::Template { name: name.to_owned(), at, why };
            if tags(text) > MOST_TAGS {
                return Err(wrong(None, format!("it holds more than {MOST_TAGS} tags and parentheses")));
            }
            if let Some(at) = too_nested(text) {
                return Err(wrong(Some(at), format!("more than {MOST_NESTED} parentheses stand inside of each other")));
            }
            let mut template =
                Template::compile(text).map_err(|error| wrong(error.pos(), lowered(&error.reason().to_string())))?;
            template.name = Some(name.to_owned());
            if let Some(what) = refused(&template, (set.is_part)(name)) {
                return Err(wrong(None, what.to_owned()));
            }
            if (set.is_part)(name) {
                parts.register_template(name, template);
            } else {
                whole.insert(name, template);
            }
        }
        Ok(Self { parts, whole })
    }

    /// Whether there is a template of this name that fills a file.
    pub fn has(&self, name: &str) -> bool {
        self.whole.contains_key(name)
    }

    /// Fills one template in.
    pub fn fill(&self, name: &str, context: &Value) -> Result<String, Error> {
        let mut registry = self.parts.clone();
        if let Some(template) = self.whole.get(name) {
            registry.register_template(name, template.clone());
        }
        registry.render(name, context).map_err(|error| Error::Template {
            name: error.template_name.clone().unwrap_or_else(|| name.to_owned()),
            at: error.line_no.zip(error.column_no),
            why: match error.reason() {
                RenderErrorReason::MissingVariable(Some(name)) => {
                    format!("there is no answer named `{}`", clipped(name))
                }
                reason => lowered(&reason.to_string()),
            },
        })
    }
}

/// Whether a template of a scaffold is included by others.
fn is_part(name: &str) -> bool {
    name.starts_with("auth-") || name.starts_with("pagination-")
}

/// How many tags a template holds, with the parentheses inside them.
fn tags(text: &str) -> usize {
    let tags = text.split("{{").skip(1);
    tags.map(|tag| 1 + tag.split("}}").next().unwrap_or(tag).matches('(').count()).sum()
}

/// Line and column of the first parenthesis that stands inside of too many others of its tag.
fn too_nested(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut inside = false;
    // A text between quotes does not end its tag; parentheses are counted there too, which only errs on the safe side.
    let mut quote = None;
    for (row, line) in text.lines().enumerate() {
        let mut escaped = false;
        for (at, c) in line.char_indices() {
            let rest = &line[at..];
            match c {
                _ if !inside => {
                    inside = rest.starts_with("{{");
                    depth = 0;
                }
                _ if escaped => escaped = false,
                '\\' => escaped = quote.is_some(),
                '"' | '\'' if quote == Some(c) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(c),
                '}' if quote.is_none() && rest.starts_with("}}") => inside = false,
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MOST_NESTED {
                return Some((row + 1, line[..at].chars().count() + 1));
            }
        }
    }
    None
}

/// What a template holds that could make it include itself.
fn refused(template: &Template, part: bool) -> Option<&'static str> {
    template.elements.iter().find_map(|element| match element {
        TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
            Some("it holds a decorator such as `{{#*inline}}`, which templates of `sss` do without")
        }
        TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) if part => {
            Some("it includes another template, and is itself one that is included")
        }
        TemplateElement::PartialBlock(_) => Some("it holds `{{#>`, which templates of `sss` do without"),
        TemplateElement::HelperBlock(block) => {
            [&block.template, &block.inverse].into_iter().flatten().find_map(|inner| refused(inner, part))
        }
        _ => None,
    })
}

fn read(path: &Path) -> Result<String, Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::file("read", path, source))?;
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !metadata.is_file() {
        return Err(Error::Template { name: name(), at: None, why: "it is not a file".to_owned() });
    }
    if metadata.len() > LARGEST {
        return Err(Error::Template { name: name(), at: None, why: "it is larger than 1 MB".to_owned() });
    }
    let bytes = fs::read(path).map_err(|source| Error::file("read", path, source))?;
    String::from_utf8(bytes).map_err(|_| Error::Template {
        name: name(),
        at: None,
        why: "it is not UTF-8 text".to_owned(),
    })
}

/// `{{json value}}`: a value as JSON, with quotes and escapes.
fn json(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let parameter = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("json", 0))?;
    if parameter.is_value_missing() {
        return Err(RenderError::strict_error(parameter.relative_path()));
    }
    out.write(&parameter.value().to_string())?;
    Ok(())
}

/// Handlebars' sentences, as fragments.
fn lowered(text: &str) -> String {
    let mut characters = text.trim().chars();
    match characters.next() {
        Some(first) => clipped(&first.to_lowercase().chain(characters).collect::<String>()),
        None => String::new(),
    }
}

/// A text of bearable length: what a template holds may be repeated whole in an error.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
