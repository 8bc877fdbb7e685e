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
pub fn mentions_secret(name: &str) -> bool {
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
const PREFIXES: [(&str, usize, &str); 34] = [
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
    ("pat-na1-", 16, "a token of HubSpot"),
    ("pat-eu1-", 16, "a token of HubSpot"),
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

/// What stands in the midst of a key of Mailchimp: 32 hexadecimal digits before it, the number of a data center behind.
const DATA_CENTER: &str = "-us";

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

/// How whatever is told by its first letters begins, and what else gives a secret away.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    [PEM, JWT, DATA_CENTER].into_iter().chain(PREFIXES.map(|(prefix, ..)| prefix))
}

/// Whether what begins so at a place in a document, a private key or a secret with a known beginning, may be one.
pub(super) fn begins_at(document: &str, at: usize) -> bool {
    let (before, rest) = document.split_at(at);
    if rest.starts_with(PEM) {
        return true;
    }
    if rest.starts_with(DATA_CENTER) {
        return before.len() >= 32 && before.bytes().rev().take(32).all(|byte| byte.is_ascii_hexdigit());
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
    let rest = &text[text.find(PEM)? + PEM.len()..];
    let (label, rest) = rest.split_once("PRIVATE KEY-----")?;
    // A heading alone is a description of the format; a key goes on, on one line or on many.
    let is_base_64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let mut lines = rest.split(|c| !is_base_64(c));
    (label.len() <= 16 && lines.any(|line| line.len() >= 32)).then_some("a private key")
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
    if is_of_mailchimp(word) {
        return Some("an API key of Mailchimp");
    }
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

fn is_of_mailchimp(word: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(word.len(), 36 | 37)
        && word.split_once(DATA_CENTER).is_some_and(|(digits, center)| {
            digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_number(center)
        })
        && distinct(word) >= 8
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

/// The secret in the parameters of an address or a body (`a=b&api_key=c`), told by its name; whether there is one.
pub fn is_in_parameters(text: &str) -> bool {
    let mut pairs = text.split(['?', '&', ',', '#']).filter_map(|pair| pair.split_once('='));
    pairs.any(|(name, value)| is_random(value.trim()) && is_secret_name(name.trim()))
}

/// Whether the value of a header or parameter for a secret holds one, behind the name of a scheme (`Token …`) or without.
pub fn is_in_credentials(text: &str) -> bool {
    is_random(text) || text.split([' ', '=', ',', ':', '"']).any(is_random)
}

/// Whether a text stands for a value and is none: `<token>`, `your-key`, `xxxx`, `changeme`.
pub fn is_placeholder(text: &str) -> bool {
    /// Words that stand in no secret.
    const WORDS: [&str; 12] =
        ["your", "example", "sample", "placeholder", "change", "dummy", "xxx", "...", "***", "todo", "insert", "enter"];
    if text.trim_start().starts_with(PEM) {
        // With its heading alone it is the beginning of a key that was pasted into one line.
        return false;
    }
    let lower = text.trim().to_lowercase();
    let is_between = |open, close| lower.find(open).is_some_and(|start| lower[start..].contains(close));
    lower.is_empty()
        || distinct(&lower) <= 2
        || lower.contains('…')
        || is_between('<', '>')
        || is_between('{', '}')
        || WORDS.iter().any(|word| lower.contains(word))
        || (lower.split_whitespace().count() > 1 && !lower.split_whitespace().any(is_mixed))
        || names_itself(lower)
}

/// Whether a text, in small letters, says that it is a secret, and has nothing more in it than that.
fn names_itself(mut lower: String) -> bool {
    /// Words that stand in front of a secret as well.
    const WORDS: [&str; 7] = ["password", "secret", "token", "test", "demo", "key", "pass"];
    /// What may stand beside them.
    const BESIDE: [&str; 7] = ["access", "client", "api", "auth", "value", "here", "goes"];
    if !WORDS.iter().any(|word| lower.contains(word)) {
        return false;
    }
    for word in WORDS.iter().chain(&BESIDE) {
        lower = lower.replace(word, " ");
    }
    !is_mixed(&lower)
}

/// Whether letters and digits are mixed, and many of them.
fn is_mixed(text: &str) -> bool {
    let kept = || text.bytes().filter(u8::is_ascii_alphanumeric);
    let mut seen = [false; 256];
    kept().for_each(|byte| seen[usize::from(byte)] = true);
    let count = seen.iter().filter(|seen| **seen).count();
    count >= 8 && kept().any(|byte| byte.is_ascii_digit()) && kept().any(|byte| byte.is_ascii_alphabetic())
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
            (format!("-----BEGIN PRIVATE KEY----- {random}{random} -----END"), "a private key"),
            (format!("{}-us6", "0123456789abcdef".repeat(2)), "an API key of Mailchimp"),
            (format!("call with {}-us21", "fedcba9876543210".repeat(2)), "an API key of Mailchimp"),
            (format!("pat-na1-{random}"), "a token of HubSpot"),
        ] {
            assert_eq!(found_in(&text), Some(name));
            let document = format!("{{\"name\": \"{text}\"}}");
            assert!(Suspicion::of(&document).may_be_in(&format!("\"{text}\"")), "{document}");
        }
    }

    #[test]
    fn what_remains_beside_the_word_for_it_tells_a_secret() {
        for end in ["3ax6xnjp29jd", "9fK2mQ7xLz4Vb8"] {
            for beginning in ["key-", "Test-", "secret_", "token:", "password"] {
                assert!(!is_placeholder(&format!("{beginning}{end}")), "{beginning}{end}");
            }
        }
        assert!(!is_placeholder(&["P@$$", "w0rd99"].concat()));
        for text in [
            "your-password",
            "my secret token",
            "password123",
            "test1234",
            "client-secret-abc123",
            "my_api_key_here",
            "${accessToken}",
            "<token>",
            "changeme",
            "xxxxxxxx",
            "Paste it here",
            " ",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn secrets_are_found_in_parameters_and_behind_schemes() {
        let random = "4f9Qz7Lm2Xk8Rb1Vn6Tc3";
        for text in
            [format!("/v1?access_token={random}"), format!("a=b&api_key={random}"), format!("api_key={random},b=c")]
        {
            assert!(is_in_parameters(&text), "{text}");
        }
        for text in [format!("/v1?page_token={random}"), "/v1?token=${accessToken}&a=b".to_owned(), "a&b".to_owned()] {
            assert!(!is_in_parameters(&text), "{text}");
        }
        for text in [format!("Token {random}"), format!("Token token=\"{random}\""), format!("SSWS {random}")] {
            assert!(is_in_credentials(&text), "{text}");
        }
        assert!(!is_in_credentials("Token ${accessToken}"));
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
            "All of it, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----, with every line in between",
            "https://acme.example/docs/connect-us-today-with-the-new-connector",
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
