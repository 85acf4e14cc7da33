//! Programmes: groups of clusters that figures are published of together. They are few, and read whole.

use std::collections::HashMap;

pub use entity::programme_cluster::Model as Belonging;
use entity::{
    Language, Revision,
    id::{ClusterId, ProgrammeId, SourceId},
    programme,
    programme_cluster::{Column, Entity},
    programme_profile,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::{
    Result,
    search::{self, Needle},
    store::{
        dialect,
        gathered::{Directions, Term, ended, page_of},
        page::{KeyKind, Page, PageRequest},
    },
    time::{PointInTime, holding, known},
};

/// A programme as it is known at a revision: what it is, under the slug that never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// The id that never changes.
    pub id: ProgrammeId,
    /// Its name in addresses.
    pub slug: String,
    profile: programme_profile::Model,
}

impl Programme {
    /// Its name, by the rule for missing languages.
    pub fn name(&self, language: Language) -> &str {
        self.profile.name.in_language(language).unwrap_or(&self.slug)
    }

    /// What it is, as its source words it.
    pub fn description(&self, language: Language) -> Option<&str> {
        self.profile.description.in_language(language)
    }

    /// Its web site.
    pub fn website(&self) -> Option<&str> {
        self.profile.website.as_deref()
    }

    /// The document that attests it.
    pub fn source(&self) -> SourceId {
        self.profile.source_id
    }

    fn is_found(&self, needle: &Needle) -> bool {
        let names: Vec<_> = self.profile.name.iter().map(|(_, name)| name).collect();
        needle.is_blank() || needle.found_in(&search::line(&self.profile.sort_name, &names.join(" "))).is_some()
    }
}

/// An order of programmes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the name, without regard to accents and case.
    Name,
    /// By when they were first recorded.
    Recorded,
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| if *field == Order::Name { KeyKind::Text } else { KeyKind::Id };
    ended(order, Order::Recorded).iter().map(kind).collect()
}

/// The programmes that are known at a revision.
pub async fn all(db: &impl ConnectionTrait, revision: Revision) -> Result<Vec<Programme>> {
    let slugs: HashMap<_, _> =
        programme::Entity::find().all(db).await?.into_iter().map(|anchor| (anchor.id, anchor.slug)).collect();
    let profiles =
        programme_profile::Entity::find().filter(known::<programme_profile::Entity>(revision)).all(db).await?;
    let shown = |profile: programme_profile::Model| {
        let id = profile.programme_id;
        Programme { id, slug: slugs[&id].clone(), profile }
    };
    Ok(profiles.into_iter().map(shown).collect())
}

/// All programmes, by name.
pub async fn by_name(db: &impl ConnectionTrait, revision: Revision) -> Result<Vec<Programme>> {
    let mut all = all(db, revision).await?;
    all.sort_by(|one, other| (&one.profile.sort_name, one.id).cmp(&(&other.profile.sort_name, other.id)));
    Ok(all)
}

/// The programmes whose names contain `search`, in an order.
pub async fn list(
    db: &impl ConnectionTrait,
    search: Option<&str>,
    order: &[(Order, bool)],
    revision: Revision,
    request: &PageRequest,
) -> Result<Page<Programme>> {
    let (all, needle, terms) = (all(db, revision).await?, search.map(Needle::from_text), ended(order, Order::Recorded));
    let is_found = |programme: &&Programme| match &needle {
        None => true,
        Some(needle) => needle.as_ref().is_some_and(|needle| programme.is_found(needle)),
    };
    let rows = all.iter().filter(is_found).map(|programme| {
        let term = |(field, _): &(Order, bool)| match field {
            Order::Name => Term::Text(&programme.profile.sort_name),
            Order::Recorded => Term::Id(programme.id.0),
        };
        (programme, terms.iter().map(term).collect())
    });
    Ok(page_of(rows, &Directions::from(terms.as_slice()), request).map(Programme::clone))
}

/// Which clusters belong to which of some programmes on a day, as known at a revision. A pair that two sources attest
/// comes twice.
pub async fn clusters(db: &impl ConnectionTrait, ids: &[ProgrammeId], at: PointInTime) -> Result<Vec<Belonging>> {
    belonging(db, Column::ProgrammeId, ids, holding::<Entity>(at)).await
}

/// The same, by the clusters.
pub async fn of_clusters(db: &impl ConnectionTrait, ids: &[ClusterId], at: PointInTime) -> Result<Vec<Belonging>> {
    belonging(db, Column::ClusterId, ids, holding::<Entity>(at)).await
}

/// The same on any day.
pub async fn belongings(db: &impl ConnectionTrait, ids: &[ProgrammeId], revision: Revision) -> Result<Vec<Belonging>> {
    belonging(db, Column::ProgrammeId, ids, known::<Entity>(revision)).await
}

async fn belonging<I: Copy + Into<Uuid>>(
    db: &impl ConnectionTrait,
    column: Column,
    ids: &[I],
    when: Condition,
) -> Result<Vec<Belonging>> {
    let named = dialect::any_of(db.get_database_backend(), column.into_expr(), ids.iter().copied());
    Ok(Entity::find().filter(named).filter(when).order_by_asc(Column::Id).all(db).await?)
}
