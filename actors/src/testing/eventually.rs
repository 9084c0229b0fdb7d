//! Waiting for what comes by itself, without sleeping for it.

use std::time::{Duration, Instant};

/// Looks until there is something.
///
/// # Panics
/// With `what`, when there is still nothing after twenty seconds.
pub async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never happened: {what}");
}
