//! Organizations and the facts about them.

use entity::{TextEnum, activity, attribute, organization_identifier, organization_name, organization_profile, site};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::{Reading, Rows, established, labels, shown, text, word};
use crate::domain::Result;

impl Reading {
    pub(super) async fn organization_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &organization_profile::Model| (Some(row.organization_id), Some(row.source_id));
        self.table::<organization_profile::Entity>(db, after, Condition::all(), cited, |row, keys| {
            let mut line = vec![
                keys.organization(row.organization_id),
                row.sphere.text(),
                word(row.size_class),
                word(row.research_kind),
                word(row.government_level),
                word(row.civil_society_kind),
                shown(row.founded_on),
                shown(row.dissolved_on),
                text(&row.website),
            ];
            line.extend(labels(&row.description));
            line.push(keys.source(row.source_id));
            line
        })
        .await
    }

    pub(super) async fn name_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &organization_name::Model| (Some(row.organization_id), None);
        self.table::<organization_name::Entity>(db, after, Condition::all(), cited, |row, keys| {
            vec![keys.organization(row.organization_id), row.kind.text(), word(row.language), row.name.clone()]
        })
        .await
    }

    pub(super) async fn identifier_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let cited = |row: &organization_identifier::Model| (Some(row.organization_id), None);
        self.table::<organization_identifier::Entity>(db, after, Condition::all(), cited, |row, keys| {
            vec![keys.organization(row.organization_id), row.scheme.text(), row.value.clone()]
        })
        .await
    }

    pub(super) async fn site_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let on_the_day = self.on_the_day::<site::Entity>();
        let cited = |row: &site::Model| (Some(row.organization_id), Some(row.source_id));
        self.table::<site::Entity>(db, after, on_the_day, cited, |row, keys| {
            vec![
                keys.organization(row.organization_id),
                row.kind.text(),
                text(&row.municipality),
                text(&row.postal_code),
                shown(row.from_stated),
                shown(row.to_stated),
                keys.source(row.source_id),
            ]
        })
        .await
    }

    pub(super) async fn activity_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let on_the_day = self.on_the_day::<activity::Entity>();
        let cited = |row: &activity::Model| (Some(row.organization_id), Some(row.source_id));
        self.table::<activity::Entity>(db, after, on_the_day, cited, |row, keys| {
            vec![
                keys.organization(row.organization_id),
                row.nace_version.text(),
                row.nace_code.clone(),
                row.rank.text(),
                shown(row.from_stated),
                shown(row.to_stated),
                keys.source(row.source_id),
            ]
        })
        .await
    }

    pub(super) async fn attribute_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let on_the_day = self.on_the_day::<attribute::Entity>();
        let cited = |row: &attribute::Model| (Some(row.organization_id), Some(row.source_id));
        self.table::<attribute::Entity>(db, after, on_the_day, cited, |row, keys| {
            vec![
                keys.organization(row.organization_id),
                row.code.clone(),
                established(row.value),
                shown(row.from_stated),
                shown(row.to_stated),
                keys.source(row.source_id),
            ]
        })
        .await
    }
}
