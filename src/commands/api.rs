//! `sss api`: one call with our credentials and headers; the answer as it came.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    access::{self, Around},
    guard,
    selected::{self, Telling},
};
use crate::{
    cli::{self, ApiMethod, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::{
        self,
        api::{ApiCall, address, header},
        curl::{Piece, command},
    },
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Api, console: &mut Console) -> Result<Exit, Error> {
    let around = Around::of(global)?;
    let settings = access::settings(global, &around.config, &around.root)?;
    let method = match arguments.method {
        ApiMethod::Get => "GET",
        ApiMethod::Post => "POST",
        ApiMethod::Put => "PUT",
        ApiMethod::Patch => "PATCH",
        ApiMethod::Delete => "DELETE",
    };
    let query = arguments.query.iter().map(|pair| {
        let pair = pair.split_once('=').filter(|(name, _)| !name.is_empty());
        let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.ok_or_else(|| Error::usage("a `--query` has no `=`", "write it as `--query property=name==acme`"))
    });
    let query = query.collect::<Result<Vec<_>, _>>()?;
    let url = address(&settings.base_url, &arguments.path, &query).map_err(|reason| {
        Error::usage(
            format!("`{}` is no path to call: {reason}", arguments.path),
            "`/flowSpecs` is one of Flow Service; a path of another service begins with `/data/`",
        )
    })?;
    // The value of a header may be a secret, and is not repeated.
    let headers = arguments.header.iter().map(|text| {
        header(text).map_err(|reason| {
            Error::usage(
                format!("a `--header` cannot be sent: {reason}"),
                "write it as `--header 'Accept: text/plain'`",
            )
        })
    });
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    if arguments.paginate && method != "GET" {
        return Err(Error::usage("only a `GET` has pages", "leave `--paginate` out"));
    }
    let body = arguments.data.as_deref().map(|path| body(global, path)).transpose()?;
    if body.is_some() && method == "GET" {
        return Err(Error::usage("a `GET` has no body", "leave `--data` out, or choose another method"));
    }
    if arguments.curl {
        let body = body.map(|text| vec![Piece::Text(text)]);
        console.line(&command(&settings, method, &url, &headers, body.as_deref(), &[]));
        return Ok(Exit::Done);
    }
    let client = selected::client(settings, console, Telling::of(console.verbose()), |_| {});
    let writes = method != "GET" && !(method == "POST" && url.path().trim_end_matches('/').ends_with("/search"));
    if writes {
        let protected = access::protected(global, &around.config);
        if let Some(guarded) = guard::guarded(&client, protected, arguments.allow_production)? {
            guarded.ask(console)?;
        }
    }
    let call = ApiCall { method, url, headers, body };
    let answered = if arguments.paginate {
        client.api_items(&call).map(|items| console.print(&format!("[{}]\n", items.join(","))))
    } else {
        client.api(&call).map(|answer| {
            if arguments.include {
                console.line(&format!("HTTP {}", answer.status));
                for (name, value) in &answer.headers {
                    console.line(&format!("{name}: {value}"));
                }
                console.line("");
            }
            print(&answer.text, console);
        })
    };
    match answered {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            if let platform::Error::Refused(refusal) = &error {
                print(&refusal.body, console);
            }
            // Whoever wrote and got no answer has to look what came of it.
            let unknown = writes && error.outcome_unknown();
            let error = Error::from(error);
            if !unknown {
                return Err(error);
            }
            console.error(&error);
            console.message("whether the call was carried out is not known: look before you repeat it");
            Ok(Exit::Partial)
        }
    }
}

/// The body as it came, with a line end on which a prompt may follow.
fn print(text: &str, console: &mut Console) {
    if !text.is_empty() {
        console.print(text);
        if !text.ends_with('\n') {
            console.print("\n");
        }
    }
}

fn body(global: &Global, path: &Path) -> Result<String, Error> {
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        return read.map(|_| text).map_err(|source| Error::file("read", Path::new("standard input"), source));
    }
    let path: PathBuf = global.directory.as_deref().unwrap_or(Path::new("")).join(path);
    std::fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))
}
