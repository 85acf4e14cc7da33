//! Organizations by what holds of them at a point in time: compressed bitmaps of their positions.
//!
//! Each kind of fact is turned into bitmaps when it is first asked for, in one pass through its columns. An image keeps
//! those of the points in time it was asked about last, so that the next question about the same day reads none again.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeBounds,
    sync::{Arc, Mutex, OnceLock},
};

use entity::{
    NaceVersion,
    id::ClusterId,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::Status,
};
use roaring::RoaringBitmap;

use super::{
    columns::{Fact, Facts, Point},
    image::Image,
    organizations::{NOWHERE, Part},
};
use crate::domain::reference::REFERENCE;

/// How many points in time are kept.
const KEPT: usize = 8;

/// The indexes that were asked for last, the latest first. They say nothing that the image does not: all are equal.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Vec<Arc<Index>>>);

impl PartialEq for Recent {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Recent {}

impl Recent {
    pub(super) fn index(&self, at: Point) -> Arc<Index> {
        let mut kept = self.0.lock().expect("no panic while the lock is held");
        let index = match kept.iter().position(|index| index.at == at) {
            Some(found) => kept.remove(found),
            None => Arc::new(Index::at(at)),
        };
        kept.insert(0, index.clone());
        kept.truncate(KEPT);
        index
    }
}

/// Bitmaps of the organizations at a point, each kind made when it is first asked for.
#[derive(Debug)]
pub(super) struct Index {
    at: Point,
    profiles: OnceLock<Profiles>,
    sites: OnceLock<Places>,
    activities: OnceLock<Places>,
    attributes: OnceLock<HashMap<String, Asserted>>,
    identifiers: OnceLock<HashMap<Scheme, RoaringBitmap>>,
}

#[derive(Debug, Default)]
struct Profiles {
    known: RoaringBitmap,
    spheres: BTreeMap<Sphere, RoaringBitmap>,
    sizes: BTreeMap<SizeClass, RoaringBitmap>,
}

/// Organizations by a position in the reference data: a municipality, or a class of activities.
type Places = BTreeMap<u16, RoaringBitmap>;

/// Organizations that something is asserted of, and those that it is denied of. Some can be in both.
#[derive(Clone, Debug, Default)]
pub(in crate::domain) struct Asserted {
    pub(in crate::domain) asserted: RoaringBitmap,
    pub(in crate::domain) denied: RoaringBitmap,
}

impl Asserted {
    fn take(&mut self, position: u32, value: Option<bool>) {
        match value {
            Some(true) => add(&mut self.asserted, position),
            Some(false) => add(&mut self.denied, position),
            None => {}
        }
    }
}

impl Index {
    fn at(at: Point) -> Self {
        let (sites, activities) = (OnceLock::new(), OnceLock::new());
        let (profiles, attributes, identifiers) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { at, profiles, sites, activities, attributes, identifiers }
    }
}

/// The organizations of an image at a point in time.
pub(in crate::domain) struct Snapshot<'a> {
    image: &'a Image,
    index: Arc<Index>,
}

impl<'a> Snapshot<'a> {
    pub(super) fn new(image: &'a Image, index: Arc<Index>) -> Self {
        Self { image, index }
    }

    /// The image it is of.
    pub(in crate::domain) fn image(&self) -> &'a Image {
        self.image
    }

    /// The point in time.
    pub(in crate::domain) fn at(&self) -> Point {
        self.index.at
    }

    /// The organizations that were recorded by then.
    pub(in crate::domain) fn known(&self) -> &RoaringBitmap {
        &self.profiles().known
    }

    /// Those of some spheres.
    pub(in crate::domain) fn of_spheres(&self, spheres: &[Sphere]) -> RoaringBitmap {
        union(spheres.iter().filter_map(|sphere| self.profiles().spheres.get(sphere)))
    }

    /// The companies of some sizes.
    pub(in crate::domain) fn of_sizes(&self, is_wanted: impl Fn(SizeClass) -> bool) -> RoaringBitmap {
        union(self.profiles().sizes.iter().filter(|(size, _)| is_wanted(**size)).map(|(_, them)| them))
    }

    /// Those with a site in one of some municipalities, by their positions in the reference data.
    pub(in crate::domain) fn in_municipalities(&self, positions: impl IntoIterator<Item = u16>) -> RoaringBitmap {
        let sites = self.sites();
        union(positions.into_iter().filter_map(|position| sites.get(&position)))
    }

    /// Those with a site whose municipality is not recorded.
    pub(in crate::domain) fn somewhere(&self) -> RoaringBitmap {
        self.in_municipalities([NOWHERE])
    }

    /// Those with any site.
    pub(in crate::domain) fn with_sites(&self) -> RoaringBitmap {
        union(self.sites().values())
    }

    /// Those with an activity in a range of classes, by their positions in the reference data.
    pub(in crate::domain) fn with_classes(&self, range: impl RangeBounds<u16>) -> RoaringBitmap {
        union(self.activities().range(range).map(|(_, them)| them))
    }

    /// Those with an activity that is recorded in a version of the classification.
    pub(in crate::domain) fn with_activities(&self, version: NaceVersion) -> RoaringBitmap {
        let of_version = |position: u16| REFERENCE.class_at(position).version == version;
        union(self.activities().iter().filter(|(position, _)| of_version(**position)).map(|(_, them)| them))
    }

    /// Of whom a source asserts an attribute, and of whom one denies it.
    pub(in crate::domain) fn attribute(&self, code: &str) -> Asserted {
        let attributes = self.index.attributes.get_or_init(|| {
            let mut attributes: HashMap<String, Asserted> = HashMap::new();
            for (first, part) in self.image.organizations().parts() {
                for (code, fact) in part.attributes.holding(self.at()) {
                    if !attributes.contains_key(code) {
                        attributes.insert(code.clone(), Asserted::default());
                    }
                    let asserted = attributes.get_mut(code).expect("it was put there");
                    asserted.take(first + fact.owner, fact.value);
                }
            }
            attributes
        });
        attributes.get(code).cloned().unwrap_or_default()
    }

    /// Those that a register knows by an identifier.
    pub(in crate::domain) fn identified(&self, scheme: Scheme) -> RoaringBitmap {
        let identifiers = self.index.identifiers.get_or_init(|| {
            let mut identifiers: HashMap<Scheme, RoaringBitmap> = HashMap::new();
            for (first, part) in self.image.organizations().parts() {
                for (scheme, Fact { owner, .. }) in part.identifiers.holding(self.at()) {
                    add(identifiers.entry(*scheme).or_default(), first + owner);
                }
            }
            identifiers
        });
        identifiers.get(&scheme).cloned().unwrap_or_default()
    }

    /// Of whom a cluster found something to be so, and of whom it found that it is not.
    pub(in crate::domain) fn judged(&self, cluster: ClusterId, code: &str) -> Asserted {
        let mut judged = Asserted::default();
        let judgements = self.image.cluster(cluster).map(|segment| &segment.judgements);
        for (of, fact) in judgements.into_iter().flat_map(|judgements| judgements.holding(self.at())) {
            if of == code {
                judged.take(fact.owner, fact.value);
            }
        }
        judged
    }

    /// Those that take part in a cluster, none given: in any, with one of some statuses.
    pub(in crate::domain) fn participants(
        &self,
        clusters: &[ClusterId],
        kind: ParticipationKind,
        statuses: &[Status],
    ) -> RoaringBitmap {
        let mut positions = Vec::new();
        let wanted =
            self.image.clusters().iter().filter(|segment| clusters.is_empty() || clusters.contains(&segment.id));
        for segment in wanted {
            for participation in (0..segment.ids.len() as u32).filter(|at| segment.kinds[*at as usize] == kind) {
                let mut held = segment.periods.holding(participation, self.at());
                if held.any(|row| statuses.contains(&segment.periods.value(row).status())) {
                    positions.push(segment.organizations[participation as usize]);
                }
            }
        }
        positions.sort_unstable();
        positions.into_iter().collect()
    }

    fn profiles(&self) -> &Profiles {
        self.index.profiles.get_or_init(|| {
            let mut all = Profiles::default();
            for (first, part) in self.image.organizations().parts() {
                for owner in 0..part.profiles.owners() {
                    let Some(row) = part.profiles.holding(owner, self.at()).next() else { continue };
                    let profile = part.profiles.value(row);
                    add(&mut all.known, first + owner);
                    add(all.spheres.entry(profile.sphere).or_default(), first + owner);
                    if let Some(size) = profile.size_class {
                        add(all.sizes.entry(size).or_default(), first + owner);
                    }
                }
            }
            all
        })
    }

    fn sites(&self) -> &Places {
        self.index.sites.get_or_init(|| self.places(|part| &part.sites))
    }

    fn activities(&self) -> &Places {
        self.index.activities.get_or_init(|| self.places(|part| &part.activities))
    }

    fn places(&self, facts: impl Fn(&Part) -> &Facts<u16>) -> Places {
        let mut places: Vec<RoaringBitmap> = Vec::new();
        for (first, part) in self.image.organizations().parts() {
            let facts = facts(part);
            for owner in 0..facts.owners() {
                for row in facts.holding(owner, self.at()) {
                    let place = usize::from(facts.value(row));
                    if places.len() <= place {
                        places.resize(place + 1, RoaringBitmap::new());
                    }
                    add(&mut places[place], first + owner);
                }
            }
        }
        let places = places.into_iter().enumerate().map(|(place, them)| (place as u16, them));
        places.filter(|(_, them)| !them.is_empty()).collect()
    }
}

fn union<'a>(of: impl Iterator<Item = &'a RoaringBitmap>) -> RoaringBitmap {
    of.fold(RoaringBitmap::new(), |all, them| all | them)
}

/// Adds a position. They come in ascending order, and one can come again.
fn add(to: &mut RoaringBitmap, position: u32) {
    let is_last = to.try_push(position).is_ok() || to.max() == Some(position);
    debug_assert!(is_last, "positions come in ascending order");
}
