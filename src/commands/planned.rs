//! What `plan` and `publish` share: a plan made from what was asked for, or the one that a file holds.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use super::{
    directory,
    selected::{self, Selected, Telling},
};
use crate::{
    cli::{Global, Selection},
    console::Console,
    error::Error,
    platform::{FlowService, Settings},
    publish::{self, Lock, Made, Options, Plan, Records, SavedPlan},
};

/// A plan, and everything to carry it out with.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) service: FlowService,
    pub(super) records: Records,
    pub(super) made: Made,
    /// The sandboxes that the profile guards as if they were production.
    pub(super) protected: Vec<String>,
    /// The repository, where it was taken.
    pub(super) lock: Option<Lock>,
}

/// What a plan is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be shown.
    Show,
    /// To be shown and saved.
    Save,
    /// To be carried out.
    Publish,
    /// To be compared with a saved one, and carried out.
    Compare,
}

/// What a plan is made of.
struct Recipe<'a> {
    global: &'a Global,
    selection: &'a Selection,
    selected: Selected,
    settings: Settings,
}

/// Makes the plan that was asked for. `None` where a source does not lint, which was shown then.
pub(super) fn make(
    global: &Global,
    selection: &Selection,
    purpose: Purpose,
    console: &mut Console,
) -> Result<Option<Planned>, Error> {
    let selected = if selection.undo { Selected::whole(global)? } else { Selected::of(global, &selection.sources)? };
    let settings = selected.settings(global)?;
    Recipe { global, selection, selected, settings }.make(purpose, console)
}

/// Makes the plan again that a file holds, and refuses where it is another one now.
pub(super) fn make_again(
    global: &Global,
    path: &Path,
    saved: &SavedPlan,
    selection: &Selection,
    console: &mut Console,
) -> Result<Option<Planned>, Error> {
    let made = &saved.made;
    let out_of_date =
        |changed: Vec<String>| Error::Publish(publish::Error::OutOfDate { path: path.to_owned(), changed });
    // Whoever names no profile means the plan's.
    let global = &Global { profile: global.profile.clone().or_else(|| made.profile.clone()), ..global.clone() };
    if global.profile != made.profile {
        let named = |profile: &Option<String>| profile.clone().map_or("none".to_owned(), |name| format!("`{name}`"));
        let (then, now) = (named(&made.profile), named(&global.profile));
        return Err(out_of_date(vec![format!("the profile (it was {then}, and is {now})")]));
    }
    let selected = Selected::whole(global)?;
    let gone: Vec<String> = made
        .sources
        .iter()
        .filter(|source| !made.undo && !selected.has(source))
        .map(|source| format!("the source `{source}`, which is gone"))
        .collect();
    if !gone.is_empty() {
        return Err(out_of_date(gone));
    }
    let selected = if made.undo { selected } else { Selected::of(global, &made.sources)? };
    let artifacts = if made.undo { BTreeMap::new() } else { selected.digests()? };
    let changed = saved.changed_artifacts(&artifacts);
    if !changed.is_empty() {
        return Err(out_of_date(changed));
    }
    let settings = selected.settings(global)?;
    let origin = settings.base_url.origin().ascii_serialization();
    let mut elsewhere = Vec::new();
    for (what, then, now) in [
        ("address of the platform", &made.origin, &origin),
        ("organization", &saved.plan.target.organization, &settings.organization),
        ("sandbox", &saved.plan.target.sandbox, &settings.sandbox),
    ] {
        if then != now {
            elsewhere.push(format!("the {what} (it was `{then}`, and is `{now}`)"));
        }
    }
    if !elsewhere.is_empty() {
        return Err(out_of_date(elsewhere));
    }
    let selection = &Selection {
        sources: made.sources.clone(),
        flow_spec: made.flow_spec,
        undo: made.undo,
        adopt: made.adopt,
        recreate: made.recreate,
        jobs: selection.jobs,
    };
    let Some(planned) = (Recipe { global, selection, selected, settings }).make(Purpose::Compare, console)? else {
        return Ok(None);
    };
    let changed = saved.changed(&planned.plan, &planned.made.artifacts);
    if changed.is_empty() { Ok(Some(planned)) } else { Err(out_of_date(changed)) }
}

impl Recipe<'_> {
    fn make(self, purpose: Purpose, console: &mut Console) -> Result<Option<Planned>, Error> {
        let Self { global, selection, selected, settings } = self;
        let Selection { flow_spec, undo, adopt, recreate, jobs, .. } = *selection;
        let desired = if undo {
            None
        } else {
            let Some(desired) = selected.linted(flow_spec, console)? else { return Ok(None) };
            Some(desired)
        };
        let origin = settings.base_url.origin().ascii_serialization();
        let service = FlowService::new(selected::client(settings, console, Telling::of(console.verbose()), |_| {}));
        // Before the plan: what another process is about to record belongs to it.
        let takes = matches!(purpose, Purpose::Publish | Purpose::Compare);
        let lock = takes.then(|| take(selected.root(), console));
        let records = Records::directory(selected.root());
        let options = Options { adopt, recreate, jobs };
        // A few take no time worth a word, and a log is no place for it.
        let many = desired.as_ref().map_or(0, Vec::len);
        if many > jobs.get() && io::stderr().is_terminal() {
            console.progress(&format!("reading what the platform has of {many} sources"));
        }
        let plan = match &desired {
            Some(desired) => publish::plan(&service, desired, &records, &options)?,
            None => publish::plan_undo(&service, &selection.sources, flow_spec, &records, &options)?,
        };
        let compares = !undo && matches!(purpose, Purpose::Save | Purpose::Compare);
        let made = Made {
            at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            by: concat!("sss ", env!("CARGO_PKG_VERSION")).to_owned(),
            origin,
            profile: global.profile.clone(),
            sources: if undo { plan.changes.iter().map(|one| one.source.clone()).collect() } else { selected.names() },
            undo,
            adopt,
            recreate,
            flow_spec,
            artifacts: if compares { selected.digests()? } else { BTreeMap::new() },
        };
        let protected = selected.protected(global).to_vec();
        Ok(Some(Planned { plan, service, records, made, protected, lock }))
    }
}

fn take(root: &Path, console: &mut Console) -> Lock {
    let lock = Lock::take(root, |holder| {
        let holder = holder.map(|holder| format!(" ({holder})")).unwrap_or_default();
        console.progress(&format!("waiting for another `sss publish` in this repository{holder}"));
    });
    if let Some(holder) = lock.left_by() {
        console.progress(&format!(
            "an earlier `sss publish` ended before it was done ({holder}); what it began is looked into"
        ));
    }
    lock
}

/// The saved plan that was named in place of sources.
pub(super) fn saved(global: &Global, selection: &Selection) -> Result<Option<(PathBuf, SavedPlan)>, Error> {
    let [name] = selection.sources.as_slice() else { return Ok(None) };
    let path = directory(global)?.join(name);
    // A source's name has neither a dot nor a slash, so what has one is a file's; another name is a file's where no source
    // bears it.
    let says_file = name.contains(['.', '/', '\\']);
    if !says_file && (!path.is_file() || Selected::whole(global).is_ok_and(|selected| selected.has(name))) {
        return Ok(None);
    }
    let Selection { flow_spec, undo, adopt, recreate, .. } = selection;
    if flow_spec.is_some() || *undo || *adopt || *recreate {
        return Err(Error::usage(
            format!(
                "`{name}` is a plan that was made already, and takes no `--flow-spec`, `--undo`, `--adopt` or `--recreate`"
            ),
            "make another plan with them: `sss plan --out FILE`",
        ));
    }
    let saved = SavedPlan::read(&path)?;
    Ok(Some((path, saved)))
}
