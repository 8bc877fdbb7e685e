//! Questions on a terminal, for what the flags left open.
use super::Error;
use crate::cli::New;
use std::path::Path;
/// Asks.
pub fn complete(_arguments: &mut New, _icon: impl Fn(&Path) -> Result<(), Error>) -> Result<(), Error> {
    Ok(())
}
