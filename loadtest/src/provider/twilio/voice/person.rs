//! Who is at the other end: whether a call is answered, and what is done then.

use std::collections::HashMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::call::{Direction, Ending, Status};
use super::lines::Lines;
use super::message;

/// How somebody behaves who is called or calls. Times are in steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    pub answers: Answers,
    /// What is done, one after the other, whenever something is asked: at each `Gather` and `Record`.
    pub responses: Vec<Act>,
    /// So many steps after the call was answered; else it takes somebody to hang up on them.
    pub hangs_up_after: Option<u32>,
}

/// What becomes of a call to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// So many steps after it began to ring.
    After(u32),
    Busy,
    Never,
    /// The network knows no such number.
    Fails,
}

impl Default for Answers {
    fn default() -> Self {
        Self::After(1)
    }
}

/// What somebody does during a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Presses these keys.
    Keys(String),
    /// At once.
    Says(String),
    /// For so many steps.
    Speaks {
        words: String,
        seconds: u32,
    },
    /// Says what people say after the beep, for a few steps; the dice of the call choose.
    LeavesMessage,
    HangsUp,
}

impl FromStr for Person {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// Who is behind which address, and behind all others.
#[derive(Debug)]
pub(super) struct People {
    everybody: Person,
    known: HashMap<String, Person>,
}

impl People {
    pub(super) fn new(everybody: Person) -> Self {
        Self { everybody, known: HashMap::new() }
    }

    /// From now on; without an address it is everybody who is not known.
    pub(super) fn put(&mut self, address: Option<String>, person: Person) {
        match address {
            Some(address) => drop(self.known.insert(address, person)),
            None => self.everybody = person,
        }
    }

    pub(super) fn at(&self, address: &str) -> Person {
        self.known.get(address).unwrap_or(&self.everybody).clone()
    }
}

impl Lines {
    /// What somebody at the other end does.
    pub(super) fn act(&mut self, sid: &str, act: Act, now: i64) {
        let Some(call) = self.call_mut(sid).filter(|call| !call.is_over()) else { return };
        match (act, call.status, call.begin.direction) {
            (Act::HangsUp, Status::InProgress, _) => self.end(sid, Ending::Completed, now),
            // A caller who gives up; the documents name no status of its own for it.
            (Act::HangsUp, _, Direction::Inbound) => self.end(sid, Ending::NoAnswer, now),
            (Act::HangsUp, ..) => self.end(sid, Ending::Busy, now),
            (act, ..) => {
                let is_message = act == Act::LeavesMessage;
                let act = if is_message { message::throw(call.sender.dice()) } else { act };
                call.acts.push_back(act);
                call.changes.send_replace(());
            }
        }
    }

    /// Lets the person do what is next, now that something is asked.
    pub(super) fn respond(&mut self, sid: &str, now: i64) {
        let Some(call) = self.call_mut(sid).filter(|call| !call.begin.person.responses.is_empty()) else {
            return;
        };
        let act = call.begin.person.responses.remove(0);
        self.act(sid, act, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_written_as_it_is_meant() {
        let text = r#"{ "answers": { "after": 3 }, "responses": [{ "keys": "1#" }, { "says": "Hello" }, "hangs_up"] }"#;
        let person: Person = text.parse().unwrap();
        let responses = [Act::Keys("1#".to_owned()), Act::Says("Hello".to_owned()), Act::HangsUp];
        assert_eq!((person.answers, person.responses.as_slice()), (Answers::After(3), responses.as_slice()));
        assert_eq!("{}".parse::<Person>().unwrap(), Person::default());
        for wrong in [r#"{ "answer": "busy" }"#, r#"{ "answers": "maybe" }"#, ""] {
            assert!(wrong.parse::<Person>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn everybody_behaves_alike_but_who_is_known() {
        let busy = Person { answers: Answers::Busy, ..Person::default() };
        let mut people = People::new(Person::default());
        people.put(Some("client:ada".to_owned()), busy.clone());
        assert_eq!((people.at("client:ada"), people.at("client:eve")), (busy.clone(), Person::default()));
        people.put(None, busy.clone());
        assert_eq!(people.at("client:eve"), busy);
    }
}
