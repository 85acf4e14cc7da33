//! Plots as SVG, in one style: bars, the stock over time, bars up and down, lanes, and small
//! multiples on the same axes.
//!
//! A plot is drawn once and stands in a page or by itself (`….svg`). Its colours are classes of
//! `web/plot.css`, so that they follow light and dark. Each has a title and a description for those
//! who do not see it, and beside it on the page stands a table with the same numbers.

mod bars;
mod canvas;
mod diverging;
mod lanes;
mod multiples;
mod scale;
mod stock;

pub(super) use self::{
    bars::{Bar, bars},
    canvas::Plot,
    diverging::{Bucket, Part, diverging},
    lanes::{Lane, Span, lanes},
    multiples::{Joined, Panel, Point, multiples},
    scale::{first_day, last_day},
    stock::{Counted, Event, Mark, Published, Stock, stock},
};
