//! The platform's fixed ids and words, each with the meaning it has in a connection spec.

use super::Kind;

/// The connection spec of the data lake, which every target connection has.
pub const DATA_LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
/// Provider of the Batch SDK.
pub const BATCH_PROVIDER: &str = "0ed90a81-07f4-4586-8190-b40eccef1c5a";
/// Provider of the Streaming SDK.
pub const STREAMING_PROVIDER: &str = "521eee4d-8cbe-4906-bb48-fb6bd4450033";
/// `type` of a batch source.
pub const BATCH_TYPE: &str = "generic-rest";
/// `type` of a batch source in the documents of the beta.
pub const BETA_BATCH_TYPE: &str = "generic-rest-connector";
/// `type` of a streaming source.
pub const STREAMING_TYPE: &str = "generic-streaming";
/// The only version of a spec that was ever seen.
pub const VERSION: &str = "1.0";
/// The flow spec `RestStorageToAEP`.
pub const BATCH_FLOW_SPEC: &str = "6499120c-0b15-42dc-936e-847ea3c24d72";
/// The flow spec `GenericStreamingAEP`.
pub const STREAMING_FLOW_SPEC: &str = "e77fde5a-22a8-11ed-861d-0242ac120002";
/// The address of JSON Schema, draft 7.
pub const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";

/// Members that the platform sets itself and sends back with every record.
pub const SERVER_MANAGED: [&str; 12] = [
    "id",
    "createdAt",
    "updatedAt",
    "createdBy",
    "updatedBy",
    "createdClient",
    "updatedClient",
    "sandboxId",
    "sandboxName",
    "imsOrgId",
    "etag",
    "_links",
];

/// The three types of authentication of the Batch SDK.
pub const AUTH_TYPES: [&str; 3] = ["OAuth2RefreshCode", "BasicAuthentication", "KeyBased"];

/// The documented types of pagination.
pub const PAGINATION_TYPES: [&str; 5] = ["OFFSET", "POINTER", "CONTINUATION_TOKEN", "PAGE", "NONE"];

impl Kind {
    /// The provider of this kind.
    pub fn provider(self) -> &'static str {
        match self {
            Self::Batch => BATCH_PROVIDER,
            Self::Streaming => STREAMING_PROVIDER,
        }
    }

    /// `type` of this kind.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Batch => BATCH_TYPE,
            Self::Streaming => STREAMING_TYPE,
        }
    }

    /// The flow spec that lists sources of this kind.
    pub fn flow_spec(self) -> uuid::Uuid {
        match self {
            Self::Batch => uuid::uuid!("6499120c-0b15-42dc-936e-847ea3c24d72"),
            Self::Streaming => uuid::uuid!("e77fde5a-22a8-11ed-861d-0242ac120002"),
        }
    }

    /// The name that stands in `permissionsInfo`.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Batch => "EnterpriseSource",
            Self::Streaming => "StreamingSource",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_specs_are_the_same_in_both_spellings() {
        assert_eq!(Kind::Batch.flow_spec().to_string(), BATCH_FLOW_SPEC);
        assert_eq!(Kind::Streaming.flow_spec().to_string(), STREAMING_FLOW_SPEC);
    }
}
