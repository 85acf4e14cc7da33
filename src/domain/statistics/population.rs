//! Who is counted: the participations of some clusters that satisfy a condition, met in the ledger's image.

use std::ops::Range;

use entity::{
    id::{ClusterId, OrganizationId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
};

use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{Facts, Point},
        index::Snapshot,
        organizations::{NOWHERE, Organizations, Profile},
        segment::Segment,
    },
    participation::Filter,
    reference::REFERENCE,
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

/// A population with its condition made ready for an image at a point.
pub(in crate::domain) struct Counted<'a> {
    pub(super) image: &'a Image,
    pub(super) at: Point,
    /// The clusters that can have some, by their position in the image.
    pub(super) clusters: Vec<(u32, &'a Segment)>,
    kinds: &'a [ParticipationKind],
    test: Test,
    /// What holds of every organization at the point.
    ///
    /// Organizations are met in no order, and their columns lie apart, so that asking each is several waits for memory.
    /// Where clusters are counted that many of the organizations take part in, what holds is gathered in one pass.
    gathered: Option<Snapshot<'a>>,
}

/// A condition in the image's own terms.
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Status(Vec<Status>),
    ExitKind(Vec<ExitKind>),
    Cluster(Vec<ClusterId>),
    /// Positions, ascending.
    Organization(Vec<u32>),
    Sphere(Vec<Sphere>),
    SizeClass(Vec<SizeClass>),
    /// Positions of municipalities.
    Municipality(Vec<u16>),
    /// Ranges of positions of classes.
    Activity(Vec<(u16, u16)>),
}

impl Population {
    /// Makes the condition ready. A cluster that the register does not hold is the caller's mistake: nothing could be
    /// said of a number about it.
    pub(in crate::domain) fn on<'a>(&'a self, image: &'a Image, at: Point) -> Result<Counted<'a>> {
        let test = Test::of(&self.filter, image, at)?;
        let clusters = image.clusters().iter().enumerate().filter(|(_, segment)| {
            self.cluster.is_none_or(|cluster| cluster == segment.id) && test.of_cluster(segment.id) != Some(false)
        });
        let clusters: Vec<_> = clusters.map(|(position, segment)| (position as u32, &**segment)).collect();
        let participations: usize = clusters.iter().map(|(_, segment)| segment.ids.len()).sum();
        let is_worth_it = clusters.len() > 1 && participations * 4 >= image.organizations().len();
        let gathered = is_worth_it.then(|| image.snapshot(at));
        Ok(Counted { image, at, clusters, kinds: &self.kinds, test, gathered })
    }
}

impl Test {
    fn of(filter: &Filter, image: &Image, at: Point) -> Result<Self> {
        let all =
            |filters: &[Filter]| filters.iter().map(|filter| Self::of(filter, image, at)).collect::<Result<Vec<_>>>();
        Ok(match filter {
            Filter::All(filters) => {
                // Filters come nested, and mostly empty; the test is made for every participation.
                let mut tests = all(filters)?;
                tests.retain(|test| !matches!(test, Self::All(tests) if tests.is_empty()));
                if tests.len() == 1 { tests.remove(0) } else { Self::All(tests) }
            }
            Filter::Any(filters) => Self::Any(all(filters)?),
            Filter::Not(filter) => Self::Not(Box::new(Self::of(filter, image, at)?)),
            Filter::Status(statuses) => Self::Status(statuses.clone()),
            Filter::ExitKind(kinds) => Self::ExitKind(kinds.clone()),
            Filter::Cluster(ids) => {
                if ids.iter().any(|id| image.cluster(*id).is_none()) {
                    return Err(super::unknown_cluster());
                }
                Self::Cluster(ids.clone())
            }
            Filter::Organization(ids) => {
                let position = |id: &OrganizationId| image.organizations().position(*id);
                let mut positions: Vec<_> = ids.iter().filter_map(position).collect();
                positions.sort_unstable();
                Self::Organization(positions)
            }
            Filter::Sphere(spheres) => Self::Sphere(spheres.clone()),
            Filter::SizeClass(sizes) => Self::SizeClass(sizes.clone()),
            Filter::Municipality(codes) => {
                Self::Municipality(codes.iter().filter_map(|nis| REFERENCE.municipality_position(nis)).collect())
            }
            Filter::Activity(version, code) => {
                let class = REFERENCE.class(*version, code);
                let class = class.ok_or_else(|| crate::domain::organization::unknown_class(*version, code))?;
                let range = REFERENCE.positions_under(class);
                Self::Activity(vec![(range.start, range.end)])
            }
            Filter::Sector(ids) => {
                let sectors = image.clusters().iter().flat_map(|segment| segment.sectors(at.rev));
                let wanted = sectors.filter(|sector| ids.contains(&sector.id));
                Self::Activity(wanted.flat_map(|sector| sector.classes.iter().copied()).collect())
            }
        })
    }

    /// What is certain for every participation of a cluster, if anything is.
    fn of_cluster(&self, id: ClusterId) -> Option<bool> {
        match self {
            Self::All(tests) => tests.iter().try_fold(Some(true), |all, test| match test.of_cluster(id) {
                Some(false) => Err(Some(false)),
                Some(true) => Ok(all),
                None => Ok(None),
            }),
            Self::Any(tests) => tests.iter().try_fold(Some(false), |any, test| match test.of_cluster(id) {
                Some(true) => Err(Some(true)),
                Some(false) => Ok(any),
                None => Ok(None),
            }),
            Self::Not(test) => return test.of_cluster(id).map(|holds| !holds),
            Self::Cluster(ids) => Ok(Some(ids.contains(&id))),
            _ => Ok(None),
        }
        .unwrap_or_else(|certain| certain)
    }
}

/// A participation met while counting.
#[derive(Clone, Copy)]
pub(in crate::domain) struct Met<'a> {
    pub(in crate::domain) segment: &'a Segment,
    /// The position of its cluster in the image.
    pub(super) cluster: u32,
    /// Its own position in the cluster.
    pub(in crate::domain) position: u32,
    /// The row of its period, when one is in question.
    pub(super) row: Option<usize>,
}

impl Met<'_> {
    pub(in crate::domain) fn organization(&self) -> u32 {
        self.segment.organizations[self.position as usize]
    }

    pub(super) fn kind(&self) -> ParticipationKind {
        self.segment.kinds[self.position as usize]
    }
}

impl<'a> Counted<'a> {
    /// Every participation of the kinds, whatever the condition says.
    pub(super) fn participations(&self) -> impl Iterator<Item = Met<'a>> {
        self.clusters.iter().flat_map(move |(cluster, segment)| {
            let of_kinds = |position: &u32| self.kinds.contains(&segment.kinds[*position as usize]);
            (0..segment.ids.len() as u32).filter(of_kinds).map(move |position| Met {
                segment,
                cluster: *cluster,
                position,
                row: None,
            })
        })
    }

    /// Those that have a status at the point and satisfy the condition.
    pub(in crate::domain) fn present(&self) -> impl Iterator<Item = (Met<'a>, usize)> {
        self.present_in(&self.clusters)
    }

    /// The same of some of the clusters.
    pub(super) fn present_in(&self, clusters: &[(u32, &'a Segment)]) -> impl Iterator<Item = (Met<'a>, usize)> {
        // No participation has two statuses on a day, so that each comes once.
        clusters.iter().flat_map(move |(cluster, segment)| {
            segment.periods.all_holding(self.at).filter_map(move |(position, row)| {
                let met = Met { segment, cluster: *cluster, position, row: Some(row) };
                (self.kinds.contains(&met.kind()) && self.satisfies(met)).then_some((met, row))
            })
        })
    }

    /// The clusters in parts of about as many participations each: one for each processor, where they are many.
    pub(super) fn parts(&self) -> Vec<&[(u32, &'a Segment)]> {
        let sizes: Vec<usize> = self.clusters.iter().map(|(_, segment)| segment.ids.len()).collect();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let count = (sizes.iter().sum::<usize>() / WORTH_A_THREAD).clamp(1, processors.min(MAX_THREADS));
        split(&sizes, count).into_iter().map(|part| &self.clusters[part]).collect()
    }

    /// Whether the condition holds for a participation.
    pub(super) fn satisfies(&self, met: Met<'_>) -> bool {
        self.holds(&self.test, met)
    }

    fn holds(&self, test: &Test, met: Met<'_>) -> bool {
        let standing = || met.row.map(|row| met.segment.periods.value(row));
        match test {
            Test::All(tests) => tests.iter().all(|test| self.holds(test, met)),
            Test::Any(tests) => tests.iter().any(|test| self.holds(test, met)),
            Test::Not(test) => !self.holds(test, met),
            Test::Status(statuses) => standing().is_some_and(|standing| statuses.contains(&standing.status())),
            Test::ExitKind(kinds) => {
                standing().and_then(|standing| standing.exit_kind()).is_some_and(|kind| kinds.contains(&kind))
            }
            Test::Cluster(ids) => ids.contains(&met.segment.id),
            Test::Organization(positions) => positions.binary_search(&met.organization()).is_ok(),
            Test::Sphere(spheres) => self.sphere(met).is_some_and(|sphere| spheres.contains(&sphere)),
            Test::SizeClass(sizes) => self.size_class(met).is_some_and(|size| sizes.contains(&size)),
            Test::Municipality(wanted) => self.municipalities(met).any(|municipality| wanted.contains(&municipality)),
            Test::Activity(ranges) => {
                self.classes(met).any(|class| ranges.iter().any(|(first, end)| (*first..*end).contains(&class)))
            }
        }
    }

    pub(super) fn sphere(&self, met: Met<'_>) -> Option<Sphere> {
        self.profile(met).map(|profile| profile.sphere)
    }

    pub(super) fn size_class(&self, met: Met<'_>) -> Option<SizeClass> {
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
    pub(super) fn municipalities(&self, met: Met<'_>) -> impl Iterator<Item = u16> {
        let of = met.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.municipalities_of(of));
        self.values(gathered, Organizations::sites, of).filter(|municipality| *municipality != NOWHERE)
    }

    /// The classes of the organization's activities; one can come twice.
    pub(super) fn classes(&self, met: Met<'_>) -> impl Iterator<Item = u16> {
        let of = met.organization();
        let gathered = self.gathered.as_ref().map(|gathered| gathered.classes_of(of));
        self.values(gathered, Organizations::activities, of)
    }

    /// What was gathered, or else is read where it stands.
    fn values<'b>(
        &'b self,
        gathered: Option<&'b [u16]>,
        facts: fn(&Organizations, u32) -> (&Facts<u16>, u32),
        of: u32,
    ) -> impl Iterator<Item = u16> + use<'a, 'b> {
        let (at, all) = (self.at, self.image.organizations());
        let read = gathered.is_none().then(|| {
            let (facts, owner) = facts(all, of);
            facts.holding(owner, at).map(|row| facts.value(row))
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
