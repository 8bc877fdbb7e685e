//! The forms of a resource that `Accept` asks for, and the pages of a list.

use axum::http::StatusCode;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::PREFIX;
use crate::emulator::{
    problem::Problem,
    store::{Body, Record},
};

/// Most resources of one page.
const LARGEST_PAGE: usize = 300;

/// How one resource is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// With everything it is composed of.
    pub(super) is_full: bool,
    /// With titles and descriptions.
    pub(super) has_text: bool,
}

/// How the resources of a list are shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ListForm {
    /// Id, alternative id, version and title.
    Short,
    Whole,
}

/// The form of a list.
pub(super) fn of_list(accept: &str) -> Result<ListForm, Problem> {
    match media_type(accept).as_deref() {
        Some("id") => Ok(ListForm::Short),
        Some("" | "full") => Ok(ListForm::Whole),
        _ => Err(not_acceptable(accept, "`application/vnd.adobe.xed-id+json` or `application/vnd.adobe.xed+json`")),
    }
}

/// The form of one resource. The version may be any: there is one of each.
pub(super) fn of_one(accept: &str) -> Result<Form, Problem> {
    let form = |is_full, has_text| Ok(Form { is_full, has_text });
    let wanted = "`application/vnd.adobe.xed-full+json; version=1` or another form with a version";
    if !accept.split(';').skip(1).any(|parameter| parameter.trim().starts_with("version=")) {
        return Err(not_acceptable(accept, wanted));
    }
    match media_type(accept).as_deref() {
        Some("" | "deprecatefield") => form(false, true),
        Some("notext") => form(false, false),
        Some("full" | "full-desc" | "full-deprecatefield") => form(true, true),
        Some("full-notext") => form(true, false),
        _ => Err(not_acceptable(accept, wanted)),
    }
}

/// `full-notext` of `application/vnd.adobe.xed-full-notext+json; version=1`.
fn media_type(accept: &str) -> Option<String> {
    let accept = accept.split(';').next()?.trim().to_ascii_lowercase();
    let rest = accept.strip_prefix("application/vnd.adobe.")?.strip_suffix("+json")?;
    let rest = rest.strip_prefix("xed").or_else(|| rest.strip_prefix("xdm"))?;
    Some(rest.strip_prefix('-').unwrap_or(rest).to_owned())
}

fn not_acceptable(accept: &str, wanted: &str) -> Problem {
    let detail = match accept {
        "" => format!("the header `Accept` is missing; send {wanted}"),
        accept => format!("`Accept: {accept}` is not served here; send {wanted}"),
    };
    Problem::status(StatusCode::NOT_ACCEPTABLE, detail)
}

/// Whether the registry sets the member itself.
pub(super) fn is_managed(name: &str) -> bool {
    matches!(
        name,
        "$id"
            | "version"
            | "imsOrg"
            | "meta:altId"
            | "meta:resourceType"
            | "meta:extends"
            | "meta:registryMetadata"
            | "meta:containerId"
            | "meta:sandboxId"
            | "meta:tenantNamespace"
            | "meta:class"
            | "meta:xdmType"
            | "meta:abstract"
            | "meta:extensible"
    )
}

/// Takes titles and descriptions away. A property may have these names; it stays.
pub(super) fn strip_text(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !(matches!(name.as_str(), "title" | "description") && value.is_string()));
            members.values_mut().for_each(strip_text);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_text),
        _ => {}
    }
}

/// A page of a list, as the query string asks for it.
#[derive(Debug)]
pub(super) struct Page {
    start: String,
    limit: usize,
    order: Order,
    filters: Vec<Filter>,
}

#[derive(Debug)]
struct Order {
    text: String,
    member: String,
    descending: bool,
}

/// What a member must be equal to, or must not.
#[derive(Debug)]
struct Filter {
    member: String,
    value: String,
    is_equal: bool,
}

impl Page {
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut page = Self {
            start: String::new(),
            limit: LARGEST_PAGE,
            order: Order { text: "updated".into(), member: "$id".into(), descending: false },
            filters: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "start" => page.start = value.into_owned(),
                "limit" => {
                    page.limit =
                        value.parse().map_err(|_| Problem::invalid(format!("`limit` is a number, not `{value}`")))?;
                    page.limit = page.limit.clamp(1, LARGEST_PAGE);
                }
                "orderby" | "orderBy" => {
                    let member = value.trim_start_matches(['-', '+', ' ']).to_owned();
                    page.order = Order { descending: value.starts_with('-'), text: value.into_owned(), member };
                }
                "property" => {
                    let parts = value.split_once("==").map(|parts| (parts, true));
                    let ((member, wanted), is_equal) =
                        parts.or_else(|| Some((value.split_once("!=")?, false))).ok_or_else(|| {
                            let detail = format!("`{value}` is no filter; one reads `title==value` or `title!=value`");
                            Problem::invalid(detail)
                        })?;
                    let (member, value) = (member.to_owned(), wanted.trim_matches('"').to_owned());
                    page.filters.push(Filter { member, value, is_equal });
                }
                // Private parameters of clients change nothing.
                _ => {}
            }
        }
        Ok(page)
    }

    /// The page, and where the next begins.
    pub(super) fn answer(&self, form: &ListForm, mut records: Vec<Record>, kind: &str) -> Value {
        let member = |record: &Record, name: &str| match record.body.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let fits = |record: &Record, filter: &Filter| {
            let is_equal = match record.body.get(&filter.member) {
                Some(Value::Array(items)) => items.iter().any(|item| item.as_str() == Some(&filter.value)),
                _ => member(record, &filter.member) == filter.value,
            };
            is_equal == filter.is_equal
        };
        records.retain(|record| self.filters.iter().all(|filter| fits(record, filter)));
        let key = |record: &Record| (member(record, &self.order.member), member(record, "$id"));
        records.sort_by_cached_key(key);
        if self.order.descending {
            records.reverse();
        }
        let first = match self.start.as_str() {
            "" => 0,
            start => records.iter().position(|record| member(record, "$id") == start).unwrap_or(records.len()),
        };
        let next = records.get(first + self.limit).map(|record| member(record, "$id"));
        let results: Vec<Value> = records
            .into_iter()
            .skip(first)
            .take(self.limit)
            .map(|record| match form {
                ListForm::Short => short(&record.body),
                ListForm::Whole => Value::Object(record.body),
            })
            .collect();
        json!({
            "_page": {"orderby": self.order.text, "next": next, "count": results.len()},
            "results": results,
            "_links": {"next": null, "global_schemas": {"href": format!("{PREFIX}/global/{kind}")}},
        })
    }
}

fn short(body: &Body) -> Value {
    let members = ["$id", "meta:altId", "version", "title"];
    members
        .iter()
        .filter_map(|name| body.get_key_value(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_forms_are_told_apart() {
        let form = |accept| of_one(accept).unwrap();
        assert_eq!(form("application/vnd.adobe.xed+json; version=1"), Form { is_full: false, has_text: true });
        assert_eq!(
            form("application/vnd.adobe.xed-full-notext+json;version=1"),
            Form { is_full: true, has_text: false }
        );
        assert_eq!(form("application/vnd.adobe.xdm-full+json; version=1.0"), Form { is_full: true, has_text: true });
        assert_eq!(of_list("application/vnd.adobe.xed-id+json").unwrap(), ListForm::Short);
        for wrong in ["", "*/*", "application/json", "application/vnd.adobe.xed+json"] {
            assert!(of_one(wrong).is_err(), "{wrong}");
        }
        assert!(of_list("application/json").is_err());
    }

    #[test]
    fn text_goes_but_a_field_of_that_name_stays() {
        let mut value = json!({"title": "A", "properties": {"title": {"type": "string", "description": "b"}}});
        strip_text(&mut value);
        assert_eq!(value, json!({"properties": {"title": {"type": "string"}}}));
    }
}
