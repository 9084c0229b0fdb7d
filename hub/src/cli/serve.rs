//! `switchboard serve`: the hub itself.

use std::{sync::Arc, time::Duration};

use actors::founding::{Founded, Founding, found};
use clap::Args;

use super::{Exit, Failure, user::link};
use crate::{
    app::{self, Listening},
    config::Settings,
    hub::{Hub, Running},
    keys::Keyring,
    rest::metrics,
    shutdown::Shutdown,
    store::Place,
};

/// Runs the hub; what `switchboard` without a command does.
///
/// The first start with no configuration makes ./data with an SQLite store and keys, a tenant, an owner and a web chat
/// channel, and prints a one-time sign-in link. The first SIGTERM or SIGINT lets work finish, the second does not.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(
    after_help = "Examples:\n  switchboard serve\n  SWITCHBOARD__HTTP__BIND=0.0.0.0:8080 switchboard serve --config /etc/switchboard.toml"
)]
pub struct Serve {}

/// How long what is left has to end, after the sessions had `realtime.drain_s` to leave, and then jobs to be settled.
const PATIENCE: Duration = Duration::from_secs(10);

impl Serve {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// When the store, the keys or the address cannot be had.
    pub fn run(self, settings: &Settings) -> Result<Exit, Failure> {
        let settings = settings.clone();
        actix::System::new().block_on(serve(settings))
    }
}

async fn serve(settings: Settings) -> Result<Exit, Failure> {
    let failed = |why: &dyn std::fmt::Display| Failure::new(Exit::Failed, why.to_string());
    let metrics = metrics::recorder().map_err(|why| failed(&why))?;
    // Before keys are made where a restore is about to bring others.
    Place::of(&settings).refuse_unfinished().await?;
    let keys = Keyring::open(&settings.keys, &settings.data.keys())?;
    let running = Running::build(settings, keys).await.map_err(|why| failed(&why))?;
    let hub = running.hub.clone();
    let shutdown = Shutdown::on_signals().map_err(|why| failed(&why))?;
    let Listening { server, address } = app::listen(&hub, &metrics).map_err(|why| failed(&why))?;
    announce(&hub, address).await?;
    let handle = server.handle();
    let keep = metrics.clone();
    actix::spawn(async move {
        loop {
            actix::clock::sleep(Duration::from_secs(5)).await;
            keep.run_upkeep();
        }
    });
    let told = shutdown.clone();
    let ending = hub.clone();
    actix::spawn(async move {
        told.soft().await;
        tokio::select! {
            () = ending.leave() => {}
            () = told.hard() => {}
        }
        tokio::select! {
            _ = actix::clock::timeout(PATIENCE, handle.stop(true)) => {}
            () = told.hard() => handle.stop(false).await,
        }
    });
    server.await.map_err(|why| failed(&why))?;
    hub.jobs.drain(PATIENCE).await;
    hub.credentials.write_uses().await;
    running.stop();
    Ok(Exit::Done)
}

/// Says where the hub is, and at the very first start how to come in.
async fn announce(hub: &Arc<Hub>, address: std::net::SocketAddr) -> Result<(), Failure> {
    tracing::info!(%address, "listening");
    let Some((founded, key)) = found_first(hub).await? else { return Ok(()) };
    let origin = hub.public_origin();
    let link = link(hub, founded.tenant, founded.owner).await?;
    println!("\nSwitchboard is ready.\n");
    println!("  Sign in (once, within 15 minutes):  {link}");
    println!("  A page with the chat widget:        {origin}/chat/{key}\n");
    Ok(())
}

/// The first tenant of a store that has none.
async fn found_first(hub: &Arc<Hub>) -> Result<Option<(Founded, String)>, Failure> {
    let failed = |why: &dyn std::fmt::Display| Failure::new(Exit::Failed, why.to_string());
    let any = hub.ports.store().read_across_tenants(|db| async move {
        entities::tenant::Entity::all_across_tenants().one(&db).await
    });
    if any.await.map_err(|why| failed(&why))?.is_some() {
        return Ok(None);
    }
    let webchat_key = super::tenant::webchat_key().map_err(|why| failed(&why))?;
    let founding = Founding {
        name: "My company".to_owned(),
        owner_email: "owner@localhost".to_owned(),
        webchat_key: webchat_key.clone(),
        default_country: None,
    };
    let founded = found(&hub.ports, founding).await.map_err(|why| failed(&why))?;
    Ok(Some((founded, webchat_key)))
}
