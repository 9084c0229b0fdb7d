//! Instants: microseconds since the epoch in the database, RFC 3339 in UTC with milliseconds on the wire.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant, in microseconds since 1970-01-01T00:00:00Z. It never asks a clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The same without what is finer than a millisecond: JSON holds no finer time, and what is stored must be what is told.
    pub const fn in_milliseconds(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(1_000)))
    }

    /// The instant `duration` later; at the end of time it stays there.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    /// The instant `duration` earlier; at the beginning of time it stays there.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// The time since `earlier`, zero when that is later.
    pub fn since(self, earlier: Self) -> Duration {
        let micros = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_micros(u64::try_from(micros.max(0)).unwrap_or(u64::MAX))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// RFC 3339 can not say years beyond 9999: such instants are shown as its last or first one.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        write!(f, "{instant:.3}")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// Reads RFC 3339 with any offset.
impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_is_written_in_utc_with_milliseconds() {
        let instant = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(serde_json::to_string(&instant).unwrap(), "\"2023-11-14T22:13:20.123Z\"");
        assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn an_instant_is_read_with_any_offset() {
        let instant: Timestamp = serde_json::from_str("\"2023-11-14T23:13:20.123+01:00\"").unwrap();
        assert_eq!(instant, Timestamp::from_micros(1_700_000_000_123_000));
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn time_saturates_at_its_ends() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus(Duration::from_secs(1)), end);
        assert_eq!(Timestamp::from_micros(1).since(Timestamp::from_micros(2)), Duration::ZERO);
        assert!(end.to_string().starts_with("9999-12-30"));
    }

    #[test]
    fn in_milliseconds_an_instant_is_what_it_reads_back_as() {
        for (micros, millis) in [(1_999, 1_000), (2_000, 2_000), (-1, -1_000), (-1_000, -1_000)] {
            let instant = Timestamp::from_micros(micros);
            assert_eq!(instant.in_milliseconds(), Timestamp::from_micros(millis));
        }
        let instant = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(instant.to_string().parse::<Timestamp>().unwrap(), instant.in_milliseconds());
        assert_eq!(Timestamp::from_micros(i64::MIN).in_milliseconds(), Timestamp::from_micros(i64::MIN));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_to_the_millisecond(millis in -62_000_000_000_000_i64..250_000_000_000_000) {
            let instant = Timestamp::from_micros(millis * 1000);
            prop_assert_eq!(instant.to_string().parse::<Timestamp>().unwrap(), instant);
        }

        #[test]
        fn since_undoes_plus(start in -1_000_000_000_i64..1_000_000_000, length in 0_u64..1_000_000_000) {
            let (start, length) = (Timestamp::from_micros(start), Duration::from_micros(length));
            prop_assert_eq!(start.plus(length).since(start), length);
            prop_assert_eq!(start.plus(length).minus(length), start);
        }
    }
}
