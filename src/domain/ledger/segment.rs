//! What is held of a cluster: its participations, with the periods of each as columns, and its sectors.

use std::{collections::BTreeMap, ops::RangeInclusive, sync::Arc};

use entity::{
    Labels,
    id::{ClusterId, ParticipationId},
    participation::ParticipationKind,
};
use uuid::Uuid;

use super::{
    changes::{ClusterChanges, PeriodChange},
    columns::{Assertions, Day, Fact, FactColumns, OPEN, Rev, bring_forward, day},
    organizations::Organizations,
    sources::Sources,
    values::{ClusterProfile, PeriodValue, Sector},
};
use crate::domain::positions::{OrganizationAt, ParticipationAt};

/// The dated facts of a cluster: its participations by id, and the periods of each by their first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) id: ClusterId,
    /// The slug of the cluster.
    pub(crate) slug: Arc<str>,
    /// What the cluster was recorded to be, in the order of recording.
    profiles: Vec<Arc<ClusterProfile>>,
    /// The earliest days of its foundings.
    foundings: Vec<Fact<Day>>,
    /// Its sectors, superseded ones too, in the order of recording.
    sectors: Vec<Arc<Sector>>,
    pub(crate) ids: Vec<ParticipationId>,
    /// The organization of each participation.
    pub(crate) organizations: Vec<OrganizationAt>,
    pub(crate) kinds: Vec<ParticipationKind>,
    /// The working groups of those that are restricted to one.
    scopes: BTreeMap<ParticipationId, Box<str>>,
    pub(crate) periods: FactColumns<PeriodValue>,
    /// What the cluster found of organizations, by code; they are the owners, by position.
    pub(crate) judgements: Assertions<String>,
}

impl Segment {
    pub(super) fn new(id: ClusterId) -> Self {
        Self {
            id,
            slug: "".into(),
            profiles: Vec::new(),
            foundings: Vec::new(),
            sectors: Vec::new(),
            ids: Vec::new(),
            organizations: Vec::new(),
            kinds: Vec::new(),
            scopes: BTreeMap::new(),
            periods: FactColumns::build(0, Vec::new()),
            judgements: Assertions::default(),
        }
    }

    /// What the cluster is; `None` when it was not recorded by then.
    pub(crate) fn profile(&self, rev: Rev) -> Option<&Arc<ClusterProfile>> {
        self.profiles.iter().find(|profile| profile.is_known(rev))
    }

    /// The position of a participation, if it is one of the cluster's.
    pub(crate) fn position(&self, id: ParticipationId) -> Option<ParticipationAt> {
        self.ids.binary_search(&id).ok().map(ParticipationAt::at)
    }

    /// From which id to which its participations reach; from a later one to an earlier where there are none.
    pub(super) fn range(&self) -> RangeInclusive<ParticipationId> {
        match (self.ids.first(), self.ids.last()) {
            (Some(first), Some(last)) => *first..=*last,
            _ => ParticipationId(Uuid::max())..=ParticipationId(Uuid::nil()),
        }
    }

    /// Whether a participation was recorded by a revision, ever: what is superseded was.
    pub(crate) fn is_recorded(&self, of: ParticipationAt, rev: Rev) -> bool {
        self.periods.of_owner(of.number()).any(|row| self.periods.recorded(row) <= rev)
    }

    /// The working group that a participation is restricted to; `None`: it is in the whole cluster.
    pub(crate) fn scope(&self, id: ParticipationId) -> Option<&str> {
        self.scopes.get(&id).map(|scope| &**scope)
    }

    /// The periods of a participation as known at a revision, by their first day.
    pub(crate) fn periods_of(&self, of: ParticipationAt, rev: Rev) -> impl Iterator<Item = usize> {
        self.periods.of_owner(of.number()).filter(move |row| self.periods.is_known(*row, rev))
    }

    /// The sectors that were part of the register.
    pub(crate) fn sectors(&self, rev: Rev) -> impl Iterator<Item = &Arc<Sector>> {
        self.sectors.iter().filter(move |sector| sector.is_known(rev))
    }

    /// All sectors, superseded ones too, in the order of recording.
    pub(crate) fn all_sectors(&self) -> &[Arc<Sector>] {
        &self.sectors
    }

    /// Whether the register holds every participation of the days from the given one; `with_ended`: and every one that
    /// ended before.
    ///
    /// Before the register is complete, nothing is. What has ended is complete only where a founding is recorded and
    /// nothing is older than the register is complete.
    pub(crate) fn is_complete(&self, day: Day, with_ended: bool, rev: Rev) -> bool {
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
    pub(crate) fn first_day(&self) -> Option<Day> {
        (0..self.periods.len()).map(|row| self.periods.from(row)).min()
    }

    /// From when on the register holds every participation; `OPEN`: from no day on.
    pub(crate) fn complete_from(&self, rev: Rev) -> Day {
        self.profile(rev).and_then(|profile| profile.complete_from).map_or(OPEN, day)
    }

    /// How many bytes its participations take, and everything else.
    pub(super) fn bytes(&self) -> (usize, usize) {
        let texts = |texts: &Labels| texts.iter().map(|(key, text)| key.len() + text.len() + 32).sum::<usize>();
        let sector = |sector: &Arc<Sector>| {
            let lists = size_of_val(&*sector.classes) + size_of_val(&*sector.named);
            size_of::<Sector>() + sector.code.len() + texts(&sector.label) + lists
        };
        let text = |profile: &Arc<ClusterProfile>| {
            size_of::<ClusterProfile>() + profile.sort_name.len() + texts(&profile.name)
        };
        let participations = size_of_val(&*self.ids)
            + size_of_val(&*self.organizations)
            + size_of_val(&*self.kinds)
            + self.scopes.values().map(|scope| size_of::<(ParticipationId, Box<str>)>() + scope.len()).sum::<usize>()
            + self.periods.bytes();
        let others = size_of::<Self>()
            + self.slug.len()
            + self.profiles.iter().map(text).sum::<usize>()
            + size_of_val(&*self.foundings)
            + self.sectors.iter().map(sector).sum::<usize>()
            + self.judgements.bytes();
        (participations, others)
    }

    pub(super) fn forward(
        &self,
        changes: ClusterChanges,
        organizations: &Organizations,
        sources: &Sources,
        seen: Rev,
    ) -> Option<Self> {
        let mut next = self.clone();
        if let Some(slug) = changes.slug {
            next.slug = slug;
        }
        for profile in changes.profiles {
            match next.profiles.iter_mut().find(|held| held.id == profile.id) {
                Some(held) => *held = Arc::new(profile),
                None => next.profiles.push(Arc::new(profile)),
            }
        }
        next.profiles.sort_by_key(|profile| (profile.recorded, profile.id));
        if !bring_forward(&mut next.foundings, changes.foundings, seen) {
            return None;
        }
        next.foundings.sort_unstable();
        for sector in changes.sectors {
            match next.sectors.iter_mut().find(|held| held.id == sector.id) {
                Some(held) => *held = Arc::new(sector),
                None => next.sectors.push(Arc::new(sector)),
            }
        }
        next.sectors.sort_by_key(|sector| sector.id);
        next.scopes.extend(changes.scopes);
        next.forward_periods(changes.periods, organizations, sources, seen)?;
        let judged = |(id, code, fact)| Some((code, Fact { owner: organizations.position(id)?.number(), ..fact }));
        let judgements = changes.judgements.into_iter().map(judged).collect::<Option<Vec<_>>>()?;
        next.judgements = next.judgements.forward(judgements, seen)?;
        Some(next)
    }

    fn forward_periods(
        &mut self,
        changes: Vec<PeriodChange>,
        organizations: &Organizations,
        sources: &Sources,
        seen: Rev,
    ) -> Option<()> {
        if changes.is_empty() {
            return Some(());
        }
        let mut new: BTreeMap<ParticipationId, (OrganizationAt, ParticipationKind)> = BTreeMap::new();
        for change in changes.iter().filter(|change| self.position(change.participation).is_none()) {
            new.insert(change.participation, (organizations.position(change.organization)?, change.kind));
        }
        let mut rows = self.periods.rows();
        if !new.is_empty() {
            self.take_in(new, &mut rows);
        }
        let owned = |change: PeriodChange| {
            let owner = self.ids.binary_search(&change.participation).ok()?;
            let value = change.fact.value.with_source(sources.position(change.source)?);
            Some(Fact { owner: u32::try_from(owner).ok()?, value, ..change.fact })
        };
        let changes = changes.into_iter().map(owned).collect::<Option<Vec<_>>>()?;
        if !bring_forward(&mut rows, changes, seen) {
            return None;
        }
        self.periods = FactColumns::build(self.ids.len(), rows);
        Some(())
    }

    /// Takes in new participations. They are kept by id, so that positions of others move: the rows of their periods
    /// follow.
    fn take_in(
        &mut self,
        new: BTreeMap<ParticipationId, (OrganizationAt, ParticipationKind)>,
        rows: &mut [Fact<PeriodValue>],
    ) {
        let old = self.ids.iter().zip(self.organizations.iter().zip(&self.kinds));
        let old = old.map(|(id, (organization, kind))| (*id, (*organization, *kind)));
        let mut all: Vec<_> = old.chain(new).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        let moved: Vec<u32> = self.ids.iter().map(|id| all.partition_point(|(other, _)| other < id) as u32).collect();
        rows.iter_mut().for_each(|row| row.owner = moved[row.owner as usize]);
        self.ids = all.iter().map(|(id, _)| *id).collect();
        self.organizations = all.iter().map(|(_, (organization, _))| *organization).collect();
        self.kinds = all.iter().map(|(_, (_, kind))| *kind).collect();
    }
}

fn known(facts: &[Fact<Day>], rev: Rev) -> impl Iterator<Item = Day> {
    facts.iter().filter(move |fact| fact.recorded <= rev && fact.superseded > rev).map(|fact| fact.value)
}
