//! One call, two nodes: webhooks and agents come to either, and the database is the arbiter.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::time::Duration;

use actors::{
    call::{
        Answer, Begin, Call, CallChange, CallRefusal, CallReply, CallWhat, News, Offering, Step, Which, duty,
        store,
    },
    channel::{RecordingRules, ScreeningRules},
    conversation,
    event::{EventType, Head, log},
    store::Reader,
    testing::{House, Node, People},
};
use entities::{
    Address, CallId, ConversationId, JobId, LegId, UserId, call::CallState, job, message::Direction,
    scope::TenantScope,
};
use futures::future::join_all;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

const ROUNDS: u64 = 12;

/// Somebody calls, in this conversation.
struct Line<'a> {
    nodes: [&'a Node; 2],
    people: &'a People,
    id: CallId,
    contact: LegId,
}

impl<'a> Line<'a> {
    async fn ring(nodes: [&'a Node; 2], people: &'a People, talk: ConversationId) -> Self {
        let ports = &nodes[0].ports;
        let place = conversation::store::get(ports.store(), people.tenant, talk).await.unwrap().unwrap();
        let (id, contact) = (CallId::from_uuid(Uuid::now_v7()), LegId::from_uuid(Uuid::now_v7()));
        let begin = Begin {
            id,
            channel_id: place.channel.id,
            conversation_id: talk,
            contact_id: place.contact.id,
            board_id: None,
            direction: Direction::Inbound,
            contact: Address::from_provider("+12025550123"),
            number: Address::from_provider("+12025550100"),
            provider: "carrier".to_owned(),
            room: None,
            contact_leg: contact,
            look_id: JobId::from_uuid(Uuid::now_v7()),
            external_id: Some(format!("CA{id}")),
            at: ports.now(),
            recording: RecordingRules::default(),
            screening: ScreeningRules::default(),
            ended_at: None,
            barred: None,
            verification: None,
            rings_until: Some(ports.now().plus(Duration::from_secs(30))),
            agent: None,
        };
        let line = Self { nodes, people, id, contact };
        line.on(0, CallWhat::Begin(Box::new(begin))).await.unwrap();
        line
    }

    /// A command on one of the nodes; again, when others were too fast.
    async fn on(&self, node: usize, what: CallWhat) -> Result<CallReply, CallRefusal> {
        loop {
            let change = CallChange::system(what.clone());
            match self.nodes[node].calls.change(self.people.tenant, self.id, change).await {
                Err(CallRefusal::Busy) => {}
                answered => return answered,
            }
        }
    }

    async fn answer(&self, node: usize, user_id: UserId) -> Result<CallReply, CallRefusal> {
        let (leg_id, address) = (LegId::from_uuid(Uuid::now_v7()), Address::from_provider("client:somebody"));
        self.on(node, CallWhat::Answer(Answer { user_id, leg_id, address })).await
    }

    async fn stored(&self) -> Call {
        store::get(self.nodes[0].ports.store(), self.people.tenant, self.id).await.unwrap().unwrap()
    }

    /// How often one of us is to be called.
    async fn dials(&self) -> u64 {
        let (tenant, legs) = (self.people.tenant, self.stored().await.legs);
        let keys: Vec<String> = legs.iter().map(|leg| format!("leg:{}", leg.id)).collect();
        let count = move |db: Reader| async move {
            let dials = job::Entity::of(tenant).filter(job::Column::Kind.eq(duty::DIAL));
            dials.filter(job::Column::Key.is_in(keys)).count(&*db).await
        };
        self.nodes[0].ports.store().read(tenant, count).await.unwrap()
    }

    /// The types of its events and of those of its offers, in order.
    async fn told(&self, agents: &[UserId]) -> Vec<EventType> {
        let events = log::after(self.nodes[0].ports.store(), self.people.tenant, 0, 5_000).await.unwrap();
        let offered = |head: &Head| head.user_id.is_some_and(|user| agents.contains(&user));
        let own = events
            .into_iter()
            .filter(|event| event.head.topic_id == self.id.as_uuid() || offered(&event.head));
        own.map(|event| event.head.kind).collect()
    }
}

fn somebody() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}

#[actix::test]
async fn of_two_agents_who_answer_at_once_on_two_nodes_one_has_it_and_is_called_once() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let talk = people.conversation(&one).await;
        for round in 0..ROUNDS {
            let line = Line::ring([&one, &other], &people, talk).await;
            let agents = [somebody(), somebody()];
            let offering = Offering { users: agents.to_vec(), at_once: 2, lasting: Duration::from_secs(20) };
            line.on(usize::from(round % 2 == 0), CallWhat::Offer(offering)).await.unwrap();
            let answers = futures::join!(line.answer(0, agents[0]), line.answer(1, agents[1]));
            let won = match answers {
                (Ok(_), Err(CallRefusal::AlreadyAnswered)) => agents[0],
                (Err(CallRefusal::AlreadyAnswered), Ok(_)) => agents[1],
                other => panic!("round {round}: {other:?}"),
            };
            assert_eq!(line.stored().await.agent_id, Some(won));
            assert_eq!(line.dials().await, 1, "round {round}");
            let told = line.told(&agents).await;
            let many = |kind: EventType| told.iter().filter(|told| **told == kind).count();
            assert_eq!((many(EventType::CallAnswered), many(EventType::CallOfferEnded)), (1, 1), "{told:?}");
            line.on(0, CallWhat::HangUp(None)).await.unwrap();
            line.on(1, CallWhat::Hear(vec![over(&line, line.contact)])).await.unwrap();
        }
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn one_agent_who_answers_two_calls_at_once_on_two_nodes_has_one_of_them() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let [here, there] = [people.conversation(&one).await, people.conversation(&one).await];
        for round in 0..ROUNDS {
            let first = Line::ring([&one, &other], &people, here).await;
            let second = Line::ring([&one, &other], &people, there).await;
            let agent = somebody();
            match futures::join!(first.answer(0, agent), second.answer(1, agent)) {
                (Ok(_), Err(CallRefusal::OnTheLine)) | (Err(CallRefusal::OnTheLine), Ok(_)) => {}
                other => panic!("round {round}: {other:?}"),
            }
            assert_eq!(first.dials().await + second.dials().await, 1);
        }
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn what_a_provider_tells_of_a_leg_another_node_called_is_heard_where_nobody_knew_of_it() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let talk = people.conversation(&one).await;
        let line = Line::ring([&one, &other], &people, talk).await;
        one.wire.cut();
        let taken = line.answer(1, somebody()).await.unwrap();
        let leg = taken.call.legs[1].id;
        let begun = taken.call.started_at;
        line.on(0, CallWhat::Hear(vec![news(leg, 6, begun, Step::Answered)])).await.unwrap();
        assert_eq!(line.stored().await.state, CallState::InProgress);
        line.on(1, CallWhat::HangUp(None)).await.unwrap();
        let late = line.answer(0, somebody()).await;
        assert!(matches!(late, Err(CallRefusal::AlreadyAnswered | CallRefusal::Over)), "{late:?}");
        one.close().await;
        other.close().await;
    }
}

fn news(leg: LegId, second: u64, begun: entities::Timestamp, step: Step) -> News {
    News {
        leg: Which::Leg(leg),
        external_id: Some(format!("CA{leg}")),
        room_id: Some("CF1".to_owned()),
        at: Some(begun.plus(Duration::from_secs(second))),
        undated: false,
        step: Some(step),
    }
}

fn over(line: &Line<'_>, leg: LegId) -> News {
    let step = Step::Ended { how: CallState::Completed, duration_s: Some(40), error: None };
    news(leg, 60, line.nodes[0].ports.now(), step)
}

/// What the provider tells of a whole call.
fn everything(call: &Call, agent: LegId) -> Vec<News> {
    let contact = call.legs[0].id;
    let ended = |seconds| Step::Ended { how: CallState::Completed, duration_s: Some(seconds), error: None };
    let steps = [
        (agent, 2, Step::Initiated),
        (agent, 3, Step::Ringing),
        (agent, 6, Step::Answered),
        (contact, 10, Step::Held(true, Some(3))),
        (contact, 20, Step::Held(false, Some(4))),
        (agent, 25, Step::Muted(true, Some(5))),
        (agent, 46, ended(40)),
        (contact, 47, ended(47)),
    ];
    steps.map(|(leg, second, step)| news(leg, second, call.started_at, step)).to_vec()
}

#[actix::test]
async fn webhooks_that_come_to_two_nodes_in_any_order_and_twice_leave_the_same_call() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let talk = people.conversation(&one).await;
        let mut seen = Vec::new();
        for seed in 0..ROUNDS {
            let line = Line::ring([&one, &other], &people, talk).await;
            let answered = line.answer(0, somebody()).await.unwrap();
            let mut all = everything(&answered.call, answered.call.legs[1].id);
            all.extend(all.clone());
            all.shuffle(&mut StdRng::seed_from_u64(seed));
            let hearing =
                all.into_iter().enumerate().map(|(at, news)| line.on(at % 2, CallWhat::Hear(vec![news])));
            for heard in join_all(hearing).await {
                assert!(matches!(heard, Ok(_) | Err(CallRefusal::NothingNew)), "{heard:?}");
            }
            let call = line.stored().await;
            let since = |at: Option<entities::Timestamp>| at.map(|at| at.since(call.started_at).as_secs());
            seen.push((
                call.state,
                since(call.answered_at),
                since(call.ended_at),
                call.duration_s,
                call.missed,
            ));
            let told = line.told(&[]).await;
            let ends =
                told.iter().filter(|kind| matches!(kind, EventType::CallEnded | EventType::CallFailed));
            assert_eq!(ends.count(), 1, "the end is told once: {told:?}");
        }
        assert_eq!(seen[0], (CallState::Completed, Some(6), Some(47), Some(41), false));
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
        one.close().await;
        other.close().await;
    }
}
