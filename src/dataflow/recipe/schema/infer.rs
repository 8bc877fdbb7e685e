//! From a sample to a schema: the fields as properties of XDM, and a mapping of each to its place.
//!
//! Whatever the sample holds, an event of it fits the schema once it is mapped: what has no type in XDM is left out, and told.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    super::{Error, Mapping, SourceType},
    TENANT,
    fields::{LARGEST, Shape},
    name::Names,
};
use crate::text::attribute;

/// Fields that are taken for the moment of an event, without case and marks; earlier ones first.
const MOMENTS: [&str; 12] = [
    "timestamp",
    "eventtimestamp",
    "eventtime",
    "occurredat",
    "happenedat",
    "eventdate",
    "datetime",
    "time",
    "sentat",
    "createdat",
    "created",
    "updatedat",
];
/// Fields that are taken for the id of an event.
const IDS: [&str; 8] = ["eventid", "messageid", "eventuuid", "uuid", "guid", "id", "notificationid", "requestid"];

/// What a sample tells.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Inferred {
    /// The fields, to stand under the organization's namespace.
    pub(in super::super) properties: Value,
    pub(in super::super) mappings: Vec<Mapping>,
    pub(in super::super) notes: Vec<String>,
}

impl Inferred {
    /// Whether there is a field at a path below the namespace.
    pub(in super::super) fn has(&self, path: &str) -> bool {
        let mut properties = Some(&self.properties);
        for segment in path.split('.') {
            let name = segment.split('[').next().unwrap_or_default();
            let Some(property) = properties.and_then(|properties| properties.get(name)) else { return false };
            let items = property.get("items").unwrap_or(property);
            properties = items.get("properties");
        }
        true
    }
}

/// The events of a sample: an object, an array of objects, or one object a line.
pub fn read_sample(text: &str) -> Result<Vec<Value>, Error> {
    let help = "a sample is an event as JSON, an array of them, or one a line";
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut events = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value {
            Ok(Value::Array(items)) => events.extend(items),
            Ok(other) => events.push(other),
            Err(error) => return Err(Error::wish(format!("the sample cannot be read: {error}"), help)),
        }
    }
    if events.is_empty() {
        return Err(Error::wish("the sample holds no event", help));
    }
    match events.iter().position(|event| !event.is_object()) {
        Some(at) => Err(Error::wish(format!("event {} of the sample is no object", at + 1), help)),
        None => Ok(events),
    }
}

/// What a sample tells; with the id and the moment of each event, where the class asks for them.
pub(in super::super) fn infer(sample: &[Value], is_event: bool) -> Result<Inferred, Error> {
    let mut shape = Shape::default();
    sample.iter().for_each(|event| shape.see(event));
    let mut inferring = Inferring::default();
    let place = Place { source: String::new(), destination: format!("_{TENANT}"), shown: String::new() };
    let properties = inferring.properties(&shape, &place, true).0;
    let Inferring { mut mappings, mut notes } = inferring;
    if mappings.is_empty() {
        let left_out = if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) };
        return Err(Error::wish(
            format!("no field of the sample has a type in XDM{left_out}"),
            "give a sample of events as the source sends them",
        ));
    }
    if is_event {
        let of_event = [id(sample, &shape, &mut notes), moment(sample, &shape, &mut notes)];
        mappings.splice(0..0, of_event);
    }
    Ok(Inferred { properties: Value::Object(properties), mappings, notes })
}

/// Where a field stands: in the source, in XDM, and for a person.
#[derive(Debug, Clone)]
struct Place {
    source: String,
    destination: String,
    shown: String,
}

impl Place {
    fn field(&self, name: &str, taken: &str) -> Self {
        let joined = |at: &str, name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        Self {
            source: joined(&self.source, &attribute::segment(name)),
            destination: joined(&self.destination, taken),
            shown: joined(&self.shown, name),
        }
    }

    fn items(&self) -> Self {
        let all = |at: &str| format!("{at}[*]");
        Self { source: all(&self.source), destination: all(&self.destination), shown: all(&self.shown) }
    }
}

#[derive(Debug, Default)]
struct Inferring {
    mappings: Vec<Mapping>,
    notes: Vec<String>,
}

impl Inferring {
    /// The properties of an object, and whether all of it can be taken as it is. Mappings are made where `maps`.
    fn properties(&mut self, shape: &Shape, place: &Place, maps: bool) -> (Map<String, Value>, bool) {
        let (mut properties, mut as_it_is) = (Map::new(), true);
        let mut names = Names::default();
        for (name, field) in shape.fields.iter() {
            if name.is_empty() {
                self.left_out(&place.field("\"\"", ""), "a field without a name cannot be mapped");
                as_it_is = false;
                continue;
            }
            let taken = names.take(name);
            let at = place.field(name, &taken);
            // A null within something that is taken whole would be sent along.
            let (property, whole) = self.property(field, &at, maps);
            as_it_is &= whole && taken == name && field.nulls == 0;
            properties.extend(property.map(|property| (taken, property)));
        }
        (properties, as_it_is)
    }

    /// The property of one field, where it has a type, and whether its values can be taken as they are.
    fn property(&mut self, shape: &Shape, place: &Place, maps: bool) -> (Option<Value>, bool) {
        match shape.kinds().as_slice() {
            [] => self.left_out(place, "it is never filled"),
            ["an object"] => {
                let (properties, whole) = self.properties(shape, place, maps);
                match properties.is_empty() {
                    true if shape.fields.iter().next().is_none() => self.left_out(place, "its objects are all empty"),
                    true => (None, false),
                    false => (Some(json!({"type": "object", "properties": properties})), whole),
                }
            }
            ["an array"] => self.array(shape, place, maps),
            [_] => {
                if maps {
                    self.map(place);
                }
                (Some(scalar(shape)), true)
            }
            several => self.left_out(place, &format!("it is {}", several.join(" in some events and in others "))),
        }
    }

    fn array(&mut self, shape: &Shape, place: &Place, maps: bool) -> (Option<Value>, bool) {
        let Some(items) = shape.items.as_deref().filter(|items| items.filled + items.nulls > 0) else {
            return self.left_out(place, "its arrays are all empty");
        };
        if items.nulls > 0 {
            return self.left_out(place, "there is a null among its items");
        }
        let of_items = place.items();
        match items.kinds().as_slice() {
            ["an array"] => self.left_out(place, "XDM has no arrays of arrays"),
            ["an object"] => {
                let before = (self.mappings.len(), self.notes.len());
                let (properties, whole) = self.properties(items, &of_items, maps);
                if properties.is_empty() {
                    let told = self.notes.len() > before.1;
                    return if told { (None, false) } else { self.left_out(place, "its objects are all empty") };
                }
                if whole && maps {
                    self.mappings.truncate(before.0);
                    self.map(place);
                }
                let items = json!({"type": "object", "properties": properties});
                (Some(json!({"type": "array", "items": items})), whole)
            }
            [_] => {
                if maps {
                    self.map(place);
                }
                (Some(json!({"type": "array", "items": scalar(items)})), true)
            }
            several => self.left_out(&of_items, &format!("it is {}", several.join(" in some places and in others "))),
        }
    }

    fn map(&mut self, place: &Place) {
        self.mappings.push(Mapping {
            source_type: SourceType::Attribute,
            source: place.source.clone(),
            destination: place.destination.clone(),
        });
    }

    fn left_out(&mut self, place: &Place, why: &str) -> (Option<Value>, bool) {
        self.notes.push(format!("`{}` is left out of the schema: {why}", place.shown));
        (None, false)
    }
}

/// The type of values that are all of one kind.
fn scalar(shape: &Shape) -> Value {
    if shape.booleans > 0 {
        json!({"type": "boolean"})
    } else if shape.strings > 0 {
        match shape.strings {
            all if all == shape.times => json!({"type": "string", "format": "date-time"}),
            all if all == shape.dates => json!({"type": "string", "format": "date"}),
            _ => json!({"type": "string"}),
        }
    } else if shape.numbers > 0 {
        json!({"type": "number"})
    } else {
        // What XDM calls a long; the sample may not hold the largest there is.
        json!({"type": "integer", "minimum": -LARGEST, "maximum": LARGEST})
    }
}

/// Without case and marks: `event_id` and `eventId` are one.
fn bare(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The id of an event: a field that is different in each, where there is one; one that is made up otherwise.
fn id(sample: &[Value], shape: &Shape, notes: &mut Vec<String>) -> Mapping {
    let is_unique = |name: &str| {
        let values: BTreeSet<&str> = sample.iter().filter_map(|event| event.get(name)?.as_str()).collect();
        values.len() == sample.len() && !values.contains("")
    };
    let candidates = shape.fields.iter().filter(|(_, field)| field.strings == sample.len());
    let found = candidates
        .filter_map(|(name, _)| Some((IDS.iter().position(|known| bare(name) == *known)?, name)))
        .filter(|(_, name)| is_unique(name))
        .min_by_key(|(rank, _)| *rank);
    match found {
        Some((_, name)) => {
            notes.push(format!("`_id` is taken from `{name}`, which is different in every event of the sample"));
            to(SourceType::Attribute, attribute::segment(name), "_id")
        }
        None => {
            notes
                .push("`_id` is made up for each event with `uuid()`: no text field of the sample is an id".to_owned());
            to(SourceType::Expression, "uuid()".to_owned(), "_id")
        }
    }
}

/// The moment of an event: a field that is a time in each, where there is one; that of its arrival otherwise.
fn moment(sample: &[Value], shape: &Shape, notes: &mut Vec<String>) -> Mapping {
    let mut times = Vec::new();
    collect(
        shape,
        &Place { source: String::new(), destination: String::new(), shown: String::new() },
        sample.len(),
        &mut times,
    );
    let named = times
        .iter()
        .filter_map(|(name, place)| Some((MOMENTS.iter().position(|known| bare(name) == *known)?, place)))
        .min_by_key(|(rank, _)| *rank);
    // A time that is the only one needs no telling name.
    let found =
        named.map(|(_, place)| place).or_else(|| times.first().filter(|_| times.len() == 1).map(|(_, place)| place));
    match found {
        Some(place) => {
            notes.push(format!("`timestamp` is taken from `{}`", place.shown));
            to(SourceType::Attribute, place.source.clone(), "timestamp")
        }
        None => {
            notes.push(
                "`timestamp` is that of the arrival, `now()`: no field of the sample is clearly the time of the event"
                    .to_owned(),
            );
            to(SourceType::Expression, "now()".to_owned(), "timestamp")
        }
    }
}

/// The fields that are a time in every event, outside of arrays; those nearest to the top first.
fn collect(shape: &Shape, place: &Place, events: usize, times: &mut Vec<(String, Place)>) {
    let fields = || shape.fields.iter().filter(|(name, _)| !name.is_empty());
    for (name, field) in fields() {
        if field.times == events && field.filled == events {
            times.push((name.to_owned(), place.field(name, name)));
        }
    }
    for (name, field) in fields().filter(|(_, field)| field.objects == events) {
        collect(field, &place.field(name, name), events, times);
    }
}

fn to(source_type: SourceType, source: String, destination: &str) -> Mapping {
    Mapping { source_type, source, destination: destination.to_owned() }
}

#[cfg(test)]
#[path = "infer_tests.rs"]
mod tests;
