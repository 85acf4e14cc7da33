//! The image itself: what is held of organizations and clusters, and how changes bring it forward.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use entity::{
    Revision,
    id::{ClusterId, OrganizationId, ParticipationId, SectorId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::{
    columns::{ALWAYS, Day, Fact, Facts, OPEN, Point, Rev, bring_forward},
    read::Changes,
};

/// An immutable image of the register's dated facts, up to a revision.
///
/// It answers for its own revision and for every earlier one, as its rows carry both axes of time. The next image shares
/// with it whatever a write did not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The writes, with their instants, in order.
    revisions: Arc<Vec<(Rev, DateTime<Utc>)>>,
    /// The clusters, by id.
    clusters: Vec<Arc<Segment>>,
    organizations: Organizations,
}

/// What an organization is, apart from its dated facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain) struct Profile {
    pub(in crate::domain) sphere: Sphere,
    pub(in crate::domain) size_class: Option<SizeClass>,
}

/// Organizations by position, in parts, so that a write copies the parts it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::domain) struct Organizations {
    parts: Vec<Arc<Part>>,
    /// Positions in the order of ids.
    by_id: Arc<Vec<u32>>,
}

/// How many organizations a part holds.
const PART: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    ids: Vec<OrganizationId>,
    profiles: Facts<Profile>,
    /// Municipalities, by their position in the reference data.
    sites: Facts<u16>,
    /// Classes of activities, by their position in the reference data.
    activities: Facts<u16>,
}

impl Default for Part {
    fn default() -> Self {
        let (profiles, sites) = (Facts::of(0, Vec::new()), Facts::of(0, Vec::new()));
        Self { ids: Vec::new(), profiles, activities: sites.clone(), sites }
    }
}

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
    /// The position of the organization of each participation.
    pub(in crate::domain) organizations: Vec<u32>,
    pub(in crate::domain) kinds: Vec<ParticipationKind>,
    pub(in crate::domain) periods: Facts<Standing>,
}

/// A sector of a cluster, with the ranges of positions of its classes of activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::domain) struct Sector {
    pub(in crate::domain) id: SectorId,
    pub(super) recorded: Rev,
    pub(super) superseded: Rev,
    pub(in crate::domain) classes: Vec<(u16, u16)>,
}

impl Sector {
    pub(in crate::domain) fn is_known(&self, rev: Rev) -> bool {
        self.recorded <= rev && self.superseded > rev
    }
}

/// What a period says besides its days. Three half-words: with four bytes alignment, a quarter of it would be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain) struct Standing([u16; 3]);

const STATUSES: [Status; 3] = [Status::Candidate, Status::Effective, Status::Ended];
const EXIT_KINDS: [ExitKind; 7] = [
    ExitKind::Left,
    ExitKind::Excluded,
    ExitKind::NoLongerEligible,
    ExitKind::CandidacyWithdrawn,
    ExitKind::CandidacyRejected,
    ExitKind::Ceased,
    ExitKind::NotRecorded,
];
const EXIT_REASONS: [ExitReason; 5] =
    [ExitReason::CharterBreach, ExitReason::NonPayment, ExitReason::Inactivity, ExitReason::Legal, ExitReason::Other];

fn position<T: PartialEq>(of: &[T], value: &T) -> u16 {
    of.iter().position(|one| one == value).expect("the list is complete") as u16
}

impl Standing {
    /// `attested`: the last day that a source attests the status; `OPEN`: every day.
    pub(super) fn new(
        status: Status,
        exit: Option<ExitKind>,
        reason: Option<ExitReason>,
        has_start: bool,
        attested: Day,
    ) -> Self {
        let optional = |position: Option<u16>| position.map_or(0, |position| position + 1);
        let code = position(&STATUSES, &status)
            | (optional(exit.map(|exit| position(&EXIT_KINDS, &exit))) << 2)
            | (optional(reason.map(|reason| position(&EXIT_REASONS, &reason))) << 6)
            | (u16::from(has_start) << 10);
        let attested = attested as u32;
        Self([code, (attested >> 16) as u16, attested as u16])
    }

    pub(in crate::domain) fn status(self) -> Status {
        STATUSES[usize::from(self.0[0] & 3)]
    }

    pub(in crate::domain) fn exit_kind(self) -> Option<ExitKind> {
        usize::from((self.0[0] >> 2) & 15).checked_sub(1).map(|position| EXIT_KINDS[position])
    }

    pub(in crate::domain) fn exit_reason(self) -> Option<ExitReason> {
        usize::from((self.0[0] >> 6) & 15).checked_sub(1).map(|position| EXIT_REASONS[position])
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

impl Image {
    /// The last write it holds, with its instant; none: the register was empty.
    pub fn head(&self) -> Option<(Revision, DateTime<Utc>)> {
        self.revisions.last().map(|(rev, at)| (Revision::from(*rev), *at))
    }

    /// The last write at or before an instant.
    pub fn known_at(&self, instant: DateTime<Utc>) -> Option<(Revision, DateTime<Utc>)> {
        let count = self.revisions.partition_point(|(_, at)| *at <= instant);
        let (rev, at) = self.revisions.get(count.checked_sub(1)?)?;
        Some((Revision::from(*rev), *at))
    }

    /// The number of the last write.
    pub(super) fn rev(&self) -> Rev {
        self.revisions.last().map_or(0, |(rev, _)| *rev)
    }

    /// The clusters, by id.
    pub(in crate::domain) fn clusters(&self) -> &[Arc<Segment>] {
        &self.clusters
    }

    /// A cluster, if the register holds it.
    pub(in crate::domain) fn cluster(&self, id: ClusterId) -> Option<&Segment> {
        self.clusters.binary_search_by_key(&id, |segment| segment.id).ok().map(|found| &*self.clusters[found])
    }

    pub(in crate::domain) fn organizations(&self) -> &Organizations {
        &self.organizations
    }

    /// How many periods it holds, superseded ones too.
    pub fn periods(&self) -> usize {
        self.clusters.iter().map(|segment| segment.periods.len()).sum()
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        let clusters: usize = self.clusters.iter().map(|segment| segment.bytes()).sum();
        clusters + self.organizations.bytes() + size_of_val(&**self.revisions)
    }

    /// The image after the changes; none when they do not fit what is held, and it must be built anew.
    pub(super) fn forward(&self, mut changes: Changes) -> Option<Self> {
        let seen = self.rev();
        let mut revisions = (*self.revisions).clone();
        revisions.append(&mut changes.revisions);
        let organizations = self.organizations.forward(&mut changes, seen)?;
        let mut clusters: BTreeMap<ClusterId, Arc<Segment>> =
            self.clusters.iter().map(|segment| (segment.id, segment.clone())).collect();
        for (id, changes) in changes.clusters {
            let segment = clusters.entry(id).or_insert_with(|| Arc::new(Segment::new(id)));
            *segment = Arc::new(segment.forward(changes, &organizations, seen)?);
        }
        Some(Self { revisions: Arc::new(revisions), clusters: clusters.into_values().collect(), organizations })
    }
}

impl Organizations {
    /// How many there are.
    pub(in crate::domain) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The position of an organization, if the register holds it.
    pub(in crate::domain) fn position(&self, id: OrganizationId) -> Option<u32> {
        self.by_id.binary_search_by_key(&id, |position| self.id(*position)).ok().map(|found| self.by_id[found])
    }

    fn id(&self, position: u32) -> OrganizationId {
        let (part, owner) = self.part(position);
        part.ids[owner as usize]
    }

    #[inline]
    fn part(&self, position: u32) -> (&Part, u32) {
        let position = position as usize;
        (&self.parts[position / PART], (position % PART) as u32)
    }

    /// What an organization is; none when it was not recorded by then.
    pub(in crate::domain) fn profile(&self, position: u32, rev: Rev) -> Option<Profile> {
        let (part, owner) = self.part(position);
        let mut rows = part.profiles.of_owner(owner);
        rows.find(|row| part.profiles.is_known(*row, rev)).map(|row| part.profiles.value(row))
    }

    /// The facts about where an organization is, and the rows of them that are its own.
    pub(in crate::domain) fn sites(&self, position: u32) -> (&Facts<u16>, u32) {
        let (part, owner) = self.part(position);
        (&part.sites, owner)
    }

    /// The facts about what an organization does.
    pub(in crate::domain) fn activities(&self, position: u32) -> (&Facts<u16>, u32) {
        let (part, owner) = self.part(position);
        (&part.activities, owner)
    }

    /// What each organization is, by position, gathered in one pass.
    pub(in crate::domain) fn profiles(&self, rev: Rev) -> Vec<Option<Profile>> {
        let of_part = |part: &Arc<Part>| {
            let profiles = &part.profiles;
            let of = |owner| profiles.of_owner(owner).find(|row| profiles.is_known(*row, rev));
            (0..part.ids.len() as u32).map(|owner| of(owner).map(|row| profiles.value(row))).collect::<Vec<_>>()
        };
        self.parts.iter().flat_map(of_part).collect()
    }

    /// Where each organization is at a point, by position, gathered in one pass.
    pub(in crate::domain) fn municipalities(&self, at: Point) -> Lists {
        Lists::gather(self.parts.iter().map(|part| &part.sites), at)
    }

    /// What each organization does at a point, by position, gathered in one pass.
    pub(in crate::domain) fn classes(&self, at: Point) -> Lists {
        Lists::gather(self.parts.iter().map(|part| &part.activities), at)
    }

    fn bytes(&self) -> usize {
        let part = |part: &Arc<Part>| {
            size_of_val(&*part.ids) + part.profiles.bytes() + part.sites.bytes() + part.activities.bytes()
        };
        self.parts.iter().map(part).sum::<usize>() + size_of_val(&**self.by_id)
    }

    fn forward(&self, changes: &mut Changes, seen: Rev) -> Option<Self> {
        let mut next = self.clone();
        let mut touched: BTreeMap<usize, PartChanges> = BTreeMap::new();
        if !changes.organizations.is_empty() {
            changes.organizations.sort_unstable();
            let first = u32::try_from(self.len()).ok()?;
            for (position, id) in (first..).zip(&changes.organizations) {
                touched.entry(position as usize / PART).or_default().ids.push(*id);
            }
            // Both are in the order of ids; new ids are mostly the latest.
            let mut by_id = Vec::with_capacity(self.len() + changes.organizations.len());
            let mut held = self.by_id.iter().copied().peekable();
            for (position, id) in (first..).zip(&changes.organizations) {
                while let Some(before) = held.next_if(|held| self.id(*held) < *id) {
                    by_id.push(before);
                }
                by_id.push(position);
            }
            by_id.extend(held);
            next.by_id = Arc::new(by_id);
        }
        let added: HashMap<OrganizationId, u32> =
            changes.organizations.iter().copied().zip(u32::try_from(self.len()).ok()?..).collect();
        let position = |id| added.get(&id).copied().or_else(|| self.position(id));
        macro_rules! distribute {
            ($($kind:ident),+) => {$(
                for (id, fact) in std::mem::take(&mut changes.$kind) {
                    let position = position(id)? as usize;
                    let owner = (position % PART) as u32;
                    touched.entry(position / PART).or_default().$kind.push(Fact { owner, ..fact });
                }
            )+};
        }
        distribute!(profiles, sites, activities);
        for (number, changes) in touched {
            if next.parts.len() <= number {
                next.parts.resize(number + 1, Arc::default());
            }
            next.parts[number] = Arc::new(next.parts[number].forward(changes, seen)?);
        }
        Some(next)
    }
}

/// A list of values for each organization, by position.
pub(in crate::domain) struct Lists {
    starts: Vec<u32>,
    values: Vec<u16>,
}

impl Lists {
    fn gather<'a>(parts: impl Iterator<Item = &'a Facts<u16>>, at: Point) -> Self {
        let mut lists = Self { starts: vec![0], values: Vec::new() };
        for facts in parts {
            for owner in 0..facts.owners() {
                lists.values.extend(facts.holding(owner, at).map(|row| facts.value(row)));
                lists.starts.push(lists.values.len() as u32);
            }
        }
        lists
    }

    /// The list of an organization.
    pub(in crate::domain) fn of(&self, position: u32) -> &[u16] {
        let position = position as usize;
        &self.values[self.starts[position] as usize..self.starts[position + 1] as usize]
    }
}

/// What changes in a part.
#[derive(Default)]
struct PartChanges {
    ids: Vec<OrganizationId>,
    profiles: Vec<Fact<Profile>>,
    sites: Vec<Fact<u16>>,
    activities: Vec<Fact<u16>>,
}

impl Part {
    fn forward(&self, changes: PartChanges, seen: Rev) -> Option<Self> {
        let ids = [self.ids.as_slice(), &changes.ids].concat();
        let count = ids.len();
        Some(Self {
            ids,
            profiles: self.profiles.forward(count, changes.profiles, seen)?,
            sites: self.sites.forward(count, changes.sites, seen)?,
            activities: self.activities.forward(count, changes.activities, seen)?,
        })
    }
}

/// What changes in a cluster.
#[derive(Debug, Default)]
pub(super) struct ClusterChanges {
    pub(super) complete_from: Vec<Fact<Day>>,
    pub(super) foundings: Vec<Fact<Day>>,
    pub(super) sectors: Vec<Sector>,
    pub(super) periods: Vec<PeriodChange>,
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
    fn new(id: ClusterId) -> Self {
        Self {
            id,
            complete_from: Vec::new(),
            foundings: Vec::new(),
            sectors: Vec::new(),
            ids: Vec::new(),
            organizations: Vec::new(),
            kinds: Vec::new(),
            periods: Facts::of(0, Vec::new()),
        }
    }

    /// The sectors that were part of the register.
    pub(in crate::domain) fn sectors(&self, rev: Rev) -> impl Iterator<Item = &Sector> {
        self.sectors.iter().filter(move |sector| sector.is_known(rev))
    }

    /// All sectors, superseded ones too, in the order of recording.
    pub(in crate::domain) fn all_sectors(&self) -> &[Sector] {
        &self.sectors
    }

    /// Whether the register holds every participation of the days from the given one.
    pub(in crate::domain) fn is_complete_from(&self, day: Day, rev: Rev) -> bool {
        self.complete_from(rev) <= day
    }

    /// Whether it holds every participation since the founding: that one is recorded, and nothing is older than it is complete.
    pub(in crate::domain) fn is_complete_ever(&self, rev: Rev) -> bool {
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

    fn bytes(&self) -> usize {
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
    }

    fn forward(&self, changes: ClusterChanges, organizations: &Organizations, seen: Rev) -> Option<Self> {
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
        Some(next)
    }

    fn forward_periods(&mut self, changes: Vec<PeriodChange>, organizations: &Organizations, seen: Rev) -> Option<()> {
        if changes.is_empty() {
            return Some(());
        }
        let held = |id: ParticipationId| self.ids.binary_search(&id);
        let mut new: BTreeMap<ParticipationId, (u32, ParticipationKind)> = BTreeMap::new();
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
