//! The files of a package, piece by piece.

use entity::revision;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{
    point::{Point, Published, citation},
    rows::{Reading, Rows, header},
};
use crate::{
    dataset::package::folder::{CRITERIA, DESCRIPTOR, TABLES},
    domain::{Result, restricted::Audience},
};

/// The file that says how the package is cited.
pub(super) const CITATION: &str = "CITATION";

/// A part of a package, in the order in which it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A file of this name begins.
    File(String),
    /// The file goes on with this text.
    Text(String),
}

/// A package that is being made.
#[derive(Clone, Debug)]
pub struct Export {
    point: Point,
    published: Published,
    name: String,
    pub(super) reading: Reading,
    step: Step,
    /// The resources that have rows.
    written: Vec<&'static str>,
    /// Whether it ends with the file that it began with.
    is_one_file: bool,
}

/// The resources of a package, with their files.
pub fn files() -> impl Iterator<Item = (&'static str, String)> {
    let tables = TABLES.iter().map(|(table, _)| (*table, format!("{table}.csv")));
    tables.chain([(CRITERIA, format!("{CRITERIA}.json"))])
}

/// Where the making of a package is.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// At a table, after a row of it.
    Table(usize, Option<Uuid>),
    Criteria,
    Descriptor,
    Citation,
    Done,
}

impl Export {
    /// Begins the package of the register at a point, with what an audience may read.
    pub async fn begin(
        db: &impl ConnectionTrait,
        point: Point,
        audience: Audience,
        published: Published,
    ) -> Result<Self> {
        let actors = revision::Entity::find().filter(revision::Column::Number.lte(point.revision));
        let actors: Vec<String> =
            actors.select_only().column(revision::Column::Actor).distinct().into_tuple().all(db).await?;
        let packages: Vec<_> = actors.iter().map(|actor| actor.strip_prefix("package ")).collect();
        let (name, is_of_one) = match packages[..] {
            [Some(name)] => (name.to_owned(), true),
            _ => ("register".to_owned(), false),
        };
        let reading = Reading::begin(db, point, audience, is_of_one).await?;
        Ok(Self {
            point,
            published,
            name,
            reading,
            step: Step::Table(0, None),
            written: Vec::new(),
            is_one_file: false,
        })
    }

    /// One file of the package and nothing else. A table is there though it has no rows.
    #[must_use]
    pub fn of_file(mut self, file: &str) -> Self {
        let table = |name: &str| TABLES.iter().position(|(table, _)| *table == name);
        self.step = match (file, file.split_once('.')) {
            (DESCRIPTOR, _) => Step::Descriptor,
            (CITATION, _) => Step::Citation,
            (_, Some((name, "csv"))) if let Some(at) = table(name) => Step::Table(at, None),
            (_, Some((CRITERIA, "json"))) => Step::Criteria,
            _ => Step::Done,
        };
        self.is_one_file = true;
        self.written = files().map(|(name, _)| name).collect();
        self
    }

    /// The next pieces; `None` when the package is whole.
    pub async fn next(&mut self, db: &impl ConnectionTrait) -> Result<Option<Vec<Piece>>> {
        let (pieces, next) = match self.step {
            Step::Table(at, after) => {
                let (resource, columns) = TABLES[at];
                let Rows { lines, next } = self.reading.rows(db, resource, after).await?;
                let mut pieces = Vec::new();
                if after.is_none() && (self.is_one_file || !lines.is_empty()) {
                    self.written.push(resource);
                    pieces.push(Piece::File(format!("{resource}.csv")));
                    pieces.push(Piece::Text(csv(std::iter::once(header(columns)))));
                }
                if !lines.is_empty() {
                    pieces.push(Piece::Text(csv(lines)));
                }
                let step = match next {
                    Some(last) => Step::Table(at, Some(last)),
                    None if at + 1 < TABLES.len() => Step::Table(at + 1, None),
                    None => Step::Criteria,
                };
                (pieces, step)
            }
            Step::Criteria => {
                let versions = self.reading.criteria(db).await?;
                let mut pieces = Vec::new();
                if self.is_one_file || !versions.is_empty() {
                    self.written.push(CRITERIA);
                    let text = serde_json::to_string_pretty(&versions).expect("criteria are JSON");
                    pieces = vec![Piece::File(format!("{CRITERIA}.json")), Piece::Text(text + "\n")];
                }
                (pieces, Step::Descriptor)
            }
            Step::Descriptor => {
                let text = serde_json::to_string_pretty(&self.descriptor()).expect("a descriptor is JSON");
                (vec![Piece::File(DESCRIPTOR.into()), Piece::Text(text + "\n")], Step::Citation)
            }
            Step::Citation => {
                (vec![Piece::File(CITATION.into()), Piece::Text(format!("{}\n", self.citation()))], Step::Done)
            }
            Step::Done => return Ok(None),
        };
        let goes_on = matches!(next, Step::Table(_, Some(_)));
        self.step = if self.is_one_file && !goes_on { Step::Done } else { next };
        Ok(Some(pieces))
    }

    /// How the package is cited.
    fn citation(&self) -> String {
        citation(&self.published, &self.point)
    }

    fn descriptor(&self) -> serde_json::Value {
        let Point { revision, known_at, as_of } = self.point;
        let resources: Vec<_> = self
            .written
            .iter()
            .map(|name| match TABLES.iter().find(|(table, _)| table == name) {
                Some((_, columns)) => {
                    let fields: Vec<_> = header(columns)
                        .into_iter()
                        .map(|name| match columns.contains(&format!("*{name}").as_str()) {
                            true => json!({ "name": name, "type": "string", "constraints": { "required": true } }),
                            false => json!({ "name": name, "type": "string" }),
                        })
                        .collect();
                    json!({
                        "name": name, "path": format!("{name}.csv"), "profile": "tabular-data-resource",
                        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
                        "schema": { "fields": fields, "missingValues": [""] },
                    })
                }
                None => json!({
                    "name": name, "path": format!("{name}.json"), "format": "json", "mediatype": "application/json",
                    "encoding": "utf-8",
                }),
            })
            .collect();
        let which = match as_of {
            Some(day) => format!("Of facts that hold on dates, those that hold on {day}."),
            None => "All facts that stand, past ones included.".into(),
        };
        let mut descriptor = json!({
            "profile": "data-package",
            "name": self.name,
            "title": "A register of clusters and of those who take part in them",
            "description": format!(
                "What the register held at revision {revision}. {which} Not in the package: ids, the instants and numbers \
                 of revisions, what was known before, and which package brought a fact. An empty cell is not known."
            ),
            "created": known_at.map(|instant| instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)),
            "revision": revision,
            "asOf": as_of,
            "attribution": "Facts as published by the sources in sources.csv; name the publisher of each.",
            "citation": self.citation(),
            "resources": resources,
        });
        if let Some(licence) = &self.published.licence {
            descriptor["licenses"] = json!([{ "path": licence }]);
        }
        descriptor
    }
}

fn csv(lines: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line).expect("lines of one length");
    }
    String::from_utf8(writer.into_inner().expect("a text in memory can be written")).expect("texts are UTF-8")
}
