//! Who is counted: the participations of some clusters that satisfy a condition, met in the
//! ledger's image.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, binary_heap::PeekMut},
    ops::Range,
};

use entity::{
    id::{ClusterId, ParticipationId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};
use roaring::RoaringBitmap;

use crate::domain::{
    condition::Tree,
    kleene::Outcome,
    ledger::{
        Image,
        columns::{Facts, Point, date},
        index::Snapshot,
        organizations::{Organizations, Profile},
        segment::Segment,
    },
    organization,
    organization_set::satisfying,
    participation::{Condition, Filter, Happened, turns},
    positions::{ClassAt, ClusterAt, MunicipalityAt, OrganizationAt, ParticipationAt},
    reference::REFERENCE,
    time::Days,
};

/// Participations to count, of which kinds, in which clusters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Population {
    /// Of this cluster; none: of every one.
    pub cluster: Option<ClusterId>,
    /// Memberships, partnerships, or both.
    pub kinds: Vec<ParticipationKind>,
    /// Which of them.
    pub filter: Filter,
}

/// How many participations are worth a thread of their own, and how many threads count at once.
const WORTH_A_THREAD: usize = 50_000;
const MAX_THREADS: usize = 4;

/// A population with its filter made ready for an image at a point.
pub(crate) struct Counted<'a> {
    pub(crate) image: &'a Image,
    pub(crate) at: Point,
    /// The clusters that can have some, by their position in the image.
    pub(crate) clusters: Vec<(ClusterAt, &'a Segment)>,
    kinds: Vec<ParticipationKind>,
    test: Tree<Predicate>,
    /// What holds of every organization at the point.
    ///
    /// Organizations are met in no order, and their columns lie apart, so that asking each is
    /// several waits for memory. Where clusters are counted that many of the organizations take
    /// part in, what holds is gathered in one pass.
    pub(crate) gathered: Option<Snapshot<'a>>,
}

/// A condition on a participation in the image's own terms.
enum Predicate {
    Status(Vec<Status>),
    ExitKind(Vec<ExitKind>),
    ExitReason(Vec<ExitReason>),
    Confirmed(bool),
    Joined(Days),
    Ended(Days),
    Cluster(Vec<ClusterId>),
    /// Ascending.
    Organization(Vec<OrganizationAt>),
    Of(Tree<OfOrganization>),
}

/// A condition on the organization of a participation in the image's own terms.
enum OfOrganization {
    Sphere(Vec<Sphere>),
    SizeClass(Vec<SizeClass>),
    Municipality(Vec<MunicipalityAt>),
    Activity(Vec<Range<ClassAt>>),
    /// The positions of those that satisfy it.
    Set(RoaringBitmap),
}

impl Population {
    /// Makes the filter ready.
    pub(crate) fn on<'a>(&self, image: &'a Image, at: Point) -> Counted<'a> {
        match self.cluster {
            Some(id) => self.in_clusters(image, at, image.cluster_at(id)),
            None => self.in_clusters(image, at, (0..image.clusters().len()).map(ClusterAt::at)),
        }
    }

    /// Makes the filter ready for some of the clusters.
    pub(crate) fn in_clusters<'a>(
        &self,
        image: &'a Image,
        at: Point,
        clusters: impl IntoIterator<Item = ClusterAt>,
    ) -> Counted<'a> {
        let test = self.filter.map(&|condition| Predicate::from_condition(condition, image, at));
        let can_have = |id| {
            let of_cluster = |predicate: &Predicate| match predicate {
                Predicate::Cluster(ids) => ids.contains(&id).into(),
                _ => Outcome::Unknown,
            };
            test.outcome(&of_cluster) != Outcome::NotMet
        };
        let clusters = clusters.into_iter().map(|cluster| (cluster, image.segment(cluster)));
        let clusters: Vec<_> = clusters.filter(|(_, segment)| can_have(segment.id)).collect();
        let participations: usize = clusters.iter().map(|(_, segment)| segment.ids.len()).sum();
        let is_worth_it = clusters.len() > 1 && participations * 4 >= image.organizations().len();
        let gathered = is_worth_it.then(|| image.snapshot(at));
        Counted { image, at, clusters, kinds: self.kinds.clone(), test, gathered }
    }
}

impl Predicate {
    fn from_condition(condition: &Condition, image: &Image, at: Point) -> Self {
        match condition {
            Condition::Status(statuses) => Self::Status(statuses.clone()),
            Condition::ExitKind(kinds) => Self::ExitKind(kinds.clone()),
            Condition::ExitReason(reasons) => Self::ExitReason(reasons.clone()),
            Condition::Confirmed(is_confirmed) => Self::Confirmed(*is_confirmed),
            Condition::Joined(days) => Self::Joined(*days),
            Condition::Ended(days) => Self::Ended(*days),
            Condition::Cluster(ids) => Self::Cluster(ids.clone()),
            Condition::Organization(ids) => {
                let mut positions: Vec<_> = ids.iter().filter_map(|id| image.organizations().position(*id)).collect();
                positions.sort_unstable();
                Self::Organization(positions)
            }
            Condition::Of(filter) => {
                Self::Of(filter.map(&|condition| OfOrganization::from_condition(condition, image, at)))
            }
        }
    }
}

impl OfOrganization {
    fn from_condition(condition: &organization::Condition, image: &Image, at: Point) -> Self {
        use organization::Condition;
        match condition {
            Condition::Sphere(spheres) => Self::Sphere(spheres.clone()),
            Condition::SizeClass(sizes) => Self::SizeClass(sizes.clone()),
            Condition::Municipality(places) => Self::Municipality(places.clone()),
            Condition::Activity(class) => Self::Activity(vec![REFERENCE.positions_under(REFERENCE.class_at(*class))]),
            Condition::Sector(ids) => Self::Activity(image.classes_of_sectors(ids, at.rev).collect()),
            Condition::Attribute(..)
            | Condition::Identifier(_)
            | Condition::Named(_)
            | Condition::Founded(_)
            | Condition::Dissolved(_)
            | Condition::Verdict(..)
            | Condition::Participation(..) => {
                Self::Set(satisfying(&Tree::from(condition.clone()), &image.snapshot(at)))
            }
        }
    }
}

/// A participation met while counting.
#[derive(Clone, Copy)]
pub(crate) struct Met<'a> {
    pub(crate) segment: &'a Segment,
    /// The position of its cluster in the image.
    pub(crate) cluster: ClusterAt,
    /// Its own position in the cluster.
    pub(crate) position: ParticipationAt,
    /// The row of its period, when one is in question.
    pub(crate) row: Option<usize>,
}

impl<'a> Met<'a> {
    /// A participation of an image, whatever its status.
    pub(crate) fn at(image: &'a Image, cluster: ClusterAt, position: ParticipationAt) -> Self {
        Self { segment: image.segment(cluster), cluster, position, row: None }
    }

    pub(crate) fn id(&self) -> ParticipationId {
        self.segment.ids[self.position.index()]
    }

    pub(crate) fn organization(&self) -> OrganizationAt {
        self.segment.organizations[self.position.index()]
    }

    pub(crate) fn kind(&self) -> ParticipationKind {
        self.segment.kinds[self.position.index()]
    }
}

impl<'a> Counted<'a> {
    /// Every participation of the kinds, whatever the condition says.
    pub(crate) fn participations(&self) -> impl Iterator<Item = Met<'a>> {
        self.clusters.iter().flat_map(move |(cluster, segment)| {
            let all = (0..segment.ids.len()).map(ParticipationAt::at);
            let met = all.map(|position| Met { segment, cluster: *cluster, position, row: None });
            met.filter(|met| self.kinds.contains(&met.kind()))
        })
    }

    /// Every participation of the clusters by id, from the first whose id is not before one;
    /// backwards: from the last whose id is not after it.
    pub(crate) fn in_order(&self, from: Option<ParticipationId>, backwards: bool) -> impl Iterator<Item = Met<'a>> {
        let of_cluster = |&(cluster, segment): &(ClusterAt, &'a Segment)| {
            let (start, end) = match (from, backwards) {
                (None, _) => (0, segment.ids.len()),
                (Some(from), false) => (segment.ids.partition_point(|id| *id < from), segment.ids.len()),
                (Some(from), true) => (0, segment.ids.partition_point(|id| *id <= from)),
            };
            Rest { cluster, segment, rest: start..end, backwards }
        };
        let mut rests: BinaryHeap<Rest<'a>> =
            self.clusters.iter().map(of_cluster).filter(|rest| !rest.rest.is_empty()).collect();
        std::iter::from_fn(move || {
            let mut first = rests.peek_mut()?;
            let (cluster, segment) = (first.cluster, first.segment);
            let position = if backwards { first.rest.next_back() } else { first.rest.next() };
            let position = ParticipationAt::at(position.expect("what is left is not empty"));
            if first.rest.is_empty() {
                PeekMut::pop(first);
            }
            Some(Met { segment, cluster, position, row: None })
        })
    }

    /// Those that have a status at the point and satisfy the condition.
    pub(crate) fn present(&self) -> impl Iterator<Item = (Met<'a>, usize)> {
        self.present_in(&self.clusters)
    }

    /// The same of some of the clusters.
    pub(crate) fn present_in(&self, clusters: &[(ClusterAt, &'a Segment)]) -> impl Iterator<Item = (Met<'a>, usize)> {
        // No participation has two statuses on a day, so that each comes once.
        clusters.iter().flat_map(move |(cluster, segment)| {
            segment.periods.all_holding(self.at).filter_map(move |(owner, row)| {
                let position = ParticipationAt::from(owner);
                let met = Met { segment, cluster: *cluster, position, row: Some(row) };
                (self.kinds.contains(&met.kind()) && self.satisfies(met)).then_some((met, row))
            })
        })
    }

    /// The row of a participation's period that holds at the point, if it is of the kinds and
    /// satisfies the condition.
    pub(crate) fn present_as(&self, met: Met<'a>) -> Option<(Met<'a>, usize)> {
        let row = met.segment.periods.holding(met.position.number(), self.at).next()?;
        let met = Met { row: Some(row), ..met };
        (self.kinds.contains(&met.kind()) && self.satisfies(met)).then_some((met, row))
    }

    /// The clusters in parts of about as many participations each: one for each processor, where
    /// they are many.
    pub(crate) fn parts(&self) -> Vec<&[(ClusterAt, &'a Segment)]> {
        let sizes: Vec<usize> = self.clusters.iter().map(|(_, segment)| segment.ids.len()).collect();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let count = (sizes.iter().sum::<usize>() / WORTH_A_THREAD).clamp(1, processors.min(MAX_THREADS));
        split(&sizes, count).into_iter().map(|part| &self.clusters[part]).collect()
    }

    /// Whether a participation is of the kinds that are counted.
    pub(crate) fn is_of_kinds(&self, met: Met<'_>) -> bool {
        self.kinds.contains(&met.kind())
    }

    /// Whether a participation satisfies the filter.
    pub(crate) fn satisfies(&self, met: Met<'_>) -> bool {
        self.test.outcome(&|predicate| self.holds(predicate, met).into()) == Outcome::Met
    }

    fn holds(&self, predicate: &Predicate, met: Met<'_>) -> bool {
        let standing = || met.row.map(|row| met.segment.periods.value(row));
        match predicate {
            Predicate::Status(statuses) => standing().is_some_and(|standing| statuses.contains(&standing.status())),
            Predicate::ExitKind(kinds) => {
                standing().and_then(|standing| standing.exit_kind()).is_some_and(|kind| kinds.contains(&kind))
            }
            Predicate::ExitReason(reasons) => {
                standing().and_then(|standing| standing.exit_reason()).is_some_and(|reason| reasons.contains(&reason))
            }
            Predicate::Confirmed(is_confirmed) => {
                met.row.is_some_and(|row| met.segment.periods.is_confirmed(row, self.at.day) == *is_confirmed)
            }
            Predicate::Joined(days) => {
                self.has_turned(met, days, |happened| matches!(happened, Happened::Joined { .. }))
            }
            Predicate::Ended(days) => self
                .has_turned(met, days, |happened| matches!(happened, Happened::Ended(..) | Happened::EndedUnseen(..))),
            Predicate::Cluster(ids) => ids.contains(&met.segment.id),
            Predicate::Organization(positions) => positions.binary_search(&met.organization()).is_ok(),
            Predicate::Of(test) => test.outcome(&|predicate| self.holds_of(predicate, met).into()) == Outcome::Met,
        }
    }

    /// Whether something happened to a participation on one of some days, up to the point.
    fn has_turned(&self, met: Met<'_>, days: &Days, is_such: impl Fn(Happened) -> bool) -> bool {
        let until = turns(met, self.at.rev).into_iter().take_while(|turn| turn.day <= self.at.day);
        until.filter(|turn| is_such(turn.happened)).any(|turn| days.contains(date(turn.day)))
    }

    fn holds_of(&self, predicate: &OfOrganization, met: Met<'_>) -> bool {
        match predicate {
            OfOrganization::Sphere(spheres) => self.sphere(met).is_some_and(|sphere| spheres.contains(&sphere)),
            OfOrganization::SizeClass(sizes) => self.size_class(met).is_some_and(|size| sizes.contains(&size)),
            OfOrganization::Municipality(wanted) => {
                self.municipalities(met).any(|municipality| wanted.contains(&municipality))
            }
            OfOrganization::Activity(ranges) => {
                self.classes(met).any(|class| ranges.iter().any(|range| range.contains(&class)))
            }
            OfOrganization::Set(them) => them.contains(met.organization().number()),
        }
    }

    pub(crate) fn sphere(&self, met: Met<'_>) -> Option<Sphere> {
        self.profile(met).map(|profile| profile.sphere)
    }

    pub(crate) fn size_class(&self, met: Met<'_>) -> Option<SizeClass> {
        self.profile(met).and_then(|profile| profile.size_class)
    }

    fn profile(&self, met: Met<'_>) -> Option<Profile> {
        let (all, of) = (self.image.organizations(), met.organization());
        match &self.gathered {
            Some(gathered) => gathered.profile(of),
            None => all.profile(of, self.at.rev),
        }
    }

    /// The municipalities of the organization's sites; one can come twice.
    pub(crate) fn municipalities(&self, met: Met<'_>) -> impl Iterator<Item = MunicipalityAt> {
        let of = met.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.municipalities_of(of));
        let all = self.values(gathered, Organizations::sites, |site| site.municipality, of);
        all.filter(|municipality| *municipality != MunicipalityAt::NOWHERE)
    }

    /// The classes of the organization's activities; one can come twice.
    pub(crate) fn classes(&self, met: Met<'_>) -> impl Iterator<Item = ClassAt> {
        let of = met.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.classes_of(of));
        self.values(gathered, Organizations::activities, |activity| activity.class, of)
    }

    /// What was gathered, or else is read where it stands.
    fn values<'b, V: Copy + Ord + 'static, P: Copy + 'static>(
        &'b self,
        gathered: Option<&'b [P]>,
        facts: fn(&Organizations, OrganizationAt) -> (&Facts<V>, u32),
        place: fn(V) -> P,
        of: OrganizationAt,
    ) -> impl Iterator<Item = P> + use<'a, 'b, V, P> {
        let (at, all) = (self.at, self.image.organizations());
        let read = gathered.is_none().then(|| {
            let (facts, owner) = facts(all, of);
            facts.holding(owner, at).map(move |row| place(facts.value(row)))
        });
        gathered.into_iter().flatten().copied().chain(read.into_iter().flatten())
    }
}

/// What is left of the participations of a cluster, of which the next one by id comes first in a
/// heap.
struct Rest<'a> {
    cluster: ClusterAt,
    segment: &'a Segment,
    rest: Range<usize>,
    backwards: bool,
}

impl Rest<'_> {
    fn next(&self) -> ParticipationId {
        self.segment.ids[if self.backwards { self.rest.end - 1 } else { self.rest.start }]
    }
}

impl Ord for Rest<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let ordering = self.next().cmp(&other.next());
        if self.backwards { ordering } else { ordering.reverse() }
    }
}

impl PartialOrd for Rest<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rest<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Rest<'_> {}

/// So many ranges of things of some sizes, of about the same size together.
fn split(sizes: &[usize], count: usize) -> Vec<Range<usize>> {
    let part = sizes.iter().sum::<usize>().div_ceil(count).max(1);
    let mut before = 0;
    let number = |size: &usize| {
        before += size;
        ((before - size) / part).min(count - 1)
    };
    let numbers: Vec<usize> = sizes.iter().map(number).collect();
    let start = |number: usize| numbers.partition_point(|other| *other < number);
    (0..count).map(|number| start(number)..start(number + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn every_thing_is_in_one_part() {
        for (sizes, count) in [
            (vec![], 1),
            (vec![0, 0], 2),
            (vec![5], 3),
            (vec![1; 10], 4),
            (vec![9, 1, 1, 1], 2),
            (vec![3, 0, 7, 2, 0], 3),
        ] {
            let parts = split(&sizes, count);
            assert_eq!(parts.len(), count);
            let all: Vec<usize> = parts.into_iter().flatten().collect();
            assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>(), "{sizes:?} in {count}");
        }
        assert_eq!(split(&[1; 10], 2), [0..5, 5..10]);
    }
}
