//! The order of facts that state one date, such as events and figures: by the date or by when they were recorded.

use sea_orm::sea_query::Expr;

use super::{
    gathered::ended,
    page::{KeyKind, Term},
};

/// An order of facts that state a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the date that is stated, undated ones as the latest.
    On,
    /// By when they were recorded.
    Recorded,
}

/// What the cursors of an order carry.
pub fn kinds(order: &[(Order, bool)]) -> Vec<KeyKind> {
    ended(order, Order::Recorded).iter().map(|(field, _)| kind(*field)).collect()
}

fn kind(field: Order) -> KeyKind {
    match field {
        Order::On => KeyKind::Text,
        Order::Recorded => KeyKind::Id,
    }
}

/// The terms of an order: `on` is the date as a text, and `id` tells when a fact was recorded.
pub(crate) fn terms(order: &[(Order, bool)], on: &Expr, id: &Expr) -> Vec<Term> {
    let term = |(field, descends): &(Order, bool)| {
        let column = if *field == Order::On { on.clone() } else { id.clone() };
        Term::new(column, kind(*field), *descends)
    };
    ended(order, Order::Recorded).iter().map(term).collect()
}
