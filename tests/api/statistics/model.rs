//! The model: what statistics mean, read day by day from the rows of the tables.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use entity::{
    Revision, TextEnum, activity, attribute, cluster, cluster_event, cluster_profile,
    id::{ClusterId, OrganizationId, ParticipationId},
    organization_profile, participation,
    participation_period::{self, ExitKind, ExitReason, Status},
    revision, sector, sector_nace, site,
};
use sea_orm::EntityTrait;

use crate::support::{TestApp, introspection::upper};

/// The rows of the register, all of them.
pub(super) struct Model {
    pub(super) revisions: Vec<revision::Model>,
    pub(super) clusters: BTreeMap<ClusterId, String>,
    pub(super) cluster_profiles: Vec<cluster_profile::Model>,
    pub(super) events: Vec<cluster_event::Model>,
    pub(super) profiles: Vec<organization_profile::Model>,
    pub(super) sites: Vec<site::Model>,
    pub(super) activities: Vec<activity::Model>,
    pub(super) attributes: Vec<attribute::Model>,
    pub(super) sectors: Vec<sector::Model>,
    pub(super) classes: Vec<sector_nace::Model>,
    pub(super) participations: Vec<participation::Model>,
    pub(super) periods: Vec<participation_period::Model>,
}

pub(super) type Point = (NaiveDate, Revision);

pub(super) fn known(recorded: Revision, superseded: Option<Revision>, revision: Revision) -> bool {
    recorded <= revision && superseded.is_none_or(|superseded| superseded > revision)
}

pub(super) fn covers(from: Option<NaiveDate>, to: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| to > day)
}

pub(super) fn is_active(period: Option<&participation_period::Model>) -> Option<Status> {
    period.map(|period| period.status).filter(|status| *status != Status::Ended)
}

impl Model {
    pub(super) async fn read(app: &TestApp) -> Self {
        macro_rules! all {
            ($table:ident) => {
                $table::Entity::find().all(&app.db).await.expect("the rows are read")
            };
        }
        Self {
            revisions: all!(revision),
            clusters: all!(cluster).into_iter().map(|row| (row.id, row.slug)).collect(),
            cluster_profiles: all!(cluster_profile),
            events: all!(cluster_event),
            profiles: all!(organization_profile),
            sites: all!(site),
            activities: all!(activity),
            attributes: all!(attribute),
            sectors: all!(sector),
            classes: all!(sector_nace),
            participations: all!(participation),
            periods: all!(participation_period),
        }
    }

    pub(super) fn period(&self, of: ParticipationId, (day, revision): Point) -> Option<&participation_period::Model> {
        let mut found = self.periods.iter().filter(|row| {
            row.participation_id == of
                && known(row.recorded_rev, row.superseded_rev, revision)
                && covers(Some(row.valid_from), row.valid_to, day)
        });
        let first = found.next();
        assert!(found.next().is_none(), "two statuses on one day");
        first
    }

    /// Days on which something changes.
    pub(super) fn turns(&self) -> Vec<NaiveDate> {
        let periods = self.periods.iter().flat_map(|row| {
            let attested = [row.last_confirmed_on, row.first_confirmed_on].into_iter().flatten().map(|on| on.latest());
            [Some(row.valid_from), row.valid_to].into_iter().flatten().chain(attested).collect::<Vec<_>>()
        });
        let complete = self.cluster_profiles.iter().filter_map(|row| row.complete_from);
        let dated = self.activities.iter().filter_map(|row| row.valid_to);
        let said = self.attributes.iter().filter_map(|row| row.valid_to);
        periods.chain(complete).chain(dated).chain(said).collect()
    }

    pub(super) fn is_confirmed(period: &participation_period::Model, day: NaiveDate) -> bool {
        let attested = match (period.last_confirmed_on, period.first_confirmed_on) {
            (None, None) => period.from_stated.into_iter().collect(),
            (last, first) => Vec::from_iter([last, first].into_iter().flatten()),
        };
        period.status == Status::Ended
            || period.to_stated.is_some()
            || attested.iter().any(|stated| stated.latest() >= day)
    }

    pub(super) fn is_complete(
        &self,
        cluster: Option<ClusterId>,
        day: NaiveDate,
        revision: Revision,
        ever: bool,
    ) -> bool {
        self.clusters.keys().filter(|id| cluster.is_none_or(|cluster| cluster == **id)).all(|id| {
            let mut profiles = self.cluster_profiles.iter();
            let profile =
                profiles.find(|row| row.cluster_id == *id && known(row.recorded_rev, row.superseded_rev, revision));
            let Some(from) = profile.and_then(|row| row.complete_from).filter(|from| *from <= day) else {
                return false;
            };
            if !ever {
                return true;
            }
            let founded = self
                .events
                .iter()
                .filter(|row| row.cluster_id == *id && known(row.recorded_rev, row.superseded_rev, revision));
            let founded: Vec<_> = founded.filter_map(|row| row.on).map(|on| on.earliest()).collect();
            let periods = self
                .periods
                .iter()
                .filter(|row| row.cluster_id == *id && known(row.recorded_rev, row.superseded_rev, revision));
            !founded.is_empty() && founded.into_iter().chain(periods.map(|row| row.valid_from)).all(|day| from <= day)
        })
    }

    pub(super) fn classes(
        &self,
        organization: OrganizationId,
        (day, revision): Point,
    ) -> impl Iterator<Item = &activity::Model> {
        self.activities.iter().filter(move |row| {
            row.organization_id == organization
                && known(row.recorded_rev, row.superseded_rev, revision)
                && covers(row.valid_from, row.valid_to, day)
        })
    }

    /// The values of a participation in a dimension, as the answer's keys are read by [`key`]; none: unknown.
    pub(super) fn values(&self, dimension: &str, of: &participation::Model, at: Point) -> Vec<String> {
        let period = self.period(of.id, at).expect("it is counted");
        let (day, revision) = at;
        let mut profiles = self.profiles.iter();
        let profile = profiles.find(|row| {
            row.organization_id == of.organization_id && known(row.recorded_rev, row.superseded_rev, revision)
        });
        let profile = profile.expect("every organization has a profile");
        let values: BTreeSet<String> = match dimension {
            "STATUS" => [upper(&period.status)].into(),
            "KIND" => [upper(&of.kind)].into(),
            "SPHERE" => [upper(&profile.sphere)].into(),
            "SIZE_CLASS" => profile.size_class.iter().map(upper).collect(),
            "EXIT_KIND" => period.exit_kind.iter().map(upper).collect(),
            "EXIT_REASON" => period.exit_reason.iter().map(upper).collect(),
            "ATTRIBUTE" => {
                let said = self.attributes.iter().filter(|row| {
                    row.organization_id == of.organization_id
                        && row.code == "wood"
                        && known(row.recorded_rev, row.superseded_rev, revision)
                        && covers(row.valid_from, row.valid_to, day)
                });
                said.filter_map(|row| row.value).map(|holds| holds.to_string()).collect()
            }
            "CLUSTER" => [self.clusters[&of.cluster_id].clone()].into(),
            "MUNICIPALITY" => {
                let sites = self.sites.iter().filter(|row| {
                    row.organization_id == of.organization_id
                        && known(row.recorded_rev, row.superseded_rev, revision)
                        && covers(row.valid_from, row.valid_to, day)
                });
                sites.filter_map(|row| row.municipality.clone()).collect()
            }
            "NACE_DIVISION" => self
                .classes(of.organization_id, at)
                .map(|row| format!("NACE_BEL_{}:{}", row.nace_version.text(), &row.nace_code[..2]))
                .collect(),
            "SECTOR" => {
                let sectors = self.sectors.iter().filter(|row| {
                    row.cluster_id == of.cluster_id && known(row.recorded_rev, row.superseded_rev, revision)
                });
                let active = sectors.filter(|row| {
                    self.classes.iter().filter(|class| class.sector_id == row.id).any(|class| {
                        // The textile industry is division 13 of section C; the others are not of it.
                        let begins = |code: &str| {
                            if class.nace_code == "C" {
                                code.starts_with("13")
                            } else {
                                code.starts_with(&class.nace_code)
                            }
                        };
                        self.classes(of.organization_id, at)
                            .any(|activity| activity.nace_version == class.nace_version && begins(&activity.nace_code))
                    })
                });
                active.map(|row| format!("{}/{}", self.clusters[&of.cluster_id], row.code)).collect()
            }
            "JOIN_YEAR" => {
                let effective = self.periods.iter().filter(|row| {
                    row.participation_id == of.id
                        && row.status == Status::Effective
                        && known(row.recorded_rev, row.superseded_rev, revision)
                });
                let first = effective.min_by_key(|row| row.valid_from);
                let first = first.filter(|row| row.from_stated.is_some() && row.valid_from <= day);
                first.iter().map(|row| row.valid_from.year().to_string()).collect()
            }
            other => panic!("{other} is no dimension"),
        };
        values.into_iter().collect()
    }

    /// The combinations of values of a participation in some dimensions; none where one is unknown.
    pub(super) fn keys(&self, by: &[&str], of: &participation::Model, at: Point) -> Vec<Vec<Option<String>>> {
        let mut keys: Vec<Vec<Option<String>>> = vec![Vec::new()];
        for dimension in by {
            let values: Vec<_> = self.values(dimension, of, at).into_iter().map(Some).collect();
            let values = if values.is_empty() { vec![None] } else { values };
            let longer = |key: &Vec<Option<String>>| {
                values.iter().map(|value| [key.as_slice(), std::slice::from_ref(value)].concat()).collect::<Vec<_>>()
            };
            keys = keys.iter().flat_map(longer).collect();
        }
        keys
    }

    /// How a participation that was active on the day before ended on a day.
    pub(super) fn end(&self, of: ParticipationId, (day, revision): Point) -> (ExitKind, Option<ExitReason>) {
        let later = self.periods.iter().filter(|row| {
            row.participation_id == of && row.valid_from >= day && known(row.recorded_rev, row.superseded_rev, revision)
        });
        let next = later.min_by_key(|row| row.valid_from).filter(|row| row.status == Status::Ended);
        next.map_or((ExitKind::NotRecorded, None), |row| (row.exit_kind.expect("an end has a kind"), row.exit_reason))
    }
}
