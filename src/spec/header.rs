//! Headers of the request: which names they can have, and where a spec names one.

use std::borrow::Cow;

use super::{
    Spec,
    auth::Entry,
    form::Form,
    pagination::{PaginationParams, ParameterType},
};
use crate::text::json::{Kind, Node};

/// Whether a text can be the name of a header: a token of HTTP (RFC 9110, section 5.6.2).
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The name that was probably meant by a text that can be none.
pub fn meant(text: &str) -> Option<String> {
    // People take the colon along when they copy a header.
    let name = text.trim().trim_end_matches(':').split_whitespace().collect::<Vec<_>>().join("-");
    is_name(&name).then_some(name)
}

/// The texts of one way to sign in that name the header a credential is sent in, each with its credential.
pub fn of_credentials<'a>(entry: Entry<'a>) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
    let fields = entry.form().into_iter().flat_map(Form::fields);
    fields.filter_map(|(credential, field)| {
        let header = field.get("restAttributes")?.get("headerParamName")?;
        header.as_str().is_some_and(|text| !text.is_empty()).then_some((credential, header))
    })
}

/// The members of `headerParams`, whose keys are names of headers.
pub fn fixed<'a>(spec: &Spec<'a>) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
    let params = spec.source_attribute("headerParams").filter(|_| spec.is_batch());
    params.filter(|params| params.kind() == Kind::Object).into_iter().flat_map(Node::members)
}

/// The header that the token of the next page is sent in, where it is sent in one.
pub fn of_token<'a>(spec: &Spec<'a>) -> Option<Node<'a>> {
    let params = PaginationParams::of(spec)?;
    params.parameter(ParameterType::Header).filter(|name| name.as_str().is_some_and(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for name in ["X-Auth", "authorization", "x_api.key", "1"] {
            assert!(is_name(name), "{name}");
        }
        for (name, guess) in [
            ("X Auth", Some("X-Auth")),
            ("X-Auth:", Some("X-Auth")),
            (" X-Auth\n", Some("X-Auth")),
            ("X-Schlüssel", None),
            ("X(Auth)", None),
            (":", None),
            ("", None),
        ] {
            assert!(!is_name(name), "{name}");
            assert_eq!(meant(name).as_deref(), guess, "{name}");
        }
    }
}
