//! The commit to hand in: planned as a value, then made. Neither the index, nor the work tree, nor what is checked out is
//! touched: the tree is that of the commit before it with the files put in.
//!
//! What somebody else did is never undone in silence. A file goes into the commit only where what it replaces is known
//! here: the work tree was made from it, or an earlier run put it there.

use std::collections::BTreeSet;

use git2::{Commit, Delta, ErrorCode, FileMode, Oid, Signature, Sort, Tree, build::TreeUpdateBuilder};

use super::{
    Error, program,
    repository::{Base, File, Person, Remote, Repository, Signers},
};

/// How the message of a commit ends that `sss submit` made.
const TRAILER: &str = "Submitted-with: sss submit";

/// What is to be handed in.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The branch to hand in on.
    pub branch: &'a str,
    pub base: &'a Base,
    pub remote: Option<&'a Remote>,
    pub files: &'a [File],
    /// Paths that belong to the same thing, whether there are files of theirs now or not.
    pub own: &'a [String],
    /// How it is called in a sentence.
    pub what: &'a str,
    /// What the files were made from.
    pub origin: Origin,
    pub committer: &'a Person,
}

impl<'a> Wanted<'a> {
    /// Every path that belongs to it.
    fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.own.iter().map(String::as_str).chain(self.files.iter().map(|file| file.path.as_str()))
    }
}

/// What files were made from, so that what was changed elsewhere since is not undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The commit that is checked out.
    WorkTree,
    /// Nothing that the repository knows.
    Elsewhere,
    /// Nothing, and what is there may be replaced.
    Replacing,
}

/// What is done to the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is made, with one commit.
    Create,
    /// A commit is added.
    Update,
    /// It holds everything as it is here.
    Nothing,
}

impl Action {
    /// As JSON says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Nothing => "none",
        }
    }
}

/// What would be done, and is done by [`Plan::commit`].
#[derive(Debug)]
pub struct Plan {
    pub branch: String,
    pub action: Action,
    /// The files that differ from those of the base, by their path, and whether the base lacks them.
    pub changed: Vec<(String, bool)>,
    /// Whether the remote lacks what the branch has or will have.
    pub is_ahead: bool,
    /// Whether the base has any of the files already.
    pub is_update: bool,
    /// What the branch is at here.
    here: Option<Oid>,
    /// The commits that the new one follows. The first gives the branch, the last the tree.
    parents: Vec<Oid>,
    files: Vec<File>,
}

impl Plan {
    /// Finds out what is to be done, or why it cannot be.
    pub fn make(repository: &Repository, wanted: &Wanted<'_>) -> Result<Self, Error> {
        let Wanted { branch, base, files, .. } = *wanted;
        may_be_named(repository, branch)?;
        let base_tree = repository.tree(base.commit)?;
        let entries: Vec<Held> = files.iter().map(Held::of).collect::<Result<_, _>>()?;
        let in_base: Vec<Option<Held>> = files.iter().map(|file| Held::in_tree(&base_tree, &file.path)).collect();
        let same_as =
            |there: &[Option<Held>]| entries.iter().zip(there).all(|(entry, there)| Some(entry) == there.as_ref());
        if same_as(&in_base) {
            return Err(Error::Nothing { base: base.shown.clone(), what: wanted.what.to_owned() });
        }
        repository.refuse_behind(wanted, &entries, &in_base)?;
        let (here, there) = (repository.local_tip(branch)?, repository.there(wanted));
        let tip = repository.tip(wanted, here, there)?;
        let mut plan = Self {
            branch: branch.to_owned(),
            action: Action::Create,
            changed: Vec::new(),
            is_ahead: true,
            is_update: in_base.iter().any(Option::is_some),
            here,
            parents: vec![base.commit],
            files: files.to_vec(),
        };
        for ((file, entry), there) in files.iter().zip(&entries).zip(&in_base) {
            if Some(entry) != there.as_ref() {
                plan.changed.push((file.path.clone(), there.is_none()));
            }
        }
        if let Some(tip) = tip {
            repository.refuse_foreign(wanted, &entries, tip, here)?;
            let tree = repository.tree(tip)?;
            let in_tip: Vec<Option<Held>> = files.iter().map(|file| Held::in_tree(&tree, &file.path)).collect();
            let left_at = repository.git.merge_base(tip, base.commit).map_err(Error::git("compare two branches"))?;
            let left = repository.tree(left_at)?;
            let moved = |path: &str| Held::in_tree(&left, path) != Held::in_tree(&base_tree, path);
            let has_base_moved = wanted.paths().any(moved);
            if same_as(&in_tip) && !has_base_moved {
                plan.action = Action::Nothing;
                plan.is_ahead = there != Some(tip);
            } else {
                plan.action = Action::Update;
            }
            // Where the base has other files of the same since, which is so once a first pull request was merged, both are
            // joined: on the branch alone the next one would conflict.
            plan.parents = if has_base_moved { vec![tip, base.commit] } else { vec![tip] };
        }
        Ok(plan)
    }

    /// Makes the commit, and has the branch lead to it. Whoever is killed meanwhile leaves the branch as it was.
    pub fn commit(&self, repository: &Repository, signers: &Signers, message: &str) -> Result<Option<Oid>, Error> {
        let failed = Error::git("make the commit");
        let git = &repository.git;
        if self.action == Action::Nothing {
            return Ok(None);
        }
        let parents: Vec<Commit<'_>> =
            self.parents.iter().map(|id| git.find_commit(*id)).collect::<Result<_, _>>().map_err(failed)?;
        let mut update = TreeUpdateBuilder::new();
        for file in &self.files {
            let mode = if file.is_executable { FileMode::BlobExecutable } else { FileMode::Blob };
            update.upsert(file.path.as_str(), git.blob(&file.bytes).map_err(failed)?, mode);
        }
        let basis = parents.last().ok_or(Error::NoCommit)?.tree().map_err(failed)?;
        let tree = update.create_updated(git, &basis).map_err(failed)?;
        let message = format!("{message}\n\n{TRAILER}\n");
        let signs = git.config().and_then(|config| config.get_bool("commit.gpgSign")).unwrap_or(false);
        let id = if signs {
            program::signed_commit(repository, tree, &self.parents, signers, &message)?
        } else {
            let signed = |person: &Person| Signature::now(&person.name, &person.email).map_err(failed);
            let tree = git.find_tree(tree).map_err(failed)?;
            let parents: Vec<&Commit<'_>> = parents.iter().collect();
            let (author, committer) = (signed(&signers.author)?, signed(&signers.committer)?);
            git.commit(None, &author, &committer, &message, &tree, &parents).map_err(failed)?
        };
        let (name, log) = (format!("refs/heads/{}", self.branch), "submit: a commit of `sss submit`");
        let moved = match self.here {
            Some(here) => git.reference_matching(&name, id, true, here, log),
            None => git.reference(&name, id, false, log),
        };
        match moved {
            Ok(_) => Ok(Some(id)),
            Err(error) if error.code() == ErrorCode::Locked => {
                let lock = git.commondir().join(format!("{name}.lock"));
                Err(Error::Locked { branch: self.branch.clone(), lock })
            }
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists) => {
                Err(Error::Moved { branch: self.branch.clone() })
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether a branch of this name is here once the commit is made: without a commit it may be on the remote only.
    pub fn has_branch_here(&self) -> bool {
        self.here.is_some() || self.action != Action::Nothing
    }
}

/// A file as a tree holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    id: Oid,
    is_executable: bool,
}

impl Held {
    fn of(file: &File) -> Result<Self, Error> {
        let id = Oid::hash_object(git2::ObjectType::Blob, &file.bytes).map_err(Error::git("hash a file"))?;
        Ok(Self { id, is_executable: file.is_executable })
    }

    fn in_tree(tree: &Tree<'_>, path: &str) -> Option<Self> {
        let entry = tree.get_path(std::path::Path::new(path)).ok()?;
        Some(Self { id: entry.id(), is_executable: entry.filemode() == i32::from(FileMode::BlobExecutable) })
    }
}

fn may_be_named(repository: &Repository, branch: &str) -> Result<(), Error> {
    let refused = |because: Option<String>| Err(Error::BranchName { branch: branch.to_owned(), because });
    if !git2::Branch::name_is_valid(branch).unwrap_or(false) {
        return refused(Some("git takes no such name".to_owned()));
    }
    // `sss` and `sss/acme` cannot both be branches: one is a file where the other needs a folder.
    for (at, _) in branch.match_indices('/') {
        let above = &branch[..at];
        if repository.git.find_reference(&format!("refs/heads/{above}")).is_ok() {
            return refused(Some(format!("there is a branch `{above}`, and git cannot have both")));
        }
    }
    Ok(())
}

impl Repository {
    pub(super) fn tree(&self, commit: Oid) -> Result<Tree<'_>, Error> {
        let commit = self.git.find_commit(commit).map_err(Error::git("read a commit"))?;
        commit.tree().map_err(Error::git("read a commit"))
    }

    fn local_tip(&self, branch: &str) -> Result<Option<Oid>, Error> {
        match self.git.find_reference(&format!("refs/heads/{branch}")) {
            Ok(reference) => {
                let commit = reference.peel_to_commit().map_err(Error::git("read a branch"))?;
                Ok(Some(commit.id()))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(source) => Err(Error::Git { action: "read a branch", source }),
        }
    }

    fn there(&self, wanted: &Wanted<'_>) -> Option<Oid> {
        self.remote_tip(&wanted.remote?.name, wanted.branch)
    }

    /// Whether a commit is another one or comes after it.
    fn comes_after(&self, commit: Oid, before: Oid) -> Result<bool, Error> {
        let after = self.git.graph_descendant_of(commit, before).map_err(Error::git("compare two branches"))?;
        Ok(after || commit == before)
    }

    /// Where the branch goes on from; nothing where it is to be made from the base, be it anew.
    fn tip(&self, wanted: &Wanted<'_>, here: Option<Oid>, there: Option<Oid>) -> Result<Option<Oid>, Error> {
        let tip = match (here, there) {
            (Some(here), Some(there)) if self.comes_after(here, there)? => Some(here),
            (Some(here), Some(there)) if self.comes_after(there, here)? => Some(there),
            (Some(_), Some(_)) => {
                let remote = wanted.remote.map(|remote| remote.name.clone()).unwrap_or_default();
                return Err(Error::Diverged { branch: wanted.branch.to_owned(), remote });
            }
            (here, there) => here.or(there),
        };
        match tip {
            // All of it has arrived at the base.
            Some(tip) if self.comes_after(wanted.base.commit, tip)? => Ok(None),
            tip => Ok(tip),
        }
    }

    /// Refuses where the base has a file that is neither what is here nor what that was made from.
    fn refuse_behind(&self, wanted: &Wanted<'_>, entries: &[Held], in_base: &[Option<Held>]) -> Result<(), Error> {
        let base = wanted.base;
        let known = match wanted.origin {
            Origin::Replacing => return Ok(()),
            Origin::Elsewhere => None,
            Origin::WorkTree => match self.head()? {
                Some(head) => match self.git.merge_base(head.id(), base.commit) {
                    Ok(commit) => Some(self.tree(commit)?),
                    Err(error) if error.code() == ErrorCode::NotFound => None,
                    Err(source) => return Err(Error::Git { action: "compare two branches", source }),
                },
                None => None,
            },
        };
        for ((file, entry), there) in wanted.files.iter().zip(entries).zip(in_base) {
            let before = known.as_ref().and_then(|tree| Held::in_tree(tree, &file.path));
            if there.is_some() && there.as_ref() != Some(entry) && *there != before {
                let (base, path) = (base.shown.clone(), file.path.clone());
                return Err(match wanted.origin {
                    Origin::WorkTree => Error::Behind { base, path },
                    _ => Error::Replaces { base, path },
                });
            }
        }
        Ok(())
    }

    /// Refuses where the branch holds what is not of this source, or a change to its files that is not here.
    fn refuse_foreign(&self, wanted: &Wanted<'_>, entries: &[Held], tip: Oid, here: Option<Oid>) -> Result<(), Error> {
        let failed = Error::git("read the commits of a branch");
        let own: BTreeSet<&str> = wanted.paths().collect();
        let mut walk = self.git.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL).map_err(failed)?;
        walk.push(tip).map_err(failed)?;
        walk.hide(wanted.base.commit).map_err(failed)?;
        let mut known = None;
        let mut touched: Vec<(String, String, bool)> = Vec::new();
        for id in walk {
            let commit = self.git.find_commit(id.map_err(failed)?).map_err(failed)?;
            if known.is_none() && self.is_ours(&commit, wanted, here)? {
                known = Some(commit.id());
            }
            for path in self.touched(&commit)? {
                if !own.contains(path.as_str()) {
                    return Err(Error::Foreign { branch: wanted.branch.to_owned(), commit: told(&commit), path });
                }
                if known.is_none() {
                    touched.push((path, told(&commit), is_by(&commit, wanted.committer)));
                }
            }
        }
        let known = match known {
            Some(known) => known,
            None => self.git.merge_base(tip, wanted.base.commit).map_err(failed)?,
        };
        let (known, tree) = (self.tree(known)?, self.tree(tip)?);
        for (file, entry) in wanted.files.iter().zip(entries) {
            let (before, now) = (Held::in_tree(&known, &file.path), Held::in_tree(&tree, &file.path));
            if now != before && now.as_ref() != Some(entry) {
                let found = touched.into_iter().find(|(path, ..)| *path == file.path);
                let (_, commit, is_own) = found.unwrap_or_else(|| (String::new(), "somebody".to_owned(), false));
                let remote = wanted.remote.map(|remote| remote.name.as_str()).unwrap_or_default();
                let on_remote = format!("{remote}/{}", wanted.branch);
                return Err(Error::Overwrites {
                    branch: wanted.branch.to_owned(),
                    path: file.path.clone(),
                    commit,
                    // Somebody's own commit is not known here where the branch was removed, or made on another machine.
                    to_know: (is_own && here.is_none()).then(|| format!("git branch {} {on_remote}", wanted.branch)),
                    tip: if here == Some(tip) { wanted.branch.to_owned() } else { on_remote },
                });
            }
        }
        Ok(())
    }

    /// Whether a commit was made by an earlier run here: of this person, and on the branch as it is here.
    fn is_ours(&self, commit: &Commit<'_>, wanted: &Wanted<'_>, here: Option<Oid>) -> Result<bool, Error> {
        let has_trailer = commit.message().is_ok_and(|message| message.lines().any(|line| line == TRAILER));
        let is_own = has_trailer && is_by(commit, wanted.committer);
        Ok(is_own && here.map_or(Ok(false), |here| self.comes_after(here, commit.id()))?)
    }

    /// The paths that a commit changes; those of a merge that are as in none of what it joins.
    fn touched(&self, commit: &Commit<'_>) -> Result<Vec<String>, Error> {
        let failed = Error::git("read a commit");
        let tree = commit.tree().map_err(failed)?;
        let mut touched: Option<BTreeSet<String>> = None;
        let parents =
            commit.parents().map(|parent| parent.tree().map(Some)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        for parent in if parents.is_empty() { vec![None] } else { parents } {
            let diff = self.git.diff_tree_to_tree(parent.as_ref(), Some(&tree), None).map_err(failed)?;
            let mut paths = BTreeSet::new();
            for delta in diff.deltas().filter(|delta| delta.status() != Delta::Unmodified) {
                let files = [delta.old_file(), delta.new_file()];
                paths.extend(
                    files
                        .iter()
                        .filter_map(|file| file.path_bytes())
                        .map(|path| String::from_utf8_lossy(path).into_owned()),
                );
            }
            touched = Some(match touched {
                Some(before) => before.intersection(&paths).cloned().collect(),
                None => paths,
            });
        }
        Ok(touched.unwrap_or_default().into_iter().collect())
    }
}

fn is_by(commit: &Commit<'_>, person: &Person) -> bool {
    commit.committer().email().is_ok_and(|email| email == person.email)
}

/// A commit in a sentence: its short id, who made it, and its subject.
fn told(commit: &Commit<'_>) -> String {
    use crate::text::visible::printable;
    let id = commit.id().to_string();
    let author = commit.author();
    let name = author.name().map(printable).unwrap_or_default();
    let subject = commit.summary().ok().flatten().map(printable).unwrap_or_default();
    format!("{} by {name} (“{subject}”)", &id[..10.min(id.len())])
}
