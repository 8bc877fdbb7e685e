//! `sss schema`: what editors are given, and that it is what the linter uses.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{Sss, tree};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const EXAMPLES: [(&str, &str); 2] = [("batch", "harbor-helpdesk-tickets"), ("streaming", "lumen-loyalty-events")];

#[test]
fn the_schema_is_the_one_that_the_linter_uses() {
    for (kind, source) in EXAMPLES {
        let ran = Sss::in_dir(ROOT).args(["schema", "--kind", kind]).run().exits(0);
        let file = Path::new(ROOT).join(format!("src/schema/{kind}.schema.json"));
        assert_eq!(ran.stdout, fs::read_to_string(file).unwrap());
        let validator = jsonschema::draft7::new(&ran.json()).unwrap();
        let spec = format!("artifacts-example/Sources/{source}/Artifacts/{source}-connectionSpec.json");
        let spec: Value = serde_json::from_slice(&fs::read(Path::new(ROOT).join(spec)).unwrap()).unwrap();
        assert!(validator.is_valid(&spec), "{:?}", validator.validate(&spec));
    }
}

#[test]
fn it_can_be_written_to_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let ran = Sss::in_dir(directory.path()).args(["schema", "--kind", "batch", "--output", "a/b.json"]).run().exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "wrote a/b.json\n"));
    let printed = Sss::in_dir(ROOT).args(["schema", "--kind", "batch", "--json"]).run().exits(0).stdout;
    assert_eq!(fs::read_to_string(directory.path().join("a/b.json")).unwrap(), printed);
    let ran = Sss::in_dir(directory.path()).args(["schema", "--kind=streaming", "--output=s.json", "--json"]).run();
    assert_eq!(ran.exits(0).json(), json!({"version": 1, "kind": "streaming", "file": "s.json"}));
    assert_eq!(tree(directory.path()), ["a/", "a/b.json", "s.json"]);
    Sss::in_dir(directory.path())
        .args(["schema", "--kind=batch", "--output=a"])
        .run()
        .exits(2)
        .tells(["could not write"]);
}

#[test]
fn a_kind_must_be_named_and_known() {
    let told = ["possible values", "streaming", "batch"];
    Sss::in_dir(ROOT).args(["schema", "--kind", "bach"]).run().exits(2).tells(told).tells(["'bach'"]);
    Sss::in_dir(ROOT).args(["schema"]).run().exits(2).tells(["--kind"]);
}
