//! How fast the linter is beside the least that any checker of the same files has to do.
//!
//! `cargo bench --bench lint -- --sources 1,1000` writes such repositories to a temporary directory and measures, by turns:
//!
//! - `lint::check_repository`: finding the sources and checking them with every rule, in this process;
//! - the floor: a small parallel program that lists the folders, reads the five artifacts, parses the specs with
//!   `serde_json` and validates them against the schema of their kind with `jsonschema`, in this process;
//! - `sss lint` and the same floor again, each as a process from start to end.
//!
//! - `jsonschema-cli`, which reads the connection specs alone and validates them against one schema: the one that the
//!   environment variable `JSONSCHEMA_CLI` names, or the one on the search path; left out where there is none.
//!
//! Times are medians. CPU and peak memory of the processes come from GNU time, where it is installed. Last it measures
//! what a finding costs, where there are ten thousand of them and where there are a hundred thousand, and how long it
//! takes to look at what changed: with `--since`, and with `--watch` from a save to its report.
//! `-- --write DIRECTORY --sources 1000` leaves such a repository behind, to be profiled.

mod changes;
mod costs;
mod faulty;
mod repository;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::LazyLock,
    time::{Duration, Instant},
};

use rayon::prelude::*;
use self_serve_sources::{
    config::Config,
    lint,
    schema::source as schema_of,
    spec::{Kind, ids},
};
use serde_json::Value;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The binary that is measured.
const SSS: &str = env!("CARGO_BIN_EXE_sss");
/// Where GNU time is.
const TIME: &str = "/usr/bin/time";

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--floor", root] => floor(Path::new(root)).map(|_| ()),
        ["--write", root, "--sources", count] => Ok(repository::write(Path::new(root), count.parse()?)?),
        ["--sources", sizes] => measure(&sizes.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?),
        ["--findings"] => costs::of_findings(&mut io::stdout().lock()),
        ["--changes"] => changes::of_changes(&mut io::stdout().lock()),
        [] => {
            measure(&[1, 100, 1_000, 10_000])?;
            costs::of_findings(&mut io::stdout().lock())?;
            changes::of_changes(&mut io::stdout().lock())
        }
        _ => {
            Err("the arguments are `--sources N,…`, `--findings`, `--changes` or `--write DIRECTORY --sources N`"
                .into())
        }
    }
}

fn measure(sizes: &[usize]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", circumstances()?)?;
    let peer = costs::peer();
    if peer.is_none() {
        writeln!(out, "`jsonschema-cli` is not installed, and left out: `cargo install jsonschema-cli`.\n")?;
    }
    writeln!(
        out,
        "| sources | files | bytes | `lint::check_repository` | floor | ratio | `sss lint` | floor, process | ratio | \
         `jsonschema-cli` | ratio |\n|{}",
        "--:|".repeat(11)
    )?;
    let mut costs = Vec::new();
    for &size in sizes {
        let (times, cost) = rows(size, peer.as_deref())?;
        writeln!(out, "{times}")?;
        costs.push(cost);
    }
    writeln!(
        out,
        "\n| sources | CPU `sss` | CPU floor | CPU `jsonschema-cli` | peak `sss` | peak floor | peak `jsonschema-cli` |\n|{}",
        "--:|".repeat(7)
    )?;
    costs.iter().try_for_each(|cost| Ok(writeln!(out, "{cost}")?))
}

/// What the figures depend on.
fn circumstances() -> Result<String, Error> {
    let cores = std::thread::available_parallelism()?;
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processor = processor.map_or("unknown processor", |(_, name)| name);
    let compiler = String::from_utf8(Command::new("rustc").arg("--version").output()?.stdout)?;
    let versions: Vec<String> =
        ["jsonschema", "serde_json", "rayon"].map(|name| format!("{name} {}", locked(name))).into();
    Ok(format!(
        "sss {}, {}, {}; {cores} cores of {processor}, {} {}",
        env!("CARGO_PKG_VERSION"),
        versions.join(", "),
        compiler.trim(),
        std::env::consts::OS,
        std::env::consts::ARCH,
    ))
}

/// The version of a dependency.
fn locked(name: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let package = lock.split("[[package]]").find(|package| package.contains(&format!("\nname = \"{name}\"\n")));
    package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next()).unwrap_or("?")
}

/// Measures one size: every way in turn, so that what else the machine does falls on all of them.
fn rows(sources: usize, peer: Option<&str>) -> Result<(String, String), Error> {
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    repository::write(root, sources)?;
    let this = std::env::current_exe()?;
    let this = this.to_str().ok_or("the path of the benchmark is no text")?;
    let path = root.to_str().ok_or("the temporary directory is no text")?;
    let linter = [SSS, "lint", path].map(str::to_owned).to_vec();
    let floor_process = [this, "--floor", path].map(str::to_owned).to_vec();
    let peer = peer.map(|peer| costs::peer_command(peer, root)).transpose()?;
    let processes: Vec<_> = [Some(linter), Some(floor_process), peer].into_iter().flatten().collect();

    let (mut checks, mut floors, mut times) = (Vec::new(), Vec::new(), vec![Vec::new(); processes.len()]);
    let mut bytes = 0;
    // The first round fills the caches and compiles the schemas; it is not counted.
    for round in 0..=rounds(sources) {
        let check = timed(|| check(root, sources))?.1;
        let (read, floor) = timed(|| floor(root))?;
        bytes = read;
        if round > 0 {
            checks.push(check);
            floors.push(floor);
        }
        for (process, times) in processes.iter().zip(&mut times) {
            let time = timed(|| run(process))?.1;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let [check, floor] = [checks, floors].map(median);
    let times: Vec<Duration> = times.into_iter().map(median).collect();
    let ratio = |time: Duration, floor: Duration| format!("{:.2}", time.as_secs_f64() / floor.as_secs_f64());
    let peer = times.get(2);
    let row = [
        sources.to_string(),
        (sources * 5).to_string(),
        format!("{:.1} MB", bytes as f64 / 1e6),
        shown(check),
        shown(floor),
        ratio(check, floor),
        shown(times[0]),
        shown(times[1]),
        ratio(times[0], times[1]),
        peer.map_or("–".to_owned(), |peer| shown(*peer)),
        peer.map_or("–".to_owned(), |peer| ratio(times[0], *peer)),
    ];
    let costs: Vec<Cost> = processes.iter().map(|process| Cost::of(process)).collect::<Result<_, _>>()?;
    let cost = |at: usize, of: fn(&Cost) -> &String| costs.get(at).map_or("–".to_owned(), |cost| of(cost).clone());
    let cpu = |at| cost(at, |cost| &cost.cpu);
    let memory = |at| cost(at, |cost| &cost.memory);
    let cells = [sources.to_string(), cpu(0), cpu(1), cpu(2), memory(0), memory(1), memory(2)];
    Ok((format!("| {} |", row.join(" | ")), format!("| {} |", cells.join(" | "))))
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn rounds(sources: usize) -> usize {
    match sources {
        0..=10 => 51,
        11..=1_000 => 21,
        _ => 7,
    }
}

fn timed<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<(T, Duration), Error> {
    let start = Instant::now();
    let result = run()?;
    Ok((result, start.elapsed()))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn check(root: &Path, sources: usize) -> Result<(), Error> {
    let config = Config::load(root)?;
    let (_, findings) = lint::check_repository(root, &config)?;
    if findings.summary.sources != sources || findings.summary.files != sources * 5 {
        return Err(format!("looked at {:?} instead of {sources} sources", findings.summary).into());
    }
    match findings.findings.first() {
        Some(finding) => Err(format!("`{}` in `{}`: {}", finding.rule, finding.path, finding.message).into()),
        None => Ok(()),
    }
}

static BATCH: LazyLock<Result<jsonschema::Validator, Error>> = LazyLock::new(|| validator(Kind::Batch));
static STREAMING: LazyLock<Result<jsonschema::Validator, Error>> = LazyLock::new(|| validator(Kind::Streaming));

fn validator(kind: Kind) -> Result<jsonschema::Validator, Error> {
    Ok(jsonschema::draft7::new(&serde_json::from_str(schema_of(kind))?)?)
}

/// The least a checker has to do; returns how many bytes it read.
fn floor(root: &Path) -> Result<usize, Error> {
    let folders: Vec<_> = fs::read_dir(root.join("Sources"))?.collect::<io::Result<_>>()?;
    let read_source = |folder: &fs::DirEntry| {
        let mut bytes = 0;
        for artifact in fs::read_dir(folder.path().join("Artifacts"))? {
            let path = artifact?.path();
            let content = fs::read(&path)?;
            bytes += content.len();
            if path.extension().is_some_and(|extension| extension == "json") {
                let spec: Value = serde_json::from_slice(&content)?;
                let validator = if spec["providerId"] == ids::BATCH_PROVIDER { &*BATCH } else { &*STREAMING };
                let validator = validator.as_ref().map_err(ToString::to_string)?;
                if !validator.is_valid(&spec) {
                    return Err(format!("`{}` does not match its schema", path.display()).into());
                }
            }
        }
        Ok::<usize, Error>(bytes)
    };
    folders.par_iter().map(read_source).sum()
}

fn run(command: &[String]) -> Result<(), Error> {
    let status = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", command[0]).into()) }
}

/// What a process used.
struct Cost {
    /// Of all its threads, user and system.
    cpu: String,
    memory: String,
}

impl Cost {
    fn of(command: &[String]) -> Result<Self, Error> {
        if !Path::new(TIME).exists() {
            return Ok(Self { cpu: "?".to_owned(), memory: "?".to_owned() });
        }
        let output = Command::new(TIME).args(["-f", "%U %S %M"]).args(command).stdout(Stdio::null()).output()?;
        let told = String::from_utf8(output.stderr)?;
        let numbers: Vec<f64> = told.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [user, system, kilobytes] = numbers[..] else { return Err(format!("`{TIME}` said `{told}`").into()) };
        Ok(Self {
            cpu: format!("{:.0} ms", (user + system) * 1e3),
            memory: format!("{:.1} MB", kilobytes * 1024.0 / 1e6),
        })
    }
}
