//! What must hold of the whole register, whatever was written.

use entity::Revision;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::domain::Result;

/// What is wrong with the register, a sentence each; empty when it is sound.
pub async fn faults(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let damaged = damage(db).await?;
    if !damaged.is_empty() {
        return Ok(damaged);
    }
    let mut faults = overlaps(db, None).await?;
    faults.extend(gaps(db).await?);
    faults.extend(record_time(db).await?);
    faults.extend(denormalized(db).await?);
    faults.extend(references(db).await?);
    faults.extend(descriptions(db).await?);
    Ok(faults)
}

/// What SQLite finds wrong with its file: of pages that cannot be read nothing else can be said. PostgreSQL has its own
/// command for that, `pg_amcheck`.
async fn damage(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(Vec::new());
    }
    let told = match db.query_all_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check")).await {
        Ok(rows) => rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?,
        // Some damage ends the look for it.
        Err(error) => vec![error.to_string()],
    };
    let damaged = told.into_iter().filter(|line| line != "ok");
    Ok(damaged.map(|line| format!("the file is damaged: {line}; restore a copy of it")).collect())
}

/// Every organization is known by a name, and every version that an exit names is an adopted one.
async fn descriptions(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let nameless = "superseded_rev IS NULL AND NOT EXISTS (SELECT 1 FROM organization_name n
        WHERE n.organization_id = organization_profile.organization_id AND n.superseded_rev IS NULL)";
    count(db, "organization_profile", nameless, "of an organization without a name", &mut faults).await?;
    let withdrawn =
        "superseded_rev IS NULL AND exit_criteria IS NOT NULL AND NOT EXISTS (SELECT 1 FROM criteria_profile c
        WHERE c.cluster_id = participation_period.cluster_id AND c.version = exit_criteria AND c.state = 'adopted'
          AND c.superseded_rev IS NULL)";
    count(db, "participation_period", withdrawn, "whose exit names no adopted version of criteria", &mut faults)
        .await?;
    Ok(faults)
}

/// Periods of one participation, and adopted versions of one cluster's criteria, that share a day; all, or
/// those that a revision brought.
pub(crate) async fn overlaps(db: &impl ConnectionTrait, brought_by: Option<Revision>) -> Result<Vec<String>> {
    // Of those that a revision brought, each with every other one; of all, each pair once.
    let pairs = brought_by
        .map_or_else(|| "b.id > a.id".to_owned(), |revision| format!("b.id <> a.id AND a.recorded_rev = {revision}"));
    let periods = format!(
        "SELECT o.key || ' in ' || c.slug AS what, a.valid_from AS first, b.valid_from AS second
         FROM participation_period a
         JOIN participation_period b ON b.participation_id = a.participation_id
         JOIN cluster c ON c.id = a.cluster_id
         JOIN organization o ON o.id = a.organization_id
         WHERE {pairs} AND a.superseded_rev IS NULL AND b.superseded_rev IS NULL
           AND a.valid_from < coalesce(b.valid_to, '9999-12-31') AND b.valid_from < coalesce(a.valid_to, '9999-12-31')"
    );
    let criteria = format!(
        "SELECT 'the criteria of ' || c.slug AS what, a.valid_from AS first, b.valid_from AS second
         FROM criteria_profile a
         JOIN criteria_profile b ON b.cluster_id = a.cluster_id
         JOIN cluster c ON c.id = a.cluster_id
         WHERE {pairs} AND a.superseded_rev IS NULL AND b.superseded_rev IS NULL AND a.state = 'adopted' AND b.state = 'adopted'
           AND a.valid_from < coalesce(b.valid_to, '9999-12-31') AND b.valid_from < coalesce(a.valid_to, '9999-12-31')"
    );
    let mut faults = Vec::new();
    for sql in [periods, criteria] {
        for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await? {
            let (what, first, second): (String, chrono::NaiveDate, chrono::NaiveDate) =
                (row.try_get("", "what")?, row.try_get("", "first")?, row.try_get("", "second")?);
            faults.push(format!("{what}: the period from {first} and the one from {second} overlap"));
        }
    }
    Ok(faults)
}

/// Revisions are 1, 2, 3, … and their instants grow.
async fn gaps(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let sql = "SELECT number FROM (
                   SELECT number, at, row_number() OVER (ORDER BY number) AS expected, lag(at) OVER (ORDER BY number) AS previous
                   FROM revision) numbered
               WHERE number <> expected OR at <= previous ORDER BY number";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter()
        .map(|row| {
            Ok(format!(
                "revision {}: its number or its instant does not follow",
                row.try_get::<Revision>("", "number")?
            ))
        })
        .collect()
}

const RECORDED: [&str; 19] = [
    "activity",
    "attribute",
    "cluster_event",
    "cluster_profile",
    "criteria_profile",
    "judgement",
    "organization_identifier",
    "organization_name",
    "organization_profile",
    "participation_period",
    "programme_cluster",
    "programme_profile",
    "published_figure",
    "referral",
    "sector",
    "service",
    "site",
    "source",
    "term",
];

/// No row was recorded after the last revision, or superseded before it was recorded.
async fn record_time(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for table in RECORDED {
        let wrong = "recorded_rev > (SELECT coalesce(max(number), 0) FROM revision) OR superseded_rev <= recorded_rev
             OR superseded_rev > (SELECT coalesce(max(number), 0) FROM revision)"
            .to_string();
        count(db, table, &wrong, "outside the revisions", &mut faults).await?;
    }
    Ok(faults)
}

/// What rows repeat of their anchor is the same there.
async fn denormalized(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let differs = "NOT EXISTS (SELECT 1 FROM participation p WHERE p.id = participation_id AND p.cluster_id = participation_period.cluster_id
                   AND p.organization_id = participation_period.organization_id AND p.kind = participation_period.kind)";
    count(db, "participation_period", differs, "that differ from their participation", &mut faults).await?;
    let differs =
        "NOT EXISTS (SELECT 1 FROM criteria c WHERE c.id = criteria_id AND c.cluster_id = criteria_profile.cluster_id
                   AND c.version = criteria_profile.version)";
    count(db, "criteria_profile", differs, "that differ from their version", &mut faults).await?;
    Ok(faults)
}

/// Every reference leads somewhere.
async fn references(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let backend = db.get_database_backend();
    let sql = match backend {
        // Every foreign key of the tables, looked up once more: a restored dump may have been loaded with triggers off.
        DbBackend::Postgres => {
            "SELECT conrelid::regclass::text AS child, a.attname AS child_column, confrelid::regclass::text AS parent, f.attname AS parent_column
             FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
             WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND c.connamespace = current_schema()::regnamespace"
        }
        _ => r#"SELECT "table" AS child, rowid AS child_column, parent AS parent, '' AS parent_column FROM pragma_foreign_key_check"#,
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await?;
    let mut faults = Vec::new();
    for row in rows {
        let (child, parent): (String, String) = (row.try_get("", "child")?, row.try_get("", "parent")?);
        if backend == DbBackend::Postgres {
            let (column, key): (String, String) = (row.try_get("", "child_column")?, row.try_get("", "parent_column")?);
            let dangling = format!(
                "{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} parent WHERE parent.{key} = {child}.{column})"
            );
            count(db, &child, &dangling, &format!("whose {column} is missing in {parent}"), &mut faults).await?;
        } else {
            faults.push(format!("{child}: a row refers to a row that is missing in {parent}"));
        }
    }
    Ok(faults)
}

/// Adds a fault when rows of `table` satisfy `wrong`.
async fn count(
    db: &impl ConnectionTrait,
    table: &str,
    wrong: &str,
    what: &str,
    faults: &mut Vec<String>,
) -> Result<()> {
    let sql = format!("SELECT count(*) AS rows FROM {table} WHERE {wrong}");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    match row.map(|row| row.try_get::<i64>("", "rows")).transpose()? {
        Some(rows) if rows > 0 => faults.push(format!("{table}: {rows} rows {what}")),
        _ => {}
    }
    Ok(())
}
