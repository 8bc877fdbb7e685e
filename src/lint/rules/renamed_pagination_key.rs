#![doc = include_str!("renamed_pagination_key.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{PaginationParams, RENAMED},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "renamed-pagination-key",
    level: Level::Warning,
    page: include_str!("renamed_pagination_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for (older, current) in RENAMED {
        let Some(member) = params.get(older) else { continue };
        if let Some(other) = params.get(current) {
            let finding = sink.key(member, format!("`{older}` is another name of `{current}`, which is there as well"));
            finding.help(format!("remove `{older}`")).fix(Safety::Unsafe, edit::remove(member));
            if let Some(span) = other.key_span() {
                finding.related(span, "here");
            }
        } else {
            sink.key(member, format!("`{older}` is another name of `{current}`"))
                .help(format!("the samples in use say `{current}`"))
                .fix_by(format!("rename it to `{current}`"), Safety::Unsafe, edit::rename(member, current));
        }
    }
}
