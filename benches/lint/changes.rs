//! What it takes to look at what changed: the sources that differ from a commit, and one file that was saved.

use std::{
    fs,
    io::{BufRead, BufReader, Lines, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use super::{Error, SSS, median, repository, run, shown, timed};

/// How many sources stand around the one that changed.
const SINCE: usize = 10_000;
const WATCHED: usize = 1_000;

/// How often each is measured.
const ROUNDS: usize = 21;

/// Measures `--since` and `--watch`.
pub(crate) fn of_changes(out: &mut impl Write) -> Result<(), Error> {
    writeln!(
        out,
        "\n| sources | `--since` | the source alone | `git diff` | `git status` | beside 3 × alone + `git diff` | \
         beside 3 × (alone + `git diff`) | beside `git status` |\n|{}",
        "--:|".repeat(8)
    )?;
    let [since, alone, diff, status] = since()?;
    let ratios = [alone * 3 + diff, (alone + diff) * 3, status]
        .map(|other| format!("{:.2}", since.as_secs_f64() / other.as_secs_f64()));
    let times = [since, alone, diff, status].map(shown);
    writeln!(out, "| {SINCE} | {} | {} |", times.join(" | "), ratios.join(" | "))?;
    let mut reports = watch()?;
    reports.sort_unstable();
    writeln!(out, "\n| sources | from a save to its report, `--watch` | slowest of {ROUNDS} |\n|--:|--:|--:|")?;
    let slowest = reports.last().copied().unwrap_or_default();
    writeln!(out, "| {WATCHED} | {} | {} |", shown(median(reports)), shown(slowest))?;
    Ok(())
}

/// The times of `--since` with one changed source, of that source by itself, of git for telling which of the files it knows
/// has changed, and of git for telling of those it does not know as well.
fn since() -> Result<[Duration; 4], Error> {
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    repository::write(root, SINCE)?;
    let path = root.to_str().ok_or("the temporary directory is no text")?;
    let git = |arguments: &[&str]| {
        let identity = ["git", "-C", path, "-c", "user.name=bench", "-c", "user.email=bench@localhost"];
        run(&[&identity, arguments].concat().into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message", "all of it"])?;
    let description = description(root)?;
    fs::write(&description, "Another text.\n")?;
    let source = description.ancestors().nth(2).and_then(Path::to_str).ok_or("a source is no text")?;
    let mut times = [const { Vec::new() }; 4];
    for round in 0..=ROUNDS {
        let taken = [
            timed(|| lint(&["--since", "HEAD", path]))?.1,
            timed(|| lint(&[source]))?.1,
            timed(|| git(&["diff", "--name-only", "HEAD"]))?.1,
            timed(|| git(&["status", "--porcelain"]))?.1,
        ];
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(times, time)| times.push(time));
        }
    }
    Ok(times.map(median))
}

/// Lints. That the text is another than that of the spec is a warning, which ends with 0.
fn lint(arguments: &[&str]) -> Result<(), Error> {
    run(&[&[SSS, "lint"], arguments].concat().into_iter().map(str::to_owned).collect::<Vec<_>>())
}

/// The text of the first source.
fn description(root: &Path) -> Result<std::path::PathBuf, Error> {
    let mut names: Vec<_> = fs::read_dir(root.join("Sources"))?
        .map(|source| Ok(source?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, std::io::Error>>()?;
    names.sort_unstable();
    let name = names.first().ok_or("there is no source")?;
    Ok(root.join("Sources").join(name).join("Artifacts").join(format!("{name}-description.txt")))
}

/// The times from saving a file to the report of what is found then.
fn watch() -> Result<Vec<Duration>, Error> {
    let directory = tempfile::tempdir()?;
    repository::write(directory.path(), WATCHED)?;
    let description = description(directory.path())?;
    let text = fs::read_to_string(&description)?;
    let mut watching = Watching::begin(directory.path())?;
    watching.report()?;
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let (saved, findings) = if round % 2 == 0 { (" another text\n", true) } else { (text.as_str(), false) };
        fs::write(&description, saved)?;
        let start = Instant::now();
        // A report that was under way does not tell of it yet.
        while watching.report()? != findings {}
        if round > 0 {
            times.push(start.elapsed());
        }
    }
    Ok(times)
}

/// A run that goes on.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn begin(root: &Path) -> Result<Self, Error> {
        let mut command = Command::new(SSS);
        command.args(["lint", "--watch", "--json"]).arg(root).stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("there is no output")?;
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    /// Waits for the next report, and says whether it has findings.
    fn report(&mut self) -> Result<bool, Error> {
        let line = self.lines.next().ok_or("the run ended")??;
        let report: serde_json::Value = serde_json::from_str(&line)?;
        Ok(report["findings"].as_array().is_some_and(|findings| !findings.is_empty()))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // One that ended by itself is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
