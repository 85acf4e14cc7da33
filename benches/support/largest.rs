//! The largest cluster of the register.

use entity::participation_period::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryOrder, QuerySelect};

use crate::support;

/// The name in addresses of the cluster with most periods.
pub(crate) async fn largest_cluster(url: &str) -> String {
    let db = support::open(url).await;
    let periods = Entity::find().select_only().column(Column::ClusterId).group_by(Column::ClusterId);
    let periods = periods.order_by_desc(Column::Id.count());
    let id = periods.into_tuple::<entity::id::ClusterId>().one(&db).await.expect("SQL").expect("a cluster");
    let cluster = entity::cluster::Entity::find_by_id(id).one(&db).await.expect("SQL").expect("a cluster");
    db.close().await.expect("the database closes");
    cluster.slug
}
