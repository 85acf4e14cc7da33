//! Lists are answered from the ledger. Here they are held against a plain reading of the tables:
//! every condition, every order, on both axes of time, under parents and at the root, page after
//! page in both directions.

mod model;

use std::{cell::Cell, cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, Days, NaiveDate, SecondsFormat};
use entity::{cluster_profile, organization_profile, participation, participation_period};
use proptest::strategy::Strategy;
use serde_json::{Value, json};
use uuid::Uuid;

use self::model::{At, Filter, Model, id, is_known, relevance, uuid};
use crate::support::{
    Package, TestApp,
    dice::{Dice, Draws, holds, span},
    introspection::list,
};

const ORGANIZATIONS: usize = 9;
const CLUSTERS: usize = 3;
const VERSIONS: usize = 3;
/// Names of which some are alike but for accents, case and punctuation.
const NAMES: [&str; 8] = ["Éco-Bois", "eco bois", "Eco Bois", "Zwanze", "zwanze & Co", "日本 Bois", "L’Atelier", "A"];
const MUNICIPALITIES: [&str; 3] = ["21001", "21004", "21007"];
const CLASSES: [(&str, &str); 4] = [("2008", "13.10"), ("2008", "38.32"), ("2025", "38.32"), ("2025", "13.10")];

fn package(dice: &mut Dice) -> Package {
    dice.turn();
    let mut package = Package::new("random");
    for cluster in 0..CLUSTERS {
        let (name, host) = (dice.pick(&NAMES), dice.below(ORGANIZATIONS as u32 + 2));
        let host = if (host as usize) < ORGANIZATIONS { format!("o{host}") } else { String::new() };
        package = package.rows("clusters", "slug,host,name_fr,source", &[format!("c{cluster},{host},{name},s")]).rows(
            "sectors",
            "cluster,code,label_en,source",
            &[format!("c{cluster},a,A,s")],
        );
        let class = dice.pick(&["13", "38.3", "C"]);
        let line = format!("c{cluster},a,2008,{class}");
        package = package.rows("sector_nace", "cluster,sector,nace_version,nace_code", &[line]);
    }
    for organization in 0..ORGANIZATIONS {
        let dice = &mut dice.part();
        let key = format!("o{organization}");
        let sphere = dice.pick(&["company", "company", "research", "public", "civil_society"]);
        let size = if sphere == "company" { dice.pick(&["micro", "medium", "large", ""]) } else { "" };
        let founded = dice.pick(&["", "2015", "2016-05", "2017-03-09"]);
        let dissolved = dice.pick(&["", "", "2019", "2021-02"]);
        package = package.rows(
            "organizations",
            "id,sphere,size_class,founded_on,dissolved_on,source",
            &[format!("{key},{sphere},{size},{founded},{dissolved},s")],
        );
        let kinds = ["legal", "trade", "former", "abbreviation"];
        for kind in kinds.iter().take(1 + dice.below(4) as usize) {
            let line = format!("{key},{kind},{}", dice.pick(&NAMES));
            package = package.rows("organization_names", "organization,kind,name", &[line]);
        }
        for _ in 0..dice.below(3) {
            let ((version, code), (from, to)) = (dice.pick(&CLASSES), span(dice));
            let line = format!("{key},{version},{code},main,{from},{to},s");
            package = package.rows("activities", "organization,nace_version,nace_code,rank,from,to,source", &[line]);
        }
        for _ in 0..dice.below(3) {
            let (kind, municipality) =
                (dice.pick(&["seat", "establishment"]), dice.pick(&["21001", "21004", "21007", ""]));
            let (from, to) = span(dice);
            let line = format!("{key},{kind},{municipality},{from},{to},s");
            package = package.rows("sites", "organization,kind,municipality,from,to,source", &[line]);
        }
        for code in ["wood", "eco"] {
            let (value, (from, to)) = (dice.pick(&["true", "false", "unknown"]), span(dice));
            if dice.one_in(2) {
                let line = format!("{key},{code},{value},{from},{to},s");
                package = package.rows("attributes", "organization,code,value,from,to,source", &[line]);
            }
        }
        if dice.one_in(2) {
            let line = format!("{key},WIKIDATA,Q{}", 100 + organization);
            package = package.rows("organization_identifiers", "organization,scheme,value", &[line]);
        }
        for cluster in 0..CLUSTERS {
            for (kind, scope) in [("member", ""), ("partner", ""), ("partner", "Wood")] {
                if dice.one_in(2) {
                    continue;
                }
                let (first, second) = (dice.day(), dice.day());
                let (first, second) = (first.min(second), first.max(second));
                let status =
                    |dice: &mut Dice| if kind == "member" && dice.one_in(2) { "candidate" } else { "effective" };
                let place = format!("c{cluster},{key},{kind},{scope}");
                let begins = status(dice);
                let exit = dice.pick(&["left,", "ceased,", "not_recorded,", "excluded,inactivity"]);
                if dice.one_in(8) {
                    // An end is all that is recorded.
                    package = package.period(&format!("{place},ended,{first},,,,{exit},s"));
                    continue;
                }
                if first == second || dice.one_in(3) {
                    package = package.period(&format!("{place},{begins},{first},,,,,,s"));
                    continue;
                }
                package = package.period(&format!("{place},{begins},{first},{second},,,,,s"));
                let third = second + Days::new(u64::from(1 + dice.below(900)));
                package = match dice.below(5) {
                    0 => package,
                    1 => package.period(&format!("{place},ended,{second},,,,{exit},s")),
                    2 => package.period(&format!("{place},effective,{second},,,,,,s")),
                    // It comes back, after an end that is recorded or is not.
                    3 => package.period(&format!("{place},effective,{third},,,,,,s")),
                    _ => package
                        .period(&format!("{place},ended,{second},{third},,,{exit},s"))
                        .period(&format!("{place},effective,{third},,,,,,s")),
                };
            }
        }
    }
    package
}

#[derive(Clone, Debug)]
struct Register {
    versions: Vec<Package>,
    dice: Dice,
}

fn registers() -> impl Strategy<Value = Register> {
    Draws { parts: VERSIONS * (ORGANIZATIONS + 1) + 80, each: 160 }.prop_map(|mut dice| {
        let versions = (0..VERSIONS).map(|_| package(&mut dice)).collect();
        Register { versions, dice }
    })
}

/// Fields of an order, each with whether it descends.
fn order(dice: &mut Dice, of: &[&'static str]) -> Vec<(&'static str, bool)> {
    let mut order: Vec<(&str, bool)> = Vec::new();
    for _ in 0..dice.below(7) {
        let field = dice.pick(of);
        if !order.iter().any(|(other, _)| *other == field) {
            order.push((field, dice.one_in(2)));
        }
    }
    order
}

/// What is not ordered is by name, and so are those that were found as well as each other.
fn then_by_name(order: &mut Vec<(&'static str, bool)>) {
    match order.last().copied() {
        None => order.push(("NAME", false)),
        Some(("RELEVANCE", descends)) => order.push(("NAME", descends)),
        Some(_) => {}
    }
}

fn sorted<K: Ord>(mut rows: Vec<(Uuid, Vec<K>)>, order: &[(&str, bool)]) -> Vec<Uuid> {
    let last = order.last().is_some_and(|(_, descends)| *descends);
    let turned = |ordering: Ordering, descends: bool| if descends { ordering.reverse() } else { ordering };
    rows.sort_by(|(one, keys), (other, other_keys)| {
        let terms = keys.iter().zip(other_keys).zip(order);
        let by_keys = terms.map(|((key, other), (_, descends))| turned(key.cmp(other), *descends));
        by_keys.fold(Ordering::Equal, Ordering::then).then(turned(one.cmp(other), last))
    });
    rows.into_iter().map(|(id, _)| id).collect()
}

/// A list under test: where it is, the arguments besides those of the page, and the rows that the
/// model finds.
struct Case {
    /// `organizations`, or `memberships` of the cluster with this id.
    field: &'static str,
    parent: Option<(&'static str, Uuid)>,
    arguments: BTreeMap<&'static str, (&'static str, Value)>,
    expected: Vec<Uuid>,
}

impl Case {
    fn document(&self) -> String {
        let page = "$first: Int, $last: Int, $after: String, $before: String";
        let variables: String = self.arguments.iter().map(|(name, (of, _))| format!(", ${name}: {of}")).collect();
        let given: String = self.arguments.keys().map(|name| format!(" {name}: ${name}")).collect();
        let list = format!(
            "list: {}(first: $first, last: $last, after: $after, before: $before{given}) {{ totalCount nodes {{ id }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}",
            self.field
        );
        match &self.parent {
            None => format!("query ({page}{variables}) {{ {list} }}"),
            Some((field, _)) => {
                format!("query ({page}{variables}, $of: ID!) {{ parent: {field}(by: {{ id: $of }}) {{ {list} }} }}")
            }
        }
    }

    async fn ask(&self, app: &TestApp, page: &[(&str, Value)]) -> Value {
        let mut variables: serde_json::Map<String, Value> =
            self.arguments.iter().map(|(name, (_, value))| ((*name).to_owned(), value.clone())).collect();
        variables.extend(page.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        if let Some((field, of)) = &self.parent {
            variables.insert("of".to_owned(), id(field, of));
        }
        let answer = app.ask_with(&self.document(), Value::Object(variables)).await;
        if self.parent.is_some() { answer["parent"]["list"].clone() } else { answer["list"].clone() }
    }

    /// Walks the whole list, so many rows at a time.
    async fn holds(&self, app: &TestApp, size: usize, backwards: bool) {
        let mut rest = self.expected.as_slice();
        let mut page = vec![(if backwards { "last" } else { "first" }, json!(size))];
        for turn in 0.. {
            let answer = self.ask(app, &page).await;
            let found: Vec<Uuid> = list(&answer["nodes"]).iter().map(|node| uuid(&node["id"])).collect();
            let count = size.min(rest.len());
            let (shown, left) = if backwards {
                let (left, shown) = rest.split_at(rest.len() - count);
                (shown, left)
            } else {
                rest.split_at(count)
            };
            let told = format!("{} {:?} {:?} {page:?}", self.document(), self.arguments, self.parent);
            assert_eq!(found, shown, "{told}");
            assert_eq!(answer["totalCount"], self.expected.len(), "{told}");
            let info = &answer["pageInfo"];
            let (forth, back) =
                if backwards { ("hasPreviousPage", "hasNextPage") } else { ("hasNextPage", "hasPreviousPage") };
            assert_eq!((&info[forth], &info[back]), (&json!(!left.is_empty()), &json!(turn > 0)), "{told}");
            if left.is_empty() {
                break;
            }
            rest = left;
            page.truncate(1);
            let (bound, cursor) = if backwards { ("before", "startCursor") } else { ("after", "endCursor") };
            page.push((bound, info[cursor].clone()));
        }
    }
}

fn point(at: At) -> (&'static str, Value) {
    let instant = at.instant.to_rfc3339_opts(SecondsFormat::Millis, true);
    ("PointInTime", json!({ "asOf": at.day.to_string(), "knownAt": instant }))
}

fn order_by(of: &'static str, order: &[(&str, bool)]) -> (&'static str, Value) {
    let direction = |descends: &bool| if *descends { "DESC" } else { "ASC" };
    let terms = order.iter().map(|(field, descends)| json!({ "field": field, "direction": direction(descends) }));
    (of, Value::Array(terms.collect()))
}

fn organizations(dice: &mut Dice, model: &Model, at: At) -> Case {
    let filter = Filter::random(dice, model, false, 2);
    let search = dice
        .one_in(3)
        .then(|| dice.pick(&["eco", "bois éco", "ECO-bois", "zwanze", "a", "日", "日 bois", "co zw", ""]));
    let mut order = order(dice, &["NAME", "RECORDED", "RELEVANCE"]);
    let mut arguments = BTreeMap::from([
        ("filter", ("OrganizationFilter", filter.json())),
        ("at", point(at)),
        ("orderBy", order_by("[OrganizationOrder!]", &order)),
    ]);
    if let Some(text) = search {
        arguments.insert("search", ("String", json!(text)));
    }
    then_by_name(&mut order);
    let met = model.profiles.iter().filter(|row| is_known(row.recorded_rev, row.superseded_rev, at)).filter(|row| {
        let of = row.organization_id.0;
        let leaf = |leaf: &Filter| match leaf {
            Filter::Of(condition) => model.meets(of, condition, at),
            other => unreachable!("{other:?} is no condition on organizations"),
        };
        filter.meets(&leaf) && search.is_none_or(|text| model.relevance(of, text, at).is_some())
    });
    let keys = |row: &organization_profile::Model| {
        let key = |(field, _): &(&str, bool)| match *field {
            "NAME" => row.sort_name.clone(),
            "RELEVANCE" => {
                search.and_then(|text| model.relevance(row.organization_id.0, text, at)).unwrap_or_default().to_string()
            }
            _ => row.organization_id.0.simple().to_string(),
        };
        (row.organization_id.0, order.iter().map(key).collect())
    };
    Case { field: "organizations", parent: None, arguments, expected: sorted(met.map(keys).collect(), &order) }
}

fn participations(dice: &mut Dice, model: &Model, at: At) -> Case {
    use participation::ParticipationKind::{Member, Partner};
    let (field, kind) = dice.pick(&[("memberships", Member), ("partnerships", Partner)]);
    let filter = Filter::random(dice, model, true, 2);
    let mut order = order(dice, &["SINCE", "ORGANIZATION_NAME", "CLUSTER", "RECORDED"]);
    let arguments = BTreeMap::from([
        ("filter", ("ParticipationFilter", filter.json())),
        ("at", point(at)),
        ("orderBy", order_by("[ParticipationOrder!]", &order)),
    ]);
    if order.is_empty() {
        order.push(("RECORDED", false));
    }
    let clusters: Vec<Uuid> = model.clusters.keys().copied().collect();
    let organizations: Vec<Uuid> = model.profiles.iter().map(|row| row.organization_id.0).collect();
    let parent = match dice.below(3) {
        0 => None,
        1 => Some(("cluster", dice.pick(&clusters))),
        _ => Some(("organization", dice.pick(&organizations))),
    };
    let met = model.participations.iter().filter(|row| row.kind == kind).filter(|row| match parent {
        None => true,
        Some(("cluster", of)) => row.cluster_id.0 == of,
        Some((_, of)) => row.organization_id.0 == of,
    });
    let met = met.filter(|row| model.satisfies(row, &filter, at));
    let met = met.filter_map(|row| Some((row, model.period(row.id.0, at)?)));
    let keys = |(row, period): (&participation::Model, &participation_period::Model)| {
        let key = |(field, _): &(&str, bool)| match *field {
            "SINCE" => period.valid_from.to_string(),
            "ORGANIZATION_NAME" => {
                model.profile(row.organization_id.0, at).map(|row| row.sort_name.clone()).unwrap_or_default()
            }
            "CLUSTER" => model.clusters[&row.cluster_id.0].clone(),
            _ => row.id.0.simple().to_string(),
        };
        (row.id.0, order.iter().map(key).collect())
    };
    Case { field, parent, arguments, expected: sorted(met.map(keys).collect(), &order) }
}

fn clusters(dice: &mut Dice, model: &Model) -> Case {
    let at = At {
        revision: model.revisions.last().expect("a revision").number,
        day: NaiveDate::MIN,
        instant: DateTime::UNIX_EPOCH,
    };
    let mut order = order(dice, &["NAME", "SLUG", "RECORDED", "RELEVANCE"]);
    let search = dice.one_in(2).then(|| dice.pick(&["bois", "eco bois", "wanze", "日", ""]));
    let organizations: Vec<Uuid> = model.profiles.iter().map(|row| row.organization_id.0).collect();
    let (host, text, slug) =
        (dice.pick(&organizations), dice.pick(&["bois", "Eco!", "日", "z", ""]), dice.pick(&["c0", "c9"]));
    let parts = dice.below(8);
    let is_asked = |part: u32| parts & (1 << part) != 0;
    let mut conditions = Vec::new();
    if is_asked(0) {
        conditions.push(json!({ "host": [id("organization", &host)] }));
    }
    if is_asked(1) {
        conditions.push(json!({ "name": text }));
    }
    if is_asked(2) {
        conditions.push(json!({ "not": { "slug": [slug] } }));
    }
    let mut arguments = BTreeMap::from([
        ("filter", ("ClusterFilter", json!({ "and": conditions }))),
        ("orderBy", order_by("[ClusterOrder!]", &order)),
    ]);
    if let Some(text) = search {
        arguments.insert("search", ("String", json!(text)));
    }
    then_by_name(&mut order);
    let named = |row: &cluster_profile::Model| row.name.iter().map(|(_, text)| text).collect::<String>();
    let known = model.cluster_profiles.iter().filter(|row| is_known(row.recorded_rev, row.superseded_rev, at));
    let met = known.filter(|row| {
        (!is_asked(0) || row.host_id.is_some_and(|id| id.0 == host))
            && (!is_asked(1) || relevance(&named(row), text).is_some())
            && (!is_asked(2) || model.clusters[&row.cluster_id.0] != slug)
            && search.is_none_or(|text| relevance(&named(row), text).is_some())
    });
    let keys = |row: &cluster_profile::Model| {
        let key = |(field, _): &(&str, bool)| match *field {
            "NAME" => row.sort_name.clone(),
            "SLUG" => model.clusters[&row.cluster_id.0].clone(),
            "RELEVANCE" => search.and_then(|text| relevance(&named(row), text)).unwrap_or_default().to_string(),
            _ => row.cluster_id.0.simple().to_string(),
        };
        (row.cluster_id.0, order.iter().map(key).collect())
    };
    Case { field: "clusters", parent: None, arguments, expected: sorted(met.map(keys).collect(), &order) }
}

#[test]
fn lists_say_what_a_plain_reading_of_the_tables_does() {
    let (found, full) = (Cell::new(0), Cell::new(0));
    holds(210, 20, &registers(), async |Register { versions, mut dice }| {
        let app = TestApp::empty().await;
        for version in &versions {
            app.import(version).await;
        }
        let model = Model::read(&app).await;
        for turn in 0..70 {
            dice.turn();
            let revision = &model.revisions[dice.below(model.revisions.len() as u32) as usize];
            let at = At { day: dice.day(), revision: revision.number, instant: revision.at };
            let case = match turn % 5 {
                0 => clusters(&mut dice, &model),
                1 | 2 => organizations(&mut dice, &model, at),
                _ => participations(&mut dice, &model, at),
            };
            found.set(found.get() + usize::from(!case.expected.is_empty()));
            full.set(full.get() + case.expected.len());
            case.holds(&app, 1 + dice.below(5) as usize, dice.one_in(2)).await;
        }
    });
    assert!(found.get() > 700 && full.get() > 2000, "{} lists with rows, {} rows", found.get(), full.get());
}
