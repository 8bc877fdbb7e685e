//! Filters, order and pages of a list, as its query string asks for them. Pure: records in, a page out.
//!
//! - `property=name==X`, repeatable, all must hold. The value may stand in quotes; several values divided by commas mean any
//!   of them. A path leads into objects with `.` and into arrays with `[]`. `!=` also holds where the field is missing; `<`,
//!   `<=`, `>`, `>=` compare numbers.
//! - `orderby=name`, `-name`, `+name`. `limit=N` and `continuationToken=…` for pages. `count=true` for the number alone.
//!
//! A continuation token carries the whole question, so that following `_links.next.href` is enough; what is asked beside it
//! must not contradict it, only `limit` may change.

use std::cmp::Ordering;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use url::form_urlencoded;

use super::{
    problem::{self, Problem},
    store::{Body, Record},
};

/// A list as it is asked for.
#[derive(Debug, Default)]
pub(super) struct Query {
    properties: Vec<String>,
    filters: Vec<Filter>,
    order: Option<Order>,
    limit: Option<usize>,
    count: bool,
    after: Option<(Value, u64)>,
}

/// A page, or the number of records.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<Box<RawValue>>>,
    #[serde(rename = "_links", skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
}

#[derive(Debug, Serialize)]
struct Links {
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Link>,
}

#[derive(Debug, Serialize)]
struct Link {
    href: String,
}

/// What a continuation token holds.
#[derive(Serialize, Deserialize)]
struct Continuation {
    property: Vec<String>,
    orderby: Option<String>,
    limit: Option<usize>,
    after: (Value, u64),
}

impl Query {
    /// Reads the query string of a list.
    pub(super) fn parse(raw: &str) -> Result<Self, Problem> {
        let mut query = Self::default();
        let mut properties = Vec::new();
        let mut orderby = None;
        let mut continuation: Option<Continuation> = None;
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            match name.as_ref() {
                "property" => properties.push(value.into_owned()),
                "orderby" => orderby = Some(value.into_owned()),
                "limit" => query.limit = Some(limit(&value)?),
                "count" => {
                    // Python's clients write `True`.
                    query.count = value.to_ascii_lowercase().parse().map_err(|_| {
                        Problem::flow(problem::FILTER_VALUE, format!("`count` is `true` or `false`, not `{value}`"))
                    })?;
                }
                "continuationToken" => continuation = Some(Continuation::decode(&value)?),
                other => {
                    return Err(Problem::flow(
                        problem::PARAMETER,
                        format!("there is no query parameter `{other}` here"),
                    ));
                }
            }
        }
        if query.count && query.limit.is_some() {
            return Err(Problem::flow(problem::LIMIT_WITH_COUNT, "`limit` and `count` exclude each other"));
        }
        if let Some(continuation) = continuation {
            let same = (properties.is_empty() || properties == continuation.property)
                && (orderby.is_none() || orderby == continuation.orderby)
                && !query.count;
            if !same {
                return Err(Problem::flow(problem::FILTER_VALUE, "`continuationToken` continues another list"));
            }
            properties = continuation.property;
            orderby = continuation.orderby;
            query.limit = query.limit.or(continuation.limit);
            query.after = Some(continuation.after);
        }
        query.filters = properties.iter().map(|property| Filter::parse(property)).collect::<Result<_, _>>()?;
        query.properties = properties;
        query.order = orderby.as_deref().map(Order::parse).transpose()?;
        Ok(query)
    }

    /// The answer: a page of `records`, with a link to the next where there is one, or their number. That `_links` is there on
    /// the last page as well is what aepp, a client for the live platform, relies on.
    pub(super) fn answer(&self, collection: &str, mut records: Vec<Record>) -> Answer {
        records.retain(|record| self.filters.iter().all(|filter| filter.holds(&record.body)));
        if self.count {
            return Answer { count: Some(records.len()), ..Answer::default() };
        }
        if let Some(order) = &self.order {
            // Equal keys keep the order of creation, in both directions, so that pages never overlap.
            records
                .sort_by(|one, other| order.compare(&order.key(one), one.sequence, &order.key(other), other.sequence));
        }
        if let Some((key, sequence)) = &self.after {
            records.retain(|record| match &self.order {
                Some(order) => order.compare(&order.key(record), record.sequence, key, *sequence).is_gt(),
                None => record.sequence > *sequence,
            });
        }
        let next = match self.limit {
            Some(limit) if records.len() > limit => {
                records.truncate(limit);
                records.last().map(|last| self.continue_after(last).encode())
            }
            _ => None,
        };
        let items = records.into_iter().map(|record| record.text).collect();
        let next = next.map(|token| Link { href: format!("/{collection}?continuationToken={token}") });
        Answer { count: None, items: Some(items), links: Some(Links { next }) }
    }

    fn continue_after(&self, last: &Record) -> Continuation {
        Continuation {
            property: self.properties.clone(),
            orderby: self.order.as_ref().map(|order| order.text.clone()),
            limit: self.limit,
            after: (self.order.as_ref().map_or(Value::Null, |order| order.key(last)), last.sequence),
        }
    }
}

fn limit(value: &str) -> Result<usize, Problem> {
    value.parse().ok().filter(|limit| (1..=1000).contains(limit)).ok_or_else(|| {
        Problem::flow(problem::FILTER_VALUE, format!("`limit` is a number from 1 to 1000, not `{value}`"))
    })
}

impl Continuation {
    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(token: &str) -> Result<Self, Problem> {
        URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Problem::flow(problem::FILTER_VALUE, "`continuationToken` is none that was given out"))
    }
}

/// `orderby`.
#[derive(Debug)]
struct Order {
    text: String,
    path: Vec<Step>,
    descending: bool,
}

impl Order {
    fn parse(text: &str) -> Result<Self, Problem> {
        // A plus sign that was not encoded arrives as a space.
        let (descending, field) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+' | b' ') => (false, &text[1..]),
            Some(_) => (false, text),
            None => return Err(Problem::flow(problem::SORT_ORDER, "`orderby` names no field")),
        };
        if field.starts_with(['+', '-']) {
            return Err(Problem::flow(
                problem::SORT_ORDER,
                format!("`{text}` has more than one sign before the field"),
            ));
        }
        let path = steps(field)
            .filter(|path| path.iter().all(|step| !step.each))
            .ok_or_else(|| Problem::flow(problem::SORT_FIELD, format!("`{field}` is no field to order by")))?;
        Ok(Self { text: text.to_owned(), path, descending })
    }

    fn key(&self, record: &Record) -> Value {
        let mut found = Vec::new();
        walk(&record.body, &self.path, &mut found);
        // Objects and arrays have no order: as if missing.
        found
            .first()
            .filter(|value| !value.is_object() && !value.is_array())
            .map_or(Value::Null, |value| (*value).clone())
    }

    fn compare(&self, key: &Value, sequence: u64, other: &Value, other_sequence: u64) -> Ordering {
        let keys = compare(key, other);
        (if self.descending { keys.reverse() } else { keys }).then(sequence.cmp(&other_sequence))
    }
}

fn compare(one: &Value, other: &Value) -> Ordering {
    fn rank(value: &Value) -> u8 {
        match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            _ => 3,
        }
    }
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Value::String(one), Value::String(other)) => one.cmp(other),
        _ => rank(one).cmp(&rank(other)),
    }
}

/// One `property`.
#[derive(Debug)]
struct Filter {
    path: Vec<Step>,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One name of a path; `each` where it ends in `[]`.
#[derive(Debug)]
struct Step {
    name: String,
    each: bool,
}

impl Filter {
    fn parse(text: &str) -> Result<Self, Problem> {
        let is_operator = |character: char| matches!(character, '=' | '!' | '<' | '>' | '~');
        let invalid = || Problem::flow(problem::FILTER, format!("`{text}` is no filter; one reads `field==value`"));
        let start = text.find(is_operator).ok_or_else(invalid)?;
        let (field, rest) = text.split_at(start);
        let end = rest.find(|character| !is_operator(character)).unwrap_or(rest.len());
        let (sign, value) = rest.split_at(end);
        let operator = match sign {
            // A single sign is printed for attributes.
            "==" | "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "~" | "=~" | "~=" => {
                return Err(Problem::flow(
                    problem::OPERATOR_MISSING,
                    format!("the operator `{sign}` is not implemented"),
                ));
            }
            _ => return Err(Problem::flow(problem::OPERATOR_UNKNOWN, format!("`{sign}` in `{text}` is no operator"))),
        };
        let path = steps(field)
            .ok_or_else(|| Problem::flow(problem::FILTER_FIELD, format!("`{field}` is no field to filter by")))?;
        let values = values(value).ok_or_else(invalid)?;
        if !matches!(operator, Operator::Equal | Operator::NotEqual) {
            if values.len() > 1 {
                return Err(Problem::flow(problem::OPERATOR_MANY, format!("`{sign}` takes one value, not several")));
            }
            if matches!(field, "id" | "name" | "providerId") {
                return Err(Problem::flow(problem::OPERATOR_FIELD, format!("`{sign}` does not work on `{field}`")));
            }
            if values.iter().any(|value| value.parse::<f64>().is_err()) {
                return Err(Problem::flow(problem::FILTER_VALUE, format!("`{sign}` compares `{field}` with a number")));
            }
        }
        Ok(Self { path, operator, values })
    }

    fn holds(&self, body: &Body) -> bool {
        let mut found = Vec::new();
        walk(body, &self.path, &mut found);
        let any = |test: fn(Ordering) -> bool| {
            found.iter().filter_map(|value| value.as_f64()).any(|number| {
                self.values
                    .iter()
                    .filter_map(|value| value.parse::<f64>().ok())
                    .any(|value| number.partial_cmp(&value).is_some_and(test))
            })
        };
        let equal = || found.iter().any(|found| self.values.iter().any(|value| equals(found, value)));
        match self.operator {
            Operator::Equal => equal(),
            Operator::NotEqual => !equal(),
            Operator::Less => any(Ordering::is_lt),
            Operator::LessOrEqual => any(Ordering::is_le),
            Operator::Greater => any(Ordering::is_gt),
            Operator::GreaterOrEqual => any(Ordering::is_ge),
        }
    }
}

fn equals(found: &Value, value: &str) -> bool {
    match found {
        Value::String(text) => text == value,
        Value::Bool(_) | Value::Number(_) => serde_json::from_str::<Value>(value).is_ok_and(|value| value == *found),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// `a.b[].c`; `None` where that is no path.
fn steps(path: &str) -> Option<Vec<Step>> {
    path.split('.')
        .map(|segment| {
            let (name, each) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
            let fits =
                |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '@' | '$' | ':');
            (!name.is_empty() && name.chars().all(fits)).then(|| Step { name: name.to_owned(), each })
        })
        .collect()
}

/// The values after the operator, divided at commas outside quotes; `None` where there is none.
fn values(text: &str) -> Option<Vec<String>> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            _ => values.last_mut()?.push(character),
        }
    }
    (!quoted && values.iter().all(|value| !value.is_empty())).then_some(values)
}

fn walk<'a>(body: &'a Body, path: &[Step], found: &mut Vec<&'a Value>) {
    let Some((step, rest)) = path.split_first() else { return };
    let Some(value) = body.get(&step.name) else { return };
    let candidates = match value {
        Value::Array(items) if step.each => items.as_slice(),
        _ if step.each => return,
        _ => std::slice::from_ref(value),
    };
    for candidate in candidates {
        match candidate {
            _ if rest.is_empty() => found.push(candidate),
            Value::Object(inner) => walk(inner, rest, found),
            _ => {}
        }
    }
}
