//! Acceptance runs in this process, against an emulator that stands for the platform: without its control routes.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::{Acceptance, Exchanges, Report, Senders, Told, Verdict, run};
use crate::{
    dataflow::recipe::{Facts, Name, Recipe, Wish, recipe},
    emulator::{Emulator, Options},
    exit::Exit,
    platform::{Client, Exchange, Settings, Stop},
    spec::Kind,
};

const GENERIC_STREAMING: &str = "e77fd9d2-22a8-11ed-861d-0242ac120002";

struct Stage {
    _emulator: Emulator,
    root: tempfile::TempDir,
    client: Client,
    stop: Stop,
    exchanges: Exchanges,
    recipe: Recipe,
    spec_name: String,
    sample: Vec<Value>,
}

impl Stage {
    fn new() -> Self {
        let emulator = Emulator::start(Options::default()).unwrap();
        let mut settings = Settings::emulator(Url::parse(emulator.base_url()).unwrap());
        settings.longest_wait = Duration::ZERO;
        let (exchanges, stop) = (Exchanges::default(), Stop::default());
        let mut client = Client::new(settings);
        let kept = exchanges.clone();
        client.observe(move |exchange| kept.keep(exchange));
        client.stop_at(stop.clone());
        let mut facts = Facts::of_source("acme", "Acme", Kind::Streaming, &json!({}));
        facts.connection_spec_id = Some(GENERIC_STREAMING.to_owned());
        let sample = vec![json!({"id": "e-1", "at": "2026-01-31T12:00:00Z", "points": 5})];
        let recipe = recipe(&Wish { sample: sample.clone(), ..Wish::default() }, &facts).unwrap();
        let path = format!("/data/foundation/flowservice/connectionSpecs/{GENERIC_STREAMING}");
        let spec = client.read_record(&path, &[]).unwrap().value;
        let spec_name = spec["items"][0]["name"].as_str().unwrap().to_owned();
        Self {
            _emulator: emulator,
            root: tempfile::tempdir().unwrap(),
            client,
            stop,
            exchanges,
            recipe,
            spec_name,
            sample,
        }
    }

    fn run(&self, emulated: bool, senders: &[Senders], tell: &mut dyn FnMut(Told<'_>)) -> Report {
        let exchanges = self.exchanges.clone();
        let observer = || -> Box<dyn Fn(&Exchange) + Send + Sync> {
            let exchanges = exchanges.clone();
            Box::new(move |exchange| exchanges.keep(exchange))
        };
        let acceptance = Acceptance {
            client: &self.client,
            root: self.root.path(),
            stop: &self.stop,
            source: "acme",
            spec_name: &self.spec_name,
            recipe: &self.recipe,
            secret: &|_| None,
            hidden: &[],
            sample: &self.sample,
            senders,
            wait: Duration::from_secs(30),
            emulated,
            keep: false,
            exchanges: &self.exchanges,
            observer: &observer,
        };
        run(&acceptance, tell).unwrap()
    }

    fn flows(&self) -> usize {
        self.client.list_records("/data/foundation/flowservice/flows?limit=100").unwrap().len()
    }
}

fn of(report: &Report, verdict: Verdict) -> Vec<&str> {
    report.checks.iter().filter(|check| check.verdict == verdict).map(|check| check.name.as_str()).collect()
}

#[test]
fn nothing_is_asked_of_the_platform_that_only_the_emulator_has() {
    let stage = Stage::new();
    let report = stage.run(false, &[Senders::Token { expired: None }], &mut |_| {});
    assert!(report.exchanges.iter().all(|exchange| !exchange.url.contains("__emulator")));
    assert_eq!(of(&report, Verdict::Skipped), ["events", "token-expired"]);
    // Nobody has set how senders show who they are, so that everybody is let in: the run must see it.
    assert_eq!(of(&report, Verdict::Failed), ["token-missing", "token-invalid"]);
    assert_eq!((report.exit(), stage.flows()), (Exit::Findings, 0));
}

#[test]
fn a_run_that_is_interrupted_at_any_check_takes_everything_down() {
    let all = Stage::new().run(true, &[], &mut |_| {});
    assert!(all.ok(), "{:#?}", all.checks);
    assert_eq!(of(&all, Verdict::Skipped), ["sender-authentication"]);
    for at in [1, 3, 7, all.checks.len() - 2] {
        let stage = Stage::new();
        let (mut checked, stop) = (0, stage.stop.clone());
        let report = stage.run(true, &[], &mut |told| {
            if matches!(told, Told::Checked(_)) {
                checked += 1;
                if checked == at {
                    stop.set();
                }
            }
        });
        let names = |report: &Report| report.checks.iter().map(|check| check.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&report), names(&all), "{at}");
        assert_eq!(of(&report, Verdict::Failed), [""; 0], "{at}");
        assert_eq!((report.exit(), report.ok()), (Exit::Interrupted, false), "{at}");
        assert!(!report.left && report.checks[at].found == "the run was interrupted", "{at}: {:#?}", report.checks);
        assert_eq!(stage.flows(), 0, "{at}");
        assert_eq!(super::dataflow_name("acme"), "acme.verify");
        assert!(!stage.root.path().join(".sss/dataflow/acme.verify.toml").exists(), "{at}");
    }
}

#[test]
fn pages_escape_everything_and_stay_well_formed() {
    let mut report = Stage::new().run(true, &[], &mut |_| {});
    let evil = "<script>alert(1)</script> & \"x\" | `y` \u{1b}[31m\u{0} ]]>";
    report.source = evil.to_owned();
    report.checks[0].verdict = Verdict::Failed;
    report.checks[0].found = evil.to_owned();
    report.checks[0].advice = Some(evil.to_owned());
    report.exchanges[0].response_body = Some(format!("```\n{evil}\n````"));
    report.made[0].1 = evil.to_owned();
    let (html, markdown, junit) = (report.to_html(), report.to_markdown(), report.to_junit());
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let page = roxmltree::Document::parse_with_options(&html, options).unwrap();
    assert_eq!(page.descendants().filter(|node| node.has_tag_name("script")).count(), 0);
    let told: String = page.descendants().filter_map(|node| node.text()).collect();
    assert!(told.contains("<script>alert(1)</script> & \"x\" | `y`"), "it shows as it is");
    for outside in ["src=", "href=\"http", "url(", "@import", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
    for anchor in page.descendants().filter_map(|node| node.attribute("href")) {
        let id = anchor.strip_prefix('#').unwrap();
        assert!(page.descendants().any(|node| node.attribute("id") == Some(id)), "{anchor}");
    }
    let suites = roxmltree::Document::parse(&junit).unwrap();
    assert_eq!(suites.root_element().attribute("failures"), Some("1"));
    assert!(!markdown.contains("<script>alert") || markdown.contains("`````\n"), "{markdown}");
    assert!(!markdown.contains('\u{1b}') && !html.contains('\u{1b}') && !junit.contains('\u{1b}'));
    assert!(report.made.iter().any(|(name, _)| *name == Name::FlowId));
}
