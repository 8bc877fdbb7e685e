"""Holds the reports of `sss lint`, and the schemas of `sss schema`, to what readers and writers that are not ours say.

Each check is then given reports with a damage, which it must find: a check that lets everything pass is none.
"""

import json
import pathlib
import subprocess
import sys
from urllib.parse import unquote

import jsonschema
import junitparser
from actions_toolkit.command import Command
from actions_toolkit.utils import AnnotationProperties, to_command_properties

SSS, SARIF_SCHEMA, REPOSITORY = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
SOURCES = {"batch": "harbor-helpdesk-tickets", "streaming": "lumen-loyalty-events"}


def sss(*arguments):
    ran = subprocess.run([SSS, *arguments], cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8")
    if ran.returncode not in (0, 1):
        raise SystemExit(f"sss {arguments} ended with {ran.returncode}: {ran.stderr}")
    return ran.stdout


def artifact(source, end):
    return REPOSITORY / "Sources" / source / "Artifacts" / f"{source}-{end}"


def break_things():
    """Findings of every level, with and without a place, in texts and under names that are awkward to write down."""
    batch, streaming = SOURCES["batch"], SOURCES["streaming"]
    spec = artifact(batch, "connectionSpec.json")
    text = spec.read_text(encoding="utf-8").replace('"parameterName"', '"parametername"')
    text = text.replace('"contentPath": {', '"é𝄞, 100 %: <b>\\"&\\\\": "a\\nb::c",\n      "contentPath": {', 1)
    text = text.replace('"paginationParams": {', '"method": "GETT", "method": "[x](y)", "paginationParams": {', 1)
    spec.write_text(text, encoding="utf-8")
    artifact(streaming, "label.txt").write_text("Lumen 100 % <b>é𝄞</b>, a::b\r\nTODO\n", encoding="utf-8", newline="")
    artifact(streaming, "icon.svg").write_bytes(b"<svg onload='x'><image href='http://a/b'/>\xff")
    artifact(streaming, "description.txt").unlink()
    spec = artifact(streaming, "connectionSpec.json")
    spec.write_text(spec.read_text(encoding="utf-8").replace('"version": "1.0",', '"version" "1.0",\n // c\n'), encoding="utf-8")
    stray = REPOSITORY / "Sources" / "é, 100 %&b" / "a:b [c](d).txt"
    stray.parent.mkdir()
    stray.write_text("x")


def check_json(report):
    assert report["version"] == 1
    levels = [found["level"] for found in report["findings"]]
    assert (levels.count("error"), levels.count("warning")) == (report["summary"]["errors"], report["summary"]["warnings"])


def check_sarif(sarif, report):
    schema = json.loads(pathlib.Path(SARIF_SCHEMA).read_text(encoding="utf-8"))
    assert schema["$id"].endswith("/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"), schema["$id"]
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    jsonschema.Draft7Validator(schema, format_checker=checker).validate(sarif)
    [run] = sarif["runs"]
    results = run["results"]
    assert len(results) == len(report["findings"])
    rules = run["tool"]["driver"]["rules"]
    for result, found in zip(results, report["findings"]):
        assert (result["ruleId"], result["level"]) == (found["rule"], found["level"])
        assert rules[result["ruleIndex"]]["id"] == found["rule"]
        [location] = result["locations"]
        check_region(location["physicalLocation"], found)
        for related in result.get("relatedLocations", []):
            check_region(related["physicalLocation"], None)


def check_region(physical, found):
    """Lines and columns, characters and bytes all lead to one place: counted here anew, from the file."""
    path = unquote(physical["artifactLocation"]["uri"])
    assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    if found is not None:
        assert path == found["path"], (path, found["path"])
    region = physical.get("region")
    if region is None:
        return
    content = (REPOSITORY / path).read_bytes()
    if "byteOffset" not in region:
        assert b"\xff" in content, "only where a file is no text there are no bytes to count"
        return
    start, end = region["byteOffset"], region["byteOffset"] + region["byteLength"]
    if found is not None:
        assert (start, end) == (found["range"]["start"]["offset"], found["range"]["end"]["offset"])
    units = lambda part: len(part.decode("utf-8").encode("utf-16-le")) // 2
    assert (units(content[:start]), units(content[start:end])) == (region["charOffset"], region["charLength"])
    for offset, line, column in [(start, "startLine", "startColumn"), (end, "endLine", "endColumn")]:
        before = content[:offset]
        assert before.count(b"\n") + 1 == region[line], region
        assert units(before[before.rfind(b"\n") + 1 :]) + 1 == region[column], region


def check_junit(text, report):
    xml = junitparser.JUnitXml.fromstring(text.encode("utf-8"))
    found = sorted((f["path"], f["rule"], f["level"], f["message"]) for f in report["findings"])
    told, passed = [], 0
    tests = failures = 0
    for suite in xml:
        assert suite.tests == len(list(suite)), suite.name
        tests, failures = tests + suite.tests, failures + suite.failures
        for case in suite:
            assert case.classname == suite.name
            if case.result:
                [result] = case.result
                told.append((suite.name, case.name.split(" (")[0], result.type, result.message))
            elif case.system_out:
                head = case.system_out.split("\n")[0]
                place, rest = head.split(": ", 1)
                level, rest = rest.split("[", 1)
                rule, message = rest.split("] ", 1)
                assert place.startswith(suite.name), head
                told.append((suite.name, rule, level, message))
            else:
                passed += 1
                assert case.name == "no findings"
    assert (xml.tests, xml.failures, xml.errors) == (tests, failures, 0)
    assert tests == len(told) + passed and failures == report["summary"]["errors"]
    assert sorted(told) == found, [pair for pair in zip(sorted(told), found) if pair[0] != pair[1]]


def check_github(text, report):
    """The toolkit for actions, given the same findings, writes the same lines."""
    lines = text.splitlines()
    assert len(lines) == len(report["findings"]) + 1, "a line a finding, and the summary"
    for line, found in zip(lines, report["findings"]):
        start, end = found["range"]["start"], found["range"]["end"]
        has_place = ",line=" in line
        assert has_place or start == end == {"line": 1, "column": 1, "offset": 0}, found
        one_line = start["line"] == end["line"]
        said = to_command_properties(
            AnnotationProperties(
                title=found["rule"],
                file=found["path"],
                start_line=start["line"] if has_place else None,
                end_line=end["line"] if has_place else None,
                start_column=start["column"] if has_place and one_line else None,
                end_column=end["column"] if has_place and one_line else None,
            )
        )
        order = ["file", "line", "col", "endLine", "endColumn", "title"]
        properties = {name: said[name] for name in order if said[name] is not None}
        command = {"error": "error", "warning": "warning", "note": "notice"}[found["level"]]
        message = found["message"] + (f"\nhelp: {found['help']}" if found["help"] else "")
        assert line == str(Command(command, properties, message)), (line, str(Command(command, properties, message)))


def must_fail(check, damaged, report):
    try:
        check(damaged, report)
    except (AssertionError, jsonschema.ValidationError, junitparser.JUnitXmlError, SyntaxError, ValueError, KeyError):
        return
    raise SystemExit(f"{check.__name__} lets a damaged report pass")


def check_reports():
    for kind in ["sarif", "junit", "github"]:
        (REPOSITORY / f"report.{kind}").unlink(missing_ok=True)
    outputs = [f"--output={kind}=report.{kind}" for kind in ["sarif", "junit", "github"]]
    report = json.loads(sss("lint", "--format=json", *outputs))
    read = lambda kind: (REPOSITORY / f"report.{kind}").read_text(encoding="utf-8")
    sarif, junit, github = json.loads(read("sarif")), read("junit"), read("github")
    check_json(report)
    check_sarif(sarif, report)
    check_junit(junit, report)
    check_github(github, report)
    for kind in ["sarif", "junit", "github"]:
        (REPOSITORY / f"report.{kind}").unlink()
    return report, sarif, junit, github


def check_schemas():
    for kind, source in SOURCES.items():
        schema = json.loads(sss("schema", f"--kind={kind}"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        spec = json.loads(artifact(source, "connectionSpec.json").read_text(encoding="utf-8"))
        validator.validate(spec)
        spec["sourceSpec"]["attributes"]["uiAttributes"]["isBeta"] = "yes"
        assert not validator.is_valid(spec)


check_schemas()
check_reports()
break_things()
report, sarif, junit, github = check_reports()
assert {found["level"] for found in report["findings"]} >= {"error", "warning"}
assert len(report["findings"]) > 12, len(report["findings"])
assert any(location.get("relatedLocations") for location in sarif["runs"][0]["results"])

must_fail(check_sarif, json.loads(json.dumps(sarif).replace('"2.1.0"', '"2.1"')), report)
must_fail(check_sarif, json.loads(json.dumps(sarif).replace('"level": "error"', '"level": "fatal"')), report)
must_fail(check_sarif, json.loads(json.dumps(sarif).replace('"startColumn": 1', '"startColumn": 2')), report)
must_fail(check_junit, junit.replace("&lt;", "<"), report)
must_fail(check_junit, junit.replace('failures="1"', 'failures="0"', 1), report)
must_fail(check_github, github.replace("%25", "%"), report)
must_fail(check_github, github.replace("title=", "name="), report)
print(f"{len(report['findings'])} findings read back from SARIF, JUnit and GitHub's commands; both schemas hold")
