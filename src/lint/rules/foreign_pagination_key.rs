#![doc = include_str!("foreign_pagination_key.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{self, Pagination, PaginationParams},
    },
    text::{json::edit, nearest::any_of},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "foreign-pagination-key",
    level: Level::Warning,
    page: include_str!("foreign_pagination_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    let Some(pagination) = params.pagination else { return };
    for (key, member) in params.node.members().filter(|(key, _)| !pagination.knows(key)) {
        let owners: Vec<&str> = pagination::owners(&key).iter().map(|owner| owner.name()).collect();
        let finding = sink.key(member, format!("`{pagination}` pagination knows no `{key}`"));
        finding.help(if pagination == Pagination::None {
            format!("remove it, or set `type` to {}", any_of(&owners))
        } else {
            format!("it belongs to {}: remove it, or change `type`", any_of(&owners))
        });
        finding.fix_by(format!("remove `{key}`"), Safety::Unsafe, edit::remove(member));
    }
}
