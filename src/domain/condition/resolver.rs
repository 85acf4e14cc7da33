//! Reading a filter: what it names is found in the register or in the reference data, and its size is bounded.

use std::collections::HashMap;

use entity::{
    NaceVersion,
    id::{ClusterId, OrganizationId, ProgrammeId, SectorId},
};

use crate::domain::{
    Error, Result,
    eligibility::History,
    ledger::Image,
    positions::{ClassAt, MunicipalityAt},
    programme::Programme,
    quoted,
    reference::REFERENCE,
    time::Days,
};

/// The most conditions that one filter holds.
pub const MAX_CONDITIONS: usize = 100;

/// How deep `and`, `or` and `not` may stand in each other.
pub const MAX_DEPTH: usize = 10;

/// The most different values that one condition takes.
pub const MAX_VALUES: usize = 1000;

/// Reads one filter: what it names has to be in the register, or in the reference data, and its size is bounded.
///
/// Whether the register holds an id does not depend on a point in time: an id that was answered for some point is
/// accepted at every other one, where it may match nothing.
#[derive(Debug)]
pub struct Resolver<'a> {
    image: &'a Image,
    histories: HashMap<ClusterId, History>,
    conditions: usize,
    depth: usize,
}

impl<'a> Resolver<'a> {
    /// Reads a filter against what a ledger's image holds.
    pub fn new(image: &'a Image) -> Self {
        Self { image, histories: HashMap::new(), conditions: 0, depth: 0 }
    }

    /// The same, with the criteria of the clusters that conditions on verdicts name.
    pub fn with_histories(self, histories: HashMap<ClusterId, History>) -> Self {
        Self { histories, ..self }
    }

    /// The criteria of a cluster.
    pub fn history(&mut self, cluster: ClusterId) -> Result<History> {
        self.count(1)?;
        Ok(self.histories.get(&cluster).cloned().unwrap_or_default())
    }

    /// The cluster with a slug.
    pub fn cluster_of_slug(&self, slug: &str) -> Result<ClusterId> {
        let found = self.image.cluster_of_slug(slug).ok_or_else(|| {
            Error::invalid("cluster", format!("no cluster has the slug {}; `clusters` lists them", quoted(slug)))
        })?;
        Ok(self.image.segment(found).id)
    }

    /// Days, of which the last is not before the first.
    pub fn days(&mut self, argument: &str, days: Days) -> Result<Days> {
        self.count(1)?;
        match (days.from, days.to) {
            (Some(from), Some(to)) if from >= to => Err(Error::invalid(
                argument.to_owned(),
                format!("`{argument}` ends on {to}, before or as it begins on {from}; `to` is the first day after it"),
            )),
            _ => Ok(days),
        }
    }

    /// Reads the filters that stand in one of `and`, `or` and `not`.
    pub fn nested<F, T, E: From<Error>>(
        &mut self,
        filters: Vec<F>,
        read: impl Fn(F, &mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message =
                format!("`and`, `or` and `not` of a filter may stand in each other {MAX_DEPTH} deep; nest fewer");
            return Err(Error::invalid("filter", message).into());
        }
        let mut trees = Vec::new();
        for filter in filters {
            let before = self.conditions;
            trees.push(read(filter, self)?);
            if self.conditions == before {
                // A filter without conditions is one too.
                self.count(1)?;
            }
        }
        self.depth -= 1;
        Ok(trees)
    }

    /// Counts so many conditions.
    pub fn count(&mut self, conditions: usize) -> Result<()> {
        self.conditions += conditions;
        if self.conditions <= MAX_CONDITIONS {
            return Ok(());
        }
        let message =
            format!("a filter takes at most {MAX_CONDITIONS} conditions; list values in one condition instead");
        Err(Error::invalid("filter", message))
    }

    /// The values of one condition, each once, ascending.
    pub fn values<T: Ord>(&mut self, argument: &str, mut values: Vec<T>) -> Result<Vec<T>> {
        self.count(1)?;
        values.sort_unstable();
        values.dedup();
        if values.len() > MAX_VALUES {
            let count = values.len();
            return Err(Error::invalid(
                argument.to_owned(),
                format!("`{argument}` takes at most {MAX_VALUES} different values, not {count}"),
            ));
        }
        Ok(values)
    }

    /// Municipalities by their NIS codes: their positions in the reference data.
    pub fn municipalities(&mut self, codes: Vec<String>) -> Result<Vec<MunicipalityAt>> {
        let codes = self.values("municipality", codes)?;
        let position = |nis: &String| REFERENCE.municipality_position(nis).ok_or_else(|| unknown_municipality(nis));
        codes.iter().map(position).collect()
    }

    /// A class of activities by its code in a version of the classification: its position in the reference data.
    pub fn activity(&mut self, version: NaceVersion, code: &str) -> Result<ClassAt> {
        self.count(1)?;
        let class = REFERENCE.class(version, code).ok_or_else(|| unknown_class("activity", version, code))?;
        Ok(REFERENCE.position(version, &class.code).expect("a class has a position"))
    }

    /// Clusters.
    pub fn clusters(&mut self, ids: Vec<ClusterId>) -> Result<Vec<ClusterId>> {
        let ids = self.values("cluster", ids)?;
        match ids.iter().all(|id| self.image.cluster(*id).is_some()) {
            true => Ok(ids),
            false => Err(unknown("cluster", "a cluster", "clusters")),
        }
    }

    /// Programmes, of those that the register holds: they are no part of the image.
    pub fn programmes(&mut self, ids: Vec<ProgrammeId>, held: &[Programme]) -> Result<Vec<ProgrammeId>> {
        let ids = self.values("programme", ids)?;
        match ids.iter().all(|id| held.iter().any(|programme| programme.id == *id)) {
            true => Ok(ids),
            false => Err(unknown("programme", "a programme", "programmes")),
        }
    }

    /// Organizations.
    pub fn organizations(&mut self, argument: &str, ids: Vec<OrganizationId>) -> Result<Vec<OrganizationId>> {
        let ids = self.values(argument, ids)?;
        match ids.iter().all(|id| self.image.organizations().position(*id).is_some()) {
            true => Ok(ids),
            false => Err(unknown(argument, "an organization", "organizations")),
        }
    }

    /// Sectors of clusters.
    pub fn sectors(&mut self, ids: Vec<SectorId>) -> Result<Vec<SectorId>> {
        let ids = self.values("sector", ids)?;
        let held = self.image.clusters().iter().flat_map(|segment| segment.all_sectors());
        match held.filter(|sector| ids.binary_search(&sector.id).is_ok()).count() == ids.len() {
            true => Ok(ids),
            false => Err(unknown("sector", "a sector", "Cluster.sectors")),
        }
    }
}

fn unknown(argument: &str, what: &str, list: &str) -> Error {
    Error::invalid(
        argument.to_owned(),
        format!("the filter names {what} that the register does not hold; `{list}` lists them"),
    )
}

fn unknown_municipality(nis: &str) -> Error {
    Error::invalid(
        "municipality",
        format!("{} is no NIS code of a municipality; `municipalities` lists them", quoted(nis)),
    )
}

/// There is no such class of activities.
pub fn unknown_class(argument: &'static str, version: NaceVersion, code: &str) -> Error {
    let version = sea_orm::ActiveEnum::to_value(&version);
    Error::invalid(argument, format!("{} is no code of NACE-BEL {version}; `activityClasses` lists them", quoted(code)))
}
