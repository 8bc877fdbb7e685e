use std::time::{Duration, Instant};

use super::*;

fn seen(svg: &str) -> Seen {
    super::look(&svg::read(svg).unwrap())
}

/// What is seen of a drawing in a square of 64.
fn drawing(shapes: &str) -> Seen {
    seen(&format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>{shapes}</svg>"))
}

fn is_plain(svg: &str) -> bool {
    shows_plainly(&svg::read(svg).unwrap())
}

#[test]
fn ordinary_icons_are_seen() {
    let icons = [
        // Flat, on transparent.
        "<circle cx='32' cy='32' r='24' fill='#1473e6'/>",
        // White on dark.
        "<rect width='64' height='64' fill='#111'/><path d='M20 20h24v24H20z' fill='#fff'/>",
        // Black by default.
        "<path d='M32 4L60 60H4z'/>",
        // Thin strokes, as icon fonts have them.
        "<g fill='none' stroke='#222' stroke-width='1.5'><circle cx='32' cy='32' r='26'/><path d='M20 32h24'/></g>",
        // Yellow: light, and yet seen.
        "<path d='M8 8h48v48H8z' fill='#ffe01b'/>",
        // A gradient.
        "<defs><linearGradient id='g'><stop stop-color='#08f'/><stop offset='1' stop-color='#f0f'/></linearGradient></defs>
         <rect width='64' height='64' fill='url(#g)'/>",
        // A style sheet.
        "<style>.a{fill:#b00}</style><path class='a' d='M8 8h48v48H8z'/>",
        // Cut out of a shape by a mask.
        "<mask id='m'><rect width='64' height='64' fill='#fff'/><circle cx='32' cy='32' r='9'/></mask>
         <rect width='64' height='64' fill='#060' mask='url(#m)'/>",
        // Used from a symbol, clipped and moved.
        "<symbol id='s' viewBox='0 0 8 8'><path d='M1 1h6v6H1z'/></symbol><clipPath id='c'><circle r='30' cx='32' cy='32'/></clipPath>
         <g clip-path='url(#c)'><use href='#s' x='8' y='8' width='48' height='48'/></g>",
        // An even-odd ring, turned.
        "<path fill-rule='evenodd' transform='rotate(45 32 32)' d='M8 8h48v48H8zM16 16h32v32H16z'/>",
        // Half transparent.
        "<circle cx='32' cy='32' r='24' fill='#000' opacity='.4'/>",
        // A colour from outside.
        "<circle cx='32' cy='32' r='24' fill='currentColor'/>",
        // A word, as outlines so small that it is a line.
        "<path d='M4 30h56v3H4z' fill='#00a'/>",
        // Dashes.
        "<circle cx='32' cy='32' r='24' fill='none' stroke='#00a' stroke-width='4' stroke-dasharray='6 4'/>",
    ];
    for icon in icons {
        assert_eq!(drawing(icon), Seen::Form, "{icon}");
    }
}

#[test]
fn what_cannot_be_made_out_is_faint() {
    let icons = [
        "<circle cx='32' cy='32' r='24' fill='#fff'/>",
        "<circle cx='32' cy='32' r='24' fill='#eee'/>",
        "<circle cx='32' cy='32' r='24' opacity='.05'/>",
        "<rect width='64' height='64' fill='#123'/>",
        "<rect width='64' height='64' fill='#123'/><circle cx='32' cy='32' r='24' fill='#132433'/>",
        "<circle cx='32' cy='32' r='2'/>",
        "<circle cx='32' cy='32' r='24' fill='none' stroke='#000' stroke-width='.1'/>",
        "<circle cx='.3' cy='.3' r='.3'/>",
        "<rect x='8' y='8' width='48' height='48' fill='#123'/><rect width='64' height='64' fill='#fff'/>",
        "<circle cx='32' cy='32' r='24' fill='#123'/><g fill='#fff'><path d='M0 0h32v64H0z'/><path d='M32 0h32v64H32z'/></g>",
        "<circle cx='32' cy='32' r='20' fill='#123'/><path d='M4 32A28 28 0 0 1 60 32A28 28 0 0 1 4 32' fill='#fff'/>",
        "<rect x='8' y='8' width='48' height='48' fill='#123'/><polygon points='0,0 64,0 64,64 0,64' fill='#fff'/>",
        "<rect x='8' y='8' width='48' height='48' fill='#123'/><g transform='scale(2)'><rect width='32' height='32' fill='#fff'/></g>",
    ];
    for icon in icons {
        assert_eq!(drawing(icon), Seen::Faint, "{icon}");
    }
}

#[test]
fn what_shows_nothing_shows_nothing() {
    let icons = [
        "<circle cx='132' cy='32' r='24'/>",
        "<path d='M8 8h48v48H8z' fill='none'/>",
        "<path d='M8 8h48v48H8z' display='none'/>",
        "<g opacity='0'><path d='M8 8h48v48H8z'/></g>",
        "<path d='M8 8h48' />",
        "<path d='zzz' />",
        "<rect width='0' height='20'/>",
        "<use href='#nobody'/>",
        "<clipPath id='c'/><path d='M8 8h48v48H8z' clip-path='url(#c)'/>",
        "<style>path{visibility:hidden}</style><path d='M8 8h48v48H8z'/>",
    ];
    for icon in icons {
        assert_eq!(drawing(icon), Seen::Nothing, "{icon}");
    }
}

#[test]
fn of_what_is_not_drawn_nothing_is_said() {
    for shapes in [
        "<image width='64' height='64' href='a.png'/>",
        "<text>Acme</text>",
        "<filter id='f'><feFlood/></filter><path d='M8 8h48v48H8z' fill='none' filter='url(#f)'/>",
        "<use href='logo.svg#all'/>",
        "<style>@import 'shapes.css';</style><path d='M8 8h48v48H8z' fill='#fff'/>",
        "<pattern id='p'/><path d='M8 8h48v48H8z' fill='url(#p)'/>",
        "<path d='M8 8h48v48H8z' opacity='0'><animate attributeName='opacity' to='1'/></path>",
    ] {
        assert_eq!(drawing(shapes), Seen::Unknown, "{shapes}");
    }
}

#[test]
fn simple_icons_need_no_drawing() {
    for icon in [
        include_str!(
            "../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-icon.svg"
        ),
        include_str!("../../artifacts-example/Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-icon.svg"),
        include_str!("../lint/testing/icon.svg"),
    ] {
        assert!(is_plain(icon), "{icon}");
        assert_eq!(seen(icon), Seen::Form);
    }
    let plain =
        |shapes: &str| is_plain(&format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>{shapes}</svg>"));
    assert!(plain("<g fill='#024'><ellipse cx='32' cy='32' rx='24' ry='9'/></g>"));
    assert!(plain("<rect x='10' y='10' width='40' height='40'/>"));
    assert!(plain("<rect x='10' y='10' width='40' height='40'/><path fill='#fff' d='M20 20h20v20H20z'/>"));
    assert!(plain(
        "<rect x='10' y='10' width='20' height='20'/><rect x='30' y='30' width='20' height='20' fill='#fff'/>"
    ));
    for doubtful in [
        "<rect x='10' y='10' width='40' height='40' fill='#fafafa'/>",
        "<rect x='110' y='10' width='40' height='40'/>",
        "<rect width='64' height='64'/>",
        "<rect width='1' height='1'/>",
        "<rect x='10' y='10' width='40' height='40' fill='none'/>",
        "<g opacity='0'><rect x='10' y='10' width='40' height='40'/></g>",
        "<g style='display:none'><rect x='10' y='10' width='40' height='40'/></g>",
        "<defs><rect x='10' y='10' width='40' height='40'/></defs>",
        "<svg width='1' height='1'><rect x='10' y='10' width='40' height='40'/></svg>",
        "<path d='M8 8h48v48H8zM8 8h48v48H8z'/>",
        "<path d='M8 8h48'/>",
        "<rect x='10' y='10' width='40' height='40'/><rect width='64' height='64' fill='#fff'/>",
        "<rect x='10' y='10' width='40' height='40'/><rect width='100%' height='100%' fill='#fff'/>",
        "<rect x='10' y='10' width='40' height='40'/><use href='#a'/>",
    ] {
        assert!(!plain(doubtful), "{doubtful}");
    }
}

#[test]
fn no_icon_takes_long_or_breaks_the_reading() {
    let uses: String = (1..30)
        .map(|level| {
            let (next, this) = (format!("<use href='#u{}'/>", level - 1).repeat(10), level);
            format!("<g id='u{this}'>{next}</g>")
        })
        .collect();
    let masks: String = (1..30)
        .map(|level| {
            let next = format!("<path d='M0 0h64v64H0z' mask='url(#m{})'/>", level - 1).repeat(10);
            format!("<mask id='m{level}'>{next}</mask>")
        })
        .collect();
    let chain: String = (1..5000).map(|level| format!("<g id='c{level}'><use href='#c{}'/></g>", level - 1)).collect();
    let clips: String = (1..200)
        .map(|level| {
            format!("<clipPath id='k{level}' clip-path='url(#k{})'><path d='M0 0h64v64z'/></clipPath>", level - 1)
        })
        .collect();
    let rules: String = (0..8000).map(|rule| format!(".a{rule}>*{{fill:#fff}}")).collect();
    let long = format!("<path id='l' fill='none' stroke='#000' d='M0 0{}'/>", "L9 9 4 4".repeat(10_000));
    for shapes in [
        format!("<defs>{uses}</defs><g id='u0'><path d='M0 0h1v1z'/></g><use href='#u29'/>"),
        format!("{masks}<path d='M0 0h64v64H0z' fill='#fff' mask='url(#m29)'/>"),
        format!("<style>path{{mask:url(#m29)}}</style>{masks}<path d='M0 0h64v64H0z'/>"),
        format!("<g id='c0'/><defs>{chain}</defs><use href='#c4999'/>"),
        format!("{clips}<path d='M0 0h64v64H0z' fill='#fff' clip-path='url(#k199)'/>"),
        "<g>".repeat(50_000) + &"</g>".repeat(50_000),
        format!("<style>{rules}</style>{}", "<path d='M0 0h9'/>".repeat(4000)),
        format!("{long}{}", "<use href='#l'/>".repeat(1000)),
        "<path fill='none' stroke='#000' stroke-dasharray='.000001' d='M0 0H1e9'/>".repeat(100),
        "<path fill='none' stroke='#000' style='stroke-dasharray:.000001!important' d='M0 0H1e9'/>".repeat(100),
        "<circle cx='1e30' cy='1e30' r='1e38' stroke='#000' stroke-width='1e38'/>".repeat(100),
        "<path d='M0 0C1e38 1e38 -1e38 1e38 5 5Q1e-40 1 NaN 3A1e38 1 0 0 0 4 4z'/>".repeat(100),
        "<g id='x'><use href='#x'/></g>".to_owned(),
        "<mask id='x' mask='url(#x)'><path d='M0 0h9v9z' mask='url(#x)'/></mask><path d='M0 0h9v9z' mask='url(#x)'/>"
            .to_owned(),
        "<linearGradient id='x' href='#x'/><path d='M0 0h9v9z' fill='url(#x)'/>".to_owned(),
        "<g transform='scale(1e30) rotate(nan) matrix(0 0 0 0 0 0)'><path d='M0 0h9v9z'/></g>".to_owned(),
        "<path transform='scale(1e-30)' stroke='#000' d='M0 0h9e30v9e30z'/>".to_owned(),
    ] {
        let start = Instant::now();
        drawing(&shapes);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(4), "{took:?}: {}", &shapes[..shapes.len().min(200)]);
    }
    for size in [
        "width='1e30' height='1e-30'",
        "width='0' height='0'",
        "viewBox='0 0 1e30 1e-30'",
        "viewBox='nan'",
        "width='-4'",
    ] {
        seen(&format!("<svg xmlns='http://www.w3.org/2000/svg' {size}><path d='M0 0h64v32z'/></svg>"));
    }
}

#[test]
fn damaged_icons_are_looked_at_without_a_panic() {
    let whole = include_str!(
        "../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-icon.svg"
    );
    let junk = ["", "-", "1e40", "NaN", "url(#a)", "0", "<", "'", "\"", "%", "é", "/>", "z", ","];
    let mut drawn = 0;
    for at in (0..whole.len()).step_by(17) {
        for (index, junk) in junk.iter().enumerate() {
            let end = (at + 1 + index % 3 * 4).min(whole.len());
            let damaged = format!("{}{junk}{}", &whole[..at], &whole[end..]);
            if let Ok(svg) = svg::read(&damaged) {
                // Without the short cut.
                drawn += usize::from(
                    is_drawable(&svg)
                        && Tree::from_xmltree(&svg, &Options::default()).is_ok_and(|tree| draw(&tree, EDGE).is_some()),
                );
                look(&svg);
            }
        }
    }
    assert!(drawn > 100, "{drawn}");
}

/// Such numbers lead the renderer astray.
#[test]
fn what_reaches_far_beyond_the_picture_is_not_drawn() {
    for far in [
        "<circle cx='32' cy='57' r='3e30' style='fill:#135'/>",
        "<rect x='-7000' y='8' width='9000' height='9' style='fill:#135'/>",
        "<path d='M8 8h48' stroke='#135' stroke-width='1e9'/>",
        "<g transform='scale(1e8)'><path d='M8 8h48v48z' style='fill:#135'/></g>",
        "<clipPath id='c'><circle r='1e20'/></clipPath><path clip-path='url(#c)' d='M8 8h48v48z'/>",
        "<mask id='c'><circle r='1e20' fill='#fff'/></mask><path mask='url(#c)' d='M8 8h48v48z'/>",
    ] {
        assert_eq!(drawing(far), Seen::Unknown, "{far}");
    }
    assert_eq!(drawing("<path d='M-600 8H600v9H-600z' style='fill:#135'/>"), Seen::Form);
}

#[test]
fn numbers_among_which_drawing_takes_long_are_seen_at_once() {
    for value in [
        "1e9",
        "1000000",
        "-1234567.5",
        "M0 0L1e30 4",
        "0.1e7",
        "1E+8",
        "5000in",
        "1e4%",
        "1e99999999999999999999",
        "M0 0h9999999z",
    ] {
        assert!(has_large_number(value, MOST_DIGITS), "{value}");
    }
    for value in [
        "",
        "999999",
        "0000000001",
        "1e-9",
        "#12345678",
        "url(#a_1234567)",
        "M5120 10230c-12,.5e5 3",
        "1em",
        "100%",
        "12.3456789e2",
        "é1",
        "1e",
    ] {
        assert!(!has_large_number(value, MOST_DIGITS), "{value}");
    }
    for shape in [
        "<circle cx='1e9' cy='1e9' r='1e9' stroke='#000' stroke-width='1e9'/>",
        "<circle r='1e38' fill='none' stroke='#000'/>",
        "<circle r='9' style='stroke:#000;stroke-width:12345678'/>",
        "<style>circle{stroke:#000;stroke-width:1e9}</style><circle r='9'/>",
    ] {
        assert_eq!(drawing(shape), Seen::Unknown, "{shape}");
    }
}

#[test]
fn numbers_that_are_not_drawn_keep_nobody_from_drawing() {
    let clear = "<rect width='64' height='64' opacity='0'/>";
    for attribute in ["data-name='Group 1234567'", "aria-label='Order 12345678'", "x:docname='logo-20240115.svg'"] {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='urn:x' viewBox='0 0 64 64'><g {attribute}>{clear}</g></svg>"
        );
        assert_eq!(seen(&svg), Seen::Nothing, "{attribute}");
    }
    for head in [
        "width='1280.000000pt' height='1280.000000pt' viewBox='0 0 64 64'",
        "width='64' height='64' viewBox='0 0 100000 100000'",
    ] {
        assert_eq!(
            seen(&format!("<svg xmlns='http://www.w3.org/2000/svg' {head}>{clear}</svg>")),
            Seen::Nothing,
            "{head}"
        );
    }
    for head in ["width='1e30' height='1e30'", "width='999999in' height='64'", "viewBox='0 0 1e9 1e9'"] {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' {head}><circle r='50%' opacity='0'/></svg>");
        assert_eq!(seen(&svg), Seen::Unknown, "{head}");
    }
}
