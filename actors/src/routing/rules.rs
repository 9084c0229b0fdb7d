//! What a board, or the tenant, wants of routing.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The member of the settings that holds it.
pub(crate) const MEMBER: &str = "routing";
/// What one agent has in hand at most, when nobody says otherwise.
const CAPACITY: i32 = 5;
/// The most anybody can be given.
const MOST: i32 = 100;

/// How a board gives out its conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    pub mode: Mode,
    /// The most conversations one agent has in hand, unless the user has a capacity of his own. 1 to 100.
    pub capacity: i32,
}

/// Who is next among those who have room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nobody: people take what they want.
    #[default]
    Off,
    /// Whoever was given one longest ago.
    RoundRobin,
    /// Whoever has the least in hand; among equals, whoever was given one longest ago.
    LeastLoaded,
}

/// A member of the settings that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct SettingsError {
    /// Below the settings: `routing.mode`.
    pub field: String,
    pub reason: &'static str,
}

impl Routing {
    /// Reads the member `routing` of settings; `None` when it is not there.
    ///
    /// # Errors
    /// [`SettingsError`], naming the member.
    pub fn of(settings: &Map<String, Value>) -> Result<Option<Self>, SettingsError> {
        let Some(value) = settings.get(MEMBER) else { return Ok(None) };
        let Value::Object(members) = value else { return Err(refused("", "must be an object")) };
        Self::read(members).map(Some)
    }

    /// Reads its members.
    ///
    /// # Errors
    /// [`SettingsError`], naming the member.
    pub fn read(members: &Map<String, Value>) -> Result<Self, SettingsError> {
        if let Some(unknown) = members.keys().find(|name| !["mode", "capacity"].contains(&name.as_str())) {
            return Err(refused(&format!(".{unknown}"), "is not known here"));
        }
        let mode = members.get("mode").cloned().unwrap_or(Value::Null);
        let mode = serde_json::from_value(mode)
            .map_err(|_| refused(".mode", "must be off, round_robin or least_loaded"))?;
        let capacity = match members.get("capacity") {
            None => CAPACITY,
            Some(capacity) => as_capacity(capacity)
                .ok_or_else(|| refused(".capacity", "must be a whole number from 1 to 100"))?,
        };
        Ok(Self { mode, capacity })
    }
}

fn as_capacity(value: &Value) -> Option<i32> {
    let number = i32::try_from(value.as_i64()?).ok()?;
    (1..=MOST).contains(&number).then_some(number)
}

fn refused(member: &str, reason: &'static str) -> SettingsError {
    SettingsError { field: format!("{MEMBER}{member}"), reason }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(routing: Value) -> Result<Option<Routing>, String> {
        let settings = Map::from_iter([(MEMBER.to_owned(), routing)]);
        Routing::of(&settings).map_err(|error| error.field)
    }

    #[test]
    fn a_board_that_says_nothing_gives_nothing_out() {
        assert_eq!(Routing::of(&Map::new()), Ok(None));
        assert_eq!(Mode::default(), Mode::Off);
    }

    #[test]
    fn capacity_has_a_usual_value_and_bounds() {
        let routing = Routing { mode: Mode::RoundRobin, capacity: CAPACITY };
        assert_eq!(read(json!({"mode": "round_robin"})), Ok(Some(routing)));
        for bad in [json!(0), json!(101), json!(-1), json!(1.5), json!("5"), json!(null)] {
            let refused = read(json!({"mode": "least_loaded", "capacity": bad}));
            assert_eq!(refused, Err("routing.capacity".to_owned()));
        }
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert_eq!(read(json!("on")), Err("routing".to_owned()));
        assert_eq!(read(json!({})), Err("routing.mode".to_owned()));
        assert_eq!(read(json!({"mode": "random"})), Err("routing.mode".to_owned()));
        assert_eq!(read(json!({"mode": "off", "weights": []})), Err("routing.weights".to_owned()));
    }
}
