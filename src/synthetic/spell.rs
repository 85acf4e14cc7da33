//! The statuses of those who take part in a cluster, one after the other.

use chrono::NaiveDate;
use entity::{
    organization_profile::Sphere,
    participation_period::{ExitKind, ExitReason, Status},
};

/// A status that was held from a day until another.
pub(super) struct Spell {
    pub(super) status: Status,
    /// How it ended, where it did.
    pub(super) exit: Option<(ExitKind, Option<ExitReason>)>,
    pub(super) from: NaiveDate,
    /// The first day no longer; `None`: it still is.
    pub(super) to: Option<NaiveDate>,
}

impl Spell {
    pub(super) fn new(status: Status, from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self { status, exit: None, from, to }
    }

    pub(super) fn ended(exit: (ExitKind, Option<ExitReason>), from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self { status: Status::Ended, exit: Some(exit), from, to }
    }
}

/// What happened in a cluster, for its published figures to count.
#[derive(Default)]
pub(super) struct Histories {
    pub(super) members: Vec<Vec<Spell>>,
    /// The sphere of each member.
    pub(super) spheres: Vec<Sphere>,
    pub(super) partners: Vec<Vec<Spell>>,
}
