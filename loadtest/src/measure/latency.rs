//! Latencies from a microsecond to an hour, at three digits.

use std::time::Duration;

use hdrhistogram::Histogram;

const HOUR_MICROS: u64 = 3_600_000_000;

#[derive(Debug, Clone)]
pub struct Latencies(Option<Histogram<u64>>);

impl Default for Latencies {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, HOUR_MICROS, 3).ok())
    }
}

impl Latencies {
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(HOUR_MICROS);
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record(micros);
        }
    }

    pub fn add(&mut self, other: &Self) {
        if let (Some(all), Some(other)) = (&mut self.0, &other.0) {
            // Both have the same bounds, so nothing can fall outside.
            let _ = all.add(other);
        }
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, Histogram::len)
    }

    /// The latency that `quantile` (0..1) of all stay at or below.
    #[must_use]
    pub fn at(&self, quantile: f64) -> Duration {
        Duration::from_micros(self.0.as_ref().map_or(0, |histogram| histogram.value_at_quantile(quantile)))
    }

    #[must_use]
    pub fn longest(&self) -> Duration {
        Duration::from_micros(self.0.as_ref().map_or(0, Histogram::max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_three_digits() {
        let mut latencies = Latencies::default();
        for millisecond in 1..=1000 {
            latencies.record(Duration::from_millis(millisecond));
        }
        let mut all = Latencies::default();
        all.add(&latencies);
        assert_eq!(all.count(), 1000);
        assert!(all.at(0.5).as_millis().abs_diff(500) <= 1);
        assert!(all.at(0.99).as_millis().abs_diff(990) <= 1);
    }
}
