//! A call on its way to somebody else.

use entities::BoardId;

use super::*;
use crate::call::{
    Control, Offering, Target, Transfer, TransferKind,
    duty::{Duty, Task},
};

const NEXT: LegId = LegId::from_uuid(Uuid::from_u128(4));

fn ann() -> Principal {
    Principal::User(ANN)
}

fn talking() -> Line {
    let mut line = Line::inbound();
    line.does(ann(), 5, CallWhat::Answer(answer(ANN))).unwrap();
    line.hears(news(AGENT, 8, Step::Answered));
    line.duties.clear();
    line
}

fn hand(kind: TransferKind) -> CallWhat {
    CallWhat::Transfer(Transfer { to: vec![target(NEXT, BEN)], board_id: None, kind })
}

fn target(leg_id: LegId, user_id: UserId) -> Target {
    Target { leg_id, address: Address::from_provider("client:ben"), user_id: Some(user_id) }
}

const LAST: LegId = LegId::from_uuid(Uuid::from_u128(6));
const CAT: UserId = UserId::from_uuid(Uuid::from_u128(13));

fn to_a_board(to: Vec<Target>, kind: TransferKind) -> CallWhat {
    CallWhat::Transfer(Transfer { to, board_id: Some(BOARD), kind })
}

const BOARD: BoardId = BoardId::from_uuid(Uuid::from_u128(21));

#[test]
fn those_of_a_board_are_called_one_after_the_other() {
    for kind in [TransferKind::Blind, TransferKind::Warm] {
        let mut line = talking();
        line.does(ann(), 10, to_a_board(vec![target(NEXT, BEN), target(LAST, CAT)], kind)).unwrap();
        assert_eq!(line.duties.last(), Some(&Duty(Task::Dial, NEXT)));
        assert!(line.standing.leg(LAST).is_none() && line.standing.rings_for(NEXT).as_secs() == 15);
        line.hears(news(NEXT, 25, ended(CallState::NoAnswer, None)));
        assert_eq!(
            (line.duties.last(), line.seen().state),
            (Some(&Duty(Task::Dial, LAST)), CallState::Transferring)
        );
        assert_eq!(line.seen().pending[0].leg_id, Some(LAST));
        line.hears(news(LAST, 30, Step::Answered));
        if kind == TransferKind::Warm {
            assert_eq!(line.seen().board_id, None);
            line.does(ann(), 31, CallWhat::CompleteTransfer).unwrap();
        }
        let seen = line.seen();
        assert_eq!((seen.agent_id, seen.board_id, seen.pending.len()), (Some(CAT), Some(BOARD), 0));
    }
}

#[test]
fn a_board_where_nobody_is_leaves_the_call_where_it_was() {
    let mut line = talking();
    line.does(ann(), 10, to_a_board(Vec::new(), TransferKind::Warm)).unwrap();
    assert_eq!(
        (line.seen().state, line.told.last()),
        (CallState::InProgress, Some(&EventType::CallControlFailed))
    );
    assert!(line.duties.is_empty() && line.seen().pending.is_empty());
    line.does(ann(), 11, to_a_board(vec![target(NEXT, BEN)], TransferKind::Blind)).unwrap();
    line.told.clear();
    line.hears(news(NEXT, 25, ended(CallState::NoAnswer, None)));
    assert_eq!((line.seen().agent_id, line.seen().state), (Some(ANN), CallState::InProgress));
    assert_eq!(line.told, [EventType::CallControlFailed, EventType::CallInProgress]);
}

#[test]
fn who_takes_it_back_is_asked_for_nobody_else() {
    let mut line = talking();
    let to = vec![target(NEXT, BEN), target(LAST, CAT)];
    line.does(ann(), 10, to_a_board(to, TransferKind::Warm)).unwrap();
    line.does(ann(), 12, CallWhat::CancelTransfer).unwrap();
    line.hears(news(NEXT, 13, ended(CallState::Canceled, None)));
    assert!(line.standing.leg(LAST).is_none() && line.seen().state == CallState::InProgress);
}

#[test]
fn who_answers_a_blind_transfer_has_the_call() {
    let mut line = talking();
    line.does(ann(), 10, hand(TransferKind::Blind)).unwrap();
    assert_eq!(
        (line.seen().state, line.told.last()),
        (CallState::Transferring, Some(&EventType::CallTransferring))
    );
    assert_eq!(line.duties, [Duty(Task::Anchor(false), AGENT), Duty(Task::Dial, NEXT)]);
    assert_eq!(line.does(ann(), 11, hand(TransferKind::Warm)), Err(CallRefusal::Transferring));
    line.hears(news(NEXT, 14, Step::Answered));
    let seen = line.seen();
    assert_eq!((seen.state, seen.agent_id, seen.pending.len()), (CallState::InProgress, Some(BEN), 0));
    assert_eq!(
        (line.told.last(), line.duties.last()),
        (Some(&EventType::CallTransferred), Some(&Duty(Task::HangUp, AGENT)))
    );
    line.hears(news(AGENT, 15, ended(CallState::Completed, Some(7))));
    line.hears(news(CONTACT, 40, ended(CallState::Completed, Some(40))));
    let seen = line.seen();
    assert_eq!((seen.state, seen.duration_s, line.endings()), (CallState::Completed, Some(32), 1));
}

#[test]
fn who_was_handed_to_somebody_outside_is_left_to_talk() {
    for kind in [TransferKind::Blind, TransferKind::Warm] {
        let mut line = talking();
        let outside =
            Target { user_id: None, address: Address::from_provider("+12025550177"), ..target(NEXT, BEN) };
        line.does(ann(), 10, CallWhat::Transfer(Transfer { to: vec![outside], board_id: None, kind }))
            .unwrap();
        line.hears(news(NEXT, 14, Step::Answered));
        if kind == TransferKind::Warm {
            line.does(ann(), 16, CallWhat::CompleteTransfer).unwrap();
        }
        line.hears(news(AGENT, 17, ended(CallState::Completed, Some(9))));
        line.duties.clear();
        let offering = Offering { users: vec![BEN], at_once: 1, lasting: std::time::Duration::from_secs(20) };
        // Long after nobody of us could have taken it any more.
        for what in [CallWhat::Look, CallWhat::Offer(offering)] {
            assert_eq!(line.does(Principal::System, 100, what), Err(CallRefusal::NothingNew), "{kind:?}");
        }
        assert!(line.duties.is_empty() && !line.standing.waits(), "{kind:?}: {:?}", line.duties);
        let answered = CallWhat::Answer(Answer { leg_id: LAST, ..answer(CAT) });
        assert_eq!(line.does(Principal::User(CAT), 101, answered), Err(CallRefusal::AlreadyAnswered));
        let seen = line.seen();
        assert_eq!((seen.state, seen.agent_id, seen.missed), (CallState::InProgress, None, false));
    }
}

#[test]
fn of_a_warm_transfer_the_contact_hears_music_until_it_is_done() {
    let mut line = talking();
    line.does(ann(), 10, hand(TransferKind::Warm)).unwrap();
    assert!(line.duties.contains(&Duty(Task::Hold(true), CONTACT)));
    assert_eq!(line.does(ann(), 11, CallWhat::CompleteTransfer), Err(CallRefusal::NotAnswered));
    line.hears(news(NEXT, 14, Step::Answered));
    assert_eq!((line.seen().state, line.seen().agent_id), (CallState::Transferring, Some(ANN)));
    line.does(ann(), 20, CallWhat::CompleteTransfer).unwrap();
    assert_eq!(line.seen().agent_id, Some(BEN));
    assert!(line.duties.ends_with(&[Duty(Task::Hold(false), CONTACT), Duty(Task::HangUp, AGENT)]));
    assert_eq!(line.does(ann(), 21, CallWhat::CompleteTransfer), Err(CallRefusal::NotTransferring));
}

#[test]
fn who_cannot_be_reached_leaves_the_call_where_it_was() {
    let mut line = talking();
    line.does(ann(), 10, hand(TransferKind::Warm)).unwrap();
    line.hears(news(NEXT, 30, ended(CallState::NoAnswer, None)));
    let seen = line.seen();
    assert_eq!((seen.state, seen.agent_id, seen.pending.len()), (CallState::InProgress, Some(ANN), 0));
    assert!(line.told.contains(&EventType::CallControlFailed));
    assert!(line.duties.ends_with(&[Duty(Task::Anchor(true), AGENT), Duty(Task::Hold(false), CONTACT)]));
}

#[test]
fn a_transfer_that_is_taken_back_lets_the_new_one_go() {
    let mut line = talking();
    line.does(ann(), 10, hand(TransferKind::Warm)).unwrap();
    line.does(ann(), 12, CallWhat::CancelTransfer).unwrap();
    assert_eq!(line.duties.last(), Some(&Duty(Task::HangUp, NEXT)));
    assert!(line.standing.leg(NEXT).unwrap().unwanted, "he is not called any more");
    assert_eq!((line.seen().state, line.seen().agent_id), (CallState::InProgress, Some(ANN)));
}

#[test]
fn a_contact_is_not_left_alone_when_both_are_gone() {
    let mut line = talking();
    line.does(ann(), 10, hand(TransferKind::Blind)).unwrap();
    line.hears(news(AGENT, 12, ended(CallState::Completed, Some(4))));
    assert_eq!(line.seen().state, CallState::Transferring, "he may still come");
    line.hears(news(NEXT, 30, ended(CallState::NoAnswer, None)));
    assert_eq!(line.duties.last(), Some(&Duty(Task::HangUp, CONTACT)));
    let pending = line.seen().pending;
    assert!(pending.iter().all(|pending| pending.control != Control::Transfer));
}

#[test]
fn nobody_is_handed_a_call_that_nobody_has() {
    let mut line = Line::inbound();
    assert_eq!(line.does(ann(), 3, hand(TransferKind::Blind)), Err(CallRefusal::NotAnswered));
    let mut line = talking();
    line.hears(news(CONTACT, 20, ended(CallState::Completed, Some(20))));
    assert_eq!(line.does(ann(), 21, hand(TransferKind::Blind)), Err(CallRefusal::Over));
}
