//! A company to look at: a hub with a number, customers who text and call in, and nothing that leaves this machine.

mod callers;
mod customers;
mod narrator;
mod script;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use self::narrator::Narrator;
use super::hub_process::{Founded, Ground, HubProcess};
use super::phone_line::{self, NUMBER, PhoneLine};
use crate::client::{Backoff, Endpoint, Rest, Session};
use crate::provider::twilio::{Simulator, Twilio};

const COMPANY: &str = "Alder & Finch";
/// Between one status of a text and the next: long enough to be seen.
const STEP: Duration = Duration::from_millis(900);
/// Fast enough for one who types.
const MESSAGES_PER_S: u32 = 10;

/// See texts and calls arrive: starts a hub on a temporary folder, and made-up customers who text in, answer, and call now and
/// then. Everything is gone at the end.
///
/// Example: loadtest demo --hub target/release/switchboard
#[derive(Debug, Args)]
pub struct Demo {
    /// The `switchboard` binary to start.
    #[arg(long, default_value = "target/release/switchboard")]
    hub: PathBuf,
    /// Ends by itself after so many minutes.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    minutes: u64,
    /// Where the temporary folder goes.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
}

#[derive(Deserialize)]
struct Invited {
    invite_url: String,
}

impl Demo {
    /// Runs until its time is over or a signal comes.
    ///
    /// # Errors
    /// When there is no hub, or it does not do as it should.
    pub async fn run(&self, seed: u64) -> Result<()> {
        let mut terminated = signal(SignalKind::terminate())?;
        let simulator = Simulator::start(&Twilio { step: STEP, ..phone_line::account() }, seed).await?;
        let ground = Ground {
            company: COMPANY.to_owned(),
            binary: self.hub.clone(),
            folder: self.folder.clone(),
            database_url: None,
        };
        let mut settings = phone_line::settings(&simulator, MESSAGES_PER_S);
        settings.push(("SWITCHBOARD__LOG__LEVEL", "warn".to_owned()));
        let (hub, founded, token) = HubProcess::start(&ground, &settings).await?;
        let outcome = tokio::select! {
            ended = self.play(&hub, (&founded, &token), &simulator, seed) => ended,
            () = sleep(Duration::from_secs(self.minutes * 60)) => Ok(()),
            _ = terminated.recv() => Ok(()),
            pressed = tokio::signal::ctrl_c() => pressed.context("cannot hear Ctrl-C"),
        };
        // Ctrl-C reaches the hub too: it may be gone already.
        let stopped = hub.stop().await;
        outcome?;
        stopped?;
        println!("The hub is stopped, and its folder is gone.");
        Ok(())
    }

    async fn play(
        &self,
        hub: &HubProcess,
        (founded, token): (&Founded, &str),
        simulator: &Simulator,
        seed: u64,
    ) -> Result<()> {
        let address = hub.address();
        let rest = Rest::new(format!("http://{address}"), Some(token.to_owned()))?;
        PhoneLine::connect(&rest, simulator).await?;
        for (name, phone) in customers::known() {
            let _: Value = rest.post("/api/contacts", &json!({ "name": name, "phone": phone })).await?;
        }
        let robin = json!({ "email": "robin@example.com", "name": "Robin", "role": "agent" });
        let invited: Invited = rest.post("/api/users", &robin).await?;
        self.welcome(&hub.sign_in_link(&founded.tenant_id).await?, &invited.invite_url);
        let endpoint = Endpoint::new(format!("ws://{address}/ws"), token);
        let (_session, news) = Session::start(endpoint, vec!["inbox".to_owned()], Backoff::default());
        tokio::select! {
            told = Narrator::default().tell(news) => told,
            played = customers::play(simulator, seed) => played,
            called = callers::play(simulator, seed) => called,
        }
    }

    fn welcome(&self, owner: &str, agent: &str) {
        println!(
            "{COMPANY} is a made-up company with a made-up number, {NUMBER}. Nothing here leaves this machine.\n\n\
             Open this in a browser; it signs you in, once:\n  {owner}\n\
             And this in another browser, if you like to be two:\n  {agent}\n\n\
             Customers begin to text in a moment. Answer them, and they answer you; one will say STOP.\n\
             Now and then one of them calls: it rings in the page. Nothing is to be heard, but all else is as with a real call.\n\
             It ends after {} minutes or with Ctrl-C, and leaves nothing behind.\n",
            self.minutes
        );
    }
}
