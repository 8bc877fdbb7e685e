//! The guard before production: a write needs the sandbox's name to be typed, or `--allow-production`.

use std::fs;

use serde_json::json;

use crate::{
    emulator::Emulator,
    publish::{BATCH, assert_published, edit, example, publish},
};

const SANDBOXES: &str = "/data/foundation/sandbox-management";

#[test]
fn production_is_refused_without_a_terminal_and_allowed_by_name() {
    let directory = example();
    let emulator = Emulator::start(directory.path(), &["--memory", "--sandbox-type", "production"]);
    publish(&emulator, &directory, &[]).exits(2).tells(["`prod` is a production sandbox", "--allow-production"]);
    assert_eq!(emulator.writes(), [""; 0]);
    assert!(!directory.path().join(".sss").exists());
    // Reading is not guarded, and neither is a publish that has nothing to write.
    emulator.sss(directory.path()).args(["plan"]).run().exits(0);
    publish(&emulator, &directory, &["--allow-production"]).exits(0);
    assert_published(&emulator, &directory);
    publish(&emulator, &directory, &[]).exits(0);
    // The other sandbox is one of development.
    emulator.sss(directory.path()).env("AEP_SANDBOX", "dev").args(["publish", "--yes"]).run().exits(0);
}

#[test]
fn a_protected_sandbox_is_guarded_whatever_its_type() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let profile = |sandboxes: &str| {
        fs::write(directory.path().join("sss.toml"), format!("[profiles.default]\nprotected = {sandboxes}\n")).unwrap();
    };
    profile("[\"other\", \"prod\"]");
    publish(&emulator, &directory, &[]).exits(2).tells(["`prod` is `protected` in the profile"]);
    assert_eq!(emulator.writes(), [""; 0]);
    profile("[\"other\"]");
    publish(&emulator, &directory, &[]).exits(0);
    profile("\"prod\"");
    publish(&emulator, &directory, &[]).exits(2).tells(["this must be a list of texts"]);
}

#[test]
fn a_sandbox_of_unknown_type_is_guarded_and_an_outage_is_one() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    emulator.fault(&json!({"method": "GET", "path": SANDBOXES, "action": {"status": 403}}));
    publish(&emulator, &directory, &[]).exits(2).tells(["could not be asked", "--allow-production"]);
    emulator.mend();
    emulator.fault(&json!({"method": "GET", "path": SANDBOXES, "action": {"status": 503}}));
    publish(&emulator, &directory, &[]).exits(4);
    assert_eq!(emulator.writes(), [""; 0]);
    // With the flag, nobody is asked.
    publish(&emulator, &directory, &["--allow-production"]).exits(0);
    emulator.mend();
    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    publish(&emulator, &directory, &[BATCH]).exits(0);
    assert_published(&emulator, &directory);
}

/// On a terminal of its own: the name is asked for, and only the name lets the write through.
#[cfg(target_os = "linux")]
#[test]
fn the_name_is_typed_on_a_terminal() {
    use std::process::Command;
    let directory = example();
    let emulator = Emulator::start(directory.path(), &["--memory", "--sandbox-type", "production"]);
    let python = Command::new("python3").arg("--version").output();
    assert!(
        python.is_ok_and(|ran| ran.status.success()),
        "this test drives a terminal with `python3`, which is missing"
    );
    let run = |typed: &str| {
        let script = format!(
            "import os, pty, sys, time\n\
             pid, fd = pty.fork()\n\
             if pid == 0:\n\
             \x20   os.execv({binary:?}, ['sss', '--profile', 'emulator', 'publish', '--yes'])\n\
             seen = b''\n\
             sent = False\n\
             while True:\n\
             \x20   try:\n\
             \x20       data = os.read(fd, 4096)\n\
             \x20   except OSError:\n\
             \x20       break\n\
             \x20   if not data:\n\
             \x20       break\n\
             \x20   seen += data\n\
             \x20   if b'\\x1b[6n' in data:\n\
             \x20       os.write(fd, b'\\x1b[1;1R')\n\
             \x20   if not sent and b'to write to it:' in seen:\n\
             \x20       sent = True\n\
             \x20       time.sleep(0.2)\n\
             \x20       os.write(fd, {typed:?}.encode() + b'\\r')\n\
             sys.stdout.buffer.write(seen)\n\
             sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n",
            binary = env!("CARGO_BIN_EXE_sss"),
        );
        let ran = Command::new("python3")
            .args(["-c", &script])
            .current_dir(directory.path())
            .env("AEP_BASE_URL", &emulator.base_url)
            .env("TERM", "xterm")
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let (code, told) = run("dev");
    assert_eq!(code, Some(130), "{told}");
    assert_eq!(emulator.writes(), [""; 0]);
    let (code, told) = run("prod");
    assert_eq!(code, Some(0), "{told}");
    assert_published(&emulator, &directory);
}
