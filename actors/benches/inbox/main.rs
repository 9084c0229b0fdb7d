//! What it costs to list, to count and to find, beside how much there is. Printed, never asserted.
//!
//! `cargo bench -p actors --bench inbox -- --conversations 1000,1000000 --messages 10000,1000000`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops where it stands")]

mod ask;
mod lists;
mod search;

use actors::testing::House;
use clap::Parser;

use ask::Asker;

#[derive(Parser)]
struct Options {
    /// Measure lists and counts with so many conversations.
    #[arg(long, value_delimiter = ',')]
    conversations: Vec<u64>,
    /// Measure search with so many messages.
    #[arg(long, value_delimiter = ',')]
    messages: Vec<u64>,
    /// How often each question is asked.
    #[arg(long, default_value_t = 300)]
    asks: usize,
    /// An empty database to use instead of a SQLite and a PostgreSQL made for this; for one measurement.
    #[arg(long)]
    database_url: Option<String>,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

#[actix::main]
async fn main() {
    let options = Options::parse();
    println!("{}", ask::HEAD);
    for number in &options.conversations {
        for house in options.houses().await {
            lists::measure(&house, Asker::of(&house, *number, options.asks)).await;
        }
    }
    for number in &options.messages {
        for house in options.houses().await {
            search::measure(&house, Asker::of(&house, *number, options.asks)).await;
        }
    }
}

impl Options {
    /// Empty ones: every measurement has its own.
    async fn houses(&self) -> Vec<House> {
        match &self.database_url {
            Some(url) => vec![House::settle(url).await],
            None => House::both().await,
        }
    }
}
