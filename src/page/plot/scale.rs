//! From values and days to places.

use chrono::{Datelike, Months, NaiveDate};

/// From values to places, both ways.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linear {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Linear {
    /// From the values of a range to the places of another.
    pub(super) fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        Self { from, to, start, end }
    }

    /// The place of a value.
    pub(super) fn at(&self, value: f64) -> f64 {
        let range = if self.to > self.from { self.to - self.from } else { 1.0 };
        self.start + (value - self.from) / range * (self.end - self.start)
    }
}

/// From days to places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    scale: Linear,
    from: NaiveDate,
    to: NaiveDate,
}

impl Days {
    /// From the days of a period to the places of a range.
    pub(super) fn new(from: NaiveDate, to: NaiveDate, places: (f64, f64)) -> Self {
        let number = |day: NaiveDate| f64::from(day.num_days_from_ce());
        Self { scale: Linear::new((number(from), number(to)), places), from, to }
    }

    /// The place of a day.
    pub(super) fn at(&self, day: NaiveDate) -> f64 {
        self.scale.at(f64::from(day.clamp(self.from, self.to).num_days_from_ce()))
    }

    /// Whether a day is within.
    pub(super) fn has(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The first days of years to write, at most so many.
    pub(super) fn years(&self, most: usize) -> Vec<(i32, f64)> {
        let (first, last) = (self.from.year() + i32::from(self.from.ordinal() > 1), self.to.year());
        let count = usize::try_from(last - first + 1).unwrap_or(0);
        let step = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|step| count.div_ceil(*step) <= most).unwrap_or(200);
        let years = (first..=last).filter(|year| year.rem_euclid(i32::try_from(step).unwrap_or(1)) == 0);
        years.filter_map(|year| Some((year, self.at(NaiveDate::from_ymd_opt(year, 1, 1)?)))).collect()
    }
}

/// Round numbers from 0 on that reach a value, in about four steps; whole ones.
pub(super) fn ticks(most: f64) -> Vec<f64> {
    let rough = (most.max(1.0) / 4.0).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power).max(1.0);
    let steps = (most.max(1.0) / step).ceil() as usize;
    (0..=steps).map(|number| number as f64 * step).collect()
}

/// The first day of what a source states: a day, a month or a year.
pub(crate) fn first_day(stated: &str) -> Option<NaiveDate> {
    let mut parts = stated.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let year = i32::try_from(parts.next()??).ok()?;
    let month = parts.next().map_or(Some(1), |month| month)?;
    let day = parts.next().map_or(Some(1), |day| day)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The last day of what a source states.
pub(crate) fn last_day(stated: &str) -> Option<NaiveDate> {
    let first = first_day(stated)?;
    let months = match stated.split('-').count() {
        1 => 12,
        2 => 1,
        _ => return Some(first),
    };
    first.checked_add_months(Months::new(months))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_largest() {
        assert_eq!(ticks(0.0), [0.0, 1.0]);
        assert_eq!(ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(54.0), [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(ticks(1234.0), [0.0, 500.0, 1000.0, 1500.0]);
        for most in 1..5000 {
            let ticks = ticks(f64::from(most));
            assert!(ticks.len() <= 6 && *ticks.last().unwrap() >= f64::from(most), "{most}: {ticks:?}");
        }
    }

    #[test]
    fn years_are_few_enough_to_be_read() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = Days::new(day("1990-06-01"), day("2026-01-01"), (0.0, 700.0));
        let years: Vec<_> = days.years(10).into_iter().map(|(year, _)| year).collect();
        assert_eq!(years, [1995, 2000, 2005, 2010, 2015, 2020, 2025]);
        assert_eq!(days.at(day("1980-01-01")), 0.0);
        assert_eq!(days.at(day("2026-01-01")), 700.0);
    }

    #[test]
    fn what_is_stated_has_a_first_and_a_last_day() {
        assert_eq!(first_day("2018"), NaiveDate::from_ymd_opt(2018, 1, 1));
        assert_eq!(first_day("2018-05"), NaiveDate::from_ymd_opt(2018, 5, 1));
        assert_eq!(first_day("2018-05-24"), NaiveDate::from_ymd_opt(2018, 5, 24));
        assert_eq!(first_day("soon"), None);
        assert_eq!(last_day("2018"), NaiveDate::from_ymd_opt(2018, 12, 31));
        assert_eq!(last_day("2020-02"), NaiveDate::from_ymd_opt(2020, 2, 29));
        assert_eq!(last_day("2018-05-24"), NaiveDate::from_ymd_opt(2018, 5, 24));
    }
}
