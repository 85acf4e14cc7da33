//! What is asked about: random things of a register.

use chrono::Days;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};
use trihelix::domain::reference::REFERENCE;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use super::support::{self, today};

/// What is asked about.
#[derive(Clone)]
pub(crate) struct Things {
    /// The slugs of all.
    pub(crate) clusters: Vec<String>,
    organizations: Vec<uuid::Uuid>,
    municipalities: Vec<&'static str>,
    texts: Vec<String>,
}

impl Things {
    pub(crate) async fn read(url: &str) -> Self {
        let db = support::open(url).await;
        let slugs = entity::cluster::Entity::find().select_only().column(entity::cluster::Column::Slug);
        let clusters = slugs.into_tuple::<String>().all(&db).await.expect("SQL");
        let profiles = entity::organization_profile::Entity::find().limit(2000).all(&db).await.expect("SQL");
        db.close().await.expect("the database closes");
        // As people type: the first letters of a word, sometimes from the middle of one.
        let typed = |(at, name): (usize, &str)| {
            let word = name.split(' ').find(|word| word.chars().count() > 5)?;
            let from = if at % 8 == 7 { 2 } else { 0 };
            Some(word.chars().skip(from).take(3 + at % 9).collect::<String>())
        };
        Self {
            clusters,
            organizations: profiles.iter().map(|row| row.organization_id.0).collect(),
            municipalities: REFERENCE.municipalities().map(|municipality| municipality.nis.as_str()).collect(),
            texts: profiles.iter().map(|row| row.sort_name.as_str()).enumerate().filter_map(typed).collect(),
        }
    }

    /// What a request names: others each time.
    pub(crate) fn variables(&self, round: usize) -> Value {
        fn pick<T>(all: &[T], round: usize) -> &T {
            // A number that has no divisor in common with most lengths.
            &all[round.wrapping_mul(7919) % all.len()]
        }
        let day = today() - Days::new((round as u64 * 37) % 3_650);
        json!({
            "cluster": pick(&self.clusters, round),
            "day": day,
            "at": { "asOf": day },
            "organization": id(*pick(&self.organizations, round)),
            "municipality": pick(&self.municipalities, round),
            "section": pick(&["C", "G", "M", "38", "62"], round),
            "text": pick(&self.texts, round),
        })
    }
}

/// The id of an organization as the schema writes it.
fn id(of: Uuid) -> String {
    TypeSafeId::from_type_and_uuid(DynamicType::new("organization").expect("a type"), of).to_string()
}
