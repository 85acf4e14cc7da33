//! What things are called, in English, French, Dutch and German: the values of closed sets
//! ([`labels`]), what breakdowns call what no closed set has ([`breakdowns`]), and the rules of
//! criteria ([`rules`]) and what was found of them ([`findings`]) as sentences.
//!
//! **Invariant:** a closed set is translated once, in `data/reference/vocabulary.csv`; sentences take
//! its words from there. What clusters and sources word themselves comes with the data
//! (`domain/term.rs`); the texts of pages stand with the pages (`page/texts.rs`).

pub(crate) mod breakdowns;
mod findings;
pub(crate) mod labels;
mod rules;

use entity::{Language, TextEnum};

pub(crate) use self::{
    findings::explained,
    rules::{Names, described},
};

/// One text in English, French, Dutch and German, in the order of [`Language::ALL`].
type Said = [&'static str; 4];

fn said(texts: Said, language: Language) -> &'static str {
    texts[language.index()]
}
