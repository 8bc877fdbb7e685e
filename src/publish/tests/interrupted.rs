//! A person wants the run to end.

use std::num::NonZeroUsize;

use super::{super::testing::*, *};

/// Applies the plan, and wants it to end at the first step that says `at`.
fn stopped_at(world: &mut World, plan: &Plan, jobs: usize, at: &str) -> Result<Outcome, Error> {
    let how = How { jobs: NonZeroUsize::new(jobs).unwrap(), ..How::default() };
    let mut service = world.server.flow_service();
    service.stop_at(how.stop.clone());
    let mut records = world.records();
    apply_as(&service, plan, &mut records, &how, &mut |step| {
        if step.to_string().contains(at) {
            how.stop.set();
        }
        world.steps.push(step.to_string());
    })
}

#[test]
fn the_write_in_flight_comes_to_its_end_and_no_other_is_begun() {
    let mut world = World::new();
    let wanted = [batch(NAME, spec()), batch("other", second())];
    let plan = world.plan_of(&wanted, Options::default()).unwrap();
    let error = stopped_at(&mut world, &plan, 1, "creating the connection spec of `acme`").unwrap_err();
    assert_eq!(error.exit(), Exit::Interrupted);
    assert!(error.to_string().starts_with("stopped part-way, after `acme` was created (0"), "{error}");
    let Error::Stopped { outcome, .. } = &error else { panic!() };
    let done: Vec<Done> = outcome.results.iter().map(|one| one.action).collect();
    assert_eq!(done, [Done::Created, Done::NotTried]);
    assert_eq!(world.writes().len(), 1);
    let plan = world.plan_of(&wanted, Options::default()).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed().len(), 4);
    assert_eq!(world.state.lock().unwrap().connection_specs.len(), 2);
}

#[test]
fn before_anything_was_written_nothing_is() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let mut state = world.state.lock().unwrap();
    state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"] = json!(["first"]);
    drop(state);
    let plan = world.plan(spec());
    let writes = world.writes();
    let error = stopped_at(&mut world, &plan, 8, "listing").unwrap_err();
    assert_eq!((error.exit(), world.writes()), (Exit::Interrupted, writes));
    assert_eq!(error.to_string(), "interrupted");
}

#[test]
fn a_flow_spec_that_is_being_written_is_seen_to_its_end() {
    // Somebody overwrites what we wrote just when we are asked to end: what they lost is put back all the same.
    let mut world = World::new();
    let plan = world.plan(spec());
    world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {})).fault(
        "GET /flowSpecs",
        Fault::Meanwhile(|state| {
            state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"] = json!(["first", "theirs"]);
        }),
    );
    stopped_at(&mut world, &plan, 8, "overwritten by somebody else").unwrap();
    let state = world.state.lock().unwrap();
    assert_eq!(state.listed()[..3], ["first", "theirs", "second"]);
    assert_eq!(state.listed().len(), 4);
}

#[test]
fn nobody_waits_for_a_repetition_any_more() {
    let mut world = World::new();
    let plan = world.plan(spec());
    world = world.fault("POST", Fault::Before(Reply::json(503, json!({})).with("Retry-After", "60")));
    let how = How::default();
    let mut settings = world.server.settings();
    settings.longest_wait = std::time::Duration::from_secs(120);
    let mut client = crate::platform::Client::new(settings);
    client.stop_at(how.stop.clone());
    let service = FlowService::new(client);
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(300));
            how.stop.set();
        });
        apply_as(&service, &plan, &mut world.records(), &how, &mut |_| {}).unwrap_err();
    });
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
}
