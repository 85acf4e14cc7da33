//! The organizations that satisfy a filter, as a set.
//!
//! A condition narrows the set that the conditions before it left: a large one by the set of all
//! who satisfy it, a small one organization by organization. Of conditions that all must be met,
//! those that leave few come first.
//!
//! For example, of `{ sphere: [COMPANY], municipality: ["21007"], activity: { under: "C" } }` the
//! municipality leaves five hundred, which are then asked one by one for their sphere, and those
//! that are left for their activities.

use std::ops::Range;

use entity::participation::ParticipationKind;
use roaring::RoaringBitmap;

use super::{
    eligibility::{Verdict, sets::Division},
    ledger::{Image, bitmaps::Bits, columns::Point, snapshot::Snapshot},
    organization::{Condition, Filter},
    participation,
    population::resolved::ResolvedPopulation,
    positions::{ClassAt, ClusterAt, OrganizationAt},
    reference::REFERENCE,
    search::Needle,
    visit::Visit,
};

/// Up to how many organizations each is asked by itself.
const FEW: u64 = 2048;

/// The organizations of a snapshot that satisfy a filter.
pub(super) fn satisfying(filter: &Filter, among: &Snapshot<'_>) -> RoaringBitmap {
    narrowed(filter, among, among.known().clone())
}

/// The organizations of a set that satisfy a filter.
fn narrowed<'a>(filter: &'a Filter, among: &Snapshot<'a>, them: RoaringBitmap) -> RoaringBitmap {
    match filter {
        Filter::Is(condition) if them.len() > FEW => them & all_of(condition, among),
        Filter::Is(condition) => {
            let test = Test::new(condition, among);
            let met = them.iter().filter(|at| test.is_met_by((*at).into(), among));
            RoaringBitmap::from_sorted_iter(met).expect("a set is in order")
        }
        Filter::All(parts) => {
            let mut parts: Vec<_> = parts.iter().collect();
            parts.sort_by_cached_key(|part| at_most(part, among));
            parts.into_iter().fold(them, |them, part| narrowed(part, among, them))
        }
        Filter::Any(parts) => {
            parts.iter().fold(RoaringBitmap::new(), |any, part| any | narrowed(part, among, them.clone()))
        }
        Filter::Not(part) => {
            let without = narrowed(part, among, them.clone());
            them - without
        }
    }
}

/// How many satisfy a filter at most, as far as that is known without looking.
fn at_most(filter: &Filter, among: &Snapshot<'_>) -> usize {
    match filter {
        Filter::Is(Condition::Municipality(places)) => among.count_in_municipalities(places.iter().copied()),
        Filter::Is(Condition::Activity(class)) => among.count_with_classes([under(*class)]),
        Filter::Is(Condition::Sector(ids)) => {
            among.count_with_classes(among.image().classes_of_sectors(ids, among.at().rev))
        }
        Filter::Is(_) | Filter::Not(_) => usize::MAX,
        Filter::All(parts) => parts.iter().map(|part| at_most(part, among)).min().unwrap_or(usize::MAX),
        Filter::Any(parts) => parts.iter().fold(0, |sum: usize, part| sum.saturating_add(at_most(part, among))),
    }
}

fn under(class: ClassAt) -> Range<ClassAt> {
    REFERENCE.positions_under(REFERENCE.class_at(class))
}

/// All who satisfy a condition.
fn all_of(condition: &Condition, among: &Snapshot<'_>) -> RoaringBitmap {
    match condition {
        Condition::Sphere(spheres) => among.of_spheres(spheres),
        Condition::SizeClass(sizes) => among.of_sizes(|size| sizes.contains(&size)),
        Condition::Municipality(places) => among.in_municipalities(places.iter().copied()),
        Condition::Activity(class) => among.with_classes([under(*class)]),
        Condition::Sector(ids) => among.with_classes(among.image().classes_of_sectors(ids, among.at().rev)),
        Condition::Attribute(code, value) => {
            let held = among.attribute(code);
            if *value { held.asserted.clone() } else { held.denied.clone() }
        }
        Condition::Identifier(schemes) => {
            schemes.iter().fold(RoaringBitmap::new(), |any, scheme| any | &*among.identified(*scheme))
        }
        Condition::Named(text) => match Needle::from_text(text) {
            None => RoaringBitmap::new(),
            Some(needle) if needle.is_blank() => among.known().clone(),
            Some(needle) => among.image().named(&needle, among.at().rev).all().clone(),
        },
        Condition::Founded(_) | Condition::Dissolved(_) => {
            let known = among.known().iter();
            let met = known.filter(|of| is_dated(condition, (*of).into(), among));
            RoaringBitmap::from_sorted_iter(met).expect("a set is in order")
        }
        Condition::Verdict(history, verdicts) => match history.in_force(among.at().into()) {
            None => RoaringBitmap::new(),
            Some(criteria) => {
                let division = Division::by(&criteria.rule, criteria.cluster, among);
                let with_verdict = |verdict: &Verdict| division.among(among.known(), *verdict);
                verdicts.iter().map(with_verdict).fold(RoaringBitmap::new(), |any, them| any | them)
            }
        },
        Condition::Participation(kind, filter) => {
            let clusters = (0..among.image().clusters().len()).map(ClusterAt::at);
            let resolved = participants(*kind, filter, among, clusters);
            let mut them = Bits::new(among.image().organizations().len());
            resolved.present().for_each(|(met, _)| them.set(met.organization()));
            them.compressed()
        }
    }
}

/// The organizations of an image, at a point in time, that satisfy a condition.
pub(super) fn set_of(condition: &Condition, image: &Image, at: Point) -> RoaringBitmap {
    satisfying(&Filter::from(condition.clone()), &image.snapshot(at))
}

/// The participations of a kind that satisfy a filter, in some of the clusters.
fn participants<'a>(
    kind: ParticipationKind,
    filter: &participation::Filter,
    among: &Snapshot<'a>,
    clusters: impl IntoIterator<Item = ClusterAt>,
) -> ResolvedPopulation<'a> {
    let (image, at) = (among.image(), among.at());
    ResolvedPopulation::new((image, at), clusters, vec![kind], filter, &|condition| set_of(condition, image, at))
}

/// Whether an organization was founded, or dissolved, on one of the days of a condition.
fn is_dated(condition: &Condition, of: OrganizationAt, among: &Snapshot<'_>) -> bool {
    let dates = among.image().organizations().dates(of, among.at().rev);
    let [founded, dissolved] = dates.unwrap_or_default();
    match condition {
        Condition::Founded(days) => founded.is_some_and(|on| days.contains(on.earliest())),
        Condition::Dissolved(days) => dissolved.is_some_and(|on| days.contains(on.latest())),
        _ => false,
    }
}

/// A condition made ready to be asked of one organization after the other.
enum Test<'a> {
    Itself(&'a Condition),
    Participants(ResolvedPopulation<'a>),
    Classes(Vec<Range<ClassAt>>),
    Among(RoaringBitmap),
}

impl<'a> Test<'a> {
    fn new(condition: &'a Condition, among: &Snapshot<'a>) -> Self {
        match condition {
            Condition::Sphere(_) | Condition::SizeClass(_) | Condition::Municipality(_) => Self::Itself(condition),
            Condition::Founded(_) | Condition::Dissolved(_) => Self::Itself(condition),
            Condition::Participation(kind, filter) => Self::Participants(participants(*kind, filter, among, [])),
            Condition::Activity(class) => Self::Classes(vec![under(*class)]),
            Condition::Sector(ids) => Self::Classes(among.image().classes_of_sectors(ids, among.at().rev).collect()),
            Condition::Attribute(..) | Condition::Identifier(_) | Condition::Named(_) | Condition::Verdict(..) => {
                Self::Among(all_of(condition, among))
            }
        }
    }

    fn is_met_by(&self, at: OrganizationAt, among: &Snapshot<'_>) -> bool {
        let (all, point) = (among.image().organizations(), among.at());
        let profile = || all.profile(at, point.rev);
        match self {
            Self::Among(them) => them.contains(at.number()),
            Self::Classes(ranges) => {
                let (activities, owner) = all.activities(at);
                let mut classes = activities.holding(owner, point).map(|row| activities.value(row).class);
                classes.any(|class| ranges.iter().any(|range| range.contains(&class)))
            }
            Self::Itself(Condition::Sphere(spheres)) => {
                profile().is_some_and(|profile| spheres.contains(&profile.sphere))
            }
            Self::Itself(Condition::SizeClass(sizes)) => {
                profile().and_then(|profile| profile.size_class).is_some_and(|size| sizes.contains(&size))
            }
            Self::Itself(Condition::Municipality(places)) => {
                let (sites, owner) = all.sites(at);
                let mut held = sites.holding(owner, point).map(|row| sites.value(row).municipality);
                held.any(|municipality| places.contains(&municipality))
            }
            Self::Participants(resolved) => {
                let image = among.image();
                let mut of = image.participations().of_organization(at).iter();
                of.any(|(cluster, position)| resolved.present_as(Visit::at(image, *cluster, *position)).is_some())
            }
            Self::Itself(condition @ (Condition::Founded(_) | Condition::Dissolved(_))) => {
                is_dated(condition, at, among)
            }
            Self::Itself(_) => unreachable!("other conditions are made ready"),
        }
    }
}
