//! What lists are held against: the rows of the tables, and the conditions that filters are of,
//! read plainly.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Revision, TextEnum, activity, attribute, cluster, cluster_profile, organization_identifier, organization_name,
    organization_profile, participation, participation_period, revision, sector, sector_nace, site,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use trihelix::domain::reference::REFERENCE;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use super::MUNICIPALITIES;
use crate::support::{TestApp, dice::Dice, introspection::upper};

/// The rows of the tables, all of them.
pub(super) struct Model {
    pub(super) revisions: Vec<revision::Model>,
    pub(super) clusters: BTreeMap<Uuid, String>,
    pub(super) cluster_profiles: Vec<cluster_profile::Model>,
    pub(super) sectors: Vec<sector::Model>,
    pub(super) classes: Vec<sector_nace::Model>,
    pub(super) profiles: Vec<organization_profile::Model>,
    pub(super) names: Vec<organization_name::Model>,
    pub(super) identifiers: Vec<organization_identifier::Model>,
    pub(super) sites: Vec<site::Model>,
    pub(super) activities: Vec<activity::Model>,
    pub(super) attributes: Vec<attribute::Model>,
    pub(super) participations: Vec<participation::Model>,
    pub(super) periods: Vec<participation_period::Model>,
}

/// A point in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) day: NaiveDate,
    pub(super) revision: Revision,
    /// As a client writes the revision.
    pub(super) instant: DateTime<Utc>,
}

pub(super) fn is_known(recorded: Revision, superseded: Option<Revision>, at: At) -> bool {
    recorded <= at.revision && superseded.is_none_or(|by| by > at.revision)
}

macro_rules! holding {
    ($rows:expr, $at:expr) => {
        $rows.iter().filter(|row| {
            is_known(row.recorded_rev, row.superseded_rev, $at)
                && row.valid_from.is_none_or(|from| from <= $at.day)
                && row.valid_to.is_none_or(|to| to > $at.day)
        })
    };
}

impl Model {
    pub(super) async fn of(app: &TestApp) -> Self {
        macro_rules! all {
            ($table:ident) => {
                $table::Entity::find().all(&app.db).await.expect("the rows are read")
            };
        }
        Self {
            revisions: all!(revision),
            clusters: all!(cluster).into_iter().map(|row| (row.id.0, row.slug)).collect(),
            cluster_profiles: all!(cluster_profile),
            sectors: all!(sector),
            classes: all!(sector_nace),
            profiles: all!(organization_profile),
            names: all!(organization_name),
            identifiers: all!(organization_identifier),
            sites: all!(site),
            activities: all!(activity),
            attributes: all!(attribute),
            participations: all!(participation),
            periods: all!(participation_period),
        }
    }

    pub(super) fn profile(&self, of: Uuid, at: At) -> Option<&organization_profile::Model> {
        let of = self.profiles.iter().filter(|row| row.organization_id.0 == of);
        of.into_iter().find(|row| is_known(row.recorded_rev, row.superseded_rev, at))
    }

    pub(super) fn period(&self, of: Uuid, at: At) -> Option<&participation_period::Model> {
        let covers = |row: &&participation_period::Model| {
            row.participation_id.0 == of
                && is_known(row.recorded_rev, row.superseded_rev, at)
                && row.valid_from <= at.day
                && row.valid_to.is_none_or(|to| to > at.day)
        };
        self.periods.iter().find(covers)
    }

    pub(super) fn is_under(version: entity::NaceVersion, code: &str, under: &str) -> bool {
        let [of, under] = [code, under].map(|code| REFERENCE.class(version, code).expect("a class"));
        REFERENCE.under(under).contains(&of.code)
    }

    /// Whether an organization meets a condition.
    pub(super) fn meets(&self, of: Uuid, condition: &Condition, at: At) -> bool {
        let Some(profile) = self.profile(of, at) else { return false };
        match condition {
            Condition::Sphere(words) => words.contains(&upper(&profile.sphere)),
            Condition::Size(words) => profile.size_class.is_some_and(|size| words.contains(&upper(&size))),
            Condition::Municipality(codes) => {
                let mut sites = holding!(self.sites, at).filter(|row| row.organization_id.0 == of);
                sites.any(|row| row.municipality.as_ref().is_some_and(|nis| codes.contains(nis)))
            }
            Condition::Activity(version, under) => {
                let mut activities = holding!(self.activities, at).filter(|row| row.organization_id.0 == of);
                activities.any(|row| row.nace_version == *version && Self::is_under(*version, &row.nace_code, under))
            }
            Condition::Sector(ids) => {
                let known = self.sectors.iter().filter(|row| is_known(row.recorded_rev, row.superseded_rev, at));
                let named = known.filter(|row| ids.contains(&row.id.0));
                let classes: Vec<_> =
                    named.flat_map(|sector| self.classes.iter().filter(|row| row.sector_id == sector.id)).collect();
                let mut activities = holding!(self.activities, at).filter(|row| row.organization_id.0 == of);
                activities.any(|row| {
                    classes.iter().any(|class| {
                        class.nace_version == row.nace_version
                            && Self::is_under(row.nace_version, &row.nace_code, &class.nace_code)
                    })
                })
            }
            Condition::Attribute(code, value) => holding!(self.attributes, at)
                .any(|row| row.organization_id.0 == of && row.code == *code && row.value == Some(*value)),
            Condition::Identified => self
                .identifiers
                .iter()
                .any(|row| row.organization_id.0 == of && is_known(row.recorded_rev, row.superseded_rev, at)),
            Condition::Member(clusters, words) => self.participations.iter().any(|row| {
                let period = self.period(row.id.0, at);
                row.organization_id.0 == of
                    && row.kind == participation::ParticipationKind::Member
                    && clusters.contains(&row.cluster_id.0)
                    && period.is_some_and(|period| words.contains(&upper(&period.status)))
            }),
        }
    }

    /// How well a name of an organization contains what is searched: 0 where all words begin a word
    /// of it.
    pub(super) fn relevance(&self, of: Uuid, search: &str, at: At) -> Option<u8> {
        let names = self.names.iter().filter(|row| row.organization_id.0 == of);
        let known = names.filter(|row| is_known(row.recorded_rev, row.superseded_rev, at));
        known.filter_map(|row| relevance(&row.name, search)).min()
    }
}

/// How well a name contains what is searched: 0 where all words begin a word of it.
pub(super) fn relevance(name: &str, search: &str) -> Option<u8> {
    let plain = |text: &str| deunicode::deunicode(text).to_lowercase();
    let form = plain(search);
    let mut words = form.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let line: String = plain(name).chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let begins = |word: &str| line.split(' ').any(|part| part.starts_with(word));
    let is_written = !search.contains('日') || name.contains('日');
    let is_found = words.clone().all(|word| line.contains(word)) && is_written;
    is_found.then(|| u8::from(!words.all(begins)))
}

/// A condition on organizations.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    Sphere(Vec<String>),
    Size(Vec<String>),
    Municipality(Vec<String>),
    Activity(entity::NaceVersion, String),
    Sector(Vec<Uuid>),
    Attribute(String, bool),
    Identified,
    Member(Vec<Uuid>, Vec<String>),
}

/// A filter: of organizations, or of participations.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Of(Condition),
    Status(Vec<String>),
    Exit(Vec<String>),
    Cluster(Vec<Uuid>),
    Organization(Vec<Uuid>),
}

pub(super) fn id(prefix: &str, id: &Uuid) -> Value {
    json!(TypeSafeId::from_type_and_uuid(DynamicType::new(prefix).expect("a type"), *id).to_string())
}

pub(super) fn ids(prefix: &str, of: &[Uuid]) -> Vec<Value> {
    of.iter().map(|one| id(prefix, one)).collect()
}

pub(super) fn uuid(value: &Value) -> Uuid {
    value.as_str().expect("an id").parse::<TypeSafeId<DynamicType>>().expect("an id").uuid()
}

impl Filter {
    pub(super) fn json(&self) -> Value {
        match self {
            Self::All(parts) => json!({ "and": parts.iter().map(Self::json).collect::<Vec<_>>() }),
            Self::Any(parts) => json!({ "or": parts.iter().map(Self::json).collect::<Vec<_>>() }),
            Self::Not(part) => json!({ "not": part.json() }),
            Self::Status(words) => json!({ "status": words }),
            Self::Exit(words) => json!({ "exitKind": words }),
            Self::Cluster(of) => json!({ "cluster": ids("cluster", of) }),
            Self::Organization(of) => json!({ "organization": ids("organization", of) }),
            Self::Of(condition) => match condition {
                Condition::Sphere(words) => json!({ "sphere": words }),
                Condition::Size(words) => json!({ "sizeClass": words }),
                Condition::Municipality(codes) => json!({ "municipality": codes }),
                Condition::Activity(version, under) => {
                    json!({ "activity": { "version": format!("NACE_BEL_{}", version.text()), "under": under } })
                }
                Condition::Sector(of) => json!({ "sector": ids("sector", of) }),
                Condition::Attribute(code, holds) => json!({ "attribute": { "code": code, "holds": holds } }),
                Condition::Identified => json!({ "identifier": ["WIKIDATA"] }),
                Condition::Member(clusters, words) => {
                    json!({ "membership": { "cluster": ids("cluster", clusters), "status": words } })
                }
            },
        }
    }

    pub(super) fn is_on_status(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_on_status),
            Self::Not(part) => part.is_on_status(),
            Self::Status(_) | Self::Exit(_) => true,
            _ => false,
        }
    }

    pub(super) fn meets(&self, of_leaf: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.meets(of_leaf)),
            Self::Any(parts) => parts.iter().any(|part| part.meets(of_leaf)),
            Self::Not(part) => !part.meets(of_leaf),
            leaf => of_leaf(leaf),
        }
    }

    pub(super) fn random(dice: &mut Dice, model: &Model, of_participations: bool, depth: u32) -> Self {
        let words = |dice: &mut Dice, of: &[&str]| -> Vec<String> {
            of.iter().filter(|_| dice.one_in(2)).map(|word| (*word).to_owned()).collect()
        };
        let clusters: Vec<Uuid> = model.clusters.keys().copied().collect();
        let some =
            |dice: &mut Dice, of: &[Uuid]| -> Vec<Uuid> { of.iter().copied().filter(|_| dice.one_in(2)).collect() };
        let statuses = ["CANDIDATE", "EFFECTIVE", "ENDED"];
        match dice.below(if depth == 0 { 8 } else { 12 }) {
            0 => Self::Of(Condition::Sphere(words(dice, &["COMPANY", "RESEARCH", "PUBLIC"]))),
            1 => Self::Of(Condition::Size(words(dice, &["MICRO", "MEDIUM", "LARGE"]))),
            2 => Self::Of(Condition::Municipality(words(dice, &MUNICIPALITIES))),
            3 => {
                let version = dice.pick(&[entity::NaceVersion::V2008, entity::NaceVersion::V2025]);
                Self::Of(Condition::Activity(version, dice.pick(&["13", "C", "38.32"]).to_owned()))
            }
            4 => {
                let of: Vec<_> = model.sectors.iter().map(|row| row.id.0).collect();
                Self::Of(Condition::Sector(some(dice, &of)))
            }
            5 if of_participations => Self::Status(words(dice, &statuses)),
            6 if of_participations => Self::Exit(words(dice, &["LEFT", "CEASED", "NOT_RECORDED"])),
            7 if of_participations && dice.one_in(2) => Self::Cluster(some(dice, &clusters)),
            7 if of_participations => {
                let of: Vec<_> = model.profiles.iter().map(|row| row.organization_id.0).collect();
                Self::Organization(some(dice, &of))
            }
            5 => Self::Of(Condition::Attribute(dice.pick(&["wood", "eco", "none"]).to_owned(), dice.one_in(2))),
            6 => Self::Of(Condition::Identified),
            7 => Self::Of(Condition::Member(some(dice, &clusters), words(dice, &statuses))),
            8 => Self::Not(Box::new(Self::random(dice, model, of_participations, depth - 1))),
            kind => {
                let parts = (0..dice.below(4)).map(|_| Self::random(dice, model, of_participations, depth - 1));
                let parts = parts.collect();
                if kind == 9 { Self::Any(parts) } else { Self::All(parts) }
            }
        }
    }
}
