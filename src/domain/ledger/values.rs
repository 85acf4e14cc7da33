//! The values that the image's columns hold: what a profile, a site, an activity or a period says, and what a cluster
//! is.

use std::ops::Range;

use chrono::NaiveDate;
use entity::{
    Labels, NaceVersion, PartialDate,
    activity::ActivityRank,
    id::{ClusterProfileId, OrganizationId, SectorId, SiteId, SourceId},
    organization_profile::{CivilSocietyKind, GovernmentLevel, ResearchKind, SizeClass, Sphere},
    participation_period::{ExitKind, ExitReason, Status},
    site::SiteKind,
};

use super::{
    columns::{Day, FactColumns, OPEN, Rev},
    stated::{Stated, latest_day, precision_code, stated},
};
use crate::domain::{
    positions::{ClassAt, MunicipalityAt, SourceAt},
    reference::REFERENCE,
    time,
};

/// What an organization is, as far as it is counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Profile {
    pub(crate) sphere: Sphere,
    pub(crate) size_class: Option<SizeClass>,
}

/// What an organization is, apart from its dated facts. Its names are in the text beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Particulars {
    pub(crate) profile: Profile,
    pub(crate) research_kind: Option<ResearchKind>,
    pub(crate) government_level: Option<GovernmentLevel>,
    pub(crate) civil_society_kind: Option<CivilSocietyKind>,
    pub(crate) has_website: bool,
    pub(crate) founded_on: Stated,
    pub(crate) dissolved_on: Stated,
    pub(crate) source: SourceAt,
}

/// Where an organization is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    /// Or [`MunicipalityAt::NOWHERE`].
    pub(crate) municipality: MunicipalityAt,
    pub(crate) kind: SiteKind,
    /// Those of a kind are shown in the order of recording.
    pub(crate) id: SiteId,
}

/// What an organization does: the class, its weight, and how precisely its days are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Activity {
    pub(crate) class: ClassAt,
    pub(crate) rank: ActivityRank,
    /// Two bits for the start, two for the end.
    stated: u8,
}

impl Activity {
    pub(super) fn new(class: ClassAt, rank: ActivityRank, stated: [Option<PartialDate>; 2]) -> Self {
        let [from, to] = stated.map(precision_code);
        Self { class, rank, stated: (from | to << 2) as u8 }
    }

    /// The start as it is stated, of a row's first day.
    pub(crate) fn stated_from(self, from: Day) -> Option<PartialDate> {
        stated(from, self.stated.into())
    }

    /// The end as it is stated, of a row's first day no longer.
    pub(crate) fn stated_to(self, to: Day) -> Option<PartialDate> {
        stated(to, u32::from(self.stated) >> 2)
    }
}

/// What a cluster is, apart from its dated facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterProfile {
    pub(super) id: ClusterProfileId,
    pub(super) recorded: Rev,
    pub(super) superseded: Rev,
    pub(crate) name: Labels,
    /// The search form of the name that is shown.
    pub(crate) sort_name: String,
    pub(crate) host: Option<OrganizationId>,
    pub(crate) has_website: bool,
    /// From when the register holds every participation; `None`: for no date.
    pub(crate) complete_from: Option<NaiveDate>,
    pub(crate) source: SourceId,
}

impl ClusterProfile {
    pub(crate) fn is_known(&self, rev: Rev) -> bool {
        self.recorded <= rev && self.superseded > rev
    }
}

/// A sector of a cluster, with the ranges of positions of its classes of activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sector {
    pub(crate) id: SectorId,
    pub(crate) code: String,
    pub(crate) label: Labels,
    pub(crate) source: SourceId,
    pub(super) recorded: Rev,
    pub(super) superseded: Rev,
    /// The classes that its sources name, by version and code.
    pub(crate) named: Vec<ClassAt>,
    /// All classes under these.
    pub(crate) classes: Vec<Range<ClassAt>>,
}

impl Sector {
    pub(crate) fn is_known(&self, rev: Rev) -> bool {
        self.recorded <= rev && self.superseded > rev
    }

    /// Whether it says which activities of a version of the classification belong to it.
    pub(crate) fn is_mapped(&self, version: NaceVersion) -> bool {
        self.classes.iter().any(|range| REFERENCE.class_at(range.start).version == version)
    }
}

/// What a period says besides its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PeriodValue {
    status: Status,
    exit_kind: Option<ExitKind>,
    exit_reason: Option<ExitReason>,
    /// How precisely the start is stated, and the end.
    stated: [u8; 2],
    attested: Attested,
    pub(crate) first_confirmed_on: Stated,
    pub(crate) last_confirmed_on: Stated,
    pub(crate) source: SourceAt,
}

/// Until when a source attests a status, as [`time::attested_until`] has it. Most periods are attested as long as they
/// last, or by their start alone: told so, many periods say the same, and are held once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Attested {
    /// As long as the period lasts.
    Always,
    /// Until the latest day of its stated start.
    Start,
    /// Until the latest day of a confirmation.
    Confirmation,
    /// On no day.
    Never,
}

impl PeriodValue {
    /// What a source says. The start is stated, where it is, around the first day of the period; so is the end around
    /// the first day no longer.
    pub(super) fn new(
        status: Status,
        (exit_kind, exit_reason): (Option<ExitKind>, Option<ExitReason>),
        dates: [Option<PartialDate>; 2],
        confirmed: [Option<PartialDate>; 2],
    ) -> Self {
        let attested = match time::attested_until(status, dates[0], dates[1], confirmed) {
            None => Attested::Always,
            Some(_) if confirmed.iter().any(Option::is_some) => Attested::Confirmation,
            Some(_) if dates[0].is_some() => Attested::Start,
            Some(_) => Attested::Never,
        };
        let stated = dates.map(|date| precision_code(date) as u8);
        let [first_confirmed_on, last_confirmed_on] = confirmed.map(Stated::from);
        let source = SourceAt::at(0);
        Self { status, exit_kind, exit_reason, stated, attested, first_confirmed_on, last_confirmed_on, source }
    }

    pub(super) fn with_source(self, source: SourceAt) -> Self {
        Self { source, ..self }
    }

    pub(crate) fn status(self) -> Status {
        self.status
    }

    pub(crate) fn exit_kind(self) -> Option<ExitKind> {
        self.exit_kind
    }

    pub(crate) fn exit_reason(self) -> Option<ExitReason> {
        self.exit_reason
    }

    /// Whether a source states the start; else it counts from the first confirmation.
    pub(crate) fn has_start(self) -> bool {
        self.stated[0] != 0
    }

    /// The start as it is stated, of a period's first day.
    pub(crate) fn stated_from(self, from: Day) -> Option<PartialDate> {
        stated(from, self.stated[0].into())
    }

    /// The end as it is stated, of a period's first day no longer.
    pub(crate) fn stated_to(self, to: Day) -> Option<PartialDate> {
        stated(to, self.stated[1].into())
    }

    /// The last day that a source attests the status, of a period's first day; `OPEN`: every day.
    fn attested(self, from: Day) -> Day {
        match self.attested {
            Attested::Always => OPEN,
            Attested::Start => latest_day(from, self.stated[0].into()),
            Attested::Confirmation => self.first_confirmed_on.latest().max(self.last_confirmed_on.latest()),
            Attested::Never => Day::MIN,
        }
    }
}

impl FactColumns<PeriodValue> {
    /// Whether a source attests the status of a row on a day that it covers.
    #[inline]
    pub(crate) fn is_confirmed(&self, row: usize, day: Day) -> bool {
        day <= self.value(row).attested(self.from(row))
    }

    /// The first day on which the status of a row is presumed, if it lasts so long; `None`: every day is attested.
    pub(crate) fn presumed_from(&self, row: usize) -> Option<Day> {
        let attested = self.value(row).attested(self.from(row));
        (attested != OPEN).then(|| attested.saturating_add(1))
    }
}
