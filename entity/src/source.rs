//! The documents facts come from.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Language, PartialDate, Revision, id::SourceId};

text_enum! {
    /// What a source is.
    SourceKind {
        ParliamentaryQuestion = "parliamentary_question",
        PressArticle = "press_article",
        WebPage = "web_page",
        RegisterExtract = "register_extract",
        Decision = "decision",
        Report = "report",
        Dataset = "dataset",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    pub key: String,
    pub kind: SourceKind,
    pub title: String,
    pub publisher: Option<String>,
    pub reference: Option<String>,
    pub published_on: Option<PartialDate>,
    pub url: Option<String>,
    pub language: Option<Language>,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
