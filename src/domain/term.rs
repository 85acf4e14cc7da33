//! What codes are called, as clusters and sources word them.

use std::collections::HashMap;

pub use entity::term::TermKind;
use entity::{
    Labels, Language, Revision,
    id::ClusterId,
    term::{Column, Entity},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Result, time::known};

/// The terms of the register at a revision: they are few.
#[derive(Debug, Default)]
pub struct Terms(HashMap<(TermKind, Option<ClusterId>), HashMap<String, Labels>>);

impl Terms {
    /// Reads them. Of two packages that word the same code, the first that was recorded does.
    pub async fn read(db: &impl ConnectionTrait, revision: Revision) -> Result<Self> {
        let kinds = [TermKind::Attribute, TermKind::Judgement, TermKind::Scope];
        let terms = Entity::find().filter(Column::Kind.is_in(kinds)).filter(known::<Entity>(revision));
        let mut found: HashMap<_, HashMap<String, Labels>> = HashMap::new();
        for term in terms.order_by_asc(Column::Id).all(db).await? {
            found.entry((term.kind, term.cluster_id)).or_default().entry(term.code).or_insert(term.label);
        }
        Ok(Self(found))
    }

    /// All of them, by kind, cluster and code.
    pub fn all(&self) -> impl Iterator<Item = (TermKind, Option<ClusterId>, &str, &Labels)> {
        let mut all: Vec<_> = self
            .0
            .iter()
            .flat_map(|((kind, cluster), terms)| {
                terms.iter().map(|(code, label)| (*kind, *cluster, code.as_str(), label))
            })
            .collect();
        all.sort_unstable_by_key(|(kind, cluster, code, _)| (*kind, *code, *cluster));
        all.into_iter()
    }

    /// What a code is called, by the rule for missing languages; `None`: no source says so. Attributes are called the
    /// same in every cluster.
    pub fn label(&self, kind: TermKind, cluster: Option<ClusterId>, code: &str, language: Language) -> Option<&str> {
        let cluster = cluster.filter(|_| kind != TermKind::Attribute);
        self.0.get(&(kind, cluster))?.get(code)?.in_language(language)
    }
}
