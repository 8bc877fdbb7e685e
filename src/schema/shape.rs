//! A schema as a quick test that a document matches it. It knows few keywords and says yes only when it is sure; of all
//! else the validator tells, which takes longer to compile than a spec to check.

use std::sync::Arc;

use super::violation::NOT_BLANK;
use crate::text::{
    Document,
    json::{Kind, Names, Node, Tree},
};

/// What a value must be like.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The kinds it may be of; any, where none is named.
    kinds: Vec<Kind>,
    /// Of numbers, only whole ones.
    is_whole: bool,
    least: Option<f64>,
    shortest: usize,
    fewest: usize,
    form: Option<Form>,
    /// The texts it may be, where there are only some.
    texts: Option<Vec<String>>,
    items: Option<Box<Shape>>,
    /// Members by name.
    members: Names<Member>,
    others: Others,
    /// The bits of the members that must be there.
    required: u64,
}

/// What a member that is named must be like.
#[derive(Debug)]
struct Member {
    shape: Shape,
    /// One of its own, where it must be there.
    bit: u64,
}

/// What members may be that are not named.
#[derive(Debug, Default)]
enum Others {
    #[default]
    Any,
    None,
    Like(Box<Shape>),
}

/// The patterns of the schemas.
#[derive(Debug, Clone, Copy)]
enum Form {
    Digits,
    Uuid,
    NotBlank,
}

impl Form {
    fn of(pattern: &str) -> Option<Self> {
        match pattern {
            "^[0-9]+$" => Some(Self::Digits),
            "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" => Some(Self::Uuid),
            NOT_BLANK => Some(Self::NotBlank),
            _ => None,
        }
    }

    fn fits(self, text: &str) -> bool {
        match self {
            Self::Digits => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            // Of letters that are not in ASCII the validator knows which are blanks.
            Self::NotBlank => text.bytes().any(|byte| byte.is_ascii_graphic()),
            Self::Uuid => {
                text.len() == 36
                    && text.bytes().enumerate().all(|(at, byte)| match at {
                        8 | 13 | 18 | 23 => byte == b'-',
                        _ => byte.is_ascii_hexdigit(),
                    })
            }
        }
    }
}

impl Shape {
    /// The shape that a schema describes; `None` where it uses a keyword that is not known here.
    pub(super) fn read(schema: &str) -> Option<Self> {
        let tree = Tree::read(Arc::new(Document::new("schema", schema.as_bytes().to_vec())));
        Self::of(tree.root()?)
    }

    fn of(schema: Node<'_>) -> Option<Self> {
        let mut shape = Self::default();
        let mut required = Vec::new();
        let mut named: Vec<(String, Member)> = Vec::new();
        for (key, value) in schema.members() {
            let texts = || value.items().map(|item| Some(item.as_str()?.into_owned())).collect::<Option<Vec<_>>>();
            match key.as_ref() {
                "$schema" | "$id" | "title" | "description" | "examples" | "default" | "readOnly" => {}
                "type" if value.kind() == Kind::Array => {
                    for name in texts()? {
                        shape.allow(&name)?;
                    }
                }
                "type" => shape.allow(&value.as_str()?)?,
                "minimum" => shape.least = Some(value.as_f64()?),
                "minLength" => shape.shortest = value.raw().parse().ok()?,
                "minItems" => shape.fewest = value.raw().parse().ok()?,
                "pattern" => shape.form = Some(Form::of(&value.as_str()?)?),
                "enum" => shape.texts = Some(texts()?),
                "required" => required = texts()?,
                "items" if value.kind() == Kind::Object => shape.items = Some(Box::new(Self::of(value)?)),
                "additionalProperties" => {
                    shape.others = match value.as_bool() {
                        Some(true) => Others::Any,
                        Some(false) => Others::None,
                        None => Others::Like(Box::new(Self::of(value)?)),
                    }
                }
                "properties" => {
                    let members = value
                        .members()
                        .map(|(name, member)| Some((name.into_owned(), Member { shape: Self::of(member)?, bit: 0 })));
                    named = members.collect::<Option<Vec<_>>>()?;
                }
                _ => return None,
            }
        }
        for (number, required) in (0..).zip(&required) {
            let (_, member) = named.iter_mut().find(|(name, _)| name == required)?;
            member.bit = 1_u64.checked_shl(number)?;
            shape.required |= member.bit;
        }
        shape.members = Names::of(named);
        (schema.kind() == Kind::Object || schema.as_bool() == Some(true)).then_some(shape)
    }

    fn allow(&mut self, name: &str) -> Option<()> {
        self.kinds.push(match name {
            "null" => Kind::Null,
            "boolean" => Kind::Boolean,
            "integer" | "number" => Kind::Number,
            "string" => Kind::String,
            "array" => Kind::Array,
            "object" => Kind::Object,
            _ => return None,
        });
        self.is_whole |= name == "integer";
        Some(())
    }

    /// Whether a value surely matches the schema.
    pub(super) fn fits(&self, node: Node<'_>) -> bool {
        if !self.kinds.is_empty() && !self.kinds.contains(&node.kind()) {
            return false;
        }
        match node.kind() {
            Kind::Null | Kind::Boolean => self.texts.is_none(),
            Kind::Number => self.texts.is_none() && self.fits_number(node),
            Kind::String => self.fits_text(node),
            Kind::Array => {
                self.texts.is_none()
                    && node.len() >= self.fewest
                    && self.items.as_ref().is_none_or(|shape| node.items().all(|item| shape.fits(item)))
            }
            Kind::Object => self.texts.is_none() && self.fits_members(node),
        }
    }

    fn fits_number(&self, node: Node<'_>) -> bool {
        // `1.0` and `1e3` are whole as well; the validator knows.
        let is_plain = node.raw().bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        (!self.is_whole || is_plain)
            && self.least.is_none_or(|least| node.as_f64().is_some_and(|number| number >= least))
    }

    fn fits_text(&self, node: Node<'_>) -> bool {
        if self.shortest == 0 && self.form.is_none() && self.texts.is_none() {
            return true;
        }
        let Some(text) = node.as_str() else { return false };
        (self.shortest == 0 || text.chars().take(self.shortest).count() == self.shortest)
            && self.form.is_none_or(|form| form.fits(&text))
            && self.texts.as_ref().is_none_or(|texts| texts.iter().any(|known| *known == text))
    }

    fn fits_members(&self, node: Node<'_>) -> bool {
        let is_open = self.members.is_empty() && matches!(self.others, Others::Any);
        let mut missing = self.required;
        let fits = |member: Node<'_>| match (self.members.get(member), &self.others) {
            (Some(named), _) => {
                missing &= !named.bit;
                named.shape.fits(member)
            }
            (None, Others::Any) => true,
            (None, Others::None) => false,
            (None, Others::Like(shape)) => shape.fits(member),
        };
        (is_open || node.children().all(fits)) && missing == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{BATCH, STREAMING, compile, instance::Instance};

    fn tree(text: String) -> Tree {
        Tree::read(Arc::new(Document::new("x", text.into_bytes())))
    }

    #[test]
    fn both_schemas_are_understood() {
        assert!(Shape::read(BATCH).is_some() && Shape::read(STREAMING).is_some());
        assert!(Shape::read(r#"{"oneOf": []}"#).is_none() && Shape::read(r#"{"pattern": "^a$"}"#).is_none());
    }

    /// Every value of a spec in turn is replaced, taken out, or joined by another.
    #[test]
    fn what_the_validator_refuses_has_not_the_shape() {
        let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts-example/Sources/");
        for (schema, name) in [(BATCH, "harbor-helpdesk-tickets"), (STREAMING, "lumen-loyalty-events")] {
            let path = format!("{examples}{name}/Artifacts/{name}-connectionSpec.json");
            let text = std::fs::read_to_string(path).unwrap();
            let (shape, validator) = (Shape::read(schema).unwrap(), compile(schema).validator);
            assert!(shape.fits(tree(text.clone()).root().unwrap()));
            let (mut refused, mut alike, mut all) = (0, 0, 0);
            for node in tree(text.clone()).nodes() {
                for value in
                    ["null", "true", "-1", "0", "7", "7.5", "1.0", "\"\"", "\"x\"", "\"12\"", "[]", "[1]", "{}"]
                {
                    let mut changed = text.clone();
                    changed.replace_range(node.span().range(), value);
                    let mut beside = text.clone();
                    beside.insert_str(node.span().end as usize, &format!(", \"key\": {value}"));
                    let mut renamed = text.clone();
                    if let Some(key) = node.key_span() {
                        renamed.replace_range(key.range(), "\"other\"");
                    }
                    for changed in [changed, beside, renamed].map(tree) {
                        let Some(root) = changed.root().filter(|_| changed.is_sound()) else { continue };
                        let is_valid = validator.is_valid(Instance::Node(root));
                        assert!(is_valid || !shape.fits(root), "{}", changed.document().text());
                        refused += usize::from(!is_valid);
                        alike += usize::from(is_valid == shape.fits(root));
                        all += 1;
                    }
                }
            }
            // To be too careful costs time, and so it is seldom.
            assert!(refused > 300 && alike * 100 >= all * 98, "{refused}, {alike} of {all}");
        }
    }
}
