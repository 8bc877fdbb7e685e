//! The documentation pages of a source: made from what is known of it, and brought up to date without losing a word of a person's.
//!
//! ```text
//! artifacts, records ──▶ facts ─┬──▶ shown (recipe) ──▶ page ──▶ merge ──▶ the page as it is now
//! docs.toml, flags ──▶ answers ─┘                               ▲ the page as it was
//! ```
//!
//! [`outline`] is the table of their sections and questions, for whoever checks a page as well. All of it is pure but
//! [`Answers::load`].

mod answers;
mod calls;
mod error;
mod facts;
mod markdown;
mod merge;
pub mod outline;
mod page;
mod properties;
mod region;
pub mod request;
mod written;

pub use answers::{Answers, TEXTS, check_text};
pub use error::Error;
pub use facts::{Credential, Facts, Texts, WayIn};
pub use merge::{Conflict, Merged, Page, Resolve, merge};
pub use outline::{Gap, PageKind};
pub use page::{Shown, TEMPLATES, page};
pub use region::MarkFault;
pub use written::WrittenPage;

/// The gaps that keep a page from being handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps(pub Vec<Gap>);

/// A page as it is handed in, without our marks; the gaps instead, where something is still to be written.
pub fn for_submission(text: &str) -> Result<String, Gaps> {
    let gaps = outline::gaps(text);
    if gaps.is_empty() { Ok(region::without_marks(text)) } else { Err(Gaps(gaps)) }
}

/// What is wrong with the marks of a page, if anything: on which line (counted from 1), what, and what to do about it.
pub fn mark_fault(text: &str) -> Option<(usize, String, String)> {
    let fault = region::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).err()?;
    Some((fault.line, fault.to_string(), fault.help()))
}

/// Whether a page was made by `sss docs`, or is empty: others are not brought up to date.
pub fn is_ours(text: &str) -> bool {
    text.trim().is_empty() || text.lines().any(region::is_mark)
}
