//! `sss auth` and the places credentials may come from.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    emulator::{Emulator, status},
    support::Sss,
};

const ORGANIZATION: &str = self_serve_sources::emulator::ORGANIZATION;

/// A run without credentials in the environment.
fn bare(emulator: &Emulator, directory: &Path) -> Sss {
    Sss::in_dir(directory)
        .env("AEP_BASE_URL", &emulator.base_url)
        .env("AEP_IMS_URL", &emulator.base_url)
        .env("SSS_RETRY_MAX_WAIT", "0")
}

fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn a_check_says_who_we_are_and_tries_one_read() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let ran = emulator.sss(directory.path()).args(["auth", "check"]).run().exits(0);
    for told in [
        ORGANIZATION,
        "prod (development, VA7, active)",
        "AEP_CLIENT_SECRET",
        "openid, AdobeID",
        "in 23 h 59 min",
        "ok",
    ] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    let told = emulator.sss(directory.path()).args(["--json", "auth", "check"]).run().exits(0).json();
    assert_eq!((&told["version"], &told["ok"], &told["error"]), (&json!(1), &json!(true), &json!(null)));
    assert_eq!(told["sandbox"], json!({"name": "prod", "title": "prod", "type": "development", "region": "VA7"}));
    assert_eq!(told["credentials"], "oauth-server-to-server");
    assert!(told["expires_at"].as_str().unwrap().ends_with('Z'));
    let token = emulator.sss(directory.path()).env("AEP_ACCESS_TOKEN", "emulator").args(["--json", "auth", "check"]);
    assert_eq!(token.run().exits(0).json()["credentials"], "token");
    assert_eq!(emulator.writes(), [""; 0]);
}

#[test]
fn a_check_that_fails_says_what_is_wrong_and_ends_with_its_code() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let wrong = emulator.sss(directory.path()).env("AEP_CLIENT_SECRET", "wr0ng-s3cret").args(["auth", "check"]).run();
    let wrong = wrong.exits(4).tells(["no token was given", "invalid_client", "request id"]);
    assert!(!format!("{}{}", wrong.stdout, wrong.stderr).contains("wr0ng"), "{wrong:?}");
    let elsewhere =
        emulator.sss(directory.path()).env("AEP_SANDBOX", "nowhere").args(["--json", "auth", "check"]).run();
    let elsewhere = elsewhere.exits(4);
    assert_eq!(elsewhere.json()["ok"], false);
    assert!(elsewhere.json()["error"].as_str().unwrap().contains("nowhere"));
    bare(&emulator, directory.path())
        .args(["auth", "check"])
        .run()
        .exits(2)
        .tells(["AEP_API_KEY", "--credentials FILE"]);
    emulator.fault(&json!({"method": "GET", "path": "/data/foundation/sandbox-management", "action": {"status": 403}}));
    let ran = emulator.sss(directory.path()).args(["auth", "check"]).run().exits(0);
    assert!(ran.stdout.contains("of unknown type"), "{}", ran.stdout);
    emulator.fault(&status("GET", "flowSpecs", 1000, 503));
    emulator.sss(directory.path()).args(["auth", "check"]).run().exits(4).tells(["503"]);
}

#[test]
fn files_of_others_are_taken_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let files = [
        json!({"project": {"org": {"ims_org_id": ORGANIZATION}, "workspace": {"details": {"credentials": [
            {"name": "c", "integration_type": "oauth_server_to_server", "oauth_server_to_server":
                {"client_id": "emulator", "client_secrets": ["emulator"], "scopes": ["openid", "AdobeID"]}}]}}}}),
        json!({"name": "AEP", "values": [
            {"key": "CLIENT_SECRET", "value": "emulator", "enabled": true}, {"key": "API_KEY", "value": "emulator"},
            {"key": "SCOPES", "value": "openid,AdobeID"}, {"key": "IMS_ORG", "value": ORGANIZATION},
            {"key": "SANDBOX_NAME", "value": "dev"}, {"key": "ACCESS_TOKEN", "value": "an-old-one"}]}),
        json!({"org_id": ORGANIZATION, "client_id": "emulator", "tech_id": "t", "secret": "emulator",
            "scopes": "openid, AdobeID", "sandbox-name": "dev", "environment": "prod"}),
    ];
    for (number, file) in files.iter().enumerate() {
        let path = directory.path().join(format!("{number}.json"));
        write_private(&path, &file.to_string());
        let ran = bare(&emulator, directory.path())
            .args(["--json", "--credentials"])
            .arg(&path)
            .args(["auth", "check"])
            .run();
        let told = ran.exits(0).json();
        assert!(told["origin"].as_str().unwrap().contains(&format!("{number}.json")), "{told}");
        assert_eq!(told["sandbox"]["name"], if number == 0 { "prod" } else { "dev" });
        bare(&emulator, directory.path()).env("SSS_CREDENTIALS", &path).args(["auth", "check"]).run().exits(0);
    }
    // In a profile, from the root of the repository.
    fs::write(directory.path().join("sss.toml"), "[profiles.mine]\ncredentials = \"2.json\"\nsandbox = \"prod\"\n")
        .unwrap();
    let told =
        bare(&emulator, directory.path()).args(["--json", "--profile", "mine", "auth", "check"]).run().exits(0).json();
    assert_eq!(told["sandbox"]["name"], "prod");
}

#[test]
fn a_file_that_cannot_be_used_is_told_by_its_key_and_a_careless_one_by_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let check = |name: &str| bare(&emulator, directory.path()).args(["--credentials", name, "auth", "check"]).run();
    write_private(&directory.path().join("bad.json"), r#"{"client_id": "emulator", "client_secret": {"s3cret": 1}}"#);
    let ran = check("bad.json").exits(2).tells(["bad.json", "`client_secret`"]);
    assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    check("none.json").exits(2).tells(["none.json"]);
    let good = json!({"org_id": ORGANIZATION, "client_id": "emulator", "secret": "emulator", "scopes": "openid"});
    write_private(&directory.path().join("good.json"), &good.to_string());
    let quiet = check("good.json").exits(0);
    assert!(!quiet.stderr.contains("warning"), "{}", quiet.stderr);
    git2::Repository::init(directory.path()).unwrap();
    check("good.json").exits(0).tells(["warning", "does not ignore it"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = directory.path().join("good.json");
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        check("good.json").exits(0).tells(["chmod 600"]);
    }
}

/// Built without the feature, as the tests are.
#[cfg(not(feature = "keychain"))]
#[test]
fn login_and_logout_say_how_to_get_the_keychain() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    for verb in ["login", "logout"] {
        let ran = emulator.sss(directory.path()).args(["auth", verb]).run().exits(2);
        ran.tells(["--features keychain", "--credentials"]);
        let ran = emulator.sss(directory.path()).args(["--profile", "emulator", "auth", verb]).run().exits(2);
        ran.tells(["needs no credentials"]);
    }
}
