//! Which users are here, and whether they can be asked for something. Pure, and never stored.
//!
//! This is what one node knows of its own sessions, with a version that counts its changes: another node that missed one
//! sees it by the version and asks for the whole set.

use std::fmt;

use entities::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::attendance::Attendance;

/// Users in one snapshot; who has more reads the list.
const SNAPSHOT: usize = 2_000;

/// What a user says of himself. It is kept while he is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    Online,
    Away,
    Busy,
}

impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Busy => "busy",
        })
    }
}

/// A user as his colleagues see him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct UserPresence {
    pub user_id: UserId,
    /// He has a session, or had one a moment ago.
    pub online: bool,
    pub availability: Availability,
    /// Since when he is so.
    pub since: Timestamp,
}

/// A user who is here, for those who give out work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    pub user: UserPresence,
    /// None: he left a moment ago, and may be back at once.
    pub sessions: usize,
}

impl Present {
    /// He has a session, and says that he can be asked.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.sessions > 0 && self.user.availability == Availability::Online
    }
}

/// What happened to a user's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresenceChange {
    pub kind: PresenceChangeKind,
    pub user: UserPresence,
    /// This node's changes up to and with this one.
    pub version: u64,
}

/// How a presence changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceChangeKind {
    Joined,
    Left,
    Changed,
}

/// Everybody at one moment, or the first of very many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsersSnapshot {
    pub users: Vec<UserPresence>,
    /// There are more than fit here.
    pub more: bool,
    /// This node's changes up to this moment.
    #[serde(skip)]
    pub version: u64,
}

#[derive(Debug)]
pub(super) struct Presence {
    users: Attendance<UserId, Said>,
    version: u64,
}

#[derive(Clone, Copy, Debug)]
struct Said {
    availability: Availability,
    since: Timestamp,
}

impl Said {
    fn of(self, user_id: UserId) -> UserPresence {
        UserPresence { user_id, online: true, availability: self.availability, since: self.since }
    }
}

impl Presence {
    pub(super) fn new(delay_micros: i64) -> Self {
        Self { users: Attendance::new(delay_micros), version: 0 }
    }

    /// A session of the user. Who was not here is online.
    pub(super) fn join(&mut self, user: UserId, now: Timestamp) -> Option<PresenceChange> {
        let said = Said { availability: Availability::Online, since: now };
        let news = self.users.come(user, || said);
        news.then(|| self.change(PresenceChangeKind::Joined, said.of(user)))
    }

    /// One session less. That he left is said later, unless too many are leaving.
    pub(super) fn leave(&mut self, user: UserId, now: Timestamp) -> Option<PresenceChange> {
        let said = self.users.go(user, now)?;
        Some(self.left(user, said, now))
    }

    /// What a user says of himself, in any of his sessions.
    pub(super) fn set(
        &mut self,
        user: UserId,
        availability: Availability,
        now: Timestamp,
    ) -> Option<PresenceChange> {
        let said = self.users.get_mut(user).filter(|said| said.availability != availability)?;
        *said = Said { availability, since: now };
        let changed = said.of(user);
        Some(self.change(PresenceChangeKind::Changed, changed))
    }

    /// Those who have been away for the whole delay.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<PresenceChange> {
        let gone = self.users.expire(now);
        gone.into_iter().map(|(user, said)| self.left(user, said, now)).collect()
    }

    fn left(&mut self, user_id: UserId, said: Said, since: Timestamp) -> PresenceChange {
        let user = UserPresence { online: false, since, ..said.of(user_id) };
        self.change(PresenceChangeKind::Left, user)
    }

    fn change(&mut self, kind: PresenceChangeKind, user: UserPresence) -> PresenceChange {
        self.version += 1;
        PresenceChange { kind, user, version: self.version }
    }

    pub(super) fn is_available(&self, user: UserId) -> bool {
        self.users.get(user).is_some_and(|said| said.availability == Availability::Online)
    }

    /// Everybody who is here.
    pub(super) fn present(&self) -> Vec<Present> {
        let present = |(user, said): (UserId, &Said)| Present {
            user: said.of(user),
            sessions: self.users.sessions(user),
        };
        self.users.iter().map(present).collect()
    }

    pub(super) fn snapshot(&self) -> UsersSnapshot {
        let mut users = self.users.iter().map(|(user, said)| said.of(user));
        let shown = users.by_ref().take(SNAPSHOT).collect();
        UsersSnapshot { users: shown, more: users.next().is_some(), version: self.version }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const DELAY: i64 = 5_000_000;

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Join(u128),
        Leave(u128),
        Set(u128, Availability),
        Wait(i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let availability =
            prop_oneof![Just(Availability::Online), Just(Availability::Away), Just(Availability::Busy)];
        let step = prop_oneof![
            3 => (0..4u128).prop_map(Step::Join),
            3 => (0..4u128).prop_map(Step::Leave),
            2 => (0..4u128, availability).prop_map(|(user, availability)| Step::Set(user, availability)),
            2 => (0..2 * DELAY).prop_map(Step::Wait),
        ];
        prop::collection::vec(step, 0..200)
    }

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    /// The same in the simplest words: how many sessions, when the last one went, and what was said.
    #[derive(Default)]
    struct Model {
        users: BTreeMap<u128, (usize, i64, Option<Availability>)>,
    }

    impl Model {
        fn take(&mut self, step: Step, now: i64) {
            match step {
                Step::Join(user) => {
                    let (sessions, _, said) = self.users.entry(user).or_default();
                    *sessions += 1;
                    said.get_or_insert(Availability::Online);
                }
                Step::Leave(user) => {
                    let (sessions, gone, _) = self.users.entry(user).or_default();
                    if *sessions == 1 {
                        *gone = now;
                    }
                    *sessions = sessions.saturating_sub(1);
                }
                Step::Set(user, availability) => {
                    let (_, _, said) = self.users.entry(user).or_default();
                    *said = said.and(Some(availability));
                }
                Step::Wait(_) => {}
            }
            self.users.retain(|_, (sessions, gone, _)| *sessions > 0 || now < *gone + DELAY);
        }

        fn seen(&self) -> BTreeMap<UserId, Availability> {
            let seen = self.users.iter().filter_map(|(id, (_, _, said))| Some((user(*id), (*said)?)));
            seen.collect()
        }
    }

    /// What somebody knows who heard the changes and nothing else.
    fn hear(heard: &mut BTreeMap<UserId, Availability>, PresenceChange { kind, user, .. }: PresenceChange) {
        match kind {
            PresenceChangeKind::Joined => {
                assert_eq!(user.availability, Availability::Online, "a new arrival is online");
                assert_eq!(heard.insert(user.user_id, user.availability), None, "nobody joins twice");
            }
            PresenceChangeKind::Changed => {
                let before = heard.insert(user.user_id, user.availability);
                assert!(before.is_some_and(|before| before != user.availability), "a change is a change");
            }
            PresenceChangeKind::Left => {
                assert!(!user.online);
                assert!(heard.remove(&user.user_id).is_some(), "nobody leaves twice");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_happens_in_any_order_everybody_knows_who_is_here(steps in steps()) {
            let (mut presence, mut model) = (Presence::new(DELAY), Model::default());
            let (mut heard, mut now, mut changes) = (BTreeMap::new(), 0, 0);
            for step in steps {
                if let Step::Wait(micros) = step {
                    now += micros;
                }
                let at = Timestamp::from_micros(now);
                let mut news = presence.expire(at);
                news.extend(match step {
                    Step::Join(id) => presence.join(user(id), at),
                    Step::Leave(id) => presence.leave(user(id), at),
                    Step::Set(id, availability) => presence.set(user(id), availability, at),
                    Step::Wait(_) => None,
                });
                for change in news {
                    changes += 1;
                    prop_assert_eq!(change.version, changes, "a change that is missed is noticed");
                    hear(&mut heard, change);
                }
                model.take(step, now);
                prop_assert_eq!(&heard, &model.seen());
                let present = presence.present();
                let known = present.iter().map(|it| (it.user.user_id, it.user.availability));
                prop_assert_eq!(&heard, &known.collect());
                for it in present {
                    let (sessions, ..) = model.users[&it.user.user_id.as_uuid().as_u128()];
                    prop_assert_eq!(it.sessions, sessions);
                }
                prop_assert_eq!(presence.snapshot().version, changes);
            }
        }

        #[test]
        fn a_reconnect_within_the_delay_is_no_news(away in 0..DELAY, tabs in 1..5usize) {
            let mut presence = Presence::new(DELAY);
            let (here, at) = (user(1), Timestamp::from_micros);
            for _ in 0..tabs {
                presence.join(here, at(0));
            }
            presence.set(here, Availability::Busy, at(0));
            for _ in 0..tabs {
                prop_assert!(presence.leave(here, at(1)).is_none());
            }
            prop_assert!(presence.expire(at(1 + away)).is_empty());
            prop_assert!(presence.join(here, at(1 + away)).is_none());
            prop_assert!(presence.expire(at(10 * DELAY)).is_empty());
            prop_assert_eq!(presence.present()[0].user.availability, Availability::Busy);
        }
    }

    #[test]
    fn a_snapshot_of_very_many_says_that_there_are_more() {
        let mut presence = Presence::new(DELAY);
        for number in 0..SNAPSHOT as u128 {
            presence.join(user(number), Timestamp::from_micros(0));
        }
        assert!(!presence.snapshot().more);
        presence.join(user(SNAPSHOT as u128), Timestamp::from_micros(0));
        let snapshot = presence.snapshot();
        assert_eq!((snapshot.users.len(), snapshot.more), (SNAPSHOT, true));
        assert_eq!(presence.present().len(), SNAPSHOT + 1);
    }

    #[test]
    fn who_has_no_session_is_given_no_work() {
        let mut presence = Presence::new(DELAY);
        presence.join(user(1), Timestamp::from_micros(0));
        assert!(presence.present()[0].is_available());
        presence.leave(user(1), Timestamp::from_micros(1));
        assert!(!presence.present()[0].is_available());
    }
}
