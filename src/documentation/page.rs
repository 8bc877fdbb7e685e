//! A page as it would be written anew: the sections of the outline, filled from templates, with the calls of the recipe.

use serde_json::{Value, json};

use super::{
    Answers, Error, Facts,
    calls::{Call, Calls, secret_placeholder, stand_in},
    facts::{Credential, example, shown},
    markdown::{cell, code, inline, yaml},
    merge::{METADATA, Page, Part},
    outline::{self, PageKind, Section, gap, image, question},
};
use crate::{
    dataflow::recipe::{Auth, Frequency, Name, Param, Recipe, Schedule, Step, Wish, recipe},
    scaffold::templates::{Set, Templates},
    spec::Kind,
};

macro_rules! templates {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../templates/docs/", $name)))),*] };
}

/// The templates of the pages. One of a section that both pages have is for both, unless `api-` or `ui-` is put in front of it.
pub static TEMPLATES: Set = Set {
    files: templates![
        "api-connect.md.hbs",
        "api-endpoint.md.hbs",
        "api-mapping.md.hbs",
        "api-metadata.md.hbs",
        "api-title.md.hbs",
        "appendix.md.hbs",
        "base-connection.md.hbs",
        "credentials.md.hbs",
        "dataflow-detail.md.hbs",
        "delete-account.md.hbs",
        "delete.md.hbs",
        "existing-account.md.hbs",
        "explore.md.hbs",
        "flow.md.hbs",
        "maintained.md.hbs",
        "monitor.md.hbs",
        "new-account.md.hbs",
        "next-steps.md.hbs",
        "overview.md.hbs",
        "prerequisites.md.hbs",
        "request.md.hbs",
        "resources.md.hbs",
        "review.md.hbs",
        "select-data.md.hbs",
        "source-connection.md.hbs",
        "target-connection.md.hbs",
        "target-dataset.md.hbs",
        "target-schema.md.hbs",
        "ui-connect.md.hbs",
        "ui-endpoint.md.hbs",
        "ui-mapping.md.hbs",
        "ui-metadata.md.hbs",
        "ui-title.md.hbs",
        "update-account.md.hbs",
        "update.md.hbs",
        "webhook.md.hbs",
    ],
    is_part: |_| false,
};

/// The section that is there where something is told in it.
const RESOURCES: &str = "resources";

/// The region with the note on who keeps the page up, behind the overview.
const MAINTAINED: &str = "maintained";

/// When the first run starts in the pages: a moment like any other (2026-01-01 in UTC).
const START: i64 = 1_767_225_600;

/// What a page shows: the dataflow that its requests make, and the other ways to sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub recipe: Recipe,
    /// The base connection once more, for each further way to sign in.
    pub other_ways: Vec<Step>,
}

impl Shown {
    /// The recipe of a source, as far as it is known; what is not known has a stand-in.
    pub fn of(facts: &Facts, answers: &Answers) -> Result<Self, Error> {
        let mut known = facts.recipe.clone();
        if let Some(id) = &answers.connection_spec {
            known.connection_spec_id = Some(id.clone());
        }
        let wish = |way: Option<&super::facts::WayIn>| {
            let mut inputs = answers.inputs.clone();
            for (name, field) in facts.inputs() {
                let value = || example(field).map_or_else(|| stand_in(name, field), |value| shown(&value));
                inputs.entry(name.to_owned()).or_insert_with(value);
            }
            let is_batch = facts.kind == Kind::Batch;
            let params = way.into_iter().flat_map(|way| &way.credentials).filter(|credential| credential.is_required);
            let schedule =
                Schedule { start_time: START, frequency: Frequency::Day, interval: Some(1), backfill: Some(true) };
            Wish {
                auth: Auth {
                    spec_name: way.map(|way| way.name.clone()),
                    params: params.map(|credential| (credential.name.clone(), Param::Secret)).collect(),
                },
                inputs,
                schedule: if is_batch { schedule } else { Schedule::default() },
                sample: if answers.sample.is_empty() { vec![json!({"id": "1"})] } else { answers.sample.clone() },
                ..Wish::default()
            }
        };
        let mut ways = facts.ways.iter();
        let recipe_of = |way| recipe(&wish(way), &known);
        let first = recipe_of(ways.next())?;
        let mut other_ways = Vec::new();
        for way in ways {
            let other = recipe_of(Some(way))?;
            other_ways.extend(
                other.step_of(Name::BaseConnectionId).map(|step| Step {
                    title: format!("Or, to sign in with {}, create it so", way.name),
                    ..step.clone()
                }),
            );
        }
        Ok(Self { recipe: first, other_ways })
    }
}

/// The page of a source.
pub fn page(
    kind: PageKind,
    facts: &Facts,
    answers: &Answers,
    shown: &Shown,
    templates: &Templates,
) -> Result<Page, Error> {
    let calls = Calls { facts, answers, recipe: &shown.recipe };
    let context = context(kind, facts, answers, &calls);
    let all: Vec<Call> = match kind {
        PageKind::Api => calls.all(&shown.other_ways),
        PageKind::Ui => Vec::new(),
    };
    let fill = |id: &str| -> Result<String, Error> {
        let own = format!("{}-{id}.md.hbs", kind.as_str());
        let name = if templates.has(&own) { own } else { format!("{id}.md.hbs") };
        Ok(templates.fill(&name, &context)?.trim_matches('\n').to_owned())
    };
    let mut parts = vec![Part { id: METADATA.to_owned(), body: metadata(&fill(METADATA)?), is_answer: false }];
    for section in kind.sections(facts.kind) {
        if section.id == RESOURCES && answers.text(RESOURCES).is_none() {
            continue;
        }
        let heading = heading(section, &facts.recipe.label);
        let is_answer = question(section.id).is_some() || section.id == RESOURCES;
        let body = format!("{heading}\n\n{}", fill(section.id)?).trim_end().to_owned();
        parts.push(Part { id: section.id.to_owned(), body, is_answer });
        if section.id == "overview" {
            parts.push(Part { id: MAINTAINED.to_owned(), body: fill(MAINTAINED)?, is_answer: true });
        }
        for call in all.iter().filter(|call| call.section == section.id) {
            let body = templates.fill("request.md.hbs", &call.context(facts))?.trim_matches('\n').to_owned();
            parts.push(Part { id: format!("{}.request.{}", section.id, call.id), body, is_answer: false });
        }
    }
    // A template, or a text of the spec, could hold what would be taken for a mark.
    if let Some(part) = parts.iter().find(|part| part.body.lines().any(super::region::is_mark)) {
        return Err(Error::MarkInText { region: part.id.clone() });
    }
    Ok(Page { parts, kept: vec![RESOURCES] })
}

fn heading(section: &Section, label: &str) -> String {
    let hashes = "#".repeat(section.level.into());
    let text = inline(&section.heading(label));
    if section.level == 1 { format!("{hashes} {text}") } else { format!("{hashes} {text} {{#{}}}", section.anchor()) }
}

/// The metadata, with each value quoted where YAML would take it for something else.
fn metadata(filled: &str) -> String {
    let lines = filled.lines().map(|line| match line.split_once(": ") {
        Some((key, value)) if !value.trim_start().starts_with('"') => format!("{key}: {}", yaml(value)),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn context(kind: PageKind, facts: &Facts, answers: &Answers, calls: &Calls<'_>) -> Value {
    let source = &facts.recipe.key;
    let told = |id: &str| answers.text(id).map_or_else(|| asked(id), str::to_owned);
    let spec = calls.recipe.given.get(&Name::ConnectionSpecId);
    let file = |what: &str| image(&format!("{source}-{what}.png"));
    let title =
        kind.sections(facts.kind).next().map(|section| section.heading(&facts.recipe.label)).unwrap_or_default();
    let ways: Vec<Value> = facts
        .ways
        .iter()
        .map(|way| {
            let rows = way.credentials.iter().map(|credential| row(credential, answers));
            json!({
                "name": inline(&way.name),
                "description": way.description.as_deref().map(inline),
                "credentials": rows.collect::<Vec<_>>(),
            })
        })
        .collect();
    let values = calls.inputs();
    let inputs: Vec<Value> = facts
        .inputs()
        .map(|(name, field)| {
            let text = |key: &str| field.get(key).and_then(Value::as_str);
            let value = values.get(name).map(shown).unwrap_or_default();
            json!({
                "name": code(name),
                "description": cell(text("description").or_else(|| text("title")).unwrap_or(name)),
                "example": code(&value),
            })
        })
        .collect();
    json!({
        "title": title,
        "source": source,
        "label": inline(&facts.recipe.label),
        "plain_label": facts.recipe.label,
        "description": inline(&facts.description),
        "category": inline(&facts.category_name()),
        "is_streaming": facts.kind == Kind::Streaming,
        "is_batch": facts.kind == Kind::Batch,
        "connection_spec": spec,
        "connection_spec_gap": spec.is_none().then(|| asked("connection-spec")),
        "flow_spec": calls.recipe.given.get(&Name::FlowSpecId),
        "ways": ways,
        "has_ways": !facts.ways.is_empty(),
        "has_several_ways": facts.ways.len() > 1,
        "inputs": inputs,
        "has_inputs": !inputs.is_empty(),
        "inputs_json": format!("{values:#}"),
        "source_params": calls.source_params(),
        "overview": told("overview"),
        "contact": answers.text("contact").map_or_else(|| asked("contact"), linked),
        "prerequisites": told("prerequisites"),
        "webhook": told("webhook"),
        "resources": answers.text("resources"),
        "sample_gap": answers.sample.is_empty().then(|| asked("sample")),
        "image": {
            "catalog": file("catalog"),
            "existing": file("existing-account"),
            "new": file("new-account"),
            "select_data": file("select-data"),
            "dataflow_detail": file("dataflow-detail"),
            "mapping": file("mapping"),
            "review": file("review"),
            "endpoint": file("endpoint"),
        },
    })
}

/// The gap of a question.
fn asked(id: &str) -> String {
    gap(id, question(id).map_or("write this", |question| question.ask))
}

/// An address as a link; a text that is one already as it is.
fn linked(contact: &str) -> String {
    let is_bare = !contact.contains(char::is_whitespace) && !contact.contains(['(', '<', '[']);
    if is_bare && (contact.starts_with("https://") || contact.starts_with("mailto:")) {
        format!("<{contact}>")
    } else if is_bare && contact.contains('@') {
        format!("[{contact}](mailto:{contact})")
    } else {
        contact.to_owned()
    }
}

/// A row of the table of credentials.
fn row(credential: &Credential, answers: &Answers) -> Value {
    let name = &credential.name;
    let told = credential.description.as_deref().or(credential.title.as_deref()).unwrap_or(name);
    let mut description = cell(told);
    if !description.ends_with(['.', '!', '?']) {
        description.push('.');
    }
    if credential.is_secret {
        description.push_str(" **Secret**: keep it to yourself.");
    }
    if !credential.is_required {
        description.push_str(" Optional.");
    }
    let example = answers.examples.get(name).or(credential.example.as_ref());
    let example = match example {
        // What stands for it in the requests.
        _ if credential.is_secret => code(&secret_placeholder(name)),
        Some(example) => code(example),
        None if !credential.is_required => "—".to_owned(),
        None => {
            let ask = format!("give an example of {name}, in the table examples of docs.toml");
            outline::gap(&format!("example.{name}"), &ask)
        }
    };
    json!({"name": code(name), "description": description, "example": example})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_template_file_is_built_in_and_every_section_has_one() {
        let mut there: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/docs"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        assert_eq!(TEMPLATES.names(), there);
        let mut used = BTreeSet::from(["request.md.hbs".to_owned(), format!("{MAINTAINED}.md.hbs")]);
        for page in PageKind::ALL {
            let sections = [Kind::Streaming, Kind::Batch].into_iter().flat_map(|kind| page.sections(kind));
            for id in sections.map(|section| section.id).chain([METADATA]) {
                let own = format!("{}-{id}.md.hbs", page.as_str());
                let name = if there.contains(&own) { own } else { format!("{id}.md.hbs") };
                assert!(there.contains(&name), "{name}");
                used.insert(name);
            }
        }
        assert!(there.iter().all(|name| used.contains(name)), "a template that nothing uses");
    }

    #[test]
    fn a_contact_becomes_a_link() {
        assert_eq!(linked("a@b.example"), "[a@b.example](mailto:a@b.example)");
        assert_eq!(linked("https://b.example"), "<https://b.example>");
        assert_eq!(linked("[us](https://b.example)"), "[us](https://b.example)");
        assert_eq!(linked("the team at a@b.example"), "the team at a@b.example");
    }
}
