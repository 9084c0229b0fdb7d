//! The command line of the simulator.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Faults, Person, Simulator};
use crate::report::Report;

/// What `--step` and `--late-by` are when nobody says.
const STEP: Duration = Duration::from_millis(50);
const LATE_BY: Duration = Duration::from_secs(2);
const KEEP: usize = 100_000;
const AT_ONCE: usize = 100;

/// Twilio's messaging and voice: the REST calls a hub makes, signed webhooks, seeded faults. Nothing leaves this machine.
///
/// Example: loadtest provider twilio --bind 127.0.0.1:4010 --account AC00000000000000000000000000000001
/// --auth-token 0123456789abcdef0123456789abcdef --number +12025550100
/// --webhook 'http://127.0.0.1:8080/api/webhooks/twilio/KEY/sms#rc=5&rp=all'
/// --faults lose=0.05,duplicate=0.05,reorder=0.1,cut=0.02
#[derive(Debug, Clone, Args)]
pub struct Twilio {
    /// Where it listens; on this machine alone.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub bind: SocketAddr,
    /// The account's SID.
    #[arg(long, value_parser = |text: &str| sid("AC", text))]
    pub account: String,
    /// The account's token; webhooks are signed with it.
    #[arg(long, env = "LOADTEST_AUTH_TOKEN", hide_env_values = true)]
    pub auth_token: String,
    /// A standard API key that may be used as well, as SK…:secret.
    #[arg(long, env = "LOADTEST_API_KEY", hide_env_values = true, value_parser = api_key)]
    pub api_key: Option<(String, String)>,
    /// A number of the account; may be given again.
    #[arg(long, required = true, value_parser = number)]
    pub number: Vec<String>,
    /// A messaging service that all numbers belong to.
    #[arg(long, value_parser = |text: &str| sid("MG", text))]
    pub messaging_service: Option<String>,
    /// Where texts from handsets are told of, with overrides such as #rc=5&rp=all.
    #[arg(long)]
    pub webhook: Option<String>,
    /// Where it is asked what to do with calls from handsets.
    #[arg(long)]
    pub voice_webhook: Option<String>,
    /// Where the end of each call from a handset is told.
    #[arg(long)]
    pub voice_status_webhook: Option<String>,
    /// Where it is asked when the voice webhook fails.
    #[arg(long)]
    pub voice_fallback: Option<String>,
    /// How people behave who are called, as JSON, such as {"answers":{"after":2},"responses":[{"keys":"1"}],"hangs_up_after":9}.
    #[arg(long, default_value = "{}")]
    pub person: Person,
    /// Shares of what goes wrong: late, duplicate, reorder, lose, undelivered, unintelligible, status_429,
    /// status_5xx, cut.
    #[arg(long, default_value = "")]
    pub faults: Faults,
    /// Between one status of a message or call and the next; a second of TwiML takes as long.
    #[arg(long, default_value = "50ms", value_parser = duration)]
    pub step: Duration,
    /// How late a late webhook is.
    #[arg(long, default_value = "2s", value_parser = duration)]
    pub late_by: Duration,
    /// The most messages it keeps, and the most calls; it refuses more, and forgets none.
    #[arg(long, default_value_t = KEEP)]
    pub keep: usize,
    /// Requests carried out at a time; the next is told 429.
    #[arg(long, default_value_t = AT_ONCE)]
    pub at_once: usize,
    /// Ends by itself after so long, such as 60s.
    #[arg(long = "for", value_parser = duration)]
    pub lasts: Option<Duration>,
}

impl Twilio {
    /// An account with one number, as it is when nothing else is said.
    #[must_use]
    pub fn of(account: &str, auth_token: &str, number: &str) -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            account: account.to_owned(),
            auth_token: auth_token.to_owned(),
            api_key: None,
            number: vec![number.to_owned()],
            messaging_service: None,
            webhook: None,
            voice_webhook: None,
            voice_status_webhook: None,
            voice_fallback: None,
            person: Person::default(),
            faults: Faults::default(),
            step: STEP,
            late_by: LATE_BY,
            keep: KEEP,
            at_once: AT_ONCE,
            lasts: None,
        }
    }

    /// Everywhere its numbers tell something.
    pub(super) fn webhooks(&self) -> impl Iterator<Item = &String> {
        let voice = [&self.voice_webhook, &self.voice_status_webhook, &self.voice_fallback];
        voice.into_iter().chain([&self.webhook]).flatten()
    }

    /// Serves until its time is over or a signal comes.
    ///
    /// # Errors
    /// When it cannot listen, or a webhook would leave this machine.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let mut terminated = signal(SignalKind::terminate())?;
        let simulator = Simulator::start(self, seed).await?;
        // On the other stream than the report, which a script may read.
        eprintln!("listening on {}", simulator.base());
        let time_is_over = async {
            match self.lasts {
                Some(lasts) => tokio::time::sleep(lasts).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = time_is_over => {}
            _ = terminated.recv() => {}
            pressed = tokio::signal::ctrl_c() => pressed?,
        }
        Ok(simulator.stop().await)
    }
}

fn sid(kind: &str, text: &str) -> Result<String> {
    let digits = text.strip_prefix(kind).with_context(|| format!("does not begin with {kind}"))?;
    let is_sid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    ensure!(is_sid, "{kind} is followed by 32 hexadecimal digits");
    Ok(text.to_owned())
}

fn api_key(text: &str) -> Result<(String, String)> {
    let (key, secret) = text.split_once(':').context("is not SK…:secret")?;
    Ok((sid("SK", key)?, secret.to_owned()))
}

fn number(text: &str) -> Result<String> {
    ensure!(super::draft::is_e164(text), "is not a number such as +12025550100");
    Ok(text.to_owned())
}

/// `500ms`, `60s` or `5m`.
fn duration(text: &str) -> Result<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().context("is not a number with ms, s or m")?;
    Ok(match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.saturating_mul(60)),
        _ => bail!("is not a number with ms, s or m"),
    })
}
