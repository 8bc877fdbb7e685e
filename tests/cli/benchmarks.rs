//! What the benchmarks measure on: repositories in which no rule finds anything.

use crate::{repository, support::Sss};

#[test]
fn nothing_is_found_in_the_repositories_of_the_benchmarks() {
    let directory = tempfile::tempdir().unwrap();
    // As many as it takes to have each width of a custom schema, and with each of them another type of pagination.
    repository::write(directory.path(), 80).unwrap();
    let ran = Sss::in_dir(&directory).args(["lint", "--strict"]).run().exits(0);
    assert_eq!(ran.stdout, "80 sources, 400 files: no findings\n");
}
