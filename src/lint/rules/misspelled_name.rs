#![doc = include_str!("misspelled_name.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::{
        excerpt,
        json::{Node, edit},
    },
    workspace::LoadedSource,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-name",
    level: Level::Note,
    page: include_str!("misspelled_name.md"),
    check: Check::SpecInSource(check),
};

/// The names that the documents give to ways to sign in.
const WAYS: [&str; 3] = ["OAuth2 Refresh Code", "Basic Authentication", "API Key Authentication"];

/// Names that are near to those and stand in documents too.
const OTHER_WAYS: [&str; 1] = ["OAuth 2 Refresh Code"];

/// Shorter names are near to many others.
const SHORTEST: usize = 8;

/// A slip: two letters in each other's place, or one too many, too few, or another.
const SLIP: usize = 1;

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    if source.source.in_repository {
        near(spec.root().get("name"), &[&source.source.name], "the name of the source's folder", sink);
    }
    for entry in auth::entries(spec) {
        near(entry.node().get("name"), &WAYS, "the name that documents use", sink);
    }
}

fn near(node: Option<Node<'_>>, meant: &[&str], what: &str, sink: &mut Sink<'_>) {
    let Some((node, name)) = node.and_then(|node| Some((node, node.as_str()?))) else { return };
    if meant.contains(&&*name) || name.len() < SHORTEST || OTHER_WAYS.contains(&&*name) {
        return;
    }
    // A name in another case, or with a number of its own, is meant so.
    let is_slip = |meant: &&&str| {
        let differs_in_digits = name.chars().any(|c| c.is_ascii_digit()) && digits(&name) != digits(meant);
        !name.eq_ignore_ascii_case(meant) && !differs_in_digits && strsim::osa_distance(&name, meant) == SLIP
    };
    if let Some(meant) = meant.iter().find(is_slip) {
        sink.value(node, format!("`{}` is `{meant}`, {what}, but for a letter", excerpt(&name)))
            .help(format!("did you mean `{meant}`?"))
            .fix_by(format!("write `{meant}`"), Safety::Unsafe, [edit::replace(node, &(**meant).into())]);
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn names_of_ones_own_are_left_alone() {
        let told = |name: &str| {
            let auth = format!("{{\"authSpec\": [{{\"name\": \"{name}\"}}]}}");
            Sample::batch().patched(&auth).told().iter().filter(|(level, _)| *level == Level::Note).count()
        };
        for name in ["OAuth2 Rejresh Code", "Basic Authenticaton", "API Key Authentcation"] {
            assert_eq!(told(name), 1, "{name}");
        }
        for name in
            ["OAuth2 Refresh Code", "OAuth 2 Refresh Code", "OAuth3 Refresh Code", "API key authentication", "Key"]
        {
            assert_eq!(told(name), 0, "{name}");
        }
    }
}
