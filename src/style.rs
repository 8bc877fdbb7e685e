//! The colours of words, the same wherever a person reads them.

use anstyle::{AnsiColor, Style};

/// Style of a key word such as `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Style of `warning`.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Style of `note` and of what is told by the way.
pub const NOTE: Style = AnsiColor::Cyan.on_default().bold();
/// Style of what went well or is added.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Style of what is gone.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Style of what matters less.
pub const DIM: Style = Style::new().dimmed();
/// Style of a name or a heading.
pub const BOLD: Style = Style::new().bold();
