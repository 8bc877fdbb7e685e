//! What `up` is asked for, gathered: flags, files, environment, the source's artifacts, and what was published.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

use super::super::{
    access::{self, Around},
    directory,
    selected::Selected,
};
use crate::{
    cli::{self, Global},
    dataflow::recipe::{
        self, Auth, DataType, Facts, FlowSpec, MappingForm, MappingWish, Param, Recipe, Schedule, SchemaWish, Wish,
        read_mapping, read_sample, value_of, variable_of,
    },
    error::Error,
    platform::{self, Settings},
    publish::{Records, Target},
    workspace::layout::ArtifactKind,
};

/// What was asked for.
pub(in crate::commands) struct Asked {
    pub(in crate::commands) recipe: Recipe,
    /// The secrets of the source, by their names in the recipe.
    pub(in crate::commands) secrets: BTreeMap<String, SecretString>,
    /// Where the platform is; absent where that is not known and the recipe is only printed.
    pub(in crate::commands) settings: Option<Settings>,
}

/// What the recipe is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Purpose {
    /// It is carried out.
    Send,
    /// It is printed, for this platform.
    Print,
    /// It is shown, wherever the platform is.
    Show,
}

/// Gathers what was asked for, and makes the recipe of it.
pub(in crate::commands) fn asked(global: &Global, arguments: &cli::Up, purpose: Purpose) -> Result<Asked, Error> {
    asked_with(global, arguments, purpose, |_, _| Ok(()))
}

/// The same, with what `amend` makes of the wish.
pub(in crate::commands) fn asked_with(
    global: &Global,
    arguments: &cli::Up,
    purpose: Purpose,
    amend: impl FnOnce(&Facts, &mut Wish) -> Result<(), Error>,
) -> Result<Asked, Error> {
    let (facts, settings) = facts(global, &arguments.end, purpose)?;
    if purpose == Purpose::Send && facts.connection_spec_id.is_none() {
        let place = settings.as_ref().map(|settings| format!(" to {}", Target::of(settings))).unwrap_or_default();
        return Err(Error::nothing(
            format!("`{}` is not published{place}, as far as is recorded here", facts.key),
            format!("publish it with `sss publish {}`", facts.key),
        ));
    }
    let here = directory(global)?;
    let mut secrets = BTreeMap::new();
    let auth = auth(&facts, &arguments.fetched, &here, &mut secrets)?;
    let mut wish = wish(arguments, auth, &here)?;
    amend(&facts, &mut wish)?;
    let recipe = recipe::recipe(&wish, &facts)?;
    if purpose == Purpose::Send {
        let missing: Vec<&str> = recipe.secrets().into_iter().filter(|name| !secrets.contains_key(*name)).collect();
        if !missing.is_empty() {
            let variables: Vec<String> = missing.iter().map(|name| variable_of(name)).collect();
            return Err(Error::usage(
                format!("to sign in, the source asks for `{}`", missing.join("`, `")),
                format!("set `{}`, or name a JSON file with `--auth-file`", variables.join("`, `")),
            ));
        }
    }
    Ok(Asked { recipe, secrets, settings })
}

/// What the source is, and where the platform is.
pub(in crate::commands) fn facts(
    global: &Global,
    end: &cli::End,
    purpose: Purpose,
) -> Result<(Facts, Option<Settings>), Error> {
    let Some(source) = &end.source else {
        let data = match end.http_api {
            Some(cli::HttpApi::Xdm) => DataType::Xdm,
            _ => DataType::Raw,
        };
        let around = Around::of(global)?;
        let settings = settings(access::settings(global, &around.config, &around.root), purpose)?;
        return Ok((Facts::http_api(data, end.authenticated), settings));
    };
    let selected = Selected::of(global, std::slice::from_ref(source))?;
    let (readable, _) = selected.readable(None);
    let unreadable = || {
        Error::usage(
            format!("the connection spec of `{source}` cannot be read, or does not tell what kind of source it is"),
            format!("`sss lint {source}` tells what is wrong"),
        )
    };
    let desired = readable.into_iter().next().ok_or_else(unreadable)?;
    let mut facts = Facts::of_source(source, &label(&selected, source), desired.kind, &desired.spec());
    let settings = settings(selected.settings(global), purpose)?;
    if let Some(settings) = &settings {
        let entry = Records::directory(selected.root()).find(source, &Target::of(settings))?;
        facts.connection_spec_id = entry.as_ref().map(|entry| entry.connection_spec.clone());
        facts.flow_spec_id = entry.and_then(|entry| entry.flow_spec);
    }
    Ok((facts, settings))
}

/// What a source is called; nothing where that cannot be read.
pub(in crate::commands) fn label(selected: &Selected, source: &str) -> String {
    let workspace = selected.workspace();
    let loaded = workspace.source(source).map(|source| workspace.load(source));
    let label = loaded.and_then(|loaded| Some(loaded.document(ArtifactKind::Label)?.text().trim().to_owned()));
    label.unwrap_or_default().lines().next().unwrap_or_default().to_owned()
}

/// The settings, where they are known or must be.
fn settings(found: Result<Settings, Error>, purpose: Purpose) -> Result<Option<Settings>, Error> {
    match found {
        Err(Error::Platform(platform::Error::Missing { .. })) if purpose == Purpose::Show => Ok(None),
        found => found.map(Some),
    }
}

fn wish(arguments: &cli::Up, auth: Auth, here: &Path) -> Result<Wish, Error> {
    let cli::Up { name, description, fetched, target, .. } = arguments;
    let sample = match &target.sample {
        Some(path) => read_sample(&text(here, path)?)?,
        None => Vec::new(),
    };
    let mapping = match (&target.mapping, &target.mapping_set) {
        (Some(path), _) => MappingWish::Listed(read_mapping(&text(here, path)?)?),
        (None, Some(id)) => MappingWish::Set { id: id.clone(), version: target.mapping_version },
        (None, None) => MappingWish::OfSample,
    };
    Ok(Wish {
        name: name.clone(),
        description: description.clone(),
        auth,
        inputs: inputs(&fetched.inputs)?,
        schedule: Schedule {
            start_time: start_time(fetched.start_time.as_deref())?,
            frequency: fetched.frequency.unwrap_or(recipe::Frequency::Once),
            interval: fetched.interval,
            backfill: fetched.backfill,
        },
        flow_spec: match target.flow_spec {
            Some(id) => FlowSpec::Id(id.to_string()),
            None if target.look_up_flow_spec => FlowSpec::LookUp,
            None => FlowSpec::Known,
        },
        schema: SchemaWish {
            id: target.schema.clone(),
            class: target.class.clone(),
            field_groups: target.field_groups.clone(),
        },
        dataset_id: target.dataset.clone(),
        mapping,
        form: match target.mapping_form {
            cli::Form::OutputSchema => MappingForm::OutputSchema,
            cli::Form::XdmSchema => MappingForm::XdmSchema,
        },
        sample,
        tenant_id: target.tenant.clone(),
    })
}

/// Values of inputs, each given as `NAME=VALUE`.
pub(in crate::commands) fn inputs(given: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let pair = |pair: &String| {
        let pair = pair.split_once('=').filter(|(name, _)| !name.is_empty());
        let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.ok_or_else(|| Error::usage("an `--input` has no `=`", "write it as `--input listId=10c097ca71`"))
    };
    given.iter().map(pair).collect()
}

/// Seconds since 1970.
fn start_time(given: Option<&str>) -> Result<i64, Error> {
    let Some(given) = given else { return Ok(Timestamp::now().as_second()) };
    if let Ok(seconds) = given.parse::<i64>() {
        return Ok(seconds);
    }
    given.parse::<Timestamp>().map(Timestamp::as_second).map_err(|_| {
        Error::usage(
            format!("`{given}` is no time to start at"),
            "write seconds since 1970, or a time with its offset such as 2026-01-31T08:00:00Z",
        )
    })
}

/// What is filled in to sign in: from the file that was named, and from the environment what it does not say.
fn auth(
    facts: &Facts,
    fetched: &cli::Fetched,
    here: &Path,
    secrets: &mut BTreeMap<String, SecretString>,
) -> Result<Auth, Error> {
    let mut given: BTreeMap<String, Value> = match &fetched.auth_file {
        Some(path) => read_auth(&here.join(path))?,
        None => BTreeMap::new(),
    };
    let spec_name = fetched.auth_spec.clone();
    let mut params = BTreeMap::new();
    if let Some(spec) = facts.auth_spec(spec_name.as_deref())? {
        for (name, field) in spec.fields() {
            let variable = std::env::var(variable_of(name)).ok().filter(|value| !value.is_empty());
            if let Some(text) = variable {
                given.entry(name.to_owned()).or_insert(Value::String(text));
            }
            if let Some(Value::String(text)) = given.get(name) {
                let value = value_of(field, text);
                given.insert(name.to_owned(), value);
            }
        }
    }
    for (name, value) in given {
        let param = match value {
            Value::String(text) => {
                secrets.insert(name.clone(), text.into());
                Param::Secret
            }
            // A number or a switch; what a text field has is a text, however it is written.
            other => Param::Plain(other),
        };
        params.insert(name, param);
    }
    Ok(Auth { spec_name, params })
}

fn read_auth(path: &Path) -> Result<BTreeMap<String, Value>, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    // What stands in it is never repeated.
    serde_json::from_str(&text).map_err(|error| {
        Error::usage(
            format!(
                "the file of credentials `{}` is no JSON object (line {}, column {})",
                path.display(),
                error.line(),
                error.column()
            ),
            "it holds the fields of the way to sign in: `{\"accessToken\": \"…\"}`",
        )
    })
}

/// A file's text; `-` is standard input.
fn text(here: &Path, path: &Path) -> Result<String, Error> {
    if path == Path::new("-") {
        return std::io::read_to_string(std::io::stdin())
            .map_err(|source| Error::file("read", Path::new("standard input"), source));
    }
    let path: PathBuf = here.join(path);
    fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))
}
