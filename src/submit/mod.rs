//! Handing a source in: its files on a branch of their own, the branch pushed, and the pull request's address, title and text.
//!
//! ```text
//! work tree ──▶ repository (files, remotes, base) ──▶ branch (a plan, then a commit) ──▶ program (git push)
//! spec, records, lint, evidence ──▶ text ──▶ address
//! ```
//!
//! [`address`], [`text`] and [`pages`] are pure; [`repository`] only reads; [`branch::Plan::commit`] and [`program`] act.

pub mod address;
pub mod branch;
mod error;
pub mod evidence;
pub mod pages;
pub mod program;
pub mod repository;
pub mod text;

pub use error::Error;

/// The branch that a source is handed in on.
pub fn branch_of(source: &str) -> String {
    format!("sss/{source}")
}
