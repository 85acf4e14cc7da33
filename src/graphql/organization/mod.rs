//! Organizations: one interface, a type for each sphere.

pub(crate) mod facts;
pub(crate) mod filter;
pub(crate) mod kinds;
pub(crate) mod query;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::{id::OrganizationId, organization_profile};

use crate::{
    domain::{
        organization::{self},
        participation::{Whose, of_organization},
        reference::REFERENCE,
        source as domain_source, updated,
    },
    graphql::{
        change::{self, Asked, ChangeConnection, ChangeKind, ChangesBetween},
        cluster::query::{ClusterKey, find as find_cluster},
        criteria::assessment::{Assessment, Version, assess},
        node::GlobalId,
        organization::{
            facts::{Activity, Attribute, Identifier, OrganizationName, Site},
            filter::Sphere,
            kinds::{
                CivilSocietyBody, CivilSocietyFields, Company, CompanyFields, PublicFields, PublicInstitution,
                ResearchBody, ResearchFields,
            },
        },
        participation::{
            self, Listed, Membership, Participation, ParticipationOrder, ParticipationOrderField, Partnership,
            filter::ParticipationFilter,
        },
        reference::Municipality,
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            interface::interface,
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm},
            scalars::{Instant, StatedDate},
        },
        source::{self, Source},
        statistics::Kind,
    },
};

pub(crate) type Profile = Row<organization::Organization>;

/// What every organization has, whatever its sphere.
#[derive(Clone)]
pub(crate) struct OrganizationFields(Profile);

#[Object]
impl OrganizationFields {
    /// Opaque, prefixed by `organization`. Never changes, not even when the organization is found to be of
    /// another sphere.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Which helix it belongs to. Independent of its role in clusters: a company can be a partner, a public
    /// body a member.
    async fn sphere(&self) -> Sphere {
        self.0.sphere.into()
    }

    /// The name it is known by: its trade name; without one its legal name; without that its abbreviation.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> String {
        self.0.name(ctx.image(), language.into()).to_owned()
    }

    /// All its names: those it is known by first, then legal names and abbreviations, former names last.
    async fn names(&self, ctx: &Context<'_>) -> Result<Vec<OrganizationName>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let names = self.0.together("names", |level| async move {
            let found = organization::recorded::names(db, &ids(level.rows()), revision).await?;
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(names.await?, OrganizationName)
    }

    /// What it does, as the source of this record words it; null when it does not.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Option<Result<String>> {
        let record = self.record(ctx).await;
        record.map(|record| record.description.in_language(language.into()).map(str::to_owned)).transpose()
    }

    /// How other registers know it, by scheme and value. Empty when no identifier is recorded: none is required.
    async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<Identifier>> {
        let source = domain_source::at(ctx.image(), self.0.source(ctx.image())).id;
        ctx.list(self.0.identifiers(ctx.image()), |identifier| Identifier { identifier, source })
    }

    /// Its web site; null when none is recorded.
    async fn website(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        if !self.0.has_website(ctx.image()) {
            return None;
        }
        self.record(ctx).await.map(|record| record.website.clone()).transpose()
    }

    /// When it was founded; null when that is not recorded.
    async fn founded_on(&self, ctx: &Context<'_>) -> Option<StatedDate> {
        self.0.founded_on(ctx.image()).map(StatedDate)
    }

    /// When it was dissolved or merged; null when that is not recorded.
    async fn dissolved_on(&self, ctx: &Context<'_>) -> Option<StatedDate> {
        self.0.dissolved_on(ctx.image()).map(StatedDate)
    }

    /// The municipality of its seat at a point in time; where that is not recorded, the one of its first
    /// recorded establishment. Null when neither is recorded.
    async fn municipality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Option<Municipality> {
        let found = self.0.municipality(ctx.image(), ctx.basis().at(at))?;
        Municipality::of_nis(REFERENCE.nis_at(found))
    }

    /// Where it is at a point in time: its seat first, then establishments in the order of recording. Empty
    /// when nothing is recorded.
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Site>> {
        let (db, at) = (ctx.db(), ctx.basis().at(at));
        let sites = self.0.together(("sites", at), |level| async move {
            let found = organization::recorded::sites(db, &ids(level.rows()), at).await?;
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(sites.await?, Site)
    }

    /// What it does at a point in time, in the classification of activities: main activities first, then secondary, then
    /// ancillary ones; those of a rank by version, the earlier first, then by code. Empty when nothing is recorded.
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Activity>> {
        let (image, at) = (ctx.image(), ctx.basis().at(at));
        let activities = self.0.together(("activities", at), |level| async move {
            let found = level.rows().iter().map(|row| (row.id.0, row.activities(image, at)));
            Ok(level::children(found.collect(), parents(level.rows())))
        });
        ctx.list(activities.await?, Activity)
    }

    /// What sources assert or deny of it at a point in time, by code. An attribute that is not listed is not
    /// known, which is not "no".
    async fn attributes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Attribute>> {
        let (db, at) = (ctx.db(), ctx.basis().at(at));
        let attributes = self.0.together(("attributes", at), |level| async move {
            let found = organization::recorded::attributes(db, &ids(level.rows()), at).await?;
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(attributes.await?, Attribute)
    }

    /// The clusters it is a member of, or was: without a condition on the status, candidate and effective
    /// memberships at the point in time. Ties by id,
    /// in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which memberships. Default: candidate and effective ones.")] filter: Option<
            ParticipationFilter,
        >,
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
    ) -> Result<Connection<Membership>> {
        let page = Arguments { first, after, last, before };
        Membership::each(
            ctx,
            &self.0,
            Self::of_organizations,
            participation::Asked { filter, search: None, at, order_by, page },
        )
        .await
    }

    /// The clusters it is a partner of, or was: without a condition on the status, effective partnerships at
    /// the point in time. Ties by id,
    /// in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partnerships. Default: effective ones.")] filter: Option<ParticipationFilter>,
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
    ) -> Result<Connection<Partnership>> {
        let page = Arguments { first, after, last, before };
        Partnership::each(
            ctx,
            &self.0,
            Self::of_organizations,
            participation::Asked { filter, search: None, at, order_by, page },
        )
        .await
    }

    /// Every membership and partnership that is recorded of it, whenever it holds, in the order of recording: the lists
    /// `memberships` and `partnerships` have those that have a status at a point in time.
    async fn participations(&self, ctx: &Context<'_>) -> Result<Vec<Participation>> {
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let all = self.0.together("participations", |level| async move {
            let participations = |row: &organization::Organization| of_organization(image, row.id, revision);
            let found = level.rows().iter().map(|row| (row.id.0, participations(row)));
            Ok(level::children(found.collect(), parents(level.rows())))
        });
        ctx.list(all.await?, Participation::from_row)
    }

    /// When something of it was last recorded, corrected or withdrawn, as far as the request knows: its own record, its names,
    /// identifiers, sites, activities and attributes; not its memberships and partnerships.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let last = self.0.together("updatedAt", |level| async move {
            let ids = level.distinct(|row| Some(row.id));
            let found = updated::organizations(db, &ids, revision).await?;
            Ok(level.rows().iter().map(|row| found.get(&row.id.0).copied()).collect::<Vec<_>>())
        });
        register::recorded_at(ctx, last.await?.ok_or_else(Error::replaced)?)
    }

    /// What changed of its memberships and partnerships. Between days: what became true, day by day. Between revisions: what
    /// the register learnt, corrections included, revision by revision and then day by day. Ties by id.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Between two days, or between two revisions.")] between: ChangesBetween,
        #[graphql(desc = "Only changes of these kinds. Default: of all.")] kind: Option<Vec<ChangeKind>>,
        #[graphql(desc = "Whose statuses are told. Default: those of memberships and of partnerships.")]
        participation: Option<Vec<Kind>>,
        #[graphql(
            desc = "Only statuses of those that satisfy it; no condition on the status. Conditions on organizations are taken on \
                    the last of the days, or today."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "Between days, what the register held at this instant. Default: what it holds now.")]
        known_at: Option<Instant>,
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
    ) -> Result<ChangeConnection> {
        let asked = Asked { between, kind, participation, filter, known_at };
        asked.each(ctx, &self.0, change::of_organizations, Arguments { first, after, last, before }).await
    }

    /// Whether it satisfies the entry criteria of a cluster at a point in time, and why. Null when no version is in force
    /// that day, or when the register did not hold the organization by then.
    async fn eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exactly one of the keys of the cluster. It has to exist.")] cluster: ClusterKey,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "A version of its criteria, drafts included. Default: the one in force.")] criteria: Option<
            ID,
        >,
    ) -> Option<Result<Assessment>> {
        self.assessed(ctx, cluster, at, criteria).await.transpose()
    }

    /// The document that attests this record of the organization: its sphere, its names, its description.
    async fn source(&self, ctx: &Context<'_>) -> Source {
        source::at(ctx, self.0.source(ctx.image()))
    }
}

impl OrganizationFields {
    /// Its record with everything that it holds.
    async fn record(&self, ctx: &Context<'_>) -> Result<Arc<organization_profile::Model>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let records = self.0.together("record", |level| async move {
            let found = organization::recorded::records(db, &ids(level.rows()), revision).await?;
            Ok(level::of_each(level.rows(), found, |row| row.id))
        });
        records.await?.ok_or_else(Error::replaced)
    }

    async fn assessed(
        &self,
        ctx: &Context<'_>,
        cluster: ClusterKey,
        at: Option<PointInTimeInput>,
        criteria: Option<ID>,
    ) -> Result<Option<Assessment>> {
        let (at, version) = (ctx.basis().at(at), Version::parse(criteria)?);
        let assessments = self.0.together(("eligibility", cluster.clone(), at, version), |level| async move {
            let cluster = find_cluster(ctx, cluster)?.ok_or_else(|| {
                Error::input("cluster", "the register holds no cluster of that key; `clusters` lists them")
            })?;
            let version = version.of_each(ctx, &[cluster.id], at).await?.remove(&cluster.id);
            let these = level.rows().iter().map(|row| Some((row.id, version.clone()?)));
            assess(ctx, these.collect(), at).await
        });
        assessments.await
    }

    fn of_organizations(rows: &[organization::Organization]) -> (Whose, Vec<uuid::Uuid>) {
        (Whose::Organizations(ids(rows)), parents(rows))
    }
}

fn ids(rows: &[organization::Organization]) -> Vec<OrganizationId> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn parents(rows: &[organization::Organization]) -> Vec<uuid::Uuid> {
    rows.iter().map(|row| row.id.0).collect()
}

/// A legal or economic actor.
pub(crate) enum Organization {
    Company(Company),
    ResearchBody(ResearchBody),
    PublicInstitution(PublicInstitution),
    CivilSocietyBody(CivilSocietyBody),
}

impl Organization {
    const FIELDS: Option<&[&str]> = None;
}

interface!(
    Organization,
    "A legal or economic actor: a company, a research body, a public institution or a civil society body.",
    fields: OrganizationFields,
    Company,
    ResearchBody,
    PublicInstitution,
    CivilSocietyBody,
);

impl Node for Organization {
    type Model = organization::Organization;
    type Edge = Edge<Self>;

    fn from_row(row: Profile) -> Self {
        let fields = OrganizationFields(row.clone());
        match row.sphere {
            organization_profile::Sphere::Company => Self::Company(Company(fields, CompanyFields(row))),
            organization_profile::Sphere::Research => Self::ResearchBody(ResearchBody(fields, ResearchFields(row))),
            organization_profile::Sphere::Public => {
                Self::PublicInstitution(PublicInstitution(fields, PublicFields(row)))
            }
            organization_profile::Sphere::CivilSociety => {
                Self::CivilSocietyBody(CivilSocietyBody(fields, CivilSocietyFields(row)))
            }
        }
    }
}

/// The organization that a row refers to.
pub(crate) async fn of_row<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    organization: fn(&T) -> OrganizationId,
) -> Result<Organization> {
    found(ctx, row, move |row| Some(organization(row))).await?.ok_or_else(Error::replaced)
}

/// The organization that a row may refer to.
pub(crate) async fn found<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    organization: impl Fn(&T) -> Option<OrganizationId> + Send + Sync,
) -> Result<Option<Organization>> {
    let (image, revision) = (ctx.image(), ctx.basis().revision());
    let found = row.together("organization", |level| async move {
        let ids = level.distinct(&organization);
        let named = organization::by_ids(image, ids, revision).collect();
        Ok(level.named(named, |organization| organization.id, organization))
    });
    Ok(found.await?.map(Organization::from_row))
}
