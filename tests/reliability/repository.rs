//! A partner's repository with sources of both kinds, and `sss publish` in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use self_serve_sources::{
    emulator::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, SANDBOX, SCOPES},
    spec::ids::{BATCH_FLOW_SPEC, STREAMING_FLOW_SPEC},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::platform::{Platform, Snapshot, content};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts-example/Sources");
/// No run of `sss` may last longer.
const LONGEST: Duration = Duration::from_secs(120);

/// The kind of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Batch,
    Streaming,
}

impl Kind {
    pub(crate) fn flow_spec(self) -> &'static str {
        match self {
            Self::Batch => BATCH_FLOW_SPEC,
            Self::Streaming => STREAMING_FLOW_SPEC,
        }
    }

    /// The source of the example that others of its kind are made from: its name, its label, and the stem of its keys.
    fn example(self) -> [&'static str; 3] {
        match self {
            Self::Batch => ["harbor-helpdesk-tickets", "Harbor Helpdesk Tickets", "harborHelpdeskTickets"],
            Self::Streaming => ["lumen-loyalty-events", "Lumen Loyalty Events", "lumenLoyaltyEvents"],
        }
    }
}

/// A source: its name, which is its connection spec's, and its kind.
pub(crate) type Source = (&'static str, Kind);

/// A repository; it goes with the value.
#[derive(Debug)]
pub(crate) struct Repository {
    directory: TempDir,
    sources: Vec<Source>,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ran {
    /// Of a process that has ended; how long it took is not known.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            took: Duration::ZERO,
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

impl Repository {
    /// One with these sources.
    pub(crate) fn new(sources: &[Source]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("sss.toml"), "").unwrap();
        for (name, kind) in sources {
            write_source(directory.path(), name, *kind);
        }
        Self { directory, sources: sources.to_vec() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    fn spec_path(&self, source: &str) -> PathBuf {
        self.path().join(format!("Sources/{source}/Artifacts/{source}-connectionSpec.json"))
    }

    /// The connection spec as the artifact has it.
    pub(crate) fn spec(&self, source: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.spec_path(source)).unwrap()).unwrap()
    }

    /// Changes a source's connection spec; each revision is another.
    pub(crate) fn edit(&self, source: &str, revision: u32) {
        let mut spec = self.spec(source);
        revise(&mut spec, &format!("{source}-{revision}"));
        fs::write(self.spec_path(source), format!("{spec:#}\n")).unwrap();
    }

    /// Takes the sources and records of another clone, as a pull from git would.
    pub(crate) fn pull(&self, other: &Self) {
        for directory in ["Sources", ".sss/published"] {
            let (from, to) = (other.path().join(directory), self.path().join(directory));
            if to.exists() {
                fs::remove_dir_all(&to).unwrap();
            }
            if from.exists() {
                copy(&from, &to);
            }
        }
    }

    /// What is recorded of a source: the ids of its connection spec and flow spec.
    pub(crate) fn record(&self, source: &str) -> Option<(String, Option<String>)> {
        let text = fs::read_to_string(self.path().join(format!(".sss/published/{source}.toml"))).ok()?;
        let record: toml::Table = text.parse().unwrap();
        let entry = record["published"].as_array().unwrap().first()?.clone();
        let text = |name: &str| entry.get(name).map(|value| value.as_str().unwrap().to_owned());
        Some((text("connection_spec").unwrap(), text("flow_spec")))
    }

    fn command(&self, platform: &Platform, environment: &[(&str, &str)], arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sss"));
        command.current_dir(self.path()).env_clear();
        for kept in ["PATH", "SystemRoot", "TMPDIR", "TEMP", "TMP", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command
            .env("HOME", self.path().join("no-such-home"))
            .env("AEP_BASE_URL", platform.url())
            .env("AEP_IMS_URL", platform.url())
            .env("AEP_API_KEY", CLIENT_ID)
            .env("AEP_CLIENT_SECRET", CLIENT_SECRET)
            .env("AEP_SCOPES", SCOPES)
            .env("AEP_ORG_ID", ORGANIZATION)
            .env("AEP_SANDBOX", SANDBOX)
            .env("SSS_RETRY_MAX_WAIT", "0")
            .envs(environment.iter().copied())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `sss publish` with more arguments, begun.
    pub(crate) fn begin(&self, platform: &Platform, environment: &[(&str, &str)], arguments: &[&str]) -> Child {
        self.spawn(platform, environment, &[&["publish", "--yes"], arguments].concat())
    }

    /// `sss`, begun.
    pub(crate) fn spawn(&self, platform: &Platform, environment: &[(&str, &str)], arguments: &[&str]) -> Child {
        self.command(platform, environment, arguments).spawn().unwrap()
    }

    /// `sss` to its end, which must come.
    pub(crate) fn sss(&self, platform: &Platform, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let began = Instant::now();
        let mut child = self.command(platform, environment, arguments).spawn().unwrap();
        // What is printed fits into a pipe, so it can be read at the end.
        while child.try_wait().unwrap().is_none() {
            if began.elapsed() > LONGEST {
                child.kill().unwrap();
                panic!("`sss {}` hangs: {:?}", arguments.join(" "), child.wait_with_output().unwrap());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let took = began.elapsed();
        Ran { took, ..Ran::of(child.wait_with_output().unwrap()) }
    }

    /// `sss publish` to its end.
    pub(crate) fn publish(&self, platform: &Platform, arguments: &[&str]) -> Ran {
        self.sss(platform, &[], &[&["publish", "--yes"], arguments].concat())
    }

    /// Checks that everything is as an undisturbed run leaves it; `before` is what stood there before any run.
    ///
    /// One connection spec of each source's name, with the artifact's content; its id once in its flow spec; every id that was
    /// there before still there, in its place, and every other member as it was; records right; no journal open; nothing left
    /// over beside the records.
    pub(crate) fn check(&self, now: &Snapshot, before: &Snapshot) -> Result<(), String> {
        let mut new: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (source, kind) in &self.sources {
            let specs = now.named(source);
            let [(id, spec)] = specs.as_slice() else {
                return Err(format!("{} connection specs of the name `{source}`", specs.len()));
            };
            if **spec != content(&self.spec(source)) {
                return Err(format!("the connection spec of `{source}` is not the artifact's: {spec:#}"));
            }
            let times = now.listed(kind.flow_spec()).iter().filter(|listed| listed == id).count();
            if times != 1 {
                return Err(format!("`{source}` is listed {times} times"));
            }
            let record = self.record(source);
            if record != Some(((*id).to_owned(), Some(kind.flow_spec().to_owned()))) {
                return Err(format!("`{source}` is {id}, and recorded as {record:?}"));
            }
            new.entry(kind.flow_spec()).or_default().push(id);
        }
        for (id, flow_spec) in &before.flow_specs {
            let mut was = flow_spec.clone();
            let mut is = now.flow_specs[id].clone();
            let (old, listed) = (was["sourceConnectionSpecIds"].take(), is["sourceConnectionSpecIds"].take());
            if was != is {
                return Err(format!("the flow spec {id} is not what it was: {is:#}"));
            }
            // Whoever is not ours stands as before; a source that was listed before stands there, too.
            let ours = new.get(id.as_str()).cloned().unwrap_or_default();
            let others = |ids: &Value| -> Vec<Value> {
                let ids = ids.as_array().unwrap().iter();
                ids.filter(|id| !ours.contains(&id.as_str().unwrap())).cloned().collect()
            };
            if others(&old) != others(&listed) {
                return Err(format!("the flow spec {id} lists {listed}, before it {old}"));
            }
        }
        self.check_files()
    }

    /// Checks that no journal is open and nothing is left over.
    pub(crate) fn check_files(&self) -> Result<(), String> {
        for (directory, expected) in [("journal", ".gitignore"), ("published", ".toml")] {
            let Ok(entries) = fs::read_dir(self.path().join(".sss").join(directory)) else { continue };
            for entry in entries {
                let name = entry.unwrap().file_name().into_string().unwrap();
                if !name.ends_with(expected) {
                    return Err(format!("`.sss/{directory}/{name}` is left over"));
                }
            }
        }
        Ok(())
    }

    /// Publishes undisturbed and checks what is there then; a second run finds nothing to do.
    pub(crate) fn put_right(&self, platform: &Platform, before: &Snapshot) -> Result<(), String> {
        let ran = self.publish(platform, &[]);
        if ran.code != Some(0) {
            return Err(format!("the next run ended with {:?}: {}", ran.code, ran.stderr));
        }
        if ran.stderr.contains("waiting for another") {
            return Err(format!("the next run met a lock: {}", ran.stderr));
        }
        self.check(&platform.snapshot(), before)?;
        let plan = self.sss(platform, &[], &["plan", "--detailed-exitcode"]);
        if plan.code == Some(0) { Ok(()) } else { Err(format!("something is left to do: {}", plan.stdout)) }
    }
}

/// Makes a revision of a connection spec, told apart by where its documentation is.
pub(crate) fn revise(spec: &mut Value, page: &str) {
    let link = format!("https://experienceleague.adobe.com/docs/experience-platform/sources/{page}.html");
    spec["attributes"]["documentationLink"] = json!(link);
    spec["sourceSpec"]["attributes"]["uiAttributes"]["documentationLink"] = json!(link);
}

fn write_source(root: &Path, name: &str, kind: Kind) {
    let [example, label, key] = kind.example();
    let words: Vec<String> = name.split('-').map(capitalised).collect();
    let own_key = name.split('-').next().unwrap_or_default().to_owned() + &words[1..].concat();
    let from = Path::new(EXAMPLE).join(example).join("Artifacts");
    let to = root.join("Sources").join(name).join("Artifacts");
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().replace(example, name);
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace(example, name).replace(label, &words.join(" ")).replace(key, &own_key);
        fs::write(to.join(file), text).unwrap();
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
