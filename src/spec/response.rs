//! What a response of a batch source looks like: a sample of one that was given, or the custom schema of the spec; and
//! where paths lead in it.

use std::borrow::Cow;

use jsonpath_rfc9535::{JsonPath, SingularSegment};
use serde_json::Value;

use super::{
    Spec,
    content::{self, PathForm},
    placeholder,
};
use crate::text::{
    Document,
    json::{Kind, Node, Tree},
};

/// The largest sample that is read, in bytes.
pub const MAX_BYTES: u64 = 50 * 1024 * 1024;

/// Records of a sample that are looked at for the attributes they have.
const MOST_RECORDS: usize = 1000;

/// How deep arrays are looked for, and how many are named.
const ARRAY_DEPTH: usize = 4;
const MOST_ARRAYS: usize = 3;

/// A response that somebody gave as a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The file, as it was named.
    pub file: String,
    value: Value,
}

impl Sample {
    /// Reads a sample; what is no JSON is told, with its line and column.
    pub fn read(file: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let tree = Tree::read(Document::new(file, bytes).into());
        let document = tree.document();
        let fault = match (document.invalid_utf8(), tree.errors().first(), tree.root()) {
            (Some(at), ..) => Some((at, "it is not UTF-8".to_owned())),
            (_, Some(error), _) => Some((error.span.start as usize, error.message.clone())),
            (_, _, None) => Some((0, "it is empty".to_owned())),
            (None, None, Some(root)) => return Ok(Self { file: file.to_owned(), value: root.to_value() }),
        };
        let (at, message) = fault.unwrap_or_default();
        let position = document.position(at);
        Err(format!("line {}, column {}: {message}", position.line, position.column))
    }
}

/// A response, or a part of one, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    Sample(&'a Value),
    Schema(Node<'a>),
}

/// Where a step or a path leads.
#[derive(Debug, Clone)]
pub enum Found<T> {
    There(T),
    Missing,
    /// It cannot be told.
    Unknown,
}

/// A whole response.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    pub shape: Shape<'a>,
    /// What it was told by, as it stands in a sentence.
    pub told_by: &'static str,
}

/// The responses that are known of a spec: the sample, and the custom schema. The documents do not say whether that
/// stands in `sourceSpec` or in its `attributes`.
pub fn responses<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Response<'a>> {
    let sample = spec.sample().map(|sample| Response { shape: Shape::Sample(&sample.value), told_by: "the sample" });
    let schemas = schemas(spec).map(|node| Response { shape: Shape::Schema(node), told_by: "the custom schema" });
    sample.into_iter().chain(schemas)
}

/// The custom schemas of a batch source.
pub fn schemas<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Node<'a>> {
    let holders = [spec.at(&["sourceSpec", "attributes"]), spec.at(&["sourceSpec"])];
    let is_batch = spec.is_batch();
    let found = holders.into_iter().flatten().filter_map(|holder| holder.get("schema"));
    found.filter(move |schema| is_batch && schema.kind() == Kind::Object)
}

/// The path that a text of a spec stands for; nothing where that cannot be told, which is said elsewhere.
pub fn path(node: Node<'_>) -> Option<JsonPath> {
    let text = node.as_str()?;
    if !placeholder::find(&text).is_empty() {
        return None;
    }
    let text = match PathForm::of(&text) {
        PathForm::Sound => text,
        PathForm::Rootless => Cow::Owned(content::meant(&text)?),
        PathForm::Faulty(_) | PathForm::Foreign | PathForm::Unread => return None,
    };
    JsonPath::parse(&text).ok()
}

/// The names of a path, where it is nothing but names.
pub fn names(path: &JsonPath) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    for step in path.singular_steps()? {
        match step {
            SingularSegment::Name(name) => names.push(name.as_str()),
            SingularSegment::Index(_) => return None,
        }
    }
    Some(names)
}

impl<'a> Shape<'a> {
    /// Where a path leads from here.
    pub fn resolve(self, path: &JsonPath) -> Found<Self> {
        if let Some(steps) = path.singular_steps() {
            return self.walk(steps.iter().map(|step| match step {
                SingularSegment::Name(name) => Step::Name(name),
                SingularSegment::Index(index) => Step::Index(index.get()),
            }));
        }
        let Self::Sample(value) = self else { return Found::Unknown };
        let values = path.query_values(value);
        let first = values.iter().find(|value| value.is_array()).or(values.first());
        first.map_or(Found::Missing, |value| Found::There(Self::Sample(value)))
    }

    /// Where names lead from here, one after the other.
    pub fn names(self, names: &[&str]) -> Found<Self> {
        self.walk(names.iter().map(|name| Step::Name(name)))
    }

    fn walk<'s>(self, steps: impl Iterator<Item = Step<'s>>) -> Found<Self> {
        let mut shape = self;
        for step in steps {
            match shape.step(step) {
                Found::There(next) => shape = next,
                other => return other,
            }
        }
        Found::There(shape)
    }

    fn step(self, step: Step<'_>) -> Found<Self> {
        match (self, step) {
            (Self::Sample(value), Step::Name(name)) => {
                value.get(name).map_or(Found::Missing, |value| Found::There(Self::Sample(value)))
            }
            (Self::Sample(value), Step::Index(index)) => {
                let at = usize::try_from(index).ok();
                let found = at.and_then(|at| value.get(at));
                // Which item counts from the end, nobody needs to know here.
                found
                    .or_else(|| value.as_array()?.last())
                    .map_or(Found::Missing, |value| Found::There(Self::Sample(value)))
            }
            (Self::Schema(node), Step::Name(name)) => {
                if is_open(node) {
                    return Found::Unknown;
                }
                let Some(properties) = node.get("properties") else {
                    return if self.is_array() == Some(true) { Found::Missing } else { Found::Unknown };
                };
                properties.get(name).map_or(Found::Missing, |node| Found::There(Self::Schema(node)))
            }
            (Self::Schema(_), Step::Index(_)) => self.item(),
        }
    }

    /// Whether it is an array; nothing where that cannot be told.
    pub fn is_array(self) -> Option<bool> {
        match self {
            Self::Sample(value) => Some(value.is_array()),
            Self::Schema(node) => {
                if is_open(node) {
                    return None;
                }
                let kind = node.get("type")?;
                let mut types = std::iter::once(kind).chain(kind.items()).filter_map(Node::as_str).peekable();
                types.peek()?;
                Some(types.any(|name| name == "array"))
            }
        }
    }

    /// What its items look like, where it is an array.
    fn item(self) -> Found<Self> {
        match self {
            Self::Sample(value) => value.get(0).map_or(Found::Unknown, |value| Found::There(Self::Sample(value))),
            Self::Schema(node) => match node.get("items") {
                Some(items) if items.kind() == Kind::Object => Found::There(Self::Schema(items)),
                _ => Found::Unknown,
            },
        }
    }

    /// The records of an array; of a schema, what all of them look like.
    pub fn records(self) -> Vec<Self> {
        match self {
            Self::Sample(value) => {
                value.as_array().into_iter().flatten().take(MOST_RECORDS).map(Self::Sample).collect()
            }
            Self::Schema(_) => match self.item() {
                Found::There(item) => vec![item],
                Found::Missing | Found::Unknown => Vec::new(),
            },
        }
    }

    /// The names of its members in the order of the alphabet; nothing where they cannot be told.
    pub fn members(self) -> Option<Vec<Cow<'a, str>>> {
        match self {
            Self::Sample(value) => Some(in_order(value.as_object()?.keys().map(Cow::from))),
            Self::Schema(node) => {
                let properties = node.get("properties").filter(|_| !is_open(node))?;
                Some(in_order(properties.members().map(|(key, _)| key)))
            }
        }
    }

    /// The paths of the arrays in it, as far as they are few and not deep.
    pub fn arrays(self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = std::collections::VecDeque::from([(self, "$".to_owned(), 0)]);
        while let Some((shape, path, depth)) = open.pop_front() {
            if shape.is_array() == Some(true) {
                found.push(path);
                if found.len() == MOST_ARRAYS {
                    break;
                }
                continue;
            }
            for name in shape.members().into_iter().flatten().filter(|_| depth < ARRAY_DEPTH) {
                if let Found::There(next) = shape.step(Step::Name(&name)) {
                    let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
                    let step = if is_plain { format!(".{name}") } else { format!("['{name}']") };
                    open.push_back((next, format!("{path}{step}"), depth + 1));
                }
            }
        }
        found
    }
}

/// Names in the order of the alphabet, each once.
fn in_order<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[derive(Debug, Clone, Copy)]
enum Step<'s> {
    Name(&'s str),
    Index(i64),
}

/// Whether more may be said of a value than stands in `properties` and `items`.
fn is_open(schema: Node<'_>) -> bool {
    const ELSEWHERE: [&str; 6] = ["$ref", "anyOf", "oneOf", "allOf", "if", "patternProperties"];
    schema.kind() != Kind::Object || ELSEWHERE.iter().any(|key| schema.get(key).is_some())
}

/// Where `contentPath` leads in a response, and the name that the platform knows its array by afterwards.
pub fn content<'a>(spec: &Spec<'a>, response: Response<'a>) -> Found<Shape<'a>> {
    let Some(path) = content_path(spec).and_then(path) else { return Found::Unknown };
    response.shape.resolve(&path)
}

/// The text of `contentPath`, in either of its forms.
fn content_path<'a>(spec: &Spec<'a>) -> Option<Node<'a>> {
    let member = spec.source_attribute("contentPath")?;
    Some(member.get("path").unwrap_or(member))
}

/// Where `explodeEntityPath` leads in a response. Its path starts at the name that `contentPath` gives its array, at a
/// record of that, or at the root: the documents show the first, and do not rule out the others.
pub fn exploded<'a>(spec: &Spec<'a>, response: Response<'a>) -> Found<Shape<'a>> {
    let node = spec.source_attribute("explodeEntityPath").and_then(|member| member.get("path"));
    let Some(path) = node.and_then(path) else { return Found::Unknown };
    let Some(steps) = names(&path) else { return Found::Unknown };
    let records = match content(spec, response) {
        Found::There(array) if array.is_array() == Some(true) => array.records(),
        _ => return Found::Unknown,
    };
    if records.is_empty() {
        return Found::Unknown;
    }
    let mut answer = Found::Missing;
    let wrapped = wrapper(spec).filter(|wrapper| steps.first() == Some(&wrapper.as_str())).map(|_| &steps[1..]);
    let starts = records.iter().flat_map(|record| [Some((*record, &steps[..])), wrapped.map(|rest| (*record, rest))]);
    for (start, steps) in starts.flatten().chain([(response.shape, &steps[..])]) {
        match start.names(steps) {
            // An array is what is wanted; something else may be another thing of the same name.
            Found::There(shape) if shape.is_array() != Some(false) => return Found::There(shape),
            Found::There(shape) => answer = Found::There(shape),
            Found::Unknown => return Found::Unknown,
            Found::Missing => {}
        }
    }
    answer
}

/// The name that `contentPath` gives a record, where it gives one.
pub fn given_wrapper<'a>(spec: &Spec<'a>) -> Option<Cow<'a, str>> {
    let name = spec.source_attribute("contentPath")?.get("overrideWrapperAttribute")?.as_str()?;
    Some(name).filter(|name| !name.is_empty())
}

/// The name by which the platform knows the array of `contentPath`.
pub fn wrapper(spec: &Spec<'_>) -> Option<String> {
    if let Some(name) = given_wrapper(spec) {
        return Some(name.into_owned());
    }
    let path = content_path(spec).and_then(path)?;
    names(&path)?.last().map(|name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(text: &str) -> Sample {
        Sample::read("s.json", text.into()).unwrap()
    }

    fn leads(shape: Shape<'_>, path: &str) -> String {
        match shape.resolve(&JsonPath::parse(path).unwrap()) {
            Found::There(shape) => format!("{:?}", shape.is_array()),
            Found::Missing => "missing".into(),
            Found::Unknown => "unknown".into(),
        }
    }

    #[test]
    fn paths_lead_through_a_sample() {
        let sample = sample(r#"{"data": {"items": [{"id": 1}]}, "more": null}"#);
        let shape = Shape::Sample(&sample.value);
        assert_eq!(leads(shape, "$.data.items"), "Some(true)");
        assert_eq!(leads(shape, "$.data.items[0]"), "Some(false)");
        assert_eq!(leads(shape, "$.data.items[-1].id"), "Some(false)");
        assert_eq!(leads(shape, "$..items"), "Some(true)");
        assert_eq!(leads(shape, "$.more.x"), "missing");
        assert_eq!(shape.arrays(), ["$.data.items"]);
    }

    #[test]
    fn paths_lead_through_a_schema() {
        let text = r##"{"type": "object", "properties": {"data": {"type": "object", "properties": {"items": {"type":
            ["array", "null"], "items": {"properties": {"id": {"type": "string"}}}}, "odd-name": {"type": "array"}}},
            "other": {"$ref": "#/x"}, "free": {"type": "object"}, "any": {}}}"##;
        let tree = Tree::read(Document::new("s.json", text.into()).into());
        let shape = Shape::Schema(tree.root().unwrap());
        assert_eq!(leads(shape, "$.data.items"), "Some(true)");
        assert_eq!(leads(shape, "$.data.items[3].id"), "Some(false)");
        assert_eq!(leads(shape, "$.data.itemz"), "missing");
        assert_eq!(leads(shape, "$.data.items.x"), "missing");
        assert_eq!(leads(shape, "$.other.x"), "unknown");
        assert_eq!(leads(shape, "$.free.x"), "unknown");
        assert_eq!(leads(shape, "$.any"), "None");
        assert_eq!(leads(shape, "$..items"), "unknown");
        assert_eq!(shape.arrays(), ["$.data.items", "$.data['odd-name']"]);
    }

    #[test]
    fn what_is_no_sample_is_told_with_its_place() {
        for (text, told) in
            [("{\n  \"a\": }", "line 2, column"), ("", "line 1, column 1: "), ("{} x", "line 1, column 4: ")]
        {
            let error = Sample::read("s.json", text.into()).unwrap_err();
            assert!(error.starts_with(told), "{error}");
        }
        assert!(Sample::read("s.json", b"\"\xff\"".to_vec()).unwrap_err().contains("UTF-8"));
    }
}
