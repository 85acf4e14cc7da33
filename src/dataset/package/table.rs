//! One CSV file: its lines, and how a cell becomes a value or a fault.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use entity::{Labels, PartialDate, TextEnum};
use unicode_normalization::UnicodeNormalization;

use super::{fault::Faults, quotes};
use crate::domain::quoted;

/// A fact with the place it was read from.
pub(crate) struct Located<M> {
    pub(crate) file: Arc<str>,
    pub(crate) line: u64,
    pub(crate) row: M,
}

/// Languages that a column can be repeated in.
const LANGUAGES: [&str; 4] = ["en", "fr", "nl", "de"];

/// Whether a text can be a key.
pub(crate) fn is_key(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_letter)
        && text.chars().all(|c| is_letter(c) || matches!(c, '-' | '.' | '_'))
        && text.len() <= 100
}

/// The most characters of a cell: of names, labels and scopes; of titles and addresses; of texts;
/// of everything else, such as keys and identifiers. What an index holds is bounded by
/// PostgreSQL's, of 2,704 bytes.
const NAME: usize = 200;
const TITLE: usize = 1_000;
const TEXT: usize = 10_000;
const WORD: usize = 100;

/// The most characters of a column.
fn most(column: &str) -> usize {
    let (stem, _) =
        column.rsplit_once('_').filter(|(_, language)| LANGUAGES.contains(language)).unwrap_or((column, ""));
    match stem {
        "name" | "label" | "scope" | "population" | "of_group" => NAME,
        "title" | "publisher" | "reference" | "url" | "website" | "quote" => TITLE,
        "note" | "text" | "description" | "explanation" | "comparison_note" => TEXT,
        _ => WORD,
    }
}

/// Why a text is too long for a column, if it is.
pub(crate) fn too_long(column: &str, text: &str) -> Option<String> {
    let (most, count) = (most(column), text.chars().count());
    (count > most).then(|| format!("{count} characters; expected at most {most}"))
}

/// The lines of a file, in one text: large files have millions of lines, and what is held of each
/// line apart takes more than its text.
#[derive(Default)]
struct Lines {
    lines: Vec<Line>,
    /// The cells of all lines, with an `END` after each.
    text: String,
    /// Where the cells that are held stand in a line: those of known columns.
    positions: Vec<usize>,
}

/// What ends a cell: the one character that no cell may hold.
const END: char = '\0';

struct Line {
    number: u32,
    /// Where its text starts.
    start: usize,
    /// Whether it has a cell for every column. One that has not is a fault; its first cells are
    /// still known to those that refer to it.
    is_whole: bool,
}

impl Lines {
    /// None yet; a vector that grows would need twice the memory at times.
    fn with_room_for(text: &str, positions: Vec<usize>) -> Self {
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        Self { lines: Vec::with_capacity(lines), text: String::with_capacity(text.len()), positions }
    }

    /// Adds a line. Its cells are held without the spaces around them, and composed: the same
    /// letters are the same text.
    fn push(&mut self, number: u64, record: &csv::StringRecord, is_whole: bool) -> Cells<'_> {
        let number = u32::try_from(number).expect("a file has fewer than 4 billion lines");
        self.lines.push(Line { number, start: self.text.len(), is_whole });
        for position in &self.positions {
            let cell = record.get(*position).unwrap_or_default().trim().nfc();
            self.text.extend(cell.filter(|character| *character != END));
            self.text.push(END);
        }
        self.cells(self.lines.len() - 1)
    }

    fn cells(&self, line: usize) -> Cells<'_> {
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next.start);
        Cells(&self.text[self.lines[line].start..end])
    }
}

/// The cells of a line, with an `END` after each.
#[derive(Clone, Copy)]
struct Cells<'a>(&'a str);

impl<'a> Cells<'a> {
    fn get(self, position: usize) -> Option<&'a str> {
        self.iter().nth(position)
    }

    fn iter(self) -> impl Iterator<Item = &'a str> {
        self.0.split_terminator(END)
    }
}

/// A file with a header and lines.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) file: Arc<str>,
    header: HashMap<String, usize>,
    lines: Lines,
    /// Whether its header and its quotes are right. Of a file that cannot be read nothing is known,
    /// and what refers to it is no fault of its own.
    pub(crate) is_readable: bool,
}

impl Table {
    /// Reads a file whose columns are known: `*` must be filled, `+` stands for one column in each
    /// language.
    pub(crate) fn parse(file: &str, text: &str, columns: &[&str], faults: &mut Faults) -> Self {
        let mut table = Self { file: file.into(), ..Self::default() };
        let misplaced = quotes::misplaced(text);
        if !misplaced.is_empty() {
            misplaced.into_iter().for_each(|(line, message)| faults.push(file, line, "", message));
            return table;
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let known = expanded(columns);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                faults.push(file, 1, "", format!("no CSV: {error}"));
                return table;
            }
        };
        let required: Vec<&str> = columns.iter().filter_map(|column| column.strip_prefix('*')).collect();
        let mut missing = required.iter().filter(|column| !header.iter().any(|name| name == **column)).peekable();
        table.is_readable = missing.peek().is_none();
        let mut positions = Vec::new();
        for (position, name) in header.iter().enumerate() {
            if known.iter().any(|column| column == name) {
                if table.header.insert(name.to_owned(), positions.len()).is_some() {
                    table.is_readable = false;
                    faults.push(file, 1, name, "the column stands twice; expected once");
                }
                positions.push(position);
                continue;
            }
            // A mistyped name is one fault: a column that is not known stands for one that is
            // missing.
            let expected =
                missing.next().map_or_else(|| known.join(", "), |column| format!("{column}, which is missing"));
            faults.push(file, 1, name, format!("unknown column; expected {expected}"));
        }
        for column in missing {
            faults.push(file, 1, column, "the column is missing; expected it to be filled in every line");
        }
        if !table.is_readable {
            return table;
        }
        let names: Vec<_> = positions.iter().map(|position| &header[*position]).collect();
        table.lines = Lines::with_room_for(text, positions);
        let mut places = Places { text, offset: 0, number: 1 };
        for record in reader.records() {
            match record {
                Err(error) => {
                    let line = places.at(error.position());
                    faults.push(file, line, "", format!("no CSV: {error}"));
                }
                Ok(record) => {
                    let line = places.at(record.position());
                    let is_whole = record.len() == header.len();
                    let cells = table.lines.push(line, &record, is_whole);
                    if !is_whole {
                        let message = format!("{} cells; expected {}, as in the header", record.len(), header.len());
                        faults.push(file, line, "", message);
                        continue;
                    }
                    for (column, cell) in header.iter().zip(&record) {
                        if cell.contains(END) {
                            let message = "holds the character NUL (U+0000); expected text without it";
                            faults.push(file, line, column, message);
                        }
                    }
                    for (column, cell) in names.iter().zip(cells.iter()) {
                        if let Some(message) = too_long(column, cell) {
                            faults.push(file, line, column, message);
                        }
                    }
                    for column in &required {
                        if table.header.get(*column).is_some_and(|position| cells.get(*position) == Some("")) {
                            faults.push(file, line, column, "is empty; expected a value");
                        }
                    }
                }
            }
        }
        table
    }

    /// The lines, as rows that note what is wrong with their cells.
    pub(crate) fn rows<'a>(&'a self, faults: &'a Mutex<Faults>) -> impl Iterator<Item = TableRow<'a>> {
        let whole = self.lines.lines.iter().enumerate().filter(|(_, line)| line.is_whole);
        whole.map(move |(position, line)| TableRow {
            table: self,
            line: line.number.into(),
            cells: self.lines.cells(position),
            faults,
        })
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.lines.len()
    }

    /// Every text of a column, for references to look up.
    pub(crate) fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let position = self.header.get(name).copied();
        (0..self.lines.lines.len()).filter_map(move |line| self.lines.cells(line).get(position?))
    }
}

/// Finds the lines of records: the reader's own count stops before blank lines, which it skips.
struct Places<'a> {
    text: &'a str,
    offset: usize,
    number: u64,
}

impl Places<'_> {
    /// The line of the first character at or after a position that is no line break. Positions are
    /// asked in order.
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let bytes = self.text.as_bytes();
        let mut start = position.map_or(0, |position| position.byte() as usize).max(self.offset).min(bytes.len());
        start += bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.number += bytes[self.offset..start].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.offset = start;
        self.number
    }
}

fn expanded(columns: &[&str]) -> Vec<String> {
    let names = |column: &&str| match column.strip_prefix('+') {
        Some(prefix) => LANGUAGES.iter().map(|language| format!("{prefix}_{language}")).collect(),
        None => vec![column.trim_start_matches('*').to_owned()],
    };
    columns.iter().flat_map(names).collect()
}

/// One line of a table.
#[derive(Clone, Copy)]
pub(crate) struct TableRow<'a> {
    table: &'a Table,
    pub(crate) line: u64,
    cells: Cells<'a>,
    faults: &'a Mutex<Faults>,
}

impl<'a> TableRow<'a> {
    /// Notes a fault of a cell.
    pub(crate) fn fault(&self, column: &str, message: impl Into<String>) {
        self.faults.lock().expect("no panic").push(&self.table.file, self.line, column, message);
    }

    /// A fact with the place it was read from.
    pub(crate) fn located<M>(&self, row: M) -> Located<M> {
        Located { file: self.table.file.clone(), line: self.line, row }
    }

    /// The text of a cell; `None` when it is empty or the column is missing.
    pub(crate) fn text(&self, column: &str) -> Option<&'a str> {
        let position = *self.table.header.get(column)?;
        self.cells.get(position).filter(|text| !text.is_empty())
    }

    pub(crate) fn owned(&self, column: &str) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// The value of a cell; `None`, and a fault, when the text is none of that type.
    pub(crate) fn value<T>(&self, column: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(text);
        if value.is_none() {
            self.fault(column, format!("{}: expected {expected}", quoted(text)));
        }
        value
    }

    /// A word of a closed set.
    pub(crate) fn word<T: TextEnum>(&self, column: &str) -> Option<T> {
        self.value(column, &format!("one of {}", T::words()), T::of_text)
    }

    /// The words of a closed set that a cell lists, with spaces between.
    pub(crate) fn words<T: TextEnum>(&self, column: &str) -> Vec<T> {
        let expected = format!("words with spaces between, each one of {}", T::words());
        let all = self.value(column, &expected, |text| text.split_whitespace().map(T::of_text).collect());
        all.unwrap_or_default()
    }

    /// A key that the row gives to what it records.
    pub(crate) fn key(&self, column: &str) -> Option<&'a str> {
        let text = self.text(column)?;
        self.value(
            column,
            "a key: a-z, 0-9, -, ., _, starting with a letter or digit, at most 100 characters",
            |text| is_key(text).then_some(()),
        )?;
        Some(text)
    }

    /// A partial date.
    pub(crate) fn date(&self, column: &str) -> Option<PartialDate> {
        self.value(column, "a date such as 2018, 2018-05 or 2018-05-24", |text| text.parse().ok())
    }

    /// An address on the web.
    pub(crate) fn address(&self, column: &str) -> Option<String> {
        let is_address = |text: &str| {
            let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)).then(|| text.to_owned())
        };
        self.value(column, "an address that begins with http:// or https:// and has no spaces", is_address)
    }

    /// A text in the languages whose columns are filled.
    pub(crate) fn labels(&self, prefix: &str) -> Labels {
        let filled =
            |language: &&str| self.owned(&format!("{prefix}_{language}")).map(|text| ((*language).to_owned(), text));
        LANGUAGES.iter().filter_map(filled).collect()
    }

    /// A text that is needed in one language at least.
    pub(crate) fn labels_required(&self, prefix: &str) -> Labels {
        let labels = self.labels(prefix);
        if labels.is_empty() {
            self.fault(&format!("{prefix}_en"), "no language is filled; expected at least one");
        }
        labels
    }
}
