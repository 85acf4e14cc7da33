//! What must hold between facts: periods do not overlap, and what others recorded is not contradicted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{
    About, cluster_event, cluster_profile,
    criteria_profile::{self, CriteriaState},
    id::ParticipationId,
    organization_profile, participation_period, programme_profile, sector, service,
};

use super::{
    facts::{Facts, Part},
    holdings::Holdings,
    package::{fault::Faults, folder::DESCRIPTOR, table::Located},
};
use crate::domain::time::Interval;

/// Notes every contradiction of a part of a package, within it and with the register.
pub(super) fn verify(part: Part, facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    match part {
        Part::Sources | Part::Sites | Part::Activities | Part::Attributes => {}
        Part::Names => identifiers(facts, holdings, faults),
        Part::Organizations => {
            let known = |row: &organization_profile::Model| holdings.profiles.get(&row.organization_id);
            keyed::<organization_profile::Entity>(&facts.profiles, known, holdings, "id", faults);
        }
        Part::Clusters => {
            let known = |row: &cluster_profile::Model| holdings.cluster_profiles.get(&row.cluster_id);
            keyed::<cluster_profile::Entity>(&facts.cluster_profiles, known, holdings, "slug", faults);
            let known = |row: &cluster_event::Model| holdings.events.get(&(row.cluster_id, row.key.clone()));
            keyed::<cluster_event::Entity>(&facts.events, known, holdings, "id", faults);
            let known = |row: &sector::Model| holdings.sectors.get(&(row.cluster_id, row.code.clone()));
            keyed::<sector::Entity>(&facts.sectors, known, holdings, "code", faults);
            let known = |row: &service::Model| holdings.services.get(&(row.cluster_id, row.key.clone()));
            keyed::<service::Entity>(&facts.services, known, holdings, "id", faults);
        }
        Part::Figures => {
            let known = |row: &programme_profile::Model| holdings.programme_profiles.get(&row.programme_id);
            keyed::<programme_profile::Entity>(&facts.programme_profiles, known, holdings, "slug", faults);
        }
        Part::Participations => {
            periods(facts, holdings, faults);
            criteria(facts, holdings, faults);
            exit_criteria(facts, holdings, faults);
            withdrawn_criteria(facts, holdings, faults);
        }
    }
}

fn of_period(period: &participation_period::Model) -> Interval {
    Interval { from: Some(period.valid_from), to: period.valid_to }
}

fn periods(facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    let mut of_participation: BTreeMap<ParticipationId, Vec<&Located<participation_period::Model>>> = BTreeMap::new();
    for period in &facts.periods {
        of_participation.entry(period.row.participation_id).or_default().push(period);
    }
    let mut recorded: HashMap<ParticipationId, Vec<&participation_period::Model>> = HashMap::new();
    for period in &holdings.periods_of_others {
        recorded.entry(period.participation_id).or_default().push(period);
    }
    for (participation, mut periods) in of_participation {
        periods.sort_by_key(|period| (period.row.valid_from, period.line));
        for (position, period) in periods.iter().enumerate() {
            let interval = of_period(&period.row);
            if interval.is_empty() {
                let message = "is not after the day the period counts from; expected the first day of another status";
                faults.push(&period.file, period.line, "to", message);
                continue;
            }
            let earlier = periods[..position].iter().find(|earlier| of_period(&earlier.row).overlaps(&interval));
            if let Some(earlier) = earlier {
                let message =
                    format!("overlaps the period on line {}; expected it to begin when that has ended", earlier.line);
                faults.push(&period.file, period.line, "from", message);
            }
            let others = recorded.get(&participation).into_iter().flatten();
            if let Some(other) = others.into_iter().find(|other| overlaps_another(other, &period.row, interval)) {
                let message = format!(
                    "overlaps a period that the register holds from {} and that this package did not bring",
                    other.valid_from
                );
                faults.push(&period.file, period.line, "from", message);
            }
        }
    }
}

/// Whether a recorded period shares days with one of the package, and is not the same said twice.
fn overlaps_another(
    recorded: &participation_period::Model,
    period: &participation_period::Model,
    interval: Interval,
) -> bool {
    of_period(recorded).overlaps(&interval) && !participation_period::Entity::say_the_same(recorded, period)
}

fn criteria(facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    for (position, version) in facts.criteria_profiles.iter().enumerate() {
        if days_of(&version.row).is_empty() {
            let message = "is not after from; expected the first day of another version";
            faults.push(&version.file, version.line, "to", message);
        }
        for earlier in &facts.criteria_profiles[..position] {
            contradictions(version, earlier, faults);
        }
        let others = holdings.criteria_profiles.iter().filter(|other| !holdings.is_own(other.recorded_rev));
        let mut others = others.filter(|other| other.cluster_id == version.row.cluster_id);
        if others.any(|other| other.version == version.row.version || are_in_force_together(other, &version.row)) {
            let message =
                "the register holds a version with this number or for these dates that this package did not bring";
            faults.push(&version.file, version.line, "version", message);
        }
    }
}

/// Two versions of a package contradict each other where they are of one cluster, and have one number or are in force
/// on one day.
fn contradictions(
    version: &Located<criteria_profile::Model>,
    earlier: &Located<criteria_profile::Model>,
    faults: &mut Faults,
) {
    if earlier.row.cluster_id != version.row.cluster_id {
        return;
    }
    let line = earlier.line;
    if earlier.row.version == version.row.version {
        let message = format!("the same as in the version on line {line}; expected each once");
        faults.push(&version.file, version.line, "version", message);
    }
    if are_in_force_together(&earlier.row, &version.row) {
        let message = format!("overlaps the adopted version on line {line}; expected one in force at a time");
        faults.push(&version.file, version.line, "from", message);
    }
}

fn are_in_force_together(one: &criteria_profile::Model, other: &criteria_profile::Model) -> bool {
    let are_adopted = [one.state, other.state] == [CriteriaState::Adopted; 2];
    are_adopted && days_of(one).overlaps(&days_of(other))
}

fn days_of(version: &criteria_profile::Model) -> Interval {
    Interval { from: Some(version.valid_from), to: version.valid_to }
}

/// An exit names a version of criteria that was adopted.
fn exit_criteria(facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    let of_others = holdings.criteria_profiles.iter().filter(|row| !holdings.is_own(row.recorded_rev));
    let versions = facts.criteria_profiles.iter().map(|version| &version.row).chain(of_others);
    let adopted = versions.filter(|row| row.state == CriteriaState::Adopted);
    let adopted: HashSet<_> = adopted.map(|row| (row.cluster_id, row.version)).collect();
    for period in &facts.periods {
        if let Some(version) = period.row.exit_criteria
            && !adopted.contains(&(period.row.cluster_id, version))
        {
            let message =
                format!("`{version}`: expected the number of an adopted version of the same cluster's criteria");
            faults.push(&period.file, period.line, "exit_criteria", message);
        }
    }
}

/// A version of criteria that an exit of another package names stays adopted.
fn withdrawn_criteria(facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    let adopted = |row: &&entity::criteria_profile::Model| row.state == CriteriaState::Adopted;
    let number = |row: &entity::criteria_profile::Model| (row.cluster_id, row.version);
    let stated: HashSet<_> =
        facts.criteria_profiles.iter().map(|version| &version.row).filter(adopted).map(number).collect();
    let own = holdings.criteria_profiles.iter().filter(|row| holdings.is_own(row.recorded_rev));
    let withdrawn: HashSet<_> = own.filter(adopted).map(number).collect();
    let withdrawn: HashSet<_> = withdrawn.difference(&stated).copied().collect();
    let named = holdings.exits_of_others.iter().filter(|version| withdrawn.contains(version));
    let named: BTreeSet<_> = named.copied().collect();
    for (cluster, version) in named {
        let slug = holdings.clusters.iter().find(|(_, id)| **id == cluster).map_or("", |(slug, _)| slug.as_str());
        let message = format!(
            "version {version} of the cluster `{slug}` would no longer be adopted, and an exit that another package \
             brought names it; expected it to stay"
        );
        faults.push(facts.criteria_file.as_deref().unwrap_or(DESCRIPTOR), 0, "version", message);
    }
}

fn identifiers(facts: &Facts, holdings: &Holdings, faults: &mut Faults) {
    let recorded: HashMap<_, _> = holdings
        .identifiers_of_others
        .iter()
        .map(|row| ((row.scheme, row.value.as_str()), row.organization_id))
        .collect();
    for identifier in &facts.identifiers {
        let holder = recorded.get(&(identifier.row.scheme, identifier.row.value.as_str()));
        if holder.is_some_and(|holder| *holder != identifier.row.organization_id) {
            let message = format!("`{}` is recorded for another organization already", identifier.row.value);
            faults.push(&identifier.file, identifier.line, "value", message);
        }
    }
}

/// What another package recorded under a key may be referred to, not changed.
fn keyed<'a, E: About>(
    facts: &'a [Located<E::Model>],
    recorded: impl Fn(&E::Model) -> Option<&'a E::Model>,
    holdings: &Holdings,
    column: &str,
    faults: &mut Faults,
) {
    for fact in facts {
        let other = recorded(&fact.row).filter(|recorded| !holdings.is_own(E::recorded(recorded)));
        if other.is_some_and(|other| !E::say_the_same(other, &fact.row)) {
            let message = "is in the register already, as another package describes it; \
                           leave this line out to refer to it, or use another key";
            faults.push(&fact.file, fact.line, column, message);
        }
    }
}
