//! Lists of messages: which ones are asked for.

use super::clock::span;
use super::form::Form;
use super::message::Message;

/// What `GET Messages.json` asks for.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    to: Option<String>,
    from: Option<String>,
    /// From, and until before.
    sent: (i64, i64),
}

impl Listing {
    pub(super) fn read(query: &Form) -> Self {
        Self {
            to: query.get("To").map(str::to_owned),
            from: query.get("From").map(str::to_owned),
            sent: times(query, "DateSent"),
        }
    }

    /// What was not sent yet counts as sent when it is to leave: the documents do not say.
    pub(super) fn wants(&self, message: &Message) -> bool {
        is(self.to.as_deref(), &message.to)
            && is(self.from.as_deref(), &message.from)
            && (self.sent.0..self.sent.1).contains(&message.leaves())
    }
}

/// Whether it is what is wanted, if something is.
pub(super) fn is(wanted: Option<&str>, value: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == value)
}

/// `name`, `name<` and `name>`; both inequalities include what they name. From, and until before.
pub(super) fn times(query: &Form, name: &str) -> (i64, i64) {
    let of = |sign: &str| query.get(&format!("{name}{sign}")).and_then(span);
    let on = of("");
    let from = on.or(of(">")).map_or(i64::MIN, |(from, _)| from);
    let until = on.or(of("<")).map_or(i64::MAX, |(_, until)| until);
    (from, until)
}
