//! All lines of the account, changed without asking anybody: calls begin, come further and end.

use std::collections::{BTreeMap, HashMap, VecDeque};

use tokio::sync::watch;

use super::super::refusal::Refusal;
use super::super::rest::Weather;
use super::call::{Begin, Call, Direction, Ending, Engagement, Event, Status};
use super::conference::Conference;
use super::conferences::Leaving;
use super::follow::Source;
use super::parameters;
use super::post::{Letter, Post, Sender};
use super::recording::{self, Of, Recording};

/// Steps from the end of a call until it is known what it costs. The documents say that it takes a while.
const PRICED_AFTER: u32 = 5;

#[derive(Debug)]
pub(super) struct Lines {
    pub(super) account: String,
    /// `http://host:port`, where recordings are fetched.
    pub(super) base: String,
    /// In every SID, so that two runs never give out the same one.
    began: i64,
    /// SIDs given out.
    given: u64,
    /// How many calls may be kept.
    keep: usize,
    pub(super) calls: Vec<Call>,
    by_sid: HashMap<String, usize>,
    pub(super) conferences: Vec<Conference>,
    pub(super) recordings: Vec<Recording>,
    pub(super) post: Post,
}

impl Lines {
    pub(super) fn new(account: String, base: String, keep: usize, weather: Weather) -> Self {
        Self {
            account,
            base,
            began: crate::measure::now_micros(),
            given: 0,
            keep,
            calls: Vec::new(),
            by_sid: HashMap::new(),
            conferences: Vec::new(),
            recordings: Vec::new(),
            post: Post::new(weather),
        }
    }

    pub(super) fn next_sid(&mut self, kind: &str) -> (String, Sender) {
        self.given += 1;
        let sender = Sender::new(self.post.seed(), self.given);
        (format!("{kind}{:016x}{:016x}", self.began, self.given), sender)
    }

    /// Takes a call, or says that there are too many.
    pub(super) fn begin(&mut self, begin: Begin, now: i64) -> Result<&mut Call, Refusal> {
        if self.calls.len() >= self.keep {
            return Err(Refusal::TOO_MANY_REQUESTS);
        }
        let (sid, sender) = self.next_sid("CA");
        let index = self.calls.len();
        self.by_sid.insert(sid.clone(), index);
        let is_inbound = begin.direction == Direction::Inbound;
        if let Some(parent) = begin.parent.as_ref().and_then(|parent| self.by_sid.get(parent)) {
            self.calls[*parent].legs.push(sid.clone());
        }
        self.calls.push(Call {
            sid,
            account: self.account.clone(),
            begin,
            status: if is_inbound { Status::Ringing } else { Status::Queued },
            created: now,
            answered: None,
            joined: None,
            ended: None,
            priced: None,
            sequence: 0,
            sender,
            cut: false,
            told: Vec::new(),
            posted: BTreeMap::new(),
            heard: Vec::new(),
            problems: Vec::new(),
            acts: VecDeque::new(),
            conference: None,
            last_conference: None,
            legs: Vec::new(),
            was_bridged: false,
            bridged: false,
            is_detached: false,
            engagement: None,
            redirect: None,
            changes: watch::Sender::new(()),
        });
        Ok(&mut self.calls[index])
    }

    pub(super) fn call(&self, sid: &str) -> Option<&Call> {
        self.by_sid.get(sid).map(|index| &self.calls[*index])
    }

    pub(super) fn call_mut(&mut self, sid: &str) -> Option<&mut Call> {
        self.by_sid.get(sid).map(|index| &mut self.calls[*index])
    }

    /// It is on its way to who is called.
    pub(super) fn initiate(&mut self, sid: &str, now: i64) {
        if self.call(sid).is_some_and(|call| call.status == Status::Queued) {
            self.tell(sid, Event::Initiated, now);
        }
    }

    pub(super) fn ring(&mut self, sid: &str, now: i64) {
        let Some(call) = self.call_mut(sid).filter(|call| call.status == Status::Queued) else { return };
        call.status = Status::Ringing;
        self.tell(sid, Event::Ringing, now);
    }

    pub(super) fn answer(&mut self, sid: &str, now: i64) {
        let Some(call) = self.call_mut(sid).filter(|call| call.status == Status::Ringing) else { return };
        (call.status, call.answered) = (Status::InProgress, Some(now));
        call.changes.send_replace(());
        let record = call.begin.record.clone();
        if call.begin.direction != Direction::Inbound {
            self.tell(sid, Event::Answered, now);
        }
        if let Some(wish) = record {
            self.record(Of::Call(sid.to_owned()), wish, now);
        }
    }

    /// Ends a call and whatever depends on it; what is over stays as it is.
    pub(super) fn end(&mut self, sid: &str, ending: Ending, now: i64) {
        let priced = now + self.post.micros(PRICED_AFTER);
        let Some(call) = self.call_mut(sid).filter(|call| !call.is_over()) else { return };
        (call.status, call.ended, call.priced) = (Status::Over(ending), Some(now), Some(priced));
        call.acts.clear();
        let parent = call.begin.parent.clone();
        self.stop_recordings(&Of::Call(sid.to_owned()), now);
        self.let_go(sid, Leaving::HungUp, now);
        self.tell(sid, Event::Completed, now);
        self.wake(sid);
        if let Some(parent) = parent {
            self.wake(&parent);
        }
    }

    /// Ends a call as whoever is at this side of it does: what was not answered is called back.
    pub(super) fn hang_up(&mut self, sid: &str, now: i64) {
        let is_in_progress = self.call(sid).is_some_and(|call| call.status == Status::InProgress);
        self.end(sid, if is_in_progress { Ending::Completed } else { Ending::Canceled }, now);
    }

    /// Drops what a call is doing: it leaves its conference, and the calls it made end.
    pub(super) fn let_go(&mut self, sid: &str, why: Leaving, now: i64) {
        let engagement = self.call_mut(sid).and_then(|call| call.engagement.take());
        let children: Vec<String> = self.children(sid).map(|child| child.sid.clone()).collect();
        for child in children {
            self.hang_up(&child, now);
        }
        self.leave(sid, why, now);
        if let Some(engagement) = engagement {
            self.part(sid, &engagement, now);
        }
        let Some(call) = self.call_mut(sid) else { return };
        call.bridged = false;
        if let Some(parent) = call.begin.parent.clone() {
            self.wake(&parent);
        }
    }

    /// From now on it follows something else.
    pub(super) fn redirect(&mut self, sid: &str, to: Source, now: i64) {
        // Whatever it was doing is not asked for its end: somebody else has decided.
        if let Some(call) = self.call_mut(sid) {
            call.engagement = None;
            call.is_detached = true;
        }
        self.stop_verb_recording(sid, now);
        self.let_go(sid, Leaving::ByApi, now);
        let Some(call) = self.call_mut(sid) else { return };
        call.redirect = Some(to);
        call.changes.send_replace(());
    }

    /// Notes what went wrong with a document.
    pub(super) fn note_problem(&mut self, sid: &str, code: u32) {
        if let Some(call) = self.call_mut(sid) {
            call.problems.push(code);
        }
    }

    /// The calls it made that depend on it.
    pub(super) fn children(&self, sid: &str) -> impl Iterator<Item = &Call> {
        let legs = self.call(sid).into_iter().flat_map(|call| &call.legs);
        legs.filter_map(|leg| self.call(leg)).filter(|leg| leg.is_leg())
    }

    pub(super) fn wake(&self, sid: &str) {
        if let Some(call) = self.call(sid) {
            call.changes.send_replace(());
        }
    }

    /// How many calls have come how far.
    pub(super) fn outcomes(&self) -> BTreeMap<&'static str, u64> {
        let mut outcomes = BTreeMap::new();
        for call in &self.calls {
            *outcomes.entry(call.status.as_str()).or_default() += 1;
        }
        outcomes
    }

    /// Events count whether or not anybody is told; of calls from handsets there is but the end.
    fn tell(&mut self, sid: &str, event: Event, now: i64) {
        let Some(&index) = self.by_sid.get(sid) else { return };
        let call = &mut self.calls[index];
        let is_last = event == Event::Completed;
        let of = Of::Call(sid.to_owned());
        let is_asked_for = |it: &&Recording| it.of == of && it.wish.source == recording::Source::OutboundApi;
        let mut recordings = self.recordings.iter().rev();
        let recorded =
            if is_last && call.begin.record.is_some() { recordings.find(is_asked_for) } else { None };
        let wanted = call.begin.callback.as_ref().filter(|callback| callback.wants(event.as_str()));
        let letter = wanted.map(|callback| Letter {
            kind: "call callbacks",
            target: callback.target.clone(),
            form: parameters::status(call, event, recorded.map(|it| (it, self.base.as_str())), now),
            about: Some((sid.to_owned(), event.as_str())),
        });
        call.sequence += 1;
        self.post.send(&mut call.sender, letter, is_last);
    }

    /// Tells the action of a verb that its call ended meanwhile; the answer moves nothing any more.
    fn part(&mut self, sid: &str, engagement: &Engagement, now: i64) {
        let Some(call) = self.call(sid) else { return };
        let (Engagement::Dial { action: Some(action), .. } | Engagement::Record { action: Some(action), .. }) =
            engagement
        else {
            return;
        };
        let mut form = parameters::call(call);
        form.extend(self.outcome(engagement, now));
        if matches!(engagement, Engagement::Record { .. }) {
            form.push(("Digits", "hangup".to_owned()));
        }
        let letter = Letter { kind: "actions of ended calls", target: action.clone(), form, about: None };
        self.post.send_unharmed(letter);
    }
}
