//! What filters of every kind share: `and`, `or` and `not`, and the conditions on organizations.

use async_graphql::ID;
use entity::id::{ClusterId, SectorId};

use super::{
    error::{Error, Result},
    node::GlobalId,
    organization_filter::{ActivityCondition, Sphere},
    organization_kinds::SizeClass,
};
use crate::domain::{
    condition::{Resolver, Tree},
    organization::Condition,
};

/// The filters that stand in a filter.
pub(super) struct Nested<F> {
    pub(super) and: Option<Vec<F>>,
    pub(super) or: Option<Vec<F>>,
    pub(super) not: Option<Box<F>>,
}

impl<F> Nested<F> {
    /// All of a filter's own conditions and of those that it nests, which `read` reads.
    pub(super) fn and_own<L: PartialEq>(
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
pub(super) fn listed<T: Into<V>, V: Ord>(
    argument: &str,
    values: Option<Vec<T>>,
    resolver: &mut Resolver<'_>,
) -> Result<Option<Vec<V>>> {
    let values = values.map(|values| resolver.values(argument, values.into_iter().map(Into::into).collect()));
    Ok(values.transpose()?)
}

/// The clusters that a condition lists.
pub(super) fn clusters(ids: Option<Vec<ID>>, resolver: &mut Resolver<'_>) -> Result<Option<Vec<ClusterId>>> {
    let clusters = ids.map(|ids| Ok(resolver.clusters(ClusterId::parse_all("cluster", &ids)?)?));
    clusters.transpose()
}

/// The conditions on organizations that both organizations and their participations are filtered by.
pub(super) struct OnOrganization {
    pub(super) sphere: Option<Vec<Sphere>>,
    pub(super) size_class: Option<Vec<SizeClass>>,
    pub(super) municipality: Option<Vec<String>>,
    pub(super) activity: Option<ActivityCondition>,
    pub(super) sector: Option<Vec<ID>>,
}

impl OnOrganization {
    pub(super) fn read(self, resolver: &mut Resolver<'_>) -> Result<Vec<Condition>> {
        let Self { sphere, size_class, municipality, activity, sector } = self;
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
        Ok(conditions)
    }
}

/// The most characters of what is searched.
const MAX_SEARCH: usize = 200;

/// A text that is searched.
pub(super) fn searched(text: Option<String>) -> Result<Option<String>> {
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(Error::input("search", format!("`search` takes at most {MAX_SEARCH} characters")));
    }
    Ok(text)
}
