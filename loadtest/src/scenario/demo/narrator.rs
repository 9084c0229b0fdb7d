//! A line for whatever happens, as a client hears it that listens to the inbox.

use std::collections::HashMap;

use anyhow::{Result, bail};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::client::{Event, Incoming, MessageError, News};

/// The name of a contact nobody has named.
const NAMELESS: &str = "Unknown";

/// Knows by now who is who.
#[derive(Default)]
pub(super) struct Narrator {
    /// What contacts are called: by their names, or by their numbers while nobody has named them.
    people: HashMap<String, String>,
    /// With whom each conversation is.
    contacts: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Told {
    conversation_id: String,
    body: String,
    author: Author,
    status: String,
    error: Option<MessageError>,
}

#[derive(Deserialize)]
struct Author {
    kind: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Begun {
    id: String,
    contact: Contact,
}

#[derive(Deserialize)]
struct Contact {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Met {
    id: String,
    name: String,
    phones: Vec<String>,
}

#[derive(Deserialize)]
struct Consent {
    contact_id: Option<String>,
    address: Address,
    state: String,
}

#[derive(Deserialize)]
struct Address {
    value: String,
}

#[derive(Deserialize)]
struct Rung {
    conversation_id: String,
    #[serde(default)]
    missed: bool,
}

#[derive(Deserialize)]
struct Known {
    id: String,
}

impl Narrator {
    /// Tells until the hub lets us go for good.
    pub(super) async fn tell(mut self, mut news: mpsc::Receiver<News>) -> Result<()> {
        while let Some(news) = news.recv().await {
            match news {
                News::Said(Incoming::Event(event)) => {
                    if let Some(line) = self.line(&event) {
                        println!("{}  {line}", time_of(&event.at));
                    }
                }
                News::GaveUp(why) => bail!("{why}"),
                News::Up(_) | News::Down { .. } | News::Said(_) => {}
            }
        }
        Ok(())
    }

    fn line(&mut self, event: &Event) -> Option<String> {
        match event.kind.as_str() {
            "contact.created" => self.meet(event.noun("contact").ok()?),
            "consent.changed" => return Some(self.wish(&event.noun("consent").ok()?)),
            "message.blocked" => {
                let (known, reason): (Known, String) =
                    (event.noun("conversation").ok()?, event.noun("reason").ok()?);
                return Some(format!("  a text to {} was kept back: {reason}", self.contact(&known.id)));
            }
            kind if kind.starts_with("conversation.") => self.note(event.noun("conversation").ok()?),
            kind if kind.starts_with("call.") => {
                if let Ok(begun) = event.noun("conversation") {
                    self.note(begun);
                }
                return self.rung(kind, &event.noun("call").ok()?);
            }
            kind if kind.starts_with("message.") => return self.said(kind, &event.noun("message").ok()?),
            _ => {}
        }
        None
    }

    fn meet(&mut self, met: Met) {
        let number = met.phones.into_iter().next().filter(|_| met.name == NAMELESS);
        self.people.insert(met.id, number.unwrap_or(met.name));
    }

    fn note(&mut self, begun: Begun) {
        let known = self.people.get(&begun.contact.id).cloned();
        self.contacts.insert(begun.id, known.unwrap_or(begun.contact.name));
    }

    fn contact(&self, conversation: &str) -> &str {
        self.contacts.get(conversation).map_or("somebody", String::as_str)
    }

    fn wish(&self, consent: &Consent) -> String {
        let known = consent.contact_id.as_ref().and_then(|id| self.people.get(id));
        let who = known.unwrap_or(&consent.address.value);
        match consent.state.as_str() {
            "revoked" => format!("  {who} wants no more texts"),
            _ => format!("  {who} may be written to again"),
        }
    }

    fn rung(&self, kind: &str, rung: &Rung) -> Option<String> {
        let contact = self.contact(&rung.conversation_id);
        match kind {
            "call.created" => Some(format!("{contact} calls")),
            "call.in_progress" => Some(format!("  {contact} is put through")),
            "call.ended" => Some(format!("  the call with {contact} is over")),
            "call.failed" if rung.missed => Some(format!("  nobody took the call of {contact}")),
            "call.failed" => Some(format!("  the call with {contact} broke off")),
            _ => None,
        }
    }

    fn said(&self, kind: &str, told: &Told) -> Option<String> {
        let contact = self.contact(&told.conversation_id);
        match (kind, told.author.kind.as_str()) {
            ("message.created", "contact") => Some(format!("{contact} writes: {}", told.body)),
            ("message.created", kind) => {
                let author = told.author.name.as_deref().unwrap_or(kind);
                Some(format!("{author} answers {contact}: {}", told.body))
            }
            ("message.status_changed", _) => fate(told, contact),
            _ => None,
        }
    }
}

/// The ends of a text; what lies between is for the console to show.
fn fate(told: &Told, contact: &str) -> Option<String> {
    match (told.status.as_str(), &told.error) {
        ("delivered", _) => Some(format!("  delivered to {contact}")),
        ("failed" | "undelivered", Some(why)) => {
            Some(format!("  not delivered to {contact}: {}", why.message))
        }
        _ => None,
    }
}

/// `10:31:07` of `2026-11-20T10:31:07.120Z`.
fn time_of(at: &str) -> &str {
    at.get(11..19).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(kind: &str, data: &Value) -> Event {
        let event = json!({ "seq": 1, "topic": "inbox", "type": kind, "at": "2026-11-20T10:31:07.120Z", "data": data });
        serde_json::from_str(&event.to_string()).unwrap()
    }

    fn message(kind: &str, status: &str) -> Value {
        json!({ "message": {
            "conversation_id": "c", "body": "Hi", "author": { "kind": kind, "name": "Ada" }, "status": status,
            "error": (status == "failed").then(|| json!({ "code": "21610", "message": "opted out" })),
        }, "conversation": { "id": "c" } })
    }

    fn begun(name: &str) -> Value {
        json!({ "conversation": { "id": "c", "contact": { "id": "p", "name": name } } })
    }

    #[test]
    fn whoever_has_no_name_is_called_by_his_number() {
        let mut narrator = Narrator::default();
        let met = json!({ "contact": { "id": "p", "name": NAMELESS, "phones": ["+12015550102"] } });
        assert_eq!(narrator.line(&event("contact.created", &met)), None);
        assert_eq!(narrator.line(&event("conversation.created", &begun(NAMELESS))), None);
        let said = narrator.line(&event("message.created", &message("contact", "received")));
        assert_eq!(said.as_deref(), Some("+12015550102 writes: Hi"));
    }

    #[test]
    fn who_wants_no_more_texts_is_told_and_what_is_kept_back_for_it() {
        let mut narrator = Narrator::default();
        let met = json!({ "contact": { "id": "p", "name": "Maya", "phones": ["+12015550102"] } });
        narrator.line(&event("contact.created", &met));
        narrator.line(&event("conversation.created", &begun("Maya")));
        let address = json!({ "kind": "phone", "value": "+12015550102" });
        let stop = json!({ "consent": { "contact_id": "p", "address": address, "state": "revoked" } });
        let wish = narrator.line(&event("consent.changed", &stop));
        assert_eq!(wish.as_deref(), Some("  Maya wants no more texts"));
        let blocked = json!({ "reason": "OPTED_OUT", "conversation": { "id": "c" } });
        let kept = narrator.line(&event("message.blocked", &blocked));
        assert_eq!(kept.as_deref(), Some("  a text to Maya was kept back: OPTED_OUT"));
    }

    #[test]
    fn a_call_is_told_from_its_ring_to_its_end() {
        let mut narrator = Narrator::default();
        narrator.line(&event("conversation.created", &begun("Maya")));
        let mut line = |kind: &str, missed: bool| {
            let call = json!({ "call": { "conversation_id": "c", "missed": missed } });
            narrator.line(&event(kind, &call))
        };
        assert_eq!(line("call.created", false).as_deref(), Some("Maya calls"));
        assert_eq!(line("call.ringing", false), None);
        assert_eq!(line("call.in_progress", false).as_deref(), Some("  Maya is put through"));
        assert_eq!(line("call.ended", false).as_deref(), Some("  the call with Maya is over"));
        assert_eq!(line("call.failed", true).as_deref(), Some("  nobody took the call of Maya"));
    }

    #[test]
    fn it_is_told_who_wrote_what_and_what_became_of_it() {
        let mut narrator = Narrator::default();
        assert_eq!(narrator.line(&event("conversation.created", &begun("Maya"))), None);
        let mut line =
            |kind: &str, author: &str, status: &str| narrator.line(&event(kind, &message(author, status)));
        assert_eq!(line("message.created", "contact", "received").as_deref(), Some("Maya writes: Hi"));
        assert_eq!(line("message.created", "user", "queued").as_deref(), Some("Ada answers Maya: Hi"));
        assert_eq!(line("message.status_changed", "user", "sent"), None);
        let delivered = line("message.status_changed", "user", "delivered");
        assert_eq!(delivered.as_deref(), Some("  delivered to Maya"));
        let failed = line("message.status_changed", "user", "failed");
        assert_eq!(failed.as_deref(), Some("  not delivered to Maya: opted out"));
    }
}
