//! What a change of criteria would change.

use async_graphql::{Context, Enum, ID, Object};
use entity::{criteria_profile, id::CriteriaId};
use uuid::Uuid;

use crate::{
    domain::{
        self, criteria,
        eligibility::{self, Concerned, Organizations},
        time::PointInTime,
    },
    graphql::{
        criteria::{
            Criteria,
            assessment::{Applied, Assessment, assess},
        },
        node::GlobalId,
        organization::Organization,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, Ordered},
        },
    },
};

/// The organizations for which two versions of criteria are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "Concerned")]
pub(crate) enum ImpactPopulation {
    /// Candidate and effective members of the cluster.
    #[default]
    Members,
    /// Every organization of the register.
    All,
}

/// Two versions, compared.
struct Comparison {
    before: Applied,
    after: Applied,
    at: PointInTime,
    impact: eligibility::Impact,
}

#[derive(Clone)]
pub(crate) struct Impact(Row<Comparison>);

/// What changes where one version of criteria applies in the place of another, on the same facts. The four lists are
/// disjoint, and together everyone who is looked at.
#[Object]
impl Impact {
    /// The version it is compared with.
    async fn compared_with(&self) -> Criteria {
        Criteria::from_row(self.0.before.shown.clone())
    }

    /// Those who were not eligible and are, by id.
    async fn gained(
        &self,
        ctx: &Context<'_>,
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
    ) -> Result<Connection<EligibilityChange>> {
        self.page(ctx, "gained", |impact| &impact.gained, Arguments { first, after, last, before }).await
    }

    /// Those who were eligible and are not, by id.
    async fn lost(
        &self,
        ctx: &Context<'_>,
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
    ) -> Result<Connection<EligibilityChange>> {
        self.page(ctx, "lost", |impact| &impact.lost, Arguments { first, after, last, before }).await
    }

    /// Those who are eligible under both versions, or under neither, by id.
    async fn unchanged(
        &self,
        ctx: &Context<'_>,
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
    ) -> Result<Connection<EligibilityChange>> {
        self.page(ctx, "unchanged", |impact| &impact.unchanged, Arguments { first, after, last, before }).await
    }

    /// Those of whom the register does not say enough to determine one of the two verdicts, by id.
    async fn undetermined(
        &self,
        ctx: &Context<'_>,
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
    ) -> Result<Connection<EligibilityChange>> {
        self.page(ctx, "undetermined", |impact| &impact.undetermined, Arguments { first, after, last, before }).await
    }
}

impl Impact {
    /// The impact of a version; `None` when there is nothing to compare it with.
    pub(crate) async fn assess(
        ctx: &Context<'_>,
        version: &Row<criteria_profile::Model>,
        compared_with: Option<ID>,
        population: ImpactPopulation,
        at: Option<PointInTimeInput>,
    ) -> Result<Option<Self>> {
        let (db, image, at) = (ctx.db(), ctx.image(), ctx.basis().at(at));
        let named = compared_with.as_ref().map(|id| CriteriaId::parse("comparedWith", id)).transpose()?;
        let impacts = version.together(("impact", named, population, at), |level| async move {
            let versions = criteria::of_clusters(db, &level.distinct(|row| Some(row.cluster_id))).await?;
            let compare = |row: &criteria_profile::Model| {
                let of_cluster = versions.iter().filter(|other| other.cluster() == row.cluster_id);
                let before = match named {
                    Some(id) => match of_cluster.clone().find(|other| other.is(id)) {
                        Some(named) => named.known(at.revision),
                        None => return Err(no_version(id)),
                    },
                    None => criteria::before(&versions, row, at.revision),
                };
                let after = of_cluster.clone().find(|other| other.number() == row.version);
                Ok(before.cloned().zip(after.and_then(|after| after.known(at.revision)).cloned()))
            };
            // A version that is named may be one of the clusters of some rows and of no others'.
            let pairs: Vec<Result<Option<_>>> = level.rows().iter().map(compare).collect();
            let found = pairs.iter().flatten().flatten();
            let known: Vec<_> = found.flat_map(|(before, after)| [before, after]).cloned().collect();
            let asked = eligibility::criteria(db, &known).await?;
            let mut applied = Applied::from_versions(ctx, known, at.revision).await?.into_iter();
            let mut comparisons = Vec::new();
            while let (Some(before), Some(after)) = (applied.next(), applied.next()) {
                let _turn = ctx.turn().await;
                let criteria = (&asked[&before.known.id], &asked[&after.known.id]);
                let impact = eligibility::impact(image, criteria.0, criteria.1, population.into(), at);
                comparisons.push(Comparison { before, after, at, impact });
            }
            let mut rows = level::level(comparisons).into_iter();
            let answer = |pair: Result<Option<_>>| pair.map(|pair| pair.and_then(|_| rows.next()));
            Ok(pairs.into_iter().map(answer).collect::<Vec<_>>())
        });
        Ok(impacts.await??.map(Self))
    }

    async fn page(
        &self,
        ctx: &Context<'_>,
        name: &'static str,
        of: fn(&eligibility::Impact) -> &Organizations,
        arguments: Arguments,
    ) -> Result<Connection<EligibilityChange>> {
        let ordered = Ordered::new(name, "ID", domain::store::known_ids::KEYS);
        let request = arguments.request::<EligibilityChange>(ctx, &ordered)?;
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let page = self.0.together((name, request.clone()), |level| async move {
            let sets = level.rows().iter().map(|row| of(&row.impact));
            let pages = Organizations::pages(sets, image, revision, &request);
            let change = |comparison: &Comparison, organization| Changed {
                organization,
                before: comparison.before.clone(),
                after: comparison.after.clone(),
                at: comparison.at,
            };
            let pages = pages.into_iter().zip(level.rows());
            let pages = pages.map(|(page, comparison)| page.map(|organization| change(comparison, organization)));
            let parents: Vec<Uuid> = (0..level.rows().len() as u128).map(Uuid::from_u128).collect();
            Ok(level::children(parents.iter().copied().zip(pages).collect(), parents))
        });
        Ok(Connection::new(page.await?, ordered))
    }
}

fn no_version(id: CriteriaId) -> Error {
    Error::input(
        "comparedWith",
        format!(
            "`{}` is no version of the criteria of the same cluster; `criteriaVersions` lists them",
            id.global().as_str()
        ),
    )
}

/// An organization, and the versions it is assessed under.
pub(crate) struct Changed {
    organization: domain::organization::Organization,
    before: Applied,
    after: Applied,
    at: PointInTime,
}

#[derive(Clone)]
pub(crate) struct EligibilityChange(Row<Changed>);

impl Node for EligibilityChange {
    type Model = Changed;
    type Edge = Edge<Self>;

    fn from_row(row: Row<Changed>) -> Self {
        Self(row)
    }
}

/// An organization under two versions of criteria.
#[Object]
impl EligibilityChange {
    /// The organization.
    async fn organization(&self) -> Result<Organization> {
        let organization = self.0.together("organization", |level| async move {
            Ok(level::level(level.rows().iter().map(|row| row.organization).collect()))
        });
        Ok(Organization::from_row(organization.await?))
    }

    /// What was found under the version that it is compared with; `deciding` names the rules that decide.
    async fn before(&self, ctx: &Context<'_>) -> Result<Assessment> {
        self.assessed(ctx, "before", |changed| &changed.before).await
    }

    /// What was found under the version itself.
    async fn after(&self, ctx: &Context<'_>) -> Result<Assessment> {
        self.assessed(ctx, "after", |changed| &changed.after).await
    }
}

impl EligibilityChange {
    async fn assessed(
        &self,
        ctx: &Context<'_>,
        side: &'static str,
        version: fn(&Changed) -> &Applied,
    ) -> Result<Assessment> {
        let at = self.0.at;
        let assessments = self.0.together(side, |level| async move {
            let these = level.rows().iter().map(|row| Some((row.organization.id, version(row).clone())));
            assess(ctx, these.collect(), at).await
        });
        Ok(assessments.await?.expect("who is compared is in the register at that point"))
    }
}
