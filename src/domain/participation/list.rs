//! Lists of participations: which, in which order, page by page; of all clusters, or of each
//! cluster or organization.

use std::{cell::Cell, collections::HashMap};

use entity::{
    id::{ClusterId, OrganizationId, ParticipationId},
    participation::ParticipationKind,
};
use uuid::Uuid;

use crate::domain::{
    ledger::{Image, columns::date},
    participation::{Filter, Participation},
    population::{Population, resolved::ResolvedPopulation},
    positions::{ClusterAt, OrganizationAt},
    store::{
        gathered::{Directions, Keys, Term, ended, page_along, page_of},
        page::{KeyKind, Page, PageRequest},
    },
    time::PointInTime,
    visit::Visit,
};

/// An order of participations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the first day that the status at the point in time counts from.
    Since,
    /// By the search form of the organization's name.
    OrganizationName,
    /// By the cluster's slug.
    Cluster,
    /// By when they were first recorded.
    Recorded,
}

/// What the cursors of an order carry: its terms, and the id.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| match field {
        Order::Since => KeyKind::Day,
        Order::OrganizationName | Order::Cluster => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    };
    ended(order, Order::Recorded).iter().map(kind).collect()
}

/// Whose participations are listed, a list for each.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Each cluster's.
    Clusters(Vec<ClusterId>),
    /// Each organization's.
    Organizations(Vec<OrganizationId>),
}

/// What a list of participations asks, apart from the page.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    /// Memberships or partnerships.
    pub kind: ParticipationKind,
    /// Which of them.
    pub filter: &'a Filter,
    /// In which order.
    pub order: &'a [(Order, bool)],
    /// When.
    pub at: PointInTime,
}

/// The order of a list, and what its rows are ordered by.
struct Sorting {
    terms: Vec<(Order, bool)>,
    order: Directions,
}

impl Sorting {
    fn new(listing: &Listing<'_>) -> Self {
        let terms = ended(listing.order, Order::Recorded);
        Self { order: Directions::from(terms.as_slice()), terms }
    }

    /// A participation of a list, with its sort keys.
    fn listed<'a>(&self, resolved: &ResolvedPopulation<'a>, (visit, row): (Visit<'a>, usize)) -> (Visit<'a>, Keys<'a>) {
        let organizations = resolved.image.organizations();
        let term = |(field, _): &(Order, bool)| match field {
            Order::Since => Term::Day(date(visit.segment.periods.from(row))),
            Order::OrganizationName => Term::Text(organizations.sort_name(visit.organization(), resolved.at.rev)),
            Order::Cluster => Term::Text(&visit.segment.slug),
            Order::Recorded => Term::Id(visit.id().0),
        };
        (visit, self.terms.iter().map(term).collect())
    }

    fn page<'a>(
        &self,
        resolved: &ResolvedPopulation<'a>,
        present: impl Iterator<Item = (Visit<'a>, usize)>,
        request: &PageRequest,
    ) -> Page<Participation> {
        let page = page_of(present.map(|visit| self.listed(resolved, visit)), &self.order, request);
        page.map(|visit| Participation::from_visit(resolved.image, visit))
    }
}

impl Listing<'_> {
    fn population(&self) -> Population {
        Population { cluster: None, kinds: vec![self.kind], filter: self.filter.clone() }
    }
}

/// How many participations a walk in the order of recording meets before it gives up: those that
/// satisfy the filter are few, and all of them are sooner gathered.
const WORTH_A_WALK: usize = 20_000;

/// The participations that have a status at the point in time and satisfy a condition.
pub fn list(image: &Image, listing: Listing<'_>, request: &PageRequest) -> Page<Participation> {
    let (population, sorting) = (listing.population(), Sorting::new(&listing));
    let resolved = population.on(image, listing.at.into());
    let walked = if request.wants.total { None } else { walked(&resolved, &sorting, request) };
    walked.unwrap_or_else(|| sorting.page(&resolved, resolved.present(), request))
}

/// The page of a list in the order of recording, if it is found without meeting too many.
fn walked(resolved: &ResolvedPopulation<'_>, sorting: &Sorting, request: &PageRequest) -> Option<Page<Participation>> {
    let &[(Order::Recorded, descends), ..] = sorting.terms.as_slice() else { return None };
    let left = Cell::new(WORTH_A_WALK);
    let walk = |keys: Option<&Keys<'_>>, backwards: bool| {
        let first = keys.and_then(|keys| keys.terms().first().copied());
        let from = if let Some(Term::Id(id)) = first { Some(ParticipationId(id)) } else { None };
        let visit = resolved.in_order(from, backwards != descends).take_while(|_| {
            left.set(left.get().saturating_sub(1));
            left.get() > 0
        });
        visit.filter_map(|visit| resolved.present_as(visit)).map(|visit| sorting.listed(resolved, visit))
    };
    let page = page_along(walk, || 0, &sorting.order, request);
    (left.get() > 0).then(|| page.map(|visit| Participation::from_visit(resolved.image, visit)))
}

/// The participations in a cluster whose organization is one that is wanted.
pub(crate) fn list_of_organizations(
    image: &Image,
    listing: Listing<'_>,
    cluster: ClusterId,
    is_wanted: impl Fn(OrganizationAt) -> bool,
    request: &PageRequest,
) -> Page<Participation> {
    let (population, sorting) = (listing.population(), Sorting::new(&listing));
    let resolved = population.in_clusters(image, listing.at.into(), image.cluster_at(cluster));
    sorting.page(&resolved, resolved.present().filter(|(visit, _)| is_wanted(visit.organization())), request)
}

/// The same page of the list of each cluster or organization.
pub fn list_each(
    image: &Image,
    listing: Listing<'_>,
    whose: Whose,
    request: &PageRequest,
) -> HashMap<Uuid, Page<Participation>> {
    let (population, sorting) = (listing.population(), Sorting::new(&listing));
    match whose {
        Whose::Clusters(ids) => {
            let clusters = ids.iter().filter_map(|id| image.cluster_at(*id));
            let resolved = population.in_clusters(image, listing.at.into(), clusters);
            let page = |cluster: &(ClusterAt, &_)| {
                sorting.page(&resolved, resolved.present_in(std::slice::from_ref(cluster)), request)
            };
            resolved.clusters.iter().map(|cluster| (cluster.1.id.0, page(cluster))).collect()
        }
        Whose::Organizations(ids) => {
            let resolved = population.in_clusters(image, listing.at.into(), []);
            let page = |id: OrganizationId| {
                let own = image.participations().of_organization(image.organizations().position(id)?);
                let visit = own.iter().map(|(cluster, position)| Visit::at(image, *cluster, *position));
                Some((id.0, sorting.page(&resolved, visit.filter_map(|visit| resolved.present_as(visit)), request)))
            };
            ids.into_iter().filter_map(page).collect()
        }
    }
}
