//! A tenant with a number, and somebody who understands a made-up carrier.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actors::{
    asked::Asked,
    channel::{Channel, Channels, CreateChannel},
    conversation::{self, Conversation, Message, list},
    inbound::InboundMessage,
    jobs::{Jobs, JobsOptions},
    receipt::{
        ApplyReceipt, Arrived, Heard, Raw, Receipt, ReceiptError, Receipts, Taken, Translate, Untranslatable,
        store,
    },
    testing::{Node, People, eventually},
};
use entities::{
    Address, Principal, Stretch,
    channel::ChannelType,
    webhook_receipt::{Filter, ReceiptStatus},
};
use uuid::Uuid;

/// A carrier whose webhooks are three lines: a name, a sender, a text.
#[derive(Clone, Default)]
pub(crate) struct Carrier {
    /// Cannot read anything for now.
    pub(crate) is_puzzled: Arc<AtomicBool>,
}

impl Translate for Carrier {
    fn provider(&self) -> &'static str {
        "carrier"
    }

    fn translate(&self, raw: &Raw) -> Result<Heard, Untranslatable> {
        let text = String::from_utf8_lossy(&raw.body).into_owned();
        let mut lines = text.splitn(3, '\n').map(str::to_owned);
        match (lines.next(), lines.next(), lines.next()) {
            (Some(provider_id), Some(from), Some(body)) if !self.is_puzzled.load(Ordering::Acquire) => {
                let from = Address::from_provider(&from);
                Ok(Heard::Message(InboundMessage {
                    from,
                    name: None,
                    body,
                    media: Vec::new(),
                    acted_on: None,
                    found_late: false,
                    provider_id,
                }))
            }
            _ => Err(Untranslatable("these are no three lines".to_owned())),
        }
    }
}

pub(crate) struct Desk<'a> {
    pub(crate) node: &'a Node,
    pub(crate) people: People,
    pub(crate) number: Channel,
    pub(crate) carrier: Carrier,
    pub(crate) receipts: Receipts,
}

impl<'a> Desk<'a> {
    pub(crate) async fn open(node: &'a Node) -> Self {
        let people = People::arrive(node).await;
        let create = CreateChannel {
            kind: ChannelType::Twilio,
            name: "Front".to_owned(),
            address: Some("+14155552671".to_owned()),
            board_id: None,
            settings: serde_json::Map::new(),
            then: None,
        };
        let asked = Asked::by(Principal::User(people.owner));
        let kept = Channels::new(node.ports.clone()).create(people.tenant, &asked, &create).await.unwrap();
        let carrier = Carrier::default();
        let receipts = receipts(node, &carrier);
        Self { node, people, number: kept.channel, carrier, receipts }
    }

    /// The same desk, seen from another node.
    pub(crate) fn on<'b>(&self, node: &'b Node) -> Desk<'b> {
        let (people, number, carrier) = (self.people, self.number.clone(), self.carrier.clone());
        Desk { receipts: receipts(node, &carrier), node, people, number, carrier }
    }

    /// The same, which waits for no effect.
    pub(crate) fn impatient(self) -> Self {
        Self { receipts: self.receipts.with_patience(Duration::ZERO), ..self }
    }

    pub(crate) async fn take(&self, id: &str, from: &str, body: &str) -> Result<Taken, ReceiptError> {
        self.take_raw(id, format!("{id}\n{from}\n{body}").into_bytes()).await
    }

    pub(crate) async fn take_raw(&self, key: &str, body: Vec<u8>) -> Result<Taken, ReceiptError> {
        let raw = Raw { kind: "text".to_owned(), body, ..Raw::default() };
        let (dedupe_key, answer) = (format!("text:{key}"), Some("<Response/>".to_owned()));
        let arrived = Arrived { provider: "carrier", kind: "text", dedupe_key, raw, answer };
        self.receipts.take(self.people.tenant, &self.number, arrived).await
    }

    /// Somebody who does what is owed.
    pub(crate) fn worker(&self) -> Jobs {
        let options = JobsOptions { poll_every: Duration::from_millis(20), ..JobsOptions::default() };
        let kind = ApplyReceipt::new(self.receipts.clone());
        Jobs::start(self.node.ports.clone(), Uuid::now_v7(), vec![Arc::new(kind)], options)
    }

    pub(crate) async fn receipts(&self, status: Option<ReceiptStatus>) -> Vec<Receipt> {
        let filter = Filter { provider: Some("carrier".to_owned()), status };
        store::page(self.node.ports.store(), self.people.tenant, filter, (None, 500)).await.unwrap()
    }

    /// Waits until so many receipts are in this status.
    pub(crate) async fn are(&self, status: ReceiptStatus, many: usize) {
        eventually("receipts in another status", async || {
            (self.receipts(Some(status)).await.len() == many).then_some(())
        })
        .await;
    }

    pub(crate) async fn conversations(&self) -> Vec<Conversation> {
        let store = self.node.ports.store();
        list::page(store, self.people.tenant, list::Inbox::default(), (None, 200)).await.unwrap().0
    }

    pub(crate) async fn thread(&self, conversation: &Conversation) -> Vec<Message> {
        let (store, part) = (self.node.ports.store(), (Stretch::After(0), 500, true));
        conversation::store::thread(store, self.people.tenant, conversation.id, part).await.unwrap()
    }
}

fn receipts(node: &Node, carrier: &Carrier) -> Receipts {
    let known: Vec<Arc<dyn Translate>> = vec![Arc::new(carrier.clone())];
    // More than anything takes, however busy the machine is.
    Receipts::new(node.ports.clone(), (node.conversations.clone(), node.calls.clone()), known)
        .with_patience(Duration::from_secs(20))
}
