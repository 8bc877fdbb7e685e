//! A recipe as a script for a POSIX shell, with `curl`, `sed` and `awk` and nothing else.

use std::fmt::Write as _;

use super::{
    Name, Piece, Recipe, Step, Template,
    request::{in_path, in_string},
    variable_of,
};
use crate::{
    platform::{
        Settings,
        curl::{self, command_to, preamble, quoted},
    },
    text::visible::printable,
};

const OPTIONS: [&str; 3] = ["--silent", "--show-error", "--fail-with-body"];

/// Reads one value out of an answer, by its JSON Pointer: a string without its quotes, anything else as it is spelled.
const TAKE: &str = r#"take() {
  printf '%s\n' "$1" | awk -v want="$2" '
    { text = text $0 "\n" }
    function at(  i, path) { for (i = 1; i <= depth; i++) path = path "/" key[i]; return path }
    END {
      size = length(text)
      for (i = 1; i <= size; i++) {
        c = substr(text, i, 1)
        if (c == "{") { depth++; kind[depth] = "object"; named = 1 }
        else if (c == "[") { depth++; kind[depth] = "array"; key[depth] = 0 }
        else if (c == "}" || c == "]") depth--
        else if (c == ",") { if (kind[depth] == "array") key[depth]++; else named = 1 }
        else if (c == ":") named = 0
        else if (c == "\"") {
          value = ""
          for (i++; i <= size; i++) {
            c = substr(text, i, 1)
            if (c == "\"") break
            if (c == "\\") {
              i++
              d = substr(text, i, 1)
              value = value (d == "/" ? d : c d)
            } else value = value c
          }
          if (depth && kind[depth] == "object" && named) { key[depth] = value; gsub(/~/, "~0", key[depth]); gsub(/\//, "~1", key[depth]) }
          else if (at() == want) { print value; exit 0 }
        } else if (c !~ /[ \t\r\n]/) {
          value = c
          while (i < size && substr(text, i + 1, 1) !~ /[] \t\r\n,}]/) { i++; value = value substr(text, i, 1) }
          if (at() == want) { print value; exit 0 }
        }
      }
      exit 1
    }'
}
refuse() {
  printf '%s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '%s\n' "$1" >&2
  exit 1
}
"#;

/// Writes a text as it stands within a string of JSON.
const JSON: &str = r#"json() {
  tab=$(printf '\t')
  printf '%s\n' "$1" | sed -e 's/[\\"]/\\&/g' -e "s/$tab/\\\\t/g" | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }'
}
"#;

/// The commands that send the requests of a recipe one after the other, and stop where one fails.
pub fn script(recipe: &Recipe, settings: &Settings) -> String {
    let mut text = format!(
        "# Brings the data of {} into a dataset: {}.\n# These commands record nothing here, and make everything anew each time.\n",
        printable(&recipe.label),
        recipe.way
    );
    text.push_str(preamble());
    for name in recipe.missing() {
        let told = match name {
            Name::ConnectionSpecId => "the id of the connection spec, which sss publish tells",
            _ => "what it is on the platform",
        };
        let _ = writeln!(text, ": \"${{{0}:?set {0} to {told}}}\"", name.key());
    }
    let secrets = recipe.secrets();
    for secret in &secrets {
        let _ = writeln!(text, ": \"${{{0}:?set {0} to the credential {1}}}\"", variable_of(secret), plain(secret));
    }
    text.push_str(TAKE);
    if !secrets.is_empty() {
        text.push_str(JSON);
        for secret in &secrets {
            let variable = variable_of(secret);
            let _ = writeln!(text, "{variable}_JSON=$(json \"${variable}\")");
        }
    }
    for note in &recipe.notes {
        let _ = write!(text, "\n# {}", printable(note));
    }
    if !recipe.notes.is_empty() {
        text.push('\n');
    }
    for (at, step) in recipe.steps.iter().enumerate() {
        text.push_str(&command(recipe, settings, at + 1, step));
    }
    text
}

fn command(recipe: &Recipe, settings: &Settings, number: usize, step: &Step) -> String {
    let base = settings.base_url.as_str().trim_end_matches('/').to_owned();
    let mut url = vec![curl::Piece::Text(base)];
    url.extend(pieces(recipe, &step.path, in_path));
    let body = step.body.as_ref().map(|body| pieces(recipe, body, in_string));
    let call = command_to(settings, step.method.as_str(), &url, &step.headers, body.as_deref(), &OPTIONS);
    let title = &step.title;
    let mut text =
        format!("\n# {number}. {title}.\nanswer=$({call}) || refuse {} \"$answer\"\n", quoted(&failed(title)));
    for take in &step.takes {
        let (name, pointer) = (take.name.key(), quoted(&take.pointer));
        let otherwise = quoted(&take.otherwise);
        let _ = writeln!(text, "{name}=$(take \"$answer\" {pointer}) || refuse {otherwise} \"$answer\"");
        if !take.prefix.is_empty() {
            let _ = writeln!(text, "{name}=${{{name}#{}}}", quoted(take.prefix));
        }
        let _ = writeln!(text, "printf '%s: %s\\n' {name} \"${name}\"");
    }
    if let Some(expected) = &step.expects {
        let (pointer, value) = (quoted(expected.pointer), quoted(&spelled(&expected.value)));
        let otherwise = quoted(&expected.otherwise);
        let _ = writeln!(text, "[ \"$(take \"$answer\" {pointer})\" = {value} ] || refuse {otherwise} \"$answer\"");
    }
    text
}

fn failed(title: &str) -> String {
    format!("failed: {title}")
}

/// As `take` prints it.
fn spelled(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn pieces(recipe: &Recipe, template: &Template, escape: fn(&str) -> String) -> Vec<curl::Piece> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => curl::Piece::Text(text.clone()),
        Piece::Secret(name) => curl::Piece::Variable(format!("{}_JSON", variable_of(name))),
        Piece::Result(name) => match recipe.given.get(name) {
            Some(value) => curl::Piece::Text(escape(value)),
            None => curl::Piece::Variable(name.key().to_owned()),
        },
    };
    template.pieces().iter().map(piece).collect()
}

/// A name that a shell takes within double quotes.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric() || "_- ".contains(*letter)).collect()
}
