//! What the rows of a breakdown have in common: dimensions, with their values and what these are called.

use std::collections::HashSet;

use async_graphql::{Context, Object, Value as Answer, resolver_utils::enum_value};
use entity::id::{ClusterId, SectorId};

use crate::{
    domain::{
        self,
        reference::REFERENCE,
        statistics::{Dimension, Keys, Part, Value},
    },
    graphql::{
        cluster::{Cluster, sector::Sector},
        criteria::assessment::Verdict,
        node::GlobalId,
        organization::{filter::Sphere, kinds::SizeClass},
        participation::{
            MembershipStatus,
            period::{ExitKind, ExitReason},
        },
        reference::{ActivityClass, Municipality},
        request::{
            basis::ContextExt,
            error::Result,
            finished::{Plain, Plan},
            language::Language,
            level::{self, Row},
            pagination::{Node as _, word},
        },
        statistics::{
            Kind,
            breakdown::{BreakdownRowKind, Dimension as BreakdownDimension},
        },
        vocabulary,
    },
    words::breakdowns,
};

/// A dimension, and its value in a group.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    dimension: Dimension,
    value: Option<Value>,
    part: Part,
}

/// The keys of a row, in the order of the dimensions.
pub(crate) fn keys_of<'a>(by: &'a [Dimension], keys: &'a Keys) -> impl Iterator<Item = Key> {
    let part = keys.part;
    by.iter().zip(&keys.values).map(move |(dimension, value)| Key { dimension: *dimension, value: *value, part })
}

/// The keys of a row, on one level with those of the other rows.
pub(crate) async fn keys<T: Send + Sync + 'static>(
    row: &Row<T>,
    of: impl Fn(&T) -> Vec<Key> + Send,
) -> Result<Vec<Row<Key>>> {
    let keys = row.together("keys", |level| {
        let keys: Vec<Vec<Key>> = level.rows().iter().map(of).collect();
        let counts: Vec<usize> = keys.iter().map(Vec::len).collect();
        let mut keys = level::level(keys.into_iter().flatten().collect()).into_iter();
        std::future::ready(Ok(counts.into_iter().map(|count| keys.by_ref().take(count).collect::<Vec<_>>()).collect()))
    });
    keys.await
}

impl Key {
    /// The value as filters take it.
    fn written_value(self) -> Option<String> {
        Some(match self.value? {
            Value::Status(status) => word(MembershipStatus::from(status)).to_owned(),
            Value::Kind(kind) => word(Kind::from(kind)).to_owned(),
            Value::Sphere(sphere) => word(Sphere::from(sphere)).to_owned(),
            Value::SizeClass(size) => word(SizeClass::from(size)).to_owned(),
            Value::ExitKind(kind) => word(ExitKind::from(kind)).to_owned(),
            Value::ExitReason(reason) => word(ExitReason::from(reason)).to_owned(),
            Value::Verdict(verdict) => word(Verdict::from(verdict)).to_owned(),
            Value::Attribute(holds) => holds.to_string(),
            Value::Cluster(id) => id.global().to_string(),
            Value::Sector(id) => id.global().to_string(),
            Value::Municipality(position) => REFERENCE.nis_at(position).to_owned(),
            Value::JoinYear(year) => year.to_string(),
            Value::NaceDivision(position) => {
                let class = REFERENCE.class_at(position);
                format!("{}:{}", word(crate::graphql::reference::NaceVersion::from(class.version)), class.code)
            }
        })
    }
}

impl Plain for Key {
    const NAME: &str = "BreakdownKey";

    fn is_plain(field: &str, _: &Plan<'_>) -> bool {
        ["dimension", "value"].contains(&field)
    }

    fn value(&self, field: &str, _: &Plan<'_>) -> Answer {
        match field {
            "dimension" => enum_value(BreakdownDimension::from(self.dimension)),
            "value" => self.written_value().map_or(Answer::Null, Answer::String),
            _ => Answer::Null,
        }
    }
}

pub(crate) struct BreakdownKey(pub(crate) Row<Key>);

impl BreakdownKey {
    async fn of_cluster(&self, ctx: &Context<'_>) -> Result<Option<Row<domain::cluster::Cluster>>> {
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let id = |key: &Key| if let Some(Value::Cluster(id)) = key.value { Some(id) } else { None };
        let found = self.0.together("cluster", |level| async move {
            let ids: Vec<ClusterId> = level.distinct(id);
            Ok(level.named(domain::cluster::by_ids(image, ids, revision).collect(), |cluster| cluster.id, id))
        });
        found.await
    }

    async fn of_sector(&self, ctx: &Context<'_>) -> Result<Option<Row<domain::cluster::Sector>>> {
        let image = ctx.image();
        let id = |key: &Key| if let Some(Value::Sector(id)) = key.value { Some(id) } else { None };
        let found = self.0.together("sector", |level| async move {
            let ids: HashSet<SectorId> = level.rows().iter().filter_map(id).collect();
            Ok(level.named(domain::cluster::sectors_by_ids(image, &ids), domain::cluster::Sector::id, id))
        });
        found.await
    }
}

/// What a group has in common in one dimension.
#[Object]
impl BreakdownKey {
    /// The dimension.
    async fn dimension(&self) -> BreakdownDimension {
        self.0.dimension.into()
    }

    /// The value, as filters take it: the name of an enum's value, an id of a cluster or a sector, a NIS code, a year; of a
    /// division of activities, its version and code, as in `NACE_BEL_2008:38`; of an attribute, `true` or `false`. Null:
    /// unknown, or a row of several groups.
    async fn value(&self) -> Option<String> {
        self.0.written_value()
    }

    /// What the value is called. An unknown value has words for that, such as "not known"; a row of several
    /// groups is called "others".
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Result<String> {
        let language: entity::Language = language.into();
        Ok(match self.0.value {
            None => {
                let rest = (self.0.part != Part::Group)
                    .then(|| vocabulary::label(BreakdownRowKind::from(self.0.part), language));
                rest.unwrap_or_else(|| breakdowns::unknown(self.0.dimension, language)).to_owned()
            }
            Some(Value::Status(status)) => vocabulary::label(MembershipStatus::from(status), language).to_owned(),
            Some(Value::Kind(kind)) => vocabulary::label(Kind::from(kind), language).to_owned(),
            Some(Value::Sphere(sphere)) => vocabulary::label(Sphere::from(sphere), language).to_owned(),
            Some(Value::SizeClass(size)) => vocabulary::label(SizeClass::from(size), language).to_owned(),
            Some(Value::ExitKind(kind)) => vocabulary::label(ExitKind::from(kind), language).to_owned(),
            Some(Value::ExitReason(reason)) => vocabulary::label(ExitReason::from(reason), language).to_owned(),
            Some(Value::Verdict(verdict)) => vocabulary::label(Verdict::from(verdict), language).to_owned(),
            Some(Value::Attribute(holds)) => breakdowns::holds(holds, language).to_owned(),
            Some(Value::JoinYear(year)) => year.to_string(),
            Some(Value::Municipality(position)) => {
                let municipality = REFERENCE.municipality(REFERENCE.nis_at(position));
                municipality.and_then(|found| found.names.in_language(language)).unwrap_or_default().to_owned()
            }
            Some(Value::NaceDivision(position)) => {
                let class = REFERENCE.class_at(position);
                class.labels.in_language(language).unwrap_or(&class.code).to_owned()
            }
            Some(Value::Cluster(_)) => match self.of_cluster(ctx).await? {
                Some(row) => row.name(language).to_owned(),
                None => breakdowns::unknown(self.0.dimension, language).to_owned(),
            },
            Some(Value::Sector(_)) => match self.of_sector(ctx).await? {
                Some(row) => row.label(language).to_owned(),
                None => breakdowns::unknown(self.0.dimension, language).to_owned(),
            },
        })
    }

    /// The cluster; null unless the dimension is `CLUSTER`.
    async fn cluster(&self, ctx: &Context<'_>) -> Option<Result<Cluster>> {
        self.of_cluster(ctx).await.map(|row| row.map(Cluster::from_row)).transpose()
    }

    /// The sector; null unless the dimension is `SECTOR` and it is known.
    async fn sector(&self, ctx: &Context<'_>) -> Option<Result<Sector>> {
        self.of_sector(ctx).await.map(|row| row.map(Sector::from_row)).transpose()
    }

    /// The municipality; null unless the dimension is `MUNICIPALITY` and it is known.
    async fn municipality(&self) -> Option<Municipality> {
        let Some(Value::Municipality(position)) = self.0.value else { return None };
        Municipality::of_nis(REFERENCE.nis_at(position))
    }

    /// The division of activities; null unless the dimension is `NACE_DIVISION` and it is known.
    async fn activity_class(&self) -> Option<ActivityClass> {
        let Some(Value::NaceDivision(position)) = self.0.value else { return None };
        let class = REFERENCE.class_at(position);
        Some(ActivityClass::of_recorded(class.version, &class.code))
    }
}
