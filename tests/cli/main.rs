//! The built binary, driven as a person or a pipeline would. One module a verb.

mod emulator;
mod lint;
mod new;
mod rehearse;
mod support;
