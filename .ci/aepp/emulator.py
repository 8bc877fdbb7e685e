"""An emulator in a process of its own, and `aepp` pointed at it."""

import contextlib
import json
import subprocess
import sys
import tempfile
import types

# aepp makes tables of what it reads, with a library of many megabytes. Nothing here is made a table of.
sys.modules.setdefault("pandas", types.SimpleNamespace(DataFrame=object))

import aepp
from aepp import config


@contextlib.contextmanager
def running(sss):
    """The variables that the emulator tells, the folder it works in, and what aepp is given for them."""
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen(
            [sss, "emulate", "--memory", "--port", "0", "--json"], cwd=directory, stdout=subprocess.PIPE, text=True
        )
        try:
            environment = told(process)
            yield environment, directory, connected(environment)
        finally:
            process.terminate()
            process.wait()


def told(process):
    text = ""
    for line in process.stdout:
        text += line
        try:
            return json.loads(text)["environment"]
        except json.JSONDecodeError:
            continue
    raise SystemExit("the emulator did not start")


def connected(environment):
    """aepp has no setting for another address of the platform; its table of addresses is the place for it."""
    instance = aepp.configure(
        org_id=environment["AEP_ORG_ID"],
        client_id=environment["AEP_API_KEY"],
        secret=environment["AEP_CLIENT_SECRET"],
        scopes=environment["AEP_SCOPES"],
        sandbox=environment["AEP_SANDBOX"],
        connectInstance=True,
    )
    config.endpoints["global"] = environment["AEP_BASE_URL"]
    config.endpoints["streaming"]["collection"] = environment["AEP_BASE_URL"]
    settings = instance.getConfigObject()
    settings["oauthTokenEndpointV2"] = f"{environment['AEP_IMS_URL']}/ims/token/v3"
    return instance
