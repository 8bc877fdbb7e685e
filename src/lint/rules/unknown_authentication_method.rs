#![doc = include_str!("unknown_authentication_method.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, OVERRIDE},
        form,
    },
    text::{
        excerpt,
        json::{Kind, edit},
        nearest::nearest,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-authentication-method",
    level: Level::Warning,
    page: include_str!("unknown_authentication_method.md"),
    check: Check::Spec(check),
};

/// The methods that a token call may have.
const METHODS: [&str; 2] = ["GET", "POST"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for form in auth::forms(spec) {
        let field = form.field(OVERRIDE).and_then(|field| field.at(&["properties", "authenticationMethod"]));
        for node in field.into_iter().flat_map(form::given_values) {
            let text = node.as_str();
            if text.as_deref().is_some_and(|text| METHODS.contains(&text)) {
                continue;
            }
            let shown = match &text {
                Some(text) => format!("`{}`", excerpt(text)),
                None => Kind::named(node.kind()).to_owned(),
            };
            let finding = sink.value(node, format!("{shown} is no method of a token call"));
            match text.as_deref().and_then(|text| Some((text, nearest(text, METHODS)?))) {
                Some((text, meant)) => finding.help(format!("did you mean `{meant}`?")).fix_by(
                    format!("write `{meant}`"),
                    Safety::of_spelling(text, meant),
                    [edit::replace(node, &json!(meant))],
                ),
                None => finding.help("a token call is a `GET` or a `POST`"),
            };
        }
    }
}
