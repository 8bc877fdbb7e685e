"""Specs, as a user of `aepp` works on them: listed, read, posted and put.

What it reads must be what `sss publish` would find there: the emulator that `sss` is tried against is one that another client gets
along with, too.
"""

import json
import os
import subprocess

from aepp.flowservice import FlowService

SOURCE = "harbor-helpdesk-tickets"
FLOW_SPEC = "RestStorageToAEP"


def check(instance, repository):
    flow_service = FlowService(config=instance)
    connector, specs = flow_service.connector, f"{flow_service.endpoint}/connectionSpecs"
    assert connector.token.startswith("emulator-"), "a token was given"

    assert flow_service.getConnectionSpecIdFromName("zendesk"), "the platform's own specs are there"
    artifact = repository / "Sources" / SOURCE / "Artifacts" / f"{SOURCE}-connectionSpec.json"
    spec = json.loads(artifact.read_text(encoding="utf-8"))
    created = connector.postData(specs, data=spec)
    identifier = created["id"]
    assert {name: created[name] for name in spec} == spec, created
    assert flow_service.getConnectionSpecsMap()[spec["name"]] == identifier
    spec["attributes"]["documentationLink"] += "?2"
    replaced = connector.putData(f"{specs}/{identifier}", data=spec)
    assert replaced["id"] == identifier, replaced
    [read] = flow_service.getConnectionSpec(identifier)["items"]
    assert {name: read[name] for name in spec} == spec, read

    flow_spec = flow_service.getFlowSpec(flow_service.getFlowSpecIdFromNames(FLOW_SPEC))
    flow_spec["sourceConnectionSpecIds"].append(identifier)
    connector.putData(f"{flow_service.endpoint}/flowSpecs/{flow_spec['id']}", data=flow_spec)
    found = flow_service.getFlowSpecIdFromNames(FLOW_SPEC, source_spec_name=spec["name"])
    assert found == flow_spec["id"], "the flow spec lists it"

    # What is refused is told, not mistaken for a record.
    assert "id" not in connector.postData(specs, data={"name": ""})
    return identifier


def check_plan(sss, repository, environment, directory, identifier):
    """`sss` finds what the other client made: a spec of the source's name that it did not publish."""
    variables = {**environment, "PATH": os.environ["PATH"], "HOME": directory}
    plan = subprocess.run(
        [sss, "-C", repository, "plan", SOURCE, "--adopt", "--json"],
        env=variables, capture_output=True, text=True, encoding="utf-8",
    )
    assert plan.returncode == 0, plan.stderr
    assert identifier in plan.stdout, plan.stdout
