"""Works on the emulator with `aepp`, the Python client of Experience Platform, as its users do on the platform.

A token for client credentials; connection specs and flow specs listed, read, posted and put. What it reads must be what `sss
publish` would find there: the emulator that `sss` is tried against is one that another client gets along with, too.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import aepp
from aepp import config
from aepp.flowservice import FlowService

SSS, REPOSITORY = sys.argv[1], pathlib.Path(sys.argv[2])
SOURCE = "harbor-helpdesk-tickets"
FLOW_SPEC = "RestStorageToAEP"


def started(directory):
    """An emulator in a process of its own, and the variables it tells."""
    process = subprocess.Popen(
        [SSS, "emulate", "--memory", "--port", "0", "--json"], cwd=directory, stdout=subprocess.PIPE, text=True
    )
    text = ""
    for line in process.stdout:
        text += line
        try:
            return process, json.loads(text)["environment"]
        except json.JSONDecodeError:
            continue
    raise SystemExit("the emulator did not start")


def check(environment):
    instance = aepp.configure(
        org_id=environment["AEP_ORG_ID"],
        client_id=environment["AEP_API_KEY"],
        secret=environment["AEP_CLIENT_SECRET"],
        scopes=environment["AEP_SCOPES"],
        sandbox=environment["AEP_SANDBOX"],
        connectInstance=True,
    )
    # It has no setting for another address.
    config.endpoints["global"] = environment["AEP_BASE_URL"]
    settings = instance.getConfigObject()
    settings["oauthTokenEndpointV2"] = f"{environment['AEP_IMS_URL']}/ims/token/v3"
    flow_service = FlowService(config=instance)
    connector, specs = flow_service.connector, f"{flow_service.endpoint}/connectionSpecs"
    assert connector.token.startswith("emulator-"), "a token was given"

    assert flow_service.getConnectionSpecIdFromName("zendesk"), "the platform's own specs are there"
    artifact = REPOSITORY / "Sources" / SOURCE / "Artifacts" / f"{SOURCE}-connectionSpec.json"
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


def main():
    with tempfile.TemporaryDirectory() as directory:
        process, environment = started(directory)
        try:
            identifier = check(environment)
            # And `sss` finds what the other client made: a spec of the source's name that it did not publish.
            variables = {**environment, "PATH": os.environ["PATH"], "HOME": directory}
            plan = subprocess.run(
                [SSS, "-C", REPOSITORY, "plan", SOURCE, "--adopt", "--json"],
                env=variables, capture_output=True, text=True, encoding="utf-8",
            )
            assert plan.returncode == 0, plan.stderr
            assert identifier in plan.stdout, plan.stdout
        finally:
            process.terminate()
            process.wait()
    print("aepp works on the emulator: token, list, read, post and put of specs")


main()
