//! The documents that facts come from. They are few, and every fact shows one: they are held whole.

use std::sync::Arc;

use entity::{id::SourceId, source::Model};

use crate::domain::positions::SourceAt;

/// The sources of the register, superseded ones too: a fact keeps the one that it was recorded
/// with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// In the order of recording.
    rows: Vec<Arc<Model>>,
    /// Positions in the order of ids.
    by_id: Vec<SourceAt>,
}

impl Sources {
    /// The source at a position.
    pub(crate) fn get(&self, at: SourceAt) -> &Arc<Model> {
        &self.rows[at.index()]
    }

    /// All, superseded ones too, in the order of recording.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.rows.iter()
    }

    /// The position of a source, if the register ever held it.
    pub(crate) fn position(&self, id: SourceId) -> Option<SourceAt> {
        self.by_id.binary_search_by_key(&id, |at| self.get(*at).id).ok().map(|found| self.by_id[found])
    }

    /// The sources after changes: new ones, and those that are superseded.
    pub(super) fn forward(&self, mut changes: Vec<Model>) -> Self {
        let mut next = self.clone();
        changes.sort_unstable_by_key(|source| source.id);
        for source in changes {
            match self.position(source.id) {
                Some(at) => next.rows[at.index()] = Arc::new(source),
                None => {
                    next.by_id.push(SourceAt::at(next.rows.len()));
                    next.rows.push(Arc::new(source));
                }
            }
        }
        let rows = &next.rows;
        next.by_id.sort_by_key(|at| rows[at.index()].id);
        next
    }

    pub(super) fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let row = |row: &Arc<Model>| {
            size_of::<Model>()
                + row.key.len()
                + row.title.len()
                + text(&row.publisher)
                + text(&row.reference)
                + text(&row.url)
        };
        self.rows.iter().map(row).sum::<usize>() + size_of_val(&*self.rows) + size_of_val(&*self.by_id)
    }
}
