//! When the next request may go: so many events a second, so many validated ones a minute, and none while the platform wants
//! rest. The decisions are pure; [`Pace::wait`] sleeps.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::platform::Stop;

/// How many validated requests are taken in a minute.
const VALIDATED: usize = 60;
/// The minute, and a little for clocks and ways that differ.
const MINUTE: Duration = Duration::from_millis(60_500);
/// How much of a delay is made up for.
const CATCH_UP: Duration = Duration::from_millis(50);

/// The pace of all requests of a run.
#[derive(Debug)]
pub(super) struct Pace {
    /// Seconds an event.
    interval: Option<f64>,
    validates: bool,
    due: Mutex<Due>,
}

#[derive(Debug, Default)]
struct Due {
    /// When the next request is due.
    next: Option<Instant>,
    /// None before.
    held: Option<Instant>,
    /// The last validated ones.
    validated: VecDeque<Instant>,
}

impl Pace {
    /// A pace of at most `rate` events a second.
    pub(super) fn new(rate: Option<f64>, validates: bool) -> Self {
        Self { interval: rate.map(|rate| 1.0 / rate), validates, due: Mutex::default() }
    }

    /// Waits until a request with so many events may go; `false` where the run is to end before.
    pub(super) fn wait(&self, events: usize, stop: &Stop) -> bool {
        let mut at = self.due.lock().unwrap_or_else(PoisonError::into_inner).reserve(self, events, Instant::now());
        loop {
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return !stop.is_set();
            }
            if !stop.sleep(left) {
                return false;
            }
            // Somebody may have been told meanwhile to wait.
            let held = self.due.lock().unwrap_or_else(PoisonError::into_inner).held;
            at = held.map_or(at, |held| at.max(held));
        }
    }

    /// Lets no request go for a while.
    pub(super) fn hold(&self, time: Duration) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + time;
        due.held = Some(due.held.map_or(until, |held| held.max(until)));
    }
}

impl Due {
    /// When a request with so many events may go; the next one is behind it.
    fn reserve(&mut self, pace: &Pace, events: usize, now: Instant) -> Instant {
        let mut at = self.held.map_or(now, |held| held.max(now));
        if let Some(interval) = pace.interval {
            if let Some(next) = self.next {
                at = match next >= at {
                    true => next,
                    false => next.max(at.checked_sub(CATCH_UP).unwrap_or(at)),
                };
            }
            self.next = Some(at + Duration::from_secs_f64(interval * events as f64));
        }
        if pace.validates {
            if self.validated.len() >= VALIDATED
                && let Some(first) = self.validated.pop_front()
            {
                at = at.max(first + MINUTE);
            }
            self.validated.push_back(at);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_keep_their_rate_and_little_is_made_up_for() {
        let pace = Pace::new(Some(10.0), false);
        let (mut due, begun) = (Due::default(), Instant::now());
        let mut at = |events, after: u64| {
            due.reserve(&pace, events, begun + Duration::from_millis(after))
                .saturating_duration_since(begun)
                .as_millis()
        };
        assert_eq!([at(1, 0), at(5, 0), at(1, 10), at(1, 700)], [0, 100, 600, 700]);
        assert_eq!([at(1, 820), at(1, 5000), at(1, 5000)], [800, 4950, 5050]);
    }

    #[test]
    fn sixty_validated_ones_go_at_once_and_the_next_a_minute_later() {
        let pace = Pace::new(None, true);
        let (mut due, begun) = (Due::default(), Instant::now());
        for _ in 0..VALIDATED {
            assert_eq!(due.reserve(&pace, 1, begun), begun);
        }
        assert_eq!(due.reserve(&pace, 1, begun), begun + MINUTE);
        due.held = Some(begun + 3 * MINUTE);
        assert_eq!(due.reserve(&pace, 1, begun), begun + 3 * MINUTE);
    }

    #[test]
    fn who_waits_goes_on_holding_and_ends_when_told() {
        let (pace, stop) = (Pace::new(None, false), Stop::default());
        assert!(pace.wait(1, &stop));
        let begun = Instant::now();
        pace.hold(Duration::from_millis(60));
        assert!(pace.wait(1, &stop) && begun.elapsed() >= Duration::from_millis(60));
        pace.hold(Duration::from_secs(60));
        stop.set();
        assert!(!pace.wait(1, &stop));
    }
}
