//! git as a program, for what is the person's own: credentials and hooks of a push, the key of a signature, and what ssh
//! calls a host.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

use git2::Oid;

use super::{
    Error,
    address::Project,
    repository::{Remote, Repository, Signers},
};

/// Variables that a hook of git sets for the repository it runs in, which may be another one.
const OF_HOOKS: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];

fn git(repository: &Repository) -> Command {
    let mut command = Command::new("git");
    command.current_dir(repository.workdir());
    for variable in OF_HOOKS {
        command.env_remove(variable);
    }
    command
}

/// Pushes a branch to the branch of the same name. What git asks and says, it asks and says itself, all on standard error.
pub fn push(repository: &Repository, remote: &Remote, branch: &str, quiet: bool, committed: bool) -> Result<(), Error> {
    let mut command = git(repository);
    command.arg("push");
    if quiet {
        command.arg("--quiet");
    }
    let name = format!("refs/heads/{branch}");
    command.args(["--", &remote.name, &format!("{name}:{name}")]).stdout(io::stderr());
    let no_git = |error: io::Error| Error::NoGit {
        why: error.to_string(),
        branch: branch.to_owned(),
        remote: remote.name.clone(),
    };
    if command.status().map_err(no_git)?.success() {
        return Ok(());
    }
    Err(Error::Push { branch: branch.to_owned(), remote: remote.name.clone(), committed })
}

/// Has git make a commit and sign it: libgit2 knows neither the person's keys nor the program that holds them.
pub(super) fn signed_commit(
    repository: &Repository,
    tree: Oid,
    parents: &[Oid],
    signers: &Signers,
    message: &str,
) -> Result<Oid, Error> {
    let unsigned = |why: String| Error::Unsigned { why };
    let mut command = git(repository);
    command.args(["commit-tree", "-S", &tree.to_string()]);
    for parent in parents {
        command.args(["-p", &parent.to_string()]);
    }
    let (author, committer) = (&signers.author, &signers.committer);
    command
        .env("GIT_AUTHOR_NAME", &author.name)
        .env("GIT_AUTHOR_EMAIL", &author.email)
        .env("GIT_COMMITTER_NAME", &committer.name)
        .env("GIT_COMMITTER_EMAIL", &committer.email)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| unsigned(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // Where git ended before it read, it says why, and its end is seen below.
        let _ = input.write_all(message.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| unsigned(error.to_string()))?;
    if !output.status.success() {
        return Err(unsigned("what it said stands above".to_owned()));
    }
    let id = String::from_utf8_lossy(&output.stdout);
    Oid::from_str(id.trim()).map_err(|error| unsigned(error.message().to_owned()))
}

/// A project at the host that ssh really goes to: its settings may have another name for one, such as one for each of two
/// accounts.
pub fn resolved(project: Project) -> Project {
    if !project.is_ssh()
        || project.host().starts_with('-')
        || ["github.com", "gitlab.com", "bitbucket.org"].contains(&project.host())
    {
        return project;
    }
    let told =
        Command::new("ssh").args(["-G", "--", project.host()]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let Ok(told) = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) else { return project };
    let host = told.lines().find_map(|line| line.strip_prefix("hostname ")).map(str::trim);
    match host.filter(|host| !host.is_empty()) {
        Some(host) => project.at_host(host),
        None => project,
    }
}
