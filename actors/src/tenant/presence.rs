//! Which users are here, and whether they can be asked for something. Pure, and never stored.

use std::{collections::BTreeMap, fmt};

use entities::{BoardId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{
    everywhere::Everywhere,
    roll::{Here, Roll, Said},
};

/// Users in one snapshot; who has more reads the list.
const SNAPSHOT: usize = 2_000;

/// What a user says of himself. It is kept while he is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// The other nodes cannot be heard, or are too many to be known whole: some may be missing, and some may be gone.
    #[serde(skip_serializing_if = "is_false")]
    pub uncertain: bool,
}

/// Everybody who is here, on whatever node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoIsHere {
    pub users: Vec<Present>,
    /// As in [`UsersSnapshot`].
    pub uncertain: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it asks about by reference")]
fn is_false(it: &bool) -> bool {
    !it
}

impl UserPresence {
    pub(super) fn of(user_id: UserId, said: Said) -> Self {
        Self { user_id, online: true, availability: said.availability, since: said.since }
    }
}

/// Users as the nodes know them, each put together.
#[derive(Debug, Default)]
struct Together(BTreeMap<UserId, (Said, usize)>);

impl Together {
    fn add(&mut self, here: &Here) {
        let (said, sessions) = self.0.entry(here.id).or_insert((here.said, 0));
        *sessions += here.sessions;
        if said.rank() < here.said.rank() {
            *said = here.said;
        }
    }

    fn of<'a>(rolls: impl Iterator<Item = &'a Roll>) -> Vec<Present> {
        let mut together = Self::default();
        rolls.flat_map(Roll::users).for_each(|here| together.add(here));
        together.each().collect()
    }

    fn each(self) -> impl Iterator<Item = Present> {
        let users = self.0.into_iter();
        users.map(|(id, (said, sessions))| Present { user: UserPresence::of(id, said), sessions })
    }
}

impl Everywhere {
    /// Everybody who is here.
    pub(super) fn present(&self) -> WhoIsHere {
        WhoIsHere { users: Together::of(self.rolls()), uncertain: self.is_uncertain() }
    }

    /// Those who can be given work.
    pub(super) fn available(&self) -> Vec<Present> {
        let mut users = Together::of(self.working());
        users.retain(Present::is_available);
        users
    }

    /// Somebody who works, can be asked, and sees this board.
    pub(super) fn is_attended(&self, board: Option<BoardId>) -> bool {
        let answers = |here: &Here| here.sessions > 0 && here.seat.works && here.seat.sees(board);
        let online = |id: UserId| {
            let sayings = self.working().filter_map(|roll| roll.user(id)).map(|here| here.said);
            let holds = sayings.max_by(|one, other| one.rank().cmp(&other.rank()));
            holds.is_some_and(|said| said.availability == Availability::Online)
        };
        self.working().flat_map(Roll::users).any(|here| answers(here) && online(here.id))
    }

    /// The first of everybody.
    pub(super) fn snapshot(&self) -> UsersSnapshot {
        let mut together = Together::default();
        // Whoever is among the first of all is among the first of his node.
        for roll in self.rolls() {
            roll.users().take(SNAPSHOT + 1).for_each(|here| together.add(here));
        }
        let mut users = together.each().map(|present| present.user);
        let shown = users.by_ref().take(SNAPSHOT).collect();
        UsersSnapshot { users: shown, more: users.next().is_some(), uncertain: self.is_uncertain() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        bus::NodeId,
        tenant::{roll::Seat, told::Life},
    };

    fn nowhere() -> Everywhere {
        Everywhere::new(Life { node: NodeId(Uuid::from_u128(1)), born: 0 }, 5_000_000)
    }

    fn user(number: usize) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number as u128))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn seat(boards: Option<&[BoardId]>) -> Seat {
        Seat { works: true, boards: boards.map(Into::into) }
    }

    #[test]
    fn a_snapshot_of_very_many_says_that_there_are_more() {
        let mut everywhere = nowhere();
        for number in 0..SNAPSHOT {
            everywhere.join(user(number), seat(None), at(0));
        }
        assert!(!everywhere.snapshot().more);
        everywhere.join(user(SNAPSHOT), seat(None), at(0));
        let snapshot = everywhere.snapshot();
        assert_eq!((snapshot.users.len(), snapshot.more), (SNAPSHOT, true));
        assert_eq!(everywhere.present().users.len(), SNAPSHOT + 1);
    }

    #[test]
    fn who_has_no_session_is_given_no_work() {
        let mut everywhere = nowhere();
        everywhere.join(user(1), seat(None), at(0));
        assert_eq!(everywhere.available().len(), 1);
        assert!(everywhere.is_attended(None));
        everywhere.leave(user(1), at(1));
        assert!(everywhere.available().is_empty() && !everywhere.is_attended(None));
        assert_eq!(everywhere.present().users[0].sessions, 0, "he may be back at once");
    }

    #[test]
    fn a_board_is_attended_by_those_who_see_it_work_and_can_be_asked() {
        let mut everywhere = nowhere();
        let [own, other] = [7, 8].map(|id| BoardId::from_uuid(Uuid::from_u128(id)));
        everywhere.join(user(1), Seat { works: false, boards: None }, at(0));
        assert!(!everywhere.is_attended(None));
        everywhere.join(user(2), seat(Some(&[own])), at(0));
        assert!(everywhere.is_attended(None) && everywhere.is_attended(Some(own)));
        assert!(!everywhere.is_attended(Some(other)));
        everywhere.set(user(2), Availability::Busy, at(1));
        assert!(!everywhere.is_attended(Some(own)));
    }
}
