//! Global ids, and what they name.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, ID, Object};
use entity::{
    id::{
        ClusterEventId, ClusterId, CriteriaId, OrganizationId, ParticipationId, PeriodId, ProgrammeId,
        PublishedFigureId, SectorId, ServiceId, SourceId,
    },
    participation::ParticipationKind,
};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::{
    domain::{self, quoted},
    graphql::{
        cluster::{
            Cluster,
            event::ClusterEvent,
            sector::{Sector, Service},
        },
        criteria::Criteria,
        figure::PublishedFigure,
        organization::{
            Organization,
            kinds::{CivilSocietyBody, Company, PublicInstitution, ResearchBody},
        },
        participation::{Membership, Partnership, Period},
        programme::Programme,
        reference::{ActivityClass, Municipality},
        request::{
            basis::ContextExt,
            error::{Error, Result, nullable},
            interface::interface,
            level::{self, Row},
            pagination::Node as _,
        },
        source::Source,
    },
};

/// An id that clients see: its type and the UUID, as a [TypeID](https://github.com/jetify-com/typeid).
pub(crate) trait GlobalId: Into<Uuid> + From<Uuid> {
    /// The type, as it stands before the underscore.
    const PREFIX: &'static str;

    /// As clients see it.
    fn global(self) -> ID {
        encode(Self::PREFIX, self.into())
    }

    /// As clients send it; another type's id is the caller's mistake.
    fn parse(argument: &'static str, id: &ID) -> Result<Self> {
        let (prefix, uuid) = decode(argument, id)?;
        if prefix == Self::PREFIX {
            return Ok(uuid.into());
        }
        let kind = if prefix.is_empty() { "has no type".to_owned() } else { format!("is the id of a {prefix}") };
        let id = quoted(id.as_str());
        Err(Error::input(argument, format!("{id} {kind}, where the id of a {} is expected", Self::PREFIX)))
    }

    /// Every one of a list.
    fn parse_all(argument: &'static str, ids: &[ID]) -> Result<Vec<Self>> {
        ids.iter().map(|id| Self::parse(argument, id)).collect()
    }
}

macro_rules! global_ids {
    ($($id:ty = $prefix:literal),+ $(,)?) => {$(
        impl GlobalId for $id {
            const PREFIX: &'static str = $prefix;
        }
    )+};
}

global_ids! {
    ClusterEventId = "event",
    ClusterId = "cluster",
    CriteriaId = "criteria",
    OrganizationId = "organization",
    PeriodId = "period",
    ProgrammeId = "programme",
    PublishedFigureId = "figure",
    SectorId = "sector",
    ServiceId = "service",
    SourceId = "source",
}

const MEMBERSHIP: &str = "membership";
const PARTNERSHIP: &str = "partnership";
const MUNICIPALITY: &str = "municipality";
const ACTIVITY_CLASS: &str = "activity";

/// The id of a municipality.
pub(crate) fn municipality(uuid: Uuid) -> ID {
    encode(MUNICIPALITY, uuid)
}

/// The id of a class of activities.
pub(crate) fn activity_class(uuid: Uuid) -> ID {
    encode(ACTIVITY_CLASS, uuid)
}

fn encode(prefix: &'static str, uuid: Uuid) -> ID {
    let kind = DynamicType::new(prefix).expect("prefixes are lower-case words");
    ID(TypeSafeId::from_type_and_uuid(kind, uuid).to_string())
}

fn decode(argument: &'static str, id: &ID) -> Result<(String, Uuid)> {
    let parsed: TypeSafeId<DynamicType> = id.parse().map_err(|_| {
        Error::input(
            argument,
            format!("{} is no id; ids look like cluster_01h455vb4pex5vsknk084sn02q", quoted(id.as_str())),
        )
    })?;
    Ok((parsed.type_prefix().to_owned(), parsed.uuid()))
}

/// The id of a membership or a partnership.
pub(crate) fn participation(kind: ParticipationKind, id: ParticipationId) -> ID {
    encode(prefix_of(kind), id.0)
}

fn prefix_of(kind: ParticipationKind) -> &'static str {
    match kind {
        ParticipationKind::Member => MEMBERSHIP,
        ParticipationKind::Partner => PARTNERSHIP,
    }
}

/// Anything that has an id.
#[derive(Clone)]
pub(crate) enum Node {
    Company(Company),
    ResearchBody(ResearchBody),
    PublicInstitution(PublicInstitution),
    CivilSocietyBody(CivilSocietyBody),
    Cluster(Cluster),
    ClusterEvent(ClusterEvent),
    Criteria(Criteria),
    Municipality(Municipality),
    ActivityClass(ActivityClass),
    Membership(Membership),
    Partnership(Partnership),
    Period(Period),
    Programme(Programme),
    PublishedFigure(PublishedFigure),
    Sector(Sector),
    Service(Service),
    Source(Source),
}

impl Node {
    const FIELDS: Option<&[&str]> = Some(&["id"]);
}

interface!(
    Node,
    "Anything that has an id.",
    fields: NodeFields,
    Company,
    ResearchBody,
    PublicInstitution,
    CivilSocietyBody,
    Cluster,
    ClusterEvent,
    Criteria,
    Municipality,
    ActivityClass,
    Membership,
    Partnership,
    Period,
    Programme,
    PublishedFigure,
    Sector,
    Service,
    Source,
);

/// What [`Node`] takes its field from; never made.
struct NodeFields(ID);

#[Object]
impl NodeFields {
    /// Opaque, prefixed by its type, such as `cluster_01h455vb4pex5vsknk084sn02q`. Never changes, never names
    /// anything else.
    async fn id(&self) -> &ID {
        &self.0
    }
}

/// Looking things up by their ids.
#[derive(Default)]
pub(crate) struct NodeQuery;

/// The most ids that `nodes` takes.
const MAX_IDS: usize = 100;

#[Object]
impl NodeQuery {
    /// The thing with an id; null when the register holds none, or no longer: a corrected record is replaced
    /// by one with another id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As answered by any field `id`.")] id: ID,
    ) -> Option<Result<Node>> {
        let found = find(ctx, std::slice::from_ref(&id)).await;
        found.map(|mut nodes| nodes.pop().flatten()).transpose()
    }

    /// The things with these ids, in their order; null in the place of an id that names nothing.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100.")] ids: Vec<ID>,
    ) -> Option<Result<Vec<Option<Node>>>> {
        nullable(async {
            if ids.len() > MAX_IDS {
                return Err(Error::input("ids", format!("`ids` takes at most {MAX_IDS}, not {}", ids.len())));
            }
            ctx.list(find(ctx, &ids).await?, |found| found)
        })
        .await
    }
}

/// What the ids name, in their order; those of one type are read together, and so are their children.
async fn find(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let named = ids.iter().map(|id| decode("id", id)).collect::<Result<Vec<_>>>()?;
    let mut of_type: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for (prefix, uuid) in &named {
        of_type.entry(prefix).or_default().push(*uuid);
    }
    let mut found = HashMap::new();
    for (prefix, uuids) in of_type {
        for (uuid, node) in find_of_type(ctx, prefix, &uuids).await? {
            found.insert((prefix, uuid), node);
        }
    }
    Ok(named.iter().map(|(prefix, uuid)| found.get(&(prefix.as_str(), *uuid)).cloned()).collect())
}

async fn find_of_type(ctx: &Context<'_>, prefix: &str, uuids: &[Uuid]) -> Result<Vec<(Uuid, Node)>> {
    let (db, image, revision) = (ctx.db(), ctx.image(), ctx.basis().revision());
    macro_rules! facts {
        ($table:ident, $node:ident) => {{
            let rows = domain::facts_known::<entity::$table::Entity>(db, uuids.iter().copied(), revision).await?;
            shown(rows, |row| row.id.0, |row| Node::$node($node::from_row(row)))
        }};
    }
    Ok(match prefix {
        OrganizationId::PREFIX => {
            let ids = uuids.iter().copied().map(Into::into);
            shown(
                domain::organization::by_ids(image, ids, revision).collect(),
                |row| row.id.0,
                |row| match Organization::from_row(row) {
                    Organization::Company(company) => Node::Company(company),
                    Organization::ResearchBody(body) => Node::ResearchBody(body),
                    Organization::PublicInstitution(institution) => Node::PublicInstitution(institution),
                    Organization::CivilSocietyBody(body) => Node::CivilSocietyBody(body),
                },
            )
        }
        ClusterId::PREFIX => {
            let ids = uuids.iter().copied().map(Into::into);
            let rows = domain::cluster::by_ids(image, ids, revision).collect();
            shown(rows, |row| row.id.0, |row| Node::Cluster(Cluster::from_row(row)))
        }
        MEMBERSHIP | PARTNERSHIP => {
            let found = uuids.iter().filter_map(|id| domain::participation::by_id(image, (*id).into(), revision));
            shown(
                found.filter(|row| prefix_of(row.kind) == prefix).collect(),
                |row| row.id.0,
                |row| match row.kind {
                    ParticipationKind::Member => Node::Membership(Membership::from_row(row)),
                    ParticipationKind::Partner => Node::Partnership(Partnership::from_row(row)),
                },
            )
        }
        ClusterEventId::PREFIX => facts!(cluster_event, ClusterEvent),
        CriteriaId::PREFIX => {
            let ids: Vec<CriteriaId> = uuids.iter().copied().map(Into::into).collect();
            let versions = domain::criteria::by_ids(db, &ids).await?;
            let known = |id: CriteriaId| {
                let version = versions.iter().find(|version| version.is(id))?;
                Some((id.0, version.known(revision)?.clone()))
            };
            let (asked, rows): (Vec<_>, Vec<_>) = ids.into_iter().filter_map(known).unzip();
            asked
                .into_iter()
                .zip(level::level(rows))
                .map(|(id, row)| (id, Node::Criteria(Criteria::from_row(row))))
                .collect()
        }
        PeriodId::PREFIX => {
            use entity::participation_period::Entity;
            let rows = domain::facts_known::<Entity>(db, uuids.iter().copied(), revision).await?;
            let period = |row: &entity::participation_period::Model| {
                Some((row.id.0, domain::participation::Period::of_row(image, row)?))
            };
            let (ids, periods): (Vec<_>, Vec<_>) = rows.iter().filter_map(period).unzip();
            let nodes = level::level(periods).into_iter().map(|row| Node::Period(Period::from_row(row)));
            ids.into_iter().zip(nodes).collect()
        }
        MUNICIPALITY => {
            let found = uuids.iter().filter_map(|id| Some((*id, Node::Municipality(Municipality::of_uuid(*id)?))));
            found.collect()
        }
        ACTIVITY_CLASS => {
            let found = uuids.iter().filter_map(|id| Some((*id, Node::ActivityClass(ActivityClass::of_uuid(*id)?))));
            found.collect()
        }
        ProgrammeId::PREFIX => {
            let mut rows = domain::programme::all(db, revision).await?;
            rows.retain(|row| uuids.contains(&row.id.0));
            shown(rows, |row| row.id.0, |row| Node::Programme(Programme::from_row(row)))
        }
        PublishedFigureId::PREFIX => facts!(published_figure, PublishedFigure),
        SectorId::PREFIX => {
            let ids = uuids.iter().copied().map(Into::into).collect();
            let mut rows = domain::cluster::sectors_by_ids(image, &ids);
            rows.retain(|row| row.is_known(revision));
            shown(rows, |row| row.id().0, |row| Node::Sector(Sector::from_row(row)))
        }
        ServiceId::PREFIX => facts!(service, Service),
        SourceId::PREFIX => {
            let rows = uuids.iter().filter_map(|id| domain::source::known(image, (*id).into(), revision)).cloned();
            shown(rows.collect(), |row| row.id.0, |row| Node::Source(Source::from_row(row)))
        }
        "" => return Err(Error::input("id", "an id begins with its type, as in cluster_01h455vb4pex5vsknk084sn02q")),
        other => return Err(Error::input("id", format!("nothing has ids that begin with {}", quoted(other)))),
    })
}

/// The rows of one level, each under its id, as nodes.
fn shown<M>(rows: Vec<M>, id: impl Fn(&M) -> Uuid, node: impl Fn(Row<M>) -> Node) -> Vec<(Uuid, Node)> {
    level::level(rows).into_iter().map(|row| (id(&row), node(row))).collect()
}
