//! Programmes, and published figures.

use entity::{TextEnum, programme_cluster, programme_profile, published_figure};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::{Reading, Rows, labels, next, shown, text, word};
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

    pub(super) async fn figure_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.figures(db, after).await?;
        Ok(Rows { lines: self.figure_lines(db, &rows).await?, next: next(&rows, |row| row.id.into()) })
    }

    /// A page of published figures.
    pub(in super::super) async fn figures(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
    ) -> Result<Vec<published_figure::Model>> {
        self.standing::<published_figure::Entity>(db, after, Condition::all()).await
    }

    /// Published figures as lines.
    pub(in super::super) async fn figure_lines(
        &self,
        db: &impl ConnectionTrait,
        rows: &[published_figure::Model],
    ) -> Result<Vec<Vec<String>>> {
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let own = |key: &Option<String>| key.as_ref().map(|key| self.own_key(key)).unwrap_or_default();
        let line = |row: &published_figure::Model| {
            let sizes: Vec<_> = row.of_size_class.iter().map(|size| size.text()).collect();
            let mut line = vec![
                row.cluster_id.map_or_else(String::new, |id| self.slug(id)),
                row.programme_id.map_or_else(String::new, |id| self.programme(id)),
                own(&row.key),
                own(&row.part_of),
                row.metric.text(),
            ];
            line.extend(labels(&row.label));
            line.extend([word(row.of_sphere), sizes.join(" ")]);
            line.extend(labels(&row.of_group));
            line.extend([
                row.nature.text(),
                shown(row.value),
                row.disclosure.text(),
                row.qualifier.text(),
                word(row.unit),
                text(&row.population),
                shown(row.on),
                shown(row.comparable_with_previous),
            ]);
            line.extend(labels(&row.comparison_note));
            line.push(text(&row.quote));
            line.extend(labels(&row.explanation));
            line.push(sources[&row.source_id].clone());
            line
        };
        Ok(rows.iter().map(line).collect())
    }
}
