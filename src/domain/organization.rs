//! Organizations, and the facts recorded of them.
//!
//! What lists show of an organization is read from the ledger; what is long or rarely asked for,
//! from the database.

use std::{cmp::Ordering, collections::HashMap};

use entity::{
    Language, PartialDate, Recorded, Revision, activity,
    activity::ActivityRank,
    attribute,
    id::{ClusterId, OrganizationId, SectorId, SourceId},
    organization_identifier::{self, Scheme},
    organization_name,
    organization_profile::{CivilSocietyKind, Column, Entity, GovernmentLevel, Model, ResearchKind, SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::Status,
    site,
};
use roaring::RoaringBitmap;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select, sea_query::Expr};
use uuid::Uuid;

use super::{
    Result,
    condition::Tree,
    dialect,
    gathered::{self, page_along, page_of},
    ledger::{
        Image,
        columns::{Point, Rev, rev},
        names,
        organizations::Particulars,
        search::Found,
    },
    organization_set::satisfying,
    page::{self, Key, KeyKind, Page, PageRequest, Term},
    positions::{ClassAt, MunicipalityAt, OrganizationAt, SourceAt},
    reference::REFERENCE,
    search::{self, Needle, Relevance},
    time::{PointInTime, holding, known},
};

/// Which organizations. Conditions on dated facts ask about the point in time of the list.
pub type Filter = Tree<Condition>;

/// One condition on organizations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Belongs to one of these spheres.
    Sphere(Vec<Sphere>),
    /// Is a company of one of these sizes.
    SizeClass(Vec<SizeClass>),
    /// Has a site in one of these municipalities, by their positions in the reference data.
    Municipality(Vec<MunicipalityAt>),
    /// Has an activity under a class, by its position in the reference data.
    Activity(ClassAt),
    /// Has an activity of one of these sectors.
    Sector(Vec<SectorId>),
    /// An attribute is recorded with this value.
    Attribute(String, bool),
    /// Has an identifier of one of these schemes.
    Identifier(Vec<Scheme>),
    /// Takes part in one of these clusters (`None`: in any) with one of these statuses.
    Participation(ParticipationKind, Option<Vec<ClusterId>>, Vec<Status>),
}

/// An order of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By how well a name was found by what was searched; those that were found as well as each
    /// other, by name.
    Relevance,
    /// By the search form of the name shown.
    Name,
    /// By when they were first recorded.
    Recorded,
}

/// What the cursors of an order carry: its terms, and the id unless it is the last of them.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    let kind = |(field, _): &(Order, bool)| match field {
        Order::Relevance => KeyKind::Number,
        Order::Name => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    };
    Ordered::new(order).0.iter().map(kind).collect()
}

/// An order of organizations as their rows are compared: the last of its terms is the id.
struct Ordered(Vec<(Order, bool)>);

/// What organizations are ordered by.
#[derive(Clone, Copy)]
struct Keys<'a> {
    relevance: Relevance,
    name: &'a str,
    id: OrganizationId,
}

impl Ordered {
    fn new(order: &[(Order, bool)]) -> Self {
        let mut terms = order.to_vec();
        if let Some((Order::Relevance, descends)) = terms.last().copied()
            && !terms.iter().any(|(field, _)| *field == Order::Name)
        {
            terms.push((Order::Name, descends));
        }
        // After the id nothing decides.
        match terms.iter().position(|(field, _)| *field == Order::Recorded) {
            Some(by_id) => terms.truncate(by_id + 1),
            None => terms.push((Order::Recorded, terms.last().is_some_and(|(_, descends)| *descends))),
        }
        Self(terms)
    }

    fn between(&self, keys: Keys<'_>, other: Keys<'_>) -> Ordering {
        let terms = self.0.iter().map(|(field, descends)| {
            let ordering = match field {
                Order::Relevance => keys.relevance.cmp(&other.relevance),
                Order::Name => keys.name.cmp(other.name),
                Order::Recorded => keys.id.cmp(&other.id),
            };
            if *descends { ordering.reverse() } else { ordering }
        });
        terms.fold(Ordering::Equal, Ordering::then)
    }

    fn read<'k>(&self, keys: &'k [Key]) -> Keys<'k> {
        let mut read = Keys { relevance: Relevance::Start, name: "", id: OrganizationId(Uuid::nil()) };
        for (key, (field, _)) in keys.iter().zip(&self.0) {
            match (field, key) {
                // What is no relevance is after them all.
                (Order::Relevance, Key::Number(number)) => {
                    let found = usize::try_from(*number).ok().and_then(|number| Relevance::ALL.get(number));
                    read.relevance = found.copied().unwrap_or(Relevance::Middle);
                }
                (Order::Name, Key::Text(name)) => read.name = name,
                (Order::Recorded, Key::Id(id)) => read.id = OrganizationId(*id),
                _ => unreachable!("cursors are checked against their kinds"),
            }
        }
        read
    }
}

/// An organization of a list, with what it is ordered by.
struct Listed<'a>(OrganizationAt, Keys<'a>);

impl gathered::Order<Listed<'_>> for Ordered {
    fn compare(&self, row: &Listed<'_>, other: &Listed<'_>) -> Ordering {
        self.between(row.1, other.1)
    }

    fn compare_to(&self, row: &Listed<'_>, keys: &[Key]) -> Ordering {
        self.between(row.1, self.read(keys))
    }

    fn keys(&self, row: &Listed<'_>) -> Vec<Key> {
        let key = |(field, _): &(Order, bool)| match field {
            Order::Relevance => Key::Number(row.1.relevance as i64),
            Order::Name => Key::Text(row.1.name.to_owned()),
            Order::Recorded => Key::Id(row.1.id.0),
        };
        self.0.iter().map(key).collect()
    }
}

/// From how many organizations on a list is walked in its order instead of put in order: the first
/// page is near.
const WORTH_A_WALK: u64 = 1000;

/// The organizations that satisfy a condition, and one of whose names contains `search`, each as it
/// is known at a later revision.
pub fn list(
    image: &Image,
    filter: &Filter,
    search: Option<&str>,
    order: &[(Order, bool)],
    at: PointInTime,
    revision: Revision,
    request: &PageRequest,
) -> Page<Organization> {
    let among = image.snapshot(Point::from(at));
    let mut them = satisfying(filter, &among);
    let mut found = None;
    if let Some(text) = search {
        match Needle::of(text) {
            None => them.clear(),
            Some(needle) if needle.is_blank() => {}
            Some(needle) => {
                let named = image.named(&needle, among.at().rev);
                them &= named.all();
                found = Some(named);
            }
        }
    }
    let list = List { image, them: &them, found: found.as_deref(), rev: among.at().rev };
    let page = list.page(&Ordered::new(order), request);
    page.map(|listed| {
        let known = Organization::known(image, listed, rev(revision));
        known.or_else(|| Organization::known(image, listed, among.at().rev)).expect("who is listed was recorded")
    })
}

/// Organizations to list, as known at a revision.
struct List<'a> {
    image: &'a Image,
    them: &'a RoaringBitmap,
    /// How well they were found; none: nothing was searched.
    found: Option<&'a Found>,
    rev: Rev,
}

impl<'a> List<'a> {
    fn page(&self, order: &Ordered, request: &PageRequest) -> Page<OrganizationAt> {
        use Order::{Name, Recorded, Relevance};
        let (all, is_long) = (self.image.organizations(), self.them.len() >= WORTH_A_WALK);
        let is_named = order.0.iter().any(|(field, _)| *field == Name);
        let is_among = |at: &OrganizationAt| self.them.contains(at.number());
        let listed = |at| self.listed(at, is_named);
        let page = match order.0[..] {
            [(Recorded, descends)] if is_long => {
                let walk = |keys: Option<&[Key]>, backwards: bool| {
                    let from = keys.map(|keys| order.read(keys).id);
                    all.by_id(from, backwards != descends).filter(is_among).map(listed)
                };
                page_along(walk, || self.them.len(), order, request)
            }
            [(Name, descends), (Recorded, by_id)] if is_long && descends == by_id => {
                let walk = |keys: Option<&[Key]>, backwards: bool| {
                    let from = keys.map(|keys| order.read(keys).name);
                    all.by_name(self.them, from, backwards != descends, self.rev).map(listed)
                };
                page_along(walk, || self.them.len(), order, request)
            }
            [(Relevance, worst_first), (Name, descends), (Recorded, by_id)] if is_long && descends == by_id => {
                let walk = |keys: Option<&[Key]>, backwards: bool| {
                    let from = keys.map(|keys| order.read(keys));
                    // Those of one relevance after those of the other.
                    let mut groups = search::Relevance::ALL;
                    if worst_first != backwards {
                        groups.reverse();
                    }
                    let first = from.and_then(|from| groups.iter().position(|group| *group == from.relevance));
                    let of_group = |group: search::Relevance| {
                        let from = from.filter(|from| from.relevance == group).map(|from| from.name);
                        (group, all.by_name(self.them, from, backwards != descends, self.rev))
                    };
                    let groups: Vec<_> = groups.into_iter().skip(first.unwrap_or(0)).map(of_group).collect();
                    groups
                        .into_iter()
                        .flat_map(move |(group, met)| met.map(listed).filter(move |row| row.1.relevance == group))
                };
                page_along(walk, || self.them.len(), order, request)
            }
            _ => page_of(self.them.iter().map(|at| listed(at.into())), order, request),
        };
        page.map(|listed| listed.0)
    }

    fn listed(&self, at: OrganizationAt, is_named: bool) -> Listed<'a> {
        let all = self.image.organizations();
        let relevance = self.found.map_or(Relevance::Start, |found| found.relevance(at.number()));
        Listed(at, Keys { relevance, name: if is_named { all.sort_name(at, self.rev) } else { "" }, id: all.id(at) })
    }
}

/// The same page of some sets of organizations, by id, each as it is known at a revision. The keys
/// are those of [`enumerated`](super::enumerated) lists.
pub(super) fn pages_of_sets<'a>(
    image: &Image,
    sets: impl IntoIterator<Item = &'a RoaringBitmap>,
    revision: Revision,
    request: &PageRequest,
) -> Vec<Page<Organization>> {
    let order = Ordered::new(&[(Order::Recorded, false)]);
    let without_number = |keys: &Option<Vec<Key>>| keys.as_ref().map(|keys| keys[..1].to_vec());
    let by_id = PageRequest {
        after: without_number(&request.after),
        before: without_number(&request.before),
        ..request.clone()
    };
    let page = |them: &RoaringBitmap| {
        let list = List { image, them, found: None, rev: rev(revision) };
        let Page { rows, total, has_previous, has_next } = list.page(&order, &by_id);
        // One whose description somebody took away since is left out.
        let known = |row: page::Row<OrganizationAt>| {
            let model = Organization::known(image, row.model, rev(revision))?;
            Some(page::Row { model, keys: row.keys.into_iter().chain([Key::Number(0)]).collect() })
        };
        Page { rows: rows.into_iter().filter_map(known).collect(), total, has_previous, has_next }
    };
    sets.into_iter().map(page).collect()
}

/// An organization as it is known at a revision: where its record is in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The id that never changes.
    pub id: OrganizationId,
    /// Which helix it belongs to.
    pub sphere: Sphere,
    at: OrganizationAt,
    /// The revision it is known at.
    rev: Rev,
}

impl Organization {
    fn known(image: &Image, at: OrganizationAt, rev: Rev) -> Option<Self> {
        let profile = image.organizations().profile(at, rev)?;
        Some(Self { id: image.organizations().id(at), sphere: profile.sphere, at, rev })
    }

    fn particulars(self, image: &Image) -> Particulars {
        let (profiles, row) = image.organizations().profile_row(self.at, self.rev).expect("it was recorded");
        profiles.value(row)
    }

    /// The name it is known by, by the rule for missing languages.
    pub fn name(self, image: &Image, language: Language) -> &str {
        let (profiles, row) = image.organizations().profile_row(self.at, self.rev).expect("it was recorded");
        let text = profiles.text(row);
        names::name(text, language).unwrap_or_else(|| names::sort_name(text))
    }

    /// The size of a company.
    pub fn size_class(self, image: &Image) -> Option<SizeClass> {
        self.particulars(image).profile.size_class
    }

    /// What kind of research body.
    pub fn research_kind(self, image: &Image) -> Option<ResearchKind> {
        self.particulars(image).research_kind
    }

    /// The level of government of a public institution.
    pub fn government_level(self, image: &Image) -> Option<GovernmentLevel> {
        self.particulars(image).government_level
    }

    /// What kind of civil society body.
    pub fn civil_society_kind(self, image: &Image) -> Option<CivilSocietyKind> {
        self.particulars(image).civil_society_kind
    }

    /// Whether a web site is recorded.
    pub fn has_website(self, image: &Image) -> bool {
        self.particulars(image).has_website
    }

    /// When it was founded, as a source states it.
    pub fn founded_on(self, image: &Image) -> Option<PartialDate> {
        self.particulars(image).founded_on.date()
    }

    /// When it was dissolved or merged, as a source states it.
    pub fn dissolved_on(self, image: &Image) -> Option<PartialDate> {
        self.particulars(image).dissolved_on.date()
    }

    /// The document that attests what it is.
    pub fn source(self, image: &Image) -> SourceAt {
        self.particulars(image).source
    }

    /// How other registers know it, by scheme and value.
    pub fn identifiers(self, image: &Image) -> Vec<Identifier> {
        let (held, owner) = image.organizations().identifiers(self.at);
        let known = held.known(owner, self.rev);
        let mut known: Vec<_> =
            known.map(|row| Identifier { scheme: held.value(row), value: held.text(row).to_owned() }).collect();
        known.sort_by(|one, other| {
            let key = |identifier: &Identifier| sea_orm::ActiveEnum::to_value(&identifier.scheme);
            (key(one), &one.value).cmp(&(key(other), &other.value))
        });
        known
    }

    /// The municipality of its seat at a point, or where that is not recorded of its first recorded
    /// establishment.
    pub fn municipality(self, image: &Image, at: PointInTime) -> Option<MunicipalityAt> {
        let (sites, owner) = image.organizations().sites(self.at);
        let held = sites.holding(owner, at.into()).map(|row| sites.value(row));
        let placed = held.filter(|site| site.municipality != MunicipalityAt::NOWHERE);
        placed.min_by_key(|site| (site.kind, site.id)).map(|site| site.municipality)
    }

    /// What it does at a point: main activities first, then by version and code.
    pub fn activities(self, image: &Image, at: PointInTime) -> Vec<Activity> {
        let (held, owner) = image.organizations().activities(self.at);
        let activity = |row| {
            let (activity, [from, to]) = (held.value(row), [held.from(row), held.to(row)]);
            Activity {
                organization: self.id,
                at,
                class: activity.class,
                rank: activity.rank,
                from: activity.stated_from(from),
                to: activity.stated_to(to),
                recorded: held.recorded(row),
                source: None,
            }
        };
        let mut activities: Vec<_> = held.holding(owner, at.into()).map(activity).collect();
        activities.sort_by_key(|activity| (activity.rank, activity.class));
        activities
    }
}

/// A number or code under which another register knows an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// The register that gave it.
    pub scheme: Scheme,
    /// Its value.
    pub value: String,
}

/// What an organization does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Whose.
    pub organization: OrganizationId,
    /// The point in time at which it was read.
    pub at: PointInTime,
    /// The class, in the reference data.
    pub class: ClassAt,
    /// Its weight.
    pub rank: ActivityRank,
    /// Since when, as the source states it.
    pub from: Option<PartialDate>,
    /// The first day no longer, as the source states it.
    pub to: Option<PartialDate>,
    recorded: Rev,
    /// The document that attests it, of an activity that was read from the database.
    pub source: Option<SourceId>,
}

impl Activity {
    /// As the database has it.
    pub fn of_row(row: &activity::Model, at: PointInTime) -> Self {
        let class = REFERENCE.position(row.nace_version, &row.nace_code);
        Self {
            organization: row.organization_id,
            at,
            class: class.expect("activities are recorded in classes of the reference data"),
            rank: row.rank,
            from: row.from_stated,
            to: row.to_stated,
            recorded: rev(row.recorded_rev),
            source: Some(row.source_id),
        }
    }

    /// Whether both are the same but for the source, which not both may have.
    fn is_said_by(&self, other: &Self) -> bool {
        Self { source: other.source, at: other.at, ..*self } == *other
    }
}

/// The document that attests each of some activities, all of one point in time.
pub async fn sources_of_activities(db: &impl ConnectionTrait, of: &[Activity]) -> Result<Vec<Option<SourceId>>> {
    let Some(at) = of.first().map(|activity| activity.at) else { return Ok(Vec::new()) };
    let mut ids: Vec<_> = of.iter().map(|activity| activity.organization).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = activities(db, &ids, at).await?;
    // Of two that say the same by different sources, each is shown once.
    let mut source = |activity: &Activity| {
        let rows = rows.get_mut(&activity.organization.0)?;
        let said = |row: &activity::Model| activity.is_said_by(&Activity::of_row(row, at));
        let found = rows.iter().position(said)?;
        Some(rows.remove(found).source_id)
    };
    Ok(of.iter().map(&mut source).collect())
}

/// The organizations with these ids that were recorded by a revision.
pub fn by_ids(
    image: &Image,
    ids: impl IntoIterator<Item = OrganizationId>,
    revision: Revision,
) -> impl Iterator<Item = Organization> {
    let positions = ids.into_iter().filter_map(|id| image.organizations().position(id));
    positions.filter_map(move |at| Organization::known(image, at, rev(revision)))
}

/// The organization that another register knows by an identifier. Enterprise numbers may be
/// punctuated.
pub fn by_identifier(image: &Image, scheme: Scheme, value: &str, revision: Revision) -> Option<Organization> {
    let found = image.organizations().identified(scheme, value, rev(revision)).next()?;
    Organization::known(image, found, rev(revision))
}

/// The records of organizations with everything that they hold.
pub async fn records(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<OrganizationId, Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::OrganizationId.into_expr(), ids.iter().copied());
    let rows = Entity::find().filter(wanted).filter(known::<Entity>(revision)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row)).collect())
}

/// The names of each organization: those it is known by first, former ones last.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<organization_name::Model>>> {
    use organization_name::{Column, Entity};
    let rank = Expr::cust(
        "CASE organization_name.kind WHEN 'trade' THEN 0 WHEN 'legal' THEN 1 WHEN 'abbreviation' THEN 2 ELSE 3 END",
    );
    let order = vec![Term::new(rank, KeyKind::Number, false), Term::new(Column::Id.into_expr(), KeyKind::Id, false)];
    facts(db, Entity::find().filter(known::<Entity>(revision)), Column::OrganizationId, ids, order).await
}

/// The identifiers of each organization, by scheme and value.
pub async fn identifiers(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<organization_identifier::Model>>> {
    use organization_identifier::{Column, Entity};
    let order = vec![
        Term::new(Column::Scheme.into_expr(), KeyKind::Text, false),
        Term::new(Column::Value.into_expr(), KeyKind::Text, false),
    ];
    facts(db, Entity::find().filter(known::<Entity>(revision)), Column::OrganizationId, ids, order).await
}

/// The sites of each organization: seats first.
pub async fn sites(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<site::Model>>> {
    use site::{Column, Entity};
    let rank = Expr::cust("CASE site.kind WHEN 'seat' THEN 0 ELSE 1 END");
    let order = vec![Term::new(rank, KeyKind::Number, false), Term::new(Column::Id.into_expr(), KeyKind::Id, false)];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

/// The activities of each organization: the main ones first, then by version and code.
pub async fn activities(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<activity::Model>>> {
    use activity::{Column, Entity};
    let rank = Expr::cust("CASE activity.rank WHEN 'main' THEN 0 WHEN 'secondary' THEN 1 ELSE 2 END");
    let order = vec![
        Term::new(rank, KeyKind::Number, false),
        Term::new(Column::NaceVersion.into_expr(), KeyKind::Text, false),
        Term::new(Column::NaceCode.into_expr(), KeyKind::Text, false),
        Term::new(Column::Id.into_expr(), KeyKind::Id, false),
    ];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

/// The attributes of each organization, by code.
pub async fn attributes(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<attribute::Model>>> {
    use attribute::{Column, Entity};
    let order = vec![
        Term::new(Column::Code.into_expr(), KeyKind::Text, false),
        Term::new(Column::Id.into_expr(), KeyKind::Id, false),
    ];
    facts(db, Entity::find().filter(holding::<Entity>(at)), Column::OrganizationId, ids, order).await
}

async fn facts<E: Recorded>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    parent: E::Column,
    ids: &[OrganizationId],
    order: Vec<Term>,
) -> Result<HashMap<Uuid, Vec<E::Model>>> {
    page::read_whole(db, page::List::of(select, order).each(parent, ids.iter().copied())).await
}
