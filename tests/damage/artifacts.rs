//! Damages of the icon and of the three artifacts that hold a line of text.

use self_serve_sources::workspace::layout::ArtifactKind;

use crate::{Damage, chance::Chance};

/// Damages of a label, description or category.
pub(crate) fn of_text(kind: ArtifactKind, text: &str) -> Vec<Damage> {
    let line = text.trim_end();
    let mut chance = Chance::of(text);
    let with = |what, content: Vec<u8>| Damage::new(what, String::from_utf8_lossy(&content).into_owned(), content);
    let mut damages = vec![
        Damage { what: "an artifact is gone", at: kind.noun().to_owned(), content: None },
        with("a text is emptied", Vec::new()),
        with("a text is emptied", b"\n".to_vec()),
        with("a text is emptied", b" \t\n".to_vec()),
        with("a text is no text", [b"\xff\xfe", line.as_bytes()].concat()),
        with("a text is no text", [line.as_bytes(), b"\0\n"].concat()),
        with("a text has a mark in front", format!("\u{feff}{line}\n").into_bytes()),
        with("a text has several lines", format!("{line}\n{line}\n").into_bytes()),
        with(
            "a text has several lines",
            line.replacen(' ', "\n", 1).replacen(line, &format!("{line}\n\nx"), 1).into_bytes(),
        ),
        with("a text is left over", b"{DESCRIPTION}\n".to_vec()),
        with("a text is left over", format!("{line} TODO\n").into_bytes()),
        with("a text has markup", format!("<b>{line}</b>\n").into_bytes()),
        with("a text has markup", format!("**{line}**\n").into_bytes()),
        with("a text has markup", format!("[!DNL {line}]\n").into_bytes()),
    ];
    for _ in 0..6 {
        let misspelt = chance.misspelt(line);
        damages.push(with("a letter of a text is wrong", format!("{misspelt}\n").into_bytes()));
    }
    if kind == ArtifactKind::Category {
        for other in ["payments", "CRM", "Marketing Automation", "sales", "cloud-storage"] {
            damages.push(with("a category is another", format!("{other}\n").into_bytes()));
        }
    }
    damages
}

/// Damages of an icon.
pub(crate) fn of_icon(text: &str) -> Vec<Damage> {
    let with = |what, at: &str, content: String| Damage::new(what, at, content);
    let inside = |markup: &str| text.replacen("</svg>", &format!("{markup}</svg>"), 1);
    let of_root = |attribute: &str| text.replacen("<svg ", &format!("<svg {attribute} "), 1);
    let drawn = text.find('>').unwrap() + 1;
    let mut damages = vec![
        Damage { what: "an artifact is gone", at: "icon".to_owned(), content: None },
        with("an icon is emptied", "empty", String::new()),
        with("an icon is emptied", "a blank", "\n".to_owned()),
        with("an icon is emptied", "nothing drawn", format!("{}</svg>\n", &text[..drawn])),
        with("an icon is emptied", "only a title", format!("{}<title>x</title></svg>\n", &text[..drawn])),
        with("an icon is another file", "PNG", "\u{fffd}PNG\r\n\u{1a}\n".to_owned()),
        with("an icon is another file", "HTML", "<!doctype html><p>x</p>\n".to_owned()),
        with("an icon is another file", "JSON", "{\"icon\": true}\n".to_owned()),
        with("a tag of an icon is broken", "cut off", text[..text.len() / 2].to_owned()),
        with("a tag of an icon is broken", "root renamed", text.replace("<svg", "<svgg").replace("</svg", "</svgg")),
        with("a tag of an icon is broken", "end renamed", text.replace("</svg>", "</vsg>")),
        with("a tag of an icon is broken", "two roots", format!("{text}{text}")),
        with("a tag of an icon is broken", "other namespace", text.replacen("2000/svg", "2000/svgg", 1)),
        with("a tag of an icon is broken", "no namespace", text.replacen("xmlns=", "xmlnz=", 1)),
        with(
            "an icon has another form",
            "twice as wide",
            text.replacen("viewBox=\"0 0 64 64\"", "viewBox=\"0 0 128 64\"", 1).replacen(
                "width=\"64\"",
                "width=\"128\"",
                1,
            ),
        ),
        with("an icon does something", "script", inside("<script>alert(1)</script>")),
        with("an icon does something", "event", of_root("onload=\"alert(1)\"")),
        with(
            "an icon does something",
            "link",
            inside("<a href=\"javascript:alert(1)\"><rect width=\"9\" height=\"9\"/></a>"),
        ),
        with(
            "an icon does something",
            "foreign object",
            inside("<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>"),
        ),
        with(
            "an icon loads something",
            "image",
            inside("<image href=\"https://a.example/b.png\" width=\"9\" height=\"9\"/>"),
        ),
        with(
            "an icon loads something",
            "data",
            inside("<image href=\"data:image/png;base64,AAAA\" width=\"9\" height=\"9\"/>"),
        ),
        with("an icon loads something", "use", inside("<use href=\"other.svg#a\"/>")),
        with("an icon loads something", "style", inside("<style>@import url(https://a.example/b.css);</style>")),
        with(
            "an icon loads something",
            "entity",
            format!("<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n{text}"),
        ),
        with("an icon needs a font", "text", inside("<text x=\"9\" y=\"9\">A</text>")),
        with("an icon is large", "comment", inside(&format!("<!--{}-->", "x".repeat(120_000)))),
    ];
    // Without one of these it is no XML any more.
    let marks = text.char_indices().filter(|(_, mark)| matches!(mark, '<' | '>' | '"' | '=')).collect();
    for (at, mark) in Chance::of(text).some(marks, 24) {
        let mut content = text.to_owned();
        content.remove(at);
        damages.push(with("a tag of an icon is broken", &format!("`{mark}` at {at} is gone"), content));
    }
    damages
}
