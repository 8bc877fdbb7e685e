#![doc = include_str!("icon_with_doctype.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Edit, Span, svg::Doctype},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "icon-with-doctype",
    level: Level::Error,
    page: include_str!("icon_with_doctype.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(doctype) = icon.doctype else { return };
    sink.text(icon.document, doctype.span(), "the icon has a document type declaration")
        .help("remove `<!DOCTYPE …>`; SVG does not need it")
        .fix(Safety::Safe, declaration(icon.document.text(), doctype).map(Edit::remove));
}

/// A declaration with its line end; nothing where it has declarations inside.
fn declaration(text: &str, doctype: Doctype) -> Option<Span> {
    let (start, end) = (doctype.start, doctype.end?);
    let is_own_line = text[..start].is_empty() || text[..start].ends_with('\n');
    let line_end = ["\r\n", "\n"].into_iter().find(|line_end| is_own_line && text[end..].starts_with(line_end));
    Some(Span::new(start, end + line_end.map_or(0, str::len)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::testing::Sample, text::svg, workspace::layout::ArtifactKind};

    const DRAWING: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\n<circle r='24'/>";

    fn found(icon: &str) -> Vec<(&'static str, String)> {
        let findings = Sample::batch().with(ArtifactKind::Icon, icon).findings().findings;
        findings.iter().map(|finding| (finding.rule, icon[finding.span.range()].to_owned())).collect()
    }

    #[test]
    fn what_stands_behind_a_plain_declaration_is_looked_at_too() {
        for doctype in ["<!DOCTYPE svg>", "<!doctype svg>", "<!DOCTYPE svg PUBLIC '-//é>'\r\n \"svg11.dtd\" >"] {
            let icon = format!("{doctype}{DRAWING}<script/></svg>");
            let word = doctype[.."<!DOCTYPE".len()].to_owned();
            assert_eq!(found(&icon), [(RULE.name, word.clone()), ("scripted-icon", "<script".to_owned())]);
            let icon = format!("{doctype}{DRAWING}<é></svg>");
            assert_eq!(found(&icon), [(RULE.name, word), ("malformed-icon", "<".to_owned())]);
        }
    }

    #[test]
    fn of_what_may_declare_something_nothing_else_is_read() {
        for doctype in ["<!DOCTYPE svg [<!ENTITY a 'b>'>]>", "<!doctype svg [", "<!DOCTYPE svg", "<!DOCTYPE"] {
            let names: Vec<_> = found(&format!("{doctype}{DRAWING}&a;<script/></svg>")).into_iter().collect();
            assert_eq!(names, [(RULE.name, doctype[.."<!DOCTYPE".len()].to_owned())]);
        }
    }

    #[test]
    fn a_declaration_is_found_behind_what_only_names_one() {
        let icon = format!("<?xml version='1.0'?>\n<!-- no <!DOCTYPE here -->\n<!DOCTYPE svg>\n{DRAWING}</svg>");
        let doctype = svg::doctype(&icon).unwrap();
        assert_eq!(&icon[declaration(&icon, doctype).unwrap().range()], "<!DOCTYPE svg>\n");
        assert_eq!(svg::doctype(&format!("{DRAWING}<!-- <!DOCTYPE svg> --></svg>")), None);
    }
}
