//! Organizations: finding them, and what is recorded of them.

use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    introspection::{list, text},
    now,
};

mod search;

/// What a synthetic organization is, in the words of the filters.
#[derive(Clone, Debug)]
struct Known {
    key: String,
    sphere: &'static str,
    nis: &'static str,
    /// The activity: version and code.
    class: (&'static str, &'static str),
    attribute: Option<bool>,
    has_identifier: bool,
    /// The status of the membership of `north`, at the day of the tests.
    status: Option<&'static str>,
    is_partner: bool,
}

/// Twelve organizations that differ in everything a filter can ask.
fn twelve() -> Vec<Known> {
    let classes = [("2008", "13.10"), ("2008", "38.32"), ("2025", "38.32"), ("2008", "62.01")];
    (0..12)
        .map(|n| Known {
            key: format!("o{n:02}"),
            sphere: ["COMPANY", "RESEARCH", "PUBLIC", "CIVIL_SOCIETY"][n % 4],
            nis: ["21004", "21007", "21009"][n % 3],
            class: classes[(n / 2) % 4],
            attribute: [Some(true), Some(false), None, None, Some(true)][n % 5],
            has_identifier: n % 3 == 1,
            status: [Some("CANDIDATE"), Some("EFFECTIVE"), Some("ENDED"), None][(n / 3) % 4],
            is_partner: n % 4 == 2,
        })
        .collect()
}

fn register() -> Package {
    let mut package = Package::new("twelve").cluster("north").cluster("south").rows(
        "sectors",
        "cluster,code,label_en,source",
        &["north,textile,Textile,s", "north,recovery,Recovery,s", "north,nothing,Nothing,s"],
    );
    package = package.rows(
        "sector_nace",
        "cluster,sector,nace_version,nace_code",
        &["north,textile,2008,13", "north,recovery,2008,38.3", "north,textile,2008,62"],
    );
    for known in twelve() {
        let Known { key, nis, class: (version, code), .. } = &known;
        package = package
            .organization(key, &known.sphere.to_lowercase(), &format!("Name {key}"))
            .rows("sites", "organization,kind,municipality,source", &[format!("{key},seat,{nis},s")])
            .rows(
                "activities",
                "organization,nace_version,nace_code,rank,source",
                &[format!("{key},{version},{code},main,s")],
            );
        let value = known.attribute.map_or("unknown", |value| if value { "true" } else { "false" });
        if key != "o02" {
            package = package.rows(
                "attributes",
                "organization,code,value,source",
                &[format!("{key},works_material,{value},s")],
            );
        }
        if known.has_identifier {
            package =
                package.rows("organization_identifiers", "organization,scheme,value", &[format!("{key},ECCP,{key}")]);
        }
        if let Some(status) = known.status {
            package = package.member("north", key, &status.to_lowercase(), "2020", "");
        }
        if known.is_partner {
            package = package.period(&format!("north,{key},partner,,effective,2020,,,,,,s"));
        }
    }
    package
}

async fn names(app: &TestApp, arguments: &str) -> Vec<String> {
    let document = format!("{{ organizations({arguments}) {{ totalCount nodes {{ name }} }} }}");
    let answer = app.ask(&document).await;
    let found: Vec<_> =
        list(&answer["organizations"]["nodes"]).iter().map(|node| text(&node["name"]).to_owned()).collect();
    assert_eq!(answer["organizations"]["totalCount"], found.len(), "{document}");
    found
}

/// A filter with what it means.
type Condition = (String, Box<dyn Fn(&Known) -> bool>);

async fn conditions(app: &TestApp) -> Vec<Condition> {
    let ids = app.ask("{ clusters { nodes { slug id sectors { code id } } } }").await;
    let clusters = list(&ids["clusters"]["nodes"]);
    let (north, south) = (&clusters[0]["id"], &clusters[1]["id"]);
    let sector = |code: &str| {
        let found = list(&clusters[0]["sectors"]).iter().find(|sector| sector["code"] == code);
        found.expect("a sector")["id"].clone()
    };
    let (textile, recovery, nothing) = (sector("textile"), sector("recovery"), sector("nothing"));
    let under = |version: &str, code: &str| format!("activity: {{ version: NACE_BEL_{version}, under: \"{code}\" }}");
    let is = |version: &'static str, codes: &'static [&'static str]| {
        move |known: &Known| known.class.0 == version && codes.contains(&known.class.1)
    };
    vec![
        ("sphere: [COMPANY, PUBLIC]".into(), Box::new(|known| ["COMPANY", "PUBLIC"].contains(&known.sphere))),
        ("sphere: []".into(), Box::new(|_| false)),
        ("municipality: [\"21004\"]".into(), Box::new(|known| known.nis == "21004")),
        ("municipality: [\"21004\", \"21007\"]".into(), Box::new(|known| known.nis != "21009")),
        (under("2008", "C"), Box::new(is("2008", &["13.10"]))),
        (under("2008", "E"), Box::new(is("2008", &["38.32"]))),
        (under("2008", "38"), Box::new(is("2008", &["38.32"]))),
        (under("2008", "38.3"), Box::new(is("2008", &["38.32"]))),
        (under("2008", "3832"), Box::new(is("2008", &["38.32"]))),
        (under("2008", "38.1"), Box::new(|_| false)),
        (under("2025", "38.32"), Box::new(is("2025", &["38.32"]))),
        (under("2008", "62.01"), Box::new(is("2008", &["62.01"]))),
        (format!("sector: [{textile}]"), Box::new(is("2008", &["13.10", "62.01"]))),
        (format!("sector: [{recovery}]"), Box::new(is("2008", &["38.32"]))),
        (format!("sector: [{textile}, {recovery}]"), Box::new(|known| known.class.0 == "2008")),
        (format!("sector: [{nothing}]"), Box::new(|_| false)),
        ("attribute: { code: \"works_material\" }".into(), Box::new(|known| known.attribute == Some(true))),
        (
            "attribute: { code: \"works_material\", holds: false }".into(),
            Box::new(|known| known.attribute == Some(false)),
        ),
        ("attribute: { code: \"other\" }".into(), Box::new(|_| false)),
        ("identifier: [ECCP, LEI]".into(), Box::new(|known| known.has_identifier)),
        ("identifier: [LEI]".into(), Box::new(|_| false)),
        ("membership: { cluster: [] }".into(), Box::new(|_| false)),
        ("partnership: { cluster: [] }".into(), Box::new(|_| false)),
        ("not: { membership: { cluster: [] } }".into(), Box::new(|_| true)),
        ("membership: { status: [] }".into(), Box::new(|_| false)),
        ("sphere: []".into(), Box::new(|_| false)),
        ("membership: {}".into(), Box::new(|known| matches!(known.status, Some("CANDIDATE" | "EFFECTIVE")))),
        (
            format!("membership: {{ cluster: [{north}], status: [ENDED] }}"),
            Box::new(|known| known.status == Some("ENDED")),
        ),
        ("membership: { status: [CANDIDATE] }".into(), Box::new(|known| known.status == Some("CANDIDATE"))),
        (format!("membership: {{ cluster: [{south}] }}"), Box::new(|_| false)),
        (
            format!("membership: {{ cluster: [{south}, {north}] }}"),
            Box::new(|known| matches!(known.status, Some("CANDIDATE" | "EFFECTIVE"))),
        ),
        ("partnership: {}".into(), Box::new(|known| known.is_partner)),
        ("partnership: { status: [ENDED] }".into(), Box::new(|_| false)),
    ]
}

async fn holds(app: &TestApp, filter: &str, expected: impl Fn(&Known) -> bool) {
    let expected: Vec<_> =
        twelve().iter().filter(|known| expected(known)).map(|known| format!("Name {}", known.key)).collect();
    assert_eq!(names(app, &format!("filter: {{ {filter} }}")).await, expected, "{filter}");
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let app = TestApp::with(&register()).await;
    for (filter, expected) in conditions(&app).await {
        holds(&app, &filter, &expected).await;
        holds(&app, &format!("not: {{ {filter} }}"), |known| !expected(known)).await;
    }
}

#[tokio::test]
async fn filters_combine() {
    let app = TestApp::with(&register()).await;
    let conditions = conditions(&app).await;
    for (position, (one, is_one)) in conditions.iter().enumerate() {
        // Pairs at several distances, rather than all of them.
        for distance in [1, 5, 11, 16] {
            let (two, is_two) = &conditions[(position + distance) % conditions.len()];
            holds(&app, &format!("and: [{{ {one} }}, {{ {two} }}]"), |known| is_one(known) && is_two(known)).await;
            holds(&app, &format!("or: [{{ {one} }}, {{ {two} }}]"), |known| is_one(known) || is_two(known)).await;
            let nested = format!("not: {{ or: [{{ {one} }}, {{ not: {{ {two} }} }}] }}");
            holds(&app, &nested, |known| !is_one(known) && is_two(known)).await;
            let beside = format!("or: [{{ {one} }}], not: {{ {two} }}");
            holds(&app, &beside, |known| is_one(known) && !is_two(known)).await;
        }
    }
    for (filter, all) in
        [("", true), ("and: []", true), ("or: []", false), ("not: { or: [] }", true), ("not: {}", false)]
    {
        holds(&app, filter, |_| all).await;
    }
}

#[tokio::test]
async fn filters_refuse_what_they_do_not_know() {
    let app = TestApp::with(&register()).await;
    for (filter, says) in [
        ("municipality: [\"99999\"]", "99999"),
        ("municipality: [\"1000\"]", "1000"),
        ("activity: { version: NACE_BEL_2008, under: \"99.99\" }", "99.99"),
        ("activity: { version: NACE_BEL_2025, under: \"\" }", "NACE-BEL 2025"),
        ("sector: [\"textile\"]", "textile"),
        ("not: { membership: { cluster: [\"nowhere\"] } }", "no cluster has the slug `nowhere`"),
        ("verdict: { cluster: \"nowhere\", verdict: [ELIGIBLE] }", "no cluster has the slug `nowhere`"),
        ("verdict: { cluster: \"cluster_01h455vb4pex5vsknk084sn02q\", verdict: [] }", "does not hold"),
        ("founded: { from: \"2020-01-01\", to: \"2020-01-01\" }", "`founded` ends on 2020-01-01"),
        ("membership: { joined: { from: \"2020-01-01\", to: \"2019-01-01\" } }", "`joined` ends on 2019-01-01"),
    ] {
        let error = app.error(&format!("{{ organizations(filter: {{ {filter} }}) {{ totalCount }} }}")).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(says), "{filter}: {error}");
    }
}

#[tokio::test]
async fn filters_on_dated_facts_hold_at_the_point_in_time() {
    let package = Package::new("dated")
        .cluster("north")
        .organization("acme", "company", "Acme")
        .rows(
            "sites",
            "organization,kind,municipality,from,to,source",
            &["acme,seat,21004,,2020,s", "acme,seat,21007,2021-01-01,,s"],
        )
        .rows(
            "activities",
            "organization,nace_version,nace_code,rank,from,to,source",
            &["acme,2008,13,main,2019,2022-01-01,s"],
        )
        .rows("attributes", "organization,code,value,from,to,source", &["acme,a,true,2019-06,,s"])
        .member("north", "acme", "candidate", "2018", "2019")
        .member("north", "acme", "effective", "2019", "2022")
        .member("north", "acme", "ended", "2022", "");
    let app = TestApp::with(&package).await;
    for (filter, days) in [
        ("municipality: [\"21004\"]", [true, true, true, false, false]),
        ("municipality: [\"21007\"]", [false, false, false, true, true]),
        ("activity: { version: NACE_BEL_2008, under: \"13\" }", [false, true, true, true, false]),
        ("attribute: { code: \"a\" }", [false, false, true, true, true]),
        ("membership: { status: [CANDIDATE] }", [true, false, false, false, false]),
        ("membership: { status: [EFFECTIVE] }", [false, true, true, true, false]),
        ("membership: {}", [true, true, true, true, false]),
        ("membership: { status: [ENDED] }", [false, false, false, false, true]),
    ] {
        let asked = ["2018-06-01", "2019-01-01", "2019-06-01", "2021-12-31", "2022-01-01"];
        for (day, expected) in asked.into_iter().zip(days) {
            let found = names(&app, &format!("at: {{ asOf: \"{day}\" }}, filter: {{ {filter} }}")).await;
            assert_eq!(!found.is_empty(), expected, "{filter} on {day}");
        }
    }
}

#[tokio::test]
async fn an_organization_is_found_by_what_other_registers_call_it() {
    let package =
        Package::new("identified").organization("acme", "company", "Acme").organization("lab", "research", "Lab");
    let package = package.rows(
        "organization_identifiers",
        "organization,scheme,value",
        &["acme,BE_KBO,BE 0000.000.196", "acme,WIKIDATA,Q1", "lab,ROR,03yrm5c26", "lab,BE_KBO,0000.009.797"],
    );
    let app = TestApp::with(&package).await;
    for (key, expected) in [
        ("enterpriseNumber: \"0000000196\"", json!({ "name": "Acme" })),
        ("enterpriseNumber: \"0000.000.196\"", json!({ "name": "Acme" })),
        ("enterpriseNumber: \" BE 0000 000 196\"", json!({ "name": "Acme" })),
        ("enterpriseNumber: \"0000009797\"", json!({ "name": "Lab" })),
        ("enterpriseNumber: \"0000000295\"", Value::Null),
        ("identifier: { scheme: BE_KBO, value: \"be0000.000.196\" }", json!({ "name": "Acme" })),
        ("identifier: { scheme: WIKIDATA, value: \"Q1\" }", json!({ "name": "Acme" })),
        ("identifier: { scheme: WIKIDATA, value: \"q1\" }", Value::Null),
        ("identifier: { scheme: ROR, value: \"03yrm5c26\" }", json!({ "name": "Lab" })),
        ("identifier: { scheme: LEI, value: \"00x\" }", Value::Null),
    ] {
        let answer = app.ask(&format!("{{ organization(by: {{ {key} }}) {{ name }} }}")).await;
        assert_eq!(answer["organization"], expected, "{key}");
    }
    for key in [
        "enterpriseNumber: \"0000000197\"",
        "enterpriseNumber: \"\"",
        "enterpriseNumber: \"acme\"",
        "identifier: { scheme: BE_KBO, value: \"0000000197\" }",
    ] {
        let error = app.error(&format!("{{ organization(by: {{ {key} }}) {{ name }} }}")).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("enterprise number"), "{key}: {error}");
    }
    let document = "{ organizations { nodes { identifiers { scheme value display } } } }";
    assert_eq!(
        app.ask(document).await["organizations"]["nodes"],
        json!([
            { "identifiers": [
                { "scheme": "BE_KBO", "value": "0000000196", "display": "0000.000.196" },
                { "scheme": "WIKIDATA", "value": "Q1", "display": "Q1" } ] },
            { "identifiers": [
                { "scheme": "BE_KBO", "value": "0000009797", "display": "0000.009.797" },
                { "scheme": "ROR", "value": "03yrm5c26", "display": "03yrm5c26" } ] },
        ])
    );
}

#[tokio::test]
async fn a_name_is_shown_in_the_language_asked_as_far_as_there_is_one() {
    let names = [
        "all,trade,fr,Le Vélo",
        "all,trade,nl,De Fiets",
        "all,trade,en,The Bike",
        "all,trade,de,Das Rad",
        "some,trade,fr,La Laine",
        "some,trade,nl,De Wol",
        "same,trade,,Wool",
        "same,legal,,Wool Ltd",
        "same,abbreviation,,W",
        "same,former,,Cotton",
        "legal,legal,,Steel Ltd",
        "legal,abbreviation,,ST",
        "legal,former,,Iron",
        "short,abbreviation,,SH",
        "short,former,,Longer",
    ];
    let mut package = Package::new("named").rows("organization_names", "organization,kind,language,name", &names);
    for key in ["all", "some", "same", "legal", "short"] {
        package = package.rows("organizations", "id,sphere,source", &[format!("{key},company,s")]);
    }
    let app = TestApp::with(&package).await;
    let document = "{ organizations(orderBy: [{ field: RECORDED }]) { nodes {
        default: name en: name(language: EN) fr: name(language: FR) nl: name(language: NL) de: name(language: DE) } } }";
    let mut shown: Vec<_> = list(&app.ask(document).await["organizations"]["nodes"])
        .iter()
        .map(|node| ["default", "en", "fr", "nl", "de"].map(|language| text(&node[language]).to_owned()))
        .collect();
    shown.sort();
    let mut expected = vec![
        ["The Bike", "The Bike", "Le Vélo", "De Fiets", "Das Rad"],
        ["La Laine", "La Laine", "La Laine", "De Wol", "La Laine"],
        ["Wool"; 5],
        ["Steel Ltd"; 5],
        ["SH"; 5],
    ];
    expected.sort_unstable();
    assert_eq!(shown, expected);
    let document = "{ organizations(search: \"cotton\") { nodes { names { kind language name } } } }";
    assert_eq!(
        app.ask(document).await["organizations"]["nodes"][0]["names"],
        json!([
            { "kind": "TRADE", "language": null, "name": "Wool" },
            { "kind": "LEGAL", "language": null, "name": "Wool Ltd" },
            { "kind": "ABBREVIATION", "language": null, "name": "W" },
            { "kind": "FORMER", "language": null, "name": "Cotton" },
        ])
    );
}

#[tokio::test]
async fn a_name_people_know_goes_before_a_legal_name_in_another_language() {
    let package = Package::new("named").rows("organizations", "id,sphere,source", &["wool,company,s"]).rows(
        "organization_names",
        "organization,kind,language,name",
        &["wool,trade,fr,La Laine", "wool,legal,en,Wool Ltd"],
    );
    let answer = TestApp::with(&package).await.ask("{ organizations { nodes { name(language: EN) } } }").await;
    assert_eq!(answer["organizations"]["nodes"][0]["name"], "La Laine");
}

#[tokio::test]
async fn each_sphere_has_its_own_fields() {
    let package = Package::new("spheres").rows(
        "organizations",
        "id,sphere,size_class,research_kind,government_level,civil_society_kind,founded_on,dissolved_on,website,description_en,description_fr,source",
        &[
            "a,company,small,,,,1999,2020-05,https://a.example,Makes wool,Fait de la laine,s",
            "b,research,,university_college,,,,,,,,s",
            "c,public,,,regional,,,,,,Une agence,s",
            "d,civil_society,,,,federation,,,,,,s",
            "e,company,,,,,,,,,,s",
        ],
    );
    let package = ["a", "b", "c", "d", "e"].iter().fold(package, |package, key| {
        package.rows("organization_names", "organization,kind,name", &[format!("{key},trade,{key}")])
    });
    let document = "{ organizations { nodes { __typename sphere foundedOn dissolvedOn website description french: description(language: FR)
        source { title } ... on Company { sizeClass } ... on ResearchBody { researchKind }
        ... on PublicInstitution { governmentLevel } ... on CivilSocietyBody { civilSocietyKind } } } }";
    let answer = TestApp::with(&package).await.ask(document).await;
    let bare = |kind: &str, sphere: &str, extra: Value| {
        let mut node = json!({ "__typename": kind, "sphere": sphere, "foundedOn": null, "dissolvedOn": null, "website": null,
            "description": null, "french": null, "source": { "title": "A decision" } });
        for (name, value) in extra.as_object().expect("fields") {
            node[name] = value.clone();
        }
        node
    };
    let expected = json!([
        bare(
            "Company",
            "COMPANY",
            json!({ "sizeClass": "SMALL", "foundedOn": "1999", "dissolvedOn": "2020-05",
            "website": "https://a.example", "description": "Makes wool", "french": "Fait de la laine" })
        ),
        bare("ResearchBody", "RESEARCH", json!({ "researchKind": "UNIVERSITY_COLLEGE" })),
        bare(
            "PublicInstitution",
            "PUBLIC",
            json!({ "governmentLevel": "REGIONAL", "description": "Une agence", "french": "Une agence" })
        ),
        bare("CivilSocietyBody", "CIVIL_SOCIETY", json!({ "civilSocietyKind": "FEDERATION" })),
        bare("Company", "COMPANY", json!({ "sizeClass": null })),
    ]);
    assert_eq!(answer["organizations"]["nodes"], expected);
}

#[tokio::test]
async fn dated_facts_are_those_of_the_day() {
    let package = Package::new("dated")
        .organization("acme", "company", "Acme")
        .rows(
            "sites",
            "organization,kind,municipality,postal_code,from,to,source",
            &["acme,establishment,21004,1000,,,s", "acme,seat,21007,,2020,2022-03,s", "acme,seat,,1050,2022-03-31,,s"],
        )
        .rows(
            "activities",
            "organization,nace_version,nace_code,rank,from,to,source",
            &["acme,2025,38.32,ancillary,,,s", "acme,2025,13,main,2021-01-01,,s", "acme,2008,3832,main,,2025-01-01,s"],
        )
        .rows(
            "attributes",
            "organization,code,value,from,to,source",
            &["acme,reuse,unknown,,,s", "acme,material,true,2020-05-01,,s", "acme,material,false,,2020-05-01,s"],
        );
    let app = TestApp::with(&package).await;
    let document = "query ($at: PointInTime) { organizations { nodes { municipality(at: $at) { nis }
        sites(at: $at) { kind postalCode from to municipality { nis } } activities(at: $at) { rank class { version code } }
        attributes(at: $at) { code holds } } } }";
    let on = async |day: &str| {
        let answer = app.ask_with(document, json!({ "at": { "asOf": day } })).await;
        answer["organizations"]["nodes"][0].clone()
    };
    let establishment = json!({ "kind": "ESTABLISHMENT", "postalCode": "1000", "from": null, "to": null, "municipality": { "nis": "21004" } });
    let seat = json!({ "kind": "SEAT", "postalCode": null, "from": "2020", "to": "2022-03", "municipality": { "nis": "21007" } });
    let moved = json!({ "kind": "SEAT", "postalCode": "1050", "from": "2022-03-31", "to": null, "municipality": null });
    let class =
        |rank: &str, version: &str, code: &str| json!({ "rank": rank, "class": { "version": version, "code": code } });
    let (wool, landfill) = (class("MAIN", "NACE_BEL_2025", "13"), class("ANCILLARY", "NACE_BEL_2025", "38.32"));
    let recovery = class("MAIN", "NACE_BEL_2008", "38.32");
    let attributes = |value: bool| json!([{ "code": "material", "holds": value }, { "code": "reuse", "holds": null }]);
    for (day, sites, nis, activities, material) in [
        ("2019-12-31", json!([establishment]), "21004", json!([recovery, landfill]), false),
        ("2020-04-30", json!([seat, establishment]), "21007", json!([recovery, landfill]), false),
        ("2020-05-01", json!([seat, establishment]), "21007", json!([recovery, landfill]), true),
        ("2022-03-30", json!([seat, establishment]), "21007", json!([recovery, wool, landfill]), true),
        ("2022-03-31", json!([moved, establishment]), "21004", json!([recovery, wool, landfill]), true),
        ("2025-01-01", json!([moved, establishment]), "21004", json!([wool, landfill]), true),
    ] {
        let found = on(day).await;
        assert_eq!(found["sites"], sites, "{day}");
        assert_eq!(found["municipality"], json!({ "nis": nis }), "{day}");
        assert_eq!(found["activities"], activities, "{day}");
        assert_eq!(found["attributes"], attributes(material), "{day}");
    }
    let today = now().format("%Y-%m-%d").to_string();
    let answer = app.ask("{ organizations { nodes { sites { kind } } } }").await;
    assert_eq!(list(&answer["organizations"]["nodes"][0]["sites"]).len(), list(&on(&today).await["sites"]).len());
}

#[tokio::test]
async fn the_number_of_an_establishment_unit_may_be_punctuated() {
    let package = Package::new("north").organization("acme", "company", "Acme").rows(
        "organization_identifiers",
        "organization,scheme,value",
        &["acme,BE_EST,2.000.000.042"],
    );
    let app = TestApp::with(&package).await;
    for (value, found) in [("2.000.000.042", true), ("2000000042", true), ("2000000043", false)] {
        let document =
            format!("{{ organization(by: {{ identifier: {{ scheme: BE_EST, value: \"{value}\" }} }}) {{ name }} }}");
        let expected = if found { json!({ "name": "Acme" }) } else { Value::Null };
        assert_eq!(app.ask(&document).await["organization"], expected, "{value}");
    }
}

#[tokio::test]
async fn what_is_recorded_says_when_it_last_was() {
    let package = |website: &str, name: &str, to: &str| {
        Package::new("p")
            .rows("clusters", "slug,name_en,website,source", &[format!("c,C,{website},s")])
            .organization("a", "company", "A")
            .organization("b", "company", name)
            .member("c", "a", "effective", "2018", to)
            .member("c", "b", "effective", "2018", "")
    };
    let app = TestApp::empty().await;
    app.import(&package("", "B", "")).await;
    let document = "{ clusters { nodes { updatedAt } } organizations { nodes { updatedAt } }
        memberships(orderBy: [{ field: ORGANIZATION_NAME }]) { nodes { updatedAt } } }";
    let ask = async |known_at: Option<&str>| {
        let extensions = known_at.map_or(json!({}), |at| json!({ "basis": { "knownAt": at } }));
        let answer = app.post(json!({ "query": document, "extensions": extensions })).await;
        let at = |list_of: &str| -> Vec<String> {
            let nodes = list(&answer["data"][list_of]["nodes"]).iter();
            nodes.map(|node| text(&node["updatedAt"]).to_owned()).collect()
        };
        let basis = text(&answer["extensions"]["basis"]["knownAt"]).to_owned();
        (basis, [at("clusters"), at("organizations"), at("memberships")])
    };
    let (first, all) = ask(None).await;
    assert_eq!(all.concat(), vec![first.clone(); 5]);
    // A cluster's record, then a name, then an end: each moves what it is about and nothing else.
    app.import(&package("https://c.example", "B", "")).await;
    let (second, _) = ask(None).await;
    app.import(&package("https://c.example", "Bee", "")).await;
    let (third, _) = ask(None).await;
    app.import(&package("https://c.example", "Bee", "2027-01-01")).await;
    let (fourth, all) = ask(None).await;
    let named = |name: &str| name.to_owned();
    assert_eq!(all, [vec![second.clone()], vec![first.clone(), third.clone()], vec![fourth, named(&first)]]);
    // As the request knows it.
    let (_, then) = ask(Some(&second)).await;
    assert_eq!(then, [vec![second], vec![first.clone(); 2], vec![first; 2]]);
}
