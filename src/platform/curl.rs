//! Calls written as `curl` commands for a POSIX shell: everything quoted, and variables in place of what is secret.

use url::Url;

use super::Settings;

/// A text of which some pieces are shell variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// The name of a variable.
    Variable(String),
}

/// The beginning of a script: what it needs, and that it stops where something fails.
pub fn preamble() -> &'static str {
    "set -eu\n\
     : \"${ACCESS_TOKEN:?set ACCESS_TOKEN to an access token}\"\n\
     : \"${API_KEY:?set API_KEY to the client id of the credential}\"\n"
}

/// One call. The body goes through a pipe, which no length is too long for; `options` are put before everything else.
pub fn command(
    settings: &Settings,
    method: &str,
    url: &Url,
    headers: &[(String, String)],
    body: Option<&[Piece]>,
    options: &[&str],
) -> String {
    command_to(settings, method, &[Piece::Text(url.as_str().to_owned())], headers, body, options)
}

/// The same to an address of which some pieces are variables.
pub fn command_to(
    settings: &Settings,
    method: &str,
    url: &[Piece],
    headers: &[(String, String)],
    body: Option<&[Piece]>,
    options: &[&str],
) -> String {
    let mut lines =
        vec![format!("curl {}--request {method}", options.iter().map(|one| format!("{one} ")).collect::<String>())];
    lines.push("--header \"Authorization: Bearer $ACCESS_TOKEN\"".to_owned());
    lines.push("--header \"x-api-key: $API_KEY\"".to_owned());
    for (name, value) in [("x-gw-ims-org-id", &settings.organization), ("x-sandbox-name", &settings.sandbox)] {
        lines.push(format!("--header {}", quoted(&format!("{name}: {value}"))));
    }
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if body.is_some() && !has_type {
        lines.push("--header 'Content-Type: application/json'".to_owned());
    }
    lines.extend(headers.iter().map(|(name, value)| format!("--header {}", quoted(&format!("{name}: {value}")))));
    if body.is_some() {
        lines.push("--data-binary @-".to_owned());
    }
    lines.push(pieces(url));
    let call = lines.join(" \\\n  ");
    match body {
        Some(body) => format!("printf '%s' {} |\n{call}", pieces(body)),
        None => call,
    }
}

/// A text that a shell takes as it is.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn pieces(all: &[Piece]) -> String {
    all.iter()
        .map(|piece| match piece {
            Piece::Text(text) => quoted(text),
            Piece::Variable(name) => format!("\"${{{name}}}\""),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_quoted_and_holds_no_secret() {
        let settings = Settings::emulator("http://127.0.0.1:1".parse().unwrap());
        let url = "http://127.0.0.1:1/data?property=name%3D%3D'x'".parse().unwrap();
        let body = [
            Piece::Text("{\"a\":\"it's $HOME `id`\",\"b\":\"".into()),
            Piece::Variable("id_1".into()),
            Piece::Text("\"}".into()),
        ];
        let headers = [("If-Match".to_owned(), "\"1\"".to_owned())];
        insta::assert_snapshot!(command(&settings, "PUT", &url, &headers, Some(&body), &["--silent"]), @r#"
        printf '%s' '{"a":"it'\''s $HOME `id`","b":"'"${id_1}"'"}' |
        curl --silent --request PUT \
          --header "Authorization: Bearer $ACCESS_TOKEN" \
          --header "x-api-key: $API_KEY" \
          --header 'x-gw-ims-org-id: E3A1A70C0000000000000001@AdobeOrg' \
          --header 'x-sandbox-name: prod' \
          --header 'Content-Type: application/json' \
          --header 'If-Match: "1"' \
          --data-binary @- \
          'http://127.0.0.1:1/data?property=name%3D%3D%27x%27'
        "#);
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_takes_every_text_as_it_is() {
        for text in ["", "'", "''", "a'b'c", "$(id) `id` \\ \" $HOME ! * \n \u{1} é"] {
            let ran = std::process::Command::new("sh").arg("-c").arg(format!("printf %s {}", quoted(text))).output();
            assert_eq!(String::from_utf8(ran.unwrap().stdout).unwrap(), text);
        }
    }
}
