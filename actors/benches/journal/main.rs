//! How fast conversations commit on this machine, and what they cost while they live. Printed, never asserted.
//!
//! `cargo bench -p actors --bench journal -- --seconds 3 --conversations 256 --tenants 1`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops where it stands")]

mod live;
mod load;
mod stage;

use std::time::Duration;

use actors::testing::House;
use clap::Parser;
use serde::Serialize;

#[derive(Parser)]
struct Options {
    /// How long each load runs.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Conversations that talk at the same time, each waiting for its answer.
    #[arg(long, value_delimiter = ',', default_value = "1,16,256")]
    conversations: Vec<usize>,
    /// Tenants they are spread over.
    #[arg(long, value_delimiter = ',', default_value = "1,64")]
    tenants: Vec<usize>,
    /// An empty database to use instead of a SQLite and a PostgreSQL made for this.
    #[arg(long)]
    database_url: Option<String>,
    /// Measure so many live conversations instead: their memory, and the first command to a passive one.
    #[arg(long)]
    live: Option<usize>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

#[actix::main]
async fn main() {
    let options = Options::parse();
    let houses = match &options.database_url {
        Some(url) => vec![House::settle(url).await],
        None => House::both().await,
    };
    match options.live {
        Some(number) => print(&options, live::HEAD, &lives(&houses, number).await),
        None => print(&options, load::HEAD, &loads(&houses, &options).await),
    }
}

async fn loads(houses: &[House], options: &Options) -> Vec<load::Measured> {
    let mut all = Vec::new();
    for house in houses {
        for tenants in &options.tenants {
            for conversations in &options.conversations {
                let span = Duration::from_secs(options.seconds.clamp(1, 600));
                all.push(load::measure(house, *tenants, *conversations, span).await);
            }
        }
    }
    all
}

async fn lives(houses: &[House], number: usize) -> Vec<live::Measured> {
    let mut all = Vec::new();
    for house in houses {
        all.push(live::measure(house, number).await);
    }
    all
}

fn print<M: Serialize + std::fmt::Display>(options: &Options, head: &str, measured: &[M]) {
    if options.json {
        println!("{}", serde_json::to_string_pretty(measured).unwrap());
        return;
    }
    println!("{head}");
    for line in measured {
        println!("{line}");
    }
}
