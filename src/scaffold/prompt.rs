//! Questions on a terminal, for what the flags left open.
//!
//! An answer is checked by the function that checks its flag: while it is typed, where the reason appears below the line,
//! and once more when it is sent. The answers are put where flags would have been, so that one path leads on from here.

use std::{
    fmt::{self, Display},
    path::{Path, PathBuf},
};

use inquire::{
    Autocomplete, CustomUserError, InquireError, MultiSelect, Select, Text,
    autocompletion::Replacement,
    list_option::ListOption,
    ui::RenderConfig,
    validator::{ErrorMessage, Validation},
};

use crate::{
    cli::{AuthKind, New, PaginationKind, ParameterType, SourceKind},
    scaffold::{
        Error,
        answers::{self, Answers, defaults},
        check,
    },
    spec::category::CATEGORIES,
};

/// Starts the line below a question that says why an answer will not do.
const OBJECTION: &str = "✗ ";

/// Asks for whatever is missing; asks nothing where nothing that is needed is missing.
pub fn complete(
    arguments: &mut New,
    colored: bool,
    check_icon: impl Fn(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    match Answers::from_arguments(arguments) {
        Err(Error::Answers { missing, .. }) if !missing.is_empty() => {}
        _ => return Ok(()),
    }
    if !colored {
        inquire::set_global_render_config(RenderConfig::empty());
    }
    let a = arguments;
    let kind = match a.kind {
        Some(kind) => kind,
        None => choose(
            "How does data arrive?",
            0,
            vec![
                (SourceKind::Streaming, "streaming: the source sends events to the platform".to_owned()),
                (SourceKind::Batch, "batch: the platform fetches records from an API".to_owned()),
            ],
        )?,
    };
    a.kind = Some(kind);
    let label = check::default_label(a.name());
    fill(&mut a.label, "Label", "name shown in the sources catalog", Some(&label), of(check::line))?;
    fill(&mut a.description, "Description", "one sentence shown in the sources catalog", None, of(check::line))?;
    if a.category.is_none() {
        let categories = CATEGORIES.map(|(key, shown)| (key, shown.to_owned()));
        let usual = categories.iter().position(|(key, _)| *key == "streaming" && kind == SourceKind::Streaming);
        a.category = Some(choose("Category", usual.unwrap_or_default(), categories.to_vec())?.to_owned());
    }
    let help = "address of the documentation page";
    fill_optional(&mut a.documentation_url, "Documentation", help, of(check::documentation_url))?;
    if a.icon.is_none() {
        let mut icon = None;
        let checked = |path: &str| check_icon(Path::new(path)).map_err(|error| error.to_string());
        fill_optional(&mut icon, "Icon", "path of an SVG file", checked)?;
        a.icon = icon.map(PathBuf::from);
    }
    if kind == SourceKind::Batch {
        batch(a)?;
    }
    Ok(())
}

fn batch(a: &mut New) -> Result<(), Error> {
    if a.auth.is_empty() {
        a.auth = choose_some(
            "How do customers sign in?",
            vec![
                (AuthKind::Oauth2, "OAuth 2 refresh code".to_owned()),
                (AuthKind::Basic, "user name and password".to_owned()),
                (AuthKind::ApiKey, "API key".to_owned()),
            ],
        )?;
    }
    let auth = a.auth.clone();
    let public = |text: &str| answers::secret_in_address(text, &auth).map_or(Ok(()), Err);
    let host = |text: &str| check::host(text).and_then(|_| public(text));
    let path = |text: &str| check::path(text).and_then(|_| public(text));
    fill(&mut a.host, "Host", "address of the API, for example https://api.example.com", None, host)?;
    let help = "path of the resource; ${name} stands for what the customer fills in";
    fill(&mut a.path, "Path", help, None, path)?;
    for name in answers::undeclared(a) {
        let types = check::INPUT_TYPES.map(|name| (name, name.to_owned())).to_vec();
        let kind = choose(&format!("Type of ${{{name}}}"), 0, types)?;
        let mut description = None;
        let question = format!("Description of ${{{name}}}");
        fill(&mut description, &question, "shown where the customer fills it in", None, of(check::line))?;
        a.input.push(format!("{name}:{kind}:{}", description.unwrap_or_default()));
    }
    let help = "JSONPath of the array of records in a response, for example $.data";
    fill(&mut a.content_path, "Content path", help, None, of(check::json_path))?;
    pagination(a)?;
    schedule(a)
}

fn pagination(a: &mut New) -> Result<(), Error> {
    let kind = match a.pagination {
        Some(kind) => kind,
        None => choose(
            "How does the API divide its answer into pages?",
            0,
            vec![
                (PaginationKind::None, "not at all".to_owned()),
                (PaginationKind::Offset, "by offset and limit".to_owned()),
                (PaginationKind::Pointer, "with a pointer to the next page".to_owned()),
                (PaginationKind::ContinuationToken, "with a token for the next page".to_owned()),
                (PaginationKind::Page, "by page number".to_owned()),
            ],
        )?,
    };
    a.pagination = Some(kind);
    let name = of(check::parameter);
    let path = of(check::json_path);
    let size = "query parameter with the page size";
    match kind {
        PaginationKind::None => {}
        PaginationKind::Offset => {
            fill(&mut a.limit_name, "Limit", size, Some(defaults::LIMIT_NAME), name)?;
            fill_count(&mut a.limit_value, "Records in a page", 1, defaults::LIMIT_VALUE)?;
            let help = "query parameter with the offset";
            fill(&mut a.offset_name, "Offset", help, Some(defaults::OFFSET_NAME), name)?;
        }
        PaginationKind::Pointer => {
            fill(&mut a.limit_name, "Limit", size, Some(defaults::LIMIT_NAME), name)?;
            fill_count(&mut a.limit_value, "Records in a page", 1, defaults::LIMIT_VALUE)?;
            let help = "JSONPath of the pointer to the next page";
            fill(&mut a.pointer_path, "Pointer", help, Some(defaults::POINTER_PATH), path)?;
        }
        PaginationKind::ContinuationToken => {
            let help = "JSONPath of the token in a response";
            let usual = Some(defaults::CONTINUATION_TOKEN_PATH);
            fill(&mut a.continuation_token_path, "Token", help, usual, path)?;
            let place = match a.parameter_type {
                Some(place) => place,
                None => choose(
                    "Where is the token sent?",
                    0,
                    vec![
                        (ParameterType::Query, "in a query parameter".to_owned()),
                        (ParameterType::Header, "in a header".to_owned()),
                    ],
                )?,
            };
            a.parameter_type = Some(place);
            let (usual, name) = match place {
                ParameterType::Query => (defaults::PARAMETER_NAME, name),
                ParameterType::Header => (defaults::HEADER_NAME, of(check::header)),
            };
            fill(&mut a.parameter_name, "Sent as", "name of the parameter or header", Some(usual), name)?;
        }
        PaginationKind::Page => {
            fill(&mut a.limit_name, "Limit", size, Some(defaults::PAGE_LIMIT_NAME), name)?;
            fill_count(&mut a.limit_value, "Records in a page", 1, defaults::LIMIT_VALUE)?;
            let help = "query parameter with the page number";
            fill(&mut a.page_param_name, "Page", help, Some(defaults::PAGE_PARAM_NAME), name)?;
            fill_count(&mut a.initial_page_index, "Number of the first page", 0, defaults::INITIAL_PAGE_INDEX)?;
        }
    }
    Ok(())
}

fn schedule(a: &mut New) -> Result<(), Error> {
    if a.schedule.is_none() && !a.schedule_advanced {
        match choose(
            "How does the API take a period of time?",
            0,
            vec![
                ("simple", "start and end, in a query parameter each".to_owned()),
                ("advanced", "as an expression in one query parameter".to_owned()),
                ("none", "not at all: every run fetches all records".to_owned()),
            ],
        )? {
            "simple" => {
                let help = "names of the two query parameters, as START,END";
                fill(&mut a.schedule, "Start and end", help, None, of(check::schedule))?;
            }
            "advanced" => a.schedule_advanced = true,
            _ => return Ok(()),
        }
    }
    if a.schedule_advanced {
        let help = "expression of an incremental run, with {START_TIME} and {END_TIME}";
        let usual = Some(defaults::SCHEDULE_INCREMENTAL);
        fill(&mut a.schedule_incremental, "Incremental", help, usual, of(check::incremental))?;
        let help = "expression of the first run, with {END_TIME}";
        let usual = Some(defaults::SCHEDULE_BACKFILL);
        fill(&mut a.schedule_backfill, "Backfill", help, usual, of(check::backfill))?;
        let help = "query parameter the expression is sent in";
        let usual = Some(defaults::SCHEDULE_QUERY_NAME);
        fill(&mut a.schedule_query_name, "Query parameter", help, usual, of(check::parameter))?;
    }
    let help = ".NET date format of start and end";
    fill(&mut a.schedule_format, "Date format", help, Some(check::DATE_FORMAT), of(check::date_format))
}

/// A check that gives a value, as one that only objects.
fn of<T>(check: fn(&str) -> Result<T, String>) -> impl Fn(&str) -> Result<(), String> + Copy {
    move |text| check(text).map(drop)
}

/// Asks for a text that is not there yet.
fn fill(
    answer: &mut Option<String>,
    question: &str,
    help: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Error> {
    if answer.is_none() {
        *answer = Some(ask(question, help, default, &check)?);
    }
    Ok(())
}

/// Asks for a text that may stay away, for another room.
pub(crate) fn ask_optional(
    answer: &mut Option<String>,
    question: &str,
    help: &str,
    colored: bool,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Error> {
    if !colored {
        inquire::set_global_render_config(RenderConfig::empty());
    }
    fill_optional(answer, question, help, check)
}

/// Asks for a text that may stay away.
fn fill_optional(
    answer: &mut Option<String>,
    question: &str,
    help: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Error> {
    if answer.is_none() {
        let may_be_empty = |text: &str| if text.trim().is_empty() { Ok(()) } else { check(text) };
        let text = ask(question, &format!("{help}; Enter leaves it out"), None, &may_be_empty)?;
        *answer = Some(text).filter(|text| !text.trim().is_empty());
    }
    Ok(())
}

/// Asks for a number that is not there yet.
fn fill_count(answer: &mut Option<u32>, question: &str, least: u32, default: u32) -> Result<(), Error> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number >= least);
    let check = |text: &str| match number(text) {
        Some(_) => Ok(()),
        None => Err(format!("is no whole number from {least}")),
    };
    if answer.is_none() {
        let text = ask(question, &format!("a whole number from {least}"), Some(&default.to_string()), &check)?;
        *answer = number(&text);
    }
    Ok(())
}

fn ask(
    question: &str,
    help: &str,
    default: Option<&str>,
    check: &impl Fn(&str) -> Result<(), String>,
) -> Result<String, Error> {
    let message = format!("{question}:");
    let validator = |text: &str| -> Result<Validation, CustomUserError> {
        let text = text.strip_prefix(OBJECTION).map_or(text, |_| "");
        Ok(match check(text) {
            Ok(()) => Validation::Valid,
            Err(why) => Validation::Invalid(ErrorMessage::Custom(why)),
        })
    };
    let mut text =
        Text::new(&message).with_help_message(help).with_autocomplete(Objections(check)).with_validator(validator);
    if let Some(default) = default {
        text = text.with_default(default);
    }
    text.prompt().map(|text| text.trim().to_owned()).map_err(ended)
}

/// Shows why what is typed so far will not do, in the place of suggestions.
struct Objections<'a, C>(&'a C);

impl<C> Clone for Objections<'_, C> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<C: Fn(&str) -> Result<(), String>> Autocomplete for Objections<'_, C> {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        // An answer that was not begun needs no objection.
        let objection = if input.trim().is_empty() { None } else { (self.0)(input).err() };
        Ok(objection.map(|why| format!("{OBJECTION}{why}")).into_iter().collect())
    }

    fn get_completion(&mut self, _: &str, _: Option<String>) -> Result<Replacement, CustomUserError> {
        Ok(Replacement::None)
    }
}

/// Something to choose, and how it is shown.
#[derive(Debug, Clone)]
struct Choice<T> {
    value: T,
    shown: String,
}

impl<T> Display for Choice<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

fn choices<T>(values: Vec<(T, String)>) -> Vec<Choice<T>> {
    values.into_iter().map(|(value, shown)| Choice { value, shown }).collect()
}

fn choose<T>(question: &str, start: usize, values: Vec<(T, String)>) -> Result<T, Error> {
    let select = Select::new(question, choices(values)).with_starting_cursor(start).with_page_size(10);
    select.prompt().map(|choice| choice.value).map_err(ended)
}

fn choose_some<T>(question: &str, values: Vec<(T, String)>) -> Result<Vec<T>, Error> {
    let one_at_least = |chosen: &[ListOption<&Choice<T>>]| -> Result<Validation, CustomUserError> {
        Ok(match chosen {
            [] => Validation::Invalid(ErrorMessage::Custom("choose at least one with the space bar".to_owned())),
            _ => Validation::Valid,
        })
    };
    let chosen = MultiSelect::new(question, choices(values)).with_validator(one_at_least).prompt().map_err(ended)?;
    Ok(chosen.into_iter().map(|choice| choice.value).collect())
}

fn ended(error: InquireError) -> Error {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Error::Interrupted,
        other => Error::Terminal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_while_an_answer_is_typed_and_not_before() {
        let check = of(check::host);
        let mut objections = Objections(&check);
        assert_eq!(objections.get_suggestions("").unwrap(), Vec::<String>::new());
        assert_eq!(objections.get_suggestions("htt").unwrap().len(), 1);
        assert_eq!(objections.get_suggestions("https://api.example.com").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn escape_and_ctrl_c_interrupt() {
        assert!(matches!(ended(InquireError::OperationCanceled), Error::Interrupted));
        assert!(matches!(ended(InquireError::OperationInterrupted), Error::Interrupted));
        assert!(matches!(ended(InquireError::NotTTY), Error::Terminal(_)));
    }

    #[test]
    fn asks_nothing_where_nothing_needed_is_missing() {
        let mut arguments = New {
            source: Some("acme".to_owned()),
            kind: Some(SourceKind::Streaming),
            description: Some("Events of Acme.".to_owned()),
            documentation_url: Some("https://example.com/docs".to_owned()),
            ..New::default()
        };
        // Without a terminal, a question would fail.
        complete(&mut arguments, true, |_| Ok(())).unwrap();
        assert_eq!(arguments.label, None);
    }
}
