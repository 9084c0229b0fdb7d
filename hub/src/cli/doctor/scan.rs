//! Whether files are looked at before they are given out, and whether some wait for it in vain.

use std::{
    fs::File,
    io::{self, Seek, Write},
    time::Duration,
};

use actors::attachment::{ScanError, Scanner, Verdict};
use actors::clock::{Clock, SystemClock};

use super::finding::Finding;
use crate::config::{Attachments, Settings};
use crate::files::ScanCommand;
use crate::store::Place;

/// Nobody finds anything in it.
const CLEAN: &str = "This text was written by the doctor of the hub, to see whether a scan answers.\n";
/// What every scanner finds, by an agreement of 2003 (<https://www.eicar.org>): harmless, and in two pieces here, so that
/// nobody finds it in the hub.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"];
/// Longer than a scan waits in a queue on a good day.
const LONG: Duration = Duration::from_secs(3_600);
/// So many are counted.
const MOST: u64 = 1_000;

/// Does the command answer, and find what it should?
pub(super) async fn command(settings: &Attachments) -> Finding {
    let check = "scan";
    let Some(command) = ScanCommand::new(&settings.scan_command, settings.scan_timeout()) else {
        return Finding::good(check, "files are not looked at: attachments.scan_command is empty");
    };
    let mend =
        "run it yourself with a file on its standard input: 0 is clean, 1 infected, the rest no answer";
    match try_with(&command, CLEAN).await {
        Ok(Verdict::Clean) => {}
        Ok(Verdict::Infected) => {
            return Finding::bad(check, "the command calls a plain text infected, and so every file", mend);
        }
        Err(why) => return Finding::bad(check, format!("the command does not answer: {why}"), mend),
    }
    match try_with(&command, &EICAR.concat()).await {
        Ok(Verdict::Infected) => Finding::good(check, "the command answers, and finds the EICAR test file"),
        Ok(Verdict::Clean) => {
            let advice = "has it its signatures? a command that finds nothing keeps nothing out";
            Finding::warning(check, "the command calls the EICAR test file clean", advice)
        }
        Err(why) => {
            Finding::bad(check, format!("the command does not answer to the EICAR test file: {why}"), mend)
        }
    }
}

async fn try_with(command: &ScanCommand, text: &str) -> Result<Verdict, ScanError> {
    let file = sample(text).map_err(|why| ScanError(format!("no sample can be written: {why}")))?;
    command.scan(file).await
}

fn sample(text: &str) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

/// Do files wait that nobody looks at any more?
pub(super) async fn waiting(settings: &Settings) -> Finding {
    let check = "scanning";
    let place = Place::of(settings);
    if place.file.as_ref().is_some_and(|file| !file.exists()) {
        return Finding::good(check, "no file waits");
    }
    let waiting = match place.scanning(SystemClock.now().minus(LONG), MOST).await {
        Ok(waiting) => waiting,
        Err(error) => return Finding::warning(check, error, "see what is said of the database"),
    };
    let Some(oldest) = waiting.first() else {
        return Finding::good(check, "no file has waited for an hour to be fetched or looked at");
    };
    let found = format!(
        "{} files have waited for an hour to be fetched or looked at; the oldest is {} of tenant {}",
        waiting.len(),
        oldest.id,
        oldest.tenant_id
    );
    let advice = "mend attachments.scan_command, or the account files are fetched with; what was given up is done again by \
                  POST /api/jobs/{id}/redrive: see GET /api/jobs?status=dead, kind attachment.scan or attachment.fetch";
    Finding::warning(check, found, advice)
}
