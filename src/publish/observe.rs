//! Reading what the plan is made from: the records and journals here, the specs over there.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use uuid::Uuid;

use super::{
    Error, Records, Target,
    desired::Wanted,
    journal::Pending,
    pool,
    record::Entry,
    written::{self, Written},
};
use crate::platform::{self, FlowService, Record};

/// Name and provider: by what a connection spec is known where no id is.
pub(super) type Key = (String, String);

/// Connection specs by name and provider, the oldest first.
pub(super) type Named = BTreeMap<Key, Vec<Seen>>;

/// What is known here of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Known {
    pub(super) entry: Option<Entry>,
    pub(super) pending: Option<Pending>,
}

/// A connection spec as it was seen on the platform.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) written: Written,
    pub(super) etag: Option<String>,
}

impl Seen {
    pub(super) fn of(record: &Record) -> Option<Self> {
        let id = record.id().filter(|id| !id.is_empty())?.to_owned();
        Some(Self { id, written: Written::read(&record.text)?, etag: record.etag.clone() })
    }

    /// The record again.
    pub(super) fn record(&self) -> Record {
        let text = self.written.text().to_owned();
        Record { value: self.written.to_value(), text, etag: self.etag.clone() }
    }

    /// When it was created, as far as the platform tells; the least comes first.
    pub(super) fn age(&self) -> (u64, &str) {
        let created = self.written.root().and_then(|root| root.get("createdAt")?.raw().parse().ok());
        (created.unwrap_or(u64::MAX), &self.id)
    }

    /// Of its content.
    pub(super) fn digest(&self) -> String {
        self.written.root().map(written::digest).unwrap_or_default()
    }
}

/// What is there on the platform, as far as the plan needs it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Actual {
    /// Connection specs that were asked for by id and are there.
    pub(super) by_id: BTreeMap<String, Seen>,
    /// Connection specs by name and provider, for the sources that are not recorded; the oldest first.
    pub(super) by_name: Named,
    /// Flow specs that are there.
    pub(super) flow_specs: BTreeMap<Uuid, Record>,
}

/// What is known here; no call is made.
pub(super) fn known(
    sources: impl IntoIterator<Item = impl AsRef<str>>,
    records: &Records,
    target: &Target,
) -> Result<BTreeMap<String, Known>, Error> {
    let mut known = BTreeMap::new();
    for source in sources {
        let source = source.as_ref();
        let entry = records.find(source, target)?;
        let pending = records.journals.pending(source, target)?;
        known.insert(source.to_owned(), Known { entry, pending });
    }
    Ok(known)
}

/// Reads everything the plan is made from, `jobs` requests at a time.
pub(super) fn observe(
    service: &FlowService,
    wanted: &[Wanted],
    records: &Records,
    target: &Target,
    jobs: NonZeroUsize,
) -> Result<(BTreeMap<String, Known>, Actual), Error> {
    // Everything here first: a broken record must end the run before the first call.
    let known = known(wanted.iter().map(|one| &one.source), records, target)?;
    let mut flow_specs = BTreeSet::new();
    let mut questions = Vec::new();
    let mut names = Vec::new();
    for one in wanted {
        let here = &known[&one.source];
        flow_specs.insert(one.place(here.entry.as_ref()));
        flow_specs.extend(here.entry.as_ref().and_then(Entry::listed_in));
        let recorded = here.entry.as_ref().map(|entry| entry.connection_spec.clone());
        let journaled = here.pending.as_ref().and_then(|pending| pending.written.clone());
        let ids: Vec<String> = recorded.into_iter().chain(journaled).collect();
        if ids.is_empty() {
            names.push(one.key());
        } else {
            questions.push(Question::Ids(ids, one.key()));
        }
    }
    questions.extend(flow_specs.into_iter().map(Question::FlowSpec));
    questions.extend(by_name(&names, jobs));
    let mut actual = Actual::default();
    let unfound = ask(service, &questions, jobs, &mut actual)?;
    ask(service, &by_name(&unfound, jobs), jobs, &mut actual)?;
    Ok((known, actual))
}

/// The flow specs and connection specs of some ids.
pub(super) fn read(
    service: &FlowService,
    flow_specs: impl IntoIterator<Item = Uuid>,
    ids: impl IntoIterator<Item = String>,
    jobs: NonZeroUsize,
) -> Result<Actual, Error> {
    let mut questions: Vec<Question> = flow_specs.into_iter().map(Question::FlowSpec).collect();
    questions.extend(ids.into_iter().map(|id| Question::Ids(vec![id], Key::default())));
    let mut actual = Actual::default();
    ask(service, &questions, jobs, &mut actual)?;
    Ok(actual)
}

/// The connection specs of some names and providers, whatever the platform makes of the filter; the oldest first.
pub(super) fn candidates(service: &FlowService, names: &[Key], jobs: NonZeroUsize) -> Result<Named, platform::Error> {
    let mut actual = Actual::default();
    ask(service, &by_name(names, jobs), jobs, &mut actual)?;
    Ok(actual.by_name)
}

/// One question to the platform.
#[derive(Debug)]
enum Question {
    /// The first of these that is there; where none is, the name is to be asked for.
    Ids(Vec<String>, Key),
    /// Everything of these names, with the filter that finds at least them.
    Names(Vec<Key>, Option<String>),
    FlowSpec(Uuid),
}

enum Answer {
    Found(Seen),
    Unfound(Key),
    Named(Named),
    FlowSpec(Uuid, Option<Record>),
}

/// As many questions as can be asked at once, one a name; beyond that, one a provider, whatever it has.
fn by_name(names: &[Key], jobs: NonZeroUsize) -> Vec<Question> {
    let mut by_provider: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
    for key in names {
        by_provider.entry(&key.1).or_default().push(key.clone());
    }
    // A quote inside would end the value, so what has one is looked for here alone.
    let filter = |member: &str, value: &str| (!value.contains('"')).then(|| format!("{member}==\"{value}\""));
    let mut questions = Vec::new();
    for (provider, keys) in by_provider {
        if keys.len() > jobs.get() {
            questions.push(Question::Names(keys, filter("providerId", provider)));
        } else {
            questions.extend(keys.into_iter().map(|key| {
                let filter = filter("name", &key.0);
                Question::Names(vec![key], filter)
            }));
        }
    }
    questions
}

/// Asks, and gives the names of what was not there by its ids.
fn ask(
    service: &FlowService,
    questions: &[Question],
    jobs: NonZeroUsize,
    actual: &mut Actual,
) -> Result<Vec<Key>, platform::Error> {
    let mut unfound = Vec::new();
    // One that fails ends the plan, so nothing more is asked after it.
    let failed = std::sync::atomic::AtomicBool::new(false);
    let stopped = || failed.load(std::sync::atomic::Ordering::Relaxed);
    let answers = pool::each(questions, jobs, &stopped, &mut |_| {}, |question, _| {
        let answer = question.ask(service);
        if answer.is_err() {
            failed.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        answer
    });
    for answer in answers.into_iter().flatten() {
        match answer? {
            Answer::Found(seen) => {
                actual.by_id.insert(seen.id.clone(), seen);
            }
            Answer::Unfound(key) => unfound.push(key),
            Answer::Named(named) => actual.by_name.extend(named),
            Answer::FlowSpec(id, record) => actual.flow_specs.extend(record.map(|record| (id, record))),
        }
    }
    Ok(unfound)
}

impl Question {
    fn ask(&self, service: &FlowService) -> Result<Answer, platform::Error> {
        match self {
            Self::Ids(ids, key) => {
                for id in ids {
                    if let Some(record) = service.connection_spec(id)? {
                        // It was asked for by this id, whatever it says of itself.
                        let written = Written::of(&record.text);
                        return Ok(Answer::Found(Seen { id: id.clone(), written, etag: record.etag }));
                    }
                }
                Ok(Answer::Unfound(key.clone()))
            }
            Self::Names(keys, filter) => {
                let filters: Vec<&str> = filter.iter().map(String::as_str).collect();
                let mut named: Named = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
                for seen in service.connection_spec_records(&filters)?.iter().filter_map(Seen::of) {
                    let text = |field: &str| Some(seen.written.root()?.get(field)?.as_str()?.into_owned());
                    let (Some(name), Some(provider)) = (text("name"), text("providerId")) else { continue };
                    if let Some(all) = named.get_mut(&(name, provider)) {
                        all.push(seen);
                    }
                }
                for all in named.values_mut() {
                    all.sort_by(|a, b| a.age().cmp(&b.age()));
                    all.dedup_by(|a, b| a.id == b.id);
                }
                Ok(Answer::Named(named))
            }
            Self::FlowSpec(id) => Ok(Answer::FlowSpec(*id, service.flow_spec(&id.to_string())?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_asked_for_one_by_one_and_many_by_their_provider() {
        let jobs = NonZeroUsize::new(2).unwrap();
        let key = |name: &str, provider: &str| (name.to_owned(), provider.to_owned());
        let filters = |names: &[Key]| -> Vec<Option<String>> {
            by_name(names, jobs)
                .into_iter()
                .map(|question| match question {
                    Question::Names(_, filter) => filter,
                    other => panic!("{other:?}"),
                })
                .collect()
        };
        let two = [key("a", "p"), key("say \"b\"", "p"), key("c", "q")];
        assert_eq!(filters(&two), [Some("name==\"a\"".into()), None, Some("name==\"c\"".into())]);
        let three = [key("a", "p"), key("b", "p"), key("c", "p")];
        assert_eq!(filters(&three), [Some("providerId==\"p\"".into())]);
    }
}
