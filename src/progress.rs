//! How far a long work is, told as data to whoever asked for it; the command line draws it.

/// How far a work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub work: Work,
    /// How many steps of it are done.
    pub done: u64,
    /// How many there are.
    pub of: u64,
}

/// A work that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Making up a package.
    Generating,
    /// Reading a package and comparing it with the register.
    Checking,
    /// Writing what differs.
    Writing,
}

/// Takes what is told: with 0 done when a work begins, and after each of its steps.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Tells nobody.
pub fn silent(_: Progress) {}
