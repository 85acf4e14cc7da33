//! The file of criteria: versions with their rules, as JSON.

use entity::{
    TextEnum, criteria, criteria_profile, criterion,
    id::{ClusterId, CriteriaId, CriteriaProfileId, CriterionId},
    rule::Rule,
};
use serde_json::value::RawValue;

use super::parser::{Parser, Unknown};
use crate::{
    dataset::package::{
        criteria::{Criterion, Version},
        table::{Located, is_key, too_long},
    },
    domain::{reference::REFERENCE, time::Interval},
};

/// How deep a rule may nest, and how many nodes and codes it may have. JSON is read to a depth of 127, of which a level
/// of rules takes two.
const MAX_DEPTH: usize = 60;
const MAX_SIZE: usize = 10_000;

/// Reads the versions, each on its own: a fault in one does not hide those of the next.
pub(super) fn parse(file: &str, text: &str, parser: &mut Parser<'_>) {
    let items: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(items) => items,
        Err(error) => {
            let message = format!("no list of criteria: {error}");
            parser.fault(file, error.line() as u64, "", message);
            return;
        }
    };
    if let Some(offset) = text.find("\\u0000") {
        let message = "holds the character NUL (U+0000); expected text without it";
        parser.fault(file, line_at(text, offset), "", message);
    }
    for item in items {
        let before = item.get().as_ptr() as usize - text.as_ptr() as usize;
        let place = Place { file, first: line_at(text, before), text: item.get() };
        match serde_json::from_str::<Version>(item.get()) {
            Ok(version) => version.read(&place, parser),
            Err(error) => {
                let line = place.first + error.line() as u64 - 1;
                let mut message = format!("no version of criteria: {error}");
                if message.contains("recursion limit exceeded") {
                    message = format!("criteria: nested deeper than {MAX_DEPTH}");
                }
                parser.fault(file, line, "", message);
            }
        }
    }
}

fn line_at(text: &str, offset: usize) -> u64 {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// Where a version stands in the file.
struct Place<'a> {
    file: &'a str,
    first: u64,
    text: &'a str,
}

impl Place<'_> {
    /// The line that a key of the version stands on.
    fn line_of(&self, key: &str) -> u64 {
        let offset = self.text.find(&format!("\"{key}\"")).unwrap_or(0);
        self.first + line_at(self.text, offset) - 1
    }

    fn fault(&self, parser: &Parser<'_>, key: &str, message: impl Into<String>) {
        parser.fault(self.file, self.line_of(key), key, message);
    }
}

impl Version {
    fn read(self, place: &Place<'_>, parser: &mut Parser<'_>) {
        let noted = |key: &str, message: String| place.fault(parser, key, message);
        let unknown = |key: &str, Unknown(message)| message.into_iter().for_each(|message| noted(key, message));
        let cluster = parser.cluster(&self.cluster).map_err(|message| unknown("cluster", message)).ok();
        let source = parser.source(&self.source).map_err(|message| unknown("source", message)).ok();
        let event = cluster
            .zip(self.event.as_deref())
            .and_then(|(cluster, key)| parser.event(cluster, key).map_err(|message| unknown("event", message)).ok());
        if self.version < 1 {
            noted("version", format!("`{}`: expected 1, 2, 3, …", self.version));
        }
        for (key, labels) in [("label", &self.label), ("rationale", &self.rationale)] {
            if let Some(unknown) = labels
                .iter()
                .map(|(language, _)| language)
                .find(|language| entity::Language::of_text(language).is_none())
            {
                noted(key, format!("`{unknown}`: expected the languages {}", entity::Language::words()));
            }
        }
        for (key, column, labels) in [("label", "label", &self.label), ("rationale", "text", &self.rationale)] {
            for message in labels.iter().filter_map(|(_, text)| too_long(column, text)) {
                noted(key, message);
            }
        }
        let interval = Interval::counted(Some(self.from), self.to, None);
        for (position, criterion) in self.criteria.iter().enumerate() {
            let mut faults = Vec::new();
            let mut size = 0;
            check(&criterion.rule, &format!("criteria[{position}].rule"), 1, &mut size, parser, cluster, &mut faults);
            for message in faults {
                noted("criteria", message);
            }
        }
        let (Some(cluster_id), Some(source_id), Some(valid_from)) = (cluster, source, interval.from) else { return };
        let id = CriteriaProfileId::fresh();
        let row = criteria_profile::Model {
            id,
            criteria_id: parser.version(cluster_id, self.version),
            cluster_id,
            version: self.version,
            label: self.label,
            rationale: self.rationale,
            valid_from,
            valid_to: interval.to,
            from_stated: self.from,
            to_stated: self.to,
            state: self.state,
            source_id,
            event_id: event,
            recorded_rev: parser.revision,
            superseded_rev: None,
        };
        parser.facts.criteria_profiles.push(Located { file: place.file.into(), line: place.first, row });
        for (position, Criterion { required, rule }) in (0..).zip(self.criteria) {
            let row = criterion::Model { id: CriterionId::fresh(), criteria_profile_id: id, position, required, rule };
            parser.facts.criterions.push(row);
        }
    }
}

impl Parser<'_> {
    /// The anchor of a version: the register's, or a new one.
    fn version(&mut self, cluster_id: ClusterId, version: i32) -> CriteriaId {
        if let Some(known) = self.holdings.criteria.get(&(cluster_id, version)) {
            return *known;
        }
        // A number that stands twice is a fault, which `verify` finds; the anchor is one.
        let mut new = self.facts.criteria.iter();
        if let Some(known) = new.find(|known| (known.cluster_id, known.version) == (cluster_id, version)) {
            return known.id;
        }
        let id = CriteriaId::fresh();
        self.facts.criteria.push(criteria::Model { id, cluster_id, version, recorded_rev: self.revision });
        id
    }
}

/// Notes what is wrong in a rule, with the path to it.
fn check(
    rule: &Rule,
    path: &str,
    depth: usize,
    size: &mut usize,
    parser: &Parser<'_>,
    cluster: Option<ClusterId>,
    faults: &mut Vec<String>,
) {
    *size += 1;
    if depth > MAX_DEPTH {
        return faults.push(format!("{path}: nested deeper than {MAX_DEPTH}"));
    }
    let mut nested = |rules: &[Rule], name: &str, faults: &mut Vec<String>| {
        if rules.is_empty() {
            faults.push(format!("{path}.{name}: empty; expected at least one rule"));
        }
        for (position, rule) in rules.iter().enumerate() {
            check(rule, &format!("{path}.{name}[{position}]"), depth + 1, size, parser, cluster, faults);
        }
    };
    match rule {
        Rule::All(rules) => nested(rules, "all", faults),
        Rule::Any(rules) => nested(rules, "any", faults),
        Rule::Not(rule) => check(rule, &format!("{path}.not"), depth + 1, size, parser, cluster, faults),
        Rule::Municipality(codes) => {
            *size += codes.len();
            for nis in codes.iter().filter(|nis| REFERENCE.municipality(nis).is_none()) {
                faults.push(format!("{path}.municipality: `{nis}`: expected the NIS code of a municipality"));
            }
        }
        Rule::Activity(activity) => {
            *size += activity.under.len();
            for code in activity.under.iter().filter(|code| REFERENCE.class(activity.version, code).is_none()) {
                faults.push(format!(
                    "{path}.activity: `{code}`: expected a code of NACE-BEL {}",
                    activity.version.text()
                ));
            }
        }
        Rule::Sector(codes) => {
            *size += codes.len();
            let is_known = |code: &str| {
                let cluster = cluster.filter(|_| !parser.package.is_unreadable("sectors"));
                cluster.is_none_or(|cluster| parser.sectors.contains_key(&(cluster, code.to_owned())))
            };
            for code in codes.iter().filter(|code| !is_known(code)) {
                faults.push(format!("{path}.sector: `{code}`: expected the code of a sector of the same cluster"));
            }
        }
        Rule::Attribute(code) | Rule::Assessed(code) => {
            if !is_key(code) {
                faults.push(format!("{path}: `{code}`: expected a code: a-z, 0-9, -, ., _"));
            }
        }
        Rule::Sphere(_) | Rule::Identifier(_) | Rule::SizeAtMost(_) => {}
    }
    if depth == 1 && *size > MAX_SIZE {
        faults.push(format!("{path}: {size} rules and codes; expected at most {MAX_SIZE}"));
    }
}
