//! Whether the credentials of the tenants open, and their providers take them.

use actors::supervision::Io;
use entities::credential::{self, config_aad};
use entities::sealed::DataKeys;

use super::finding::Finding;
use crate::config::Settings;
use crate::keys::Keyring;
use crate::providers::twilio::{self, TwilioAccount, TwilioClient};
use crate::providers::{Failure, Refused};
use crate::store::Place;

/// So many are tried.
const MOST: u64 = 100;
const CHECK: &str = "credentials";

/// Tries what is kept, of every tenant.
pub(super) async fn check(settings: &Settings) -> Finding {
    let place = Place::of(settings);
    if place.file.as_ref().is_some_and(|file| !file.exists()) {
        return Finding::good(CHECK, "none are kept");
    }
    let kept = match place.credentials(MOST).await {
        Ok(kept) => kept,
        Err(error) => return Finding::warning(CHECK, error, "see what is said of the database"),
    };
    if kept.is_empty() {
        return Finding::good(CHECK, "none are kept");
    }
    let io = match Io::start(1) {
        Ok(io) => io,
        Err(error) => {
            return Finding::warning(CHECK, error, "no thread can be had to ask the providers from");
        }
    };
    let client = TwilioClient::new(&settings.providers.twilio, io.handle());
    let mut wrong = Vec::new();
    for row in &kept {
        if let Err(why) = try_out(settings, &place, &client, row).await {
            wrong.push(format!("{} of tenant {} {why}", row.provider, row.tenant_id));
        }
    }
    if wrong.is_empty() {
        return Finding::good(CHECK, format!("{} are kept, and their providers take them", kept.len()));
    }
    let advice = "give them anew with PUT /api/credentials/<provider>; when none opens, restore the keys of the backup";
    Finding::warning(CHECK, wrong.join("; "), advice)
}

/// Why they are of no use, as the end of a sentence.
async fn try_out(
    settings: &Settings,
    place: &Place,
    client: &TwilioClient,
    row: &credential::Model,
) -> Result<(), String> {
    if !row.is_active {
        return Err(row.verification_error.clone().unwrap_or_else(|| "are not in use".to_owned()));
    }
    let opened = open(settings, place, row).await.ok_or("do not open")?;
    if row.provider != twilio::NAME {
        return Ok(());
    }
    let account: TwilioAccount = serde_json::from_slice(&opened).map_err(|_| "cannot be read")?;
    match client.account(&account).await {
        Ok(_) => Ok(()),
        Err(Failure::Refused(Refused { status: 401 | 403, .. })) => Err("are not taken".to_owned()),
        Err(failure) => Err(format!("cannot be tried: {failure}")),
    }
}

async fn open(settings: &Settings, place: &Place, row: &credential::Model) -> Option<Vec<u8>> {
    let folder = settings.data.keys();
    let are_there = settings.keys.master.is_set() || folder.join("master").exists();
    // Opening makes those that are missing.
    let keys = are_there.then(|| Keyring::open(&settings.keys, &folder).ok()).flatten()?;
    let rows = place.tenant_keys(row.tenant_id).await.ok()?;
    let keys = DataKeys::unwrap_all(&keys.master, row.tenant_id, &rows).ok()?;
    let (sealed, key) = (row.sealed_config.as_ref()?, row.key_id?);
    keys.open(key, &config_aad(row.tenant_id, row.id), sealed).ok()
}
