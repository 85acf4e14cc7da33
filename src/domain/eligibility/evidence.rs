//! What is recorded of organizations, as far as rules ask.

use std::collections::HashMap;

use entity::{
    NaceVersion, activity, attribute,
    id::{ClusterId, OrganizationId},
    judgement, organization_identifier, organization_profile, sector, sector_nace, site,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use crate::domain::{
    Result, organization,
    positions::ClassAt,
    reference::REFERENCE,
    store::dialect,
    time::{PointInTime, holding, known},
};

/// What is recorded of an organization at a point in time.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it is.
    pub profile: organization_profile::Model,
    /// Where it is.
    pub sites: Vec<site::Model>,
    /// What it does.
    pub activities: Vec<activity::Model>,
    /// What sources assert or deny of it.
    pub attributes: Vec<attribute::Model>,
    /// How other registers know it.
    pub identifiers: Vec<organization_identifier::Model>,
    /// What clusters found of it.
    pub judgements: Vec<judgement::Model>,
}

/// The sectors of clusters by their codes: the versions of the classification that each is mapped in, with the classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sectors(HashMap<(ClusterId, String), Classes>);

/// The positions of classes, in each version that has some.
type Classes = HashMap<NaceVersion, Vec<ClassAt>>;

impl Sectors {
    /// Reads those of clusters.
    pub async fn read(db: &impl ConnectionTrait, clusters: &[ClusterId], at: PointInTime) -> Result<Self> {
        let any_of = |column: Expr, ids: Vec<Uuid>| dialect::any_of(db.get_database_backend(), column, ids);
        let of_these = any_of(sector::Column::ClusterId.into_expr(), clusters.iter().map(|id| id.0).collect());
        let sectors =
            sector::Entity::find().filter(of_these).filter(known::<sector::Entity>(at.revision)).all(db).await?;
        let of_these = any_of(sector_nace::Column::SectorId.into_expr(), sectors.iter().map(|row| row.id.0).collect());
        let mut mapped: HashMap<_, _> =
            sectors.into_iter().map(|row| (row.id, ((row.cluster_id, row.code), Classes::new()))).collect();
        for mapping in sector_nace::Entity::find().filter(of_these).all(db).await? {
            let class = REFERENCE.class(mapping.nace_version, &mapping.nace_code);
            let positions = class.into_iter().flat_map(|class| ClassAt::all(REFERENCE.positions_under(class)));
            let (_, versions) = mapped.get_mut(&mapping.sector_id).expect("it was asked for");
            versions.entry(mapping.nace_version).or_default().extend(positions);
        }
        Ok(Self(mapped.into_values().collect()))
    }

    /// The classes of a sector in a version; `None` when it is not mapped in it.
    pub(super) fn classes(&self, cluster: ClusterId, code: &str, version: NaceVersion) -> Option<&[ClassAt]> {
        self.0.get(&(cluster, code.to_owned()))?.get(&version).map(Vec::as_slice)
    }
}

/// Reads what is recorded of organizations at a point in time. Those that were not in the register by then are left
/// out.
pub async fn read(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<OrganizationId, Evidence>> {
    let mut sites = organization::recorded::sites(db, ids, at).await?;
    let mut activities = organization::recorded::activities(db, ids, at).await?;
    let mut attributes = organization::recorded::attributes(db, ids, at).await?;
    let mut identifiers = organization::recorded::identifiers(db, ids, at.revision).await?;
    let mut judgements = judgements(db, ids, at).await?;
    let records = organization::recorded::records(db, ids, at.revision).await?;
    let found = records.into_iter().map(|(id, profile)| {
        let evidence = Evidence {
            profile,
            sites: sites.remove(&id.0).unwrap_or_default(),
            activities: activities.remove(&id.0).unwrap_or_default(),
            attributes: attributes.remove(&id.0).unwrap_or_default(),
            identifiers: identifiers.remove(&id.0).unwrap_or_default(),
            judgements: judgements.remove(&id.0).unwrap_or_default(),
        };
        (id, evidence)
    });
    Ok(found.collect())
}

async fn judgements(
    db: &impl ConnectionTrait,
    ids: &[OrganizationId],
    at: PointInTime,
) -> Result<HashMap<Uuid, Vec<judgement::Model>>> {
    use judgement::{Column, Entity};
    let of_these = dialect::any_of(db.get_database_backend(), Column::OrganizationId.into_expr(), ids.iter().copied());
    let rows = Entity::find().filter(of_these).filter(holding::<Entity>(at));
    let mut of: HashMap<Uuid, Vec<judgement::Model>> = HashMap::new();
    for row in rows.order_by_asc(Column::Code).order_by_asc(Column::Id).all(db).await? {
        of.entry(row.organization_id.0).or_default().push(row);
    }
    Ok(of)
}
