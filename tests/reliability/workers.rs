//! Many cases on a few threads.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// Works each case off on one of `threads` threads, which each have something of their own, and gives the results in the
/// order of the cases.
pub(crate) fn each<C: Sync, O, R: Send>(
    threads: usize,
    cases: &[C],
    own: impl Fn() -> O + Sync,
    work: impl Fn(&mut O, &C) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.min(cases.len()) {
            scope.spawn(|| {
                let mut mine = own();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    let result = work(&mut mine, case);
                    results.lock().unwrap().push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
