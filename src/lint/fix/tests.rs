//! Fixes, made.
