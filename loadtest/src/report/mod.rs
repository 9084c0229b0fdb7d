//! What a run found: tables for people, the same as JSON for scripts.

mod progress;
mod table;

pub use progress::{Progress, bar};
pub use table::{Cell, Table, per_second, ratio};

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Everything a run prints at its end.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    scenario: String,
    settings: Map<String, Value>,
    tables: Vec<Table>,
    /// Bars that were not reached; a run with one of these ends with exit code 2.
    failures: Vec<String>,
}

impl Report {
    #[must_use]
    pub fn new(scenario: impl Into<String>) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let settings = [("cores".to_owned(), json!(cores)), ("loadtest_profile".to_owned(), json!(profile))];
        Self { scenario: scenario.into(), settings: settings.into_iter().collect(), ..Self::default() }
    }

    /// Something the numbers depend on.
    pub fn setting(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.settings.insert(name.into(), value.into());
    }

    pub fn table(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Says that the run did not hold what it was to show.
    pub fn failure(&mut self, what: impl Into<String>) {
        self.failures.push(what.into());
    }

    /// A table of counts and of broken promises, each with examples; every kind that has some is a failure.
    pub fn promises(&mut self, title: &str, counts: &[(&str, usize)], broken: &[(&str, &[String])]) {
        let mut table = Table::new(title, &["what", "count"]);
        for &(what, count) in counts {
            table.row([what.into(), count.into()]);
        }
        for (what, examples) in broken {
            table.row([(*what).into(), examples.len().into()]);
            if let Some(example) = examples.first() {
                self.failure(format!("{} {what}, for instance {example}", examples.len()));
            }
        }
        self.table(table);
    }

    #[must_use]
    pub fn failed(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Takes over another report's tables, settings and failures.
    pub fn join(&mut self, other: Self) {
        self.settings.extend(other.settings);
        self.tables.extend(other.tables);
        self.failures.extend(other.failures);
    }

    /// The whole report as text or JSON.
    ///
    /// # Errors
    /// When a number cannot be written as JSON.
    pub fn render(&self, as_json: bool) -> anyhow::Result<String> {
        if as_json {
            return Ok(serde_json::to_string_pretty(self)?);
        }
        let mut text = format!("{}\n", self.scenario);
        for (name, value) in &self.settings {
            text.push_str(&format!(
                "  {name} = {}\n",
                value.as_str().map_or(value.to_string(), str::to_owned)
            ));
        }
        for table in &self.tables {
            text.push('\n');
            text.push_str(&table.to_string());
        }
        for failure in &self.failures {
            text.push_str(&format!("\nFAILED: {failure}\n"));
        }
        Ok(text)
    }
}
