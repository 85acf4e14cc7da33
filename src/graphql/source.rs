//! Sources: the documents facts come from.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entity::{id::SourceId, source};

use crate::{
    domain::{self, condition::Resolver, positions::SourceAt},
    graphql::{
        filter::{listed, searched},
        node::GlobalId,
        request::{
            basis::ContextExt,
            error::{Error, Result, nullable},
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm, Ordered, order_term},
            scalars::StatedDate,
        },
    },
};

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::source::SourceKind")]
pub(crate) enum SourceKind {
    /// A question to a parliament, with its answer.
    ParliamentaryQuestion,
    /// An article in the press.
    PressArticle,
    /// A page on a web site.
    WebPage,
    /// An extract of a register.
    RegisterExtract,
    /// A decision of a body that may take it.
    Decision,
    /// A report.
    Report,
    /// A dataset.
    Dataset,
}

#[derive(Clone)]
pub(crate) struct Source(Arc<source::Model>);

impl Node for Source {
    type Model = Arc<source::Model>;
    type Edge = Edge<Self>;

    fn from_row(row: Row<Arc<source::Model>>) -> Self {
        Self((*row).clone())
    }
}

/// A document that facts come from.
#[Object]
impl Source {
    /// Opaque, prefixed by its type.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What kind of document it is.
    async fn kind(&self) -> SourceKind {
        self.0.kind.into()
    }

    /// The title, as published.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who published it; null when that is not recorded.
    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    /// Its number or citation; null when it has none.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// When it was published; null when it does not say.
    async fn published_on(&self) -> Option<StatedDate> {
        self.0.published_on.map(StatedDate)
    }

    /// Where it can be read; null when that is not recorded.
    async fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }

    /// The language it is written in; null when that is not recorded.
    async fn language(&self) -> Option<Language> {
        self.0.language.map(Into::into)
    }
}

/// The source of a fact.
pub(crate) fn by_id(ctx: &Context<'_>, id: SourceId) -> Result<Source> {
    domain::source::held(ctx.image(), id).cloned().map(Source).ok_or_else(Error::replaced)
}

/// The source at a position in the ledger.
pub(crate) fn at(ctx: &Context<'_>, at: SourceAt) -> Source {
    Source(domain::source::at(ctx.image(), at).clone())
}

/// What sources can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::source::Order")]
pub(crate) enum SourceOrderField {
    /// The date of publication, undated ones as the latest.
    PublishedOn,
    /// The title, without regard to accents and case.
    Title,
    /// When they were first recorded.
    Recorded,
}

order_term!(SourceOrder of SourceOrderField, "An order of sources.");

/// Lists of sources.
#[derive(Default)]
pub(crate) struct SourceQuery;

#[Object]
impl SourceQuery {
    /// The documents that facts of the register come from. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of these kinds. Default: all.")] kind: Option<Vec<SourceKind>>,
        #[graphql(
            desc = "Only those whose title contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order.", default_with = "SourceOrder::by(SourceOrderField::PublishedOn)")]
        order_by: Vec<SourceOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Source>>> {
        nullable(async {
            let (order, words) = SourceOrder::read(order_by, SourceOrderField::PublishedOn);
            let ordered = Ordered::new("sources", words, domain::source::kinds(&order));
            let request = Arguments { first, after, last, before }.request::<Source>(ctx, &ordered)?;
            let kinds = listed("kind", kind, &mut Resolver::new(ctx.image()))?;
            let revision = ctx.basis().revision();
            let (image, search) = (ctx.image(), searched(search)?);
            let page = domain::source::list(image, kinds.as_deref(), search.as_deref(), &order, revision, &request);
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
