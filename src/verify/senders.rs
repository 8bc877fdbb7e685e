//! How senders show who they are: that who shows it is let in, and nobody else.

use std::time::Instant;

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    acceptance::Run,
    check::Finding,
    sending::{Fate, Shown},
};
use crate::dataflow::{
    Error,
    recipe::Name,
    send::{Encoding, Signer},
};

/// A token that nobody gave out: the form of one, and no more.
const NO_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJhcyI6Im5vYm9keSJ9.bm9ib2R5";

/// How senders show who they are.
#[derive(Debug, Clone)]
pub enum Senders {
    /// By a bearer token.
    Token {
        /// One that was good once; the emulator makes one.
        expired: Option<SecretString>,
    },
    /// By signing the body with a shared secret.
    Hmac { secret: SecretString, encoding: Encoding },
}

impl Senders {
    pub(super) fn signer(&self) -> Option<Signer> {
        match self {
            Self::Token { .. } => None,
            Self::Hmac { secret, encoding } => Signer::new(secret.expose_secret().as_bytes(), *encoding),
        }
    }

    /// What must not be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        match self {
            Self::Token { expired } => expired.as_ref(),
            Self::Hmac { secret, .. } => Some(secret),
        }
        .into_iter()
    }
}

/// What is to come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Taken,
    Refused,
}

impl Run<'_, '_> {
    /// The scenarios of every way that was asked for.
    pub(super) fn senders(&mut self) {
        if self.acceptance.senders.is_empty() {
            self.check("sender-authentication", "Only known senders are let in", |_| {
                Ok(Finding::skipped(
                    "not asked for; it is before a submission: `--auth token`, or `--auth hmac` with `--hmac-secret-env`",
                ))
            });
        }
        for senders in self.acceptance.senders {
            match senders {
                Senders::Token { expired } => self.by_token(expired.as_ref()),
                Senders::Hmac { secret, .. } => self.by_signature(senders, secret),
            }
        }
    }

    fn by_token(&mut self, expired: Option<&SecretString>) {
        self.check("token-valid", "An event with a valid token is taken", |run| {
            run.set_up(None)?;
            run.one(Shown::Ours, None, Wanted::Taken)
        });
        self.check("token-missing", "An event without a token is refused", |run| {
            run.one(Shown::Nothing, None, Wanted::Refused)
        });
        self.check("token-invalid", "An event with a token that nobody gave out is refused", |run| {
            run.one(Shown::Other(NO_TOKEN.into()), None, Wanted::Refused)
        });
        self.check("token-expired", "An event with an expired token is refused", |run| {
            let token = match (&run.control, expired) {
                (_, Some(expired)) => expired.clone(),
                (Some(control), None) => {
                    let token = run.acceptance.client.bearer()?;
                    control.expire_tokens()?;
                    token
                }
                (None, None) => {
                    return Ok(Finding::skipped(
                        "there is no expired token at hand: `--expired-token-env` names a variable with one, such as \
                         yesterday's",
                    ));
                }
            };
            run.one(Shown::Other(token), None, Wanted::Refused)
        });
    }

    fn by_signature(&mut self, senders: &Senders, secret: &SecretString) {
        let body = self.body();
        let sign = |bytes: &str| senders.signer().map(|signer| signer.sign(bytes.as_bytes()));
        let good = sign(&body);
        self.check("hmac-valid", "An event with the signature of its bytes is taken", |run| {
            run.set_up(Some(secret))?;
            run.one(Shown::Nothing, good.clone(), Wanted::Taken)
        });
        self.check("hmac-missing", "An event without a signature is refused", |run| {
            run.one(Shown::Nothing, None, Wanted::Refused)
        });
        self.check("hmac-wrong", "An event signed with another secret is refused", |run| {
            let other = format!("not {}", secret.expose_secret());
            let Senders::Hmac { encoding, .. } = senders else { return Ok(Finding::skipped("nothing is signed")) };
            let wrong = Signer::new(other.as_bytes(), *encoding).map(|signer| signer.sign(body.as_bytes()));
            run.one(Shown::Nothing, wrong, Wanted::Refused)
        });
        self.check("hmac-altered", "An event that was altered after it was signed is refused", |run| {
            // A blank more is the same event, and other bytes.
            run.post(Shown::Nothing, &format!("{body} "), good.clone(), Wanted::Refused)
        });
    }

    /// Has the emulator let in who shows this and nobody else. On the platform that is agreed on with Adobe.
    fn set_up(&self, secret: Option<&SecretString>) -> Result<(), Error> {
        let Some(control) = &self.control else { return Ok(()) };
        let state = self.state()?;
        let inlet = state.inlet_url().and_then(|url| url.rsplit('/').next());
        let inlet = inlet.ok_or_else(|| Error::NoResult {
            result: Name::InletUrl,
            title: "Set how senders show who they are".to_owned(),
        })?;
        Ok(control.set_senders(inlet, secret.map(|secret| secret.expose_secret()))?)
    }

    /// The event that is sent each time.
    fn body(&self) -> String {
        self.events_to_send().first().map(ToString::to_string).unwrap_or_default()
    }

    fn one(&self, shown: Shown, signature: Option<String>, wanted: Wanted) -> Result<Finding, Error> {
        self.post(shown, &self.body(), signature, wanted)
    }

    fn post(&self, shown: Shown, body: &str, signature: Option<String>, wanted: Wanted) -> Result<Finding, Error> {
        let inlet = self.inlet(shown)?;
        let fate = self.deliver(&inlet, body, signature, Instant::now())?;
        Ok(judge(fate, wanted))
    }
}

fn judge(fate: Fate, wanted: Wanted) -> Finding {
    match (fate, wanted) {
        (Fate::Taken, Wanted::Taken) => Finding::passed("taken"),
        (Fate::Taken, Wanted::Refused) => Finding::failed(
            "it was taken, and must not be",
            "the inlet lets in who does not show who they are: settle with the Adobe representative how senders do",
        ),
        (Fate::Shut(error), Wanted::Refused) if matches!(error.status(), Some(401 | 403)) => {
            Finding::passed(format!("refused with {}", error.status().unwrap_or_default()))
        }
        (Fate::Shut(error), Wanted::Refused) => Finding::failed(
            format!("it was not refused for who sent it: {error}"),
            error.help().unwrap_or_else(|| "401 or 403 is the answer to a sender who is not known".to_owned()),
        ),
        (Fate::Refused(cause), Wanted::Refused) => Finding::failed(
            format!("it was not refused for who sent it: {cause}"),
            "401 or 403 is the answer to a sender who is not known",
        ),
        (Fate::Shut(error), Wanted::Taken) => Finding::failed(
            format!("it was not taken: {error}"),
            match error.status() {
                Some(401 | 403) => {
                    "what the sender shows is not what the inlet knows: compare credentials, secret and how the signature is written"
                        .to_owned()
                }
                _ => error.help().unwrap_or_else(|| "look at the answer in the report".to_owned()),
            },
        ),
        (Fate::Refused(cause), Wanted::Taken) => {
            Finding::failed(format!("it was not taken: {cause}"), "the event itself is refused: look at the check `send`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::{self, Cause},
        verify::Verdict,
    };

    #[test]
    fn who_is_refused_for_another_reason_is_not_refused() {
        let cause = || Fate::Refused(Cause { status: Some(400), text: "no".into() });
        let unreachable = || Fate::Shut(platform::Error::NotTrusted { host: "x".into(), reason: "y".into() });
        for (fate, wanted, verdict) in [
            (Fate::Taken, Wanted::Taken, Verdict::Passed),
            (Fate::Taken, Wanted::Refused, Verdict::Failed),
            (cause(), Wanted::Taken, Verdict::Failed),
            (cause(), Wanted::Refused, Verdict::Failed),
            (unreachable(), Wanted::Refused, Verdict::Failed),
            (unreachable(), Wanted::Taken, Verdict::Failed),
        ] {
            let finding = judge(fate, wanted);
            assert_eq!(finding.verdict, verdict, "{finding:?}");
            assert_eq!(finding.advice.is_some(), verdict == Verdict::Failed);
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let hmac = Senders::Hmac { secret: "s3cr3t".into(), encoding: Encoding::Hex };
        let token = Senders::Token { expired: Some("t0ken".into()) };
        let told = format!("{hmac:?} {token:?}");
        assert!(!told.contains("s3cr3t") && !told.contains("t0ken"), "{told}");
        assert_eq!(hmac.secrets().chain(token.secrets()).count(), 2);
    }
}
