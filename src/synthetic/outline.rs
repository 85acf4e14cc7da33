//! What is drawn of an organization before anything else, so that clusters can choose it, and what it may do.

use chrono::NaiveDate;
use entity::organization_profile::Sphere;

use super::{
    chance::{Chance, Topic, after, day},
    ecosystem::HORIZON,
    fields::{FIELDS, subclasses},
};

/// What clusters have to know of an organization to choose it.
pub(super) struct Outline {
    /// Where its field stands among [`FIELDS`].
    pub(super) field: usize,
    pub(super) sphere: Sphere,
    pub(super) founded: NaiveDate,
    pub(super) dissolved: Option<NaiveDate>,
}

impl Outline {
    /// The outline of the organization at a position.
    pub(super) fn draw(seed: u64, position: u32) -> Self {
        let mut chance = Chance::new(seed, Topic::Outline, position.into());
        let field = chance.below(FIELDS.len() as u32) as usize;
        let sphere = chance.weighted(&[
            (86, Sphere::Company),
            (5, Sphere::Research),
            (3, Sphere::Public),
            (6, Sphere::CivilSociety),
        ]);
        let decade = chance.weighted(&[(5, 1970), (8, 1980), (15, 1990), (27, 2000), (35, 2010), (10, 2020)]);
        let years = if decade == 2020 { 5 } else { 10 };
        let founded = chance.day(day(decade, 1, 1), day(decade + years, 1, 1));
        let dissolved = chance.percent(6).then(|| chance.day(after(founded, 366), HORIZON));
        Self { field, sphere, founded, dissolved }
    }
}

/// The subclasses of every field, and of what bodies do that are no companies.
pub(super) struct Classes {
    pub(super) fields: Vec<[Vec<&'static str>; 2]>,
    research: [Vec<&'static str>; 2],
    public: [Vec<&'static str>; 2],
    civil_society: [Vec<&'static str>; 2],
}

impl Classes {
    pub(super) fn read() -> Self {
        Self {
            fields: FIELDS.iter().map(|field| subclasses(field.divisions)).collect(),
            research: subclasses(&["72", "85"]),
            public: subclasses(&["84"]),
            civil_society: subclasses(&["94"]),
        }
    }

    /// What the main activity of an organization is drawn from.
    pub(super) fn main(&self, outline: &Outline) -> &[Vec<&'static str>; 2] {
        match outline.sphere {
            Sphere::Company => &self.fields[outline.field],
            Sphere::Research => &self.research,
            Sphere::Public => &self.public,
            Sphere::CivilSociety => &self.civil_society,
        }
    }
}
