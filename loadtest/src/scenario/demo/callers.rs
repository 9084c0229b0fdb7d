//! Customers who call: now and then one of the cast, who hangs up when he has had enough.

use std::time::Duration;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::sleep;

use super::script::CAST;
use crate::provider::twilio::{Act, Person, Simulator};
use crate::scenario::phone_line::{NUMBER, handset};

/// Between one call and the next, in seconds.
const PAUSE_S: std::ops::Range<u64> = 20..45;
/// How long somebody stays on the line, in steps, whether or not he is put through.
const STAYS: std::ops::Range<u32> = 45..70;
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Lets one after the other call, and never ends.
pub(super) async fn play(simulator: &Simulator, seed: u64) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    loop {
        sleep(Duration::from_secs(random.random_range(PAUSE_S))).await;
        let number = handset(random.random_range(0..CAST.len()));
        // Where nobody takes the call he may be asked to leave a message.
        let responses = vec![Act::LeavesMessage, Act::HangsUp];
        let hangs_up_after = Some(random.random_range(STAYS));
        let call =
            simulator.call(&number, NUMBER, Person { responses, hangs_up_after, ..Person::default() })?;
        while simulator.calls().iter().any(|it| it.sid == call && it.ended_at_us.is_none()) {
            sleep(LOOK_EVERY).await;
        }
    }
}
