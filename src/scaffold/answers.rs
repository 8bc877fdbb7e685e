//! What a source is made of, as a value: every answer checked, every default filled in.
//!
//! [`Answers::from_arguments`] tells all that is wrong and all that is missing at once.

use std::fmt::Display;

use crate::{
    cli::{AuthKind, HttpMethod, New, PaginationKind, ParameterType, SourceKind},
    scaffold::{
        Error, Missing,
        check::{self, Input},
        flags::{auth_flag, given, misplaced},
    },
    spec::category::{self, Category},
};

/// Everything the templates are filled with, except the bytes of an icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    pub source: String,
    pub label: String,
    pub description: String,
    pub category: &'static str,
    pub documentation_url: Option<String>,
    pub catalog_keys: bool,
    pub kind: Kind,
    /// Flags that were not given and whose defaults were taken, as they could have been given.
    pub assumed: Vec<String>,
    /// What is allowed and probably not meant.
    pub doubts: Vec<String>,
}

/// What only one kind of source has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Streaming,
    Batch(Box<Batch>),
}

/// How the platform fetches records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub auth: Vec<AuthKind>,
    pub host: String,
    pub path: String,
    pub method: HttpMethod,
    pub content_path: String,
    pub inputs: Vec<Input>,
    /// Names of the inputs that neither host nor path uses: each is sent as the query parameter of its name.
    pub in_query: Vec<String>,
    pub pagination: Pagination,
    pub schedule: Option<Schedule>,
}

impl Batch {
    /// Names of the inputs that host and path need, in the order they are given.
    pub fn required(&self) -> Vec<&str> {
        let names = self.inputs.iter().map(|input| input.name.as_str());
        names.filter(|name| !self.in_query.iter().any(|other| other == name)).collect()
    }
}

/// How an API divides its answer into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pagination {
    Offset {
        limit_name: String,
        limit_value: u32,
        offset_name: String,
        end_condition: Option<(String, String)>,
    },
    Pointer {
        limit_name: String,
        limit_value: u32,
        pointer_path: String,
    },
    ContinuationToken {
        path: String,
        parameter_type: ParameterType,
        parameter_name: String,
        delay: Option<u32>,
    },
    Page {
        limit_name: String,
        limit_value: u32,
        page_param_name: String,
        initial_page_index: u32,
        end_page_index: Option<String>,
        maximum_request: u32,
    },
    None,
}

/// How the period of a run is told to an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    Simple { start: String, end: String, format: String },
    Advanced { format: String, incremental: String, backfill: String, query_name: String },
}

/// Defaults of the pagination and schedule flags, used by flags and prompts alike.
pub mod defaults {
    /// The page that the platform's own streaming sources lead to; a streaming spec always holds a link.
    pub const STREAMING_DOCUMENTATION: &str = "https://www.adobe.com/go/understanding-data-streaming-ingestion-en";
    pub const LIMIT_NAME: &str = "limit";
    pub const LIMIT_VALUE: u32 = 100;
    pub const OFFSET_NAME: &str = "offset";
    pub const POINTER_PATH: &str = "$.paging.next";
    pub const CONTINUATION_TOKEN_PATH: &str = "$.meta.after_cursor";
    pub const PARAMETER_NAME: &str = "page[after]";
    pub const HEADER_NAME: &str = "X-Continuation-Token";
    pub const PAGE_LIMIT_NAME: &str = "pageSize";
    pub const PAGE_PARAM_NAME: &str = "pageNumber";
    pub const INITIAL_PAGE_INDEX: u32 = 0;
    pub const MAXIMUM_REQUEST: u32 = 10_000;
    pub const SCHEDULE_INCREMENTAL: &str = "updated>{START_TIME} updated<{END_TIME}";
    pub const SCHEDULE_BACKFILL: &str = "updated<{END_TIME}";
    pub const SCHEDULE_QUERY_NAME: &str = "query";
}

pub const DESCRIPTION: Missing =
    Missing { flag: "--description", value: "TEXT", what: "one sentence shown in the sources catalog" };
pub const KIND: Missing = Missing {
    flag: "--kind",
    value: "streaming|batch",
    what: "how data arrives; batch also needs `--auth`, `--host`, `--path` and `--content-path`",
};
pub const CATEGORY: Missing =
    Missing { flag: "--category", value: "KEY", what: "category of the sources catalog, for example `crm`" };
pub const AUTH: Missing =
    Missing { flag: "--auth", value: "oauth2|basic|api-key", what: "way for a customer to sign in; repeatable" };
pub const HOST: Missing =
    Missing { flag: "--host", value: "URL", what: "address of the API, for example `https://api.example.com`" };
pub const PATH: Missing =
    Missing { flag: "--path", value: "PATH", what: "path of the resource, for example `/v1/lists/${listId}/members`" };
pub const CONTENT_PATH: Missing = Missing {
    flag: "--content-path",
    value: "JSONPATH",
    what: "where a response holds its array of records, for example `$.members`",
};

impl Answers {
    /// Answers from the command line alone, or from the command line after the questions.
    pub fn from_arguments(arguments: &New) -> Result<Self, Error> {
        let mut gather = Gather { wrong: misplaced(arguments), ..Gather::default() };
        let answers = gather.answers(arguments);
        match answers {
            Some(answers) if gather.wrong.is_empty() && gather.missing.is_empty() => {
                Ok(Self { assumed: gather.assumed, doubts: gather.doubts, ..answers })
            }
            _ => Err(Error::Answers { wrong: gather.wrong, missing: gather.missing }),
        }
    }

    /// Checks what was given and leaves out what is missing: before the first question is asked.
    pub fn check_given(arguments: &New) -> Result<(), Error> {
        match Self::from_arguments(arguments) {
            Err(Error::Answers { wrong, .. }) if !wrong.is_empty() => {
                Err(Error::Answers { wrong, missing: Vec::new() })
            }
            _ => Ok(()),
        }
    }
}

/// Collects values, and everything that stands against them.
#[derive(Debug, Default)]
struct Gather {
    wrong: Vec<String>,
    missing: Vec<Missing>,
    assumed: Vec<String>,
    doubts: Vec<String>,
}

impl Gather {
    fn answers(&mut self, arguments: &New) -> Option<Answers> {
        let label = match &arguments.label {
            Some(label) => self.checked("--label", Some(label.as_str()), check::line),
            None => {
                let label = check::default_label(arguments.name());
                self.assumed.push(format!("--label '{label}'"));
                Some(label)
            }
        };
        if arguments.kind.is_none() {
            self.missing.push(KIND);
        }
        let description = self.needed(DESCRIPTION, arguments.description.as_deref(), check::line);
        let category = match (&arguments.category, arguments.kind) {
            (None, Some(SourceKind::Streaming)) => {
                self.assumed.push("--category streaming".to_owned());
                Some("streaming")
            }
            (category, _) => self.needed(CATEGORY, category.as_deref(), check::category),
        };
        if let Some(key) = category.filter(|key| matches!(category::read(key), Category::Undocumented(_))) {
            self.doubts
                .push(format!("the key of this category is documented nowhere, and `{key}` only its likely form"));
        }
        let mut documentation_url =
            self.checked("--documentation-url", arguments.documentation_url.as_deref(), check::documentation_url);
        if arguments.kind == Some(SourceKind::Streaming) && arguments.documentation_url.is_none() {
            self.assumed.push(format!("--documentation-url {}", defaults::STREAMING_DOCUMENTATION));
            documentation_url = Some(defaults::STREAMING_DOCUMENTATION.to_owned());
        }
        let kind = match arguments.kind {
            Some(SourceKind::Streaming) => Some(Kind::Streaming),
            Some(SourceKind::Batch) => self.batch(arguments).map(|batch| Kind::Batch(Box::new(batch))),
            None => {
                // A wrong value is told even where it is not yet known what the source will be.
                let batch_given = given(arguments).iter().any(|flag| flag.given);
                if batch_given {
                    self.batch(arguments);
                }
                None
            }
        };
        Some(Answers {
            source: arguments.name().to_owned(),
            label: label?,
            description: description?,
            category: category?,
            documentation_url,
            catalog_keys: arguments.catalog_keys,
            kind: kind?,
            assumed: Vec::new(),
            doubts: Vec::new(),
        })
    }

    fn batch(&mut self, arguments: &New) -> Option<Batch> {
        let mut auth = Vec::new();
        for kind in &arguments.auth {
            if auth.contains(kind) {
                self.wrong.push(format!("`--auth {}` is given twice", auth_flag(*kind)));
            } else {
                auth.push(*kind);
            }
        }
        if auth.is_empty() {
            self.missing.push(AUTH);
        }
        let host = self.needed(HOST, arguments.host.as_deref(), check::host);
        let path = self.needed(PATH, arguments.path.as_deref(), check::path);
        let content_path = self.needed(CONTENT_PATH, arguments.content_path.as_deref(), check::json_path);
        let inputs = self.inputs(&arguments.input);
        let in_query = match (&host, &path) {
            (Some(host), Some(path)) => self.in_query(host, path, &inputs, &auth),
            _ => Vec::new(),
        };
        let pagination = self.pagination(arguments);
        let schedule = self.schedule(arguments);
        if let Some(Schedule::Advanced { query_name, .. }) = &schedule
            && in_query.contains(query_name)
        {
            self.wrong.push(format!(
                "`--schedule-query-name`: the input `{query_name}` is sent in that query parameter; give another name"
            ));
        }
        if auth.contains(&AuthKind::ApiKey) {
            self.doubts.push(format!(
                "the API key is sent in the header `{API_KEY_HEADER}`; change `headerParamName` in `authSpec` where your \
                 API reads another"
            ));
        }
        Some(Batch {
            auth,
            host: host?,
            path: path?,
            method: arguments.method.unwrap_or(HttpMethod::Get),
            content_path: content_path?,
            inputs,
            in_query,
            pagination: pagination?,
            schedule,
        })
    }

    fn inputs(&mut self, written: &[String]) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for text in written {
            match check::input(text) {
                Err(why) => self.wrong.push(format!("`--input`: {why}")),
                Ok(input) if inputs.iter().any(|other| other.name == input.name) => {
                    self.wrong.push(format!("`--input`: `{}` is given twice", input.name));
                }
                Ok(input) => inputs.push(input),
            }
        }
        inputs
    }

    /// The inputs that host and path do not use; those they use and nobody declares are wrong.
    fn in_query(&mut self, host: &str, path: &str, inputs: &[Input], auth: &[AuthKind]) -> Vec<String> {
        let mut used = Vec::new();
        for (flag, text) in [("--host", host), ("--path", path)] {
            for name in names_in(text) {
                if inputs.iter().any(|input| input.name == name) {
                    used.push(name);
                } else if let Some(why) = secret(name, auth) {
                    self.wrong.push(format!("`{flag}` {why}"));
                } else if !known_from_auth(name, auth) {
                    self.wrong.push(format!(
                        "`{flag}`: nothing fills in `${{{name}}}`; add `--input {name}:string:DESCRIPTION`"
                    ));
                }
            }
        }
        let unused: Vec<_> =
            inputs.iter().map(|input| input.name.clone()).filter(|name| !used.contains(&name.as_str())).collect();
        for name in &unused {
            self.doubts.push(format!(
                "neither `--host` nor `--path` uses the input `{name}`, so it is sent as the query parameter `{name}`; \
                 write `${{{name}}}` where its value belongs"
            ));
        }
        unused
    }

    fn pagination(&mut self, arguments: &New) -> Option<Pagination> {
        let a = arguments;
        let Some(kind) = a.pagination else {
            self.assumed.push("--pagination none".to_owned());
            return Some(Pagination::None);
        };
        let parameter = check::parameter;
        Some(match kind {
            PaginationKind::Offset => {
                let end_name = self.checked("--end-condition-name", a.end_condition_name.as_deref(), check::json_path);
                let end_value =
                    self.checked("--end-condition-value", a.end_condition_value.as_deref(), check::end_condition_value);
                if a.end_condition_name.is_some() != a.end_condition_value.is_some() {
                    self.wrong.push("`--end-condition-name` and `--end-condition-value` need each other".to_owned());
                }
                let limit_name = self.named("--limit-name", &a.limit_name, defaults::LIMIT_NAME, parameter);
                let limit_value = self.count("--limit-value", a.limit_value, defaults::LIMIT_VALUE, 1);
                let offset_name = self.named("--offset-name", &a.offset_name, defaults::OFFSET_NAME, parameter);
                Pagination::Offset {
                    limit_name: limit_name?,
                    limit_value,
                    offset_name: offset_name?,
                    end_condition: end_name.zip(end_value),
                }
            }
            PaginationKind::Pointer => {
                let limit_name = self.named("--limit-name", &a.limit_name, defaults::LIMIT_NAME, parameter);
                let limit_value = self.count("--limit-value", a.limit_value, defaults::LIMIT_VALUE, 1);
                let pointer = self.named("--pointer-path", &a.pointer_path, defaults::POINTER_PATH, check::json_path);
                Pagination::Pointer { limit_name: limit_name?, limit_value, pointer_path: pointer? }
            }
            PaginationKind::ContinuationToken => {
                let path = self.named(
                    "--continuation-token-path",
                    &a.continuation_token_path,
                    defaults::CONTINUATION_TOKEN_PATH,
                    check::json_path,
                );
                let parameter_type = a.parameter_type.unwrap_or_else(|| {
                    self.assumed.push("--parameter-type query".to_owned());
                    ParameterType::Query
                });
                let parameter_name = match parameter_type {
                    ParameterType::Query => {
                        self.named("--parameter-name", &a.parameter_name, defaults::PARAMETER_NAME, parameter)
                    }
                    ParameterType::Header => {
                        self.named("--parameter-name", &a.parameter_name, defaults::HEADER_NAME, check::header)
                    }
                };
                Pagination::ContinuationToken {
                    path: path?,
                    parameter_type,
                    parameter_name: parameter_name?,
                    delay: a.delay_request_millis,
                }
            }
            PaginationKind::Page => {
                let limit_name = self.named("--limit-name", &a.limit_name, defaults::PAGE_LIMIT_NAME, parameter);
                let limit_value = self.count("--limit-value", a.limit_value, defaults::LIMIT_VALUE, 1);
                let page_param =
                    self.named("--page-param-name", &a.page_param_name, defaults::PAGE_PARAM_NAME, parameter);
                let initial_page_index =
                    self.count("--initial-page-index", a.initial_page_index, defaults::INITIAL_PAGE_INDEX, 0);
                let end_page_index =
                    self.checked("--end-page-index", a.end_page_index.as_deref(), check::end_page_index);
                let maximum_request = self.count("--maximum-request", a.maximum_request, defaults::MAXIMUM_REQUEST, 1);
                Pagination::Page {
                    limit_name: limit_name?,
                    limit_value,
                    page_param_name: page_param?,
                    initial_page_index,
                    end_page_index,
                    maximum_request,
                }
            }
            PaginationKind::None => Pagination::None,
        })
    }

    fn schedule(&mut self, arguments: &New) -> Option<Schedule> {
        let a = arguments;
        if !a.schedule_advanced && a.schedule.is_none() {
            self.doubts.push(
                "there is no schedule: every run fetches all records; `--schedule START,END` names the query parameters \
                 of a period"
                    .to_owned(),
            );
            return None;
        }
        let format = self.named("--schedule-format", &a.schedule_format, check::DATE_FORMAT, check::date_format);
        if a.schedule_advanced {
            let incremental = self.named(
                "--schedule-incremental",
                &a.schedule_incremental,
                defaults::SCHEDULE_INCREMENTAL,
                check::incremental,
            );
            let backfill =
                self.named("--schedule-backfill", &a.schedule_backfill, defaults::SCHEDULE_BACKFILL, check::backfill);
            let query_name = self.named(
                "--schedule-query-name",
                &a.schedule_query_name,
                defaults::SCHEDULE_QUERY_NAME,
                check::parameter,
            );
            return Some(Schedule::Advanced {
                format: format?,
                incremental: incremental?,
                backfill: backfill?,
                query_name: query_name?,
            });
        }
        let (start, end) = self.checked("--schedule", a.schedule.as_deref(), check::schedule)?;
        Some(Schedule::Simple { start, end, format: format? })
    }

    /// A value that may be left out.
    fn checked<T>(&mut self, flag: &str, text: Option<&str>, check: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        check(text?).map_err(|why| self.wrong.push(format!("`{flag}` {why}"))).ok()
    }

    /// A value that must be given.
    fn needed<T>(
        &mut self,
        missing: Missing,
        text: Option<&str>,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if text.is_none() {
            self.missing.push(missing);
        }
        self.checked(missing.flag, text, check)
    }

    /// A value with a default.
    fn named(
        &mut self,
        flag: &str,
        text: &Option<String>,
        default: &str,
        check: impl Fn(&str) -> Result<String, String>,
    ) -> Option<String> {
        match text {
            Some(text) => self.checked(flag, Some(text), check),
            None => {
                self.assumed.push(format!("{flag} '{default}'"));
                Some(default.to_owned())
            }
        }
    }

    /// A number with a default and a least value.
    fn count<T: Display + PartialOrd>(&mut self, flag: &str, number: Option<T>, default: T, least: T) -> T {
        match number {
            Some(number) => {
                if number < least {
                    self.wrong.push(format!("`{flag}` is {number}; {least} is the least"));
                }
                number
            }
            None => {
                self.assumed.push(format!("{flag} {default}"));
                default
            }
        }
    }
}

/// The header an API key is sent in, where the specification is not changed.
pub const API_KEY_HEADER: &str = "X-API-Key";

/// The placeholders of host or path; none where the text is wrong, which is told elsewhere.
fn names_in(text: &str) -> Vec<&str> {
    check::placeholders(text, check::Expressions::Allowed).unwrap_or_default()
}

/// The placeholders of host and path that neither an input nor every way to sign in fills in.
pub fn undeclared(arguments: &New) -> Vec<String> {
    let texts = [&arguments.host, &arguments.path];
    let mut names: Vec<String> = Vec::new();
    for name in texts.into_iter().flatten().flat_map(|text| names_in(text)) {
        let declared =
            arguments.input.iter().filter_map(|text| check::input(text).ok()).any(|input| input.name == name);
        if !declared && !known_from_auth(name, &arguments.auth) && !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Why a host or path gives a secret away, where it does.
pub fn secret_in_address(text: &str, auth: &[AuthKind]) -> Option<String> {
    names_in(text).into_iter().find_map(|name| secret(name, auth))
}

fn secret(name: &str, auth: &[AuthKind]) -> Option<String> {
    let secret = auth.iter().any(|kind| auth_secrets(*kind).contains(&name));
    secret.then(|| format!("would put the secret `{name}` into an address, where logs keep it"))
}

fn known_from_auth(name: &str, auth: &[AuthKind]) -> bool {
    !auth.is_empty() && auth.iter().all(|kind| auth_fields(*kind).contains(&name))
}

/// The fields of a way to sign in whose values may stand in an address.
fn auth_fields(kind: AuthKind) -> &'static [&'static str] {
    match kind {
        AuthKind::Oauth2 => &["clientId"],
        AuthKind::Basic => &["username"],
        AuthKind::ApiKey => &[],
    }
}

/// The fields of a way to sign in that are secret.
fn auth_secrets(kind: AuthKind) -> &'static [&'static str] {
    match kind {
        AuthKind::Oauth2 => &["clientSecret", "accessToken", "refreshToken"],
        AuthKind::Basic => &["password"],
        AuthKind::ApiKey => &["authKey1"],
    }
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
