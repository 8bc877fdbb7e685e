//! Two clones of one repository that publish the same new source at the same instant.

use std::sync::Barrier;

use super::{super::testing::*, *};

/// A clone: its records, and a plan that was made before anybody wrote.
struct Clone {
    root: tempfile::TempDir,
    plan: Plan,
    steps: Vec<String>,
}

impl Clone {
    fn of(world: &World) -> Self {
        let root = tempfile::tempdir().unwrap();
        let records = Records::directory(root.path());
        let wanted = [batch(NAME, spec())];
        let plan = plan(&world.server.flow_service(), &wanted, &records, &Options::default()).unwrap();
        assert!(matches!(plan.changes[0].action, Action::Create));
        Self { root, plan, steps: Vec::new() }
    }

    fn apply(&mut self, world: &World) -> Result<Outcome, Error> {
        let mut records = Records::directory(self.root.path());
        let mut settings = world.server.settings();
        settings.longest_wait = std::time::Duration::from_millis(30);
        let service = FlowService::new(crate::platform::Client::new(settings));
        apply(&service, &self.plan, &mut records, &mut |step| self.steps.push(step.to_string()))
    }

    fn recorded(&self, world: &World) -> Entry {
        let records = Records::directory(self.root.path());
        records.find(NAME, &Target::of(&world.server.settings())).unwrap().unwrap()
    }
}

/// One id of the name is listed, and every clone has recorded that one and has nothing left to do.
fn assert_one(world: &World, clones: &[Clone]) {
    let state = world.state.lock().unwrap();
    let ours: Vec<&str> = state.listed().into_iter().filter(|id| state.connection_specs.contains_key(*id)).collect();
    assert_eq!(ours.len(), 1, "{:?}", state.listed());
    let id = ours[0].to_owned();
    drop(state);
    for clone in clones {
        let entry = clone.recorded(world);
        assert_eq!((entry.connection_spec.as_str(), entry.flow_spec.as_deref()), (id.as_str(), Some(BATCH)));
        let records = Records::directory(clone.root.path());
        let again = plan(&world.server.flow_service(), &[batch(NAME, spec())], &records, &Options::default()).unwrap();
        assert!(!again.has_changes() && !again.has_bookkeeping(), "{}", again.to_text());
    }
}

#[test]
fn the_second_one_takes_the_first_ones_connection_spec() {
    for world in [World::new(), World::new().with_etags()] {
        let mut clones = [Clone::of(&world), Clone::of(&world)];
        clones[0].apply(&world).unwrap();
        let outcome = clones[1].apply(&world).unwrap();
        assert_eq!(outcome.results[0].action, Done::Adopted);
        assert_eq!(world.state.lock().unwrap().connection_specs.len(), 2);
        assert_one(&world, &clones);
        let told = clones[1].steps.iter().find(|step| step.contains("at the same instant")).unwrap();
        assert!(told.contains("theirs, `00000000-0000-4000-8000-000000000001`, is used"), "{told}");
    }
}

#[test]
fn one_that_was_only_looked_for_too_early_is_seen_where_the_flow_spec_was_written() {
    // The other one creates, and lists, after we have looked around: our write is refused, and then they are seen.
    let mut world = World::new().with_etags();
    world = world.fault(
        "PUT /flowSpecs",
        Fault::Meanwhile(|state| {
            let theirs = state.create(spec());
            append(state, &theirs);
        }),
    );
    let mut clones = [Clone::of(&world)];
    clones[0].apply(&world).unwrap();
    assert_eq!(world.state.lock().unwrap().connection_specs.len(), 2);
    assert_one(&world, &clones);
    assert!(
        clones[0].recorded(&world).connection_spec.ends_with("2"),
        "what is listed is not taken out by anybody else"
    );
}

#[test]
fn both_written_at_once_without_versions_leave_one() {
    // Without ETags both get their id in; the younger one sees the older and takes its own out again.
    let mut world = World::new();
    world = world.fault("PUT /flowSpecs", Fault::Meanwhile(|_| {})).fault("GET /flowSpecs", Fault::Meanwhile(|_| {}));
    world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {}));
    world = world.fault(
        "GET /flowSpecs",
        Fault::Meanwhile(|state| {
            // Older by its clock, listed beside ours.
            let theirs = state.create(spec());
            state.connection_specs.get_mut(&theirs).unwrap()["createdAt"] = 0.into();
            append(state, &theirs);
        }),
    );
    let mut clones = [Clone::of(&world)];
    clones[0].apply(&world).unwrap();
    assert_one(&world, &clones);
    assert!(clones[0].recorded(&world).connection_spec.ends_with("2"));
}

#[test]
fn content_that_is_not_ours_is_shown_as_a_difference_afterwards() {
    let world = World::new();
    let mut clones = [Clone::of(&world), Clone::of(&world)];
    clones[0].apply(&world).unwrap();
    world.state.lock().unwrap().connection_specs.values_mut().next().unwrap()["attributes"]["category"] = "X".into();
    clones[1].apply(&world).unwrap();
    let records = Records::directory(clones[1].root.path());
    let again = plan(&world.server.flow_service(), &[batch(NAME, spec())], &records, &Options::default()).unwrap();
    assert!(matches!(again.changes[0].action, Action::Update { drifted: false, .. }), "{}", again.to_text());
}

#[test]
fn a_run_that_was_cut_short_before_it_looked_does_so_the_next_time() {
    let mut world = World::new();
    let plan = world.plan(spec());
    world = world.fault("GET /flowSpecs", Fault::Before(Reply::json(403, json!({}))));
    world.apply(&plan).unwrap_err();
    // Ours is created, recorded and not listed. Somebody else's is older, and listed.
    {
        let mut state = world.state.lock().unwrap();
        let theirs = state.create(spec());
        append(&mut state, &theirs);
    }
    world.publish(spec()).unwrap();
    let state = world.state.lock().unwrap();
    assert_eq!(state.listed(), ["first", "second", "00000000-0000-4000-8000-000000000002"]);
}

#[test]
fn eight_clones_at_the_same_instant_list_one() {
    for world in [World::new().with_etags(), World::new()] {
        let mut clones: Vec<Clone> = (0..8).map(|_| Clone::of(&world)).collect();
        let together = Barrier::new(clones.len());
        std::thread::scope(|scope| {
            for clone in &mut clones {
                let (world, together) = (&world, &together);
                scope.spawn(move || {
                    together.wait();
                    clone.apply(world).unwrap();
                });
            }
        });
        assert_eq!(world.state.lock().unwrap().connection_specs.len(), 8);
        assert_one(&world, &clones);
    }
}
