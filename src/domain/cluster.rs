//! Clusters, and what they define.
//!
//! What lists show of a cluster is read from the ledger; what is long or rarely asked for, from the
//! database.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use entity::{
    Labels, Language, Revision,
    cluster_profile::{Column, Entity, Model},
    id::{ClusterId, OrganizationId, SectorId, SourceId},
    participation::ParticipationKind,
    participation_period::Status,
    service,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::domain::{
    Result,
    condition::Tree,
    kleene::Outcome,
    ledger::{
        Image,
        columns::rev,
        segment::Segment,
        values::{self, ClusterProfile},
    },
    participation,
    population::Population,
    positions::ClassAt,
    search::{self, Needle, Relevance},
    store::{
        dialect,
        gathered::{Directions, Term, ended, page_of, then_by_name},
        page::{self, KeyKind, List, Page, PageRequest},
    },
    time::{PointInTime, known},
};

/// A cluster as it is known at a revision: what it is, under the slug that never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The id that never changes.
    pub id: ClusterId,
    slug: Arc<str>,
    profile: Arc<ClusterProfile>,
}

impl Cluster {
    fn known(segment: &Segment, revision: Revision) -> Option<Self> {
        let profile = segment.profile(rev(revision))?.clone();
        Some(Self { id: segment.id, slug: segment.slug.clone(), profile })
    }

    /// How well its name contains what is searched; `None`: it does not.
    fn found_by(&self, needle: &Needle) -> Option<Relevance> {
        needle.found_in(&search::line(&self.profile.sort_name, &in_all_languages(&self.profile.name)))
    }

    /// The slug, its name in addresses.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Its name, by the rule for missing languages.
    pub fn name(&self, language: Language) -> &str {
        self.profile.name.in_language(language).unwrap_or(&self.slug)
    }

    /// The organization that runs it.
    pub fn host(&self) -> Option<OrganizationId> {
        self.profile.host
    }

    /// Whether a web site is recorded.
    pub fn has_website(&self) -> bool {
        self.profile.has_website
    }

    /// From when the register holds every participation; `None`: for no date.
    pub fn complete_from(&self) -> Option<NaiveDate> {
        self.profile.complete_from
    }

    /// The document that attests what it is.
    pub fn source(&self) -> SourceId {
        self.profile.source
    }
}

/// Which clusters.
pub type Filter = Tree<Condition>;

/// One condition on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Has one of these slugs.
    Slug(Vec<String>),
    /// Is run by one of these organizations.
    Host(Vec<OrganizationId>),
    /// The name contains this, whatever the accents and the case.
    Name(String),
}

impl Condition {
    fn is_met_by(&self, cluster: &Cluster) -> bool {
        match self {
            Self::Slug(slugs) => slugs.iter().any(|slug| **slug == *cluster.slug),
            Self::Host(ids) => cluster.host().is_some_and(|host| ids.contains(&host)),
            Self::Name(text) => Needle::from_text(text).is_some_and(|needle| cluster.found_by(&needle).is_some()),
        }
    }
}

fn in_all_languages(name: &Labels) -> String {
    name.iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

/// An order of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By how well the name was found by what was searched; those that were found as well as each
    /// other, by name.
    Relevance,
    /// By the search form of the name.
    Name,
    /// By slug.
    Slug,
    /// By the number of effective members.
    Members,
    /// By when they were first recorded.
    Recorded,
}

/// The terms of an order: those that are found equally well are by name, and the last is the id.
fn terms(order: &[(Order, bool)]) -> Vec<(Order, bool)> {
    ended(&then_by_name(order, Order::Relevance, Order::Name), Order::Recorded)
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| match field {
        Order::Relevance | Order::Members => KeyKind::Number,
        Order::Name | Order::Slug => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    };
    terms(order).iter().map(kind).collect()
}

/// The clusters that are known at a point in time, satisfy a condition, and whose name contains `search`.
pub fn list(
    image: &Image,
    filter: &Filter,
    search: Option<&str>,
    order: &[(Order, bool)],
    at: PointInTime,
    request: &PageRequest,
) -> Page<Cluster> {
    let (needle, terms) = (search.map(Needle::from_text), terms(order));
    let listed = |segment| {
        let cluster = Cluster::known(segment, at.revision)?;
        let relevance = match &needle {
            None => Relevance::Start,
            Some(needle) => cluster.found_by(needle.as_ref()?)?,
        };
        let is_met = filter.outcome(&|condition| condition.is_met_by(&cluster).into()) == Outcome::Met;
        is_met.then_some((cluster, relevance))
    };
    let found: Vec<_> = image.clusters().iter().filter_map(|segment| listed(segment)).collect();
    let rows = found.iter().map(|(cluster, relevance)| {
        let term = |(field, _): &(Order, bool)| match field {
            Order::Relevance => Term::Number(*relevance as i64),
            Order::Name => Term::Text(&cluster.profile.sort_name),
            Order::Slug => Term::Text(&cluster.slug),
            Order::Members => Term::Number(effective_members(image, cluster.id, at)),
            Order::Recorded => Term::Id(cluster.id.0),
        };
        (cluster, terms.iter().map(term).collect())
    });
    page_of(rows, &Directions::from(terms.as_slice()), request).map(Cluster::clone)
}

fn effective_members(image: &Image, id: ClusterId, at: PointInTime) -> i64 {
    let effective = participation::Condition::Status(vec![Status::Effective]);
    let population = Population { cluster: Some(id), kinds: vec![ParticipationKind::Member], filter: effective.into() };
    population.on(image, at.into()).present().count() as i64
}

/// The clusters with these ids that were recorded by a revision.
pub fn by_ids(
    image: &Image,
    ids: impl IntoIterator<Item = ClusterId>,
    revision: Revision,
) -> impl Iterator<Item = Cluster> {
    ids.into_iter().filter_map(move |id| Cluster::known(image.cluster(id)?, revision))
}

/// The clusters with these ids that were recorded by a revision, by name, each once.
pub fn by_ids_by_name(image: &Image, ids: impl IntoIterator<Item = ClusterId>, revision: Revision) -> Vec<Cluster> {
    let mut clusters: Vec<_> = by_ids(image, ids, revision).collect();
    clusters.sort_by(|one, other| (&one.profile.sort_name, one.id).cmp(&(&other.profile.sort_name, other.id)));
    clusters.dedup();
    clusters
}

/// The cluster with a slug.
pub fn by_slug(image: &Image, slug: &str, revision: Revision) -> Option<Cluster> {
    Cluster::known(image.segment(image.cluster_of_slug(slug)?), revision)
}

/// The records of clusters with everything that they hold.
pub async fn records(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<ClusterId, Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::ClusterId.into_expr(), ids.iter().copied());
    let rows = Entity::find().filter(wanted).filter(known::<Entity>(revision)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.cluster_id, row)).collect())
}

/// A value chain, as a cluster defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// The cluster that defines it.
    pub cluster_id: ClusterId,
    held: Arc<values::Sector>,
}

impl Sector {
    /// The id.
    pub fn id(&self) -> SectorId {
        self.held.id
    }

    /// Whether it is part of the register at a revision.
    pub fn is_known(&self, revision: Revision) -> bool {
        self.held.is_known(rev(revision))
    }

    /// Its code within the cluster.
    pub fn code(&self) -> &str {
        &self.held.code
    }

    /// What it is called, by the rule for missing languages.
    pub fn label(&self, language: Language) -> &str {
        self.held.label.in_language(language).unwrap_or(&self.held.code)
    }

    /// The classes of activities that belong to it with all under them, by version and code.
    pub fn classes(&self) -> &[ClassAt] {
        &self.held.named
    }

    /// The document that attests it.
    pub fn source(&self) -> SourceId {
        self.held.source
    }
}

/// The sectors of a cluster, by code.
pub fn sectors(image: &Image, id: ClusterId, revision: Revision) -> Vec<Sector> {
    let known = image.cluster(id).into_iter().flat_map(|segment| segment.sectors(rev(revision)));
    let mut known: Vec<_> = known.map(|held| Sector { cluster_id: id, held: held.clone() }).collect();
    known.sort_by(|one, other| one.code().cmp(other.code()));
    known
}

/// The sectors with some of these ids, superseded ones too.
pub fn sectors_by_ids(image: &Image, ids: &HashSet<SectorId>) -> Vec<Sector> {
    let of_cluster = |segment: &Arc<Segment>| {
        let wanted = segment.all_sectors().iter().filter(|sector| ids.contains(&sector.id));
        wanted.map(|held| Sector { cluster_id: segment.id, held: held.clone() }).collect::<Vec<_>>()
    };
    if ids.is_empty() { Vec::new() } else { image.clusters().iter().flat_map(of_cluster).collect() }
}

/// The services of each cluster's host, by key.
pub async fn services(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<service::Model>>> {
    use service::{Column, Entity};
    let order = vec![page::Term::new(Column::Key.into_expr(), KeyKind::Text, false)];
    let list = List::new(Entity::find().filter(known::<Entity>(revision)), order);
    page::read_whole(db, list.each(Column::ClusterId, ids.iter().copied())).await
}
