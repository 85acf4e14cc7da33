//! Who is behind the rows of a breakdown: the same participations are met again, and their groups looked up among the
//! rows.

use std::collections::{BTreeMap, HashSet};

use entity::id::OrganizationId;

use super::{
    codes::Codes,
    counter::Counter,
    cut::rest_of,
    question::{Keys, Part, Question},
};
use crate::domain::{Result, ledger::Image, participation::Occurrence};

/// The rows of a breakdown that are looked behind, by the codes of their groups. The rows are all of the answer, so
/// that what is in none of its groups is in a rest.
struct Wanted {
    groups: BTreeMap<Codes, Vec<usize>>,
    rests: Vec<(Part, usize)>,
    dimensions: usize,
}

impl Wanted {
    fn new(counter: &Counter<'_>, question: &Question, rows: &[&Keys]) -> Self {
        let mut wanted = Self { groups: BTreeMap::new(), rests: Vec::new(), dimensions: question.by.len() };
        for (position, keys) in rows.iter().enumerate() {
            match keys.part {
                Part::Group => wanted.groups.entry(counter.coding.codes(&keys.values)).or_default().push(position),
                rest => wanted.rests.push((rest, position)),
            }
        }
        wanted
    }

    /// Which of the rows a group belongs to.
    fn rows(&self, codes: &Codes) -> impl Iterator<Item = usize> {
        let group = self.groups.get(codes);
        let rest = rest_of(&codes[..self.dimensions]);
        let rests = self.rests.iter().filter(move |(part, _)| group.is_none() && *part == rest);
        group.into_iter().flatten().copied().chain(rests.map(|(_, position)| *position))
    }
}

/// The participations in each row of an answer, by id, each with the period that is counted.
pub fn rows_behind(image: &Image, question: &Question, rows: &[&Keys]) -> Result<Vec<Vec<Occurrence>>> {
    let counter = Counter::new(image, question)?;
    let wanted = Wanted::new(&counter, question, rows);
    let mut found = vec![Vec::new(); rows.len()];
    counter.each(&counter.resolved.clusters, |visit, codes, _| {
        wanted.rows(&codes).for_each(|position| found[position].push(Occurrence::new(visit, visit.row)));
    });
    found.iter_mut().for_each(|ids| ids.sort_unstable());
    Ok(found)
}

/// The organizations in each row of an answer, by id: once for each of its groups.
pub fn organizations_behind(image: &Image, question: &Question, rows: &[&Keys]) -> Result<Vec<Vec<OrganizationId>>> {
    let counter = Counter::new(image, question)?;
    let wanted = Wanted::new(&counter, question, rows);
    let mut found = vec![Vec::new(); rows.len()];
    let mut seen = HashSet::new();
    counter.each(&counter.resolved.clusters, |visit, codes, _| {
        for position in wanted.rows(&codes) {
            if seen.insert((position, codes, visit.organization())) {
                found[position].push(image.organizations().id(visit.organization()));
            }
        }
    });
    found.iter_mut().for_each(|ids| ids.sort_unstable());
    Ok(found)
}
