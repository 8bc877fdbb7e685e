//! Runs the built `sss` in a scrubbed environment: `Sss::in_dir(&directory).args(["new", "acme"]).run().exits(0)`.

use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// A run of `sss` to be.
#[derive(Debug)]
pub(crate) struct Sss {
    command: Command,
    input: Vec<u8>,
}

impl Sss {
    /// In a directory, with nothing of the developer's own environment but the path.
    pub(crate) fn in_dir(directory: impl AsRef<Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sss"));
        command.current_dir(directory.as_ref()).env_clear();
        for kept in ["PATH", "SystemRoot", "TMPDIR", "TEMP", "TMP", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        // A home that is not there: no configuration of git or of anything else is found.
        command.env("HOME", directory.as_ref().join("no-such-home"));
        command.env("XDG_CONFIG_HOME", directory.as_ref().join("no-such-home"));
        Self { command, input: Vec::new() }
    }

    /// Adds arguments.
    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, arguments: I) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds an argument.
    pub(crate) fn arg(self, argument: impl AsRef<OsStr>) -> Self {
        self.args([argument])
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What standard input holds; nothing otherwise.
    pub(crate) fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ran {
        let told = format!("{:?}", self.command);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A run that ends before it reads is no failure of the test's.
        let _ = child.stdin.take().unwrap().write_all(&self.input);
        let output = child.wait_with_output().unwrap();
        Ran {
            told,
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    told: String,
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n--- stdout\n{}\n--- stderr\n{}", self.told, self.stdout, self.stderr);
        self
    }

    /// Asserts that standard error holds each of some texts.
    #[track_caller]
    pub(crate) fn tells<I: IntoIterator<Item = S>, S: AsRef<str>>(self, texts: I) -> Self {
        for text in texts {
            let text = text.as_ref();
            assert!(self.stderr.contains(text), "{}\n--- lacks\n{text}\n--- stderr\n{}", self.told, self.stderr);
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{}: {error}\n{}", self.told, self.stdout))
    }
}

/// Every file and directory beneath a directory, sorted, with `/`; what is in `.git` is left out.
pub(crate) fn tree(directory: &Path) -> Vec<String> {
    fn walk(root: &Path, directory: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                found.push(format!("{name}/"));
                if name != ".git" {
                    walk(root, &path, found);
                }
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(directory, directory, &mut found);
    found.sort();
    found
}
