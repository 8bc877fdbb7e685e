//! When a request is repeated, and after how long: pure decisions, no sleeping.

use std::time::{Duration, SystemTime};

use super::Error;

/// How often a request is tried in all.
pub(super) const ATTEMPTS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// What makes it safe to repeat a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Doing it twice is doing it once: GET, PUT of a whole record under its own id, PUT with `If-Match`.
    Idempotent,
    /// Only where the platform surely did nothing: POST.
    WhenNotDone,
    /// Never: the caller must read again first.
    Never,
}

/// Whether a request that ended so is tried again.
pub(super) fn repeats(error: &Error, repeat: Repeat, attempt: u32) -> bool {
    let idempotent = match repeat {
        Repeat::Never => return false,
        Repeat::WhenNotDone => false,
        Repeat::Idempotent => true,
    };
    match error {
        Error::Refused(refusal) => refusal.surely_not_done() || (idempotent && passing(refusal.status)),
        Error::NotJson { status, retry_after, .. } => {
            *status == 429 || (*status == 503 && retry_after.is_some()) || (idempotent && passing(*status))
        }
        Error::NotReachable { sent, .. } => !sent || idempotent,
        // Waiting a minute five times is no service to a person: once more, then it is told.
        Error::TimedOut { sent, .. } => (!sent || idempotent) && attempt < 2,
        Error::Truncated { .. } => idempotent,
        _ => false,
    }
}

/// Whether a status speaks of a trouble that passes.
pub(super) fn passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// How long the platform asked to wait.
pub(super) fn asked(error: &Error) -> Option<Duration> {
    match error {
        Error::Refused(refusal) => refusal.retry_after,
        Error::NotJson { retry_after, .. } => *retry_after,
        Error::RetriesExhausted { last, .. } | Error::WaitTooLong { last, .. } => asked(last),
        _ => None,
    }
}

/// How long to wait before the next attempt; `None` where the platform asks for longer than `longest`.
///
/// `random` is in `0.0..1.0`: waits of many callers must not fall together.
pub(super) fn wait(attempt: u32, asked: Option<Duration>, longest: Duration, random: f64) -> Option<Duration> {
    match asked {
        Some(asked) if asked > longest => None,
        Some(asked) => Some((asked + asked.mul_f64(random / 10.0)).min(longest)),
        None => {
            let grown = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1).min(16)));
            Some(grown.min(longest).mul_f64(0.5 + random / 2.0))
        }
    }
}

/// Reads `Retry-After`: seconds, or a date (measured against the server's own clock where it told it).
pub(super) fn retry_after(value: &str, server_date: Option<&str>, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = server_date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

/// A number in `0.0..1.0`, different for every caller.
pub(super) fn random() -> f64 {
    // Version 4 ids are random; 32 of their bits make a fraction.
    let bits = uuid::Uuid::new_v4().as_fields().0;
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_with_jitter_up_to_the_longest() {
        let longest = Duration::from_secs(3);
        assert_eq!(wait(1, None, longest, 0.0), Some(Duration::from_millis(250)));
        assert_eq!(wait(3, None, longest, 0.0), Some(Duration::from_secs(1)));
        assert!(wait(40, None, longest, 0.999).unwrap() <= longest);
        assert_eq!(wait(4, None, Duration::ZERO, 0.5), Some(Duration::ZERO));
        assert_eq!(wait(1, Some(Duration::from_secs(2)), longest, 0.0), Some(Duration::from_secs(2)));
        assert_eq!(wait(1, Some(longest), longest, 0.9), Some(longest));
        assert_eq!(wait(1, Some(Duration::from_secs(4)), longest, 0.0), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 7 ", None, now), Some(Duration::from_secs(7)));
        let date = "Sun, 06 Nov 1994 08:49:40 GMT";
        assert_eq!(retry_after(date, None, now), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(date, Some("Sun, 06 Nov 1994 08:49:38 GMT"), now), Some(Duration::from_secs(2)));
        assert_eq!(retry_after(date, None, now + Duration::from_secs(60)), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", None, now), None);
    }
}
