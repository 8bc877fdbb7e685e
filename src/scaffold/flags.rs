//! The flags that only some sources take, and what is told where one is given to another.

use crate::{
    cli::{AuthKind, New, PaginationKind, SourceKind},
    scaffold::quoted,
};

/// How a way to sign in is written on the command line.
pub(super) fn auth_flag(kind: AuthKind) -> &'static str {
    match kind {
        AuthKind::Oauth2 => "oauth2",
        AuthKind::Basic => "basic",
        AuthKind::ApiKey => "api-key",
    }
}

/// How a pagination is written on the command line.
fn pagination_flag(kind: PaginationKind) -> &'static str {
    match kind {
        PaginationKind::Offset => "offset",
        PaginationKind::Pointer => "pointer",
        PaginationKind::ContinuationToken => "continuation-token",
        PaginationKind::Page => "page",
        PaginationKind::None => "none",
    }
}

/// A flag that only some sources take.
pub(super) struct Flag {
    /// As it is written, with its hyphens.
    pub(super) name: &'static str,
    pub(super) given: bool,
    /// The paginations it belongs to; none where it belongs to batch sources at large.
    paginations: &'static [PaginationKind],
}

/// Every flag that not all sources take, and whether it was given.
pub(super) fn given(a: &New) -> Vec<Flag> {
    use PaginationKind::{ContinuationToken, Offset, Page, Pointer};
    let batch = |name, given| Flag { name, given, paginations: &[] };
    let paged = |name, given, paginations| Flag { name, given, paginations };
    vec![
        batch("--auth", !a.auth.is_empty()),
        batch("--host", a.host.is_some()),
        batch("--path", a.path.is_some()),
        batch("--method", a.method.is_some()),
        batch("--content-path", a.content_path.is_some()),
        batch("--input", !a.input.is_empty()),
        batch("--pagination", a.pagination.is_some()),
        paged("--limit-name", a.limit_name.is_some(), &[Offset, Pointer, Page]),
        paged("--limit-value", a.limit_value.is_some(), &[Offset, Pointer, Page]),
        paged("--offset-name", a.offset_name.is_some(), &[Offset]),
        paged("--end-condition-name", a.end_condition_name.is_some(), &[Offset]),
        paged("--end-condition-value", a.end_condition_value.is_some(), &[Offset]),
        paged("--pointer-path", a.pointer_path.is_some(), &[Pointer]),
        paged("--continuation-token-path", a.continuation_token_path.is_some(), &[ContinuationToken]),
        paged("--parameter-type", a.parameter_type.is_some(), &[ContinuationToken]),
        paged("--parameter-name", a.parameter_name.is_some(), &[ContinuationToken]),
        paged("--delay-request-millis", a.delay_request_millis.is_some(), &[ContinuationToken]),
        paged("--page-param-name", a.page_param_name.is_some(), &[Page]),
        paged("--initial-page-index", a.initial_page_index.is_some(), &[Page]),
        paged("--end-page-index", a.end_page_index.is_some(), &[Page]),
        paged("--maximum-request", a.maximum_request.is_some(), &[Page]),
        batch("--schedule", a.schedule.is_some()),
        batch("--schedule-format", a.schedule_format.is_some()),
        batch("--schedule-advanced", a.schedule_advanced),
        batch("--schedule-incremental", a.schedule_incremental.is_some()),
        batch("--schedule-backfill", a.schedule_backfill.is_some()),
        batch("--schedule-query-name", a.schedule_query_name.is_some()),
    ]
}

/// Flags that do not apply to the source that is asked for.
pub(super) fn misplaced(arguments: &New) -> Vec<String> {
    let given: Vec<Flag> = given(arguments).into_iter().filter(|flag| flag.given).collect();
    if arguments.kind == Some(SourceKind::Streaming) {
        let names: Vec<_> = given.iter().map(|flag| flag.name).collect();
        return match names.as_slice() {
            [] => Vec::new(),
            names => vec![format!("only a batch source takes {}; leave out, or use `--kind batch`", quoted(names))],
        };
    }
    let mut wrong = Vec::new();
    for flag in given.iter().filter(|flag| !flag.paginations.is_empty()) {
        if arguments.pagination.is_some_and(|kind| flag.paginations.contains(&kind)) {
            continue;
        }
        let fits = flag.paginations.iter().map(|kind| format!("`{}`", pagination_flag(*kind)));
        let fits = fits.collect::<Vec<_>>().join(", ");
        wrong.push(match arguments.pagination {
            Some(kind) => {
                format!("`{}` does not go with `--pagination {}`, only with {fits}", flag.name, pagination_flag(kind))
            }
            None => format!("`{}` needs `--pagination`, one of {fits}", flag.name),
        });
    }
    if arguments.schedule_format.is_some() && arguments.schedule.is_none() && !arguments.schedule_advanced {
        wrong.push("`--schedule-format` needs `--schedule` or `--schedule-advanced`".to_owned());
    }
    // The command line asks for `--schedule-advanced` only where nothing contradicts it.
    let advanced = ["--schedule-incremental", "--schedule-backfill", "--schedule-query-name"];
    for flag in given.iter().filter(|flag| advanced.contains(&flag.name) && !arguments.schedule_advanced) {
        wrong.push(format!("`{}` does not go with `--schedule`, only with `--schedule-advanced`", flag.name));
    }
    wrong
}
