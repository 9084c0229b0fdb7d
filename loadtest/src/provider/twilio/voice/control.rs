//! Calls from handsets, and people who are told what to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;

use super::super::refusal::Refusal;
use super::call::{Begin, Direction, Origin};
use super::draft::LONGEST_CALL;
use super::follow::Source;
use super::ledger::{Called, Recorded};
use super::line::Line;
use super::parameters;
use super::person::{Act, Person};
use super::{Voice, named};
use crate::measure::now_micros;

/// A call to arrive. Whoever calls may hide his number, as `+266696687` or `anonymous`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Arriving {
    pub(in super::super) from: String,
    /// Our first number, when nothing is said; a `client:` may call whatever it likes.
    pub(in super::super) to: Option<String>,
    /// What the caller does; as `from` behaves else.
    pub(in super::super) person: Option<Person>,
    pub(in super::super) forwarded_from: Option<String>,
    pub(in super::super) caller_name: Option<String>,
    /// What a client gives along with its call.
    #[serde(default)]
    pub(in super::super) parameters: BTreeMap<String, String>,
}

/// How somebody behaves from now on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Somebody {
    /// A number, or `client:` and an identity; everybody who is not known, when nothing is said.
    pub(in super::super) address: Option<String>,
    pub(in super::super) person: Person,
}

/// What somebody does now.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Doing {
    pub(in super::super) act: Act,
}

impl Voice {
    /// Every call, in the order they began.
    pub(in super::super) fn called(&self) -> Vec<Called> {
        self.lines.lock().ledger()
    }

    /// Every recording, in the order they began.
    pub(in super::super) fn recorded(&self) -> Vec<Recorded> {
        self.lines.lock().recorded(now_micros())
    }

    /// The bytes of a recording, even of one that was deleted.
    pub(in super::super) fn sound(&self, sid: &str, format: &str) -> Option<(&'static str, Bytes)> {
        self.lines.lock().recording(sid)?.sound(format)
    }

    pub(in super::super) fn behave(&self, somebody: Somebody) {
        self.people.lock().put(somebody.address, somebody.person);
    }

    /// Lets a call arrive; its SID.
    pub(in super::super) fn arrive(self: &Arc<Self>, arriving: Arriving) -> Result<String, String> {
        let numbers = self.numbers();
        let is_client = arriving.from.starts_with("client:");
        let to = match arriving.to {
            Some(to) if !is_client && !numbers.contains(&to) => {
                return Err(format!("{to} is not one of our numbers"));
            }
            Some(to) => to,
            None => numbers.into_iter().next().ok_or("the account has no number")?,
        };
        let hooks = self.hooks.lock().clone();
        let webhook = hooks.calls.clone().ok_or("start the simulator with --voice-webhook")?;
        let person = arriving.person.unwrap_or_else(|| self.people.lock().at(&arriving.from));
        let begin = Begin {
            from: arriving.from,
            to,
            direction: Direction::Inbound,
            parent: None,
            origin: Origin { forwarded_from: arriving.forwarded_from, caller_name: arriving.caller_name },
            person,
            callback: hooks.at_the_end(),
            fallback: hooks.fallback,
            record: None,
        };
        let begun = self.change(|lines, now| {
            let call = lines.begin(begin, now)?;
            Ok((call.sid.clone(), Line::of(self, call), named(parameters::arrival(call))))
        });
        let (sid, line, mut more) = begun.map_err(|refusal: Refusal| refusal.body().to_string())?;
        self.exchange.tally.count("calls from handsets");
        more.extend(arriving.parameters);
        self.work.begin(line.arrive(Source::At(webhook, more), LONGEST_CALL));
        Ok(sid)
    }

    /// Lets who is at the other end of a call do something. False when that call is over, or never was.
    pub(in super::super) fn act(self: &Arc<Self>, sid: &str, act: Act) -> bool {
        self.change(|lines, now| {
            let is_there = lines.call(sid).is_some_and(|call| !call.is_over());
            lines.act(sid, act, now);
            is_there
        })
    }
}
