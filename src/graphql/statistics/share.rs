//! Parts of a whole: never a share without its base.

use async_graphql::{SimpleObject, Value};

use crate::{
    domain::statistics::Count,
    graphql::request::finished::{Plain, Plan},
};

/// A part of a whole, with the whole.
#[derive(Clone, Copy, SimpleObject)]
pub(crate) struct Share {
    /// The part divided by the base, from 0 to 1; null when the base is 0.
    value: Option<f64>,
    /// The number that it is a part of.
    base: i32,
    /// Whether the register holds all of both. If not, the share is of what it holds.
    complete: bool,
}

impl Share {
    pub(crate) fn new(part: Count, base: Count) -> Self {
        let whole = base.value();
        Self {
            value: (whole > 0).then(|| f64::from(part.value()) / f64::from(whole)),
            base: whole as i32,
            complete: part.complete && base.complete,
        }
    }
}

impl Plain for Share {
    const NAME: &str = "Share";

    fn is_plain(field: &str, _: &Plan<'_>) -> bool {
        ["value", "base", "complete"].contains(&field)
    }

    fn value(&self, field: &str, _: &Plan<'_>) -> Value {
        match field {
            "value" => self
                .value
                .map_or(Value::Null, |value| async_graphql::Number::from_f64(value).map_or(Value::Null, Value::Number)),
            "base" => self.base.into(),
            "complete" => self.complete.into(),
            _ => Value::Null,
        }
    }
}
