//! Memberships, partnerships, referrals of former members, and what clusters found of organizations.

use entity::{
    TextEnum,
    id::{JudgementId, ParticipationId, PeriodId, ReferralId},
    judgement, participation, participation_period, referral,
};

use super::parser::{Dates, Parser, tri_state};
use crate::{dataset::holdings::ParticipationKey, domain::time::Interval};

impl Parser<'_> {
    pub(super) fn periods(&mut self) {
        use participation::ParticipationKind;
        use participation_period::{ExitKind, ExitReason, Status};
        let table = self.take("periods");
        self.facts.periods.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (kind, status) = (row.word::<ParticipationKind>("kind"), row.word::<Status>("status"));
            let (exit_kind, exit_reason) = (row.word::<ExitKind>("exit_kind"), row.word::<ExitReason>("exit_reason"));
            let (from, to) = (row.date("from"), row.date("to"));
            let (first, last) = (row.date("first_confirmed_on"), row.date("last_confirmed_on"));
            let source = self.cited(&row);
            if kind == Some(ParticipationKind::Partner) && status == Some(Status::Candidate) {
                row.fault("status", "`candidate`: expected effective or ended for a partner");
            }
            match (status, row.text("exit_kind")) {
                (Some(Status::Ended), None) => {
                    row.fault("exit_kind", format!("is empty; expected how it ended: one of {}", ExitKind::words()));
                }
                (Some(Status::Candidate | Status::Effective), Some(_)) => {
                    row.fault("exit_kind", "is filled; expected only where the status is ended");
                }
                _ => {}
            }
            if row.text("exit_reason").is_some() && exit_kind != Some(ExitKind::Excluded) {
                row.fault("exit_reason", "is filled; expected only where the exit kind is excluded");
            }
            let exit_criteria = row.value("exit_criteria", "the number of a version of criteria", |text| {
                text.parse::<i32>().ok().filter(|version| *version > 0)
            });
            if row.text("exit_criteria").is_some() && exit_kind != Some(ExitKind::NoLongerEligible) {
                row.fault("exit_criteria", "is filled; expected only where the exit kind is no_longer_eligible");
            }
            if row.text("from").is_none() && row.text("first_confirmed_on").is_none() {
                row.fault(
                    "from",
                    "is empty, and so is first_confirmed_on; expected one of them, for the period to count from",
                );
            }
            if let (Some(first), Some(last)) = (first, last)
                && last.latest() < first.earliest()
            {
                row.fault(
                    "last_confirmed_on",
                    format!("`{last}` is before first_confirmed_on `{first}`; expected it later"),
                );
            }
            for (column, confirmed) in [("first_confirmed_on", first), ("last_confirmed_on", last)] {
                let Some(confirmed) = confirmed else { continue };
                let outside = match (from, to) {
                    (Some(from), _) if confirmed.latest() < from.earliest() => Some(format!("before from `{from}`")),
                    // Without a stated start the period counts from its first confirmation: then it would be empty.
                    (start, Some(to))
                        if confirmed.earliest() >= to.latest()
                            && (start.is_some() || column != "first_confirmed_on") =>
                    {
                        Some(format!("not before to `{to}`"))
                    }
                    _ if confirmed.earliest() > self.today => Some("in the future".to_owned()),
                    _ => None,
                };
                if let Some(outside) = outside {
                    row.fault(
                        column,
                        format!("`{confirmed}` is {outside}; expected a day of the period that a source attests"),
                    );
                }
            }
            let (Some(cluster_id), Some(organization_id)) = (cluster, organization) else { continue };
            let (Some(kind), Some(status), Some(source_id)) = (kind, status, source) else { continue };
            let interval = Interval::counted(from.or(first), to, None);
            let Some(valid_from) = interval.from else { continue };
            let participation_id = self.participation((cluster_id, organization_id, kind, row.owned("scope")));
            let period = participation_period::Model {
                id: PeriodId::fresh(),
                participation_id,
                cluster_id,
                organization_id,
                kind,
                status,
                exit_kind,
                exit_reason,
                exit_criteria,
                note: row.owned("note"),
                valid_from,
                valid_to: interval.to,
                from_stated: from,
                to_stated: to,
                first_confirmed_on: first,
                last_confirmed_on: last,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.periods.push(row.located(period));
        }
    }

    /// The participation with a key: the register's, or a new one.
    fn participation(&mut self, key: ParticipationKey) -> ParticipationId {
        if let Some(known) = self.holdings.participations.get(&key).or_else(|| self.participations.get(&key)) {
            return *known;
        }
        let id = ParticipationId::fresh();
        let (cluster_id, organization_id, kind, scope) = key.clone();
        let anchor = participation::Model { id, cluster_id, organization_id, kind, scope, recorded_rev: self.revision };
        self.facts.participations.push(anchor);
        self.participations.insert(key, id);
        id
    }

    pub(super) fn judgements(&mut self) {
        let table = self.take("judgements");
        self.facts.judgements.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (code, value) = (row.key("code"), tri_state(&row));
            let (source, dates) = (self.cited(&row), Dates::from_row(&row));
            let (Some(cluster_id), Some(organization_id)) = (cluster, organization) else { continue };
            let (Some(code), Some(value), Some(source_id)) = (code, value, source) else { continue };
            let judgement = judgement::Model {
                id: JudgementId::fresh(),
                cluster_id,
                organization_id,
                code: code.to_owned(),
                value,
                valid_from: dates.interval.from,
                valid_to: dates.interval.to,
                from_stated: dates.from,
                to_stated: dates.to,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.judgements.push(row.located(judgement));
        }
    }

    pub(super) fn referrals(&mut self) {
        let table = self.take("referrals");
        for row in table.rows(self.faults) {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (on, source) = (row.date("on"), self.cited(&row));
            let service = cluster.and_then(|cluster| self.referred(&row, "service", |key| self.service(cluster, key)));
            let member = cluster.zip(organization).and_then(|(cluster, organization)| {
                let key = (cluster, organization, participation::ParticipationKind::Member, None);
                let known = self.participations.get(&key).or_else(|| self.holdings.participations.get(&key)).copied();
                if known.is_none() && !self.package.is_unreadable("periods") {
                    row.fault(
                        "organization",
                        "was never a member; expected a membership of it in the resource periods",
                    );
                }
                known
            });
            let (Some(participation_id), Some(service_id), Some(source_id)) = (member, service, source) else {
                continue;
            };
            let referral = referral::Model {
                id: ReferralId::fresh(),
                participation_id,
                service_id,
                on,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.referrals.push(row.located(referral));
        }
    }
}
