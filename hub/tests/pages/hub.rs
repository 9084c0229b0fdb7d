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
    settings: Vec<(String, String)>,
    child: Child,
    /// The one-time link of the first start.
    pub(crate) sign_in: String,
    /// The page with the chat widget.
    pub(crate) chat: String,
}

/// A token of its owner, and a link that signs him in, once.
pub(crate) struct Company {
    pub(crate) token: String,
    pub(crate) sign_in: String,
}

impl Hub {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With these variables in its environment.
    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Self {
        let settings: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let data = TempDir::new().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (child, lines) = spawn(command(&data, port, &settings));
        let (mut sign_in, mut chat) = (None, None);
        while let (None, _) | (_, None) = (&sign_in, &chat) {
            let line = lines.recv_timeout(PATIENCE).unwrap();
            let link = line.split_whitespace().find(|word| word.starts_with("http://"));
            sign_in = sign_in.or(link.filter(|link| link.contains("/sign-in#")).map(str::to_owned));
            chat = chat.or(link.filter(|link| link.contains("/chat/")).map(str::to_owned));
        }
        Self { data, port, settings, child, sign_in: sign_in.unwrap(), chat: chat.unwrap() }
    }

    /// Invites somebody to a company of his own; the answer is the link.
    pub(crate) fn invite(&self, email: &str) -> String {
        let made = self.told(&["tenant", "create", "--name", "Acme", "--owner", "owner@example.com"]);
        let tenant = made["tenant_id"].as_str().unwrap();
        let wanted = ["user", "create", "--tenant", tenant, "--email", email, "--name", "Grace"];
        self.told(&wanted)["invite_url"].as_str().unwrap().to_owned()
    }

    /// A company of its own, as its owner sees it.
    pub(crate) fn company(&self) -> Company {
        let email = "owner@example.com";
        let made = self.told(&["tenant", "create", "--name", "Acme", "--owner", email]);
        let [tenant, owner] = ["tenant_id", "owner_id"].map(|name| made[name].as_str().unwrap());
        let token = ["token", "--tenant", tenant, "--user", owner, "--role", "owner", "--ttl", "1h"];
        let link = ["user", "link", "--tenant", tenant, "--email", email];
        Company { token: self.said(&token), sign_in: self.said(&link) }
    }

    /// What the command line answers, beside the hub that runs.
    fn told(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.said(&[arguments, &["--json"]].concat())).unwrap()
    }

    fn said(&self, arguments: &[&str]) -> String {
        let output = command(&self.data, self.port, &self.settings).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
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
        self.child = spawn(command(&self.data, self.port, &self.settings)).0;
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

fn command(data: &TempDir, port: u16, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
    command
        .env("SWITCHBOARD__DATA__DIR", data.path())
        .env("SWITCHBOARD__HTTP__BIND", format!("127.0.0.1:{port}"))
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .current_dir(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn spawn(mut command: Command) -> (Child, Receiver<String>) {
    let mut child = command.spawn().unwrap();
    let (says, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(says.send(line))));
    (child, lines)
}
