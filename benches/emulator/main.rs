//! How many events a second an inlet of `sss emulate` takes, in how much memory, and how soon after its start.
//!
//! `cargo bench --bench emulator -- --events 100000,1000000` starts the emulator in a process of its own, makes a streaming source
//! with schema, dataset, mapping set and flow in it, and sends single events over connections that are kept alive. Afterwards
//! every event must be there. In the same run, and with the same requests, a floor is measured: a server in a process of its own that
//! reads the body of a request and answers it with 200, and does nothing else. The generator shares the machine with both, so
//! compare ratios, and the CPU time of the server, which is told by event.

mod load;
mod process;
mod source;

use std::{
    io::{self, Write},
    time::Duration,
};

use load::{Load, Measured};
use process::Server;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How many connections send at once.
const CONNECTIONS: usize = 8;
/// How often a start is measured; an odd number has a median.
const STARTS: usize = 21;
/// How many messages a request to the batch endpoint has.
const BATCH: usize = 100;
/// What is sent first and not measured, so that everything that happens once has happened.
const WARM_UP: usize = 2_000;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = match arguments[..] {
        ["--floor", ready] => return process::serve_floor(ready.as_ref()),
        ["--events", list] => list.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?,
        [] => vec![100_000, 1_000_000],
        _ => return Err("the arguments are `--events N,…`".into()),
    };
    let mut out = io::stdout().lock();
    starts(&mut out)?;
    writeln!(
        out,
        "\n| | events | events/s | p50 | p99 | CPU an event | memory | at most | kept |\n|:--|{}",
        "--:|".repeat(8)
    )?;
    for &events in &sizes {
        let floor = Server::floor()?;
        let load = Load { address: floor.address.clone(), path: "/".into(), events, batch: 1 };
        row(&mut out, "floor", &floor, &load, None)?;
        drop(floor);
        for (name, store) in [("`--memory`", &["--memory"][..]), ("`--db`", &["--db", "emulator.db"][..])] {
            let server = Server::emulator(store)?;
            let path = source::make(&server.url())?;
            let load = Load { address: server.address.clone(), path, events, batch: 1 };
            row(&mut out, name, &server, &load, Some(events))?;
        }
        let server = Server::emulator(&["--memory"])?;
        let path = source::make(&server.url())?.replace("/collection/", "/collection/batch/");
        let load = Load { address: server.address.clone(), path, events, batch: BATCH };
        row(&mut out, &format!("`--memory`, {BATCH} a request"), &server, &load, Some(events))?;
    }
    Ok(())
}

/// How long it takes from the start of the process until the file is there that says so.
fn starts(out: &mut impl Write) -> Result<(), Error> {
    writeln!(out, "| start | median | slowest of {STARTS} |\n|:--|--:|--:|")?;
    for (name, store) in [("`--memory`", &["--memory"][..]), ("`--db`, new", &["--db", "emulator.db"][..])] {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            times.push(Server::emulator(store)?.began_within);
        }
        times.sort();
        writeln!(out, "| {name} | {} | {} |", milliseconds(times[STARTS / 2]), milliseconds(times[STARTS - 1]))?;
    }
    Ok(())
}

fn row(out: &mut impl Write, name: &str, server: &Server, load: &Load, kept: Option<usize>) -> Result<(), Error> {
    // Whole requests, so that nothing of it is counted below.
    let warm_up = WARM_UP.div_ceil(load.batch) * load.batch;
    Load { events: warm_up, ..load.clone() }.send(CONNECTIONS)?;
    let before = server.cpu();
    let Measured { took, latencies } = load.send(CONNECTIONS)?;
    let spent = server.cpu().zip(before).map(|(after, before)| after.saturating_sub(before));
    let kept = match kept {
        Some(sent) => {
            let kept = source::count(&server.url())?;
            if kept != sent + warm_up {
                return Err(format!("{} events were answered, {kept} are kept", sent + warm_up).into());
            }
            "all"
        }
        None => "-",
    };
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    let megabytes = |kilobytes: Option<u64>| kilobytes.map_or("-".into(), |it| format!("{:.1} MB", it as f64 / 1024.0));
    writeln!(
        out,
        "| {name} | {} | {:.0} | {} | {} | {} | {} | {} | {kept} |",
        load.events,
        load.events as f64 / took.as_secs_f64(),
        milliseconds(at(0.5)),
        milliseconds(at(0.99)),
        spent.map_or("-".into(), |spent| format!("{:.0} µs", spent.as_secs_f64() * 1e6 / load.events as f64)),
        megabytes(server.memory("VmRSS")),
        megabytes(server.memory("VmHWM")),
    )?;
    out.flush()?;
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
