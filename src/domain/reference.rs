//! Reference data, which no register changes: municipalities and the classification of activities.
//!
//! It is shipped in the binary, read once, and answered from memory; the database holds a copy for its foreign keys.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use entity::{
    Labels, NaceVersion, TextEnum,
    municipality::{self, PostalCodes},
    nace_class,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait};

use crate::domain::{
    Result,
    positions::{ClassAt, MunicipalityAt},
    search::{self, Needle},
    store::{
        gathered::{Directions, Term, page_of},
        page::{KeyKind, Page, PageRequest},
    },
};

/// The reference data of this release.
pub static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    Reference::parse(
        include_str!("../../data/reference/municipalities.csv"),
        include_str!("../../data/reference/nace_bel.csv"),
    )
    .expect("the reference data in the binary is well formed")
});

/// Municipalities by NIS code, and classes of activities by version and code.
#[derive(Debug)]
pub struct Reference {
    municipalities: BTreeMap<String, municipality::Model>,
    classes: BTreeMap<(NaceVersion, String), nace_class::Model>,
    dotted: HashMap<(NaceVersion, String), String>,
    /// The keys of the classes, in their order: the position of a class among all.
    keys: Vec<(NaceVersion, String)>,
    /// The labels of each as they are searched.
    lines: Vec<String>,
    /// The NIS codes, in their order.
    codes: Vec<String>,
}

impl Reference {
    fn parse(municipalities: &str, classes: &str) -> Result<Self, csv::Error> {
        let labels = |row: &BTreeMap<String, String>, prefix: &str| {
            let column = |language: &str| {
                let text = row.get(&format!("{prefix}_{language}"))?;
                (!text.is_empty()).then(|| (language.to_owned(), text.clone()))
            };
            ["en", "fr", "nl", "de"].into_iter().filter_map(column).collect::<Labels>()
        };
        let cell = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
        let municipalities = rows(municipalities)?.into_iter().map(|row| municipality::Model {
            nis: cell(&row, "nis"),
            names: labels(&row, "name"),
            postal_codes: PostalCodes(cell(&row, "postal_codes").split(';').map(str::to_owned).collect()),
            nuts: Some(cell(&row, "nuts3")).filter(|nuts| !nuts.is_empty()),
        });
        let municipalities: BTreeMap<_, _> = municipalities.map(|row| (row.nis.clone(), row)).collect();
        let mut dotted = HashMap::new();
        let mut by_code = BTreeMap::new();
        for row in rows(classes)? {
            let Some(version) = NaceVersion::of_text(&cell(&row, "version")) else { continue };
            let code = cell(&row, "code");
            dotted.insert((version, code.clone()), cell(&row, "dotted"));
            let class = nace_class::Model {
                version,
                level: cell(&row, "level").parse().unwrap_or_default(),
                parent: Some(cell(&row, "parent")).filter(|parent| !parent.is_empty()),
                search: search::form(&labels(&row, "label").iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")),
                labels: labels(&row, "label"),
                code: code.clone(),
            };
            by_code.insert((version, code), class);
        }
        let keys = by_code.keys().cloned().collect();
        let lines = by_code.values().map(|class| search::line(&class.search, "")).collect();
        let codes = municipalities.keys().cloned().collect();
        Ok(Self { municipalities, classes: by_code, dotted, keys, lines, codes })
    }

    /// All municipalities, by NIS code.
    pub fn municipalities(&self) -> impl Iterator<Item = &municipality::Model> {
        self.municipalities.values()
    }

    /// The municipality with a NIS code.
    pub fn municipality(&self, nis: &str) -> Option<&municipality::Model> {
        self.municipalities.get(nis)
    }

    /// A class by its code in a version, dotted or not.
    pub fn class(&self, version: NaceVersion, code: &str) -> Option<&nace_class::Model> {
        self.classes.get(&(version, code.replace('.', "")))
    }

    /// How the code of a class is written: `38.32`.
    pub fn dotted<'a>(&'a self, class: &'a nace_class::Model) -> &'a str {
        self.dotted.get(&(class.version, class.code.clone())).map_or(&class.code, String::as_str)
    }

    /// The range of codes below the section level that stand under a class, itself included: codes sort as texts.
    pub fn under(&self, class: &nace_class::Model) -> Range<String> {
        // ':' follows '9'.
        if class.level > 1 {
            return class.code.clone()..format!("{}:", class.code);
        }
        let divisions = self.divisions(class);
        let first = divisions.first().cloned().unwrap_or_default();
        let last = divisions.last().map(|code| format!("{code}:")).unwrap_or_default();
        first..last
    }

    /// The position of a class among those of both versions, by version and code.
    pub fn position(&self, version: NaceVersion, code: &str) -> Option<ClassAt> {
        let found = self.keys.binary_search_by(|key| (key.0, key.1.as_str()).cmp(&(version, code)));
        found.ok().map(ClassAt::at)
    }

    /// The positions of all classes, of both versions.
    pub fn positions(&self) -> impl DoubleEndedIterator<Item = ClassAt> + use<> {
        ClassAt::all(ClassAt::at(0)..ClassAt::at(self.keys.len()))
    }

    /// How many classes there are, of both versions.
    pub fn class_count(&self) -> usize {
        self.keys.len()
    }

    /// The class at a position.
    pub fn class_at(&self, position: ClassAt) -> &nace_class::Model {
        &self.classes[&self.keys[position.index()]]
    }

    /// The positions of the classes below the section level that stand under a class, itself included.
    pub fn positions_under(&self, class: &nace_class::Model) -> Range<ClassAt> {
        let codes = self.under(class);
        let position =
            |code: &str| ClassAt::at(self.keys.partition_point(|key| (key.0, key.1.as_str()) < (class.version, code)));
        position(&codes.start)..position(&codes.end)
    }

    /// The position of the municipality with a NIS code, by code.
    pub fn municipality_position(&self, nis: &str) -> Option<MunicipalityAt> {
        self.codes.binary_search_by(|code| code.as_str().cmp(nis)).ok().map(MunicipalityAt::at)
    }

    /// How many municipalities there are.
    pub fn municipality_count(&self) -> usize {
        self.codes.len()
    }

    /// The NIS code at a position.
    pub fn nis_at(&self, position: MunicipalityAt) -> &str {
        &self.codes[position.index()]
    }

    /// The divisions of a section, in order; of a class below that level, itself.
    pub fn divisions(&self, class: &nace_class::Model) -> Vec<String> {
        if class.level > 1 {
            return vec![class.code.clone()];
        }
        let of_section =
            |row: &&nace_class::Model| row.version == class.version && row.parent.as_ref() == Some(&class.code);
        self.classes.values().filter(of_section).map(|row| row.code.clone()).collect()
    }
}

fn rows(text: &str) -> Result<Vec<BTreeMap<String, String>>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}

/// Which classes of activities to list.
#[derive(Debug)]
pub struct ClassFilter<'a> {
    /// Of this version.
    pub version: NaceVersion,
    /// This class and those under it.
    pub under: Option<&'a nace_class::Model>,
    /// Of these levels.
    pub levels: Option<Vec<i32>>,
    /// The labels contain every word of this.
    pub search: Option<String>,
}

/// What the cursors of a list of classes carry: the code.
pub const KEYS: [KeyKind; 1] = [KeyKind::Text];

/// The classes of a version, by code: digits before letters.
pub fn classes(filter: &ClassFilter<'_>, request: &PageRequest) -> Page<ClassAt> {
    let needle = filter.search.as_deref().map(Needle::from_text);
    let codes = filter.under.map(|class| (class, REFERENCE.under(class)));
    let wanted = |at: &ClassAt| {
        let class = REFERENCE.class_at(*at);
        let is_found = || match &needle {
            None => true,
            Some(None) => false,
            Some(Some(needle)) => needle.is_blank() || needle.found_in(&REFERENCE.lines[at.index()]).is_some(),
        };
        class.version == filter.version
            && codes.as_ref().is_none_or(|(under, codes)| class.code == under.code || codes.contains(&class.code))
            && filter.levels.as_ref().is_none_or(|levels| levels.contains(&class.level))
            && is_found()
    };
    let keys = |at: ClassAt| [Term::Text(&REFERENCE.class_at(at).code)].into_iter().collect();
    let found = REFERENCE.positions().filter(wanted).map(|at| (at, keys(at)));
    page_of(found, &Directions::from([((), false)].as_slice()), request)
}

/// Whether the database's copy is that of this release.
pub async fn is_stored(db: &impl ConnectionTrait) -> Result<bool> {
    let stored = municipality::Entity::find().count(db).await? + nace_class::Entity::find().count(db).await?;
    Ok(stored == (REFERENCE.municipalities.len() + REFERENCE.classes.len()) as u64)
}

/// Brings the database's copy up to this release. Writes nothing when it is.
pub async fn store(db: &impl ConnectionTrait) -> Result<()> {
    if is_stored(db).await? {
        return Ok(());
    }
    let known: HashSet<String> = municipality::Entity::find().all(db).await?.into_iter().map(|row| row.nis).collect();
    let missing = REFERENCE.municipalities().filter(|row| !known.contains(&row.nis)).cloned();
    let missing: Vec<_> = missing.map(IntoActiveModel::into_active_model).collect();
    if !missing.is_empty() {
        municipality::Entity::insert_many(missing).exec_without_returning(db).await?;
    }
    let known: HashSet<(NaceVersion, String)> =
        nace_class::Entity::find().all(db).await?.into_iter().map(|row| (row.version, row.code)).collect();
    // A class refers to its parent: the upper levels first.
    let mut missing: Vec<_> =
        REFERENCE.classes.iter().filter(|(key, _)| !known.contains(*key)).map(|(_, row)| row.clone()).collect();
    missing.sort_by_key(|row| row.level);
    for rows in missing.chunks(500) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        nace_class::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_covers_its_divisions_and_a_class_what_starts_with_it() {
        let section = REFERENCE.class(NaceVersion::V2008, "C").unwrap();
        let codes = REFERENCE.under(section);
        assert!(codes.contains(&"10".to_owned()) && codes.contains(&"33200".to_owned()));
        assert!(!codes.contains(&"35".to_owned()) && !codes.contains(&"09".to_owned()));
        let class = REFERENCE.class(NaceVersion::V2008, "38.32").unwrap();
        assert_eq!(REFERENCE.dotted(class), "38.32");
        let codes = REFERENCE.under(class);
        assert!(
            codes.contains(&"3832".to_owned())
                && codes.contains(&"38329".to_owned())
                && !codes.contains(&"3833".to_owned())
        );
    }

    #[test]
    fn every_section_is_one_unbroken_range_of_divisions() {
        for ((version, _), class) in &REFERENCE.classes {
            let Some(section) = class.parent.as_ref().filter(|_| class.level == 2) else { continue };
            let range = REFERENCE.under(REFERENCE.class(*version, section).unwrap());
            let inside = REFERENCE
                .classes
                .values()
                .filter(|row| row.version == *version && row.level == 2 && range.contains(&row.code));
            assert!(inside.into_iter().all(|row| row.parent.as_ref() == Some(section)), "{section}");
        }
    }
}
