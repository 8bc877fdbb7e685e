//! The same work for many sources, several at a time; what is to be told comes out in one place.

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::Step;

/// Does `work` for each item, `jobs` at a time, and gives the results in the order of the items; nothing for an item that was
/// not begun because `stopped` said so first. `tell` is called on this thread only.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    jobs: NonZeroUsize,
    stopped: &(dyn Fn() -> bool + Sync),
    tell: &mut dyn FnMut(Step),
    work: impl Fn(&T, &mut dyn FnMut(Step)) -> R + Sync,
) -> Vec<Option<R>> {
    // One after the other needs no threads.
    if jobs.get() == 1 || items.len() < 2 {
        return items.iter().map(|item| (!stopped()).then(|| work(item, tell))).collect();
    }
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, told) = mpsc::channel();
        for _ in 0..jobs.get().min(items.len()) {
            let (sender, next, results, work) = (sender.clone(), &next, &results, &work);
            scope.spawn(move || {
                while !stopped() {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(item), Some(result)) = (items.get(at), results.get(at)) else { break };
                    // Whoever listens does so until the last of us is gone.
                    let done = work(item, &mut |step| drop(sender.send(step)));
                    *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                }
            });
        }
        drop(sender);
        for step in told {
            tell(step);
        }
    });
    results.into_iter().map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn results_keep_the_order_and_no_more_are_begun_than_asked_for() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items: Vec<usize> = (0..40).collect();
        let results = each(&items, NonZeroUsize::new(3).unwrap(), &|| false, &mut |_| {}, |item, _| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(1));
            running.fetch_sub(1, Ordering::SeqCst);
            item * 2
        });
        assert_eq!(results, items.iter().map(|item| Some(item * 2)).collect::<Vec<_>>());
        assert!((2..=3).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }

    #[test]
    fn what_is_not_begun_when_it_is_stopped_has_no_result_and_what_is_begun_is_told() {
        for jobs in [1, 4] {
            let stop = AtomicBool::new(false);
            let items: Vec<usize> = (0..100).collect();
            let mut told = 0;
            let stopped = || stop.load(Ordering::SeqCst);
            let results = each(&items, NonZeroUsize::new(jobs).unwrap(), &stopped, &mut |_| told += 1, |item, tell| {
                tell(Step::Creating { source: item.to_string() });
                stop.store(*item >= 10, Ordering::SeqCst);
            });
            let begun = results.iter().flatten().count();
            assert_eq!(begun, told);
            assert!((11..100).contains(&begun), "{begun}");
        }
    }
}
