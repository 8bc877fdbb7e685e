//! Answers become files, as a value: nothing is read or written here.

use serde_json::{Value, json};

use crate::{
    cli::{AuthKind, HttpMethod, ParameterType},
    scaffold::{
        Error,
        answers::{API_KEY_HEADER, Answers, Batch, Kind, Pagination, Schedule},
        icon, json,
        templates::Templates,
    },
    spec::ids,
    workspace::layout::{self, ArtifactKind},
};

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
    pub if_there: IfThere,
}

/// What happens where there is a file of that path already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfThere {
    /// Nothing is written at all.
    Refuse,
    /// The file there stays as it is.
    Keep,
    /// The lines that the file there lacks are added to its end.
    AddLines,
}

/// All files of a source and of the repository around it.
pub fn render(answers: &Answers, icon: Option<Vec<u8>>, templates: &Templates) -> Result<Vec<File>, Error> {
    let context = context(answers);
    let spec_template = match answers.kind {
        Kind::Streaming => "connectionSpec-streaming.json.hbs",
        Kind::Batch(_) => "connectionSpec-batch.json.hbs",
    };
    let artifact =
        |kind: ArtifactKind, bytes| File { path: kind.path(&answers.source), bytes, if_there: IfThere::Refuse };
    let icon = match icon {
        Some(bytes) => bytes,
        None => drawing("icon.svg.hbs", &context, templates)?,
    };
    Ok(vec![
        artifact(ArtifactKind::Category, text("category.txt.hbs", &context, templates)?),
        artifact(ArtifactKind::ConnectionSpec, spec(spec_template, &context, templates)?),
        artifact(ArtifactKind::Description, text("description.txt.hbs", &context, templates)?),
        artifact(ArtifactKind::Icon, icon),
        artifact(ArtifactKind::Label, text("label.txt.hbs", &context, templates)?),
        File {
            path: layout::CONFIG.to_owned(),
            bytes: text("sss.toml.hbs", &context, templates)?,
            if_there: IfThere::Keep,
        },
        File {
            path: ".gitignore".to_owned(),
            bytes: text("gitignore.hbs", &context, templates)?,
            if_there: IfThere::AddLines,
        },
        File {
            path: "README.md".to_owned(),
            bytes: text("README.md.hbs", &context, templates)?,
            if_there: IfThere::Keep,
        },
    ])
}

/// A text that ends in one newline, whatever the template ends in.
fn text(name: &str, context: &Value, templates: &Templates) -> Result<Vec<u8>, Error> {
    let filled = templates.fill(name, context)?.replace("\r\n", "\n");
    let filled = filled.trim_start_matches('\u{feff}').trim_end();
    if filled.is_empty() {
        return Err(Error::Rendered { name: name.to_owned(), why: "nothing".to_owned() });
    }
    Ok(format!("{filled}\n").into_bytes())
}

fn drawing(name: &str, context: &Value, templates: &Templates) -> Result<Vec<u8>, Error> {
    let bytes = text(name, context, templates)?;
    icon::check(&bytes)
        .map_err(|why| Error::Rendered { name: name.to_owned(), why: format!("an icon that cannot be used: {why}") })?;
    Ok(bytes)
}

fn spec(name: &str, context: &Value, templates: &Templates) -> Result<Vec<u8>, Error> {
    let bytes = text(name, context, templates)?;
    let filled = String::from_utf8_lossy(&bytes);
    json::tidied(&filled).map_err(|why| Error::Rendered {
        name: name.to_owned(),
        why: format!("a connection spec that is not JSON: {why}"),
    })
}

/// What every template can name. Each key is always there, `null` where there is no answer: templates are filled in strictly.
pub fn context(answers: &Answers) -> Value {
    let camel = camel_case(&answers.source);
    let shown = |text: &str, suffix: &str| match answers.catalog_keys {
        true => json!({ "key": format!("{camel}{suffix}") }),
        false => json!({ "text": text }),
    };
    let (kind, provider, batch) = match &answers.kind {
        Kind::Streaming => ("streaming", ids::STREAMING_PROVIDER, Value::Null),
        Kind::Batch(batch) => ("batch", ids::BATCH_PROVIDER, batch_context(batch)),
    };
    json!({
        "source": answers.source,
        "kind": kind,
        "label": answers.label,
        "description": answers.description,
        "category": answers.category,
        "documentation_url": answers.documentation_url,
        "provider_id": provider,
        "ui_icon": { "key": format!("{camel}Icon") },
        "ui_label": shown(&answers.label, "Label"),
        "ui_description": shown(&answers.description, "Description"),
        "batch": batch,
    })
}

fn batch_context(batch: &Batch) -> Value {
    let auth: Vec<_> = batch
        .auth
        .iter()
        .map(|kind| match kind {
            AuthKind::Oauth2 => json!({ "template": "auth-oauth2.json.hbs" }),
            AuthKind::Basic => json!({ "template": "auth-basic.json.hbs" }),
            AuthKind::ApiKey => json!({ "template": "auth-api-key.json.hbs", "header": API_KEY_HEADER }),
        })
        .collect();
    let inputs: Vec<_> = batch
        .inputs
        .iter()
        .map(|input| json!({ "name": input.name, "type": input.kind, "description": input.description }))
        .collect();
    json!({
        "auth": auth,
        "host": batch.host,
        "path": batch.path,
        "method": match batch.method {
            HttpMethod::Get => "GET",
            HttpMethod::Post => "POST",
        },
        "content_path": batch.content_path,
        "inputs": inputs,
        "required": batch.required(),
        "query_params": query_params(batch),
        "pagination": pagination_context(&batch.pagination),
        "schedule": batch.schedule.as_ref().map(schedule_context),
        "schedule_query_name": match &batch.schedule {
            Some(Schedule::Advanced { query_name, .. }) => Some(query_name),
            _ => None,
        },
    })
}

/// The query parameters of every request, by name and value.
fn query_params(batch: &Batch) -> Vec<Value> {
    let schedule = match &batch.schedule {
        Some(Schedule::Advanced { query_name, .. }) => Some(json!({ "name": query_name, "value": "{SCHEDULE_QUERY}" })),
        _ => None,
    };
    let input = |name: &String| json!({ "name": name, "value": format!("${{{name}}}") });
    schedule.into_iter().chain(batch.in_query.iter().map(input)).collect()
}

fn pagination_context(pagination: &Pagination) -> Value {
    match pagination {
        Pagination::Offset { limit_name, limit_value, offset_name, end_condition } => json!({
            "template": "pagination-offset.json.hbs",
            "limit_name": limit_name,
            "limit_value": limit_value,
            "offset_name": offset_name,
            "end_condition_name": end_condition.as_ref().map(|(name, _)| name),
            "end_condition_value": end_condition.as_ref().map(|(_, value)| value),
        }),
        Pagination::Pointer { limit_name, limit_value, pointer_path } => json!({
            "template": "pagination-pointer.json.hbs",
            "limit_name": limit_name,
            "limit_value": limit_value,
            "pointer_path": pointer_path,
        }),
        Pagination::ContinuationToken { path, parameter_type, parameter_name, delay } => json!({
            "template": "pagination-continuation-token.json.hbs",
            "continuation_token_path": path,
            "parameter_type": match parameter_type {
                ParameterType::Query => "QUERYPARAM",
                ParameterType::Header => "HEADERPARAM",
            },
            "parameter_name": parameter_name,
            "delay_request_millis": delay.map(|delay| delay.to_string()),
        }),
        Pagination::Page {
            limit_name,
            limit_value,
            page_param_name,
            initial_page_index,
            end_page_index,
            maximum_request,
        } => json!({
            "template": "pagination-page.json.hbs",
            "limit_name": limit_name,
            "limit_value": limit_value,
            "page_param_name": page_param_name,
            "initial_page_index": initial_page_index,
            "end_page_index": end_page_index,
            "maximum_request": maximum_request,
        }),
        Pagination::None => json!({ "template": "pagination-none.json.hbs" }),
    }
}

fn schedule_context(schedule: &Schedule) -> Value {
    match schedule {
        Schedule::Simple { start, end, format } => {
            json!({ "advanced": false, "start": start, "end": end, "format": format })
        }
        Schedule::Advanced { format, incremental, backfill, .. } => json!({
            "advanced": true,
            "format": format,
            "incremental": incremental,
            "backfill": backfill,
        }),
    }
}

/// `acme-crm` as `acmeCrm`, the way the catalog's keys are written.
fn camel_case(source: &str) -> String {
    let mut camel = String::new();
    for (at, word) in source.split('-').enumerate() {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.push_str(&if at == 0 { first.to_owned() } else { first.to_uppercase() });
        camel.push_str(rest);
    }
    camel
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
