//! What the register counts, in words: how many, how sure, and whether it is all of them.

use maud::{Markup, html};

use super::{
    answered::{Breakdown, Count, Group},
    plot::Bar,
    shown::Shown,
    table::{Column, table},
    texts,
};

impl Count {
    /// The number, with "at least" before it where the register is not complete.
    pub(super) fn short(self, shown: &Shown<'_>) -> String {
        if self.value == 0 && !self.complete {
            return shown.say(texts::NONE_SHORT).to_owned();
        }
        let number = shown.locale().integer(self.value);
        if self.complete { number } else { shown.fill(texts::AT_LEAST, &[("n", &number)]) }
    }

    /// The number with all that is to be said of it.
    pub(super) fn told(self, shown: &Shown<'_>) -> String {
        let integer = |number| shown.locale().integer(number);
        let (value, confirmed, presumed) = (integer(self.value), integer(self.confirmed), integer(self.presumed));
        let values = [("n", value.as_str()), ("confirmed", &confirmed), ("presumed", &presumed)];
        match (self.complete, self.value) {
            (true, 0) => shown.say(texts::NONE_COMPLETE).to_owned(),
            (true, _) => shown.fill(texts::COUNT_COMPLETE, &values),
            (false, 0) => shown.say(texts::NONE_RECORDED).to_owned(),
            (false, _) => shown.fill(texts::COUNT_LOWER_BOUND, &values),
        }
    }
}

/// A number that leads to its rows.
pub(super) fn number(shown: &Shown<'_>, count: Count, to: &str) -> Markup {
    html! { a class="number" href=(to) { (count.short(shown)) } }
}

/// The bars of a breakdown; each leads to the rows that a function finds for the value, or for the id of a sector.
pub(super) fn bars_of(shown: &Shown<'_>, breakdown: &Breakdown, to: impl Fn(&str) -> String) -> Vec<Bar> {
    let bar = |row: &Group| {
        let key = row.keys.first();
        let value = key.and_then(|key| key.value.as_deref());
        let label = match row.kind.as_str() {
            "GROUP" => key.map(|key| key.label.clone()).unwrap_or_default(),
            kind => {
                let number = shown.locale().integer(row.group_count);
                format!("{} ({number})", shown.label("BreakdownRowKind", kind))
            }
        };
        Bar {
            label,
            confirmed: row.count.confirmed,
            presumed: row.count.presumed,
            written: row.count.short(shown),
            to: value
                .filter(|_| row.kind == "GROUP")
                .map(|value| to(key.and_then(|key| key.sector.as_ref()).map_or(value, |sector| &sector.id))),
            is_unknown: row.kind == "GROUP" && value.is_none_or(|value| value == "NOT_RECORDED"),
        }
    };
    breakdown.rows.iter().map(bar).collect()
}

/// Bars as a table.
pub(super) fn table_of(shown: &Shown<'_>, caption: &str, bars: &[Bar]) -> Markup {
    table(
        shown,
        caption,
        &[
            Column::Words(texts::GROUP),
            Column::Numbers(texts::NUMBER),
            Column::Numbers(texts::CONFIRMED),
            Column::Numbers(texts::PRESUMED),
        ],
        &html! { @for bar in bars {
            tr {
                th scope="row" { bdi { (bar.label) } }
                td class="n" {
                    @if let Some(to) = &bar.to { a href=(to) { (bar.written) } } @else { (bar.written) }
                }
                td class="n" { (shown.locale().integer(bar.confirmed)) }
                td class="n" { (shown.locale().integer(bar.presumed)) }
            }
        } },
    )
}
