//! What lists are held against: the rows of the tables, and the conditions that filters are of,
//! read plainly.

use std::{collections::BTreeMap, ops::Range};

use chrono::{DateTime, Days, NaiveDate, Utc};
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
    pub(super) async fn read(app: &TestApp) -> Self {
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
            Condition::Named(text) => self.relevance(of, text, at).is_some(),
            Condition::Founded(days) => profile.founded_on.is_some_and(|on| days.contains(&on.earliest())),
            Condition::Dissolved(days) => profile.dissolved_on.is_some_and(|on| days.contains(&on.latest())),
            Condition::Member(filter) => self.participations.iter().any(|row| {
                row.organization_id.0 == of
                    && row.kind == participation::ParticipationKind::Member
                    && self.satisfies(row, filter, at)
            }),
        }
    }

    /// Whether a participation has a status and satisfies a filter; where that says nothing of the status, a current
    /// one.
    pub(super) fn satisfies(&self, row: &participation::Model, filter: &Filter, at: At) -> bool {
        let Some(period) = self.period(row.id.0, at) else { return false };
        let status = upper(&period.status);
        let leaf = |leaf: &Filter| match leaf {
            Filter::Of(condition) => self.meets(row.organization_id.0, condition, at),
            Filter::Status(words) => words.contains(&status),
            Filter::Exit(words) => period.exit_kind.is_some_and(|kind| words.contains(&upper(&kind))),
            Filter::Reason(words) => period.exit_reason.is_some_and(|reason| words.contains(&upper(&reason))),
            Filter::Confirmed(is_confirmed) => Self::is_confirmed(period, at.day) == *is_confirmed,
            Filter::Joined(days) => self.has_turned(row.id.0, at, days, true),
            Filter::Ended(days) => self.has_turned(row.id.0, at, days, false),
            Filter::Cluster(of) => of.contains(&row.cluster_id.0),
            Filter::Slug(slugs) => slugs.contains(&self.clusters[&row.cluster_id.0]),
            Filter::Organization(of) => of.contains(&row.organization_id.0),
            Filter::All(_) | Filter::Any(_) | Filter::Not(_) => unreachable!("no leaf"),
        };
        filter.meets(&leaf) && (filter.is_on_status() || status != "ENDED")
    }

    fn is_confirmed(period: &participation_period::Model, day: NaiveDate) -> bool {
        let attested = match (period.last_confirmed_on, period.first_confirmed_on) {
            (None, None) => period.from_stated.into_iter().collect(),
            (last, first) => Vec::from_iter([last, first].into_iter().flatten()),
        };
        period.status == participation_period::Status::Ended
            || period.to_stated.is_some()
            || attested.iter().any(|stated| stated.latest() >= day)
    }

    /// Whether a participation joined, or ended, on one of some days up to a point.
    fn has_turned(&self, of: Uuid, at: At, days: &Range<NaiveDate>, joins: bool) -> bool {
        let is_active = |day: NaiveDate| {
            let period = self.period(of, At { day, ..at });
            period.is_some_and(|period| period.status != participation_period::Status::Ended)
        };
        let known = || {
            let of = self.periods.iter().filter(move |row| row.participation_id.0 == of);
            of.filter(move |row| is_known(row.recorded_rev, row.superseded_rev, at))
        };
        let first = known().min_by_key(|row| row.valid_from);
        let turns = known().flat_map(|row| [Some(row.valid_from), row.valid_to]).flatten();
        turns.filter(|day| days.contains(day) && *day <= at.day).any(|day| {
            let (was, is) = (is_active(day.pred_opt().expect("a day")), is_active(day));
            // An end may be all that is recorded.
            let begins_ended = first.is_some_and(|row| row.valid_from == day) && !is;
            if joins { !was && is } else { was && !is || begins_ended }
        })
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
    Named(String),
    Founded(Range<NaiveDate>),
    Dissolved(Range<NaiveDate>),
    Member(Box<Filter>),
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
    Reason(Vec<String>),
    Confirmed(bool),
    Joined(Range<NaiveDate>),
    Ended(Range<NaiveDate>),
    Cluster(Vec<Uuid>),
    Slug(Vec<String>),
    Organization(Vec<Uuid>),
}

fn written(days: &Range<NaiveDate>) -> Value {
    json!({ "from": days.start.to_string(), "to": days.end.to_string() })
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
            Self::Reason(words) => json!({ "exitReason": words }),
            Self::Confirmed(true) => json!({ "confirmation": "CONFIRMED" }),
            Self::Confirmed(false) => json!({ "confirmation": "PRESUMED" }),
            Self::Joined(days) => json!({ "joined": written(days) }),
            Self::Ended(days) => json!({ "ended": written(days) }),
            Self::Slug(slugs) => json!({ "cluster": slugs }),
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
                Condition::Named(text) => json!({ "search": text }),
                Condition::Founded(days) => json!({ "founded": written(days) }),
                Condition::Dissolved(days) => json!({ "dissolved": written(days) }),
                Condition::Member(filter) => json!({ "membership": filter.json() }),
            },
        }
    }

    pub(super) fn is_on_status(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_on_status),
            Self::Not(part) => part.is_on_status(),
            Self::Status(_) | Self::Exit(_) | Self::Reason(_) => true,
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
        let days = |dice: &mut Dice| {
            let from = dice.day();
            from..from + Days::new(u64::from(1 + dice.below(2000)))
        };
        match dice.below(if depth == 0 { 12 } else { 16 }) {
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
            8 => Self::Of(Condition::Named(dice.pick(&["eco", "bois", "zwanze co", "日", ""]).to_owned())),
            9 if dice.one_in(2) => Self::Of(Condition::Founded(days(dice))),
            9 => Self::Of(Condition::Dissolved(days(dice))),
            10 if of_participations => {
                let leaf = match dice.below(5) {
                    0 => Self::Confirmed(dice.one_in(2)),
                    1 | 2 => Self::Joined(days(dice)),
                    _ => Self::Ended(days(dice)),
                };
                // Those that have ended are listed where a status is asked.
                let statuses = Self::Status(statuses.map(str::to_owned).to_vec());
                if dice.one_in(3) { leaf } else { Self::All(vec![statuses, leaf]) }
            }
            11 if of_participations && dice.one_in(2) => Self::Reason(words(dice, &["INACTIVITY", "LEGAL"])),
            11 if of_participations => {
                let slugs = model.clusters.values().filter(|_| dice.one_in(2));
                Self::Slug(slugs.cloned().collect())
            }
            5 | 10 => Self::Of(Condition::Attribute(dice.pick(&["wood", "eco", "none"]).to_owned(), dice.one_in(2))),
            6 => Self::Of(Condition::Identified),
            7 | 11 => Self::Of(Condition::Member(Box::new(Self::random(dice, model, true, depth)))),
            12 => Self::Not(Box::new(Self::random(dice, model, of_participations, depth - 1))),
            kind => {
                let parts = (0..dice.below(4)).map(|_| Self::random(dice, model, of_participations, depth - 1));
                let parts = parts.collect();
                if kind == 13 { Self::Any(parts) } else { Self::All(parts) }
            }
        }
    }
}
