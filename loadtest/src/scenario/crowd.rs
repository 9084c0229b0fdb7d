//! Thousands of sessions: the descriptors and the addresses they need.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Result, ensure};

use crate::measure::open_files_limit;

/// Sessions per source address: well below its 28,000 ports.
const PER_SOURCE: usize = 5_000;
/// Files the hub needs beside its sockets.
const OTHER_FILES: u64 = 200;

/// The limit of open files here, which the hub inherits; an error when it does not allow so many sessions.
pub(super) fn open_files_for(sessions: usize) -> Result<u64> {
    let (needed, limit) = (sessions as u64 + OTHER_FILES, open_files_limit()?);
    ensure!(
        limit >= needed,
        "{sessions} sessions need {needed} open files here and in the hub: run `ulimit -n {needed}` before (now {limit})"
    );
    Ok(limit)
}

/// 127.0.0.2, .3, …: the whole of 127/8 is this machine.
pub(super) fn source(number: usize) -> IpAddr {
    let last = 2 + (number / PER_SOURCE) % 250;
    Ipv4Addr::new(127, 0, 0, u8::try_from(last).unwrap_or(2)).into()
}
