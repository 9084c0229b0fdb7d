//! What is news to the ledger. Pure.

use entities::{
    consent,
    consent::{ConsentSource, ConsentState},
};

use super::{Consent, Keyword, Occasion, Utterance};

/// What a text says, and how we know. STOP weighs most, whoever has
/// read it.
pub(crate) fn word(body: &str, acted_on: Option<Keyword>) -> Option<(Keyword, ConsentSource)> {
    let read = Keyword::of(body);
    match acted_on {
        Some(acted_on) if acted_on == Keyword::Stop || read != Some(Keyword::Stop) => {
            Some((acted_on, ConsentSource::OptOutType))
        }
        _ => read.map(|read| (read, ConsentSource::Keyword)),
    }
}

/// The entry that an utterance makes behind the `newest` one about its address, with the shape agents see; `None` when nothing
/// changes by it. START means something only to who had stopped, and who has stopped cannot stop again. What somebody
/// records by hand is entered always.
pub(crate) fn enter(
    newest: Option<&consent::Model>,
    utterance: &Utterance,
    occasion: Occasion,
) -> Option<(consent::Model, Consent)> {
    let revoked = newest.is_some_and(|entry| entry.state == ConsentState::Revoked);
    let by_hand = matches!(utterance.source, ConsentSource::Agent | ConsentSource::Import);
    let is_news = by_hand
        || match utterance.state {
            ConsentState::Revoked => !revoked,
            // What was heard before the last word does not take it back.
            ConsentState::Reinstated => revoked && newest.is_some_and(|entry| utterance.is_behind(entry)),
            ConsentState::Granted => true,
        };
    is_news.then(|| {
        let row = utterance.entered(newest, occasion);
        let shape = utterance.shape(&row);
        (row, shape)
    })
}

#[cfg(test)]
mod tests {
    use entities::{
        Address, AddressKind, ConsentId, ContactId, Principal, TenantId, Timestamp,
        sealed::{DataKeyId, DataKeys, MasterKey},
        tenant_key,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::consent::{Block, Question, Verdict, blank::Blank, judge};

    const TENANT: TenantId = TenantId::from_uuid(Uuid::nil());

    fn keys() -> DataKeys {
        let master = MasterKey::parse(&"0a".repeat(32)).unwrap();
        let key_id = DataKeyId::FIRST;
        let wrapped_key = master.new_data_key(TENANT, key_id).unwrap();
        let created_at = Timestamp::from_micros(0);
        let row = tenant_key::Model { tenant_id: TENANT, key_id, wrapped_key, created_at, retired_at: None };
        DataKeys::unwrap_all(&master, TENANT, &[row]).unwrap()
    }

    /// Everything that can be said.
    fn said() -> impl Strategy<Value = (ConsentState, ConsentSource)> {
        let states = prop::sample::select(ConsentState::ALL);
        (states, prop::sample::select(ConsentSource::ALL))
    }

    fn utterance(keys: &DataKeys, number: u128, said: (ConsentState, ConsentSource)) -> Utterance {
        let address = Address::of_kind(AddressKind::Phone, "+14155552671").unwrap();
        let id = ConsentId::from_uuid(Uuid::from_u128(number));
        Blank::of(TENANT, &address, id, keys).unwrap().unwrap().saying(said.0, said.1)
    }

    proptest! {
        #[test]
        fn whatever_is_said_and_repeated_the_last_word_decides(
            all in prop::collection::vec((said(), 0..1_000_i64), 1..30),
        ) {
            let keys = keys();
            let mut ledger = Vec::<consent::Model>::new();
            for (number, (said, at)) in (1..).zip(all) {
                let occasion = Occasion {
                    tenant: TENANT,
                    contact: ContactId::from_uuid(Uuid::from_u128(number)),
                    message: None,
                    // Clocks of several nodes: not always later.
                    now: Timestamp::from_micros(at),
                    by: Principal::System,
                };
                let entered = enter(ledger.last(), &utterance(&keys, number, said), occasion);
                ledger.extend(entered.map(|(row, _)| row));
                let opted_out = said.0 == ConsentState::Revoked;
                let verdict = judge(Question { newest: ledger.last(), confirms: None, now: occasion.now, sending: None });
                let expected = if opted_out { Verdict::Refused(Block::OptedOut) } else { Verdict::Allowed };
                prop_assert_eq!(verdict, expected, "{:?}", said);
                let last_word = ledger.last().map(|entry| entry.state);
                prop_assert_eq!(last_word == Some(ConsentState::Revoked), opted_out);
            }
            let numbers: Vec<i64> = ledger.iter().map(|entry| entry.number).collect();
            prop_assert_eq!(&numbers, &(1..).take(ledger.len()).collect::<Vec<i64>>());
            prop_assert!(ledger.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
    }

    #[test]
    fn what_changes_nothing_is_not_entered_unless_somebody_records_it() {
        let keys = keys();
        let occasion = Occasion {
            tenant: TENANT,
            contact: ContactId::from_uuid(Uuid::nil()),
            message: None,
            now: Timestamp::from_micros(1),
            by: Principal::System,
        };
        let enters = |newest: Option<&consent::Model>, state, source| {
            enter(newest, &utterance(&keys, 1, (state, source)), occasion).map(|(row, _)| row)
        };
        let (keyword, provider, agent) =
            (ConsentSource::Keyword, ConsentSource::Provider, ConsentSource::Agent);
        assert_eq!(enters(None, ConsentState::Reinstated, keyword), None, "nobody has stopped");
        let stopped = enters(None, ConsentState::Revoked, keyword).unwrap();
        for source in [keyword, provider] {
            assert_eq!(enters(Some(&stopped), ConsentState::Revoked, source), None);
        }
        assert!(enters(Some(&stopped), ConsentState::Revoked, agent).is_some());
        let start = |heard_at| {
            let start = utterance(&keys, 1, (ConsentState::Reinstated, keyword));
            enter(Some(&stopped), &start.heard(Timestamp::from_micros(heard_at)), occasion)
        };
        assert!(start(0).is_none() && start(1).is_some(), "it was applied late");
        let back = enters(Some(&stopped), ConsentState::Reinstated, keyword).unwrap();
        assert!(!back.scope.contains(&entities::message::MessageClass::Marketing));
    }

    #[test]
    fn stop_is_heard_from_the_text_and_from_the_provider() {
        use Keyword::{Help, Start, Stop};
        let (text, provider) = (ConsentSource::Keyword, ConsentSource::OptOutType);
        for (body, acted_on, heard) in [
            ("STOP", None, Some((Stop, text))),
            ("STOP", Some(Stop), Some((Stop, provider))),
            ("no more", Some(Stop), Some((Stop, provider))),
            ("please stop texting me", Some(Start), Some((Stop, text))),
            ("back", Some(Start), Some((Start, provider))),
            ("yes", None, Some((Start, text))),
            ("who?", Some(Help), Some((Help, provider))),
            ("hello", None, None),
        ] {
            assert_eq!(word(body, acted_on), heard, "{body}");
        }
    }
}
