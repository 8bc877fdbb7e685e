//! Many publishers at once in one flow spec, with and without versions on the platform's side.

use std::time::Duration;

use self_serve_sources::{emulator::Options, spec::ids::BATCH_FLOW_SPEC};
use serde_json::json;

use crate::{
    platform::{Platform, Snapshot},
    report,
    repository::{Kind, Repository, Source},
};

/// Publishers with a repository each.
const ALONE: [Source; 10] = [
    ("amber-tickets", Kind::Batch),
    ("birch-tickets", Kind::Batch),
    ("cedar-tickets", Kind::Batch),
    ("delta-tickets", Kind::Batch),
    ("ember-tickets", Kind::Batch),
    ("fjord-tickets", Kind::Batch),
    ("grove-tickets", Kind::Batch),
    ("heath-tickets", Kind::Batch),
    ("inlet-tickets", Kind::Batch),
    ("jetty-tickets", Kind::Batch),
];
/// The source that several publish from one repository.
const SHARED: Source = ("knoll-tickets", Kind::Batch);
const SHARING: usize = 6;
/// How often two clones create the same source, of each kind of platform.
const CLONE_ROUNDS: usize = 20;
/// With waits as long as everybody has: what a publisher waits for others is part of what is tried.
const ENVIRONMENT: [(&str, &str); 1] = [("SSS_RETRY_MAX_WAIT", "30")];

const SIXTEEN: &str = "16 publishers at once: 10 repositories, and 6 in an eleventh";

/// Tells in the document what held.
fn told(place: usize, situation: &str, runs: usize, result: &str) {
    report::add("crowd", &["situation", "runs", "result"], place, &[situation, &runs.to_string(), result]);
}

/// Slow enough for the publishers to meet.
fn slow(etags: bool) -> Platform {
    let mut options = Options::default();
    options.etags = etags;
    options.delay = Duration::from_millis(10);
    Platform::with(options)
}

/// Sixteen publishers at once, all of which must end well; their repositories.
fn crowd(platform: &Platform) -> Vec<Repository> {
    let mut repositories: Vec<Repository> = ALONE.iter().map(|source| Repository::new(&[*source])).collect();
    repositories.push(Repository::new(&[SHARED]));
    std::thread::scope(|scope| {
        for (at, repository) in repositories.iter().enumerate() {
            for _ in 0..if at < ALONE.len() { 1 } else { SHARING } {
                scope.spawn(|| repository.sss(platform, &ENVIRONMENT, &["publish", "--yes"]).exits(0));
            }
        }
    });
    repositories
}

/// One connection spec for each repository's source, recorded; whoever stood in the flow spec before stands there, in the same
/// order. The sources that are not listed once.
fn unlisted(repositories: &[Repository], before: &Snapshot, now: &Snapshot) -> Vec<&'static str> {
    let listed = now.listed(BATCH_FLOW_SPEC);
    let old = before.listed(BATCH_FLOW_SPEC);
    let kept: Vec<&String> = listed.iter().filter(|id| old.contains(id)).collect();
    assert_eq!(kept, old.iter().collect::<Vec<_>>(), "somebody else's id was lost");
    let mut missing = Vec::new();
    for repository in repositories {
        let source = repository.sources()[0].0;
        let specs = now.named(source);
        assert_eq!(specs.len(), 1, "{source}");
        let id = specs[0].0;
        assert_eq!(repository.record(source), Some((id.to_owned(), Some(BATCH_FLOW_SPEC.to_owned()))), "{source}");
        repository.check_files().unwrap();
        if listed.iter().filter(|listed| *listed == id).count() != 1 {
            missing.push(source);
        }
    }
    missing
}

#[test]
fn sixteen_publishers_at_once_lose_nobody_where_specs_have_versions() {
    let platform = slow(true);
    let before = platform.snapshot();
    let repositories = crowd(&platform);
    assert_eq!(unlisted(&repositories, &before, &platform.snapshot()), [""; 0]);
    told(0, &format!("{SIXTEEN}, with ETags"), 1, "every id listed once, nobody lost");
}

/// Without versions the platform cannot tell that a write undoes another. What is guaranteed: nobody who stood there before is
/// lost, nothing is created twice, and whoever's id was lost is put back by their next publish, for good once the others are
/// done. That nobody is lost at all holds as long as no publisher takes longer between reading and writing than the others wait
/// before they look for the last time; so it does here.
#[test]
fn sixteen_publishers_at_once_are_all_in_where_specs_have_no_versions() {
    let rounds = if report::whole() { 5 } else { 1 };
    for round in 0..rounds {
        let platform = slow(false);
        let before = platform.snapshot();
        let repositories = crowd(&platform);
        let lost = unlisted(&repositories, &before, &platform.snapshot());
        if report::whole() {
            assert_eq!(lost, [""; 0], "round {round}");
        }
        for repository in &repositories {
            repository.publish(&platform, &[]).exits(0);
        }
        assert_eq!(unlisted(&repositories, &before, &platform.snapshot()), [""; 0]);
    }
    told(1, &format!("{SIXTEEN}, without ETags"), rounds, "every id listed once, nobody lost");
}

/// Two clones of one repository that publish the same new source at the same instant, with nothing between them but the platform.
#[test]
fn two_clones_that_create_the_same_source_at_once_list_one_and_record_the_same() {
    let rounds = if report::whole() { CLONE_ROUNDS } else { 2 };
    for etags in [true, false] {
        for round in 0..rounds {
            let platform = slow(etags);
            let before = platform.snapshot();
            let clones = [Repository::new(&[SHARED]), Repository::new(&[SHARED])];
            let publish = |clone: &Repository| clone.sss(&platform, &ENVIRONMENT, &["publish", "--yes"]);
            let ran = std::thread::scope(|scope| {
                clones.each_ref().map(|clone| scope.spawn(|| publish(clone))).map(|one| one.join().unwrap())
            });
            // One may have come too late to create anything, and needs the other's record or a person's word.
            let late = ran.iter().filter(|ran| ran.code == Some(4) && ran.stderr.contains("--adopt")).count();
            let well = ran.iter().filter(|ran| ran.code == Some(0)).count();
            assert!(well >= 1 && well + late == 2, "round {round}: {ran:#?}");
            let now = platform.snapshot();
            let ids: Vec<&str> = now.named(SHARED.0).iter().map(|(id, _)| *id).collect();
            let listed: Vec<String> =
                now.listed(BATCH_FLOW_SPEC).into_iter().filter(|id| ids.contains(&id.as_str())).collect();
            assert_eq!(listed.len(), 1, "round {round}, {etags}: {ids:?}\n{ran:#?}");
            let kept: Vec<String> =
                now.listed(BATCH_FLOW_SPEC).into_iter().filter(|id| !ids.contains(&id.as_str())).collect();
            assert_eq!(kept, before.listed(BATCH_FLOW_SPEC));
            for (clone, _) in clones.iter().zip(&ran).filter(|(_, ran)| ran.code == Some(0)) {
                let record = clone.record(SHARED.0).map(|(id, _)| id);
                assert_eq!(record.as_ref(), Some(&listed[0]), "round {round}, {etags}");
                let again = clone.publish(&platform, &[]).exits(0);
                assert!(again.stdout.contains("nothing to change"), "{again:?}");
            }
        }
    }
    told(
        2,
        "two clones create the same source at the same instant, with and without ETags",
        2 * rounds,
        "one id listed, the same in both records; or the later one is told of `--adopt`",
    );
}

const STRANGER: &str = "5f0c1d6e-8a3b-4c55-9d1e-2b7a90c4e111";

/// Adds somebody's id to the flow spec as it was, whatever it has become since.
fn write_back(platform: &Platform, old: &serde_json::Value, etag: Option<&str>) -> u16 {
    let mut record = old.clone();
    record["sourceConnectionSpecIds"].as_array_mut().unwrap().push(json!(STRANGER));
    platform.replace("flowSpecs", BATCH_FLOW_SPEC, &record, etag)
}

#[test]
fn an_older_record_written_back_under_a_publishers_eyes_is_repaired() {
    let platform = Platform::without_etags();
    let repository = Repository::new(&[SHARED]);
    let before = platform.snapshot();
    let (old, _) = platform.read("flowSpecs", BATCH_FLOW_SPEC);
    let mut child = repository.begin(&platform, &ENVIRONMENT, &[]);
    platform.wait_until(|log| log.iter().any(|request| request["method"] == "PUT" && request["status"] == 200));
    assert_eq!(write_back(&platform, &old, None), 200);
    assert!(child.wait().unwrap().success());
    let now = platform.snapshot();
    assert_eq!(unlisted(&[repository], &before, &now), [""; 0]);
    assert!(now.listed(BATCH_FLOW_SPEC).contains(&STRANGER.to_owned()));
    told(3, "somebody writes an older record back while a publisher still looks, without ETags", 1, "both ids listed");
}

#[test]
fn an_older_record_written_back_later_is_told_by_the_plan_and_repaired_by_the_next_publish() {
    let platform = Platform::without_etags();
    let repositories = [Repository::new(&[SHARED])];
    let before = platform.snapshot();
    let (old, _) = platform.read("flowSpecs", BATCH_FLOW_SPEC);
    repositories[0].publish(&platform, &[]).exits(0);
    assert_eq!(write_back(&platform, &old, None), 200);
    assert_eq!(unlisted(&repositories, &before, &platform.snapshot()), [SHARED.0]);
    let plan = repositories[0].sss(&platform, &[], &["plan", "--detailed-exitcode"]).exits(1);
    assert!(plan.stdout.contains("sourceConnectionSpecIds"), "{}", plan.stdout);
    repositories[0].publish(&platform, &[]).exits(0);
    let now = platform.snapshot();
    assert_eq!(unlisted(&repositories, &before, &now), [""; 0]);
    assert!(now.listed(BATCH_FLOW_SPEC).contains(&STRANGER.to_owned()));
    told(
        4,
        "somebody writes an older record back after a publisher has ended, without ETags",
        1,
        "the id is lost; `sss plan` tells it, the next publish puts it back",
    );
}

#[test]
fn an_older_record_is_refused_where_specs_have_versions() {
    let platform = Platform::new();
    let (old, etag) = platform.read("flowSpecs", BATCH_FLOW_SPEC);
    let repository = Repository::new(&[SHARED]);
    repository.publish(&platform, &[]).exits(0);
    assert_eq!(write_back(&platform, &old, etag.as_deref()), 412);
    told(5, "somebody writes an older record back after a publisher has ended, with ETags", 1, "refused with 412");
}
