//! Sessions that each listen to one conversation, through cuts, and remember what they heard.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::client::{Backoff, ClientError, Endpoint, Incoming, News, Session};
use crate::report::bar;
use crate::scenario::crash::absence::{Absence, Absences};
use crate::scenario::crowd::source;

/// Handshakes at a time when they come for the first time.
const HANDSHAKES: usize = 64;
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long the first time may take, for some of them.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Crowd(Vec<Listener>);

struct Listener {
    session: Session,
    conversation: usize,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    is_up: bool,
    absences: Absences,
    /// `seq` of every message of the conversation, as it came.
    messages: Vec<u64>,
    /// Why it is away.
    why: Option<ClientError>,
    gave_up: Option<ClientError>,
}

impl Crowd {
    /// Returns when all listen, the first to the first conversation, the next to the next, and so on around.
    pub(super) async fn gather(endpoint: &Endpoint, topics: &[String], sessions: usize) -> Result<Self> {
        let progress = bar("sessions", sessions as u64);
        let mut crowd = Self(Vec::with_capacity(sessions));
        while crowd.0.len() < sessions {
            for number in crowd.0.len()..sessions.min(crowd.0.len() + HANDSHAKES) {
                let conversation = number % topics.len();
                let topic = topics[conversation].clone();
                let endpoint = endpoint.clone().from_source(source(number));
                let (session, news) = Session::start(endpoint, vec![topic], Backoff::default());
                let heard = Arc::default();
                tokio::spawn(listen(news, Arc::clone(&heard)));
                crowd.0.push(Listener { session, conversation, heard });
            }
            crowd.until_all_listen().await?;
            progress.reached(crowd.0.len() as u64);
        }
        Ok(crowd)
    }

    async fn until_all_listen(&self) -> Result<()> {
        let began = Instant::now();
        while !self.0.iter().all(|listener| listener.heard.lock().is_up) {
            self.check()?;
            ensure!(began.elapsed() < PATIENCE, "not all sessions could listen within {PATIENCE:?}");
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Every line at once, and no word.
    pub(super) async fn cut(&self) {
        for listener in &self.0 {
            listener.session.cut().await;
        }
    }

    /// Waits until at least so many were cut since then, and all who were are back; all of their absences.
    pub(super) async fn until_back(
        &self,
        since: Instant,
        (least, patience): (usize, Duration),
    ) -> Result<Vec<Absence>> {
        loop {
            self.check()?;
            let absences: Vec<Absence> =
                self.0.iter().flat_map(|listener| listener.heard.lock().absences.since(since)).collect();
            let away = absences.iter().filter(|absence| absence.lasted().is_none()).count();
            if absences.len() >= least && away == 0 {
                return Ok(absences);
            }
            if since.elapsed() > patience {
                let why = self.0.iter().find_map(|listener| listener.heard.lock().why.clone());
                let why = why.map_or_else(String::new, |why| format!(", for instance because of: {why}"));
                bail!("{away} of {} were not back within {patience:?}{why}", absences.len());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until everybody has heard the last message of his conversation, or `patience` is over; for each the conversation and what he
    /// heard.
    pub(super) async fn heard(&self, last: &[u64], patience: Duration) -> Result<Vec<(usize, Vec<u64>)>> {
        let deadline = Instant::now() + patience;
        let has_all = |listener: &Listener| {
            let last = last.get(listener.conversation).copied().unwrap_or_default();
            listener.heard.lock().messages.last().copied().unwrap_or_default() >= last
        };
        while Instant::now() < deadline && !self.0.iter().all(has_all) {
            self.check()?;
            sleep(LOOK_EVERY).await;
        }
        let all = self.0.iter();
        Ok(all.map(|listener| (listener.conversation, listener.heard.lock().messages.clone())).collect())
    }

    fn check(&self) -> Result<()> {
        for listener in &self.0 {
            if let Some(why) = &listener.heard.lock().gave_up {
                bail!("a session gave up: {why}");
            }
        }
        Ok(())
    }
}

async fn listen(mut news: mpsc::Receiver<News>, heard: Arc<Mutex<Heard>>) {
    while let Some(news) = news.recv().await {
        let mut heard = heard.lock();
        match news {
            News::Up(up) => {
                (heard.is_up, heard.why) = (true, None);
                heard.absences.over(Instant::now(), up.subscribed.recovered);
            }
            News::Down { why, .. } => {
                if heard.is_up {
                    heard.absences.begin(Instant::now(), &why);
                }
                heard.why = Some(why);
            }
            News::Said(Incoming::Event(event)) if event.kind == "message.created" => {
                heard.messages.push(event.seq);
            }
            News::Said(_) => {}
            News::GaveUp(why) => heard.gave_up = Some(why),
        }
    }
}
