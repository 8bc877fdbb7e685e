//! What several verbs start from: the sources that were named, linted, and who we are on the platform.

use std::{collections::BTreeMap, path::Path};

use uuid::Uuid;

use super::{access, directory, no_source};
use crate::{
    cli::{Format, Global},
    config::Config,
    console::{Console, Teller},
    error::Error,
    lint::{self, Findings},
    platform::{Client, Exchange, Settings},
    publish::{self, Desired},
    report,
    spec::Spec,
    style::{DIM, WARNING},
    text::{json::Tree, nearest::nearest},
    workspace::{self, Workspace, layout, layout::ArtifactKind, root_of},
};

/// The sources that were named, all where none was, and the configuration around them.
#[derive(Debug)]
pub(super) struct Selected {
    workspace: Workspace,
    config: Config,
}

impl Selected {
    /// Finds the sources; a name that no source has is an error.
    pub(super) fn of(global: &Global, names: &[String]) -> Result<Self, Error> {
        let mut selected = Self::whole(global)?;
        let (root, workspace) = (selected.root().to_owned(), &mut selected.workspace);
        if let Some(unknown) = names.iter().find(|name| workspace.source(name).is_none()) {
            let known = workspace.sources().iter().map(|source| source.name.as_str());
            let nearest = nearest(unknown, known).map(str::to_owned);
            return Err(workspace::Error::UnknownSource { name: unknown.clone(), root, nearest }.into());
        }
        if workspace.sources().is_empty() {
            return Err(no_source(&root));
        }
        if !names.is_empty() {
            workspace.retain(|source| names.contains(&source.name));
        }
        Ok(selected)
    }

    /// The whole repository, whatever it holds.
    pub(super) fn whole(global: &Global) -> Result<Self, Error> {
        let root = root_of(&directory(global)?)?;
        let config = Config::load(&root)?;
        Ok(Self { workspace: Workspace::discover(&root)?, config })
    }

    /// Every source of the repository at `root`, which may have none yet.
    pub(super) fn in_root(root: &Path) -> Result<Self, Error> {
        let has_sources = root.join(layout::SOURCES).is_dir();
        let workspace = if has_sources { Workspace::discover(root)? } else { Workspace::empty(root) };
        Ok(Self { workspace, config: Config::load(root)? })
    }

    /// Leaves rules of the linter out.
    pub(super) fn ignore(&mut self, rules: &[&'static str]) {
        self.config.select(&[], rules);
    }

    /// The sources.
    pub(super) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Whether there is a source of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.workspace.source(name).is_some()
    }

    /// The names of the sources.
    pub(super) fn names(&self) -> Vec<String> {
        self.workspace.sources().iter().map(|source| source.name.clone()).collect()
    }

    /// The digest of each artifact's bytes, by its path.
    pub(super) fn digests(&self) -> Result<BTreeMap<String, String>, Error> {
        let mut digests = BTreeMap::new();
        for (_, entry) in self.workspace.sources().iter().flat_map(|source| source.artifacts()) {
            if let Some(digest) = publish::digest_of_file(&self.root().join(&*entry.path))? {
                digests.insert(entry.path.to_string(), digest);
            }
        }
        Ok(digests)
    }

    /// The root of the repository.
    pub(super) fn root(&self) -> &Path {
        self.workspace.root()
    }

    /// What the linter finds in them, and what they want on the platform: to be used only where it found no error.
    pub(super) fn lint(&self, flow_spec: Option<Uuid>) -> (Findings, Result<Vec<Desired>, Error>) {
        let (findings, desired) = lint::check_keeping(&self.workspace, &self.config, |source, spec| {
            let spec = spec.and_then(|spec| Some((spec.kind()?, spec.root())));
            // A rule that was switched off may have let this through.
            let unclear = || {
                Error::usage(
                    format!("the connection spec of `{}` does not tell what kind of source it is", source.name),
                    "run `sss lint`; the rule that finds it is switched off or suppressed in `sss.toml`",
                )
            };
            let (kind, root) = spec.ok_or_else(unclear)?;
            Ok(Desired::written(source.name.as_str(), kind, root, flow_spec))
        });
        (findings, desired.into_iter().collect())
    }

    /// What they want on the platform, where the linter found no error; otherwise the findings are shown.
    pub(super) fn linted(&self, flow_spec: Option<Uuid>, console: &mut Console) -> Result<Option<Vec<Desired>>, Error> {
        let (findings, desired) = self.lint(flow_spec);
        if findings.has_errors() {
            refuse(&findings, console);
            return Ok(None);
        }
        desired.map(Some)
    }

    /// What those want on the platform whose connection spec can be read, and the names of the others.
    pub(super) fn readable(&self, flow_spec: Option<Uuid>) -> (Vec<Desired>, Vec<String>) {
        let (mut readable, mut others) = (Vec::new(), Vec::new());
        for source in self.workspace.sources() {
            let loaded = self.workspace.load(source);
            let document = loaded.document(ArtifactKind::ConnectionSpec);
            let tree = document.map(|document| Tree::read(document.clone()));
            let spec = tree.as_ref().and_then(Spec::of);
            match spec.and_then(|spec| Some((spec.kind()?, spec.root()))) {
                Some((kind, root)) => readable.push(Desired::written(source.name.as_str(), kind, root, flow_spec)),
                None => others.push(source.name.clone()),
            }
        }
        (readable, others)
    }

    /// The sandboxes that the profile guards as if they were production.
    pub(super) fn protected(&self, global: &Global) -> &[String] {
        access::protected(global, &self.config)
    }

    /// Where the platform is and who we are, from the profile, the environment and credentials kept elsewhere.
    pub(super) fn settings(&self, global: &Global) -> Result<Settings, Error> {
        access::settings(global, &self.config, self.root())
    }
}

/// Shows why nothing is published.
pub(super) fn refuse(findings: &Findings, console: &mut Console) {
    show(findings, console);
    console.message("nothing was sent: a source that does not lint is not published");
}

/// Shows what the linter found.
pub(super) fn show(findings: &Findings, console: &mut Console) {
    if console.json() {
        console.stream(|out| report::write(findings, Format::Json, false, out));
    } else {
        let look = console.look();
        console.stream(|out| report::write(findings, Format::Full, look, out));
    }
}

/// How much is told of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    Nothing,
    Line,
    Whole,
}

impl Telling {
    /// What `-v` and `-vv` ask for.
    pub(super) fn of(verbose: u8) -> Self {
        match verbose {
            0 => Self::Nothing,
            1 => Self::Line,
            _ => Self::Whole,
        }
    }
}

/// A client that tells each of its requests, and hands it to `keep`.
pub(super) fn client(
    settings: Settings,
    console: &Console,
    telling: Telling,
    keep: impl Fn(&Exchange) + Send + Sync + 'static,
) -> Client {
    let teller = console.teller();
    for warning in &settings.warnings {
        teller.progress(&format!("{WARNING}warning{WARNING:#}: {warning}"));
    }
    let mut client = Client::new(settings);
    client.observe(move |exchange| {
        tell(teller, telling, exchange);
        keep(exchange);
    });
    client
}

/// Tells a person of an exchange, as far as that was asked for.
pub(super) fn tell(teller: Teller, telling: Telling, exchange: &Exchange) {
    match telling {
        Telling::Nothing => {}
        Telling::Line => teller.progress(&format!("  {DIM}{}{DIM:#}", exchange.line())),
        Telling::Whole => teller.progress(exchange.full().trim_end()),
    }
}
