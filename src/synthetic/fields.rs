//! Fields of business: what an organization does, and what a cluster is about.

use entity::NaceVersion;

use crate::domain::{positions::ClassAt, reference::REFERENCE};

/// A field of business.
pub(super) struct Field {
    /// Its code, as sectors of clusters use it.
    pub(super) code: &'static str,
    /// Its name in English, French and Dutch.
    pub(super) names: [&'static str; 3],
    /// A word that companies of the field like to put beside their name.
    pub(super) trade: &'static str,
    /// Its divisions, which both versions of NACE-BEL have.
    pub(super) divisions: &'static [&'static str],
    /// Whether it works physical material.
    pub(super) is_material: bool,
}

macro_rules! fields {
    ($($code:literal: $en:literal, $fr:literal, $nl:literal, $trade:literal, [$($division:literal),+], $is_material:literal;)+) => {
        &[$(Field {
            code: $code,
            names: [$en, $fr, $nl],
            trade: $trade,
            divisions: &[$($division),+],
            is_material: $is_material,
        }),+]
    };
}

/// All fields.
pub(super) const FIELDS: &[Field] = fields! {
    "textile": "Textile and clothing", "Textile et habillement", "Textiel en kleding", "Textiel", ["13", "14", "15"], true;
    "wood": "Wood and furniture", "Bois et mobilier", "Hout en meubelen", "Bois", ["16", "31"], true;
    "food": "Food and drink", "Alimentation", "Voeding", "Foods", ["10", "11", "56"], true;
    "construction": "Construction", "Construction", "Bouw", "Construct", ["41", "42", "43"], true;
    "metal": "Metal and machines", "Métal et machines", "Metaal en machines", "Métal", ["24", "25", "28"], true;
    "chemistry": "Chemistry and plastics", "Chimie et plastiques", "Chemie en kunststoffen", "Materials", ["20", "22"], true;
    "electronics": "Electronics", "Électronique", "Elektronica", "Electronics", ["26", "27"], true;
    "recovery": "Waste and recovery", "Déchets et récupération", "Afval en terugwinning", "Recup", ["37", "38", "39"], true;
    "repair": "Repair and retail", "Réparation et commerce", "Herstelling en handel", "Repair", ["33", "47", "95"], true;
    "energy": "Energy", "Énergie", "Energie", "Énergie", ["35"], false;
    "mobility": "Mobility", "Mobilité", "Mobiliteit", "Mobility", ["29", "30", "49"], true;
    "logistics": "Logistics", "Logistique", "Logistiek", "Logistics", ["52", "53"], false;
    "digital": "Digital technology", "Numérique", "Digitale technologie", "Digital", ["58", "62", "63"], false;
    "media": "Media and print", "Médias et imprimerie", "Media en druk", "Studio", ["18", "59", "60"], false;
    "health": "Health", "Santé", "Gezondheid", "Health", ["21", "86"], false;
    "design": "Architecture and design", "Architecture et design", "Architectuur en design", "Design", ["71", "74"], false;
    "water": "Water and green space", "Eau et espaces verts", "Water en groen", "Aqua", ["36", "81"], false;
    "hospitality": "Tourism and hospitality", "Tourisme et horeca", "Toerisme en horeca", "Hôtels", ["55", "79"], false;
};

/// The versions of NACE-BEL, in the order of [`subclasses`].
pub(super) const VERSIONS: [NaceVersion; 2] = [NaceVersion::V2008, NaceVersion::V2025];

/// The subclasses of divisions, in each version.
pub(super) fn subclasses(divisions: &[&str]) -> [Vec<&'static str>; 2] {
    VERSIONS.map(|version| {
        let divisions = divisions.iter().filter_map(|division| REFERENCE.class(version, division));
        let classes =
            divisions.flat_map(|class| ClassAt::all(REFERENCE.positions_under(class))).map(|at| REFERENCE.class_at(at));
        classes.filter(|class| class.level == 5).map(|class| class.code.as_str()).collect()
    })
}
