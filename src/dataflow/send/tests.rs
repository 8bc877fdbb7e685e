//! Whole runs, against a server that answers as told and remembers what it was asked.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::PathBuf,
    sync::Mutex,
    time::Duration,
};

use serde_json::{Value, json};

use super::*;
use crate::platform::testing::{Asked, Reply, Server};

/// A run and what is to be seen of it.
struct Run {
    outcome: Outcome,
    /// The file of refused events, a line each.
    kept: Vec<String>,
    told: Vec<String>,
}

fn options() -> Options {
    Options { concurrency: NonZeroUsize::new(4).unwrap(), ..Options::default() }
}

fn batches(size: usize) -> Options {
    Options { batch: NonZeroUsize::new(size), ..options() }
}

fn raw(server: &Server) -> Destination {
    let inlet_url = format!("{}/collection/1", server.url).parse().unwrap();
    Destination { inlet_url, flow_id: Some("flow".into()), form: Form::Raw, authenticated: false }
}

fn run_with(server: &Server, input: impl io::Read + Send + 'static, options: &Options, stop: &Stop) -> Run {
    let destination = raw(server);
    let inlet = Inlet::new(&server.settings(), &destination.inlet_url, Some("flow"), false, false).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut file = RefusedFile::beside(&folder.path().join("events.json")).unwrap();
    let (watch, told) = (Watch::default(), Mutex::new(Vec::new()));
    let refused = |refused: Refused<'_>| {
        let number = refused.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        told.lock().unwrap().push(format!("{number} {}", refused.cause));
    };
    let onlooker = Onlooker { watch: &watch, refused: &refused };
    let outcome = send(input, (&inlet, &destination), options, &mut file, &onlooker, stop).unwrap();
    assert_eq!((watch.accepted(), watch.refused()), (outcome.accepted, outcome.refused));
    let path: Option<PathBuf> = file.finish();
    let kept = path.map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
    let mut kept: Vec<String> = kept.lines().map(str::to_owned).collect();
    kept.sort();
    let mut told = told.into_inner().unwrap();
    told.sort();
    Run { outcome, kept, told }
}

fn run(server: &Server, input: &str, options: &Options) -> Run {
    run_with(server, Cursor::new(input.to_owned().into_bytes()), options, &Stop::default())
}

fn taken() -> Reply {
    Reply::json(200, json!({"inletId": "1", "xactionId": "1:2:3", "receivedTimeMs": 1}))
}

fn refused(message: &str) -> Reply {
    Reply::json(400, json!({"title": "Invalid", "report": {"message": message}}))
}

/// `[1,2,…]`, a line each.
fn numbers(count: u64) -> String {
    (1..=count).map(|number| format!("{number}\n")).collect()
}

/// Answers to a batch: whatever `fate` gives for each message.
fn each(asked: &Asked, fate: impl Fn(&Value) -> Value) -> Reply {
    let responses: Vec<Value> = asked.json()["messages"].as_array().unwrap().iter().map(fate).collect();
    Reply::json(207, json!({"inletId": "1", "batchId": "1", "responses": responses}))
}

/// How often each event arrived.
fn arrived(server: &Server) -> BTreeMap<String, usize> {
    let mut arrived = BTreeMap::new();
    for asked in server.asked() {
        let messages = match serde_json::from_str::<Value>(&asked.body).unwrap() {
            Value::Object(mut body) if body.contains_key("messages") => body["messages"].take(),
            other => json!([other]),
        };
        for message in messages.as_array().unwrap() {
            *arrived.entry(message.to_string()).or_default() += 1;
        }
    }
    arrived
}

#[test]
fn every_event_arrives_once_and_with_its_bytes() {
    let server = Server::handle(|_| taken());
    let run = run(&server, "[{ \"a\" : 1.0 },\n[2], \"ä\" ]", &options());
    assert_eq!((run.outcome.accepted, run.outcome.requests, run.outcome.exit()), (3, 3, crate::exit::Exit::Done));
    let mut bodies: Vec<String> = server.asked().into_iter().map(|asked| asked.body).collect();
    bodies.sort();
    assert_eq!(bodies, ["\"ä\"", "[2]", "{ \"a\" : 1.0 }"]);
    assert_eq!((run.kept.len(), run.outcome.resume), (0, None));
}

#[test]
fn batches_are_cut_by_number_and_by_size() {
    let sizes = |input: &str, batch: usize| {
        let server = Server::handle(|asked| {
            assert!(asked.body.len() <= LARGEST, "{}", asked.body.len());
            each(asked, |_| json!({"xactionId": "1"}))
        });
        let run = run(&server, input, &Options { concurrency: NonZeroUsize::MIN, ..batches(batch) });
        assert_eq!(run.outcome.refused, run.told.len() as u64);
        assert!(arrived(&server).values().all(|count| *count == 1));
        server.asked().iter().map(|asked| asked.json()["messages"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&numbers(7), 3), [3, 3, 1]);
    assert_eq!(sizes(&numbers(6), 3), [3, 3]);
    let long = |length: usize, number: usize| format!("\"{number}{}\"\n", "x".repeat(length - 3));
    let input: String = (1..=5).map(|number| long(300_000, number)).collect();
    assert_eq!(sizes(&input, 100), [3, 2]);
    // The largest that can go, alone, and one more byte.
    let around = delivery::OPENING.len() + 2;
    assert_eq!(sizes(&format!("1\n{}2\n", long(LARGEST - around, 1)), 100), [1, 1, 1]);
    assert_eq!(sizes(&format!("1\n{}2\n", long(LARGEST - around + 1, 1)), 100), [2]);
}

#[test]
fn what_is_too_large_is_refused_unsent_and_what_is_large_is_counted() {
    let server = Server::handle(|_| taken());
    let string = |length: usize| format!("\"{}\"\n", "x".repeat(length - 2));
    let input = [string(RECOMMENDED), string(RECOMMENDED + 1), string(LARGEST), string(LARGEST + 1), string(5 << 20)];
    let run = run(&server, &input.concat(), &options());
    let outcome = &run.outcome;
    assert_eq!((outcome.accepted, outcome.refused, outcome.large, outcome.unkept), (3, 2, 2, 1));
    assert_eq!(outcome.causes, [(Cause { status: None, text: ledger::TOO_LARGE.into() }, 2)]);
    assert_eq!(run.kept, [string(LARGEST + 1).trim_end()]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn refused_events_are_kept_told_and_counted_by_cause() {
    let server = Server::handle(|asked| match asked.json()["n"].as_u64() {
        Some(number) if number % 2 == 0 => refused("inletId: [1] imsOrgId: [2] even"),
        Some(3) => refused("three"),
        _ => taken(),
    });
    let input = "{\"n\":1}\n{\"n\": 2}\nnot json\n{\"n\":3}\n{\"n\":4}";
    let run = run(&server, input, &options());
    assert_eq!(run.kept, ["not json", "{\"n\": 2}", "{\"n\":3}", "{\"n\":4}"]);
    assert_eq!(
        run.told,
        [
            "2 status 400: Invalid: even",
            "3 it is not JSON: expected ident",
            "4 status 400: Invalid: three",
            "5 status 400: Invalid: even"
        ]
    );
    let causes: Vec<String> = run.outcome.causes.iter().map(|(cause, count)| format!("{count} {cause}")).collect();
    assert_eq!(causes, ["2 status 400: Invalid: even", "1 malformed", "1 status 400: Invalid: three"]);
    assert_eq!((run.outcome.accepted, run.outcome.exit()), (1, crate::exit::Exit::Findings));
}

#[test]
fn a_partly_refused_batch_is_taken_apart() {
    let mut put_off = 0;
    let server = Server::handle(move |asked| {
        put_off += 1;
        each(asked, |message| match message.as_u64() {
            Some(2) => json!({"statusCode": 400, "message": "no"}),
            Some(3) if put_off == 1 => json!({"statusCode": 503, "message": "busy"}),
            _ => json!({"xactionId": "1"}),
        })
    });
    let run = run(&server, &numbers(4), &batches(10));
    assert_eq!((run.outcome.accepted, run.outcome.refused), (3, 1));
    assert_eq!(run.kept, ["2"]);
    assert_eq!((run.outcome.requests, run.outcome.repeated), (2, 1));
    assert_eq!(server.asked()[1].json(), json!({"messages": [3]}));
}

#[test]
fn a_batch_that_is_too_much_for_the_platform_is_halved() {
    let server = Server::handle(|asked| {
        let too_many = asked.json()["messages"].as_array().unwrap().len() > 2;
        if too_many { Reply::text(413, "") } else { each(asked, |_| json!({"xactionId": "1"})) }
    });
    let run = run(&server, &numbers(7), &batches(7));
    assert_eq!((run.outcome.accepted, run.outcome.refused), (7, 0));
    assert_eq!(arrived(&server)["7"], 3);
}

#[test]
fn what_passes_is_tried_again_and_what_may_be_there_twice_is_counted() {
    let mut replies = vec![
        Reply::text(429, "").with("Retry-After", "0"),
        Reply::text(503, "{}").with("Retry-After", "0"),
        Reply::json(500, json!({"title": "oops"})),
        taken(),
        Reply::Drop,
        taken(),
    ]
    .into_iter();
    let server = Server::handle(move |_| replies.next().unwrap());
    let run = run(&server, &numbers(2), &Options { concurrency: NonZeroUsize::MIN, ..options() });
    assert_eq!((run.outcome.accepted, run.outcome.refused, run.outcome.left), (2, 0, 0));
    assert_eq!((run.outcome.requests, run.outcome.repeated), (6, 4));
    // The one that was answered with 500 may be there as well.
    assert_eq!(run.outcome.twice, 2);
}

#[test]
fn an_event_that_never_passes_is_refused_and_the_others_go_on() {
    let server = Server::handle(|asked| if asked.body == "3" { Reply::json(500, json!({})) } else { taken() });
    let run = run(&server, &numbers(6), &Options { concurrency: NonZeroUsize::MIN, ..options() });
    assert_eq!((run.outcome.accepted, run.outcome.refused, &run.kept[..]), (5, 1, &["3".to_owned()][..]));
    assert_eq!(arrived(&server)["3"], 5);
    assert!(run.outcome.ending.is_none());
}

#[test]
fn what_would_meet_every_event_ends_the_run_and_says_where_to_go_on() {
    for reply in [Reply::json(401, json!({"title": "Authorization"})), Reply::text(404, ""), Reply::text(200, "<html>")]
    {
        let bad = reply.clone();
        let server = Server::handle(move |asked| if asked.body.len() > 1 { bad.clone() } else { taken() });
        let one = Options { concurrency: NonZeroUsize::MIN, ..options() };
        let part = run(&server, &numbers(100), &one);
        assert_eq!((part.outcome.accepted, part.outcome.resume), (9, Some(9)), "{:?}", part.outcome);
        assert_eq!((part.outcome.exit(), part.kept.len()), (crate::exit::Exit::Partial, 0));
        // An input that cannot be read once more leaves nothing to be read.
        let stream = run(&server, &numbers(100), &Options { rereadable: false, ..one });
        assert_eq!(stream.outcome.accepted, 9);
        let (read, left) = (stream.outcome.read, stream.outcome.left);
        assert_eq!((stream.outcome.resume, stream.kept.len() as u64), (Some(read), left));
        assert_eq!(read, 9 + left);
        let server = Server::handle(move |_| reply.clone());
        let none = run(&server, &numbers(100), &options());
        assert_eq!(
            (none.outcome.accepted, none.outcome.resume, none.outcome.exit()),
            (0, Some(0), crate::exit::Exit::Refused)
        );
    }
}

#[test]
fn an_outage_ends_the_run_and_nothing_is_lost() {
    let mut count = 0;
    let server = Server::handle(move |_| {
        count += 1;
        if count <= 20 { taken() } else { Reply::Drop }
    });
    let run = run(&server, &numbers(1000), &options());
    let outcome = &run.outcome;
    assert_eq!((outcome.accepted, outcome.exit()), (20, crate::exit::Exit::Partial));
    let resume = outcome.resume.unwrap();
    // Each event up to there arrived or is kept.
    assert_eq!(outcome.accepted + run.kept.len() as u64, resume, "{outcome:?}");
    assert!(matches!(outcome.ending, Some(Ending::Platform(_))));
}

#[test]
fn whoever_ends_a_run_can_go_on_without_loss() {
    let stop = Stop::default();
    let (ends, mut count) = (stop.clone(), 0);
    let server = Server::handle(move |_| {
        count += 1;
        if count == 50 {
            ends.set();
        }
        taken()
    });
    let input = || Cursor::new(numbers(1000).into_bytes());
    let first = run_with(&server, input(), &options(), &stop);
    assert_eq!(first.outcome.exit(), crate::exit::Exit::Interrupted);
    let resume = first.outcome.resume.unwrap();
    assert_eq!(first.outcome.accepted + first.kept.len() as u64, resume, "{:?}", first.outcome);
    assert!((50..60).contains(&first.outcome.accepted), "{:?}", first.outcome);
    let second = run_with(&server, input(), &Options { skip: resume, ..options() }, &Stop::default());
    assert_eq!(second.outcome.accepted, 1000 - resume);
    let mut missing: Vec<String> = (1..=1000).map(|number| number.to_string()).collect();
    let arrived = arrived(&server);
    missing.retain(|number| !arrived.contains_key(number));
    missing.sort();
    assert_eq!(missing, first.kept);
    assert!(arrived.values().all(|count| *count == 1));
}

#[test]
fn the_first_fault_can_be_the_end() {
    let server = Server::handle(|asked| if asked.body == "5" { refused("no") } else { taken() });
    let fail_fast = Options { fail_fast: true, concurrency: NonZeroUsize::MIN, ..options() };
    let of_platform = run(&server, &numbers(50), &fail_fast);
    assert_eq!((of_platform.outcome.accepted, of_platform.outcome.refused), (4, 1));
    assert_eq!((of_platform.outcome.resume, &of_platform.kept[..]), (Some(5), &["5".to_owned()][..]));
    let of_input = run(&server, "1\n2\nx\n4\n", &fail_fast);
    assert_eq!((of_input.outcome.accepted, of_input.outcome.read, of_input.outcome.resume), (2, 3, Some(3)));
    assert_eq!((of_input.kept, of_input.outcome.exit()), (vec!["x".to_owned()], crate::exit::Exit::Partial));
}

#[test]
fn a_truncated_array_is_told_after_what_it_holds_was_sent() {
    let server = Server::handle(|_| taken());
    let cut = run(&server, "[1,2,{\"a\":", &options());
    assert_eq!((cut.outcome.accepted, cut.outcome.refused, cut.outcome.resume), (2, 0, Some(2)));
    assert_eq!(cut.told, ["- the text ends within event 3, before the array does"]);
    assert_eq!((cut.outcome.exit(), cut.kept.len()), (crate::exit::Exit::Partial, 0));
    let none = run(&server, "[", &options());
    assert_eq!(none.outcome.exit(), crate::exit::Exit::Refused);
    assert_eq!(run(&server, " \n", &options()).outcome.exit(), crate::exit::Exit::Nothing);
    let skipped = run(&server, "1\n2", &Options { skip: 2, ..options() });
    assert_eq!((skipped.outcome.exit(), skipped.outcome.accepted), (crate::exit::Exit::Nothing, 0));
}

#[test]
fn a_batch_that_is_not_full_goes_when_nothing_more_comes() {
    let server = Server::handle(|asked| each(asked, |_| json!({"xactionId": "1"})));
    let (input, mut output) = io::pipe().unwrap();
    thread::scope(|scope| {
        let sending = scope.spawn(|| run_with(&server, input, &batches(100), &Stop::default()));
        output.write_all(b"1\n2\n3\n").unwrap();
        let begun = Instant::now();
        while server.asked().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(30));
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(server.asked()[0].json(), json!({"messages": [1, 2, 3]}));
        output.write_all(b"4\n").unwrap();
        drop(output);
        assert_eq!(sending.join().unwrap().outcome.accepted, 4);
    });
}

#[test]
fn a_silent_input_can_be_left() {
    let server = Server::handle(|_| taken());
    let (input, mut output) = io::pipe().unwrap();
    let stop = Stop::default();
    thread::scope(|scope| {
        let sending = scope.spawn(|| run_with(&server, input, &options(), &stop));
        output.write_all(b"1\n").unwrap();
        while server.asked().is_empty() {
            thread::sleep(Duration::from_millis(20));
        }
        stop.set();
        let run = sending.join().unwrap();
        assert_eq!((run.outcome.exit(), run.outcome.accepted), (crate::exit::Exit::Interrupted, 1));
        assert_eq!(run.outcome.resume, Some(1));
    });
}

#[test]
fn every_request_is_signed_over_its_bytes() {
    let server = Server::handle(|asked| each(asked, |_| json!({"xactionId": "1"})));
    let signer = Signer::new(b"s3cr3t", Encoding::Base64).unwrap();
    let run = run(&server, &numbers(5), &Options { signer: Some(signer.clone()), ..batches(2) });
    assert_eq!(run.outcome.accepted, 5);
    for asked in server.asked() {
        assert_eq!(asked.headers["x-hmac-sha256"], signer.sign(asked.body.as_bytes()));
    }
}
