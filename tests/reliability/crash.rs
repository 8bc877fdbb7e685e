//! Killed at any instant: the next run ends as an undisturbed one.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    platform::Platform,
    report,
    repository::{Kind, Ran, Repository, Source},
    workers,
};

const SOURCES: [Source; 2] = [("tidal-tickets", Kind::Batch), ("amber-events", Kind::Streaming)];

/// How long the emulator waits at each request, so that instants fall on either side of each.
const DELAY: u32 = 4;

/// What is published when the kill comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// Two sources for the first time.
    Create,
    /// The same two, edited.
    Update,
}

/// Where a kill falls, seen from one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boundary {
    /// It has arrived, and nothing is done yet.
    Before,
    /// The work is done, and no byte of the answer is sent.
    After,
    /// The answer is on its way.
    Answered,
}

impl Scenario {
    const ALL: [Self; 2] = [Self::Create, Self::Update];

    fn told(self) -> &'static str {
        match self {
            Self::Create => "two sources for the first time",
            Self::Update => "two edited sources",
        }
    }

    fn prepare(self, platform: &Platform) -> Repository {
        platform.reset();
        let repository = Repository::new(&SOURCES);
        if self == Self::Update {
            repository.publish(platform, &[]).exits(0);
            for (source, _) in SOURCES {
                repository.edit(source, 1);
            }
        }
        repository
    }

    /// How many requests an undisturbed run makes, and how long it takes.
    fn measure(self, platform: &Platform) -> (usize, Duration) {
        let repository = self.prepare(platform);
        let earlier = platform.log().len();
        let ran = repository.publish(platform, &[]).exits(0);
        (platform.log().len() - earlier, ran.took)
    }
}

impl Boundary {
    const ALL: [Self; 3] = [Self::Before, Self::After, Self::Answered];

    fn told(self) -> &'static str {
        match self {
            Self::Before => "a request has arrived, its work is not done",
            Self::After => "the work is done, the answer is not sent",
            Self::Answered => "the answer is sent",
        }
    }
}

/// Kills a publish at a boundary of its request number `number`.
fn kill_at(platform: &Platform, repository: &Repository, number: usize, boundary: Boundary) {
    let earlier = platform.log().len();
    if boundary != Boundary::Answered {
        let when = if boundary == Boundary::Before { "before" } else { "after" };
        let action = json!({ "silence": when, "seconds": 60 });
        platform.lay(&json!({ "path": "/**", "skip": number, "times": 1, "action": action }));
    }
    let mut child = repository.begin(platform, &[], &[]);
    platform.wait_until(|log| match boundary {
        // The emulator notes the fault when its silence begins, after the work where there is any.
        Boundary::Before | Boundary::After => log.iter().any(|request| request.get("fault").is_some()),
        Boundary::Answered => log.get(earlier + number).is_some_and(|request| !request["status"].is_null()),
    });
    child.kill().unwrap();
    child.wait().unwrap();
    platform.mend();
}

#[test]
fn killed_at_a_request_the_next_run_ends_as_an_undisturbed_one() {
    let platform = Platform::new();
    let mut cases = Vec::new();
    for scenario in Scenario::ALL {
        for number in 0..scenario.measure(&platform).0 {
            cases.extend(Boundary::ALL.map(|boundary| (scenario, number, boundary)));
        }
    }
    let cases = report::part(cases, 11);
    workers::each(4, &cases, Platform::new, |platform, (scenario, number, boundary)| {
        let repository = scenario.prepare(platform);
        let before = platform.snapshot();
        kill_at(platform, &repository, *number, *boundary);
        if let Err(wrong) = repository.put_right(platform, &before) {
            panic!("{scenario:?}, request {number}, {boundary:?}: {wrong}");
        }
    });
    let mut rows = Vec::new();
    for scenario in Scenario::ALL {
        for boundary in Boundary::ALL {
            let count = cases.iter().filter(|case| (case.0, case.2) == (scenario, boundary)).count().to_string();
            rows.push(vec![scenario.told().to_owned(), boundary.told().to_owned(), count.clone(), count]);
        }
    }
    report::write("crash", &["publishing", "killed when", "cases", "right after the next run"], &rows);
}

/// SIGINT while a request is under way: the run ends after it, with 130 and what was done, or well where it was the last; the
/// next run puts all right.
#[cfg(unix)]
#[test]
fn interrupted_at_a_request_the_run_tells_what_was_done_and_the_next_puts_all_right() {
    let platform = Platform::new();
    let mut cases = Vec::new();
    for scenario in Scenario::ALL {
        cases.extend((0..scenario.measure(&platform).0).map(|number| (scenario, number)));
    }
    let cases = report::part(cases, 8);
    let ends = workers::each(4, &cases, Platform::new, |platform, (scenario, number)| {
        let repository = scenario.prepare(platform);
        let before = platform.snapshot();
        let earlier = platform.log().len();
        platform.lay(&json!({ "path": "/**", "skip": number, "times": 1, "action": { "delay_ms": 400 } }));
        let child = repository.begin(platform, &[], &[]);
        platform.wait_until(|log| log.len() > earlier + number);
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let ended = Ran::of(child.wait_with_output().unwrap());
        platform.mend();
        let told = format!("{scenario:?}, request {number}: {ended:#?}");
        let now = platform.snapshot();
        match ended.code {
            Some(0) => repository.check(&now, &before).unwrap_or_else(|wrong| panic!("{wrong}: {told}")),
            Some(130) => {
                assert!(ended.stderr.contains("ending after the writes in flight"), "{told}");
                for (source, _) in SOURCES {
                    assert!(ended.stdout.contains(source), "{told}");
                }
            }
            // Before anything is written there is nothing to bring to an end, and the signal does what it always does.
            None => assert_eq!(now, before, "{told}"),
            _ => panic!("{told}"),
        }
        if let Err(wrong) = repository.put_right(platform, &before) {
            panic!("{wrong}: {told}");
        }
        ended.code
    });
    assert!(ends.contains(&Some(130)) || !report::whole(), "{ends:?}");
    let row = |scenario: Scenario| {
        let count = cases.iter().filter(|case| case.0 == scenario).count().to_string();
        vec![scenario.told().to_owned(), count.clone(), count]
    };
    report::write("interrupt", &["publishing", "cases", "right after the next run"], &Scenario::ALL.map(row));
}

#[test]
fn killed_at_any_instant_the_next_run_ends_as_an_undisturbed_one() {
    let instants = if report::whole() { 100 } else { 5 };
    let slow = || {
        let mut options = self_serve_sources::emulator::Options::default();
        options.delay = Duration::from_millis(DELAY.into());
        Platform::with(options)
    };
    let platform = slow();
    let mut rows = Vec::new();
    for scenario in Scenario::ALL {
        let (_, whole) = scenario.measure(&platform);
        // One instant in each of as many stretches of the run, somewhere in it.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ instants;
        let cases: Vec<f64> = (0..instants)
            .map(|number| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let within = (state >> 33) as f64 / f64::from(1_u32 << 31);
                (number as f64 + within) / instants as f64
            })
            .collect();
        let killed = workers::each(2, &cases, slow, |platform, part| {
            let repository = scenario.prepare(platform);
            let before = platform.snapshot();
            let began = Instant::now();
            let mut child = repository.begin(platform, &[], &[]);
            std::thread::sleep(whole.mul_f64(*part).saturating_sub(began.elapsed()));
            child.kill().unwrap();
            let alive = child.wait().unwrap().code().is_none();
            if let Err(wrong) = repository.put_right(platform, &before) {
                panic!("{scenario:?}, killed at {part} of the run: {wrong}");
            }
            alive
        });
        let met = killed.iter().filter(|killed| **killed).count();
        assert!(met * 2 >= cases.len(), "only {met} of {} kills met a running publish", cases.len());
        rows.push(vec![scenario.told().to_owned(), cases.len().to_string(), cases.len().to_string()]);
    }
    report::write("instants", &["publishing", "random instants", "right after the next run"], &rows);
}
