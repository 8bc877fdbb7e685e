//! Tests of `answers`.

use super::*;

fn streaming() -> New {
    New {
        source: Some("acme-events".to_owned()),
        kind: Some(SourceKind::Streaming),
        description: Some("Events of Acme.".to_owned()),
        documentation_url: Some("https://docs.example.com".to_owned()),
        ..New::default()
    }
}

fn batch() -> New {
    New {
        kind: Some(SourceKind::Batch),
        category: Some("CRM".to_owned()),
        auth: vec![AuthKind::Basic],
        host: Some("https://api.example.com/".to_owned()),
        path: Some("/v1/members".to_owned()),
        content_path: Some("$.members".to_owned()),
        documentation_url: None,
        ..streaming()
    }
}

fn told(arguments: &New) -> (Vec<String>, Vec<&'static str>) {
    match Answers::from_arguments(arguments) {
        Err(Error::Answers { wrong, missing }) => (wrong, missing.into_iter().map(|m| m.flag).collect()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn defaults_are_taken_and_told() {
    let answers = Answers::from_arguments(&streaming()).unwrap();
    assert_eq!(answers.label, "Acme Events");
    assert_eq!(answers.category, "streaming");
    assert_eq!(answers.assumed, ["--label 'Acme Events'", "--category streaming"]);
    let answers = Answers::from_arguments(&batch()).unwrap();
    assert_eq!(answers.category, "crm");
    assert_eq!(answers.assumed, ["--label 'Acme Events'", "--pagination none"]);
    let Kind::Batch(batch) = answers.kind else { panic!() };
    assert_eq!((batch.host.as_str(), batch.method), ("https://api.example.com", HttpMethod::Get));
}

#[test]
fn what_is_wrong_is_told_even_while_the_kind_is_not_known() {
    let arguments = New { kind: None, category: None, host: Some("http://x".to_owned()), ..batch() };
    let (wrong, missing) = told(&arguments);
    assert_eq!(wrong, ["`--host` must start with `https://`; write `https://x`"]);
    assert_eq!(missing, ["--kind", "--category"]);
    assert!(Answers::check_given(&arguments).is_err());
    assert!(Answers::check_given(&New { host: None, ..arguments }).is_ok());
}

#[test]
fn every_batch_flag_is_refused_for_a_streaming_source() {
    let text = || Some("x".to_owned());
    let all = New {
        auth: vec![AuthKind::Basic],
        host: text(),
        path: text(),
        method: Some(HttpMethod::Get),
        content_path: text(),
        input: vec!["x".to_owned()],
        pagination: Some(PaginationKind::None),
        limit_name: text(),
        limit_value: Some(1),
        offset_name: text(),
        end_condition_name: text(),
        end_condition_value: text(),
        pointer_path: text(),
        continuation_token_path: text(),
        parameter_type: Some(ParameterType::Query),
        parameter_name: text(),
        delay_request_millis: Some(1),
        page_param_name: text(),
        initial_page_index: Some(1),
        end_page_index: text(),
        maximum_request: Some(1),
        schedule: text(),
        schedule_format: text(),
        schedule_advanced: true,
        schedule_incremental: text(),
        schedule_backfill: text(),
        schedule_query_name: text(),
        ..streaming()
    };
    let flags = given(&all);
    assert!(flags.iter().all(|flag| flag.given));
    let (wrong, _) = told(&all);
    assert_eq!(wrong.len(), 1);
    for flag in &flags {
        assert!(wrong[0].contains(&format!("`{}`", flag.name)), "{}", flag.name);
    }
    // The command line heads these flags the way they are listed here.
    let command = <crate::cli::Cli as clap::CommandFactory>::command();
    let new = command.find_subcommand("new").unwrap();
    let headed: Vec<_> = new
        .get_arguments()
        .filter(|argument| matches!(argument.get_help_heading(), Some("Batch sources" | "Pagination" | "Schedule")))
        .map(|argument| format!("--{}", argument.get_long().unwrap()))
        .collect();
    for name in &headed {
        assert!(flags.iter().any(|flag| flag.name == name), "{name}");
    }
    assert_eq!(headed.len(), flags.len());
}

#[test]
fn a_placeholder_may_come_from_every_way_to_sign_in() {
    let arguments = New { path: Some("/users/${username}".to_owned()), ..batch() };
    assert!(Answers::from_arguments(&arguments).is_ok());
    assert_eq!(undeclared(&arguments), Vec::<String>::new());
    let arguments = New { auth: vec![AuthKind::Basic, AuthKind::ApiKey], ..arguments };
    assert!(told(&arguments).0[0].contains("nothing fills in `${username}`"));
    assert_eq!(undeclared(&arguments), ["username"]);
    assert!(secret_in_address("/${password}", &arguments.auth).is_some());
    assert_eq!(secret_in_address("/${password}", &[AuthKind::Oauth2]), None);
}

#[test]
fn required_inputs_are_those_of_the_address_in_the_order_given() {
    let arguments = New {
        host: Some("https://${b}.example.com".to_owned()),
        path: Some("/${c}/${b}".to_owned()),
        input: ["c:string:C", "a:string:A", "b:string:B"].map(str::to_owned).to_vec(),
        ..batch()
    };
    let answers = Answers::from_arguments(&arguments).unwrap();
    assert!(answers.doubts.iter().any(|doubt| doubt.contains("the input `a`")));
    let Kind::Batch(batch) = answers.kind else { panic!() };
    assert_eq!(batch.required(), ["c", "b"]);
    assert_eq!(batch.in_query, ["a"]);
}

#[test]
fn a_token_in_a_header_has_a_header_as_default() {
    let arguments = New {
        pagination: Some(PaginationKind::ContinuationToken),
        parameter_type: Some(ParameterType::Header),
        ..batch()
    };
    let Kind::Batch(batch) = Answers::from_arguments(&arguments).unwrap().kind else { panic!() };
    let Pagination::ContinuationToken { parameter_name, .. } = batch.pagination else { panic!() };
    assert_eq!(check::header(&parameter_name), Ok(parameter_name));
}

#[test]
fn defaults_pass_their_own_checks() {
    for path in [defaults::POINTER_PATH, defaults::CONTINUATION_TOKEN_PATH] {
        check::json_path(path).unwrap();
    }
    for name in [defaults::LIMIT_NAME, defaults::OFFSET_NAME, defaults::PARAMETER_NAME, defaults::SCHEDULE_QUERY_NAME] {
        check::parameter(name).unwrap();
    }
    check::incremental(defaults::SCHEDULE_INCREMENTAL).unwrap();
    check::backfill(defaults::SCHEDULE_BACKFILL).unwrap();
    check::header(API_KEY_HEADER).unwrap();
}
