#![doc = include_str!("unknown_provider.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec, ids},
    text::{
        json::{Kind as JsonKind, edit},
        nearest::nearest,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-provider",
    level: Level::Error,
    page: include_str!("unknown_provider.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let provider = spec.root().get("providerId");
    let help = help(spec.kind());
    let Some(provider) = provider else {
        // Where `type` tells the kind, the schema of that kind misses the key.
        if spec.kind().is_none() {
            let help = match spec.root().get("items") {
                Some(items) if items.kind() == JsonKind::Array => {
                    "this looks like an answer of the platform: take the spec out of `items`".to_owned()
                }
                _ => help,
            };
            sink.value(spec.root(), "neither `providerId` nor `type` says what kind of source this is").help(help);
        }
        return;
    };
    let Some(id) = provider.as_str() else {
        if spec.kind().is_none() {
            let message = format!("`providerId` must be a string, not {}", provider.kind().named());
            sink.value(provider, message).help(help);
        }
        return;
    };
    let known = [ids::BATCH_PROVIDER, ids::STREAMING_PROVIDER];
    if known.contains(&id.as_ref()) {
        return;
    }
    let is = if id.trim().is_empty() { "is empty" } else { "is none of Self-Serve Sources" };
    let finding = sink.value(provider, format!("`providerId` {is}"));
    match nearest(&id, known) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
            format!("write `{meant}`"),
            Safety::of_spelling(&id, meant),
            [edit::replace(provider, &json!(meant))],
        ),
        None => finding.help(help),
    };
}

fn help(kind: Option<Kind>) -> String {
    match kind {
        Some(kind) => format!("`providerId` of a {kind} source is `{}`", kind.provider()),
        None => format!(
            "`providerId` is `{}` for a streaming source and `{}` for a batch source",
            ids::STREAMING_PROVIDER,
            ids::BATCH_PROVIDER
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn what_is_no_uuid_is_told_once() {
        for id in [ids::BATCH_PROVIDER.replace('-', ""), "x".to_owned(), String::new()] {
            let findings = Sample::batch().patched(&format!(r#"{{"providerId": "{id}"}}"#)).findings();
            assert_eq!(findings.rules(), [RULE.name], "{:#?}", findings.findings);
        }
    }
}
