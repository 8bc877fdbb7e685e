//! Tests of `merge`.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::documentation::region::is_mark;

fn page(parts: &[(&str, &str)]) -> Page {
    let part = |(id, body): &(&str, &str)| Part {
        id: (*id).to_owned(),
        body: (*body).to_owned(),
        is_answer: id.starts_with("answer"),
    };
    Page { parts: parts.iter().map(part).collect(), kept: vec!["told"] }
}

fn merged(existing: &str, page: &Page) -> Merged {
    merge(existing, page, Resolve::Report).unwrap()
}

const PARTS: [(&str, &str); 3] = [(METADATA, "title: A"), ("a", "# A\n\none"), ("b", "## B")];

#[test]
fn a_new_page_has_its_metadata_at_the_very_beginning() {
    let text = merged("", &page(&PARTS)).text;
    let digest = |body: &str| digest(&body.lines().map(str::to_owned).collect::<Vec<_>>());
    let expected = format!(
        "---\n# sss:generated metadata digest={}\ntitle: A\n# sss:end\n---\n\n<!-- sss:generated a digest={} -->\n# A\n\none\n\
         <!-- sss:end -->\n\n<!-- sss:generated b digest={} -->\n## B\n<!-- sss:end -->\n",
        digest("title: A"),
        digest("# A\n\none"),
        digest("## B")
    );
    assert_eq!(text, expected);
    assert_eq!(merged(&text, &page(&PARTS)).text, text);
}

#[test]
fn what_a_person_wrote_around_regions_stays_where_it_is() {
    let text = merged("", &page(&PARTS)).text;
    let mine = text.replace("---\n\n", "draft: true\n---\n\nhello\n\n") + "\nbye\n";
    let new = page(&[(METADATA, "title: AA"), ("a", "# AA"), ("b", "## B"), ("c", "## C")]);
    let again = merged(&mine, &new);
    assert!(again.conflicts.is_empty());
    for line in ["draft: true", "hello", "bye", "title: AA", "# AA", "## C"] {
        assert!(again.text.lines().any(|found| found == line), "{line}\n{}", again.text);
    }
    assert!(!again.text.lines().any(|line| line == "one" || line == "title: A"));
    assert!(again.text.find("## C") < again.text.find("bye"));
}

#[test]
fn an_edit_is_a_conflict_only_where_something_else_would_be_generated() {
    let edited = merged("", &page(&PARTS)).text.replace("one\n", "two\n");
    assert_eq!(merged(&edited, &page(&PARTS)), Merged { text: edited.clone(), conflicts: vec![], released: vec![] });
    let new = page(&[(METADATA, "title: A"), ("a", "# A\n\nthree"), ("b", "## B")]);
    let conflicted = merged(&edited, &new);
    assert_eq!(conflicted.text, edited);
    let [Conflict { region, line, yours, generated }] = &conflicted.conflicts[..] else { panic!() };
    assert_eq!((region.as_str(), *line, yours.as_str(), generated.as_str()), ("a", 7, "# A\n\ntwo", "# A\n\nthree"));
    let theirs = merge(&edited, &new, Resolve::Generated).unwrap();
    assert!(theirs.text.contains("three") && !theirs.text.contains("two"));
    let mine = merge(&edited, &new, Resolve::Yours).unwrap();
    assert!(mine.text.contains("two"));
    assert!(merged(&mine.text, &new).conflicts.is_empty());
    // Who wrote what would be generated has no conflict.
    assert!(merged(&edited.replace("two\n", "three\n"), &new).conflicts.is_empty());
}

#[test]
fn an_answer_is_a_persons_once_it_is_written() {
    let gap = outline::gap("overview", "say it");
    let asked = page(&[("answer", &gap)]);
    let answered = page(&[("answer", "It does.")]);
    let text = merged("", &asked).text;
    assert!(merged(&text, &answered).text.contains("It does."));
    let by_hand = text.replace(&gap, "By hand.");
    assert!(merged(&by_hand, &answered).text.contains("By hand."));
    assert!(merge(&by_hand, &answered, Resolve::Generated).unwrap().text.contains("By hand."));
    let by_flag = merged("", &answered).text;
    assert_eq!(merged(&by_flag, &asked).text, by_flag, "a flag is not given on every run");
    let corrected = page(&[("answer", "It does more.")]);
    assert!(merged(&by_flag, &corrected).text.contains("It does more."));
}

#[test]
fn a_region_that_is_gone_takes_only_its_own_text_with_it() {
    let text = merged("", &page(&PARTS)).text + "\nmine\n";
    let fewer = page(&PARTS[..2]);
    let again = merged(&text, &fewer);
    assert!(!again.text.contains("## B") && again.text.contains("mine"));
    assert!(!again.text.contains("\n\n\n"));
    let edited = merged(&text.replace("## B\n", "## B\n\nmy words\n"), &fewer);
    assert_eq!(edited.released, ["b"]);
    assert!(edited.text.contains("my words") && !edited.text.contains("generated b"));
}

#[test]
fn front_matter_line_ends_and_byte_order_mark_of_a_person_stay() {
    let own = "---\ntitle: Mine\n---\n\n# Mine\n";
    let text = merged(own, &page(&PARTS)).text;
    assert!(text.starts_with(own) && !text.contains("title: A"));
    let windows = merged("", &page(&PARTS)).text.replace('\n', "\r\n");
    assert_eq!(merged(&format!("\u{feff}{windows}"), &page(&PARTS)).text, format!("\u{feff}{windows}"));
    let new = page(&[(METADATA, "title: A"), ("a", "# A\n\ntwo"), ("b", "## B")]);
    assert!(merged(&windows, &new).text.contains("# A\r\n\r\ntwo\r\n"));
}

#[test]
fn what_was_told_once_stays() {
    let with = page(&[("a", "# A"), ("told", "See more.")]);
    let text = merged("", &with).text;
    assert_eq!(merged(&text, &page(&[("a", "# A")])).text, text);
}

/// Lines as a person may write them, marks among them.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = prop_oneof![
        8 => "[a-z #>*|-]{0,8}".boxed(),
        2 => select(vec!["", "---", "```", "<!-- note -->", "<!-- sss:gap overview: x -->"]).prop_map(str::to_owned),
        1 => select(vec!["<!-- sss:end -->", "<!-- sss:generated a digest=1 -->", "# sss:end"]).prop_map(str::to_owned),
    ];
    vec(line, 0..6)
}

fn pages() -> impl Strategy<Value = Page> {
    let part = (select(vec![METADATA, "a", "b", "c", "answer-d"]), "[A-Z\n]{0,6}");
    vec(part, 0..5).prop_map(|mut parts| {
        parts.sort_by_key(|(id, _)| *id != METADATA);
        let mut seen = std::collections::BTreeSet::new();
        parts.retain(|(id, _)| seen.insert(*id));
        page(&parts.iter().map(|(id, body)| (*id, body.as_str())).collect::<Vec<_>>())
    })
}

proptest! {
    /// Whatever a person puts wherever into a page: every line of it is there afterwards, in its order, and doing it again
    /// changes nothing.
    #[test]
    fn no_line_of_a_person_is_lost(first in pages(), second in pages(), edits in vec((0_usize..40, lines()), 0..4)) {
        let mut text: Vec<(String, bool)> =
            merged("", &first).text.lines().map(|line| (line.to_owned(), false)).collect();
        for (at, lines) in edits {
            let at = at.min(text.len());
            text.splice(at..at, lines.into_iter().map(|line| (line, true)));
        }
        let existing: String = text.iter().map(|(line, _)| format!("{line}\n")).collect();
        for resolve in [Resolve::Report, Resolve::Yours] {
            let Ok(result) = merge(&existing, &second, resolve) else { continue };
            let mut found = result.text.lines();
            let written = text.iter().filter(|(line, own)| *own && !line.trim().is_empty() && !is_mark(line));
            for (line, _) in written {
                prop_assert!(found.any(|other| other == line), "lost `{line}` of\n{existing}\n--- in\n{}", result.text);
            }
            let again = merge(&result.text, &second, resolve);
            prop_assert_eq!(again.map(|again| again.text), Ok(result.text));
        }
    }
}
