//! Reference data: municipalities and the classification of activities.

use async_graphql::{Context, Enum, ID, Object};
use entity::{TextEnum, municipality, nace_class};
use uuid::Uuid;

use crate::{
    domain::{
        condition::{Resolver, unknown_class},
        positions::ClassAt,
        reference::{self, REFERENCE},
    },
    graphql::{
        filter::{listed, searched},
        node,
        request::{
            basis::ContextExt,
            error::{Error, Result, nullable},
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, Ordered, word},
        },
    },
};

#[derive(Clone)]
pub(crate) struct Municipality(&'static municipality::Model);

impl Municipality {
    pub(crate) fn of_nis(nis: &str) -> Option<Self> {
        REFERENCE.municipality(nis).map(Self)
    }
}

impl Municipality {
    /// The number that its code is.
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(self.0.nis.parse().unwrap_or_default())
    }

    pub(crate) fn of_uuid(uuid: Uuid) -> Option<Self> {
        REFERENCE.municipalities().map(Self).find(|municipality| municipality.uuid() == uuid)
    }
}

/// A municipality. Source: Statbel (REFNIS), CC BY 4.0.
#[Object]
impl Municipality {
    /// Opaque, prefixed by its type. The same in every register.
    async fn id(&self) -> ID {
        node::municipality(self.uuid())
    }

    /// Its NIS code, such as `21007`.
    async fn nis(&self) -> &str {
        &self.0.nis
    }

    /// Its name.
    async fn name(
        &self,
        #[graphql(desc = "Default: English, which falls back to French.", default)] language: Language,
    ) -> &str {
        self.0.names.in_language(language.into()).unwrap_or(&self.0.nis)
    }

    /// Its postal codes, ascending. A postal code can belong to several municipalities: 1040 and 1050 do.
    async fn postal_codes(&self) -> &[String] {
        &self.0.postal_codes.0
    }

    /// Its NUTS 3 region, such as `BE100`; null when that is not recorded.
    async fn nuts3(&self) -> Option<&str> {
        self.0.nuts.as_deref()
    }
}

/// A version of the classification of activities. A code means nothing without it: 38.32 is recovery of
/// sorted materials in 2008 and landfill in 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::NaceVersion")]
pub(crate) enum NaceVersion {
    /// NACE-BEL 2008, from NACE Rev. 2.
    #[graphql(name = "NACE_BEL_2008")]
    V2008,
    /// NACE-BEL 2025, from NACE Rev. 2.1.
    #[graphql(name = "NACE_BEL_2025")]
    V2025,
}

#[derive(Clone)]
pub(crate) struct ActivityClass(&'static nace_class::Model);

impl ActivityClass {
    /// The class of a recorded activity, which a foreign key holds.
    pub(crate) fn of_recorded(version: entity::NaceVersion, code: &str) -> Self {
        Self(REFERENCE.class(version, code).expect("activities are recorded in classes of the reference data"))
    }

    /// The class at a position in the reference data.
    pub(crate) fn at(position: ClassAt) -> Self {
        Self(REFERENCE.class_at(position))
    }
}

impl Node for ActivityClass {
    type Model = ClassAt;
    type Edge = Edge<Self>;

    fn from_row(row: Row<ClassAt>) -> Self {
        Self::at(*row)
    }
}

impl ActivityClass {
    /// The year of its version, then its code.
    fn uuid(&self) -> Uuid {
        let text = format!("{}{}", self.0.version.text(), self.0.code);
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(text.bytes()).for_each(|(into, byte)| *into = byte);
        Uuid::from_bytes(bytes)
    }

    pub(crate) fn of_uuid(uuid: Uuid) -> Option<Self> {
        let text = std::str::from_utf8(uuid.as_bytes()).ok()?.trim_end_matches('\0');
        let (version, code) = text.split_at_checked(4)?;
        let version = entity::NaceVersion::ALL.iter().copied().find(|one| one.text() == version)?;
        REFERENCE.class(version, code).map(Self).filter(|class| class.uuid() == uuid)
    }
}

/// A class of activities, NACE-BEL, at any of its five levels. Source: Statbel.
#[Object]
impl ActivityClass {
    /// Opaque, prefixed by its type. The same in every register.
    async fn id(&self) -> ID {
        node::activity_class(self.uuid())
    }

    /// The version it belongs to.
    async fn version(&self) -> NaceVersion {
        self.0.version.into()
    }

    /// Its code as it is written: `C`, `38`, `38.3`, `38.32`, `38.321`.
    async fn code(&self) -> &str {
        REFERENCE.dotted(self.0)
    }

    /// 1 section, 2 division, 3 group, 4 class, 5 subclass.
    async fn level(&self) -> i32 {
        self.0.level
    }

    /// What it covers.
    async fn label(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> &str {
        self.0.labels.in_language(language.into()).unwrap_or(&self.0.code)
    }

    /// The class it belongs to, one level up; null for a section.
    async fn parent(&self) -> Option<Self> {
        REFERENCE.class(self.0.version, self.0.parent.as_deref()?).map(Self)
    }
}

/// The levels of classes: those that there are.
fn levels(level: Option<Vec<i32>>, resolver: &mut Resolver<'_>) -> Result<Option<Vec<i32>>> {
    if let Some(unknown) = level.iter().flatten().find(|level| !(1..=5).contains(*level)) {
        return Err(Error::input(
            "level",
            format!("`level` takes levels from 1, a section, to 5, a subclass, not {unknown}"),
        ));
    }
    listed("level", level, resolver)
}

/// Municipalities and classes of activities.
#[derive(Default)]
pub(crate) struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The municipalities that sites can be recorded in: the nineteen of the Brussels-Capital Region, by NIS code.
    async fn municipalities(&self) -> Vec<Municipality> {
        REFERENCE.municipalities().map(Municipality).collect()
    }

    /// One class of activities; null when the version has no such code.
    async fn activity_class(
        &self,
        #[graphql(desc = "The version of the classification.")] version: NaceVersion,
        #[graphql(desc = "The code, dotted or not.")] code: String,
    ) -> Option<ActivityClass> {
        REFERENCE.class(version.into(), &code).map(ActivityClass)
    }

    /// The classes of activities of one version, by code: digits before letters, a class before those under it.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn activity_classes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version of the classification.")] version: NaceVersion,
        #[graphql(desc = "Only the class with this code and those under it.")] under: Option<String>,
        #[graphql(desc = "Only those of these levels: 1 section to 5 subclass.")] level: Option<Vec<i32>>,
        #[graphql(
            desc = "Only those whose labels contain every word of this text, in any language, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<ActivityClass>>> {
        nullable(async {
            let ordered = Ordered::new("activityClasses", word(version), reference::KEYS);
            let request = Arguments { first, after, last, before }.request::<ActivityClass>(ctx, &ordered)?;
            let filter = reference::ClassFilter {
                version: version.into(),
                under: match under {
                    Some(code) => {
                        let class = REFERENCE.class(version.into(), &code);
                        Some(class.ok_or_else(|| Error::from(unknown_class("under", version.into(), &code)))?)
                    }
                    None => None,
                },
                levels: levels(level, &mut Resolver::new(ctx.image()))?,
                search: searched(search)?,
            };
            let page = reference::classes(&filter, &request);
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
