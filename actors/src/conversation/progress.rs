//! How far a message came that somebody carries. Pure: whatever is told of it, in whatever order and however often, the end
//! is the same, because of two tellings the one that stands higher is kept.

use std::cmp::Ordering;

use entities::{
    MessageId,
    message::{self, Direction, MessageStatus},
};

use crate::{
    event::EventType,
    journal::{Record, Row},
};

use super::{
    Conversation, ConversationError, Decision, Facts, Message, MessageError,
    carrier::inquiry,
    draft::{Draft, Given},
    state::touched,
};

/// How far a message came, as somebody tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub status: MessageStatus,
    /// What the provider calls the message. Whoever names it knows that the provider has it.
    pub external_id: Option<String>,
    /// Why it did not arrive, or what is in doubt.
    pub error: Option<MessageError>,
}

/// A message of ours came this far.
#[derive(Clone, Debug)]
pub struct MarkProgress {
    pub message_id: MessageId,
    pub progress: Progress,
}

impl Progress {
    /// Somebody is about to hand it over.
    #[must_use]
    pub fn sending() -> Self {
        Self { status: MessageStatus::Sending, external_id: None, error: None }
    }

    /// It is not its turn, for a reason a person should know.
    #[must_use]
    pub fn held(why: MessageError) -> Self {
        Self { status: MessageStatus::Queued, external_id: None, error: Some(why) }
    }

    /// It was certainly not handed over, and nobody tries again by himself.
    #[must_use]
    pub fn given_up(error: MessageError) -> Self {
        Self { status: MessageStatus::Failed, external_id: None, error: Some(error) }
    }

    /// Its author took it back before anybody handed it over.
    #[must_use]
    pub fn taken_back() -> Self {
        Self { status: MessageStatus::Canceled, external_id: None, error: None }
    }

    /// It may have been handed over, and nobody can tell.
    #[must_use]
    pub fn in_doubt(error: MessageError) -> Self {
        Self { status: MessageStatus::Sending, external_id: None, error: Some(error) }
    }

    /// The provider has it, calls it so, and says how far it came.
    #[must_use]
    pub fn told(external_id: String, status: MessageStatus, error: Option<MessageError>) -> Self {
        Self { status, external_id: Some(external_id), error }
    }

    /// Nothing more is told of it, unless somebody reads it.
    #[must_use]
    pub fn is_the_end(status: MessageStatus) -> bool {
        use MessageStatus::{Canceled, Delivered, Failed, Read, Undelivered};
        matches!(status, Canceled | Delivered | Failed | Read | Undelivered)
    }

    /// Where a message stands.
    fn of(row: &message::Model) -> Self {
        let code = row.error_code.clone();
        let error =
            code.map(|code| MessageError { code, message: row.error_message.clone().unwrap_or_default() });
        Self { status: row.status, external_id: row.external_id.clone(), error }
    }

    /// Both together.
    fn join(self, other: Self) -> Self {
        let external_id = self.external_id.clone().or(other.external_id.clone());
        let higher = if self.height(&other) == Ordering::Less { other } else { self };
        Self { external_id, ..higher }
    }

    fn height(&self, other: &Self) -> Ordering {
        let code = |progress: &Self| progress.error.as_ref().map(|error| error.code.clone());
        let ranks = self.rank().cmp(&other.rank());
        // Any order will do, as long as it is always the same.
        ranks.then(self.status.cmp(&other.status)).then_with(|| code(self).cmp(&code(other)))
    }

    /// What only we say stands below everything the provider says: once it has the message, it knows better. Among ends
    /// that exclude each other the better one stands higher: nobody's telephone confirms what it did not get.
    fn rank(&self) -> u8 {
        match (self.status, self.external_id.is_some()) {
            (MessageStatus::Queued | MessageStatus::Scheduled | MessageStatus::Received, false) => 0,
            (MessageStatus::Sending, false) => 1,
            (MessageStatus::Canceled, false) => 2,
            (MessageStatus::Failed | MessageStatus::Undelivered, false) => 3,
            (MessageStatus::Queued | MessageStatus::Scheduled | MessageStatus::Received, true) => 4,
            (MessageStatus::Sending, true) => 5,
            (MessageStatus::Sent, _) => 6,
            (MessageStatus::Canceled, true) => 7,
            (MessageStatus::Failed, true) => 8,
            (MessageStatus::Undelivered, true) => 9,
            (MessageStatus::Delivered, _) => 10,
            (MessageStatus::Read, _) => 11,
        }
    }
}

/// What is not news changes nothing, and what comes too late neither.
pub(super) fn decide_progress(
    before: &Conversation,
    mark: &MarkProgress,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let carried = |row: &&message::Model| row.direction == Direction::Outbound && !row.private;
    let row = facts.message.as_ref().filter(carried).ok_or(ConversationError::MessageNotFound)?;
    let stands = Progress::of(row);
    let after = stands.clone().join(mark.progress.clone());
    if after == stands {
        return Err(ConversationError::NothingNew);
    }
    let is_taken = stands.external_id.is_none() && after.external_id.is_some();
    let mut row = touched(row.clone(), given);
    row.status = after.status;
    row.external_id = after.external_id;
    row.sent_at = row.sent_at.or(is_taken.then_some(given.now));
    row.error_code = after.error.as_ref().map(|error| error.code.clone());
    row.error_message = after.error.map(|error| error.message);
    let mut draft = Draft::of_change(given, before);
    let message = Message::from(row.clone());
    if let Some(carriage) = facts.carriage.filter(|_| is_taken && !Progress::is_the_end(message.status)) {
        let asked = inquiry(carriage, message.id, &draft.after, (given.now, given.ids));
        draft.owe(asked);
    }
    draft.message(EventType::MessageStatusChanged, message, Row::Update(Record::Message(row)));
    Ok(draft.finish(false))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(code: &str) -> MessageError {
        MessageError { code: code.to_owned(), message: format!("of {code}") }
    }

    fn queued() -> Progress {
        Progress { status: MessageStatus::Queued, external_id: None, error: None }
    }

    fn told(status: MessageStatus) -> Progress {
        Progress::told("X1".to_owned(), status, None)
    }

    fn end(tellings: &[Progress]) -> Progress {
        tellings.iter().cloned().fold(queued(), Progress::join)
    }

    /// Everything that can be told of one message.
    fn any_telling() -> impl Strategy<Value = Progress> {
        let status = prop::sample::select(MessageStatus::ALL);
        let code = prop::option::of(prop::sample::select(vec!["30003", "30008"]));
        prop_oneof![
            Just(Progress::sending()),
            prop::sample::select(vec!["21610", "21614"]).prop_map(|code| Progress::given_up(error(code))),
            Just(Progress::in_doubt(error("UNKNOWN"))),
            (status, code).prop_map(|(status, code)| Progress::told(
                "X1".to_owned(),
                status,
                code.map(error)
            )),
        ]
    }

    proptest! {
        #[test]
        fn any_order_and_any_repeats_of_what_is_told_lead_to_the_same_end(
            (tellings, shuffled) in prop::collection::vec(any_telling(), 0..8).prop_flat_map(|tellings| {
                let twice: Vec<_> = tellings.iter().chain(&tellings).cloned().collect();
                (Just(tellings), Just(twice).prop_shuffle())
            }),
            cut in 0..8_usize,
        ) {
            let whole = end(&tellings);
            prop_assert_eq!(&end(&shuffled), &whole);
            let (early, late) = tellings.split_at(cut.min(tellings.len()));
            prop_assert_eq!(end(early).join(end(late)), whole);
        }

        #[test]
        fn what_stands_never_sinks(stands in any_telling(), news in any_telling()) {
            let after = stands.clone().join(news);
            prop_assert!(after.rank() >= stands.rank());
        }
    }

    #[test]
    fn late_news_change_nothing() {
        use MessageStatus::{Delivered, Queued, Sending, Sent};
        let delivered = end(&[Progress::sending(), told(Sending), told(Sent), told(Delivered)]);
        assert_eq!(delivered, told(Delivered));
        for late in [told(Sent), told(Queued), Progress::sending(), Progress::given_up(error("1"))] {
            assert_eq!(delivered.clone().join(late), delivered);
        }
    }

    #[test]
    fn once_the_provider_has_it_it_knows_better_than_we() {
        let lost = end(&[Progress::sending(), Progress::in_doubt(error("UNKNOWN"))]);
        assert_eq!((lost.status, lost.error.is_some()), (MessageStatus::Sending, true));
        assert_eq!(lost.join(told(MessageStatus::Sending)), told(MessageStatus::Sending));
        let given_up = end(&[Progress::given_up(error("GAVE_UP"))]);
        assert_eq!(given_up.join(told(MessageStatus::Sent)), told(MessageStatus::Sent));
    }
}
