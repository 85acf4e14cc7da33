//! What is held of organizations: by position, in parts, each kind of fact as columns.

use std::{
    collections::{BTreeMap, HashMap},
    mem::take,
    sync::Arc,
};

use entity::{PartialDate, id::OrganizationId, organization_identifier::Scheme};
use memchr::memmem::Finder;

use super::{
    changes::Changes,
    columns::{Assertions, Fact, FactColumns, Rev},
    names,
    sources::Sources,
    undated::{Undated, Worded},
    values::{Activity, Particulars, Profile, Site},
};
use crate::domain::positions::OrganizationAt;

/// A place in the order of names: a row of the profiles of an organization. Rows of an owner stand in the order of
/// recording, so that the number of one never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named {
    of: OrganizationAt,
    nth: u32,
}

/// Organizations by position, in parts, so that a write copies the parts it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Organizations {
    parts: Vec<Arc<Part>>,
    /// Positions in the order of ids.
    by_id: Arc<Vec<OrganizationAt>>,
    /// All profiles, superseded ones too, in the order of the search form of the name shown; then of ids.
    by_name: Arc<Vec<Named>>,
}

/// How many organizations a part holds.
pub(super) const PART: usize = 1024;

/// Some organizations, and their facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    ids: Vec<OrganizationId>,
    /// The profiles, each with the names that are shown.
    pub(super) profiles: Undated<Particulars>,
    /// The search forms of all names.
    pub(super) names: Undated<()>,
    /// The identifiers, each with its value.
    pub(super) identifiers: Undated<Scheme>,
    pub(super) sites: FactColumns<Site>,
    pub(super) activities: FactColumns<Activity>,
    /// What sources assert or deny, by code.
    pub(super) attributes: Assertions<String>,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            ids: Vec::new(),
            profiles: Undated::build(0, Vec::new()),
            names: Undated::build(0, Vec::new()),
            identifiers: Undated::build(0, Vec::new()),
            sites: FactColumns::build(0, Vec::new()),
            activities: FactColumns::build(0, Vec::new()),
            attributes: Assertions::default(),
        }
    }
}

impl Organizations {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The position of an organization, if the register holds it.
    pub(crate) fn position(&self, id: OrganizationId) -> Option<OrganizationAt> {
        self.by_id.binary_search_by_key(&id, |position| self.id(*position)).ok().map(|found| self.by_id[found])
    }

    /// The organization at a position.
    pub(crate) fn id(&self, position: OrganizationAt) -> OrganizationId {
        let (part, owner) = self.part(position);
        part.ids[owner as usize]
    }

    #[inline]
    pub(super) fn part(&self, position: OrganizationAt) -> (&Part, u32) {
        let (part, owner) = split(position);
        (&self.parts[part], owner)
    }

    /// What an organization is; `None` when it was not recorded by then.
    pub(crate) fn profile(&self, position: OrganizationAt, rev: Rev) -> Option<Profile> {
        let (profiles, row) = self.profile_row(position, rev)?;
        Some(profiles.value(row).profile)
    }

    /// The row of an organization's profile among those of its part; `None` when it was not recorded by then.
    pub(crate) fn profile_row(&self, position: OrganizationAt, rev: Rev) -> Option<(&Undated<Particulars>, usize)> {
        let (part, owner) = self.part(position);
        Some((&part.profiles, part.profiles.known(owner, rev).next()?))
    }

    /// When an organization was founded, and when dissolved, as sources state it; `None` when it was not recorded by
    /// then.
    pub(crate) fn dates(&self, position: OrganizationAt, rev: Rev) -> Option<[Option<PartialDate>; 2]> {
        let (profiles, row) = self.profile_row(position, rev)?;
        let Particulars { founded_on, dissolved_on, .. } = profiles.value(row);
        Some([founded_on.date(), dissolved_on.date()])
    }

    /// The search form of the name that an organization shows; empty when it was not recorded by then.
    pub(crate) fn sort_name(&self, position: OrganizationAt, rev: Rev) -> &str {
        self.profile_row(position, rev).map_or("", |(profiles, row)| names::sort_name(profiles.text(row)))
    }

    /// The identifiers of an organization, and the rows of them that are its own.
    pub(crate) fn identifiers(&self, position: OrganizationAt) -> (&Undated<Scheme>, u32) {
        let (part, owner) = self.part(position);
        (&part.identifiers, owner)
    }

    /// The facts about where an organization is, and the rows of them that are its own.
    pub(crate) fn sites(&self, position: OrganizationAt) -> (&FactColumns<Site>, u32) {
        let (part, owner) = self.part(position);
        (&part.sites, owner)
    }

    /// The facts about what an organization does.
    pub(crate) fn activities(&self, position: OrganizationAt) -> (&FactColumns<Activity>, u32) {
        let (part, owner) = self.part(position);
        (&part.activities, owner)
    }

    /// The organizations that a register knows by a value.
    pub(crate) fn identified(&self, scheme: Scheme, value: &str, rev: Rev) -> impl Iterator<Item = OrganizationAt> {
        let finder = Finder::new(value);
        self.parts().flat_map(move |(first, part)| {
            let held = &part.identifiers;
            let found: Vec<_> = held.containing(&finder).collect();
            let is_it =
                move |row: usize| held.is_known(row, rev) && held.value(row) == scheme && held.text(row) == value;
            found.into_iter().filter(move |(_, row)| is_it(*row)).map(move |(owner, _)| (first + owner).into())
        })
    }

    /// Some organizations in the order of the names that they show at a revision, from the first whose name is not
    /// before a text; backwards: from the last whose name is not after it.
    pub(crate) fn by_name<'a, F: Fn(OrganizationAt) -> bool>(
        &'a self,
        some: F,
        from: Option<&str>,
        backwards: bool,
        rev: Rev,
    ) -> impl Iterator<Item = OrganizationAt> + use<'a, F> {
        let place =
            |is_before: &dyn Fn(&str) -> bool| self.by_name.partition_point(|named| is_before(self.name(*named)));
        let range = match (from, backwards) {
            (None, _) => 0..self.by_name.len(),
            (Some(text), false) => place(&|name| name < text)..self.by_name.len(),
            (Some(text), true) => 0..place(&|name| name <= text),
        };
        let (forwards, backwards) = if backwards { (0..0, range) } else { (range, 0..0) };
        let named = self.by_name[forwards].iter().chain(self.by_name[backwards].iter().rev());
        let wanted = named.filter(move |named| some(named.of) && self.is_shown(**named, rev));
        wanted.map(|named| named.of)
    }

    /// The organizations in the order of their ids, from the first that is not before one; backwards: from the last
    /// that is not after it.
    pub(crate) fn by_id(&self, from: Option<OrganizationId>, backwards: bool) -> impl Iterator<Item = OrganizationAt> {
        let range = match (from, backwards) {
            (None, _) => 0..self.by_id.len(),
            (Some(id), false) => self.by_id.partition_point(|of| self.id(*of) < id)..self.by_id.len(),
            (Some(id), true) => 0..self.by_id.partition_point(|of| self.id(*of) <= id),
        };
        let (forwards, backwards) = if backwards { (0..0, range) } else { (range, 0..0) };
        self.by_id[forwards].iter().chain(self.by_id[backwards].iter().rev()).copied()
    }

    fn name(&self, named: Named) -> &str {
        let (part, owner) = self.part(named.of);
        names::sort_name(part.profiles.text(part.profiles.of_owner(owner).start + named.nth as usize))
    }

    /// Whether a profile is the one that is shown at a revision.
    fn is_shown(&self, named: Named, rev: Rev) -> bool {
        let (part, owner) = self.part(named.of);
        let row = part.profiles.of_owner(owner).start + named.nth as usize;
        part.profiles.known(owner, rev).next() == Some(row)
    }

    /// The parts as they are shared from image to image.
    pub(super) fn shared_parts(&self) -> &[Arc<Part>] {
        &self.parts
    }

    /// The parts, each with the position of its first organization.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, &Part)> {
        (0..).step_by(PART).zip(self.parts.iter().map(|part| &**part))
    }

    /// How many bytes they take, by what they hold.
    pub(super) fn bytes(&self) -> [(&'static str, usize); 6] {
        let sum = |of: fn(&Part) -> usize| self.parts.iter().map(|part| of(part)).sum::<usize>();
        let orders = size_of_val(&**self.by_id) + size_of_val(&**self.by_name);
        [
            ("profiles", sum(|part| size_of_val(&*part.ids) + part.profiles.bytes()) + orders),
            ("names", sum(|part| part.names.bytes())),
            ("identifiers", sum(|part| part.identifiers.bytes())),
            ("sites", sum(|part| part.sites.bytes())),
            ("activities", sum(|part| part.activities.bytes())),
            ("attributes", sum(|part| part.attributes.bytes())),
        ]
    }

    /// The organizations after the changes; `None` where these do not fit.
    pub(super) fn forward(&self, changes: &mut Changes, sources: &Sources, seen: Rev) -> Option<Self> {
        let mut next = self.clone();
        let mut touched: BTreeMap<usize, PartChanges> = BTreeMap::new();
        changes.organizations.sort_unstable();
        let new: Vec<_> = (self.len()..).map(OrganizationAt::at).zip(take(&mut changes.organizations)).collect();
        for (at, id) in &new {
            touched.entry(split(*at).0).or_default().ids.push(*id);
        }
        next.order_ids(&new);
        let added: HashMap<OrganizationId, OrganizationAt> = new.into_iter().map(|(at, id)| (id, at)).collect();
        let position = |id: OrganizationId| added.get(&id).copied().or_else(|| self.position(id));
        distribute(take(&mut changes.sites), position, &mut touched, |part| &mut part.sites)?;
        distribute(take(&mut changes.activities), position, &mut touched, |part| &mut part.activities)?;
        distribute(take(&mut changes.names), position, &mut touched, |part| &mut part.names)?;
        distribute(take(&mut changes.identifiers), position, &mut touched, |part| &mut part.identifiers)?;
        let mut renamed = Vec::new();
        for (id, source, fact) in take(&mut changes.profiles) {
            let organization = position(id)?;
            if fact.recorded > seen {
                renamed.push(organization);
            }
            let (part, owner) = split(organization);
            let (particulars, text) = fact.value;
            let value = (Particulars { source: sources.position(source)?, ..particulars }, text);
            touched.entry(part).or_default().profiles.push(Fact { owner, value, ..fact });
        }
        for (id, code, fact) in take(&mut changes.attributes) {
            let (part, owner) = split(position(id)?);
            touched.entry(part).or_default().attributes.push((code, Fact { owner, ..fact }));
        }
        for (number, changes) in touched {
            if next.parts.len() <= number {
                next.parts.resize(number + 1, Arc::default());
            }
            next.parts[number] = Arc::new(next.parts[number].forward(changes, seen)?);
        }
        next.order_names(renamed, seen);
        Some(next)
    }

    /// Adds new organizations, which are in the order of their ids, to that order. New ids are mostly the latest.
    fn order_ids(&mut self, new: &[(OrganizationAt, OrganizationId)]) {
        if new.is_empty() {
            return;
        }
        let mut ordered = Vec::with_capacity(self.by_id.len() + new.len());
        let mut held = self.by_id.iter().copied().peekable();
        for (at, id) in new {
            while let Some(before) = held.next_if(|held| self.id(*held) < *id) {
                ordered.push(before);
            }
            ordered.push(*at);
        }
        ordered.extend(held);
        self.by_id = Arc::new(ordered);
    }

    /// Adds the profiles of some organizations that were recorded since to the order of names.
    fn order_names(&mut self, mut of: Vec<OrganizationAt>, seen: Rev) {
        of.sort_unstable();
        of.dedup();
        let recorded_since = |of: OrganizationAt| {
            let (part, owner) = self.part(of);
            let rows = part.profiles.of_owner(owner).enumerate();
            let new = rows.filter(|(_, row)| part.profiles.recorded(*row) > seen);
            new.map(move |(nth, _)| Named { of, nth: nth as u32 })
        };
        let key = |named: Named| (self.name(named), self.id(named.of), named.nth);
        let new = of.into_iter().flat_map(recorded_since);
        let mut new: Vec<_> = new.map(|named| (key(named), named)).collect();
        new.sort_unstable_by_key(|(key, _)| *key);
        if new.is_empty() {
            return;
        }
        let mut ordered = Vec::with_capacity(self.by_name.len() + new.len());
        let mut held = self.by_name.as_slice();
        for (key_of_new, named) in new {
            let before = held.partition_point(|held| key(*held) < key_of_new);
            ordered.extend_from_slice(&held[..before]);
            ordered.push(named);
            held = &held[before..];
        }
        ordered.extend_from_slice(held);
        self.by_name = Arc::new(ordered);
    }
}

/// The number of the part that holds an organization, and its place in the part.
#[inline]
fn split(position: OrganizationAt) -> (usize, u32) {
    (position.index() / PART, (position.index() % PART) as u32)
}

/// Gives each fact to the part that holds its organization, among the part's facts of its kind; `None` where an
/// organization is not known.
fn distribute<V>(
    facts: Vec<(OrganizationId, Fact<V>)>,
    position: impl Fn(OrganizationId) -> Option<OrganizationAt>,
    touched: &mut BTreeMap<usize, PartChanges>,
    kind: impl Fn(&mut PartChanges) -> &mut Vec<Fact<V>>,
) -> Option<()> {
    for (id, fact) in facts {
        let (part, owner) = split(position(id)?);
        kind(touched.entry(part).or_default()).push(Fact { owner, ..fact });
    }
    Some(())
}

/// What changes in a part.
#[derive(Default)]
struct PartChanges {
    ids: Vec<OrganizationId>,
    profiles: Vec<Worded<Particulars>>,
    names: Vec<Worded<()>>,
    identifiers: Vec<Worded<Scheme>>,
    sites: Vec<Fact<Site>>,
    activities: Vec<Fact<Activity>>,
    attributes: Vec<(String, Fact<Option<bool>>)>,
}

impl Part {
    fn forward(&self, changes: PartChanges, seen: Rev) -> Option<Self> {
        let ids = [self.ids.as_slice(), &changes.ids].concat();
        let count = ids.len();
        Some(Self {
            ids,
            profiles: self.profiles.forward(count, changes.profiles, seen)?,
            names: self.names.forward(count, changes.names, seen)?,
            identifiers: self.identifiers.forward(count, changes.identifiers, seen)?,
            sites: self.sites.forward(count, changes.sites, seen)?,
            activities: self.activities.forward(count, changes.activities, seen)?,
            attributes: self.attributes.forward(changes.attributes, seen)?,
        })
    }
}
