//! The binary on a port that stays the same over restarts, because a browser keeps what it knows by origin.

use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// A hub with a data folder of its own, as a newcomer starts it.
pub(crate) struct Hub {
    data: TempDir,
    port: u16,
    child: Child,
    /// The one-time link of the first start.
    pub(crate) sign_in: String,
    /// The page with the chat widget.
    pub(crate) chat: String,
}

impl Hub {
    pub(crate) fn start() -> Self {
        let data = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (child, lines) = spawn(&data, port);
        let (mut sign_in, mut chat) = (None, None);
        while let (None, _) | (_, None) = (&sign_in, &chat) {
            let line = lines.recv_timeout(PATIENCE).unwrap();
            let link = line.split_whitespace().find(|word| word.starts_with("http://"));
            sign_in = sign_in.or(link.filter(|link| link.contains("/sign-in#")).map(str::to_owned));
            chat = chat.or(link.filter(|link| link.contains("/chat/")).map(str::to_owned));
        }
        Self { data, port, child, sign_in: sign_in.unwrap(), chat: chat.unwrap() }
    }

    /// Invites somebody to a company of his own; the answer is the link.
    pub(crate) fn invite(&self, email: &str) -> String {
        let made = self.told(&["tenant", "create", "--name", "Acme", "--owner", "owner@example.com"]);
        let tenant = made["tenant_id"].as_str().unwrap();
        let wanted = ["user", "create", "--tenant", tenant, "--email", email, "--name", "Grace"];
        self.told(&wanted)["invite_url"].as_str().unwrap().to_owned()
    }

    /// What the command line answers, beside the hub that runs.
    fn told(&self, arguments: &[&str]) -> serde_json::Value {
        let output = command(&self.data, self.port).args(arguments).arg("--json").output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Where a browser finds it.
    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `kill -9`: nothing is tidied up.
    pub(crate) fn crash(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same data.
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.data, self.port).0;
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the hub does not come back");
            thread::park_timeout(Duration::from_millis(20));
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &TempDir, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command
        .env("SWITCHBOARD__DATA__DIR", data.path())
        .env("SWITCHBOARD__HTTP__BIND", format!("127.0.0.1:{port}"))
        .current_dir(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn spawn(data: &TempDir, port: u16) -> (Child, Receiver<String>) {
    let mut child = command(data, port).spawn().unwrap();
    let (says, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(says.send(line))));
    (child, lines)
}
