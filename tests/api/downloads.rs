//! The register as a whole over HTTP: the package, its files, and its entry for catalogues.

use std::{collections::BTreeMap, io::Read};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};
use serde_json::Value;
use tower::ServiceExt;
use trihelix::{
    dataset::{
        self, Folder, Options,
        export::{Export, Point, Published},
    },
    domain::restricted::Audience,
    http,
    progress::silent,
};

use crate::support::{Package, TestApp, now};

/// The files of the package at an address.
async fn unpacked(app: &TestApp, address: &str) -> BTreeMap<String, String> {
    let request = Request::get(address).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).expect("a request");
    let response = app.router(http::Options::default()).oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/zip");
    assert!(response.headers().get(header::CONTENT_ENCODING).is_none(), "it is compressed already");
    let bytes = response.into_body().collect().await.expect("the whole of it").to_bytes().to_vec();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().expect("a name").into_owned(), text);
    }
    files
}

#[tokio::test]
async fn notes_on_exclusions_are_read_by_who_keeps_the_register_alone() {
    let package = Package::new("test").organization("out", "company", "Out").organization("in", "company", "In");
    let columns = "cluster,organization,kind,scope,status,from,to,first_confirmed_on,last_confirmed_on,exit_kind,\
                   exit_reason,exit_criteria,note,source";
    let package = package.cluster("c").rows(
        "periods",
        columns,
        &[
            "c,out,member,,ended,2022,,,,excluded,non_payment,,told to few,s".to_owned(),
            "c,in,member,,ended,2022,,,,left,,,told to all,s".to_owned(),
        ],
    );
    let app = TestApp::with(&package).await;
    let files = unpacked(&app, "/data/package.zip").await;
    let (_, _, alone) = app.get("/data/periods.csv").await;
    for text in [&files["periods.csv"], &alone] {
        assert!(text.contains("told to all") && !text.contains("told to few"), "{text}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let point = Point::find(&app.db, None, None).await.expect("a point");
    let export = Export::begin(&app.db, point, Audience::Keeper, Published::default()).await.expect("it is read");
    export.save(&app.db, folder.path(), false).await.expect("the package is written");
    let kept = std::fs::read_to_string(folder.path().join("periods.csv")).expect("a file");
    assert!(kept.contains("told to few") && kept.contains("told to all"), "{kept}");
}

#[tokio::test]
async fn the_package_is_what_the_command_line_exports() {
    let app = TestApp::circlemade().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let point = Point::find(&app.db, None, None).await.expect("a point");
    let export =
        Export::begin(&app.db, point, Audience::Public, Published::default()).await.expect("the register is read");
    export.save(&app.db, folder.path(), false).await.expect("the package is written");
    let files = unpacked(&app, "/data/package.zip").await;
    let mut written: Vec<_> =
        std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    written.sort();
    assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), written);
    for (name, text) in &files {
        assert_eq!(*text, std::fs::read_to_string(folder.path().join(name)).expect("a file"), "{name}");
        let (status, headers, alone) = app.get(&format!("/data/{name}")).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        assert!(headers.contains_key(header::ETAG), "{name}");
        // The list of files is that of all tables, which are there one by one though they have no rows.
        assert!(name == "datapackage.json" || alone == *text, "{name}");
    }
    let (_, _, list) = app.get("/data/").await;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    for file in list["files"].as_array().expect("a list") {
        let (status, _, text) = app.get(file["address"].as_str().expect("an address")).await;
        assert_eq!(status, StatusCode::OK, "{file}");
        assert!(!text.is_empty(), "{file} has a header");
    }
    let (_, _, page) = app.get_with("/data/", &[("accept", "text/html")]).await;
    assert!(page.contains("package.zip") && page.contains("datapackage.json"), "{page}");
}

#[tokio::test]
async fn a_package_is_of_a_day_and_of_an_instant() {
    let package = Package::new("a").cluster("c").organization("o", "company", "Before");
    let app = TestApp::with(&package.clone().member("c", "o", "effective", "2020", "2024")).await;
    let (_, headers, _) = app.get("/data/package.zip").await;
    let basis = headers["trihelix-basis"].to_str().expect("text").to_owned();
    assert!(basis.starts_with("knownAt=") && basis.ends_with("&revision=1"), "{basis}");
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=5");
    let fixed = format!("/data/package.zip?{basis}");
    let (_, headers, _) = app.get(&fixed).await;
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    let tag = headers[header::ETAG].to_str().expect("text").to_owned();
    let before = unpacked(&app, &fixed).await;
    app.import(&package.member("c", "o", "effective", "2020", "2025")).await;
    assert_eq!(unpacked(&app, &fixed).await, before, "what was known then");
    let (status, ..) = app.get_with(&fixed, &[("if-none-match", &tag)]).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    let (status, ..) = app.get_with("/data/package.zip", &[("if-none-match", &tag)]).await;
    assert_eq!(status, StatusCode::OK);
    let periods =
        |files: &BTreeMap<String, String>| files.get("periods.csv").map_or(0, |text| text.lines().count() - 1);
    for (day, rows) in [("2019-01-01", 0), ("2020-06-01", 1), ("2025-06-01", 1), ("2026-01-01", 0)] {
        assert_eq!(periods(&unpacked(&app, &format!("/data/package.zip?asOf={day}")).await), rows, "{day}");
        let (_, _, text) = app.get(&format!("/data/periods.csv?asOf={day}")).await;
        assert_eq!(text.lines().count() - 1, rows, "{day}");
    }
    let copy = TestApp::empty().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in before {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let outcome =
        dataset::import(&copy.db, &Folder::Disk(folder.path().to_owned()), now(), Options::default(), &silent).await;
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// The rows of a file of columns, each by its names.
fn rows_of(bytes: Vec<u8>) -> Vec<BTreeMap<String, Field>> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a file of columns");
    let rows = reader.get_row_iter(None).expect("rows");
    let columns = |row: parquet::record::Row| row.into_columns().into_iter().collect();
    rows.map(|row| columns(row.expect("a row"))).collect()
}

#[tokio::test]
async fn tables_come_by_columns_too() {
    let package =
        Package::new("a").cluster("c").organization("o", "company", "One").organization("p", "public", "=Two");
    let package = package.member("c", "o", "effective", "2020", "2024-05").member("c", "o", "ended", "2024-05", "");
    let package = package.member("c", "p", "candidate", "2021-02-03", "").rows(
        "figures",
        "cluster,metric,nature,value,disclosure,qualifier,on,source",
        &["c,members,actual,2.5,disclosed,about,2021,s", "c,leavers,actual,,not_disclosed,exactly,,s"],
    );
    let app = TestApp::with(&package).await;
    let read = async |address: &str| {
        let (status, bytes) = app.send(Request::get(address).body(Body::empty()).expect("a request")).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        rows_of(bytes)
    };
    let text = |row: &BTreeMap<String, Field>, name: &str| match &row[name] {
        Field::Str(text) => text.clone(),
        Field::Null => String::new(),
        other => panic!("{name}: {other:?}"),
    };
    let periods = read("/data/periods.parquet").await;
    let (_, _, csv) = app.get("/data/periods.csv").await;
    let mut lines = csv::Reader::from_reader(csv.as_bytes());
    let header = lines.headers().expect("a header").clone();
    let lines: Vec<_> = lines.records().map(|line| line.expect("a line")).collect();
    assert_eq!(periods.len(), lines.len());
    for (row, line) in periods.iter().zip(&lines) {
        for (name, cell) in header.iter().zip(line) {
            assert_eq!(text(row, name), *cell, "{name}");
        }
    }
    let ended = periods.iter().find(|row| text(row, "status") == "ended").expect("a period");
    let day = |text: &str| {
        let day: chrono::NaiveDate = text.parse().expect("a day");
        Field::Date(day.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32)
    };
    assert_eq!((&ended["counts_from"], &ended["counts_to"]), (&day("2024-05-01"), &Field::Null));
    assert_eq!(text(ended, "organization_name"), "One");
    let participations = read("/data/participations.parquet").await;
    let told: Vec<_> =
        participations.iter().map(|row| (text(row, "organization_name"), text(row, "organization_sphere"))).collect();
    assert_eq!(told, [("One".into(), "company".into()), ("=Two".into(), "public".into())]);
    assert_eq!(read("/data/participations.parquet?asOf=2020-06-01").await.len(), 1);
    let figures = read("/data/figures.parquet").await;
    let values: Vec<_> = figures.iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, [Field::Double(2.5), Field::Null]);
    assert!(read("/data/periods.parquet?asOf=1990-01-01").await.is_empty());
}

#[tokio::test]
async fn what_is_no_download_is_said() {
    let app = TestApp::circlemade().await;
    for (address, status, told) in [
        ("/data/none.csv", StatusCode::NOT_FOUND, "`/data/` lists them"),
        ("/data/..%2Fsecret", StatusCode::NOT_FOUND, "`/data/` lists them"),
        ("/data/a%0Ab", StatusCode::NOT_FOUND, "`/data/` lists them"),
        ("/data/package.zip?asOf=never", StatusCode::BAD_REQUEST, "`asOf`"),
        ("/data/package.zip?knownAt=2023", StatusCode::BAD_REQUEST, "`knownAt`"),
        ("/data/periods.csv?day=2023-01-01", StatusCode::BAD_REQUEST, "there is no parameter `day`"),
        ("/data/package.zip?revision=7", StatusCode::BAD_REQUEST, "without its `knownAt`"),
        ("/data/package.zip?knownAt=2026-11-23T00:00:00Z&revision=7", StatusCode::BAD_REQUEST, "contradicts itself"),
    ] {
        let (found, headers, body) = app.get(address).await;
        assert_eq!(found, status, "{address}: {body}");
        assert!(body.contains(told), "{address}: {body}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{address}");
    }
}

#[tokio::test]
async fn few_download_at_once_and_the_others_are_told() {
    let app = TestApp::circlemade().await;
    let router = app.router(http::Options::default());
    let get = async || {
        let request = Request::get("/data/package.zip").body(Body::empty()).expect("a request");
        router.clone().oneshot(request).await.expect("an answer")
    };
    let mut on_their_way = Vec::new();
    for _ in 0..4 {
        let response = get().await;
        assert_eq!(response.status(), StatusCode::OK);
        on_their_way.push(response);
    }
    let turned_away = get().await;
    assert_eq!(turned_away.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(turned_away.headers().contains_key(header::RETRY_AFTER));
    // One that goes away, or comes to its end, makes room.
    drop(on_their_way.pop());
    on_their_way.push(get().await);
    assert_eq!(on_their_way[3].status(), StatusCode::OK);
    let last = on_their_way.pop().expect("four");
    last.into_body().collect().await.expect("the whole of it");
    assert_eq!(get().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn catalogues_find_what_they_need() {
    let app = TestApp::circlemade().await;
    let (status, headers, body) = app.get("/data/catalog.jsonld").await;
    assert_eq!((status, &headers[header::CONTENT_TYPE]), (StatusCode::OK, &"application/ld+json".parse().unwrap()));
    let entry: Value = serde_json::from_str(&body).expect("JSON");
    // What DCAT-AP 3 asks of a catalogue and a dataset.
    for property in ["dct:title", "dct:description", "dct:publisher", "dcat:dataset"] {
        assert!(!entry[property].is_null(), "{property}");
    }
    let dataset = &entry["dcat:dataset"][0];
    for property in ["dct:title", "dct:description", "dct:publisher", "dct:language", "dct:spatial", "dct:modified"] {
        assert!(!dataset[property].is_null(), "{property}");
    }
    assert_eq!(dataset["dct:temporal"]["dcat:startDate"]["@value"], "2018-05-01", "the first named members");
    assert!(dataset["dct:license"].is_null(), "nobody said so");
    assert!(dataset["dct:bibliographicCitation"].as_str().is_some_and(|text| text.contains("revision 1")));
    let distributions = dataset["dcat:distribution"].as_array().expect("a list");
    for distribution in distributions {
        let address = distribution["dcat:downloadURL"]["@id"].as_str().expect("an address");
        assert_eq!(app.get(&address.replace("package.zip", "CITATION")).await.0, StatusCode::OK, "{address}");
    }
    let context = entry["@context"].as_object().expect("prefixes");
    let prefixes: Vec<_> = dataset.as_object().expect("an object").keys().filter(|key| !key.starts_with('@')).collect();
    assert!(prefixes.iter().all(|key| context.contains_key(key.split(':').next().unwrap())), "{prefixes:?}");
    let published = Published { publisher: Some("A region".into()), licence: Some("https://licence.example/1".into()) };
    let router = app.router(http::Options { published, ..http::Options::default() });
    let request = Request::get("/data/catalog.jsonld").body(Body::empty()).expect("a request");
    let body = router.clone().oneshot(request).await.expect("an answer").into_body().collect().await.expect("a body");
    let entry: Value = serde_json::from_slice(&body.to_bytes()).expect("JSON");
    let dataset = &entry["dcat:dataset"][0];
    assert_eq!(dataset["dct:publisher"]["foaf:name"], "A region");
    assert_eq!(dataset["dct:license"]["@id"], "https://licence.example/1");
    assert_eq!(dataset["dcat:distribution"][0]["dct:license"]["@id"], "https://licence.example/1");
    let request = Request::get("/data/datapackage.json").body(Body::empty()).expect("a request");
    let body = router.oneshot(request).await.expect("an answer").into_body().collect().await.expect("a body");
    let descriptor: Value = serde_json::from_slice(&body.to_bytes()).expect("JSON");
    assert_eq!(descriptor["licenses"][0]["path"], "https://licence.example/1");
    assert!(descriptor["citation"].as_str().is_some_and(|text| text.starts_with("A region: ")));
}
