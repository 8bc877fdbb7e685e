"""Holds the workflows of `sss new --ci` to a YAML parser that is not ours, and runs their shell lines as the services would.

What a service fills in (`${{ … }}`, its variables) is filled in here; what only it can do (checkout, caches, reports) is not run.
The install line runs with `SSS_INSTALL`, as a repository that has another way would set it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import yaml

SSS, EXAMPLE, WORK = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
NAME = "lumen-loyalty-events"
HOME = WORK / "home"


def git(folder, *arguments):
    ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, env=environment({}))
    assert ran.returncode == 0, (arguments, ran.stderr)
    return ran.stdout.strip()


def environment(more, path=None):
    return {"PATH": path or os.environ["PATH"], "HOME": str(HOME), "GIT_CONFIG_NOSYSTEM": "1", **more}


def repository(name, below):
    """A clone with a change on a branch that is worth a finding, and a source with an old one that is not to be shown."""
    remote, clone = WORK / f"{name}.git", WORK / name
    git(WORK, "init", "-q", "--bare", "--initial-branch=main", str(remote))
    git(WORK, "init", "-q", "--initial-branch=main", str(clone))
    git(clone, "config", "user.name", "Ann")
    git(clone, "config", "user.email", "ann@acme.example")
    git(clone, "remote", "add", "origin", str(remote))
    root = clone / below
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    old = root / "Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-label.txt"
    old.write_text("Harbor \n")
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "Begin")
    git(clone, "push", "-q", "origin", "main")
    git(clone, "switch", "-qc", "topic")
    spec = root / f"Sources/{NAME}/Artifacts/{NAME}-connectionSpec.json"
    spec.write_text(spec.read_text().replace('"isSource": true', '"isSource": "yes"'))
    git(clone, "commit", "-qam", "Break it")
    git(clone, "fetch", "-q")
    return clone, root


def write(root, service):
    ran = subprocess.run([SSS, "new", "--ci", service, "--json"], cwd=root, capture_output=True, text=True, env=environment({}))
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)["ci"]
    assert told["written"] is True and told["add"] is None, told
    return told["file"]


def parse(path):
    """As it is read, with every key once."""

    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    return yaml.load(path.read_text(), Strict)


def shell(script, folder, variables, program):
    """Runs lines as a service does, with an installer in place of the long build."""
    bin_folder = WORK / "bin"
    bin_folder.mkdir(exist_ok=True)
    path = f"{bin_folder}:{os.environ['PATH']}"
    install = f"install -D '{SSS}' '{bin_folder}/sss'"
    return subprocess.run(
        [*program, "-c", script], cwd=folder, capture_output=True, text=True, env=environment({"SSS_INSTALL": install, **variables}, path)
    )


def installs(script, folder, variables, program):
    """Without `SSS_INSTALL`, lines install this very version with cargo: one that only says what it is asked."""
    fake = WORK / "fake"
    fake.mkdir(exist_ok=True)
    said = WORK / "said"
    said.unlink(missing_ok=True)
    (fake / "cargo").write_text(f"#!/bin/sh\necho \"$@\" >'{said}'\n")
    (fake / "cargo").chmod(0o755)
    # No `sss` is there, wherever else one may be.
    tools = WORK / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ["sh", "bash"]:
        if not (tools / tool).exists():
            (tools / tool).symlink_to(shutil.which(tool))
    ran = subprocess.run(
        [*program, "-c", script], cwd=folder, capture_output=True, text=True, env=environment(variables, f"{fake}:{tools}")
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    version = subprocess.run([SSS, "--version"], capture_output=True, text=True).stdout.split()[1]
    assert said.read_text() == f"install self-serve-sources --locked --version {version}\n", said.read_text()


def paths(findings):
    return sorted({path for path in findings})


def check_github(below):
    clone, root = repository(f"github-{below or 'root'}", below)
    workflow = parse(clone / write(root, "github"))
    # YAML 1.1 takes the key `on` for a truth value, and GitHub does not.
    assert set(workflow[True]) == {"pull_request", "push"}, workflow
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["defaults"]["run"]["shell"] == "bash"
    [job] = workflow["jobs"].values()
    checkout, cache, install, lint = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@") and checkout["with"]["fetch-depth"] == 0
    assert cache["uses"].startswith("actions/cache@") and re.search(r"\$\{\{ runner\.os \}\}", cache["with"]["key"])
    assert job["env"]["SSS_INSTALL"] == "${{ vars.SSS_INSTALL }}" and lint["env"]["BASE"] == "${{ github.base_ref }}"
    program = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
    installs(install["run"], clone, {"SSS_INSTALL": ""}, program)
    assert shell(install["run"], clone, {}, program).returncode == 0
    ran = shell(lint["run"], clone, {"BASE": "main"}, program)
    found = re.findall(r"^::(?:error|warning|notice) file=([^,]+),", ran.stdout, re.MULTILINE)
    assert ran.returncode == 1, (ran.returncode, ran.stdout, ran.stderr)
    expected = f"{below}/" if below else ""
    assert paths(found) == [f"{expected}Sources/{NAME}/Artifacts/{NAME}-connectionSpec.json"], ran.stdout
    assert all((clone / path).is_file() for path in found), "annotations name files of the repository"
    ran = shell(lint["run"], clone, {"BASE": ""}, program)
    assert "harbor-helpdesk-tickets-label.txt" in ran.stdout and NAME in ran.stdout, "without a pull request all of them"
    git(clone, "switch", "-q", "main")
    git(clone, "switch", "-qc", "clean")
    assert shell(lint["run"], clone, {"BASE": "main"}, program).returncode == 0


def junit(path):
    cases = ElementTree.parse(path).iter("testcase")
    return sorted({case.get("classname") for case in cases if case.find("failure") is not None})


def check_gitlab(below):
    clone, root = repository(f"gitlab-{below or 'root'}", below)
    workflow = parse(clone / write(root, "gitlab"))
    [job] = workflow.values()
    assert job["image"].startswith("rust") and job["variables"]["GIT_DEPTH"] == "0"
    assert job["rules"][0]["if"] == '$CI_PIPELINE_SOURCE == "merge_request_event"'
    home = job["variables"]["CARGO_HOME"].replace("$CI_PROJECT_DIR", str(clone))
    report = clone / job["artifacts"]["reports"]["junit"]
    assert job["artifacts"]["when"] == "always"
    installs("\n".join(["set -e", *job["before_script"]]), clone, {"CARGO_HOME": home}, ["sh"])
    script = "\n".join(["set -e", *job["before_script"], *job["script"]])
    base = git(clone, "merge-base", "main", "HEAD")
    # The shell of an image may be a plain one.
    ran = shell(script, clone, {"CARGO_HOME": home, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, ["sh"])
    assert ran.returncode == 1, (ran.returncode, ran.stdout, ran.stderr)
    assert junit(report) == [f"Sources/{NAME}/Artifacts/{NAME}-connectionSpec.json"], junit(report)
    ran = shell(script, clone, {"CARGO_HOME": home}, ["sh"])
    assert ran.returncode == 1 and "harbor-helpdesk-tickets" in report.read_text()
    git(clone, "switch", "-q", "main")
    base = git(clone, "rev-parse", "HEAD")
    assert shell(script, clone, {"CARGO_HOME": home, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, ["sh"]).returncode == 0


def check_azure(below):
    clone, root = repository(f"azure-{below or 'root'}", below)
    workflow = parse(clone / write(root, "azure"))
    assert workflow["pr"]["branches"]["include"] == ["*"]
    checkout, cache, install, lint, publish = workflow["steps"]
    assert checkout == {"checkout": "self", "fetchDepth": 0} and cache["task"].startswith("Cache@")
    variables = {"PIPELINE_WORKSPACE": str(WORK / "pipeline")}
    program = ["bash", "--noprofile", "--norc"]
    installs(install["bash"], clone, variables, program)
    assert shell(install["bash"], clone, variables, program).returncode == 0
    for target in ["refs/heads/main", "main"]:
        ran = shell(lint["bash"], clone, {**variables, "SYSTEM_PULLREQUEST_TARGETBRANCH": target}, program)
        assert ran.returncode == 1, (ran.returncode, ran.stdout, ran.stderr)
        issues = re.findall(
            r"^##vso\[task\.logissue type=(error|warning);sourcepath=([^;]+);linenumber=(\d+);columnnumber=(\d+);code=([a-z-]+)\](.+)$",
            ran.stdout,
            re.MULTILINE,
        )
        assert issues and all((clone / path).is_file() for _, path, *_ in issues), ran.stdout
        assert paths(path for _, path, *_ in issues) == [f"{below + '/' if below else ''}Sources/{NAME}/Artifacts/{NAME}-connectionSpec.json"]
    assert publish["task"].startswith("PublishTestResults@") and publish["inputs"]["testResultsFormat"] == "JUnit"
    report = clone / publish["inputs"]["testResultsFiles"]
    assert junit(report) == [f"Sources/{NAME}/Artifacts/{NAME}-connectionSpec.json"], junit(report)
    git(clone, "switch", "-q", "main")
    ran = shell(lint["bash"], clone, {**variables, "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"}, program)
    assert ran.returncode == 0, (ran.stdout, ran.stderr)


HOME.mkdir()
for check in [check_github, check_gitlab, check_azure]:
    for below in ["", "partner/one"]:
        check(below)
print("the workflows for GitHub, GitLab and Azure are read, and their lines find what a pull request breaks")
