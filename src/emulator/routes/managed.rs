//! Records whose first fields are the platform's to set, and behind them what was sent; the same names in a body change nothing.

use serde_json::Value;

use crate::emulator::store::Body;

/// The names of the fields that the platform sets, in the order it prints them.
pub(super) struct Managed<const N: usize>(pub(super) [&'static str; N]);

impl<const N: usize> Managed<N> {
    /// The fields of a record that is made now.
    pub(super) fn made(&self, values: [Value; N]) -> Body {
        self.0.map(str::to_owned).into_iter().zip(values).collect()
    }

    /// Those of a record that is replaced, as they are.
    pub(super) fn kept(&self, current: &Body) -> Body {
        let kept = self.0.iter().filter_map(|name| current.get_key_value(*name));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What was sent, without them.
    pub(super) fn sent(&self, content: Body) -> impl Iterator<Item = (String, Value)> {
        content.into_iter().filter(|(name, _)| !self.0.contains(&name.as_str()))
    }
}
