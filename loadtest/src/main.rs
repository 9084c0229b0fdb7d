//! `loadtest`: a chat client, the floors of this machine, scenarios against a running hub, and providers for it.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use loadtest::floor::{FloorArguments, ReadSockets};
use loadtest::provider::Provider;
use loadtest::report::Report;
use loadtest::scenario::{
    Calls, Chaos, Conformance, Crash, Demo, FanOut, Idle, Nodes, ReconnectStorm, Routing, Sends, Slow, Texts,
    Webhooks,
};
use loadtest::talk::Talk;

/// Simulated users and providers, speaking only the public contract, and the floors to measure against.
///
/// Exit codes: 0 all well, 1 something could not be measured, 2 a promise was not held.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Print JSON instead of tables.
    #[arg(long, global = true)]
    json: bool,
    /// Where randomness begins; the same seed makes the same load.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure what this machine can do at best.
    Floor(FloorArguments),
    Demo(Demo),
    Talk(Talk),
    Send(Sends),
    FanOut(FanOut),
    Idle(Idle),
    Slow(Slow),
    Crash(Crash),
    Chaos(Chaos),
    ReconnectStorm(ReconnectStorm),
    Nodes(Nodes),
    Routing(Routing),
    Webhooks(Webhooks),
    Texts(Texts),
    Calls(Calls),
    Conformance(Conformance),
    Provider(Provider),
    /// The reading half of the bare fan-out, started by it.
    #[command(hide = true)]
    ReadSockets(ReadSockets),
}

/// What stands behind these is nobody else's business.
const SECRET: [&str; 4] = ["--token", "--tenant-token", "--database-url", "--redis-url"];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(Some(report)) => print(&report, arguments.json),
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}\nagain: {}", command_again(arguments.seed));
            ExitCode::FAILURE
        }
    }
}

/// The report of what measures, nothing of what only talks.
async fn run(arguments: &Arguments) -> Result<Option<Report>> {
    let mut report = match &arguments.command {
        Command::Floor(floor) => floor.run(arguments.seed).await?,
        Command::Send(send) => send.run(arguments.seed).await?,
        Command::FanOut(fan_out) => fan_out.run().await?,
        Command::Idle(idle) => idle.run().await?,
        Command::Slow(slow) => slow.run().await?,
        Command::Crash(crash) => crash.run(arguments.seed).await?,
        Command::Chaos(chaos) => chaos.run(arguments.seed).await?,
        Command::Nodes(nodes) => nodes.run().await?,
        Command::ReconnectStorm(storm) => storm.run().await?,
        Command::Routing(routing) => routing.run(arguments.seed).await?,
        Command::Conformance(conformance) => conformance.run(arguments.seed).await?,
        Command::Webhooks(webhooks) => webhooks.run(arguments.seed).await?,
        Command::Texts(texts) => texts.run(arguments.seed).await?,
        Command::Calls(calls) => calls.run(arguments.seed).await?,
        Command::Provider(provider) => provider.run(arguments.seed).await?,
        Command::Demo(demo) => return demo.run(arguments.seed).await.map(|()| None),
        Command::Talk(talk) => return talk.run().await.map(|()| None),
        Command::ReadSockets(reader) => return reader.run().await.map(|()| None),
    };
    report.setting("seed", arguments.seed);
    if report.failed() {
        report.setting("again", command_again(arguments.seed));
    }
    Ok(Some(report))
}

/// The command that does the same once more, the seed named and secrets left out: reports are handed on.
fn command_again(seed: u64) -> String {
    let mut words: Vec<String> = std::env::args().collect();
    for index in 1..words.len() {
        if SECRET.contains(&words[index - 1].as_str()) {
            words[index] = "…".to_owned();
        }
        if let Some((name, _)) = words[index].split_once('=').filter(|(name, _)| SECRET.contains(name)) {
            words[index] = format!("{name}=…");
        }
    }
    if !words.iter().any(|word| word.starts_with("--seed")) {
        words.extend(["--seed".to_owned(), seed.to_string()]);
    }
    words.join(" ")
}

fn print(report: &Report, as_json: bool) -> ExitCode {
    match report.render(as_json) {
        Ok(text) => println!("{text}"),
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    if report.failed() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
