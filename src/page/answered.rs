//! What several operations answer, as pages read it.

use serde::Deserialize;

/// A list, or a page of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T> {
    #[serde(default)]
    pub(super) total_count: i64,
    pub(super) nodes: Vec<T>,
    #[serde(default)]
    pub(super) page_info: PageInfo,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { total_count: 0, nodes: Vec::new(), page_info: PageInfo::default() }
    }
}

/// Whether a list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

/// How many rows of a list there are, where they are not asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Total {
    pub(super) total_count: i64,
}

/// A count of the register.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Count {
    pub(super) value: i64,
    pub(super) confirmed: i64,
    pub(super) presumed: i64,
    pub(super) complete: bool,
}

/// Something with an id and a name.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

/// A document that facts come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) published_on: Option<String>,
}

/// A period of a membership or partnership.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Period {
    pub(super) status: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) first_confirmed_on: Option<String>,
    pub(super) last_confirmed_on: Option<String>,
    pub(super) confirmation: Option<String>,
    pub(super) exit: Option<Exit>,
    pub(super) source: Option<Source>,
}

/// How a membership ended.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Exit {
    pub(super) kind: String,
    pub(super) reason: Option<String>,
}

/// A row of a breakdown.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) kind: String,
    pub(super) group_count: i64,
    pub(super) keys: Vec<Key>,
    pub(super) count: Count,
}

/// What a row of a breakdown is counted by.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) value: Option<String>,
    pub(super) label: String,
    /// The sector, where it is asked for: its value is a code, and lists take ids.
    pub(super) sector: Option<Id>,
}

/// What has an id.
#[derive(Debug, Deserialize)]
pub(super) struct Id {
    pub(super) id: String,
}

/// A breakdown.
#[derive(Debug, Deserialize)]
pub(super) struct Breakdown {
    pub(super) rows: Vec<Group>,
}

/// How many take part on a day.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Headcount {
    pub(super) effective: Count,
    pub(super) candidates: Count,
    pub(super) partners: Count,
}

/// Who left in a period.
#[derive(Debug, Deserialize)]
pub(super) struct Exits {
    pub(super) total: Count,
    pub(super) rows: Vec<ExitRow>,
}

/// Those who left in one way, for one reason.
#[derive(Debug, Deserialize)]
pub(super) struct ExitRow {
    pub(super) kind: String,
    pub(super) reason: Option<String>,
    pub(super) count: Count,
    pub(super) memberships: List<Member>,
    /// Where they are asked for.
    #[serde(default)]
    pub(super) partnerships: List<Member>,
}

/// A membership, by whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    pub(super) organization: Named,
}
