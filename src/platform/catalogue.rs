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
    row("1440-400", "that filter operator does not exist", "a `property` filter with an unknown operator", REPORT),
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
    row("2103-404", "there is no sandbox of that id and name", "a misspelt or deleted sandbox", "check `AEP_SANDBOX`"),
    row("2105-400", "the header `x-sandbox-name` is missing", "no sandbox was sent", "set `AEP_SANDBOX`"),
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
        "2114-400",
        "the token is empty",
        "`AEP_ACCESS_TOKEN` holds nothing",
        "set `AEP_ACCESS_TOKEN`, or use a client secret",
    ),
    row("2115-400", "the token is not valid", "it has expired or is cut short", "fetch a new token"),
    row(
        "2118-403",
        "a permission is missing",
        "the role of the credential lacks it",
        "ask the administrator to give the credential a role with the permission named",
    ),
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
    fn the_catalogue_is_sorted_and_has_no_code_twice() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
