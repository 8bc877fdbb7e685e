#![doc = include_str!("malformed_documentation_link.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, leftover, placeholder, secret},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-documentation-link",
    level: Level::Warning,
    page: include_str!("malformed_documentation_link.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let links = [spec.at(&["attributes", "documentationLink"]), spec.ui().and_then(|ui| ui.get("documentationLink"))];
    for node in links.into_iter().flatten() {
        let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { continue };
        if is_of_template(&text) {
            sink.value(node, "`documentationLink` is still the value of a template")
                .help("write the address of the source's page");
        } else if let Some(fault) = fault(&text) {
            sink.value(node, format!("`documentationLink` is no address of a page: {fault}"))
                .help("write the whole address, from `https://` on");
        }
    }
}

/// Whether a link is empty, or one that this rule tells of.
pub(super) fn is_unusable(text: &str) -> bool {
    text.is_empty() || is_of_template(text) || fault(text).is_some()
}

fn is_of_template(text: &str) -> bool {
    !placeholder::find(text).is_empty() || leftover::is_in_address(text)
}

/// Whether a text is the address of a page beyond doubt, as most are; to read it as a URL takes long.
fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase());
    host.split('.').all(is_label) && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
}

/// Why a text is no absolute address of a web page.
fn fault(text: &str) -> Option<&'static str> {
    if text.contains(char::is_whitespace) {
        return Some("it holds a space");
    }
    if is_plain(text) {
        return None;
    }
    match url::Url::parse(text) {
        Ok(address) if !matches!(address.scheme(), "http" | "https") => {
            Some("it starts with neither `https` nor `http`")
        }
        Ok(address) if address.host_str().is_none_or(str::is_empty) => Some("it has no host"),
        // A browser reads it as if both were there; other readers take it for a path.
        Ok(_) if !text.contains("://") => Some("two slashes belong after the colon"),
        // Of a real password, `hardcoded-secret` tells.
        Ok(address) if has_user(&address) && secret::found_in(text).is_none() => {
            Some("it holds a user name or password")
        }
        Ok(_) => None,
        Err(url::ParseError::RelativeUrlWithoutBase) => Some("it is not absolute"),
        Err(_) => Some("it cannot be read as a URL"),
    }
}

fn has_user(address: &url::Url) -> bool {
    !address.username().is_empty() || address.password().is_some()
}
