//! Lists of messages: what is asked for, and a page of it. The newest come first.

use serde_json::{Value, json};

use super::clock::span;
use super::form::Form;
use super::message::Message;
use super::refusal::Refusal;

const USUAL_PAGE: usize = 50;
const LARGEST_PAGE: usize = 1000;

/// What `GET Messages.json` asks for.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    to: Option<String>,
    from: Option<String>,
    /// From, and until before.
    sent: (i64, i64),
    size: usize,
    number: usize,
    /// The last message of the page before.
    pub(super) before: Option<String>,
}

/// Messages of one page, and whether others follow.
#[derive(Debug)]
pub(super) struct Page<'a> {
    messages: Vec<&'a Message>,
    has_more: bool,
}

impl Listing {
    pub(super) fn read(query: &Form) -> Result<Self, Refusal> {
        let number_or = |name, usual| {
            query.get(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Refusal::INVALID_PAGE))
        };
        let before =
            query.get("PageToken").map(|token| token.strip_prefix("PA").ok_or(Refusal::INVALID_PAGE));
        Ok(Self {
            to: query.get("To").map(str::to_owned),
            from: query.get("From").map(str::to_owned),
            sent: sent(query),
            size: number_or("PageSize", USUAL_PAGE)?.clamp(1, LARGEST_PAGE),
            number: number_or("Page", 0)?,
            before: before.transpose()?.map(str::to_owned),
        })
    }

    /// The newest of `messages`, which are in the order they came.
    pub(super) fn page<'a>(&self, messages: &'a [Message]) -> Page<'a> {
        let mut found = messages.iter().rev().filter(|message| self.wants(message));
        let messages: Vec<&Message> = found.by_ref().take(self.size).collect();
        Page { messages, has_more: found.next().is_some() }
    }

    /// What was not sent yet counts as sent when it is to leave: the documents do not say.
    fn wants(&self, message: &Message) -> bool {
        let is =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        is(&self.to, &message.to)
            && is(&self.from, &message.from)
            && (self.sent.0..self.sent.1).contains(&message.leaves())
    }

    /// The page as the API shows it, at this path and query.
    pub(super) fn show(&self, page: &Page<'_>, path: &str, query: &Form, now: i64) -> Value {
        let kept = query.without(&["Page", "PageToken", "PageSize"]);
        let uri = |number: usize, token: &str| {
            let more = if kept.is_empty() { String::new() } else { format!("&{kept}") };
            format!("{path}?Page={number}&PageSize={}{token}{more}", self.size)
        };
        let last = page.messages.last().filter(|_| page.has_more);
        let token = self.before.as_ref().map_or(String::new(), |before| format!("&PageToken=PA{before}"));
        let start = self.number * self.size;
        json!({
            "messages": page.messages.iter().map(|message| message.resource(now)).collect::<Vec<Value>>(),
            "page": self.number,
            "page_size": self.size,
            "start": start,
            "end": start + page.messages.len().saturating_sub(1),
            "uri": uri(self.number, &token),
            "first_page_uri": uri(0, ""),
            "next_page_uri": last.map(|last| uri(self.number + 1, &format!("&PageToken=PA{}", last.sid))),
            // Going back would need the page before that one; whoever has been there has it.
            "previous_page_uri": null,
        })
    }
}

/// `DateSent`, `DateSent<` and `DateSent>`; both inequalities include what they name.
fn sent(query: &Form) -> (i64, i64) {
    let of = |name| query.get(name).and_then(span);
    let on = of("DateSent");
    let from = on.or(of("DateSent>")).map_or(i64::MIN, |(from, _)| from);
    let until = on.or(of("DateSent<")).map_or(i64::MAX, |(_, until)| until);
    (from, until)
}
