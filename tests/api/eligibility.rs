//! Who is eligible under which version, and why; who could enter, who is at risk, and what a change would change.

mod versions;
mod wording;

use serde_json::{Value, json};

use crate::support::{Package, TestApp, introspection::list};

const ELIGIBILITY: &str = "query ($at: PointInTime, $cluster: ClusterKey!, $criteria: ID) {
  organizations(orderBy: [{ field: NAME }]) { nodes { name eligibility(cluster: $cluster, at: $at, criteria: $criteria) {
    verdict criteria { version } deciding { path missing explanation fr: explanation(language: FR) nl: explanation(language: NL) }
    finding { path outcome missing explanation(language: EN) fr: explanation(language: FR) nl: explanation(language: NL)
      evidence { __typename ... on Activity { class { code version } } ... on Site { postalCode municipality { nis } }
        ... on Attribute { code holds source { title } } ... on Judgement { code holds cluster { slug } source { title } }
        ... on Identifier { scheme value } ... on OrganizationRecord { sphere sizeClass source { title } } }
      children { path outcome missing } } } } } }";

/// What is found of each organization, by name.
async fn found(app: &TestApp, cluster: &str, at: Value, criteria: Option<&Value>) -> Vec<(String, Value)> {
    let variables = json!({ "cluster": { "slug": cluster }, "at": at, "criteria": criteria });
    let answer = app.ask_with(ELIGIBILITY, variables).await;
    let nodes = list(&answer["organizations"]["nodes"]);
    let name = |node: &Value| node["name"].as_str().expect("a name").to_owned();
    nodes.iter().map(|node| (name(node), node["eligibility"].clone())).collect()
}

/// A version from 2010 on that asks for one rule.
fn version(cluster: &str, version: usize, state: &str, rule: &Value) -> Value {
    json!({ "cluster": cluster, "version": version, "state": state, "from": "2010", "source": "s",
            "criteria": [{ "required": true, "rule": rule }] })
}

/// A cluster `north` with one adopted version.
fn asking(rule: &Value) -> Package {
    Package::new("north").cluster("north").criteria(json!([version("north", 1, "adopted", rule)]))
}

#[tokio::test]
async fn of_circlemade_hardly_anything_is_known_and_the_answer_says_what_is_missing() {
    let app = TestApp::circlemade().await;
    for (day, number) in [("2018-06-01", 1), ("2022-12-31", 1), ("2023-01-01", 2), ("2023-12-14", 2)] {
        let all = found(&app, "circlemade", json!({ "asOf": day }), None).await;
        assert!(all.len() > 8);
        for (name, assessment) in all {
            assert_eq!(assessment["verdict"], "UNDETERMINED", "{name}");
            assert_eq!(assessment["criteria"]["version"], number, "{day}");
            let deciding = list(&assessment["deciding"]);
            assert_eq!(deciding.len(), if number == 1 { 1 } else { 3 }, "{day}");
            for finding in deciding {
                assert_eq!(finding["missing"], "ATTRIBUTE", "{finding}");
                let text = finding["explanation"].as_str().expect("a text");
                assert!(
                    text.starts_with("Unknown: a source asserts “") && text.ends_with("whether that is so."),
                    "{text}"
                );
                // Words for people in every language, and no code among them.
                for said in ["fr", "nl"].map(|language| finding[language].as_str().expect("a text")) {
                    assert!(!said.contains('`') && !said.contains('_'), "{said}");
                }
            }
        }
    }
    let before = found(&app, "circlemade", json!({ "asOf": "2018-05-23" }), None).await;
    assert!(before.iter().all(|(_, assessment)| assessment.is_null()), "no version was in force, which is no error");
    let answer = app
        .ask(r#"{ cluster(by: { slug: "circlemade" }) { criteria(at: { asOf: "2018-05-23" }) { version }
             prospects(at: { asOf: "2018-05-23" }) { totalCount } atRisk(at: { asOf: "2018-05-23" }) { totalCount } } }"#)
        .await;
    assert_eq!(answer["cluster"], json!({ "criteria": null, "prospects": null, "atRisk": null }));
}

/// Three members, of whom a source says in 2023 what the second version asks for.
fn repositioned() -> Package {
    let mut package = Package::new("north").cluster("north").criteria(json!([
        { "cluster": "north", "version": 1, "state": "adopted", "from": "2018-05-24", "to": "2023", "source": "s",
          "criteria": [{ "rule": { "attribute": "circular" } }] },
        { "cluster": "north", "version": 2, "state": "adopted", "from": "2023", "source": "s", "criteria": [
          { "rule": { "attribute": "circular" } }, { "rule": { "attribute": "works_material" } },
          { "required": false, "rule": { "assessed": "motivation" } }] },
        { "cluster": "north", "version": 3, "state": "draft", "from": "2027", "source": "s",
          "criteria": [{ "rule": { "not": { "sphere": ["research"] } } }] },
    ]));
    for (key, sphere, works_material, from) in [
        ("baker", "company", "true", "2023-06-01"),
        ("coder", "company", "false", ""),
        ("lab", "research", "unknown", ""),
    ] {
        package =
            package.organization(key, sphere, &key.to_uppercase()).member("north", key, "effective", "2019", "").rows(
                "attributes",
                "organization,code,value,from,source",
                &[format!("{key},circular,true,,s"), format!("{key},works_material,{works_material},{from},s")],
            );
    }
    package.organization("outsider", "company", "OUTSIDER").rows(
        "attributes",
        "organization,code,value,from,source",
        &["outsider,circular,true,,s", "outsider,works_material,true,,s"],
    )
}

#[tokio::test]
async fn a_narrower_version_changes_who_is_eligible_from_its_first_day() {
    let app = TestApp::with(&repositioned()).await;
    let verdicts = async |day: &str| {
        let all = found(&app, "north", json!({ "asOf": day }), None).await;
        all.iter().map(|(_, found)| found["verdict"].as_str().expect("a verdict").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("2022-12-31").await, ["ELIGIBLE"; 4]);
    assert_eq!(verdicts("2023-01-01").await, ["UNDETERMINED", "NOT_ELIGIBLE", "UNDETERMINED", "ELIGIBLE"]);
    assert_eq!(verdicts("2023-12-14").await, ["ELIGIBLE", "NOT_ELIGIBLE", "UNDETERMINED", "ELIGIBLE"]);
    let document = |day: &str| {
        format!(
            r#"{{ cluster(by: {{ slug: "north" }}) {{ prospects(at: {{ asOf: "{day}" }}) {{ totalCount nodes {{ name }} }}
               atRisk(at: {{ asOf: "{day}" }}) {{ totalCount nodes {{ organization {{ name }} }} }} }} }}"#
        )
    };
    for (day, at_risk) in
        [("2022-12-31", vec![]), ("2023-01-01", vec!["BAKER", "CODER", "LAB"]), ("2023-12-14", vec!["CODER", "LAB"])]
    {
        let answer = app.ask(&document(day)).await;
        let found = &answer["cluster"];
        let nodes: Vec<_> = at_risk.iter().map(|name| json!({ "organization": { "name": name } })).collect();
        assert_eq!(found["atRisk"], json!({ "totalCount": at_risk.len(), "nodes": nodes }), "{day}");
        assert_eq!(found["prospects"], json!({ "totalCount": 1, "nodes": [{ "name": "OUTSIDER" }] }), "{day}");
    }
}

#[tokio::test]
async fn the_impact_of_a_version_names_who_is_concerned_and_which_rules_decide() {
    let app = TestApp::with(&repositioned()).await;
    let change =
        "totalCount nodes { organization { name } before { verdict } after { verdict deciding { path outcome } } }";
    let answer = app
        .ask(&format!(
            r#"{{ cluster(by: {{ slug: "north" }}) {{ criteriaVersions {{ id version
               members: impact(at: {{ asOf: "2023-12-14" }}) {{ comparedWith {{ version }} gained {{ {change} }} lost {{ {change} }}
                 unchanged {{ {change} }} undetermined {{ {change} }} }}
               all: impact(population: ALL, at: {{ asOf: "2023-12-14" }}) {{ unchanged {{ totalCount }} }} }} }} }}"#
        ))
        .await;
    let versions = list(&answer["cluster"]["criteriaVersions"]);
    assert!(versions[0]["members"].is_null(), "there is none before the first");
    let second = &versions[1]["members"];
    assert_eq!((&second["comparedWith"]["version"], &second["gained"]["totalCount"]), (&json!(1), &json!(0)));
    let coder = json!({ "organization": { "name": "CODER" }, "before": { "verdict": "ELIGIBLE" },
        "after": { "verdict": "NOT_ELIGIBLE", "deciding": [{ "path": "all[1]", "outcome": "NOT_MET" }] } });
    assert_eq!(second["lost"], json!({ "totalCount": 1, "nodes": [coder] }));
    assert_eq!(second["unchanged"]["nodes"][0]["organization"]["name"], "BAKER");
    assert_eq!(second["undetermined"]["nodes"][0]["organization"]["name"], "LAB");
    assert_eq!(
        (&second["unchanged"]["totalCount"], &versions[1]["all"]["unchanged"]["totalCount"]),
        (&json!(1), &json!(2))
    );
    let draft = &versions[2]["members"];
    assert_eq!(draft["comparedWith"]["version"], 2, "a draft is compared with the adopted version before it");
    assert_eq!(draft["gained"]["nodes"][0]["organization"]["name"], "CODER");
    let ids: Vec<_> = versions.iter().map(|version| &version["id"]).collect();
    let document = format!(
        r#"{{ cluster(by: {{ slug: "north" }}) {{ criteriaVersions {{ impact(comparedWith: {}) {{ comparedWith {{ version }}
           lost {{ totalCount }} }} }} }} }}"#,
        ids[2]
    );
    let answer = app.ask(&document).await;
    assert_eq!(
        answer["cluster"]["criteriaVersions"][0]["impact"]["comparedWith"]["version"], 3,
        "any two can be compared"
    );

    let held =
        app.ask("{ register { revision } cluster(by: { slug: \"north\" }) { criteriaVersions { version } } }").await;
    assert_eq!((&held["register"]["revision"], list(&held["cluster"]["criteriaVersions"]).len()), (&json!(1), 3));

    let draft = found(&app, "north", Value::Null, Some(ids[2])).await;
    let verdicts: Vec<_> = draft.iter().map(|(_, found)| &found["verdict"]).collect();
    assert_eq!(verdicts, ["ELIGIBLE", "ELIGIBLE", "NOT_ELIGIBLE", "ELIGIBLE"]);
}

#[tokio::test]
async fn a_version_of_another_cluster_and_keys_of_nobody_are_mistakes() {
    let other = version("south", 1, "adopted", &json!({ "sphere": ["company"] }));
    let package = asking(&json!({ "sphere": ["company"] })).cluster("south").organization("acme", "company", "Acme");
    let package = package.criteria(json!([version("north", 1, "adopted", &json!({ "sphere": ["company"] })), other]));
    let app = TestApp::with(&package).await;
    let answer =
        app.ask(r#"{ cluster(by: { slug: "south" }) { id criteria { id } } organizations { nodes { id } } }"#).await;
    let (theirs, id) = (&answer["cluster"]["criteria"]["id"], &answer["organizations"]["nodes"][0]["id"]);
    for (selection, fragment) in [
        (
            format!("eligibility(organization: {{ id: {id} }}, criteria: {theirs}) {{ verdict }}"),
            "is no version of the criteria",
        ),
        (
            format!("criteria {{ impact(comparedWith: {theirs}) {{ lost {{ totalCount }} }} }}"),
            "is no version of the criteria",
        ),
        (
            format!("eligibility(organization: {{ id: {id} }}, criteria: {id}) {{ verdict }}"),
            "where the id of a criteria is expected",
        ),
        (
            "eligibility(organization: { enterpriseNumber: \"0000000196\" }) { verdict }".to_owned(),
            "holds no organization of that key",
        ),
    ] {
        let error = app.error(&format!("{{ cluster(by: {{ slug: \"north\" }}) {{ {selection} }} }}")).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(fragment), "{error}");
    }
    let error = app.error("{ organizations { nodes { eligibility(cluster: { slug: \"west\" }) { verdict } } } }").await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("holds no cluster of that key"), "{error}");
}

/// What is found of the organization `Acme` of a register, with the evidence of the whole rule.
async fn of_acme(package: Package) -> Value {
    let app = TestApp::with(&package.organization("acme", "company", "Acme")).await;
    let mut all = found(&app, "north", Value::Null, None).await;
    assert_eq!(all.len(), 1);
    all.remove(0).1["finding"].take()
}

#[tokio::test]
async fn a_code_of_another_version_of_the_classification_is_unknown_and_no_miss() {
    const HEADER: &str = "organization,nace_version,nace_code,rank,source";
    let under = |version: &str, code: &str| json!({ "activity": { "version": version, "under": [code] } });
    for (rule, activities, outcome, missing) in [
        (under("2025", "38.32"), vec!["2008,38.32"], "UNKNOWN", json!("ACTIVITY_VERSION")),
        (under("2008", "38.32"), vec!["2025,38.32"], "UNKNOWN", json!("ACTIVITY_VERSION")),
        (under("2008", "38.32"), vec!["2008,38.32"], "MET", Value::Null),
        (under("2008", "38"), vec!["2008,38.32"], "MET", Value::Null),
        (under("2025", "38.32"), vec!["2008,38.32", "2025,38.32"], "MET", Value::Null),
        (under("2025", "38.32"), vec!["2025,13.10"], "NOT_MET", Value::Null),
        (under("2025", "38.32"), vec!["2008,38.32", "2025,13.10"], "UNKNOWN", json!("ACTIVITY_VERSION")),
        (under("2025", "38.32"), vec![], "UNKNOWN", json!("ACTIVITIES")),
        (json!({ "not": under("2025", "38.32") }), vec!["2008,38.32"], "UNKNOWN", json!("RULES")),
    ] {
        let lines: Vec<_> = activities.iter().map(|activity| format!("acme,{activity},main,s")).collect();
        let finding = of_acme(asking(&rule).rows("activities", HEADER, &lines)).await;
        assert_eq!((&finding["outcome"], &finding["missing"]), (&json!(outcome), &missing), "{rule} {activities:?}");
    }
    let finding = of_acme(asking(&under("2008", "38")).rows(
        "activities",
        HEADER,
        &["acme,2008,38.32,main,s", "acme,2008,62,main,s"],
    ))
    .await;
    let evidence = json!([{ "__typename": "Activity", "class": { "code": "38.32", "version": "NACE_BEL_2008" } }]);
    assert_eq!(finding["evidence"], evidence, "which activity it is");
    assert_eq!(finding["explanation"], "Met: has an activity under 38 (NACE-BEL 2008).");
    assert_eq!(finding["fr"], "Rempli : a une activité sous 38 (NACE-BEL 2008).");
    assert_eq!(finding["nl"], "Vervuld: heeft een activiteit onder 38 (NACE-BEL 2008).");
}

#[tokio::test]
async fn a_postal_code_that_two_municipalities_share_places_nobody() {
    // 1040 belongs to Etterbeek and Brussels, 1050 to Ixelles and Brussels.
    let rule = json!({ "municipality": ["21009"] });
    for (site, outcome, missing) in [
        (",1050", "UNKNOWN", json!("MUNICIPALITY")),
        (",1040", "UNKNOWN", json!("MUNICIPALITY")),
        ("21009,1050", "MET", Value::Null),
        ("21004,1050", "NOT_MET", Value::Null),
        ("21005,1040", "NOT_MET", Value::Null),
    ] {
        let package = asking(&rule).rows(
            "sites",
            "organization,kind,municipality,postal_code,source",
            &[format!("acme,seat,{site},s")],
        );
        let finding = of_acme(package).await;
        assert_eq!((&finding["outcome"], &finding["missing"]), (&json!(outcome), &missing), "{site}");
        assert_eq!(list(&finding["evidence"]).len(), 1, "which site it is");
    }
    assert_eq!(of_acme(asking(&rule)).await["missing"], "SITES");
}

#[tokio::test]
async fn what_a_finding_rests_on_is_shown_with_its_source() {
    let judged = |cluster: &str| format!("{cluster},acme,charter-signed,true,s");
    for (rule, evidence) in [
        (
            json!({ "sphere": ["company"] }),
            json!({ "__typename": "OrganizationRecord", "sphere": "COMPANY", "sizeClass": null, "source": { "title": "A decision" } }),
        ),
        (
            json!({ "identifier": "WIKIDATA" }),
            json!({ "__typename": "Identifier", "scheme": "WIKIDATA", "value": "Q7" }),
        ),
        (
            json!({ "attribute": "circular" }),
            json!({ "__typename": "Attribute", "code": "circular", "holds": true, "source": { "title": "A decision" } }),
        ),
        (
            json!({ "assessed": "charter-signed" }),
            json!({ "__typename": "Judgement", "code": "charter-signed", "holds": true, "cluster": { "slug": "north" },
                    "source": { "title": "A decision" } }),
        ),
    ] {
        let package = asking(&rule)
            .cluster("south")
            .rows("organization_identifiers", "organization,scheme,value", &["acme,WIKIDATA,Q7"])
            .rows("attributes", "organization,code,value,source", &["acme,circular,true,s"])
            .rows("judgements", "cluster,organization,code,value,source", &[judged("north"), judged("south")]);
        let finding = of_acme(package).await;
        assert_eq!((&finding["outcome"], &finding["evidence"]), (&json!("MET"), &json!([evidence])), "{rule}");
    }
    // A judgement of another cluster is not its own.
    let package = asking(&json!({ "assessed": "charter-signed" })).cluster("south");
    let package = package.rows("judgements", "cluster,organization,code,value,source", &[judged("south")]);
    assert_eq!(of_acme(package).await["missing"], "JUDGEMENT");
}

#[tokio::test]
async fn a_correction_changes_verdicts_from_the_instant_it_was_recorded() {
    let with = |value: &str| {
        let package = asking(&json!({ "attribute": "circular" })).organization("acme", "company", "Acme");
        package.rows("attributes", "organization,code,value,source", &[format!("acme,circular,{value},s")])
    };
    let app = TestApp::with(&with("true")).await;
    let first = app.answer("{ register { revision } }", json!({})).await["extensions"]["basis"]["knownAt"].clone();
    app.import(&with("false")).await;
    for (at, verdict) in [(json!({ "knownAt": first }), "ELIGIBLE"), (json!({}), "NOT_ELIGIBLE")] {
        assert_eq!(found(&app, "north", at.clone(), None).await[0].1["verdict"], verdict);
        let document =
            "query ($at: PointInTime) { cluster(by: { slug: \"north\" }) { prospects(at: $at) { totalCount } } }";
        let answer = app.ask_with(document, json!({ "at": at })).await;
        assert_eq!(answer["cluster"]["prospects"]["totalCount"], u8::from(verdict == "ELIGIBLE"));
    }
    let before = json!({ "knownAt": "2001-01-01T00:00:00Z" });
    assert!(found(&app, "north", before, None).await[0].1.is_null(), "neither was recorded by then");
}

#[tokio::test]
async fn deep_trees_and_long_lists_of_codes_are_answered_and_bounded() {
    let nested = |depth: usize| {
        (1..depth).fold(json!({ "sphere": ["company"] }), |rule, level| {
            if level % 2 == 0 { json!({ "all": [rule] }) } else { json!({ "not": rule }) }
        })
    };
    let app = TestApp::with(&asking(&nested(50)).organization("acme", "company", "Acme")).await;
    let document = "{ organizations { nodes { eligibility(cluster: { slug: \"north\" }) { verdict findings { path outcome } } } } }";
    let answer = app.ask(document).await;
    let eligibility = &answer["organizations"]["nodes"][0]["eligibility"];
    // Fifty levels, of which twenty-five negate.
    assert_eq!((list(&eligibility["findings"]).len(), &eligibility["verdict"]), (50, &json!("NOT_ELIGIBLE")));
    assert!(eligibility["findings"][49]["path"].as_str().is_some_and(|path| path.starts_with("not.all[0].not.")));

    let codes = |count: usize| -> Value {
        let municipalities = ["21001", "21004", "21007"].into_iter().cycle().take(count);
        json!({ "municipality": municipalities.collect::<Vec<_>>() })
    };
    let nace = |count: usize| json!({ "activity": { "version": "2008", "under": vec!["38.32"; count] } });
    for rule in [codes(5_000), nace(5_000)] {
        let app = TestApp::with(&asking(&rule).organization("acme", "company", "Acme")).await;
        let all = found(&app, "north", Value::Null, None).await;
        assert_eq!(all[0].1["verdict"], "UNDETERMINED");
        let explanation = all[0].1["finding"]["explanation"].as_str().expect("a text");
        assert!(explanation.contains("4990 more") && explanation.len() < 1_000, "{explanation}");
    }
    let app = TestApp::empty().await;
    for (rule, fragment) in [
        (nested(61), "nested deeper than 60"),
        (nested(200), "nested deeper than 60"),
        (codes(10_000), "10001 rules and codes; expected at most 10000"),
        (nace(20_000), "20001 rules and codes; expected at most 10000"),
    ] {
        let error = app.try_import(&asking(&rule)).await.expect_err("beyond the limits").to_string();
        assert!(error.contains(fragment), "{error}");
    }
}

#[tokio::test]
async fn an_exit_names_the_version_that_was_failed() {
    let lines =
        ["north,outsider,member,effective,2019,2023,,,s", "north,outsider,member,ended,2023,,no_longer_eligible,2,s"];
    let package = repositioned()
        .without("periods")
        .rows("periods", "cluster,organization,kind,status,from,to,exit_kind,exit_criteria,source", &lines)
        .rows("services", "cluster,id,name_en,source", &["north,advice,Advice,s"])
        .rows("referrals", "cluster,organization,service,on,source", &["north,outsider,advice,2023-02,s"]);
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(
            r#"{ cluster(by: { slug: "north" }) { services { name }
             memberships(filter: { status: [ENDED] }) { nodes { organization { name } referrals { service { name } }
             period { exit { kind reason criteria { version state rule { __typename description } } } } } } } }"#,
        )
        .await;
    let exit = json!({ "kind": "NO_LONGER_ELIGIBLE", "reason": null, "criteria": { "version": 2, "state": "ADOPTED",
        "rule": { "__typename": "AllRule", "description": "all of (a source asserts `circular`; a source asserts `works_material`)" } } });
    let expected = json!({ "services": [{ "name": "Advice" }], "memberships": { "nodes": [{ "organization": { "name": "OUTSIDER" },
        "referrals": [{ "service": { "name": "Advice" } }], "period": { "exit": exit } }] } });
    assert_eq!(answer["cluster"], expected);
}
