//! Writes that are refused, dropped or killed leave the register as it was.

use std::{fs, process::Command, time::Duration};

use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use trihelix::domain::{
    revision::Write,
    store::database::{self, Missing},
};

use super::{base, head, rows, written};
use crate::support::{Package, TestApp, now};

#[tokio::test]
async fn a_write_that_lets_periods_overlap_leaves_no_row_and_no_revision() {
    use entity::{id::PeriodId, participation_period};
    let app = TestApp::circlemade().await;
    let before = (rows(&app.db).await, head(&app.db).await);
    let write = Write::begin(&app.db, now(), "test", "an overlap").await.expect("the write begins");
    let period = participation_period::Entity::find().one(write.transaction()).await.expect("rows are read");
    let twice = participation_period::Model {
        id: PeriodId::fresh(),
        recorded_rev: write.revision(),
        ..period.expect("a period")
    };
    // PostgreSQL refuses the row itself, SQLite the write as a whole.
    let added = participation_period::Entity::insert(twice.into_active_model());
    match added.exec_without_returning(write.transaction()).await {
        Err(error) => assert!(error.to_string().contains("participation_period_overlap"), "{error}"),
        Ok(_) => {
            let error = write.commit().await.expect_err("it is refused").to_string();
            assert!(error.contains("overlap"), "{error}");
        }
    }
    assert_eq!((rows(&app.db).await, head(&app.db).await), before);
}

#[tokio::test]
async fn a_write_that_is_dropped_leaves_no_row_and_no_revision() {
    use entity::{id::OrganizationId, organization};
    let app = TestApp::circlemade().await;
    let before = (rows(&app.db).await, head(&app.db).await);
    let write = Write::begin(&app.db, now(), "test", "never committed").await.expect("the write begins");
    let anchor = organization::ActiveModel {
        id: Set(OrganizationId::fresh()),
        key: Set("ghost".to_owned()),
        recorded_rev: Set(write.revision()),
    };
    organization::Entity::insert(anchor).exec_without_returning(write.transaction()).await.expect("a row is written");
    let found = organization::Entity::find().all(write.transaction()).await.expect("rows are read");
    assert!(found.iter().any(|row| row.key == "ghost"));
    drop(write);
    assert_eq!((rows(&app.db).await, head(&app.db).await), before);
    let (revision, ..) = written(app.import(&base()).await);
    assert_eq!(Some(revision), before.1.map(|last| last + 1));
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_the_register_as_it_was() {
    const ORGANIZATIONS: usize = 20_000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("register");
    let url = format!("sqlite://{}", file.display());
    let trihelix = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trihelix"));
        command.args(arguments).env("DATABASE_URL", &url).env("TRIHELIX_LOG", "warn");
        command
    };
    let succeeds = |arguments: &[&str]| {
        let output = trihelix(arguments).output().expect("the command runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let small = base().write();
    succeeds(&["migrate"]);
    succeeds(&["import", small.path().to_str().expect("UTF-8")]);
    let opened = || async { database::open(&url, 1, Missing::Create).await.expect("the database opens") };
    let db = opened().await;
    let before = (rows(&db).await, head(&db).await);
    db.close().await.expect("the database closes");

    let numbers = 0..ORGANIZATIONS;
    let organizations: Vec<_> = numbers.clone().map(|n| format!("o{n},company,s")).collect();
    let names: Vec<_> = numbers.map(|n| format!("o{n},trade,Organization {n}")).collect();
    let large = Package::new("large")
        .rows("organizations", "id,sphere,source", &organizations)
        .rows("organization_names", "organization,kind,name", &names)
        .write();
    let import = ["import", large.path().to_str().expect("UTF-8")];
    let mut child = trihelix(&import).spawn().expect("the command starts");
    // Rows of an uncommitted transaction go to the log when they fill the cache: then it is in the midst of writing.
    let log = folder.path().join("register-wal");
    while child.try_wait().expect("a process").is_none() && fs::metadata(&log).map_or(0, |log| log.len()) < 1_000_000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    child.kill().expect("the process is killed");
    let status = child.wait().expect("the process ends");
    assert_eq!(status.code(), None, "it was killed before it ended");

    assert_eq!(succeeds(&["check"]).trim(), "the register is sound");
    let db = opened().await;
    assert_eq!((rows(&db).await, head(&db).await), before);
    db.close().await.expect("the database closes");
    let told = succeeds(&import);
    assert!(told.starts_with(&format!("revision 2: {} rows added, 0 superseded", 3 * ORGANIZATIONS + 1)), "{told}");
}
