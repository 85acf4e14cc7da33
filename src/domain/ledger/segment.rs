//! What is held of a cluster: its participations, with the periods of each as columns, and its sectors.

use std::{collections::BTreeMap, ops::Range};

use entity::{
    NaceVersion, TextEnum,
    id::{ClusterId, OrganizationId, ParticipationId, SectorId},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::{
    columns::{ALWAYS, Assertions, Day, Fact, Facts, OPEN, Rev, bring_forward},
    organizations::Organizations,
};
use crate::domain::{
    positions::{ClassAt, OrganizationAt, ParticipationAt},
    reference::REFERENCE,
};

/// The dated facts of a cluster: its participations by id, and the periods of each by their first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::domain) struct Segment {
    pub(in crate::domain) id: ClusterId,
    /// From when the register holds every participation; never: `OPEN`.
    complete_from: Vec<Fact<Day>>,
    /// The earliest days of its foundings.
    foundings: Vec<Fact<Day>>,
    /// In the order of recording.
    sectors: Vec<Sector>,
    pub(in crate::domain) ids: Vec<ParticipationId>,
    /// The organization of each participation.
    pub(in crate::domain) organizations: Vec<OrganizationAt>,
    pub(in crate::domain) kinds: Vec<ParticipationKind>,
    pub(in crate::domain) periods: Facts<Standing>,
    /// What the cluster found of organizations, by code; they are the owners, by position.
    pub(in crate::domain) judgements: Assertions<String>,
}

/// A sector of a cluster, with the ranges of positions of its classes of activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::domain) struct Sector {
    pub(in crate::domain) id: SectorId,
    pub(in crate::domain) code: String,
    pub(super) recorded: Rev,
    pub(super) superseded: Rev,
    pub(in crate::domain) classes: Vec<Range<ClassAt>>,
}

impl Sector {
    pub(in crate::domain) fn is_known(&self, rev: Rev) -> bool {
        self.recorded <= rev && self.superseded > rev
    }

    /// Whether it says which activities of a version of the classification belong to it.
    pub(in crate::domain) fn is_mapped(&self, version: NaceVersion) -> bool {
        self.classes.iter().any(|range| REFERENCE.class_at(range.start).version == version)
    }
}

/// What a period says besides its days. Three half-words: with four bytes alignment, a quarter of it would be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain) struct Standing([u16; 3]);

impl Standing {
    /// `attested`: the last day that a source attests the status; `OPEN`: every day.
    pub(super) fn new(
        status: Status,
        exit: Option<ExitKind>,
        reason: Option<ExitReason>,
        has_start: bool,
        attested: Day,
    ) -> Self {
        // Zero for none.
        let optional = |index: Option<usize>| index.map_or(0, |index| index as u16 + 1);
        let code = status.index() as u16
            | (optional(exit.map(ExitKind::index)) << 2)
            | (optional(reason.map(ExitReason::index)) << 6)
            | (u16::from(has_start) << 10);
        let attested = attested as u32;
        Self([code, (attested >> 16) as u16, attested as u16])
    }

    pub(in crate::domain) fn status(self) -> Status {
        Status::ALL[usize::from(self.0[0] & 3)]
    }

    pub(in crate::domain) fn exit_kind(self) -> Option<ExitKind> {
        usize::from((self.0[0] >> 2) & 15).checked_sub(1).map(|index| ExitKind::ALL[index])
    }

    pub(in crate::domain) fn exit_reason(self) -> Option<ExitReason> {
        usize::from((self.0[0] >> 6) & 15).checked_sub(1).map(|index| ExitReason::ALL[index])
    }

    /// Whether a source states the start; else it counts from the first confirmation.
    pub(in crate::domain) fn has_start(self) -> bool {
        self.0[0] >> 10 == 1
    }

    /// Whether a source attests the status on a day that the period covers.
    pub(in crate::domain) fn is_confirmed(self, day: Day) -> bool {
        let attested = ((u32::from(self.0[1]) << 16) | u32::from(self.0[2])) as Day;
        day <= attested
    }
}

/// What changes in a cluster.
#[derive(Debug, Default)]
pub(super) struct ClusterChanges {
    pub(super) complete_from: Vec<Fact<Day>>,
    pub(super) foundings: Vec<Fact<Day>>,
    pub(super) sectors: Vec<Sector>,
    pub(super) periods: Vec<PeriodChange>,
    pub(super) judgements: Vec<(OrganizationId, String, Fact<Option<bool>>)>,
}

impl ClusterChanges {
    /// Takes what another reading found, of other tables.
    pub(super) fn add(&mut self, other: Self) {
        self.complete_from.extend(other.complete_from);
        self.foundings.extend(other.foundings);
        self.sectors.extend(other.sectors);
        self.periods.extend(other.periods);
        self.judgements.extend(other.judgements);
    }
}

/// A period that was recorded or superseded.
#[derive(Debug)]
pub(super) struct PeriodChange {
    pub(super) participation: ParticipationId,
    pub(super) organization: OrganizationId,
    pub(super) kind: ParticipationKind,
    /// Its owner is not known yet.
    pub(super) fact: Fact<Standing>,
}

impl Segment {
    pub(super) fn new(id: ClusterId) -> Self {
        Self {
            id,
            complete_from: Vec::new(),
            foundings: Vec::new(),
            sectors: Vec::new(),
            ids: Vec::new(),
            organizations: Vec::new(),
            kinds: Vec::new(),
            periods: Facts::of(0, Vec::new()),
            judgements: Assertions::default(),
        }
    }

    /// The periods of a participation as known at a revision, by their first day.
    pub(in crate::domain) fn periods_of(&self, of: ParticipationAt, rev: Rev) -> impl Iterator<Item = usize> {
        self.periods.of_owner(of.number()).filter(move |row| self.periods.is_known(*row, rev))
    }

    /// The sectors that were part of the register.
    pub(in crate::domain) fn sectors(&self, rev: Rev) -> impl Iterator<Item = &Sector> {
        self.sectors.iter().filter(move |sector| sector.is_known(rev))
    }

    /// All sectors, superseded ones too, in the order of recording.
    pub(in crate::domain) fn all_sectors(&self) -> &[Sector] {
        &self.sectors
    }

    /// Whether the register holds every participation of the days from the given one; `with_ended`: and every one that
    /// ended before.
    ///
    /// Before the register is complete, nothing is. What has ended is complete only where a founding is recorded and
    /// nothing is older than the register is complete.
    pub(in crate::domain) fn is_complete(&self, day: Day, with_ended: bool, rev: Rev) -> bool {
        self.complete_from(rev) <= day && (!with_ended || self.is_complete_since_founding(rev))
    }

    fn is_complete_since_founding(&self, rev: Rev) -> bool {
        let from = self.complete_from(rev);
        let mut foundings = known(&self.foundings, rev).peekable();
        let first =
            (0..self.periods.len()).filter(|row| self.periods.is_known(*row, rev)).map(|row| self.periods.from(row));
        foundings.peek().is_some() && foundings.all(|day| from <= day) && first.min().is_none_or(|day| from <= day)
    }

    /// The first day of any of its periods, known or superseded.
    pub(in crate::domain) fn first_day(&self) -> Option<Day> {
        (0..self.periods.len()).map(|row| self.periods.from(row)).min()
    }

    fn complete_from(&self, rev: Rev) -> Day {
        known(&self.complete_from, rev).next().unwrap_or(OPEN)
    }

    pub(super) fn bytes(&self) -> usize {
        let sectors: usize =
            self.sectors.iter().map(|sector| size_of::<Sector>() + size_of_val(&*sector.classes)).sum();
        size_of::<Self>()
            + size_of_val(&*self.ids)
            + size_of_val(&*self.organizations)
            + size_of_val(&*self.kinds)
            + size_of_val(&*self.complete_from)
            + size_of_val(&*self.foundings)
            + sectors
            + self.periods.bytes()
            + self.judgements.bytes()
    }

    pub(super) fn forward(&self, changes: ClusterChanges, organizations: &Organizations, seen: Rev) -> Option<Self> {
        let mut next = self.clone();
        if !bring_forward(&mut next.complete_from, changes.complete_from, seen)
            || !bring_forward(&mut next.foundings, changes.foundings, seen)
        {
            return None;
        }
        next.complete_from.sort_unstable();
        next.foundings.sort_unstable();
        for sector in changes.sectors {
            match next.sectors.iter_mut().find(|held| held.id == sector.id) {
                Some(held) => held.superseded = sector.superseded,
                None => next.sectors.push(sector),
            }
        }
        next.sectors.sort_by_key(|sector| sector.id);
        next.forward_periods(changes.periods, organizations, seen)?;
        let judged = |(id, code, fact)| Some((code, Fact { owner: organizations.position(id)?.number(), ..fact }));
        let judgements = changes.judgements.into_iter().map(judged).collect::<Option<Vec<_>>>()?;
        next.judgements = next.judgements.forward(judgements, seen)?;
        Some(next)
    }

    fn forward_periods(&mut self, changes: Vec<PeriodChange>, organizations: &Organizations, seen: Rev) -> Option<()> {
        if changes.is_empty() {
            return Some(());
        }
        let held = |id: ParticipationId| self.ids.binary_search(&id);
        let mut new: BTreeMap<ParticipationId, (OrganizationAt, ParticipationKind)> = BTreeMap::new();
        for change in changes.iter().filter(|change| held(change.participation).is_err()) {
            new.insert(change.participation, (organizations.position(change.organization)?, change.kind));
        }
        let mut rows = self.periods.rows();
        if !new.is_empty() {
            let old = self.ids.iter().zip(self.organizations.iter().zip(&self.kinds));
            let old = old.map(|(id, (organization, kind))| (*id, (*organization, *kind)));
            let mut all: Vec<_> = old.chain(new).collect();
            all.sort_unstable_by_key(|(id, _)| *id);
            let moved: Vec<u32> =
                self.ids.iter().map(|id| all.partition_point(|(other, _)| other < id) as u32).collect();
            rows.iter_mut().for_each(|row| row.owner = moved[row.owner as usize]);
            self.ids = all.iter().map(|(id, _)| *id).collect();
            self.organizations = all.iter().map(|(_, (organization, _))| *organization).collect();
            self.kinds = all.iter().map(|(_, (_, kind))| *kind).collect();
        }
        let owned = |change: PeriodChange| {
            let owner = self.ids.binary_search(&change.participation).ok()?;
            Some(Fact { owner: u32::try_from(owner).ok()?, ..change.fact })
        };
        let changes = changes.into_iter().map(owned).collect::<Option<Vec<_>>>()?;
        if !bring_forward(&mut rows, changes, seen) {
            return None;
        }
        self.periods = Facts::of(self.ids.len(), rows);
        Some(())
    }
}

fn known(facts: &[Fact<Day>], rev: Rev) -> impl Iterator<Item = Day> {
    facts.iter().filter(move |fact| fact.recorded <= rev && fact.superseded > rev).map(|fact| fact.value)
}

/// A fact that holds on every day.
pub(super) fn lasting<V>(value: V, recorded: Rev, superseded: Rev) -> Fact<V> {
    Fact { owner: 0, from: ALWAYS, to: OPEN, recorded, value, superseded }
}
