//! The ways from each page about a cluster to the others.

use maud::{Markup, html};

use super::{address::encoded, shown::Shown, texts};

/// The pages about a cluster.
pub(super) fn ways(shown: &Shown<'_>, slug: &str) -> Markup {
    let pages = [
        ("", texts::OVERVIEW),
        ("/answer", texts::FOUR_QUESTIONS),
        ("/members", texts::MEMBERS),
        ("/flow", texts::CAME_AND_WENT),
        ("/left", texts::WHO_LEFT),
        ("/criteria", texts::CRITERIA),
    ];
    html! {
        nav class="ways" aria-label=(shown.say(texts::PAGES_OF_CLUSTER)) {
            ul {
                @for (end, text) in pages {
                    @let path = format!("/c/{}{end}", encoded(slug));
                    li {
                        a href=(shown.address.to(&path, &[])) aria-current=[(path == shown.address.path).then_some("page")] {
                            (shown.say(text))
                        }
                    }
                }
                li { a href=(shown.address.to("/figures", &[("c", slug)])) { (shown.say(texts::FIGURES)) } }
                li { a href=(shown.address.to("/changes", &[("c", slug)])) { (shown.say(texts::CHANGES)) } }
            }
        }
    }
}
