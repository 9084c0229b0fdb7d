//! When somebody is there to take calls: hours of the week where the company is.

use entities::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Stretches of a day at the most.
const MOST: usize = 4;
const DAY: u16 = 24 * 60;

/// The opening hours of a week. A day that is not named is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// An IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mon: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tue: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wed: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thu: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fri: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sat: Vec<Open>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sun: Vec<Open>,
}

/// From `opens` until before `closes`, each `HH:MM`; `24:00` is the end of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub opens: String,
    pub closes: String,
}

impl OpeningHours {
    /// What is wrong with them: the member, and why.
    pub(super) fn fault(&self) -> Option<(String, &'static str)> {
        if TimeZone::get(&self.time_zone).is_err() {
            return Some(("time_zone".to_owned(), "must be a time zone such as Europe/Berlin"));
        }
        let wrong = |(_, day): &(&'static str, &Vec<Open>)| {
            day.len() > MOST || day.iter().any(|open| open.minutes().is_none())
        };
        let wrong = self.days().into_iter().find(wrong);
        wrong.map(|(name, _)| (name.to_owned(), "must be at most 4 stretches, each opening before it closes"))
    }

    /// Is somebody there at this moment? What cannot be read is as if it were not set.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let moment = jiff::Timestamp::from_microsecond(at.as_micros());
        let (Ok(moment), Ok(zone)) = (moment, TimeZone::get(&self.time_zone)) else { return true };
        let local = moment.to_zoned(zone);
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        let today = &self.days()[usize::from(local.weekday().to_monday_zero_offset().unsigned_abs())];
        today.1.iter().filter_map(Open::minutes).any(|(opens, closes)| (opens..closes).contains(&minute))
    }

    /// The days, Monday first.
    fn days(&self) -> [(&'static str, &Vec<Open>); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }
}

impl Open {
    /// Both in minutes after midnight, when they are times in this order.
    fn minutes(&self) -> Option<(u16, u16)> {
        let (opens, closes) = (minute(&self.opens)?, minute(&self.closes)?);
        (opens < closes).then_some((opens, closes))
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let at = hour * 60 + minute;
    (minute < 60 && at <= DAY).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(opens: &str, closes: &str) -> Open {
        Open { opens: opens.to_owned(), closes: closes.to_owned() }
    }

    /// Mondays from nine to noon and from one to five, Sundays to the end of the day.
    fn hours() -> OpeningHours {
        OpeningHours {
            time_zone: "America/New_York".to_owned(),
            mon: vec![open("09:00", "12:00"), open("13:00", "17:00")],
            tue: Vec::new(),
            wed: Vec::new(),
            thu: Vec::new(),
            fri: Vec::new(),
            sat: Vec::new(),
            sun: vec![open("20:00", "24:00")],
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_open_by_the_clock_on_the_wall_of_the_company() {
        let hours = hours();
        // Monday; New York is four hours behind in summer and five in winter.
        for (moment, expected) in [
            ("2026-07-06T13:00:00.000Z", true),
            ("2026-07-06T12:59:59.000Z", false),
            ("2026-07-06T16:30:00.000Z", false),
            ("2026-11-23T13:59:59.000Z", false),
            ("2026-11-23T14:00:00.000Z", true),
            ("2026-11-23T22:00:00.000Z", false),
            ("2026-11-24T15:00:00.000Z", false),
            ("2026-11-23T04:59:59.000Z", true),
            ("2026-11-23T05:00:00.000Z", false),
        ] {
            assert_eq!(hours.is_open(at(moment)), expected, "{moment}");
        }
    }

    #[test]
    fn what_is_no_hour_is_named_by_its_day() {
        assert_eq!(hours().fault(), None);
        let zone = OpeningHours { time_zone: "Mars/Olympus".to_owned(), ..hours() };
        assert_eq!(zone.fault().unwrap().0, "time_zone");
        for wrong in
            [open("9:00", "12:00"), open("12:00", "09:00"), open("12:00", "12:00"), open("23:00", "24:01")]
        {
            let hours = OpeningHours { wed: vec![wrong.clone()], ..hours() };
            assert_eq!(hours.fault().unwrap().0, "wed", "{wrong:?}");
        }
    }
}
