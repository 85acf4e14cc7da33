//! Saved operations by their addresses: as JSON, as CSV, as JSON lines, and as a list of all.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use trihelix::{
    graphql::{Limits, Operations},
    http,
};

use crate::support::{
    Package, TestApp, operations,
    server::{Server, trihelix},
};

/// Each operation with parameters that it answers something to.
const ASKED: [(&str, &str); 22] = [
    ("breakdown", "cluster=circlemade&by=SPHERE&by=STATUS&asOf=2023-12-14"),
    ("changes", "cluster=circlemade&from=2018-01-01&to=2024-01-01"),
    ("clusters", ""),
    ("compare", "clusters=circlemade&metric=MEMBERS,PARTNERS"),
    ("criteria", "cluster=circlemade&asOf=2023-12-14"),
    ("ecosystem", "asOf=2023-12-14"),
    ("eligibility", "cluster=circlemade&asOf=2023-12-14&language=FR"),
    ("exits", "cluster=circlemade&from=2018-01-01&to=2026-01-01"),
    ("figures", "cluster=circlemade&metric=EFFECTIVE_MEMBERS,PARTNERS"),
    ("flow", "cluster=circlemade&from=2018-01-01&to=2026-01-01&interval=YEAR"),
    ("headcount", "cluster=circlemade&asOf=2023-12-14"),
    ("learnt", "fromRevision=0&toRevision=1"),
    ("member-directory", "cluster=circlemade&asOf=2018-06-01"),
    ("organization", "id="),
    ("overview", "cluster=circlemade&from=2016-01-01&to=2026-01-01&asOf=2023-12-14"),
    ("prospects", "cluster=circlemade"),
    ("published-figures", "metric=MEMBERS,EFFECTIVE_MEMBERS"),
    ("register-changes", "from=2018-01-01&to=2024-01-01"),
    ("retention", "cluster=circlemade&asOf=2026-01-01"),
    ("series", "cluster=circlemade&by=SPHERE&from=2018-01-01&to=2026-01-01&interval=YEAR"),
    ("source", "id="),
    ("written-question-784", "asOf=2023-12-14"),
];

/// The rows of a CSV text, which a strict reader reads: each has as many cells as the header.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|record| {
        let record = record.expect("as many cells as the header has");
        header.iter().zip(record.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    });
    rows.collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn every_operation_answers_in_every_form_that_it_has() {
    let app = TestApp::circlemade().await;
    let ours = operations().await;
    assert_eq!(ours.iter().map(|operation| operation.name.as_str()).collect::<Vec<_>>(), ASKED.map(|(name, _)| name));
    let organization = app.ask("{ organizations(search: \"permafungi\") { nodes { id } } }").await;
    let id = organization["organizations"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    let source = app.ask("{ sources(first: 1) { nodes { id } } }").await;
    let source = source["sources"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    for (name, parameters) in ASKED {
        let id = if name == "source" { &source } else { &id };
        let parameters = parameters.replace("id=", &format!("id={id}"));
        let (status, headers, body) = app.get(&format!("/q/{name}?{parameters}")).await;
        assert_eq!(status, StatusCode::OK, "{name}: {body}");
        let answer = parsed(&body);
        assert!(answer.get("errors").is_none(), "{name}: {body}");
        assert!(answer["data"].as_object().is_some_and(|data| data.values().all(|field| !field.is_null())), "{body}");
        let basis = &answer["extensions"]["basis"];
        let shown = format!(
            "asOf={}&knownAt={}&revision={}",
            basis["asOf"].as_str().expect("a day"),
            basis["knownAt"].as_str().expect("an instant"),
            basis["revision"]
        );
        assert_eq!(headers["trihelix-basis"], shown.as_str(), "{name}");
        let (csv, _, text) = app.get(&format!("/q/{name}.csv?{parameters}")).await;
        let (lines, _, objects) = app.get(&format!("/q/{name}.ndjson?{parameters}")).await;
        if ["criteria", "ecosystem", "organization", "overview", "written-question-784"].contains(&name) {
            assert_eq!((csv, lines), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{name} has several lists");
            assert!(text.contains("does not answer one list"), "{text}");
            continue;
        }
        assert_eq!((csv, lines), (StatusCode::OK, StatusCode::OK), "{name}: {text}");
        let rows = table(&text);
        assert_eq!(rows.len(), objects.lines().map(parsed).count(), "{name}");
        let may_be_empty = ["prospects", "retention"].contains(&name);
        assert!(may_be_empty || !rows.is_empty(), "{name}: {text}");
    }
}

#[tokio::test]
async fn an_address_answers_what_its_document_does() {
    let app = TestApp::circlemade().await;
    for (name, variables) in [
        (
            "member-directory",
            json!({ "cluster": "circlemade", "at": { "asOf": "2018-06-01" }, "status": ["EFFECTIVE"] }),
        ),
        ("headcount", json!({ "cluster": "circlemade", "at": { "asOf": "2018-06-01" } })),
        ("breakdown", json!({ "cluster": "circlemade", "at": { "asOf": "2018-06-01" }, "by": ["SPHERE", "STATUS"] })),
    ] {
        let operations = operations().await;
        let document = &operations.get(name).expect("it is ours").text;
        let asked = app.ask_with(document, variables).await;
        let by = if name == "breakdown" { "&by=SPHERE,STATUS" } else { "" };
        let (_, _, body) = app.get(&format!("/q/{name}?cluster=circlemade&asOf=2018-06-01{by}")).await;
        assert_eq!(parsed(&body)["data"], asked, "{name}");
    }
}

#[tokio::test]
async fn columns_are_paths_and_groups_have_a_column_for_each_key() {
    let app = TestApp::circlemade().await;
    let (_, _, text) = app.get("/q/breakdown.csv?cluster=circlemade&by=SPHERE,STATUS&asOf=2018-06-01").await;
    assert_eq!(
        text,
        "keys.SPHERE.value,keys.STATUS.value,keys.SPHERE.label,keys.STATUS.label,kind,groupCount,count.value,\
         count.confirmed,count.presumed,count.complete,share.value,share.base,share.complete\r\n\
         COMPANY,EFFECTIVE,company,effective,GROUP,1,8,0,8,false,1.0,8,false\r\n"
    );
    let address = "/q/series.csv?cluster=circlemade&from=2018-01-01&to=2020-01-01&interval=YEAR";
    let (_, _, text) = app.get(&format!("{address}&by=SPHERE")).await;
    assert_eq!(
        text,
        "day,keys.SPHERE.value,keys.SPHERE.label,count.value,count.confirmed,count.presumed,count.complete\r\n\
         2018-01-01,COMPANY,company,0,0,0,false\r\n2019-01-01,COMPANY,company,8,0,8,false\r\n"
    );
    let (_, _, text) = app.get(address).await;
    assert_eq!(table(&text).iter().map(|row| &*row["count.value"]).collect::<Vec<_>>(), ["0", "8"], "{text}");
    let (_, _, text) = app.get("/q/breakdown.csv?cluster=circlemade&by=STATUS&asOf=1990-01-01").await;
    assert!(text.starts_with("keys.STATUS.value,keys.STATUS.label,kind"), "without a row too: {text}");
    let (_, _, text) = app.get("/q/eligibility.csv?cluster=circlemade&asOf=2023-12-14").await;
    let row = &table(&text)[0];
    assert_eq!(row["organization.eligibility.verdict"], "UNDETERMINED");
    assert!(row["organization.eligibility.deciding.explanation"].contains("; "), "several in one cell: {row:?}");
    let (_, _, text) = app.get("/q/headcount.csv?cluster=circlemade&asOf=2018-06-01").await;
    let rows = table(&text);
    assert_eq!(rows.len(), 1, "an answer without a list is one row");
    assert_eq!(rows[0]["cluster.statistics.headcount.effective.value"], "8");
}

#[tokio::test]
async fn what_an_address_says_wrong_is_named() {
    let app = TestApp::circlemade().await;
    for (address, argument, told) in [
        ("/q/member-directory?cluster=circlemade&asOf=yesterday", "asOf", "a calendar day, as in 2023-12-14"),
        ("/q/member-directory?cluster=circlemade&knownAt=2023", "knownAt", "an instant, as in 2023-12-14T10:00:00Z"),
        ("/q/member-directory?asOf=2018-06-01", "cluster", "is missing; it takes a text"),
        ("/q/member-directory?cluster=", "cluster", "is missing"),
        ("/q/member-directory?cluster=circlemade&status=GONE", "status", "one of CANDIDATE, EFFECTIVE, ENDED"),
        ("/q/member-directory?cluster=circlemade&first=many", "first", "a whole number"),
        ("/q/member-directory?cluster=circlemade&first=101", "first", "100"),
        ("/q/member-directory?cluster=circlemade&cluster=b", "cluster", "more than once"),
        ("/q/member-directory?cluster=circlemade&colour=red", "colour", "there is no parameter"),
        ("/q/member-directory.csv?cluster=circlemade&first=3", "first", "there is no parameter"),
        ("/q/headcount?cluster=circlemade&revision=7", "extensions.basis", "without its `knownAt`"),
        ("/q/organization", "id", "give exactly one of `id`, `enterpriseNumber`"),
        ("/q/organization?id=a&enterpriseNumber=b", "id", "give exactly one of"),
        ("/q/organization?enterpriseNumber=0123", "enterpriseNumber", "no enterprise number"),
        ("/q/breakdown?cluster=circlemade&by=COLOUR", "by", "one of STATUS, KIND"),
        ("/q/flow?cluster=circlemade&from=2020-01-01&to=2019-01-01", "period", ""),
    ] {
        let (status, _, body) = app.get(address).await;
        let error = &parsed(&body)["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(told), "{address}: {message}");
        let named = error["extensions"]["argument"].as_str().unwrap_or_default();
        assert!(named == argument || message.contains(&format!("`{argument}`")), "{address}: {error}");
        // A field that fails leaves the others of the answer.
        let is_refused = parsed(&body).get("data").is_none();
        assert_eq!(status, if is_refused { StatusCode::BAD_REQUEST } else { StatusCode::OK }, "{address}: {body}");
    }
    for (address, told) in [
        ("/q/figures.csv?cluster=circlemade&separator=x", "`separator`"),
        ("/q/figures.csv?cluster=circlemade&bom=yes", "`bom`"),
        ("/q/figures?cluster=%ff", "UTF-8"),
    ] {
        let (status, _, body) = app.get(address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}: {body}");
        assert!(body.contains(told), "{address}: {body}");
    }
    for address in ["/q/none", "/q/none.csv", "/q/member-directory.xlsx", "/q/member-directory.csv?cluster=none"] {
        let (status, _, body) = app.get(address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}: {body}");
        assert_eq!(parsed(&body)["errors"][0]["extensions"]["code"], "NOT_FOUND", "{address}");
    }
    let (status, _, body) = app.get("/q/member-directory?cluster=none").await;
    assert_eq!((status, body.contains("\"cluster\":null")), (StatusCode::OK, true), "as a document answers it");
}

#[tokio::test]
async fn spreadsheets_read_names_as_they_are() {
    let names = ["=1+1", "+32 2 123", "@home", "-minus", "say \"\"hi\"\", please", "two\nlines", "semi;colon", "Ænima"];
    let mut package = Package::new("names").cluster("a");
    for (at, name) in names.iter().enumerate() {
        let key = format!("o{at}");
        package =
            package.organization(&key, "company", &format!("\"{name}\"")).member("a", &key, "effective", "2020", "");
    }
    let app = TestApp::with(&package).await;
    let (_, headers, text) = app.get("/q/member-directory.csv?cluster=a").await;
    assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    let mut found: Vec<_> = table(&text).into_iter().map(|mut row| row.remove("organization.name").unwrap()).collect();
    found.sort();
    let mut expected =
        ["'=1+1", "'+32 2 123", "'@home", "'-minus", "say \"hi\", please", "two\nlines", "semi;colon", "Ænima"];
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(
        text.lines().next().is_some_and(|line| !line.contains('\n')) && text.contains("\r\n"),
        "lines end by CR LF"
    );
    let (_, _, text) = app.get("/q/member-directory.csv?cluster=a&bom=1&separator=;").await;
    let rest = text.strip_prefix('\u{feff}').expect("the mark");
    assert!(rest.starts_with("id;organization.id;"), "{rest}");
    assert!(rest.contains("\"semi;colon\""), "{rest}");
    let (_, _, lines) = app.get("/q/member-directory.ndjson?cluster=a").await;
    assert!(lines.contains("\"name\":\"=1+1\""), "programs calculate nothing: {lines}");
}

/// A cluster with many members.
async fn crowded(members: usize) -> (TestApp, Package) {
    let mut package = Package::new("crowd").cluster("a");
    for at in 0..members {
        let key = format!("o{at:04}");
        package =
            package.organization(&key, "company", &format!("Name {at:04}")).member("a", &key, "effective", "2020", "");
    }
    (TestApp::with(&package).await, package)
}

#[tokio::test]
async fn a_table_is_all_pages_at_one_basis() {
    let (app, package) = crowded(250).await;
    let request = Request::get("/q/member-directory.ndjson?cluster=a").body(Body::empty()).expect("a request");
    let response = app.router(http::Options::default()).oneshot(request).await.expect("an answer");
    let basis = response.headers()["trihelix-basis"].to_str().expect("text").to_owned();
    assert!(basis.ends_with("revision=1"), "{basis}");
    let mut body = response.into_body();
    let first = body.frame().await.expect("a part").expect("it comes").into_data().expect("data");
    assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 100, "a page");
    // What is not read is not asked for.
    let asked = app.statement_count();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(app.statement_count(), asked);
    let later = package.organization("new", "company", "Name 0150a").member("a", "new", "effective", "2020", "");
    app.import(&later).await;
    let rest = body.collect().await.expect("the rest").to_bytes();
    let text = [first.as_ref(), rest.as_ref()].concat();
    let names: Vec<_> = std::str::from_utf8(&text)
        .expect("UTF-8")
        .lines()
        .map(|line| parsed(line)["organization"]["name"].as_str().expect("a name").to_owned())
        .collect();
    let expected: Vec<_> = (0..250).map(|at| format!("Name {at:04}")).collect();
    assert_eq!(names, expected, "all, once, in their order, as they were when the table began");
    let (_, _, text) = app.get("/q/member-directory.csv?cluster=a").await;
    assert_eq!(table(&text).len(), 251);
    let (_, _, text) = app.get(&format!("/q/member-directory.csv?cluster=a&{basis}")).await;
    assert_eq!(table(&text).len(), 250, "the header is what an address asks the same by");
}

#[tokio::test]
async fn a_hundred_thousand_rows_take_the_memory_of_a_page() {
    // Each row names the same source, whose long title makes the table larger than the memory that it may take.
    let title = "t".repeat(900);
    let lines = |of: fn(usize) -> String| (0..100_000).map(of).collect::<Vec<_>>();
    let package = Package::new("long")
        .rows("sources", "id,kind,title", &[format!("long,report,{title}")])
        .rows("organizations", "id,sphere,source", &lines(|at| format!("o{at},company,long")))
        .rows("organization_names", "organization,kind,name", &lines(|at| format!("o{at},trade,Name {at}")));
    let app = TestApp::with(&package).await;
    let operations = folder(&[(
        "long.graphql",
        "\"All organizations.\" query Long($first: Int, $after: String) { organizations(first: $first, after: $after) {
           pageInfo { hasNextPage endCursor } nodes { name source { title } } } }",
    )]);
    let server = Server::start(app.url(), &["--operations", operations.path().to_str().expect("UTF-8")]);
    let pull = |address: &str| {
        let mut stream = server.connect();
        write!(stream, "GET {address} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address)
            .expect("sent");
        let (mut bytes, mut lines, mut most) = (0, 0, 0);
        let mut part = vec![0; 1024 * 1024];
        loop {
            let read = stream.read(&mut part).expect("the table goes on");
            if read == 0 {
                return (bytes, lines, most);
            }
            bytes += read;
            lines += part[..read].split(|byte| *byte == b'\n').count() - 1;
            most = most.max(server.memory());
        }
    };
    // What a server takes for its first answers it does not take again.
    let _ = server.send("GET", "/q/long?first=100", "");
    let before = server.memory();
    let (bytes, lines, most) = pull("/q/long.csv");
    assert!(lines > 100_000 && bytes > 80 * 1024 * 1024, "{lines} lines, {bytes} bytes");
    let more = most.saturating_sub(before) / 1024;
    assert!(more < 64, "{more} MiB more than the {} before", before / 1024);
}

#[tokio::test]
async fn those_who_walk_a_list_do_not_have_it_counted_with_each_page() {
    let lines: Vec<_> =
        (0..210).map(|at| format!("e{at:03},governance,2020,s")).map(|line| format!("a,{line}")).collect();
    let package = Package::new("eventful").cluster("a").rows("events", "cluster,id,kind,on,source", &lines);
    let app = TestApp::with(&package).await;
    let document = "\"What happened.\" query Events($first: Int = 100, $after: String) {
        events(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { id kind } } }";
    let folder = folder(&[("events.graphql", document)]);
    let operations = Operations::load(Some(folder.path()), &Limits::default()).await;
    let router = app.router_with(operations.unwrap_or_else(|fault| panic!("{fault}")));
    let count = async |address: &str| {
        let before = app.statement_count();
        let request = Request::get(address).body(Body::empty()).expect("a request");
        let body = router.clone().oneshot(request).await.expect("an answer").into_body();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (app.statement_count() - before, String::from_utf8(bytes.to_vec()).expect("text"))
    };
    let (all, text) = count("/q/events.csv").await;
    assert_eq!(table(&text).len(), 210, "{text}");
    let (counted, _) = count("/q/events").await;
    assert!(all < 3 * counted, "{all} statements for three pages, {counted} for one that is counted");
}

#[tokio::test]
async fn all_are_listed_for_people_and_for_programs() {
    let app = TestApp::circlemade().await;
    let (_, headers, body) = app.get("/q/").await;
    assert_eq!(headers[header::VARY], "accept, origin".split(", ").next().expect("one"));
    let listed = parsed(&body);
    let names: Vec<_> =
        listed["operations"].as_array().expect("a list").iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ASKED.map(|(name, _)| name));
    let operations = listed["operations"].as_array().expect("a list");
    let directory = operations.iter().find(|one| one["name"] == "member-directory").expect("it is listed");
    assert_eq!(
        directory["addresses"],
        json!(["/q/member-directory", "/q/member-directory.csv", "/q/member-directory.ndjson"])
    );
    let parameters = directory["parameters"].as_array().expect("a list");
    assert_eq!(parameters[0]["name"], "cluster");
    assert_eq!(parameters[0]["required"], true);
    assert!(parameters.iter().all(|parameter| parameter["description"].as_str().is_some_and(|text| text.len() > 10)));
    let (_, _, page) = app.get_with("/q/", &[("accept", "text/html")]).await;
    for (name, _) in ASKED {
        assert!(page.contains(&format!("<h2>{name}</h2>")), "{name}");
    }
}

#[tokio::test]
async fn everything_is_told_in_one_page() {
    let app = TestApp::published().await;
    let (status, headers, page) = app.get("/llms.txt").await;
    assert_eq!(
        (status, &headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/markdown; charset=utf-8".parse().unwrap())
    );
    assert!(page.starts_with("# Trihelix\n\n> "), "as llmstxt.org has it: {page}");
    // What it links to is there.
    for link in page.split("](").skip(1).map(|rest| rest.split(')').next().expect("an end")) {
        let (status, _, body) = app.get_with(link, &[("accept", "text/html, text/csv, application/json")]).await;
        assert_eq!(status, StatusCode::OK, "{link}: {body}");
    }
    for (name, _) in ASKED {
        let to = if name == "source" { "#source" } else { name };
        assert!(page.contains(&format!("- [{name}](/q/{to}")), "{name}");
    }
}

/// A folder of operations.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("the file is written");
    }
    folder
}

#[tokio::test]
async fn a_wrong_operation_is_found_when_the_server_starts() {
    for (text, told) in [
        ("query A {\n  register {\n    colour\n  }\n}", "a.graphql:1: the operation has no description"),
        ("\"What.\"\nquery A {\n  register {\n    colour\n  }\n}", "a.graphql:4: Unknown field \"colour\""),
        ("\"What.\"\nquery A {\n  register {{\n}", "a.graphql:3: "),
        (
            "\"What.\"\nquery A { register { revision } }\nquery B { register { revision } }",
            "a.graphql: a file holds one",
        ),
        ("\"What.\"\nquery A($x: Int!) {\n  register { revision }\n}", "a.graphql:2: Variable \"$x\" is not used"),
        (
            "\"What.\"\nquery A($f: [ParticipationFilter!]!) {\n  register { revision }\n}",
            "a.graphql:2: Variable \"$f\" is not used",
        ),
        (
            "\"What.\"\nquery A(\n  $bom: Int\n) {\n  clusters(first: $bom) { totalCount }\n}",
            "a.graphql:3: `$bom` brings a parameter `bom`, which is taken",
        ),
        (
            "\"What.\"\nquery A(\n  $i: [OrganizationFilter!]!\n) {\n  organizations(filter: { and: $i }) { totalCount }\n}",
            "a.graphql:3: no address can say `$i`",
        ),
        (
            "# Example: revision=one\n\"What.\"\nquery A { register { revision } }",
            "a.graphql: the example: the parameter",
        ),
        (
            "\"What.\"\nquery A { clusters(first: 100) { nodes { memberships(first: 100) { nodes { cluster { memberships(first: 100) \
             { nodes { id } } } } } } } }",
            "a.graphql:2: the document costs",
        ),
    ] {
        let folder = folder(&[("a.graphql", text)]);
        let fault = Operations::load(Some(folder.path()), &Limits::default()).await.expect_err(text).to_string();
        assert!(fault.contains(told), "{fault}\n{told}");
    }
    let wrong = folder(&[("a.graphql", "query A { nothing }")]);
    let database = wrong.path().join("register");
    let url = format!("sqlite://{}", database.display());
    let arguments = ["--database-url", &url, "--operations", wrong.path().to_str().expect("UTF-8")];
    let output = trihelix(&arguments).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("a saved operation cannot be asked: ") && told.contains("a.graphql:1: "), "{told}");
    assert!(!database.exists(), "nothing is made before");
}

#[tokio::test]
async fn parameters_are_read_by_the_types_of_variables() {
    let folder = folder(&[(
        "asked.graphql",
        "\"What was asked.\" query Asked($counted: Boolean! = true, $first: Int, $filter: OrganizationFilter, $ids: [ID!]! = []) {
           organizations(first: $first, filter: $filter) { totalCount @include(if: $counted) nodes { name } }
           nodes(ids: $ids) { id } }",
    )]);
    let operations =
        Operations::load(Some(folder.path()), &Limits::default()).await.unwrap_or_else(|fault| panic!("{fault}"));
    let asked = operations.get("asked").expect("it was read");
    let named: Vec<_> = asked.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    // An object has a parameter for each of its fields, but for those that are objects themselves.
    assert_eq!(named[..2], ["counted", "first"]);
    assert!(
        ["sphere", "municipality", "sizeClass", "identifier", "ids", "asOf"].iter().all(|name| named.contains(name)),
        "{named:?}"
    );
    assert!(["and", "not", "activity"].iter().all(|name| !named.contains(name)), "{named:?}");
    let app = TestApp::circlemade().await;
    let router = app.router_with(operations);
    let get = async |address: &str| {
        let request = Request::get(address).body(Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice::<Value>(&body).expect("JSON"))
    };
    let (status, answer) = get("/q/asked?counted=false&first=2&sphere=PUBLIC&sphere=RESEARCH").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer["data"]["organizations"].get("totalCount").is_none(), "{answer}");
    let (_, answer) = get("/q/asked?sphere=PUBLIC").await;
    let public = answer["data"]["organizations"]["totalCount"].as_i64().unwrap_or_else(|| panic!("{answer}"));
    let (_, answer) = get("/q/asked?sphere=PUBLIC,%20RESEARCH,").await;
    assert!(answer["data"]["organizations"]["totalCount"].as_i64().expect("a number") > public, "{answer}");
    for (address, told) in [
        ("/q/asked?counted=maybe", "`counted` is `maybe`; it takes `true` or `false`"),
        ("/q/asked?first=1.5", "`first` is `1.5`; it takes a whole number"),
        ("/q/asked?first=99999999999", "`first` is `99999999999`; it takes a whole number"),
        (
            "/q/asked?sphere=PUBLIC,public",
            "`sphere` is `public`; it takes one of COMPANY, RESEARCH, PUBLIC, CIVIL_SOCIETY",
        ),
        ("/q/asked?and=x", "there is no parameter `and`"),
    ] {
        let (status, answer) = get(address).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert_eq!((status, message.contains(told)), (StatusCode::BAD_REQUEST, true), "{address}: {message}");
    }
    let many = (0..1001).map(|at| format!("x{at}")).collect::<Vec<_>>().join(",");
    let (_, answer) = get(&format!("/q/asked?ids={many}")).await;
    assert!(
        answer["errors"][0]["message"].as_str().is_some_and(|told| told.contains("more than 1000 values")),
        "{answer}"
    );
}

#[tokio::test]
async fn a_folder_of_the_operators_adds_operations_and_replaces_ours() {
    let folder = folder(&[
        ("slugs.graphql", "\"The slugs.\" query Slugs { clusters { nodes { slug } } }"),
        ("clusters.graphql", "\"Others.\" query Others { clusters { totalCount } }"),
        ("README.md", "no operation"),
    ]);
    let app = TestApp::circlemade().await;
    let arguments = ["--empty", "--operations", folder.path().to_str().expect("UTF-8")];
    let server = Server::start(app.url(), &arguments);
    let (status, body) = server.send("GET", "/q/slugs", "");
    assert_eq!((status, parsed(&body)["data"]["clusters"]["nodes"].clone()), (200, json!([{ "slug": "circlemade" }])));
    let (status, _) = server.send("GET", "/q/slugs.csv", "");
    assert_eq!(status, 404, "a list whose pages cannot be walked is no table");
    let (_, body) = server.send("GET", "/q/clusters", "");
    assert_eq!(parsed(&body)["data"], json!({ "clusters": { "totalCount": 1 } }));
    let (_, body) = server.send("GET", "/q/clusters.csv", "");
    assert!(body.contains("clusters.totalCount\r\n1\r\n"), "{body}");
}
