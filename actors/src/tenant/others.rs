//! What the other nodes told of their sessions: what was lost of it is noticed and asked for, and who is silent for too long
//! loses his set. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use entities::Timestamp;

use super::{
    roll::{Change, Entry, Key, Roll, Summary},
    told::{Life, What},
};

/// Entries of all other nodes together. Further ones are not kept, and what is known is uncertain until they are.
pub(super) const ENTRIES: usize = 50_000;
/// Other nodes with a set, each life of a tenant one. One more is not listened to, and what is known is uncertain.
pub(super) const NODES: usize = 64;
/// Who says nothing for this long, and did not answer when asked, has no sessions.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// Who says nothing for this long is asked.
const DOUBT: Duration = Duration::from_secs(25);
/// How long an answer is waited for before the same node is asked again.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct Others {
    /// At most [`NODES`]; removed by silence.
    lives: BTreeMap<Life, Other>,
    /// When somebody was not listened to because there are too many; forgotten after a [`SILENCE`].
    turned_away: Option<Timestamp>,
}

#[derive(Debug)]
struct Other {
    roll: Roll,
    /// The newest version anybody spoke of.
    newest: u64,
    /// The hash was another one for the same version.
    differs: bool,
    /// Some entries were not kept: there was no room.
    cut: bool,
    heard: Timestamp,
    /// It was asked because it was silent, and has not answered.
    doubted: bool,
    /// When it was asked for its whole set and has not told it yet.
    asked: Option<Timestamp>,
    incoming: Option<Incoming>,
}

/// A whole set of which not all pages are here. It holds no more than there is room for.
#[derive(Debug)]
struct Incoming {
    version: u64,
    pages: usize,
    here: BTreeSet<usize>,
    entries: Vec<Entry>,
    cut: bool,
}

/// What becomes of what was heard.
#[derive(Debug)]
pub(super) enum Step {
    /// The next changes of its set.
    Follow(Life, Vec<Change>),
    /// This is its set from now on. True when some of it was not kept.
    Replace(Life, Roll, bool),
    /// It is gone, and its set with it.
    Lose(Life),
}

impl Other {
    fn new(now: Timestamp) -> Self {
        Self {
            roll: Roll::default(),
            newest: 0,
            differs: false,
            cut: false,
            heard: now,
            doubted: false,
            asked: None,
            incoming: None,
        }
    }

    fn is_behind(&self) -> bool {
        self.differs || self.roll.version() < self.newest
    }

    fn compare(&mut self, told: Summary, room: usize) {
        self.newest = self.newest.max(told.version);
        let own = self.roll.summary();
        if told.version == own.version {
            self.cut &= told.hash != own.hash;
            // A set that was cut is another one; it is asked for when all of it has room.
            self.differs = told.hash != own.hash && (!self.cut || told.entries <= room);
        }
    }

    fn changed(&mut self, after: u64, mut changes: Vec<Change>) -> Option<Vec<Change>> {
        let known = self.roll.version();
        self.newest = self.newest.max(after.saturating_add(changes.len() as u64));
        let old = usize::try_from(known.checked_sub(after)?).ok()?;
        (old < changes.len()).then(|| changes.split_off(old))
    }

    /// The set, once all of its pages are here.
    fn page(
        &mut self,
        version: u64,
        (page, pages): (usize, usize),
        entries: Vec<Entry>,
        room: usize,
    ) -> Option<(Roll, bool)> {
        self.newest = self.newest.max(version);
        if version < self.roll.version() || page >= pages {
            return None;
        }
        let stale = |incoming: &Incoming| incoming.version < version || incoming.pages != pages;
        if self.incoming.as_ref().is_none_or(stale) {
            let (here, entries) = (BTreeSet::new(), Vec::new());
            self.incoming = Some(Incoming { version, pages, here, entries, cut: false });
        }
        let incoming = self.incoming.as_mut().filter(|incoming| incoming.version == version)?;
        if incoming.here.insert(page) {
            let left = room.saturating_sub(incoming.entries.len());
            incoming.cut |= entries.len() > left;
            incoming.entries.extend(entries.into_iter().take(left));
        }
        if incoming.here.len() < pages {
            return None;
        }
        let whole = self.incoming.take()?;
        self.differs = false;
        Some((Roll::told(version, whole.entries), whole.cut))
    }
}

impl Others {
    /// Something another node told. What follows is answered, to be [carried out](Others::carry_out).
    pub(super) fn hear(&mut self, from: Life, what: What, now: Timestamp) -> Option<Step> {
        let room = ENTRIES.saturating_sub(self.kept_besides(from));
        if !self.lives.contains_key(&from) && self.lives.len() >= NODES {
            self.turned_away = Some(now);
            return None;
        }
        let other = self.lives.entry(from).or_insert_with(|| Other::new(now));
        (other.heard, other.doubted) = (now, false);
        match what {
            What::Changed { after, changes } => {
                other.changed(after, changes).map(|changes| Step::Follow(from, changes))
            }
            What::Alive(summary) => {
                other.compare(summary, room);
                None
            }
            What::Whole { version, page, pages, entries, .. } => {
                let whole = other.page(version, (page, pages), entries, room);
                // The other pages are on their way, whoever asked for them.
                other.asked = whole.is_none().then_some(now);
                whole.map(|(roll, cut)| Step::Replace(from, roll, cut))
            }
            What::Ask { .. } => None,
        }
    }

    /// Everything the step may change, in order.
    pub(super) fn touched(&self, step: &Step) -> BTreeSet<Key> {
        let all = |life| self.lives.get(life).into_iter().flat_map(|other| other.roll.iter());
        match step {
            Step::Follow(_, changes) => changes.iter().map(Change::key).collect(),
            Step::Lose(life) => all(life).map(|(key, _)| key).collect(),
            Step::Replace(life, roll, _) => {
                let before = self.lives.get(life).map(|other| &other.roll);
                let same =
                    |key: &Key, entry: &Entry| before.and_then(|before| before.get(*key)) == Some(entry);
                let gone = all(life).filter(|(key, _)| roll.get(*key).is_none());
                gone.chain(roll.iter().filter(|(key, entry)| !same(key, entry))).map(|(key, _)| key).collect()
            }
        }
    }

    pub(super) fn carry_out(&mut self, step: Step) {
        match step {
            Step::Lose(life) => {
                self.lives.remove(&life);
            }
            Step::Replace(life, roll, cut) => {
                if let Some(other) = self.lives.get_mut(&life) {
                    (other.roll, other.cut) = (roll, cut);
                }
            }
            Step::Follow(life, changes) => {
                let room = ENTRIES.saturating_sub(self.kept_besides(life));
                let Some(other) = self.lives.get_mut(&life) else { return };
                for change in changes {
                    let fits = other.roll.len() < room || other.roll.get(change.key()).is_some();
                    if matches!(change, Change::Gone(_)) || fits {
                        other.roll.follow(change);
                    } else {
                        other.roll.skip();
                        other.cut = true;
                    }
                }
            }
        }
    }

    /// Entries that are kept of the others besides this one.
    fn kept_besides(&self, life: Life) -> usize {
        self.lives.iter().filter(|(other, _)| **other != life).map(|(_, other)| other.roll.len()).sum()
    }

    /// Whom to ask for his whole set now. Nobody is asked again while his answer is awaited.
    pub(super) fn ask_now(&mut self, now: Timestamp) -> Vec<Life> {
        let due = |other: &Other| {
            let waited = other.asked.is_none_or(|asked| now.since(asked) >= PATIENCE);
            waited && (other.is_behind() || other.doubted)
        };
        let asked = self.lives.iter_mut().filter(|(_, other)| due(other)).map(|(life, other)| {
            other.asked = Some(now);
            *life
        });
        asked.collect()
    }

    /// Those whose silence is over its limit. Whoever is near it is doubted, and so is asked before: that our own clock
    /// jumped is nobody's silence.
    pub(super) fn listen_for_silence(&mut self, now: Timestamp) -> Vec<Step> {
        self.turned_away = self.turned_away.filter(|at| now.since(*at) < SILENCE);
        let mut lost = Vec::new();
        for (life, other) in &mut self.lives {
            let silence = now.since(other.heard);
            if silence >= SILENCE && (other.doubted || other.roll.is_empty()) {
                lost.push(Step::Lose(*life));
            } else if silence >= DOUBT && !other.roll.is_empty() {
                other.doubted = true;
            }
        }
        lost
    }

    /// Everybody was asked, and has all the time there is to answer.
    pub(super) fn begin_anew(&mut self, now: Timestamp) {
        for other in self.lives.values_mut() {
            (other.heard, other.doubted, other.asked) = (now, false, Some(now));
        }
    }

    pub(super) fn rolls(&self) -> impl Iterator<Item = &Roll> {
        self.lives.values().map(|other| &other.roll)
    }

    /// Nobody is known.
    pub(super) fn is_empty(&self) -> bool {
        self.lives.is_empty()
    }

    /// Somebody, or something of his, was not kept for want of room.
    pub(super) fn is_full(&self) -> bool {
        self.turned_away.is_some() || self.lives.values().any(|other| other.cut)
    }
}
