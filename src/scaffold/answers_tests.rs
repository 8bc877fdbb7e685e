//! Tests of `answers`.
