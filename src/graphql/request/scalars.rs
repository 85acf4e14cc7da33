//! Dates and instants as clients write them.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use entity::PartialDate;

use crate::domain::quoted;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Date(pub(crate) NaiveDate);

impl Date {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let date: PartialDate = text.parse().ok()?;
        (text.len() == 10 && date.earliest().year() > 0).then(|| Self(date.earliest()))
    }
}

/// A civil day, written `YYYY-MM-DD`, years 0001 to 9999. In Brussels, where nothing else is said.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Self::parse(text).ok_or_else(|| {
                InputValueError::custom(format!("{} is no calendar day; write it as YYYY-MM-DD", quoted(text)))
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl Instant {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let instant = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        (1..=9999).contains(&instant.year()).then_some(Self(instant))
    }
}

/// An instant, RFC 3339, such as `2023-12-14T10:00:00Z`. Answered in UTC with milliseconds; any offset is accepted.
#[Scalar(name = "DateTime")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Self::parse(text).ok_or_else(|| {
                InputValueError::custom(format!("{} is no instant; write it as in 2023-12-14T10:00:00Z", quoted(text)))
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatedDate(pub(crate) PartialDate);

/// A date as precise as its source states it: a year `2018`, a month `2018-05` or a day `2018-05-24`. A start stated
/// so counts from its earliest day, an end to its latest.
#[Scalar(name = "PartialDate")]
impl ScalarType for StatedDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text
                .parse()
                .map(Self)
                .map_err(|error: entity::partial_date::InvalidPartialDate| InputValueError::custom(error)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
