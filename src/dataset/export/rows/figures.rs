//! Published figures.

use entity::{TextEnum, published_figure};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::{Reading, Rows, labels, next, shown, text, word};
use crate::domain::Result;

impl Reading {
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
