//! How fast the disk makes bytes durable and how fast loopback answers.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::measure::Latencies;
use crate::report::{Cell, Report, Table, per_second};

const PAGE_BYTES: usize = 4096;
const ECHO_BYTES: usize = 500;

/// Measures both, one after the other.
///
/// # Errors
/// When the folder cannot be written or loopback is refused.
pub(super) async fn report(folder: &Path, during: Duration) -> Result<Report> {
    let mut report = Report::new("floor: disk and loopback");
    report.setting("folder", folder.display().to_string());
    let mut table = Table::new("disk and loopback", &["what", "per_s", "p50_ms", "p99_ms"]);
    let folder = folder.to_owned();
    let syncs = tokio::task::spawn_blocking(move || appended_and_synced(&folder, during)).await??;
    table.row(row(format!("append {PAGE_BYTES} bytes and fdatasync"), &syncs, during));
    let echoes = echo(during).await?;
    table.row(row(format!("loopback echo of {ECHO_BYTES} bytes"), &echoes, during));
    report.table(table);
    Ok(report)
}

/// Round trips over loopback, one after the other.
///
/// # Errors
/// When loopback is refused.
pub(crate) async fn echo(during: Duration) -> Result<Latencies> {
    tokio::task::spawn_blocking(move || echoed(during)).await?
}

fn row(what: String, latencies: &Latencies, during: Duration) -> [Cell; 4] {
    let rate = per_second(latencies.count(), during);
    [what.into(), rate.into(), latencies.at(0.5).into(), latencies.at(0.99).into()]
}

fn appended_and_synced(folder: &Path, during: Duration) -> Result<Latencies> {
    let mut file: File = tempfile::tempfile_in(folder).context("cannot make a temporary file")?;
    timed(during, || {
        file.write_all(&[7; PAGE_BYTES])?;
        file.sync_data()
    })
}

fn echoed(during: Duration) -> Result<Latencies> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (mut far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let echo = std::thread::spawn(move || {
        let mut bytes = [0; ECHO_BYTES];
        while far.read_exact(&mut bytes).is_ok() && far.write_all(&bytes).is_ok() {}
    });
    let mut bytes = [7; ECHO_BYTES];
    let latencies = timed(during, || {
        near.write_all(&bytes)?;
        near.read_exact(&mut bytes)
    });
    drop(near);
    echo.join().map_err(|_| anyhow!("the echo panicked"))?;
    latencies
}

fn timed(during: Duration, mut step: impl FnMut() -> std::io::Result<()>) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    let begun = Instant::now();
    while begun.elapsed() < during {
        let started = Instant::now();
        step()?;
        latencies.record(started.elapsed());
    }
    Ok(latencies)
}
