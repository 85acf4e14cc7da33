//! Files of a package: their list, their characters, their quotes, lines and headers.

use std::fs;

use serde_json::json;

use super::{base, each_is_refused, fault, import, place, refused, version};
use crate::support::{Package, TestApp};

#[tokio::test]
async fn lines_are_counted_as_an_editor_counts_them() {
    for (text, line) in [
        ("\u{feff}id,sphere,source\nacme,company,s\nlab,lab,s\ntown,public,s\n", 3),
        ("id,sphere,source\nacme,company,s\n\nlab,lab,s\ntown,public,s\n", 4),
        ("id,sphere,source\n\n\nacme,company,s\nlab,lab,s\n\ntown,public,s", 5),
        ("id,sphere,source\r\nacme,company,s\r\nlab,lab,s\r\ntown,public,s\r\n", 3),
        ("\u{feff}id,sphere,source\r\n\r\nacme,company,s\r\n\r\nlab,lab,s\r\ntown,public,s\r\n", 5),
        ("id,sphere,description_en,source\r\nacme,company,\"two\r\nlines\",s\r\nlab,lab,,s\r\ntown,public,,s", 4),
    ] {
        let folder = base().write();
        fs::write(folder.path().join("organizations.csv"), text).expect("the file is written");
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("organizations.csv", line, "sphere")], "{text:?}");
    }
}

#[tokio::test]
async fn faults_of_the_list_of_files_say_where_they_are_and_what_was_expected() {
    let descriptor = "datapackage.json";
    let edits = [
        ("sources.csv", None, ("sources.csv", 0, ""), "the file is missing"),
        (descriptor, None, (descriptor, 0, ""), "the file is missing; a package is described by this file"),
        (descriptor, Some("{\n\"name\": \"base\",\n}"), (descriptor, 3, ""), "no data package"),
        (descriptor, Some("{\"name\": \"base\"}"), (descriptor, 1, ""), "missing field `resources`"),
        (
            descriptor,
            Some("{\"name\": \"The base\", \"resources\": []}"),
            (descriptor, 0, "name"),
            "`The base` is no key: expected a-z",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "people", "path": "sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "`people` is no resource; expected one of sources, organizations",
        ),
        (
            descriptor,
            Some(
                r#"{"name": "base", "resources": [{"name": "sources", "path": "sources.csv"}, {"name": "sources", "path": "sources.csv"}]}"#,
            ),
            (descriptor, 0, "resources"),
            "`sources` is listed twice; expected one file of each",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "../sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "`../sources.csv` leads out of the package; expected a path within it",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "/etc/passwd"}]}"#),
            (descriptor, 0, "resources"),
            "`/etc/passwd` leads out of the package",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "data/../../sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "leads out of the package",
        ),
    ];
    // What refers to a source is not told apart from the file of sources that is missing: only the others have one fault.
    each_is_refused(&edits[1..]).await;
    let folder = base().write();
    fs::remove_file(folder.path().join("criteria.json")).expect("the file is removed");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", 0, "")]);
    assert!(faults[0].message.contains(edits[0].3), "{}", faults[0]);
}

#[tokio::test]
async fn a_file_that_is_not_utf_8_says_the_line() {
    let folder = base().write();
    let latin_1 = b"cluster,code,label_en,source\nnorth,textile,Textile,s\nnorth,velo,V\xe9lo,s\n";
    fs::write(folder.path().join("sectors.csv"), latin_1).expect("the file is written");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].file, "sectors.csv");
    assert!(faults[0].to_string().contains("line 3") && faults[0].message.contains("UTF-8"), "{}", faults[0]);
}

#[tokio::test]
async fn a_faulty_file_does_not_hide_the_faults_of_the_others() {
    let package = base()
        .rows("sites", "organization,kind,municipality,source", &["acme,seat,99999,s"])
        .period("north,lab,friend,,effective,2020,,,,,,s")
        .criteria(json!([version(json!({ "version": 0 })), version(json!({ "source": "x" }))]));
    let faults = refused(TestApp::empty().await.try_import(&package).await);
    let files: Vec<_> = faults.iter().map(|fault| (fault.file.as_str(), fault.column.as_str())).collect();
    assert_eq!(
        files,
        [
            ("criteria.json", "version"),
            ("criteria.json", "source"),
            ("periods.csv", "kind"),
            ("sites.csv", "municipality")
        ]
    );
}

/// The places and messages of the faults of a package whose file is replaced by a text.
async fn faults_of(package: &Package, file: &str, text: &str) -> Vec<(String, u64, String, String)> {
    let folder = package.write();
    fs::write(folder.path().join(file), text).expect("the file is written");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    faults.into_iter().map(|fault| (fault.file, fault.line, fault.column, fault.message)).collect()
}

#[tokio::test]
async fn a_quote_that_is_not_closed_or_not_where_it_belongs_is_a_fault_of_its_line() {
    for (text, line, fragment) in [
        ("organization,kind,name\nacme,legal,\"Alpha NV\nlab,legal,Lab\ntown,legal,Town\n", 2, "is never closed"),
        (
            "organization,kind,name\nacme,legal,\"Alpha\nlab,legal,\"Lab\"\ntown,legal,Town\n",
            2,
            "goes on after its closing quote on line 3",
        ),
        (
            "organization,kind,name\nacme,legal,Acme\nlab,legal,\"La\"b\ntown,legal,Town\n",
            3,
            "goes on after its closing quote",
        ),
        ("organization,kind,name\nacme,legal,Al\"pha\"\nlab,legal,Lab\ntown,legal,Town\n", 2, "a quote within a cell"),
    ] {
        let faults = faults_of(&base(), "organization_names.csv", text).await;
        let [(file, found, column, message)] = &faults[..] else { panic!("{text:?}: {faults:#?}") };
        assert_eq!((file.as_str(), *found, column.as_str()), ("organization_names.csv", line, ""), "{text:?}");
        assert!(message.contains(fragment), "{text:?}: {message}");
    }
    let quoted = "organization,kind,name\nacme,legal,\"Al \"\"the\"\" pha, NV\"\nlab,legal,Lab\ntown,legal,Town\n";
    let folder = base().write();
    fs::write(folder.path().join("organization_names.csv"), quoted).expect("the file is written");
    let app = TestApp::empty().await;
    import(&app.db, &folder).await.expect("it has no fault");
    app.ledger.catch_up(&app.db).await.expect("the ledger follows");
    let found = app.ask(r#"{ organizations(search: "pha, nv") { nodes { name } } }"#).await;
    assert_eq!(found["organizations"]["nodes"], serde_json::json!([{ "name": "Al \"the\" pha, NV" }]));
}

#[tokio::test]
async fn a_wrong_header_is_one_fault_and_none_of_the_lines_that_refer_to_it() {
    for (file, text, column, fragment) in [
        (
            "sources.csv",
            "idd,kind,title\ns,decision,A decision\n",
            "idd",
            "unknown column; expected id, which is missing",
        ),
        ("sources.csv", "kind,title\ndecision,A decision\n", "id", "the column is missing"),
        (
            "organizations.csv",
            "id,sfere,source\nacme,company,s\nlab,research,s\ntown,public,s\n",
            "sfere",
            "expected sphere, which is missing",
        ),
        ("clusters.csv", "slug,slug,name_en,source\nnorth,north,North,s\n", "slug", "stands twice"),
        ("organization_names.csv", "organization,kind\nacme,trade\n", "name", "the column is missing"),
    ] {
        let faults = faults_of(&base(), file, text).await;
        let [(found, line, named, message)] = &faults[..] else { panic!("{file} {text:?}: {faults:#?}") };
        assert_eq!((found.as_str(), *line, named.as_str()), (file, 1, column), "{text:?}");
        assert!(message.contains(fragment), "{text:?}: {message}");
    }
}

#[tokio::test]
async fn a_file_may_begin_with_a_mark_of_its_byte_order() {
    let folder = base().write();
    for file in ["datapackage.json", "criteria.json", "clusters.csv"] {
        let path = folder.path().join(file);
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(&path, format!("\u{feff}{text}")).expect("the file is written");
        }
    }
    import(&TestApp::empty().await.db, &folder).await.expect("it has no fault");
}

#[tokio::test]
async fn a_character_that_no_database_keeps_is_a_fault() {
    let package = base().rows("sites", "organization,kind,postal_code,source", &["acme,seat,10\u{0}00,s"]);
    let (file, line, column, _) = fault(package).await;
    assert_eq!((file.as_str(), line, column.as_str()), ("sites.csv", 2, "postal_code"));
}

#[tokio::test]
async fn the_same_letters_are_the_same_text_however_they_are_composed() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Cafe\u{301}");
    let package = package
        .period("north,acme,partner,Me\u{301}taux,effective,2019,2020-01-01,,,,,s")
        .period("north,acme,partner,M\u{e9}taux,effective,2020-01-01,,,,,,s");
    let app = TestApp::with(&package).await;
    let found = app.ask("{ partnerships { nodes { scope organization { name } periods { from } } } }").await;
    let expected = serde_json::json!([{ "scope": "M\u{e9}taux", "organization": { "name": "Caf\u{e9}" },
                                        "periods": [{ "from": "2019" }, { "from": "2020-01-01" }] }]);
    assert_eq!(found["partnerships"]["nodes"], expected);
}
