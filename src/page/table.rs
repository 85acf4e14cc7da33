//! Tables of pages: a caption, the names of the columns, and rows.

use maud::{Markup, html};

use super::{locale::Text, shown::Shown};

/// A column of a table.
pub(super) enum Column<'a> {
    /// Of words, under this name.
    Words(Text),
    /// Of numbers.
    Numbers(Text),
    /// Of numbers of what is called so.
    NumbersOf(&'a str),
}

/// A table; `rows` are its `tr`.
pub(super) fn table(shown: &Shown<'_>, caption: &str, columns: &[Column<'_>], rows: &Markup) -> Markup {
    html! {
        table {
            caption { (caption) }
            thead {
                tr {
                    @for column in columns {
                        @match column {
                            Column::Words(name) => th scope="col" { (shown.say(*name)) },
                            Column::Numbers(name) => th scope="col" class="n" { (shown.say(*name)) },
                            Column::NumbersOf(name) => th scope="col" class="n" { (name) },
                        }
                    }
                }
            }
            tbody { (rows) }
        }
    }
}

/// A table that is moved by hand or by the keys where the page is narrower.
pub(super) fn wide_table(shown: &Shown<'_>, caption: &str, columns: &[Column<'_>], rows: &Markup) -> Markup {
    html! {
        div class="across" role="group" tabindex="0" aria-label=(caption) { (table(shown, caption, columns, rows)) }
    }
}
