//! Synthetic ecosystems: the same for the same seed, sound, varied, and of nobody who exists.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

use chrono::TimeDelta;
use entity::{
    NaceVersion, TextEnum,
    organization_profile::{SizeClass, Sphere},
    participation_period::{ExitKind, ExitReason, Status},
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use trihelix::{
    dataset::{self, Folder, Options, Outcome},
    domain::{search, store::check},
    progress::silent,
    synthetic::{Ecosystem, Refused},
};

use crate::support::{TestApp, now};

type Files = BTreeMap<String, String>;
type Row = HashMap<String, String>;

fn ecosystem(clusters: u32, organizations: u32, seed: u64) -> Ecosystem {
    Ecosystem::new(clusters, organizations, None, seed).expect("there is such an ecosystem")
}

fn files(ecosystem: &Ecosystem, edition: u32) -> Files {
    match ecosystem.package(edition, &silent) {
        Folder::Generated(files) => files,
        other => panic!("not generated: {other:?}"),
    }
}

fn rows(files: &Files, resource: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(files[&format!("{resource}.csv")].as_bytes());
    reader.deserialize().map(|row| row.expect("a line of CSV")).collect()
}

/// The different values of a column.
fn values(rows: &[Row], column: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[column].clone()).filter(|value| !value.is_empty()).collect()
}

fn words<T: TextEnum>() -> BTreeSet<String> {
    T::iter().map(|word| word.text()).collect()
}

/// Both editions at scale S.
static SMALL: LazyLock<[Files; 2]> = LazyLock::new(|| {
    let ecosystem = Ecosystem::new(50, 5_000, Some(8_000), 1).expect("scale S");
    [files(&ecosystem, 1), files(&ecosystem, 2)]
});

/// FNV-1a, 64 bits.
fn digest(files: &Files) -> u64 {
    let bytes = files.iter().flat_map(|(file, text)| file.bytes().chain(text.bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_same_sizes_and_seed_make_the_same_bytes() {
    let one = files(&ecosystem(3, 60, 7), 1);
    assert_eq!(one, files(&ecosystem(3, 60, 7), 1));
    assert_ne!(one["organizations.csv"], files(&ecosystem(3, 60, 8), 1)["organizations.csv"]);
    // On any machine, and whatever the releases of dependencies. Changes with the generator, and then on purpose.
    let digests = [digest(&one), digest(&files(&ecosystem(3, 60, 7), 2))];
    assert_eq!(digests, [16_887_987_413_861_091_515, 16_973_111_699_016_573_027]);
}

/// Of these clusters one is asked about in the year of its report, and both documents state the
/// year alone and divide their figure.
#[test]
fn figures_of_a_cluster_have_ids_of_their_own() {
    let ecosystem = Ecosystem::new(200, 1_000, Some(4_000), 3).expect("an ecosystem");
    let mut seen = BTreeSet::new();
    for row in rows(&files(&ecosystem, 1), "figures").iter().filter(|row| !row["id"].is_empty()) {
        assert!(seen.insert((row["cluster"].clone(), row["id"].clone())), "{row:?}");
    }
    assert!(seen.len() > 100);
}

#[tokio::test]
async fn both_editions_import_without_a_fault_and_the_second_corrects_the_first() {
    let app = TestApp::empty().await;
    let ecosystem = ecosystem(4, 250, 5);
    for edition in 1..=Ecosystem::EDITIONS {
        assert_eq!(ecosystem.next_edition(&app.db).await.expect("its own register"), edition);
        let instant = now() - TimeDelta::days(2) + TimeDelta::minutes(edition.into());
        let outcome =
            dataset::import(&app.db, &ecosystem.package(edition, &silent), instant, Options::default(), &silent).await;
        match outcome.unwrap_or_else(|error| panic!("edition {edition}: {error}")) {
            Outcome::Written { revision, added, superseded } => {
                assert_eq!((revision.number, revision.at), (edition.into(), instant));
                assert!(added > 0 && (superseded > 0) == (edition > 1), "{added} added, {superseded} superseded");
            }
            other => panic!("edition {edition}: {other:?}"),
        }
    }
    assert_eq!(ecosystem.next_edition(&app.db).await.expect("its own register"), Ecosystem::EDITIONS + 1);
    assert_eq!(check::faults(&app.db).await.expect("the check runs"), Vec::<String>::new());
    for table in ["participation_period", "activity", "site", "organization_profile", "cluster_profile"] {
        let sql = format!("SELECT count(*) AS rows FROM {table} WHERE recorded_rev = 1 AND superseded_rev = 2");
        let row = app.db.query_one_raw(Statement::from_string(app.db.get_database_backend(), sql)).await;
        let rows: i64 = row.expect("SQL").expect("a row").try_get("", "rows").expect("a number");
        assert!(rows > 0, "no row of {table} was corrected");
    }
}

#[tokio::test]
async fn synthetic_data_is_not_mixed_with_other_data() {
    let app = TestApp::circlemade().await;
    let refused = ecosystem(1, 5, 1).next_edition(&app.db).await;
    assert!(matches!(refused, Err(Refused::Taken(actor)) if actor == "package circlemade"));
    let app = TestApp::empty().await;
    dataset::import(&app.db, &ecosystem(1, 5, 1).package(1, &silent), now(), Options::default(), &silent)
        .await
        .expect("it has no fault");
    let refused = ecosystem(1, 5, 2).next_edition(&app.db).await;
    assert!(matches!(refused, Err(Refused::Taken(actor)) if actor == "package synthetic-1-5-5-1"));
}

#[test]
fn there_are_as_many_as_were_asked_for() {
    for (clusters, organizations, memberships) in [(1, 1, 1), (1, 1, 0), (3, 7, 21), (7, 40, 60), (30, 10, 100)] {
        let ecosystem = Ecosystem::new(clusters, organizations, Some(memberships), 1).expect("it is possible");
        let files = files(&ecosystem, 1);
        assert_eq!(rows(&files, "organizations").len(), organizations as usize);
        assert_eq!(rows(&files, "clusters").len(), clusters as usize);
        let periods = if memberships > 0 { rows(&files, "periods") } else { Vec::new() };
        let members = periods.iter().filter(|row| row["kind"] == "member");
        let pairs: BTreeSet<_> = members.map(|row| (&row["cluster"], &row["organization"])).collect();
        assert_eq!(pairs.len(), memberships as usize, "{clusters} {organizations}");
    }
}

#[test]
fn sizes_are_as_the_benchmarks_expect() {
    let files = &SMALL[0];
    let periods = rows(files, "periods");
    let members: Vec<_> = periods.iter().filter(|row| row["kind"] == "member").collect();
    let average = |count: usize, of: usize| count as f64 / of as f64;
    assert!((2.85..3.1).contains(&average(members.len(), 8_000)), "{} periods", members.len());
    let activities = rows(files, "activities").len();
    assert!((3.25..3.42).contains(&average(activities, 5_000)), "{activities} activities");
    let partners: BTreeSet<_> = periods
        .iter()
        .filter(|row| row["kind"] == "partner")
        .map(|row| (&row["cluster"], &row["organization"], &row["scope"]))
        .collect();
    assert!((700..=850).contains(&partners.len()), "{} partnerships", partners.len());
    let mut sizes: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for row in members {
        sizes.entry(&row["cluster"]).or_default().insert(&row["organization"]);
    }
    let mut sizes: Vec<_> = sizes.into_values().map(|members| members.len()).collect();
    sizes.sort_unstable();
    assert!(sizes[49] > 10 * sizes[0] && sizes[0] > 0, "few large clusters, many small: {sizes:?}");
}

#[test]
fn every_kind_of_thing_occurs() {
    let files = &SMALL[0];
    let (periods, organizations) = (rows(files, "periods"), rows(files, "organizations"));
    assert_eq!(values(&periods, "status"), words::<Status>());
    assert_eq!(values(&periods, "exit_kind"), words::<ExitKind>());
    assert_eq!(values(&periods, "exit_reason"), words::<ExitReason>());
    assert_eq!(values(&organizations, "sphere"), words::<Sphere>());
    assert_eq!(values(&organizations, "size_class"), words::<SizeClass>());
    let is_company = |row: &&Row| row["sphere"] == "company";
    let sized = organizations.iter().filter(is_company).filter(|row| !row["size_class"].is_empty()).count();
    assert!((1..organizations.iter().filter(is_company).count()).contains(&sized), "some sizes are not known");
    for (column, count) in [("research_kind", 3), ("government_level", 5), ("civil_society_kind", 4)] {
        assert_eq!(values(&organizations, column).len(), count, "{column}");
    }
    let activities = rows(files, "activities");
    assert_eq!(values(&activities, "nace_version"), words::<NaceVersion>());
    assert_eq!(values(&activities, "rank").len(), 3);
    assert_eq!(values(&rows(files, "attributes"), "value").len(), 3);
    assert_eq!(values(&rows(files, "sites"), "municipality").len(), 19);
    assert_eq!(values(&rows(files, "figures"), "disclosure").len(), 2);
    assert_eq!(values(&rows(files, "figures"), "nature").len(), 2);
    assert_eq!(values(&rows(files, "figures"), "unit").len(), 2);
    assert_eq!(values(&rows(files, "figures"), "of_sphere"), BTreeSet::from(["company".to_owned()]));
    assert!(!values(&rows(files, "figures"), "part_of").is_empty());
    assert_eq!(rows(files, "programme_clusters").len(), rows(files, "clusters").len(), "each is in one programme");
    assert_eq!(values(&rows(files, "events"), "kind").len(), 3);
    let unknown = |row: &&Row| row["from"].is_empty();
    assert!(periods.iter().filter(unknown).all(|row| !row["first_confirmed_on"].is_empty()));
    assert!(periods.iter().any(|row| unknown(&row)) && !values(&periods, "last_confirmed_on").is_empty());
    assert!(
        !values(&periods, "scope").is_empty()
            && periods.iter().all(|row| row["scope"].is_empty() || row["kind"] == "partner")
    );
    let lengths: BTreeSet<usize> = values(&periods, "from").iter().map(String::len).collect();
    assert_eq!(lengths, BTreeSet::from([4, 7, 10]), "dates of each precision");
    let successive = periods.windows(2).filter(|pair| {
        ["cluster", "organization", "kind", "scope"].iter().all(|column| pair[0][*column] == pair[1][*column])
    });
    let (mut gaps, mut returns) = (0, 0);
    for pair in successive {
        gaps += usize::from(!pair[0]["to"].is_empty() && pair[0]["to"] != pair[1]["from"]);
        returns += usize::from(pair[0]["status"] == "ended");
    }
    assert!(gaps > 0 && returns > 0, "{gaps} gaps, {returns} returns");
    let complete = values(&rows(files, "clusters"), "complete_from").len();
    assert!((1..50).contains(&complete), "{complete} clusters are complete from some day");
    assert!(!rows(files, "referrals").is_empty());
    assert_eq!(values(&rows(files, "judgements"), "value").len(), 3);
    assert_eq!(values(&rows(files, "judgements"), "code").len(), 3);
    for row in &periods {
        assert_eq!(row["exit_kind"] == "no_longer_eligible", !row["exit_criteria"].is_empty(), "{row:?}");
    }
    assert_eq!(values(&periods, "exit_criteria").len(), 2);
}

#[test]
fn the_second_edition_corrects_what_is_recorded_in_several_ways() {
    let [first, second] = &*SMALL;
    for resource in ["periods", "activities", "sites", "organizations", "clusters"] {
        let lines = |files: &Files| -> BTreeSet<String> {
            files[&format!("{resource}.csv")].lines().map(str::to_owned).collect()
        };
        let (before, after) = (lines(first), lines(second));
        let kept = before.intersection(&after).count();
        assert!(before.difference(&after).count() > 0, "{resource}: nothing was corrected");
        assert!(kept * 10 > before.len() * 8, "{resource}: {kept} of {} lines were kept", before.len());
    }
    for resource in ["organization_names", "organization_identifiers", "attributes", "figures", "sectors"] {
        let file = format!("{resource}.csv");
        assert_eq!(first[&file], second[&file], "{resource}");
    }
    let histories = |files: &Files| {
        let mut histories: BTreeMap<_, Vec<[String; 4]>> = BTreeMap::new();
        for row in rows(files, "periods") {
            let key = ["cluster", "organization", "kind", "scope"].map(|column| row[column].clone());
            histories
                .entry(key)
                .or_default()
                .push(["status", "from", "to", "exit_kind"].map(|column| row[column].clone()));
        }
        histories
    };
    let (before, after) = (histories(first), histories(second));
    assert!(before.keys().eq(after.keys()));
    let pairs = || before.values().zip(after.values());
    assert!(pairs().any(|(before, after)| after.len() < before.len()), "a period was removed");
    assert!(pairs().any(|(before, after)| after.len() > before.len()), "a period was added");
    let same = || {
        pairs()
            .filter(|(before, after)| before.len() == after.len())
            .flat_map(|(before, after)| before.iter().zip(after))
    };
    assert!(same().any(|(before, after)| before[3] != after[3] && before[..3] == after[..3]), "another exit kind");
    assert!(same().any(|(before, after)| before[1] != after[1] && before[3] == after[3]), "another date");
}

#[test]
fn the_second_version_of_criteria_is_narrower_than_the_first() {
    let versions: Vec<Value> = serde_json::from_str(&SMALL[0]["criteria.json"]).expect("JSON");
    let of = |cluster: &Value, version: i64| {
        let found = versions.iter().find(|other| other["cluster"] == *cluster && other["version"] == version);
        found.and_then(|version| version["criteria"].as_array()).cloned()
    };
    let mut drafts = 0;
    for cluster in versions.iter().filter(|version| version["version"] == 1).map(|version| &version["cluster"]) {
        let (first, second) = (of(cluster, 1).expect("a first version"), of(cluster, 2).expect("a second version"));
        // A conjunction with every criterion of the first and others holds for nobody for whom the first does not.
        assert!(first.iter().all(|criterion| second.contains(criterion)), "{cluster}");
        assert!(
            second.iter().any(|criterion| criterion["required"] == true && !first.contains(criterion)),
            "{cluster}"
        );
        drafts += usize::from(of(cluster, 3).is_some());
    }
    assert!((1..50).contains(&drafts), "{drafts} drafts");
    for leaf in [
        "all",
        "any",
        "not",
        "sphere",
        "municipality",
        "activity",
        "sector",
        "attribute",
        "identifier",
        "size_at_most",
        "assessed",
    ] {
        assert!(SMALL[0]["criteria.json"].contains(&format!("{{\"{leaf}\":")), "no rule `{leaf}`");
    }
}

#[test]
fn nobody_of_circlemade_is_named() {
    let Folder::Embedded(circlemade) = dataset::published::CIRCLEMADE else { panic!("circlemade is in the binary") };
    let circlemade: Files = circlemade.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let words = |files: &Files| -> BTreeSet<String> {
        let names = values(&rows(files, "organization_names"), "name");
        let keys = values(&rows(files, "organizations"), "id");
        let clusters = values(&rows(files, "clusters"), "name_en");
        let texts = names.into_iter().chain(keys).chain(clusters);
        texts.map(|name| search::form(&name)).collect()
    };
    let (real, invented) = (words(&circlemade), words(&SMALL[0]));
    assert!(real.len() > 20 && invented.len() > 5_000);
    assert_eq!(real.intersection(&invented).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(SMALL[0].values().all(|text| !text.contains("circlemade") && !text.contains(".brussels")));
}
