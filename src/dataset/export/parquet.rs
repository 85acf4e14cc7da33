//! Tables of the register as Parquet, for those who count with columns: participations, periods,
//! and published figures.
//!
//! Columns are those of the package's files, under the same names; with them stand what a count
//! needs and a package has elsewhere: the organization's name and sphere, and the days that a
//! period counts from and to, which a partial date only bounds.

use std::{
    collections::HashMap,
    io, mem,
    sync::{Arc, Mutex},
};

use chrono::{Datelike, NaiveDate};
use entity::{
    Language, TextEnum, id::OrganizationId, organization_profile, participation, participation_period, published_figure,
};
use parquet::{
    basic::{Compression, ConvertedType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    Export,
    rows::{PAGE, columns_of, next},
};
use crate::domain::{Result, any_of};

/// The files, and what each holds.
pub const FILES: [(&str, &str); 3] = [
    ("participations.parquet", "who takes or took part in which cluster"),
    ("periods.parquet", "their dated statuses"),
    ("figures.parquet", "published figures"),
];

/// How many rows are compressed together.
const GROUP: usize = 20_000;

/// Where bytes go until somebody takes them.
#[derive(Clone, Debug, Default)]
pub struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic while the lock is held").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    /// What was written and not taken yet.
    pub fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().expect("no panic while the lock is held"))
    }
}

/// A value of a column.
#[derive(Clone, Debug)]
enum Value {
    Text(Option<String>),
    Day(Option<NaiveDate>),
    Number(Option<f64>),
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Day,
    Number,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Participations,
    Periods,
    Figures,
}

/// A table that is being written.
pub struct Columnar {
    export: Export,
    table: Table,
    step: Step,
    /// Rows that wait for others to be compressed with.
    held: Vec<Vec<Value>>,
    writer: Option<SerializedFileWriter<Sink>>,
    sink: Sink,
}

#[derive(Clone, Copy)]
enum Step {
    After(Option<Uuid>),
    End,
}

impl Columnar {
    /// Begins a file of an export; `None` where it is none of [`FILES`].
    pub fn begin(export: Export, file: &str) -> Option<Self> {
        let table = match file {
            "participations.parquet" => Table::Participations,
            "periods.parquet" => Table::Periods,
            "figures.parquet" => Table::Figures,
            _ => return None,
        };
        let fields = table.columns().into_iter().map(|(name, kind)| Arc::new(field(&name, kind))).collect();
        let schema = Type::group_type_builder("register").with_fields(fields).build().expect("names and types");
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let sink = Sink::default();
        let writer = SerializedFileWriter::new(sink.clone(), Arc::new(schema), Arc::new(properties));
        let writer = Some(writer.expect("memory can be written"));
        Some(Self { export, table, step: Step::After(None), held: Vec::new(), writer, sink })
    }

    /// The next bytes, which may be none yet; `None` when the file is whole.
    pub async fn next(&mut self, db: &impl ConnectionTrait) -> Result<Option<Vec<u8>>> {
        match self.step {
            Step::After(after) => {
                let (mut rows, next) = match self.table {
                    Table::Participations => self.participations(db, after).await?,
                    Table::Periods => self.periods(db, after).await?,
                    Table::Figures => self.figures(db, after).await?,
                };
                self.held.append(&mut rows);
                self.step = next.map_or(Step::End, |last| Step::After(Some(last)));
                if self.held.len() >= GROUP {
                    self.write_group();
                }
            }
            Step::End => {
                if !self.held.is_empty() {
                    self.write_group();
                }
                let Some(writer) = self.writer.take() else { return Ok(None) };
                writer.close().expect("memory can be written");
            }
        }
        Ok(Some(self.sink.take()))
    }

    /// Writes the rows that are held.
    fn write_group(&mut self) {
        let rows = mem::take(&mut self.held);
        let Some(writer) = &mut self.writer else { return };
        let mut group = writer.next_row_group().expect("memory can be written");
        for (at, (_, kind)) in self.table.columns().into_iter().enumerate() {
            let mut column = group.next_column().expect("memory can be written").expect("as many as the schema has");
            let levels: Vec<i16> = rows.iter().map(|row| row[at].is_known().into()).collect();
            let written = match kind {
                Kind::Text => {
                    let values = rows.iter().filter_map(|row| match &row[at] {
                        Value::Text(text) => text.as_deref().map(ByteArray::from),
                        _ => None,
                    });
                    let values: Vec<_> = values.collect();
                    column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
                }
                Kind::Day => {
                    let epoch = NaiveDate::default().num_days_from_ce();
                    let values = rows.iter().filter_map(|row| match &row[at] {
                        Value::Day(day) => day.map(|day| day.num_days_from_ce() - epoch),
                        _ => None,
                    });
                    column.typed::<Int32Type>().write_batch(&values.collect::<Vec<_>>(), Some(&levels), None)
                }
                Kind::Number => {
                    let values = rows.iter().filter_map(|row| match &row[at] {
                        Value::Number(number) => *number,
                        _ => None,
                    });
                    column.typed::<DoubleType>().write_batch(&values.collect::<Vec<_>>(), Some(&levels), None)
                }
            };
            written.expect("values of the column's type");
            column.close().expect("memory can be written");
        }
        group.close().expect("every column was written");
    }

    async fn participations(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
    ) -> Result<(Vec<Vec<Value>>, Option<Uuid>)> {
        use participation::{Column, Entity};
        let later = Condition::all().add_option(after.map(|after| Column::Id.gt(after)));
        let rows = Entity::find().filter(Column::RecordedRev.lte(self.export.reading.revision())).filter(later);
        let rows = rows.order_by_asc(Column::Id).limit(PAGE).all(db).await?;
        let last = next(&rows, |row| row.id.into());
        let by_id = rows.iter().map(|row| (row.id, row.clone())).collect();
        let present = self.export.reading.with_periods(db, &by_id).await?;
        let keys = self.export.reading.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let profiles = self.profiles(db, rows.iter().map(|row| row.organization_id)).await?;
        let shown = rows.iter().filter(|row| present.contains(&row.id.into())).map(|row| {
            let mut line = vec![
                Value::text(self.export.reading.slug(row.cluster_id)),
                Value::text(keys[&row.organization_id].clone()),
                Value::text(row.kind.text()),
                Value::Text(row.scope.clone()),
            ];
            line.extend(profiles.shown(row.organization_id));
            line
        });
        Ok((shown.collect(), last))
    }

    async fn periods(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<(Vec<Vec<Value>>, Option<Uuid>)> {
        let rows = self.export.reading.periods(db, after).await?;
        let lines = self.export.reading.period_lines(db, &rows).await?;
        let profiles = self.profiles(db, rows.iter().map(|row| row.organization_id)).await?;
        let shown = rows.iter().zip(lines).map(|(row, line)| {
            let participation_period::Model { valid_from, valid_to, organization_id, .. } = row;
            let mut line: Vec<_> = line.into_iter().map(Value::text).collect();
            line.extend(profiles.shown(*organization_id));
            line.extend([Value::Day(Some(*valid_from)), Value::Day(*valid_to)]);
            line
        });
        Ok((shown.collect(), next(&rows, |row| row.id.into())))
    }

    async fn figures(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<(Vec<Vec<Value>>, Option<Uuid>)> {
        let rows: Vec<published_figure::Model> = self.export.reading.figures(db, after).await?;
        let lines = self.export.reading.figure_lines(db, &rows).await?;
        let names = columns_of("figures");
        let shown = rows.iter().zip(lines).map(|(row, line)| {
            let cells = names.iter().zip(line);
            let value = |(name, text): (&String, String)| match name.as_str() {
                "value" => Value::Number(row.value),
                _ => Value::text(text),
            };
            cells.map(value).collect()
        });
        Ok((shown.collect(), next(&rows, |row| row.id.into())))
    }

    /// What is recorded of some organizations.
    async fn profiles(&self, db: &impl ConnectionTrait, ids: impl Iterator<Item = OrganizationId>) -> Result<Profiles> {
        use organization_profile::{Column, Entity};
        let these = any_of(db.get_database_backend(), Column::OrganizationId.into_simple_expr(), ids);
        let found = Entity::find().filter(these).filter(self.export.reading.stands::<Entity>()).all(db).await?;
        Ok(Profiles(found.into_iter().map(|row| (row.organization_id, row)).collect()))
    }
}

/// What is recorded of organizations.
struct Profiles(HashMap<OrganizationId, organization_profile::Model>);

impl Profiles {
    /// The name and the sphere of one.
    fn shown(&self, of: OrganizationId) -> [Value; 2] {
        let profile = self.0.get(&of);
        let name = profile.and_then(|profile| profile.display_name.in_language(Language::En));
        [Value::Text(name.map(str::to_owned)), Value::Text(profile.map(|profile| profile.sphere.text()))]
    }
}

impl Table {
    /// Its columns, in their order.
    fn columns(self) -> Vec<(String, Kind)> {
        let of_package = |table| columns_of(table).into_iter().map(|name| (name, Kind::Text)).collect::<Vec<_>>();
        let text = |name: &str| (name.to_owned(), Kind::Text);
        let of_organization = [text("organization_name"), text("organization_sphere")];
        match self {
            Self::Participations => {
                let mut columns = ["cluster", "organization", "kind", "scope"].map(text).to_vec();
                columns.extend(of_organization);
                columns
            }
            Self::Periods => {
                let mut columns = of_package("periods");
                columns.extend(of_organization);
                columns.extend([("counts_from".to_owned(), Kind::Day), ("counts_to".to_owned(), Kind::Day)]);
                columns
            }
            Self::Figures => {
                let mut columns = of_package("figures");
                if let Some(value) = columns.iter_mut().find(|(name, _)| name == "value") {
                    value.1 = Kind::Number;
                }
                columns
            }
        }
    }
}

impl Value {
    /// A cell: nothing where it is empty.
    fn text(text: String) -> Self {
        Self::Text(Some(text).filter(|text| !text.is_empty()))
    }

    fn is_known(&self) -> bool {
        match self {
            Self::Text(text) => text.is_some(),
            Self::Day(day) => day.is_some(),
            Self::Number(number) => number.is_some(),
        }
    }
}

/// A column that may be null.
fn field(name: &str, kind: Kind) -> Type {
    let (physical, converted) = match kind {
        Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        Kind::Day => (Physical::INT32, ConvertedType::DATE),
        Kind::Number => (Physical::DOUBLE, ConvertedType::NONE),
    };
    let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    field.with_converted_type(converted).build().expect("a type of columns")
}
