//! How many there are, by what: each participation becomes codes, one a dimension (`counter`, and `codes` for what they
//! mean), and is counted in the groups of them (`tally`; `super::distinct`, where organizations are counted). What is beyond a
//! limit is summed (`cut`).
//!
//! Sectors are found by class of activity (`sectors`), verdicts by the criteria that apply (`verdicts`). Of many days,
//! each participation is met once, in the stretches of days through which its groups stay the same (`stretches`): `series`
//! answers some days, `every_day` keeps what changes on any.

mod codes;
mod counter;
mod cut;
mod every_day;
mod numbered;
mod sectors;
mod series;
mod stretches;
mod tally;
mod verdicts;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};

use chrono::NaiveDate;
use entity::{
    id::{ClusterId, OrganizationId, SectorId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use self::{
    codes::{Codes, UNKNOWN},
    counter::Counter,
    every_day::Asked,
};
pub use self::{
    every_day::EveryDay,
    series::{Line, Series, series},
    verdicts::{criteria_in_force, criteria_named},
};
use super::Count;
use crate::domain::{
    Error, Result,
    eligibility::{Criteria, Verdict},
    ledger::Image,
    participation::{Occurrence, PRESENT},
    population::Population,
    positions::{ClassAt, MunicipalityAt},
    time::PointInTime,
};

/// What participations are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Their status.
    Status,
    /// Memberships or partnerships.
    Kind,
    /// The helix of the organization.
    Sphere,
    /// The sectors of the cluster that the organization is active in.
    Sector,
    /// The divisions of its activities.
    NaceDivision,
    /// The municipalities of its sites.
    Municipality,
    /// Its size.
    SizeClass,
    /// How they ended.
    ExitKind,
    /// Why they were excluded.
    ExitReason,
    /// Their cluster.
    Cluster,
    /// The year in which they first became effective.
    JoinYear,
    /// Whether the organization satisfies the criteria that apply.
    Verdict,
    /// Whether an attribute of the organization holds.
    Attribute,
}

impl Dimension {
    /// Whether a participation can stand in several groups.
    pub fn is_multivalued(self) -> bool {
        matches!(self, Self::Sector | Self::NaceDivision | Self::Municipality | Self::Attribute)
    }

    /// Whether two participations of one organization can stand in different groups.
    fn is_of_participation(self) -> bool {
        use Dimension::{Attribute, Municipality, NaceDivision, SizeClass, Sphere};
        !matches!(self, Sphere | SizeClass | Municipality | NaceDivision | Attribute)
    }

    /// Whether a participation can have no known value.
    fn may_be_unknown(self) -> bool {
        !matches!(self, Self::Status | Self::Kind | Self::Sphere | Self::Cluster)
    }
}

/// The statuses that are counted where none is asked: by status, all; by how or why they ended, those that ended; else those
/// who take part.
pub fn statuses_counted(by: &[Dimension]) -> &'static [Status] {
    use Dimension::{ExitKind, ExitReason};
    if by.contains(&Dimension::Status) {
        return &[Status::Candidate, Status::Effective, Status::Ended];
    }
    if by.contains(&ExitKind) || by.contains(&ExitReason) { &[Status::Ended] } else { &PRESENT }
}

/// The kinds that are counted where none is asked: members; by kind, partners too.
pub fn kinds_counted(by: &[Dimension]) -> &'static [ParticipationKind] {
    use ParticipationKind::{Member, Partner};
    if by.contains(&Dimension::Kind) { &[Member, Partner] } else { &[Member] }
}

/// The value of a dimension in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A status.
    Status(Status),
    /// A kind.
    Kind(ParticipationKind),
    /// A sphere.
    Sphere(Sphere),
    /// A sector.
    Sector(SectorId),
    /// A division.
    NaceDivision(ClassAt),
    /// A municipality.
    Municipality(MunicipalityAt),
    /// A size.
    SizeClass(SizeClass),
    /// A kind of exit.
    ExitKind(ExitKind),
    /// A reason of an exclusion.
    ExitReason(ExitReason),
    /// A cluster.
    Cluster(ClusterId),
    /// A year.
    JoinYear(i32),
    /// A verdict.
    Verdict(Verdict),
    /// That the attribute holds, or that it does not.
    Attribute(bool),
}

/// The most dimensions of one breakdown.
pub const MAX_DIMENSIONS: usize = 4;

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Memberships and partnerships.
    #[default]
    Participations,
    /// The organizations that have them, each once in each group and once in all.
    Organizations,
}

/// Criteria, with whom they apply to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Applied {
    /// To the participations in this cluster; none: in every one.
    pub cluster: Option<ClusterId>,
    /// On these days.
    pub days: Range<NaiveDate>,
    /// What they ask.
    pub criteria: Criteria,
}

/// What a breakdown asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who is counted.
    pub population: Population,
    /// By what.
    pub by: Vec<Dimension>,
    /// When.
    pub at: PointInTime,
    /// Participations, or the organizations that have them.
    pub unit: Unit,
    /// The code of the attribute that `Dimension::Attribute` is about.
    pub attribute: Option<String>,
    /// The criteria that `Dimension::Verdict` is about. Where none apply, the verdict is not known.
    pub criteria: Vec<Applied>,
}

impl Question {
    /// Participations by dimensions that need nothing else.
    pub fn new(population: Population, by: Vec<Dimension>, at: PointInTime) -> Self {
        Self { population, by, at, unit: Unit::Participations, attribute: None, criteria: Vec::new() }
    }

    /// Whether one that is counted can stand in several groups.
    pub fn is_multivalued(&self) -> bool {
        let of_organizations = self.unit == Unit::Organizations;
        self.by.iter().any(|by| by.is_multivalued() || (of_organizations && by.is_of_participation()))
    }
}

/// In which order groups are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupOrder {
    /// By how many they are.
    Count,
    /// By their keys.
    Key,
}

/// Which groups a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// One.
    Group,
    /// All those beyond the limit whose values are known.
    Rest,
    /// All those beyond the limit of which some value is not known.
    UnknownRest,
}

impl Part {
    /// Which rest a group belongs to.
    fn of_rest(codes: &[u32]) -> Self {
        if codes.contains(&UNKNOWN) { Self::UnknownRest } else { Self::Rest }
    }
}

/// What a row stands for: the value of each dimension, none where it is not known, and in a rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// One group, or several.
    pub part: Part,
    /// A value for each dimension asked.
    pub values: Vec<Option<Value>>,
    /// How many groups it sums.
    pub groups: usize,
}

/// A row of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it stands for.
    pub keys: Keys,
    /// How many are in it. In a rest, one that stands in several of its groups counts for each.
    pub count: Count,
}

/// The groups, and all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The groups in the order asked, up to the limit; then what is beyond it.
    pub groups: Vec<Group>,
    /// How many groups there are without the limit.
    pub group_count: usize,
    /// Everyone, each once.
    pub total: Count,
}

/// Counts a population by dimensions. Each term of the order says whether it descends; what no term tells apart is in the
/// order of the keys.
pub fn breakdown(
    image: &Arc<Image>,
    question: &Question,
    order: &[(GroupOrder, bool)],
    limit: usize,
) -> Result<Breakdown> {
    if question.by.is_empty() {
        return Err(Error::invalid("by", format!("`by` takes from 1 to {MAX_DIMENSIONS} dimensions, not 0")));
    }
    let counter = Counter::new(image, question)?;
    let counted = match Asked::of(image, question, &counter) {
        Some(every_day) => every_day.on(counter.counted.at.day),
        None => counter.count(),
    };
    Ok(counter.answer(counted, order, limit))
}

/// The rows of a breakdown that are looked behind, by the codes of their groups. The rows are all of the answer, so that
/// what is in none of its groups is in a rest.
struct Wanted {
    groups: BTreeMap<Codes, Vec<usize>>,
    rests: Vec<(Part, usize)>,
    dimensions: usize,
}

impl Wanted {
    fn new(counter: &Counter<'_>, rows: &[&Keys]) -> Self {
        let mut wanted = Self { groups: BTreeMap::new(), rests: Vec::new(), dimensions: counter.dimensions() };
        for (position, keys) in rows.iter().enumerate() {
            match keys.part {
                Part::Group => wanted.groups.entry(counter.codes(&keys.values)).or_default().push(position),
                rest => wanted.rests.push((rest, position)),
            }
        }
        wanted
    }

    /// Which of the rows a group belongs to.
    fn rows(&self, codes: &Codes) -> impl Iterator<Item = usize> {
        let group = self.groups.get(codes);
        let rest = Part::of_rest(&codes[..self.dimensions]);
        let rests = self.rests.iter().filter(move |(part, _)| group.is_none() && *part == rest);
        group.into_iter().flatten().copied().chain(rests.map(|(_, position)| *position))
    }
}

/// The participations in each row of an answer, by id, each with the period that is counted.
pub fn rows_behind(image: &Image, question: &Question, rows: &[&Keys]) -> Result<Vec<Vec<Occurrence>>> {
    let counter = Counter::new(image, question)?;
    let wanted = Wanted::new(&counter, rows);
    let mut found = vec![Vec::new(); rows.len()];
    counter.each(&counter.counted.clusters, |met, codes, _| {
        wanted.rows(&codes).for_each(|position| found[position].push(Occurrence::new(met, met.row)));
    });
    found.iter_mut().for_each(|ids| ids.sort_unstable());
    Ok(found)
}

/// The organizations in each row of an answer, by id: once for each of its groups.
pub fn organizations_behind(image: &Image, question: &Question, rows: &[&Keys]) -> Result<Vec<Vec<OrganizationId>>> {
    let counter = Counter::new(image, question)?;
    let wanted = Wanted::new(&counter, rows);
    let mut found = vec![Vec::new(); rows.len()];
    let mut seen = HashSet::new();
    counter.each(&counter.counted.clusters, |met, codes, _| {
        for position in wanted.rows(&codes) {
            if seen.insert((position, codes, met.organization())) {
                found[position].push(image.organizations().id(met.organization()));
            }
        }
    });
    found.iter_mut().for_each(|ids| ids.sort_unstable());
    Ok(found)
}
