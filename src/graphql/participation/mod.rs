//! Participations: memberships and partnerships. What they share stands once, in [`ParticipationFields`].

pub(crate) mod filter;
pub(crate) mod period;
pub(crate) mod referral;

use std::{borrow::Cow, hash::Hash, marker::PhantomData};

use async_graphql::{Context, Enum, ID, Object, TypeName};
use entity::participation::ParticipationKind;
use uuid::Uuid;

pub(crate) use crate::graphql::participation::period::Period;
use crate::{
    domain::{
        self,
        participation::{Listing, Order, Whose},
        term::TermKind,
    },
    graphql::{
        cluster::{self, Cluster},
        criteria::rule,
        node,
        organization::{self, Organization},
        participation::{filter::ParticipationFilter, referral::Referral},
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Result, nullable},
            interface::interface,
            language::Language,
            level::{self, Row},
            merged::merged,
            pagination::{self, Arguments, Connection, EdgeOf, Node, OrderTerm, Ordered, order_term},
            scalars::Instant,
        },
    },
};

/// Status of a membership or partnership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::participation_period::Status")]
pub(crate) enum MembershipStatus {
    /// Asked to become a member and is not one yet. Memberships only.
    Candidate,
    /// Full member, or partner.
    Effective,
    /// No longer: `exit` says how it ended.
    Ended,
}

/// What memberships and partnerships can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ParticipationOrderField {
    /// The first day that the status at the point in time counts from.
    Since,
    /// The name of the organization, without regard to accents and case.
    OrganizationName,
    /// The slug of the cluster.
    Cluster,
    /// When they were first recorded.
    Recorded,
}

order_term!(ParticipationOrder of ParticipationOrderField, "An order of memberships or partnerships.");

impl From<ParticipationOrderField> for Order {
    fn from(field: ParticipationOrderField) -> Self {
        match field {
            ParticipationOrderField::Since => Self::Since,
            ParticipationOrderField::OrganizationName => Self::OrganizationName,
            ParticipationOrderField::Cluster => Self::Cluster,
            ParticipationOrderField::Recorded => Self::Recorded,
        }
    }
}

/// As what an organization takes part.
pub(crate) trait Kind: Send + Sync + 'static {
    const KIND: ParticipationKind;
    const LIST: &'static str;
    const TYPE: &'static str;
}

#[derive(Clone)]
pub(crate) struct Member;

impl Kind for Member {
    const KIND: ParticipationKind = ParticipationKind::Member;
    const LIST: &'static str = "memberships";
    const TYPE: &'static str = "MembershipFields";
}

#[derive(Clone)]
pub(crate) struct Partner;

impl Kind for Partner {
    const KIND: ParticipationKind = ParticipationKind::Partner;
    const LIST: &'static str = "partnerships";
    const TYPE: &'static str = "Partnership";
}

/// What memberships and partnerships share.
#[derive(Clone)]
pub(crate) struct ParticipationFields<K>(Row<domain::participation::Participation>, PhantomData<K>);

impl<K: Kind> TypeName for ParticipationFields<K> {
    fn type_name() -> Cow<'static, str> {
        K::TYPE.into()
    }
}

/// A partner's part in a cluster, or in one of its working groups.
#[Object(name_type)]
impl<K: Kind> ParticipationFields<K> {
    /// Opaque, prefixed by its type.
    async fn id(&self) -> ID {
        node::participation(self.0.kind, self.0.id)
    }

    /// The cluster.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |participation| participation.cluster_id).await
    }

    /// The organization that takes part.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization> {
        organization::of_row(ctx, &self.0, |participation| participation.organization_id).await
    }

    /// The working group it is restricted to; null when it is in the whole cluster.
    async fn scope(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.scope(ctx.image()).map(str::to_owned)
    }

    /// What the working group is called; its name as recorded where no source says so in other languages, null when it is in
    /// the whole cluster.
    async fn scope_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Option<Result<String>> {
        let scope = self.0.scope(ctx.image())?;
        Some(rule::label(ctx, TermKind::Scope, Some(self.0.cluster_id), scope, language).await)
    }

    /// The status at a point in time; null when no period covers that day.
    async fn status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Option<MembershipStatus> {
        Some(self.0.period_at(ctx.image(), ctx.basis().at(at))?.status().into())
    }

    /// The period that covers a point in time; null when none does.
    async fn period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Option<Result<Period>> {
        let (image, at) = (ctx.image(), ctx.basis().at(at));
        period_of(&self.0, ("period", at), |row| row.period_at(image, at)).await
    }

    /// When one of its periods was last recorded, corrected or withdrawn, as far as the request knows.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        register::recorded_at(ctx, self.0.updated(ctx.image(), ctx.basis().revision()))
    }

    /// All its periods, from the first to the last. They never overlap; days that no period covers are not known.
    async fn periods(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the register held at this instant. Default: what it holds now.")] known_at: Option<
            Instant,
        >,
    ) -> Result<Vec<Period>> {
        let image = ctx.image();
        let revision = ctx.basis().last_known(known_at);
        let periods = self.0.together(("periods", revision), |level| async move {
            let found = level.rows().iter().map(|row| (row.id.0, row.periods(image, revision)));
            Ok(level::children(found.collect(), level.rows().iter().map(|row| row.id.0)))
        });
        ctx.list(periods.await?, Period::from_row)
    }
}

#[derive(Clone)]
pub(crate) struct Referrals(Row<domain::participation::Participation>);

#[Object]
impl Referrals {
    /// The services of the cluster's host that the organization was referred to after its membership, in the
    /// order of recording.
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Vec<Referral>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let referrals = self.0.together("referrals", |level| async move {
            let ids = level.distinct(|row| Some(row.id));
            let found = domain::participation::referrals(db, &ids, revision).await?;
            Ok(level::children(found, level.rows().iter().map(|row| row.id.0)))
        });
        ctx.list(referrals.await?, Referral)
    }
}

#[derive(Clone)]
pub(crate) struct Membership(ParticipationFields<Member>, Referrals);

merged!(Membership, "An organization's membership of a cluster.", 0: ParticipationFields<Member>, 1: Referrals);

/// A partner's part in a cluster, or in one of its working groups.
pub(crate) type Partnership = ParticipationFields<Partner>;

impl Node for Membership {
    type Model = domain::participation::Participation;
    type Edge = ParticipationEdge<Self>;

    fn from_row(row: Row<domain::participation::Participation>) -> Self {
        Self(ParticipationFields(row.clone(), PhantomData), Referrals(row))
    }
}

impl Node for Partnership {
    type Model = domain::participation::Participation;
    type Edge = ParticipationEdge<Self>;

    fn from_row(row: Row<domain::participation::Participation>) -> Self {
        Self(row, PhantomData)
    }
}

/// A period of a participation, read together with those of its level.
async fn period_of(
    row: &Row<domain::participation::Participation>,
    key: impl Eq + Hash + Send + Sync + 'static,
    of: impl Fn(&domain::participation::Participation) -> Option<domain::participation::Period> + Send,
) -> Option<Result<Period>> {
    let periods = row.together(key, |level| async move {
        let periods: Vec<_> = level.rows().iter().map(of).collect();
        let mut rows = level::level(periods.iter().flatten().copied().collect()).into_iter();
        Ok(periods.iter().map(|period| period.and_then(|_| rows.next())).collect::<Vec<_>>())
    });
    periods.await.map(|period| period.map(Period::from_row)).transpose()
}

/// A membership or partnership as it stands in a list.
pub(crate) struct ParticipationEdge<N> {
    cursor: String,
    row: Row<domain::participation::Participation>,
    node: PhantomData<N>,
}

impl<N: Node<Model = domain::participation::Participation>> EdgeOf<N> for ParticipationEdge<N> {
    fn new(cursor: String, row: Row<domain::participation::Participation>) -> Self {
        Self { cursor, row, node: PhantomData }
    }
}

impl<N: Node> TypeName for ParticipationEdge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A row of a page with its cursor, and with what held at the point in time that the list is asked for. It belongs to the
/// list, so that clients that keep nodes by id keep it apart from them.
#[Object(name_type)]
impl<N: Node<Model = domain::participation::Participation>> ParticipationEdge<N> {
    /// Where the row stands in the list; for `after` and `before` of the same field in the same order. Opaque.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The row.
    async fn node(&self) -> N {
        N::from_row(self.row.clone())
    }

    /// The status at the list's point in time: the one that its filter is about. Behind a number of exits, the status from
    /// the exit on. Null only there, where nothing is recorded from then on.
    async fn status(&self, ctx: &Context<'_>) -> Option<MembershipStatus> {
        Some(self.row.listed_period(ctx.image())?.status().into())
    }

    /// The period that covers the list's point in time. Behind a number of exits, the one that begins with the exit. Null
    /// only there, where nothing is recorded from then on.
    async fn period(&self, ctx: &Context<'_>) -> Option<Result<Period>> {
        let image = ctx.image();
        period_of(&self.row, "listed period", |row| row.listed_period(image)).await
    }
}

/// An organization's dated relation with a cluster.
pub(crate) enum Participation {
    Membership(Membership),
    Partnership(Partnership),
}

impl Participation {
    const FIELDS: Option<&[&str]> = None;

    pub(crate) fn from_row(row: Row<domain::participation::Participation>) -> Self {
        match row.kind {
            ParticipationKind::Member => Self::Membership(Membership::from_row(row)),
            ParticipationKind::Partner => Self::Partnership(Partnership::from_row(row)),
        }
    }
}

interface!(
    Participation,
    "An organization's dated relation with a cluster.",
    fields: Partnership,
    Membership,
    Partnership,
);

/// What a list of participations is asked.
pub(crate) struct Asked {
    pub(crate) filter: Option<ParticipationFilter>,
    pub(crate) search: Option<String>,
    pub(crate) at: Option<PointInTimeInput>,
    pub(crate) order_by: Vec<ParticipationOrder>,
    pub(crate) page: Arguments,
}

/// An order as the domain takes it, and what the cursors of a list in it belong to.
pub(crate) fn ordered(list: &'static str, by: Vec<ParticipationOrder>) -> (Vec<(Order, bool)>, Ordered) {
    let (order, words) = ParticipationOrder::read(by, ParticipationOrderField::Recorded);
    let kinds = domain::participation::kinds(&order);
    (order, Ordered::new(list, words, kinds))
}

/// A type that is listed by kind.
pub(crate) trait Listed: Node<Model = domain::participation::Participation> {
    type Kind: Kind;

    /// The page of this list under every row of a level.
    async fn each<T: Send + Sync + 'static>(
        ctx: &Context<'_>,
        row: &Row<T>,
        whose: fn(&[T]) -> (Whose, Vec<Uuid>),
        asked: Asked,
    ) -> Result<Connection<Self>> {
        let Asked { filter, search, at, order_by, page } = asked;
        let (order, ordered) = ordered(Self::Kind::LIST, order_by);
        let request = page.request::<Self>(ctx, &ordered)?;
        let filter = ParticipationFilter::parse_current(filter, search, ctx).await?;
        let (image, at) = (ctx.image(), ctx.basis().at(at));
        let key = (Self::Kind::LIST, filter, order, at, request);
        let page = row.together(key.clone(), |level| async move {
            let (_, filter, order, at, request) = key;
            let (whose, parents) = whose(level.rows());
            let listing = Listing { kind: Self::Kind::KIND, filter: &filter, order: &order, at };
            let found = domain::participation::list_each(image, listing, whose, &request);
            Ok(level::children(found, parents))
        });
        Ok(Connection::new(page.await?, ordered))
    }

    /// A page of this list of everyone.
    async fn all(ctx: &Context<'_>, asked: Asked) -> Result<Connection<Self>> {
        let Asked { filter, search, at, order_by, page } = asked;
        let (order, ordered) = ordered(Self::Kind::LIST, order_by);
        let request = page.request::<Self>(ctx, &ordered)?;
        let filter = ParticipationFilter::parse_current(filter, search, ctx).await?;
        let at = ctx.basis().at(at);
        let listing = Listing { kind: Self::Kind::KIND, filter: &filter, order: &order, at };
        let _turn = ctx.turn().await;
        let page = domain::participation::list(ctx.image(), listing, &request);
        Ok(Connection::new(level::page(page), ordered))
    }
}

impl Listed for Membership {
    type Kind = Member;
}

impl Listed for Partnership {
    type Kind = Partner;
}

/// Memberships and partnerships of all clusters.
#[derive(Default)]
pub(crate) struct ParticipationQuery;

#[Object]
impl ParticipationQuery {
    /// The memberships of all clusters: without a condition on the status, candidate and effective ones at
    /// the point in time. Ties by id,
    /// in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which memberships. Default: candidate and effective ones.")] filter: Option<
            ParticipationFilter,
        >,
        #[graphql(
            desc = "Only those of organizations one of whose names contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(
            desc = "In which order.",
            default_with = "ParticipationOrder::by(ParticipationOrderField::Recorded)"
        )]
        order_by: Vec<ParticipationOrder>,
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
    ) -> Option<Result<Connection<Membership>>> {
        let page = Arguments { first, after, last, before };
        nullable(Membership::all(ctx, Asked { filter, search, at, order_by, page })).await
    }

    /// The partnerships of all clusters: without a condition on the status, effective ones at the point in
    /// time. Ties by id,
    /// in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partnerships. Default: effective ones.")] filter: Option<ParticipationFilter>,
        #[graphql(
            desc = "Only those of organizations one of whose names contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(
            desc = "In which order.",
            default_with = "ParticipationOrder::by(ParticipationOrderField::Recorded)"
        )]
        order_by: Vec<ParticipationOrder>,
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
    ) -> Option<Result<Connection<Partnership>>> {
        let page = Arguments { first, after, last, before };
        nullable(Partnership::all(ctx, Asked { filter, search, at, order_by, page })).await
    }
}
