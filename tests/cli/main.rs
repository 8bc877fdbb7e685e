//! The built binary, driven as a person or a pipeline would. One module a verb.

mod new;
mod support;
