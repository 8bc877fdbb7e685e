//! The operations of Adobe's public API descriptions: those the emulator serves, with the shape of each answer, where it answers
//! in another shape than the one described, and those it does not serve.

/// The APIs, each by its path on the platform.
pub(super) const FLOW_SERVICE: &str = "/data/foundation/flowservice";
pub(super) const REGISTRY: &str = "/data/foundation/schemaregistry";
pub(super) const CATALOG: &str = "/data/foundation/catalog";
pub(super) const CONVERSION: &str = "/data/foundation/conversion";
pub(super) const INLETS: &str = "/collection";

/// One operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) api: &'static str,
    /// Method and path, a name in braces for what differs.
    pub(super) name: &'static str,
    pub(super) status: u16,
    /// The shape that is described.
    pub(super) shape: &'static str,
    pub(super) deviation: Option<Deviation>,
}

/// That the emulator answers in another shape.
#[derive(Debug)]
pub(super) struct Deviation {
    /// The shape it answers in.
    pub(super) shape: &'static str,
    /// What the description says.
    pub(super) says: &'static str,
    /// Why the emulator does otherwise.
    pub(super) because: &'static str,
}

const fn as_described(api: &'static str, name: &'static str, status: u16, shape: &'static str) -> Operation {
    Operation { api, name, status, shape, deviation: None }
}

impl Operation {
    const fn but(mut self, shape: &'static str, says: &'static str, because: &'static str) -> Self {
        self.deviation = Some(Deviation { shape, says, because });
        self
    }
}

const ITS_EXAMPLE: &str = "its own example is an object with the columns of a table";
const LIST_FOR_PATCH: &str = "a list of records";
const ID_AND_ETAG: &str =
    "the pages that print an answer to `PATCH` print `id` and `etag`, as for a connection or a flow";
const ETAG_OF_RUN: &str = "`eTag` in a run";
const ETAG_ELSEWHERE: &str =
    "`etag` and `version` is what every other record has, and what an answer to writing a run has";
const ONE_TRANSFORMATION: &str = "`transformationSpecs` is an object";
const MANY_TRANSFORMATIONS: &str = "every printed flow spec has an array of them";
const DATES: &str = "dates are texts";
const NUMBERS: &str = "every printed answer, its own examples included, has milliseconds";

/// What the emulator serves.
pub(super) const SERVED: &[Operation] = &[
    as_described(FLOW_SERVICE, "GET /connections", 200, "connections"),
    as_described(FLOW_SERVICE, "POST /connections", 201, "written"),
    as_described(FLOW_SERVICE, "GET /connections/{id}", 200, "connections"),
    as_described(FLOW_SERVICE, "PATCH /connections/{id}", 200, "written"),
    as_described(FLOW_SERVICE, "DELETE /connections/{id}", 204, "nothing"),
    as_described(FLOW_SERVICE, "GET /connections/{id}/test", 200, "test"),
    as_described(FLOW_SERVICE, "GET /connections/{id}/explore", 200, "entries").but(
        "explored",
        "an array of files, folders and tables",
        "so are databases and storages explored; a REST source shows schema and data, as its tutorials print",
    ),
    as_described(FLOW_SERVICE, "GET /connections/{id}/configs", 200, "entries").but(
        "columns",
        "an array of files, folders and tables",
        ITS_EXAMPLE,
    ),
    as_described(FLOW_SERVICE, "POST /connections/{id}/action", 200, "written"),
    as_described(FLOW_SERVICE, "POST /connections/search", 200, "connections"),
    as_described(FLOW_SERVICE, "GET /connectionSpecs", 200, "connectionSpecs"),
    as_described(FLOW_SERVICE, "POST /connectionSpecs", 201, "connectionSpec"),
    as_described(FLOW_SERVICE, "GET /connectionSpecs/{id}", 200, "connectionSpecs"),
    as_described(FLOW_SERVICE, "PUT /connectionSpecs/{id}", 200, "connectionSpec"),
    as_described(FLOW_SERVICE, "GET /connectionSpecs/{id}/explore", 200, "entries").but(
        "columns",
        "an array of files, folders and tables",
        ITS_EXAMPLE,
    ),
    as_described(FLOW_SERVICE, "GET /connectionSpecs/{id}/configs", 200, "entries").but(
        "columns",
        "an array of files, folders and tables",
        ITS_EXAMPLE,
    ),
    as_described(FLOW_SERVICE, "GET /flowSpecs", 200, "describedFlowSpecs").but(
        "flowSpecs",
        ONE_TRANSFORMATION,
        MANY_TRANSFORMATIONS,
    ),
    as_described(FLOW_SERVICE, "POST /flowSpecs", 201, "describedFlowSpec").but(
        "flowSpec",
        ONE_TRANSFORMATION,
        MANY_TRANSFORMATIONS,
    ),
    as_described(FLOW_SERVICE, "GET /flowSpecs/{id}", 200, "describedFlowSpecs").but(
        "flowSpecs",
        ONE_TRANSFORMATION,
        MANY_TRANSFORMATIONS,
    ),
    as_described(FLOW_SERVICE, "PUT /flowSpecs/{id}", 200, "describedFlowSpec").but(
        "flowSpec",
        ONE_TRANSFORMATION,
        MANY_TRANSFORMATIONS,
    ),
    as_described(FLOW_SERVICE, "POST /flowSpecs/search", 200, "describedFlowSpecs").but(
        "flowSpecs",
        ONE_TRANSFORMATION,
        MANY_TRANSFORMATIONS,
    ),
    as_described(FLOW_SERVICE, "GET /flows", 200, "flows"),
    as_described(FLOW_SERVICE, "POST /flows", 201, "written"),
    as_described(FLOW_SERVICE, "GET /flows/{id}", 200, "flows"),
    as_described(FLOW_SERVICE, "PATCH /flows/{id}", 200, "written"),
    as_described(FLOW_SERVICE, "DELETE /flows/{id}", 204, "nothing"),
    as_described(FLOW_SERVICE, "POST /flows/{id}/action", 200, "written"),
    as_described(FLOW_SERVICE, "POST /flows/search", 200, "flows"),
    as_described(FLOW_SERVICE, "GET /runs", 200, "describedRuns").but("runs", ETAG_OF_RUN, ETAG_ELSEWHERE),
    as_described(FLOW_SERVICE, "POST /runs", 201, "written"),
    as_described(FLOW_SERVICE, "GET /runs/{id}", 200, "describedRuns").but("runs", ETAG_OF_RUN, ETAG_ELSEWHERE),
    as_described(FLOW_SERVICE, "PUT /runs/{id}", 200, "describedRun").but(
        "replacedRun",
        "the whole run",
        "its own example has the `id` alone",
    ),
    as_described(FLOW_SERVICE, "POST /runs/{id}/action", 200, "describedRun").but("run", ETAG_OF_RUN, ETAG_ELSEWHERE),
    as_described(FLOW_SERVICE, "GET /sourceConnections", 200, "sourceConnections"),
    as_described(FLOW_SERVICE, "POST /sourceConnections", 201, "written"),
    as_described(FLOW_SERVICE, "GET /sourceConnections/{id}", 200, "sourceConnections"),
    as_described(FLOW_SERVICE, "PATCH /sourceConnections/{id}", 200, "sourceConnections").but(
        "written",
        LIST_FOR_PATCH,
        ID_AND_ETAG,
    ),
    as_described(FLOW_SERVICE, "DELETE /sourceConnections/{id}", 204, "nothing"),
    as_described(FLOW_SERVICE, "POST /sourceConnections/{id}/action", 200, "written"),
    as_described(FLOW_SERVICE, "GET /targetConnections", 200, "targetConnections"),
    as_described(FLOW_SERVICE, "POST /targetConnections", 201, "written"),
    as_described(FLOW_SERVICE, "GET /targetConnections/{id}", 200, "targetConnections"),
    as_described(FLOW_SERVICE, "PATCH /targetConnections/{id}", 200, "targetConnections").but(
        "written",
        LIST_FOR_PATCH,
        ID_AND_ETAG,
    ),
    as_described(FLOW_SERVICE, "DELETE /targetConnections/{id}", 204, "nothing"),
    as_described(FLOW_SERVICE, "POST /targetConnections/{id}/action", 200, "written"),
    as_described(REGISTRY, "GET /stats", 200, "stats"),
    as_described(REGISTRY, "GET /tenant/schemas", 200, "resources"),
    as_described(REGISTRY, "POST /tenant/schemas", 201, "resource"),
    as_described(REGISTRY, "GET /tenant/schemas/{id}", 200, "resource"),
    as_described(REGISTRY, "PUT /tenant/schemas/{id}", 200, "resource"),
    as_described(REGISTRY, "PATCH /tenant/schemas/{id}", 200, "resource"),
    as_described(REGISTRY, "DELETE /tenant/schemas/{id}", 204, "nothing"),
    as_described(REGISTRY, "GET /tenant/fieldgroups", 200, "resources"),
    as_described(REGISTRY, "POST /tenant/fieldgroups", 201, "resource"),
    as_described(REGISTRY, "GET /tenant/fieldgroups/{id}", 200, "resource"),
    as_described(REGISTRY, "DELETE /tenant/fieldgroups/{id}", 204, "nothing"),
    as_described(REGISTRY, "GET /global/behaviors", 200, "resources"),
    as_described(REGISTRY, "GET /global/behaviors/{id}", 200, "resource"),
    as_described(REGISTRY, "GET /global/classes", 200, "resources"),
    as_described(REGISTRY, "GET /global/classes/{id}", 200, "resource"),
    as_described(REGISTRY, "GET /global/fieldgroups", 200, "resources"),
    as_described(REGISTRY, "GET /global/fieldgroups/{id}", 200, "resource"),
    as_described(REGISTRY, "GET /global/mixins", 200, "resources"),
    as_described(REGISTRY, "GET /global/datatypes", 200, "resources"),
    as_described(CATALOG, "GET /dataSets", 200, "datasets"),
    as_described(CATALOG, "POST /dataSets", 201, "references"),
    as_described(CATALOG, "GET /dataSets/{id}", 200, "datasets"),
    as_described(CATALOG, "PUT /dataSets/{id}", 200, "references"),
    as_described(CATALOG, "PATCH /dataSets/{id}", 200, "references"),
    as_described(CATALOG, "PATCH /v2/dataSets/{id}", 200, "references"),
    as_described(CATALOG, "DELETE /dataSets/{id}", 200, "references"),
    as_described(CONVERSION, "GET /mappingSets", 200, "describedMappingSets").but("mappingSets", DATES, NUMBERS),
    as_described(CONVERSION, "POST /mappingSets", 200, "describedMappingSetReference").but(
        "mappingSetReference",
        DATES,
        NUMBERS,
    ),
    as_described(CONVERSION, "GET /mappingSets/{id}", 200, "describedMappingSet").but("mappingSet", DATES, NUMBERS),
    as_described(CONVERSION, "PUT /mappingSets/{id}", 200, "describedMappingSet").but("mappingSet", DATES, NUMBERS),
    as_described(CONVERSION, "GET /mappingSets/{id}/mappings", 200, "mapping").but(
        "mappings",
        "one mapping",
        "the path is that of all the mappings of a set",
    ),
    as_described(CONVERSION, "GET /mappingSets/{id}/mappings/{mapping}", 200, "mapping"),
    as_described(CONVERSION, "POST /mappingSets/validate", 200, "validated"),
    as_described(INLETS, "POST /{inlet}", 200, "describedReceived").but(
        "received",
        "`inletID`, and a time in 32 bits",
        "its own example has `inletId`, and milliseconds do not fit into 32 bits",
    ),
    as_described(INLETS, "POST /batch/{inlet}", 207, "receivedBatch"),
];

/// What the emulator does not serve: no step from a source to its events needs it.
pub(super) const NOT_SERVED: &[(&str, &[&str])] = &[
    (
        REGISTRY,
        &[
            "GET /tenant/descriptors",
            "POST /tenant/descriptors",
            "GET /tenant/descriptors/{id}",
            "PUT /tenant/descriptors/{id}",
            "DELETE /tenant/descriptors/{id}",
            "GET /tenant/unions",
            "GET /tenant/unions/{id}",
            "GET /rpc/export/{id}",
            "POST /rpc/import",
            "GET /rpc/sampledata/{id}",
            "GET /rpc/auditlog/{id}",
        ],
    ),
    (
        CATALOG,
        &[
            "GET /batches",
            "POST /batches",
            "GET /batches/uniques/{field}",
            "GET /batches/{id}",
            "PUT /batches/{id}",
            "POST /batches/{id}",
            "PATCH /batches/{id}",
            "DELETE /batches/{id}",
            "GET /lastBatches",
            "GET /dataSets/{id}/credentials",
            "GET /",
            "POST /",
            "GET /tags/{namespace}",
        ],
    ),
    (
        CONVERSION,
        &[
            "POST /mappingSets/preview",
            "POST /languages/el/validate",
            "GET /languages/el/functions",
            "GET /languages/el/operators",
        ],
    ),
];
