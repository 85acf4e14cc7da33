//! Published figures: what each says. They are found in `query` and compared with the register in `comparison`.

pub(crate) mod comparison;
pub(crate) mod kinds;
pub(crate) mod query;

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{Revision, published_figure};

use self::{
    comparison::FigureComparison,
    kinds::{Disclosure, FigureMetric, FigureNature, FigureQualifier, FigureUnit},
};
use crate::{
    domain::{self, figure, programme::Belonging, statistics},
    graphql::{
        cluster,
        node::GlobalId,
        organization::{filter::Sphere, kinds::SizeClass},
        programme::{self, FigureSubject},
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            language::Language,
            level::{self, Row},
            pagination::{Edge, Node},
            scalars::{Date, StatedDate},
        },
        source::{self, Source},
    },
};

#[derive(Clone)]
pub(crate) struct FigureGroup(Row<published_figure::Model>);

/// Which of those that a metric counts a figure is of.
#[Object]
impl FigureGroup {
    /// Organizations of this sphere; null: of any.
    async fn sphere(&self) -> Option<Sphere> {
        self.0.of_sphere.map(Into::into)
    }

    /// Companies of one of these sizes, from small to large; none: of any.
    async fn size_class(&self, ctx: &Context<'_>) -> Result<Vec<SizeClass>> {
        ctx.list(self.0.of_size_class.iter().collect(), Into::into)
    }

    /// Those of a group that neither a sphere nor a size says, such as hospitals or start-ups; null: it is of no such group.
    async fn group(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.of_group.in_language(language.into())
    }
}

/// The figures that are stated to be a part of another, and whether they sum to it.
#[derive(Clone, SimpleObject)]
pub(crate) struct FigureParts {
    /// The parts, in the order in which they were recorded.
    figures: Vec<PublishedFigure>,
    /// The sum of their numbers; null where one is not disclosed.
    sum: Option<f64>,
    /// How the sum stands to the whole.
    outcome: PartsOutcome,
}

/// How the sum of the parts of a figure stands to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "figure::Sums")]
pub(crate) enum PartsOutcome {
    /// The sum is the whole.
    Equal,
    /// The sum is less: not all parts are stated.
    Less,
    /// The sum is more: parts overlap, or a number is wrong.
    More,
    /// Nobody can say: a number is not disclosed, or not stated exactly, or not for the date of the whole.
    Undetermined,
}

#[derive(Clone)]
pub(crate) struct PublishedFigure(Row<published_figure::Model>);

impl Node for PublishedFigure {
    type Model = published_figure::Model;
    type Edge = Edge<Self>;
    const TEXTS: &'static [&'static str] = &["explanation"];

    fn from_row(row: Row<published_figure::Model>) -> Self {
        Self(row)
    }
}

/// A figure about a cluster or a programme that was asserted in public. It is never mixed with what the register counts.
#[Object]
impl PublishedFigure {
    /// Opaque, prefixed by its type.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it counts.
    async fn metric(&self) -> FigureMetric {
        self.0.metric.into()
    }

    /// What it counts, in words. Null for every metric but `OTHER`, which does not say it itself.
    async fn label(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.label.in_language(language.into())
    }

    /// Which part of those that the metric counts, such as one sphere; null for all of them.
    async fn of(&self) -> Option<FigureGroup> {
        let figure = &self.0;
        let is_of_all = figure.of_sphere.is_none() && figure.of_size_class.is_any() && figure.of_group.is_empty();
        (!is_of_all).then(|| FigureGroup(figure.clone()))
    }

    /// What the number counts. Null where the source does not say, counts several of these together, or counts
    /// something else.
    async fn unit(&self) -> Option<FigureUnit> {
        self.0.unit.map(Into::into)
    }

    /// Whether it says what was, or what was aimed at.
    async fn nature(&self) -> FigureNature {
        self.0.nature.into()
    }

    /// The number; null when it was asked for and not disclosed, which is not zero.
    async fn value(&self) -> Option<f64> {
        self.0.value
    }

    /// Whether the number was given.
    async fn disclosure(&self) -> Disclosure {
        self.0.disclosure.into()
    }

    /// How the source qualifies the number.
    async fn qualifier(&self) -> FigureQualifier {
        self.0.qualifier.into()
    }

    /// Who or what is counted, in the source's own words; null when these are not recorded.
    async fn population(&self) -> Option<&str> {
        self.0.population.as_deref()
    }

    /// The date, or the period such as a year, that it is stated for; null when the source gives none.
    async fn on(&self) -> Option<StatedDate> {
        self.0.on.map(StatedDate)
    }

    /// Whether it can be compared with the figure before it: of the same cluster or programme, metric, `of` and nature, stated
    /// for the last earlier date. False: what is counted has changed, and no line may be drawn through both. Null: nobody says.
    async fn comparable_with_previous(&self) -> Option<bool> {
        self.0.comparable_with_previous
    }

    /// Why it can be compared with the figure before it, or cannot; null when nobody says.
    async fn comparison_note(
        &self,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Option<&str> {
        self.0.comparison_note.in_language(language.into())
    }

    /// The figure that it is stated to be a part of; null when it is of none.
    async fn part_of(&self, ctx: &Context<'_>) -> Option<Result<PublishedFigure>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let whole = self.0.together("partOf", |level| async move {
            let found = figure::wholes(db, level.rows(), revision).await?;
            let (parts, wholes): (Vec<_>, Vec<_>) = found.into_iter().unzip();
            let rows: HashMap<_, _> = parts.into_iter().zip(level::level(wholes)).collect();
            Ok(level.rows().iter().map(|row| rows.get(&row.id).cloned()).collect::<Vec<_>>())
        });
        whole.await.map(|whole| whole.map(Self)).transpose()
    }

    /// The figures that are stated to be a part of it, and whether they sum to it; null when there are none.
    async fn parts(&self, ctx: &Context<'_>) -> Option<Result<FigureParts>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let parts = self.0.together("parts", |level| async move {
            let found = figure::parts(db, level.rows(), revision).await?;
            Ok(level::children(found, level.rows().iter().map(|row| row.id.0)))
        });
        let shown = |rows: Vec<Row<published_figure::Model>>| {
            let models: Vec<_> = rows.iter().map(|row| (**row).clone()).collect();
            let (sum, outcome) = figure::sums(&self.0, &models);
            let figures = ctx.list(rows, Self)?;
            Ok((!figures.is_empty()).then_some(FigureParts { figures, sum, outcome: outcome.into() }))
        };
        parts.await.and_then(shown).transpose()
    }

    /// The words of the source that state it; null when they are not recorded.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    /// What the source adds to the number, or the editors to the source; null when nothing.
    async fn explanation(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.explanation.in_language(language.into())
    }

    /// The figure against the register, on the same definition: the same spheres and sizes, in organizations counted once
    /// where that is its unit, else in memberships and partnerships; of a programme, in the clusters that belong to it that day.
    /// What counts members or partners is compared on the day it is stated for, or the last day of its month or year; what
    /// happened in a period, over that month or year; leavers and exclusions stated for a day, since the first day recorded.
    /// "Members" without more precision are effective members, as are founding members on the day that is stated.
    async fn registry(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Another day, or what was known at another instant. Default: the figure's own date, as known now."
        )]
        at: Option<PointInTimeInput>,
    ) -> Result<FigureComparison> {
        let as_of = at.and_then(|at| at.as_of);
        let revision = match at.and_then(|at| at.known_at) {
            None => ctx.basis().revision(),
            known_at => ctx.basis().at(Some(PointInTimeInput { as_of, known_at })).revision,
        };
        let programme = self.belongings(ctx, revision).await?;
        let _turn = ctx.turn().await;
        let compared = statistics::compare(ctx.image(), &self.0, &programme, as_of.map(|Date(day)| day), revision)?;
        Ok(compared.into())
    }

    /// The cluster or the programme it is about.
    async fn subject(&self, ctx: &Context<'_>) -> Result<FigureSubject> {
        let cluster = cluster::found(ctx, &self.0, |figure| figure.cluster_id).await?.map(FigureSubject::Cluster);
        let programme = programme::found(ctx, &self.0, |figure| figure.programme_id).await?;
        cluster.or(programme.map(FigureSubject::Programme)).ok_or_else(Error::replaced)
    }

    /// Where it was published.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}

impl PublishedFigure {
    /// Which clusters belong to the programme that it is about, and when; none where it is about a cluster.
    async fn belongings(&self, ctx: &Context<'_>, revision: Revision) -> Result<Arc<[Belonging]>> {
        let db = ctx.db();
        let found = self.0.together(("registry", revision), |level| async move {
            let ids = level.distinct(|row| row.programme_id);
            let all =
                if ids.is_empty() { Vec::new() } else { domain::programme::belongings(db, &ids, revision).await? };
            let belongings = |row: &published_figure::Model| {
                all.iter().filter(|pair| Some(pair.programme_id) == row.programme_id).cloned().collect::<Arc<[_]>>()
            };
            Ok(level.rows().iter().map(belongings).collect())
        });
        found.await
    }
}
