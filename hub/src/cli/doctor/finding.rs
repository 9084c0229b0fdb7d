//! What a check found.

use std::fmt;

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Good,
    /// It runs; a person should know.
    Warning,
    /// It will not run, or not safely.
    Bad,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    pub(super) state: State,
    found: String,
    /// What to do; absent when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    pub(super) fn good(check: &'static str, found: impl fmt::Display) -> Self {
        Self { check, state: State::Good, found: found.to_string(), advice: None }
    }

    pub(super) fn warning(check: &'static str, found: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self { check, state: State::Warning, found: found.to_string(), advice: Some(advice.into()) }
    }

    pub(super) fn bad(check: &'static str, found: impl fmt::Display, advice: impl Into<String>) -> Self {
        Self { check, state: State::Bad, found: found.to_string(), advice: Some(advice.into()) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.state {
            State::Good => "ok",
            State::Warning => "look",
            State::Bad => "BAD",
        };
        write!(f, "{word:<5} {:<12} {}", self.check, self.found)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(f, "\n      {:<12} → {advice}", ""))
    }
}
