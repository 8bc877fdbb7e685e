//! Secrets: which names announce one, and what a real one looks like.

/// Words at the end of a name after which it names something about a secret and not the secret.
const ABOUT: [&str; 24] = [
    "url",
    "uri",
    "field",
    "name",
    "type",
    "header",
    "path",
    "endpoint",
    "location",
    "expiry",
    "expiration",
    "expires",
    "date",
    "ttl",
    "id",
    "scope",
    "method",
    "prefix",
    "parameter",
    "param",
    "host",
    "length",
    "in",
    "at",
];

/// Words that in front of `token` make it a place in a list.
const CURSORS: [&str; 6] = ["page", "next", "continuation", "sync", "cursor", "paging"];

/// Whether a field of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    if !mentions_secret(name) {
        return false;
    }
    let words = words(name);
    let Some(last) = words.last() else { return false };
    if ABOUT.contains(&last.as_str()) {
        return false;
    }
    words.iter().enumerate().any(|(index, word)| {
        let before = index.checked_sub(1).map(|index| words[index].as_str());
        match word.as_str() {
            "token" | "tokens" => before.is_none_or(|before| !CURSORS.contains(&before)),
            "key" => before.is_some_and(|before| matches!(before, "auth" | "api" | "private" | "secret")),
            "apikey" | "authkey" | "privatekey" | "accesstoken" | "passphrase" | "passwd" => true,
            word => word.contains("password") || word.contains("secret"),
        }
    })
}

/// Whether a name may have one of the words that make it the name of a secret. Most have none, and are not taken apart.
fn mentions_secret(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut suspects = bytes.iter().enumerate().filter_map(|(at, byte)| {
        let word = match byte.to_ascii_lowercase() {
            b't' => "token",
            b'k' => "key",
            b'p' => "pass",
            b's' => "secret",
            _ => return None,
        };
        bytes.get(at..at + word.len()).map(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    });
    !name.is_ascii() || suspects.any(|is_found| is_found)
}

/// The words of a name in camel case, snake case or kebab case, in lower case and without digits.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    let mut was_lower = false;
    for character in name.chars() {
        if !character.is_alphabetic() {
            is_open = false;
            continue;
        }
        if !is_open || (character.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        is_open = true;
        was_lower = character.is_lowercase();
    }
    words
}

/// How the secrets of well-known services begin, how many characters at least follow, and what they are called.
const PREFIXES: [(&str, usize, &str); 32] = [
    ("sk_live_", 16, "a secret key of Stripe"),
    ("rk_live_", 16, "a restricted key of Stripe"),
    ("sk_test_", 16, "a test key of Stripe"),
    ("ghp_", 30, "a token of GitHub"),
    ("gho_", 30, "a token of GitHub"),
    ("ghu_", 30, "a token of GitHub"),
    ("ghs_", 30, "a token of GitHub"),
    ("ghr_", 30, "a token of GitHub"),
    ("github_pat_", 30, "a token of GitHub"),
    ("glpat-", 16, "a token of GitLab"),
    ("xoxb-", 16, "a token of Slack"),
    ("xoxp-", 16, "a token of Slack"),
    ("xoxa-", 16, "a token of Slack"),
    ("xoxr-", 16, "a token of Slack"),
    ("xoxs-", 16, "a token of Slack"),
    ("AKIA", 16, "an access key of AWS"),
    ("ASIA", 16, "an access key of AWS"),
    ("AIza", 30, "an API key of Google"),
    ("ya29.", 16, "an access token of Google"),
    ("SG.", 30, "an API key of SendGrid"),
    ("shpat_", 16, "a token of Shopify"),
    ("shpss_", 16, "a secret of Shopify"),
    ("npm_", 30, "a token of npm"),
    ("pypi-", 30, "a token of PyPI"),
    ("sq0atp-", 16, "a token of Square"),
    ("sq0csp-", 16, "a secret of Square"),
    ("EAAA", 40, "an access token of Square"),
    ("dop_v1_", 30, "a token of DigitalOcean"),
    ("hf_", 30, "a token of Hugging Face"),
    ("sk-ant-", 20, "an API key"),
    ("sk-proj-", 20, "an API key"),
    ("p8e-", 16, "a client secret of Adobe"),
];

/// The first bytes of all of them, and of a JSON Web Token.
const BEGINNINGS: [bool; 256] = {
    let mut begins = [false; 256];
    begins[b'e' as usize] = true;
    let mut at = 0;
    while at < PREFIXES.len() {
        begins[PREFIXES[at].0.as_bytes()[0] as usize] = true;
        at += 1;
    }
    begins
};

/// How a key in PEM begins.
const PEM: &str = "-----BEGIN ";

/// How a JSON Web Token begins: with a brace and a quote, in base 64.
const JWT: &str = "eyJ";

/// The shortest secret that can be told by its form alone, in bytes.
pub const SHORTEST: usize = 16;

/// What sort of secret a text holds, where it holds one beyond doubt.
pub fn found_in(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return in_address(text);
    }
    let found = private_key(text).or_else(|| long_words(text).find_map(named));
    found.or_else(|| after_scheme(text)).or_else(|| in_address(text))
}

/// How whatever is told by its first letters begins.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    [PEM, JWT].into_iter().chain(PREFIXES.map(|(prefix, ..)| prefix))
}

/// Whether what begins so at a place in a document, a private key or a secret with a known beginning, may be one.
pub(super) fn begins_at(document: &str, at: usize) -> bool {
    let (before, rest) = document.split_at(at);
    if rest.starts_with(PEM) {
        return true;
    }
    let starts_a_word = before.bytes().next_back().is_none_or(|byte| !is_word(byte));
    let length = || rest.bytes().take_while(|byte| is_word(*byte)).count();
    starts_a_word && named(&rest[..length()]).is_some()
}

/// Whether one of the texts of a document may hold an address with a user name and password.
pub(super) fn may_be_in_address(document: &str) -> bool {
    let bytes = document.as_bytes();
    memchr::memchr_iter(b'@', bytes).any(|at| {
        let start = bytes[..at].iter().rposition(|byte| matches!(byte, b'/' | b'?' | b'#' | b' ' | b'"'));
        start.is_some_and(|start| bytes[..=start].ends_with(b"://"))
    })
}

fn private_key(text: &str) -> Option<&'static str> {
    // Nothing shorter has a heading and what follows it.
    if text.len() < 60 {
        return None;
    }
    let rest = &text[text.find(PEM)?..];
    let label = rest.lines().next().unwrap_or_default();
    // A heading alone is a description of the format; a key goes on.
    (label.contains("PRIVATE KEY-----") && rest.len() > label.len() + 32).then_some("a private key")
}

/// The words of a text that are as long as a secret.
fn long_words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            // Where the last byte of a long word would be no part of a word, none of those before it begins one.
            let window = bytes.get(start..start + SHORTEST)?;
            if let Some(gap) = window.iter().rposition(|byte| !is_word(*byte)) {
                start += gap + 1;
                continue;
            }
            let length = bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
            let word = &text[start..start + length];
            start += length;
            return Some(word);
        }
    })
}

/// What sort of secret one word is.
fn named(word: &str) -> Option<&'static str> {
    let first = word.bytes().next();
    // Most words begin like none.
    if !first.is_some_and(|first| BEGINNINGS[usize::from(first)]) {
        return None;
    }
    if is_jwt(word) {
        return Some("a JSON Web Token");
    }
    PREFIXES.iter().filter(|(prefix, ..)| prefix.bytes().next() == first).find_map(|(prefix, least, name)| {
        let rest = word.strip_prefix(prefix)?;
        let is_upper = !matches!(*prefix, "AKIA" | "ASIA") || is_aws(rest);
        (rest.len() >= *least && is_upper && is_random(rest)).then_some(*name)
    })
}

fn is_aws(rest: &str) -> bool {
    rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_jwt(word: &str) -> bool {
    let mut parts = word.split('.');
    word.starts_with(JWT)
        && parts.by_ref().take(2).filter(|part| part.starts_with(JWT) && part.len() >= 10).count() == 2
        && parts.next().is_some_and(is_random)
}

/// Whether a text may begin with `Bearer` or `Basic`, and not with another letter, as most do.
pub(super) fn may_begin_with_scheme(text: &str) -> bool {
    !text.bytes().next().is_some_and(|first| first.is_ascii_graphic() && !matches!(first, b'b' | b'B'))
}

/// `Bearer` and `Basic` with what a client sends after them.
fn after_scheme(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST || !may_begin_with_scheme(text) {
        return None;
    }
    let text = text.trim();
    let (scheme, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    let name = if scheme.eq_ignore_ascii_case("bearer") {
        "a bearer token"
    } else if scheme.eq_ignore_ascii_case("basic") {
        "a user name and password"
    } else {
        return None;
    };
    (rest.len() >= 16 && rest.chars().all(is_token) && is_random(rest)).then_some(name)
}

/// A user name and password in front of a host.
fn in_address(text: &str) -> Option<&'static str> {
    // Few texts hold this one character, and to look for it costs the least.
    memchr::memchr(b'@', text.as_bytes())?;
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#', ' ']).next()?;
    let (_, password) = authority.rsplit_once('@')?.0.split_once(':')?;
    (!is_placeholder(password)).then_some("a user name and password")
}

/// What tokens with a known beginning are made of.
fn is_word(byte: u8) -> bool {
    // In a table, because it is asked of every other byte of a document.
    const WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            byte += 1;
        }
        table
    };
    WORD[usize::from(byte)]
}

fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '+' | '/' | '=' | '~')
}

/// Whether a text has the look of a token: long, without blanks, letters mixed with digits, no word of an example.
pub fn is_random(text: &str) -> bool {
    text.len() >= SHORTEST
        && text.chars().all(is_token)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && distinct(text) >= 8
        && !is_placeholder(text)
}

/// Whether a text stands for a value and is none: `<token>`, `your-key`, `xxxx`, `changeme`.
pub fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "your",
        "example",
        "sample",
        "placeholder",
        "change",
        "dummy",
        "test",
        "demo",
        "secret",
        "token",
        "password",
        "key",
        "xxx",
        "...",
        "***",
        "todo",
        "insert",
        "enter",
    ];
    let lower = text.trim().to_lowercase();
    lower.is_empty()
        || lower.contains(['<', '>', '{', '}', '$', '*', '…', ' '])
        || WORDS.iter().any(|word| lower.contains(word))
        || distinct(&lower) <= 2
}

fn distinct(text: &str) -> usize {
    let mut seen = [false; 256];
    text.bytes().for_each(|byte| seen[usize::from(byte)] = true);
    seen.iter().filter(|seen| **seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::suspicion::Suspicion;

    #[test]
    fn names_of_secrets_are_told_from_names_about_them() {
        for name in [
            "password",
            "clientSecret",
            "accessToken",
            "refresh_token",
            "authKey1",
            "authKeyN",
            "apiKey",
            "api-key",
            "privateKey",
            "s3SecretKey",
            "APIKey",
            "Token",
            "dbPassword2",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "accessTokenUrl",
            "accessTokenField",
            "tokenType",
            "keyName",
            "username",
            "nextToken",
            "secretId",
            "pageToken",
            "key",
            "",
            "é",
            "authorizationTestUrl",
            "tokenExpiresIn",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    /// Texts in the form of secrets, put together here so that no file holds one.
    #[test]
    fn secrets_are_recognised_by_their_form() {
        let random = "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7";
        for (text, name) in [
            (format!("ghp_{random}"), "a token of GitHub"),
            (format!("call it with sk_live_{random}, please"), "a secret key of Stripe"),
            (format!("AKIA{}", "Q3M7ZT5WVB2NXC8L"), "an access key of AWS"),
            (format!("eyJ{random}.eyJ{random}.{random}"), "a JSON Web Token"),
            (format!("Bearer {random}"), "a bearer token"),
            (format!("Basic {random}+/=="), "a user name and password"),
            (format!("https://acme.example/?token=ghp_{random}"), "a token of GitHub"),
            ("https://ada:4f9Qz7Lm@acme.example/".to_owned(), "a user name and password"),
            (format!("p8e-{random}"), "a client secret of Adobe"),
            (format!("-----BEGIN RSA PRIVATE KEY-----\n{random}{random}\n"), "a private key"),
        ] {
            assert_eq!(found_in(&text), Some(name));
            let document = format!("{{\"name\": \"{text}\"}}");
            assert!(Suspicion::of(&document).may_be_in(&format!("\"{text}\"")), "{document}");
        }
    }

    #[test]
    fn examples_and_placeholders_are_no_secrets() {
        for text in [
            "Bearer ${accessToken}",
            "Bearer {ACCESS_TOKEN}",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "sk_live_your_key_goes_here_1",
            "Starts with -----BEGIN PRIVATE KEY-----",
            "https://experienceleague.adobe.com/docs/experience-platform/sources/connectors/acme.html",
            "0ed90a81-07f4-4586-8190-b40eccef1c5a",
            "Basic Authentication",
            "https://user:<password>@acme.example",
            "https://acme.example/a:b@c",
            "",
        ] {
            assert_eq!(found_in(text), None, "{text}");
        }
    }
}
