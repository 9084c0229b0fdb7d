//! The binary as a child process. Every child is ended by its id.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

const BINARY: &str = env!("CARGO_BIN_EXE_switchboard");
const PATIENCE: Duration = Duration::from_secs(30);

/// What a command printed and how it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .env("SWITCHBOARD__DATA__DIR", data)
        .env("SWITCHBOARD__HTTP__BIND", "127.0.0.1:0")
        .current_dir(data);
    command
}

fn ended(mut command: Command) -> std::io::Result<Ended> {
    let output = command.output()?;
    Ok(Ended {
        code: output.status.code(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs a command on the store in `data`.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> Ended {
    run_with(&[], data, arguments)
}

/// The same with more in the environment.
pub(crate) fn run_with(environment: &[(&str, &str)], data: &Path, arguments: &[&str]) -> Ended {
    let mut command = command(data);
    command.args(arguments).envs(environment.iter().copied());
    ended(command).unwrap()
}

/// The same as another user; `None` when we may not.
pub(crate) fn run_as(user: u32, data: &Path, arguments: &[&str]) -> Option<Ended> {
    let mut command = command(data);
    command.args(arguments).uid(user).gid(user);
    ended(command).ok()
}

/// Writes into the ledger of migrations what a later version of the hub would have.
pub(crate) fn pretend_a_later_version(file: &Path, kind: &str) {
    let url = format!("sqlite://{}", file.display());
    let change =
        format!("INSERT INTO schema_changes (name, kind, applied_at) VALUES ('m9999_later', '{kind}', 1)");
    execute(&url, &change);
    execute(&url, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 1)");
}

/// Has a database do something.
pub(crate) fn execute(url: &str, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sea_orm::ConnectionTrait;
        let db = sea_orm::Database::connect(url).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    });
}

/// A hub that serves, on a port of its own.
pub(crate) struct Hub {
    child: Child,
    said: Arc<Mutex<String>>,
    /// Who writes down what it says.
    listeners: Vec<thread::JoinHandle<()>>,
    address: String,
}

impl Hub {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(&[], data)
    }

    /// The same with more in the environment.
    pub(crate) fn start_with(environment: &[(&str, &str)], data: &Path) -> Self {
        let mut command = command(data);
        command.envs(environment.iter().copied());
        command.env("SWITCHBOARD__LOG__FORMAT", "json").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let out = listen(child.stdout.take().unwrap(), said.clone());
        let errors = listen(child.stderr.take().unwrap(), said.clone());
        let mut hub = Self { child, said, listeners: vec![out, errors], address: String::new() };
        let began = Instant::now();
        while hub.address.is_empty() {
            assert!(began.elapsed() < PATIENCE, "the hub does not start: {}", hub.output());
            assert!(hub.child.try_wait().unwrap().is_none(), "the hub ended: {}", hub.output());
            let said = hub.output();
            if let Some((_, rest)) = said.split_once(r#""address":""#) {
                hub.address = rest.split('"').next().unwrap_or_default().to_owned();
            }
            thread::park_timeout(Duration::from_millis(20));
        }
        while hub.get("/health/ready").0 != 200 {
            assert!(began.elapsed() < PATIENCE, "the hub is not ready: {}", hub.output());
            thread::park_timeout(Duration::from_millis(20));
        }
        hub
    }

    /// What it has printed so far, as far as it was heard.
    pub(crate) fn output(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Asks for a path: status and body; status 0 when it does not answer.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.get_with("", path)
    }

    /// The same with more headers, each with the end of its line.
    pub(crate) fn get_with(&self, headers: &str, path: &str) -> (u16, String) {
        let Ok(mut stream) = TcpStream::connect(&self.address) else { return (0, String::new()) };
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address);
        let mut answer = String::new();
        if stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).is_err() {
            return (0, String::new());
        }
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (status, answer)
    }

    /// Asks it to stop; true when it ended by itself with success.
    pub(crate) fn stop(mut self) -> bool {
        self.end()
    }

    /// The same, with everything it printed to its end.
    pub(crate) fn stop_and_hear(mut self) -> (bool, String) {
        let ended = self.end();
        for listener in std::mem::take(&mut self.listeners) {
            listener.join().unwrap();
        }
        (ended, self.output())
    }

    fn end(&mut self) -> bool {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            thread::park_timeout(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(from: impl Read + Send + 'static, said: Arc<Mutex<String>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    })
}
