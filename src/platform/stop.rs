//! A word that ends a run: set by whoever wants it to end, heeded by whoever is about to begin something or to wait.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a wait takes to notice.
const NOTICE: Duration = Duration::from_millis(50);

/// Whether a person wants the run to end. Copies share one answer.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Wants it to end.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody wanted it to end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits, unless somebody wants the run to end: `false` where somebody did.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while !self.is_set() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            thread::sleep(left.min(NOTICE));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_the_run_is_to_end() {
        let stop = Stop::default();
        assert!(stop.sleep(Duration::from_millis(1)));
        let other = stop.clone();
        let begun = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| assert!(!stop.sleep(Duration::from_secs(60))));
            other.set();
        });
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
