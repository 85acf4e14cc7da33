//! The members of a cluster as a list, with search and filters.

use maud::html;
use serde::Deserialize;

use super::{
    address::Address,
    answered::List,
    layout,
    participants::{Member, filters, table},
    shown::{Shown, Unreadable},
    texts,
    view::{Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["c", "*", "members"], operation: |_| "member-directory", parameters: asked, tables: &[], write };

/// The statuses of those who take part.
const PRESENT: &str = "CANDIDATE,EFFECTIVE";

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let fixed = [("cluster", request.name), ("language", address.locale.value())];
    parameters(address, &fixed, &[("status", PRESENT), ("first", "50")], &[])
}

#[derive(Deserialize)]
struct Cluster {
    name: String,
    memberships: List<Member>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    let number = shown.locale().integer(cluster.memberships.total_count);
    let caption = shown.fill(texts::MEMBERS_FOUND, &[("n", &number)]);
    let main = html! {
        (ways(shown, shown.name))
        (filters(shown, &shown.address.path))
        @if cluster.memberships.nodes.is_empty() {
            p { (shown.say(texts::NO_ROWS)) }
        } @else {
            (table(shown, &caption, &cluster.memberships.nodes))
            (layout::more(shown, &cluster.memberships.page_info))
        }
    };
    let title = shown.fill(texts::MEMBERS_OF, &[("name", &cluster.name)]);
    Ok(Some(Page { title, main, plots: Vec::new(), has_date: true }))
}
