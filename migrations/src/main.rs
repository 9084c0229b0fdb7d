//! `cargo run -p migrations -- <DATABASE_URL> up|down|status`, for whoever writes a migration.

use std::env;
use std::path::Path;

use anyhow::{Context, bail};
use sea_orm::Database;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, command] = arguments.as_slice() else {
        bail!("usage: migrations <DATABASE_URL> up|down|status");
    };
    let db = Database::connect(url).await.context("the database does not answer")?;
    let file = url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
    let file = file.and_then(|rest| rest.split('?').next()).filter(|file| *file != ":memory:").map(Path::new);
    match command.as_str() {
        "up" => println!("{:#?}", migrations::migrate(&db, file).await?),
        "down" => println!("{:#?}", migrations::revert(&db, file, 1).await?),
        "status" => println!("{:#?}", migrations::standing(&db).await?),
        _ => bail!("unknown command {command}: up, down or status"),
    }
    Ok(())
}
