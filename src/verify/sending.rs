//! Events on their way: the inlet found, the sample sent to it, and what came in read back.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{Senders, acceptance::Run, check::Finding};
use crate::{
    dataflow::{
        Error,
        recipe::Name,
        send::{Destination, signature},
    },
    platform::{self, Cause, Credentials, Inlet, Received, Trouble},
};

/// Events of a sample that are sent: enough to see that they come in.
const MOST_EVENTS: usize = 100;
/// The longest pause before an inlet that is not there yet is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What became of one event.
#[derive(Debug)]
pub(super) enum Fate {
    Taken,
    Refused(Cause),
    /// Nobody let it in, or nobody answered.
    Shut(platform::Error),
}

impl Run<'_, '_> {
    /// The checks of a source whose events are sent.
    pub(super) fn sent(&mut self) {
        self.check("inlet", "The inlet has an address", |run| {
            let state = run.state()?;
            let flow = run.flow_service("flows", state.get(Name::FlowId).unwrap_or_default())?.unwrap_or_default();
            let (known, told) = (state.inlet_url(), flow.pointer("/options/inletUrl").and_then(Value::as_str));
            Ok(match (known, told) {
                (Some(known), Some(told)) if known == told => Finding::passed(told),
                (_, Some(told)) => Finding::failed(
                    format!("the flow tells {told}, and told another before"),
                    "an inlet that moves loses events: ask the Adobe representative",
                ),
                (_, None) => Finding::failed(
                    "the flow tells no `options/inletUrl`",
                    "it is made with the dataflow: look at the flow's state, and verify again a few minutes later",
                ),
            })
        });
        let sent = self.check("send", "The sample's events are taken", Self::send_sample);
        self.check("events", "What came in is what was sent, and fits the schema", |run| match sent {
            true => run.events(),
            false => Ok(Finding::skipped("not every event was taken")),
        });
        self.check("runs", "A run of the dataflow brings them in", |run| match sent {
            true => run.wait_for_run(run.events_to_send().len()),
            false => Ok(Finding::skipped("not every event was taken")),
        });
        self.senders();
    }

    /// The events that are sent.
    pub(super) fn events_to_send(&self) -> &[Value] {
        let sample = self.acceptance.sample;
        &sample[..sample.len().min(MOST_EVENTS)]
    }

    fn send_sample(&mut self) -> Result<Finding, Error> {
        let ours = self.acceptance.senders.iter().any(|senders| matches!(senders, Senders::Token { .. }));
        let inlet = self.inlet(if ours { Shown::Ours } else { Shown::Nothing })?;
        let signer = self.acceptance.senders.iter().find_map(Senders::signer);
        let until = Instant::now() + self.acceptance.wait;
        let events = self.events_to_send();
        for (at, event) in events.iter().enumerate() {
            let body = event.to_string();
            let fate =
                self.deliver(&inlet, &body, signer.as_ref().map(|signer| signer.sign(body.as_bytes())), until)?;
            let (said, advice) = match fate {
                Fate::Taken => continue,
                Fate::Refused(cause) => (
                    cause.to_string(),
                    "the sample must be as the source sends it; the answer in the report says what is amiss".to_owned(),
                ),
                Fate::Shut(error) => {
                    let advice = match error.status() {
                        Some(401 | 403) => {
                            "senders must show who they are there: `--auth token`, or `--auth hmac` with `--hmac-secret-env`".to_owned()
                        }
                        Some(404) => "an inlet may take minutes until it is there: wait longer with `--wait`".to_owned(),
                        _ => error.help().unwrap_or_else(|| "look at the answer in the report".to_owned()),
                    };
                    (error.to_string(), advice)
                }
            };
            return Ok(Finding::failed(format!("event {} of {} was not taken: {said}", at + 1, events.len()), advice));
        }
        let of = match self.acceptance.sample.len() {
            all if all > events.len() => format!(", the first of {all}"),
            _ => String::new(),
        };
        Ok(Finding::passed(format!("{} taken{of}", counted(events.len(), "event"))))
    }

    /// The inlet as a sender sees it that shows this.
    pub(super) fn inlet(&self, shown: Shown) -> Result<Inlet, Error> {
        let mut settings = Cow::Borrowed(self.acceptance.client.settings());
        let authenticated = match shown {
            Shown::Nothing => false,
            Shown::Ours => true,
            Shown::Other(token) => {
                settings.to_mut().credentials = Credentials::Token(token);
                true
            }
        };
        let state = self.state()?;
        let destination = Destination::of(&state, &settings)
            .ok_or_else(|| Error::NoResult { result: Name::InletUrl, title: "Send an event".to_owned() })?;
        let mut inlet = Inlet::new(&settings, &destination.inlet_url, destination.flow_header(), authenticated, false)?;
        let observe = (self.acceptance.observer)();
        inlet.observe(move |exchange| observe(exchange));
        self.acceptance.hidden.iter().for_each(|secret| inlet.hide(secret.clone()));
        for senders in self.acceptance.senders {
            senders.secrets().for_each(|secret| inlet.hide(secret.clone()));
        }
        Ok(inlet)
    }

    /// Posts an event until it is clear what becomes of it. An inlet that is not there yet is waited for, until then.
    pub(super) fn deliver(
        &self,
        inlet: &Inlet,
        body: &str,
        signature: Option<String>,
        until: Instant,
    ) -> Result<Fate, Error> {
        let (mut attempt, mut pause) = (1, Duration::from_secs(1));
        loop {
            let signature = signature.clone().map(|signature| (signature::HEADER, signature));
            let mut letter = inlet.letter(body.to_owned(), signature, false);
            let error = match inlet.post(&mut letter, attempt) {
                Ok(Received::Taken { .. }) => return Ok(Fate::Taken),
                Ok(Received::Refused(cause)) => return Ok(Fate::Refused(cause)),
                Ok(Received::Each(each)) => match each.into_iter().find_map(Result::err) {
                    Some(cause) => return Ok(Fate::Refused(cause)),
                    None => return Ok(Fate::Taken),
                },
                Err(error) => error,
            };
            let rest = match inlet.trouble(&error, attempt) {
                Trouble::OfMessage(cause) => return Ok(Fate::Refused(cause)),
                Trouble::Passing(rest) => {
                    attempt += 1;
                    rest
                }
                Trouble::Standing
                    if error.status() == Some(404) && self.control.is_none() && Instant::now() < until =>
                {
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    pause
                }
                Trouble::Exhausted | Trouble::Standing => return Ok(Fate::Shut(error)),
            };
            if !self.acceptance.stop.sleep(rest) {
                return Err(Error::Interrupted);
            }
        }
    }

    /// What came in, as the emulator tells it.
    fn events(&self) -> Result<Finding, Error> {
        let Some(control) = &self.control else {
            return Ok(Finding::skipped(
                "the platform does not show single events; look at the preview of the dataset, and at the run",
            ));
        };
        let state = self.state()?;
        let came = control.events(state.get(Name::FlowId).unwrap_or_default())?;
        Ok(judge(self.events_to_send(), &came))
    }
}

/// Whether what came in is what was sent.
fn judge(sent: &[Value], came: &[Value]) -> Finding {
    if came.len() != sent.len() {
        return Finding::failed(
            format!("{} came in, and {} were taken", counted(came.len(), "event"), sent.len()),
            "each event must go to the flow once: look at the requests in the report",
        );
    }
    let pairs = sent.iter().zip(came).enumerate();
    for (at, (sent, came)) in pairs {
        if came.get("event") != Some(sent) {
            return Finding::failed(
                format!("event {} came in as another than was sent", at + 1),
                "its bytes must not be changed on their way: look at the requests in the report",
            );
        }
        if let Some(unfit) = unfit(came) {
            return Finding::failed(
                format!("event {} does not fit the schema: {unfit}", at + 1),
                "bring the sample, the mapping (`--mapping`) and the schema together",
            );
        }
    }
    Finding::passed(format!("{}, each as sent and fitting the schema", counted(came.len(), "event")))
}

/// Why what came in does not fit the schema; `None` where it does.
pub(super) fn unfit(came: &Value) -> Option<String> {
    if came.get("valid") == Some(&Value::Bool(true)) {
        return None;
    }
    let faults = came.get("faults").and_then(Value::as_array).into_iter().flatten();
    let told = faults.map(|fault| {
        let text = |name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default();
        format!("{} {}", text("pointerToViolation"), text("message")).trim().to_owned()
    });
    Some(told.collect::<Vec<_>>().join("; "))
}

/// "1 event", "3 events".
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a sender shows.
#[derive(Debug, Clone)]
pub(super) enum Shown {
    Nothing,
    /// The token of our own credentials.
    Ours,
    Other(secrecy::SecretString),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::verify::Verdict;

    #[test]
    fn what_came_is_compared_with_what_was_sent() {
        let came = |event: Value, valid: bool| json!({"event": event, "valid": valid, "faults": [{"pointerToViolation": "#/a", "message": "no text"}]});
        let sent = [json!({"a": 1}), json!({"a": 2})];
        let both = [came(json!({"a": 1}), true), came(json!({"a": 2}), true)];
        assert_eq!(judge(&sent, &both).verdict, Verdict::Passed);
        let told = |came: &[Value]| judge(&sent, came).found;
        assert_eq!(told(&both[..1]), "1 event came in, and 2 were taken");
        assert_eq!(told(&[both[0].clone(), both[0].clone()]), "event 2 came in as another than was sent");
        assert_eq!(
            told(&[both[0].clone(), came(json!({"a": 2}), false)]),
            "event 2 does not fit the schema: #/a no text"
        );
    }
}
