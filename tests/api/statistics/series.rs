//! Series, against a breakdown on each of their days.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::{COUNT, DIMENSIONS, ask, asked, besides, key, model::Model, random::on_registers};
use crate::support::{
    dice::Dice,
    introspection::{list, text},
};

/// Filters of every kind: some on what is of each day, and some on sets of organizations.
const FILTERS: [&str; 10] = [
    "{}",
    "{ status: [CANDIDATE, EFFECTIVE, ENDED] }",
    "{ municipality: [\"21001\"] }",
    "{ not: { municipality: [\"21001\", \"21004\"] } }",
    "{ or: [{ activity: { version: NACE_BEL_2008, under: \"38\" } }, { sphere: [RESEARCH] }] }",
    "{ exitKind: [LEFT, NOT_RECORDED, EXCLUDED] }",
    "{ not: { sphere: [COMPANY] } }",
    "{ joined: { from: \"2018-01-01\" } }",
    "{ ended: { to: \"2020-01-01\" }, status: [CANDIDATE, EFFECTIVE, ENDED] }",
    "{ confirmation: PRESUMED }",
];

fn dimensions(dice: &mut Dice) -> Vec<&'static str> {
    let mut by = Vec::new();
    for _ in 0..dice.below(3) {
        let dimension = dice.pick(&[&DIMENSIONS[..], &["VERDICT"]].concat());
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    }
    by
}

/// The first days of the units that begin in a period, and the period's own.
fn starts(from: NaiveDate, to: NaiveDate, interval: &str) -> Vec<NaiveDate> {
    let begins = |day: NaiveDate| match interval {
        "YEAR" => day.ordinal() == 1,
        "QUARTER" => day.day() == 1 && day.month0().is_multiple_of(3),
        "MONTH" => day.day() == 1,
        "WEEK" => day.weekday() == chrono::Weekday::Mon,
        _ => true,
    };
    from.iter_days().take_while(|day| *day < to).filter(|day| *day == from || begins(*day)).collect()
}

/// The counts of the rows of a breakdown by their keys.
fn by_keys(rows: &Value) -> BTreeMap<Vec<Option<String>>, Value> {
    list(rows).iter().map(|row| (list(&row["keys"]).iter().map(key).collect(), row["count"].clone())).collect()
}

fn add(sum: &mut [i64; 3], count: &Value) {
    for (sum, part) in sum.iter_mut().zip(["value", "confirmed", "presumed"]) {
        *sum += count[part].as_i64().expect("a number");
    }
}

#[test]
fn a_series_is_the_breakdown_of_each_of_its_days() {
    let compared = Cell::new(0);
    on_registers(70, 12, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..36 {
            let by = dimensions(&mut dice);
            let (cluster, (from, _), at, known_at) = asked(&mut dice, &model);
            let interval = dice.pick(&["YEAR", "QUARTER", "MONTH", "WEEK", "DAY"]);
            let length = match interval {
                "YEAR" => 2500,
                "QUARTER" => 700,
                "MONTH" => 300,
                "WEEK" => 60,
                _ => 9,
            };
            let to = from + chrono::Days::new(u64::from(1 + dice.below(length)));
            let days = starts(from, to, interval);
            let filter = dice.pick(&FILTERS);
            let unit = dice.pick(&["PARTICIPATIONS", "ORGANIZATIONS"]);
            let common = format!("{} kind: [MEMBER, PARTNER], unit: {unit}, filter: {filter}", besides(&by));
            let (written, keys) = (by.join(", "), "dimension value cluster { slug } sector { code cluster { slug } }");
            let series = format!(
                r#"series(by: [{written}], period: {{ from: "{from}", to: "{to}" }}, interval: {interval}, {common},
                     knownAt: "{}", limit: 1000) {{ days groupCount total {{ counts {COUNT} }}
                     groups {{ kind keys {{ {keys} }} counts {COUNT} }} }}"#,
                known_at.to_rfc3339()
            );
            let found = &ask(&app, &model, cluster, &series).await["series"];
            assert_eq!(found["days"], json!(days), "{series}");
            let groups = list(&found["groups"]);
            let mut sizes = Vec::new();
            let mut rest = vec![[0; 3]; days.len()];
            for (position, day) in days.iter().enumerate() {
                let at = at.replacen(&format!("asOf: \"{from}\""), &format!("asOf: \"{day}\""), 1);
                let by = if by.is_empty() { "SPHERE" } else { &written };
                let selection = format!(
                    "breakdown(by: [{by}], at: {at}, {common}, limit: 1000) {{ total {COUNT} rows {{ keys {{ {keys} }}
                       count {COUNT} }} }}"
                );
                let breakdown = &ask(&app, &model, cluster, &selection).await["breakdown"];
                assert_eq!(found["total"]["counts"][position], breakdown["total"], "{series} {day}");
                if written.is_empty() {
                    assert!(groups.is_empty());
                    continue;
                }
                let mut rows = by_keys(&breakdown["rows"]);
                rows.values().for_each(|count| add(&mut rest[position], count));
                for group in groups {
                    assert_eq!(group["kind"], "GROUP");
                    let (keys, on_day) =
                        (list(&group["keys"]).iter().map(key).collect::<Vec<_>>(), &group["counts"][position]);
                    match rows.remove(&keys) {
                        Some(count) => assert_eq!(*on_day, count, "{series} {day} {keys:?}"),
                        None => assert_eq!(on_day["value"], 0, "{series} {day} {keys:?}"),
                    }
                    compared.set(compared.get() + usize::from(on_day["value"] != 0));
                }
                assert!(rows.is_empty(), "{series} {day}: {rows:?}");
            }
            for group in groups {
                let size: i64 =
                    list(&group["counts"]).iter().map(|count| count["value"].as_i64().expect("a number")).sum();
                sizes.push((size, list(&group["keys"]).iter().all(|key| !key["value"].is_null())));
            }
            // The largest first; the unknown of one dimension stands where its size puts it, or last.
            let known: Vec<_> = sizes.iter().filter(|(size, _)| *size > 0).map(|(size, _)| *size).collect();
            assert!(known.is_sorted_by(|one, other| one >= other), "{series} {sizes:?}");
            // What is beyond a limit is summed, day by day.
            if groups.len() > 2 {
                let limited = series.replace("limit: 1000", "limit: 1");
                let limited = &ask(&app, &model, cluster, &limited).await["series"];
                assert_eq!(limited["groupCount"], json!(groups.len()));
                let mut sums = vec![[0; 3]; days.len()];
                for group in list(&limited["groups"]) {
                    list(&group["counts"]).iter().zip(&mut sums).for_each(|(count, sum)| add(sum, count));
                }
                assert_eq!(sums, rest, "{series}");
                let kinds: BTreeSet<_> = list(&limited["groups"]).iter().map(|group| text(&group["kind"])).collect();
                assert!(kinds.contains("REST") || kinds.contains("UNKNOWN_REST"), "{kinds:?}");
            }
        }
    });
    assert!(compared.get() > 1_000, "{compared:?}");
}
