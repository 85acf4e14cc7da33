//! Lists of organizations: which, in which order, page by page.

use entity::{Revision, id::OrganizationId};
use roaring::RoaringBitmap;

use crate::domain::{
    ledger::{
        Image,
        bitmaps::Bits,
        columns::{Point, Rev, rev},
        search::Found,
    },
    organization::{Filter, Organization},
    organization_set::satisfying,
    positions::OrganizationAt,
    search::{self, Needle},
    store::{
        gathered::{Directions, Keys, Term, ended, page_along, page_of, then_by_name},
        known_ids,
        page::{self, Key, KeyKind, Page, PageRequest},
    },
    time::PointInTime,
};

/// An order of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By how well a name was found by what was searched; those that were found as well as each
    /// other, by name.
    Relevance,
    /// By the search form of the name shown.
    Name,
    /// By when they were first recorded.
    Recorded,
}

/// The terms of an order: those that are found equally well are by name, and the last is the id,
/// after which nothing decides.
fn terms(order: &[(Order, bool)]) -> Vec<(Order, bool)> {
    ended(&then_by_name(order, Order::Relevance, Order::Name), Order::Recorded)
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| match field {
        Order::Relevance => KeyKind::Number,
        Order::Name => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    };
    terms(order).iter().map(kind).collect()
}

/// From how many organizations on a list is walked in its order instead of put in order: the first
/// page is near.
const WORTH_A_WALK: u64 = 1000;

/// Fewer than one of so many are few: a bit for each organization is asked then, as a bitmap takes
/// longer.
const SPARSE: u64 = 16;

/// The organizations that satisfy a condition, and one of whose names contains `search`, each as it
/// is known at a later revision.
pub fn list(
    image: &Image,
    filter: &Filter,
    search: Option<&str>,
    order: &[(Order, bool)],
    at: PointInTime,
    revision: Revision,
    request: &PageRequest,
) -> Page<Organization> {
    let among = image.snapshot(Point::from(at));
    let mut them = satisfying(filter, &among);
    let mut found = None;
    if let Some(text) = search {
        match Needle::from_text(text) {
            None => them.clear(),
            Some(needle) if needle.is_blank() => {}
            Some(needle) => {
                let named = image.named(&needle, among.at().rev);
                them &= named.all();
                found = Some(named);
            }
        }
    }
    let list = List { image, them: &them, found: found.as_deref(), rev: among.at().rev };
    let page = list.page(&terms(order), request);
    page.map(|listed| {
        let known = Organization::known(image, listed, rev(revision));
        known.or_else(|| Organization::known(image, listed, among.at().rev)).expect("who is listed was recorded")
    })
}

/// Organizations to list, as known at a revision.
struct List<'a> {
    image: &'a Image,
    them: &'a RoaringBitmap,
    /// How well they were found; `None`: nothing was searched.
    found: Option<&'a Found>,
    rev: Rev,
}

impl<'a> List<'a> {
    fn page(&self, terms: &[(Order, bool)], request: &PageRequest) -> Page<OrganizationAt> {
        use Order::{Name, Recorded, Relevance};
        let (all, order) = (self.image.organizations(), Directions::from(terms));
        let is_long = self.them.len() >= WORTH_A_WALK;
        // Where they are few of many, most of those who are met on the way are not among them.
        let is_sparse = is_long && self.them.len() < all.len() as u64 / SPARSE;
        let bits = is_sparse.then(|| Bits::from_bitmap(self.them, all.len()));
        let is_among = |at: &OrganizationAt| match &bits {
            Some(bits) => bits.contains(*at),
            None => self.them.contains(at.number()),
        };
        let among = |at| is_among(&at);
        let listed = |at| (at, self.keys(at, terms));
        match *terms {
            [(Recorded, descends)] if is_long => {
                let walk = |keys: Option<&Keys<'_>>, backwards: bool| {
                    all.by_id(keys.map(id), backwards != descends).filter(is_among).map(listed)
                };
                page_along(walk, || self.them.len(), &order, request)
            }
            [(Name, descends), (Recorded, by_id)] if is_long && descends == by_id => {
                let walk = |keys: Option<&Keys<'_>>, backwards: bool| {
                    all.by_name(among, keys.map(name), backwards != descends, self.rev).map(listed)
                };
                page_along(walk, || self.them.len(), &order, request)
            }
            [(Relevance, worst_first), (Name, descends), (Recorded, by_id)] if is_long && descends == by_id => {
                let walk = |keys: Option<&Keys<'_>>, backwards: bool| {
                    // Those of one relevance after those of the other.
                    let mut groups = search::Relevance::ALL;
                    if worst_first != backwards {
                        groups.reverse();
                    }
                    let is_of = |group: &search::Relevance| keys.map(relevance) == Some(*group as i64);
                    let first = groups.iter().position(is_of).unwrap_or(0);
                    let of_group = |group: search::Relevance| {
                        let from = keys.filter(|_| is_of(&group)).map(name);
                        let is_of = move |at: &OrganizationAt| self.relevance(*at) == group;
                        all.by_name(among, from, backwards != descends, self.rev).filter(is_of)
                    };
                    let groups: Vec<_> = groups.into_iter().skip(first).map(of_group).collect();
                    groups.into_iter().flatten().map(listed)
                };
                page_along(walk, || self.them.len(), &order, request)
            }
            _ => page_of(self.them.iter().map(|at| listed(at.into())), &order, request),
        }
    }

    fn relevance(&self, at: OrganizationAt) -> search::Relevance {
        self.found.map_or(search::Relevance::Start, |found| found.relevance(at.number()))
    }

    fn keys(&self, at: OrganizationAt, terms: &[(Order, bool)]) -> Keys<'a> {
        let all = self.image.organizations();
        let term = |(field, _): &(Order, bool)| match field {
            Order::Relevance => Term::Number(self.relevance(at) as i64),
            Order::Name => Term::Text(all.sort_name(at, self.rev)),
            Order::Recorded => Term::Id(all.id(at).0),
        };
        terms.iter().map(term).collect()
    }
}

// The keys of a cursor, by what they are: their kinds are checked.

fn id(keys: &Keys<'_>) -> OrganizationId {
    let id = keys.terms().iter().find_map(|term| if let Term::Id(id) = term { Some(*id) } else { None });
    OrganizationId(id.unwrap_or_default())
}

fn name<'k>(keys: &Keys<'k>) -> &'k str {
    keys.terms()
        .iter()
        .find_map(|term| if let Term::Text(name) = term { Some(*name) } else { None })
        .unwrap_or_default()
}

fn relevance(keys: &Keys<'_>) -> i64 {
    let found = keys.terms().iter().find_map(|term| if let Term::Number(found) = term { Some(*found) } else { None });
    found.unwrap_or_default()
}

/// The same page of lists of organizations that are known by id, each as it is known at a revision.
pub fn pages_of_ids(
    image: &Image,
    lists: Vec<Vec<OrganizationId>>,
    revision: Revision,
    request: &PageRequest,
) -> Vec<Page<Organization>> {
    let known = |id| Organization::known(image, image.organizations().position(id)?, rev(revision));
    known_ids::pages(lists, request, known)
}

/// The same page of some sets of organizations in an order, as known at a point in time, each as it is known at a later
/// revision.
pub(crate) fn pages_in_order<'a>(
    image: &Image,
    sets: impl IntoIterator<Item = &'a RoaringBitmap>,
    order: &[(Order, bool)],
    at: PointInTime,
    revision: Revision,
    request: &PageRequest,
) -> Vec<Page<Organization>> {
    let page = |them: &RoaringBitmap| {
        let list = List { image, them, found: None, rev: rev(at.revision) };
        list.page(&terms(order), request).map(|listed| {
            let known = Organization::known(image, listed, rev(revision));
            known.or_else(|| Organization::known(image, listed, rev(at.revision))).expect("who is listed was recorded")
        })
    };
    sets.into_iter().map(page).collect()
}

/// The same page of some sets of organizations, by id, each as it is known at a revision. The keys
/// are those of [`known_ids`] lists.
pub(crate) fn pages_of_sets<'a>(
    image: &Image,
    sets: impl IntoIterator<Item = &'a RoaringBitmap>,
    revision: Revision,
    request: &PageRequest,
) -> Vec<Page<Organization>> {
    let without_number = |keys: &Option<Vec<Key>>| keys.as_ref().map(|keys| keys[..1].to_vec());
    let by_id = PageRequest {
        after: without_number(&request.after),
        before: without_number(&request.before),
        ..request.clone()
    };
    let page = |them: &RoaringBitmap| {
        let list = List { image, them, found: None, rev: rev(revision) };
        let Page { rows, total, has_previous, has_next } = list.page(&[(Order::Recorded, false)], &by_id);
        // One whose description somebody took away since is left out.
        let known = |row: page::KeyedRow<OrganizationAt>| {
            let model = Organization::known(image, row.model, rev(revision))?;
            Some(page::KeyedRow { model, keys: row.keys.into_iter().chain([Key::Number(0)]).collect() })
        };
        Page { rows: rows.into_iter().filter_map(known).collect(), total, has_previous, has_next }
    };
    sets.into_iter().map(page).collect()
}
