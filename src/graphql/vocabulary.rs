//! What is called what: the values of the schema's closed sets, and the codes of the register, in four languages.

use std::borrow::Cow;

use async_graphql::{Context, Enum, Object, OutputType, SimpleObject, resolver_utils::EnumType};

use crate::{
    domain,
    graphql::{
        cluster::Cluster,
        request::{
            basis::ContextExt,
            error::{Result, nullable},
            language::Language,
            level::{self, Row},
            pagination::{Node as _, word},
        },
    },
    words::labels::{self, Word},
};

/// What the value of a closed set is called.
pub(crate) fn label<E: EnumType + OutputType>(value: E, language: entity::Language) -> &'static str {
    let (set, value): (Cow<'_, str>, _) = (E::type_name(), word(value));
    labels::label(&set, value, language).unwrap_or(value)
}

/// What the value of a closed set is called in a language, each as the schema writes it; the value
/// itself where the schema has none.
pub fn label_of<'a>(set: &str, value: &'a str, language: Language) -> &'a str {
    labels::label(set, value, language.into()).unwrap_or(value)
}

/// What the register's codes and the schema's values are called in a language.
pub(crate) struct Vocabulary(entity::Language);

/// What values and codes are called in one language.
#[Object]
impl Vocabulary {
    /// The values of each closed set that people read, by the name of the set.
    async fn sets(&self, ctx: &Context<'_>) -> Result<Vec<VocabularySet>> {
        let sets: Vec<&[Word]> = labels::ALL.chunk_by(|one, other| one.set == other.set).collect();
        ctx.basis().hold(labels::ALL.len())?;
        let word = |word: &'static Word| VocabularyWord { value: &word.value, label: word.label(self.0) };
        let set =
            |words: &'static [Word]| VocabularySet { name: &words[0].set, words: words.iter().map(word).collect() };
        ctx.list(sets, set)
    }

    /// The codes of the register that have a label, as known at the basis of the request: in the order of kinds, then of
    /// codes.
    async fn terms(&self, ctx: &Context<'_>) -> Result<Vec<Term>> {
        let language = self.0;
        let terms = ctx.basis().terms().await?;
        let all = terms.all().map(|(kind, cluster, code, label)| Named {
            kind: kind.into(),
            cluster,
            code: code.to_owned(),
            label: label.in_language(language).unwrap_or(code).to_owned(),
        });
        ctx.list(level::level(all.collect()), Term)
    }
}

/// The values of a closed set.
#[derive(SimpleObject)]
pub(crate) struct VocabularySet {
    /// The name of the enum in the schema.
    name: &'static str,
    /// Its values in the order of the schema.
    words: Vec<VocabularyWord>,
}

/// A value, and what it is called.
#[derive(SimpleObject)]
pub(crate) struct VocabularyWord {
    /// The value, as the schema writes it.
    value: &'static str,
    /// What it is called.
    label: &'static str,
}

/// What a term is a code of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::term::TermKind")]
pub(crate) enum TermKind {
    /// An attribute of organizations.
    Attribute,
    /// A judgement of a cluster.
    Judgement,
    /// A working group of a cluster.
    Scope,
}

struct Named {
    kind: TermKind,
    cluster: Option<entity::id::ClusterId>,
    code: String,
    label: String,
}

pub(crate) struct Term(Row<Named>);

/// A code of the register, and what it is called.
#[Object]
impl Term {
    /// What it is a code of.
    async fn kind(&self) -> TermKind {
        self.0.kind
    }

    /// The cluster whose judgement or working group it is; null for an attribute.
    async fn cluster(&self, ctx: &Context<'_>) -> Option<Result<Cluster>> {
        self.0.cluster?;
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let found = self.0.together("cluster", |level| async move {
            let ids = level.distinct(|term| term.cluster);
            let clusters = domain::cluster::by_ids(image, ids, revision).collect();
            Ok(level.named(clusters, |cluster: &domain::cluster::Cluster| cluster.id, |term| term.cluster))
        });
        found.await.map(|found| found.map(Cluster::from_row)).transpose()
    }

    /// The code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is called.
    async fn label(&self) -> &str {
        &self.0.label
    }
}

/// What is called what.
#[derive(Default)]
pub(crate) struct VocabularyQuery;

#[Object]
impl VocabularyQuery {
    /// What the values of the schema and the codes of the register are called.
    async fn vocabulary(
        &self,
        #[graphql(desc = "In which language.", default)] language: Language,
    ) -> Option<Result<Vocabulary>> {
        nullable(async { Ok(Vocabulary(language.into())) }).await
    }
}
