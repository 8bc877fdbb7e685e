//! How many requests many sources take, one after the other.

use std::collections::BTreeMap;

use super::{super::testing::*, *};

fn many(count: usize) -> Vec<Desired> {
    let spec =
        |number: usize| json!({"name": format!("Acme {number}"), "providerId": "p", "attributes": {"n": number}});
    (0..count).map(|number| batch(&format!("acme-{number:03}"), spec(number))).collect()
}

/// The requests by method and collection.
fn counted(lines: &[String]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in lines {
        let mut words = line.split([' ', '/', '?']).filter(|word| !word.is_empty());
        let (method, collection) = (words.next().unwrap(), words.next().unwrap());
        let single = line.split('/').count() > 2;
        let name = format!("{method} {collection}{}", if single { "/" } else { "" });
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

#[test]
fn many_sources_take_one_request_each_and_a_few_together() {
    for (count, looks) in [(1, 1), (8, 8), (20, 1), (100, 1)] {
        let mut world = World::new().with_etags();
        let wanted = many(count);
        let plan = world.plan_of(&wanted, Options::default()).unwrap();
        world.apply(&plan).unwrap();
        let first = world.server.lines();
        // Looked for by name where that is one round trip, all together otherwise; and once more for rivals.
        let expected = [
            ("GET connectionSpecs", 2 * looks),
            ("GET flowSpecs/", 3),
            ("POST connectionSpecs", count),
            ("PUT flowSpecs/", 1),
        ];
        let expected: BTreeMap<String, usize> =
            expected.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        assert_eq!(counted(&first), expected, "{count} sources");

        let plan = world.plan_of(&wanted, Options::default()).unwrap();
        assert!(!plan.has_changes());
        world.apply(&plan).unwrap();
        let second = counted(&world.server.lines()[first.len()..]);
        let expected: BTreeMap<String, usize> =
            [("GET connectionSpecs/".to_owned(), count), ("GET flowSpecs/".to_owned(), 1)].into();
        assert_eq!(second, expected, "{count} sources, nothing to change");
    }
}

#[test]
fn what_fails_is_told_with_its_request_and_stops_no_other() {
    let mut world = World::new();
    let plan = world.plan_of(&many(20), Options::default()).unwrap();
    let refusal = Reply::json(400, json!({"title": "Invalid request"})).with("x-request-id", "r-7");
    world = world.fault("POST", Fault::Before(refusal.clone())).fault("POST", Fault::Before(refusal));
    let error = world.apply(&plan).unwrap_err();
    assert_eq!((error.exit(), error.request_id()), (Exit::Partial, Some("r-7")));
    assert!(error.to_string().starts_with("stopped part-way, with 2 of 20 sources unfinished: "), "{error}");
    let Error::Stopped { outcome, .. } = error else { panic!() };
    let failed: Vec<_> = outcome.results.iter().filter(|one| one.action == Done::Failed).collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|one| one.request_id.as_deref() == Some("r-7")));
    assert_eq!(outcome.results.iter().filter(|one| one.attached).count(), 18);
    assert_eq!(world.state.lock().unwrap().listed().len(), 20);
    let text = anstream::adapter::strip_str(&outcome.to_text()).to_string();
    assert_eq!(text.matches("r-7").count(), 2, "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("failed ")).count(), 2, "{text}");

    let plan = world.plan_of(&many(20), Options::default()).unwrap();
    world.apply(&plan).unwrap();
    assert_eq!(world.state.lock().unwrap().connection_specs.len(), 20);
    assert_eq!(world.state.lock().unwrap().listed().len(), 22);
}

#[test]
fn no_more_are_begun_once_nobody_lets_us_in() {
    let mut world = World::new();
    let plan = world.plan_of(&many(40), Options::default()).unwrap();
    for _ in 0..200 {
        world = world.fault("POST", Fault::Before(Reply::json(401, json!({}))));
    }
    let error = world.apply(&plan).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    let Error::Stopped { outcome, .. } = error else { panic!() };
    assert!(outcome.results.iter().filter(|one| one.action == Done::NotTried).count() >= 24, "{}", outcome.to_text());
    assert!(!world.writes().iter().any(|write| write.starts_with("PUT")));
}

#[test]
fn every_digit_is_sent_compared_and_kept_in_the_journal() {
    let text = r#"{"name":"Acme","providerId":"p","a":[1.0,1e3,12345678901234567890,0.10],"b":9007199254740993}"#;
    let read = |text: &str| Desired { written: crate::publish::written::Written::of(text), ..batch(NAME, json!({})) };
    let mut world = World::new();
    let plan = world.plan_of(&[read(text)], Options::default()).unwrap();
    world.apply(&plan).unwrap();
    let post = world.server.asked().into_iter().find(|asked| asked.line().starts_with("POST /conn")).unwrap();
    assert_eq!(post.body, text);
    // Another spelling of the same numbers is no difference, another last digit is one.
    let plan = world.plan_of(&[read(&text.replace("1e3", "1000.00"))], Options::default()).unwrap();
    assert!(!plan.has_changes(), "{}", plan.to_text());
    let plan = world.plan_of(&[read(&text.replace("740993", "740992"))], Options::default()).unwrap();
    let text = anstream::adapter::strip_str(&plan.to_text()).to_string();
    assert!(text.contains("~ b: 9007199254740993 → 9007199254740992"), "{text}");
}
