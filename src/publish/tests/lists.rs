//! What stands in which flow spec: taking sources out again, moving them, and putting back what a cut-off run lost.

use serde_json::json;
use uuid::uuid;

use super::{super::testing::*, *};

const OTHER: Uuid = uuid!("00000000-0000-4000-9000-000000000000");
const FIRST_ID: &str = "00000000-0000-4000-8000-000000000001";

fn undo(world: &World, sources: &[&str]) -> Result<Plan, Error> {
    let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
    plan_undo(&world.server.flow_service(), &sources, None, &world.records(), &Options::default())
}

fn entry(world: &World, source: &str) -> Entry {
    world.records().find(source, &Target::of(&world.server.settings())).unwrap().unwrap()
}

fn with_other_flow_spec() -> World {
    let world = World::new();
    let other = json!({"id": OTHER, "name": "CRMToAEP", "sourceConnectionSpecIds": ["theirs"]});
    world.state.lock().unwrap().flow_specs.insert(OTHER.to_string(), other);
    world
}

#[test]
fn what_was_published_is_taken_out_and_nothing_else() {
    for mut world in [World::new(), World::new().with_etags()] {
        let wanted = [batch(NAME, spec()), batch("other", second())];
        let plan = world.plan_of(&wanted, Options::default()).unwrap();
        world.apply(&plan).unwrap();
        append(&mut world.state.lock().unwrap(), "theirs");

        let plan = undo(&world, &[NAME]).unwrap();
        assert!(plan.undo && plan.writes() && plan.has_changes());
        let id = entry(&world, NAME).connection_spec;
        assert_eq!(plan.flow_specs.len(), 1);
        assert_eq!(plan.flow_specs[0].remove, [Removal { source: NAME.into(), connection_spec: id.clone() }]);
        let text = anstream::adapter::strip_str(&plan.to_text()).to_string();
        assert!(text.contains(&format!("- detach acme {id}")) && text.contains("4 ids unchanged"), "{text}");
        let outcome = world.apply(&plan).unwrap();
        assert_eq!(
            (outcome.results[0].action, outcome.results[0].attached, outcome.results[0].was_attached),
            (Done::Detached, false, true)
        );
        let others = entry(&world, "other").connection_spec;
        assert_eq!(world.state.lock().unwrap().listed(), ["first", "second", &others, "theirs"]);
        assert_eq!(world.state.lock().unwrap().connection_specs.len(), 2, "the connection spec stays");
        assert_eq!(entry(&world, NAME).flow_spec, None);
        assert_eq!(entry(&world, "other").flow_spec.as_deref(), Some(BATCH));
        assert!(world.journals().is_empty());

        let again = undo(&world, &[NAME]).unwrap();
        assert!(!again.writes() && !again.has_changes());
        assert!(again.summary().starts_with("nothing to change"), "{}", again.summary());

        // Publishing puts it back, under the same id.
        let plan = world.plan_of(&wanted, Options::default()).unwrap();
        assert_eq!(plan.flow_specs[0].add.len(), 1);
        world.apply(&plan).unwrap();
        assert_eq!(world.state.lock().unwrap().listed(), ["first", "second", &others, "theirs", &id]);
    }
}

#[test]
fn everything_recorded_is_taken_out_where_nothing_is_named() {
    let mut world = World::new();
    let plan = world.plan_of(&[batch(NAME, spec()), batch("other", second())], Options::default()).unwrap();
    world.apply(&plan).unwrap();
    let plan = undo(&world, &[]).unwrap();
    assert_eq!(plan.changes.len(), 2);
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "second"]);
    assert_eq!(world.writes().iter().filter(|write| write.starts_with("PUT")).count(), 2, "one write for both");
}

#[test]
fn what_is_not_recorded_is_not_taken_out() {
    let mut world = World::new();
    assert_eq!(undo(&world, &[]).unwrap_err().exit(), Exit::Nothing);
    world.publish(spec()).unwrap();
    let error = undo(&world, &[NAME, "unheard-of"]).unwrap_err();
    assert!(error.to_string().starts_with("nothing is recorded of `unheard-of` in emulator"), "{error}");
}

#[test]
fn an_id_whose_connection_spec_is_gone_is_taken_out_all_the_same() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    world.state.lock().unwrap().connection_specs.clear();
    let plan = undo(&world, &[NAME]).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "second"]);
}

#[test]
fn somebody_else_at_the_same_flow_spec_is_not_overwritten_by_taking_out() {
    let mut world = World::new().with_etags();
    world.publish(spec()).unwrap();
    let plan = undo(&world, &[NAME]).unwrap();
    world = world.fault("PUT /flowSpecs", Fault::Meanwhile(|state| append(state, "theirs")));
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "second", "theirs"]);

    // Without versions: a writer who had read an older record puts us back and drops another.
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let plan = undo(&world, &[NAME]).unwrap();
    world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {})).fault(
        "GET /flowSpecs",
        Fault::Meanwhile(|state| {
            state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"] = json!(["first", FIRST_ID, "theirs"]);
        }),
    );
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "theirs", "second"]);
}

#[test]
fn a_failed_removal_is_told_and_the_record_stays() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    let plan = undo(&world, &[NAME]).unwrap();
    world = world.fault("PUT /flowSpecs", Fault::Before(Reply::json(403, json!({"title": "no"}))));
    let error = world.apply(&plan).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused, "{error}");
    assert_eq!(entry(&world, NAME).flow_spec.as_deref(), Some(BATCH));
    let plan = undo(&world, &[NAME]).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(entry(&world, NAME).flow_spec, None);
}

#[test]
fn a_source_moves_to_the_flow_spec_that_is_named_and_stays_there() {
    let mut world = with_other_flow_spec();
    world.publish(spec()).unwrap();
    let moved = [Desired::new(NAME, Kind::Batch, &spec(), Some(OTHER))];
    let plan = world.plan_of(&moved, Options::default()).unwrap();
    assert_eq!(plan.summary(), "plan: 1 to list in a flow spec, 1 to take out of a flow spec, 1 in step");
    world.apply(&plan).unwrap();
    let listed = |world: &World| {
        let state = world.state.lock().unwrap();
        (state.listed().len(), state.flow_specs[&OTHER.to_string()]["sourceConnectionSpecIds"].clone())
    };
    assert_eq!(listed(&world), (2, json!(["theirs", FIRST_ID])));
    // First in, then out: at no moment does it stand nowhere.
    let writes = world.writes();
    assert!(writes[2].contains(&OTHER.to_string()) && writes[3].contains(BATCH), "{writes:?}");
    assert_eq!(entry(&world, NAME).flow_spec, Some(OTHER.to_string()));

    let plan = world.plan(spec());
    assert!(!plan.has_changes(), "{}", plan.to_text());
    let back = [Desired::new(NAME, Kind::Batch, &spec(), Some(Kind::Batch.flow_spec()))];
    let plan = world.plan_of(&back, Options::default()).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(listed(&world), (3, json!(["theirs"])));
}

#[test]
fn a_source_that_cannot_be_listed_elsewhere_stays_where_it_is() {
    let mut world = with_other_flow_spec();
    world.publish(spec()).unwrap();
    let moved = [Desired::new(NAME, Kind::Batch, &spec(), Some(OTHER))];
    let plan = world.plan_of(&moved, Options::default()).unwrap();
    world = world.fault("PUT /flowSpecs", Fault::Before(Reply::json(403, json!({"title": "no"}))));
    world.apply(&plan).unwrap_err();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "second", FIRST_ID]);
    assert_eq!(entry(&world, NAME).flow_spec.as_deref(), Some(BATCH));
}

#[test]
fn an_id_that_is_gone_makes_room_for_the_new_one_in_one_write() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    world.state.lock().unwrap().connection_specs.clear();
    let recreate = Options { recreate: true, ..Options::default() };
    let plan = world.plan_of(&[batch(NAME, spec())], recreate).unwrap();
    assert_eq!(plan.flow_specs[0].remove[0].connection_spec, FIRST_ID);
    world.apply(&plan).unwrap();
    world.assert_published(&spec());
    assert_eq!(world.writes().iter().filter(|write| write.starts_with("PUT")).count(), 2);
}

#[test]
fn an_id_that_is_gone_goes_though_the_run_that_made_the_new_one_was_cut_short() {
    let mut world = World::new();
    world.publish(spec()).unwrap();
    world.state.lock().unwrap().connection_specs.clear();
    let recreate = Options { recreate: true, ..Options::default() };
    let plan = world.plan_of(&[batch(NAME, spec())], recreate).unwrap();
    // The new connection spec is made and recorded, and the flow spec is not reached.
    world = world.fault("PUT /flowSpecs", Fault::Before(Reply::json(403, json!({"title": "no"}))));
    world.apply(&plan).unwrap_err();
    assert_ne!(entry(&world, NAME).connection_spec, FIRST_ID);
    world.publish(spec()).unwrap();
    world.assert_published(&spec());
    assert!(!world.state.lock().unwrap().listed().contains(&FIRST_ID), "the old id went too");
}

#[test]
fn what_others_lost_while_a_run_was_cut_short_is_put_back_by_the_next() {
    // The answer to our write is lost, and so is every reading after it: as if the process had been killed.
    let mut world = World::new();
    let plan = world.plan(spec());
    world = world.fault("PUT /flowSpecs", Fault::After(Reply::text(200, "{\"cut")));
    world = world.fault("GET /flowSpecs", Fault::Meanwhile(|_| {}));
    for _ in 0..8 {
        world = world.fault("GET /flowSpecs", Fault::Before(Reply::Drop));
    }
    world.apply(&plan).unwrap_err();
    assert_eq!(world.journals().len(), 2, "{:?}", world.journals());
    // Somebody who had read an older record writes it back.
    {
        let mut state = world.state.lock().unwrap();
        state.faults.clear();
        state.flow_specs.get_mut(BATCH).unwrap()["sourceConnectionSpecIds"] = json!(["first", "theirs"]);
    }
    let plan = world.plan(spec());
    assert_eq!(plan.flow_specs[0].restore, ["second"]);
    assert!(plan.to_text().contains("listed when a run was cut short there"), "{}", plan.to_text());
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().listed(), ["first", "theirs", "second", FIRST_ID]);
    assert!(world.journals().is_empty());
    assert!(!world.plan(spec()).has_bookkeeping());
}
