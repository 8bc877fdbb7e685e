//! Where events go, and what is put around each on its way: nothing for a raw inlet, the envelope of XDM otherwise.

use serde::Deserialize;
use serde_json::{json, value::RawValue};
use url::Url;

use super::events::Event;
use crate::{
    dataflow::{self, State, recipe},
    platform::Settings,
};

/// The inlet of a dataflow, and what it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub inlet_url: Url,
    pub flow_id: Option<String>,
    pub form: Form,
    /// Whether senders must show a token.
    pub authenticated: bool,
}

/// What an event looks like on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As it was written; the dataflow's mapping does the rest.
    Raw,
    /// As an entity of XDM, in an envelope that says where it goes.
    Xdm(Xdm),
}

impl Destination {
    /// The inlet of a dataflow that `up` made; `None` where it has none.
    pub fn of(state: &State, settings: &Settings) -> Option<Self> {
        let inlet_url = Url::parse(state.inlet_url()?).ok()?;
        let get = |name| state.get(name).map(str::to_owned);
        let form = match state.shape.form {
            dataflow::Form::Raw => Form::Raw,
            dataflow::Form::Xdm => {
                Form::Xdm(Xdm::new(get(recipe::Name::SchemaId)?, get(recipe::Name::DatasetId), settings))
            }
        };
        let flow_id = get(recipe::Name::FlowId);
        Some(Self { inlet_url, flow_id, form, authenticated: state.shape.authenticated })
    }

    /// The flow that a request must name; an envelope names it itself.
    pub fn flow_header(&self) -> Option<&str> {
        self.flow_id.as_deref().filter(|_| self.form == Form::Raw)
    }
}

impl Xdm {
    /// What the envelope says of events in a schema and a dataset.
    pub fn new(schema_id: String, dataset_id: Option<String>, settings: &Settings) -> Self {
        let content_type = recipe::CONTENT_TYPE.to_owned();
        let organization = Some(settings.organization.clone()).filter(|organization| !organization.is_empty());
        Self { schema_id, content_type, dataset_id, organization }
    }
}

/// What the envelope of XDM says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Xdm {
    pub schema_id: String,
    pub content_type: String,
    pub dataset_id: Option<String>,
    /// Filled in by the platform where it is left out.
    pub organization: Option<String>,
}

/// An event with what it looks like on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) event: Event,
    /// Whether it came in an envelope of its own.
    is_enveloped: bool,
}

/// Makes messages of events.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    is_raw: bool,
    /// What stands in front of the entity, and behind it.
    before: String,
    after: &'static str,
}

impl Envelope {
    /// The envelope of a destination.
    pub(super) fn of(destination: &Destination) -> Self {
        let Form::Xdm(xdm) = &destination.form else {
            return Self { is_raw: true, before: String::new(), after: "" };
        };
        let schema = json!({"id": xdm.schema_id, "contentType": xdm.content_type});
        let mut header = json!({"schemaRef": schema});
        let members =
            [("imsOrgId", &xdm.organization), ("datasetId", &xdm.dataset_id), ("flowId", &destination.flow_id)];
        for (name, value) in members {
            if let Some(value) = value {
                header[name] = json!(value);
            }
        }
        let meta = json!({"schemaRef": schema});
        let before = format!("{{\"header\":{header},\"body\":{{\"xdmMeta\":{meta},\"xdmEntity\":");
        Self { is_raw: false, before, after: "}}" }
    }

    /// The message of an event. One that is a message of XDM already goes as it is.
    pub(super) fn message(&self, event: Event) -> Message {
        Message { is_enveloped: self.is_raw || is_message(&event.text), event }
    }

    /// How many bytes it has on the wire.
    pub(super) fn length(&self, message: &Message) -> usize {
        let around = if message.is_enveloped { 0 } else { self.before.len() + self.after.len() };
        around + message.event.text.len()
    }

    /// Writes it as it goes onto the wire.
    pub(super) fn write(&self, message: &Message, into: &mut String) {
        if message.is_enveloped {
            into.push_str(&message.event.text);
        } else {
            for piece in [self.before.as_str(), &message.event.text, self.after] {
                into.push_str(piece);
            }
        }
    }
}

/// Whether an event is a message of XDM: a header, and a body with an entity.
fn is_message(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Members<'a> {
        #[serde(borrow)]
        header: Option<&'a RawValue>,
        #[serde(borrow)]
        body: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "xdmEntity")]
        entity: Option<&'a RawValue>,
    }
    // Few events get past the first test, which costs little.
    memchr::memmem::find(text.as_bytes(), b"\"xdmEntity\"").is_some()
        && serde_json::from_str::<Members<'_>>(text).is_ok_and(|members| {
            let body = members.body.and_then(|body| serde_json::from_str::<Body<'_>>(body.get()).ok());
            members.header.is_some() && body.is_some_and(|body| body.entity.is_some())
        })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn event(text: &str) -> Event {
        Event { number: 1, line: 1, text: text.to_owned() }
    }

    fn destination(form: Form) -> Destination {
        let inlet_url = Url::parse("https://inlet.example/collection/1").unwrap();
        Destination { inlet_url, flow_id: Some("flow".into()), form, authenticated: false }
    }

    fn written(envelope: &Envelope, text: &str) -> String {
        let message = envelope.message(event(text));
        let mut into = String::new();
        envelope.write(&message, &mut into);
        assert_eq!(into.len(), envelope.length(&message));
        into
    }

    fn xdm() -> Envelope {
        Envelope::of(&destination(Form::Xdm(Xdm {
            schema_id: "https://ns.adobe.com/acme/schemas/1".into(),
            content_type: recipe::CONTENT_TYPE.into(),
            dataset_id: Some("dataset".into()),
            organization: None,
        })))
    }

    #[test]
    fn a_raw_event_keeps_every_byte() {
        let text = "{ \"b\":1.0, \"a\" : \"\\u00e4\",\n\"b\":2 }";
        assert_eq!(written(&Envelope::of(&destination(Form::Raw)), text), text);
    }

    #[test]
    fn an_entity_stands_in_the_envelope_as_it_was_written() {
        let text = "{ \"_id\": 1.0 }";
        let written = written(&xdm(), text);
        assert!(written.contains(text));
        let schema = json!({"id": "https://ns.adobe.com/acme/schemas/1", "contentType": recipe::CONTENT_TYPE});
        assert_eq!(
            serde_json::from_str::<Value>(&written).unwrap(),
            json!({
                "header": {"schemaRef": schema, "datasetId": "dataset", "flowId": "flow"},
                "body": {"xdmMeta": {"schemaRef": schema}, "xdmEntity": {"_id": 1.0}},
            })
        );
    }

    #[test]
    fn a_message_goes_as_it_is() {
        let message = "{\"header\":{\"flowId\":\"x\"}, \"body\":{\"xdmEntity\":{\"a\":1}}}";
        assert_eq!(written(&xdm(), message), message);
        for entity in [
            "{\"header\":{},\"body\":{\"entity\":\"xdmEntity\"}}",
            "{\"body\":{\"xdmEntity\":{}}}",
            "{\"header\":{},\"body\":{\"a\":{\"xdmEntity\":{}}}}",
            "[\"xdmEntity\"]",
        ] {
            assert!(written(&xdm(), entity).contains("datasetId"), "{entity}");
        }
    }
}
