//! Text with places: documents, spans and positions; JSON, SVG and pointers read with a place for everything.
//!
//! Knows nothing of sources, rules or the platform.

pub mod attribute;
mod document;
pub mod edit;
mod excerpt;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod nearest;
pub mod picture;
pub mod pointer;
pub mod svg;
pub mod verbatim;
pub mod visible;

pub use document::{Document, Position, Span};
pub use edit::Edit;
pub use excerpt::{excerpt, excerpts};

/// What ends a line: line feed, carriage return, and the two that Unicode has for it.
pub const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];
