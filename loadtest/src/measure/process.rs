//! What `/proc` says about a process: its CPU time and its memory.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The kernel counts CPU time for user space in hundredths of a second, on every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// A process of this machine, ours or another.
#[derive(Debug, Clone, Copy)]
pub struct Process(u32);

impl Process {
    #[must_use]
    pub fn new(id: u32) -> Self {
        Self(id)
    }

    #[must_use]
    pub fn ours() -> Self {
        Self(std::process::id())
    }

    /// CPU time of all threads, in user space and in the kernel, to 10 ms.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu(self) -> Result<Duration> {
        let stat = self.read("stat")?;
        let ticks = ticks_of(&stat).with_context(|| format!("/proc/{}/stat is not as expected", self.0))?;
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn resident_bytes(self) -> Result<u64> {
        self.status_bytes("VmRSS:")
    }

    /// The most memory that was ever resident, in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn peak_bytes(self) -> Result<u64> {
        self.status_bytes("VmHWM:")
    }

    fn status_bytes(self, name: &str) -> Result<u64> {
        let status = self.read("status")?;
        kilobytes_of(&status, name)
            .map(|kilobytes| kilobytes * 1024)
            .with_context(|| format!("/proc/{}/status has no {name}", self.0))
    }

    fn read(self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.0);
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}: is the process gone?"))
    }
}

/// Bytes as MB of 1,048,576.
#[must_use]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// CPU time of the calling thread, in user space and in the kernel, to 10 ms.
///
/// # Errors
/// When `/proc` is not there.
pub fn thread_cpu() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/stat").context("cannot read /proc/thread-self/stat")?;
    let ticks = ticks_of(&stat).context("/proc/thread-self/stat is not as expected")?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// How many descriptors this process, and those it starts, may open.
///
/// # Errors
/// When `/proc` is not there.
pub fn open_files_limit() -> Result<u64> {
    let limits = fs::read_to_string("/proc/self/limits").context("cannot read /proc/self/limits")?;
    let line =
        limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of open files")?;
    let soft = line.split_whitespace().nth(3).context("no soft limit of open files")?;
    if soft == "unlimited" { Ok(u64::MAX) } else { Ok(soft.parse()?) }
}

/// utime + stime; the name of the program, in parentheses, may hold anything.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let kernel: u64 = fields.next()?.parse().ok()?;
    Some(user + kernel)
}

fn kilobytes_of(status: &str, name: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_behind_a_name_with_parentheses() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 12 30 0 0 20 0 1 0 5 1000 200";
        assert_eq!(ticks_of(stat), Some(42));
        assert_eq!(ticks_of("7 (a) S"), None);
    }

    #[test]
    fn our_own_process_is_alive_and_has_memory() {
        assert!(Process::ours().resident_bytes().expect("we live") > 100_000);
        assert!(Process::ours().cpu().is_ok());
        assert!(Process::new(u32::MAX).cpu().is_err());
        assert!(open_files_limit().expect("limits are there") > 10);
    }
}
