//! Where a number is, as far as it tells: the time zones of its prefix, out of libphonenumber's table.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Phone, plan};

/// Zones by prefix; what begins with `#` says where it is from.
static TABLE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("vendored/zones.txt").lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| line.split_once('|'));
    rows.flat_map(|(zones, prefixes)| prefixes.split(' ').map(move |prefix| (prefix, zones))).collect()
});

/// In North America every number has an area, whatever it is used for.
const NORTH_AMERICA: char = '1';

impl Phone {
    /// The IANA names of the time zones the number may be in: several when its prefix spans them, or when it can be
    /// carried about its country; none when it belongs to no country. Its owner may be somewhere else altogether.
    #[must_use]
    pub fn zones(&self) -> Vec<&'static str> {
        let digits = self.digits();
        let has_area = digits.starts_with(NORTH_AMERICA) || plan::is_fixed_line(digits);
        let mut prefixes = (1..=digits.len()).filter_map(|length| TABLE.get(&digits[..length]));
        // The first is the country's.
        let zones = if has_area { prefixes.next_back() } else { prefixes.next() };
        zones.map(|zones| zones.split('&').collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn zones(number: &str) -> Vec<&'static str> {
        number.parse::<Phone>().unwrap().zones()
    }

    #[test]
    fn the_longest_prefix_says_where_a_number_is() {
        for (number, expected) in [
            ("+12125550123", &["America/New_York"][..]),
            ("+12195550123", &["America/New_York"]),
            ("+12192265550", &["America/Chicago"]),
            ("+12082145555", &["America/Boise", "America/Los_Angeles"]),
            ("+12089895555", &["America/Denver"]),
            ("+12424570123", &["America/Nassau"]),
            ("+442079460958", &["Europe/London"]),
            ("+4930123456", &["Europe/Berlin"]),
            ("+61291234567", &["Australia/Sydney"]),
            ("+551155256325", &["America/Sao_Paulo"]),
        ] {
            assert_eq!(zones(number), expected, "{number}");
        }
    }

    #[test]
    fn what_can_be_carried_about_may_be_anywhere_in_its_country() {
        let british = ["Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"];
        assert_eq!(zones("+447911123456"), british);
        let russian = zones("+79161234567");
        assert!(russian.contains(&"Europe/Moscow") && russian.contains(&"Asia/Vladivostok"), "{russian:?}");
        let toll_free = zones("+18002345678");
        assert!(toll_free.contains(&"Pacific/Honolulu") && toll_free.contains(&"America/New_York"));
    }

    #[test]
    fn a_number_of_no_country_has_no_zone() {
        assert_eq!(zones("+80012345678"), Vec::<&str>::new());
        assert_eq!(zones("+9991234567"), Vec::<&str>::new());
    }

    #[test]
    fn every_zone_in_the_table_exists() {
        assert!(TABLE.len() > 3000, "{}", TABLE.len());
        for zone in TABLE.values().flat_map(|zones| zones.split('&')) {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
