//! `sss dataflow send`: events from a file or standard input to the inlet of a dataflow.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    cli::{self, Global, HmacEncoding},
    commands::{
        access::{self, Around},
        interrupt,
        selected::Telling,
    },
    console::{Console, Teller},
    dataflow::{
        self, State,
        send::{
            self, Destination, Encoding, Ending, Form, Onlooker, Options, Outcome, Refused, RefusedFile, Signer, Watch,
            Xdm,
        },
    },
    error::Error,
    exit::Exit,
    platform::{self, Inlet, Settings, Stop},
    publish::Target,
    style::{DIM, WARNING},
};

/// So many refused events are told one by one, unless more is asked for.
const MOST_TOLD: usize = 20;
/// So many are listed in the JSON result.
const MOST_LISTED: usize = 1000;
/// How often a person sees how far it is.
const TICK: Duration = Duration::from_millis(250);
const STDIN: &str = "-";

/// Where events come from.
struct Input {
    read: Box<dyn Read + Send>,
    /// None for standard input.
    path: Option<PathBuf>,
    /// Known of files only.
    length: Option<u64>,
}

/// Where they go, and as whom.
struct Way {
    name: Option<String>,
    destination: Destination,
    settings: Settings,
    file: Option<PathBuf>,
}

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Send, console: &mut Console) -> Result<Exit, Error> {
    let way = way(global, arguments)?;
    let options = options(arguments, way.file.is_some())?;
    let from = |path: &Path| global.directory.as_deref().unwrap_or(Path::new("")).join(path);
    let input = input(way.file.as_deref().map(from))?;
    let inlet = inlet(&way, arguments, &options, console)?;
    let mut file = refused_file(arguments.refused.as_deref().map(from), &input, way.name.as_deref(), global)?;
    let stop = Stop::default();
    interrupt::heed(&stop, console.teller().beside_a_line());
    let (watch, told) = (Watch::default(), Told::new(console, arguments));
    let outcome = {
        let refused = |refused: Refused<'_>| told.tell(refused);
        let onlooker = Onlooker { watch: &watch, refused: &refused };
        let (teller, length) = (console.teller(), input.length);
        watched(&watch, teller, length, || {
            send::send(input.read, (&inlet, &way.destination), &options, &mut file, &onlooker, &stop)
        })
        .map_err(|source| Error::file("start", Path::new("a thread"), source))?
    };
    let kept = file.count();
    let path = file.finish();
    let listed = told.finish();
    let exit = outcome.exit();
    if console.json() {
        print_json(&way, &outcome, (path.as_deref(), kept), listed, console);
    } else if exit != Exit::Nothing {
        print(&way, &outcome, console);
        tell(&outcome, console);
    }
    if exit == Exit::Nothing {
        return Err(nothing(&outcome));
    }
    let advice = advice(&outcome, arguments, (path.as_deref(), kept));
    if let Some(error) = outcome.ending.and_then(|ending| told_ending(ending, &way, &options, input.path.as_deref())) {
        console.error(&error);
    }
    advice.iter().for_each(|line| console.message(line));
    Ok(exit)
}

/// Where the events go: to a dataflow of ours, or to one whose inlet is given.
fn way(global: &Global, arguments: &cli::Send) -> Result<Way, Error> {
    let Around { root, config } = Around::of(global)?;
    let elsewhere = &arguments.elsewhere;
    let is_input = |path: &Path| path != Path::new(STDIN);
    if let Some(inlet_url) = &elsewhere.inlet_url {
        let file = match (&arguments.name, &arguments.file) {
            (Some(_), Some(_)) => {
                return Err(Error::usage(
                    "`--inlet-url` takes the place of a dataflow's name",
                    "name the file of events alone: `sss dataflow send --inlet-url URL FILE`",
                ));
            }
            (file, _) => file.as_ref().map(PathBuf::from).filter(|path| is_input(path)),
        };
        let settings = match access::settings(global, &config, &root) {
            Err(Error::Platform(platform::Error::Missing { .. })) if !elsewhere.authenticated => {
                access::without_credentials(global, &config)?
            }
            settings => settings?,
        };
        let form = match &elsewhere.schema_id {
            Some(schema_id) => Form::Xdm(Xdm::new(schema_id.clone(), elsewhere.dataset_id.clone(), &settings)),
            None => Form::Raw,
        };
        let (inlet_url, flow_id) = (inlet_url.clone(), elsewhere.flow_id.clone());
        let destination = Destination { inlet_url, flow_id, form, authenticated: elsewhere.authenticated };
        return Ok(Way { name: None, destination, settings, file });
    }
    let settings = access::settings(global, &config, &root)?;
    let target = Target::of(&settings);
    let mut known = Vec::new();
    for name in State::names(&root)? {
        if let Some(state) = State::load(&root, &name, &target)?
            && state.inlet_url().is_some()
        {
            known.push((name, state));
        }
    }
    let wanted = arguments.name.as_deref();
    let is_known = |wanted: &str| known.iter().any(|(name, _)| name == wanted);
    // A single argument is a file where it names one and no dataflow.
    let is_file = |wanted: &str| {
        let path = global.directory.as_deref().unwrap_or(Path::new("")).join(wanted);
        arguments.file.is_none() && !is_known(wanted) && (wanted == STDIN || path.is_file())
    };
    let (wanted, file) = match wanted {
        Some(wanted) if is_file(wanted) => (None, Some(PathBuf::from(wanted))),
        wanted => (wanted, arguments.file.clone()),
    };
    let file = file.filter(|path| is_input(path));
    let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
    let (name, state) = match wanted {
        Some(wanted) => known.into_iter().find(|(name, _)| name == wanted).ok_or_else(|| {
            let target = Box::new(target.clone());
            Error::from(dataflow::Error::NotUp { name: wanted.to_owned(), target, known: names })
        })?,
        None if known.len() == 1 => known.remove(0),
        None if known.is_empty() => {
            return Err(Error::nothing(
                format!("no dataflow with an inlet is known in {target}"),
                "`sss dataflow up` makes one; `--inlet-url` names that of a dataflow made elsewhere",
            ));
        }
        None => {
            return Err(Error::usage(
                "there is more than one dataflow to send to",
                format!("name one of them: `{}`", names.join("`, `")),
            ));
        }
    };
    let destination = Destination::of(&state, &settings).ok_or_else(|| {
        Error::usage(
            format!("what is known of the dataflow `{name}` does not tell where its events go"),
            "run `sss dataflow up` again: it looks for what is missing",
        )
    })?;
    Ok(Way { name: Some(name), destination, settings, file })
}

fn options(arguments: &cli::Send, rereadable: bool) -> Result<Options, Error> {
    let cli::Pace { batch, sync_validation, rate, concurrency } = &arguments.pace;
    let signer = secret(&arguments.signing)?.map(|secret| {
        let encoding = match arguments.signing.hmac_encoding {
            HmacEncoding::Hex => Encoding::Hex,
            HmacEncoding::Base64 => Encoding::Base64,
        };
        Signer::new(secret.as_bytes(), encoding)
    });
    Ok(Options {
        batch: *batch,
        validates: *sync_validation,
        rate: *rate,
        concurrency: *concurrency,
        skip: arguments.skip,
        fail_fast: arguments.fail_fast,
        signer: signer.flatten(),
        rereadable,
    })
}

/// The secret that requests are signed with, from the environment variable that was named.
pub(in crate::commands) fn secret(signing: &cli::Signing) -> Result<Option<String>, Error> {
    let Some(name) = &signing.hmac_secret_env else { return Ok(None) };
    // Whoever gave the secret itself should not find it in a log.
    let shown = if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
        format!("`{name}`")
    } else {
        "that `--hmac-secret-env` names".to_owned()
    };
    match std::env::var(name) {
        Ok(secret) if !secret.is_empty() => Ok(Some(secret)),
        Ok(_) => Err(Error::usage(format!("the environment variable {shown} is empty"), SECRET_HELP)),
        Err(std::env::VarError::NotPresent) => {
            Err(Error::usage(format!("the environment variable {shown} is not set"), SECRET_HELP))
        }
        Err(_) => Err(Error::usage(format!("the environment variable {shown} is not UTF-8"), SECRET_HELP)),
    }
}

const SECRET_HELP: &str = "`--hmac-secret-env` takes the name of a variable, and the variable holds the secret; the secret is never an argument";

fn input(path: Option<PathBuf>) -> Result<Input, Error> {
    let Some(path) = path else {
        if io::stdin().is_terminal() {
            return Err(Error::usage(
                "there are no events: standard input is the terminal",
                "name a file, or pipe events in: `sss dataflow send NAME FILE`",
            ));
        }
        return Ok(Input { read: Box::new(io::stdin()), path: None, length: None });
    };
    let failed = |source| Error::file("read", &path, source);
    let file = File::open(&path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let length = about.is_file().then_some(about.len());
    Ok(Input { read: Box::new(file), path: Some(path), length })
}

fn inlet(way: &Way, arguments: &cli::Send, options: &Options, console: &Console) -> Result<Inlet, Error> {
    let Destination { inlet_url, authenticated, .. } = &way.destination;
    let is_named = arguments.elsewhere.inlet_url.is_some();
    let mut inlet = Inlet::new(&way.settings, inlet_url, way.destination.flow_header(), *authenticated, is_named)?;
    if let (Some(secret), true) = (secret(&arguments.signing)?, options.signer.is_some()) {
        inlet.hide(SecretString::from(secret));
    }
    let teller = console.teller().beside_a_line();
    if *authenticated {
        for warning in &way.settings.warnings {
            teller.progress(&format!("{WARNING}warning{WARNING:#}: {warning}"));
        }
    }
    match Telling::of(console.verbose()) {
        // Without an observer, answers need not be prepared to be shown.
        Telling::Nothing => {}
        Telling::Line => inlet.observe(move |exchange| teller.progress(&format!("  {DIM}{}{DIM:#}", exchange.line()))),
        Telling::Whole => inlet.observe(move |exchange| teller.progress(exchange.full().trim_end())),
    }
    Ok(inlet)
}

fn refused_file(
    named: Option<PathBuf>,
    input: &Input,
    name: Option<&str>,
    global: &Global,
) -> Result<RefusedFile, Error> {
    let directory = global.directory.as_deref().unwrap_or(Path::new(""));
    match named {
        Some(path) => RefusedFile::named(&path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::usage(
                format!("`{}` is there already, and holds something", path.display()),
                "send or remove what it holds, or name another file with `--refused`",
            ),
            _ => Error::file("write", &path, source),
        }),
        None => {
            // Standard input has no place of its own.
            let like = match &input.path {
                Some(path) if input.length.is_some() => path.clone(),
                _ => directory.join(format!("{}.jsonl", name.unwrap_or("events"))),
            };
            RefusedFile::beside(&like).map_err(|source| match source.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Error::usage(
                    format!("no file for refused events can be made beside `{}`: {source}", like.display()),
                    "name one with `--refused FILE`",
                ),
                _ => Error::file("make a file of refused events beside", &like, source),
            })
        }
    }
}

/// Does the work, and on a terminal shows how far it is.
fn watched<T>(watch: &Watch, teller: Teller, length: Option<u64>, work: impl FnOnce() -> T) -> T {
    if !teller.is_live() {
        return work();
    }
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let look = || {
            let (begun, mut last) = (Instant::now(), (Instant::now(), 0));
            let mut rate = 0.0;
            while !is_done.load(Ordering::SeqCst) {
                thread::park_timeout(TICK);
                let (now, taken) = (Instant::now(), watch.accepted());
                let passed = now.duration_since(last.0);
                if passed >= 4 * TICK || begun.elapsed() < 8 * TICK {
                    rate = (taken - last.1) as f64 / passed.as_secs_f64().max(0.001);
                    last = (now, taken);
                }
                let mut line = format!("{} accepted", grouped(taken));
                if watch.refused() > 0 {
                    line.push_str(&format!(", {} refused", grouped(watch.refused())));
                }
                line.push_str(&format!(", {}/s", grouped(rate as u64)));
                if let Some(length) = length.filter(|length| *length > 0) {
                    line.push_str(&format!(", {} %", watch.bytes().min(length) * 100 / length));
                }
                teller.show(&line);
            }
            teller.show("");
        };
        let looking = thread::Builder::new().name("progress".to_owned()).spawn_scoped(scope, look);
        let result = work();
        is_done.store(true, Ordering::SeqCst);
        // Without a thread nobody looks on, and the work is done all the same.
        if let Ok(looking) = looking {
            looking.thread().unpark();
        }
        result
    })
}

/// What is told of the events that were not taken.
struct Told {
    teller: Teller,
    /// How many are told one by one.
    most: usize,
    so_far: Mutex<(usize, Vec<Value>)>,
}

impl Told {
    fn new(console: &Console, arguments: &cli::Send) -> Self {
        let all = arguments.pace.sync_validation || console.verbose() > 0;
        let most = if all { usize::MAX } else { MOST_TOLD };
        Self { teller: console.teller().beside_a_line(), most, so_far: Mutex::default() }
    }

    fn tell(&self, refused: Refused<'_>) {
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.0 += 1;
        let Refused { number, line, column, cause } = refused;
        if so_far.1.len() < MOST_LISTED {
            so_far.1.push(json!({
                "event": number,
                "line": line,
                "column": column,
                "status": cause.status,
                "message": cause.text,
            }));
        }
        let told = so_far.0;
        if told > self.most.saturating_add(1) {
            return;
        }
        let text = if told > self.most {
            "further events are counted in the summary; `-v` tells each".to_owned()
        } else {
            let at = column.map(|column| format!(", column {column}")).unwrap_or_default();
            match number {
                Some(number) => format!("event {number} (line {line}{at}) is refused: {cause}"),
                None => format!("line {line}{at}: {cause}"),
            }
        };
        self.teller.progress(&text);
    }

    fn finish(self) -> Vec<Value> {
        let mut listed = self.so_far.into_inner().unwrap_or_else(PoisonError::into_inner).1;
        listed.sort_by_key(|one| (one["event"].as_u64().unwrap_or(u64::MAX), one["line"].as_u64()));
        listed
    }
}

fn print_json(
    way: &Way,
    outcome: &Outcome,
    (path, kept): (Option<&Path>, u64),
    listed: Vec<Value>,
    console: &mut Console,
) {
    let mut result = json!({
        "version": 1,
        "dataflow": way.name,
        "inlet_url": way.destination.inlet_url.as_str(),
        "flow_id": way.destination.flow_id,
    });
    result["summary"] = outcome.json();
    result["refused_file"] =
        path.map_or(Value::Null, |path| json!({"path": path.display().to_string(), "events": kept}));
    result["refusals"] = Value::Array(listed);
    console.print_json(&result);
}

fn print(way: &Way, outcome: &Outcome, console: &mut Console) {
    let seconds = outcome.duration.as_secs_f64();
    let to = match &way.name {
        Some(name) => format!("the inlet of `{name}`"),
        None => format!("`{}`", way.destination.inlet_url),
    };
    console.line(&format!(
        "{} of {} accepted by {to} in {seconds:.1} s ({}/s)",
        grouped(outcome.accepted),
        counted(outcome.read.saturating_sub(outcome.skipped)),
        grouped(outcome.rate().round() as u64)
    ));
    if outcome.refused > 0 {
        console.line(&format!("{} refused:", grouped(outcome.refused)));
        for (cause, count) in &outcome.causes {
            console.line(&format!("  {:>6}  {cause}", grouped(*count)));
        }
    }
}

/// What a person should know beside the result.
fn tell(outcome: &Outcome, console: &mut Console) {
    if outcome.repeated > 0 {
        let twice = match outcome.twice {
            0 => String::new(),
            twice => format!("; {} may be there twice, as an answer was lost", counted(twice)),
        };
        let (repeated, requests) = (grouped(outcome.repeated), grouped(outcome.requests));
        console.progress(&format!("{repeated} of {requests} requests were repeats{twice}"));
    }
    if outcome.large > 0 {
        console.progress(&format!("{} larger than the 10 kB that the platform recommends", counted(outcome.large)));
    }
    if outcome.unchecked > 0 {
        console
            .progress(&format!("{} accepted without being checked: the inlet skipped it", counted(outcome.unchecked)));
    }
}

/// What there is to do next.
fn advice(outcome: &Outcome, arguments: &cli::Send, (path, kept): (Option<&Path>, u64)) -> Vec<String> {
    let mut advice = Vec::new();
    if outcome.unkept > 0 {
        advice.push(format!("{} larger than 4 MiB, to be found in the input only", counted(outcome.unkept)));
    }
    if let Some(path) = path {
        let path = path.display();
        advice.push(format!("{} not taken, kept in `{path}`: send that file once the cause is mended", counted(kept)));
    }
    match outcome.resume {
        Some(resume) if outcome.accepted == 0 && outcome.refused == 0 && resume <= arguments.skip => {
            advice.push("nothing was taken: run it again once the cause is mended".to_owned());
        }
        Some(resume) if matches!(outcome.ending, Some(Ending::Malformed)) => {
            advice.push(format!("mend the input there, and run it again with `--skip {resume}`"));
        }
        Some(resume) => advice.push(format!("to go on behind event {resume}, run it again with `--skip {resume}`")),
        None => {}
    }
    advice
}

fn nothing(outcome: &Outcome) -> Error {
    if outcome.skipped > 0 {
        let message = format!("the input holds {}, and all were skipped", counted(outcome.read));
        Error::nothing(message, "leave `--skip` out to send them")
    } else {
        Error::nothing("the input holds no event", "an event is a JSON value; an array or a value a line are many")
    }
}

/// Why the run ended early, as an error; none where it was told already.
fn told_ending(ending: Ending, way: &Way, options: &Options, input: Option<&Path>) -> Option<Error> {
    match ending {
        Ending::Interrupted => Some(Error::Interrupted),
        Ending::Platform(error) => Some(match error.status() {
            // What helps elsewhere is about tokens, which not every inlet asks for.
            Some(401 | 403) if options.signer.is_some() => Error::usage(
                error.to_string(),
                "check the secret in the variable of `--hmac-secret-env`, and `--hmac-encoding`",
            ),
            Some(401 | 403) if !way.destination.authenticated => Error::usage(
                error.to_string(),
                "the inlet asks who sends: `--authenticated` shows a token, `--hmac-secret-env` signs",
            ),
            Some(404) => Error::usage(
                error.to_string(),
                "there is no such inlet: check its address, and whether its dataflow is still there",
            ),
            _ => Error::Platform(error),
        }),
        Ending::Malformed | Ending::FailFast => None,
        Ending::Input(error) => Some(Error::file("read", input.unwrap_or(Path::new("standard input")), error)),
        Ending::Kept(error) => Some(Error::file("write", Path::new("the file of refused events"), error)),
    }
}

/// `1 event`, `12,345 events`.
fn counted(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "event" } else { "events" })
}

/// A number with a comma before every third digit.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1), "1 event");
    }
}
