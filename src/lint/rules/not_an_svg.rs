#![doc = include_str!("not_an_svg.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Edit, Span, svg},
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "not-an-svg", level: Level::Error, page: include_str!("not_an_svg.md"), check: Check::Icon(check) };

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    if let Some(format) = svg::foreign_format(icon.document) {
        sink.text(icon.document, Span::empty(0), format!("the icon is {format}, not SVG"))
            .help("put the icon there as SVG; another name does not make it one");
        return;
    }
    let Ok(document) = &icon.svg else { return };
    let root = document.root_element();
    let name = root.tag_name().name();
    if svg::is(root, "svg") {
        return;
    }
    if name == "svg" {
        sink.text(icon.document, svg::tag(root), "the element `svg` is not in the namespace of SVG")
            .help(format!("write `<svg xmlns=\"{}\"`", svg::NAMESPACE))
            .fix(Safety::Safe, namespace(root));
    } else {
        sink.text(icon.document, svg::tag(root), format!("the icon is not SVG: its outermost element is `{name}`"))
            .help("put an SVG image there");
    }
}

/// The namespace, put behind the name of an element that has none.
fn namespace(root: roxmltree::Node<'_, '_>) -> Option<Edit> {
    let tag = svg::tag(root);
    let is_plain = root.tag_name().namespace().is_none() && tag.end - tag.start == "<svg".len() as u32;
    is_plain.then(|| Edit::insert(tag.end as usize, format!(" xmlns=\"{}\"", svg::NAMESPACE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn each_other_format_is_named_and_nothing_else_is_said() {
        let large = [b"%PDF-1.7\n".to_vec(), vec![b'x'; 200_000]].concat();
        for (bytes, format) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01"[..], "a JPEG image"),
            (b"\xff\xd8\xff\xe1\0\x10Exif\0\0", "a JPEG image"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
            (b"GIF89a\x01\0\x01\0\x80", "a GIF image"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP image"),
            (b"II*\0\x08\0\0\0", "a TIFF image"),
            (b"MM\0*\0\0\0\x08", "a TIFF image"),
            (b"8BPS\0\x01\0\0", "a Photoshop document"),
            (b"\0\0\0\x1cftypavif\0\0\0\0mif1", "an AVIF image"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "an HEIC image"),
            (b"\0\0\x01\0\x01\0\x10\x10", "a Windows icon"),
            (b"BM\x36\0\0\0\0\0\0\0\x36", "a bitmap image"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "a compressed file (SVGZ)"),
            (b"PK\x03\x04\x14\0", "a ZIP archive"),
            (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
            (&large, "a PDF document"),
            (b"<!-- saved -->\n<!DOCTYPE html>\n<p>x", "an HTML page"),
            (b"<html><head><meta></head>", "an HTML page"),
            (b"icon goes here\n", "plain text"),
            (b"Caf\xe9\n", "plain text"),
            (b"\x7fELF\x02\x01\0\0", "a binary file"),
        ] {
            let findings = Sample::batch().with(ArtifactKind::Icon, bytes).findings().findings;
            let found: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.message.as_str())).collect();
            assert_eq!(found, [(RULE.name, format!("the icon is {format}, not SVG").as_str())], "{bytes:?}");
        }
    }
}
