//! Sources.

use entity::{About, source};

use super::parser::{Parser, Seen};

impl Parser<'_> {
    pub(super) fn sources(&mut self) {
        let mut seen = Seen::default();
        let table = self.take("sources");
        for row in table.rows(self.faults) {
            let (kind, published_on, url, language) =
                (row.word("kind"), row.date("published_on"), row.address("url"), row.word("language"));
            let Some(key) = row.key("id") else { continue };
            seen.note(&row, "id", key);
            let (Some(kind), Some(title)) = (kind, row.owned("title")) else { continue };
            let mut source = source::Model {
                id: self.sources[key],
                // Keys of sources are the package's own: two packages may use the same.
                key: format!("{}/{key}", self.package.name),
                kind,
                title,
                publisher: row.owned("publisher"),
                reference: row.owned("reference"),
                published_on,
                url,
                language,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            // Facts that cite an unchanged source are unchanged too.
            if let Some(known) = self
                .holdings
                .sources
                .get(&source.key)
                .filter(|known| entity::source::Entity::say_the_same(known, &source))
            {
                source.id = known.id;
                self.sources.insert(key.to_owned(), known.id);
            }
            self.facts.sources.push(source);
        }
    }
}
