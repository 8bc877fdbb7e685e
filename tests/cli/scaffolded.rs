//! Whatever is answered to `sss new`: valid answers make a source that lints clean, and one invalid answer is refused with
//! a message while nothing is written.
//!
//! The answers are drawn anew for each case, and the same on every run.

use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::support::{Ran, Sss, tree};

/// Categories whose keys are documented.
const CATEGORIES: [&str; 10] = [
    "advertising",
    "cloudStorage",
    "crm",
    "customerSuccess",
    "database",
    "ecommerce",
    "marketingAutomation",
    "payments",
    "protocols",
    "streaming",
];

/// A flag and its value, or none.
type Flag = (&'static str, Option<String>);

fn flag(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<Flag>> {
    value.prop_map(move |value| vec![(name, Some(value))])
}

/// The flag, or not: what is left out has a default.
fn maybe(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<Flag>> {
    prop::option::of(value).prop_map(move |value| value.map(|value| (name, Some(value))).into_iter().collect())
}

fn switch(name: &'static str) -> impl Strategy<Value = Vec<Flag>> {
    any::<bool>().prop_map(move |is_set| if is_set { vec![(name, None)] } else { Vec::new() })
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(words).prop_map(str::to_owned)
}

fn source() -> impl Strategy<Value = String> {
    "[a-z]{5,9}(-[a-z0-9]{1,6}){0,2}"
}

fn sentence() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{3,8}( [a-zéß]{2,9}){3,9}\\."
}

fn common() -> impl Strategy<Value = Vec<Flag>> {
    let label = maybe("--label", "[A-Z][a-zé]{3,8}( [A-Z0-9][a-z]{2,7}){0,2}");
    (label, flag("--description", sentence()), switch("--catalog-keys"))
        .prop_map(|(label, description, keys)| [label, description, keys].concat())
}

fn documentation() -> impl Strategy<Value = String> {
    "https://docs\\.[a-z]{3,8}\\.example/[a-z]{2,8}(/[a-z0-9]{2,8}){0,2}"
}

fn streaming() -> impl Strategy<Value = Vec<Flag>> {
    (common(), flag("--documentation-url", documentation()), maybe("--category", one_of(&CATEGORIES))).prop_map(
        |(common, documentation, category)| {
            [vec![("--kind", Some("streaming".to_owned()))], common, documentation, category].concat()
        },
    )
}

fn batch() -> impl Strategy<Value = Vec<Flag>> {
    let auth = subsequence(vec!["oauth2", "basic", "api-key"], 1..=3)
        .prop_map(|ways| ways.into_iter().map(|way| ("--auth", Some(way.to_owned()))).collect::<Vec<Flag>>());
    let content = prop_oneof![
        "\\$\\.[a-z]{2,8}(\\.[a-z]{2,8}){0,2}",
        "\\$\\[\\*\\]",
        "\\$\\.[a-z]{2,6}\\['[a-z]{2,4}-[a-z]{2,4}'\\]"
    ];
    let basics = (
        common(),
        flag("--category", one_of(&CATEGORIES)),
        maybe("--documentation-url", documentation()),
        auth,
        maybe("--method", one_of(&["get", "post"])),
        flag("--content-path", content),
    )
        .prop_map(|(common, category, documentation, auth, method, content)| {
            [vec![("--kind", Some("batch".to_owned()))], common, category, documentation, auth, method, content]
                .concat()
        });
    (basics, address(), pagination(), schedule())
        .prop_map(|(basics, address, pagination, schedule)| [basics, address, pagination, schedule].concat())
}

/// Host and path with the inputs they name, and inputs that are sent in the query.
fn address() -> impl Strategy<Value = Vec<Flag>> {
    let words = prop::collection::vec("[a-z]{3,8}", 1..4);
    let types = prop::collection::vec(one_of(&["string", "integer", "number", "boolean"]), 0..3);
    (any::<bool>(), any::<bool>(), "[a-z]{3,8}", words, types, sentence()).prop_map(
        |(in_host, in_path, name, words, types, description)| {
            let mut inputs = Vec::new();
            let mut input = |name: &str, kind: &str| {
                inputs.push(("--input", Some(format!("{name}:{kind}:{description}"))));
                format!("${{{name}}}")
            };
            let host = if in_host { input("regionName", "string") } else { name };
            let mut path = format!("/v1/{}", words.join("/"));
            if in_path {
                path.push_str(&format!("/{}/items", input("listId", "string")));
            }
            for (index, kind) in types.iter().enumerate() {
                input(&format!("filter{index}"), kind);
            }
            let flags = [("--host", Some(format!("https://{host}.example.com"))), ("--path", Some(path))];
            [flags.to_vec(), inputs].concat()
        },
    )
}

fn path_into_response() -> impl Strategy<Value = String> {
    "\\$\\.[a-z]{3,7}(\\.[a-z]{3,7}){0,2}"
}

fn number(from: u32, to: u32) -> impl Strategy<Value = String> {
    (from..=to).prop_map(|number| number.to_string())
}

fn pagination() -> impl Strategy<Value = Vec<Flag>> {
    let limit = || (maybe("--limit-name", "lim[a-z]{1,5}"), maybe("--limit-value", number(1, 5000)));
    let kind = |name: &'static str| vec![("--pagination", Some(name.to_owned()))];
    let end =
        prop::option::of((path_into_response(), one_of(&["Const:false", "Const:0", "Const:done"]))).prop_map(|end| {
            end.into_iter()
                .flat_map(|(name, value)| {
                    [("--end-condition-name", Some(name)), ("--end-condition-value", Some(value))]
                })
                .collect::<Vec<Flag>>()
        });
    let last = prop_oneof![number(10, 500), "headers\\.x-[a-z]{3,8}", path_into_response()];
    prop_oneof![
        (limit(), maybe("--offset-name", "off[a-z]{1,5}"), end).prop_map(move |((name, value), offset, end)| [
            kind("offset"),
            name,
            value,
            offset,
            end
        ]
        .concat()),
        (limit(), flag("--pointer-path", path_into_response())).prop_map(move |((name, value), path)| [
            kind("pointer"),
            name,
            value,
            path
        ]
        .concat()),
        (
            flag("--continuation-token-path", path_into_response()),
            maybe("--parameter-type", one_of(&["query", "header"])),
            flag("--parameter-name", "tok[a-z]{1,5}"),
            maybe("--delay-request-millis", number(1, 5000)),
        )
            .prop_map(move |(path, place, name, delay)| {
                [kind("continuation-token"), path, place, name, delay].concat()
            }),
        (
            limit(),
            maybe("--page-param-name", "pag[a-z]{1,5}"),
            maybe("--initial-page-index", number(0, 3)),
            maybe("--end-page-index", last),
            maybe("--maximum-request", number(1, 10_000)),
        )
            .prop_map(move |((name, value), page, first, last, most)| {
                [kind("page"), name, value, page, first, last, most].concat()
            }),
        Just(kind("none")),
    ]
}

fn schedule() -> impl Strategy<Value = Vec<Flag>> {
    let format = || {
        maybe(
            "--schedule-format",
            one_of(&["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss.fffK"]),
        )
    };
    prop_oneof![
        (flag("--schedule", "since[a-z]{0,4},until[a-z]{0,4}"), format())
            .prop_map(|(names, format)| [names, format].concat()),
        (
            flag("--schedule-incremental", "[a-z]{3,7} > \\{START_TIME\\} [a-z]{3,7} < \\{END_TIME\\}"),
            flag("--schedule-backfill", "[a-z]{3,7} < \\{END_TIME\\}"),
            maybe("--schedule-query-name", "que[a-z]{1,4}"),
            format(),
        )
            .prop_map(|(incremental, backfill, name, format)| {
                [vec![("--schedule-advanced", None)], incremental, backfill, name, format].concat()
            }),
    ]
}

fn new(directory: &tempfile::TempDir, source: &str, flags: &[Flag]) -> Ran {
    let flags = flags.iter().flat_map(|(name, value)| [Some((*name).to_owned()), value.clone()]).flatten();
    Sss::in_dir(directory).args(["new", source]).args(flags).run()
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn valid_answers_lint_clean() {
    let answers = (source(), prop_oneof![1 => streaming(), 4 => batch()]);
    let holds = |(source, flags): (String, Vec<Flag>)| {
        let directory = tempfile::tempdir().unwrap();
        let ran = new(&directory, &source, &flags);
        prop_assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let linted = Sss::in_dir(&directory).args(["lint", "--strict", "--format", "concise"]).run();
        prop_assert_eq!(linted.code, Some(0), "{}", linted.stdout);
        Ok(())
    };
    runner(40).run(&answers, holds).unwrap();
}

/// Answers that no source can have.
const INVALID: [(&str, &str); 34] = [
    ("--kind", "both"),
    ("--label", " "),
    ("--label", "Acme\nCRM"),
    ("--label", "{LABEL}"),
    ("--description", ""),
    ("--description", "TODO"),
    ("--category", "sales"),
    ("--documentation-url", "docs"),
    ("--documentation-url", "https://user:pw@docs.example/a"),
    ("--icon", "no-such-file.svg"),
    ("--auth", "magic"),
    ("--host", "http://api.example.com"),
    ("--host", "https://"),
    ("--host", "https://api.example.com/v1"),
    ("--host", "https://${"),
    ("--path", "v1/items"),
    ("--path", "/v1/${undefined}"),
    ("--path", "/v1//items"),
    ("--method", "delete"),
    ("--content-path", "$.["),
    ("--input", "listId"),
    ("--input", "list id:string:Id."),
    ("--input", "listId:text:Id."),
    ("--pagination", "scroll"),
    ("--limit-value", "0"),
    ("--limit-value", "1e3"),
    ("--limit-value", "many"),
    ("--pointer-path", "$.a b["),
    ("--end-condition-value", "false"),
    ("--parameter-type", "body"),
    ("--schedule", "since"),
    ("--schedule-format", "DD/MM/YYYY"),
    ("--schedule-incremental", "since {START}"),
    ("--templates", "no-such-folder"),
];

#[test]
fn an_invalid_answer_is_refused_and_nothing_is_written() {
    let answers = (source(), prop_oneof![1 => streaming(), 4 => batch()], select(&INVALID[..]));
    let holds = |(source, mut flags, (name, value)): (String, Vec<Flag>, (&'static str, &str))| {
        // One that can be given once replaces what is valid.
        flags.retain(|(other, _)| *other != name);
        flags.push((name, Some(value.to_owned())));
        let directory = tempfile::tempdir().unwrap();
        let ran = new(&directory, &source, &flags);
        prop_assert_eq!(ran.code, Some(2), "{} {:?}: {}{}", name, value, ran.stdout, ran.stderr);
        prop_assert!(ran.stderr.starts_with("error: ") && ran.stdout.is_empty(), "{}", ran.stderr);
        prop_assert!(ran.stderr.contains(name.trim_start_matches('-')), "{} {:?}: {}", name, value, ran.stderr);
        prop_assert_eq!(tree(directory.path()), Vec::<String>::new());
        Ok(())
    };
    runner(80).run(&answers, holds).unwrap();
}

#[test]
fn what_is_no_name_for_a_source_is_refused_and_nothing_is_written() {
    let names = prop_oneof![
        "[A-Z][a-z]{2,8}",
        "[a-z]{1,2}",
        "[a-z]{2,5}[ _./\\\\é][a-z]{2,5}",
        "[a-z]{64,70}",
        "[a-z]{3,5}-",
        "[a-z]{2,4}--[a-z]{2,4}"
    ];
    let holds = |(source, flags): (String, Vec<Flag>)| {
        let directory = tempfile::tempdir().unwrap();
        let ran = new(&directory, &source, &flags);
        prop_assert_eq!(ran.code, Some(2), "{}: {}", source, ran.stdout);
        prop_assert!(ran.stderr.contains("is no name for a source"), "{}", ran.stderr);
        prop_assert_eq!(tree(directory.path()), Vec::<String>::new());
        Ok(())
    };
    runner(20).run(&(names, streaming()), holds).unwrap();
}
