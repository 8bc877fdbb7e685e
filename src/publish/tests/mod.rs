//! Publishing against the small platform of [`super::testing`].

mod interrupted;
mod lists;
mod many;
mod rivals;
mod saved;

use std::{
    fs,
    sync::{Arc, Mutex},
};

use serde_json::json;

use super::{testing::*, *};
use crate::{
    exit::Exit,
    platform::testing::{Reply, Server},
};

#[test]
fn a_source_is_created_listed_and_recorded_and_then_left_alone() {
    for mut world in [World::new(), World::new().with_etags()] {
        let plan = world.plan(spec());
        assert!(matches!(plan.changes[0].action, Action::Create) && plan.has_changes() && plan.writes());
        let outcome = world.apply(&plan).unwrap();
        assert_eq!(
            (outcome.results[0].action, outcome.results[0].attached, outcome.changed),
            (Done::Created, true, true)
        );
        world.assert_published(&spec());
        let put = world.server.asked().into_iter().find(|asked| asked.method == "PUT").unwrap();
        assert_eq!(
            put.body,
            format!(
                r#"{{"id":"{BATCH}","name":"RestStorageToAEP","providerId":"p","sourceConnectionSpecIds":["first","second","{}"],"unknown":{{"z":1.5,"a":[null]}},"attributes":{{"isSourceFlow":true}}}}"#,
                outcome.results[0].connection_spec.as_deref().unwrap()
            )
        );
        assert_eq!(put.headers.contains_key("if-match"), world.state.lock().unwrap().etags);
        let backups = names(&world.root.path().join(".sss/backup"));
        assert!(backups.len() == 1 && backups[0].starts_with(BATCH), "{backups:?}");

        let (writes, before) =
            (world.writes(), fs::read_to_string(world.root.path().join(".sss/published/acme.toml")).unwrap());
        let plan = world.plan(spec());
        assert!(!plan.has_changes() && !plan.writes() && !plan.has_bookkeeping());
        assert_eq!(plan.summary(), "nothing to change: 1 in step");
        assert!(!world.apply(&plan).unwrap().changed);
        assert_eq!(world.writes(), writes);
        assert_eq!(fs::read_to_string(world.root.path().join(".sss/published/acme.toml")).unwrap(), before);
    }
}

#[test]
fn an_edit_is_shown_by_place_and_put() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let mut edited = spec();
    edited["attributes"]["category"] = "Protocols".into();
    edited["attributes"]["list"] = json!([1]);
    let plan = world.plan(edited.clone());
    let text = anstream::adapter::strip_str(&plan.to_text()).to_string();
    insta::assert_snapshot!(text, @r#"
    emulator, organization E3A1A70C0000000000000001@AdobeOrg, sandbox prod

    ~ update acme 00000000-0000-4000-8000-000000000001
        attributes
          ~ category: "CRM" → "Protocols"
          list
            - [1]: 2
        4 values unchanged

    plan: 1 to update
    "#);
    let outcome = world.apply(&plan).unwrap();
    assert_eq!(outcome.results[0].action, Done::Updated);
    world.assert_published(&edited);
    assert_eq!(world.writes().iter().filter(|line| line.contains("flowSpecs")).count(), 1, "listed once is enough");
    let there = &world.state.lock().unwrap().connection_specs["00000000-0000-4000-8000-000000000001"].clone();
    assert!(there.get("createdAt").is_none(), "what the platform sets is not sent");
}

#[test]
fn a_plan_is_one_json_object() {
    let world = World::new();
    let json = world.plan(spec()).to_json();
    insta::assert_snapshot!(format!("{json:#}"), @r#"
    {
      "version": 1,
      "target": {
        "platform": "emulator",
        "organization": "E3A1A70C0000000000000001@AdobeOrg",
        "sandbox": "prod"
      },
      "undo": false,
      "has_changes": true,
      "changes": [
        {
          "source": "acme",
          "kind": "batch",
          "action": "create",
          "name": "Acme",
          "provider_id": "p",
          "connection_spec": null,
          "flow_spec": "6499120c-0b15-42dc-936e-847ea3c24d72",
          "digest": "sha256:71e0090d12ad46335fb5834cf9282586158052ca4edfd2dd389da8444e617ae2"
        }
      ],
      "flow_specs": [
        {
          "flow_spec": "6499120c-0b15-42dc-936e-847ea3c24d72",
          "name": "RestStorageToAEP",
          "action": "attach",
          "add": [
            {
              "source": "acme",
              "connection_spec": null
            }
          ],
          "remove": [],
          "restore": []
        }
      ]
    }
    "#);
}

#[test]
fn drift_is_told_and_what_is_not_echoed_is_not_drift() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let id = "00000000-0000-4000-8000-000000000001";
    world.state.lock().unwrap().connection_specs.get_mut(id).unwrap().as_object_mut().unwrap().remove("description");
    assert!(!world.plan(spec()).has_changes());
    world.state.lock().unwrap().connection_specs.get_mut(id).unwrap()["attributes"]["category"] = "X".into();
    let plan = world.plan(spec());
    assert!(matches!(plan.changes[0].action, Action::Update { drifted: true, .. }));
    assert!(plan.to_text().contains("changed on the platform since it was published"));
}

#[test]
fn a_recorded_spec_that_is_gone_needs_a_word() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    world.state.lock().unwrap().connection_specs.clear();
    let plan = world.plan(spec());
    assert!(matches!(plan.changes[0].action, Action::Conflict(Conflict::Gone { .. })));
    let writes = world.writes();
    let error = world.apply(&plan).unwrap_err();
    assert_eq!((error.exit(), world.writes()), (Exit::Refused, writes));
    assert!(error.help().unwrap().contains("--recreate"), "{error}");
    let recreate = Options { recreate: true, ..Options::default() };
    let plan = world.plan_of(&[batch(NAME, spec())], recreate).unwrap();
    world.apply(&plan).unwrap();
    let state = world.state.lock().unwrap();
    assert_eq!(state.connection_specs.keys().collect::<Vec<_>>(), ["00000000-0000-4000-8000-000000000002"]);
}

#[test]
fn a_spec_of_the_same_name_is_taken_over_only_when_told() {
    let mut world = World::new();
    let mut other = spec();
    other["attributes"]["category"] = "X".into();
    world.state.lock().unwrap().create(other);
    let plan = world.plan(spec());
    assert!(matches!(plan.changes[0].action, Action::Conflict(Conflict::Unrecorded { .. })));
    assert!(plan.flow_specs[0].add.is_empty());
    assert!(plan.to_text().contains("--adopt"));
    let adopt = Options { adopt: true, ..Options::default() };
    let plan = world.plan_of(&[batch(NAME, spec())], adopt).unwrap();
    assert_eq!(world.apply(&plan).unwrap().results[0].action, Done::Adopted);
    world.assert_published(&spec());

    let world = World::new();
    for _ in 0..2 {
        world.state.lock().unwrap().create(spec());
    }
    let plan = world.plan_of(&[batch(NAME, spec())], adopt).unwrap();
    assert!(matches!(&plan.changes[0].action, Action::Conflict(Conflict::Several { ids }) if ids.len() == 2));
    let mut elsewhere = spec();
    elsewhere["providerId"] = "another".into();
    assert!(matches!(world.plan(elsewhere).changes[0].action, Action::Create));
}

#[test]
fn a_creation_whose_answer_is_lost_is_found() {
    let lost = [
        Reply::Drop,
        Reply::Cut { body: "{\"id\":\"x\"}".into(), bytes: 4 },
        Reply::text(504, "<html/>"),
        Reply::json(500, json!({})),
    ];
    for reply in lost {
        let mut world = World::new().fault("POST", Fault::After(reply));
        world.publish(spec()).unwrap();
        world.assert_published(&spec());
        assert!(world.steps.iter().any(|step| step.contains("had been created")), "{:?}", world.steps);
    }
}

#[test]
fn a_creation_that_failed_is_asked_for_again_where_the_platform_said_so() {
    for reply in
        [Reply::json(500, json!({})), Reply::json(503, json!({})), Reply::json(503, json!({})).with("Retry-After", "0")]
    {
        let mut world = World::new().fault("POST", Fault::Before(reply));
        world.publish(spec()).unwrap();
        world.assert_published(&spec());
    }
}

#[test]
fn a_creation_that_may_still_be_under_way_is_left_to_the_next_run() {
    let mut world = World::new().fault("POST", Fault::Before(Reply::Drop));
    let error = world.publish(spec()).unwrap_err();
    assert_eq!(error.exit(), Exit::Partial);
    assert!(error.help().unwrap().contains("run again"), "{error}");
    assert_eq!(world.journals().len(), 1);
    // It arrives after all, and the next run knows that it is ours.
    world.state.lock().unwrap().create(spec());
    let plan = world.plan(spec());
    assert!(matches!(plan.changes[0].action, Action::Adopt { ours: true, .. }));
    world.apply(&plan).unwrap();
    world.assert_published(&spec());
}

#[test]
fn a_spec_that_was_there_before_the_intent_is_never_taken_for_ours() {
    let mut world = World::new().fault("POST", Fault::Before(Reply::Drop));
    world.publish(spec()).unwrap_err();
    let mut other = spec();
    other["attributes"]["category"] = "X".into();
    world.state.lock().unwrap().create(other);
    assert!(matches!(world.plan(spec()).changes[0].action, Action::Conflict(Conflict::Unrecorded { .. })));
}

#[test]
fn a_refusal_changes_nothing_and_leaves_nothing() {
    for status in [400, 403, 404] {
        let mut world = World::new().fault("POST", Fault::Before(Reply::json(status, json!({"code": "1426-400"}))));
        let error = world.publish(spec()).unwrap_err();
        assert_eq!(error.exit(), Exit::Refused);
        assert!(error.to_string().starts_with("the platform refused `POST"), "{error}");
        assert_eq!(world.journals(), Vec::<String>::new());
        world.publish(spec()).unwrap();
        world.assert_published(&spec());
    }
}

#[test]
fn every_request_may_fail_in_every_way_and_the_next_run_puts_it_right() {
    let replies = [
        Reply::Drop,
        Reply::text(200, "<html>sign in</html>"),
        Reply::text(200, "{\"items\":["),
        Reply::json(500, json!({})),
        Reply::json(503, json!({})),
        Reply::json(429, json!({})).with("Retry-After", "1"),
        Reply::json(401, json!({})),
        Reply::json(403, json!({})),
        Reply::json(404, json!({"code": "1101-404"})),
        Reply::json(412, json!({"code": "1404-412"})),
    ];
    let requests = ["GET /connectionSpecs", "GET /flowSpecs", "POST /connectionSpecs", "PUT /flowSpecs"];
    for etags in [false, true] {
        for request in requests {
            for reply in &replies {
                // To have done it and refuse it all the same is not a fault but a lie, and none that can be seen through.
                let refusal = matches!(reply, Reply::Whole { status: 400..500, .. });
                for after in [false, true].into_iter().filter(|after| !(*after && refusal)) {
                    let mut world = if etags { World::new().with_etags() } else { World::new() };
                    let fault = if after { Fault::After(reply.clone()) } else { Fault::Before(reply.clone()) };
                    world = world.fault(request, fault);
                    let told = format!("{request} {reply:?} after: {after} etags: {etags}");
                    let plan = world.plan_of(&[batch(NAME, spec())], Options::default());
                    let result = plan.and_then(|plan| world.apply(&plan));
                    if let Err(error) = &result {
                        assert!(matches!(error.exit(), Exit::Refused | Exit::Partial), "{told}: {error}");
                        let written = !world.state.lock().unwrap().connection_specs.is_empty();
                        assert!(!written || error.exit() == Exit::Partial, "{told}: {error}");
                        world.state.lock().unwrap().faults.clear();
                        world.publish(spec()).unwrap_or_else(|error| panic!("{told}: {error}"));
                    }
                    world.assert_published(&spec());
                }
            }
        }
    }
}

#[test]
fn an_update_whose_answer_is_lost_is_seen_to_have_arrived() {
    for reply in [Reply::Drop, Reply::text(200, "<html/>")] {
        let mut world = World::new().with_etags();
        world.publish(spec()).unwrap();
        let mut edited = spec();
        edited["attributes"]["category"] = "X".into();
        world = world.fault("PUT /connectionSpecs", Fault::After(reply));
        world.publish(edited.clone()).unwrap();
        world.assert_published(&edited);
    }
}

#[test]
fn an_update_overtaken_by_somebody_else_is_not_forced() {
    let mut world = World::new().with_etags();
    world.publish(spec()).unwrap();
    let mut edited = spec();
    edited["attributes"]["category"] = "X".into();
    let plan = world.plan(edited.clone());
    world.state.lock().unwrap().touch("00000000-0000-4000-8000-000000000001");
    let error = world.apply(&plan).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    assert!(error.to_string().contains("after the plan was made"), "{error}");
    world.publish(edited.clone()).unwrap();
    world.assert_published(&edited);
}

fn append(state: &mut Held, id: &str) {
    state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"].as_array_mut().unwrap().push(id.into());
    state.touch(BATCH);
}

#[test]
fn with_etags_nobody_is_overwritten() {
    let mut world = World::new().with_etags();
    for _ in 0..3 {
        world = world.fault("PUT /flowSpecs", Fault::Meanwhile(|state| append(state, "theirs")));
    }
    world.publish(spec()).unwrap();
    let state = world.state.lock().unwrap();
    assert_eq!(state.listed()[2..5], ["theirs", "theirs", "theirs"]);
    assert!(state.listed()[5].ends_with("0001"));
    assert_eq!(world.steps.iter().filter(|step| step.contains("by somebody else first")).count(), 3);
}

#[test]
fn without_etags_what_was_lost_is_put_back() {
    // After our write, somebody who had read an older record writes it back, without our id and without `second`: at once, or
    // only after we have seen our write arrive.
    let stale: fn(&mut Held) = |state| {
        state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"] = json!(["first", "theirs"]);
    };
    for quiet_reads in [1, 2] {
        let mut world = World::new();
        let plan = world.plan(spec());
        for _ in 0..quiet_reads {
            world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {}));
        }
        world = world.fault("GET /flowSpecs", Fault::Meanwhile(stale));
        world.apply(&plan).unwrap();
        let state = world.state.lock().unwrap();
        let listed = state.listed();
        assert_eq!(listed[..3], ["first", "theirs", "second"]);
        assert!(listed.len() == 4 && listed[3].ends_with("0001"), "{listed:?}");
        assert!(world.steps.iter().any(|step| step.contains("overwritten by somebody else")), "{:?}", world.steps);
    }
}

#[test]
fn what_else_changed_after_the_write_is_told_with_the_backup() {
    let mut world = World::new();
    let plan = world.plan(spec());
    world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {})).fault(
        "GET /flowSpecs",
        Fault::Meanwhile(|state| state.flow_specs.get_mut(BATCH).unwrap()["attributes"]["isSourceFlow"] = false.into()),
    );
    world.apply(&plan).unwrap();
    let told = world.steps.iter().find(|step| step.contains("differs from what was sent")).unwrap();
    assert!(told.contains("/attributes/isSourceFlow") && told.contains(".sss"), "{told}");
}

#[test]
fn a_flow_spec_written_by_others_all_the_time_is_given_up_with_part_done() {
    let mut world = World::new().with_etags();
    for _ in 0..30 {
        world = world.fault("PUT /flowSpecs", Fault::Meanwhile(|state| append(state, "theirs")));
    }
    let error = world.publish(spec()).unwrap_err();
    assert_eq!(error.exit(), Exit::Partial);
    assert!(error.to_string().contains("stopped part-way, after `acme` was created (0000"), "{error}");
    world.state.lock().unwrap().faults.clear();
    let outcome = world.publish(spec()).unwrap();
    assert_eq!((outcome.results[0].action, outcome.results[0].attached), (Done::Unchanged, true));
    assert_eq!(world.journals(), Vec::<String>::new());
}

#[test]
fn a_flow_spec_that_is_not_there_ends_the_plan() {
    let world = World::new();
    let missing = Uuid::nil();
    let wanted = [Desired::new(NAME, Kind::Batch, &spec(), Some(missing))];
    let error = world.plan_of(&wanted, Options::default()).unwrap_err();
    assert!(error.to_string().contains("which is to list `acme`") && error.help().unwrap().contains("--flow-spec"));
    assert_eq!(error.exit(), Exit::Refused);
}

#[test]
fn many_sources_share_one_write_of_the_flow_spec_and_one_failure_stops_no_other() {
    let mut world = World::new();
    let wanted = [batch("other", second()), batch(NAME, spec())];
    let plan = world.plan_of(&wanted, Options::default()).unwrap();
    assert_eq!(plan.changes.iter().map(|change| change.source.as_str()).collect::<Vec<_>>(), ["acme", "other"]);
    world = world.fault("POST", Fault::Before(Reply::json(400, json!({"title": "Invalid request"}))));
    let error = world.apply(&plan).unwrap_err();
    let Error::Stopped { outcome, .. } = &error else { panic!("{error}") };
    // Both are sent at once: which of them meets the fault is not certain.
    let failed = outcome.results.iter().filter(|result| result.action == Done::Failed).count();
    let created = outcome.results.iter().filter(|result| result.action == Done::Created).count();
    assert_eq!((failed, created), (1, 1));
    assert_eq!(error.exit(), Exit::Partial);
    let plan = world.plan_of(&wanted, Options::default()).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(world.writes().iter().filter(|line| line.starts_with("PUT /flowSpecs")).count(), 2);
    assert_eq!(world.state.lock().unwrap().listed().len(), 4);

    let mut world = World::new();
    let plan = world.plan_of(&wanted, Options::default()).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(world.writes().iter().filter(|line| line.starts_with("PUT /flowSpecs")).count(), 1);
}

#[test]
fn a_copied_record_is_told() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let published = world.root.path().join(".sss/published");
    fs::copy(published.join("acme.toml"), published.join("other.toml")).unwrap();
    let error = world.plan_of(&[batch(NAME, spec()), batch("other", second())], Options::default()).unwrap_err();
    assert!(error.to_string().starts_with("`acme` and `other` are both recorded as"), "{error}");
}

#[test]
fn a_run_killed_after_any_request_is_continued() {
    // The server goes silent for ever after the n-th request, before or after doing its work: the process might as well be dead.
    for after in [false, true] {
        for reached in 0..9 {
            let world = World::new();
            let served = Arc::new(Mutex::new(0));
            let (state, count) = (Arc::clone(&world.state), Arc::clone(&served));
            let dying = Server::handle(move |asked| {
                let mut count = count.lock().unwrap();
                if !asked.path.starts_with("/ims/") {
                    *count += 1;
                }
                match *count {
                    n if n <= reached => state.lock().unwrap().answer(asked),
                    n if n == reached + 1 && after => {
                        state.lock().unwrap().answer(asked);
                        Reply::Drop
                    }
                    _ => Reply::Drop,
                }
            });
            let mut records = world.records();
            let service = dying.flow_service();
            let first = plan(&service, &[batch(NAME, spec())], &records, &Options::default())
                .and_then(|plan| apply(&service, &plan, &mut records, &mut |_| {}));
            let mut world = world;
            let told = format!("{reached} requests, after: {after}");
            if reached < 6 {
                first.unwrap_err();
            }
            let plan = world.plan_of(&[batch(NAME, spec())], Options::default()).unwrap();
            assert_eq!(plan.conflicts().count(), 0, "{told}: {}", plan.to_text());
            world.apply(&plan).unwrap_or_else(|error| panic!("{told}: {error}"));
            world.assert_published(&spec());
        }
    }
}

#[test]
fn sixteen_publishers_into_one_flow_spec_lose_nothing_with_etags() {
    let world = World::new().with_etags();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let world = &world;
            scope.spawn(move || {
                let spec = json!({"name": format!("Acme {number}"), "providerId": "p"});
                let mut records = Records::memory();
                let mut settings = world.server.settings();
                settings.longest_wait = std::time::Duration::from_millis(30);
                let service = FlowService::new(crate::platform::Client::new(settings));
                let wanted = [batch(&format!("acme-{number}"), spec)];
                let plan = plan(&service, &wanted, &records, &Options::default()).unwrap();
                apply(&service, &plan, &mut records, &mut |_| {}).unwrap();
            });
        }
    });
    let state = world.state.lock().unwrap();
    let mut listed: Vec<&str> = state.listed()[2..].to_vec();
    listed.sort_unstable();
    assert_eq!(listed, state.connection_specs.keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn records_in_memory_write_no_file() {
    let world = World::new();
    let mut records = Records::memory();
    let service = world.server.flow_service();
    for _ in 0..2 {
        let plan = plan(&service, &[batch(NAME, spec())], &records, &Options::default()).unwrap();
        apply(&service, &plan, &mut records, &mut |_| {}).unwrap();
    }
    assert_eq!(world.writes().len(), 2);
    assert_eq!(names(world.root.path()), Vec::<String>::new());
}
