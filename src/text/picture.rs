//! What an SVG document shows: drawn small, as a catalog would, and looked at dot by dot.
//!
//! Whoever wrote the document does not decide how long that takes: what could cost much time or memory (filters, patterns,
//! references that multiply) is not drawn at all, and of such a document nothing is said.

use std::collections::{HashMap, hash_map::Entry};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Group, ImageHrefResolver, Options, Tree},
};
use svgtypes::{PathParser, PathSegment, PointsParser, SimplePathSegment, SimplifyingPathParser};

use super::svg::{self, NAMESPACE};

/// The edge of the square it is drawn in, in dots.
pub const EDGE: u32 = 32;

/// The edge of the square in which is made sure that something that shows nothing has nothing to show.
const LARGE_EDGE: u32 = 256;

/// How far a channel of two colours, of 255, must lie apart for them to be told apart at a glance.
const FAR: u8 = 40;

/// Dots that must differ from the rest, at least, for a form to be seen: one in a hundred.
const ENOUGH: usize = (EDGE * EDGE) as usize / 100;

/// The most elements that are drawn, each as often as something refers to it, and one for so many bytes of what they say.
const MOST_ELEMENTS: u64 = 2_000;
const LENGTH_OF_ONE: usize = 64;

/// The most that elements may stand in each other, or lead to each other.
const MAX_DEPTH: usize = 100;

/// The most rules of style sheets, multiplied by the elements they are compared with.
const MOST_COMPARISONS: usize = 500_000;

/// The longest document that is drawn, in bytes.
const MAX_LENGTH: usize = 256 * 1024;

/// How far from its beginning anything may reach to be drawn, as a multiple of the drawing's size. Whoever draws loses the
/// way among larger numbers.
const MAX_REACH: f32 = 100.0;

/// What a document shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// A form that can be made out.
    Form,
    /// Something, but in a small size on white nothing stands out from the rest.
    Faint,
    /// Every dot is transparent.
    Nothing,
    /// It was not drawn.
    Unknown,
}

/// Draws a document and looks at it.
pub fn look(document: &roxmltree::Document<'_>) -> Seen {
    if shows_plainly(document) {
        return Seen::Form;
    }
    if document.input_text().len() > MAX_LENGTH || !is_drawable(document) {
        return Seen::Unknown;
    }
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        // Dashes can be made so short that to draw them all takes seconds. A whole line is seen as well.
        style_sheet: (document.input_text().contains("dash"))
            .then(|| "* { stroke-dasharray: none !important }".to_owned()),
        ..Options::default()
    };
    let tree = Tree::from_xmltree(document, &options).ok().filter(is_within_reach);
    let Some(tree) = tree else { return Seen::Unknown };
    let Some(small) = draw(&tree, EDGE) else { return Seen::Unknown };
    if stands_out(&small) >= ENOUGH {
        return Seen::Form;
    }
    let is_blank = |picture: &Pixmap| picture.pixels().iter().all(|dot| dot.alpha() == 0);
    if is_blank(&small) && draw(&tree, LARGE_EDGE).is_some_and(|large| is_blank(&large)) {
        Seen::Nothing
    } else {
        Seen::Faint
    }
}

/// Whether everything that is drawn, and what it is cut by, lies in or about the picture.
fn is_within_reach(tree: &Tree) -> bool {
    let reach = tree.size().width().max(tree.size().height()) * MAX_REACH;
    let is_near = |group: &Group| {
        let bounds = group.abs_stroke_bounding_box();
        [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].iter().all(|edge| edge.abs() <= reach)
    };
    let mut cuts = tree.clip_paths().iter().map(|cut| cut.root()).chain(tree.masks().iter().map(|cut| cut.root()));
    is_near(tree.root()) && cuts.all(is_near)
}

fn draw(tree: &Tree, edge: u32) -> Option<Pixmap> {
    let mut picture = Pixmap::new(edge, edge)?;
    let size = tree.size();
    let scale = edge as f32 / size.width().max(size.height());
    if !scale.is_finite() {
        return None;
    }
    resvg::render(tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    Some(picture)
}

/// How many dots, on white, have another colour than most have.
fn stands_out(picture: &Pixmap) -> usize {
    let dots: Vec<[u8; 3]> = picture
        .pixels()
        .iter()
        .map(|dot| {
            let white = 255 - dot.alpha();
            [dot.red(), dot.green(), dot.blue()].map(|channel| channel.saturating_add(white))
        })
        .collect();
    let mut sorted = dots.clone();
    sorted.sort_unstable();
    // Of several that are as frequent the lightest, so that the answer is always the same.
    let ground = sorted.chunk_by(|one, other| one == other).max_by_key(|same| same.len()).and_then(|same| same.first());
    ground.map_or(0, |ground| dots.iter().filter(|dot| distance(**dot, *ground) >= FAR).count())
}

/// How far two colours lie apart in the channel in which they differ most.
fn distance(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.into_iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or_default()
}

/// Whether drawing it takes little time and memory, and shows what a browser would show.
fn is_drawable(document: &roxmltree::Document<'_>) -> bool {
    // Pictures and letters are not drawn here; patterns, filters and markers may need very much time or memory; what
    // moves looks different later.
    const DRAWABLE: [&str; 22] = [
        "svg",
        "g",
        "a",
        "defs",
        "symbol",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "style",
        "title",
        "desc",
        "metadata",
    ];
    let (mut elements, mut cuts, mut rules, mut styles_cut) = (0, 0, 0, false);
    for element in document.root_element().descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name();
        // What belongs to an editor is not drawn by anybody.
        if name.namespace() != Some(NAMESPACE) {
            continue;
        }
        if !DRAWABLE.contains(&name.name()) {
            return false;
        }
        // What is not part of the document may be a form or a colour.
        let is_elsewhere = |attribute: roxmltree::Attribute<'_, '_>| {
            attribute.name() == "href" && !attribute.value().trim_start().starts_with('#')
        };
        // The size of the whole is brought to that in which it is drawn.
        let is_size = |attribute: &roxmltree::Attribute<'_, '_>| {
            let is_bearable = || svg::length(attribute.value()).is_some_and(|(size, _)| size < LARGEST_SIZE);
            element == document.root_element() && matches!(attribute.name(), "width" | "height") && is_bearable()
        };
        let is_too_large = |attribute| !is_size(&attribute) && is_large(attribute);
        if name.name() != "a" && element.attributes().any(is_elsewhere) || element.attributes().any(is_too_large) {
            return false;
        }
        elements += 1;
        cuts += usize::from(matches!(name.name(), "clipPath" | "mask"));
        if name.name() == "style" {
            let sheet = element.text().unwrap_or_default();
            rules += sheet.matches(['{', ',']).count();
            if sheet.contains('@') || has_large_number(sheet, MOST_DIGITS - 1) {
                return false;
            }
            styles_cut |= sheet.contains("mask") || sheet.contains("clip-path");
        }
    }
    // How often style sheets make one thing cut another is not counted; of so few it cannot be often.
    elements * rules <= MOST_COMPARISONS && !(styles_cut && cuts > 4) && is_small(document)
}

/// Whether an attribute holds a number among which whoever draws takes very long, and finds nothing.
fn is_large(attribute: roxmltree::Attribute<'_, '_>) -> bool {
    let name = attribute.name();
    // What other programs keep there is not drawn.
    if attribute.namespace().is_some() || name.starts_with("data-") || name.starts_with("aria-") {
        return false;
    }
    let digits = match name {
        "id" | "class" | "href" | "version" | "role" => return false,
        // Others are shares and multiples of it.
        "style" => MOST_DIGITS - 1,
        "font-size" => MOST_DIGITS_WITH_UNIT,
        _ => MOST_DIGITS,
    };
    has_large_number(attribute.value(), digits)
}

/// The most digits of a number before its point, and of one that has a unit.
const MOST_DIGITS: usize = 6;
/// The size of a picture up to which it is drawn, in whatever unit.
const LARGEST_SIZE: f64 = 100_000.0;
const MOST_DIGITS_WITH_UNIT: usize = 3;

/// Whether a value holds a number of more digits. What follows a letter is no number, as in the name of a colour.
fn has_large_number(value: &str, most: usize) -> bool {
    let bytes = value.as_bytes();
    let digits_from = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = 0;
    let mut is_name = false;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() || is_name {
            // In a path a number stands right behind its letter.
            is_name = bytes[at] == b'#' || bytes[at] == b'_' || is_name && bytes[at].is_ascii_alphanumeric();
            at += 1;
            continue;
        }
        let zeros = bytes[at..].iter().take_while(|byte| **byte == b'0').count();
        let mut digits = digits_from(at + zeros);
        at += zeros + digits;
        if bytes.get(at) == Some(&b'.') {
            at += 1 + digits_from(at + 1);
        }
        if let [b'e' | b'E', rest @ ..] = &bytes[at..] {
            let sign = usize::from(rest.first().is_some_and(|sign| matches!(sign, b'+' | b'-')));
            let length = digits_from(at + 1 + sign);
            let exponent = value[at + 1 + sign..][..length].parse().unwrap_or(if length == 0 { 0 } else { usize::MAX });
            if rest.first() != Some(&b'-') {
                digits = digits.saturating_add(exponent);
            }
            at += if length == 0 { 0 } else { 1 + sign + length };
        }
        const UNITS: [&str; 10] = ["%", "in", "cm", "mm", "pt", "pc", "em", "ex", "rem", "Q"];
        let has_unit = || UNITS.iter().any(|unit| value[at..].starts_with(unit));
        if digits > most || digits > MOST_DIGITS_WITH_UNIT && has_unit() {
            return true;
        }
    }
    false
}

/// How much is drawn for an element, and how deep what it leads to reaches.
#[derive(Debug, Clone, Copy)]
struct Weight {
    total: u64,
    depth: usize,
}

/// Whether little is drawn, each element counted as often as it is referred to.
fn is_small(document: &roxmltree::Document<'_>) -> bool {
    let elements = || document.root_element().descendants().filter(roxmltree::Node::is_element);
    let text = document.input_text();
    if !text.contains("url(") && !text.contains("href") {
        // Nothing refers to anything.
        return elements().count() as u64 <= MOST_ELEMENTS && is_flat(document.root_element());
    }
    let named: HashMap<&str, roxmltree::Node<'_, '_>> =
        elements().filter_map(|element| Some((element.attribute("id")?, element))).collect();
    let mut weights: HashMap<roxmltree::NodeId, Option<Weight>> = HashMap::new();
    // Each element is looked at twice: before what it leads to, and after.
    let mut open = vec![(document.root_element(), false)];
    while let Some((element, is_done)) = open.pop() {
        let referred = || element.attributes().flat_map(|attribute| targets(attribute.value()));
        let leads_to = || {
            let referred = referred().filter_map(|id| named.get(id).copied());
            element.children().filter(roxmltree::Node::is_element).chain(referred)
        };
        if is_done {
            let length: usize = element.attributes().map(|attribute| attribute.value().len()).sum();
            let mut weight = Weight { total: 1 + (length / LENGTH_OF_ONE) as u64, depth: 1 };
            // What leads back to itself has no weight yet, and is not drawn either.
            for next in leads_to().filter_map(|next| weights.get(&next.id()).copied().flatten()) {
                weight.total = weight.total.saturating_add(next.total);
                weight.depth = weight.depth.max(next.depth + 1);
            }
            if weight.total > MOST_ELEMENTS || weight.depth > MAX_DEPTH {
                return false;
            }
            weights.insert(element.id(), Some(weight));
        } else if let Entry::Vacant(entry) = weights.entry(element.id()) {
            entry.insert(None);
            open.push((element, true));
            open.extend(leads_to().map(|next| (next, false)));
        }
    }
    true
}

/// Whether no element stands too deep in others.
fn is_flat(root: roxmltree::Node<'_, '_>) -> bool {
    let mut level = vec![root];
    for _ in 0..MAX_DEPTH {
        level = level.into_iter().flat_map(|node| node.children().filter(roxmltree::Node::is_element)).collect();
        if level.is_empty() {
            return true;
        }
    }
    false
}

/// The names that references such as `#name` and `url(#name)` in a value lead to.
fn targets(value: &str) -> impl Iterator<Item = &str> {
    let addresses = value.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    let addresses = addresses.map(|address| address.trim().trim_matches(['"', '\'']));
    addresses.chain([value.trim()]).filter_map(|address| address.strip_prefix('#'))
}

/// Whether it takes no drawing to know that something can be seen: a simple form in a strong colour that covers a part
/// of the picture and is not covered by what is drawn upon it, with nothing around that could change how it looks. Most
/// icons have one.
fn shows_plainly(document: &roxmltree::Document<'_>) -> bool {
    const SEARCHED: usize = 200;
    // These draw nothing where they stand.
    const UNDRAWN: [&str; 9] =
        ["title", "desc", "metadata", "defs", "symbol", "linearGradient", "radialGradient", "clipPath", "mask"];
    let root = document.root_element();
    let Some(view) = root.attribute("viewBox").and_then(svg::view_box) else { return false };
    if !svg::is(root, "svg") || document.input_text().contains("style") || is_altered(root) {
        return false;
    }
    // A drawing in the drawing has a size of its own.
    let is_entered = |element| (element == root || svg::is(element, "g")) && !is_altered(element);
    let mut first = None;
    let mut below: Option<Extent> = None;
    let mut seen = 0.0;
    for (count, element) in svg::elements(root, is_entered).skip(1).enumerate() {
        let name = element.tag_name();
        let is_one_of = |names: &[&str]| names.contains(&name.name());
        if name.namespace() != Some(NAMESPACE) || is_one_of(&UNDRAWN) || name.name() == "g" && !is_altered(element) {
            continue;
        }
        if !is_one_of(&["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"]) || count > SEARCHED {
            return false;
        }
        if name.name() == "line" || fill(element) == "none" {
            continue;
        }
        if is_altered(element) {
            return false;
        }
        if let Some(first) = first {
            let below = below.get_or_insert_with(|| Extent::of(&points(first)).within(view));
            seen -= below.shared(&Extent::of(&points(element)).within(view)) / (view[2] * view[3]);
        } else if is_strong(element) {
            seen = share(element, view);
            first = Some(element);
        } else {
            return false;
        }
        if !(LEAST..MOST).contains(&seen) {
            return false;
        }
    }
    first.is_some()
}

/// How much of a picture a form must cover, and may cover, to be seen.
const LEAST: f64 = 0.04;
const MOST: f64 = 0.9;

/// Whether an element has an attribute that changes how it looks, beside its colour and form.
fn is_altered(element: roxmltree::Node<'_, '_>) -> bool {
    const ALTERING: [&str; 11] = [
        "transform",
        "opacity",
        "fill-opacity",
        "display",
        "visibility",
        "clip-path",
        "mask",
        "filter",
        "systemLanguage",
        "requiredFeatures",
        "requiredExtensions",
    ];
    element.attributes().any(|attribute| ALTERING.contains(&attribute.name()))
}

/// What an element is filled with.
fn fill<'a>(element: roxmltree::Node<'a, '_>) -> &'a str {
    element.ancestors().find_map(|ancestor| ancestor.attribute("fill")).unwrap_or("#000")
}

/// Whether an element is filled with a colour that is far from white.
fn is_strong(element: roxmltree::Node<'_, '_>) -> bool {
    hexadecimal(fill(element)).is_some_and(|colour| distance(colour, [255; 3]) >= FAR)
}

/// The colour of `#rgb` or `#rrggbb`.
fn hexadecimal(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        3 => Some([8, 4, 0].map(|shift| ((number >> shift) & 15) as u8 * 17)),
        6 => Some([16, 8, 0].map(|shift| (number >> shift) as u8)),
        _ => None,
    }
}

/// How much of the picture a form covers, at least.
fn share(element: roxmltree::Node<'_, '_>, [left, top, width, height]: [f64; 4]) -> f64 {
    let points = if svg::is(element, "path") {
        element.attribute("d").map_or_else(Vec::new, first_outline)
    } else {
        points(element)
    };
    // What lies beside the picture is not seen.
    let seen = |(x, y): (f64, f64)| (x.clamp(left, left + width), y.clamp(top, top + height));
    let points: Vec<_> = points.into_iter().map(seen).collect();
    let next = points.iter().cycle().skip(1);
    let area: f64 = points.iter().zip(next).map(|((x, y), (next_x, next_y))| x * next_y - next_x * y).sum();
    area.abs() / 2.0 / (width * height)
}

/// A rectangle around a form.
#[derive(Debug, Clone, Copy)]
struct Extent {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Extent {
    fn of(points: &[(f64, f64)]) -> Self {
        let none = Self { left: f64::MAX, top: f64::MAX, right: f64::MIN, bottom: f64::MIN };
        points.iter().fold(none, |extent, (x, y)| Self {
            left: extent.left.min(*x),
            top: extent.top.min(*y),
            right: extent.right.max(*x),
            bottom: extent.bottom.max(*y),
        })
    }

    /// The part of it that lies in the picture.
    fn within(self, [left, top, width, height]: [f64; 4]) -> Self {
        Self {
            left: self.left.max(left),
            top: self.top.max(top),
            right: self.right.min(left + width),
            bottom: self.bottom.min(top + height),
        }
    }

    /// The area that it has in common with another.
    fn shared(&self, other: &Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }
}

/// Points that a form lies between, as an outline where it is no path.
fn points(element: roxmltree::Node<'_, '_>) -> Vec<(f64, f64)> {
    let number = |name: &str| element.attribute(name).map_or(Some(0.0), |text| text.parse::<f64>().ok());
    let points = match element.tag_name().name() {
        "circle" => number("r").map(|r| round(number("cx"), number("cy"), r, r)),
        "ellipse" => number("rx").zip(number("ry")).map(|(rx, ry)| round(number("cx"), number("cy"), rx, ry)),
        "rect" => number("x")
            .zip(number("y"))
            .zip(number("width").zip(number("height")))
            .map(|((x, y), (w, h))| vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]),
        "polyline" | "polygon" => element.attribute("points").map(|points| PointsParser::from(points).collect()),
        "path" => element.attribute("d").map(all_points),
        _ => None,
    };
    points.unwrap_or_else(|| EVERYWHERE.to_vec())
}

/// Where a form may lie of which that is not known.
const EVERYWHERE: [(f64, f64); 2] = [(f64::MIN, f64::MIN), (f64::MAX, f64::MAX)];

/// The points that a path goes through, and those that draw its curves to them.
fn all_points(path: &str) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    // What follows a mistake is not drawn.
    for segment in SimplifyingPathParser::from(path).map_while(Result::ok) {
        match segment {
            SimplePathSegment::MoveTo { x, y } | SimplePathSegment::LineTo { x, y } => points.push((x, y)),
            SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => points.extend([(x1, y1), (x2, y2), (x, y)]),
            SimplePathSegment::Quadratic { x1, y1, x, y } => points.extend([(x1, y1), (x, y)]),
            SimplePathSegment::ClosePath => {}
        }
    }
    points
}

/// The corners of an octagon within an ellipse.
fn round(x: Option<f64>, y: Option<f64>, rx: f64, ry: f64) -> Vec<(f64, f64)> {
    const SLANT: f64 = std::f64::consts::FRAC_1_SQRT_2;
    let Some((x, y)) = x.zip(y) else { return EVERYWHERE.to_vec() };
    let (sx, sy) = (rx * SLANT, ry * SLANT);
    vec![
        (x - rx, y),
        (x - sx, y - sy),
        (x, y - ry),
        (x + sx, y - sy),
        (x + rx, y),
        (x + sx, y + sy),
        (x, y + ry),
        (x - sx, y + sy),
    ]
}

/// The corners of a path, as far as its first outline goes; nothing where others follow, which may be holes in it.
fn first_outline(path: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut is_closed = false;
    for segment in PathParser::from(path) {
        let Ok(segment) = segment else { return Vec::new() };
        let (x0, y0) = points.last().copied().unwrap_or_default();
        let (abs, x, y) = match segment {
            PathSegment::MoveTo { .. } if !points.is_empty() => return Vec::new(),
            _ if is_closed => return Vec::new(),
            PathSegment::ClosePath { .. } => {
                is_closed = true;
                continue;
            }
            PathSegment::HorizontalLineTo { abs, x } => (abs, x, if abs { y0 } else { 0.0 }),
            PathSegment::VerticalLineTo { abs, y } => (abs, if abs { x0 } else { 0.0 }, y),
            PathSegment::MoveTo { abs, x, y }
            | PathSegment::LineTo { abs, x, y }
            | PathSegment::CurveTo { abs, x, y, .. }
            | PathSegment::SmoothCurveTo { abs, x, y, .. }
            | PathSegment::Quadratic { abs, x, y, .. }
            | PathSegment::SmoothQuadratic { abs, x, y }
            | PathSegment::EllipticalArc { abs, x, y, .. } => (abs, x, y),
        };
        points.push(if abs { (x, y) } else { (x0 + x, y0 + y) });
    }
    points
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
