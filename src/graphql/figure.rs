//! Published figures.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::published_figure;

use super::{
    basis::{ContextExt, PointInTimeInput},
    cluster::{self, Cluster},
    error::{Result, nullable},
    filter::{clusters, listed},
    language::Language,
    level::{self, Row},
    node::GlobalId,
    pagination::{self, Arguments, Connection, Edge, Node, OrderTerm, Ordered, order_term},
    scalars::{Date, StatedDate},
    source::{self, Source},
};
use crate::domain::{
    condition::Resolver,
    figure::{self, Filter},
    statistics,
};

/// What a published figure counts. Two figures with the same number and different metrics stay two: sources that say
/// "27 members" and "27 companies" do not say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Metric")]
pub(crate) enum FigureMetric {
    /// Members, without more precision.
    Members,
    /// Members that are companies.
    MemberCompanies,
    /// Effective (full) members.
    EffectiveMembers,
    /// Candidate members.
    CandidateMembers,
    /// Partners.
    Partners,
    /// Members that left by their own decision.
    Leavers,
    /// Members that were excluded.
    Exclusions,
    /// Members and partners that joined in the period.
    JoinedParticipants,
    /// Candidates that gave up in the period.
    CandidaciesWithdrawn,
    /// Candidates that became effective members in the period.
    CandidatesPromoted,
    /// Share of companies, in percent of the stated population.
    CompanyShare,
    /// Share of participants that took part in activities, in percent of the stated population.
    ParticipationRate,
    /// Companies on the advisory board.
    AdvisoryBoardCompanies,
    /// Partners on the advisory board.
    AdvisoryBoardPartners,
    /// Members of the advisory board that were co-opted in the period.
    AdvisoryBoardCoopted,
    /// Working groups.
    WorkingGroups,
    /// Companies or projects accompanied in the period.
    SupportCases,
    /// Simple advices given in the period.
    AdviceGiven,
    /// Strategic objectives.
    StrategicObjectives,
    /// Circular business models in scope.
    CircularBusinessModels,
    /// Projects brought to industrial scale.
    ProjectsIndustrialised,
    /// Projects accompanied to break-even.
    ProjectsAtBreakEven,
    /// Years from the founding to the evaluation.
    YearsToEvaluation,
    /// Something else: `population` says what.
    Other,
}

/// Whether a figure says what was, or what was aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Nature")]
pub(crate) enum FigureNature {
    /// What was.
    Actual,
    /// What was aimed at.
    Target,
}

/// Whether a number was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Disclosure")]
pub(crate) enum Disclosure {
    /// It was.
    Disclosed,
    /// It was asked for and not given. This is not zero.
    NotDisclosed,
}

/// How a source qualifies its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Qualifier")]
pub(crate) enum FigureQualifier {
    /// Without qualification.
    Exactly,
    /// "About".
    About,
    /// "More than".
    MoreThan,
    /// "At least".
    AtLeast,
}

/// Which figures to list; conditions that are not given hold for all.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct FigureFilter {
    /// Of one of these metrics.
    metric: Option<Vec<FigureMetric>>,
    /// Of one of these natures.
    nature: Option<Vec<FigureNature>>,
    /// Disclosed or not.
    disclosure: Option<Vec<Disclosure>>,
    /// Of one of these clusters.
    cluster: Option<Vec<ID>>,
}

impl FigureFilter {
    pub(super) fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        let (Self { metric, nature, disclosure, cluster }, mut resolver) = (self, Resolver::new(ctx.image()));
        Ok(Filter {
            metrics: listed("metric", metric, &mut resolver)?,
            natures: listed("nature", nature, &mut resolver)?,
            disclosures: listed("disclosure", disclosure, &mut resolver)?,
            clusters: clusters(cluster, &mut resolver)?,
        })
    }
}

#[derive(Clone)]
pub(crate) struct PublishedFigure(Row<published_figure::Model>);

impl Node for PublishedFigure {
    type Model = published_figure::Model;
    type Edge = Edge<Self>;
    const TEXTS: &'static [&'static str] = &["explanation"];

    fn of(row: Row<published_figure::Model>) -> Self {
        Self(row)
    }
}

/// A figure about a cluster that was asserted in public. It is never mixed with what the register counts.
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

    /// Whether it says what was, or what was aimed at.
    async fn nature(&self) -> FigureNature {
        self.0.nature.into()
    }

    /// The number, in units of the metric; null when it was asked for and not disclosed, which is not zero.
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

    /// Who or what is counted, in the source's own words; null when the metric says it all.
    async fn population(&self) -> Option<&str> {
        self.0.population.as_deref()
    }

    /// The date, or the period such as a year, that it is stated for; null when the source gives none.
    async fn on(&self) -> Option<StatedDate> {
        self.0.on.map(StatedDate)
    }

    /// What the source adds to the number; null when nothing.
    async fn explanation(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.explanation.in_language(language.into())
    }

    /// The figure against the register, on the same definition. What counts members or partners is compared on the day
    /// it is stated for, or the last day of its month or year; what happened in a period, over that month or year; leavers
    /// and exclusions stated for a day, since the first day recorded. "Members" without more precision are effective members.
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
        let _turn = ctx.turn().await;
        let compared = statistics::compare(ctx.image(), &self.0, as_of.map(|Date(day)| day), revision)?;
        Ok(FigureComparison {
            recorded: compared.recorded.map(|count| count as i32),
            difference: compared.difference,
            complete: compared.complete,
            as_of: compared.as_of.map(Date),
            reason: compared.reason.map(|reason| match reason {
                statistics::Incomparable::NotDisclosed => IncomparableReason::NotDisclosed,
                statistics::Incomparable::Target => IncomparableReason::Target,
                statistics::Incomparable::NoDate => IncomparableReason::NoDate,
                statistics::Incomparable::NoPeriod => IncomparableReason::NoPeriod,
                statistics::Incomparable::NotRecorded => IncomparableReason::NotRecorded,
            }),
        })
    }

    /// The cluster it is about.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of(ctx, &self.0, |figure| figure.cluster_id).await
    }

    /// Where it was published.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::of(ctx, self.0.source_id)
    }
}

/// A published figure against what the register counts.
#[derive(SimpleObject)]
pub(crate) struct FigureComparison {
    /// What the register counts on the same definition; null where it has no such count.
    recorded: Option<i32>,
    /// The published number less the recorded one; null where there is nothing to compare: `reason` says why.
    difference: Option<f64>,
    /// Whether the register was complete for what is compared. If not, `recorded` is a lower bound.
    complete: bool,
    /// The day at whose end it is counted. Of a figure that counts what happened, the last day of its period. It is the last day
    /// of the date that the figure is stated for, or the day of `at`. Null when there is neither, and for a target.
    as_of: Option<Date>,
    /// Why there is no difference; null when there is one.
    reason: Option<IncomparableReason>,
}

/// Why a published figure has no difference from the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum IncomparableReason {
    /// The number was asked for and not given.
    NotDisclosed,
    /// It says what was aimed at, not what was.
    Target,
    /// It is stated for no date.
    NoDate,
    /// It counts what happened in a period, and is stated for none.
    NoPeriod,
    /// The register does not record what it counts, or its source does not say what that is.
    NotRecorded,
}

/// What figures can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "figure::Order")]
pub(crate) enum FigureOrderField {
    /// The date that is stated, undated ones as the latest.
    On,
    /// When they were recorded.
    Recorded,
}

order_term!(FigureOrder of FigureOrderField, "An order of figures.");

/// An order as the domain takes it, and what its cursors belong to.
pub(super) fn ordered(by: Vec<FigureOrder>) -> (Vec<(figure::Order, bool)>, Ordered) {
    let (order, words) = FigureOrder::read(by, FigureOrderField::On);
    let ordered = Ordered::new("figures", words, figure::kinds(&order));
    (order, ordered)
}

/// Lists of figures.
#[derive(Default)]
pub(crate) struct FigureQuery;

#[Object]
impl FigureQuery {
    /// Figures asserted in public. Ties by id, in the direction of the last order.
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
    ) -> Option<Result<Connection<PublishedFigure>>> {
        nullable(async {
            let (order, ordered) = ordered(order_by);
            let request = Arguments { first, after, last, before }.request::<PublishedFigure>(ctx, &ordered)?;
            let filter = filter.unwrap_or_default().parse(ctx)?;
            let page = figure::list(ctx.db(), &filter, &order, ctx.basis().revision(), &request).await?;
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
