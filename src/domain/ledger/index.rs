//! What was gathered of the organizations at a point in time: values by position, and bitmaps by value.
//!
//! Each kind of fact is gathered when it is first asked for (`snapshot`).

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, OnceLock},
};

use entity::{
    NaceVersion,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
};
use roaring::RoaringBitmap;

use super::{bitmaps::Asserted, columns::Point, values::Profile};
use crate::domain::positions::{ClassAt, MunicipalityAt, OrganizationAt};

/// What holds of the organizations at a point, each kind of fact gathered when it is first asked
/// for.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) at: Point,
    pub(super) profiles: OnceLock<Profiles>,
    pub(super) sites: OnceLock<Places>,
    pub(super) activities: OnceLock<Places>,
    pub(super) attributes: Mutex<HashMap<String, Arc<Asserted>>>,
    pub(super) identifiers: Mutex<HashMap<Scheme, Arc<RoaringBitmap>>>,
    pub(super) profile_of: OnceLock<Vec<Option<Profile>>>,
    pub(super) municipalities_of: OnceLock<Lists<MunicipalityAt>>,
    pub(super) classes_of: OnceLock<Lists<ClassAt>>,
}

/// A list of places for each organization, by position.
#[derive(Debug)]
pub(super) struct Lists<P> {
    pub(super) starts: Vec<u32>,
    pub(super) places: Vec<P>,
}

impl<P> Lists<P> {
    pub(super) fn of_organization(&self, position: OrganizationAt) -> &[P] {
        let index = position.index();
        &self.places[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}

#[derive(Debug, Default)]
pub(super) struct Profiles {
    pub(super) known: RoaringBitmap,
    pub(super) spheres: Vec<(Sphere, RoaringBitmap)>,
    pub(super) sizes: Vec<(SizeClass, RoaringBitmap)>,
}

/// The organizations at each of some places in the reference data, which are municipalities or
/// classes of activities: the positions of those at a place together, by place.
#[derive(Debug)]
pub(super) struct Places {
    /// Where the positions of each place begin; one more for the end.
    pub(super) starts: Vec<u32>,
    pub(super) positions: Vec<OrganizationAt>,
    /// Places that are asked for together again and again.
    pub(super) all: OnceLock<RoaringBitmap>,
    pub(super) versions: OnceLock<Vec<(NaceVersion, RoaringBitmap)>>,
}

impl Index {
    pub(super) fn at(at: Point) -> Self {
        Self {
            at,
            profiles: OnceLock::new(),
            sites: OnceLock::new(),
            activities: OnceLock::new(),
            attributes: Mutex::default(),
            identifiers: Mutex::default(),
            profile_of: OnceLock::new(),
            municipalities_of: OnceLock::new(),
            classes_of: OnceLock::new(),
        }
    }
}

impl Places {
    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many positions there are at some places.
    pub(super) fn count_in(&self, places: Range<usize>) -> usize {
        (self.starts[places.end] - self.starts[places.start]) as usize
    }
}
