//! Every request of a publish with everything that can become of it, once or always: the run ends well or says why not, and
//! the next run puts all right.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    platform::{Platform, Request, Snapshot},
    report,
    repository::{Kind, Ran, Repository, Source},
    workers,
};

const ONE: [Source; 1] = [("tidal-tickets", Kind::Batch)];
const THREE: [Source; 3] =
    [("tidal-tickets", Kind::Batch), ("amber-events", Kind::Streaming), ("cedar-orders", Kind::Batch)];

/// How long a run waits for an answer where the platform is silent, in seconds.
const PATIENCE: f64 = 1.5;

/// What becomes of a request.
struct Fault {
    name: &'static str,
    /// What the emulator does once; and always, where that is something else.
    once: Value,
    always: Option<Value>,
    /// Set for the run that meets it.
    environment: &'static [(&'static str, &'static str)],
    /// One of these is told where the run does not end well.
    told: &'static [&'static str],
    /// Whether the next attempt may be better: a run that may repeat the request rides it out.
    passing: bool,
    /// Whether the answer tells that the work was not done, or it was done: then even a creation is ridden out.
    certain: bool,
}

/// A publish that a fault is laid upon.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// One source, never published before.
    Create,
    /// One source, published before and edited since.
    Update,
    /// Three sources of both kinds, never published before.
    Several,
}

/// One fault on one request of one scenario.
struct Case<'a> {
    scenario: Scenario,
    request: &'a Request,
    fault: &'a Fault,
    always: bool,
}

fn faults() -> Vec<Fault> {
    let fault = |name, once: Value, told| Fault {
        name,
        once,
        always: None,
        environment: &[],
        told,
        passing: true,
        certain: true,
    };
    let status = |status: u16| json!({ "status": status });
    let page = |status: u16| json!({ "status": status, "body": "<html><h1>Bad gateway</h1></html>" });
    let expired = json!({ "status": 401, "body": { "error_code": "401013", "message": "Oauth token is not valid" } });
    vec![
        fault("500", status(500), &["status 500"]),
        fault("503", status(503), &["status 503"]),
        Fault {
            environment: &[("SSS_RETRY_MAX_WAIT", "1")],
            ..fault("429 with `Retry-After: 1`", json!({ "status": 429, "retry_after": 1 }), &["status 429"])
        },
        Fault {
            passing: false,
            ..fault(
                "429 with `Retry-After: 3600`",
                json!({ "status": 429, "retry_after": 3600 }),
                &["asks to wait 3600 s"],
            )
        },
        Fault {
            always: Some(expired),
            ..fault("401, the token has expired", json!({ "expire_tokens": true }), &["status 401"])
        },
        Fault { passing: false, ..fault("403", status(403), &["status 403"]) },
        Fault {
            passing: false,
            ..fault("404", status(404), &["status 404", "is gone", "there is no flow spec", "is not there"])
        },
        Fault {
            passing: false,
            ..fault("412", status(412), &["status 412", "was changed by others", "was changed by somebody else"])
        },
        Fault {
            certain: false,
            ..fault("the connection is dropped before the work", json!({ "drop": "before" }), &["not answered"])
        },
        fault("the connection is dropped after the work", json!({ "drop": "after" }), &["not answered"]),
        fault("the answer breaks off", json!({ "truncate": 5 }), &["broke off"]),
        Fault { certain: false, ..fault("502 with an HTML page", page(502), &["is not JSON", "<html>"]) },
        Fault { passing: false, ..fault("200 with an HTML page", page(200), &["is not JSON", "<html>"]) },
        Fault {
            certain: false,
            environment: &[("SSS_TIMEOUT", "1.5")],
            ..fault("30 s of silence before the work", json!({ "silence": "before", "seconds": 30 }), &["within 1.5 s"])
        },
        Fault {
            environment: &[("SSS_TIMEOUT", "1.5")],
            ..fault("30 s of silence after the work", json!({ "silence": "after", "seconds": 30 }), &["within 1.5 s"])
        },
    ]
}

impl Scenario {
    const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Several];

    /// A platform and a repository that are ready for the publish.
    fn prepare(self, platform: &Platform) -> Repository {
        platform.reset();
        let repository = Repository::new(if self == Self::Several { &THREE } else { &ONE });
        if self == Self::Update {
            repository.publish(platform, &[]).exits(0);
            repository.edit(ONE[0].0, 1);
        }
        repository
    }

    /// The requests of an undisturbed publish.
    fn requests(self, platform: &Platform) -> Vec<Request> {
        let repository = self.prepare(platform);
        let earlier = platform.log().len();
        repository.publish(platform, &[]).exits(0);
        // The preparation asked, too, and the fault is laid after it.
        Platform::requests(&platform.log()[earlier..])
    }
}

impl Case<'_> {
    fn told(&self) -> String {
        let scenario = match self.scenario {
            Scenario::Create => "create",
            Scenario::Update => "update",
            Scenario::Several => "several",
        };
        let often = if self.always { "always" } else { "once" };
        format!("{scenario}, {}, {} {often}", self.request.told(), self.fault.name)
    }

    /// Runs it, and gives the exit code of the run that met the fault; or says what is wrong.
    fn run(&self, platform: &Platform) -> Result<i32, String> {
        let repository = self.scenario.prepare(platform);
        let before = platform.snapshot();
        platform.lay(&self.laid());
        let ran = repository.sss(platform, self.fault.environment, &["publish", "--yes"]);
        let met = platform.log().iter().any(|request| request.get("fault").is_some());
        platform.mend();
        let told =
            |wrong: String| format!("{}: {wrong}\nexit {:?}\n{}{}", self.told(), ran.code, ran.stdout, ran.stderr);
        if !met {
            return Err(told("the fault did not act".to_owned()));
        }
        let code = self.judge(&ran, &repository, platform, &before).map_err(told)?;
        repository.put_right(platform, &before).map_err(|wrong| told(format!("after the next run: {wrong}")))?;
        Ok(code)
    }

    fn laid(&self) -> Value {
        let always = self.fault.always.as_ref().unwrap_or(&self.fault.once);
        let mut fault = json!({
            "method": self.request.method,
            "path": self.request.path,
            "skip": self.request.earlier,
            "action": if self.always { always } else { &self.fault.once },
        });
        if !self.always {
            fault["times"] = json!(1);
        }
        fault
    }

    /// Says what is wrong with a run that met the fault.
    fn judge(&self, ran: &Ran, repository: &Repository, platform: &Platform, before: &Snapshot) -> Result<i32, String> {
        let now = platform.snapshot();
        let code = ran.code.ok_or("a signal ended it")?;
        match code {
            0 => repository.check(&now, before)?,
            4 | 5 => {
                if code == 4 && now != *before {
                    return Err("it says that nothing was changed, and something was".to_owned());
                }
                for needed in ["error: ", "help: "] {
                    if !ran.stderr.contains(needed) {
                        return Err(format!("it does not tell `{needed}`"));
                    }
                }
                if !self.fault.told.iter().any(|told| ran.stderr.contains(told)) {
                    return Err(format!("it tells none of {:?}", self.fault.told));
                }
                // The platform's own answers have an id that its people can look for.
                if ran.stderr.contains(" with status ") && !ran.stderr.contains("request id `") {
                    return Err("it does not tell the request's id".to_owned());
                }
            }
            // Whether the sandbox is one of production was not told, so it is taken for one, and nobody is there to ask.
            2 if ran.stderr.contains("--allow-production") => {
                let told = self.fault.told.iter().any(|told| ran.stderr.contains(told));
                if now != *before || !told || !self.request.path.ends_with("/sandbox-management") {
                    return Err("it asks for `--allow-production` without a reason".to_owned());
                }
            }
            _ => return Err("that is no exit code for it".to_owned()),
        }
        let repeatable = self.fault.certain || !(self.request.is_write() && self.request.method == "POST");
        if !self.always && self.fault.passing && repeatable && code != 0 {
            return Err("it could have been ridden out".to_owned());
        }
        // Each request is tried twice where nobody answers, and a flow spec is read and written a few times more.
        let longest = Duration::from_secs_f64(60.0_f64.max(PATIENCE * 12.0));
        if ran.took > longest {
            return Err(format!("it took {:?}", ran.took));
        }
        Ok(code)
    }
}

#[test]
fn every_fault_is_ridden_out_or_told_and_the_next_run_puts_all_right() {
    let (faults, platform) = (faults(), Platform::new());
    let requests: Vec<(Scenario, Vec<Request>)> =
        Scenario::ALL.into_iter().map(|scenario| (scenario, scenario.requests(&platform))).collect();
    let mut cases = Vec::new();
    for always in [false, true] {
        for (scenario, requests) in &requests {
            for request in requests {
                let of = |fault| Case { scenario: *scenario, request, fault, always };
                cases.extend(faults.iter().map(of));
            }
        }
    }
    // The step has no divisor in common with the number of faults, so that every fault is met by the part, too.
    let cases = report::part(cases, 29);
    let ran = workers::each(6, &cases, Platform::new, |platform, case| case.run(platform));
    let wrong: Vec<&str> = ran.iter().filter_map(|ran| ran.as_ref().err().map(String::as_str)).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
    let codes: Vec<i32> = ran.into_iter().flatten().collect();

    for (name, always) in [("faults once", false), ("faults always", true)] {
        let mut counted: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        for (case, code) in cases.iter().zip(&codes).filter(|(case, _)| case.always == always) {
            let at = match code {
                0 => 0,
                2 => 1,
                4 => 2,
                _ => 3,
            };
            counted.entry(case.fault.name).or_default()[at] += 1;
        }
        let rows: Vec<Vec<String>> = faults
            .iter()
            .map(|fault| {
                let counts = counted.get(fault.name).copied().unwrap_or_default();
                let all: usize = counts.iter().sum();
                let counts = [all, counts[0], counts[1], counts[2], counts[3], all].map(|count| count.to_string());
                [vec![fault.name.to_owned()], counts.to_vec()].concat()
            })
            .collect();
        let head = ["fault", "cases", "ended with 0", "with 2", "with 4", "with 5", "right after the next run"];
        report::write(name, &head, &rows);
    }
}

#[test]
fn the_document_has_every_fault() {
    let names: Vec<String> = faults().iter().map(|fault| fault.name.to_owned()).collect();
    for table in ["faults once", "faults always"] {
        assert_eq!(report::written(table), names, "run `just reliability`");
    }
}

/// With the settings everybody has, and a silence as long as they come.
#[test]
fn half_a_minute_of_silence_is_sat_out() {
    if !report::whole() {
        return;
    }
    let platform = Platform::new();
    let repository = Repository::new(&ONE);
    let before = platform.snapshot();
    platform.lay(&json!({
        "method": "PUT",
        "path": "/data/foundation/flowservice/flowSpecs/*",
        "times": 1,
        "action": { "silence": "after", "seconds": 30 },
    }));
    repository.publish(&platform, &[]).exits(0);
    repository.check(&platform.snapshot(), &before).unwrap();
}
