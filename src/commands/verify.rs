//! `sss verify`: the acceptance run of a published source, a table of its checks, and the report to hand in.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{
    dataflow::{
        Asked, Ground, send,
        wish::{self, Purpose},
    },
    directory, output,
    selected::{self, Selected, Telling},
};
use crate::{
    cli::{self, Global, HmacEncoding, SenderAuth},
    console::Console,
    dataflow::{
        recipe::{MappingWish, Recipe, Way},
        send::Encoding,
    },
    error::Error,
    exit::Exit,
    platform::{Exchange, settings::EMULATOR},
    spec::sample,
    style::{BAD, DIM, GOOD, NOTE},
    verify::{self, Acceptance, Check, Exchanges, Report, Senders, Told, Verdict},
};

/// A secret that is shorter cannot be taken out of a report without garbling it.
const SHORTEST_SECRET: usize = 4;

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Verify, console: &mut Console) -> Result<Exit, Error> {
    let here = directory(global)?;
    let desired = desired(global, &arguments.source)?;
    let mut sample = Vec::new();
    let up = cli::Up {
        end: cli::End { source: Some(arguments.source.clone()), ..cli::End::default() },
        fetched: arguments.fetched.clone(),
        target: arguments.target.clone(),
        ..cli::Up::default()
    };
    let asked = wish::asked_with(global, &up, Purpose::Send, |facts, wish| {
        wish.name = Some(format!("{} verification", facts.label));
        if wish.sample.is_empty() {
            sample.extend(sample::custom_schema(&desired).map(sample::sample));
            // What says itself where data goes needs no sample for that.
            let is_open =
                wish.schema.id.is_none() && wish.dataset_id.is_none() && wish.mapping == MappingWish::OfSample;
            if is_open {
                wish.sample.clone_from(&sample);
            }
        } else {
            sample.clone_from(&wish.sample);
        }
        if sample.is_empty() && facts.way.has_inlet() {
            return Err(Error::usage(
                "there is no event to send: the connection spec of the source has no schema to make one up from",
                "give events as the source sends them with `--sample FILE`",
            ));
        }
        Ok(())
    })?;
    let senders = senders(arguments, asked.recipe.way)?;
    let hidden = hidden(&asked.secrets, &senders)?;
    if let Some(report) = &arguments.report {
        let report = here.join(report);
        fs::create_dir_all(&report).map_err(|source| Error::file("create", &report, source))?;
    }

    let exchanges = Exchanges::default();
    let kept = exchanges.clone();
    let name = verify::dataflow_name(&arguments.source);
    let ground = Ground::keeping(global, name, console, move |exchange| kept.keep(exchange))?;
    hidden.iter().for_each(|secret| ground.client.hide(secret.clone()));
    for note in &asked.recipe.notes {
        console.progress(&format!("note: {note}"));
    }
    let _lock = ground.lock(console);
    ask(global, arguments, (&ground, &asked.recipe), console)?;
    ground.heed(console);

    let observer = observer(console, Telling::of(console.verbose()), &exchanges);
    let secret = |name: &str| asked.secrets.get(name).map(|secret| secret.expose_secret().to_owned());
    let acceptance = Acceptance {
        client: &ground.client,
        root: &ground.root,
        stop: &ground.stop,
        source: &arguments.source,
        spec_name: desired.get("name").and_then(Value::as_str).unwrap_or_default(),
        recipe: &asked.recipe,
        secret: &secret,
        hidden: &hidden,
        sample: &sample,
        senders: &senders,
        wait: Duration::from_secs(arguments.wait),
        emulated: ground.client.settings().platform() == EMULATOR,
        keep: arguments.keep,
        exchanges: &exchanges,
        observer: &observer,
    };
    let report = verify::run(&acceptance, &mut |told| tell(&told, console))?;
    print(&report, console);
    hand_over(&report, arguments, &here, console)?;
    Ok(report.exit())
}

/// The connection spec of the source, as its artifact says it.
fn desired(global: &Global, source: &str) -> Result<Value, Error> {
    let selected = Selected::of(global, std::slice::from_ref(&source.to_owned()))?;
    let (readable, _) = selected.readable(None);
    // One that cannot be read is told by what makes the recipe.
    Ok(readable.first().map(|desired| desired.spec()).unwrap_or_default())
}

/// The ways in which senders show who they are that are to be tried.
fn senders(arguments: &cli::Verify, way: Way) -> Result<Vec<Senders>, Error> {
    let cli::Shown { auth, expired_token_env, signing } = &arguments.shown;
    if *auth != SenderAuth::None && !way.has_inlet() {
        return Err(Error::usage(
            "`--auth` is for sources whose events are sent; the data of this one is fetched",
            "leave it out",
        ));
    }
    if *auth != SenderAuth::Token && expired_token_env.is_some() {
        return Err(Error::usage("`--expired-token-env` is of use with `--auth token` alone", "leave it out"));
    }
    let secret = send::secret(signing)?;
    match (auth, secret) {
        (SenderAuth::None, None) => Ok(Vec::new()),
        (SenderAuth::Token, None) => {
            let expired = expired_token_env.as_deref().map(token).transpose()?;
            Ok(vec![Senders::Token { expired }])
        }
        (SenderAuth::Hmac, Some(secret)) => {
            let encoding = match signing.hmac_encoding {
                HmacEncoding::Hex => Encoding::Hex,
                HmacEncoding::Base64 => Encoding::Base64,
            };
            Ok(vec![Senders::Hmac { secret: secret.into(), encoding }])
        }
        (SenderAuth::Hmac, None) => Err(Error::usage(
            "there is nothing to sign with",
            "name the environment variable that has the secret: `--hmac-secret-env NAME`",
        )),
        (SenderAuth::None | SenderAuth::Token, Some(_)) => Err(Error::usage(
            "`--hmac-secret-env` is of use with `--auth hmac` alone",
            "say `--auth hmac`, or leave it out",
        )),
    }
}

/// A token from the environment.
fn token(variable: &str) -> Result<SecretString, Error> {
    let found = std::env::var(variable).ok().filter(|token| !token.trim().is_empty());
    let found = found.map(|token| token.trim().trim_start_matches("Bearer ").to_owned().into());
    found.ok_or_else(|| {
        Error::usage(
            "the variable that `--expired-token-env` names has no token",
            "it takes the name of a variable, and the variable holds the token; the token is never an argument",
        )
    })
}

/// All that must not stand in a report.
fn hidden(source: &BTreeMap<String, SecretString>, senders: &[Senders]) -> Result<Vec<SecretString>, Error> {
    let mut hidden = Vec::new();
    let named = source.iter().map(|(name, secret)| (format!("the credential `{name}`"), secret));
    let signed = senders.iter().flat_map(Senders::secrets).map(|secret| ("what senders show".to_owned(), secret));
    for (what, secret) in named.chain(signed) {
        if secret.expose_secret().len() < SHORTEST_SECRET {
            return Err(Error::usage(
                format!("{what} has fewer than {SHORTEST_SECRET} letters, and could not be taken out of a report"),
                "verify with a longer one",
            ));
        }
        hidden.push(secret.clone());
    }
    Ok(hidden)
}

fn ask(
    global: &Global,
    arguments: &cli::Verify,
    (ground, recipe): (&Ground, &Recipe),
    console: &mut Console,
) -> Result<(), Error> {
    let target = crate::publish::Target::of(ground.client.settings());
    let made: Vec<&str> = recipe.steps.iter().filter_map(|step| Some(step.makes()?.what())).collect();
    let mut shown = format!("make a dataflow of its own: {}\n", made.join(", "));
    if recipe.way.has_inlet() {
        shown.push_str("send it the sample's events\n");
    }
    shown.push_str(if arguments.keep { "leave it there\n" } else { "delete all of it again\n" });
    ground.ask(
        global,
        Asked {
            shown: &shown,
            question: &format!("Verify `{}` in {target}?", arguments.source),
            would: &format!("`{}` would be verified in {target}, with a dataflow of its own", arguments.source),
            yes: arguments.yes,
            allow_production: arguments.allow_production,
        },
        console,
    )
}

/// Makes observers of exchanges, which tell and keep them.
pub(super) fn observer(
    console: &Console,
    telling: Telling,
    exchanges: &Exchanges,
) -> impl Fn() -> Box<dyn Fn(&Exchange) + Send + Sync> + use<> {
    let (teller, exchanges) = (console.teller(), exchanges.clone());
    move || {
        let exchanges = exchanges.clone();
        Box::new(move |exchange| {
            selected::tell(teller, telling, exchange);
            exchanges.keep(exchange);
        })
    }
}

/// Tells how the run goes.
pub(super) fn tell(told: &Told<'_>, console: &mut Console) {
    match told {
        Told::Step(step) => console.progress(&format!("  {step}")),
        Told::Checked(check) => console.progress(&format!("{} {}", word(check), check.title)),
    }
}

pub(super) fn word(check: &Check) -> String {
    match check.verdict {
        Verdict::Passed => format!("{GOOD}passed{GOOD:#} "),
        Verdict::Failed => format!("{BAD}failed{BAD:#} "),
        Verdict::Skipped => format!("{DIM}skipped{DIM:#}"),
    }
}

/// Prints what came of it.
fn print(report: &Report, console: &mut Console) {
    if console.json() {
        console.print_json(&report.to_json(false));
    } else {
        console.print(&table(report));
        console.line(&report.sentence());
    }
    if report.left {
        console.message(&format!(
            "something of it stays; `sss verify {}` begins with taking it down, `sss dataflow down {} --all` does that alone",
            report.source, report.dataflow
        ));
    }
}

/// The checks as a table.
fn table(report: &Report) -> String {
    let mut text = String::new();
    let width = report.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for check in &report.checks {
        let time = format!("{:.1} s", check.duration.as_secs_f64());
        let found = crate::text::visible::printable(&check.found);
        let _ = writeln!(text, "{} {:width$}  {time:>7}  {found}", word(check), check.name);
        for line in check.advice.iter().flat_map(|advice| advice.lines()) {
            let _ = writeln!(text, "  {NOTE}help{NOTE:#}: {line}");
        }
    }
    text
}

/// Writes what was asked for.
fn hand_over(report: &Report, arguments: &cli::Verify, here: &Path, console: &mut Console) -> Result<(), Error> {
    if let Some(path) = &arguments.junit {
        output::write(&here.join(path), &report.to_junit())?;
    }
    if let Some(directory) = &arguments.report {
        let path = here.join(directory);
        report.write(&path).map_err(|source| Error::file("write", &path, source))?;
        console.progress(&format!("wrote the report: {}", path.join("report.html").display()));
    }
    Ok(())
}
