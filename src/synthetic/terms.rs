//! What the codes of invented organizations and clusters are called, in English, French and Dutch.

use entity::term::TermKind;
use serde::Serialize;

use super::{
    edition::{Edition, PRACTICES},
    fields::Field,
    plan::{Document, Plan},
};

#[derive(Serialize)]
struct TermRow<'a> {
    kind: TermKind,
    cluster: Option<&'a str>,
    code: &'a str,
    label_en: &'a str,
    label_fr: &'a str,
    label_nl: &'a str,
    source: &'a str,
}

/// The attributes of organizations, by code.
const ATTRIBUTES: [(&str, [&str; 3]); 7] = [
    ("works_material", ["works physical material", "travaille la matière", "bewerkt materiaal"]),
    ("urban_production", ["urban production", "production urbaine", "stedelijke productie"]),
    (
        "circular_business_model",
        ["circular business model", "modèle d’affaires circulaire", "circulair economisch model"],
    ),
    ("reuse_and_repair", ["reuse and repair", "réemploi et réparation", "hergebruik en herstelling"]),
    ("product_as_a_service", ["product as a service", "produit comme service", "product als dienst"]),
    ("resource_recovery", ["resource recovery", "récupération de ressources", "terugwinning van grondstoffen"]),
    ("eco_design", ["eco-design", "écoconception", "ecodesign"]),
];

/// What clusters look at, by code.
const JUDGEMENTS: [(&str, [&str; 3]); 3] = [
    ("circular-intent", ["circular intent", "intention circulaire", "circulaire intentie"]),
    ("motivation", ["motivation", "motivation", "motivatie"]),
    ("charter-signed", ["charter signed", "charte signée", "charter ondertekend"]),
];

/// Writes what attributes are called.
pub(super) fn of_attributes(edition: &mut Edition<'_>) {
    for (code, [label_en, label_fr, label_nl]) in ATTRIBUTES {
        let kind = TermKind::Attribute;
        edition.add("terms", TermRow { kind, cluster: None, code, label_en, label_fr, label_nl, source: PRACTICES });
    }
}

/// The name of a cluster's working group for a field.
pub(super) fn scope(field: &Field) -> String {
    format!("Working group {}", field.names[0])
}

/// Writes what a cluster's judgements and working groups are called.
pub(super) fn of_cluster(edition: &mut Edition<'_>, plan: &Plan) {
    let (source, cluster) = (plan.source(Document::Register), Some(plan.slug.as_str()));
    for (code, [label_en, label_fr, label_nl]) in
        JUDGEMENTS.into_iter().filter(|(code, _)| plan.assessed.contains(*code))
    {
        let kind = TermKind::Judgement;
        edition.add("terms", TermRow { kind, cluster, code, label_en, label_fr, label_nl, source: &source });
    }
    for field in &plan.fields {
        let [_, fr, nl] = field.names;
        let (code, label_fr, label_nl) = (scope(field), format!("Groupe de travail {fr}"), format!("Werkgroep {nl}"));
        let row = TermRow {
            kind: TermKind::Scope,
            cluster,
            code: &code,
            label_en: &code,
            label_fr: &label_fr,
            label_nl: &label_nl,
            source: &source,
        };
        edition.add("terms", row);
    }
}
