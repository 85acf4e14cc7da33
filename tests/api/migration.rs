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
    let faults = trihelix::domain::check::faults(&app.db).await.expect("the register is checked");
    assert_eq!(faults, Vec::<String>::new());
}
