//! The built binary, driven as a person or a pipeline would. One module a verb.

mod lint;
mod new;
mod support;
