//! Programmes, and which clusters belong to them.

use entity::{programme_cluster, programme_profile};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::{Reading, Rows, labels, shown, text};
use crate::domain::Result;

impl Reading {
    pub(super) async fn programme_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &programme_profile::Model| (None, Some(row.source_id));
        self.table::<programme_profile::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let mut line = vec![self.programme(row.programme_id), text(&row.website)];
            line.extend(labels(&row.name).chain(labels(&row.description)));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn programme_cluster_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &programme_cluster::Model| (None, Some(row.source_id));
        let on_the_day = self.on_the_day::<programme_cluster::Entity>();
        self.table::<programme_cluster::Entity>(db, after, on_the_day, cited, |row, keys| {
            vec![
                self.programme(row.programme_id),
                self.slug(row.cluster_id),
                shown(row.from_stated),
                shown(row.to_stated),
                keys.source(row.source_id),
            ]
        })
        .await
    }
}
