//! The guard before production: a write into a production sandbox, or a protected one, needs its name to be typed.

use inquire::{InquireError, Text};

use crate::{
    console::Console,
    error::Error,
    platform::{self, Client, sandbox},
};

/// Why a sandbox is guarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guarded {
    sandbox: String,
    why: String,
}

/// Whether a write into the client's sandbox is guarded, and why; nothing where `allowed`, without asking the platform.
///
/// Who may not be told what kind of sandbox it is, is asked as if it were production. A refusal of another kind, of the token
/// above all, would refuse the write as well, and is told as itself.
pub(super) fn guarded(client: &Client, protected: &[String], allowed: bool) -> Result<Option<Guarded>, Error> {
    if allowed {
        return Ok(None);
    }
    let name = client.settings().sandbox.clone();
    let guarded = |why: String| Ok(Some(Guarded { sandbox: name.clone(), why }));
    if protected.contains(&name) {
        return guarded(format!("the sandbox `{name}` is `protected` in the profile"));
    }
    match sandbox(client) {
        Ok(Some(sandbox)) if sandbox.is_production() => guarded(format!("`{name}` is a production sandbox")),
        Ok(Some(sandbox)) if sandbox.kind.is_some() => Ok(None),
        Ok(_) => guarded(format!("the platform does not tell whether `{name}` is a production sandbox")),
        Err(error @ platform::Error::Refused(_)) if matches!(error.status(), Some(400 | 403 | 404)) => {
            guarded(format!("whether `{name}` is a production sandbox could not be asked ({error})"))
        }
        Err(error) => Err(error.into()),
    }
}

impl Guarded {
    /// Has the sandbox's name typed; without a terminal there is nobody to type it.
    pub(super) fn ask(&self, console: &mut Console) -> Result<(), Error> {
        let Self { sandbox, why } = self;
        if !console.interactive() {
            return Err(Error::usage(
                format!("nothing was sent: {why}, and its name cannot be typed without a terminal"),
                "`--allow-production` writes to it all the same; `--profile` or `AEP_SANDBOX` names another sandbox",
            ));
        }
        console.message(&format!("{why}: everybody who works there sees what is written."));
        match Text::new(&format!("Type `{sandbox}` to write to it:")).prompt() {
            Ok(typed) if typed.trim() == sandbox => Ok(()),
            Ok(_) => {
                console.message("that is not its name; nothing was changed");
                Err(Error::Interrupted)
            }
            Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                console.message("nothing was changed");
                Err(Error::Interrupted)
            }
            Err(error) => Err(Error::usage(
                format!("the question could not be asked: {error}"),
                "`--allow-production` writes without asking",
            )),
        }
    }
}
