//! A plan printed: for a person, unchanged values folded, and as JSON.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use super::{Action, Change, Conflict, Difference, Plan, Target, diff::leaves};
use crate::style::{BAD, BOLD, DIM, GOOD, WARNING};

const LONGEST_VALUE: usize = 100;

impl Plan {
    /// The plan for a person, in the console's colours.
    pub fn to_text(&self) -> String {
        let mut text = format!("{BOLD}{}{BOLD:#}\n", place(&self.target));
        for change in &self.changes {
            change.write(&mut text);
        }
        for change in self.flow_specs.iter().filter(|change| !change.add.is_empty()) {
            let name = change.name.as_deref().unwrap_or("without a name");
            let _ = writeln!(text, "\n{WARNING}~{WARNING:#} flow spec {BOLD}{name}{BOLD:#} {}", change.flow_spec);
            for addition in &change.add {
                let id = addition.connection_spec.as_deref().unwrap_or("the id it will be given");
                let _ = writeln!(
                    text,
                    "    {GOOD}+{GOOD:#} /sourceConnectionSpecIds: {GOOD}{id}{GOOD:#} (`{}`)",
                    addition.source
                );
            }
        }
        let _ = writeln!(text, "\n{}", self.summary());
        text
    }

    /// How much would change, in a sentence.
    pub fn summary(&self) -> String {
        let count = |fits: fn(&Action) -> bool| self.changes.iter().filter(|change| fits(&change.action)).count();
        let attach: usize = self.flow_specs.iter().map(|change| change.add.len()).sum();
        let parts = [
            (count(|action| matches!(action, Action::Create)), "to create"),
            (count(|action| matches!(action, Action::Update { .. })), "to update"),
            (count(|action| matches!(action, Action::Adopt { .. })), "to adopt"),
            (attach, "to list in a flow spec"),
            (count(|action| matches!(action, Action::Conflict(_))), "in conflict"),
            (count(|action| matches!(action, Action::None { .. })), "in step"),
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
        let flow_specs: Vec<Value> = self
            .flow_specs
            .iter()
            .map(|change| {
                let add: Vec<Value> = change
                    .add
                    .iter()
                    .map(|one| json!({"source": one.source, "connection_spec": one.connection_spec}))
                    .collect();
                let action = if add.is_empty() { "none" } else { "attach" };
                json!({"flow_spec": change.flow_spec.to_string(), "name": change.name, "action": action, "add": add})
            })
            .collect();
        json!({
            "version": 1,
            "target": target(&self.target),
            "has_changes": self.has_changes(),
            "changes": changes,
            "flow_specs": flow_specs,
        })
    }
}

impl Change {
    fn write(&self, text: &mut String) {
        let mut head = |style: Style, sign: &str, what: &str, more: &str| {
            let _ = writeln!(text, "\n{style}{sign}{style:#} {what} {BOLD}{}{BOLD:#}{more}", self.source);
        };
        match &self.action {
            Action::Create => {
                head(GOOD, "+", "create", "");
                let _ = writeln!(text, "    {GOOD}+{GOOD:#} /name: {GOOD}{}{GOOD:#}", Value::from(self.name.as_str()));
                let _ = writeln!(
                    text,
                    "    {GOOD}+{GOOD:#} /providerId: {GOOD}{}{GOOD:#} ({})",
                    Value::from(self.provider_id.as_str()),
                    self.kind
                );
                let _ = writeln!(
                    text,
                    "    {DIM}and {} more values of the artifact{DIM:#}",
                    leaves(&self.spec).saturating_sub(2)
                );
            }
            Action::Update { id, differences, drifted, .. } => {
                let why = if *drifted {
                    " (changed on the platform since it was published; the artifact's content is put back)"
                } else {
                    ""
                };
                head(WARNING, "~", "update", &format!(" {id}{why}"));
                write_differences(text, differences, &self.spec);
            }
            Action::Adopt { id, differences, ours, .. } => {
                let why = if *ours { " (created by an earlier run that was cut short)" } else { "" };
                head(WARNING, "~", "adopt", &format!(" {id}{why}"));
                write_differences(text, differences, &self.spec);
            }
            Action::None { id } => head(DIM, "=", "in step", &format!(" {id}")),
            Action::Conflict(conflict) => {
                head(BAD, "!", "conflict", "");
                let _ = writeln!(text, "    {}", conflict.told(&self.source, &self.name));
                if let Conflict::Unrecorded { differences, .. } = conflict {
                    write_differences(text, differences, &self.spec);
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
            Action::Create | Action::None { .. } => {}
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
                    Conflict::Unrecorded { id, differences } => ("unrecorded", vec![id.clone()], Some(differences)),
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

impl Action {
    /// As JSON says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update { .. } => "update",
            Self::Adopt { .. } => "adopt",
            Self::None { .. } => "none",
            Self::Conflict(_) => "conflict",
        }
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

/// Every difference in a line, and how many values of `spec` are the same.
pub(super) fn write_differences(text: &mut String, differences: &[Difference], spec: &Value) {
    let touched = write_lines(text, differences);
    let unchanged = leaves(spec).saturating_sub(touched);
    let _ = writeln!(text, "    {DIM}{unchanged} values unchanged{DIM:#}");
}

/// Every difference in a line; how many values are new.
pub(super) fn write_lines(text: &mut String, differences: &[Difference]) -> usize {
    let mut touched = 0;
    for one in differences {
        let pointer = if one.pointer.is_empty() { "(whole)" } else { &one.pointer };
        let _ = match (&one.old, &one.new) {
            (None, Some(new)) => {
                touched += leaves(new);
                writeln!(text, "    {GOOD}+{GOOD:#} {pointer}: {GOOD}{}{GOOD:#}", short(new))
            }
            (Some(old), None) => writeln!(text, "    {BAD}-{BAD:#} {pointer}: {BAD}{}{BAD:#}", short(old)),
            (old, new) => {
                touched += new.as_ref().map_or(0, leaves);
                let side = |value: &Option<Value>| value.as_ref().map(short).unwrap_or_default();
                writeln!(
                    text,
                    "    {WARNING}~{WARNING:#} {pointer}: {BAD}{}{BAD:#} → {GOOD}{}{GOOD:#}",
                    side(old),
                    side(new)
                )
            }
        };
    }
    touched
}

pub(super) fn differences_json(differences: &[Difference]) -> Value {
    let all = differences.iter().map(|one| {
        let mut json = json!({"pointer": one.pointer});
        // Absent and `null` are two things.
        for (name, side) in [("old", &one.old), ("new", &one.new)] {
            if let Some(value) = side {
                json[name] = value.clone();
            }
        }
        json
    });
    Value::Array(all.collect())
}

fn short(value: &Value) -> String {
    // Escapes keep what a server sent from steering the terminal.
    let text: String = value.to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
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

pub(super) fn place(target: &Target) -> String {
    format!("{}, organization {}, sandbox {}", target.platform, target.organization, target.sandbox)
}
