//! Quiet hours: when somebody may be written to, by the clocks of wherever he may be.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// How far ahead an allowed moment is looked for. What days of the same clocks do not bring, waiting does not.
const HORIZON: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The part of a day in which somebody may be written to, such as 8:00 to 21:00 (47 CFR 64.1200(c)(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Minutes after midnight; the first that is allowed.
    opens: u16,
    /// The first that is not any more; 1,440 is the end of the day.
    closes: u16,
}

/// These hours are no part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours begin before they end, and end with the day")]
pub struct HoursError;

impl Hours {
    /// 8:00 to 21:00.
    pub const LAWFUL: Self = Self { opens: 8 * 60, closes: 21 * 60 };

    /// From `opens` until before `closes`, both in minutes after midnight.
    ///
    /// # Errors
    /// When they are not in this order, or end after the day.
    pub fn new(opens: u16, closes: u16) -> Result<Self, HoursError> {
        let is_part = opens < closes && i64::from(closes) * MINUTE <= DAY;
        if is_part { Ok(Self { opens, closes }) } else { Err(HoursError) }
    }

    /// The earliest moment from `at` on that is within these hours in every one of `zones`: who may be in several may be
    /// in any. `None` when there is none, be it that zones are too far apart or that nobody knows a zone.
    #[must_use]
    pub fn next_allowed(&self, at: Timestamp, zones: &[TimeZone]) -> Option<Timestamp> {
        if zones.is_empty() {
            return None;
        }
        let end = at.checked_add(HORIZON).ok()?;
        let mut moment = at;
        while moment <= end {
            // Nothing between here and there is allowed, so nothing is passed over.
            match zones.iter().find_map(|zone| self.reopens(moment, zone)) {
                Some(later) => moment = later,
                None => return Some(moment),
            }
        }
        None
    }

    /// Nothing while it is allowed in `zone`; else the next moment that might be: when its clock says so, or is set.
    fn reopens(&self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let second = moment.as_second();
        let on_the_wall = (second + i64::from(zone.to_offset(moment).seconds())).rem_euclid(DAY);
        let (opens, closes) = (i64::from(self.opens) * MINUTE, i64::from(self.closes) * MINUTE);
        if (opens..closes).contains(&on_the_wall) {
            return None;
        }
        let opening = Timestamp::from_second(second + (opens - on_the_wall).rem_euclid(DAY));
        let opening = opening.unwrap_or(Timestamp::MAX);
        let set = zone.following(moment).next().map(|change| change.timestamp());
        Some(set.map_or(opening, |set| set.min(opening)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 10] = [
        "America/New_York",
        "America/Los_Angeles",
        "America/St_Johns",
        "Pacific/Honolulu",
        "Europe/London",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "America/Phoenix",
    ];

    fn zones(names: &[&str]) -> Vec<TimeZone> {
        names.iter().map(|name| TimeZone::get(name).unwrap()).collect()
    }

    fn next(at: &str, names: &[&str], (opens, closes): (u16, u16)) -> Option<String> {
        let hours = Hours::new(opens, closes).unwrap();
        hours.next_allowed(at.parse().unwrap(), &zones(names)).map(|moment| moment.to_string())
    }

    /// By the calendar of the library, a minute at a time: not how it is decided above.
    fn is_allowed(moment: Timestamp, zones: &[TimeZone], hours: Hours) -> bool {
        zones.iter().all(|zone| {
            let wall = moment.to_zoned(zone.clone());
            let minute = u16::try_from(wall.hour()).unwrap() * 60 + u16::try_from(wall.minute()).unwrap();
            (hours.opens..hours.closes).contains(&minute)
        })
    }

    fn next_minute(moment: Timestamp) -> Timestamp {
        Timestamp::from_second((moment.as_second().div_euclid(MINUTE) + 1) * MINUTE).unwrap()
    }

    const LAWFUL: (u16, u16) = (8 * 60, 21 * 60);

    #[test]
    fn what_is_allowed_now_is_allowed_now() {
        let noon = "2026-11-20T17:00:01.5Z";
        assert_eq!(next(noon, &["America/New_York"], LAWFUL).as_deref(), Some(noon));
    }

    #[test]
    fn what_comes_too_early_or_too_late_waits_for_the_morning() {
        let morning = Some("2026-11-20T13:00:00Z".to_owned());
        assert_eq!(next("2026-11-20T12:59:59.9Z", &["America/New_York"], LAWFUL), morning);
        assert_eq!(next("2026-11-20T02:00:00Z", &["America/New_York"], LAWFUL), morning);
        assert_eq!(
            next("2026-11-20T01:59:59Z", &["America/New_York"], LAWFUL).as_deref(),
            Some("2026-11-20T01:59:59Z")
        );
    }

    #[test]
    fn who_may_be_in_several_zones_is_written_to_when_all_of_them_are_awake() {
        let both = ["America/New_York", "America/Los_Angeles"];
        assert_eq!(next("2026-11-20T13:00:00Z", &both, LAWFUL).as_deref(), Some("2026-11-20T16:00:00Z"));
        assert_eq!(next("2026-11-21T02:00:00Z", &both, LAWFUL).as_deref(), Some("2026-11-21T16:00:00Z"));
    }

    #[test]
    fn zones_too_far_apart_and_no_zone_at_all_have_no_moment() {
        let forenoon = (9 * 60, 12 * 60);
        assert_eq!(next("2026-11-20T13:00:00Z", &["Europe/London", "America/New_York"], forenoon), None);
        assert_eq!(next("2026-11-20T13:00:00Z", &[], LAWFUL), None);
    }

    #[test]
    fn a_day_apart_is_near_again() {
        // Where it is 11:00 in Pago Pago it is 8:00 on the next day in Guam.
        let islands = ["Pacific/Pago_Pago", "Pacific/Guam"];
        assert_eq!(next("2026-11-20T13:00:00Z", &islands, LAWFUL).as_deref(), Some("2026-11-20T22:00:00Z"));
    }

    #[test]
    fn clocks_that_are_set_are_believed() {
        // 2:00 to 3:00 does not happen in Berlin on 29 March 2026: what opens at 2:30 opens at 3:00.
        let gap = next("2026-03-29T00:00:00Z", &["Europe/Berlin"], (150, 300));
        assert_eq!(gap.as_deref(), Some("2026-03-29T01:00:00Z"));
        // 2:00 to 3:00 happens twice on 25 October: what closes at 2:30 is open again.
        let fold = next("2026-10-25T00:30:00Z", &["Europe/Berlin"], (120, 150));
        assert_eq!(fold.as_deref(), Some("2026-10-25T01:00:00Z"));
    }

    #[test]
    fn hours_are_a_part_of_a_day() {
        assert!(Hours::new(0, 1440).is_ok());
        for (opens, closes) in [(60, 60), (120, 60), (0, 1441)] {
            assert_eq!(Hours::new(opens, closes), Err(HoursError));
        }
    }

    proptest! {
        // Each looks at up to 11,520 minutes.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_answer_is_allowed_everywhere_not_before_and_the_first(
            // 2024 to 2033, to the millisecond.
            at in 1_704_067_200_000_i64..2_019_686_400_000,
            names in prop::sample::subsequence(&ZONES[..], 1..4),
            (opens, closes) in (0_u16..1440).prop_flat_map(|opens| (Just(opens), opens + 1..=1440)),
        ) {
            let at = Timestamp::from_millisecond(at).unwrap();
            let (zones, hours) = (zones(&names), Hours::new(opens, closes).unwrap());
            let answer = hours.next_allowed(at, &zones);
            let end = answer.unwrap_or_else(|| at + HORIZON);
            if let Some(answer) = answer {
                prop_assert!(answer >= at);
                prop_assert!(is_allowed(answer, &zones, hours));
            }
            let mut moment = at;
            while moment < end {
                prop_assert!(!is_allowed(moment, &zones, hours), "{moment} is before {end}");
                moment = next_minute(moment);
            }
        }

        #[test]
        fn near_a_change_of_clocks_it_is_no_different(
            zone in prop::sample::select(&ZONES[..]),
            year in 2024_i16..2034,
            minutes_before in 0_i64..1440,
            (opens, closes) in (0_u16..1440).prop_flat_map(|opens| (Just(opens), opens + 1..=1440)),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let january = jiff::civil::date(year, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp();
            let changes: Vec<Timestamp> = zone.following(january).take(2).map(|it| it.timestamp()).collect();
            let hours = Hours::new(opens, closes).unwrap();
            for change in changes {
                let at = change - SignedDuration::from_mins(minutes_before);
                let answer = hours.next_allowed(at, std::slice::from_ref(&zone)).unwrap();
                prop_assert!(is_allowed(answer, std::slice::from_ref(&zone), hours));
                let mut moment = at;
                while moment < answer {
                    prop_assert!(!is_allowed(moment, std::slice::from_ref(&zone), hours));
                    moment = next_minute(moment);
                }
            }
        }
    }
}
