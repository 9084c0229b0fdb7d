//! The customers' side: handsets that text in by their scripts, and answer what they are sent.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, interval};

use super::script::{CAST, Customer};
use crate::provider::twilio::Simulator;
use crate::scenario::phone_line::{NUMBER, handset};

/// How often they look at their telephones.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long somebody thinks and types, in milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 3_000..7_000;

/// Those of the cast who stand in the address book, by number.
pub(super) fn known() -> impl Iterator<Item = (&'static str, String)> {
    CAST.iter().enumerate().filter_map(|(index, role)| role.name.map(|name| (name, handset(index))))
}

/// Plays all roles and never ends; says once when everybody is through.
pub(super) async fn play(simulator: &Simulator, seed: u64) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut customers: HashMap<String, Customer> =
        CAST.iter().enumerate().map(|(index, role)| (handset(index), Customer::new(*role))).collect();
    let (began, mut seen, mut is_over) = (Instant::now(), 0, false);
    let mut looks = interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        let now = began.elapsed();
        let mut pause = || Duration::from_millis(random.random_range(PAUSE_MS));
        let accepted = simulator.accepted();
        for message in accepted.iter().skip(seen).filter(|message| message.sent.is_some()) {
            if let Some(customer) = customers.get_mut(&message.to) {
                customer.hear(now, pause());
            }
        }
        seen = accepted.len();
        for index in 0..CAST.len() {
            let number = handset(index);
            let customer = customers.get_mut(&number).context("a customer without a handset")?;
            if let Some(line) = customer.speak(now, pause()) {
                say(simulator, &number, line).await?;
            }
        }
        if !is_over && customers.values().all(Customer::is_done) {
            println!("Everybody has said what there was to say. Write to them, or press Ctrl-C.");
            is_over = true;
        }
    }
}

async fn say(simulator: &Simulator, from: &str, line: &str) -> Result<()> {
    let deliveries = simulator.arrive(from, NUMBER, line).await?;
    ensure!(deliveries.iter().all(|it| it.is_taken()), "the hub did not take a text: {deliveries:?}");
    Ok(())
}
