//! Damages of a connection spec, at every place where they change what it means.
//!
//! What is left out, and why it is no damage that a linter could know of:
//!
//! - a key that may be left out is taken out: the spec means what it says, and is whole without it. So is a field that loses
//!   its description and keeps its title or is hidden, or a schema that loses its `type` and keeps its `properties`;
//! - a letter of a free text is changed (a description, a title, a header's value, an expression): any text is one;
//! - a name that the author chooses is changed (a parameter of the query or of the paging, a header, a wrapper, an icon's
//!   key): any name is one, as long as nothing refers to it. Names that something refers to are changed;
//! - `"100"` for `100` and the other way round: both are documented;
//! - `http` for `https` in the address of a documentation page: Adobe's own sample has it;
//! - a header's value is emptied: a header may be empty;
//! - of `attributes.category`, which is free text beside the key that counts.

use std::sync::Arc;

use self_serve_sources::text::{
    Document, Span,
    json::{Kind, Node, Tree},
};

use crate::{Damage, chance::Chance};

/// Keys without which a spec is refused or does not work, by where they stand; `*` is any one step.
const REQUIRED: &[&str] = &[
    "/name",
    "/type",
    "/providerId",
    "/version",
    "/sourceSpec",
    "/exploreSpec",
    "/exploreSpec/**",
    "/permissionsInfo/view",
    "/permissionsInfo/manage",
    "/permissionsInfo/*/*/name",
    "/permissionsInfo/*/*/permissions",
    "/authSpec/*/name",
    "/authSpec/*/type",
    "/authSpec/*/spec",
    "/authSpec/*/spec/type",
    "/authSpec/*/spec/properties",
    "/authSpec/*/spec/properties/*/type",
    "/authSpec/*/spec/required",
    "/sourceSpec/attributes",
    "/sourceSpec/attributes/uiAttributes",
    "/sourceSpec/attributes/uiAttributes/isSource",
    "/sourceSpec/attributes/uiAttributes/category",
    "/sourceSpec/attributes/uiAttributes/icon",
    "/sourceSpec/attributes/uiAttributes/label",
    "/sourceSpec/attributes/uiAttributes/description",
    "/sourceSpec/attributes/uiAttributes/*/key",
    "/sourceSpec/attributes/uiAttributes/*/text",
    "/sourceSpec/attributes/urlParams",
    "/sourceSpec/attributes/urlParams/host",
    "/sourceSpec/attributes/urlParams/path",
    "/sourceSpec/attributes/urlParams/method",
    "/sourceSpec/attributes/contentPath",
    "/sourceSpec/attributes/contentPath/path",
    "/sourceSpec/attributes/paginationParams",
    "/sourceSpec/attributes/paginationParams/type",
    "/sourceSpec/attributes/paginationParams/limitName",
    "/sourceSpec/attributes/paginationParams/offSetName",
    "/sourceSpec/attributes/paginationParams/continuationTokenPath",
    "/sourceSpec/attributes/paginationParams/parameterType",
    "/sourceSpec/attributes/paginationParams/parameterName",
    "/sourceSpec/attributes/scheduleParams",
    "/sourceSpec/attributes/scheduleParams/type",
    "/sourceSpec/attributes/scheduleParams/scheduleStartParamName",
    "/sourceSpec/attributes/scheduleParams/scheduleEndParamName",
    "/sourceSpec/attributes/scheduleParams/paramFormat",
    "/sourceSpec/attributes/scheduleParams/incremental",
    "/sourceSpec/attributes/scheduleParams/backfill",
    "/sourceSpec/spec/properties",
    "/sourceSpec/spec/properties/*/type",
];

/// Objects whose keys the author chooses.
const CHOSEN_KEYS: &[&str] = &["/sourceSpec/attributes/urlParams/queryParams", "/sourceSpec/attributes/headerParams"];

/// Texts of which only some are legal, or to which something else refers.
const WORDS: &[&str] = &[
    "/type",
    "/version",
    "/authSpec/*/type",
    "/authSpec/*/spec/$schema",
    "/authSpec/*/spec/type",
    "/authSpec/*/spec/properties/*/type",
    "/authSpec/*/spec/properties/*/format",
    "/authSpec/*/spec/required/*",
    "/sourceSpec/attributes/uiAttributes/category/key",
    "/sourceSpec/attributes/uiAttributes/label/text",
    "/sourceSpec/attributes/uiAttributes/description/text",
    "/sourceSpec/attributes/urlParams/method",
    "/sourceSpec/attributes/paginationParams/type",
    "/sourceSpec/attributes/paginationParams/parameterType",
    "/sourceSpec/attributes/scheduleParams/type",
    "/sourceSpec/spec/$schema",
    "/sourceSpec/spec/type",
    "/sourceSpec/spec/properties/*/type",
    "/sourceSpec/spec/required/*",
    "/exploreSpec/**",
    "/permissionsInfo/**",
];

pub(crate) fn damages(text: &str) -> Vec<Damage> {
    let tree = Tree::read(Arc::new(Document::new("spec.json", text.as_bytes().to_vec())));
    let mut damages = of_the_whole(text);
    for node in tree.nodes() {
        let pointer = node.pointer();
        let mut chance = Chance::of(&pointer);
        let mut put = |what, span: Span, with: &str| {
            let mut content = text.to_owned();
            content.replace_range(span.range(), with);
            damages.push(Damage::new(what, format!("{pointer} is {}", excerpt(with)), content));
        };
        of_key(node, &pointer, &mut chance, &mut put);
        of_type(node, &pointer, &mut put);
        if let Some(said) = node.as_str() {
            of_string(node, &pointer, &said, &mut chance, &mut put);
        }
        of_number(node, &pointer, &mut put);
    }
    damages.extend(of_marks(&tree));
    damages
}

fn excerpt(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() { "gone" } else { line }
}

/// Whether a pointer is one of some places.
fn is_one_of(pointer: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match place.strip_suffix("/**") {
        Some(above) => pointer.starts_with(above) && pointer.len() > above.len(),
        None => {
            let (mut steps, mut wanted) = (pointer.split('/'), place.split('/'));
            loop {
                match (steps.next(), wanted.next()) {
                    (None, None) => break true,
                    (Some(step), Some(wanted)) if wanted == "*" || step == wanted => {}
                    _ => break false,
                }
            }
        }
    })
}

fn of_key(node: Node<'_>, pointer: &str, chance: &mut Chance, put: &mut impl FnMut(&'static str, Span, &str)) {
    let (Some(key), Some(key_span), Some(parent)) = (node.key(), node.key_span(), node.parent()) else { return };
    let around = parent.pointer();
    let is_input = is_one_of(&around, &["/authSpec/*/spec/properties", "/sourceSpec/spec/properties"]);
    let is_referred_to = is_input
        && parent
            .parent()
            .and_then(|spec| spec.get("required"))
            .is_some_and(|required| required.items().any(|name| name.as_str().as_deref() == Some(&*key)));
    let is_only_word = key == "description"
        && is_input_of(&around)
        && parent.get("title").is_none()
        && parent.get("uiAttributes").is_none();
    if is_one_of(pointer, REQUIRED) || is_referred_to || is_only_word {
        put("a key is taken out", member(node), "");
    }
    if CHOSEN_KEYS.contains(&around.as_str()) || (is_input && !is_referred_to) {
        return;
    }
    for _ in 0..2 {
        let misspelt = chance.misspelt(&key);
        put("a letter of a key is wrong", key_span, &format!("\"{misspelt}\""));
    }
    // Again, with another value: which of the two counts depends on the reader.
    let text = node.tree().document().text();
    let again = format!("{}: \"other\", ", &text[key_span.range()]);
    put("a key stands there twice", Span::empty(key_span.start as usize), &again);
}

/// Whether a pointer leads to a field of a form.
fn is_input_of(pointer: &str) -> bool {
    is_one_of(pointer, &["/authSpec/*/spec/properties/*", "/sourceSpec/spec/properties/*"])
}

/// A member with its comma.
fn member(node: Node<'_>) -> Span {
    let text = node.tree().document().text();
    let start = node.key_span().unwrap_or(node.span()).start as usize;
    let end = node.span().end as usize;
    let behind = text[end..].trim_start();
    if behind.starts_with(',') {
        return Span::new(start, text.len() - behind.len() + 1);
    }
    let before = text[..start].trim_end();
    Span::new(if before.ends_with(',') { before.len() - 1 } else { start }, end)
}

fn of_type(node: Node<'_>, pointer: &str, put: &mut impl FnMut(&'static str, Span, &str)) {
    let is_free = is_one_of(
        pointer,
        &["/sourceSpec/attributes/urlParams/queryParams/*", "/sourceSpec/attributes/headerParams/*"],
    );
    let others: &[&str] = match node.kind() {
        Kind::String if is_free => &["[]", "null"],
        // `"850"` and `850` are both documented.
        Kind::String if node.as_str().is_some_and(|said| said.parse::<u32>().is_ok()) => &["{}", "true"],
        Kind::String => &["7", "[]", "null"],
        Kind::Number => &["{}", "\"many\"", "true"],
        Kind::Boolean => &["\"True\"", "1", "null"],
        Kind::Object | Kind::Array => &["\"text\"", "7", "null"],
        Kind::Null => &[],
    };
    // An object and a text are both documented for these.
    let is_text_too =
        is_one_of(pointer, &["/sourceSpec/attributes/urlParams/queryParams", "/sourceSpec/attributes/headerParams"]);
    for other in others.iter().filter(|other| !(is_text_too && other.starts_with('"'))) {
        put("a value is of another type", node.span(), other);
    }
}

fn of_string(
    node: Node<'_>,
    pointer: &str,
    said: &str,
    chance: &mut Chance,
    put: &mut impl FnMut(&'static str, Span, &str),
) {
    let mut say = |what, said: &str| put(what, node.span(), &format!("{said:?}"));
    let is_free = is_one_of(
        pointer,
        &[
            "/attributes/category",
            "/sourceSpec/attributes/urlParams/queryParams/*",
            "/sourceSpec/attributes/headerParams/*",
        ],
    );
    if !is_free {
        say("a text of the spec is emptied", "");
    }
    if is_one_of(pointer, WORDS) {
        for _ in 0..2 {
            say("a letter of a fixed word is wrong", &chance.misspelt(said));
        }
    }
    if said.len() == 36 && said.matches('-').count() == 4 {
        for _ in 0..6 {
            let at = chance.below(36);
            let digit = if said[at..].starts_with('0') { "1" } else { "0" };
            if !said[at..].starts_with('-') {
                say("a digit of an id is wrong", &format!("{}{digit}{}", &said[..at], &said[at + 1..]));
            }
        }
        say("a digit of an id is wrong", &said[1..]);
    }
    if let Some(rest) = said.strip_prefix("https://").filter(|_| !pointer.ends_with("/$schema")) {
        for broken in
            ["htps://", "https//", "https:/", "http s://", "http://", "ftp://", "//", "https:// ", "https://user:pw@"]
        {
            let is_documented = broken == "http://" && pointer.ends_with("/documentationLink");
            if !is_documented {
                say("an address is broken", &format!("{broken}{rest}"));
            }
        }
        say("an address is broken", "https://");
    }
    if let Some((before, rest)) = said.split_once("${") {
        let (name, after) = rest.split_once('}').unwrap();
        let misspelt = chance.misspelt(name);
        for (what, with) in [
            ("a placeholder stands for nothing", format!("{before}${{{misspelt}}}{after}")),
            ("a placeholder stands for nothing", format!("{before}${{other}}{after}")),
            ("a placeholder is not closed", format!("{before}${{{name}{after}")),
            ("a placeholder is of another style", format!("{before}{{{name}}}{after}")),
            ("a placeholder is of another style", format!("{before}{{{{{name}}}}}{after}")),
            ("a placeholder is of another style", format!("{before}$({name}){after}")),
            ("a placeholder is of another style", format!("{before}<{name}>{after}")),
            ("a placeholder is of another style", format!("{before}:{name}{after}")),
        ] {
            say(what, &with);
        }
    }
    if said.contains("{SCHEDULE_QUERY}") || said.contains("_TIME}") {
        for (part, with) in [("{S", "{"), ("E}", "}"), ("}", ""), ("{", "")] {
            if let Some((before, after)) = said.split_once(part) {
                say("a placeholder stands for nothing", &format!("{before}{with}{after}"));
            }
        }
    }
    if said.starts_with("$.") {
        for broken in [
            said.trim_start_matches('$'),
            said.trim_start_matches("$."),
            &format!("{said}["),
            &format!("{said}[?("),
            &format!("$.{said}"),
            &said.replacen('.', ". .", 1),
        ] {
            say("a path into a response is broken", broken);
        }
    }
    if pointer.ends_with("Format") {
        for broken in [
            said.replace("yyyy", "YYYY"),
            said.replace("dd", "DD"),
            said.replace("mm:", "mn:"),
            format!("{said}q"),
            "%Y-%m-%d".to_owned(),
        ] {
            say("a date format is broken", &broken);
        }
    }
    if pointer.ends_with("/path") && said.starts_with('/') {
        say("an address is broken", &said[1..]);
        say("an address is broken", &said.replacen('/', " /", 2));
        say("an address is broken", &format!("https://api.acme.example{said}"));
    }
    if said == "read" || said == "write" {
        say("a permission is another", if said == "read" { "write" } else { "read" });
        say("a permission is another", "delete");
        say("a permission is another", &said.to_uppercase());
    }
    if said.ends_with("Source") && pointer.starts_with("/permissionsInfo") {
        let other = if said == "StreamingSource" { "EnterpriseSource" } else { "StreamingSource" };
        say("a permission is another", other);
    }
    if pointer == "/type" || pointer == "/providerId" {
        let (batch, streaming) = match pointer {
            "/type" => ("generic-rest", "generic-streaming"),
            _ => ("0ed90a81-07f4-4586-8190-b40eccef1c5a", "521eee4d-8cbe-4906-bb48-fb6bd4450033"),
        };
        say("the kind is another", if said == batch { streaming } else { batch });
    }
    if pointer.ends_with("/category/key") {
        for other in ["payments", "CRM", "Marketing Automation", "sales"] {
            say("a category is another", other);
        }
    }
    if said == "password" {
        say("a secret is shown", "text");
    }
}

fn of_number(node: Node<'_>, pointer: &str, put: &mut impl FnMut(&'static str, Span, &str)) {
    if !pointer.contains("/paginationParams/")
        || node.as_str().is_none_or(|said| said.parse::<u32>().is_err()) && node.kind() != Kind::Number
    {
        return;
    }
    for wrong in ["-1", "\"-1\"", "1.5", "\"10o\"", "1e3000"] {
        put("a number is wrong", node.span(), wrong);
    }
    if pointer.ends_with("/limitValue") {
        put("a number is wrong", node.span(), "0");
    }
}

/// Brackets, quotes, commas and colons that are gone, some of each.
fn of_marks(tree: &Tree) -> Vec<Damage> {
    let text = tree.document().text();
    let strings: Vec<Span> = tree
        .nodes()
        .flat_map(|node| [node.key_span(), (node.kind() == Kind::String).then(|| node.span())])
        .flatten()
        .collect();
    let mut damages = Vec::new();
    for marks in ["{", "}", "[", "]", ",", ":", "\""] {
        let is_inside = |at: usize| strings.iter().any(|string| string.range().contains(&at));
        let places =
            text.match_indices(marks).map(|(at, _)| at).filter(|at| marks == "\"" || !is_inside(*at)).collect();
        let chosen: Vec<usize> = Chance::of(marks).some(places, 12);
        for at in chosen {
            let mut content = text.to_owned();
            content.remove(at);
            damages.push(Damage::new(
                "a bracket, comma, colon or quote is gone",
                format!("`{marks}` at {at}"),
                content,
            ));
        }
    }
    damages
}

/// Damages of no place of their own.
fn of_the_whole(text: &str) -> Vec<Damage> {
    let first = |member: &str| text.replacen('{', &format!("{{{member}, "), 1);
    let attributes = |member: &str| {
        text.replacen("\"uiAttributes\": {\n        \"", &format!("{member},\n \"uiAttributes\": {{\n        \""), 1)
    };
    let mut damages = vec![
        Damage { what: "an artifact is gone", at: "connection spec".to_owned(), content: None },
        Damage::new("a spec is no spec", "empty", ""),
        Damage::new("a spec is no spec", "an array", format!("[{text}]")),
        Damage::new("a spec is no spec", "a text", "\"spec\"\n"),
        Damage::new("a spec is no spec", "cut off", &text[..text.len() / 2]),
        Damage::new("a spec is no spec", "twice", format!("{text}{text}")),
        Damage::new("a spec is no spec", "a mark in front", format!("\u{feff}{text}")),
        Damage::new("a spec is no spec", "no text", [b"\xff", text.as_bytes()].concat()),
        Damage::new("a spec is no spec", "a comment", format!("// spec\n{text}")),
        Damage::new("something is left in", "id", first("\"id\": \"b3ba5556-48be-44b7-8b85-ff2b69b46dc4\"")),
        Damage::new("something is left in", "createdAt", first("\"createdAt\": 1670276449000")),
        Damage::new("something is left in", "imsOrgId", first("\"imsOrgId\": \"ABC@AdobeOrg\"")),
        Damage::new(
            "something is left in",
            "token",
            first("\"x\": \"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl\""),
        ),
    ];
    // Keys of another kind, and of nothing.
    for member in ["\"headers\": {}", "\"pagination\": {}", "\"spec\": {}"] {
        damages.push(Damage::new("an unknown key is added", member, attributes(member)));
    }
    damages
}
