#![doc = include_str!("secret_in_text.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::secret,
    text::Span,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "secret-in-text",
    level: Level::Error,
    page: include_str!("secret_in_text.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    for artifact in &source.artifacts {
        let Ok(document) = &artifact.content else { continue };
        let spans = match artifact.kind {
            // Of the spec, `hardcoded-secret` tells.
            ArtifactKind::ConnectionSpec => continue,
            ArtifactKind::Icon => texts(document.text()),
            ArtifactKind::Category | ArtifactKind::Description | ArtifactKind::Label => vec![document.trimmed()],
        };
        for span in spans {
            if let Some(what) = secret::found_in(document.slice(span)) {
                sink.text(document, span, format!("this holds {what}")).secret(span).help(
                    "take it out, and have it replaced where it came from: the file is shared with Adobe and kept in its repository",
                );
            }
        }
    }
}

/// What stands in an SVG document for people: its comments, and the texts between its tags. Paths and pictures are as
/// random as secrets are, and are none.
fn texts(svg: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &svg.as_bytes()[at..]).map(|open| at + open) {
        found.push(Span::new(at, open));
        let is_comment = svg[open..].starts_with("<!--");
        let close = if is_comment { "-->" } else { ">" };
        let end = svg[open..].find(close).map_or(svg.len(), |end| open + end + close.len());
        if is_comment {
            found.push(Span::new(open, end));
        }
        at = end;
    }
    found.push(Span::new(at, svg.len()));
    found.retain(|span| span.end - span.start >= 16);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    /// A text in the form of a secret, put together here so that no file holds one.
    fn token() -> String {
        ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat()
    }

    #[test]
    fn secrets_are_found_in_every_text_and_never_repeated() {
        let svg = |inner: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">{inner}<path d=\"M4 4h40v40z\"/></svg>\n"
            )
        };
        for (kind, text) in [
            (ArtifactKind::Label, format!("{}\n", token())),
            (ArtifactKind::Description, format!("Acme sends {} to Experience Platform.\n", token())),
            (ArtifactKind::Category, format!("{}\n", token())),
            (ArtifactKind::Icon, svg(&format!("<!-- by {} -->", token()))),
            (ArtifactKind::Icon, svg(&format!("<title>{}</title>", token()))),
        ] {
            let findings = Sample::batch().with(kind, text).findings();
            assert!(findings.rules().contains(&RULE.name), "{kind:?}");
            let printed = crate::report::render(&findings, crate::cli::Format::Full, false);
            assert!(!printed.contains("4f9Qz7Lm"), "{printed}");
        }
        let picture = svg(&format!("<path id=\"{}\" d=\"M0 0\"/>", token()));
        assert_eq!(Sample::batch().with(ArtifactKind::Icon, picture).findings().rules(), Vec::<&str>::new());
    }

    #[test]
    fn broken_markup_is_searched_too() {
        for svg in ["<", "<!--", "<!-- aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa", "<é>é", ""] {
            texts(svg);
        }
    }
}
