//! Dataflows killed, cut off and refused at every request: the next `up` ends with one of each thing, and `down` leaves nothing.

use std::{collections::BTreeMap, fs, process::Child};

use serde_json::{Value, json};

use crate::{
    platform::Platform,
    report,
    repository::{Kind, Ran, Repository, Source},
    workers,
};

const SAMPLE: &str = r#"{"id": "e-1", "points": 5, "member": {"tier": "gold"}}"#;
const SIGN_IN: [(&str, &str); 2] = [("SSS_SOURCE_SUBDOMAIN", "acme"), ("SSS_SOURCE_AUTH_KEY1", "hush")];

/// What data is brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Streaming,
    Batch,
    HttpApi,
}

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    /// `up`, and then it is run again.
    Up,
    /// `up`, and then nobody wants the dataflow any more.
    Abandoned,
    /// `down --all`, of a dataflow that is there.
    Down,
}

/// Where a kill falls, seen from one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boundary {
    Before,
    After,
    Answered,
}

impl Way {
    const ALL: [Self; 3] = [Self::Streaming, Self::Batch, Self::HttpApi];

    fn told(self) -> &'static str {
        match self {
            Self::Streaming => "streaming source",
            Self::Batch => "batch source",
            Self::HttpApi => "HTTP API, raw",
        }
    }

    fn source(self) -> Option<Source> {
        match self {
            Self::Streaming => Some(("amber-events", Kind::Streaming)),
            Self::Batch => Some(("tidal-tickets", Kind::Batch)),
            Self::HttpApi => None,
        }
    }

    /// What names the dataflow on the command line.
    fn end(self) -> Vec<&'static str> {
        match self.source() {
            Some((source, _)) => vec![source],
            None => vec!["--http-api", "raw"],
        }
    }

    fn up(self) -> Vec<&'static str> {
        let mut arguments =
            [&["dataflow", "up"], self.end().as_slice(), &["--sample", "sample.json", "--yes"]].concat();
        if self == Self::Batch {
            arguments.extend(["--auth-spec", "API Key Authentication", "--input", "brandId=7"]);
        }
        arguments
    }

    fn down(self) -> Vec<&'static str> {
        [&["dataflow", "down"], self.end().as_slice(), &["--all", "--yes"]].concat()
    }

    /// A platform on which the source is published, and its repository.
    fn prepare(self, platform: &Platform) -> Repository {
        platform.reset();
        let repository = Repository::new(self.source().as_slice());
        fs::write(repository.path().join("sample.json"), SAMPLE).unwrap();
        if self.source().is_some() {
            repository.publish(platform, &[]).exits(0);
        }
        repository
    }

    /// How many requests an undisturbed run of `killed` makes, and what stands then after `up`.
    fn measure(self, platform: &Platform, killed: Killed) -> (usize, BTreeMap<String, usize>) {
        let repository = self.prepare(platform);
        let mut earlier = platform.log().len();
        repository.sss(platform, &SIGN_IN, &self.up()).exits(0);
        let up = platform.count();
        if killed == Killed::Down {
            earlier = platform.log().len();
            repository.sss(platform, &SIGN_IN, &self.down()).exits(0);
        }
        // Our own look at what stands there after `up` is noted, too.
        let looks = if killed == Killed::Down { 0 } else { up.len() };
        (platform.log().len() - earlier - looks, up)
    }
}

impl Killed {
    const ALL: [Self; 3] = [Self::Up, Self::Abandoned, Self::Down];

    fn told(self) -> &'static str {
        match self {
            Self::Up => "`up`, then `up`",
            Self::Abandoned => "`up`, then `down --all`",
            Self::Down => "`down --all`, then `down --all`",
        }
    }
}

impl Boundary {
    const ALL: [Self; 3] = [Self::Before, Self::After, Self::Answered];
}

/// Kills a run at a boundary of its request number `number`.
fn kill_at(platform: &Platform, number: usize, boundary: Boundary, begin: impl FnOnce() -> Child) {
    let earlier = platform.log().len();
    if boundary != Boundary::Answered {
        let when = if boundary == Boundary::Before { "before" } else { "after" };
        let action = json!({ "silence": when, "seconds": 60 });
        platform.lay(&json!({ "path": "/**", "skip": number, "times": 1, "action": action }));
    }
    let mut child = begin();
    platform.wait_until(|log| match boundary {
        Boundary::Before | Boundary::After => log.iter().any(|request| request.get("fault").is_some()),
        Boundary::Answered => log.get(earlier + number).is_some_and(|request| !request["status"].is_null()),
    });
    child.kill().unwrap();
    child.wait().unwrap();
    platform.mend();
}

/// Runs `up` undisturbed: one of each thing stands there then, all of it as it should be, and a second run makes nothing.
fn put_right(
    way: Way,
    platform: &Platform,
    repository: &Repository,
    whole: &BTreeMap<String, usize>,
) -> Result<(), String> {
    let told = |what: &str, ran: &Ran| Err(format!("{what} ended with {:?}: {}{}", ran.code, ran.stdout, ran.stderr));
    let ran = repository.sss(platform, &SIGN_IN, &way.up());
    if ran.code != Some(0) {
        return told("the next `up`", &ran);
    }
    if platform.count() != *whole {
        return Err(format!("there are {:?}, and not {whole:?}", platform.count()));
    }
    let show = [&["dataflow", "show"], way.end().as_slice(), &["--detailed-exitcode"]].concat();
    let ran = repository.sss(platform, &[], &show);
    if ran.code != Some(0) {
        return told("`show`", &ran);
    }
    let ran = repository.sss(platform, &SIGN_IN, &way.up());
    let wrote = |line: &str| ["made", "found", "changed"].iter().any(|done| line.starts_with(&format!("{done} ")));
    if ran.code != Some(0) || ran.stdout.lines().any(wrote) {
        return told("a third `up`", &ran);
    }
    Ok(())
}

/// Runs `down --all` undisturbed: nothing is left, on the platform or here.
fn leave_nothing(
    way: Way,
    platform: &Platform,
    repository: &Repository,
    before: &BTreeMap<String, usize>,
) -> Result<(), String> {
    let ran = repository.sss(platform, &[], &way.down());
    // A run that was killed as it ended had nothing left to do.
    if !matches!(ran.code, Some(0 | 3)) {
        return Err(format!("`down` ended with {:?}: {}{}", ran.code, ran.stdout, ran.stderr));
    }
    if platform.count() != *before {
        return Err(format!("`down` leaves {:?}, and before there were {before:?}", platform.count()));
    }
    let Ok(left) = fs::read_dir(repository.path().join(".sss/dataflow")) else { return Ok(()) };
    for entry in left {
        let name = entry.unwrap().file_name();
        if name != ".gitignore" {
            return Err(format!("`.sss/dataflow/{}` is left over", name.display()));
        }
    }
    Ok(())
}

#[test]
fn killed_at_a_request_there_is_one_of_each_thing_in_the_end_or_none() {
    let platform = Platform::new();
    let (mut cases, mut whole) = (Vec::new(), BTreeMap::new());
    for way in Way::ALL {
        for killed in Killed::ALL {
            let (requests, up) = way.measure(&platform, killed);
            whole.insert(way.told(), up);
            let numbers = 0..requests;
            cases.extend(numbers.flat_map(|number| Boundary::ALL.map(|boundary| (way, killed, number, boundary))));
        }
    }
    let cases = report::part(cases, 43);
    workers::each(4, &cases, Platform::new, |platform, (way, killed, number, boundary)| {
        let repository = way.prepare(platform);
        let before = platform.count();
        let mut arguments = way.up();
        if *killed == Killed::Down {
            repository.sss(platform, &SIGN_IN, &arguments).exits(0);
            arguments = way.down();
        }
        kill_at(platform, *number, *boundary, || repository.spawn(platform, &SIGN_IN, &arguments));
        let mut ended = match killed {
            Killed::Up => put_right(*way, platform, &repository, &whole[way.told()]),
            Killed::Abandoned | Killed::Down => Ok(()),
        };
        if ended.is_ok() {
            ended = leave_nothing(*way, platform, &repository, &before);
        }
        if let Err(wrong) = ended {
            panic!("{way:?}, {killed:?}, request {number}, {boundary:?}: {wrong}");
        }
    });
    let mut rows = Vec::new();
    for way in Way::ALL {
        for killed in Killed::ALL {
            let count = cases.iter().filter(|case| (case.0, case.1) == (way, killed)).count().to_string();
            rows.push(vec![way.told().to_owned(), killed.told().to_owned(), count.clone(), count]);
        }
    }
    report::write("dataflow crash", &["dataflow", "killed, then run", "cases", "right in the end"], &rows);
}

/// What a request of `up` may meet.
struct Fault {
    name: &'static str,
    action: Value,
    environment: &'static [(&'static str, &'static str)],
    /// Whether the run that met it may have to be run again.
    may_stop: bool,
}

fn faults() -> Vec<Fault> {
    let fault = |name, may_stop, action| Fault { name, action, environment: &[], may_stop };
    let page = json!({ "status": 502, "body": "<html><h1>Bad gateway</h1></html>" });
    vec![
        fault("500", false, json!({ "status": 500 })),
        fault("503", false, json!({ "status": 503 })),
        Fault {
            environment: &[("SSS_RETRY_MAX_WAIT", "1")],
            ..fault("429 with `Retry-After: 1`", false, json!({ "status": 429, "retry_after": 1 }))
        },
        fault("429 with `Retry-After: 3600`", true, json!({ "status": 429, "retry_after": 3600 })),
        fault("401, the token has expired", false, json!({ "expire_tokens": true })),
        fault("403", true, json!({ "status": 403 })),
        fault("the connection is dropped before the work", true, json!({ "drop": "before" })),
        fault("the connection is dropped after the work", false, json!({ "drop": "after" })),
        fault("the answer breaks off", false, json!({ "truncate": 5 })),
        fault("502 with an HTML page", true, page),
        Fault {
            environment: &[("SSS_TIMEOUT", "1.5")],
            ..fault("30 s of silence after the work", false, json!({ "silence": "after", "seconds": 30 }))
        },
    ]
}

#[test]
fn every_fault_at_every_request_is_ridden_out_or_told_and_the_next_run_puts_all_right() {
    let platform = Platform::new();
    let (faults, mut cases, mut whole) = (faults(), Vec::new(), BTreeMap::new());
    for way in Way::ALL {
        let (requests, up) = way.measure(&platform, Killed::Up);
        whole.insert(way.told(), up);
        for number in 0..requests {
            cases.extend((0..faults.len()).map(|fault| (way, number, fault)));
        }
    }
    let cases = report::part(cases, 53);
    let codes = workers::each(4, &cases, Platform::new, |platform, (way, number, fault)| {
        let Fault { name, action, environment, may_stop } = &faults[*fault];
        let told = |wrong: String| format!("{way:?}, request {number}, {name}: {wrong}");
        let repository = way.prepare(platform);
        let before = platform.count();
        platform.lay(&json!({ "path": "/**", "skip": number, "times": 1, "action": action }));
        let ran = repository.sss(platform, &[&SIGN_IN, *environment].concat(), &way.up());
        platform.mend();
        let now = platform.count();
        let ended = format!("ended with {:?}: {}{}", ran.code, ran.stdout, ran.stderr);
        match ran.code {
            Some(0) => assert_eq!(now, whole[way.told()], "{}", told(ended)),
            Some(4) => assert!(*may_stop && now == before, "{}", told(ended)),
            Some(5) => {
                let continues = ran.stderr.contains("run again");
                assert!(*may_stop && continues && repository.path().join(".sss/dataflow").exists(), "{}", told(ended));
            }
            // Whether the sandbox is one of production was not told, so it is taken for one, and nobody is there to ask.
            Some(2) => assert!(ran.stderr.contains("--allow-production") && now == before, "{}", told(ended)),
            _ => panic!("{}", told(ended)),
        }
        put_right(*way, platform, &repository, &whole[way.told()]).unwrap_or_else(|wrong| panic!("{}", told(wrong)));
        leave_nothing(*way, platform, &repository, &before).unwrap_or_else(|wrong| panic!("{}", told(wrong)));
        ran.code.unwrap_or_default()
    });
    let rows: Vec<Vec<String>> = faults
        .iter()
        .enumerate()
        .map(|(at, fault)| {
            let of = |wanted: Option<i32>| {
                let met = cases.iter().zip(&codes).filter(|(case, _)| case.2 == at);
                met.filter(|(_, code)| wanted.is_none_or(|wanted| **code == wanted)).count().to_string()
            };
            vec![fault.name.to_owned(), of(None), of(Some(0)), of(Some(2)), of(Some(4)), of(Some(5)), of(None)]
        })
        .collect();
    let head = ["fault", "cases", "ended with 0", "with 2", "with 4", "with 5", "right after the next run"];
    report::write("dataflow faults", &head, &rows);
}

/// Two who make the same dataflow in one repository at once make one.
#[test]
fn two_at_once_make_one() {
    let platform = Platform::new();
    for _ in 0..if report::whole() { 10 } else { 2 } {
        let way = Way::HttpApi;
        let (_, whole) = way.measure(&platform, Killed::Up);
        let repository = way.prepare(&platform);
        let before = platform.count();
        let both = [(); 2].map(|()| repository.spawn(&platform, &SIGN_IN, &way.up()));
        for child in both {
            Ran::of(child.wait_with_output().unwrap()).exits(0);
        }
        assert_eq!(platform.count(), whole);
        leave_nothing(way, &platform, &repository, &before).unwrap();
    }
}
