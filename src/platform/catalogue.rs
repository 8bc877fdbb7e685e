//! The platform's error codes: what each means, what is likely behind it, and what to do.

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The code as the platform gives it.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What is likely behind it.
    pub cause: &'static str,
    /// What to do.
    pub advice: &'static str,
}

const fn row(code: &'static str, meaning: &'static str, cause: &'static str, advice: &'static str) -> Explanation {
    Explanation { code, meaning, cause, advice }
}

const AGAIN: &str = "run again later; report it to Adobe with the request id if it stays";
const WAIT: &str = "wait until what is under way has ended, and run again";
const NOT_OPEN: &str = "no verb of `sss` does this; leave it to the platform";
const REPORT: &str = "this is ours to fix: report it with the request id";

/// The codes known, sorted.
const CATALOGUE: &[Explanation] = &[
    row(
        "1100-400",
        "the organization is not entitled to this operation",
        "Self-Serve Sources is not enabled for the organization or sandbox",
        "ask your Adobe representative to enable Self-Serve Sources, and check the organization and sandbox",
    ),
    row(
        "1101-404",
        "there is no such resource",
        "the id belongs to another organization or sandbox, or the record was deleted",
        "check the organization, the sandbox and the recorded id",
    ),
    row("1102-500", "the platform failed inside", "a fault on the platform's side", AGAIN),
    row("1103-503", "the service is unavailable for the moment", "maintenance or overload", AGAIN),
    row("1104-504", "a service behind the gateway did not answer in time", "overload", AGAIN),
    row("1400-500", "the platform failed inside", "a fault on the platform's side", AGAIN),
    row("1401-400", "`limit` and `count` cannot be given together", "a query with both", "leave one of them out"),
    row("1402-400", "finalizing is for the platform's own callers", "an action `finalize`", NOT_OPEN),
    row(
        "1403-400",
        "the header `If-Match` is missing",
        "the record is versioned and must not be overwritten blindly",
        REPORT,
    ),
    row(
        "1404-412",
        "the record has changed since it was read",
        "somebody else wrote it at the same time",
        "run again: the record is read anew",
    ),
    row(
        "1405-400",
        "the request had no body",
        "a proxy on the way may have dropped it",
        "check the proxy, and run again",
    ),
    row(
        "1406-400",
        "a sub-operation cannot be sent together with others",
        "a run's update with several sub-operations",
        "send it alone",
    ),
    row(
        "1407-400",
        "a run that failed makes no progress",
        "status `failed` beside the sub-operation for progress",
        "send one of the two",
    ),
    row(
        "1408-400",
        "a run that ended must be at 100 percent",
        "an end state with a smaller number",
        "send 100 percent, or a state under way",
    ),
    row("1409-400", "the dataflow cannot be finalized from the state it is in", "a change is under way", WAIT),
    row("1410-400", "a dataflow is created without a state", "a `state` in the body", "leave `state` out"),
    row("1411-400", "the path names no record", "an id that is misspelt or cut short", "check the path"),
    row(
        "1412-400",
        "that version of the mapping set does not exist",
        "`mappingVersion` is not the mapping set's",
        "read the mapping set's version, and name it",
    ),
    row(
        "1413-400",
        "the spec id is not valid",
        "a connection spec or flow spec id of another organization, sandbox or environment",
        "check the recorded id and `--flow-spec`",
    ),
    row(
        "1414-400",
        "the connection spec of a connection cannot be changed",
        "the connection was made from another spec",
        "make a new connection",
    ),
    row(
        "1415-400",
        "the connection spec has no authentication of that name",
        "`auth.specName` is not the `name` of an entry of `authSpec`",
        "use the exact `name` of an `authSpec` entry",
    ),
    row(
        "1416-400",
        "a connection can be changed in some states only",
        "it is being deleted, or a change is under way",
        WAIT,
    ),
    row("1417-400", "a connection that is being set up cannot be changed", "its creation is under way", WAIT),
    row("1418-400", "the base connection is in use", "dataflows depend on it", "delete the dataflows first"),
    row(
        "1419-400",
        "the mapping set could not be checked",
        "it maps fields that the credential may not see",
        "check the mapping set, and the permissions on its fields",
    ),
    row("1420-400", "the record is being disabled", "a change is under way", WAIT),
    row("1421-400", "the record is being updated", "a change is under way", WAIT),
    row(
        "1422-400",
        "the action does not fit the state the record is in",
        "it is there already, or a change is under way",
        "read the record's state first",
    ),
    row("1423-400", "that field cannot be filtered by", "a filter on a field of another kind of record", REPORT),
    row(
        "1424-400",
        "a query over all sandboxes cannot be ordered",
        "`orderby` together with the sandbox `*`",
        "name one sandbox, or leave `orderby` out",
    ),
    row(
        "1425-400",
        "mapping and dataset do not use the same schema",
        "the schema's id or version differs between the mapping set and the target dataset",
        "use the same schema id and version in both",
    ),
    row(
        "1426-400",
        "the caller may not create or change connection specs",
        "the credential lacks the permission, or its product profile lacks sources",
        "ask the administrator to add the credential to a product profile that may manage sources",
    ),
    row("1427-400", "the caller may not write runs", "runs are written by the platform itself", NOT_OPEN),
    row(
        "1428-400",
        "the run before this one does not exist",
        "an id of another organization or sandbox",
        "check the id",
    ),
    row(
        "1429-400",
        "the dataflow before this one does not exist",
        "an id of another organization or sandbox",
        "check the id",
    ),
    row(
        "1430-400",
        "there is no such dataflow",
        "an id of another organization or sandbox, or the dataflow was deleted",
        "check the id",
    ),
    row("1431-400", "a policy needs fields", "an empty list `fields`", "name the fields, or leave the policy out"),
    row(
        "1432-400",
        "the order is not understood",
        "`orderby` without `+` or `-`, or with a space for `+`",
        "write `-name`, or `%2Bname` in an address",
    ),
    row(
        "1433-400",
        "there is nothing to order by under that name",
        "`orderby` with a misspelt field",
        "order by `name`, `createdAt` or `updatedAt`",
    ),
    row(
        "1434-400",
        "that operation does not exist",
        "a JSON Patch with another `op` than add, replace and remove",
        "use one of the three, in lower case",
    ),
    row("1435-400", "that sub-action does not exist", "a misspelt sub-action", REPORT),
    row("1436-400", "that sub-operation does not go with the operation", "two that exclude each other", REPORT),
    row("1437-400", "that status does not exist", "a misspelt status", REPORT),
    row("1438-400", "that aggregation does not exist", "a misspelt aggregation", REPORT),
    row(
        "1439-400",
        "there is no such dataflow",
        "an id of another organization or sandbox, or the dataflow was deleted",
        "check the id",
    ),
    row("1440-400", "that filter operator does not exist", "a `property` filter with an unknown operator", REPORT),
    row("1441-400", "that aggregation is not there", "an aggregation that was never built", "leave it out"),
    row(
        "1442-400",
        "that field cannot be aggregated",
        "an aggregation over an id or a text",
        "aggregate another field",
    ),
    row("1443-400", "that operator takes one value", "several values after a comparison", "give one value"),
    row("1444-400", "the dataflow is not waiting to begin", "it began already", "read its state first"),
    row(
        "1445-400",
        "connections cannot be changed in this organization",
        "the feature is not switched on",
        "ask your Adobe representative",
    ),
    row("1446-400", "the id of the dataflow is missing", "an empty id", "name the dataflow"),
    row("1447-400", "active dataflows use the record", "it is still needed", "disable or delete those dataflows first"),
    row(
        "1448-400",
        "that field cannot be filtered with this operator",
        "a `property` filter the platform does not support",
        REPORT,
    ),
    row("1449-400", "that field cannot be filtered", "a `property` filter the platform does not support", REPORT),
    row("1450-400", "that filter operator is not valid", "a `property` filter the platform does not support", REPORT),
    row("1451-400", "the query has a parameter the platform does not know", "a parameter of another endpoint", REPORT),
    row("1452-400", "the value of a filter is not valid", "a value of the wrong type", REPORT),
    row("1453-400", "the filter has no value", "an empty value", REPORT),
    row("1454-400", "the type of a filter's value is not supported", "a value of the wrong type", REPORT),
    row(
        "1455-400",
        "the patch names a field that is not there",
        "a JSON Pointer to a field that the record lacks",
        "read the record, and check each `path`; `add` makes a field",
    ),
    row(
        "1456-400",
        "the record cannot be given that state",
        "a state that only the platform sets",
        "use one of the states that the message lists",
    ),
    row("1457-400", "the record cannot be changed in the state it is in", "it is being deleted", WAIT),
    row("1458-400", "the record cannot be deleted in the state it is in", "its deletion is under way", WAIT),
    row(
        "2000-401",
        "the token has no access to this organization",
        "the organization id is wrong, or the credential belongs to another organization",
        "check `AEP_ORG_ID` against the Developer Console project of the credential",
    ),
    row("2001-401", "the header `x-gw-ims-org-id` is missing or empty", "no organization was sent", "set `AEP_ORG_ID`"),
    row("2002-401", "the header `x-gw-ims-org-id` is missing", "no organization was sent", "set `AEP_ORG_ID`"),
    row(
        "2100-404",
        "there is no sandbox of that name",
        "a misspelt or deleted sandbox",
        "check `AEP_SANDBOX`: it is the name, not the title",
    ),
    row(
        "2101-404",
        "there is no sandbox of that name",
        "a misspelt or deleted sandbox",
        "check `AEP_SANDBOX`: it is the name, not the title",
    ),
    row("2102-500", "the sandbox could not be looked up", "a fault of sandbox management", AGAIN),
    row("2103-404", "there is no sandbox of that id and name", "a misspelt or deleted sandbox", "check `AEP_SANDBOX`"),
    row("2104-500", "the sandbox could not be looked up", "a fault of sandbox management", AGAIN),
    row("2105-400", "the header `x-sandbox-name` is missing", "no sandbox was sent", "set `AEP_SANDBOX`"),
    row(
        "2106-404",
        "the organization has no default sandbox",
        "the organization is not set up for Experience Platform",
        "check `AEP_ORG_ID`, and ask your Adobe representative",
    ),
    row("2107-500", "the default sandbox could not be looked up", "a fault of sandbox management", AGAIN),
    row("2108-500", "the active sandboxes could not be looked up", "a fault of sandbox management", AGAIN),
    row(
        "2110-400",
        "the header `x-sandbox-id` may not be sent with this token",
        "a proxy adds headers",
        "check the proxy",
    ),
    row(
        "2111-403",
        "a query over all sandboxes is not open to this token",
        "`x-sandbox-name` was `*`",
        "name one sandbox in `AEP_SANDBOX`",
    ),
    row(
        "2112-400",
        "both sandbox headers must say `*` for a query over all sandboxes",
        "`x-sandbox-name` was `*`",
        "name one sandbox in `AEP_SANDBOX`",
    ),
    row(
        "2113-400",
        "this request is for one sandbox",
        "a sandbox header that says `*`",
        "name one sandbox in `AEP_SANDBOX`",
    ),
    row(
        "2114-400",
        "the token is empty",
        "`AEP_ACCESS_TOKEN` holds nothing",
        "set `AEP_ACCESS_TOKEN`, or use a client secret",
    ),
    row("2115-400", "the token is not valid", "it has expired or is cut short", "fetch a new token"),
    row(
        "2116-500",
        "the token could not be read over there",
        "a token of another environment, or a fault of the platform",
        "fetch a new token, and run again; report it to Adobe with the request id if it stays",
    ),
    row("2117-500", "the permissions could not be looked up", "a fault on the platform's side", AGAIN),
    row(
        "2118-403",
        "a permission is missing",
        "the role of the credential lacks it",
        "ask the administrator to give the credential a role with the permission named",
    ),
    row("2119-400", "a query parameter is missing", "a call that needs one, such as `specId`", REPORT),
    row(
        "2120-403",
        "the caller lacks permission for this operation",
        "the role of the credential lacks it in this sandbox",
        "ask the administrator to give the credential's role sources permissions in this sandbox",
    ),
    row(
        "2121-403",
        "the permission is denied on this resource",
        "the role of the credential lacks view or manage on sources",
        "ask the administrator to give the credential's role view and manage on sources",
    ),
    row("2200-500", "the schema could not be checked", "a fault between Flow Service and Catalog", AGAIN),
    row("2250-500", "the mapping set could not be checked", "a fault between Flow Service and Data Prep", AGAIN),
    row(
        "400003",
        "a header is missing",
        "a proxy on the way may have removed it",
        "check the proxy; `-vv` shows what was sent",
    ),
    row(
        "401013",
        "the token is not valid",
        "it has expired, was revoked, or belongs to another environment",
        "fetch a new token",
    ),
    row("403000", "the client id is missing", "no `x-api-key` was sent", "set `AEP_API_KEY`"),
    row(
        "403003",
        "the client id is not valid",
        "it is misspelt, or its project lacks the Experience Platform API",
        "check `AEP_API_KEY` in the Developer Console",
    ),
    row("403010", "the token is missing", "a proxy on the way may have removed it", "check the proxy"),
    row(
        "403025",
        "the profile of the token is not valid",
        "the token does not belong to this organization",
        "check that `AEP_ORG_ID` is the organization of the credential",
    ),
    row(
        "invalid_client",
        "IMS does not know the client id, or the secret is not its own",
        "a misspelt `AEP_API_KEY`, or a rotated `AEP_CLIENT_SECRET`",
        "copy both from the Developer Console's OAuth Server-to-Server credential",
    ),
    row(
        "invalid_scope",
        "IMS does not grant these scopes to this credential",
        "a scope the project does not have",
        "copy `AEP_SCOPES` from the Developer Console, comma separated",
    ),
];

/// What is known of a code.
pub fn explain(code: &str) -> Option<&'static Explanation> {
    CATALOGUE.iter().find(|row| row.code.eq_ignore_ascii_case(code))
}

/// Every code that is known, sorted.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().map(|row| row.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_code_is_explained_with_what_to_do() {
        let flow_service = (1100..=1104).chain(1400..=1458).chain(2000..=2002).chain(2100..=2121).chain([2200, 2250]);
        let numbers: Vec<String> = codes().filter_map(|code| Some(code.split_once('-')?.0.to_owned())).collect();
        for number in flow_service.filter(|number| *number != 2109) {
            assert!(numbers.contains(&number.to_string()), "{number} is not explained");
        }
        for code in ["400003", "401013", "403000", "403003", "403010", "403025", "invalid_client", "invalid_scope"] {
            assert!(explain(code).is_some(), "{code}");
        }
        for row in CATALOGUE {
            let whole = [row.meaning, row.cause, row.advice];
            assert!(whole.iter().all(|text| text.len() > 3 && !text.ends_with('.')), "{}", row.code);
        }
    }

    #[test]
    fn the_catalogue_is_sorted_and_has_no_code_twice() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
