//! A child process that is killed: it runs one test of this binary and says in lines how far it came.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a child is told.
const TOLD: &str = "SWITCHBOARD_TEST_CRASH";

/// Runs the test of this name in a process of its own.
pub(crate) fn spawn(name: &str, told: &Value) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(TOLD, told.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the parent told; `None` when nobody's child asks.
pub(crate) fn told<T: DeserializeOwned>() -> Option<T> {
    let told = env::var(TOLD).ok()?;
    Some(serde_json::from_str(&told).unwrap())
}

/// Says it to the parent, who has nobody to say it to.
pub(crate) fn say(line: &str) {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// How long a child lives: this long after it first said something that lets its time begin. Counted from there, a slow
/// machine kills nobody before he did anything.
pub(crate) struct Life<F> {
    pub(crate) begins: F,
    pub(crate) lasts: Duration,
}

/// Kills the child when its life is over, and answers with all that it got out until then and that meant something.
pub(crate) fn listen<T>(
    mut child: Child,
    life: Life<impl Fn(&T) -> bool>,
    meant: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let out = BufReader::new(child.stdout.take().unwrap());
    let (lines, heard) = mpsc::channel();
    let reading = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            // The child is killed by then, and what it still said counts.
            let _ = lines.send(line);
        }
    });
    let mut all = Vec::new();
    while !all.iter().any(&life.begins) {
        let line = heard.recv_timeout(Duration::from_secs(60)).unwrap();
        all.extend(meant(&line));
    }
    let end = Instant::now() + life.lasts;
    while let Ok(line) = heard.recv_timeout(end.saturating_duration_since(Instant::now())) {
        all.extend(meant(&line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap();
    all.extend(heard.try_iter().filter_map(|line| meant(&line)));
    all
}
