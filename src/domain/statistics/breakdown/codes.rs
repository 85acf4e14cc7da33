//! Values of dimensions as numbers, and back.

use entity::{
    TextEnum,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::question::{Dimension, Keys, MAX_DIMENSIONS, Part, Value};
use crate::domain::{
    eligibility::Verdict,
    ledger::Image,
    positions::{ClassAt, ClusterAt, MunicipalityAt},
    reference::REFERENCE,
};

/// The codes of a group: a number for each dimension.
pub(super) type Codes = [u32; MAX_DIMENSIONS];

/// The code of what is not known. The greatest, so that it comes last.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// The codes of an attribute that holds, and of one that does not.
pub(super) const HOLDS: [u32; 2] = [0, 1];

pub(super) fn code<T: TextEnum>(value: T) -> u32 {
    value.index() as u32
}

pub(super) fn code_of_verdict(verdict: Verdict) -> u32 {
    verdict as u32
}

fn coded<T: TextEnum>(code: u32) -> T {
    T::ALL[code as usize]
}

/// What the codes of some dimensions mean in an image.
pub(super) struct Coding<'a> {
    image: &'a Image,
    by: &'a [Dimension],
    /// The code of each cluster's first sector; sectors are numbered across clusters.
    first_sectors: Vec<u32>,
    /// How many sectors there are.
    sector_count: u32,
}

impl<'a> Coding<'a> {
    pub(super) fn new(image: &'a Image, by: &'a [Dimension]) -> Self {
        let mut sector_count = 0;
        let first_sectors = image.clusters().iter().map(|segment| {
            let first = sector_count;
            sector_count += segment.all_sectors().len() as u32;
            first
        });
        Self { image, by, first_sectors: first_sectors.collect(), sector_count }
    }

    /// How many dimensions there are.
    pub(super) fn dimensions(&self) -> usize {
        self.by.len()
    }

    /// The code of the first sector of a cluster.
    pub(super) fn first_sector(&self, cluster: ClusterAt) -> u32 {
        self.first_sectors[cluster.index()]
    }

    /// How many codes a dimension has; `None`: it is not known beforehand.
    fn code_count(&self, dimension: Dimension) -> Option<u32> {
        Some(match dimension {
            Dimension::Status => Status::ALL.len() as u32,
            Dimension::Kind => ParticipationKind::ALL.len() as u32,
            Dimension::Sphere => Sphere::ALL.len() as u32,
            Dimension::SizeClass => SizeClass::ALL.len() as u32,
            Dimension::ExitKind => ExitKind::ALL.len() as u32,
            Dimension::ExitReason => ExitReason::ALL.len() as u32,
            Dimension::Verdict => Verdict::ALL.len() as u32,
            Dimension::Attribute => HOLDS.len() as u32,
            Dimension::Cluster => self.first_sectors.len() as u32,
            Dimension::Municipality => REFERENCE.municipality_count() as u32,
            Dimension::NaceDivision => REFERENCE.class_count() as u32,
            Dimension::Sector => self.sector_count,
            Dimension::JoinYear => return None,
        })
    }

    pub(super) fn code_counts(&self) -> impl Iterator<Item = Option<u32>> {
        self.by.iter().map(|dimension| self.code_count(*dimension))
    }

    /// The keys of a group.
    pub(super) fn keys(&self, codes: Codes) -> Keys {
        let key = |(dimension, code): (&Dimension, u32)| (code != UNKNOWN).then(|| self.value(*dimension, code));
        Keys { part: Part::Group, values: self.by.iter().zip(codes).map(key).collect(), groups: 1 }
    }

    fn value(&self, dimension: Dimension, code: u32) -> Value {
        let clusters = self.image.clusters();
        match dimension {
            Dimension::Status => Value::Status(coded(code)),
            Dimension::Kind => Value::Kind(coded(code)),
            Dimension::Sphere => Value::Sphere(coded(code)),
            Dimension::SizeClass => Value::SizeClass(coded(code)),
            Dimension::ExitKind => Value::ExitKind(coded(code)),
            Dimension::ExitReason => Value::ExitReason(coded(code)),
            Dimension::Verdict => Value::Verdict(Verdict::ALL[code as usize]),
            Dimension::Attribute => Value::Attribute(code == HOLDS[0]),
            Dimension::Cluster => Value::Cluster(clusters[code as usize].id),
            Dimension::JoinYear => Value::JoinYear(code as i32),
            Dimension::Municipality => Value::Municipality(MunicipalityAt::at(code as usize)),
            Dimension::NaceDivision => Value::NaceDivision(ClassAt::at(code as usize)),
            Dimension::Sector => {
                let cluster = self.first_sectors.partition_point(|first| *first <= code) - 1;
                Value::Sector(clusters[cluster].all_sectors()[(code - self.first_sectors[cluster]) as usize].id)
            }
        }
    }

    /// The codes of a group by its values.
    pub(super) fn codes(&self, values: &[Option<Value>]) -> Codes {
        let clusters = self.image.clusters();
        let mut codes = [0; MAX_DIMENSIONS];
        for (into, value) in codes.iter_mut().zip(values) {
            *into = match value {
                None => UNKNOWN,
                Some(Value::Status(status)) => code(*status),
                Some(Value::Kind(kind)) => code(*kind),
                Some(Value::Sphere(sphere)) => code(*sphere),
                Some(Value::SizeClass(size)) => code(*size),
                Some(Value::ExitKind(kind)) => code(*kind),
                Some(Value::ExitReason(reason)) => code(*reason),
                Some(Value::Verdict(verdict)) => code_of_verdict(*verdict),
                Some(Value::Attribute(holds)) => HOLDS[usize::from(!holds)],
                Some(Value::JoinYear(year)) => year.unsigned_abs(),
                Some(Value::Municipality(municipality)) => municipality.number(),
                Some(Value::NaceDivision(class)) => class.number(),
                Some(Value::Cluster(id)) => clusters.partition_point(|segment| segment.id < *id) as u32,
                Some(Value::Sector(id)) => {
                    let all = self.first_sectors.iter().zip(clusters);
                    let found = all.filter_map(|(first, segment)| {
                        let position = segment.all_sectors().iter().position(|sector| sector.id == *id)?;
                        Some(first + position as u32)
                    });
                    found.into_iter().next().unwrap_or(UNKNOWN)
                }
            };
        }
        codes
    }
}
