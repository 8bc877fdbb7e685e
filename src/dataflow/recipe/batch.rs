//! A source that is fetched: signing in, trying that, and when it is fetched.

use serde_json::{Map, Value, json};

use super::{
    AuthSpec, Error, Facts, Frequency, Name, Param, Schedule, Wish,
    making::{FLOW_SERVICE, Making, test},
    secret,
};
use crate::text::nearest::nearest;

/// The steps from the base connection to the source connection.
pub(super) fn steps(making: &mut Making<'_>) -> Result<(), Error> {
    let auth = match making.facts.auth_spec(making.wish.auth.spec_name.as_deref())? {
        Some(spec) => Some(json!({"specName": spec.name, "params": params(spec, making.wish)?})),
        None => None,
    };
    let base = making.base_connection(auth);
    let tested = test(
        "Test the base connection",
        format!("{FLOW_SERVICE}/connections/{}/test", Name::BaseConnectionId.mark()),
        "/result",
        "the source does not let us in with these credentials",
    );
    let source = making.source_connection(Some(Name::BaseConnectionId))?;
    making.steps.extend([base, tested, source]);
    Ok(())
}

impl Facts {
    /// The way to sign in of this name; the only one where none is named.
    pub fn auth_spec(&self, name: Option<&str>) -> Result<Option<&AuthSpec>, Error> {
        let names: Vec<&str> = self.auth_specs.iter().map(|spec| spec.name.as_str()).collect();
        let list = names.join("`, `");
        match (name, self.auth_specs.as_slice()) {
            (None, []) => Ok(None),
            (None, [only]) => Ok(Some(only)),
            (None, _) => Err(Error::wish(
                format!("`{}` has several ways to sign in: `{list}`", self.key),
                "choose one with `--auth-spec`",
            )),
            (Some(name), []) => Err(Error::wish(
                format!("`{}` has no way to sign in, and none of the name `{name}`", self.key),
                "leave `--auth-spec` out",
            )),
            (Some(name), specs) => match specs.iter().find(|spec| spec.name == name) {
                Some(spec) => Ok(Some(spec)),
                None => Err(Error::wish(
                    format!("`{}` has no way to sign in of the name `{name}`", self.key),
                    format!("`--auth-spec` takes `{list}`"),
                )),
            },
        }
    }
}

impl AuthSpec {
    /// The fields and what is said about each.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.form.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, field)| (name.as_str(), field))
    }

    /// Whether nobody signs in without the field.
    pub fn requires(&self, name: &str) -> bool {
        let required = self.form.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|one| one.as_str() == Some(name)))
    }
}

/// What stands for each field: every text is a secret.
fn params(spec: &AuthSpec, wish: &Wish) -> Result<Map<String, Value>, Error> {
    let mut params = Map::new();
    // A field may be required that is not described; it is a text then, as all credentials are.
    let required = spec.form.get("required").and_then(Value::as_array).into_iter().flatten();
    let undescribed = required.filter_map(Value::as_str).filter(|name| spec.fields().all(|(field, _)| field != *name));
    let fields: Vec<(&str, &Value)> = spec.fields().chain(undescribed.map(|name| (name, &Value::Null))).collect();
    for (name, field) in &fields {
        let value = match wish.auth.params.get(*name) {
            Some(Param::Secret) => json!(secret(name)),
            Some(Param::Plain(value)) => {
                let validator = jsonschema::validator_for(field).ok();
                if let Some(error) =
                    validator.and_then(|validator| Some(validator.iter_errors(value).next()?.to_string()))
                {
                    return Err(Error::wish(
                        format!("the credential `{name}` is not as the source wants it: {error}"),
                        format!("`authSpec` describes it in the connection spec of `{}`", spec.name),
                    ));
                }
                value.clone()
            }
            None => match field.get("default") {
                Some(default) => default.clone(),
                None if spec.requires(name) => json!(secret(name)),
                None => continue,
            },
        };
        params.insert((*name).to_owned(), value);
    }
    let unknown = wish.auth.params.keys().find(|name| fields.iter().all(|(field, _)| field != name));
    match unknown {
        Some(unknown) => {
            let known: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
            let help = match nearest(unknown, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it has `{}`", known.join("`, `")),
            };
            Err(Error::wish(format!("the way to sign in `{}` has no field `{unknown}`", spec.name), help))
        }
        None => Ok(params),
    }
}

/// `scheduleParams`.
pub(super) fn schedule(schedule: &Schedule) -> Result<Value, Error> {
    let Schedule { start_time, frequency, interval, backfill } = schedule;
    let mut params = json!({"startTime": start_time, "frequency": frequency.as_str()});
    if *frequency == Frequency::Once {
        if interval.is_some() || backfill.is_some() {
            return Err(Error::wish(
                "a dataflow that runs once has neither `--interval` nor `--backfill`",
                "say how often it runs with `--frequency minute`, `hour`, `day` or `week`",
            ));
        }
        return Ok(params);
    }
    let (every, least) = (frequency.as_str(), frequency.least_interval());
    match interval {
        None => Err(Error::wish(
            format!("how many of `{every}` lie between two runs is not said"),
            format!("say it with `--interval`, {least} at least"),
        )),
        Some(interval) if *interval < least => Err(Error::wish(
            format!("an interval of {interval} is too short: the platform runs every {least} {every}s at most"),
            format!("`--interval {least}` is the shortest"),
        )),
        Some(interval) => {
            params["interval"] = json!(interval);
            if let Some(backfill) = backfill {
                params["backfill"] = json!(backfill);
            }
            Ok(params)
        }
    }
}

/// Refuses what only a source that is fetched has.
pub(super) fn refuse(wish: &Wish, facts: &Facts) -> Result<(), Error> {
    let only = |what: &str| {
        Err(Error::wish(
            format!("{what} is for a source that is fetched; events are sent to `{}`", facts.key),
            "leave it out",
        ))
    };
    if wish.auth.spec_name.is_some() || !wish.auth.params.is_empty() {
        return only("a way to sign in");
    }
    if wish.schedule.frequency != Frequency::Once
        || wish.schedule.interval.is_some()
        || wish.schedule.backfill.is_some()
    {
        return only("a schedule");
    }
    Ok(())
}
