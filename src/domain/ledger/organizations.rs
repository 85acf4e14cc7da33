//! What is held of organizations: by position, in parts, each kind of fact as columns.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use entity::{
    id::OrganizationId,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
};

use super::{
    columns::{Assertions, Fact, Facts, Rev},
    read::Changes,
};
use crate::domain::positions::{ClassAt, MunicipalityAt, OrganizationAt};

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
    by_id: Arc<Vec<OrganizationAt>>,
}

/// How many organizations a part holds.
const PART: usize = 1024;

/// Some organizations, and their facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    ids: Vec<OrganizationId>,
    pub(super) profiles: Facts<Profile>,
    /// Municipalities, or [`MunicipalityAt::NOWHERE`].
    pub(super) sites: Facts<MunicipalityAt>,
    /// Classes of activities.
    pub(super) activities: Facts<ClassAt>,
    /// What sources assert or deny, by code.
    pub(super) attributes: Assertions<String>,
    /// Which registers know it.
    pub(super) identifiers: Assertions<Scheme>,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            profiles: Facts::of(0, Vec::new()),
            sites: Facts::of(0, Vec::new()),
            activities: Facts::of(0, Vec::new()),
            attributes: Assertions::default(),
            identifiers: Assertions::default(),
        }
    }
}

impl Organizations {
    /// How many there are.
    pub(in crate::domain) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The position of an organization, if the register holds it.
    pub(in crate::domain) fn position(&self, id: OrganizationId) -> Option<OrganizationAt> {
        self.by_id.binary_search_by_key(&id, |position| self.id(*position)).ok().map(|found| self.by_id[found])
    }

    /// The organization at a position.
    pub(in crate::domain) fn id(&self, position: OrganizationAt) -> OrganizationId {
        let (part, owner) = self.part(position);
        part.ids[owner as usize]
    }

    #[inline]
    fn part(&self, position: OrganizationAt) -> (&Part, u32) {
        let (part, owner) = split(position);
        (&self.parts[part], owner)
    }

    /// What an organization is; none when it was not recorded by then.
    pub(in crate::domain) fn profile(&self, position: OrganizationAt, rev: Rev) -> Option<Profile> {
        let (part, owner) = self.part(position);
        let mut rows = part.profiles.of_owner(owner);
        rows.find(|row| part.profiles.is_known(*row, rev)).map(|row| part.profiles.value(row))
    }

    /// The facts about where an organization is, and the rows of them that are its own.
    pub(in crate::domain) fn sites(&self, position: OrganizationAt) -> (&Facts<MunicipalityAt>, u32) {
        let (part, owner) = self.part(position);
        (&part.sites, owner)
    }

    /// The facts about what an organization does.
    pub(in crate::domain) fn activities(&self, position: OrganizationAt) -> (&Facts<ClassAt>, u32) {
        let (part, owner) = self.part(position);
        (&part.activities, owner)
    }

    /// The parts, each with the position of its first organization.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, &Part)> {
        (0..).step_by(PART).zip(self.parts.iter().map(|part| &**part))
    }

    pub(super) fn bytes(&self) -> usize {
        let part = |part: &Arc<Part>| {
            size_of_val(&*part.ids)
                + part.profiles.bytes()
                + part.sites.bytes()
                + part.activities.bytes()
                + part.attributes.bytes()
                + part.identifiers.bytes()
        };
        self.parts.iter().map(part).sum::<usize>() + size_of_val(&**self.by_id)
    }

    pub(super) fn forward(&self, changes: &mut Changes, seen: Rev) -> Option<Self> {
        let mut next = self.clone();
        let mut touched: BTreeMap<usize, PartChanges> = BTreeMap::new();
        if !changes.organizations.is_empty() {
            changes.organizations.sort_unstable();
            for (index, id) in (self.len()..).zip(&changes.organizations) {
                touched.entry(split(OrganizationAt::at(index)).0).or_default().ids.push(*id);
            }
            // Both are in the order of ids; new ids are mostly the latest.
            let mut by_id = Vec::with_capacity(self.len() + changes.organizations.len());
            let mut held = self.by_id.iter().copied().peekable();
            for (index, id) in (self.len()..).zip(&changes.organizations) {
                while let Some(before) = held.next_if(|held| self.id(*held) < *id) {
                    by_id.push(before);
                }
                by_id.push(OrganizationAt::at(index));
            }
            by_id.extend(held);
            next.by_id = Arc::new(by_id);
        }
        let added: HashMap<OrganizationId, OrganizationAt> =
            changes.organizations.iter().copied().zip((self.len()..).map(OrganizationAt::at)).collect();
        let position = |id| added.get(&id).copied().or_else(|| self.position(id));
        macro_rules! distribute {
            ($($kind:ident),+) => {$(
                for (id, fact) in std::mem::take(&mut changes.$kind) {
                    let (part, owner) = split(position(id)?);
                    touched.entry(part).or_default().$kind.push(Fact { owner, ..fact });
                }
            )+};
        }
        distribute!(profiles, sites, activities);
        macro_rules! distribute_assertions {
            ($($kind:ident),+) => {$(
                for (id, key, fact) in std::mem::take(&mut changes.$kind) {
                    let (part, owner) = split(position(id)?);
                    touched.entry(part).or_default().$kind.push((key, Fact { owner, ..fact }));
                }
            )+};
        }
        distribute_assertions!(attributes, identifiers);
        for (number, changes) in touched {
            if next.parts.len() <= number {
                next.parts.resize(number + 1, Arc::default());
            }
            next.parts[number] = Arc::new(next.parts[number].forward(changes, seen)?);
        }
        Some(next)
    }
}

/// The number of the part that holds an organization, and its place in the part.
#[inline]
fn split(position: OrganizationAt) -> (usize, u32) {
    (position.index() / PART, (position.index() % PART) as u32)
}

/// What changes in a part.
#[derive(Default)]
struct PartChanges {
    ids: Vec<OrganizationId>,
    profiles: Vec<Fact<Profile>>,
    sites: Vec<Fact<MunicipalityAt>>,
    activities: Vec<Fact<ClassAt>>,
    attributes: Vec<(String, Fact<Option<bool>>)>,
    identifiers: Vec<(Scheme, Fact<Option<bool>>)>,
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
            attributes: self.attributes.forward(changes.attributes, seen)?,
            identifiers: self.identifiers.forward(changes.identifiers, seen)?,
        })
    }
}
