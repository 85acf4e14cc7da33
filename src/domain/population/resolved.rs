//! A population made ready for the ledger's image at a point: its conditions in the image's own terms, and the
//! participations that satisfy them.

use std::ops::Range;

use entity::{
    id::ClusterId,
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
        columns::{FactColumns, Point, date},
        organizations::Organizations,
        segment::Segment,
        snapshot::Snapshot,
        values::Profile,
    },
    organization,
    participation::{Condition, Filter, Happened, turns},
    positions::{ClassAt, ClusterAt, MunicipalityAt, OrganizationAt, ParticipationAt},
    reference::REFERENCE,
    time::Days,
    visit::Visit,
};

/// How many participations are worth a thread of their own, and how many threads count at once.
const WORTH_A_THREAD: usize = 50_000;
const MAX_THREADS: usize = 4;

/// A population with its filter made ready for an image at a point.
pub(crate) struct ResolvedPopulation<'a> {
    pub(crate) image: &'a Image,
    pub(crate) at: Point,
    /// The clusters that can have some, by their position in the image.
    pub(crate) clusters: Vec<(ClusterAt, &'a Segment)>,
    kinds: Vec<ParticipationKind>,
    test: Tree<Predicate>,
    /// What holds of every organization at the point.
    ///
    /// Visits jump between organizations, so that each look-up is several cache misses. Of large
    /// populations the values are gathered once.
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

/// What finds the organizations that satisfy a condition.
///
/// Such a set can depend on participations, and these on such sets: so it is handed in, and no file knows of both.
pub(crate) type SetOf<'s> = &'s dyn Fn(&organization::Condition) -> RoaringBitmap;

impl<'a> ResolvedPopulation<'a> {
    /// Makes a filter ready for some of the clusters of an image at a point.
    pub(crate) fn new(
        (image, at): (&'a Image, Point),
        clusters: impl IntoIterator<Item = ClusterAt>,
        kinds: Vec<ParticipationKind>,
        filter: &Filter,
        set_of: SetOf<'_>,
    ) -> Self {
        let test = filter.map(&|condition| Predicate::from_condition(condition, image, at, set_of));
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
        Self { image, at, clusters, kinds, test, gathered }
    }
}

impl Predicate {
    fn from_condition(condition: &Condition, image: &Image, at: Point, set_of: SetOf<'_>) -> Self {
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
                Self::Of(filter.map(&|condition| OfOrganization::from_condition(condition, image, at, set_of)))
            }
        }
    }
}

impl OfOrganization {
    fn from_condition(condition: &organization::Condition, image: &Image, at: Point, set_of: SetOf<'_>) -> Self {
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
            | Condition::Participation(..) => Self::Set(set_of(condition)),
        }
    }
}

impl<'a> ResolvedPopulation<'a> {
    /// Every participation of the kinds, whatever the condition says.
    pub(crate) fn participations(&self) -> impl Iterator<Item = Visit<'a>> {
        self.clusters.iter().flat_map(move |(cluster, segment)| {
            let all = (0..segment.ids.len()).map(ParticipationAt::at);
            let visit = all.map(|position| Visit { segment, cluster: *cluster, position, row: None });
            visit.filter(|visit| self.kinds.contains(&visit.kind()))
        })
    }

    /// Those that have a status at the point and satisfy the condition.
    pub(crate) fn present(&self) -> impl Iterator<Item = (Visit<'a>, usize)> {
        self.present_in(&self.clusters)
    }

    /// The same of some of the clusters.
    pub(crate) fn present_in(&self, clusters: &[(ClusterAt, &'a Segment)]) -> impl Iterator<Item = (Visit<'a>, usize)> {
        // No participation has two statuses on a day, so that each comes once.
        clusters.iter().flat_map(move |(cluster, segment)| {
            segment.periods.all_holding(self.at).filter_map(move |(owner, row)| {
                let position = ParticipationAt::from(owner);
                let visit = Visit { segment, cluster: *cluster, position, row: Some(row) };
                (self.kinds.contains(&visit.kind()) && self.satisfies(visit)).then_some((visit, row))
            })
        })
    }

    /// The row of a participation's period that holds at the point, if it is of the kinds and
    /// satisfies the condition.
    pub(crate) fn present_as(&self, visit: Visit<'a>) -> Option<(Visit<'a>, usize)> {
        let row = visit.segment.periods.holding(visit.position.number(), self.at).next()?;
        let visit = Visit { row: Some(row), ..visit };
        (self.kinds.contains(&visit.kind()) && self.satisfies(visit)).then_some((visit, row))
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
    pub(crate) fn is_of_kinds(&self, visit: Visit<'_>) -> bool {
        self.kinds.contains(&visit.kind())
    }

    /// Whether a participation satisfies the filter.
    pub(crate) fn satisfies(&self, visit: Visit<'_>) -> bool {
        self.test.outcome(&|predicate| self.holds(predicate, visit).into()) == Outcome::Met
    }

    fn holds(&self, predicate: &Predicate, visit: Visit<'_>) -> bool {
        let standing = || visit.row.map(|row| visit.segment.periods.value(row));
        match predicate {
            Predicate::Status(statuses) => standing().is_some_and(|standing| statuses.contains(&standing.status())),
            Predicate::ExitKind(kinds) => {
                standing().and_then(|standing| standing.exit_kind()).is_some_and(|kind| kinds.contains(&kind))
            }
            Predicate::ExitReason(reasons) => {
                standing().and_then(|standing| standing.exit_reason()).is_some_and(|reason| reasons.contains(&reason))
            }
            Predicate::Confirmed(is_confirmed) => {
                visit.row.is_some_and(|row| visit.segment.periods.is_confirmed(row, self.at.day) == *is_confirmed)
            }
            Predicate::Joined(days) => {
                self.has_turned(visit, days, |happened| matches!(happened, Happened::Joined { .. }))
            }
            Predicate::Ended(days) => self.has_turned(visit, days, |happened| {
                matches!(happened, Happened::Ended(..) | Happened::EndedUnseen(..))
            }),
            Predicate::Cluster(ids) => ids.contains(&visit.segment.id),
            Predicate::Organization(positions) => positions.binary_search(&visit.organization()).is_ok(),
            Predicate::Of(test) => test.outcome(&|predicate| self.holds_of(predicate, visit).into()) == Outcome::Met,
        }
    }

    /// Whether something happened to a participation on one of some days, up to the point.
    fn has_turned(&self, visit: Visit<'_>, days: &Days, is_such: impl Fn(Happened) -> bool) -> bool {
        let until = turns(visit, self.at.rev).into_iter().take_while(|turn| turn.day <= self.at.day);
        until.filter(|turn| is_such(turn.happened)).any(|turn| days.contains(date(turn.day)))
    }

    fn holds_of(&self, predicate: &OfOrganization, visit: Visit<'_>) -> bool {
        match predicate {
            OfOrganization::Sphere(spheres) => self.sphere(visit).is_some_and(|sphere| spheres.contains(&sphere)),
            OfOrganization::SizeClass(sizes) => self.size_class(visit).is_some_and(|size| sizes.contains(&size)),
            OfOrganization::Municipality(wanted) => {
                self.municipalities(visit).any(|municipality| wanted.contains(&municipality))
            }
            OfOrganization::Activity(ranges) => {
                self.classes(visit).any(|class| ranges.iter().any(|range| range.contains(&class)))
            }
            OfOrganization::Set(them) => them.contains(visit.organization().number()),
        }
    }

    pub(crate) fn sphere(&self, visit: Visit<'_>) -> Option<Sphere> {
        self.profile(visit).map(|profile| profile.sphere)
    }

    pub(crate) fn size_class(&self, visit: Visit<'_>) -> Option<SizeClass> {
        self.profile(visit).and_then(|profile| profile.size_class)
    }

    fn profile(&self, visit: Visit<'_>) -> Option<Profile> {
        let (all, of) = (self.image.organizations(), visit.organization());
        match &self.gathered {
            Some(gathered) => gathered.profile(of),
            None => all.profile(of, self.at.rev),
        }
    }

    /// The municipalities of the organization's sites; one can come twice.
    pub(crate) fn municipalities(&self, visit: Visit<'_>) -> impl Iterator<Item = MunicipalityAt> {
        let organization = visit.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.municipalities_of(organization));
        let all = self.values(gathered, Organizations::sites, |site| site.municipality, organization);
        all.filter(|municipality| *municipality != MunicipalityAt::NOWHERE)
    }

    /// The classes of the organization's activities; one can come twice.
    pub(crate) fn classes(&self, visit: Visit<'_>) -> impl Iterator<Item = ClassAt> {
        let organization = visit.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.classes_of(organization));
        self.values(gathered, Organizations::activities, |activity| activity.class, organization)
    }

    /// What was gathered, or else is read where it stands.
    fn values<'b, V: Copy + Ord + 'static, P: Copy + 'static>(
        &'b self,
        gathered: Option<&'b [P]>,
        facts: fn(&Organizations, OrganizationAt) -> (&FactColumns<V>, u32),
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
