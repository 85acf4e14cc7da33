//! Programmes: groups of clusters that figures are published of together.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, OneofObject};
use entity::id::ProgrammeId;
use uuid::Uuid;

use crate::{
    domain::{self, condition::Resolver, programme, quoted},
    graphql::{
        cluster::Cluster,
        figure::{
            self, PublishedFigure,
            query::{FigureFilter, FigureOrder, FigureOrderField},
        },
        filter::searched,
        node::GlobalId,
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result, nullable},
            interface::interface,
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm, Ordered, order_term},
            scalars::Instant,
        },
        source::{self, Source},
    },
};

#[derive(Clone)]
pub(crate) struct Programme(Row<programme::Programme>);

impl Node for Programme {
    type Model = programme::Programme;
    type Edge = Edge<Self>;

    fn from_row(row: Row<programme::Programme>) -> Self {
        Self(row)
    }
}

fn ids(rows: &[programme::Programme]) -> Vec<ProgrammeId> {
    rows.iter().map(|row| row.id).collect()
}

fn parents(rows: &[programme::Programme]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id.0).collect()
}

/// A group of clusters that figures are published of together: those of a policy, of a label or of a platform.
#[Object]
impl Programme {
    /// Opaque, prefixed by its type. Never changes.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its name in addresses. Never changes.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name.
    async fn name(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> &str {
        self.0.name(language.into())
    }

    /// What it is, as the source of this record words it; null when it does not.
    async fn description(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.description(language.into())
    }

    /// Its web site; null when none is recorded.
    async fn website(&self) -> Option<&str> {
        self.0.website()
    }

    /// The clusters that are recorded as belonging to it on a day, by name. No source says that these are all: no known cluster
    /// is not "no cluster".
    async fn clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Cluster>> {
        let (db, image, revision, at) = (ctx.db(), ctx.image(), ctx.basis().revision(), ctx.basis().at(at));
        let clusters = self.0.together(("clusters", at), |level| async move {
            let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
            for pair in programme::clusters(db, &ids(level.rows()), at).await? {
                found.entry(pair.programme_id.0).or_default().push(pair.cluster_id);
            }
            let named = |ids| domain::cluster::by_ids_by_name(image, ids, revision);
            let found = found.into_iter().map(|(id, clusters)| (id, named(clusters))).collect();
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(clusters.await?, Cluster::from_row)
    }

    /// Figures asserted about it in public. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which figures. Default: all.")] filter: Option<FigureFilter>,
        #[graphql(desc = "In which order.", default_with = "FigureOrder::by(FigureOrderField::On)")] order_by: Vec<
            FigureOrder,
        >,
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
    ) -> Result<Connection<PublishedFigure>> {
        let of_programmes = |rows: &[_]| (domain::figure::Whose::Programmes(ids(rows)), parents(rows));
        figure::query::each(ctx, &self.0, of_programmes, filter, order_by, Arguments { first, after, last, before })
            .await
    }

    /// The document that attests this record of the programme.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source())
    }

    /// When something of it was last recorded, corrected or withdrawn, as far as the request knows: its own record, which
    /// clusters belong to it, and figures.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let last = self.0.together("updatedAt", |level| async move {
            let found = domain::updated::programmes(db, &ids(level.rows()), revision).await?;
            Ok(level.rows().iter().map(|row| found.get(&row.id.0).copied()).collect::<Vec<_>>())
        });
        register::recorded_at(ctx, last.await?.ok_or_else(Error::replaced)?)
    }
}

/// What figures are about.
#[derive(Clone)]
pub(crate) enum FigureSubject {
    Cluster(Cluster),
    Programme(Programme),
}

impl FigureSubject {
    const FIELDS: Option<&[&str]> = None;
}

interface!(FigureSubject, "What a figure is about: a cluster, or a programme.", fields: SubjectFields, Cluster, Programme);

/// What [`FigureSubject`] takes its fields from; never made.
struct SubjectFields {
    id: ID,
    slug: String,
    name: String,
}

#[Object]
impl SubjectFields {
    /// Opaque, prefixed by its type. Never changes.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// Its name in addresses: of clusters among clusters, of programmes among programmes. Never changes.
    async fn slug(&self) -> &str {
        &self.slug
    }

    /// Its name.
    async fn name(
        &self,
        #[graphql(desc = "Default: English.", default)]
        #[expect(unused_variables, reason = "never asked")]
        language: Language,
    ) -> &str {
        &self.name
    }
}

/// The programme that a row is about, if it is about one.
pub(crate) async fn found<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    programme: impl Fn(&T) -> Option<ProgrammeId> + Send + Sync,
) -> Result<Option<Programme>> {
    let (db, revision) = (ctx.db(), ctx.basis().revision());
    let found = row.together("programme", |level| async move {
        let ids = level.distinct(&programme);
        let all = if ids.is_empty() { Vec::new() } else { programme::all(db, revision).await? };
        let named = all.into_iter().filter(|row| ids.contains(&row.id)).collect();
        Ok(level.named(named, |programme| programme.id, programme))
    });
    Ok(found.await?.map(Programme))
}

/// The programmes that a condition lists, by ids or slugs.
pub(crate) async fn by_keys(
    ctx: &Context<'_>,
    keys: Option<Vec<ID>>,
    resolver: &mut Resolver<'_>,
) -> Result<Option<Vec<ProgrammeId>>> {
    let Some(keys) = keys else { return Ok(None) };
    let held = programme::all(ctx.db(), ctx.basis().revision()).await?;
    let id = |key: &ID| match held.iter().find(|programme| programme.slug == **key) {
        Some(programme) => Ok(programme.id),
        // Every id has an underscore.
        None if key.contains('_') => ProgrammeId::parse("programme", key),
        None => {
            let message = format!("no programme has the slug {}; `programmes` lists them", quoted(key));
            Err(Error::input("programme", message))
        }
    };
    let ids = keys.iter().map(id).collect::<Result<Vec<_>>>()?;
    Ok(Some(resolver.programmes(ids, &held)?))
}

/// How to name one programme.
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneofObject)]
pub(crate) enum ProgrammeKey {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

/// What programmes can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "programme::Order")]
pub(crate) enum ProgrammeOrderField {
    /// The name, without regard to accents and case.
    Name,
    /// When they were first recorded.
    Recorded,
}

order_term!(ProgrammeOrder of ProgrammeOrderField, "An order of programmes.");

/// Finding programmes.
#[derive(Default)]
pub(crate) struct ProgrammeQuery;

#[Object]
impl ProgrammeQuery {
    /// One programme; null when the register holds none of that key.
    async fn programme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exactly one of its keys.")] by: ProgrammeKey,
    ) -> Option<Result<Programme>> {
        let found = async {
            let is_asked: Box<dyn Fn(&programme::Programme) -> bool + Send> = match by {
                ProgrammeKey::Id(id) => {
                    let id = ProgrammeId::parse("by", &id)?;
                    Box::new(move |programme| programme.id == id)
                }
                ProgrammeKey::Slug(slug) => Box::new(move |programme| programme.slug == slug),
            };
            let all = programme::all(ctx.db(), ctx.basis().revision()).await?;
            Ok(all.into_iter().find(|programme| is_asked(programme)).map(|row| Programme(Row::alone(row))))
        };
        found.await.transpose()
    }

    /// The programmes of the register. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those whose name contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order.", default_with = "ProgrammeOrder::by(ProgrammeOrderField::Name)")]
        order_by: Vec<ProgrammeOrder>,
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
    ) -> Option<Result<Connection<Programme>>> {
        nullable(async {
            let (order, words) = ProgrammeOrder::read(order_by, ProgrammeOrderField::Name);
            let ordered = Ordered::new("programmes", words, programme::kinds(&order));
            let request = Arguments { first, after, last, before }.request::<Programme>(ctx, &ordered)?;
            let (search, revision) = (searched(search)?, ctx.basis().revision());
            let page = programme::list(ctx.db(), search.as_deref(), &order, revision, &request).await?;
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
