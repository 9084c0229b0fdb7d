//! Times as Twilio writes and reads them. Everything inside is microseconds since 1970.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const DAY: i64 = 86_400 * SECOND;

/// RFC 2822 in UTC.
pub(super) fn rfc_2822(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// `YYMMDDhhmm`, as carriers say when they were done.
pub(super) fn carrier_minute(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%y%m%d%H%M").to_string()
}

/// The moment an RFC 3339 text says, or the day an ISO 8601 date says: from, and until before.
pub(super) fn span(text: &str) -> Option<(i64, i64)> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some((moment.as_microsecond(), moment.as_microsecond() + 1));
    }
    let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
    let from = midnight.timestamp().as_microsecond();
    Some((from, from + DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_api_writes_them() {
        assert_eq!(rfc_2822(1_438_287_151 * SECOND), "Thu, 30 Jul 2015 20:12:31 +0000");
        assert_eq!(carrier_minute(1_698_687_000 * SECOND), "2310301730");
    }

    #[test]
    fn a_date_is_a_day_and_a_time_is_a_moment() {
        assert_eq!(span("1970-01-02"), Some((DAY, 2 * DAY)));
        assert_eq!(span("1970-01-01T00:00:01Z"), Some((SECOND, SECOND + 1)));
        assert_eq!(span("yesterday"), None);
    }
}
