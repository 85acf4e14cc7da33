//! Memberships and partnerships: who takes part in a cluster, and the statuses of each, one after the other.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{
    PartialDate,
    organization_profile::Sphere,
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};
use serde::Serialize;

use super::{
    chance::{Chance, Topic, after},
    ecosystem::HORIZON,
    edition::{CORRECTIONS, Edition},
    fields::{FIELDS, Field},
    judgements, organizations,
    outline::Outline,
    plan::{Document, Plan},
    spell::{Histories, Spell},
    terms,
};

/// A spell as a source states it.
#[derive(Clone, Serialize)]
struct PeriodRow<'a> {
    cluster: &'a str,
    organization: &'a str,
    kind: ParticipationKind,
    scope: Option<&'a str>,
    status: Status,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    first_confirmed_on: Option<PartialDate>,
    last_confirmed_on: Option<PartialDate>,
    exit_kind: Option<ExitKind>,
    exit_reason: Option<ExitReason>,
    exit_criteria: Option<i32>,
    note: Option<&'a str>,
    source: &'a str,
}

#[derive(Serialize)]
struct ReferralRow<'a> {
    cluster: &'a str,
    organization: &'a str,
    service: &'a str,
    on: Option<PartialDate>,
    source: &'a str,
}

/// Writes the participations of the cluster at a position: `size` memberships, and a partnership for every ten.
pub(super) fn write(edition: &mut Edition<'_>, position: u32, plan: &Plan, size: u32) -> Histories {
    let mut chance = Chance::new(edition.ecosystem.seed, Topic::Participations, position.into());
    let source = plan.source(Document::Register);
    let mut histories = Histories::default();
    for (rank, organization) in (0..).zip(members(edition, &mut chance, plan, size)) {
        let spells = membership(&mut chance, plan, &edition.outlines[organization as usize]);
        let key = organizations::key(edition, organization);
        let mut rows = stated(&mut chance, plan, &key, ParticipationKind::Member, &spells, &source);
        let thing = u64::from(position) << 32 | rank;
        if let Some(mut correction) = edition.correction(Topic::MembershipCorrection, thing, 20) {
            correct(&mut correction, &mut rows);
        }
        let is_former = rows.last().is_some_and(|row| row.status == Status::Ended);
        if let Some(referral) = referral(&mut chance, plan, &key, &spells, &source).filter(|_| is_former) {
            edition.add("referrals", referral);
        }
        judgements::write(edition, thing, plan, &key, &spells);
        for row in rows {
            edition.add("periods", row);
        }
        histories.members.push(spells);
        histories.spheres.push(edition.outlines[organization as usize].sphere);
    }
    for (organization, scope) in partners(edition, &mut chance, plan, size.div_ceil(10)) {
        let spells = partnership(&mut chance, plan, &edition.outlines[organization as usize]);
        let key = organizations::key(edition, organization);
        let scope = scope.map(terms::scope);
        for row in stated(&mut chance, plan, &key, ParticipationKind::Partner, &spells, &source) {
            edition.add("periods", PeriodRow { scope: scope.as_deref(), ..row });
        }
        histories.partners.push(spells);
    }
    histories
}

/// Different organizations, most of them of the cluster's fields.
fn members(edition: &Edition<'_>, chance: &mut Chance, plan: &Plan, size: u32) -> Vec<u32> {
    let is_own = |field: &usize| plan.fields.iter().any(|own| own.code == FIELDS[*field].code);
    let fields: Vec<usize> = (0..FIELDS.len()).filter(is_own).collect();
    let all = edition.ecosystem.organizations;
    let mut known = HashSet::new();
    let mut chosen = Vec::with_capacity(size as usize);
    for _ in 0..4 * u64::from(size) {
        if chosen.len() == size as usize {
            return chosen;
        }
        let of_field = &edition.of_fields[*chance.pick(&fields)];
        let is_of_field = chance.percent(75) && !of_field.is_empty();
        let candidate = if is_of_field { *chance.pick(of_field) } else { chance.below(all) };
        if known.insert(candidate) {
            chosen.push(candidate);
        }
    }
    // Where nearly all take part, chance alone finds the last ones late.
    let start = chance.below(all);
    let others = (start..all).chain(0..start).filter(|organization| !known.contains(organization));
    chosen.extend(others.take(size as usize - chosen.len()));
    chosen
}

/// Different pairs of an organization, most often no company, and a working group or the whole cluster.
fn partners(edition: &Edition<'_>, chance: &mut Chance, plan: &Plan, size: u32) -> Vec<(u32, Option<&'static Field>)> {
    let mut known = HashSet::new();
    let mut chosen = Vec::new();
    for _ in 0..size {
        let mut organization = chance.below(edition.ecosystem.organizations);
        for _ in 0..8 {
            if edition.outlines[organization as usize].sphere != Sphere::Company || chance.percent(8) {
                break;
            }
            organization = chance.below(edition.ecosystem.organizations);
        }
        let scope = chance.percent(35).then(|| *chance.pick(&plan.fields));
        if known.insert((organization, scope.map(|field| field.code))) {
            chosen.push((organization, scope));
        }
    }
    chosen
}

/// From when until when an organization can take part in a cluster, and whether it was dissolved then.
fn lifetime(plan: &Plan, outline: &Outline) -> (NaiveDate, NaiveDate, bool) {
    let start = plan.founded.max(after(outline.founded, 1));
    match outline.dissolved {
        Some(dissolved) if dissolved > after(start, 120) => (start, dissolved, true),
        _ => (start, HORIZON, false),
    }
}

/// The statuses of a member: candidate, effective, ended, and sometimes round again.
fn membership(chance: &mut Chance, plan: &Plan, outline: &Outline) -> Vec<Spell> {
    let (start, end, is_dissolved) = lifetime(plan, outline);
    // One in five was there from the beginning, or nearly.
    let last = if chance.percent(20) { after(start, 200).min(end) } else { end };
    let mut day = chance.day(start, last);
    let mut is_candidate = chance.percent(85);
    let mut spells = Vec::new();
    while day < end {
        let status = if is_candidate { Status::Candidate } else { Status::Effective };
        let mut next = after(day, if is_candidate { chance.within(40, 420) } else { chance.within(150, 1700) });
        let is_present = !is_candidate && day < plan.repositioned && plan.repositioned < next;
        let is_refocused = is_present && chance.percent(25);
        if is_refocused {
            next = after(plan.repositioned, chance.below(120));
        }
        if next >= end {
            spells.push(Spell::new(status, day, is_dissolved.then_some(end)));
            spells.extend(is_dissolved.then(|| Spell::ended((ExitKind::Ceased, None), end, None)));
            break;
        }
        spells.push(Spell::new(status, day, Some(next)));
        if is_candidate && chance.percent(80) {
            (is_candidate, day) = (false, next);
            continue;
        }
        // What comes next is not known, until it is a member again.
        if !is_candidate && chance.percent(7) {
            day = after(next, chance.within(60, 700));
            continue;
        }
        let how = match (is_candidate, is_refocused) {
            (true, _) => (*chance.pick(&[ExitKind::CandidacyRejected, ExitKind::CandidacyWithdrawn]), None),
            (false, true) => (ExitKind::NoLongerEligible, None),
            (false, false) => exit(chance),
        };
        // Out: for good, or until it comes back.
        let back = after(next, chance.within(90, 900));
        let returns = chance.percent(30) && back < end;
        spells.push(Spell::ended(how, next, returns.then_some(back)));
        if !returns {
            break;
        }
        (is_candidate, day) = (chance.percent(65), back);
    }
    spells
}

/// How an effective member leaves.
fn exit(chance: &mut Chance) -> (ExitKind, Option<ExitReason>) {
    let how = chance.weighted(&[
        (45, ExitKind::Left),
        (18, ExitKind::Excluded),
        (12, ExitKind::NoLongerEligible),
        (10, ExitKind::Ceased),
        (15, ExitKind::NotRecorded),
    ]);
    let reason = chance.weighted(&[
        (30, Some(ExitReason::Inactivity)),
        (25, Some(ExitReason::NonPayment)),
        (20, Some(ExitReason::CharterBreach)),
        (8, Some(ExitReason::Legal)),
        (7, Some(ExitReason::Other)),
        (10, None),
    ]);
    (how, reason.filter(|_| how == ExitKind::Excluded))
}

/// The statuses of a partner.
fn partnership(chance: &mut Chance, plan: &Plan, outline: &Outline) -> Vec<Spell> {
    let (start, end, _) = lifetime(plan, outline);
    let day = chance.day(start, end);
    let next = after(day, chance.within(300, 4000));
    if next >= end {
        return vec![Spell::new(Status::Effective, day, None)];
    }
    let how = chance.weighted(&[(60, ExitKind::Left), (15, ExitKind::Ceased), (25, ExitKind::NotRecorded)]);
    vec![Spell::new(Status::Effective, day, Some(next)), Spell::ended((how, None), next, None)]
}

/// Spells as sources state them: dates to the day, the month or the year, starts that are not published,
/// confirmations.
///
/// Where two spells meet, both state the same date. Every date begins after the one before it, so that no period is
/// empty.
fn stated<'a>(
    chance: &mut Chance,
    plan: &'a Plan,
    organization: &'a str,
    kind: ParticipationKind,
    spells: &[Spell],
    source: &'a str,
) -> Vec<PeriodRow<'a>> {
    let mut rows: Vec<PeriodRow<'a>> = Vec::with_capacity(spells.len());
    let mut floor = plan.founded.pred_opt().unwrap_or(plan.founded);
    for (position, spell) in spells.iter().enumerate() {
        let before = position.checked_sub(1).filter(|before| spells[*before].to == Some(spell.from));
        let met = before.and_then(|before| rows[before].to);
        let start = met.unwrap_or_else(|| chance.stated(spell.from, floor));
        let is_unknown = met.is_none() && chance.percent(if position == 0 { 10 } else { 25 });
        let next = spells.get(position + 1);
        let to = spell.to.map(|to| match next {
            // Before a gap to the day, so that it ends before what follows begins.
            Some(next) if next.from != to => PartialDate::day(to),
            _ => chance.stated(to, start.earliest()),
        });
        let observed = chance.day(spell.from, spell.to.unwrap_or(HORIZON));
        let last_confirmed = chance.stated(observed, spell.from);
        let is_confirmed = chance.percent(match (spell.status, to) {
            (Status::Ended, _) => 10,
            (_, Some(_)) => 15,
            (_, None) => 60,
        });
        let is_confirmed_first = chance.percent(12);
        let is_noted = chance.percent(40);
        let exit_reason = spell.exit.and_then(|(_, reason)| reason);
        let is_failed = matches!(spell.exit, Some((ExitKind::NoLongerEligible, _)));
        floor = to.unwrap_or(start).earliest();
        rows.push(PeriodRow {
            cluster: &plan.slug,
            organization,
            kind,
            scope: None,
            status: spell.status,
            from: (!is_unknown).then_some(start),
            to,
            first_confirmed_on: (is_unknown || is_confirmed_first).then_some(start),
            last_confirmed_on: is_confirmed.then_some(last_confirmed),
            exit_kind: spell.exit.map(|(how, _)| how),
            exit_reason,
            exit_criteria: is_failed.then_some(if spell.from < plan.repositioned { 1 } else { 2 }),
            note: (is_noted && exit_reason == Some(ExitReason::NonPayment)).then_some("After two reminders."),
            source,
        });
    }
    rows
}

/// A referral of a member that left, or was no longer eligible, to a service of the host.
fn referral<'a>(
    chance: &mut Chance,
    plan: &'a Plan,
    organization: &'a str,
    spells: &[Spell],
    source: &'a str,
) -> Option<ReferralRow<'a>> {
    let last = spells.last()?;
    let is_referred = chance.percent(15) && matches!(last.exit, Some((ExitKind::Left | ExitKind::NoLongerEligible, _)));
    is_referred.then(|| {
        let on = chance.percent(80).then(|| chance.stated(after(last.from, 30), last.from));
        ReferralRow { cluster: &plan.slug, organization, service: chance.pick::<&str>(&plan.services), on, source }
    })
}

/// Corrects the last period of a membership: how or when it ended, that it did, or that it did not.
fn correct(correction: &mut Chance, rows: &mut Vec<PeriodRow<'_>>) {
    let Some(mut last) = rows.pop() else { return };
    last.source = CORRECTIONS;
    match (last.status, correction.below(3), rows.last_mut()) {
        // It did not end after all.
        (Status::Ended, 0, Some(before)) => (before.to, before.source) = (None, CORRECTIONS),
        // It ended on a later day.
        (Status::Ended, 1, Some(before)) => {
            let later = |to: PartialDate| PartialDate::day(after(to.earliest(), correction.within(1, 40)).min(HORIZON));
            let later = before.to.map(later);
            (before.to, before.source) = (later, CORRECTIONS);
            // The day is in the first weeks of the year or month that was stated: what was confirmed later is so no more.
            let is_within = |on: &PartialDate| later.is_none_or(|later| on.earliest() < later.earliest());
            before.last_confirmed_on = before.last_confirmed_on.filter(is_within);
            (last.from, last.first_confirmed_on, last.last_confirmed_on) = (later, None, None);
            rows.push(last);
        }
        // It ended otherwise.
        (Status::Ended, _, _) => {
            last.exit_kind = last.exit_kind.map(|how| match how {
                ExitKind::CandidacyRejected => ExitKind::CandidacyWithdrawn,
                ExitKind::CandidacyWithdrawn => ExitKind::CandidacyRejected,
                ExitKind::Left => ExitKind::NotRecorded,
                _ => ExitKind::Left,
            });
            (last.exit_reason, last.exit_criteria, last.note) = (None, None, None);
            rows.push(last);
        }
        // It ended.
        (_, 0, _) if last.to.is_none() => {
            let since = last.from.or(last.first_confirmed_on).map_or(HORIZON, |from| from.earliest());
            let end = Some(PartialDate::day(correction.day(after(since, 1), HORIZON)));
            let exit = if last.status == Status::Candidate { ExitKind::CandidacyWithdrawn } else { ExitKind::Left };
            (last.to, last.last_confirmed_on) = (end, None);
            let ended = PeriodRow {
                status: Status::Ended,
                from: end,
                to: None,
                first_confirmed_on: None,
                exit_kind: Some(exit),
                ..last.clone()
            };
            rows.extend([last, ended]);
        }
        // It is as it was, and another source says so.
        _ => rows.push(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_end_comes_after_what_is_confirmed() {
        let date = |text: &str| text.parse::<PartialDate>().expect("a date");
        let effective = PeriodRow {
            cluster: "c",
            organization: "o",
            kind: ParticipationKind::Member,
            scope: None,
            status: Status::Effective,
            from: Some(date("2018")),
            to: Some(date("2020")),
            first_confirmed_on: None,
            last_confirmed_on: Some(date("2020-07")),
            exit_kind: None,
            exit_reason: None,
            exit_criteria: None,
            note: None,
            source: "s",
        };
        let ended = PeriodRow {
            status: Status::Ended,
            from: effective.to,
            to: None,
            last_confirmed_on: None,
            exit_kind: Some(ExitKind::Left),
            ..effective.clone()
        };
        for thing in 0..50 {
            let mut rows = vec![effective.clone(), ended.clone()];
            correct(&mut Chance::new(1, Topic::MembershipCorrection, thing), &mut rows);
            let is_after = |row: &PeriodRow<'_>| match (row.to, row.last_confirmed_on) {
                (Some(to), Some(last)) => last.earliest() < to.latest(),
                _ => true,
            };
            assert!(rows.iter().all(is_after), "{thing}");
        }
    }
}
