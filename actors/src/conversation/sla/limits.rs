//! The times a board, or the tenant, sets itself.

use std::time::Duration;

use entities::{
    Timestamp,
    conversation::{Sla, SlaKind},
};
use serde_json::{Map, Value};

/// The member of the settings that holds them.
pub(crate) const MEMBER: &str = "sla";
/// A minute, in seconds.
const SHORTEST: u64 = 60;
/// Thirty days, in seconds.
const LONGEST: u64 = 30 * 24 * 3600;

/// How long each kind of waiting may last; what is `None` has no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub first_answer: Option<Duration>,
    pub next_answer: Option<Duration>,
    pub waiting_on_customer: Option<Duration>,
}

/// A member of the settings that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct LimitError {
    /// Below the settings: `sla.first_answer_s`.
    pub field: String,
    pub reason: &'static str,
}

impl Limits {
    /// Reads the member `sla` of settings; `None` when it is not there.
    ///
    /// # Errors
    /// [`LimitError`], naming the member.
    pub fn of(settings: &Map<String, Value>) -> Result<Option<Self>, LimitError> {
        let Some(value) = settings.get(MEMBER) else { return Ok(None) };
        let Value::Object(members) = value else { return Err(refused("", "must be an object")) };
        Self::read(members).map(Some)
    }

    /// Reads what that member holds.
    ///
    /// # Errors
    /// [`LimitError`], naming the member.
    pub fn read(members: &Map<String, Value>) -> Result<Self, LimitError> {
        let mut limits = Self::default();
        for (name, value) in members {
            let limit = match name.as_str() {
                "first_answer_s" => &mut limits.first_answer,
                "next_answer_s" => &mut limits.next_answer,
                "waiting_on_customer_s" => &mut limits.waiting_on_customer,
                _ => return Err(refused(&format!(".{name}"), "is not known here")),
            };
            let seconds = value.as_u64().filter(|seconds| (SHORTEST..=LONGEST).contains(seconds));
            let reason = "must be a whole number of seconds, from 60 to 2592000";
            let seconds = seconds.ok_or_else(|| refused(&format!(".{name}"), reason))?;
            *limit = Some(Duration::from_secs(seconds));
        }
        Ok(limits)
    }

    /// The clock of this kind that begins at `since`, when its time is limited.
    pub(super) fn start(&self, kind: SlaKind, since: Timestamp) -> Option<Sla> {
        let limit = match kind {
            SlaKind::FirstAnswer => self.first_answer,
            SlaKind::NextAnswer => self.next_answer,
            SlaKind::WaitingOnCustomer => self.waiting_on_customer,
        };
        limit.map(|limit| Sla::starting(kind, since, limit))
    }
}

fn refused(member: &str, reason: &'static str) -> LimitError {
    LimitError { field: format!("{MEMBER}{member}"), reason }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(sla: Value) -> Result<Option<Limits>, String> {
        Limits::of(&Map::from_iter([(MEMBER.to_owned(), sla)])).map_err(|error| error.field)
    }

    #[test]
    fn what_is_left_out_has_no_limit() {
        assert_eq!(Limits::of(&Map::new()), Ok(None));
        assert_eq!(read(json!({})), Ok(Some(Limits::default())));
        let limits =
            read(json!({"first_answer_s": 60, "waiting_on_customer_s": 2_592_000})).unwrap().unwrap();
        assert_eq!(limits.first_answer, Some(Duration::from_secs(60)));
        assert_eq!(
            (limits.next_answer, limits.waiting_on_customer),
            (None, Some(Duration::from_secs(LONGEST)))
        );
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert_eq!(read(json!("fast")), Err("sla".to_owned()));
        assert_eq!(read(json!({"first_answer": 60})), Err("sla.first_answer".to_owned()));
        for bad in [json!(59), json!(2_592_001), json!(-60), json!(60.5), json!("60"), json!(null)] {
            assert_eq!(read(json!({"next_answer_s": bad})), Err("sla.next_answer_s".to_owned()));
        }
    }
}
