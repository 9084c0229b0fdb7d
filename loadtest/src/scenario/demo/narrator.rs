//! A line for whatever happens, as a client hears it that listens to the inbox.

use std::collections::HashMap;

use anyhow::{Result, bail};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::client::{Event, Incoming, MessageError, News};

/// The name of a contact nobody has named.
const NAMELESS: &str = "Unknown";

/// Knows by now with whom each conversation is.
#[derive(Default)]
pub(super) struct Narrator {
    /// What contacts nobody has named are called: their numbers.
    numbers: HashMap<String, String>,
    /// By conversation.
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
        if event.kind == "contact.created" {
            let met: Met = event.noun("contact").ok()?;
            let number = met.phones.into_iter().next().filter(|_| met.name == NAMELESS)?;
            self.numbers.insert(met.id, number);
            return None;
        }
        if let Ok(begun) = event.noun::<Begun>("conversation")
            && event.kind.starts_with("conversation.")
        {
            let number = self.numbers.get(&begun.contact.id).cloned();
            self.contacts.insert(begun.id, number.unwrap_or(begun.contact.name));
            return None;
        }
        let told: Told = event.noun("message").ok()?;
        let unknown = || "somebody".to_owned();
        let contact = self.contacts.get(&told.conversation_id).cloned().unwrap_or_else(unknown);
        match (event.kind.as_str(), told.author.kind.as_str()) {
            ("message.created", "contact") => Some(format!("{contact} writes: {}", told.body)),
            ("message.created", _) => {
                let author = told.author.name.unwrap_or(told.author.kind);
                Some(format!("{author} answers {contact}: {}", told.body))
            }
            ("message.status_changed", _) => fate(&told, &contact),
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
