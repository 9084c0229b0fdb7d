//! The pages in a real browser, against the real binary: two tabs are a customer and an agent talking.
//!
//! They need chromium with its chromedriver, and node for the client's own tests; without them they say so and pass.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod browser;
mod calling;
mod client;
mod hub;
mod line;
mod policy;
mod serving;
mod signing_in;
mod talking;

/// What a test does without one of its tools: says so and passes, unless everything is to be tested.
fn missing<T>(tool: &str) -> Option<T> {
    assert_ne!(std::env::var("SWITCHBOARD_TESTS").as_deref(), Ok("all"), "there is no {tool}");
    println!("skipped: there is no {tool}");
    None
}
