//! The facts of a package, with ids, before they are compared with the register.

use std::collections::HashMap;

use entity::{
    PartialDate, activity, attribute, cluster, cluster_event, cluster_profile, criteria,
    criteria_profile::{self, CriteriaState},
    criterion,
    id::{ClusterId, ParticipationId},
    judgement, organization, organization_identifier, organization_name, organization_profile, participation,
    participation_period, programme, programme_cluster, programme_profile, published_figure, referral, sector,
    sector_nace, service, site, source, term,
};

use super::package::table::Located;
use crate::domain::time::Interval;

/// The parts of a package, in the order of the import. Each is read, verified and compared before
/// the next: all facts of a large package take a gigabyte, and those that the register holds
/// already are needed no longer than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Sources,
    Organizations,
    /// What organizations are known by.
    Names,
    Sites,
    Activities,
    Attributes,
    /// Clusters, and what is recorded of them besides those who take part.
    Clusters,
    /// Programmes, and the figures of these and of clusters.
    Figures,
    /// Who takes part, and the criteria for it: exits name them.
    Participations,
}

impl Part {
    pub(super) const ALL: [Self; 9] = [
        Self::Sources,
        Self::Organizations,
        Self::Names,
        Self::Sites,
        Self::Activities,
        Self::Attributes,
        Self::Clusters,
        Self::Figures,
        Self::Participations,
    ];
}

/// The facts of a package, with ids: those of the register for what it knows by key, new ones for
/// the rest.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) sources: Vec<source::Model>,
    pub(super) organizations: Vec<organization::Model>,
    pub(super) profiles: Vec<Located<organization_profile::Model>>,
    pub(super) names: Vec<Located<organization_name::Model>>,
    pub(super) identifiers: Vec<Located<organization_identifier::Model>>,
    pub(super) sites: Vec<Located<site::Model>>,
    pub(super) activities: Vec<Located<activity::Model>>,
    pub(super) attributes: Vec<Located<attribute::Model>>,
    pub(super) judgements: Vec<Located<judgement::Model>>,
    pub(super) clusters: Vec<cluster::Model>,
    pub(super) cluster_profiles: Vec<Located<cluster_profile::Model>>,
    pub(super) events: Vec<Located<cluster_event::Model>>,
    pub(super) sectors: Vec<Located<sector::Model>>,
    pub(super) sector_classes: Vec<Located<sector_nace::Model>>,
    pub(super) services: Vec<Located<service::Model>>,
    pub(super) terms: Vec<Located<term::Model>>,
    pub(super) participations: Vec<participation::Model>,
    pub(super) periods: Vec<Located<participation_period::Model>>,
    pub(super) programmes: Vec<programme::Model>,
    pub(super) programme_profiles: Vec<Located<programme_profile::Model>>,
    pub(super) programme_clusters: Vec<Located<programme_cluster::Model>>,
    pub(super) figures: Vec<Located<published_figure::Model>>,
    pub(super) referrals: Vec<Located<referral::Model>>,
    pub(super) criteria: Vec<criteria::Model>,
    pub(super) criteria_profiles: Vec<Located<criteria_profile::Model>>,
    pub(super) criterions: Vec<criterion::Model>,
    /// The file of criteria, if the package has one.
    pub(super) criteria_file: Option<String>,
}

impl Facts {
    /// Lets facts that meet in one partial date meet on its first day.
    pub(super) fn settle(&mut self) {
        let mut next: HashMap<ParticipationId, PartialDate> = HashMap::new();
        self.periods.sort_by_key(|period| (std::cmp::Reverse(period.row.valid_from), period.line));
        for Located { row, .. } in &mut self.periods {
            let starts = row.from_stated.or(row.first_confirmed_on);
            row.valid_to = Interval::counted(starts, row.to_stated, next.get(&row.participation_id).copied()).to;
            next.extend(starts.map(|start| (row.participation_id, start)));
        }
        self.periods.sort_by_key(|period| period.line);
        let mut next: HashMap<(ClusterId, CriteriaState), PartialDate> = HashMap::new();
        self.criteria_profiles.sort_by_key(|version| (std::cmp::Reverse(version.row.valid_from), version.line));
        for Located { row, .. } in &mut self.criteria_profiles {
            let series = (row.cluster_id, row.state);
            row.valid_to = Interval::counted(Some(row.from_stated), row.to_stated, next.get(&series).copied()).to;
            next.insert(series, row.from_stated);
        }
        self.criteria_profiles.sort_by_key(|version| version.line);
    }
}
