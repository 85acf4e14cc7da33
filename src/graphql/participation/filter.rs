//! Conditions on memberships and partnerships, as clients write them.

use async_graphql::{Context, ID, InputObject};
use entity::id::OrganizationId;

use crate::{
    domain::{
        condition::{Resolver, Tree},
        participation::{self, Condition, Filter},
    },
    graphql::{
        filter::{self, DayCondition, Judging, Nested, OnOrganization, VerdictCondition, listed},
        node::GlobalId,
        organization::{
            filter::{ActivityCondition, AttributeCondition, Scheme, Sphere},
            kinds::SizeClass,
        },
        participation::{
            MembershipStatus,
            period::{Confirmation, ExitKind, ExitReason},
        },
        request::error::Result,
    },
};

/// A condition on memberships or partnerships. All that is given must hold, at the point in time of the list.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ParticipationFilter {
    /// Every one of these conditions.
    and: Option<Vec<ParticipationFilter>>,
    /// At least one of these conditions; an empty list is never satisfied.
    or: Option<Vec<ParticipationFilter>>,
    /// Not this condition.
    not: Option<Box<ParticipationFilter>>,
    /// Has one of these statuses. Default, where no condition says anything of the status or the exit:
    /// candidate or effective.
    status: Option<Vec<MembershipStatus>>,
    /// Ended in one of these ways.
    exit_kind: Option<Vec<ExitKind>>,
    /// Was excluded for one of these reasons.
    exit_reason: Option<Vec<ExitReason>>,
    /// The status is attested for the day, or presumed to continue.
    confirmation: Option<Confirmation>,
    /// Became candidate or effective, and was neither on the day before, on one of these days up to the point in time.
    joined: Option<DayCondition>,
    /// Ended on one of these days, up to the point in time: was candidate or effective on the day before and no
    /// longer is, or only an end is recorded. One that came back counts too.
    ended: Option<DayCondition>,
    /// In one of these clusters, by id or slug.
    cluster: Option<Vec<ID>>,
    /// Of one of these organizations.
    organization: Option<Vec<ID>>,
    /// Of an organization of one of these spheres.
    sphere: Option<Vec<Sphere>>,
    /// Of a company of one of these sizes.
    size_class: Option<Vec<SizeClass>>,
    /// Of an organization with a site in one of these municipalities: NIS codes such as `21007`.
    municipality: Option<Vec<String>>,
    /// Of an organization with an activity under a class of the classification of activities.
    activity: Option<ActivityCondition>,
    /// Of an organization with an activity of one of these sectors of clusters.
    sector: Option<Vec<ID>>,
    /// Of an organization of which an attribute is recorded with a value.
    attribute: Option<AttributeCondition>,
    /// Of an organization with an identifier of one of these schemes.
    identifier: Option<Vec<Scheme>>,
    /// Of an organization one of whose names contains every word of this text, whatever the accents, the case and the
    /// punctuation. At most 200 characters.
    search: Option<String>,
    /// Of an organization that was founded on one of these days: where a source states a month or a year, on its first.
    founded: Option<DayCondition>,
    /// Of an organization that was dissolved or merged on one of these days: where a source states a month or a year, on its
    /// last.
    dissolved: Option<DayCondition>,
    /// Of an organization with a verdict under the criteria of a cluster, its own or another.
    verdict: Option<VerdictCondition>,
}

impl Judging for ParticipationFilter {
    fn judged_by<'a>(&'a self, keys: &mut Vec<&'a ID>) {
        let Self { and, or, not, verdict, .. } = self;
        let many = and.iter().chain(or).flatten();
        many.chain(not.as_deref()).for_each(|filter| filter.judged_by(keys));
        verdict.judged_by(keys);
    }
}

impl ParticipationFilter {
    pub(crate) async fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        let mut resolver = filter::resolver(ctx, &self).await?;
        self.read(&mut resolver)
    }

    /// The filter, with the status that is supposed where none is asked, and with a text that is searched.
    pub(crate) async fn parse_current(
        filter: Option<Self>,
        search: Option<String>,
        ctx: &Context<'_>,
    ) -> Result<Filter> {
        let filter = filter.unwrap_or_default();
        let mut resolver = filter::resolver(ctx, &filter).await?;
        let found = OnOrganization { search, ..OnOrganization::default() }.read(&mut resolver)?;
        let found = found.into_iter().map(|condition| Condition::Of(condition.into()).into());
        Ok(Filter::all([filter.read_current(&mut resolver)?].into_iter().chain(found)))
    }

    pub(crate) fn read_current(self, resolver: &mut Resolver<'_>) -> Result<Filter> {
        Ok(participation::supposing(self.read(resolver)?, &participation::PRESENT))
    }

    fn read(self, resolver: &mut Resolver<'_>) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            status,
            exit_kind,
            exit_reason,
            confirmation,
            joined,
            ended,
            cluster,
            organization,
            sphere,
            size_class,
            municipality,
            activity,
            sector,
            attribute,
            identifier,
            search,
            founded,
            dissolved,
            verdict,
        } = self;
        let mut own = Vec::new();
        own.extend(listed("status", status, resolver)?.map(Condition::Status));
        own.extend(listed("exitKind", exit_kind, resolver)?.map(Condition::ExitKind));
        own.extend(listed("exitReason", exit_reason, resolver)?.map(Condition::ExitReason));
        if let Some(confirmation) = confirmation {
            resolver.count(1)?;
            own.push(Condition::Confirmed(confirmation == Confirmation::Confirmed));
        }
        if let Some(days) = joined {
            own.push(Condition::Joined(days.read("joined", resolver)?));
        }
        if let Some(days) = ended {
            own.push(Condition::Ended(days.read("ended", resolver)?));
        }
        own.extend(filter::clusters(cluster, resolver)?.map(Condition::Cluster));
        if let Some(ids) = organization {
            let ids = OrganizationId::parse_all("organization", &ids)?;
            own.push(Condition::Organization(resolver.organizations("organization", ids)?));
        }
        let on_organization = OnOrganization {
            sphere,
            size_class,
            municipality,
            activity,
            sector,
            attribute,
            identifier,
            search,
            founded,
            dissolved,
            verdict,
        };
        let on_organization = on_organization.read(resolver)?;
        if !on_organization.is_empty() {
            own.push(Condition::Of(Tree::all(on_organization.into_iter().map(Tree::from))));
        }
        Nested { and, or, not }.and_own(own, resolver, Self::read)
    }
}
