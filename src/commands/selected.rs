//! What several verbs start from: the sources that were named, linted, and who we are on the platform.

use std::path::Path;

use uuid::Uuid;

use super::{directory, no_source};
use crate::{
    cli::{Format, Global},
    config::{self, Config},
    console::Console,
    error::Error,
    lint::{self, Findings},
    platform::{Client, Exchange, ProfileValues, Settings, settings},
    publish::Desired,
    report,
    spec::Spec,
    style::DIM,
    text::{json::Tree, nearest::nearest},
    workspace::{self, Workspace, layout::ArtifactKind, root_of},
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
        let root = root_of(&directory(global)?)?;
        let config = Config::load(&root)?;
        let mut workspace = Workspace::discover(&root)?;
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
        Ok(Self { workspace, config })
    }

    /// The root of the repository.
    pub(super) fn root(&self) -> &Path {
        self.workspace.root()
    }

    /// What the linter finds in them.
    pub(super) fn lint(&self) -> Findings {
        lint::check(&self.workspace, &self.config)
    }

    /// What they want on the platform, where the linter found no error; otherwise the findings are shown.
    pub(super) fn linted(&self, flow_spec: Option<Uuid>, console: &mut Console) -> Result<Option<Vec<Desired>>, Error> {
        let findings = self.lint();
        if findings.has_errors() {
            refuse(&findings, console);
            return Ok(None);
        }
        self.desired(flow_spec).map(Some)
    }

    /// What they want on the platform. To be asked only where the linter found no error.
    pub(super) fn desired(&self, flow_spec: Option<Uuid>) -> Result<Vec<Desired>, Error> {
        let desired = |source: &workspace::Source| {
            let loaded = source.load(self.root());
            let document = loaded.document(ArtifactKind::ConnectionSpec);
            let tree = document.map(|document| Tree::read(document.clone()));
            let spec = tree.as_ref().and_then(Spec::of);
            // A rule that was switched off may have let this through.
            let unclear = || {
                Error::usage(
                    format!("the connection spec of `{}` does not tell what kind of source it is", source.name),
                    "run `sss lint`; the rule that finds it is switched off or suppressed in `sss.toml`",
                )
            };
            let spec = spec.ok_or_else(unclear)?;
            let kind = spec.kind().ok_or_else(unclear)?;
            Ok(Desired::new(source.name.as_str(), kind, spec.root().to_value(), flow_spec))
        };
        self.workspace.sources().iter().map(desired).collect()
    }

    /// Where the platform is and who we are, from the profile and the environment.
    pub(super) fn settings(&self, global: &Global) -> Result<Settings, Error> {
        let profile = match global.profile.as_deref() {
            Some(settings::EMULATOR) => None,
            Some(name) => Some(self.config.profiles.get(name).ok_or_else(|| config::Error::UnknownProfile {
                name: name.to_owned(),
                known: self.config.profiles.keys().cloned().collect(),
            })?),
            None => self.config.profiles.get("default"),
        };
        let values = profile.map(|profile| ProfileValues {
            base_url: profile.base_url.clone(),
            ims_url: profile.ims_url.clone(),
            organization: profile.organization.clone(),
            sandbox: profile.sandbox.clone(),
        });
        Ok(settings::resolve(global.profile.as_deref(), values.as_ref(), &|name| std::env::var(name).ok())?)
    }
}

/// Shows why nothing is published.
pub(super) fn refuse(findings: &Findings, console: &mut Console) {
    if console.json() {
        console.print_json(&report::json_document(findings));
    } else {
        console.print(&report::render(findings, Format::Full, console.look()));
    }
    console.message("nothing was sent: a source that does not lint is not published");
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
    let mut client = Client::new(settings);
    let teller = console.teller();
    client.observe(move |exchange| {
        match telling {
            Telling::Nothing => {}
            Telling::Line => teller.progress(&format!("  {DIM}{}{DIM:#}", exchange.line())),
            Telling::Whole => teller.progress(exchange.full().trim_end()),
        }
        keep(exchange);
    });
    client
}
