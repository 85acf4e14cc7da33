//! The organizations of an image at a point in time: each one's profile, sites and activities, and for each value a
//! bitmap of the organizations that have it.
//!
//! For example, of three companies, of which the first and the third have a site in Anderlecht: `of_spheres([COMPANY])`
//! is `{0, 1, 2}`, `in_municipalities([Anderlecht])` is `{0, 2}`, and `profile(1)` says that the second is a company.
//!
//! Each kind of fact is gathered when it is first asked for, in one pass through its columns. An image keeps those of
//! the points in time it was asked about last, so that the next question about the same day reads none again.

use std::{
    iter,
    ops::Range,
    sync::{Arc, OnceLock},
};

use entity::{
    NaceVersion, TextEnum,
    id::ClusterId,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::Status,
};
use roaring::RoaringBitmap;

use super::{
    bitmaps::{Asserted, Bits},
    columns::{FactColumns, Point},
    image::Image,
    index::{Index, Lists, Places, Profiles},
    organizations::{Organizations, Part},
    values::{Activity, Profile, Site},
};
use crate::domain::{
    positions::{ClassAt, MunicipalityAt, OrganizationAt},
    reference::REFERENCE,
};

/// Fewer organizations than these are put in a set one by one.
const FEW: usize = 4096;

/// The organizations of an image at a point in time.
pub(crate) struct Snapshot<'a> {
    image: &'a Image,
    index: Arc<Index>,
}

impl Image {
    /// Its organizations at a point in time.
    pub(crate) fn snapshot(&self, at: Point) -> Snapshot<'_> {
        Snapshot { image: self, index: self.recent().index(at) }
    }
}

impl<'a> Snapshot<'a> {
    /// The image it is of.
    pub(crate) fn image(&self) -> &'a Image {
        self.image
    }

    /// The point in time.
    pub(crate) fn at(&self) -> Point {
        self.index.at
    }

    /// The organizations that were recorded by then.
    pub(crate) fn known(&self) -> &RoaringBitmap {
        &self.profiles().known
    }

    /// What the organization at a position is; `None` when it was not recorded by then.
    pub(crate) fn profile(&self, position: OrganizationAt) -> Option<Profile> {
        let profiles = self.index.profile_of.get_or_init(|| {
            let mut profiles = vec![None; self.organizations().len()];
            for (first, part) in self.organizations().parts() {
                for (owner, row) in part.profiles.all_known(self.at().rev) {
                    profiles[(first + owner) as usize] = Some(part.profiles.value(row).profile);
                }
            }
            profiles
        });
        profiles[position.index()]
    }

    /// The municipalities of its sites; one can come twice.
    pub(crate) fn municipalities_of(&self, position: OrganizationAt) -> &[MunicipalityAt] {
        self.index
            .municipalities_of
            .get_or_init(|| self.lists(|part| &part.sites, |site| site.municipality))
            .of_organization(position)
    }

    /// The classes of its activities; one can come twice.
    pub(crate) fn classes_of(&self, position: OrganizationAt) -> &[ClassAt] {
        self.index
            .classes_of
            .get_or_init(|| self.lists(|part| &part.activities, |activity| activity.class))
            .of_organization(position)
    }

    /// The organizations of some spheres.
    pub(crate) fn of_spheres(&self, spheres: &[Sphere]) -> RoaringBitmap {
        let wanted = self.profiles().spheres.iter().filter(|(sphere, _)| spheres.contains(sphere));
        wanted.fold(RoaringBitmap::new(), |all, (_, them)| all | them)
    }

    /// The companies of some sizes.
    pub(crate) fn of_sizes(&self, is_wanted: impl Fn(SizeClass) -> bool) -> RoaringBitmap {
        let wanted = self.profiles().sizes.iter().filter(|(size, _)| is_wanted(*size));
        wanted.fold(RoaringBitmap::new(), |all, (_, them)| all | them)
    }

    /// The organizations with a site in one of some municipalities.
    pub(crate) fn in_municipalities(&self, all: impl IntoIterator<Item = MunicipalityAt>) -> RoaringBitmap {
        let place = |municipality: MunicipalityAt| municipality.index()..municipality.index() + 1;
        self.at_places(self.sites(), all.into_iter().map(place))
    }

    /// How many sites there are in some municipalities.
    pub(crate) fn count_in_municipalities(&self, all: impl IntoIterator<Item = MunicipalityAt>) -> usize {
        let sites = self.sites();
        all.into_iter().map(|municipality| sites.count_in(municipality.index()..municipality.index() + 1)).sum()
    }

    /// The organizations with a site whose municipality is not recorded.
    pub(crate) fn somewhere(&self) -> RoaringBitmap {
        let sites = self.sites();
        let last = sites.count() - 1;
        self.at_places(sites, iter::once(last..last + 1))
    }

    /// The organizations with any site.
    pub(crate) fn with_sites(&self) -> &RoaringBitmap {
        let sites = self.sites();
        sites.all.get_or_init(|| self.at_places(sites, iter::once(0..sites.count())))
    }

    /// The organizations with an activity in one of some ranges of classes.
    pub(crate) fn with_classes(&self, ranges: impl IntoIterator<Item = Range<ClassAt>>) -> RoaringBitmap {
        let places = |range: Range<ClassAt>| range.start.index()..range.end.index();
        self.at_places(self.activities(), ranges.into_iter().map(places))
    }

    /// How many activities there are in some ranges of classes.
    pub(crate) fn count_with_classes(&self, ranges: impl IntoIterator<Item = Range<ClassAt>>) -> usize {
        let activities = self.activities();
        ranges.into_iter().map(|range| activities.count_in(range.start.index()..range.end.index())).sum()
    }

    /// The organizations with an activity that is recorded in some versions of the classification.
    pub(crate) fn with_activities(&self, is_wanted: impl Fn(NaceVersion) -> bool) -> RoaringBitmap {
        let activities = self.activities();
        let versions = activities.versions.get_or_init(|| {
            let of_version = |version: NaceVersion| {
                let classes = REFERENCE.positions().filter(|class| REFERENCE.class_at(*class).version == version);
                (version, self.at_places(activities, classes.map(|class| class.index()..class.index() + 1)))
            };
            NaceVersion::ALL.iter().copied().map(of_version).collect()
        });
        let wanted = versions.iter().filter(|(version, _)| is_wanted(*version));
        wanted.fold(RoaringBitmap::new(), |all, (_, them)| all | them)
    }

    /// The organizations of which a source asserts an attribute, and those of which one denies it.
    pub(crate) fn attribute(&self, code: &str) -> Arc<Asserted> {
        let mut attributes = self.index.attributes.lock().expect("no panic while the lock is held");
        if let Some(held) = attributes.get(code) {
            return held.clone();
        }
        let held = self.organizations().parts().flat_map(|(first, part)| {
            part.attributes.holding(code, self.at()).map(move |(owner, value)| (of_part(first, owner), value))
        });
        let asserted = Arc::new(Asserted::build(self.organizations().len(), held));
        // Rules name codes at will; those that nothing is recorded of are not worth keeping.
        if !asserted.asserted.is_empty() || !asserted.denied.is_empty() {
            attributes.insert(code.to_owned(), asserted.clone());
        }
        asserted
    }

    /// The organizations that another register knows by an identifier.
    pub(crate) fn identified(&self, scheme: Scheme) -> Arc<RoaringBitmap> {
        let mut identifiers = self.index.identifiers.lock().expect("no panic while the lock is held");
        let identified = identifiers.entry(scheme).or_insert_with(|| {
            let held = self.organizations().parts().flat_map(|(first, part)| {
                let known = part.identifiers.all_known(self.at().rev);
                let of_scheme = known.filter(|(_, row)| part.identifiers.value(*row) == scheme);
                of_scheme.map(move |(owner, _)| (of_part(first, owner), Some(true)))
            });
            Arc::new(Asserted::build(self.organizations().len(), held).asserted)
        });
        identified.clone()
    }

    /// The organizations of which a cluster found something to be so, and those of which it found
    /// that it is not.
    pub(crate) fn judged(&self, cluster: ClusterId, code: &str) -> Asserted {
        let segment = self.image.cluster(cluster).into_iter();
        let held = segment.flat_map(|segment| segment.judgements.holding(code, self.at()));
        let held = held.map(|(owner, value)| (of_part(0, owner), value));
        Asserted::build(self.organizations().len(), held)
    }

    /// The organizations that take part, with one of some statuses, in one of some clusters;
    /// `None`: in any cluster.
    pub(crate) fn participants(
        &self,
        clusters: Option<&[ClusterId]>,
        kind: ParticipationKind,
        statuses: &[Status],
    ) -> RoaringBitmap {
        let mut them = Bits::new(self.organizations().len());
        let is_wanted = |id: ClusterId| clusters.is_none_or(|clusters| clusters.contains(&id));
        for segment in self.image.clusters().iter().filter(|segment| is_wanted(segment.id)) {
            for (participation, row) in segment.periods.all_holding(self.at()) {
                let participation = participation as usize;
                if segment.kinds[participation] == kind && statuses.contains(&segment.periods.value(row).status()) {
                    them.set(segment.organizations[participation]);
                }
            }
        }
        them.compressed()
    }

    fn organizations(&self) -> &'a Organizations {
        self.image.organizations()
    }

    fn profiles(&self) -> &Profiles {
        self.index.profiles.get_or_init(|| {
            let bits = || Bits::new(self.organizations().len());
            let mut known = bits();
            let mut spheres: Vec<_> = Sphere::ALL.iter().map(|sphere| (*sphere, bits())).collect();
            let mut sizes: Vec<_> = SizeClass::ALL.iter().map(|size| (*size, bits())).collect();
            for (first, part) in self.organizations().parts() {
                for (owner, row) in part.profiles.all_known(self.at().rev) {
                    let profile = part.profiles.value(row).profile;
                    let position = of_part(first, owner);
                    known.set(position);
                    spheres[profile.sphere.index()].1.set(position);
                    if let Some(size) = profile.size_class {
                        sizes[size.index()].1.set(position);
                    }
                }
            }
            Profiles { known: known.compressed(), spheres: compressed(spheres), sizes: compressed(sizes) }
        })
    }

    /// By municipality; those whose municipality is not recorded at a place after the last.
    fn sites(&self) -> &Places {
        let nowhere = REFERENCE.municipality_count();
        let place = |site: Site| site.municipality.index().min(nowhere);
        self.index.sites.get_or_init(|| self.places(nowhere + 1, |part| &part.sites, place))
    }

    fn activities(&self) -> &Places {
        let place = |activity: Activity| activity.class.index();
        self.index.activities.get_or_init(|| self.places(REFERENCE.class_count(), |part| &part.activities, place))
    }

    fn places<V: Copy + Ord>(
        &self,
        count: usize,
        facts: impl Fn(&Part) -> &FactColumns<V>,
        place: impl Fn(V) -> usize,
    ) -> Places {
        let mut held: Vec<(u16, OrganizationAt)> = Vec::new();
        let mut starts = vec![0; count + 1];
        for (first, part) in self.organizations().parts() {
            let facts = facts(part);
            for (owner, row) in facts.all_holding(self.at()) {
                let place = place(facts.value(row));
                starts[place + 1] += 1;
                held.push((place as u16, of_part(first, owner)));
            }
        }
        for place in 0..count {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut positions = vec![OrganizationAt::at(0); held.len()];
        for (place, position) in held {
            let slot = &mut next[usize::from(place)];
            positions[*slot as usize] = position;
            *slot += 1;
        }
        Places { starts, positions, all: OnceLock::new(), versions: OnceLock::new() }
    }

    fn lists<V: Copy + Ord, P>(&self, facts: impl Fn(&Part) -> &FactColumns<V>, place: impl Fn(V) -> P) -> Lists<P> {
        let mut lists = Lists { starts: vec![0; self.organizations().len() + 1], places: Vec::new() };
        for (first, part) in self.organizations().parts() {
            let facts = facts(part);
            for (owner, row) in facts.all_holding(self.at()) {
                lists.places.push(place(facts.value(row)));
                lists.starts[(first + owner) as usize + 1] += 1;
            }
        }
        let mut end = 0;
        for start in &mut lists.starts {
            end += *start;
            *start = end;
        }
        lists
    }

    fn at_places(&self, places: &Places, ranges: impl IntoIterator<Item = Range<usize>>) -> RoaringBitmap {
        let start = |place: usize| places.starts[place] as usize;
        let found = |range: Range<usize>| &places.positions[start(range.start)..start(range.end)];
        let ranges: Vec<_> = ranges.into_iter().collect();
        if ranges.iter().map(|range| places.count_in(range.clone())).sum::<usize>() < FEW {
            return ranges.into_iter().flat_map(found).map(|position| position.number()).collect();
        }
        let mut them = Bits::new(self.organizations().len());
        ranges.into_iter().flat_map(found).for_each(|position| them.set(*position));
        them.compressed()
    }
}

/// The organization at a place in the part that begins at an index.
#[inline]
fn of_part(first: u32, owner: u32) -> OrganizationAt {
    OrganizationAt::from(first + owner)
}

fn compressed<T>(bits: Vec<(T, Bits)>) -> Vec<(T, RoaringBitmap)> {
    bits.into_iter().map(|(of, bits)| (of, bits.compressed())).collect()
}
