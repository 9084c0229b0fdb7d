//! One account: what it accepted, and who does not want to hear from it. Bounded; it forgets nothing it accepted.

use std::collections::{BTreeMap, HashMap, HashSet};

use bytes::Bytes;

use super::draft::{Draft, Senders};
use super::journey::{Course, Status};
use super::listing::Listing;
use super::message::{Media, Message, Outbound, Way};
use super::paging::{Page, Paging};
use super::refusal::Refusal;

/// The words Twilio acts on: the whole text, in any case. <https://help.twilio.com/articles/223134027>
const KEYWORDS: [(Keyword, &[&str]); 3] = [
    (Keyword::Stop, &["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]),
    (Keyword::Start, &["START", "YES", "UNSTOP"]),
    (Keyword::Help, &["HELP", "INFO"]),
];

/// What Twilio understood of a text, as it says in `OptOutType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Stop,
    Start,
    Help,
}

impl Keyword {
    pub(super) fn of(body: &str) -> Option<Self> {
        let word = body.trim().to_uppercase();
        KEYWORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(keyword, _)| *keyword)
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Start => "START",
            Self::Help => "HELP",
        }
    }
}

/// A text that comes from a handset.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) body: String,
    /// Content type and content.
    pub(super) media: Vec<(String, Bytes)>,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) sid: String,
    pub(super) senders: Senders,
    /// How many messages may be kept.
    keep: usize,
    /// In every SID, so that two runs never give out the same one.
    began: i64,
    messages: Vec<Message>,
    by_sid: HashMap<String, usize>,
    /// Sender, or the service it belongs to, and who wants no more of it.
    opted_out: HashSet<(String, String)>,
}

impl Account {
    pub(super) fn new(sid: String, senders: Senders, keep: usize, began: i64) -> Self {
        Self {
            sid,
            senders,
            keep,
            began,
            messages: Vec::new(),
            by_sid: HashMap::new(),
            opted_out: HashSet::new(),
        }
    }

    /// The number the next message will have.
    pub(super) fn next_number(&self) -> u64 {
        self.messages.len() as u64 + 1
    }

    /// Takes a message to a handset, or says why not.
    pub(super) fn accept(
        &mut self,
        draft: Draft,
        course: Course,
        cut: bool,
        now: i64,
    ) -> Result<&Message, Refusal> {
        if self.opted_out.contains(&self.block(&draft.from, &draft.to)) {
            return Err(Refusal::OPTED_OUT);
        }
        let media = draft.media.iter().map(|_| (String::new(), Bytes::new())).collect();
        let outbound = Outbound {
            callback: draft.callback,
            send_at: draft.send_at,
            canceled: false,
            course,
            cut,
            told: Vec::new(),
        };
        let message = Message {
            sid: self.next_sid(if draft.media.is_empty() { "SM" } else { "MM" }),
            account: self.sid.clone(),
            service: draft.service,
            from: draft.from,
            to: draft.to,
            body: draft.body,
            media: self.number_media(media),
            way: Way::Out(outbound),
            created: now,
        };
        self.keep(message)
    }

    /// Takes a message from a handset, and what its keyword does.
    pub(super) fn receive(
        &mut self,
        arrival: Arrival,
        now: i64,
    ) -> Result<(&Message, Option<Keyword>), Refusal> {
        let keyword = Keyword::of(&arrival.body);
        let block = self.block(&arrival.to, &arrival.from);
        let message = Message {
            sid: self.next_sid(if arrival.media.is_empty() { "SM" } else { "MM" }),
            account: self.sid.clone(),
            service: self.senders.service.clone(),
            from: arrival.from,
            to: arrival.to,
            body: arrival.body,
            media: self.number_media(arrival.media),
            way: Way::In,
            created: now,
        };
        let message = self.keep(message)?.sid.clone();
        match keyword {
            Some(Keyword::Stop) => drop(self.opted_out.insert(block)),
            Some(Keyword::Start) => drop(self.opted_out.remove(&block)),
            Some(Keyword::Help) | None => {}
        }
        let message = self.find(&message).ok_or(Refusal::QUEUE_FULL)?;
        Ok((message, keyword))
    }

    /// Calls back what has not left yet.
    pub(super) fn cancel(&mut self, sid: &str, now: i64) -> Option<Result<&Message, Refusal>> {
        let message = &mut self.messages[*self.by_sid.get(sid)?];
        let is_scheduled = message.status(now) == Status::Scheduled;
        Some(match &mut message.way {
            Way::Out(outbound) if is_scheduled => {
                outbound.canceled = true;
                Ok(&*message)
            }
            _ => Err(Refusal::CANNOT_BE_CANCELED),
        })
    }

    /// A callback that told of `status` was taken.
    pub(super) fn note_told(&mut self, sid: &str, status: Status) {
        let Some(&index) = self.by_sid.get(sid) else { return };
        if let Way::Out(outbound) = &mut self.messages[index].way
            && !outbound.told.contains(&status)
        {
            outbound.told.push(status);
        }
    }

    pub(super) fn find(&self, sid: &str) -> Option<&Message> {
        self.by_sid.get(sid).map(|index| &self.messages[*index])
    }

    pub(super) fn all(&self) -> &[Message] {
        &self.messages
    }

    pub(super) fn list(&self, listing: &Listing, paging: &Paging) -> Result<Page<'_, Message>, Refusal> {
        paging.page(&self.messages, |message| listing.wants(message))
    }

    /// How many messages to handsets have come how far.
    pub(super) fn outcomes(&self, now: i64) -> BTreeMap<&'static str, u64> {
        let mut outcomes = BTreeMap::new();
        for message in &self.messages {
            *outcomes.entry(message.status(now).as_str()).or_default() += 1;
        }
        outcomes
    }

    fn keep(&mut self, message: Message) -> Result<&Message, Refusal> {
        if self.messages.len() >= self.keep {
            return Err(Refusal::QUEUE_FULL);
        }
        let index = self.messages.len();
        self.by_sid.insert(message.sid.clone(), index);
        self.messages.push(message);
        Ok(&self.messages[index])
    }

    /// Whoever says STOP to one number of a service says it to all of them.
    fn block(&self, ours: &str, theirs: &str) -> (String, String) {
        (self.senders.service.clone().unwrap_or_else(|| ours.to_owned()), theirs.to_owned())
    }

    fn next_sid(&self, kind: &str) -> String {
        format!("{kind}{:016x}{:016x}", self.began, self.next_number())
    }

    fn number_media(&self, media: Vec<(String, Bytes)>) -> Vec<Media> {
        let number = |index: usize| format!("ME{:016x}{:014x}{index:02x}", self.began, self.next_number());
        let media = media.into_iter().enumerate();
        media
            .map(|(index, (content_type, bytes))| Media { sid: number(index), content_type, bytes })
            .collect()
    }
}
