#![doc = include_str!("missing_permissions.md")]

use serde_json::{Value, json};

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-permissions",
    level: Level::Warning,
    page: include_str!("missing_permissions.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if spec.is_streaming() && spec.at(&["permissionsInfo"]).is_none() {
        sink.inside(spec.root(), "a streaming source has no `permissionsInfo`")
            .help(
                "add `view` with the permission `read` and `manage` with `write`, both with the name `StreamingSource`",
            )
            .lacks(spec.root(), "permissionsInfo")
            .fix(Safety::Unsafe, spec.surely(edit::insert(spec.root(), "permissionsInfo", &block())));
    }
}

/// The block of the template.
fn block() -> Value {
    let entry = |permission: &str| json!([{ "@type": "lowLevel", "name": Kind::Streaming.permission(), "permissions": [permission] }]);
    json!({ "view": entry("read"), "manage": entry("write") })
}
