//! `sss docs`: the documentation pages of a source, made and brought up to date.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{directory, selected::Selected};
use crate::{
    cli::{self, DocsPage, Global},
    config::Config,
    console::Console,
    documentation::{self, Answers, Facts, Merged, PageKind, Resolve, Shown, TEXTS, Texts, outline},
    error::Error,
    exit::Exit,
    files,
    lint::fix::Change,
    publish::Records,
    report,
    scaffold::{prompt, templates::Templates},
    spec::{Kind, Spec},
    style::{BAD, DIM, GOOD, NOTE},
    text::{Document, json::Tree},
    workspace::layout::{self, ArtifactKind},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Docs, console: &mut Console) -> Result<Exit, Error> {
    let selected = Selected::of(global, std::slice::from_ref(&arguments.source))?;
    let root = selected.root().to_owned();
    let mut facts = facts(&selected, &arguments.source)?;
    let mut answers = Answers::load(&root, &arguments.source).map_err(documentation::Error::from)?;
    given(arguments, &facts, &mut answers)?;
    answers.check(&facts).map_err(documentation::Error::from)?;
    let published = published(&root, global, &arguments.source, &Config::load(&root)?)?;
    if answers.connection_spec.is_none() {
        facts.recipe.connection_spec_id = published.id;
    }
    let own = arguments.templates.as_ref().map(|path| from(global, path));
    let templates = Templates::of(&documentation::TEMPLATES, own.as_deref())?;
    let folder = folder(global, arguments, &root)?;
    let kinds = PageKind::ALL.into_iter().filter(|kind| match arguments.page {
        None => true,
        Some(DocsPage::Api) => *kind == PageKind::Api,
        Some(DocsPage::Ui) => *kind == PageKind::Ui,
    });
    let resolve = match (arguments.force, arguments.keep) {
        (true, _) => Resolve::Generated,
        (_, true) => Resolve::Yours,
        _ => Resolve::Report,
    };
    let existing: Vec<(PageKind, Target)> =
        kinds.map(|kind| Ok((kind, Target::read(&root, &folder, kind)?))).collect::<Result<_, Error>>()?;
    let make = |answers: &Answers| -> Result<(Vec<Made>, Shown), Error> {
        let shown = Shown::of(&facts, answers)?;
        let pages = existing.iter().map(|(kind, target)| {
            let page = documentation::page(*kind, &facts, answers, &shown, &templates)?;
            let merged = documentation::merge(&target.text, &page, resolve)
                .map_err(|fault| documentation::Error::Marks { path: target.shown.clone().into(), fault })?;
            Ok(Made { kind: *kind, target: target.clone(), merged })
        });
        Ok((pages.collect::<Result<_, Error>>()?, shown))
    };
    let (mut pages, mut shown) = make(&answers)?;
    let writes = !arguments.diff && !arguments.check;
    if writes && console.interactive() && ask(global, &pages, &mut answers)? {
        (pages, shown) = make(&answers)?;
    }
    if writes {
        // Both pages or none, where that can be known.
        for page in pages.iter().filter(|page| page.is_changed() && page.target.is_there) {
            let is_readonly = fs::metadata(&page.target.path).is_ok_and(|metadata| metadata.permissions().readonly());
            if is_readonly {
                return Err(Error::file("write", &page.target.path, io::ErrorKind::PermissionDenied.into()));
            }
        }
        for page in pages.iter().filter(|page| page.is_changed()) {
            let (path, bytes) = (&page.target.path, page.merged.text.as_bytes());
            let written =
                if page.target.is_there { files::replace(path, bytes) } else { files::write_whole(path, bytes) };
            written.map_err(|source| Error::file("write", path, source))?;
        }
    }
    tell(arguments, &pages, console);
    if !console.json() {
        // What is noted of a stand-in for a sample, or of what is there already, is nobody's business.
        let is_new = writes && !answers.sample.is_empty() && pages.iter().any(Made::is_changed);
        let of_sample = shown.recipe.notes.iter().filter(|_| is_new);
        let notes = published.note.iter().chain(of_sample);
        notes.for_each(|note| console.progress(&format!("{NOTE}note{NOTE:#}: {note}")));
    }
    let is_stale = arguments.check && pages.iter().any(Made::is_changed);
    let has_conflicts = pages.iter().any(|page| !page.merged.conflicts.is_empty());
    Ok(if is_stale || (has_conflicts && !arguments.diff) { Exit::Findings } else { Exit::Done })
}

/// A page's file, as it is now.
#[derive(Debug, Clone)]
struct Target {
    path: PathBuf,
    /// As it is told: from the root of the repository where it lies in it.
    shown: String,
    text: String,
    is_there: bool,
}

impl Target {
    fn read(root: &Path, folder: &Path, kind: PageKind) -> Result<Self, Error> {
        let path = folder.join(format!("{}.md", kind.as_str()));
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string().replace('\\', "/");
        let bytes = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(Error::file("read", &path, source)),
        };
        let is_there = bytes.is_some();
        let text = String::from_utf8(bytes.unwrap_or_default())
            .map_err(|_| documentation::Error::NotText { path: shown.clone().into() })?;
        if !documentation::is_ours(&text) {
            return Err(documentation::Error::Foreign { path: shown.into() }.into());
        }
        Ok(Self { path, shown, text, is_there })
    }
}

/// A page brought up to date.
struct Made {
    kind: PageKind,
    target: Target,
    merged: Merged,
}

impl Made {
    fn is_changed(&self) -> bool {
        self.merged.text != self.target.text
    }
}

/// What the source is, from its artifacts.
fn facts(selected: &Selected, name: &str) -> Result<Facts, Error> {
    let unclear = |what: &str| {
        Error::usage(
            format!("the connection spec of `{name}` {what}"),
            format!("run `sss lint` to see why, in `{name}`"),
        )
    };
    let source = selected.workspace().source(name).ok_or_else(|| unclear("is not there"))?;
    let loaded = selected.workspace().load(source);
    let document = loaded.document(ArtifactKind::ConnectionSpec).ok_or_else(|| unclear("cannot be read"))?;
    let tree = Tree::read(document.clone());
    let spec = Spec::of(&tree).ok_or_else(|| unclear("is no sound JSON object"))?;
    let kind = spec.kind().ok_or_else(|| unclear("does not tell what kind of source it is"))?;
    Ok(Facts::of_source(name, &Texts::of_loaded(&loaded), kind, &spec.root().to_value()))
}

/// Puts what the flags say in the place of what the file says.
fn given(arguments: &cli::Docs, facts: &Facts, answers: &mut Answers) -> Result<(), Error> {
    let flags = [
        ("overview", &arguments.overview),
        ("contact", &arguments.contact),
        ("prerequisites", &arguments.prerequisites),
        ("webhook", &arguments.webhook),
        ("resources", &arguments.resources),
    ];
    for (id, text) in flags.into_iter().filter_map(|(id, text)| Some((id, text.as_ref()?))) {
        if id == "webhook" && facts.kind == Kind::Batch {
            return Err(Error::usage(
                format!("`{}` is fetched, and has no webhook", arguments.source),
                "leave `--webhook` out",
            ));
        }
        answers
            .set(id, text)
            .map_err(|why| Error::usage(format!("`--{id}` {why}"), "`sss docs --help` tells what it takes"))?;
    }
    Ok(())
}

/// The connection spec that the pages tell.
struct Published {
    id: Option<String>,
    note: Option<String>,
}

/// The id under which the source is published: on the platform, not on an emulator; with a profile, where that leads.
fn published(root: &Path, global: &Global, source: &str, config: &Config) -> Result<Published, Error> {
    let profile = match &global.profile {
        Some(name) if name != "emulator" => {
            let unknown = || crate::config::Error::UnknownProfile {
                name: name.clone(),
                known: config.profiles.keys().cloned().collect(),
            };
            Some(config.profiles.get(name).ok_or_else(unknown)?)
        }
        _ => None,
    };
    let fits = |wanted: Option<&String>, is: &str| wanted.is_none_or(|wanted| wanted == is);
    let records = Records::directory(root).all(source)?;
    let mut ids: Vec<String> = records
        .into_iter()
        .filter(|(target, _)| target.platform != "emulator")
        .filter(|(target, _)| fits(profile.and_then(|profile| profile.organization.as_ref()), &target.organization))
        .filter(|(target, _)| fits(profile.and_then(|profile| profile.sandbox.as_ref()), &target.sandbox))
        .map(|(_, id)| id)
        .collect();
    ids.sort();
    ids.dedup();
    Ok(match ids.len() {
        0 | 1 => Published { id: ids.pop(), note: None },
        many => Published {
            id: None,
            note: Some(format!(
                "`{source}` is published as {many} connection specs: say whose ID the pages tell, with `--profile`, or with \
                 `connection_spec` in `{}`",
                layout::docs_answers(source)
            )),
        },
    })
}

/// Where the pages are written.
fn folder(global: &Global, arguments: &cli::Docs, root: &Path) -> Result<PathBuf, Error> {
    let Some(output) = &arguments.output else { return Ok(root.join(layout::DOCS).join(&arguments.source)) };
    let folder = from(global, output);
    if folder.exists() && !folder.is_dir() {
        return Err(Error::usage(format!("`{}` is not a directory", folder.display()), "name one with `--output`"));
    }
    directory(global)?;
    Ok(folder)
}

/// A path of the command line: counted from `-C`, as it was given where there is none.
fn from(global: &Global, path: &Path) -> PathBuf {
    global.directory.as_ref().map_or_else(|| path.to_owned(), |directory| directory.join(path))
}

/// Asks for the texts that leave a gap. Tells whether one was given.
fn ask(global: &Global, pages: &[Made], answers: &mut Answers) -> Result<bool, Error> {
    let left: Vec<String> = pages.iter().flat_map(|page| outline::gaps(&page.merged.text)).map(|gap| gap.id).collect();
    let mut is_told = false;
    let colored = global.color != cli::Color::Never;
    for question in outline::QUESTIONS.iter().filter(|question| left.iter().any(|id| id == question.id)) {
        let Some(id) = TEXTS.into_iter().find(|id| *id == question.id) else { continue };
        let mut answer = None;
        let check = |text: &str| documentation::check_text(id, text).map(drop);
        prompt::ask_optional(&mut answer, &title(id), question.ask, colored, check)?;
        if let Some(text) = answer {
            is_told |= answers.set(id, &text).is_ok();
        }
    }
    Ok(is_told)
}

fn title(id: &str) -> String {
    id[..1].to_uppercase() + &id[1..]
}

/// Tells what was done, or what would be.
fn tell(arguments: &cli::Docs, pages: &[Made], console: &mut Console) {
    let writes = !arguments.diff && !arguments.check;
    if console.json() {
        console.print_json(&to_json(arguments, pages, writes));
        return;
    }
    let colored = console.colored();
    let mut told = BTreeSet::new();
    for page in pages {
        let name = &page.target.shown;
        if arguments.diff {
            if page.is_changed() {
                console.print(&difference(name, &page.target.text, &page.merged.text, colored));
            }
        } else if !page.is_changed() {
            console.progress(&format!("{DIM}up to date{DIM:#} {name}"));
        } else if arguments.check {
            console.line(&format!("{BAD}not up to date{BAD:#} {name}"));
        } else {
            console.line(&format!("{GOOD}wrote{GOOD:#} {name}"));
            let images = page.merged.text.matches(&outline::image("")).count();
            if !page.target.is_there && images > 0 {
                console.progress(&format!(
                    "{NOTE}note{NOTE:#}: {name} refers to {images} screenshots: take them, and put them in `images` beside it"
                ));
            }
        }
        for conflict in &page.merged.conflicts {
            console.message(&format!(
                "{BAD}conflict{BAD:#}: {name}:{}: the region `{}` was edited, and would be generated differently now; yours stays",
                conflict.line, conflict.region
            ));
            let place = format!("{name} ({})", conflict.region);
            console
                .message(difference(&place, &conflict.yours, &conflict.generated, console.told_in_color()).trim_end());
        }
        for region in &page.merged.released {
            console.progress(&format!(
                "{NOTE}note{NOTE:#}: {name}: the region `{region}` is generated no more; what you had made of it stays, as your own text"
            ));
        }
        // One that both pages have is answered once.
        let new = outline::gaps(&page.merged.text).into_iter().filter(|gap| told.insert(gap.id.clone()));
        for gap in new.collect::<Vec<_>>() {
            console.progress(&format!("{NOTE}gap{NOTE:#}: {name}:{}: {}: {}", gap.line, gap.id, gap.ask));
        }
    }
    if pages.iter().any(|page| !page.merged.conflicts.is_empty()) {
        console.message(&format!(
            "  {NOTE}help{NOTE:#}: `--force` takes the generated text, `--keep` keeps yours and settles it"
        ));
    }
    if arguments.check && pages.iter().any(Made::is_changed) {
        console.message(&format!("  {NOTE}help{NOTE:#}: run `sss docs {}`, and commit the pages", arguments.source));
    }
}

fn difference(name: &str, before: &str, after: &str, colored: bool) -> String {
    let document = |text: &str| Document::new(name, ended(text).into_bytes()).into();
    let change = Change { before: document(before), after: document(after), fixes: 0, secrets: Default::default() };
    report::diff(&change, name, colored).text
}

/// A text whose last line ends.
fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

fn to_json(arguments: &cli::Docs, pages: &[Made], writes: bool) -> Value {
    let page = |page: &Made| {
        let state = match (page.is_changed(), page.target.is_there) {
            (false, _) => "up-to-date",
            (true, false) => "new",
            (true, true) => "changed",
        };
        let gaps: Vec<Value> = outline::gaps(&page.merged.text)
            .into_iter()
            .map(|gap| json!({"id": gap.id, "ask": gap.ask, "line": gap.line}))
            .collect();
        let conflicts: Vec<Value> = page
            .merged
            .conflicts
            .iter()
            .map(|one| json!({"region": one.region, "line": one.line, "yours": one.yours, "generated": one.generated}))
            .collect();
        json!({
            "page": page.kind.as_str(),
            "path": page.target.shown,
            "state": state,
            "written": writes && page.is_changed(),
            "gaps": gaps,
            "conflicts": conflicts,
            "released": page.merged.released,
            "diff": arguments.diff.then(|| difference(&page.target.shown, &page.target.text, &page.merged.text, false)),
        })
    };
    json!({"version": 1, "source": arguments.source, "pages": pages.iter().map(page).collect::<Vec<_>>()})
}
