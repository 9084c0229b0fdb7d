//! The checks of settings, files and the database. None of them makes anything that stays.

use std::path::Path;

use actors::bus;

use super::finding::Finding;
use crate::config::{Http, Settings};
use crate::keys;
use crate::origin::is_loopback;
use crate::store::{Place, StoreError};
use crate::tls;

/// Settings that were read may still not do what somebody hopes.
pub(super) fn settings(settings: &Settings) -> Finding {
    let http = &settings.http;
    let origin = http.public_origin();
    if origin.starts_with("http://") && !is_loopback(&origin) {
        let found = format!("browsers and providers come to {origin} without TLS");
        let advice =
            "set http.public_url to the https:// address people use; browsers keep no sign-in cookie without";
        return Finding::warning("settings", found, advice);
    }
    Finding::good("settings", format!("listens on {}, reached as {origin}", http.bind))
}

/// Can files be written where the store lies?
pub(super) fn data_folder(folder: &Path) -> Finding {
    let check = "data";
    if !folder.exists() {
        return Finding::good(check, format!("{} will be made at first start", folder.display()));
    }
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Finding::good(check, format!("{} can be written", folder.display())),
        Err(why) => {
            let advice = "give it to the user the hub runs as, or set data.dir to another folder";
            Finding::bad(check, format!("{} cannot be written: {why}", folder.display()), advice)
        }
    }
}

/// Keys that are there must be readable by us and by nobody else.
pub(super) fn keys(settings: &Settings) -> Finding {
    let folder = settings.data.keys();
    let from_environment = settings.keys.master.is_set() && settings.keys.signing.is_set();
    let files = [folder.join("master"), folder.join("signing")];
    if !from_environment && files.iter().any(|file| !file.exists()) {
        let found = format!("not all in {}; the missing ones will be made at first start", folder.display());
        return if files.iter().any(|file| file.exists()) || Place::of(settings).exists() {
            let advice = "if the store has been used before, restore the keys from its backup instead";
            Finding::warning("keys", found, advice)
        } else {
            Finding::good("keys", found)
        };
    }
    match keys::Keyring::open(&settings.keys, &folder) {
        Ok(_) if from_environment => Finding::good("keys", "from the environment"),
        Ok(_) => Finding::good("keys", format!("in {}", folder.display())),
        Err(error) => Finding::bad("keys", error, "without both keys the hub does not start"),
    }
}

/// Certificate and key, when they are ours to present.
pub(super) fn tls(http: &Http) -> Finding {
    if !http.has_tls() {
        return Finding::good("tls", "left to a proxy");
    }
    match tls::server_config(&http.tls_cert, &http.tls_key) {
        Ok(_) => Finding::good("tls", http.tls_cert.display()),
        Err(error) => {
            Finding::bad("tls", error, "set http.tls_cert and http.tls_key to PEM files that go together")
        }
    }
}

/// Does it answer, and is its schema ours?
pub(super) async fn database(settings: &Settings) -> Finding {
    let check = "database";
    let place = Place::of(settings);
    if let Err(error @ StoreError::Unfinished { .. }) = place.refuse_unfinished().await {
        return Finding::bad(check, error, "no hub uses it as it is: see `switchboard restore --help`");
    }
    if place.file.as_ref().is_some_and(|file| !file.exists()) {
        return Finding::good(check, format!("{} will be made at first start", place.shown()));
    }
    let standing = match place.standing().await {
        Ok(standing) => standing,
        Err(StoreError::Unreachable(error)) => {
            let advice = "is the server up, and are user, password, name and sslmode in database.url right?";
            return Finding::bad(check, format!("{}: {error}", place.shown()), advice);
        }
        Err(error) => {
            return Finding::bad(check, error, "run the newest version that ever ran on this store");
        }
    };
    if !standing.pending.is_empty() {
        let found = format!("{} lacks {}", place.shown(), standing.pending.join(", "));
        return Finding::warning(
            check,
            found,
            "the next start applies them; or run `switchboard migrate` now",
        );
    }
    if !standing.newer.is_empty() {
        let found = format!("{} also has {}", place.shown(), standing.newer.join(", "));
        return Finding::warning(check, found, "a newer version was here; this one can run beside it");
    }
    Finding::good(check, format!("{} is up to date", place.shown()))
}

/// Does it answer, and does it speak the protocol we need?
pub(super) async fn redis(settings: &Settings) -> Finding {
    let check = "redis";
    let Some(options) = settings.redis.options() else { return Finding::good(check, "one node needs none") };
    if Place::of(settings).file.is_some() {
        let advice = "set database.url to a PostgreSQL that all nodes use, or leave redis.url out";
        return Finding::warning(check, "nodes meet there, and the database is a file of this one", advice);
    }
    match bus::probe(&options.url).await {
        Ok(version) => Finding::good(check, format!("version {version}")),
        Err(error) => {
            let advice =
                "is it up, is it version 6 or later, and are host, user and password in redis.url right?";
            Finding::bad(check, error, advice)
        }
    }
}
