//! Faults of the lines of a package: each in its place, with what was expected, and all of them at once.

use std::fs;

use trihelix::dataset::Outcome;

use super::{base, each_is_refused, fault, head, place, refused, rows, written};
use crate::support::{Package, TestApp};

#[tokio::test]
async fn a_package_with_ten_faults_is_refused_with_ten_places() {
    let app = TestApp::circlemade().await;
    let (before, last) = (rows(&app.db).await, head(&app.db).await);
    let package = Package::new("faulty")
        .cluster("north")
        .rows(
            "organizations",
            "id,sphere,founded_on,source,colour",
            &["acme,company,2018-13,s,", "lab,laboratory,,s,", "town,public,,s,"],
        )
        .rows("organization_names", "organization,kind,name", &["acme,trade,Acme", "lab,trade,Lab", "town,trade,Town"])
        .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,0000.000.197"])
        .rows("sites", "organization,kind,municipality,source", &["nobody,seat,21007,s", "acme,seat,21007,"])
        .rows("attributes", "organization,code,value,source", &["acme,works_material,true"])
        .rows("sectors", "cluster,code,label_en,source", &["north,wood,Wood,s", "north,wood,Timber,s"])
        .period("north,acme,member,,effective,2018,,,,,,s")
        .period("north,acme,member,,ended,2020,,,,left,,s")
        .period("north,lab,member,,effective,2020,,,,left,,s");
    let faults = refused(app.try_import(&package).await);
    let expected = [
        (("attributes.csv", 2, ""), "3 cells; expected 4"),
        (("organization_identifiers.csv", 2, "value"), "expected an enterprise number"),
        (("organizations.csv", 1, "colour"), "unknown column; expected id, sphere"),
        (("organizations.csv", 2, "founded_on"), "`2018-13`: expected a date such as"),
        (("organizations.csv", 3, "sphere"), "`laboratory`: expected one of company, research, public, civil_society"),
        (("periods.csv", 3, "from"), "overlaps the period on line 2; expected"),
        (("periods.csv", 4, "exit_kind"), "is filled; expected only where the status is ended"),
        (("sectors.csv", 3, "code"), "the same as on line 2; expected each once"),
        (("sites.csv", 2, "organization"), "`nobody`: expected the id of a row of the resource organizations"),
        (("sites.csv", 3, "source"), "is empty; expected a value"),
    ];
    let places: Vec<_> = faults.iter().map(place).collect();
    assert_eq!(places, expected.map(|(place, _)| place), "{faults:#?}");
    for (fault, (_, fragment)) in faults.iter().zip(expected) {
        assert!(fault.message.contains(fragment) && fault.message.contains("expected"), "{fault}");
    }
    assert_eq!((rows(&app.db).await, head(&app.db).await), (before, last));
}

#[tokio::test]
async fn the_base_of_the_faulty_packages_has_no_fault() {
    assert_eq!(written(TestApp::empty().await.import(&base()).await).0, 1);
}

#[tokio::test]
async fn faults_of_organizations_say_where_they_are_and_what_was_expected() {
    const ORGANIZATIONS: &str = "id,sphere,source\nacme,company,s\nlab,research,s\ntown,public,s\n";
    assert_eq!(fs::read_to_string(base().write().path().join("organizations.csv")).expect("a file"), ORGANIZATIONS);
    let organizations = "organizations.csv";
    let identifiers = "organization_identifiers.csv";
    let edits = [
        (
            organizations,
            Some("id,sphere,colour,source\nacme,company,,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 1, "colour"),
            "unknown column; expected id, sphere, size_class",
        ),
        (
            organizations,
            Some("id,sphere,sphere,source\nacme,company,company,s\nlab,research,research,s\ntown,public,public,s\n"),
            (organizations, 1, "sphere"),
            "stands twice",
        ),
        (
            organizations,
            Some("id,sphere,founded_on,source\nacme,company,2023-02-30,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "founded_on"),
            "`2023-02-30`: expected a date such as 2018, 2018-05 or 2018-05-24",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,lab,s\ntown,public,s\n"),
            (organizations, 3, "sphere"),
            "`lab`: expected one of company, research, public, civil_society",
        ),
        (
            organizations,
            Some("id,sphere,size_class,source\nacme,company,small,s\nlab,research,,s\ntown,public,large,s\n"),
            (organizations, 4, "size_class"),
            "expected only where the sphere is company",
        ),
        (
            organizations,
            Some("id,sphere,research_kind,source\nacme,company,university,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "research_kind"),
            "expected only where the sphere is research",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,research,\ntown,public,s\n"),
            (organizations, 3, "source"),
            "is empty; expected a value",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,research,x\ntown,public,s\n"),
            (organizations, 3, "source"),
            "`x`: expected the id of a row of the resource sources",
        ),
        (
            "services.csv",
            Some("cluster,id,name_en,source\nnorth,advice,Advice\n"),
            ("services.csv", 2, ""),
            "3 cells; expected 4, as in the header",
        ),
        (
            organizations,
            Some("id,sphere,website,source\nacme,company,acme.example,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "website"),
            "expected an address that begins with http:// or https://",
        ),
        (
            organizations,
            Some("id,sphere,description_en,source\nacme,company,\"of\ntwo lines\",s\nlab,lab,,s\ntown,public,,s\n"),
            (organizations, 4, "sphere"),
            "`lab`",
        ),
        (
            "organization_names.csv",
            Some("organization,kind,name\nacme,trade,Acme\nlab,former,Old lab\ntown,trade,Town\n"),
            (organizations, 3, "id"),
            "has no name; expected",
        ),
        (
            "organization_names.csv",
            Some("organization,kind,language,name\nacme,trade,it,Acme\nlab,trade,,Lab\ntown,trade,,Town\n"),
            ("organization_names.csv", 2, "language"),
            "`it`: expected one of en, fr, nl, de",
        ),
    ];
    each_is_refused(&edits).await;
    for (lines, fragment) in [
        (
            ["acme,BE_KBO,0000000197", "lab,BE_KBO,0000000196"],
            "`0000000197`: expected an enterprise number: ten digits",
        ),
        (["lab,BE_KBO,BE 2000.000.196", "acme,BE_KBO,0000000196"], "expected an enterprise number"),
    ] {
        let package = base().rows("organization_identifiers", "organization,scheme,value", &lines);
        let faults = refused(TestApp::empty().await.try_import(&package).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [(identifiers, 2, "value")]);
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
}

#[tokio::test]
async fn faults_of_dated_facts_say_where_they_are_and_what_was_expected() {
    const SITES: (&str, &str) = ("sites", "organization,kind,municipality,from,to,source");
    const ACTIVITIES: (&str, &str) = ("activities", "organization,nace_version,nace_code,rank,from,to,source");
    const ATTRIBUTES: (&str, &str) = ("attributes", "organization,code,value,from,to,source");
    const JUDGEMENTS: (&str, &str) = ("judgements", "cluster,organization,code,value,from,to,source");
    for ((table, header), line, column, fragment) in [
        (SITES, "acme,seat,99999,,,s", "municipality", "`99999`: expected the NIS code of a municipality"),
        (SITES, "nobody,seat,21007,,,s", "organization", "expected the id of a row of the resource organizations"),
        (SITES, "acme,seat,21007,2020,2019,s", "to", "is not after from"),
        (SITES, "acme,seat,21007,2020-05-01,2020-05-01,s", "to", "is not after from"),
        (SITES, "acme,office,21007,,,s", "kind", "`office`: expected one of seat, establishment"),
        (ACTIVITIES, "acme,2025,38.329,main,,,s", "nace_code", "expected a code of NACE-BEL 2025, below the section"),
        (ACTIVITIES, "acme,2008,C,main,,,s", "nace_code", "expected a code of NACE-BEL 2008, below the section"),
        (ACTIVITIES, "acme,2003,38.32,main,,,s", "nace_version", "`2003`: expected one of 2008, 2025"),
        (ATTRIBUTES, "acme,works_material,yes,,,s", "value", "`yes`: expected true, false or unknown"),
        (ATTRIBUTES, "acme,Works Material,true,,,s", "code", "expected a key: a-z, 0-9"),
        (JUDGEMENTS, "south,acme,charter-signed,true,,,s", "cluster", "expected the slug of a row of"),
        (JUDGEMENTS, "north,nobody,charter-signed,true,,,s", "organization", "expected the id of a row of"),
        (JUDGEMENTS, "north,acme,charter-signed,perhaps,,,s", "value", "`perhaps`: expected true, false or unknown"),
        (JUDGEMENTS, "north,acme,Charter,true,,,s", "code", "expected a key: a-z, 0-9"),
        (JUDGEMENTS, "north,acme,charter-signed,true,2020,2019,s", "to", "is not after from"),
    ] {
        let told = fault(base().rows(table, header, &[line])).await;
        assert_eq!((told.0, told.1, told.2.as_str()), (format!("{table}.csv"), 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn an_organization_that_is_listed_twice_has_one_fault() {
    let package = base().rows("organizations", "id,sphere,source", &["lab,research,s"]);
    let (file, line, column, message) = fault(package).await;
    assert_eq!((file.as_str(), line, column.as_str()), ("organizations.csv", 5, "id"));
    assert!(message.contains("the same as on line 3; expected each once"), "{message}");
}

#[tokio::test]
async fn a_sector_may_have_a_class_and_the_section_it_belongs_to() {
    let classes = ["north,textile,2008,13", "north,textile,2008,C"];
    let package = base().rows("sector_nace", "cluster,sector,nace_version,nace_code", &classes);
    let app = TestApp::empty().await;
    let outcome = app.try_import(&package).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(written(outcome).0, 1);
    assert_eq!(app.import(&package).await, Outcome::Unchanged);
}

#[tokio::test]
async fn faults_of_clusters_say_where_they_are_and_what_was_expected() {
    const FIGURES: (&str, &str) = ("figures", "cluster,metric,nature,value,disclosure,qualifier,source");
    const REFERRALS: (&str, &str) = ("referrals", "cluster,organization,service,source");
    const CLASSES: (&str, &str) = ("sector_nace", "cluster,sector,nace_version,nace_code");
    for ((table, header), line, column, fragment) in [
        (FIGURES, "north,leavers,actual,3,not_disclosed,exactly,s", "value", "expected it empty where the disclosure"),
        (
            FIGURES,
            "north,leavers,actual,,disclosed,exactly,s",
            "value",
            "is empty; expected a number, or not_disclosed",
        ),
        (FIGURES, "north,leavers,actual,many,disclosed,exactly,s", "value", "`many`: expected a number such as"),
        (FIGURES, "south,leavers,actual,3,disclosed,exactly,s", "cluster", "expected the slug of a row of"),
        (FIGURES, "north,mood,actual,3,disclosed,exactly,s", "metric", "`mood`: expected one of members"),
        (REFERRALS, "north,acme,nothing,s", "service", "expected the id of a service of the same cluster"),
        (REFERRALS, "north,lab,advice,s", "organization", "expected a membership of it"),
        (CLASSES, "north,wood,2008,13", "sector", "expected the code of a sector of the same cluster"),
        (CLASSES, "north,textile,2008,99.999", "nace_code", "expected a code of NACE-BEL 2008"),
    ] {
        let told = fault(base().rows(table, header, &[line])).await;
        assert_eq!((told.0, told.1, told.2.as_str()), (format!("{table}.csv"), 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
    for (header, line, column, fragment) in [
        (
            "slug,name_en,complete_from,source",
            "north,North,2024,s",
            "complete_from",
            "expected a day such as 2024-01-01",
        ),
        ("slug,name_en,host,source", "north,North,nobody,s", "host", "expected the id of a row"),
        ("slug,name_en,source", "north,,s", "name_en", "no language is filled; expected at least one"),
        ("slug,name_en,source", "north,North,", "source", "is empty; expected a value"),
    ] {
        let told = fault(base().without("clusters").rows("clusters", header, &[line])).await;
        assert_eq!((told.0.as_str(), told.1, told.2.as_str()), ("clusters.csv", 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn faults_of_periods_say_where_they_are_and_what_was_expected() {
    for (line, column, fragment) in [
        (
            "north,lab,partner,,candidate,2020,,,,,,s",
            "status",
            "`candidate`: expected effective or ended for a partner",
        ),
        ("north,lab,member,,effective,,,,,,,s", "from", "is empty, and so is first_confirmed_on; expected one of them"),
        ("north,lab,member,,effective,2020,,,,left,,s", "exit_kind", "expected only where the status is ended"),
        ("north,lab,member,,ended,2020,,,,,,s", "exit_kind", "is empty; expected how it ended: one of left"),
        (
            "north,lab,member,,ended,2020,,,,left,legal,s",
            "exit_reason",
            "expected only where the exit kind is excluded",
        ),
        ("north,lab,member,,ended,2020,,,,expelled,,s", "exit_kind", "`expelled`: expected one of left, excluded"),
        ("north,lab,member,,effective,2020,2019,,,,,s", "to", "is not after the day the period counts from"),
        ("north,lab,member,,effective,2020-05-01,2020-05-01,,,,,s", "to", "is not after"),
        ("north,lab,member,,effective,,2018,2019-05,,,,s", "to", "is not after the day the period counts from"),
        ("north,lab,member,,effective,2020,,2021,2020,,,s", "last_confirmed_on", "is before first_confirmed_on `2021`"),
        ("north,lab,member,,effective,20-05,,,,,,s", "from", "`20-05`: expected a date such as"),
        ("north,lab,friend,,effective,2020,,,,,,s", "kind", "`friend`: expected one of member, partner"),
        ("north,nobody,member,,effective,2020,,,,,,s", "organization", "`nobody`: expected the id of a row"),
        ("south,lab,member,,effective,2020,,,,,,s", "cluster", "`south`: expected the slug of a row"),
        (
            "north,acme,member,,ended,2020,,,,left,,s",
            "from",
            "overlaps the period on line 2; expected it to begin when",
        ),
        ("north,acme,member,,ended,2018,,,,left,,s", "from", "overlaps the period on line 2"),
    ] {
        let told = fault(base().period(line)).await;
        assert_eq!((told.0.as_str(), told.1, told.2.as_str()), ("periods.csv", 3, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn periods_of_other_scopes_and_kinds_do_not_overlap() {
    let package = base()
        .period("north,acme,partner,,effective,2018,,,,,,s")
        .period("north,acme,partner,wood,effective,2018,,,,,,s");
    assert_eq!(written(TestApp::empty().await.import(&package).await).0, 1);
}

#[tokio::test]
async fn what_is_too_long_for_its_column_is_a_fault_at_its_place() {
    let long = |count: usize| "é".repeat(count);
    let acme = || Package::new("long").cluster("north").organization("acme", "company", "Acme");
    for (package, file, column, fragment) in [
        (
            acme().organization("beta", "company", &long(201)),
            "organization_names.csv",
            "name",
            "201 characters; expected at most 200",
        ),
        (
            acme().rows(
                "organization_identifiers",
                "organization,scheme,value",
                &[format!("acme,ECCP,{}", "x".repeat(101))],
            ),
            "organization_identifiers.csv",
            "value",
            "101 characters; expected at most 100",
        ),
        (
            acme().period(&format!("north,acme,partner,{},effective,2020,,,,,,s", long(201))),
            "periods.csv",
            "scope",
            "201 characters; expected at most 200",
        ),
        (
            acme().rows(
                "services",
                "cluster,id,name_en,description_en,source",
                &[format!("north,a,A,{},s", long(10_001))],
            ),
            "services.csv",
            "description_en",
            "10001 characters; expected at most 10000",
        ),
        (
            acme().rows("events", "cluster,id,kind,on,source", &[format!("north,a,{},2020,s", long(3_000))]),
            "events.csv",
            "kind",
            "3000 characters; expected at most 100",
        ),
    ] {
        let faults = refused(TestApp::empty().await.try_import(&package).await);
        let first = faults.iter().find(|fault| fault.message.contains(fragment));
        let first = first.unwrap_or_else(|| panic!("{column}: {faults:#?}"));
        assert_eq!((first.file.as_str(), first.column.as_str()), (file, column));
        assert!(faults.iter().all(|fault| fault.line > 1 && fault.message.len() < 500), "{faults:#?}");
    }
    // A criteria's texts too.
    let criteria = serde_json::json!([{ "cluster": "north", "version": 1, "state": "draft", "from": "2020", "source": "s",
        "label": { "en": long(201) }, "criteria": [{ "rule": { "sphere": ["company"] } }] }]);
    let (file, line, column, message) = fault(acme().criteria(criteria)).await;
    assert_eq!(
        (file.as_str(), column.as_str(), message.as_str()),
        ("criteria.json", "label", "201 characters; expected at most 200")
    );
    assert!(line > 1);
    // One character can have many letters: what names are sorted by is bounded too.
    let (file, _, column, message) = fault(acme().organization("beta", "company", &"\u{fdfd}".repeat(200))).await;
    assert_eq!((file.as_str(), column.as_str()), ("organization_names.csv", "name"), "{message}");
    // As much as is allowed is stored and found, on both databases.
    let app = TestApp::with(&acme().organization("beta", "company", &"漢".repeat(200))).await;
    assert_eq!(app.ask("{ organizations { totalCount } }").await["organizations"]["totalCount"], 2);
}

#[tokio::test]
async fn a_line_that_contradicts_itself_is_a_fault() {
    let acme = || Package::new("odd").cluster("north").organization("acme", "company", "Acme");
    let period = |dates: &str| acme().period(&format!("north,acme,member,,effective,{dates},,,s"));
    let founded = |dates: &str| {
        Package::new("odd")
            .rows("organizations", "id,sphere,founded_on,dissolved_on,source", &[format!("acme,company,{dates},s")])
            .rows("organization_names", "organization,kind,name", &["acme,trade,Acme"])
    };
    let figure = |value: &str| {
        let line = format!("north,members,actual,{value},disclosed,exactly,2020,s");
        acme().rows("figures", "cluster,metric,nature,value,disclosure,qualifier,on,source", &[line])
    };
    let identifier = |scheme: &str, value: &str| {
        acme().rows("organization_identifiers", "organization,scheme,value", &[format!("acme,{scheme},{value}")])
    };
    for (package, column, fragment) in [
        (period("2020,,,2019"), "last_confirmed_on", "`2019` is before from `2020`"),
        (period("2020,2021,,2022-05"), "last_confirmed_on", "`2022-05` is not before to `2021`"),
        (period("2020,,,2999"), "last_confirmed_on", "`2999` is in the future"),
        (period("2020,,2019-05,"), "first_confirmed_on", "`2019-05` is before from `2020`"),
        (founded("2020,2019"), "dissolved_on", "`2019` is before founded_on `2020`"),
        (figure("-1"), "value", "`-1`: expected a number such as 35 or 4.5, not below 0"),
        (figure("NaN"), "value", "`NaN`: expected a number"),
        (identifier("LEI", "x"), "value", "`x`: expected an LEI"),
        (identifier("WIKIDATA", "?"), "value", "`?`: expected a Wikidata id such as Q42"),
    ] {
        let (_, line, named, message) = fault(package).await;
        assert_eq!((line, named.as_str()), (2, column), "{message}");
        assert!(message.contains(fragment), "{message}");
    }
    for package in [
        period("2020,,,2020"),
        period("2020,2021,,2020-12-30"),
        period("2020,,2020,2026"),
        founded("2020,2020"),
        figure("0"),
    ] {
        TestApp::empty().await.try_import(&package).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[tokio::test]
async fn an_address_with_a_space_is_told_what_is_wrong() {
    let package = Package::new("north").rows("clusters", "slug,website,name_en,source", &["north,https://a b,North,s"]);
    let (_, _, column, message) = fault(package).await;
    assert_eq!(column, "website");
    assert!(message.contains("begins with http:// or https:// and has no spaces"), "{message}");
}
