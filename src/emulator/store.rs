//! What the emulator remembers: records, tokens, and a counter of changes, in an embedded database.
//!
//! Every change is one transaction that is on disk when the call returns (in memory, that costs nothing), so a killed
//! emulator has lost nothing it answered for. A record belongs to a *scope*: a sandbox, or [`PLATFORM`] for what every sandbox
//! sees. Within a scope records are kept in the order of their creation, which is the order lists come in.

use std::{
    fs, io,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable, StorageError, TableDefinition, backends::InMemoryBackend,
};
use serde_json::{Map, Value, value::RawValue};
use sha2::{Digest, Sha256};

use super::{Error, StoreAt, problem::Problem, routes::schema_registry, seed};

/// The scope of the platform's own records.
pub(super) const PLATFORM: &str = "";

/// Layout of the tables; a file of another layout is refused.
const FORMAT: u64 = 2;

/// (collection, scope, sequence) → (entity tag, record as JSON).
const RECORDS: TableDefinition<(&str, &str, u64), (&str, &[u8])> = TableDefinition::new("records");
/// (collection, id) → (scope, sequence).
const IDS: TableDefinition<(&str, &str), (&str, u64)> = TableDefinition::new("ids");
/// Digest of an access token → when it expires, in milliseconds.
const TOKENS: TableDefinition<&[u8], u64> = TableDefinition::new("tokens");
/// `format`, and `revision`: the number of the last change.
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// A record as JSON, its `id` and audit fields among the rest.
pub(super) type Body = Map<String, Value>;

/// A record and what the store knows of it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its place in the order of creation.
    pub(super) sequence: u64,
    /// Its entity tag, with the quotes that belong to it.
    pub(super) etag: String,
    /// The record.
    pub(super) body: Body,
    /// The same to the character: reading JSON into numbers loses digits of long ones and the spelling of others.
    pub(super) text: Box<RawValue>,
}

/// A record to be stored, as JSON text.
#[derive(Debug)]
pub(super) struct Written(pub(super) String);

impl From<Body> for Written {
    fn from(body: Body) -> Self {
        Self(Value::Object(body).to_string())
    }
}

/// A record with all that is known of it, in the order of creation: what a dump is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) collection: String,
    /// The sandbox it belongs to, or [`PLATFORM`].
    pub(super) scope: String,
    pub(super) id: String,
    /// `None` where it is to be given one.
    pub(super) etag: Option<String>,
    pub(super) text: String,
}

/// What a store begins with in the place of the platform's own records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) records: Vec<Kept>,
    /// The number of the last change, so that no entity tag is given twice.
    pub(super) revision: u64,
}

/// The store of one emulator.
pub(super) struct Store {
    database: Database,
    beginning: Option<Beginning>,
    /// The number of the last change, for those who ask for it thousands of times a second.
    revision: AtomicU64,
}

impl Store {
    /// Opens the store, laying it out and filling it where it is new: with the platform's own records, or with a beginning that
    /// is given. That goes into no store that holds something.
    pub(super) fn open(at: &StoreAt, beginning: Option<Beginning>) -> Result<Self, Error> {
        let failed = |error: redb::Error| Error::Store(Box::new(error));
        let database = match at {
            StoreAt::Memory => Database::builder()
                .create_with_backend(InMemoryBackend::new())
                .map_err(|error| Error::Store(Box::new(error.into())))?,
            StoreAt::File(path) => open_file(path)?,
        };
        let store = Self { database, beginning, revision: AtomicU64::new(0) };
        match (store.lay_out().map_err(failed)?, at) {
            (Found::Foreign(reason), StoreAt::File(path)) => Err(Error::NotADatabase { path: path.clone(), reason }),
            (Found::Ours, StoreAt::File(path)) if store.beginning.is_some() => {
                Err(Error::SeedOverDatabase { path: path.clone() })
            }
            _ => Ok(store),
        }
    }

    /// Fills a new database; says what an existing one is.
    fn lay_out(&self) -> Result<Found, redb::Error> {
        // Looked at without a commit: what is another program's stays as it is.
        let transaction = self.database.begin_write()?;
        if transaction.list_tables()?.next().is_some() {
            let format = transaction.open_table(META)?.get("format")?.map(|value| value.value());
            self.revision.store(revision(&transaction)?, Ordering::Release);
            return Ok(match format {
                Some(FORMAT) => Found::Ours,
                Some(other) => Found::Foreign(format!("its layout is number {other}, not {FORMAT}")),
                None => Found::Foreign("it is the database of another program".into()),
            });
        }
        drop(transaction);
        self.write(|transaction| {
            transaction.open_table(META)?.insert("format", FORMAT)?;
            self.fill(transaction)?;
            Ok(Found::New)
        })
    }

    /// Fills empty tables with what the store begins with.
    fn fill(&self, transaction: &redb::WriteTransaction) -> Result<(), redb::Error> {
        let Some(beginning) = &self.beginning else { return seed_all(transaction) };
        transaction.open_table(TOKENS)?;
        let mut records = transaction.open_table(RECORDS)?;
        let mut ids = transaction.open_table(IDS)?;
        let mut last = 0;
        for kept in &beginning.records {
            let (sequence, new) = next_revision(transaction)?;
            let etag = kept.etag.as_ref().unwrap_or(&new);
            let key = (kept.collection.as_str(), kept.scope.as_str(), sequence);
            records.insert(key, (etag.as_str(), kept.text.as_bytes()))?;
            ids.insert((kept.collection.as_str(), kept.id.as_str()), (kept.scope.as_str(), sequence))?;
            last = sequence;
        }
        transaction.open_table(META)?.insert("revision", last.max(beginning.revision))?;
        Ok(())
    }

    /// Back to the beginning: no other records, no tokens.
    pub(super) fn reset(&self) -> Result<(), redb::Error> {
        self.write(|transaction| {
            transaction.delete_table(RECORDS)?;
            transaction.delete_table(IDS)?;
            transaction.delete_table(TOKENS)?;
            // A change, even where nothing is filled in.
            next_revision(transaction)?;
            self.fill(transaction)
        })
    }

    /// Everything but the tokens, and the number of the last change.
    pub(super) fn dump(&self) -> Result<Beginning, redb::Error> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(RECORDS)?;
        let mut found = Vec::new();
        for entry in transaction.open_table(IDS)?.iter()? {
            let (key, place) = entry?;
            let ((collection, id), (scope, sequence)) = (key.value(), place.value());
            let Some(value) = table.get((collection, scope, sequence))? else { continue };
            let (etag, bytes) = value.value();
            let kept = Kept {
                collection: collection.to_owned(),
                scope: scope.to_owned(),
                id: id.to_owned(),
                etag: Some(etag.to_owned()),
                text: String::from_utf8_lossy(bytes).into_owned(),
            };
            found.push((sequence, kept));
        }
        found.sort_by_key(|(sequence, _)| *sequence);
        let revision = transaction.open_table(META)?.get("revision")?.map_or(0, |value| value.value());
        Ok(Beginning { records: found.into_iter().map(|(_, kept)| kept).collect(), revision })
    }

    /// Writes, all of it or, where `work` fails, nothing.
    fn write<T, E: From<redb::Error>>(
        &self,
        work: impl FnOnce(&redb::WriteTransaction) -> Result<T, E>,
    ) -> Result<T, E> {
        // It may wait for the disk or another writer.
        blocking(|| {
            let transaction = self.database.begin_write().map_err(redb::Error::from)?;
            let done = work(&transaction)?;
            let revision = revision(&transaction)?;
            transaction.commit().map_err(redb::Error::from)?;
            self.revision.store(revision, Ordering::Release);
            Ok(done)
        })
    }

    /// The records that a sandbox sees, the platform's own first, each in the order of creation.
    pub(super) fn list(&self, collection: &str, sandbox: &str) -> Result<Vec<Record>, redb::Error> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(RECORDS)?;
        let mut records = Vec::new();
        for scope in [PLATFORM, sandbox] {
            for entry in table.range((collection, scope, 0)..=(collection, scope, u64::MAX))? {
                let (key, value) = entry?;
                records.push(record(key.value().2, value.value())?);
            }
        }
        Ok(records)
    }

    /// One record, where the sandbox sees it.
    pub(super) fn get(&self, collection: &str, sandbox: &str, id: &str) -> Result<Option<Record>, redb::Error> {
        let transaction = self.database.begin_read()?;
        let Some(place) = transaction.open_table(IDS)?.get((collection, id))? else { return Ok(None) };
        let (scope, sequence) = place.value();
        if scope != PLATFORM && scope != sandbox {
            return Ok(None);
        }
        let table = transaction.open_table(RECORDS)?;
        table.get((collection, scope, sequence))?.map(|value| record(sequence, value.value())).transpose()
    }

    /// The number of the last change, of whatever record.
    pub(super) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    /// Adds a record under the id it carries.
    pub(super) fn insert(
        &self,
        collection: &str,
        sandbox: &str,
        record: impl Into<Written>,
    ) -> Result<Record, redb::Error> {
        self.write(|transaction| insert(transaction, collection, sandbox, record.into()))
    }

    /// Adds a record under an id of another name.
    pub(super) fn insert_under(
        &self,
        collection: &str,
        sandbox: &str,
        id: &str,
        body: Body,
    ) -> Result<Record, redb::Error> {
        self.write(|transaction| insert_under(transaction, (collection, sandbox, id), body.into()))
    }

    /// Replaces a record by what `change` makes of it; nobody else changes it in between.
    ///
    /// `None` where the sandbox does not see such a record.
    pub(super) fn replace<W: Into<Written>>(
        &self,
        collection: &str,
        sandbox: &str,
        id: &str,
        change: impl FnOnce(&Record) -> Result<W, Problem>,
    ) -> Result<Option<Record>, Problem> {
        self.write(|transaction| {
            let Some((scope, current)) = find(transaction, collection, sandbox, id)? else { return Ok(None) };
            let Written(text) = change(&current)?.into();
            let etag = next_etag(transaction)?;
            Ok(Some(write(transaction, (collection, &scope, current.sequence), &etag, &text)?))
        })
    }

    /// Takes a record away, where `check` lets it go; nobody else changes it in between.
    ///
    /// `None` where the sandbox does not see such a record.
    pub(super) fn remove(
        &self,
        collection: &str,
        sandbox: &str,
        id: &str,
        check: impl FnOnce(&Record) -> Result<(), Problem>,
    ) -> Result<Option<Record>, Problem> {
        self.write(|transaction| {
            let Some((scope, current)) = find(transaction, collection, sandbox, id)? else { return Ok(None) };
            check(&current)?;
            remove(transaction, (collection, &scope, current.sequence), id)?;
            Ok(Some(current))
        })
    }

    /// Remembers an access token until the given time, in milliseconds.
    pub(super) fn keep_token(&self, token: &str, expires_at: u64) -> Result<(), redb::Error> {
        self.write(|transaction| {
            transaction.open_table(TOKENS)?.insert(digest(token).as_slice(), expires_at)?;
            Ok(())
        })
    }

    /// When a token expires, in milliseconds; `None` for one that was never given out.
    pub(super) fn token_expiry(&self, token: &str) -> Result<Option<u64>, redb::Error> {
        let transaction = self.database.begin_read()?;
        Ok(transaction.open_table(TOKENS)?.get(digest(token).as_slice())?.map(|value| value.value()))
    }

    /// Makes every token given out so far invalid, and says how many that were.
    pub(super) fn expire_tokens(&self) -> Result<u64, redb::Error> {
        self.write(|transaction| {
            let mut count = 0;
            transaction.open_table(TOKENS)?.retain(|_, _| {
                count += 1;
                false
            })?;
            Ok(count)
        })
    }
}

/// What a database was before it was opened.
enum Found {
    New,
    Ours,
    /// Another program's, or of another layout, and why that is so.
    Foreign(String),
}

/// Runs what may wait without holding up the other requests.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn open_file(path: &Path) -> Result<Database, Error> {
    let file_error = |action, source| Error::File { action, path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| Error::File {
            action: "create the directory",
            path: parent.to_owned(),
            source,
        })?;
    }
    let not_ours = |reason: String| Error::NotADatabase { path: path.to_owned(), reason };
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(not_ours("it is not a file".into())),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file_error("open", error)),
        _ => {}
    }
    Database::create(path).map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen => Error::DatabaseInUse { path: path.to_owned() },
        DatabaseError::Storage(StorageError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
            not_ours("it holds something else".into())
        }
        DatabaseError::Storage(StorageError::Io(error)) => file_error("open", error),
        DatabaseError::Storage(StorageError::Corrupted(reason)) => not_ours(format!("it is damaged ({reason})")),
        DatabaseError::UpgradeRequired(version) => {
            not_ours(format!("its file format is number {version}, an older one"))
        }
        other => Error::Store(Box::new(other.into())),
    })
}

fn seed_all(transaction: &redb::WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(RECORDS)?;
    transaction.open_table(IDS)?;
    transaction.open_table(TOKENS)?;
    for (collection, body) in seed::records()? {
        insert(transaction, collection, PLATFORM, body.into())?;
    }
    for (id, body) in seed::xdm()? {
        insert_under(transaction, (schema_registry::XDM, PLATFORM, &id), body.into())?;
    }
    Ok(())
}

fn insert(
    transaction: &redb::WriteTransaction,
    collection: &str,
    scope: &str,
    Written(text): Written,
) -> Result<Record, redb::Error> {
    insert_as(transaction, (collection, scope, None), &text)
}

fn insert_under(
    transaction: &redb::WriteTransaction,
    (collection, scope, id): (&str, &str, &str),
    Written(text): Written,
) -> Result<Record, redb::Error> {
    insert_as(transaction, (collection, scope, Some(id)), &text)
}

/// Under the id that is given, or the one it carries.
fn insert_as(
    transaction: &redb::WriteTransaction,
    (collection, scope, id): (&str, &str, Option<&str>),
    text: &str,
) -> Result<Record, redb::Error> {
    let (sequence, etag) = next_revision(transaction)?;
    let record = write(transaction, (collection, scope, sequence), &etag, text)?;
    let id = id.unwrap_or_else(|| record.body.get("id").and_then(Value::as_str).unwrap_or_default());
    transaction.open_table(IDS)?.insert((collection, id), (scope, sequence))?;
    Ok(record)
}

fn find(
    transaction: &redb::WriteTransaction,
    collection: &str,
    sandbox: &str,
    id: &str,
) -> Result<Option<(String, Record)>, redb::Error> {
    let ids = transaction.open_table(IDS)?;
    let Some(place) = ids.get((collection, id))? else { return Ok(None) };
    let (scope, sequence) = place.value();
    if scope != PLATFORM && scope != sandbox {
        return Ok(None);
    }
    let records = transaction.open_table(RECORDS)?;
    let Some(value) = records.get((collection, scope, sequence))? else { return Ok(None) };
    Ok(Some((scope.to_owned(), record(sequence, value.value())?)))
}

fn write(
    transaction: &redb::WriteTransaction,
    key: (&str, &str, u64),
    etag: &str,
    text: &str,
) -> Result<Record, redb::Error> {
    transaction.open_table(RECORDS)?.insert(key, (etag, text.as_bytes()))?;
    record(key.2, (etag, text.as_bytes()))
}

fn remove(transaction: &redb::WriteTransaction, key: (&str, &str, u64), id: &str) -> Result<(), redb::Error> {
    next_revision(transaction)?;
    transaction.open_table(IDS)?.remove((key.0, id))?;
    transaction.open_table(RECORDS)?.remove(key)?;
    Ok(())
}

fn record(sequence: u64, (etag, bytes): (&str, &[u8])) -> Result<Record, redb::Error> {
    let text: Box<RawValue> = serde_json::from_slice(bytes).map_err(corrupted)?;
    let body = serde_json::from_str(text.get()).map_err(corrupted)?;
    Ok(Record { sequence, etag: etag.to_owned(), body, text })
}

fn corrupted(error: serde_json::Error) -> redb::Error {
    redb::Error::Corrupted(error.to_string())
}

/// Counts a change; its number gives the record its place and its tag.
fn next_revision(transaction: &redb::WriteTransaction) -> Result<(u64, String), redb::Error> {
    let revision = revision(transaction)? + 1;
    transaction.open_table(META)?.insert("revision", revision)?;
    // Of the length and look of the platform's, quotes included; only the counter tells two apart.
    let seconds = jiff::Timestamp::now().as_second();
    Ok((revision, format!("\"{revision:08x}-0000-0200-0000-{:08x}0000\"", seconds & 0xffff_ffff)))
}

/// The number of the last change.
fn revision(transaction: &redb::WriteTransaction) -> Result<u64, redb::Error> {
    Ok(transaction.open_table(META)?.get("revision")?.map_or(0, |value| value.value()))
}

fn next_etag(transaction: &redb::WriteTransaction) -> Result<String, redb::Error> {
    Ok(next_revision(transaction)?.1)
}

/// Tokens are compared by digest, so that the file holds none.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
