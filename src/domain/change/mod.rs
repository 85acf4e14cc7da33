//! What changed: between two days, what became true; between two revisions, what the register learnt.
//!
//! Of participations both come from the ledger: what happened to them as known at one revision
//! (`participation::turns`), and how that differs from what was known at an earlier one (`learnt`). Events, versions of
//! criteria and published figures are rows of the database (`facts`).
//!
//! For example, a membership that is recorded as a member's since 2018, and of which the next revision says that it
//! ended in 2021 and was confirmed until 2020: between 2018 and 2020 it joined, in 2021 it ended; between the two
//! revisions the register learnt that it ended.

mod entry;
mod facts;
mod learnt;
mod listing;

use std::collections::{BTreeMap, HashMap};

use entity::{
    id::{ClusterId, OrganizationId},
    participation_period::ExitKind,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use self::{entry::Entry, facts::Fact};
pub use self::{
    entry::{Change, What},
    facts::ClusterFact,
    listing::{Between, Kind, Listing},
};
use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{day, rev},
    },
    participation::turns,
    population::{Population, resolved::ResolvedPopulation},
    statistics::refuse_status,
    store::{
        gathered::{Directions, page_of},
        page::{KeyKind, Page, PageRequest},
    },
    visit::Visit,
};

/// Whose changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Those of all together.
    All,
    /// Those of each cluster, and of its members and partners.
    Clusters(Vec<ClusterId>),
    /// Those of each organization's participations.
    Organizations(Vec<OrganizationId>),
}

/// How many changes there are of each kind, ends by how they came about.
pub type Counts = BTreeMap<(Kind, Option<ExitKind>), u32>;

/// What the cursors carry: the revision, where revisions are asked; the day; whose; which of the same day.
pub const KEYS: [KeyKind; 4] = [KeyKind::Number, KeyKind::Day, KeyKind::Id, KeyKind::Number];

/// A page of changes, and how many there are of each kind on all pages.
pub type Listed = (Page<Change>, Counts);

/// The same page of the changes of each, by id; of all together by the nil id. Those of days come day by day, those of
/// revisions by revision and then by day.
pub async fn list_each(
    db: &impl ConnectionTrait,
    image: &Image,
    listing: &Listing,
    whose: Whose,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Listed>> {
    refuse_status(&listing.population.filter)?;
    let point = listing.point()?;
    let facts = match &whose {
        Whose::Organizations(_) => Vec::new(),
        Whose::All => facts::read(db, None, listing).await?,
        Whose::Clusters(ids) => facts::read(db, Some(ids), listing).await?,
    };
    Ok(match whose {
        Whose::All => {
            let resolved = listing.population.on(image, point);
            HashMap::from([(Uuid::nil(), listing.page(image, &resolved, resolved.participations(), &facts, request))])
        }
        Whose::Clusters(ids) => {
            let page = |id: ClusterId| {
                let population = Population { cluster: Some(id), ..listing.population.clone() };
                let resolved = population.on(image, point);
                let facts = facts.iter().filter(|fact| fact.cluster() == id);
                (id.0, listing.page(image, &resolved, resolved.participations(), facts, request))
            };
            ids.into_iter().map(page).collect()
        }
        Whose::Organizations(ids) => {
            let resolved = listing.population.in_clusters(image, point, []);
            let page = |id: OrganizationId| {
                let position = image.organizations().position(id);
                let own = position.map(|position| image.participations().of_organization(position));
                let visits = own.into_iter().flatten().map(|(cluster, at)| Visit::at(image, *cluster, *at));
                let visits = visits.filter(|visit| resolved.is_of_kinds(*visit));
                (id.0, listing.page(image, &resolved, visits, &[], request))
            };
            ids.into_iter().map(page).collect()
        }
    })
}

impl Listing {
    fn page<'a>(
        &self,
        image: &Image,
        resolved: &ResolvedPopulation<'a>,
        visits: impl Iterator<Item = Visit<'a>>,
        facts: impl IntoIterator<Item = &'a Fact>,
        request: &PageRequest,
    ) -> Listed {
        let of_participations = visits.filter(|visit| resolved.satisfies(*visit)).flat_map(|visit| self.entries(visit));
        let of_facts = facts.into_iter().map(Entry::of_fact);
        let wanted = of_participations.chain(of_facts).filter(|entry| self.wants(entry.kind));
        let by_revision = matches!(self.between, Between::Revisions(..));
        let mut counts = Counts::new();
        let rows = wanted.map(|entry| {
            *counts.entry((entry.kind, entry.exit.map(|(kind, _)| kind))).or_default() += 1;
            (entry, entry.keys(by_revision))
        });
        let order = Directions::from([((), false); KEYS.len()].as_slice());
        let page = page_of(rows, &order, request);
        (page.map(|entry| entry.change(image)), counts)
    }

    /// The changes of a participation, in order.
    fn entries<'a>(&self, visit: Visit<'a>) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = match self.between {
            Between::Days(span, revision) => {
                let days = day(span.from)..day(span.to);
                let turns = turns(visit, rev(revision)).into_iter().filter(|turn| days.contains(&turn.day));
                turns.map(|turn| Entry::of_turn(visit, &turn)).collect()
            }
            Between::Revisions(from, to) => learnt::learnt(visit, rev(from), rev(to)),
        };
        (0..).zip(&mut entries).for_each(|(nth, entry)| entry.nth = nth);
        entries
    }
}
