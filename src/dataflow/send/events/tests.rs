use proptest::prelude::*;

use super::*;

/// Gives its bytes in pieces of the lengths that are told, and now and then nothing for now.
struct Pieces<'a> {
    bytes: &'a [u8],
    lengths: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(3) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = self.lengths[self.turn % self.lengths.len()].min(self.bytes.len()).min(into.len());
        into[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

fn all(mut events: Events<impl Read>) -> Vec<Item> {
    let mut items = Vec::new();
    loop {
        match events.read() {
            Ok(Some(item)) => items.push(item),
            Ok(None) => return items,
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
}

/// Each item in a line: an event as it is, a fault with its place.
fn told(bytes: &[u8]) -> Vec<String> {
    let whole = all(Events::new(bytes));
    let in_bytes = all(Events::new(Pieces { bytes, lengths: vec![1], turn: 0 }));
    assert_eq!(whole, in_bytes, "{}", String::from_utf8_lossy(bytes));
    let told = |item: &Item| match item {
        Item::Event(event) => format!("{}: {}", event.number, event.text),
        Item::Fault(fault) => {
            let number = fault.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let Place { line, column, offset } = fault.at;
            let text = fault.text.as_deref().map(String::from_utf8_lossy);
            let text = text.map(|text| format!(" `{text}`")).unwrap_or_default();
            let ends = if fault.ends { ", the end" } else { "" };
            format!("{number}! {line}:{column} @{offset} {}{text}{ends}", fault.reason)
        }
    };
    whole.iter().map(told).collect()
}

#[test]
fn one_value_an_array_and_lines_are_told_apart() {
    assert_eq!(told(b" {\"a\": 1} "), ["1: {\"a\": 1}"]);
    assert_eq!(told(b"{\n  \"a\": 1\n}\n"), ["1: {\n  \"a\": 1\n}"]);
    assert_eq!(told(b"{\n \"a\": \"}\"\n}\n{\n}{}"), ["1: {\n \"a\": \"}\"\n}", "2: {\n}", "3: {}"]);
    assert_eq!(told(b"\xEF\xBB\xBF{\"a\":1}\r\n\r\n{\"b\":2}"), ["1: {\"a\":1}", "2: {\"b\":2}"]);
    assert_eq!(told(b"1\n\"a b\"\nnull"), ["1: 1", "2: \"a b\"", "3: null"]);
    assert_eq!(told(b"[{\"a\":[1,{\"b\":\"],\"}]} , 2\n,[] ]\n"), ["1: {\"a\":[1,{\"b\":\"],\"}]}", "2: 2", "3: []"]);
    for empty in [&b""[..], b" \n", b"[]", b" [ ] ", b"\xEF\xBB\xBF"] {
        assert_eq!(told(empty), <[String; 0]>::default());
    }
}

#[test]
fn a_malformed_line_is_told_and_the_next_one_read() {
    assert_eq!(
        told("{\"a\":1}\n  {\"ä\": }\n{\"b\":2} {}\r\nx\n{\"c\":3".as_bytes()),
        [
            "1: {\"a\":1}",
            "2! 2:9 @17 it is not JSON: expected value `{\"ä\": }`",
            "3! 3:9 @27 it is not JSON: trailing characters `{\"b\":2} {}`",
            "4! 4:1 @31 it is not JSON: expected value `x`",
            "5! 5:7 @39 it is not JSON: EOF while parsing an object `{\"c\":3`",
        ]
    );
    assert_eq!(
        told(b"{\"a\":\n{\"b\":2}\n{\"c\":3}"),
        ["1! 3:1 @14 it is not JSON: expected `,` or `}`, the end"],
        "it may go on in the next line"
    );
    let broke_off = told(b"{\"a\":\"x\n{\"b\":2}\n");
    assert_eq!(broke_off, ["1! 1:8 @7 it is not JSON: EOF while parsing a string `{\"a\":\"x`", "2: {\"b\":2}"]);
    assert_eq!(told(b"{\"a\":1}\n\"\xFF\"\n2").len(), 3);
    assert!(told(b"{\"a\":1}\n\"\xFF\"\n2")[1].starts_with("2! 2:2 @9 it is not UTF-8"));
    assert!(told(b"\xFF\xFE{\0}\0")[0].starts_with("1! 1:1 @0 it is not UTF-8"));
}

#[test]
fn a_broken_array_is_told_and_nothing_behind_it_is_read() {
    let end = "the text ends before the array does, the end";
    assert_eq!(told(b"[1,"), ["1: 1".to_owned(), format!("-! 1:4 @3 {end}")]);
    assert_eq!(told(b"[{\"a\":1}\n"), ["1: {\"a\":1}".to_owned(), format!("-! 2:1 @9 {end}")]);
    assert_eq!(told(b"["), [format!("-! 1:2 @1 {end}")]);
    let within = "the text ends within event 2, before the array does, the end";
    assert_eq!(told(b"[1,\n {\"a\":"), ["1: 1".to_owned(), format!("2! 2:2 @5 {within}")]);
    // More digits might have followed.
    assert_eq!(told(b"[1, 23"), ["1: 1".to_owned(), format!("2! 1:5 @4 {within}")]);
    assert_eq!(
        told(b"[1,,2]"),
        ["1: 1", "2! 1:4 @3 it is not JSON: a value is missing, the end".replace("it is not JSON: ", "").as_str()]
    );
    assert_eq!(told(b"[1,]"), ["1: 1", "2! 1:4 @3 a value is missing, the end"]);
    assert_eq!(told(b"[1,}2]")[1..], ["2! 1:4 @3 it is not JSON: expected value, the end"]);
    assert_eq!(told(b"[1 2,3]"), ["1! 1:4 @3 it is not JSON: trailing characters, the end"]);
    assert_eq!(told(b"[1]\n[2]"), ["1: 1", "-! 2:1 @4 something follows the array, the end"]);
    assert_eq!(told(b"{\n\"a\":1}\n}\n{}"), ["1: {\n\"a\":1}", "2! 3:1 @9 it is not JSON: expected value, the end"]);
}

#[test]
fn what_is_far_too_large_is_passed_over_without_being_kept() {
    let large = "x".repeat(LARGEST_KEPT + 100_000);
    for (before, between, after) in [("", "\n", "\n"), ("[", ",", "]"), ("{\n}", "\n", "")] {
        let text = format!("{before}1{between}\"{large}\"{between} 2{after}");
        let mut events = Events::new(text.as_bytes());
        let (mut items, mut most) = (Vec::new(), 0);
        while let Some(item) = events.read().unwrap() {
            most = most.max(events.buffer.capacity());
            items.push(item);
        }
        let tail = &items[items.len() - 3..];
        let Item::Fault(fault) = &tail[1] else { panic!("{before}") };
        assert!(fault.reason.starts_with(&format!("it is {} bytes long", large.len() + 2)), "{}", fault.reason);
        assert!(!fault.ends && fault.text.is_none());
        assert!(matches!(&tail[2], Item::Event(event) if event.text == "2"), "{before}");
        assert!(most < 3 * LARGEST_KEPT, "{most}");
    }
    let endless = std::io::repeat(b'x').take(20 << 20);
    let mut events = Events::new(endless);
    assert!(matches!(events.read().unwrap(), Some(Item::Fault(_))));
    assert!(events.buffer.capacity() < 3 * LARGEST_KEPT, "{}", events.buffer.capacity());
    assert_eq!(events.read().unwrap(), None);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[a-z\\[\\]{},:\"\\\\ äß\n€𝄞]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec(("[a-z\"]{0,3}", inner), 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn however_the_text_is_cut_the_events_and_their_bytes_are_the_same(
        values in prop::collection::vec(json(), 0..8),
        is_array in any::<bool>(),
        is_pretty in any::<bool>(),
        blanks in "[ \t\r\n]{0,3}",
        lengths in prop::collection::vec(1_usize..40, 1..6),
    ) {
        let written: Vec<String> = values.iter().map(|value| {
            if is_pretty { format!("{value:#}") } else { value.to_string() }
        }).collect();
        let text = if is_array {
            format!("{blanks}[{blanks}{}{blanks}]{blanks}", written.join(&format!("{blanks},{blanks}")))
        } else {
            // An array at the beginning would be one of events.
            let first = "{\"first\":\n1}\n";
            let first = if is_pretty { first.to_owned() } else { first.replacen('\n', "", 1) };
            format!("{blanks}{first}{}{blanks}", written.iter().map(|one| format!("{one}\n{blanks}")).collect::<String>())
        };
        let lengths = if lengths.iter().all(|length| *length == 0) { vec![1] } else { lengths };
        let items = all(Events::new(Pieces { bytes: text.as_bytes(), lengths, turn: 0 }));
        let texts: Vec<&str> = items.iter().map(|item| match item {
            Item::Event(event) => event.text.as_str(),
            Item::Fault(fault) => panic!("{fault:?} in {text}"),
        }).collect();
        let from = usize::from(!is_array);
        prop_assert_eq!(&texts[from..], written);
    }

    #[test]
    fn no_bytes_make_it_stumble_or_read_otherwise_when_cut(
        bytes in "[\\[\\]{},:\"\\\\ 01ae\n\t]{0,40}",
        length in 1_usize..7,
    ) {
        let whole = all(Events::new(bytes.as_bytes()));
        let cut = all(Events::new(Pieces { bytes: bytes.as_bytes(), lengths: vec![length], turn: 0 }));
        prop_assert_eq!(&whole, &cut);
        for item in whole {
            if let Item::Event(event) = item {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&event.text).is_ok(), "{}", event.text);
                prop_assert!(bytes.contains(&event.text));
            }
        }
    }
}
