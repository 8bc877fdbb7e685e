//! `sss submit`: lint, a plan, a question, a commit on a branch of its own, and the push; then the pull request's address,
//! title and text.

use std::path::Path;

use inquire::{Confirm, InquireError};
use serde_json::{Value, json};

use super::{
    directory,
    selected::{self, Selected},
};
use crate::{
    cli::{self, Global, HostKind},
    console::Console,
    documentation::{PageKind, outline},
    error::Error,
    exit::Exit,
    lint::{Findings, Level},
    publish::Records,
    report,
    spec::Kind,
    style::{BOLD, DIM, GOOD, NOTE, WARNING},
    submit::{
        self,
        address::{Address, Host, Project, Wanted as WantedAddress},
        branch::{Action, Origin, Plan, Wanted},
        evidence::Evidence,
        pages, program,
        repository::{Base, File, Remote, Repository},
        text::{Facts, Published, What},
    },
    text::visible::printable,
    workspace::layout::{self, ArtifactKind},
};

/// That git does not track an artifact is what handing it in mends.
const MENDED: &str = "untracked-artifact";

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Submit, console: &mut Console) -> Result<Exit, Error> {
    let mut selected = Selected::of(global, std::slice::from_ref(&arguments.source))?;
    selected.ignore(&[MENDED]);
    let (findings, desired) = selected.lint(None);
    if findings.has_errors() {
        selected::show(&findings, console);
        console.message("nothing was handed in: a source that does not lint is not ready for it");
        return Ok(Exit::Findings);
    }
    let kind = desired?.first().map(|one| one.kind);
    tell(&findings, console);
    let base = directory(global)?;
    let evidence = match &arguments.evidence {
        Some(folder) => Evidence::read(&base.join(folder), &arguments.source)?,
        None => None,
    };
    if arguments.evidence.is_some() && evidence.is_none() {
        console.progress(&format!("{NOTE}note{NOTE:#}: the evidence holds no `report.json`, so no result is told"));
    }
    let mut facts = facts(&selected, &arguments.source, kind, &findings)?;
    facts.verified(evidence.as_ref());
    if evidence.as_ref().is_some_and(|evidence| !evidence.ok) {
        console
            .progress(&format!("{WARNING}warning{WARNING:#}: the verification failed, and the pull request says so"));
    }
    let handed = Handed::of(&base, &selected, arguments, &facts.category)?;
    for name in &handed.missing {
        console.progress(&format!(
            "{WARNING}warning{WARNING:#}: a page shows the screenshot `{name}`, which is neither beside it nor in `images` there"
        ));
    }
    let checks = Checks::of(&findings, evidence.as_ref());
    Submission::prepare(handed, arguments, facts, checks)?.carry_out(global, arguments, console)
}

/// Tells what the linter found, which reviewers will find as well.
fn tell(findings: &Findings, console: &mut Console) {
    for finding in &findings.findings {
        let style = if finding.level == Level::Note { NOTE } else { WARNING };
        let (level, path) = (finding.level.name(), printable(&finding.path));
        console.progress(&format!("{style}{level}[{}]{style:#}: {} ({path})", finding.rule, finding.message));
    }
}

/// What is known of the source.
fn facts(selected: &Selected, name: &str, kind: Option<Kind>, findings: &Findings) -> Result<Facts, Error> {
    let workspace = selected.workspace();
    let loaded = workspace.source(name).map(|source| workspace.load(source));
    let text = |kind| {
        let document = loaded.as_ref().and_then(|loaded| loaded.document(kind));
        document.map(|document| document.text().trim().to_owned()).unwrap_or_default()
    };
    let published = Records::directory(selected.root()).of_source(name)?;
    Ok(Facts {
        source: name.to_owned(),
        kind: kind.map(|kind| kind.to_string()).unwrap_or_default(),
        label: text(ArtifactKind::Label),
        description: text(ArtifactKind::Description),
        category: text(ArtifactKind::Category),
        is_update: false,
        // What an emulator knows, nobody else does.
        published: published
            .into_iter()
            .filter(|(target, _)| target.platform != "emulator")
            .map(|(target, entry)| Published {
                platform: target.platform,
                organization: target.organization,
                sandbox: target.sandbox,
                connection_spec: entry.connection_spec,
                flow_spec: entry.flow_spec,
            })
            .collect(),
        lint: report::summary(findings),
        verify: None,
        failed: Vec::new(),
        files: Vec::new(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// What is handed in, and where.
struct Handed {
    what: What,
    repository: Repository,
    files: Vec<File>,
    own: Vec<String>,
    origin: Origin,
    remote: Option<Remote>,
    base: Base,
    branch: String,
    /// Screenshots that a page refers to and that are nowhere.
    missing: Vec<String>,
}

impl Handed {
    fn of(base: &Path, selected: &Selected, arguments: &cli::Submit, category: &str) -> Result<Self, Error> {
        match &arguments.into {
            Some(checkout) if arguments.docs => Self::pages(base, &base.join(checkout), selected, arguments, category),
            _ => Self::artifacts(selected, arguments),
        }
    }

    fn artifacts(selected: &Selected, arguments: &cli::Submit) -> Result<Self, Error> {
        let (name, root) = (&arguments.source, selected.root());
        let repository = Repository::around(root)?;
        let mut files = Vec::new();
        for kind in ArtifactKind::ALL {
            files.extend(repository.file(&root.join(kind.path(name)))?);
        }
        let record = layout::published(name);
        let own = vec![repository.path_below(root, &record)?];
        files.extend(repository.file(&root.join(&record))?);
        Self::with(What::Source, repository, files, own, Origin::WorkTree, arguments)
    }

    fn pages(
        base: &Path,
        checkout: &Path,
        selected: &Selected,
        arguments: &cli::Submit,
        category: &str,
    ) -> Result<Self, Error> {
        let name = &arguments.source;
        let repository = Repository::around(checkout)?;
        let origin = if arguments.replace { Origin::Replacing } else { Origin::Elsewhere };
        let mut handed = Self::with(What::Documentation, repository, Vec::new(), Vec::new(), origin, arguments)?;
        if !handed.repository.holds(&handed.base, pages::SOURCES)? {
            return Err(submit::Error::Page {
                message: format!("`{}` of `{}` holds no `{}`", handed.base.shown, checkout.display(), pages::SOURCES),
                help: "`--into` takes a checkout of your fork of the documentation repository".to_owned(),
            }
            .into());
        }
        let folder = match &arguments.category {
            Some(folder) => folder.clone(),
            None => {
                let mut there = Vec::new();
                for kind in PageKind::ALL {
                    there.extend(handed.repository.folders(&handed.base, &pages::categories(kind))?);
                }
                pages::folder(category, &there)
            }
        };
        if layout::source_name_fault(&folder).is_some() {
            return Err(Error::usage(
                format!("`{}` is no name for a folder of the documentation", printable(&folder)),
                "name it with `--category`, in lower-case words joined by hyphens, for example `marketing-automation`",
            ));
        }
        handed.own = PageKind::ALL.map(|kind| outline::place(kind, &folder, name)).to_vec();
        for page in pages::pages(selected.root(), base, name, &arguments.page)? {
            let (path, bytes) = (outline::place(page.kind, &folder, name), pages::content(&page)?);
            for name in pages::screenshots(&String::from_utf8_lossy(&bytes)) {
                handed.add_screenshot(&page, &name)?;
            }
            handed.files.push(File { path, bytes, is_executable: false });
        }
        Ok(handed)
    }

    /// Adds a screenshot that a page refers to, once.
    fn add_screenshot(&mut self, page: &pages::Page, name: &str) -> Result<(), Error> {
        let path = format!("{}/{name}", outline::IMAGES);
        if self.files.iter().any(|file| file.path == path) {
            return Ok(());
        }
        match pages::screenshot(page, name) {
            Some(file) => {
                let bytes = std::fs::read(&file).map_err(|source| Error::file("read", &file, source))?;
                self.files.push(File { path, bytes, is_executable: false });
            }
            None if self.repository.holds(&self.base, &path)? => {}
            None => self.missing.push(name.to_owned()),
        }
        Ok(())
    }

    fn with(
        what: What,
        repository: Repository,
        files: Vec<File>,
        own: Vec<String>,
        origin: Origin,
        arguments: &cli::Submit,
    ) -> Result<Self, Error> {
        let remote = repository.remote(arguments.remote.as_deref())?;
        if remote.is_none() && !arguments.no_push {
            return Err(submit::Error::NoRemote.into());
        }
        let branch = arguments.branch.clone().unwrap_or_else(|| submit::branch_of(&arguments.source));
        repository.refuse_checked_out(&branch)?;
        let base = repository.base(arguments.base.as_deref(), remote.as_ref(), &branch)?;
        Ok(Self { what, repository, files, own, origin, remote, base, branch, missing: Vec::new() })
    }
}

/// All that is decided before anything is done.
struct Submission {
    handed: Handed,
    plan: Plan,
    signers: submit::repository::Signers,
    source: String,
    title: String,
    text: String,
    address: Option<(Host, Address)>,
    /// What the linter and `sss verify` say, as JSON.
    checks: Checks,
}

/// What was checked, as JSON.
struct Checks {
    lint: Value,
    verify: Value,
}

impl Checks {
    fn of(findings: &Findings, evidence: Option<&Evidence>) -> Self {
        let verify = evidence.map(|evidence| {
            let Evidence { ok, passed, failed, skipped } = evidence;
            json!({ "ok": ok, "passed": passed, "failed": failed, "skipped": skipped })
        });
        Self { lint: report::json_summary(findings), verify: verify.unwrap_or_default() }
    }
}

impl Submission {
    fn prepare(handed: Handed, arguments: &cli::Submit, mut facts: Facts, checks: Checks) -> Result<Self, Error> {
        let repository = &handed.repository;
        repository.refuse_conflicts(&handed.files)?;
        let signers = repository.signers()?;
        let plan = Plan::make(
            repository,
            &Wanted {
                branch: &handed.branch,
                base: &handed.base,
                remote: handed.remote.as_ref(),
                files: &handed.files,
                own: &handed.own,
                what: &format!("`{}`", arguments.source),
                origin: handed.origin,
                committer: &signers.committer,
            },
        )?;
        facts.is_update = plan.is_update;
        facts.files = plan.changed.iter().map(|(path, _)| path.clone()).collect();
        let (title, text) = (facts.title(handed.what), facts.text(handed.what)?);
        let address = match &handed.remote {
            Some(remote) => address(&handed, remote, arguments.host, &title, &text)?,
            None => None,
        };
        Ok(Self { plan, signers, source: facts.source, title, text, address, checks, handed })
    }

    fn carry_out(&self, global: &Global, arguments: &cli::Submit, console: &mut Console) -> Result<Exit, Error> {
        let pushes = !arguments.no_push && self.plan.is_ahead;
        let remote = self.handed.remote.as_ref().filter(|_| pushes);
        if arguments.dry_run {
            if !console.json() {
                console.line(&format!("{}\n", self.outline(remote, "would be")));
            }
            self.print(None, false, true, console);
            return Ok(Exit::Done);
        }
        if let Some(remote) = remote.filter(|_| !arguments.yes) {
            self.ask(remote, console)?;
        }
        let commit = self.plan.commit(&self.handed.repository, &self.signers, &self.title)?;
        let (good, dim) = (GOOD, DIM);
        match &commit {
            Some(id) => console.progress(&format!(
                "{good}committed{good:#} {} on `{}` as {}",
                files(self.plan.changed.len()),
                self.plan.branch,
                &id.to_string()[..10]
            )),
            None => console.progress(&format!("{dim}`{}` holds everything as it is here{dim:#}", self.plan.branch)),
        }
        if let Some(remote) = remote {
            program::push(
                &self.handed.repository,
                remote,
                &self.plan.branch,
                global.quiet,
                self.plan.has_branch_here(),
            )?;
            console.progress(&format!("{good}pushed{good:#} `{}` to `{}`", self.plan.branch, remote.name));
        } else if !arguments.no_push {
            console.progress(&format!("{dim}the remote has it already{dim:#}"));
        }
        self.print(commit.map(|id| id.to_string()), remote.is_some(), false, console);
        Ok(Exit::Done)
    }

    /// What is done or would be, for a person to look at.
    fn outline(&self, remote: Option<&Remote>, verb: &str) -> String {
        let (plan, base) = (&self.plan, &self.handed.base);
        let bold = BOLD;
        let mut lines = vec![match plan.action {
            Action::Create => {
                format!("the branch {bold}{}{bold:#} {verb} made from `{}`, with one commit:", plan.branch, base.shown)
            }
            Action::Update => {
                format!("a commit {verb} added to the branch {bold}{}{bold:#}, which then holds:", plan.branch)
            }
            Action::Nothing => format!("the branch {bold}{}{bold:#} holds everything as it is here:", plan.branch),
        }];
        lines.extend(plan.changed.iter().map(|(path, is_new)| format!("  {} {path}", if *is_new { '+' } else { '~' })));
        if let Some(remote) = remote {
            lines.push(format!("it {verb} pushed to `{}`, {}", remote.name, remote.shown));
        }
        lines.join("\n")
    }

    fn ask(&self, remote: &Remote, console: &mut Console) -> Result<(), Error> {
        if !console.interactive() {
            return Err(Error::usage(
                format!(
                    "`{}` would be pushed to `{}`, and nobody can be asked without a terminal",
                    self.plan.branch, remote.name
                ),
                "`--yes` pushes without asking; `--dry-run` only shows what would be done, `--no-push` only makes the branch",
            ));
        }
        console.message(&self.outline(Some(remote), "is"));
        match Confirm::new(&format!("Push `{}` to `{}`?", self.plan.branch, remote.name)).with_default(false).prompt() {
            Ok(true) => Ok(()),
            Ok(false) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                console.message("nothing was changed");
                Err(Error::Interrupted)
            }
            Err(error) => {
                Err(Error::usage(format!("the question could not be asked: {error}"), "`--yes` pushes without asking"))
            }
        }
    }

    /// The result: where the pull request is opened, and what it says.
    fn print(&self, commit: Option<String>, pushed: bool, dry_run: bool, console: &mut Console) {
        let address = self.address.as_ref().map(|(_, address)| address);
        if console.json() {
            console.print_json(&self.json(commit, pushed, dry_run));
            return;
        }
        let bold = BOLD;
        match address {
            Some(address) => {
                let filled = match (address.has_title, address.has_text) {
                    (true, true) => "with title and text filled in",
                    (true, false) => "with the title filled in; the text is too long for an address",
                    _ => "title and text are below",
                };
                console.line(&format!("{bold}Open the pull request{bold:#}, {filled}:\n{}\n", address.url));
            }
            None if self.handed.remote.as_ref().is_some_and(|remote| remote.project.is_some()) => {
                console.progress(&format!(
                    "{NOTE}note{NOTE:#}: the name of the remote's host does not tell what it runs, so there is no address for \
                     the pull request; `--host` tells"
                ))
            }
            None => {}
        }
        console.line(&format!("{bold}{}{bold:#}\n", self.title));
        console.print(&self.text);
    }

    fn json(&self, commit: Option<String>, pushed: bool, dry_run: bool) -> Value {
        let (plan, base) = (&self.plan, &self.handed.base);
        let changed = |(path, is_new): &(String, bool)| json!({ "path": path, "new": is_new });
        json!({
            "version": 1,
            "source": self.source,
            "what": self.handed.what.name(),
            "dry_run": dry_run,
            "branch": plan.branch,
            "base": base.branch,
            "remote": self.handed.remote.as_ref().map(|remote| json!({ "name": remote.name, "address": remote.shown })),
            "action": plan.action.name(),
            "files": plan.changed.iter().map(changed).collect::<Vec<_>>(),
            "commit": commit,
            "pushed": pushed,
            "lint": self.checks.lint,
            "verify": self.checks.verify,
            "pull_request": {
                "host": self.address.as_ref().map(|(host, _)| host.name()),
                "address": self.address.as_ref().map(|(_, address)| &address.url),
                "title": self.title,
                "text": self.text,
            },
        })
    }
}

fn files(count: usize) -> String {
    format!("{count} file{}", if count == 1 { "" } else { "s" })
}

/// The address that the pull request is opened at, where that is known.
fn address(
    handed: &Handed,
    remote: &Remote,
    told: Option<HostKind>,
    title: &str,
    text: &str,
) -> Result<Option<(Host, Address)>, Error> {
    let Some(head) = remote.project.clone() else { return Ok(None) };
    let head = program::resolved(head);
    let told = told.map(|told| match told {
        HostKind::Github => Host::GitHub,
        HostKind::Gitlab => Host::GitLab,
        HostKind::Bitbucket => Host::Bitbucket,
        HostKind::Azure => Host::Azure,
    });
    let Some(host) = told.or_else(|| head.kind()) else { return Ok(None) };
    let base = merged_into(handed, remote, &head)?.unwrap_or_else(|| head.clone());
    let wanted = WantedAddress {
        head: &head,
        branch: &handed.branch,
        base: &base,
        base_branch: &handed.base.branch,
        title,
        text,
    };
    Ok(Some((host, Address::of(host, &wanted))))
}

/// What the branch is to be merged into, where that is another repository: that of the base, the remote that is called
/// `upstream` by custom, or, for a fork of the documentation, the documentation.
fn merged_into(handed: &Handed, remote: &Remote, head: &Project) -> Result<Option<Project>, Error> {
    let of_base = handed.base.remote.as_deref().filter(|name| *name != remote.name);
    let named = match of_base {
        Some(name) => Some(handed.repository.remote_of(name)?),
        None if remote.name != "upstream" => handed.repository.remote_of("upstream").ok(),
        None => None,
    };
    let project = named.and_then(|remote| remote.project).map(program::resolved);
    let project = project.filter(|project| project.host() == head.host());
    let documentation = || {
        let (owner, name) = pages::REPOSITORY;
        let is_fork = handed.what == What::Documentation && head.host() == "github.com" && head.repository() == name;
        is_fork.then(|| Project::read(&format!("https://github.com/{owner}/{name}"))).flatten()
    };
    Ok(project.or_else(documentation))
}
