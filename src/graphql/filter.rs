//! What filters of every kind share: `and`, `or` and `not`, and the conditions on organizations.

use async_graphql::{Context, ID, InputObject};
use entity::id::{ClusterId, SectorId};

use crate::{
    domain::{
        condition::{Resolver, Tree},
        organization::Condition,
        time::Days,
    },
    graphql::{
        criteria::assessment::Verdict,
        node::GlobalId,
        organization::{
            filter::{ActivityCondition, AttributeCondition, Scheme, Sphere},
            kinds::SizeClass,
        },
        request::{
            basis::ContextExt,
            error::{Error, Result},
            scalars::Date,
        },
    },
};

/// The filters that stand in a filter.
#[derive(Clone, Debug)]
pub(crate) struct Nested<F> {
    pub(crate) and: Option<Vec<F>>,
    pub(crate) or: Option<Vec<F>>,
    pub(crate) not: Option<Box<F>>,
}

impl<F> Nested<F> {
    /// All of a filter's own conditions and of those that it nests, which `read` reads.
    pub(crate) fn and_own<L: PartialEq>(
        self,
        own: Vec<L>,
        resolver: &mut Resolver<'_>,
        read: impl Fn(F, &mut Resolver<'_>) -> Result<Tree<L>>,
    ) -> Result<Tree<L>> {
        let mut conditions: Vec<Tree<L>> = own.into_iter().map(Tree::from).collect();
        if let Some(filters) = self.and {
            conditions.extend(resolver.nested(filters, &read)?);
        }
        if let Some(filters) = self.or {
            conditions.push(Tree::any(resolver.nested(filters, &read)?));
        }
        if let Some(filter) = self.not {
            conditions.extend(resolver.nested(vec![*filter], &read)?.into_iter().map(std::ops::Not::not));
        }
        Ok(Tree::all(conditions))
    }
}

/// The values of a closed set that a condition lists.
pub(crate) fn listed<T: Into<V>, V: Ord>(
    argument: &str,
    values: Option<Vec<T>>,
    resolver: &mut Resolver<'_>,
) -> Result<Option<Vec<V>>> {
    let values = values.map(|values| resolver.values(argument, values.into_iter().map(Into::into).collect()));
    Ok(values.transpose()?)
}

/// The clusters that a condition lists, by ids or slugs.
pub(crate) fn clusters(keys: Option<Vec<ID>>, resolver: &mut Resolver<'_>) -> Result<Option<Vec<ClusterId>>> {
    let Some(keys) = keys else { return Ok(None) };
    let ids = keys.iter().map(|key| cluster(key, resolver)).collect::<Result<Vec<_>>>()?;
    Ok(Some(resolver.clusters(ids)?))
}

/// A cluster by its slug or its id.
pub(crate) fn cluster(key: &ID, resolver: &Resolver<'_>) -> Result<ClusterId> {
    match resolver.cluster_of_slug(key) {
        // Every id has an underscore.
        Err(_) if key.contains('_') => ClusterId::parse("cluster", key),
        found => Ok(found?),
    }
}

/// Some days, half-open; what is not given is open.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct DayCondition {
    /// The first day. Default: from the beginning.
    from: Option<Date>,
    /// The first day no longer; after `from`. Default: without end.
    to: Option<Date>,
}

impl DayCondition {
    pub(crate) fn read(self, argument: &str, resolver: &mut Resolver<'_>) -> Result<Days> {
        let [from, to] = [self.from, self.to].map(|day| day.map(|Date(day)| day));
        Ok(resolver.days(argument, Days { from, to })?)
    }
}

/// A verdict under the criteria of a cluster.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct VerdictCondition {
    /// The cluster, by id or slug: its version in force at the point in time applies. Where none is, nobody has a verdict.
    cluster: ID,
    /// One of these.
    verdict: Vec<Verdict>,
}

/// The conditions on organizations that organizations, participations and statistics are all filtered by.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnOrganization {
    pub(crate) sphere: Option<Vec<Sphere>>,
    pub(crate) size_class: Option<Vec<SizeClass>>,
    pub(crate) municipality: Option<Vec<String>>,
    pub(crate) activity: Option<ActivityCondition>,
    pub(crate) sector: Option<Vec<ID>>,
    pub(crate) attribute: Option<AttributeCondition>,
    pub(crate) identifier: Option<Vec<Scheme>>,
    pub(crate) search: Option<String>,
    pub(crate) founded: Option<DayCondition>,
    pub(crate) dissolved: Option<DayCondition>,
    pub(crate) verdict: Option<VerdictCondition>,
}

impl OnOrganization {
    pub(crate) fn read(self, resolver: &mut Resolver<'_>) -> Result<Vec<Condition>> {
        let Self {
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
        let mut conditions = Vec::new();
        conditions.extend(listed("sphere", sphere, resolver)?.map(Condition::Sphere));
        conditions.extend(listed("sizeClass", size_class, resolver)?.map(Condition::SizeClass));
        if let Some(codes) = municipality {
            conditions.push(Condition::Municipality(resolver.municipalities(codes)?));
        }
        if let Some(ActivityCondition { version, under }) = activity {
            conditions.push(Condition::Activity(resolver.activity(version.into(), &under)?));
        }
        if let Some(ids) = sector {
            conditions.push(Condition::Sector(resolver.sectors(SectorId::parse_all("sector", &ids)?)?));
        }
        if let Some(AttributeCondition { code, holds }) = attribute {
            resolver.count(1)?;
            conditions.push(Condition::Attribute(code, holds));
        }
        conditions.extend(listed("identifier", identifier, resolver)?.map(Condition::Identifier));
        if let Some(text) = searched(search)? {
            resolver.count(1)?;
            conditions.push(Condition::Named(text));
        }
        if let Some(days) = founded {
            conditions.push(Condition::Founded(days.read("founded", resolver)?));
        }
        if let Some(days) = dissolved {
            conditions.push(Condition::Dissolved(days.read("dissolved", resolver)?));
        }
        if let Some(VerdictCondition { cluster: key, verdict }) = verdict {
            let id = cluster(&key, resolver)?;
            let id = resolver.clusters(vec![id])?[0];
            let verdicts = listed("verdict", Some(verdict), resolver)?.unwrap_or_default();
            conditions.push(Condition::Verdict(resolver.history(id)?, verdicts));
        }
        Ok(conditions)
    }
}

/// A filter that may name clusters whose criteria decide.
pub(crate) trait Judging {
    /// Adds the keys of these clusters.
    fn judged_by<'a>(&'a self, keys: &mut Vec<&'a ID>);
}

impl<F: Judging> Judging for Nested<F> {
    fn judged_by<'a>(&'a self, keys: &mut Vec<&'a ID>) {
        let many = self.and.iter().chain(&self.or).flatten();
        many.chain(self.not.as_deref()).for_each(|filter| filter.judged_by(keys));
    }
}

impl Judging for Option<VerdictCondition> {
    fn judged_by<'a>(&'a self, keys: &mut Vec<&'a ID>) {
        keys.extend(self.iter().map(|condition| &condition.cluster));
    }
}

/// What reads a filter: with the criteria of the clusters that it names.
pub(crate) async fn resolver<'a>(ctx: &'a Context<'_>, filter: &impl Judging) -> Result<Resolver<'a>> {
    let resolver = Resolver::new(ctx.image());
    let mut keys = Vec::new();
    filter.judged_by(&mut keys);
    let ids = keys.into_iter().map(|key| cluster(key, &resolver)).collect::<Result<Vec<_>>>()?;
    Ok(resolver.with_histories(ctx.basis().histories(&ids).await?))
}

/// The most characters of what is searched.
const MAX_SEARCH: usize = 200;

/// A text that is searched.
pub(crate) fn searched(text: Option<String>) -> Result<Option<String>> {
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(Error::input("search", format!("`search` takes at most {MAX_SEARCH} characters")));
    }
    Ok(text)
}
