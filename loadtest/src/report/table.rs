//! Tables whose columns have one name, on paper and in JSON.

use std::fmt;
use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value, json};

/// One value, as precise as it is to be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Count(u64),
    Number(f64),
    /// Was not measured.
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    #[must_use]
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { title: title.into(), columns, rows: Vec::new() }
    }

    /// Cells that are missing at the end of a row were not measured.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().collect();
        row.resize(self.columns.len(), Cell::Nothing);
        self.rows.push(row);
    }
}

/// How many per second.
#[must_use]
pub fn per_second(count: u64, during: Duration) -> f64 {
    ratio(count as f64, during.as_secs_f64())
}

/// `part / whole`, and not a number when there is no whole.
#[must_use]
pub fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// Durations are told in milliseconds.
impl From<Duration> for Cell {
    fn from(duration: Duration) -> Self {
        Self::Number(duration.as_secs_f64() * 1000.0)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => write!(f, "{count}"),
            Self::Number(number) if number.is_nan() => f.write_str("–"),
            Self::Number(number) if number.abs() >= 1000.0 => write!(f, "{number:.0}"),
            Self::Number(number) => write!(f, "{number:.2}"),
            Self::Nothing => f.write_str("–"),
        }
    }
}

impl From<&Cell> for Value {
    fn from(cell: &Cell) -> Self {
        match cell {
            Cell::Text(text) => json!(text),
            Cell::Count(count) => json!(count),
            Cell::Number(number) => json!(number),
            Cell::Nothing => Self::Null,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(Cell::to_string).collect()).collect();
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|column| {
                let cells = texts.iter().map(|row| row[column].chars().count());
                cells.chain([self.columns[column].chars().count()]).max().unwrap_or(0)
            })
            .collect();
        writeln!(f, "{}", self.title)?;
        for row in std::iter::once(&self.columns).chain(&texts) {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect();
            writeln!(f, "  {}", cells.join("  "))?;
        }
        Ok(())
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<Map<String, Value>> = self
            .rows
            .iter()
            .map(|row| self.columns.iter().cloned().zip(row.iter().map(Value::from)).collect())
            .collect();
        let mut table = serializer.serialize_struct("Table", 2)?;
        table.serialize_field("title", &self.title)?;
        table.serialize_field("rows", &rows)?;
        table.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_the_same_on_paper_and_in_json() {
        let mut table = Table::new("sends", &["conversations", "per_s", "note"]);
        table.row([Cell::from(256_usize), Cell::from(12_345.6), Cell::from("busy")]);
        table.row([Cell::from(1_usize), Cell::from(f64::NAN)]);
        assert_eq!(
            table.to_string(),
            "sends\n  conversations  per_s  note\n            256  12346  busy\n              1      –     –\n"
        );
        let json = serde_json::to_value(&table).expect("a table is JSON");
        assert_eq!(json["rows"][0], json!({ "conversations": 256, "per_s": 12_345.6, "note": "busy" }));
        assert_eq!(json["rows"][1], json!({ "conversations": 1, "per_s": null, "note": null }));
    }
}
