//! What a call makes of what it hears, in whatever order it comes.

mod confirming;
mod ending;
mod hearing;
mod over;
mod recording;
mod telling;
mod transferring;

use entities::{
    Address, CallId, ChannelId, ContactId, ConversationId, JobId, LegId, Principal, Timestamp, UserId,
    call::CallState, message::Direction,
};
use uuid::Uuid;

use crate::{
    channel::{RecordingRules, ScreeningRules},
    conversation::{Sender, Sight},
    event::EventType,
};

use super::{
    Answer, Begin, Call, CallRefusal, CallWhat, News, Standing, Step, Which,
    outcome::Decision,
    state::{Given, decide},
};

pub(super) const CONTACT: LegId = LegId::from_uuid(Uuid::from_u128(1));
pub(super) const AGENT: LegId = LegId::from_uuid(Uuid::from_u128(2));
pub(super) const ANN: UserId = UserId::from_uuid(Uuid::from_u128(11));
pub(super) const BEN: UserId = UserId::from_uuid(Uuid::from_u128(12));

/// Seconds after the call began.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + second * 1_000_000)
}

/// A call and everything that was told of it.
pub(super) struct Line {
    pub(super) standing: Standing,
    pub(super) told: Vec<EventType>,
    pub(super) duties: Vec<super::duty::Duty>,
}

impl Line {
    /// The contact calls.
    pub(super) fn inbound() -> Self {
        Self::begun(Begin { external_id: Some("CA1".to_owned()), ..begin(Direction::Inbound) })
    }

    /// Ann calls the contact.
    pub(super) fn outbound() -> Self {
        Self::begun(Begin { agent: Some(answer(ANN)), ..begin(Direction::Outbound) })
    }

    /// The same, by a number whose users confirm: she is called on her telephone.
    pub(super) fn outbound_by_phone() -> Self {
        Self::begun(Begin { agent: Some(by_phone(ANN)), screening: CONFIRMED, ..begin(Direction::Outbound) })
    }

    /// The contact calls a number that asks who calls.
    pub(super) fn screened() -> Self {
        let screening = ScreeningRules { caller_named: true, ..CONFIRMED };
        let external_id = Some("CA1".to_owned());
        Self::begun(Begin { external_id, screening, ..begin(Direction::Inbound) })
    }

    fn begun(begin: Begin) -> Self {
        let by = Sender::system();
        let given = Given { by: &by, client_id: None, now: at(0), elsewhere: false };
        let decision = decide(None, &CallWhat::Begin(Box::new(begin)), given).unwrap();
        let told = decision.told.iter().map(|told| told.kind.clone()).collect();
        Self { standing: decision.after, told, duties: decision.duties }
    }

    /// Somebody commands it, now being `second`.
    pub(super) fn does(&mut self, who: Principal, second: i64, what: CallWhat) -> Result<(), CallRefusal> {
        let by = Sender { principal: who, name: String::new(), sight: Sight::All, overrides: false };
        let client_id = Some("c-1".into());
        let client_id = client_id.as_ref().filter(|_| matches!(who, Principal::User(_)));
        let given = Given { by: &by, client_id, now: at(second), elsewhere: false };
        let Decision { after, told, duties, .. } = decide(Some(&self.standing), &what, given)?;
        assert_eq!(after.rev, self.standing.rev + 1);
        self.standing = after;
        self.told.extend(told.into_iter().map(|told| told.kind));
        self.duties.extend(duties);
        Ok(())
    }

    /// The provider tells something; what is no news changes nothing.
    pub(super) fn hears(&mut self, news: News) {
        match self.does(Principal::System, 90, CallWhat::Hear(vec![news])) {
            Ok(()) | Err(CallRefusal::NothingNew) => {}
            Err(refusal) => panic!("{refusal}"),
        }
    }

    /// As users see it, whatever it took to get there.
    pub(super) fn seen(&self) -> Call {
        Call { rev: 0, ..self.standing.shape() }
    }

    pub(super) fn endings(&self) -> usize {
        self.told.iter().filter(|kind| matches!(kind, EventType::CallEnded | EventType::CallFailed)).count()
    }
}

pub(super) fn answer(user_id: UserId) -> Answer {
    Answer { user_id, leg_id: AGENT, address: Address::from_provider("client:ann") }
}

/// Where anything may pick up.
pub(super) fn by_phone(user_id: UserId) -> Answer {
    Answer { address: Address::from_provider("+12025550150"), ..answer(user_id) }
}

const CONFIRMED: ScreeningRules = ScreeningRules { caller_named: false, agent_confirms: true };

fn begin(direction: Direction) -> Begin {
    Begin {
        id: CallId::from_uuid(Uuid::from_u128(5)),
        channel_id: ChannelId::from_uuid(Uuid::from_u128(6)),
        conversation_id: ConversationId::from_uuid(Uuid::from_u128(7)),
        contact_id: ContactId::from_uuid(Uuid::from_u128(8)),
        board_id: None,
        direction,
        contact: Address::from_provider("+12025550123"),
        number: Address::from_provider("+12025550100"),
        provider: "carrier".to_owned(),
        room: None,
        contact_leg: CONTACT,
        look_id: JobId::from_uuid(Uuid::from_u128(9)),
        external_id: None,
        at: at(0),
        recording: RecordingRules::default(),
        screening: ScreeningRules::default(),
        ended_at: None,
        barred: None,
        verification: None,
        rings_until: Some(at(30)),
        agent: None,
    }
}

pub(super) fn news(leg: LegId, second: i64, step: Step) -> News {
    let name = match leg {
        CONTACT => "CA1",
        AGENT => "CA2",
        _ => "CA3",
    };
    News {
        leg: Which::Leg(leg),
        external_id: Some(name.to_owned()),
        room_id: Some("CF1".to_owned()),
        at: Some(at(second)),
        undated: false,
        step: Some(step),
    }
}

pub(super) fn ended(how: CallState, duration_s: Option<i64>) -> Step {
    Step::Ended { how, duration_s, error: None }
}
