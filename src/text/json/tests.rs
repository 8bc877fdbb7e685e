//! The reader against the grammar, against `serde_json`, and against whatever bytes there are.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(text: &str) -> Tree {
    Tree::read(Arc::new(Document::new("t.json", text.as_bytes().to_vec())))
}

/// Each error as `line:column message`.
fn errors(text: &str) -> Vec<String> {
    let tree = read(text);
    let document = tree.document();
    let said = |error: &SyntaxError| {
        let place = document.position(error.span.start as usize);
        format!("{}:{} {}", place.line, place.column, error.message)
    };
    tree.errors().iter().map(said).collect()
}

#[test]
fn values_keep_their_places() {
    let text = "{\n  \"é\": [1, -2.5e3, \"a\\u00e9\\n\"],\n  \"b\": {\"c\": null, \"d\": true}\n}";
    let tree = read(text);
    assert_eq!(tree.errors(), []);
    let root = tree.root().unwrap();
    assert_eq!(root.to_value(), json!({"é": [1, -2500.0, "aé\n"], "b": {"c": null, "d": true}}));
    let d = root.at(&["b", "d"]).unwrap();
    assert_eq!((d.raw(), d.pointer().as_str(), d.as_bool()), ("true", "/b/d", Some(true)));
    assert_eq!(tree.document().slice(d.key_span().unwrap()), "\"d\"");
    let item = root.get("é").unwrap().items().nth(1).unwrap();
    assert_eq!((item.pointer().as_str(), item.as_f64()), ("/é/1", Some(-2500.0)));
    assert_eq!(tree.pointer("/é/2").unwrap().as_str().unwrap(), "aé\n");
    assert_eq!(tree.document().slice(root.span()), text);
}

#[test]
fn of_equal_keys_all_are_kept_and_the_last_one_counts() {
    let tree = read(r#"{"a": 1, "a": 2}"#);
    let root = tree.root().unwrap();
    assert_eq!(root.len(), 2);
    assert_eq!(root.get("a").unwrap().raw(), "2");
    assert_eq!(root.to_value(), json!({"a": 2}));
}

#[test]
fn keys_are_compared_by_what_they_say() {
    let tree = read(r#"{"\u0061": 1}"#);
    assert_eq!(tree.root().unwrap().get("a").unwrap().raw(), "1");
}

#[test]
fn several_errors_in_one_document_are_all_found() {
    let text = "{\n  \"a\": 1\n  \"b\": [1 2],\n  \"c\": tru,\n  // x\n  \"d\": 01,\n  'e': \"\\q\",\n}";
    assert_eq!(
        errors(text),
        [
            "2:9 a comma is missing here",
            "3:10 a comma is missing here",
            "4:8 `tru` is not a JSON value",
            "5:3 JSON has no comments",
            "6:8 a number does not start with `0`: `01`",
            "7:3 strings stand in double quotes",
            "7:9 `\\q` is no escape sequence",
            "7:12 a comma before a closing bracket",
        ]
    );
}

#[test]
fn each_slip_has_its_sentence() {
    for (text, said) in [
        ("", "1:1 the document is empty"),
        ("  \n", "2:1 the document is empty"),
        ("{", "1:1 `{` is never closed"),
        ("[1, {\"a\": 2]", "1:5 `{` is not closed before the `]` around it"),
        ("{\"a\": 1}]", "1:9 `]` closes nothing"),
        ("{\"a\": 1} {\"b\": 2}", "1:10 the document goes on after its end"),
        ("{\"a\"}", "1:2 the key \"a\" has no value"),
        ("{\"a\": }", "1:2 the key \"a\" has no value"),
        ("{\"a\" 1}", "1:5 a colon is missing after the key \"a\""),
        ("{a: 1}", "1:2 the key `a` does not stand in double quotes"),
        ("{\"a\": 1,, \"b\": 2}", "1:9 a comma with nothing before it"),
        ("[1,,2]", "1:4 a value is missing here"),
        ("[,]", "1:2 a value is missing here"),
        ("{\"a\": \"x\n}", "1:7 this string is never closed"),
        ("\"\\ud800\"", "1:2 `\\ud800` is half of a surrogate pair and stands for no character"),
        ("\"a\tb\"", "1:3 a string cannot hold the control character U+0009 as it is"),
        ("[NaN]", "1:2 `NaN` is not a JSON value"),
        ("[-Infinity]", "1:2 `-Infinity` is not a number that JSON can write"),
        ("[1e999]", "1:2 `1e999` is too large for a number"),
        ("[.5]", "1:2 a number does not start with `.`: write `0.5`"),
        ("[+1]", "1:2 a number does not start with `+`: `+1`"),
        ("{..}", "1:2 `..` stands for something that was left out"),
        ("{`\"a\": 1}", "1:2 a backtick cannot stand here"),
        ("\"a\": {\"b\": 1}", "1:1 a member stands outside of an object"),
        ("/* x", "1:1 this comment is never closed"),
        ("\u{0}", "1:1 U+0000 cannot stand here"),
        ("{\"a\u{7f}\" 1}", "1:6 a colon is missing after the key \"a \""),
        ("{\"a\u{202e}\"}", "1:2 the key \"a\\u{202e}\" has no value"),
    ] {
        let found = errors(text);
        assert!(found.iter().any(|error| *error == said), "{text:?}: {found:?}");
    }
}

#[test]
fn a_bracket_that_is_never_closed_is_found_by_the_indentation() {
    let text = "{\n  \"a\": {\n    \"b\": 1,\n  \"c\": {\n    \"d\": 2\n  }\n}\n";
    assert_eq!(errors(text), ["2:8 `{` is never closed"]);
}

#[test]
fn a_part_of_a_spec_without_braces_is_read_as_an_object() {
    let tree = read("\"a\": {\"b\": 1},\n\"c\": 2");
    assert_eq!(tree.errors().len(), 1, "{:?}", tree.errors());
    assert_eq!(tree.root().unwrap().to_value(), json!({"a": {"b": 1}, "c": 2}));
    assert!(!tree.is_sound());
}

#[test]
fn comments_and_trailing_commas_leave_the_tree_sound() {
    let tree = read("{\"a\": [1,], // one\n /* two */ \"b\": 2,}");
    assert_eq!(tree.errors().len(), 4);
    assert!(tree.is_sound());
    assert_eq!(tree.root().unwrap().to_value(), json!({"a": [1], "b": 2}));
}

#[test]
fn a_byte_order_mark_is_read_past() {
    let tree = read("\u{feff}{\"a\": 1}");
    assert_eq!(tree.errors(), []);
    assert_eq!(tree.root().unwrap().get("a").unwrap().raw(), "1");
}

#[test]
fn deep_nesting_is_cut_off_without_recursion() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("[{}1{}, 2]", open.repeat(100_000), close.repeat(100_000));
        let tree = read(&text);
        assert_eq!(tree.errors().len(), 1);
        assert_eq!(tree.errors()[0].fault, Fault::Depth);
        assert_eq!(tree.root().unwrap().items().nth(1).unwrap().raw(), "2");
        let unclosed = read(&open.repeat(100_000));
        assert_eq!(unclosed.errors()[0].fault, Fault::Structure);
        drop(tree.root().unwrap().to_value());
    }
}

#[test]
fn a_document_that_is_nothing_but_errors_ends() {
    for text in ["\u{1}a ", "]", "[,", "{a b", "[1 ", "{\"a", "“a” "] {
        for before in ["", "["] {
            let found = errors(&format!("{before}{}", text.repeat(20_000)));
            assert!(found.len() <= MAX_FAULTS + 1, "{text}: {}", found.len());
        }
    }
    let found = errors(&"[,".repeat(10_000));
    assert_eq!(found.len(), MAX_ERRORS + 1);
    assert!(found.iter().any(|error| error.contains("what follows is not looked at")), "{found:?}");
}

#[test]
fn what_can_be_read_past_or_put_right_does_not_end_reading() {
    let comments = format!("{{{} \"a\": 1}}", "// x\n".repeat(500));
    let tree = read(&comments);
    assert_eq!(tree.errors().len(), 500);
    assert_eq!(tree.root().unwrap().to_value(), json!({"a": 1}));
    let quotes = format!("{{{} 'z': 1}}", "'a': 1,".repeat(500));
    assert_eq!(errors(&quotes).len(), 501);
}

#[test]
fn one_slip_is_one_error() {
    for (line, said) in [
        ("\"b\": 2", "3:9 a comma is missing here"),
        ("\"b: \"2\",", "3:3 this key is not closed before its colon"),
        ("\"b: 2,", "3:3 this string is never closed"),
        ("\"b,", "3:3 this string is never closed"),
        ("\"b\": \"2,", "3:8 this string is never closed"),
        ("\"b\": \"two\n  lines\",", "3:12 a string cannot hold a line break as it is"),
        ("\"b\": 2, # two", "3:11 JSON has no comments"),
        ("# b", "3:3 JSON has no comments"),
        ("<!-- b\n -->", "3:3 JSON has no comments"),
        ("“b”: 2,", "3:3 strings stand in double quotes, and these are typographic ones"),
        ("\"b\": “2\",", "3:8 strings stand in double quotes, and these are typographic ones"),
        ("\"b\" = 2,", "3:7 a colon stands between a key and its value"),
        ("\"b\": 2;", "3:9 a comma stands between two entries"),
        ("\"b\": 1_000,", "3:8 `1_000` is not a number"),
        ("\"b\": {{b}},", "3:8 `{{b}}` is a placeholder, and no value"),
        ("\"b\": {B},", "3:8 `{B}` is a placeholder, and no value"),
        ("\"b\": ${b.c},", "3:8 `${b.c}` is a placeholder, and no value"),
        ("<<<<<<< HEAD\n\"b\": 2,\n=======\n\"b\": 3,\n>>>>>>> other", "3:1 git left a merge conflict here"),
        ("<<<<<<< HEAD\n||||||| base\n\"b\": 1,\n=======\n>>>>>>> other", "3:1 git left a merge conflict here"),
        ("/* b", "3:3 this comment is never closed"),
        ("\"b\": [2},", "3:10 `[` is closed by `}`"),
        ("\"b\": [\n    2\n  },", "5:3 `[` is closed by `}`"),
        ("\"b\": {\n    \"x\": 2\n  ],", "5:3 `{` is closed by `]`"),
    ] {
        let indent = if line.starts_with('<') && !line.starts_with("<!") { "" } else { "  " };
        let text = format!("{{\n  \"a\": 1,\n{indent}{line}\n  \"c\": 3,\n  \"d\": 4\n}}\n");
        assert_eq!(errors(&text), [said], "{text}");
    }
}

#[test]
fn what_is_put_right_is_right() {
    for text in [
        "{\"b: \"2\", \"c\": 3}",
        "{\"b\": \"two\r\n\n  lines\", \"c\": 3}",
        "{“b”: “2”, 'c': 3}",
        "{\"b\" = 2; \"c\" => 3}",
    ] {
        let tree = read(text);
        let remedies: Vec<Edit> = tree.errors().iter().map(|error| error.remedy.clone().unwrap()).collect();
        let mended = crate::text::edit::apply(text, &remedies).unwrap();
        let value: serde_json::Value = serde_json::from_str(&mended).unwrap();
        assert_eq!(value.as_object().unwrap().len(), 2, "{mended}");
    }
}

#[test]
fn a_document_of_another_format_is_told_once() {
    assert_eq!(errors("name: acme\ntype: x\n"), ["1:1 this is no JSON, but YAML"]);
    assert_eq!(errors("\u{0}\u{1}\u{2}{}"), ["1:1 this is no JSON, but a binary file"]);
    assert!(read("<html>").root().is_none());
}

/// JSON-like text: pieces that are right and wrong, in any order.
fn jsonish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\\n\"", "1", "-0.5e2", "true", "false", "null", " ", "\n", "\"",
        "\\", "\\u12", "//", "/*", "*/", "'", "x", "é", "\u{0}", "..", "01", "{\"k\":", "[1,", "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let tree = Tree::read(Arc::new(Document::new("t", bytes)));
        for node in tree.nodes() {
            prop_assert!(node.span().end as usize <= tree.document().text().len());
            node.pointer();
        }
    }

    #[test]
    fn what_is_json_for_serde_is_json_here_and_says_the_same(text in jsonish()) {
        let tree = read(&text);
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => {
                prop_assert_eq!(tree.errors(), &[]);
                prop_assert_eq!(tree.root().unwrap().to_value(), value);
            }
            Err(_) if text.starts_with('\u{feff}') => {}
            Err(_) => prop_assert!(!tree.errors().is_empty()),
        }
        for error in tree.errors() {
            prop_assert!(error.span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(error.span.start as usize));
        }
    }

    #[test]
    fn strings_say_what_they_say_for_serde(text in any::<String>()) {
        let written = serde_json::to_string(&json!({ text.as_str(): text })).unwrap();
        let tree = read(&written);
        prop_assert_eq!(tree.errors(), &[]);
        let member = tree.root().unwrap().children().next().unwrap();
        prop_assert_eq!(member.key().unwrap(), text.as_str());
        prop_assert_eq!(member.as_str().unwrap(), text.as_str());
    }
}
