//! A plan in a file, and what makes it out of date.

use std::collections::BTreeMap;

use super::{super::testing::*, *};

fn saved(plan: Plan) -> SavedPlan {
    let artifacts = [("Sources/acme/Artifacts/acme-connectionSpec.json".to_owned(), "sha256:00".to_owned())];
    let made = Made {
        at: "2026-01-01T00:00:00Z".into(),
        by: "sss 0.1.0".into(),
        origin: "http://127.0.0.1:1".into(),
        profile: None,
        sources: vec![NAME.into()],
        undo: false,
        adopt: false,
        recreate: false,
        flow_spec: None,
        artifacts: artifacts.into(),
    };
    SavedPlan { made, plan }
}

#[test]
fn a_plan_of_every_kind_survives_the_file() {
    let mut world = World::new();
    let mut plans = vec![world.plan(spec())];
    world.publish(spec()).unwrap();
    plans.push(world.plan(spec()));
    let mut edited = spec();
    edited["attributes"] = json!({"category": null, "n": 1.0});
    plans.push(world.plan(edited.clone()));
    plans.push(plan_undo(&world.server.flow_service(), &[], None, &world.records(), &Options::default()).unwrap());
    world.state.lock().unwrap().connection_specs.clear();
    plans.push(world.plan(spec()));
    let world = World::new();
    world.state.lock().unwrap().create(edited);
    plans.push(world.plan(spec()));
    let directory = tempfile::tempdir().unwrap();
    for plan in plans {
        let path = directory.path().join("plan.json");
        let before = saved(plan);
        before.write(&path).unwrap();
        let after = SavedPlan::read(&path).unwrap();
        assert_eq!(after, before);
        assert_eq!(after.plan.to_whole_text(), before.plan.to_whole_text());
        assert_eq!(after.plan.to_json(), before.plan.to_json());
        assert!(after.changed(&before.plan, &before.made.artifacts).is_empty());
    }
}

#[test]
fn a_file_that_is_damaged_or_edited_or_something_else_is_told_apart() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plan.json");
    saved(world.plan(spec())).write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    for (bad, reason) in [
        (text.replace("\"recreate\":false", "\"recreate\":true"), "was changed after it was written"),
        (text.replace("Acme", "Bcme"), "was changed after it was written"),
        (text[..text.len() / 2].to_owned(), "it is damaged"),
        (text.replace("\"version\": 1", "\"version\": 2"), "its version is 2, and this `sss` reads version 1"),
        ("{}".to_owned(), "it has no `version`"),
        ("{\"version\": 1}".to_owned(), "it is damaged"),
        ("not JSON".to_owned(), "it is damaged"),
    ] {
        fs::write(&path, bad).unwrap();
        let error = SavedPlan::read(&path).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(error.exit(), Exit::Usage);
    }
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(SavedPlan::read(&path).unwrap_err().to_string().contains("it is not text"));
    assert!(SavedPlan::read(directory.path()).unwrap_err().to_string().contains("it is no file"));
    assert!(matches!(SavedPlan::read(&directory.path().join("none")), Err(Error::File { .. })));
}

#[test]
fn whatever_it_was_made_from_may_not_have_changed() {
    let changed = |edit: &dyn Fn(&mut World)| {
        let mut world = World::new();
        world.publish(spec()).unwrap();
        let mut wanted = spec();
        wanted["attributes"]["category"] = "X".into();
        let before = saved(world.plan(wanted.clone()));
        edit(&mut world);
        before.changed(&world.plan(wanted), &before.made.artifacts)
    };
    const ID: &str = "00000000-0000-4000-8000-000000000001";
    assert!(changed(&|_| {}).is_empty());
    let spec_there = |state: &mut Held| state.connection_specs.get_mut(ID).unwrap()["attributes"]["list"] = json!([]);
    assert_eq!(
        changed(&|world| spec_there(&mut world.state.lock().unwrap())),
        [format!("the connection spec `{ID}` of `acme`")]
    );
    assert_eq!(
        changed(&|world| append(&mut world.state.lock().unwrap(), "theirs")),
        [format!("the flow spec `{BATCH}`")]
    );
    let unknown = |state: &mut Held| state.flow_specs.get_mut(BATCH).unwrap()["unknown"]["id"] = 7.into();
    assert_eq!(changed(&|world| unknown(&mut world.state.lock().unwrap())), [format!("the flow spec `{BATCH}`")]);
    // What the platform writes by itself is no change.
    let touched = |state: &mut Held| state.flow_specs.get_mut(BATCH).unwrap()["updatedAt"] = 99.into();
    assert!(changed(&|world| touched(&mut world.state.lock().unwrap())).is_empty());
    let record = changed(&|world| {
        let path = world.root.path().join(".sss/published/acme.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("sha256:", "sha256:0")).unwrap();
    });
    assert_eq!(record, ["the record of `acme`"]);

    let world = World::new();
    let before = saved(world.plan(spec()));
    let other: BTreeMap<String, String> =
        before.made.artifacts.keys().map(|path| (path.clone(), "sha256:01".to_owned())).collect();
    assert_eq!(before.changed_artifacts(&other), ["`Sources/acme/Artifacts/acme-connectionSpec.json`"]);
    world.state.lock().unwrap().create(spec());
    let changed = before.changed(&world.plan(spec()), &before.made.artifacts);
    assert_eq!(changed, ["the connection specs of the name of `acme`"]);
}
