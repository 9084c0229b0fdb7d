//! What callers leave goes when its tenant kept it long enough, with its words, and is forgotten by its provider.

use std::{sync::Arc, time::Duration};

use actors::{
    asked::Asked,
    event::EventType,
    inbound::InboundCall,
    jobs::{Sweeper, SweeperOptions},
    receipt::{Arrived, Heard, How, Raw, Receipts, Translate, Untranslatable},
    recording::{
        FORGET, Recording, RecordingNews, RecordingTold,
        store::{self, Listing},
    },
    search::Words,
    settings::{TenantSettings, UpdateSettings},
    testing::{House, Node},
};
use entities::{
    Address, Principal,
    job::{self, JobStatus},
    recording::{Filter, RecordingKind},
    scope::TenantScope,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::desk::Desk;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A carrier whose webhooks are calls, and what was said on their only recording.
struct Telephone;

impl Translate for Telephone {
    fn provider(&self) -> &'static str {
        "carrier"
    }

    fn translate(&self, raw: &Raw) -> Result<Heard, Untranslatable> {
        let text = String::from_utf8_lossy(&raw.body).into_owned();
        Ok(match raw.kind.as_str() {
            "call" => Heard::Call(InboundCall {
                from: Address::from_provider("+14155550123"),
                to: Address::from_provider("+14155552671"),
                name: None,
                provider_id: text,
                at: None,
                ended_at: None,
                verification: None,
            }),
            _ => Heard::Recording(RecordingTold {
                call_id: None,
                named: Some("CA1".to_owned()),
                external_id: "RE1".to_owned(),
                kind: RecordingKind::Voicemail,
                started_at: None,
                news: RecordingNews::Transcribed(text),
            }),
        })
    }
}

struct Answering<'a> {
    desk: Desk<'a>,
    receipts: Receipts,
}

impl<'a> Answering<'a> {
    async fn of(node: &'a Node) -> Self {
        let rooms = (node.conversations.clone(), node.calls.clone());
        let receipts = Receipts::new(node.ports.clone(), rooms, vec![Arc::new(Telephone)]);
        let receipts = receipts.with_patience(Duration::from_secs(20));
        Self { desk: Desk::open(node).await, receipts }
    }

    async fn hears(&self, kind: &'static str, text: &str) {
        let raw = Raw { kind: kind.to_owned(), body: text.as_bytes().to_vec(), ..Raw::default() };
        let arrived = Arrived { provider: "carrier", kind, dedupe_key: kind.to_owned(), raw, answer: None };
        let taken = self.receipts.take(self.desk.people.tenant, &self.desk.number, arrived).await.unwrap();
        assert_eq!(taken.how, How::Applied);
    }

    async fn left(&self, said: Option<&str>) -> Vec<Recording> {
        let said = said.map(|words| Words::read(words).unwrap());
        let listing = Listing { filter: Filter::of(RecordingKind::Voicemail), said };
        let store = self.desk.node.ports.store();
        store::page(store, self.desk.people.tenant, listing, (None, 50)).await.unwrap().0
    }

    async fn jobs_to_forget(&self) -> u64 {
        let tenant = self.desk.people.tenant;
        let jobs = self.desk.node.ports.store().read(tenant, move |db| async move {
            let jobs = job::Entity::of(tenant).filter(job::Column::Kind.eq(FORGET));
            jobs.filter(job::Column::Status.ne(JobStatus::Dead)).count(&*db).await
        });
        jobs.await.unwrap()
    }
}

#[actix::test]
async fn what_was_left_goes_when_it_was_kept_long_enough_and_is_found_by_no_word_of_it() {
    for house in House::both().await {
        let node = house.node().await;
        let answering = Answering::of(&node).await;
        let people = &answering.desk.people;
        let chosen = json!({"recordings": {"keep_days": 30}}).as_object().unwrap().clone();
        let update = UpdateSettings { chosen, ..UpdateSettings::default() };
        let asked = Asked::by(Principal::User(people.owner));
        TenantSettings::new(node.ports.clone()).update(people.tenant, &asked, &update).await.unwrap();
        answering.hears("call", "CA1").await;
        answering.hears("left", "Call me on Tuesday").await;
        assert_eq!(answering.left(Some("tuesday")).await.len(), 1);
        let options = SweeperOptions { every: 365 * DAY, ..SweeperOptions::default() };
        let sweeper = Sweeper::start(node.ports.clone(), None, options);
        node.clock.advance(29 * DAY);
        sweeper.sweep().await.unwrap();
        let kept = answering.left(None).await.remove(0);
        assert_eq!(kept.expires_at, Some(kept.created_at.plus(30 * DAY)));
        assert_eq!(answering.jobs_to_forget().await, 0);
        node.clock.advance(2 * DAY);
        sweeper.sweep().await.unwrap();
        assert!(answering.left(None).await.is_empty() && answering.left(Some("tuesday")).await.is_empty());
        assert_eq!(answering.jobs_to_forget().await, 1);
        let told = node.recorder.of(people.tenant);
        let deleted = told.iter().filter(|event| event.head.kind == EventType::RecordingDeleted).count();
        sweeper.sweep().await.unwrap();
        assert_eq!((deleted, answering.jobs_to_forget().await), (1, 1), "once");
        node.close().await;
    }
}
