//! For how long a tenant keeps what was recorded, and what is struck out of what was said.

use std::time::Duration;

use entities::Timestamp;
use serde_json::{Map, Value};

use super::redaction::{Fault, Redaction};

/// Days a recording may be kept at most.
const LONGEST: u64 = 3_650;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a tenant wants done with what was recorded.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// `None`: it is kept until somebody deletes it.
    keep: Option<Duration>,
    redaction: Redaction,
}

/// Which member is wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct PolicyError {
    pub field: String,
    pub reason: &'static str,
}

impl Policy {
    /// Reads the setting `recordings`: `{keep_days?, redact?[]}`.
    ///
    /// # Errors
    /// [`PolicyError`], naming the member.
    pub fn read(members: &Map<String, Value>) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for (name, value) in members {
            match name.as_str() {
                "keep_days" => policy.keep = Some(days(value)?),
                "redact" => {
                    let own = patterns(value).ok_or_else(|| refused("redact", "must be a list of texts"))?;
                    policy.redaction = Redaction::with(&own).map_err(|fault| of_pattern(&fault))?;
                }
                _ => return Err(refused(name, "is not known here")),
            }
        }
        Ok(policy)
    }

    /// That of a tenant. What this version cannot read is as if it were not set; what everybody's is struck out of, is still.
    #[must_use]
    pub fn stored(members: Option<&Map<String, Value>>) -> Self {
        members.and_then(|members| Self::read(members).ok()).unwrap_or_default()
    }

    /// Until when something of that time is kept; `None` for ever.
    #[must_use]
    pub fn keeps_until(&self, from: Timestamp) -> Option<Timestamp> {
        self.keep.map(|keep| from.plus(keep))
    }

    /// What is struck out of what was said.
    #[must_use]
    pub fn redaction(&self) -> &Redaction {
        &self.redaction
    }
}

fn days(value: &Value) -> Result<Duration, PolicyError> {
    let days = value.as_u64().filter(|days| (1..=LONGEST).contains(days));
    let days = days.ok_or_else(|| refused("keep_days", "must be a whole number from 1 to 3,650"))?;
    Ok(DAY * u32::try_from(days).unwrap_or(u32::MAX))
}

fn patterns(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|pattern| pattern.as_str().map(str::to_owned)).collect()
}

fn of_pattern(fault: &Fault) -> PolicyError {
    match fault {
        Fault::TooMany => refused("redact", "must be at most 20"),
        Fault::Pattern(index) => {
            let field = format!("redact.{index}");
            refused(&field, "must be a regular expression of 1 to 200 characters that matches no empty text")
        }
    }
}

fn refused(field: &str, reason: &'static str) -> PolicyError {
    PolicyError { field: format!("recordings.{field}"), reason }
}
