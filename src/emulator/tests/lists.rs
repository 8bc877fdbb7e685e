use super::*;

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";
const FLOWS: &str = "/data/foundation/flowservice/flowSpecs";

/// Names of the connection specs that a filter leaves.
fn filtered(stage: &Stage, filter: &str) -> Vec<String> {
    stage.get(&format!("{SPECS}?{filter}")).expect(200).names().into_iter().map(ToOwned::to_owned).collect()
}

#[test]
fn the_platforms_own_specs_are_there() {
    let stage = Stage::new();
    for (name, id) in [
        ("RestStorageToAEP", "6499120c-0b15-42dc-936e-847ea3c24d72"),
        ("GenericStreamingAEP", "e77fde5a-22a8-11ed-861d-0242ac120002"),
        ("CloudStorageToAEP", "9753525b-82c7-4dce-8a9b-5ccfce2b9876"),
        ("CRMToAEP", "14518937-270c-4525-bdec-c2ba7cce3860"),
        ("Steam%20data%20with%20transformation", "c1a19761-d2c7-4702-b9fa-fe91f0613e81"),
        ("Stream%20data%20with%20optional%20transformation", "d69717ba-71b4-4313-b654-49f9cf126d7a"),
        ("Stream+data+without+transformation", "d8a6f005-7eaf-4153-983e-e8574508b877"),
    ] {
        let answer = stage.get(&format!("{FLOWS}?property=name==%22{name}%22")).expect(200);
        let [spec] = answer.items().as_slice() else { panic!("{name}: {:#}", answer.body) };
        assert_eq!(spec["id"], id);
        assert_eq!(spec["imsOrgId"], ORGANIZATION);
        assert!(
            spec["targetConnectionSpecIds"]
                .as_array()
                .unwrap()
                .contains(&json!("c604ff05-7f1a-43c0-8e18-33bf874cb11c"))
        );
    }
    for id in [
        "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e62",
        "e77fd9d2-22a8-11ed-861d-0242ac120002",
        "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb",
        "c604ff05-7f1a-43c0-8e18-33bf874cb11c",
    ] {
        assert_eq!(stage.record(&format!("{SPECS}/{id}")).0["id"], id);
    }
}

#[test]
fn filters_leave_what_fits_all_of_them() {
    let stage = Stage::new();
    assert_eq!(filtered(&stage, "property=name==zendesk"), ["zendesk"]);
    assert_eq!(filtered(&stage, "property=name%3D%3D%22zendesk%22"), ["zendesk"]);
    assert_eq!(filtered(&stage, "property=name==square,zendesk"), ["zendesk", "square"]);
    assert_eq!(filtered(&stage, "property=name==%22square,zendesk%22"), [""; 0]);
    let ids = "property=id==bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb,c604ff05-7f1a-43c0-8e18-33bf874cb11c";
    assert_eq!(filtered(&stage, ids), ["http-api", "datalake"]);
    assert_eq!(filtered(&stage, &format!("{ids}&property=providerId=={STREAMING}")), ["http-api"]);
    assert_eq!(
        filtered(&stage, "property=attributes.category=%22Cloud%20Storage%22"),
        ["amazon-s3", "azure-file-storage"]
    );
    assert_eq!(filtered(&stage, "property=attributes.isSource==false"), ["datalake"]);
    assert_eq!(filtered(&stage, "property=authSpec[].type==basicAuthentication"), ["azure-file-storage"]);
    // A field that is missing is not equal to anything.
    assert_eq!(
        filtered(&stage, &format!("property=type!=generic-rest&property=providerId!={BATCH}")),
        ["generic-streaming", "http-api", "pendo"]
    );
    assert_eq!(filtered(&stage, "property=nowhere==1"), [""; 0]);
    assert_eq!(filtered(&stage, "property=createdAt%3E=1633080822911&property=name==square"), ["square"]);
    assert_eq!(filtered(&stage, "property=createdAt%3E1633080822911"), [""; 0]);
    let listing = "property=sourceConnectionSpecIds[]==2acf109f-9b66-4d5e-bc18-ebb2adcff8d5";
    assert_eq!(stage.get(&format!("{FLOWS}?{listing}")).names(), ["CRMToAEP"]);
}

#[test]
fn a_question_that_makes_no_sense_is_refused_with_its_code() {
    let stage = Stage::new();
    for (query, code) in [
        ("property=name", "1453-400"),
        ("property=name==", "1453-400"),
        ("property=name==a,", "1453-400"),
        ("property=name==%22a", "1453-400"),
        ("property===a", "1449-400"),
        ("property=a..b==1", "1449-400"),
        ("property=name~a", "1440-400"),
        ("property=name=~a", "1440-400"),
        ("property=name!%3Ea", "1450-400"),
        ("property=createdAt%3C=1,2", "1443-400"),
        ("property=id%3E=1", "1448-400"),
        ("property=createdAt%3Eyesterday", "1452-400"),
        ("testParam=1", "1451-400"),
        ("limit=0", "1452-400"),
        ("limit=1001", "1452-400"),
        ("limit=many", "1452-400"),
        ("count=yes", "1452-400"),
        ("limit=1&count=true", "1401-400"),
        ("orderby=", "1432-400"),
        ("orderby=--name", "1432-400"),
        ("orderby=%23id", "1433-400"),
        ("continuationToken=xyz", "1452-400"),
    ] {
        stage.get(&format!("{SPECS}?{query}")).refused(code);
    }
}

#[test]
fn a_count_is_the_number_alone() {
    let stage = Stage::new();
    let all = stage.get(SPECS).items().len();
    assert_eq!(stage.get(&format!("{SPECS}?count=true")).body, json!({"count": all}));
    assert_eq!(stage.get(&format!("{SPECS}?count=true&property=name==zendesk")).body, json!({"count": 1}));
    assert_eq!(stage.get(&format!("{SPECS}?count=false")).items().len(), all);
}

#[test]
fn an_order_is_by_any_field_in_either_direction() {
    let stage = Stage::new();
    let by = |order: &str| filtered(&stage, &format!("orderby={order}"));
    let mut sorted = filtered(&stage, "");
    sorted.sort();
    assert_eq!(by("name"), sorted);
    assert_eq!(by("+name"), sorted);
    assert_eq!(by("%2Bname"), sorted);
    sorted.reverse();
    assert_eq!(by("-name"), sorted);
    // What has no such field comes first.
    assert_eq!(by("attributes.category")[0], "datalake");
    stage.post(SPECS, &batch("latest")).expect(201);
    assert_eq!(by("-createdAt")[0], "latest");
}

#[test]
fn pages_hold_every_record_once() {
    let stage = Stage::new();
    for query in ["limit=5", "limit=5&orderby=-providerId", "limit=4&property=version==1.0&orderby=name", "limit=12"] {
        let whole = query.split('&').filter(|part| !part.starts_with("limit")).collect::<Vec<_>>().join("&");
        let whole = filtered(&stage, &whole);
        let limit: usize = query.split(['=', '&']).nth(1).unwrap().parse().unwrap();
        let mut seen = Vec::new();
        let mut next = format!("/connectionSpecs?{query}");
        let mut pages = 0;
        loop {
            let page = stage.get(&format!("{FLOW_SERVICE}{next}")).expect(200);
            pages += 1;
            seen.extend(page.names().into_iter().map(ToOwned::to_owned));
            assert!(page.items().len() <= limit);
            match page.body.pointer("/_links/next/href") {
                Some(href) => next = href.as_str().unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, whole, "{query}");
        assert_eq!(pages, whole.len().div_ceil(limit), "{query}");
    }
}

#[test]
fn a_record_made_between_two_pages_moves_none() {
    let stage = Stage::new();
    let first = stage.get(&format!("{SPECS}?limit=3&orderby=name")).expect(200);
    assert_eq!(first.names(), ["amazon-s3", "azure-file-storage", "datalake"]);
    stage.post(SPECS, &batch("aaa")).expect(201);
    let next = first.body["_links"]["next"]["href"].as_str().unwrap();
    let second = stage.get(&format!("{FLOW_SERVICE}{next}")).expect(200);
    assert_eq!(second.names(), ["generic-rest", "generic-streaming", "http-api"]);
}

#[test]
fn a_continuation_token_goes_with_its_question() {
    let stage = Stage::new();
    let first = stage.get(&format!("{SPECS}?limit=3&orderby=name")).expect(200);
    let token = first.body["_links"]["next"]["href"].as_str().unwrap().split_once('=').unwrap().1.to_owned();
    let page = stage.get(&format!("{SPECS}?limit=1&orderby=name&continuationToken={token}")).expect(200);
    assert_eq!(page.names(), ["generic-rest"]);
    for other in ["orderby=-name", "property=name==a", "count=true"] {
        stage.get(&format!("{SPECS}?{other}&continuationToken={token}")).refused("1452-400");
    }
}
