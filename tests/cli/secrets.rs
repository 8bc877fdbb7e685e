//! No secret comes to light: every verb is run, well and badly, and everything that it said, wrote and called is searched.

#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::{Value, json};

use crate::{
    emulator::{Emulator, drop_connection, status},
    publish::{BATCH, STREAMING, edit, example, spec_path},
    support::{Ran, Sss, tree},
};

const SECRET: &str = "p8e-Kq7vN2m/Xw4sT9+bRz==";
const REFRESH: &str = "rfr-1Zx8Lq0Vb7Nc3Mh5Jk2Pd";
const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

/// Everything that was said and called so far, and what must not be in it.
struct Watch {
    said: String,
    secrets: Vec<String>,
    runs: usize,
}

impl Watch {
    fn run(&mut self, sss: Sss) -> Ran {
        let ran = sss.run();
        self.said.push_str(&ran.stdout);
        self.said.push_str(&ran.stderr);
        self.runs += 1;
        ran
    }

    /// Nothing of it was said, nor stands in any file but those that are to hold it.
    #[track_caller]
    fn assert_silent(&self, directory: &Path, but: &[&str]) {
        let mut all = self.said.clone();
        for path in tree(directory).into_iter().filter(|path| !path.ends_with('/') && !but.contains(&path.as_str())) {
            all.push_str(&format!("\n==> {path}\n"));
            all.push_str(&String::from_utf8_lossy(&fs::read(directory.join(&path)).unwrap()));
        }
        for secret in &self.secrets {
            let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            for written in [secret.as_str(), &form, &secret.replace('/', "\\/")] {
                if let Some(at) = all.find(written) {
                    let from = all[..at].char_indices().rev().nth(400).map_or(0, |(at, _)| at);
                    panic!("a secret shows here: {}", &all[from..at]);
                }
            }
        }
        // Tokens that were fetched on the way look like this.
        for (at, _) in all.match_indices("emulator-") {
            let token = all[at + 9..].chars().take_while(char::is_ascii_hexdigit).count();
            assert_ne!(token, 32, "a fetched token shows: {}", &all[at..at + 41]);
        }
    }
}

/// Programs that write down how they were called, before the real ones.
fn shims(directory: &Path) -> String {
    let shims = directory.join("shims");
    fs::create_dir(&shims).unwrap();
    for name in ["git", "curl", "sh", "bash", "open", "xdg-open", "security", "secret-tool", "ssh"] {
        let path = shims.join(name);
        fs::write(&path, "#!/usr/bin/env -S PATH=/usr/bin:/bin sh\nprintf '%s\\n' \"$0 $*\" >> \"$(dirname \"$0\")/called\"\nenv >> \"$(dirname \"$0\")/called\"\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    format!("{}:{}", shims.display(), std::env::var("PATH").unwrap())
}

fn token(emulator: &Emulator) -> String {
    let form = "grant_type=client_credentials&client_id=emulator&client_secret=emulator&scope=openid";
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let request = agent.post(format!("{}/ims/token/v3", emulator.base_url));
    let mut answer = request.header("Content-Type", "application/x-www-form-urlencoded").send(form).unwrap();
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_that_is_said_written_or_called_holds_a_secret() {
    let directory = example();
    let elsewhere = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(elsewhere.path());
    let token = token(&emulator);
    let path = shims(elsewhere.path());
    let credentials = "credentials.json";
    let file = json!({"name": "AEP", "values": [
        {"key": "API_KEY", "value": "emulator"}, {"key": "IMS_ORG", "value": self_serve_sources::emulator::ORGANIZATION},
        {"key": "ACCESS_TOKEN", "value": token}, {"key": "REFRESH_TOKEN", "value": REFRESH}]});
    fs::write(directory.path().join(credentials), file.to_string()).unwrap();
    let mut watch = Watch { said: String::new(), secrets: vec![SECRET.into(), REFRESH.into(), token.clone()], runs: 0 };

    // Three ways to be let in: a token, a file, client id and secret (the emulator's own, so that its tokens are looked for).
    let ways: [&dyn Fn() -> Sss; 3] = [
        &|| emulator.sss(directory.path()).env("AEP_ACCESS_TOKEN", &token),
        &|| emulator.sss(directory.path()).args(["--credentials", credentials]),
        &|| emulator.sss(directory.path()),
    ];
    let verbs: [&[&str]; 15] = [
        &["auth", "check"],
        &["plan"],
        &["plan", "--json", "--out", "plan.json"],
        &["publish", "--curl"],
        &["publish", "--yes"],
        &["status", "-v"],
        &["pull", BATCH],
        &["api", "GET", "/flowSpecs", "--include"],
        &["api", "GET", "/flowSpecs", "--paginate"],
        &["api", "POST", "/connectionSpecs", "--data", "no-such-file"],
        &["api", "GET", "/no-such-thing", "--curl"],
        &["auth", "login"],
        &["publish", "--undo", "--yes"],
        &["rehearse"],
        &["lint"],
    ];
    let traced = |way: &dyn Fn() -> Sss| way().env("PATH", &path).env("RUST_BACKTRACE", "full").args(["-vv"]);
    for way in ways {
        for verb in verbs {
            watch.run(traced(way).args(verb));
        }
    }

    // Everything that can go wrong, with a platform that repeats what it was sent.
    let repeats = json!({"detail": "the secret [KNOWN] is no good", "error_code": "1100-400"});
    let page = "<html>[KNOWN]</html>";
    let faults = [
        json!({"method": "*", "path": "/data/**", "action": {"status": 403, "body": repeats}}),
        json!({"method": "*", "path": "/data/**", "action": {"status": 200, "body": page}}),
        json!({"method": "*", "path": "/ims/**", "action": {"status": 400, "body": repeats}}),
        json!({"method": "GET", "path": "/data/**", "action": {"truncate": 20}}),
        json!({"method": "POST", "path": SPECS, "action": {"status": 500, "body": repeats}}),
        status("PUT", "flowSpecs/*", 1000, 500),
        drop_connection("POST", "connectionSpecs", "after"),
        drop_connection("*", "**", "before"),
    ];
    for (number, fault) in faults.iter().enumerate() {
        let mark = format!("\"note\": \"{number}\", \"version\": \"1.0\"");
        for source in [BATCH, STREAMING] {
            let text = fs::read_to_string(spec_path(&directory, source)).unwrap();
            let from = if number == 0 {
                "\"version\": \"1.0\"".to_owned()
            } else {
                mark.replace(&format!("\"{number}\""), &format!("\"{}\"", number - 1))
            };
            assert!(text.contains(&from));
            edit(&directory, source, &from, &mark);
        }
        for (index, way) in ways.into_iter().enumerate() {
            // What a platform repeats can only be what it was sent.
            let with_secret = index == 2 && number == 2;
            let bad = || emulator.sss(directory.path()).env("AEP_CLIENT_SECRET", SECRET);
            let way: &dyn Fn() -> Sss = if with_secret { &bad } else { way };
            let known = [token.as_str(), token.as_str(), if with_secret { SECRET } else { "it" }][index];
            let fault = fault.to_string().replace("[KNOWN]", known);
            emulator.fault(&serde_json::from_str(&fault).unwrap());
            let verbs: [&[&str]; 5] = [
                &["auth", "check"],
                &["publish", "--yes", "--adopt", "--recreate"],
                &["status"],
                &["api", "GET", "/flowSpecs", "--include"],
                &["api", "POST", "/connectionSpecs", "--data", credentials],
            ];
            // What is in a body is the caller's own doing, so the last one shows it to nobody but the platform.
            let quiet = verbs.len() - 1;
            for (at, verb) in verbs.iter().enumerate() {
                let sss = if at == quiet { way().env("PATH", &path) } else { traced(way) };
                watch.run(sss.args(*verb));
            }
            emulator.mend();
        }
    }

    // A secret that nobody knows, and addresses that hold one.
    for verb in verbs {
        watch.run(emulator.sss(directory.path()).env("AEP_CLIENT_SECRET", SECRET).args(["-vv"]).args(verb));
    }
    for (name, value) in [
        ("AEP_BASE_URL", format!("https://user:{SECRET}@platform.example/")),
        ("AEP_IMS_URL", format!("http://ims.example/?client_secret={SECRET}")),
        ("AEP_ACCESS_TOKEN", format!("{SECRET} \u{1}")),
        ("AEP_ACCESS_TOKEN", format!("Bearer {SECRET}")),
        ("SSS_CREDENTIALS", credentials.to_owned()),
    ] {
        watch.run(emulator.sss(directory.path()).env(name, value).args(["-vv", "auth", "check"]));
    }
    let bad = directory.path().join("bad.json");
    for text in [
        format!("{{\"client_secret\": \"{SECRET}\""),
        json!({"client_secret": {SECRET: 1}, "refresh_token": REFRESH}).to_string(),
    ] {
        fs::write(&bad, text).unwrap();
        watch.run(emulator.sss(directory.path()).args(["-vv", "--credentials", "bad.json", "auth", "check"])).exits(2);
    }
    fs::remove_file(bad).unwrap();

    let kept = tree(directory.path());
    for part in [".sss/journal/", ".sss/backup/", ".sss/published/", "plan.json"] {
        assert!(kept.iter().any(|path| path.starts_with(part)), "{part} is there to be searched: {kept:?}");
    }
    assert!(watch.runs > 150 && watch.said.contains("[redacted]"));
    watch.assert_silent(directory.path(), &[credentials]);
    watch.assert_silent(elsewhere.path(), &[]);
}
