//! How many events a second `sss dataflow send` gets to an inlet, in how much memory, and whether all of them arrive.
//!
//! `cargo bench --bench send -- --events 100000,1000000` writes files of so many events, a line each, and sends them over eight
//! connections, one by one and a hundred a request: to a bare server that counts what it is sent and nothing else, and to the
//! emulator, each in a process of its own. In the same run a floor is measured: threads that post the same lines to the same
//! server with the same HTTP client and do nothing else: no check, no account, no repetition. All of them share the machine,
//! so compare ratios, and CPU time.

mod floor;
#[path = "../emulator/process.rs"]
#[expect(dead_code, reason = "the benchmark of the emulator needs more of it")]
mod process;
#[path = "../emulator/source.rs"]
mod source;

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use process::Server;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The binary that is measured.
const SSS: &str = env!("CARGO_BIN_EXE_sss");
/// Where GNU time is.
const TIME: &str = "/usr/bin/time";
/// How many requests are under way at once.
const CONNECTIONS: usize = 8;
/// How many events a request to the batch endpoint has.
const BATCH: usize = 100;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = match arguments[..] {
        ["--floor", ready] => return floor::serve(ready.as_ref()),
        ["--post", url, file, batch] => return floor::post_lines(url, file.as_ref(), CONNECTIONS, batch.parse()?),
        ["--events", list] => list.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?,
        [] => vec![100_000, 1_000_000],
        _ => return Err("the arguments are `--events N,…`".into()),
    };
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| events | to | in a request | sent by | events/s | CPU an event | peak memory | arrived | twice |\n\
         |--:|:--|--:|:--|{}",
        "--:|".repeat(5)
    )?;
    let directory = tempfile::tempdir()?;
    for &events in &sizes {
        let file = write(directory.path(), events)?;
        for batch in [1, BATCH] {
            for program in [Program::Floor, Program::Sss] {
                let server = Server::floor()?;
                let ran = program.run(&format!("{}/collection/1", server.url()), &file, batch)?;
                let (count, distinct) = floor::count(&server.url())?;
                row(&mut out, (events, "bare server", batch, program), &ran, (distinct, count - distinct))?;
            }
        }
        for batch in [1, BATCH] {
            let server = Server::emulator(&["--memory"])?;
            let inlet = source::make(&server.url())?;
            let ran = Program::Sss.run(&format!("{}{inlet}", server.url()), &file, batch)?;
            let count = source::count(&server.url())? as u64;
            row(&mut out, (events, "emulator", batch, Program::Sss), &ran, (count, count - events as u64))?;
        }
        fs::remove_file(file)?;
    }
    Ok(())
}

/// Who sends.
#[derive(Debug, Clone, Copy)]
enum Program {
    Sss,
    Floor,
}

/// What a run took.
struct Ran {
    took: Duration,
    /// User and system time in seconds, and kilobytes, where GNU time is there.
    costs: Option<(f64, u64)>,
}

impl Program {
    fn run(self, url: &str, file: &Path, batch: usize) -> Result<Ran, Error> {
        let costs = file.with_extension("costs");
        let is_timed = Path::new(TIME).is_file();
        let program = match self {
            Self::Sss => PathBuf::from(SSS),
            Self::Floor => std::env::current_exe()?,
        };
        let mut command = Command::new(if is_timed { Path::new(TIME) } else { &program });
        if is_timed {
            command.args(["-f", "%U %S %M", "-o"]).arg(&costs).arg(&program);
        }
        match self {
            Self::Sss => {
                command.args(["dataflow", "send", "--quiet", "--inlet-url", url]).arg(file);
                command.args(["--concurrency", &CONNECTIONS.to_string()]);
                if batch > 1 {
                    command.args(["--batch", &batch.to_string()]);
                }
            }
            Self::Floor => {
                command.args(["--post", url]).arg(file).arg(batch.to_string());
            }
        }
        let begun = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
        let took = begun.elapsed();
        if !status.success() {
            return Err(format!("{self:?} ended with {status}").into());
        }
        let costs = fs::read_to_string(costs).ok().and_then(|text| {
            let mut numbers = text.split_whitespace();
            let mut seconds = || numbers.next()?.parse::<f64>().ok();
            let cpu = seconds()? + seconds()?;
            Some((cpu, numbers.next()?.parse().ok()?))
        });
        Ok(Ran { took, costs })
    }
}

fn row(
    out: &mut impl Write,
    (events, to, batch, program): (usize, &str, usize, Program),
    ran: &Ran,
    (arrived, twice): (u64, u64),
) -> Result<(), Error> {
    let rate = events as f64 / ran.took.as_secs_f64();
    let (cpu, memory) = ran.costs.map_or_else(
        || ("–".to_owned(), "–".to_owned()),
        |(cpu, kilobytes)| {
            let memory = kilobytes as f64 / 1024.0;
            (format!("{:.1} µs", cpu * 1e6 / events as f64), format!("{memory:.1} MiB"))
        },
    );
    let program = match program {
        Program::Sss => "`sss`",
        Program::Floor => "floor",
    };
    writeln!(out, "| {events} | {to} | {batch} | {program} | {rate:.0} | {cpu} | {memory} | {arrived} | {twice} |")?;
    out.flush()?;
    // What is lost makes every figure void.
    if arrived == events as u64 { Ok(()) } else { Err(format!("{arrived} of {events} events arrived").into()) }
}

/// Events of some 250 bytes, a line each, numbered.
fn write(directory: &Path, events: usize) -> Result<PathBuf, Error> {
    let path = directory.join("events.jsonl");
    let mut file = BufWriter::new(File::create(&path)?);
    for number in 0..events {
        let (day, year) = (number % 28 + 1, 1900 + number % 100);
        writeln!(
            file,
            "{{\"number\":{number},\"kind\":\"ticket.updated\",\"at\":\"2026-11-21T08:00:00Z\",\"requester\":{{\"first\":\"Ada\",\
             \"last\":\"Lovelace {number}\",\"born\":{{\"day\":{day},\"year\":{year}}}}},\"tags\":[\"urgent\",\"billing\",\"emea\"],\
             \"subject\":\"the invoice of last month shows an amount twice\"}}"
        )?;
    }
    file.flush()?;
    Ok(path)
}
