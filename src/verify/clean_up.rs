//! The end of a run, whatever came of it: what was made is taken down, and nothing of it is left.

use super::{acceptance::Run, check::Finding};
use crate::{
    dataflow::{self, Done},
    platform::Stop,
};

impl Run<'_, '_> {
    /// Takes the dataflow down, unless it is to stay.
    pub(super) fn clean_up(&mut self) {
        // Interrupted or not: what is made must go. Who asks twice ends the process, and the state stays for the next run.
        let stop = Stop::default();
        self.left = true;
        self.record("clean-up", "Everything that was made is taken down", |run| {
            let acceptance = run.acceptance;
            let place = acceptance.place(run.name, &stop);
            let Some(state) = place.state()? else {
                run.left = false;
                return Ok(Finding::skipped("nothing was made"));
            };
            if acceptance.keep {
                return Ok(Finding::skipped(format!(
                    "it was to stay; `sss dataflow down {} --all` takes it down",
                    run.name
                )));
            }
            if run.made.is_empty() {
                run.made = state.results().map(|(name, value)| (name, value.to_owned())).collect();
            }
            let ids = dataflow::doomed(&state, true);
            let outcome = dataflow::down(&place, true, &mut |told| run.step(told))?;
            // The platform deletes no mapping set of some organizations; that one is no failure of the source's.
            let left: Vec<&str> = ids
                .iter()
                .filter(|(name, _)| outcome.done.get(name).is_some_and(|(done, _)| *done == Done::Left))
                .map(|(name, _)| name.what())
                .collect();
            for (name, id) in &ids {
                let stays = outcome.done.get(name).is_some_and(|(done, _)| *done == Done::Left);
                if !stays && dataflow::is_there(&place, *name, id)? {
                    return Ok(Finding::failed(
                        format!("the {} {id} was deleted and is still there", name.what()),
                        "delete it by hand: `sss api DELETE`, or in the UI",
                    ));
                }
            }
            run.left = false;
            let but = match left.as_slice() {
                [] => String::new(),
                left => format!("; the platform deletes no {}, which stays unused", left.join(" and no ")),
            };
            Ok(Finding::passed(format!("{} records deleted{but}", ids.len() - left.len())))
        });
        if self.acceptance.keep {
            self.left = false;
        }
    }
}
