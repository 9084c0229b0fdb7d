//! The command that looks at files: a program of the installation, which is given the file on its standard input and answers
//! by its exit code, as `clamdscan -` does: 0 clean, 1 infected, anything else is no answer.

use std::{fs::File, io::ErrorKind, process::Stdio, time::Duration};

use actors::attachment::{ScanError, Scanner, Verdict};
use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncReadExt, copy, sink},
    process::{Child, ChildStderr, Command},
};

/// What is kept of a complaint, in bytes.
const COMPLAINT: u64 = 300;
/// The settings in our own environment hold keys, which are nobody else's.
const OURS: &str = "SWITCHBOARD__";

/// A scanner that is a program, run once for each file and without a shell.
#[derive(Clone, Debug)]
pub struct ScanCommand {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
}

impl ScanCommand {
    /// The command `line` as program and arguments, ended after `timeout`; `None` when the line is empty.
    #[must_use]
    pub fn new(line: &[String], timeout: Duration) -> Option<Self> {
        let (program, arguments) = line.split_first()?;
        Some(Self { program: program.clone(), arguments: arguments.to_vec(), timeout })
    }

    fn command(&self, file: File) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::from(file)).stdout(Stdio::null()).stderr(Stdio::piped());
        // A group of its own, so that what it starts ends with it.
        command.process_group(0).kill_on_drop(true);
        let names = std::env::vars_os().map(|(name, _)| name);
        for ours in names.filter(|name| name.to_string_lossy().to_uppercase().starts_with(OURS)) {
            command.env_remove(ours);
        }
        command
    }
}

#[async_trait]
impl Scanner for ScanCommand {
    async fn scan(&self, file: File) -> Result<Verdict, ScanError> {
        let started = self.command(file).spawn();
        let mut child = started.map_err(|why| match why.kind() {
            ErrorKind::NotFound => ScanError(format!("there is no command {}", self.program)),
            _ => ScanError(format!("{} cannot be started: {why}", self.program)),
        })?;
        let group = Group::of(&child);
        let stderr = child.stderr.take();
        let ended =
            tokio::time::timeout(self.timeout, async { tokio::join!(child.wait(), complaint(stderr)) });
        let (status, complaint) =
            ended.await.map_err(|_| ScanError(format!("{} took too long", self.program)))?;
        let status = status.map_err(|why| ScanError(format!("{} was lost: {why}", self.program)))?;
        group.has_ended();
        match status.code() {
            Some(0) => Ok(Verdict::Clean),
            Some(1) => Ok(Verdict::Infected),
            _ => Err(ScanError(format!("{} ended with {status}: {complaint}", self.program))),
        }
    }
}

/// The first line it complained with; the rest is read and thrown away, so that it is never kept waiting.
async fn complaint(stderr: Option<ChildStderr>) -> String {
    let Some(mut stderr) = stderr else { return String::new() };
    let mut head = Vec::new();
    let read = (&mut stderr).take(COMPLAINT).read_to_end(&mut head).await;
    if let Err(why) = read.and(copy(&mut stderr, &mut sink()).await) {
        tracing::debug!(%why, "what a scan complained of cannot be read");
    }
    let head = String::from_utf8_lossy(&head);
    head.lines().next().unwrap_or_default().chars().filter(|character| !character.is_control()).collect()
}

/// The processes of one scan; they end when this is dropped before the first of them did.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Nobody is left to be ended, and its number may be another's soon.
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0
            && let Err(why) = kill_process_group(group, Signal::KILL)
        {
            tracing::warn!(%why, "a scan cannot be ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, path::Path, time::Instant};

    use super::*;

    fn sh(script: &str, timeout: Duration) -> ScanCommand {
        ScanCommand::new(&["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()], timeout).unwrap()
    }

    async fn scanned(script: &str) -> Result<Verdict, ScanError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"what was sent").unwrap();
        sh(script, Duration::from_secs(20)).scan(file.reopen().unwrap()).await
    }

    #[tokio::test]
    async fn nothing_but_zero_is_clean_and_nothing_but_one_infected() {
        assert_eq!(scanned("exit 0").await, Ok(Verdict::Clean));
        assert_eq!(scanned("exit 1").await, Ok(Verdict::Infected));
        for script in ["exit 2", "exit 3", "exit 127", "kill -9 $$"] {
            assert!(scanned(script).await.is_err(), "{script}");
        }
        let missing = ScanCommand::new(&["/nowhere/clamdscan".to_owned()], Duration::from_secs(1)).unwrap();
        let why = missing.scan(tempfile::tempfile().unwrap()).await.unwrap_err();
        assert_eq!(why.to_string(), "there is no command /nowhere/clamdscan");
    }

    #[tokio::test]
    async fn the_file_is_on_its_standard_input_and_the_answer_needs_no_reading() {
        assert_eq!(scanned("[ \"$(cat)\" = 'what was sent' ]").await, Ok(Verdict::Clean));
        assert_eq!(scanned("exec <&-; head -c 300000 /dev/zero; exit 1").await, Ok(Verdict::Infected));
    }

    #[tokio::test]
    async fn its_first_complaint_is_kept_and_it_may_go_on_complaining() {
        let script = "printf 'no \\033daemon\\nmore\\n' >&2; head -c 300000 /dev/zero >&2; exit 2";
        let why = scanned(script).await.unwrap_err().to_string();
        assert_eq!(why, "/bin/sh ended with exit status: 2: no daemon");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
        let began = Instant::now();
        let hangs = sh(&script, Duration::from_secs(1));
        let why = hangs.scan(tempfile::tempfile().unwrap()).await.unwrap_err();
        assert!(why.to_string().contains("took too long") && began.elapsed() < Duration::from_secs(60));
        let pid = std::fs::read_to_string(&pid).unwrap();
        let status = Path::new("/proc").join(pid.trim()).join("stat");
        let is_gone = async || {
            // Ended, though perhaps nobody has taken note yet.
            let stat = std::fs::read_to_string(&status).unwrap_or_default();
            (stat.is_empty() || stat.contains(") Z ")).then_some(())
        };
        actors::testing::eventually("the end of what it started", is_gone).await;
    }

    #[tokio::test]
    async fn nothing_is_run_when_nothing_is_named() {
        assert!(ScanCommand::new(&[], Duration::from_secs(1)).is_none());
    }
}
