//! Global ids, and what they name.

use async_graphql::{Context, ID, Object};
use entity::{
    id::{
        ClusterEventId, ClusterId, CriteriaId, OrganizationId, ParticipationId, PeriodId, PublishedFigureId, SectorId,
        ServiceId, SourceId,
    },
    participation::ParticipationKind,
};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use super::{
    basis::ContextExt,
    cluster::Cluster,
    criteria::Criteria,
    error::{Error, Result},
    event::ClusterEvent,
    figure::PublishedFigure,
    interface::interface,
    level,
    organization::Organization,
    organization_kinds::{CivilSocietyBody, Company, PublicInstitution, ResearchBody},
    pagination::Node as _,
    participation::{Membership, Partnership, Period},
    sector::{Sector, Service},
    source::Source,
};
use crate::domain;

/// An id that clients see: its type and the UUID, as a [TypeID](https://github.com/jetify-com/typeid).
pub(crate) trait GlobalId: Into<Uuid> + From<Uuid> {
    /// The type, as it stands before the underscore.
    const PREFIX: &'static str;

    /// As clients see it.
    fn global(self) -> ID {
        encode(Self::PREFIX, self.into())
    }

    /// As clients send it; another type's id is the caller's mistake.
    fn parse(id: &ID) -> Result<Self> {
        let (prefix, uuid) = decode(id)?;
        if prefix == Self::PREFIX {
            return Ok(uuid.into());
        }
        Err(Error::input(format!(
            "`{}` is the id of a {prefix}, where that of a {} is expected",
            id.as_str(),
            Self::PREFIX
        )))
    }

    /// Every one of a list.
    fn parse_all(ids: &[ID]) -> Result<Vec<Self>> {
        ids.iter().map(Self::parse).collect()
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
    PublishedFigureId = "figure",
    SectorId = "sector",
    ServiceId = "service",
    SourceId = "source",
}

const MEMBERSHIP: &str = "membership";
const PARTNERSHIP: &str = "partnership";

fn encode(prefix: &'static str, uuid: Uuid) -> ID {
    let kind = DynamicType::new(prefix).expect("prefixes are lower-case words");
    ID(TypeSafeId::from_type_and_uuid(kind, uuid).to_string())
}

fn decode(id: &ID) -> Result<(String, Uuid)> {
    let parsed: TypeSafeId<DynamicType> = id.parse().map_err(|_| {
        Error::input(format!("`{}` is no id; ids look like cluster_01h455vb4pex5vsknk084sn02q", id.as_str()))
    })?;
    Ok((parsed.type_prefix().to_owned(), parsed.uuid()))
}

/// The id of a membership or a partnership.
pub(crate) fn participation(kind: ParticipationKind, id: ParticipationId) -> ID {
    let prefix = match kind {
        ParticipationKind::Member => MEMBERSHIP,
        ParticipationKind::Partner => PARTNERSHIP,
    };
    encode(prefix, id.0)
}

/// Anything that has an id.
pub(crate) enum Node {
    Company(Company),
    ResearchBody(ResearchBody),
    PublicInstitution(PublicInstitution),
    CivilSocietyBody(CivilSocietyBody),
    Cluster(Cluster),
    ClusterEvent(ClusterEvent),
    Criteria(Criteria),
    Membership(Membership),
    Partnership(Partnership),
    Period(Period),
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
    implements: [],
    Company,
    ResearchBody,
    PublicInstitution,
    CivilSocietyBody,
    Cluster,
    ClusterEvent,
    Criteria,
    Membership,
    Partnership,
    Period,
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
        find(ctx, &id).await.transpose()
    }

    /// The things with these ids, in their order; null in the place of an id that names nothing.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(Error::input(format!("`ids` takes at most {MAX_IDS}, not {}", ids.len())));
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(ctx, id).await?);
        }
        Ok(nodes)
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let (prefix, uuid) = decode(id)?;
    let (db, revision) = (ctx.db(), ctx.basis().revision());
    macro_rules! fact {
        ($table:ident, $node:ident) => {
            domain::fact::<entity::$table::Entity>(db, entity::$table::Column::Id, uuid, revision)
                .await?
                .map(|row| Node::$node($node::of(level::Row::alone(row))))
        };
    }
    Ok(match prefix.as_str() {
        OrganizationId::PREFIX => {
            let found = domain::organization::by_ids(db, &[uuid.into()], revision).await?;
            found.into_iter().next().map(|row| match Organization::of(level::Row::alone(row)) {
                Organization::Company(company) => Node::Company(company),
                Organization::ResearchBody(body) => Node::ResearchBody(body),
                Organization::PublicInstitution(institution) => Node::PublicInstitution(institution),
                Organization::CivilSocietyBody(body) => Node::CivilSocietyBody(body),
            })
        }
        ClusterId::PREFIX => {
            let found = domain::cluster::by_ids(db, &[uuid.into()], revision).await?;
            found.into_iter().next().map(|row| Node::Cluster(Cluster::of(level::Row::alone(row))))
        }
        MEMBERSHIP | PARTNERSHIP => {
            let found = domain::participation::by_ids(db, &[uuid.into()], revision).await?;
            found.into_iter().next().and_then(|row| match (row.kind, prefix.as_str()) {
                (ParticipationKind::Member, MEMBERSHIP) => {
                    Some(Node::Membership(Membership::of(level::Row::alone(row))))
                }
                (ParticipationKind::Partner, PARTNERSHIP) => {
                    Some(Node::Partnership(Partnership::of(level::Row::alone(row))))
                }
                _ => None,
            })
        }
        ClusterEventId::PREFIX => fact!(cluster_event, ClusterEvent),
        CriteriaId::PREFIX => fact!(criteria, Criteria),
        PeriodId::PREFIX => fact!(participation_period, Period),
        PublishedFigureId::PREFIX => fact!(published_figure, PublishedFigure),
        SectorId::PREFIX => fact!(sector, Sector),
        ServiceId::PREFIX => fact!(service, Service),
        SourceId::PREFIX => fact!(source, Source),
        other => return Err(Error::input(format!("`{}`: nothing has ids that begin with `{other}`", id.as_str()))),
    })
}
