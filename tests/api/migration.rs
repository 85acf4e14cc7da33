//! Databases of earlier releases: what they hold is there after the migrations, under the ids it had.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use serde_json::json;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::support::TestApp;

/// How many steps there were before versions of criteria had an anchor.
const BEFORE_CRITERIA_ANCHORS: u32 = 9;

/// The id of a row, by a small number.
fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number)
}

/// The same as a statement writes it.
fn literal(db: &DatabaseConnection, number: u128) -> String {
    match db.get_database_backend() {
        DbBackend::Postgres => format!("'{}'", uuid(number)),
        _ => format!("x'{}'", uuid(number).simple()),
    }
}

#[tokio::test]
async fn every_id_of_criteria_of_before_they_had_an_anchor_still_names_its_version() {
    // The first version as recorded, as corrected twice, and a second one that was withdrawn.
    let rows = [(11, 1, 1, Some(2)), (12, 1, 2, Some(3)), (13, 1, 3, None), (21, 2, 1, Some(2))];
    let app = TestApp::prepared(async |db| {
        Migrator::up(db, Some(BEFORE_CRITERIA_ANCHORS)).await.expect("the earlier steps");
        let id = |number| literal(db, number);
        let mut statements = Vec::new();
        for revision in 1..=3 {
            statements.push(format!("INSERT INTO revision VALUES ({revision}, '2026-01-0{revision}T00:00:00+00:00', 'test', '')"));
        }
        statements.push(format!(
            "INSERT INTO source (id, key, kind, title, recorded_rev) VALUES ({}, 's', 'decision', 'A decision', 1)",
            id(1)
        ));
        statements.push(format!("INSERT INTO cluster VALUES ({}, 'north', 1)", id(2)));
        statements.push(format!(
            "INSERT INTO cluster_profile (id, cluster_id, name, sort_name, description, source_id, recorded_rev)
             VALUES ({}, {}, '{{\"en\":\"North\"}}', 'north', '{{}}', {}, 1)",
            id(3), id(2), id(1)
        ));
        for (row, version, recorded, superseded) in rows {
            let superseded = superseded.map_or("NULL".to_owned(), |superseded: i32| superseded.to_string());
            statements.push(format!(
                "INSERT INTO criteria (id, cluster_id, version, label, rationale, valid_from, from_stated, state, source_id, recorded_rev, superseded_rev)
                 VALUES ({}, {}, {version}, '{{\"en\":\"Row {row}\"}}', '{{}}', '2018-01-01', '2018', 'draft', {}, {recorded}, {superseded})",
                id(row), id(2), id(1)
            ));
            statements.push(format!(
                "INSERT INTO criterion (id, criteria_id, position, required, rule) VALUES ({}, {}, 0, true, '{{\"attribute\":\"row-{row}\"}}')",
                id(row + 100), id(row)
            ));
        }
        for statement in statements {
            db.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    })
    .await;
    let global = |number: u128| {
        let kind = DynamicType::new("criteria").expect("a type");
        TypeSafeId::from_type_and_uuid(kind, uuid(number)).to_string()
    };
    let document = "query ($id: ID!) { node(id: $id) { ... on Criteria { id version label rule { description } } } }";
    for (row, version, anchor, last) in [(11, 1, 11, 13), (12, 1, 11, 13), (13, 1, 11, 13), (21, 2, 21, 21)] {
        let node = app.ask_with(document, json!({ "id": global(row) })).await["node"].clone();
        assert_eq!(node["id"], global(anchor), "row {row}");
        assert_eq!((&node["version"], &node["label"]), (&json!(version), &json!(format!("Row {last}"))), "row {row}");
        let rule = node["rule"]["description"].as_str().expect("a rule");
        assert!(rule.contains(&format!("row-{last}")), "row {row}: {rule}");
    }
    let basis = json!({ "asOf": "2026-01-02", "knownAt": "2026-01-02T00:00:00Z" });
    let at_the_second =
        json!({ "query": document, "variables": { "id": global(13) }, "extensions": { "basis": basis } });
    assert_eq!(app.post(at_the_second).await["data"]["node"]["label"], "Row 12");
    let faults = trihelix::domain::store::check::faults(&app.db).await.expect("the register is checked");
    assert_eq!(faults, Vec::<String>::new());
}

/// How many steps there were before figures could be of more than one cluster.
const BEFORE_PROGRAMMES: u32 = 16;

#[tokio::test]
async fn figures_of_metrics_that_were_one_clusters_own_are_of_others_with_a_label() {
    let app = TestApp::prepared(async |db| {
        Migrator::up(db, Some(BEFORE_PROGRAMMES)).await.expect("the earlier steps");
        let id = |number| literal(db, number);
        let mut statements = vec![
            "INSERT INTO revision VALUES (1, '2026-01-01T00:00:00+00:00', 'test', '')".to_owned(),
            format!(
                "INSERT INTO source (id, key, kind, title, recorded_rev) VALUES ({}, 's', 'decision', 'A decision', 1)",
                id(1)
            ),
            format!("INSERT INTO cluster VALUES ({}, 'north', 1)", id(2)),
            format!(
                "INSERT INTO cluster_profile (id, cluster_id, name, sort_name, description, source_id, recorded_rev)
                 VALUES ({}, {}, '{{\"en\":\"North\"}}', 'north', '{{}}', {}, 1)",
                id(3), id(2), id(1)
            ),
        ];
        for (row, metric) in [(11, "members"), (12, "member_companies"), (13, "working_groups"), (14, "company_share")] {
            statements.push(format!(
                "INSERT INTO published_figure (id, cluster_id, metric, nature, value, disclosure, qualifier, explanation, source_id, recorded_rev)
                 VALUES ({}, {}, '{metric}', 'actual', {row}, 'disclosed', 'exactly', '{{\"en\":\"why\"}}', {}, 1)",
                id(row), id(2), id(1)
            ));
        }
        for statement in statements {
            db.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    })
    .await;
    let answer = app
        .ask("{ figures { nodes { value metric label(language: FR) of { sphere } unit explanation subject { slug } } } }")
        .await;
    let figure = |value: f64, metric: &str, label: Option<&str>, of: Option<&str>, unit: Option<&str>| {
        let of = of.map(|sphere| json!({ "sphere": sphere }));
        json!({ "value": value, "metric": metric, "label": label, "of": of, "unit": unit, "explanation": "why",
            "subject": { "slug": "north" } })
    };
    let expected = [
        figure(11.0, "MEMBERS", None, None, Some("ORGANIZATIONS")),
        figure(12.0, "MEMBERS", None, Some("COMPANY"), Some("ORGANIZATIONS")),
        figure(13.0, "OTHER", Some("groupes de travail"), None, None),
        figure(14.0, "COMPANY_SHARE", None, None, Some("PERCENT")),
    ];
    assert_eq!(answer["figures"]["nodes"], json!(expected));
    let faults = trihelix::domain::store::check::faults(&app.db).await.expect("the register is checked");
    assert_eq!(faults, Vec::<String>::new());
}
