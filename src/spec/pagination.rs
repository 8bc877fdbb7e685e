//! `paginationParams`: the documented types of pagination and the keys that each of them knows.

use std::fmt;

use super::{Spec, ids};
use crate::text::json::{Kind as JsonKind, Node};

/// How an API divides its answer into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pagination {
    Offset,
    Pointer,
    ContinuationToken,
    Page,
    None,
}

/// How far a type needs a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Paging cannot work without it.
    Always,
    /// The documents ask for it, but do not say what happens without it.
    Advised,
}

use Pagination::{ContinuationToken, Offset, Page, Pointer};

/// A key, with the types that know it. The page size belongs to every type that has pages: the official template asks for
/// it whatever the type.
const KEYS: [(&str, &[Pagination]); 15] = [
    ("limitName", &[Offset, Pointer, ContinuationToken, Page]),
    ("limitValue", &[Offset, Pointer, ContinuationToken, Page]),
    ("offSetName", &[Offset]),
    ("offsetName", &[Offset]),
    ("endConditionName", &[Offset]),
    ("endConditionValue", &[Offset]),
    ("pointerPath", &[Pointer]),
    ("pointerName", &[Pointer]),
    ("continuationTokenPath", &[ContinuationToken]),
    ("parameterType", &[ContinuationToken]),
    ("parameterName", &[ContinuationToken]),
    ("pageParamName", &[Page]),
    ("initialPageIndex", &[Page]),
    ("endPageIndex", &[Page]),
    ("maximumRequest", &[Page]),
];

/// Keys that changed their name: the old one and the one in use.
pub const RENAMED: [(&str, &str); 2] = [("offsetName", "offSetName"), ("pointerName", "pointerPath")];

/// Most requests of one run, whatever `maximumRequest` says.
pub const MOST_REQUESTS: f64 = 10_000.0;

/// What the value of `endConditionValue` starts with.
pub const CONSTANT: &str = "Const:";

impl Pagination {
    /// The type of this name.
    pub fn of(name: &str) -> Option<Self> {
        [Offset, Pointer, ContinuationToken, Page, Self::None].into_iter().find(|known| known.name() == name)
    }

    /// Its name, as `type` says it.
    pub fn name(self) -> &'static str {
        ids::PAGINATION_TYPES[self as usize]
    }

    /// Whether it knows a key. A key of no type at all belongs to none in particular.
    pub fn knows(self, key: &str) -> bool {
        KEYS.iter().find(|(known, _)| *known == key).is_none_or(|(_, types)| types.contains(&self))
    }

    /// The keys it needs.
    pub fn needs(self) -> &'static [(&'static str, Need)] {
        match self {
            Self::Offset => &[("offSetName", Need::Always), ("limitName", Need::Always), ("limitValue", Need::Always)],
            Self::Pointer => {
                &[("pointerPath", Need::Always), ("limitName", Need::Advised), ("limitValue", Need::Advised)]
            }
            Self::ContinuationToken => &[
                ("continuationTokenPath", Need::Always),
                ("parameterType", Need::Always),
                ("parameterName", Need::Always),
            ],
            Self::Page => {
                &[("pageParamName", Need::Always), ("limitName", Need::Advised), ("limitValue", Need::Advised)]
            }
            Self::None => &[],
        }
    }
}

impl fmt::Display for Pagination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The types that know a key.
pub fn owners(key: &str) -> &'static [Pagination] {
    KEYS.iter().find(|(known, _)| *known == key).map_or(&[], |(_, types)| *types)
}

/// `paginationParams` of a spec.
#[derive(Debug, Clone, Copy)]
pub struct PaginationParams<'a> {
    /// The object.
    pub node: Node<'a>,
    /// Its type, where that is a documented one.
    pub pagination: Option<Pagination>,
}

impl<'a> PaginationParams<'a> {
    /// The object, where a spec has one.
    pub fn of(spec: &Spec<'a>) -> Option<Self> {
        let node = spec.source_attribute("paginationParams").filter(|_| spec.is_batch())?;
        let pagination = node.get("type").and_then(Node::as_str).and_then(|name| Pagination::of(&name));
        (node.kind() == JsonKind::Object).then_some(Self { node, pagination })
    }

    /// A member, unless it belongs to another type: there it means nothing, whatever it says.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.node.get(key).filter(|_| self.pagination.is_none_or(|pagination| pagination.knows(key)))
    }
}

/// Where the token of the next page is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    Query,
    Header,
}

impl<'a> PaginationParams<'a> {
    /// `parameterName`, where it names what `parameterType` says: a parameter of the query, or a header.
    pub fn parameter(self, wanted: ParameterType) -> Option<Node<'a>> {
        let kind = self.get("parameterType")?.as_str()?;
        let word = match wanted {
            ParameterType::Query => "QUERYPARAM",
            ParameterType::Header => "HEADERPARAM",
        };
        self.get("parameterName").filter(|_| kind == word)
    }
}

/// What stands before the name of a header, where `endPageIndex` names the one that tells the last page.
pub const HEADERS: &str = "headers.";

/// The value of a whole number, written as one or as a text of digits.
pub fn whole_number(node: Node<'_>) -> Option<f64> {
    node.as_f64().or_else(|| digits(node)?.parse().ok())
}

/// A text of digits only.
pub fn digits<'a>(node: Node<'a>) -> Option<std::borrow::Cow<'a, str>> {
    node.as_str().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_documents() {
        for name in ids::PAGINATION_TYPES {
            assert_eq!(Pagination::of(name).map(Pagination::name), Some(name));
        }
        assert_eq!(Pagination::of("offset"), None);
    }

    #[test]
    fn each_type_knows_what_it_needs() {
        for pagination in ids::PAGINATION_TYPES.into_iter().filter_map(Pagination::of) {
            for (key, _) in pagination.needs() {
                assert!(pagination.knows(key) && owners(key).contains(&pagination), "{pagination}: {key}");
            }
            assert!(pagination.knows("type") && pagination.knows("delayRequestMillis"));
        }
        assert!(!Pagination::None.knows("limitName"));
        assert!(!Pagination::Page.knows("offSetName"));
    }
}
