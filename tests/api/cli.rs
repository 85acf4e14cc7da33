//! The command line as a person or a service manager uses it: the real binary, its output and its exit status.

use std::{fs, path::Path, process::Output};

use clap::CommandFactory;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tempfile::TempDir;
use trihelix::{
    cli::Cli,
    domain::store::database::{self, Missing},
};

use crate::support::{
    Package,
    server::{Server, trihelix},
};

/// The exit status, standard output, standard error.
fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    told(trihelix(arguments).output().expect("the command runs"))
}

/// A database file in a folder of its own.
struct Register(TempDir);

impl Register {
    /// With the schema and nothing else.
    fn new() -> Self {
        let register = Self::missing();
        assert_eq!(register.run(&["migrate"]).0, Some(0));
        register
    }

    /// Without the file.
    fn missing() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.path().join("register").display())
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        run(&[&["--database-url", &self.url()], arguments].concat())
    }

    fn import(&self, package: &Package) -> (Option<i32>, String, String) {
        let folder = package.write();
        self.run(&["import", folder.path().to_str().expect("UTF-8")])
    }

    /// Runs SQL that nothing holds back.
    async fn corrupt(&self, sql: &str) {
        let db = database::open(&self.url(), 1, Missing::Refuse).await.expect("the database opens");
        db.execute_unprepared("PRAGMA foreign_keys = OFF").await.expect("foreign keys are off");
        db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        db.close().await.expect("the database closes");
    }
}

fn package() -> Package {
    Package::new("north")
        .cluster("north")
        .organization("acme", "company", "Acme")
        .member("north", "acme", "candidate", "2018", "2019-01-01")
        .member("north", "acme", "effective", "2019-01-01", "")
}

#[test]
fn the_definition_of_the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_and_flag_says_what_it_does() {
    let command = Cli::command();
    for command in std::iter::once(&command).chain(command.get_subcommands()) {
        assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{}", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
        }
    }
    let (status, help, _) = run(&["--help"]);
    assert_eq!(status, Some(0));
    for word in
        ["serve", "import", "generate", "migrate", "schema", "check", "DATABASE_URL", "TRIHELIX_LISTEN", "TRIHELIX_LOG"]
    {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert_eq!(run(&["--version"]).1, format!("trihelix {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let schema = fs::read_to_string(file).expect("the schema is a file of the repository");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = trihelix(&["schema"]).current_dir(&folder).output().expect("the command runs");
    let (status, printed, errors) = told(output);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(printed == schema, "the printed schema differs from schema.graphql");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "no file was made");
}

#[test]
fn a_wrong_setting_is_named_with_what_was_expected() {
    for (flag, variable, value, expected) in [
        ("--listen", "TRIHELIX_LISTEN", "nonsense", "invalid socket address"),
        ("--listen", "TRIHELIX_LISTEN", "127.0.0.1", "invalid socket address"),
        ("--listen", "TRIHELIX_LISTEN", "127.0.0.1:70000", "invalid socket address"),
        ("--database-url", "DATABASE_URL", "mysql://x", "expected sqlite://PATH or postgres://"),
        ("--database-url", "DATABASE_URL", "register.sqlite", "expected sqlite://PATH or postgres://"),
        ("--database-url", "DATABASE_URL", "sqlite::memory:", "a database in memory is lost"),
        ("--database-connections", "TRIHELIX_DATABASE_CONNECTIONS", "0", "1..=1000"),
        ("--database-connections", "TRIHELIX_DATABASE_CONNECTIONS", "1001", "1..=1000"),
        ("--database-connections", "TRIHELIX_DATABASE_CONNECTIONS", "many", "invalid digit"),
        ("--log", "TRIHELIX_LOG", "trihelix=loud", "invalid"),
    ] {
        let from_environment = trihelix(&["schema"]).env(variable, value).output().expect("the command runs");
        for (status, printed, errors) in [run(&[flag, value, "schema"]), told(from_environment)] {
            assert_eq!((status, printed.as_str()), (Some(2), ""), "{flag} {value}: {errors}");
            assert!(errors.contains(flag) && errors.contains(value), "{flag} {value}: {errors}");
            assert!(errors.contains(expected), "{flag} {value}: {errors}");
        }
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_a_message_and_not_a_panic() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nowhere = format!("sqlite://{}/nowhere/register", folder.path().display());
    let (status, printed, errors) = run(&["--database-url", &nowhere, "migrate"]);
    assert_eq!((status, printed.as_str()), (Some(1), ""), "{errors}");
    assert!(errors.contains("nowhere/register: No such file") && !errors.contains("panicked"), "{errors}");
    // Nothing listens on the first port.
    let (status, printed, errors) = run(&["--database-url", "postgres://ada:secret@127.0.0.1:1/register", "check"]);
    assert_eq!((status, printed.as_str()), (Some(1), ""), "{errors}");
    assert!(errors.starts_with("postgres://ada:***@127.0.0.1:1/register: "), "{errors}");
    assert!(errors.to_lowercase().contains("refused") && !errors.contains("secret"), "{errors}");
}

#[test]
fn a_mistyped_address_makes_no_database_and_shows_no_password() {
    let (status, _, errors) = run(&["--database-url", "postgre://ada:secret@db/register", "serve"]);
    assert_eq!(status, Some(2));
    assert!(errors.contains("'postgre://ada:***@db/register'") && !errors.contains("secret"), "{errors}");
    let package = package().write();
    let import = ["import", package.path().to_str().expect("UTF-8")];
    for arguments in [&["check"][..], &import] {
        let register = Register::missing();
        let (status, printed, errors) = register.run(arguments);
        assert_eq!((status, printed.as_str()), (Some(1), ""), "{arguments:?}: {errors}");
        assert!(errors.contains("there is no database; correct the address, or make one"), "{arguments:?}: {errors}");
        assert_eq!(fs::read_dir(&register.0).expect("a folder").count(), 0, "{arguments:?} made a file");
    }
}

#[test]
fn an_import_says_what_it_wrote() {
    let register = Register::new();
    let (status, printed, errors) = register.import(&package());
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert_eq!(printed, "revision 1: 9 rows added, 0 superseded\n");
    let (status, printed, _) = register.import(&package());
    assert_eq!((status, printed.as_str()), (Some(0), "the register already holds all of it; nothing was written\n"));
}

#[test]
fn a_trial_run_prints_a_table_and_writes_nothing() {
    let register = Register::new();
    register.import(&package());
    let next = package().without("periods").member("north", "acme", "candidate", "2018", "").write();
    let import = ["import", "--dry-run", next.path().to_str().expect("UTF-8")];
    for _ in 0..2 {
        let (status, printed, errors) = register.run(&import);
        assert_eq!((status, errors.as_str()), (Some(0), ""));
        let lines: Vec<Vec<_>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["resource", "held", "added", "superseded"]);
        assert_eq!(lines[1], ["periods", "2", "1", "2"]);
        assert_eq!(lines[3], ["north", "0", "->", "1", "1", "->", "0", "0", "->", "0"]);
        assert_eq!(printed.lines().last(), Some("nothing was written"));
    }
    let unchanged = package().write();
    let import = ["import", "--dry-run", unchanged.path().to_str().expect("UTF-8")];
    assert_eq!(register.run(&import).1, "the register already holds all of it; nothing was written\n");
    let emptied = package().without("periods").write();
    let (folder, refused) = (emptied.path().to_str().expect("UTF-8"), "pass --allow-removals if they are to go\n");
    let (status, _, errors) = register.run(&["import", folder]);
    assert!(status == Some(1) && errors.ends_with(refused), "{errors}");
    assert_eq!(register.run(&["import", "--allow-removals", folder]).1, "revision 2: 0 rows added, 2 superseded\n");
}

#[tokio::test]
async fn broken_pages_of_an_index_are_found() {
    let register = Register::new();
    register.import(&package());
    let file = register.0.path().join("register");
    let db = database::open(&register.url(), 1, Missing::Refuse).await.expect("the database opens");
    let number = async |sql: &str| {
        let row =
            db.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)).await.expect("SQL");
        row.expect("a row").try_get_by_index::<i64>(0).expect("a number") as usize
    };
    let page = number("SELECT rootpage FROM sqlite_master WHERE name = 'participation_period_cluster'").await;
    let size = number("PRAGMA page_size").await;
    db.close().await.expect("the database closes");
    let mut bytes = fs::read(&file).expect("the file is read");
    bytes[(page - 1) * size..page * size].fill(0);
    fs::write(&file, bytes).expect("the file is written");
    let (status, printed, errors) = register.run(&["check"]);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert!(errors.contains("the file is damaged: "), "{errors}");
}

#[test]
fn a_faulty_package_is_a_list_of_places_and_status_1() {
    let register = Register::new();
    let faulty = package()
        .rows("sites", "organization,kind,municipality,source", &["acme,seat,99999,s", "nobody,seat,21007,s"])
        .rows("attributes", "organization,code,value,source", &["acme,works_material,true"])
        .criteria(json!({}));
    let (status, printed, errors) = register.import(&faulty);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    let lines: Vec<_> = errors.lines().collect();
    let expected = [
        "attributes.csv:2: 3 cells; expected 4",
        "criteria.json:1: no list of criteria",
        "sites.csv:2: municipality: `99999`: expected the NIS code of a municipality",
        "sites.csv:3: organization: `nobody`: expected the id of a row of the resource organizations",
        "4 faults; nothing was imported",
    ];
    assert_eq!(lines.len(), expected.len(), "{errors}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
    let (status, _, errors) = register.run(&["import", "/nowhere/at/all"]);
    assert_eq!(status, Some(1));
    assert!(errors.starts_with("datapackage.json: the file is missing"), "{errors}");
    assert_eq!(register.import(&package()).1, "revision 1: 9 rows added, 0 superseded\n");
}

/// A small synthetic ecosystem.
const GENERATE: [&str; 7] = ["generate", "--clusters", "2", "--organizations", "20", "--seed", "3"];

#[test]
fn a_synthetic_ecosystem_is_written_as_packages_that_make_the_same_register() {
    let (packages, direct) = (Register::new(), Register::new());
    let out = packages.0.path().join("out");
    let out = out.to_str().expect("UTF-8");
    let (status, printed, errors) = packages.run(&[&GENERATE[..], &["--out", out]].concat());
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert_eq!(printed, format!("edition 1: {out}/1\nedition 2: {out}/2\n"));
    let imported = ["1", "2"].map(|edition| packages.run(&["import", &format!("{out}/{edition}")]).1).concat();
    let (status, printed, errors) = direct.run(&GENERATE);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert_eq!(printed, imported);
    assert!(printed.starts_with("revision 1: ") && printed.contains("\nrevision 2: "), "{printed}");
    assert_eq!(direct.run(&["check"]).1, "the register is sound\n");
    assert_eq!(direct.run(&GENERATE).1, "the register already holds all of it; nothing was written\n");
}

#[test]
fn a_synthetic_ecosystem_is_kept_apart_from_other_data_and_files() {
    let register = Register::new();
    register.import(&package());
    let (status, printed, errors) = register.run(&GENERATE);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert!(errors.starts_with("the register holds what the package north brought; "), "{errors}");
    let folder = register.0.path().to_str().expect("UTF-8");
    let (status, printed, errors) = register.run(&[&GENERATE[..], &["--out", folder]].concat());
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert!(errors.contains("the folder is not empty; expected one that is missing or empty"), "{errors}");
}

#[test]
fn sizes_that_cannot_be_generated_are_named_with_what_was_expected() {
    for (arguments, status, expected) in [
        ("--clusters 0 --organizations 5", 1, "0 clusters; expected 1 to "),
        ("--clusters 5 --organizations 0", 1, "0 organizations; expected 1 to "),
        ("--clusters 2 --organizations 5 --memberships 11", 1, "11 memberships; expected 0 to 10"),
        ("--clusters 2", 2, "--organizations <N>"),
        ("", 2, "--clusters <N>"),
        ("--clusters many --organizations 5", 2, "invalid digit"),
        ("--clusters -1 --organizations 5", 2, "unexpected argument"),
        ("--scale S --clusters 5", 2, "cannot be used with"),
        ("--scale M --memberships 5", 2, "cannot be used with"),
        ("--scale XL", 2, "possible values: S, M"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let arguments: Vec<&str> = std::iter::once("generate").chain(arguments.split_whitespace()).collect();
        let output = trihelix(&arguments).current_dir(&folder).output().expect("the command runs");
        let (found, printed, errors) = told(output);
        assert_eq!((found, printed.as_str()), (Some(status), ""), "{arguments:?}: {errors}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0, "{arguments:?} made a file");
    }
}

#[test]
fn a_database_without_its_tables_is_not_sound() {
    let register = Register::missing();
    fs::write(register.0.path().join("register"), "").expect("an empty file is an empty database");
    let (status, printed, errors) = register.run(&["check"]);
    assert_eq!((status, printed.as_str()), (Some(1), ""));
    assert!(errors.contains("run `trihelix migrate`"), "{errors}");
}

#[tokio::test]
async fn a_database_of_a_later_release_is_not_called_sound() {
    let register = Register::new();
    register.corrupt("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99990101_000001_later', 0)").await;
    for command in ["check", "migrate", "serve"] {
        let (status, _, errors) = register.run(&["--listen", "127.0.0.1:0", command]);
        assert_eq!(status, Some(1), "{command}");
        assert!(errors.contains("has the schema of a later release"), "{command}: {errors}");
    }
}

#[test]
fn a_migrated_register_is_sound_and_migrating_again_changes_nothing() {
    let register = Register::new();
    for _ in 0..2 {
        let (status, printed, _) = register.run(&["migrate"]);
        assert_eq!((status, printed.as_str()), (Some(0), "the database has the schema of this release\n"));
    }
    assert_eq!(register.run(&["check"]), (Some(0), "the register is sound\n".to_owned(), String::new()));
}

#[tokio::test]
async fn what_is_wrong_with_a_register_is_found_and_said() {
    let sound = Register::new();
    assert_eq!(sound.import(&package()).0, Some(0));
    assert_eq!(sound.import(&package().organization("lab", "research", "Lab")).0, Some(0));
    assert_eq!(sound.run(&["check"]), (Some(0), "the register is sound\n".to_owned(), String::new()));
    for (sql, expected) in [
        (
            "UPDATE participation_period SET valid_to = '2019-01-02' WHERE status = 'candidate'",
            "acme in north: the period from 2018-01-01 and the one from 2019-01-01 overlap",
        ),
        (
            "INSERT INTO participation_period SELECT randomblob(16), participation_id, cluster_id, organization_id, kind, 'effective',
                 NULL, NULL, NULL, '2024-01-01', NULL, '2024', NULL, NULL, NULL, source_id, 2, NULL, NULL
             FROM participation_period WHERE status = 'candidate'",
            "the period from 2019-01-01 and the one from 2024-01-01 overlap",
        ),
        (
            "INSERT INTO revision (number, at, actor, summary) VALUES (4, '2100-01-01 00:00:00+00:00', 'x', 'y')",
            "revision 4: its number or its instant does not follow",
        ),
        (
            "UPDATE revision SET at = '2000-01-01 00:00:00+00:00' WHERE number = 2",
            "revision 2: its number or its instant does not follow",
        ),
        ("UPDATE source SET recorded_rev = 7", "source: 1 rows outside the revisions"),
        ("UPDATE organization_name SET superseded_rev = 9 WHERE name = 'Acme'", "organization_name: 1 rows outside"),
        ("UPDATE participation_period SET kind = 'partner' WHERE status = 'effective'", "1 rows that differ from their"),
        ("DELETE FROM source", "participation_period: a row refers to a row that is missing in source"),
        ("DELETE FROM organization WHERE key = 'acme'", "a row refers to a row that is missing in organization"),
    ] {
        let register = Register::new();
        for file in fs::read_dir(&sound.0).expect("a folder") {
            let file = file.expect("a file");
            fs::copy(file.path(), register.0.path().join(file.file_name())).expect("the file copies");
        }
        assert_eq!(register.run(&["check"]).0, Some(0));
        register.corrupt(sql).await;
        let (status, printed, errors) = register.run(&["check"]);
        assert_eq!((status, printed.as_str()), (Some(1), ""), "{sql}");
        assert!(errors.contains(expected), "{sql}: {errors}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_starts_with_published_facts_answers_and_stops_when_it_is_told_to() {
    let register = Register::new();
    let server = Server::start(&register.url(), &["serve"]);
    assert_eq!(server.send("GET", "/health/live", "").0, 200);
    assert_eq!(server.send("GET", "/health/ready", "").0, 200);
    let document = r#"{ register { revision } cluster(by: { slug: "circlemade" }) { memberships(at: { asOf: "2018-06-01" }) { totalCount } } }"#;
    let expected = json!({ "register": { "revision": 5 }, "cluster": { "memberships": { "totalCount": 8 } } });
    assert_eq!(server.ask(document), expected);
    assert_eq!(server.stop("-TERM").await, Some(0));
    // Without a command it serves too; what is there already is not loaded again.
    let server = Server::start(&register.url(), &[]);
    assert_eq!(server.ask(document), expected);
    assert_eq!(server.stop("-INT").await, Some(0));
    assert_eq!(register.run(&["check"]).0, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_to_be_empty_starts_empty() {
    let register = Register::new();
    let server = Server::start(&register.url(), &["--empty"]);
    assert_eq!(server.ask("{ register { revision } }"), json!({ "register": { "revision": 0 } }));
    assert_eq!(server.stop("-TERM").await, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_imported_while_a_server_runs_is_answered_soon() {
    let register = Register::new();
    let server = Server::start(&register.url(), &["--empty"]);
    let document = "{ register { revision } memberships { nodes { organization { name } } } }";
    assert_eq!(server.ask(document), json!({ "register": { "revision": 0 }, "memberships": { "nodes": [] } }));
    assert_eq!(register.import(&package()).0, Some(0));
    let acme = json!({ "nodes": [{ "organization": { "name": "Acme" } }] });
    // Another process wrote it: the server looks for writes twice a second. It never shows half of one.
    let (before, after) =
        (server.ask("{ register { revision } }"), json!({ "register": { "revision": 1 }, "memberships": acme }));
    assert!(before == json!({ "register": { "revision": 0 } }) || before == json!({ "register": { "revision": 1 } }));
    let started = std::time::Instant::now();
    while server.ask(document) != after {
        assert!(started.elapsed().as_secs() < 20, "the server does not follow");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(server.stop("-TERM").await, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let register = Register::new();
    let server = Server::start(&register.url(), &["--empty"]);
    let other = Register::missing();
    let (status, _, errors) = other.run(&["--listen", &server.address]);
    assert_eq!(status, Some(1));
    assert_eq!(fs::read_dir(&other.0).expect("a folder").count(), 0, "it is told before anything is loaded");
    assert!(errors.contains(&format!("cannot listen on {}", server.address)), "{errors}");
    assert_eq!(server.stop("-TERM").await, Some(0));
}
