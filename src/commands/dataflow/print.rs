//! `sss dataflow up` with `--plan`, `--curl` or `--postman`: the recipe printed, and nothing sent.

use super::{
    super::directory,
    wish::{Asked, Purpose, asked},
};
use crate::{
    cli::{self, Global},
    console::Console,
    dataflow::recipe::{curl, postman},
    error::Error,
    exit::Exit,
    files,
    platform::{
        Credentials, Settings,
        settings::{DEFAULT_BASE_URL, DEFAULT_IMS_URL},
    },
};

/// Prints what was asked for.
pub(super) fn run(global: &Global, arguments: &cli::Up, console: &mut Console) -> Result<Exit, Error> {
    let purpose = if arguments.printed.curl { Purpose::Print } else { Purpose::Show };
    let Asked { recipe, settings, .. } = asked(global, arguments, purpose)?;
    if let Some(file) = &arguments.printed.postman {
        let collection = postman::collection(&recipe, &place(settings.as_ref()));
        let text = format!("{collection:#}\n");
        if file.as_os_str() == "-" {
            console.print(&text);
            return Ok(Exit::Done);
        }
        let path = directory(global)?.join(file);
        files::write_whole(&path, text.as_bytes()).map_err(|source| Error::file("write", &path, source))?;
        console.progress(&format!(
            "wrote the collection to `{}`: set its secrets, then run it in Postman or with `newman run`",
            file.display()
        ));
    } else if let Some(settings) = settings.as_ref().filter(|_| arguments.printed.curl) {
        console.print(&curl::script(&recipe, settings));
    } else if console.json() {
        console.print_json(&recipe.to_json());
    } else {
        console.print(&recipe.to_text());
    }
    Ok(Exit::Done)
}

/// What a collection may know of where it goes. Secrets are not part of it.
fn place(settings: Option<&Settings>) -> postman::Place {
    let Some(settings) = settings else {
        return postman::Place {
            base_url: DEFAULT_BASE_URL.to_owned(),
            ims_url: DEFAULT_IMS_URL.to_owned(),
            ..postman::Place::default()
        };
    };
    let bare = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
    postman::Place {
        base_url: bare(&settings.base_url),
        ims_url: bare(&settings.ims_url),
        organization: settings.organization.clone(),
        sandbox: settings.sandbox.clone(),
        api_key: settings.api_key.clone(),
        scopes: match &settings.credentials {
            Credentials::OAuth { scopes, .. } => scopes.clone(),
            Credentials::Token(_) => String::new(),
        },
    }
}
