//! How many round trips `sss publish` takes for many sources, against an emulator that is as far away as a platform.
//!
//! `cargo bench --bench publish -- --sources 1,100` writes repositories of batch sources to a temporary directory, starts an
//! emulator in which every answer takes 50 ms, and runs `sss publish --yes` twice for each: the first creates every connection
//! spec, the second finds nothing to change. A round trip is 50 ms; the time of the same run against an emulator that answers
//! at once is what the rest takes: starting, linting, journals, records. On a busy machine, `--delay 1000` makes that rest small
//! beside the round trips.

#[path = "../lint/repository.rs"]
mod repository;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use self_serve_sources::emulator::{Emulator, Options};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The binary that is measured.
const SSS: &str = env!("CARGO_BIN_EXE_sss");
/// How long every answer takes, in milliseconds, where `--delay` is not given.
const AWAY: u64 = 50;
/// How many requests are under way at once, where `--jobs` is not given.
const JOBS: usize = 8;
/// How often each size is measured; an odd number has a median.
const ROUNDS: usize = 3;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = |sizes: &str| sizes.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>();
    let (sizes, away) = match arguments[..] {
        ["--sources", list] => (sizes(list)?, AWAY),
        ["--sources", list, "--delay", away] => (sizes(list)?, away.parse()?),
        [] => (vec![1, 8, 20, 100, 400], AWAY),
        _ => return Err("the arguments are `--sources N,… --delay MILLISECONDS`".into()),
    };
    let away = Duration::from_millis(away);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| sources | requests, first | first | at once | round trips | N / {JOBS} + 4 | requests, again | again | at once | \
         round trips | N / {JOBS} + 2 |\n|{}",
        "--:|".repeat(11)
    )?;
    for size in sizes {
        let (mut far, mut near) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            far.push(measure(size, away)?);
            near.push(measure(size, Duration::ZERO)?);
        }
        let [far_first, far_again] = [0, 1].map(|run| median(&far, run));
        let [near_first, near_again] = [0, 1].map(|run| median(&near, run));
        let trips = |far: Duration, near: Duration| {
            format!("{:.1}", far.saturating_sub(near).as_secs_f64() / away.as_secs_f64())
        };
        let shown = |time: Duration| format!("{:.0} ms", time.as_secs_f64() * 1e3);
        let many = size.div_ceil(JOBS);
        writeln!(
            out,
            "| {size} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            far[0][0].1,
            shown(far_first),
            shown(near_first),
            trips(far_first, near_first),
            many + 4,
            far[0][1].1,
            shown(far_again),
            shown(near_again),
            trips(far_again, near_again),
            many + 2,
        )?;
    }
    Ok(())
}

/// Time and number of requests of the first run and of the one after it.
type Runs = [(Duration, usize); 2];

fn median(all: &[Runs], run: usize) -> Duration {
    let mut times: Vec<Duration> = all.iter().map(|runs| runs[run].0).collect();
    times.sort();
    times[times.len() / 2]
}

/// Publishes `count` new batch sources, and then once more.
fn measure(count: usize, away: Duration) -> Result<Runs, Error> {
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    // They come by turns of either kind.
    repository::write(root, 2 * count)?;
    let mut sources: Vec<_> = fs::read_dir(root.join("Sources"))?.collect::<Result<_, _>>()?;
    sources.sort_by_key(fs::DirEntry::path);
    for source in sources {
        let path = source.path();
        let name = source.file_name();
        let spec = path.join("Artifacts").join(format!("{}-connectionSpec.json", name.to_string_lossy()));
        if fs::read_to_string(&spec)?.contains("\"generic-streaming\"") {
            fs::remove_dir_all(path)?;
        }
    }
    let emulator = Emulator::start(Options::default())?;
    if !away.is_zero() {
        let fault = format!(r#"{{"path": "/**", "action": {{"delay_ms": {}}}}}"#, away.as_millis());
        control(&emulator, "faults", Some(&fault))?;
    }
    let mut before = 0;
    let mut once = || -> Result<(Duration, usize), Error> {
        let begun = Instant::now();
        publish(root, emulator.base_url())?;
        let took = begun.elapsed();
        let requests: serde_json::Value = serde_json::from_str(&control(&emulator, "requests", None)?)?;
        let so_far = requests["items"].as_array().map_or(0, Vec::len);
        Ok((took, so_far - std::mem::replace(&mut before, so_far)))
    };
    Ok([once()?, once()?])
}

fn publish(root: &Path, base_url: &str) -> Result<(), Error> {
    let status = Command::new(SSS)
        .current_dir(root)
        .env("AEP_BASE_URL", base_url)
        .args(["--profile", "emulator", "--quiet", "publish", "--yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`sss publish` ended with {status}").into()) }
}

/// A call of the emulator's control plane.
fn control(emulator: &Emulator, path: &str, body: Option<&str>) -> Result<String, Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let url = format!("{}/__emulator/{path}", emulator.base_url());
    let mut answer = match body {
        Some(body) => agent.post(&url).header("Content-Type", "application/json").send(body)?,
        None => agent.get(&url).call()?,
    };
    Ok(answer.body_mut().with_config().limit(1 << 30).read_to_string()?)
}
