//! How many requests an inlet takes with synchronous validation: so many in any minute, each inlet for itself.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many requests are taken.
pub(super) const MOST: usize = 60;
/// In which time.
const WINDOW: Duration = Duration::from_secs(60);

/// When each inlet took its last requests.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Pace(Mutex<HashMap<String, VecDeque<Instant>>>);

impl Pace {
    /// Takes a request; otherwise the seconds after which there is room again.
    pub(super) fn take(&self, inlet_id: &str, now: Instant) -> Result<(), u64> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = taken.entry(inlet_id.to_owned()).or_default();
        while taken.front().is_some_and(|first| now.duration_since(*first) >= WINDOW) {
            taken.pop_front();
        }
        match taken.front() {
            Some(first) if taken.len() >= MOST => {
                let rest = WINDOW.saturating_sub(now.duration_since(*first));
                // Whoever waits so long finds room.
                Err(rest.as_secs() + u64::from(rest.subsec_nanos() > 0))
            }
            _ => {
                taken.push_back(now);
                Ok(())
            }
        }
    }

    /// Forgets what was taken.
    pub(in crate::emulator) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_again_when_the_first_is_a_minute_old() {
        let pace = Pace::default();
        let begun = Instant::now();
        let at = |milliseconds| begun + Duration::from_millis(milliseconds);
        for number in 0..MOST as u64 {
            assert_eq!(pace.take("a", at(number * 100)), Ok(()), "{number}");
        }
        assert_eq!(pace.take("a", at(6_000)), Err(54));
        assert_eq!(pace.take("b", at(6_000)), Ok(()), "each inlet for itself");
        assert_eq!(pace.take("a", at(59_999)), Err(1));
        assert_eq!(pace.take("a", at(60_000)), Ok(()));
        assert_eq!(pace.take("a", at(60_000)), Err(1));
        pace.clear();
        assert_eq!(pace.take("a", at(60_000)), Ok(()));
    }
}
