//! Flows, exits and retention, against a walk day by day over the rows of the tables.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::{
    TextEnum,
    id::ParticipationId,
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};
use serde_json::json;

use super::{
    COUNT, ask, asked, count,
    model::{Model, is_active, known},
    random::on_registers,
    statistics,
};
use crate::support::{
    dice::date,
    introspection::{list, text, upper},
};

#[test]
fn flows_and_exits_are_what_a_walk_day_by_day_meets() {
    on_registers(30, 8, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..8 {
            let (cluster, (one, revision), _, known_at) = asked(&mut dice, &model);
            let other = dice.day();
            let (from, to) = (one.min(other), one.max(other) + Days::new(1));
            let interval = dice.pick(&["WEEK", "MONTH", "QUARTER", "YEAR"]);
            let period = format!(
                "period: {{ from: \"{from}\", to: \"{to}\" }}, knownAt: \"{}\", kind: [MEMBER, PARTNER]",
                known_at.to_rfc3339()
            );
            let selection = format!(
                "flow({period}, interval: {interval}) {{ from to opening joined joinedUnstated joinedByStatus {{ status count }} promoted
                 ended {{ kind count }} closing closingByStatus {{ status count }} complete }}
                 exits({period}) {{ total {COUNT} rows {{ kind reason count {COUNT} memberships(first: 100) {{ totalCount }}
                 partnerships(first: 100) {{ totalCount }} }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let context = statistics(&model, cluster, &selection);
            let all: Vec<_> =
                model.participations.iter().filter(|of| cluster.is_none_or(|id| id == of.cluster_id)).collect();
            let stock = |day: NaiveDate, status: Status| {
                all.iter().filter(|of| is_active(model.period(of.id, (day, revision))) == Some(status)).count()
            };
            let mut exits: BTreeMap<(ExitKind, Option<ExitReason>), usize> = BTreeMap::new();
            let mut next = from;
            for bucket in list(&answer["flow"]) {
                let (first, end) = (date(text(&bucket["from"])), date(text(&bucket["to"])));
                assert_eq!(first, next, "{context}");
                assert!(end == to || is_first_day(interval, end), "{context}: {end}");
                assert!(
                    first.iter_days().take_while(|day| *day < end).skip(1).all(|day| !is_first_day(interval, day)),
                    "{context}"
                );
                next = end;
                let (mut joined, mut unstated, mut promoted) = ([0, 0], 0, 0);
                let mut ended: BTreeMap<ExitKind, usize> = BTreeMap::new();
                for day in first.iter_days().take_while(|day| *day < end) {
                    for of in &all {
                        let before = is_active(model.period(of.id, (day - Days::new(1), revision)));
                        let now = model.period(of.id, (day, revision));
                        match (before, is_active(now)) {
                            (None, Some(status)) => {
                                joined[usize::from(status == Status::Effective)] += 1;
                                unstated += usize::from(now.is_some_and(|period| period.from_stated.is_none()));
                            }
                            (Some(Status::Candidate), Some(Status::Effective)) => promoted += 1,
                            (Some(_), None) => {
                                let how = model.end(of.id, (day, revision));
                                *ended.entry(how.0).or_default() += 1;
                                *exits.entry(how).or_default() += 1;
                            }
                            _ => {}
                        }
                    }
                }
                let (opening, closing) = (first - Days::new(1), end - Days::new(1));
                let by_status = |counts: [usize; 2]| json!([{ "status": "CANDIDATE", "count": counts[0] }, { "status": "EFFECTIVE", "count": counts[1] }]);
                let both = |day| [stock(day, Status::Candidate), stock(day, Status::Effective)];
                let ends: Vec<_> =
                    ended.iter().map(|(kind, count)| json!({ "kind": upper(kind), "count": count })).collect();
                let expected = json!({
                    "from": first, "to": end, "opening": both(opening).iter().sum::<usize>(), "joined": joined[0] + joined[1],
                    "joinedUnstated": unstated, "joinedByStatus": by_status(joined), "promoted": promoted, "ended": ends,
                    "closing": both(closing).iter().sum::<usize>(), "closingByStatus": by_status(both(closing)),
                    "complete": model.is_complete(cluster, first, revision, false),
                });
                assert_eq!(*bucket, expected, "{context}");
                let gone: usize = ended.values().sum();
                assert_eq!(
                    both(opening).iter().sum::<usize>() + joined[0] + joined[1] - gone,
                    both(closing).iter().sum::<usize>()
                );
            }
            assert_eq!(next, to, "{context}");
            // Ends of which nothing before is recorded count as exits, and flow from nowhere.
            for of in &all {
                let mut periods: Vec<_> = model
                    .periods
                    .iter()
                    .filter(|row| {
                        row.participation_id == of.id && known(row.recorded_rev, row.superseded_rev, revision)
                    })
                    .collect();
                periods.sort_by_key(|row| row.valid_from);
                if let Some(first) = periods.first().filter(|first| first.status == Status::Ended)
                    && (from..to).contains(&first.valid_from)
                {
                    *exits.entry((first.exit_kind.expect("an end"), first.exit_reason)).or_default() += 1;
                }
            }
            let complete = model.is_complete(cluster, from, revision, false);
            let total: usize = exits.values().sum();
            assert_eq!(answer["exits"]["total"], count(total, total, complete), "{context}");
            for kind in ExitKind::words().split(", ").map(|word| ExitKind::of_text(word).expect("a word")) {
                exits.entry((kind, None)).or_default();
            }
            let rows = list(&answer["exits"]["rows"]);
            assert_eq!(rows.len(), exits.len(), "{context}");
            for (row, ((kind, reason), number)) in rows.iter().zip(exits) {
                assert_eq!(text(&row["kind"]), upper(&kind), "{context}");
                assert_eq!(row["reason"].as_str().map(str::to_owned), reason.as_ref().map(upper), "{context}");
                assert_eq!(row["count"], count(number, number, complete), "{context}: {kind:?} {reason:?}");
                let behind =
                    ["memberships", "partnerships"].map(|of| row[of]["totalCount"].as_u64().expect("a number"));
                assert_eq!(behind.iter().sum::<u64>(), number as u64, "{context}: {kind:?} {reason:?}");
            }
        }
    });
}

fn is_first_day(interval: &str, day: NaiveDate) -> bool {
    match interval {
        "WEEK" => day.weekday() == chrono::Weekday::Mon,
        "MONTH" => day.day() == 1,
        "QUARTER" => day.day() == 1 && [1, 4, 7, 10].contains(&day.month()),
        _ => day.ordinal() == 1,
    }
}

#[test]
fn retention_follows_each_from_its_own_first_day() {
    on_registers(40, 6, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..6 {
            let (cluster, mut at, mut written, known_at) = asked(&mut dice, &model);
            if dice.one_in(2) {
                // The day on which a cohort has had another year.
                at.0 = date(&format!("{}-12-31", 2016 + dice.below(7)));
                written = format!("{{ asOf: \"{}\", knownAt: \"{}\" }}", at.0, known_at.to_rfc3339());
            }
            let selection = format!(
                "retention(at: {written}, years: 4) {{ year size {{ value }} retained {{ years count {{ value confirmed }} }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let mut cohorts: BTreeMap<i32, Vec<(ParticipationId, NaiveDate)>> = BTreeMap::new();
            for of in model
                .participations
                .iter()
                .filter(|of| of.kind == ParticipationKind::Member && cluster.is_none_or(|id| id == of.cluster_id))
            {
                let effective = model.periods.iter().filter(|row| {
                    row.participation_id == of.id
                        && row.status == Status::Effective
                        && known(row.recorded_rev, row.superseded_rev, at.1)
                });
                let first = effective
                    .min_by_key(|row| row.valid_from)
                    .filter(|row| row.from_stated.is_some() && row.valid_from <= at.0);
                cohorts
                    .entry(first.map_or(0, |row| row.valid_from.year()))
                    .or_default()
                    .extend(first.map(|row| (of.id, row.valid_from)));
            }
            cohorts.remove(&0);
            let expected: Vec<_> = cohorts.iter().map(|(year, members)| {
                let retained = (1..=4_u32).filter(|after| year + *after as i32 <= at.0.year() && {
                    date(&format!("{:04}-12-31", year + *after as i32)) <= at.0
                });
                let retained = retained.map(|after| {
                    let still = members.iter().filter_map(|(id, first)| {
                        let then = *first + Months::new(12 * after);
                        let period = model.period(*id, (then, at.1)).filter(|period| period.status == Status::Effective)?;
                        Some(Model::is_confirmed(period, then))
                    });
                    let still: Vec<_> = still.collect();
                    let confirmed = still.iter().filter(|is_confirmed| **is_confirmed).count();
                    json!({ "years": after, "count": { "value": still.len(), "confirmed": confirmed } })
                });
                json!({ "year": year, "size": { "value": members.len() }, "retained": retained.collect::<Vec<_>>() })
            }).collect();
            assert_eq!(answer["retention"], json!(expected), "{written}");
        }
    });
}
