//! What all plots have in common: their size and head, how they stand in a page and alone, and what is drawn in
//! several.

use maud::{Markup, PreEscaped, html};

use crate::page::{shown::Shown, style, texts};

/// The width of all plots, in units of their own.
pub(super) const WIDTH: f64 = 720.0;

/// A plot.
pub(crate) struct Plot {
    /// Its name in addresses.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) title: String,
    /// The same in a sentence or two, for those who do not see it.
    pub(crate) description: String,
    pub(super) height: f64,
    pub(super) body: Markup,
}

impl Plot {
    fn svg(&self, head: &Markup) -> Markup {
        let Self { name, title, description, height, body } = self;
        // What holds links is a group: an image would hide them.
        let role = if body.0.contains("<a ") { "group" } else { "img" };
        html! {
            svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (height) }
                width=(WIDTH) height=(height) role=(role)
                aria-labelledby={ (name) "-title" } aria-describedby={ (name) "-description" }
            {
                title id={ (name) "-title" } { (title) }
                desc id={ (name) "-description" } { (description) }
                defs {
                    pattern id={ (name) "-hatch" } patternUnits="userSpaceOnUse" width="6" height="6" {
                        rect class="hatched" width="6" height="6" {}
                        path class="hatch" d="M-1 1L1 -1M0 6L6 0M5 7L7 5" {}
                    }
                }
                (head)
                (body)
            }
        }
    }

    /// The plot by itself, with its style.
    pub(crate) fn standalone(&self) -> String {
        let head = html! {
            style { (PreEscaped(style::PLOT)) }
            rect class="ground" width=(WIDTH) height=(self.height) {}
        };
        self.svg(&head).into_string()
    }

    /// The plot in a page, with its table beside it and the address of its image.
    pub(crate) fn figure(&self, shown: &Shown<'_>, table: &Markup) -> Markup {
        html! {
            figure id=(self.name) {
                figcaption { (self.title) }
                // Where the page is narrower than the plot, it is moved by hand or by the keys.
                div class="across" role="group" tabindex="0" aria-label=(self.title) { (self.svg(&html! {})) }
                details class="table" {
                    summary { (shown.say(texts::AS_TABLE)) }
                    div class="across" role="group" tabindex="0" aria-label=(shown.say(texts::AS_TABLE)) { (table) }
                }
                p class="ways" { a href=(shown.address.plot(self.name)) { "SVG" } }
            }
        }
    }
}

/// A text that fits so many letters; the whole one is told where it is pointed at.
pub(super) fn fitted(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// A link around a part of a plot, where it leads somewhere. It is called by its name, which holds
/// the words that stand in it; what it tells is shown where it is pointed at.
pub(super) fn linked(to: Option<&str>, name: &str, told: &str, inner: &Markup) -> Markup {
    html! {
        @match to {
            Some(to) => a href=(to) aria-label=(name) { title { (told) } (inner) },
            None => g { title { (told) } (inner) },
        }
    }
}

/// What fills a mark of a class besides its colour: what is presumed is hatched.
pub(super) fn filled(plot: &str, class: &str) -> Option<String> {
    (class == "presumed").then(|| format!("url(#{plot}-hatch)"))
}

/// What stands for what, below a plot: entries from left to right, in as many lines as they take.
/// Answers the height too.
pub(super) fn legend(plot: &str, top: f64, entries: &[(&str, &str)]) -> (Markup, f64) {
    let (mut x, mut y) = (46.0, top + 12.0);
    let placed = entries.iter().map(|(class, label)| {
        // About what a letter takes.
        let width = 34.0 + 7.2 * label.chars().count() as f64;
        if x + width > WIDTH {
            (x, y) = (46.0, y + 22.0);
        }
        let at = (x, y);
        x += width;
        (*class, *label, at)
    });
    let placed: Vec<_> = placed.collect();
    let drawn = html! {
        @for (class, label, (x, y)) in &placed {
            @if matches!(*class, "published" | "target") {
                circle class=(class) cx=(at(x + 7.0)) cy=(at(y - 4.5)) r="5" {}
            } @else {
                rect class=(class) fill=[filled(plot, class)] x=(at(*x)) y=(at(y - 11.0)) width="14" height="13" {}
            }
            text class="tick" x=(at(x + 20.0)) y=(at(*y)) { (label) }
        }
    };
    (drawn, y + 10.0 - top)
}

/// A coordinate with one decimal.
pub(super) fn at(coordinate: f64) -> String {
    let tenths = (coordinate * 10.0).round();
    format!("{}", if tenths == 0.0 { 0.0 } else { tenths / 10.0 })
}
