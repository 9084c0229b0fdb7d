//! What a tenant allows itself towards people who did not ask: in which hours of their day, and how often. Where it says
//! nothing, the law of the strictest common place holds (47 CFR 64.1200(c)(1)).

use std::time::Duration;

use entities::{Timestamp, message::MessageClass};
use serde_json::{Map, Value};

use super::Hours;

/// The member of the settings that holds it.
const MEMBER: &str = "compliance";
/// The most texts, and the most hours, of a cap.
const MOST: u64 = 168;

/// What is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compliance {
    /// Of the contact's day.
    pub hours: Hours,
    /// The classes of messages these hours are for; empty: none.
    pub classes: Vec<MessageClass>,
    pub cap: Cap,
}

/// So many texts nobody answered for, to one contact, in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// 1 to 168.
    pub texts: u64,
    /// Whole hours, 1 to 168.
    pub within: Duration,
}

/// A member of the settings that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct ComplianceError {
    /// Below the settings: `compliance.quiet_hours.opens`.
    pub field: String,
    pub reason: &'static str,
}

impl Default for Compliance {
    fn default() -> Self {
        Self { hours: Hours::LAWFUL, classes: vec![MessageClass::Marketing], cap: Cap::default() }
    }
}

impl Default for Cap {
    fn default() -> Self {
        Self { texts: 1, within: Duration::from_secs(3_600) }
    }
}

impl Cap {
    /// When one more is allowed, if it is not now; `sent` are the last texts of this kind, as many as the cap at most, the
    /// newest first.
    #[must_use]
    pub fn until(self, sent: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
        let texts = usize::try_from(self.texts).unwrap_or(usize::MAX);
        let free = sent.get(texts - 1)?.plus(self.within);
        (free > now).then_some(free)
    }
}

impl Compliance {
    /// What the member of the settings says. What is not there is as usual, and so is what cannot be read: nobody is written to
    /// at night for that.
    #[must_use]
    pub fn of(members: Option<&Map<String, Value>>) -> Self {
        members.and_then(|members| Self::read(members).ok()).unwrap_or_default()
    }

    /// Reads its members.
    ///
    /// # Errors
    /// [`ComplianceError`], naming the member.
    pub fn read(members: &Map<String, Value>) -> Result<Self, ComplianceError> {
        let mut compliance = Self::default();
        for (name, value) in members {
            let members = value.as_object().ok_or_else(|| refused(name, "must be an object"));
            match name.as_str() {
                "quiet_hours" => compliance.read_hours(members?)?,
                "cap" => compliance.cap.read(members?)?,
                _ => return Err(refused(name, "is not known here")),
            }
        }
        Ok(compliance)
    }

    fn read_hours(&mut self, members: &Map<String, Value>) -> Result<(), ComplianceError> {
        let at = |member: &str| format!("quiet_hours.{member}");
        let (mut opens, mut closes) = (480, 1_260);
        for (name, value) in members {
            match name.as_str() {
                "opens" => opens = minute(value).ok_or_else(|| refused(&at(name), TIME))?,
                "closes" => closes = minute(value).ok_or_else(|| refused(&at(name), TIME))?,
                "classes" => self.classes = classes(value).ok_or_else(|| refused(&at(name), CLASSES))?,
                _ => return Err(refused(&at(name), "is not known here")),
            }
        }
        self.hours = Hours::new(opens, closes).map_err(|_| refused(&at("closes"), "must be after opens"))?;
        Ok(())
    }
}

impl Cap {
    fn read(&mut self, members: &Map<String, Value>) -> Result<(), ComplianceError> {
        for (name, value) in members {
            let at = format!("cap.{name}");
            let number = value.as_u64().filter(|number| (1..=MOST).contains(number));
            match (name.as_str(), number) {
                ("texts", Some(texts)) => self.texts = texts,
                ("hours", Some(hours)) => self.within = Duration::from_secs(hours * 3_600),
                ("texts" | "hours", None) => {
                    return Err(refused(&at, "must be a whole number from 1 to 168"));
                }
                _ => return Err(refused(&at, "is not known here")),
            }
        }
        Ok(())
    }
}

const TIME: &str = "must be a time of day as 08:00, or 24:00";
const CLASSES: &str = "must be a list of conversational, transactional and marketing";

/// Minutes after midnight.
fn minute(value: &Value) -> Option<u16> {
    let (hours, minutes) = value.as_str()?.split_once(':')?;
    let number = |text: &str| {
        let is_pair = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_pair)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let is_time = minutes < 60 && (hours < 24 || (hours, minutes) == (24, 0));
    is_time.then_some(hours * 60 + minutes)
}

fn classes(value: &Value) -> Option<Vec<MessageClass>> {
    value.as_array()?.iter().map(|word| word.as_str()?.parse().ok()).collect()
}

fn refused(member: &str, reason: &'static str) -> ComplianceError {
    ComplianceError { field: format!("{MEMBER}.{member}"), reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(compliance: &Value) -> Result<Compliance, String> {
        Compliance::read(compliance.as_object().unwrap()).map_err(|error| error.field)
    }

    #[test]
    fn who_says_nothing_keeps_the_lawful_hours_and_writes_once_an_hour() {
        let usual = Compliance::of(None);
        assert_eq!(usual.hours, Hours::new(8 * 60, 21 * 60).unwrap());
        assert_eq!((usual.classes.as_slice(), usual.cap.texts), (&[MessageClass::Marketing][..], 1));
        let broken = json!({"quiet_hours": "none"});
        assert_eq!(Compliance::of(broken.as_object()), usual);
    }

    #[test]
    fn what_is_said_holds_and_the_rest_is_as_usual() {
        let said =
            read(&json!({"quiet_hours": {"opens": "09:30", "classes": []}, "cap": {"texts": 3}})).unwrap();
        assert_eq!(said.hours, Hours::new(570, 1_260).unwrap());
        assert_eq!((said.classes, said.cap), (Vec::new(), Cap { texts: 3, ..Cap::default() }));
        assert!(read(&json!({"quiet_hours": {"opens": "00:00", "closes": "24:00"}})).is_ok());
    }

    #[test]
    fn what_means_nothing_is_named() {
        for (wrong, field) in [
            (json!({"hours": {}}), "compliance.hours"),
            (json!({"cap": 1}), "compliance.cap"),
            (json!({"cap": {"texts": 0}}), "compliance.cap.texts"),
            (json!({"cap": {"hours": 169}}), "compliance.cap.hours"),
            (json!({"cap": {"days": 1}}), "compliance.cap.days"),
            (json!({"quiet_hours": null}), "compliance.quiet_hours"),
            (json!({"quiet_hours": {"opens": "8:00"}}), "compliance.quiet_hours.opens"),
            (json!({"quiet_hours": {"opens": "+8:00"}}), "compliance.quiet_hours.opens"),
            (json!({"quiet_hours": {"opens": "24:30"}}), "compliance.quiet_hours.opens"),
            (json!({"quiet_hours": {"opens": "21:00", "closes": "08:00"}}), "compliance.quiet_hours.closes"),
            (json!({"quiet_hours": {"classes": ["loud"]}}), "compliance.quiet_hours.classes"),
        ] {
            assert_eq!(read(&wrong), Err(field.to_owned()), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_more_texts_than_the_cap_go_out_in_its_time(
            texts in 1_u64..5,
            mut wishes in prop::collection::vec(0_i64..20_000, 1..60),
        ) {
            wishes.sort_unstable();
            let cap = Cap { texts, ..Cap::default() };
            let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
            let mut sent: Vec<Timestamp> = Vec::new();
            for wish in wishes {
                let last: Vec<_> = sent.iter().rev().take(usize::try_from(texts).unwrap()).copied().collect();
                match cap.until(&last, at(wish)) {
                    Some(free) => prop_assert!(free > at(wish) && free <= at(wish).plus(cap.within)),
                    None => sent.push(at(wish)),
                }
            }
            let most = usize::try_from(texts).unwrap();
            for stretch in sent.windows(most + 1) {
                prop_assert!(stretch[most].since(stretch[0]) >= cap.within);
            }
        }
    }
}
