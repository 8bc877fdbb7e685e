"""A dataflow, as a user of `aepp` makes one: from the schema to the inlet, events through it, and everything away again.

Once for raw data, which a mapping set puts in its place, and once for XDM over an inlet that asks for a token.
"""

import copy
import json
import time
import urllib.error
import urllib.request

from aepp.catalog import Catalog
from aepp.dataprep import DataPrep
from aepp.flowservice import FlowService
from aepp.ingestion import DataIngestion
from aepp.schema import Schema

PERSON = "https://ns.adobe.com/xdm/context/profile-person-details"
FORM = "application/vnd.adobe.xed-full+json;version=1"


class Walk:
    """What is made on the way, and the classes of aepp that make it."""

    def __init__(self, instance, environment):
        self.environment = environment
        self.instance = instance
        self.schemas = Schema(config=instance)
        self.catalog = Catalog(config=instance)
        self.mappings = DataPrep(config=instance)
        self.flows = FlowService(config=instance)
        self.ingestion = DataIngestion(config=instance)

    def target(self, title):
        """A schema and a dataset."""
        schema = self.schemas.createProfileSchema(name=title, fieldGroupIds=[PERSON], description="made by aepp")
        self.schema_id = schema["$id"]
        assert schema["meta:altId"].startswith(f"_{self.schemas.getTenantId()}.schemas."), schema
        full = self.schemas.getSchema(self.schema_id, full=True)
        assert full["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"] == "string", full
        assert self.schema_id in [found["$id"] for found in self.schemas.getSchemas()]
        [reference] = self.catalog.createDataSet(name=title, schemaId=self.schema_id)
        self.dataset_id = reference.removeprefix("@/dataSets/")
        [dataset] = self.catalog.getDataSet(self.dataset_id).values()
        assert dataset["schemaRef"]["id"] == self.schema_id, dataset

    def mapped(self):
        """A mapping set."""
        rule = {"sourceType": "ATTRIBUTE", "source": "first", "destination": "person.name.firstName"}
        made = self.mappings.createMappingSet(schemaId=self.schema_id, mappingList=[rule])
        self.mapping_id = made["id"]
        [read] = self.mappings.getMappingSetMappings(self.mapping_id)
        assert (read["source"], read["destination"]) == ("first", "person.name.firstName"), read

    def connected(self, title, data_type, authenticated):
        """Base, source and target connection, and the flow between them."""
        base = self.flows.createConnectionStreaming(
            name=f"{title} account", sourceId=title, dataType=data_type, paramName=title,
            authenticationRequired=authenticated,
        )
        self.base_id = base["id"]
        connection = self.flows.getConnection(self.base_id)
        params = connection["auth"]["params"]
        assert params["authenticationRequired"] is authenticated and params["dataType"] == data_type, connection
        self.inlet_id = params["inletId"]
        assert params["inletUrl"] == f"{self.environment['AEP_BASE_URL']}/collection/{self.inlet_id}", connection
        self.source_id = self.flows.createSourceConnectionStreaming(
            connectionId=self.base_id, name=f"{title} source", format="json"
        )["id"]
        self.target_id = self.flows.createTargetConnectionDataLake(
            name=f"{title} target", datasetId=self.dataset_id, schemaId=self.schema_id, format="json"
        )["id"]
        transformation = {}
        if data_type == "raw":
            transformation = {
                "transformation": True,
                "transformation_mapping_id": self.mapping_id,
                "transformation_name": "Mapping",
            }
        made = self.flows.createFlowStreaming(
            name=title, source_connection_id=self.source_id, target_connection_id=self.target_id, **transformation
        )
        self.flow_id = made["flow"]["id"]
        assert self.flow_id in [flow["id"] for flow in self.flows.getFlows()]
        assert self.flows.getFlow(self.flow_id)["state"] == "enabled"

    def kept(self):
        """The events that came through the flow."""
        url = f"{self.environment['AEP_BASE_URL']}/__emulator/events?flowId={self.flow_id}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)["items"]

    def counted(self, count):
        """Waits until the run of the flow tells of so many records."""
        for _ in range(200):
            [run] = self.flows.getRuns(prop=[f"flowId=={self.flow_id}"])
            metrics = run["metrics"]
            if metrics["statusSummary"]["status"] == "success":
                assert metrics["recordSummary"]["outputRecordCount"] == count, run
                return
            time.sleep(0.05)
        raise AssertionError(f"the run does not end: {run}")

    def envelope(self, entity):
        """An event as aepp has it for a pattern, filled in."""
        message = copy.deepcopy(self.ingestion.STREAMING_REFERENCE)
        schema = {"id": self.schema_id, "contentType": FORM}
        message["header"].update(
            schemaRef=schema, imsOrgId=self.environment["AEP_ORG_ID"], datasetId=self.dataset_id, flowId=self.flow_id
        )
        message["body"] = {"xdmMeta": {"schemaRef": schema}, "xdmEntity": entity}
        return message

    def without_token(self, message):
        """The status of an event that comes without a token, which aepp never does."""
        request = urllib.request.Request(
            f"{self.environment['AEP_BASE_URL']}/collection/{self.inlet_id}",
            data=json.dumps(message).encode(), headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def changed(self):
        """Renames the flow, stops it and starts it again."""
        etag = self.flows.getFlow(self.flow_id)["etag"]
        renamed = [{"op": "replace", "path": "/name", "value": "renamed"}]
        self.flows.updateFlow(self.flow_id, etag=etag, updateObj=renamed)
        for action, state in [("disable", "disabled"), ("enable", "enabled")]:
            self.flows.postFlowAction(self.flow_id, action)
            flow = self.flows.getFlow(self.flow_id)
            assert (flow["name"], flow["state"]) == ("renamed", state), flow

    def torn_down(self):
        """Takes everything away, the last made first; what is in use stays."""
        refused = self.flows.deleteConnection(self.base_id)
        assert "1418" in str(refused), refused
        self.flows.deleteFlow(self.flow_id)
        self.flows.deleteTargetConnection(self.target_id)
        self.flows.deleteSourceConnection(self.source_id)
        self.flows.deleteConnection(self.base_id)
        if hasattr(self, "mapping_id"):
            self.mappings.deleteMappingSet(self.mapping_id)
        self.catalog.deleteDataSet(self.dataset_id)
        self.schemas.deleteSchema(self.schema_id)
        for left in [self.flows.getFlows(), self.flows.getSourceConnections(), self.flows.getTargetConnections()]:
            assert left == [], left
        assert self.flows.getConnections() == []
        assert self.schemas.getSchemas()["results"] == []
        assert self.catalog.getResource(f"{self.catalog.endpoint}/dataSets") == {}
        answer = self.ingestion.streamMessage(inletId=self.inlet_id, data={"first": "Ada"}, flowId=self.flow_id)
        assert "xactionId" not in answer, "the inlet is gone with its connection"


def check_raw(instance, environment):
    walk = Walk(instance, environment)
    walk.target("aepp raw")
    walk.mapped()
    walk.connected("aepp raw", "raw", False)
    answer = walk.ingestion.streamMessage(inletId=walk.inlet_id, data={"first": "Ada"}, flowId=walk.flow_id)
    assert answer["inletId"] == walk.inlet_id and answer["xactionId"], answer
    answer = walk.ingestion.streamMessages(
        inletId=walk.inlet_id, data=[{"first": "Bob"}, {"first": "Cid"}], flowId=walk.flow_id
    )
    assert len(answer["responses"]) == 2, answer
    kept = walk.kept()
    assert [event["xdmEntity"]["person"]["name"]["firstName"] for event in kept] == ["Ada", "Bob", "Cid"], kept
    assert all(event["valid"] for event in kept), kept
    walk.counted(3)
    walk.changed()
    walk.torn_down()


def check_xdm(instance, environment):
    walk = Walk(instance, environment)
    walk.target("aepp xdm")
    walk.connected("aepp xdm", "xdm", True)
    message = walk.envelope({"_id": "1", "person": {"name": {"firstName": "Ada"}}})
    answer = walk.ingestion.streamMessage(inletId=walk.inlet_id, data=message, syncValidation=True)
    assert answer["xactionId"], answer
    wrong = walk.envelope({"_id": 1})
    answer = walk.ingestion.streamMessage(inletId=walk.inlet_id, data=wrong, syncValidation=True)
    assert "xactionId" not in answer and "violation" in str(answer), answer
    assert walk.without_token(message) == 401
    answer = walk.ingestion.streamMessages(inletId=walk.inlet_id, data=[message, {"first": "raw"}])
    assert ["xactionId" in response for response in answer["responses"]] == [True, False], answer
    kept = walk.kept()
    assert [event["xdmEntity"]["_id"] for event in kept] == ["1", "1"], kept
    walk.counted(2)
    walk.torn_down()
