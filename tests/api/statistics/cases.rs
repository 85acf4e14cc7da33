//! Statistics of small registers, case by case: what the words of the schema promise, and what is refused.

use serde_json::{Value, json};

use super::{COUNT, count};
use crate::support::{Package, TestApp, introspection::list};

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_to_change() {
    let app = TestApp::circlemade().await;
    let nobody = "cluster_01h455vb4pex5vsknk084sn02q";
    for (selection, expected) in [
        (
            r#"flow(period: { from: "2020-01-01", to: "2019-01-01" }, interval: YEAR) { opening }"#,
            "`to` is the first day after it",
        ),
        (
            r#"exits(period: { from: "2020-01-01", to: "2020-01-01" }) { total { value } }"#,
            "`to` is the first day after it",
        ),
        (
            r#"flow(period: { from: "1970-01-01", to: "2020-01-01" }, interval: DAY) { opening }"#,
            "more than 1000 buckets",
        ),
        (
            r#"flow(period: { from: "0001-01-01", to: "9999-12-31" }, interval: MONTH) { opening }"#,
            "more than 1000 buckets",
        ),
        (
            r#"flow(period: { from: "2020-01-01", to: "2021-01-01" }, interval: YEAR, filter: { status: [EFFECTIVE] }) { opening }"#,
            "leave `status`, `exitKind`",
        ),
        ("breakdown(by: []) { total { value } }", "from 1 to 4 dimensions, not 0"),
        ("breakdown(by: [STATUS, KIND, SPHERE, CLUSTER, SECTOR]) { total { value } }", "from 1 to 4 dimensions, not 5"),
        ("breakdown(by: [ATTRIBUTE]) { total { value } }", "by the attribute that `attribute` names"),
        (r#"breakdown(by: [SPHERE], attribute: "wood") { total { value } }"#, "goes with `ATTRIBUTE`"),
        (
            r#"breakdown(by: [SPHERE], criteria: "criteria_01h455vb4pex5vsknk084sn02q") { total { value } }"#,
            "goes with `VERDICT`",
        ),
        (
            r#"breakdown(by: [VERDICT], criteria: "criteria_01h455vb4pex5vsknk084sn02q") { total { value } }"#,
            "names no version that the register holds",
        ),
        (
            r#"breakdown(by: [VERDICT], criteria: "cluster_01h455vb4pex5vsknk084sn02q") { total { value } }"#,
            "where the id of a criteria is expected",
        ),
        (
            r#"series(period: { from: "1970-01-01", to: "2020-01-01" }, interval: DAY) { days }"#,
            "more than 1000 buckets",
        ),
        (
            r#"series(period: { from: "2020-01-01", to: "2019-01-01" }, interval: DAY) { days }"#,
            "`to` is the first day after it",
        ),
        (
            r#"series(period: { from: "2019-01-01", to: "2020-01-01" }, interval: YEAR, limit: 0) { days }"#,
            "`limit` must be from 1 to 1000",
        ),
        ("breakdown(by: [SPHERE, SPHERE]) { total { value } }", "once"),
        ("breakdown(by: [SPHERE], limit: 0) { total { value } }", "`limit` must be from 1 to 1000, not 0"),
        ("breakdown(by: [SPHERE], limit: 1001) { total { value } }", "`limit` must be from 1 to 1000, not 1001"),
        ("retention(years: 0) { year }", "`years` must be from 1 to 50"),
        ("retention(years: -1) { year }", "`years` must be from 1 to 50"),
        (
            &format!(r#"breakdown(by: [SPHERE], filter: {{ cluster: ["{nobody}"] }}) {{ total {{ value }} }}"#),
            "the register does not hold",
        ),
        (r#"breakdown(by: [SPHERE], filter: { municipality: ["99999"] }) { total { value } }"#, "no NIS code"),
        (
            r#"breakdown(by: [SPHERE], filter: { activity: { version: NACE_BEL_2008, under: "99.99.99" } }) { total { value } }"#,
            "no code of NACE-BEL",
        ),
    ] {
        for document in [
            format!("{{ statistics {{ {selection} }} }}"),
            format!("{{ cluster(by: {{ slug: \"circlemade\" }}) {{ statistics {{ {selection} }} }} }}"),
        ] {
            let error = app.error(&document).await;
            assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(expected), "{document}: {error}");
        }
    }
}

#[tokio::test]
async fn an_empty_register_counts_nothing_and_claims_nothing() {
    let app = TestApp::empty().await;
    let answer = app
        .ask(&format!("{{ statistics {{ headcount {{ effective {COUNT} ended {COUNT} }} breakdown(by: [SIZE_CLASS]) {{ total {COUNT} rows {{ count {COUNT} }} }} retention {{ year }} }} }}"))
        .await;
    let none = count(0, 0, false);
    let expected = json!({ "headcount": { "effective": none, "ended": none }, "breakdown": { "total": none, "rows": [{ "count": none }] }, "retention": [] });
    assert_eq!(answer["statistics"], expected);
}

#[tokio::test]
async fn what_is_beyond_a_limit_is_summed() {
    let mut package = Package::new("sizes").cluster("c0");
    for (key, sphere, size) in [
        ("a", "company", "micro"),
        ("b", "company", "micro"),
        ("c", "company", "micro"),
        ("d", "company", "small"),
        ("e", "company", "small"),
        ("f", "company", "large"),
        ("g", "company", ""),
        ("h", "public", ""),
    ] {
        package = package
            .rows("organizations", "id,sphere,size_class,source", &[format!("{key},{sphere},{size},s")])
            .rows("organization_names", "organization,kind,name", &[format!("{key},trade,{key}")])
            .member("c0", key, "effective", "2020", "");
    }
    let app = TestApp::with(&package).await;
    let shown = async |by: &str, arguments: &str| -> Vec<String> {
        let rows = format!(
            "{{ statistics {{ breakdown(by: [{by}] {arguments}) {{ rowCount total {{ value }} rows {{
                keys {{ value label(language: FR) }} kind groupCount count {{ value }} share {{ value base complete }}
                memberships {{ totalCount nodes {{ organization {{ name }} }} }} organizations {{ totalCount }} }} }} }} }}"
        );
        let answer = &app.ask(&rows).await["statistics"]["breakdown"];
        assert_eq!(answer["total"]["value"], 8);
        let rows = list(&answer["rows"]);
        assert_eq!(rows.iter().map(|row| row["count"]["value"].as_i64().unwrap_or_default()).sum::<i64>(), 8);
        assert_eq!(
            rows.iter().map(|row| row["groupCount"].as_i64().unwrap_or_default()).sum::<i64>(),
            answer["rowCount"].as_i64().expect("a number")
        );
        let row = |row: &Value| {
            assert_eq!(row["memberships"]["totalCount"], row["count"]["value"]);
            assert_eq!(row["organizations"]["totalCount"], row["count"]["value"]);
            let value = row["count"]["value"].as_f64().expect("a number");
            assert_eq!(row["share"], json!({ "value": value / 8.0, "base": 8, "complete": false }));
            let keys: Vec<_> = list(&row["keys"]).iter().map(|key| key["label"].as_str().unwrap_or("-")).collect();
            format!("{} {} {}", keys.join("/"), row["count"]["value"], row["kind"].as_str().unwrap_or("-"))
        };
        rows.iter().map(row).collect()
    };
    assert_eq!(shown("SIZE_CLASS", "limit: 1").await, ["micro 3 GROUP", "inconnu 2 GROUP", "autres 3 REST"]);
    assert_eq!(
        shown("SIZE_CLASS", "orderBy: [{ field: COUNT }], limit: 2").await,
        ["grande 1 GROUP", "petite 2 GROUP", "inconnu 2 GROUP", "autres 3 REST"],
        "the unknown take no place of the known"
    );
    for (order, expected) in [
        ("orderBy: [{ field: KEY }]", ["micro 3", "petite 2", "grande 1", "inconnu 2"]),
        ("orderBy: { field: COUNT }", ["grande 1", "petite 2", "inconnu 2", "micro 3"]),
        (
            "orderBy: [{ field: COUNT }, { field: KEY, direction: DESC }]",
            ["grande 1", "inconnu 2", "petite 2", "micro 3"],
        ),
        ("", ["micro 3", "petite 2", "inconnu 2", "grande 1"]),
    ] {
        let expected: Vec<_> = expected.iter().map(|row| format!("{row} GROUP")).collect();
        assert_eq!(shown("SIZE_CLASS", order).await, expected);
    }
    assert_eq!(
        shown("SPHERE, SIZE_CLASS", "limit: 2").await,
        [
            "entreprise/micro 3 GROUP",
            "entreprise/petite 2 GROUP",
            "autres/autres 1 REST",
            "autres, en partie inconnus/autres, en partie inconnus 2 UNKNOWN_REST"
        ]
    );
}

#[tokio::test]
async fn published_figures_are_compared_on_their_own_definition_or_say_why_not() {
    let header = "cluster,metric,label_en,of_sphere,nature,value,disclosure,qualifier,on,source";
    let package = Package::new("figures")
        .cluster("c0")
        .organization("a", "company", "A")
        .organization("b", "public", "B")
        .organization("c", "company", "C")
        .organization("d", "company", "D")
        .member("c0", "d", "ended", "2019-03-01", "")
        .period("c0,d,partner,,effective,2020-03-01,,,,,,s")
        .member("c0", "a", "candidate", "2019-03-01", "2020-02-01")
        .member("c0", "a", "effective", "2020-02-01", "2021-05-01")
        .member("c0", "a", "ended", "2021-05-01", "")
        .member("c0", "b", "effective", "2020-06-01", "")
        .period("c0,c,partner,,effective,,,2020-07-01,2020-07-01,,,s")
        .rows(
            "figures",
            header,
            &[
                "c0,effective_members,,,actual,3,disclosed,exactly,2020-12-31,s",
                "c0,members,,company,actual,1,disclosed,exactly,2020,s",
                "c0,candidate_members,,,actual,1,disclosed,exactly,2019-12,s",
                "c0,partners,,,actual,2,disclosed,exactly,2020-12-31,s",
                "c0,leavers,,,actual,,not_disclosed,exactly,2021-12-31,s",
                "c0,leavers,,,actual,1,disclosed,exactly,2020,s",
                "c0,exclusions,,,actual,3,disclosed,exactly,2021-12-31,s",
                "c0,candidacies_withdrawn,,,actual,1,disclosed,exactly,2020,s",
                "c0,candidacies_withdrawn,,,actual,1,disclosed,exactly,2020-12-31,s",
                "c0,joined_participants,,,actual,2,disclosed,exactly,2020,s",
                "c0,joined_participants,,,actual,5,disclosed,exactly,2020-12-31,s",
                "c0,candidates_promoted,,,actual,1,disclosed,exactly,2020,s",
                "c0,members,,,target,50,disclosed,about,2020-12-31,s",
                "c0,members,,,actual,4,disclosed,exactly,,s",
                "c0,other,working groups,,actual,3,disclosed,exactly,2020-12-31,s",
            ],
        );
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(
            "{ figures(first: 100) { nodes { metric on value registry { recorded difference complete asOf reason }
               then: registry(at: { asOf: \"2019-12-31\" }) { recorded asOf } } } }",
        )
        .await;
    let shown = |metric: &str, on: Option<&str>| {
        let nodes = list(&answer["figures"]["nodes"]);
        let found = nodes.iter().find(|figure| figure["metric"] == metric && figure["on"].as_str() == on);
        let registry = &found.unwrap_or_else(|| panic!("{metric} {on:?}: {answer:#}"))["registry"];
        assert_eq!(registry["complete"], false);
        format!("{} {} {} {}", registry["recorded"], registry["difference"], registry["asOf"], registry["reason"])
    };
    assert_eq!(shown("EFFECTIVE_MEMBERS", Some("2020-12-31")), r#"2 1.0 "2020-12-31" null"#);
    assert_eq!(shown("MEMBERS", Some("2020")), r#"1 0.0 "2020-12-31" null"#);
    assert_eq!(shown("CANDIDATE_MEMBERS", Some("2019-12")), r#"1 0.0 "2019-12-31" null"#);
    assert_eq!(shown("PARTNERS", Some("2020-12-31")), r#"2 0.0 "2020-12-31" null"#);
    // Since the founding, as no period is stated: the first of them left in 2019.
    assert_eq!(shown("LEAVERS", Some("2021-12-31")), r#"2 null "2021-12-31" "NOT_DISCLOSED""#);
    assert_eq!(shown("EXCLUSIONS", Some("2021-12-31")), r#"0 3.0 "2021-12-31" null"#);
    assert_eq!(shown("CANDIDACIES_WITHDRAWN", Some("2020")), r#"0 1.0 "2020-12-31" null"#);
    assert_eq!(shown("CANDIDACIES_WITHDRAWN", Some("2020-12-31")), r#"null null "2020-12-31" "NO_PERIOD""#);
    assert_eq!(shown("LEAVERS", Some("2020")), r#"0 1.0 "2020-12-31" null"#);
    // The start of one partner is not stated: it is not known to have joined then.
    assert_eq!(shown("JOINED_PARTICIPANTS", Some("2020")), r#"2 0.0 "2020-12-31" null"#);
    assert_eq!(shown("JOINED_PARTICIPANTS", Some("2020-12-31")), r#"null null "2020-12-31" "NO_PERIOD""#);
    assert_eq!(shown("CANDIDATES_PROMOTED", Some("2020")), r#"1 0.0 "2020-12-31" null"#);
    assert_eq!(shown("MEMBERS", Some("2020-12-31")), r#"null null null "TARGET""#);
    assert_eq!(shown("MEMBERS", None), r#"null null null "NO_DATE""#);
    assert_eq!(shown("OTHER", Some("2020-12-31")), r#"null null null "NOT_RECORDED""#);
    let then = list(&answer["figures"]["nodes"]).iter().find(|figure| figure["metric"] == "EFFECTIVE_MEMBERS");
    assert_eq!(then.expect("the figure")["then"], json!({ "recorded": 0, "asOf": "2019-12-31" }));
}

#[tokio::test]
async fn conditions_on_organizations_in_a_period_are_taken_on_its_last_day() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Acme").rows(
        "sites",
        "organization,kind,municipality,from,to,source",
        &["acme,seat,21001,,2020-12-31,s", "acme,seat,21007,2020-12-31,2021-01-01,s", "acme,seat,21004,2021-01-01,,s"],
    );
    let app = TestApp::with(&package.member("north", "acme", "effective", "2020-03-01", "")).await;
    for (municipality, joined) in [("21001", 0), ("21007", 1), ("21004", 0)] {
        let document = format!(
            r#"{{ statistics(filter: {{ municipality: ["{municipality}"] }}) {{
                flow(period: {{ from: "2020-01-01", to: "2021-01-01" }}, interval: YEAR) {{ joined }} }} }}"#
        );
        assert_eq!(app.ask(&document).await["statistics"]["flow"], json!([{ "joined": joined }]), "{municipality}");
    }
}

#[tokio::test]
async fn sectors_beyond_the_first_64_of_a_cluster_are_counted_too() {
    const SECTORS: usize = 70;
    let under = |sector: usize| match sector {
        // The last one within the first 64, the first one beyond, and the last one.
        63 => "13",
        64 | 69 => "38",
        _ => "01",
    };
    let sectors: Vec<_> = (0..SECTORS).map(|sector| format!("north,s{sector:02},Sector {sector},s")).collect();
    let classes: Vec<_> = (0..SECTORS).map(|sector| format!("north,s{sector:02},2008,{}", under(sector))).collect();
    let package = Package::new("north")
        .cluster("north")
        .rows("sectors", "cluster,code,label_en,source", &sectors)
        .rows("sector_nace", "cluster,sector,nace_version,nace_code", &classes)
        .organization("acme", "company", "Acme")
        .organization("weaver", "company", "Weaver")
        .rows(
            "activities",
            "organization,nace_version,nace_code,rank,source",
            &["acme,2008,38.32,main,s", "weaver,2008,13.10,main,s"],
        );
    let package =
        package.member("north", "acme", "effective", "2020", "").member("north", "weaver", "effective", "2020", "");
    let app = TestApp::with(&package).await;
    let document =
        "{ statistics { breakdown(by: [SECTOR], orderBy: { field: KEY }) { multivalued rows { count { value }
        keys { sector { code } } } } } }";
    let breakdown = &app.ask(document).await["statistics"]["breakdown"];
    let rows: Vec<_> = list(&breakdown["rows"])
        .iter()
        .map(|row| (row["keys"][0]["sector"]["code"].clone(), row["count"]["value"].clone()))
        .collect();
    let expected = [("s63", 1), ("s64", 1), ("s69", 1)].map(|(code, count)| (json!(code), json!(count)));
    assert_eq!(rows, [&expected[..], &[(Value::Null, json!(0))]].concat());
    assert_eq!(breakdown["multivalued"], true);
}

#[tokio::test]
async fn dimensions_that_can_hold_several_values_say_so() {
    let app = TestApp::empty().await;
    for (dimension, is_multivalued) in [
        ("STATUS", false),
        ("KIND", false),
        ("SPHERE", false),
        ("SECTOR", true),
        ("NACE_DIVISION", true),
        ("MUNICIPALITY", true),
        ("SIZE_CLASS", false),
        ("EXIT_KIND", false),
        ("CLUSTER", false),
        ("JOIN_YEAR", false),
        ("STATUS, SECTOR", true),
        ("STATUS, KIND", false),
    ] {
        let document = format!("{{ statistics {{ breakdown(by: [{dimension}]) {{ multivalued }} }} }}");
        let expected = json!({ "multivalued": is_multivalued });
        assert_eq!(app.ask(&document).await["statistics"]["breakdown"], expected, "{dimension}");
    }
}

#[tokio::test]
async fn nothing_is_complete_before_the_register_is() {
    let package = Package::new("north")
        .rows("clusters", "slug,name_en,complete_from,source", &["north,North,2018-01-01,s"])
        .rows("events", "cluster,id,kind,on,source", &["north,f,founding,2018-01-01,s"])
        .organization("acme", "company", "Acme");
    let app = TestApp::with(&package.member("north", "acme", "effective", "2019", "")).await;
    for (day, is_complete) in [("2017-12-31", false), ("2018-01-01", true)] {
        let document = format!(
            r#"{{ statistics {{ headcount(at: {{ asOf: "{day}" }}) {{ candidates {{ complete }} effective {{ complete }} ended {{ complete }}
                partners {{ complete }} }} breakdown(by: [STATUS], at: {{ asOf: "{day}" }}) {{ total {{ complete }} }}
                exits: breakdown(by: [EXIT_KIND], at: {{ asOf: "{day}" }}) {{ total {{ complete }} rows {{ count {{ complete }} }} }}
                composition(at: {{ asOf: "{day}" }}) {{ complete }} }} }}"#
        );
        let statistics = app.ask(&document).await["statistics"].clone();
        let told = statistics.to_string();
        assert!(told.contains(&format!("\"complete\":{is_complete}")), "{day}: {told}");
        assert!(!told.contains(&format!("\"complete\":{}", !is_complete)), "{day}: {told}");
    }
}

#[tokio::test]
async fn exits_have_a_row_for_each_reason_that_is_recorded() {
    let excluded = |organization: &str, from: &str, reason: &str| {
        format!("north,{organization},member,,ended,{from},,,,excluded,{reason},s")
    };
    let package = ["a", "b", "c", "d"].iter().fold(Package::new("north").cluster("north"), |package, organization| {
        let package = package.organization(organization, "company", organization);
        package.member("north", organization, "effective", "2019", "2020-05-01")
    });
    let package = package
        .period(&excluded("a", "2020-05-01", "inactivity"))
        .period(&excluded("b", "2020-05-01", "inactivity"))
        .period(&excluded("c", "2020-05-01", "non_payment"))
        .period(&excluded("d", "2020-05-01", ""));
    let document = r#"{ statistics { exits(period: { from: "2020-01-01", to: "2021-01-01" }) {
        total { value } rows { kind reason count { value } memberships { totalCount } } } } }"#;
    let exits = TestApp::with(&package).await.ask(document).await["statistics"]["exits"].clone();
    assert_eq!(exits["total"]["value"], 4);
    let excluded = list(&exits["rows"]).iter().filter(|row| row["kind"] == "EXCLUDED");
    let rows: Vec<_> = excluded
        .map(|row| {
            assert_eq!(row["count"]["value"], row["memberships"]["totalCount"], "{row}");
            (row["reason"].clone(), row["count"]["value"].clone())
        })
        .collect();
    let expected = [(Value::Null, json!(1)), (json!("NON_PAYMENT"), json!(1)), (json!("INACTIVITY"), json!(2))];
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn what_is_complete_of_the_counted_clusters_is_complete_whatever_the_others_are() {
    let package = Package::new("two")
        .rows("clusters", "slug,name_en,complete_from,source", &["whole,Whole,2018-01-01,s", "part,Part,,s"])
        .rows("events", "cluster,id,kind,on,source", &["whole,f,founding,2018-01-01,s"])
        .organization("acme", "company", "Acme");
    let package =
        package.member("whole", "acme", "effective", "2019-03-01", "").member("part", "acme", "effective", "2019", "");
    let app = TestApp::with(&package).await;
    let clusters = app.ask("{ clusters { nodes { id slug } } }").await;
    let id = |slug: &str| {
        let nodes = list(&clusters["clusters"]["nodes"]);
        nodes.iter().find(|node| node["slug"] == slug).expect("the cluster")["id"].clone()
    };
    for (cluster, is_complete) in [("whole", true), ("part", false)] {
        let document = format!(
            "{{ statistics(filter: {{ cluster: [{}] }}) {{ headcount(at: {{ asOf: \"2021-01-01\" }}) {{ effective {{ value complete }} ended {{ complete }} }}
                retention(years: 1, at: {{ asOf: \"2021-01-01\" }}) {{ size {{ value complete }} retained {{ count {{ value complete }} }} }} }} }}",
            id(cluster)
        );
        let told = app.ask(&document).await["statistics"].clone();
        let expected = json!({ "value": 1, "complete": is_complete });
        assert_eq!(
            told["headcount"],
            json!({ "effective": expected, "ended": { "complete": is_complete } }),
            "{cluster}"
        );
        assert_eq!(told["retention"][0]["size"], expected, "{cluster}: {told}");
        assert_eq!(told["retention"][0]["retained"][0]["count"], expected, "{cluster}: {told}");
    }
}

#[tokio::test]
async fn a_figure_since_the_founding_counts_from_the_first_day_that_is_recorded() {
    let package = Package::new("old")
        .cluster("old")
        .organization("acme", "company", "Acme")
        .member("old", "acme", "effective", "1960", "1965-01-01")
        .member("old", "acme", "ended", "1965-01-01", "")
        .rows(
            "figures",
            "cluster,metric,nature,value,disclosure,qualifier,on,source",
            &["old,leavers,actual,1,disclosed,exactly,2020-12-31,s"],
        );
    let answer = TestApp::with(&package).await.ask("{ figures { nodes { registry { recorded difference } } } }").await;
    assert_eq!(answer["figures"]["nodes"], json!([{ "registry": { "recorded": 1, "difference": 0.0 } }]));
}

#[tokio::test]
async fn messages_name_what_was_written() {
    let app = TestApp::empty().await;
    for (document, expected) in [
        (
            "{ statistics { breakdown(by: [KIND, STATUS, STATUS]) { rowCount } } }",
            "`by[2]` is the same dimension as `by[1]`",
        ),
        ("{ statistics { retention(years: -5) { year } } }", "`years` must be from 1 to 50, not -5"),
        ("{ statistics { retention(years: 51) { year } } }", "`years` must be from 1 to 50, not 51"),
        (
            "{ activityClasses(version: NACE_BEL_2008, level: [1, 99]) { totalCount } }",
            "`level` takes levels from 1, a section, to 5, a subclass, not 99",
        ),
    ] {
        let error = app.error(document).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(expected), "{document}: {error}");
    }
}

#[tokio::test]
async fn groups_are_in_the_order_that_the_schema_says() {
    let package = [("a", "micro"), ("b", "large"), ("c", ""), ("d", "large"), ("e", "micro")].iter().fold(
        Package::new("north").cluster("north"),
        |package, (key, size)| {
            package
                .rows("organizations", "id,sphere,size_class,source", &[format!("{key},company,{size},s")])
                .rows("organization_names", "organization,kind,name", &[format!("{key},trade,{key}")])
                .member("north", key, "effective", "2020", "")
        },
    );
    let app = TestApp::with(&package).await;
    let (micro, large, unknown) = (json!("MICRO"), json!("LARGE"), Value::Null);
    for (order, expected) in [
        ("{ field: KEY }", [&micro, &large, &unknown]),
        ("{ field: KEY, direction: DESC }", [&unknown, &large, &micro]),
        // Equally many are by their keys, whichever way the counts go.
        ("{ field: COUNT, direction: DESC }", [&micro, &large, &unknown]),
        ("{ field: COUNT }", [&unknown, &micro, &large]),
    ] {
        let document = format!(
            "{{ statistics {{ breakdown(by: [SIZE_CLASS], orderBy: {order}) {{ rows {{ keys {{ value }} }} }} }} }}"
        );
        let answer = app.ask(&document).await;
        let rows = list(&answer["statistics"]["breakdown"]["rows"]);
        let keys: Vec<_> = rows.iter().map(|row| &row["keys"][0]["value"]).collect();
        assert_eq!(keys, expected, "{order}");
    }
}

#[tokio::test]
async fn an_anniversary_of_a_leap_day_is_the_last_of_february() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Acme");
    for (to, retained) in [("2021-02-28", 0), ("2021-03-01", 1)] {
        let app = TestApp::with(&package.clone().member("north", "acme", "effective", "2020-02-29", to)).await;
        let document = "{ statistics { retention(years: 2, at: { asOf: \"2021-12-31\" }) { year retained { years count { value } } } } }";
        let expected = json!([{ "year": 2020, "retained": [{ "years": 1, "count": { "value": retained } }] }]);
        assert_eq!(app.ask(document).await["statistics"]["retention"], expected, "{to}");
    }
}
