//! Tables as they are written: CSV for spreadsheets, JSON lines for programs.

use async_graphql::Value;
use axum::http::HeaderValue;

use crate::graphql::{Cell, ColumnPath};

/// A form of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As RFC 4180 has it, in UTF-8, with a header.
    Csv {
        /// What stands between cells.
        separator: u8,
        /// Whether it begins with a mark of its byte order, by which some spreadsheets know UTF-8.
        has_mark: bool,
    },
    /// A row a line, each a JSON object.
    Lines,
}

impl Form {
    /// As the header `Content-Type` names it.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Csv { .. } => "text/csv; charset=utf-8; header=present",
            Self::Lines => "application/x-ndjson",
        })
    }

    /// What tells it from other forms.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Csv { separator: b';', has_mark: false } => "csv-semicolon",
            Self::Csv { separator: b';', has_mark: true } => "csv-semicolon-mark",
            Self::Csv { separator: b'\t', has_mark: false } => "csv-tab",
            Self::Csv { separator: b'\t', has_mark: true } => "csv-tab-mark",
            Self::Csv { has_mark: false, .. } => "csv",
            Self::Csv { has_mark: true, .. } => "csv-mark",
            Self::Lines => "lines",
        }
    }

    /// What comes before the rows.
    pub(super) fn head(self, columns: &[ColumnPath]) -> Vec<u8> {
        let Self::Csv { separator, has_mark } = self else { return Vec::new() };
        let mut text = if has_mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        text.append(&mut lines(separator, std::iter::once(columns.iter().map(|column| column.header.clone()))));
        text
    }

    /// Rows, each with the end of its line.
    pub(super) fn rows(self, columns: &[ColumnPath], rows: &[Value]) -> Vec<u8> {
        match self {
            Self::Csv { separator, .. } => {
                lines(separator, rows.iter().map(|row| columns.iter().map(|column| shown(&column.cell(row)))))
            }
            Self::Lines => {
                let mut text = Vec::new();
                for row in rows {
                    serde_json::to_writer(&mut text, row).expect("an answer is JSON");
                    text.push(b'\n');
                }
                text
            }
        }
    }
}

fn lines<L: Iterator<Item = String>>(separator: u8, lines: impl Iterator<Item = L>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(csv::Terminator::CRLF)
        // Rows have as many cells as there are columns.
        .flexible(true)
        .from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.map(String::into_bytes)).expect("a text in memory can be written");
    }
    writer.into_inner().expect("a text in memory can be written")
}

/// What stands between the values of a list in one cell.
const BETWEEN: &str = "; ";

/// A cell as a spreadsheet may read it: what somebody wrote and a spreadsheet would calculate is
/// preceded by an apostrophe (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn shown(cell: &Cell) -> String {
    let text = cell.texts.join(BETWEEN);
    let is_formula = cell.is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(texts: &[&str], is_text: bool) -> Cell {
        Cell { texts: texts.iter().map(|text| (*text).to_owned()).collect(), is_text }
    }

    #[test]
    fn what_a_spreadsheet_would_calculate_is_a_text() {
        assert_eq!(shown(&cell(&["=1+1"], true)), "'=1+1");
        assert_eq!(shown(&cell(&["@SUM(A1)"], true)), "'@SUM(A1)");
        assert_eq!(shown(&cell(&["-5"], false)), "-5", "a number");
        assert_eq!(shown(&cell(&["1=1", "=2"], true)), "1=1; =2", "within a cell");
        assert_eq!(shown(&cell(&[], false)), "");
    }

    #[test]
    fn cells_are_quoted_where_they_need_it() {
        let line = |separator| {
            let cells = ["a,b", "c;d", "say \"e\"", "f\ng", ""].map(String::from);
            String::from_utf8(lines(separator, std::iter::once(cells.into_iter()))).expect("UTF-8")
        };
        assert_eq!(line(b','), "\"a,b\",c;d,\"say \"\"e\"\"\",\"f\ng\",\r\n");
        assert_eq!(line(b';'), "a,b;\"c;d\";\"say \"\"e\"\"\";\"f\ng\";\r\n");
    }
}
