//! Registers of chance, as a strategy: what fails on one comes back with the smallest that it fails on.

use chrono::{Days, NaiveDate};
use entity::{TextEnum, participation_period::ExitKind};

use proptest::strategy::Strategy;
use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    dice::{Dice, Draws, holds, span},
};

const ORGANIZATIONS: usize = 7;
/// The last day that a source attests anything of.
const LAST: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
const CLUSTERS: [&str; 3] = ["c0", "c1", "c2"];

/// The lines of one participation's history.
fn history(dice: &mut Dice, place: &str, is_member: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut from = dice.day();
    for _ in 0..dice.below(5) {
        // No source attests what is to come.
        if from > LAST {
            break;
        }
        let status = match (is_member, dice.below(3)) {
            (_, 0) => "ended",
            (true, 1) => "candidate",
            _ => "effective",
        };
        let to = (!dice.one_in(4)).then(|| from + Days::new(u64::from(1 + dice.below(900))));
        let exit = if status == "ended" {
            ExitKind::words().split(", ").nth(dice.below(7) as usize).unwrap_or("left").to_owned()
        } else {
            String::new()
        };
        let reason = match exit.as_str() {
            "excluded" if dice.one_in(2) => dice.pick(&["inactivity", "charter_breach"]),
            _ => "",
        };
        let confirmed = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
        let last = (!dice.one_in(3)).then(|| from + Days::new(u64::from(dice.below(400))));
        let last = last.map(|last| to.map_or(last, |to| last.min(to - Days::new(1))).min(LAST));
        let (stated, first) = if dice.one_in(5) { (None, Some(from)) } else { (Some(from), None) };
        lines.push(format!(
            "{place},{status},{},{},{},{},{exit},{reason},s",
            confirmed(stated),
            confirmed(to),
            confirmed(first),
            confirmed(last)
        ));
        let Some(to) = to else { break };
        from = if dice.one_in(4) { to + Days::new(u64::from(1 + dice.below(400))) } else { to };
    }
    lines
}

/// The places in which there can be a participation: `cluster,organization,kind,scope`.
fn places() -> Vec<(String, bool)> {
    let mut places = Vec::new();
    for cluster in CLUSTERS {
        for organization in 0..ORGANIZATIONS {
            places.push((format!("{cluster},o{organization},member,"), true));
            if organization.is_multiple_of(2) {
                places.push((format!("{cluster},o{organization},partner,Wood"), false));
            }
        }
    }
    places
}

/// A version of the criteria of a cluster, with some rule.
fn criteria(dice: &mut Dice, cluster: &str, number: u32, from: &str, to: Option<&str>) -> Value {
    let rule = match dice.below(4) {
        0 => json!({ "attribute": "wood" }),
        1 => json!({ "any": [{ "attribute": "wood" }, { "sphere": ["public"] }] }),
        2 => json!({ "all": [{ "sphere": ["company"] }, { "municipality": ["21001"] }] }),
        _ => json!({ "not": { "activity": { "version": "2008", "under": ["13"] } } }),
    };
    json!({
        "cluster": cluster, "version": number, "state": "adopted", "label": { "en": "Criteria" },
        "from": from, "to": to, "source": "s", "criteria": [{ "required": true, "rule": rule }]
    })
}

/// A register with some chance in everything that statistics look at; `histories` are kept from version to version
/// except for some.
fn package(dice: &mut Dice, histories: &mut [Vec<String>]) -> Package {
    dice.turn();
    let complete = dice.pick(&["2015-01-01", "2016-06-01", ""]);
    let clusters =
        [format!("c0,{complete},Cluster 0,s"), "c1,,Cluster 1,s".to_owned(), "c2,2014-01-01,Cluster 2,s".to_owned()];
    let mut package = Package::new("random")
        .rows("clusters", "slug,complete_from,name_en,source", &clusters)
        .rows("events", "cluster,id,kind,on,source", &["c0,f,founding,2015,s", "c2,f,founding,2014,s"])
        .rows("sectors", "cluster,code,label_en,source", &["c0,a,A,s", "c1,a,A,s"])
        .rows("sector_nace", "cluster,sector,nace_version,nace_code", &["c0,a,2008,13", "c1,a,2008,C"]);
    // Sectors come, go and change what belongs to them from version to version.
    if !dice.one_in(3) {
        package = package.rows("sectors", "cluster,code,label_en,source", &["c0,b,B,s"]).rows(
            "sector_nace",
            "cluster,sector,nace_version,nace_code",
            &["c0,b,2025,38.32"],
        );
    }
    if !dice.one_in(3) {
        package = package.rows("sector_nace", "cluster,sector,nace_version,nace_code", &["c0,a,2008,38.3"]);
    }
    package = package.criteria(json!([
        criteria(dice, "c0", 1, "2016-01-01", Some("2021-03-01")),
        criteria(dice, "c0", 2, "2021-03-01", None),
        criteria(dice, "c1", 1, "2019-01-01", None),
    ]));
    for organization in 0..ORGANIZATIONS {
        let dice = &mut dice.part();
        let sphere = dice.pick(&["company", "company", "research", "public", "civil_society"]);
        let size = if sphere == "company" { dice.pick(&["micro", "large", ""]) } else { "" };
        package = package
            .rows("organizations", "id,sphere,size_class,source", &[format!("o{organization},{sphere},{size},s")])
            .rows(
                "organization_names",
                "organization,kind,name",
                &[format!("o{organization},trade,Name {organization}")],
            );
        for _ in 0..dice.below(3) {
            let (from, to) = span(dice);
            let (version, code) = dice.pick(&[("2008", "13.10"), ("2008", "38.32"), ("2025", "38.32"), ("2008", "62")]);
            let line = format!("o{organization},{version},{code},main,{from},{to},s");
            package = package.rows("activities", "organization,nace_version,nace_code,rank,from,to,source", &[line]);
            let (from, to) = span(dice);
            let municipality = dice.pick(&["21001", "21004", "21007", ""]);
            let line = format!("o{organization},seat,{municipality},{from},{to},s");
            package = package.rows("sites", "organization,kind,municipality,from,to,source", &[line]);
        }
        for _ in 0..dice.below(3) {
            let (value, (from, to)) = (dice.pick(&["true", "true", "false", "unknown"]), span(dice));
            let line = format!("o{organization},wood,{value},{from},{to},s");
            package = package.rows("attributes", "organization,code,value,from,to,source", &[line]);
        }
    }
    for ((place, is_member), history_of) in places().iter().zip(histories) {
        let dice = &mut dice.part();
        if dice.one_in(4) || history_of.is_empty() {
            *history_of = history(dice, place, *is_member);
        }
        for line in history_of.iter() {
            package = package.period(line);
        }
    }
    package
}

/// A register's versions, and chance for the questions to it.
#[derive(Clone, Debug)]
pub(super) struct Register {
    pub(super) versions: Vec<Package>,
    pub(super) dice: Dice,
}

/// Registers of so many versions.
pub(super) fn registers(versions: usize) -> impl Strategy<Value = Register> {
    let of_version = 1 + ORGANIZATIONS + places().len();
    Draws { parts: versions * of_version + 1, each: 200 }.prop_map(move |mut dice| {
        let mut histories = vec![Vec::new(); places().len()];
        let versions = (0..versions).map(|_| package(&mut dice, &mut histories)).collect();
        dice.turn();
        Register { versions, dice }
    })
}

/// Holds a property on some registers.
pub(super) fn on_registers<F: Future<Output = ()>>(seed: u8, cases: u32, property: impl Fn(TestApp, Dice) -> F) {
    holds(seed, cases, &registers(3), async |Register { versions, dice }| {
        let app = TestApp::empty().await;
        for version in &versions {
            app.import(version).await;
        }
        property(app, dice).await;
    });
}
