//! How often and how long a webhook is tried: Twilio's defaults, and what the URL's fragment says instead.
//!
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>

use std::time::Duration;

use super::form::Form;

/// Why an attempt failed, as the retry policy names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody was there.
    Connect,
    /// No answer, or not a whole one.
    Read,
    /// 4xx.
    Client,
    /// 5xx.
    Server,
    /// Any other status that is not 2xx.
    Odd,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overrides {
    /// `ct` and `rt`: how long one attempt may take.
    pub(super) attempt: Duration,
    /// `tt`: how long all of them may take.
    pub(super) total: Duration,
    /// `rc`
    pub(super) retries: u32,
    /// `rp`
    retried: Vec<Failure>,
}

impl Overrides {
    /// Reads `ct=2000&rc=5&rp=all`; what is missing or out of range is as usual.
    pub(super) fn of(fragment: &str) -> Self {
        let form = Form::parse(fragment.as_bytes());
        let number = |name: &str, range: std::ops::RangeInclusive<u32>, usual: u32| {
            let number = form.get(name).and_then(|text| text.parse().ok());
            number.filter(|number| range.contains(number)).unwrap_or(usual)
        };
        let millis = |name, range, usual| Duration::from_millis(number(name, range, usual).into());
        let named = form.get("rp").unwrap_or("ct").split(',').flat_map(|policy| match policy {
            "4xx" => vec![Failure::Client],
            "5xx" => vec![Failure::Server],
            "ct" => vec![Failure::Connect],
            "rt" => vec![Failure::Read],
            "all" => vec![Failure::Client, Failure::Server, Failure::Connect, Failure::Read],
            _ => Vec::new(),
        });
        Self {
            attempt: millis("ct", 100..=10_000, 5_000) + millis("rt", 100..=15_000, 15_000),
            total: millis("tt", 100..=15_000, 15_000),
            retries: number("rc", 0..=5, 1),
            retried: named.collect(),
        }
    }

    pub(super) fn retries(&self, failure: Failure) -> bool {
        self.retried.contains(&failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_fragment_only_a_failed_connection_is_retried_once() {
        let usual = Overrides::of("");
        assert_eq!((usual.retries, usual.total), (1, Duration::from_secs(15)));
        assert!(usual.retries(Failure::Connect));
        assert!(
            !usual.retries(Failure::Server)
                && !usual.retries(Failure::Client)
                && !usual.retries(Failure::Read)
        );
    }

    #[test]
    fn the_fragment_says_otherwise() {
        let all = Overrides::of("rc=5&rp=all");
        assert_eq!(all.retries, 5);
        assert!(all.retries(Failure::Client) && all.retries(Failure::Read) && all.retries(Failure::Server));
        let some = Overrides::of("ct=200&rt=300&tt=1000&rc=2&rp=5xx,rt");
        assert_eq!((some.attempt, some.total), (Duration::from_millis(500), Duration::from_secs(1)));
        assert!(some.retries(Failure::Server) && !some.retries(Failure::Connect));
    }

    #[test]
    fn what_is_out_of_range_is_as_usual() {
        assert_eq!(Overrides::of("rc=6&tt=99999&ct=1&rt=x"), Overrides::of(""));
    }
}
