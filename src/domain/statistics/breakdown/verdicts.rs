//! The verdicts of organizations under the criteria that apply to the cluster that is being counted.

use super::applied::Applied;
use crate::domain::{
    eligibility::{Verdict, sets::Division},
    ledger::snapshot::Snapshot,
    visit::Visit,
};

/// The criteria that apply last, and how they divide the organizations.
#[derive(Default)]
pub(super) struct Verdicts {
    divided: Option<(usize, Division)>,
}

impl Verdicts {
    /// The verdict of a participation's organization; `None` where no criteria apply. Participations come cluster by
    /// cluster, so that organizations are divided once for each version.
    pub(super) fn verdict(&mut self, visit: Visit<'_>, applied: &[&Applied], among: &Snapshot<'_>) -> Option<Verdict> {
        let applies = |applied: &&Applied| applied.cluster.is_none_or(|cluster| cluster == visit.segment.id);
        let version = match &self.divided {
            Some((version, _)) if applies(&applied[*version]) => *version,
            _ => applied.iter().position(applies)?,
        };
        if self.divided.as_ref().is_none_or(|(divided, _)| *divided != version) {
            let criteria = &applied[version].criteria;
            self.divided = Some((version, Division::by(&criteria.rule, criteria.cluster, among)));
        }
        self.divided.as_ref().map(|(_, division)| division.verdict(visit.organization()))
    }
}
