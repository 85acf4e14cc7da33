//! Rules and findings as they are read: sentences in four languages, paths, and what codes are called.

use serde_json::{Value, json};

use super::{asking, version};
use crate::support::{Package, TestApp, introspection::list};

#[tokio::test]
async fn rules_are_walked_and_read_in_four_languages() {
    let rule = json!({ "any": [
        { "all": [{ "sphere": ["company", "research"] }, { "not": { "municipality": ["21004", "21007"] } }] },
        { "activity": { "version": "2025", "under": ["38", "38.32"] } }, { "sector": ["wood"] }, { "attribute": "circular" },
        { "identifier": "BE_KBO" }, { "size_at_most": "medium" }, { "assessed": "charter-signed" }] });
    let package = asking(&rule).rows("sectors", "cluster,code,label_en,source", &["north,wood,Wood,s"]);
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(r#"{ cluster(by: { slug: "north" }) { criteria { optionalRules { __typename } rule { __typename
             en: description(language: EN) fr: description(language: FR) nl: description(language: NL) de: description(language: DE) ... on AnyRule { rules { __typename
               ... on AllRule { rules { ... on SphereRule { spheres } ... on NotRule { rule { ... on MunicipalityRule { municipalities { name(language: FR) } } } } } }
               ... on ActivityRule { version codes classes { level } } ... on SectorRule { sectors } ... on AttributeRule { attribute }
               ... on IdentifierRule { scheme } ... on SizeRule { atMost } ... on AssessedRule { code } } } } } } }"#)
        .await;
    let found = &answer["cluster"]["criteria"]["rule"];
    assert_eq!(
        found["rules"],
        json!([
            { "__typename": "AllRule", "rules": [{ "spheres": ["COMPANY", "RESEARCH"] },
              { "rule": { "municipalities": [{ "name": "Bruxelles" }, { "name": "Forest" }] } }] },
            { "__typename": "ActivityRule", "version": "NACE_BEL_2025", "codes": ["38", "38.32"], "classes": [{ "level": 2 }, { "level": 4 }] },
            { "__typename": "SectorRule", "sectors": ["wood"] },
            { "__typename": "AttributeRule", "attribute": "circular" },
            { "__typename": "IdentifierRule", "scheme": "BE_KBO" },
            { "__typename": "SizeRule", "atMost": "MEDIUM" },
            { "__typename": "AssessedRule", "code": "charter-signed" },
        ])
    );
    for (language, text) in [
        (
            "en",
            "at least one of (all of (is a company or a research or academic body; not (has a site in Bruxelles or Forest)); \
             has an activity under 38 or 38.32 (NACE-BEL 2025); has an activity of the sector “Wood”; a source asserts `circular`; \
             has an identifier: enterprise number; is a company of at most this size: medium; the cluster judged as met: \
             `charter-signed`)",
        ),
        (
            "fr",
            "au moins un de ceci (tout ceci (est une entreprise ou un centre de recherche ou académique; pas (a un site à \
             Bruxelles ou Forest)); a une activité sous 38 ou 38.32 (NACE-BEL 2025); a une activité du secteur « Wood »; une \
             source atteste `circular`; a un identifiant : numéro d’entreprise; est une entreprise d’au plus cette taille : \
             moyenne; le cluster a jugé rempli : `charter-signed`)",
        ),
        (
            "nl",
            "minstens één van (dit alles (is een onderneming of een onderzoekscentrum of academische instelling; niet (heeft een \
             vestiging in Brussel of Vorst)); heeft een activiteit onder 38 of 38.32 (NACE-BEL 2025); heeft een activiteit van de \
             sector “Wood”; een bron bevestigt `circular`; heeft een identificatie: ondernemingsnummer; is een onderneming van \
             hoogstens deze grootte: middelgroot; de cluster oordeelde vervuld: `charter-signed`)",
        ),
        (
            "de",
            "mindestens eines von (all dies (ist ein Unternehmen oder eine Forschungs- oder Hochschuleinrichtung; nicht (hat \
             einen Standort in Bruxelles oder Forest)); hat eine Tätigkeit unter 38 oder 38.32 (NACE-BEL 2025); hat eine \
             Tätigkeit des Sektors „Wood“; eine Quelle bestätigt `circular`; hat eine Kennung: Unternehmensnummer; ist ein \
             Unternehmen von höchstens dieser Größe: mittel; der Cluster beurteilte als erfüllt: `charter-signed`)",
        ),
    ] {
        assert_eq!(found[language], text);
    }
}

#[tokio::test]
async fn what_decides_is_told_by_its_path_in_every_kind_of_rule() {
    let rule = json!({ "any": [{ "not": { "sphere": ["company"] } }, { "size_at_most": "small" },
                               { "all": [{ "identifier": "ROR" }, { "attribute": "circular" }] }] });
    let package = asking(&rule)
        .rows(
            "organizations",
            "id,sphere,size_class,source",
            &["a,company,,s", "b,company,micro,s", "c,company,large,s", "d,research,,s"],
        )
        .rows("organization_names", "organization,kind,name", &["a,trade,A", "b,trade,B", "c,trade,C", "d,trade,D"]);
    let app = TestApp::with(&package).await;
    let document = r#"{ organizations { nodes { name eligibility(cluster: { slug: "north" }) { verdict
        deciding { path } findings { path outcome missing } } } } }"#;
    let answer = app.ask(document).await;
    let all = list(&answer["organizations"]["nodes"]);
    for (assessed, verdict, deciding) in [
        (&all[0], "UNDETERMINED", &["any[1]", "any[2].all[0]", "any[2].all[1]"][..]),
        (&all[1], "ELIGIBLE", &["any[1]"]),
        (&all[2], "UNDETERMINED", &["any[2].all[0]", "any[2].all[1]"]),
        (&all[3], "ELIGIBLE", &["any[0].not"]),
    ] {
        let assessed = &assessed["eligibility"];
        assert_eq!(assessed["verdict"], verdict, "{assessed}");
        let paths: Vec<_> = list(&assessed["deciding"]).iter().map(|finding| finding["path"].clone()).collect();
        assert_eq!(json!(paths), json!(deciding), "{assessed}");
    }
    // Of the size: unknown where it is not recorded, and nothing is missing where it is, or where there can be none.
    let of_size = all.iter().map(|node| list(&node["eligibility"]["findings"])[3].clone());
    let expected =
        [("UNKNOWN", json!("SIZE_CLASS")), ("MET", Value::Null), ("NOT_MET", Value::Null), ("NOT_MET", Value::Null)];
    let expected =
        expected.map(|(outcome, missing)| json!({ "path": "any[1]", "outcome": outcome, "missing": missing }));
    assert_eq!(of_size.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_rule_of_one_rule_reads_as_that_one_and_no_rule_as_no_condition() {
    let mut optional = version("north", 1, "adopted", &json!({ "any": [{ "identifier": "ROR" }] }));
    let document = r#"{ cluster(by: { slug: "north" }) { criteria { rule { en: description(language: EN) fr: description(language: FR) }
        optionalRules { en: description(language: EN) fr: description(language: FR) } } } }"#;
    let one = json!({ "en": "has an identifier: ROR", "fr": "a un identifiant : ROR" });
    let none = json!({ "en": "no condition", "fr": "aucune condition" });
    for (required, rule, optionals) in [(true, &one, json!([])), (false, &none, json!([one]))] {
        optional["criteria"][0]["required"] = json!(required);
        let package = Package::new("north").cluster("north").criteria(json!([optional]));
        let answer = TestApp::with(&package).await.ask(document).await;
        let expected = json!({ "rule": rule, "optionalRules": optionals });
        assert_eq!(answer["cluster"]["criteria"], expected);
    }
}

#[tokio::test]
async fn codes_are_called_what_their_terms_say() {
    let terms = [
        "attribute,,wood,works wood,travaille le bois,s",
        "judgement,north,charter,signed the charter,a signé la charte,s",
        "scope,north,Wood Group,Wood Group,Groupe Bois,s",
    ];
    let rule = json!({ "all": [{ "attribute": "wood" }, { "assessed": "charter" }, { "sector": ["a"] },
        { "not": { "attribute": "unnamed" } }] });
    let package = asking(&rule)
        .organization("acme", "company", "Acme")
        .rows("sectors", "cluster,code,label_en,label_fr,source", &["north,a,Furniture,Meubles,s"])
        .rows("terms", "kind,cluster,code,label_en,label_fr,source", &terms)
        .rows("attributes", "organization,code,value,source", &["acme,wood,true,s"])
        .rows("judgements", "cluster,organization,code,value,source", &["north,acme,charter,true,s"])
        .rows("organization_identifiers", "organization,scheme,value", &["acme,WIKIDATA,Q1"])
        .period("north,acme,partner,Wood Group,effective,2018,,,,,,s");
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(
            r#"{ organizations { nodes { attributes { code label label_fr: label(language: FR) }
              identifiers { value source { title } }
              partnerships { nodes { scope scopeLabel scopeLabel_fr: scopeLabel(language: FR) } }
              eligibility(cluster: { slug: "north" }) { findings { path depth parent explanation(language: FR)
                rule { description(language: NL) ... on AttributeRule { label } ... on AssessedRule { label(language: FR) } }
                evidence { ... on Attribute { source { title } } ... on Judgement { label source { title } }
                  ... on Identifier { source { title } } ... on Site { source { title } } } } } } } }"#,
        )
        .await;
    let acme = &answer["organizations"]["nodes"][0];
    assert_eq!(acme["attributes"], json!([{ "code": "wood", "label": "works wood", "label_fr": "travaille le bois" }]));
    assert_eq!(acme["identifiers"], json!([{ "value": "Q1", "source": { "title": "A decision" } }]));
    let partnership = &acme["partnerships"]["nodes"][0];
    assert_eq!(
        *partnership,
        json!({ "scope": "Wood Group", "scopeLabel": "Wood Group", "scopeLabel_fr": "Groupe Bois" })
    );
    let findings = list(&acme["eligibility"]["findings"]);
    let said: Vec<_> = findings
        .iter()
        .map(|finding| json!([finding["path"], finding["parent"], finding["depth"], finding["explanation"]]))
        .collect();
    assert_eq!(said[1], json!(["all[0]", "", 1, "Rempli : une source atteste « travaille le bois »."]));
    assert_eq!(said[2], json!(["all[1]", "", 1, "Rempli : le cluster a jugé rempli : « a signé la charte »."]));
    assert_eq!(said[3][3], "Inconnu : a une activité du secteur « Meubles ». Aucune activité n’est enregistrée.");
    assert_eq!((&said[0][0], &said[0][1], &said[0][2]), (&json!(""), &Value::Null, &json!(0)));
    assert_eq!(
        said[5],
        json!([
            "all[3].not",
            "all[3]",
            2,
            "Inconnu : une source atteste `unnamed`. Aucune source ne dit ce qu’il en est."
        ])
    );
    assert_eq!(findings[1]["rule"], json!({ "description": "een bron bevestigt “works wood”", "label": "works wood" }));
    assert_eq!(findings[2]["rule"]["label"], "a signé la charte");
    assert_eq!(
        findings[2]["evidence"],
        json!([{ "label": "signed the charter", "source": { "title": "A decision" } }])
    );
    assert_eq!(findings[1]["evidence"], json!([{ "source": { "title": "A decision" } }]));
}
