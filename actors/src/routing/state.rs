//! Who is next. Pure.

use entities::{
    BoardId, Timestamp, UserId,
    user::{self, Role, UserStatus},
};

use super::rules::{Mode, Routing};

/// An agent who is here and can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) id: UserId,
    role: Role,
    boards: Option<Vec<BoardId>>,
    /// What he says, or somebody for him; the board's otherwise.
    capacity: Option<i32>,
    /// What he has in hand, as far as it was counted.
    pub(super) in_hand: u64,
    /// When he was last given one; `None`: never.
    pub(super) turn: Option<Timestamp>,
}

impl Agent {
    /// Of a user; `None` of one who is not given work.
    pub(super) fn of(row: &user::Model) -> Option<Self> {
        let works = row.status == UserStatus::Active && row.role != Role::ReadOnly;
        works.then(|| Self {
            id: row.id,
            role: row.role,
            boards: row.boards.as_ref().map(|boards| boards.0.clone()),
            capacity: row.capacity,
            in_hand: 0,
            turn: None,
        })
    }

    /// The most he may have in hand of this board's; 0 when he is given nothing there. Owners and admins see every board
    /// and are asked only when they say for how much.
    pub(super) fn capacity_on(&self, board: Option<BoardId>, routing: Routing) -> u64 {
        let leads = matches!(self.role, Role::Owner | Role::Admin);
        let sees = match (&self.boards, board) {
            (Some(own), Some(board)) => leads || own.contains(&board),
            _ => true,
        };
        let usual = if leads { 0 } else { routing.capacity };
        if sees { u64::try_from(self.capacity.unwrap_or(usual)).unwrap_or_default() } else { 0 }
    }
}

/// Who is to be given the next conversation of a board.
pub(super) fn next(agents: &[Agent], board: Option<BoardId>, routing: Routing) -> Option<usize> {
    let with_room = |(_, agent): &(usize, &Agent)| agent.in_hand < agent.capacity_on(board, routing);
    let candidates = agents.iter().enumerate().filter(with_room);
    let longest_ago = |agent: &Agent| (agent.turn, agent.id);
    let chosen = match routing.mode {
        Mode::Off => None,
        Mode::RoundRobin => candidates.min_by_key(|(_, agent)| longest_ago(agent)),
        Mode::LeastLoaded => candidates.min_by_key(|(_, agent)| (agent.in_hand, longest_ago(agent))),
    };
    chosen.map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn agent(number: u128, capacity: Option<i32>) -> Agent {
        Agent {
            id: UserId::from_uuid(Uuid::from_u128(number)),
            role: Role::Agent,
            boards: None,
            capacity,
            in_hand: 0,
            turn: None,
        }
    }

    fn routing(mode: Mode) -> Routing {
        Routing { mode, capacity: 5 }
    }

    /// Gives `many` out, each for good, and tells how much everybody got.
    fn give_out(agents: &mut [Agent], mode: Mode, many: usize) -> Vec<u64> {
        let mut given = vec![0; agents.len()];
        for now in 0..many {
            let Some(index) = next(agents, None, routing(mode)) else { break };
            agents[index].in_hand += 1;
            agents[index].turn = Some(Timestamp::from_micros(i64::try_from(now).unwrap()));
            given[index] += 1;
        }
        given
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_he_may_and_nothing_waits_while_there_is_room(
            capacities in prop::collection::vec(prop::option::of(0..9_i32), 0..9), many in 0..99_usize, least in any::<bool>(),
        ) {
            let mode = if least { Mode::LeastLoaded } else { Mode::RoundRobin };
            let mut agents: Vec<Agent> =
                capacities.iter().enumerate().map(|(number, own)| agent(number as u128, *own)).collect();
            let room: u64 = capacities.iter().map(|own| own.unwrap_or(5).try_into().unwrap_or(0)).sum();
            let given = give_out(&mut agents, mode, many);
            for (given, own) in given.iter().zip(&capacities) {
                prop_assert!(*given <= u64::try_from(own.unwrap_or(5)).unwrap());
            }
            prop_assert_eq!(given.iter().sum::<u64>(), room.min(many as u64));
        }

        #[test]
        fn among_equals_nobody_gets_two_more_than_another(people in 1..9_u128, many in 0..40_usize, least in any::<bool>()) {
            let mode = if least { Mode::LeastLoaded } else { Mode::RoundRobin };
            let mut agents: Vec<Agent> = (0..people).map(|number| agent(number, None)).collect();
            let given = give_out(&mut agents, mode, many);
            prop_assert!(given.iter().max().unwrap() - given.iter().min().unwrap() <= 1, "{given:?}");
        }

        #[test]
        fn the_least_loaded_is_asked_whatever_he_had_before(loads in prop::collection::vec(0..5_u64, 1..9)) {
            let mut agents: Vec<Agent> = (0..loads.len()).map(|number| agent(number as u128, None)).collect();
            for (agent, load) in agents.iter_mut().zip(&loads) {
                agent.in_hand = *load;
            }
            let index = next(&agents, None, routing(Mode::LeastLoaded)).unwrap();
            prop_assert_eq!(loads[index], *loads.iter().min().unwrap());
        }
    }

    #[test]
    fn boards_narrow_who_is_asked_and_leaders_are_asked_only_when_they_say_so() {
        let (board, other) = (BoardId::from_uuid(Uuid::from_u128(1)), BoardId::from_uuid(Uuid::from_u128(2)));
        let narrow = Agent { boards: Some(vec![board]), ..agent(1, None) };
        let owner = Agent { role: Role::Owner, boards: Some(Vec::new()), ..agent(2, None) };
        let rules = routing(Mode::RoundRobin);
        assert_eq!(narrow.capacity_on(Some(board), rules), 5);
        assert_eq!(narrow.capacity_on(Some(other), rules), 0);
        assert_eq!(narrow.capacity_on(None, rules), 5);
        assert_eq!(owner.capacity_on(Some(board), rules), 0);
        assert_eq!(Agent { capacity: Some(2), ..owner }.capacity_on(Some(board), rules), 2);
        assert_eq!(next(&[narrow], Some(other), rules), None);
    }

    #[test]
    fn nobody_is_asked_where_routing_is_off() {
        assert_eq!(next(&[agent(1, None)], None, routing(Mode::Off)), None);
    }
}
