//! A plan printed: for a person, unchanged values folded, and as JSON.

use std::fmt::{self, Write as _};

use anstyle::Style;
use serde_json::{Value, json};

use super::{
    Action, Change, Conflict, Difference, FlowSpecChange, Plan, Target, diff::leaves, outline, written::Written,
};
use crate::{
    style::{BAD, BOLD, DIM, GOOD, WARNING},
    text::visible::printable,
};

const LONGEST_VALUE: usize = 100;

impl Plan {
    /// The plan for a person, in the console's colours: what is alike folded, and what is new but for its names.
    pub fn to_text(&self) -> String {
        self.text(false)
    }

    /// The same with every value of what is new.
    pub fn to_whole_text(&self) -> String {
        self.text(true)
    }

    fn text(&self, whole: bool) -> String {
        let mut text = format!("{BOLD}{}{BOLD:#}\n", self.target);
        for change in &self.changes {
            change.write(whole, self.undo, &mut text);
        }
        for change in self.flow_specs.iter().filter(|change| change.writes()) {
            change.write(&mut text);
        }
        let _ = writeln!(text, "\n{}", self.summary());
        text
    }

    /// How much would change, in a sentence.
    pub fn summary(&self) -> String {
        let count = |fits: fn(&Action) -> bool| self.changes.iter().filter(|change| fits(&change.action)).count();
        let flow_specs = |many: fn(&FlowSpecChange) -> usize| -> usize { self.flow_specs.iter().map(many).sum() };
        let parts = [
            (count(|action| matches!(action, Action::Create)), "to create"),
            (count(|action| matches!(action, Action::Update { .. })), "to update"),
            (count(|action| matches!(action, Action::Adopt { .. })), "to adopt"),
            (flow_specs(|one| one.add.len()), "to list in a flow spec"),
            (flow_specs(|one| one.remove.len()), "to take out of a flow spec"),
            (flow_specs(|one| one.restore.len()), "of others to put back into a flow spec"),
            (count(|action| matches!(action, Action::Conflict(_))), "in conflict"),
            (count(|action| matches!(action, Action::None { .. })), if self.undo { "not listed" } else { "in step" }),
        ];
        let told: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !self.has_changes() {
            return format!("nothing to change: {}", told.join(", "));
        }
        format!("plan: {}", told.join(", "))
    }

    /// The plan as one JSON object.
    pub fn to_json(&self) -> Value {
        let changes: Vec<Value> = self.changes.iter().map(Change::to_json).collect();
        let flow_specs: Vec<Value> = self.flow_specs.iter().map(FlowSpecChange::to_json).collect();
        json!({
            "version": 1,
            "target": target(&self.target),
            "undo": self.undo,
            "has_changes": self.has_changes(),
            "changes": changes,
            "flow_specs": flow_specs,
        })
    }
}

impl FlowSpecChange {
    fn write(&self, text: &mut String) {
        let name = self.name.as_deref().unwrap_or("without a name");
        let _ =
            writeln!(text, "\n{WARNING}~{WARNING:#} flow spec {BOLD}{}{BOLD:#} {}", printable(name), self.flow_spec);
        let _ = writeln!(text, "    sourceConnectionSpecIds");
        for addition in &self.add {
            let id = addition.connection_spec.as_deref().unwrap_or("the id it will be given");
            let _ = writeln!(text, "      {GOOD}+ {id}{GOOD:#} (`{}`)", addition.source);
        }
        for id in &self.restore {
            let why = "listed when a run was cut short there, and since then lost";
            let _ = writeln!(text, "      {GOOD}+ {id}{GOOD:#} ({why})");
        }
        for gone in &self.remove {
            let _ = writeln!(text, "      {BAD}- {}{BAD:#} (`{}`)", gone.connection_spec, gone.source);
        }
        let unchanged = self.listed.iter().filter(|id| !self.remove.iter().any(|gone| gone.connection_spec == **id));
        let _ = writeln!(text, "      {DIM}{} ids unchanged{DIM:#}", unchanged.count());
    }

    fn to_json(&self) -> Value {
        let add: Vec<Value> =
            self.add.iter().map(|one| json!({"source": one.source, "connection_spec": one.connection_spec})).collect();
        let remove: Vec<Value> = self
            .remove
            .iter()
            .map(|one| json!({"source": one.source, "connection_spec": one.connection_spec}))
            .collect();
        let action = match (self.writes(), add.is_empty() && self.restore.is_empty()) {
            (false, _) => "none",
            (true, true) => "detach",
            (true, false) if remove.is_empty() => "attach",
            (true, false) => "attach-and-detach",
        };
        json!({
            "flow_spec": self.flow_spec.to_string(),
            "name": self.name,
            "action": action,
            "add": add,
            "remove": remove,
            "restore": self.restore,
        })
    }
}

impl Change {
    fn write(&self, whole: bool, undo: bool, text: &mut String) {
        let mut head = |style: Style, sign: &str, what: &str, more: &str| {
            let _ = writeln!(text, "\n{style}{sign}{style:#} {what} {BOLD}{}{BOLD:#}{more}", self.source);
        };
        match &self.action {
            Action::Create if whole => {
                head(GOOD, "+", "create", "");
                outline::added(self.spec.text(), 4, text);
            }
            Action::Create => {
                head(GOOD, "+", "create", "");
                let _ =
                    writeln!(text, "    {GOOD}+ name: {}{GOOD:#}", short(&Value::from(self.name.as_str()).to_string()));
                let provider = short(&Value::from(self.provider_id.as_str()).to_string());
                let _ = writeln!(text, "    {GOOD}+ providerId: {provider}{GOOD:#} ({})", self.kind);
                let more = self.spec.root().map_or(0, leaves).saturating_sub(2);
                let _ = writeln!(text, "    {DIM}and {more} more values of the artifact{DIM:#}");
            }
            Action::Detach { id } => {
                head(BAD, "-", "detach", &format!(" {id} (the connection spec itself stays on the platform)"));
            }
            Action::Update { id, differences, drifted, .. } => {
                let why = if *drifted {
                    " (changed on the platform since it was published; the artifact's content is put back)"
                } else {
                    ""
                };
                head(WARNING, "~", "update", &format!(" {id}{why}"));
                outline::differences(differences, &self.spec, text);
            }
            Action::Adopt { id, differences, ours, .. } => {
                let why = if *ours { " (created by an earlier run that was cut short)" } else { "" };
                head(WARNING, "~", "adopt", &format!(" {id}{why}"));
                outline::differences(differences, &self.spec, text);
            }
            Action::None { id } if undo => head(DIM, "=", "listed nowhere", &format!(" {id}")),
            Action::None { id } => head(DIM, "=", "in step", &format!(" {id}")),
            Action::Conflict(conflict) => {
                head(BAD, "!", "conflict", "");
                let _ = writeln!(text, "    {}", conflict.told(&self.source, &self.name));
                if let Conflict::Unrecorded { differences, .. } = conflict {
                    outline::differences(differences, &self.spec, text);
                }
                let _ = writeln!(text, "    {}", conflict.help(&self.source));
            }
        }
    }

    fn to_json(&self) -> Value {
        let mut json = json!({
            "source": self.source,
            "kind": self.kind.to_string(),
            "action": self.action.name(),
            "name": self.name,
            "provider_id": self.provider_id,
            "connection_spec": self.action.id(),
            "flow_spec": self.flow_spec.to_string(),
            "digest": self.digest,
        });
        let mut add = |name: &str, value: Value| json[name] = value;
        match &self.action {
            Action::Create | Action::None { .. } | Action::Detach { .. } => {}
            Action::Update { differences, drifted, .. } => {
                add("drifted", (*drifted).into());
                add("differences", differences_json(differences));
            }
            Action::Adopt { differences, ours, .. } => {
                add("ours", (*ours).into());
                add("differences", differences_json(differences));
            }
            Action::Conflict(conflict) => {
                let (reason, ids, differences) = match conflict {
                    Conflict::Gone { id } => ("gone", vec![id.clone()], None),
                    Conflict::Unrecorded { id, differences, .. } => ("unrecorded", vec![id.clone()], Some(differences)),
                    Conflict::Several { ids } => ("several", ids.clone(), None),
                };
                let help = conflict.help(&self.source);
                let message = conflict.told(&self.source, &self.name);
                add("conflict", json!({"reason": reason, "connection_specs": ids, "message": message, "help": help}));
                if let Some(differences) = differences {
                    add("differences", differences_json(differences));
                }
            }
        }
        json
    }
}

impl Conflict {
    /// What is in the way.
    pub(super) fn told(&self, source: &str, name: &str) -> String {
        match self {
            Self::Gone { id } => {
                format!("the connection spec `{id}` that is recorded for `{source}` is gone from the platform")
            }
            Self::Unrecorded { id, .. } => format!(
                "the platform has a connection spec `{name}` of the same provider, `{id}`, that is not recorded for `{source}`"
            ),
            Self::Several { ids } => format!(
                "the platform has {} connection specs `{name}` of the same provider, none recorded for `{source}`: `{}`",
                ids.len(),
                ids.join("`, `")
            ),
        }
    }

    /// How a person decides it.
    pub(super) fn help(&self, source: &str) -> String {
        match self {
            Self::Gone { .. } => "check the sandbox; `--recreate` creates it anew, under a new id".to_owned(),
            Self::Unrecorded { .. } => {
                format!(
                    "`--adopt` takes it over for `{source}` and gives it the artifact's content; another `name` makes a new one"
                )
            }
            Self::Several { .. } => {
                format!("choose one, and write its id into `.sss/published/{source}.toml`")
            }
        }
    }
}

pub(super) fn differences_json(differences: &[Difference]) -> Value {
    let all = differences.iter().map(|one| {
        let mut json = json!({"pointer": one.pointer});
        // Absent and `null` are two things.
        for (name, text) in [("old", one.old_text()), ("new", one.new_text())] {
            let Some(text) = text else { continue };
            let written = Written::of(text);
            let value = written.to_value();
            // More digits than readers of JSON keep.
            if !Written::of(&value.to_string()).is_same(&written) {
                json[format!("{name}_text")] = text.into();
            }
            json[name] = value;
        }
        json
    });
    Value::Array(all.collect())
}

/// A text from elsewhere, cut where it is long.
pub(super) fn short(text: &str) -> String {
    let text = printable(text);
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    let mut cut: String = text.chars().take(LONGEST_VALUE).collect();
    cut.push('…');
    cut
}

/// A target as JSON.
pub(super) fn target(target: &Target) -> Value {
    json!({"platform": target.platform, "organization": target.organization, "sandbox": target.sandbox})
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, organization {}, sandbox {}", self.platform, self.organization, self.sandbox)
    }
}
