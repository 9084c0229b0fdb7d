//! Nodes, the wire between them, and what somebody knows who hears the news on one of them and nothing else.

use std::collections::{BTreeMap, VecDeque};

use super::*;

pub(super) const NODES: usize = 3;

/// What may happen. Nodes are counted from 0; `Deliver` and the like take the message at this place on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Join(usize, u128),
    Leave(usize, u128),
    Set(usize, u128, Availability),
    Open(usize, u128),
    Close(usize, u128),
    Arrive(usize),
    Depart(usize),
    Wait(i64),
    Deliver(usize),
    Lose(usize),
    Double(usize),
    Cut(usize),
    Mend(usize),
    /// The node ends without a word, and a new one stands in its place.
    Die(usize),
}

impl Step {
    /// It is about people, not about the wire.
    pub(super) fn is_of_people(&self) -> bool {
        !matches!(
            self,
            Self::Deliver(_) | Self::Lose(_) | Self::Double(_) | Self::Cut(_) | Self::Mend(_) | Self::Die(_)
        )
    }
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let availability =
        prop_oneof![Just(Availability::Online), Just(Availability::Away), Just(Availability::Busy)];
    let (node, somebody) = (0..NODES, 0..3u128);
    let people = prop_oneof![
        3 => (node.clone(), somebody.clone()).prop_map(|(node, user)| Step::Join(node, user)),
        3 => (node.clone(), somebody.clone()).prop_map(|(node, user)| Step::Leave(node, user)),
        2 => (node.clone(), somebody.clone(), availability).prop_map(|(node, user, it)| Step::Set(node, user, it)),
        1 => (node.clone(), somebody.clone()).prop_map(|(node, user)| Step::Open(node, user)),
        1 => (node.clone(), somebody).prop_map(|(node, user)| Step::Close(node, user)),
        1 => node.clone().prop_map(Step::Arrive),
        1 => node.clone().prop_map(Step::Depart),
        3 => (0..2 * DELAY).prop_map(Step::Wait),
    ];
    let wire = prop_oneof![
        10 => (0..100usize).prop_map(Step::Deliver),
        2 => (0..100usize).prop_map(Step::Lose),
        2 => (0..100usize).prop_map(Step::Double),
        1 => node.clone().prop_map(Step::Cut),
        2 => node.clone().prop_map(Step::Mend),
        1 => node.prop_map(Step::Die),
    ];
    prop_oneof![people, wire]
}

pub(super) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn seat() -> Seat {
    Seat { works: true, boards: None }
}

/// The conversation everything happens at.
pub(super) fn here() -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(1))
}

/// What is known by the news alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Eyes {
    pub(super) users: BTreeMap<UserId, Availability>,
    pub(super) viewing: Vec<UserId>,
    pub(super) visitor: bool,
}

impl Eyes {
    fn take(&mut self, news: News, everywhere: &Everywhere) {
        match news {
            News::User(PresenceChange { kind, user }) => self.hear(kind, user),
            News::Viewing(id) => self.viewing = viewing(everywhere, id),
            News::Visitor(_, contact) => {
                assert!(self.visitor != contact.online, "he neither joins nor leaves twice");
                self.visitor = contact.online;
            }
        }
    }

    fn hear(&mut self, kind: PresenceChangeKind, user: UserPresence) {
        match kind {
            PresenceChangeKind::Joined => {
                assert_eq!(self.users.insert(user.user_id, user.availability), None, "nobody joins twice");
            }
            PresenceChangeKind::Changed => {
                let before = self.users.insert(user.user_id, user.availability);
                assert!(before.is_some_and(|before| before != user.availability), "a change is a change");
            }
            PresenceChangeKind::Left => {
                assert!(!user.online);
                assert!(self.users.remove(&user.user_id).is_some(), "nobody leaves twice");
            }
        }
    }

    /// The same, as it is seen by who comes now.
    fn opened(everywhere: &Everywhere) -> Self {
        let present = everywhere.present().users.into_iter().map(|it| it.user);
        Self {
            users: present.map(|user| (user.user_id, user.availability)).collect(),
            viewing: viewing(everywhere, here()),
            visitor: everywhere.has_visitor(here()),
        }
    }
}

fn viewing(everywhere: &Everywhere, id: ConversationId) -> Vec<UserId> {
    everywhere.viewing(id).into_iter().map(|watcher| watcher.user_id).collect()
}

/// Sessions at something, and when the last one left.
type Tabs = BTreeMap<(usize, u128), (usize, i64)>;

pub(super) struct World {
    nodes: Vec<(Everywhere, Eyes)>,
    cut: [bool; NODES],
    wire: VecDeque<(usize, Told)>,
    now: i64,
    users: Tabs,
    watchers: Tabs,
    visitors: Tabs,
    /// The newest saying of each user, and where it was said.
    said: BTreeMap<u128, (usize, Availability)>,
    /// How long it takes, when nothing more is lost, until everything is known. A node that is gone, or is empty and was
    /// not heard, is known by its silence.
    seconds: i64,
}

/// Longer than the debounce and a heartbeat.
const SOON: i64 = 20;
/// Longer than a silence.
const LATE: i64 = 40;

impl World {
    pub(super) fn new() -> Self {
        Self {
            nodes: (0..NODES).map(|number| (node(number, 0), Eyes::default())).collect(),
            cut: [false; NODES],
            wire: VecDeque::new(),
            now: 1,
            users: Tabs::new(),
            watchers: Tabs::new(),
            visitors: Tabs::new(),
            said: BTreeMap::new(),
            seconds: SOON,
        }
    }

    pub(super) fn take(&mut self, step: Step) {
        let now = self.at();
        match step {
            Step::Join(node, id) => {
                self.users.entry((node, id)).or_default().0 += 1;
                self.on(node, |it| it.join(user(id), seat(), now));
            }
            Step::Leave(node, id) => {
                leave(&mut self.users, (node, id), self.now);
                self.on(node, |it| it.leave(user(id), now));
            }
            Step::Set(node, id, availability) => {
                if self.has(node, id) {
                    self.said.insert(id, (node, availability));
                }
                self.on(node, |it| it.set(user(id), availability, now));
            }
            Step::Open(node, id) => {
                self.watchers.entry((node, id)).or_default().0 += 1;
                let name = "Ada".into();
                let opened = |news: bool| news.then_some(News::Viewing(here())).into_iter().collect();
                self.on(node, |it| opened(it.open(here(), user(id), &name)));
            }
            Step::Close(node, id) => {
                leave(&mut self.watchers, (node, id), self.now);
                self.on(node, |it| it.close(here(), user(id), now));
            }
            Step::Arrive(node) => {
                self.visitors.entry((node, 0)).or_default().0 += 1;
                let contact = ContactId::from_uuid(Uuid::from_u128(9));
                self.on(node, |it| it.arrive(here(), contact, now));
            }
            Step::Depart(node) => {
                leave(&mut self.visitors, (node, 0), self.now);
                self.on(node, |it| it.depart(here(), now));
            }
            Step::Wait(micros) => self.wait(micros),
            _ => self.take_of_wire(step),
        }
    }

    fn take_of_wire(&mut self, step: Step) {
        let waiting = self.wire.len();
        let place = |place: usize| place.checked_rem(waiting);
        match step {
            Step::Deliver(at) => {
                let told = place(at).and_then(|at| self.wire.remove(at));
                told.into_iter().for_each(|(node, told)| self.deliver(node, told));
            }
            Step::Lose(at) => {
                self.seconds = LATE;
                place(at).and_then(|at| self.wire.remove(at));
            }
            Step::Double(at) => {
                let told = place(at).and_then(|at| self.wire.get(at).cloned());
                self.wire.extend(told);
            }
            Step::Cut(node) => (self.cut[node], self.seconds) = (true, LATE),
            Step::Mend(node) => self.cut[node] = false,
            Step::Die(number) => {
                self.seconds = LATE;
                self.nodes[number] = (node(number, self.now), Eyes::default());
                for tabs in [&mut self.users, &mut self.watchers, &mut self.visitors] {
                    tabs.retain(|(node, _), _| *node != number);
                }
                self.said.retain(|_, (node, _)| *node != number);
            }
            _ => {}
        }
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.now)
    }

    /// Does it on a node, tells what is new there, and puts on the wire what the others are to know.
    fn on(&mut self, number: usize, act: impl FnOnce(&mut Everywhere) -> Vec<News>) {
        let (everywhere, eyes) = &mut self.nodes[number];
        let news = act(everywhere);
        news.into_iter().for_each(|news| eyes.take(news, everywhere));
        assert_eq!(*eyes, Eyes::opened(everywhere), "the news tell everything");
        let told = everywhere.take_outbox();
        if self.cut[number] {
            return;
        }
        for told in told {
            let others = (0..NODES).filter(|node| *node != number);
            self.wire.extend(others.map(|node| (node, told.clone())));
        }
    }

    fn deliver(&mut self, node: usize, told: Told) {
        let now = self.at();
        if !self.cut[node] {
            self.on(node, |it| it.hear(told, now));
        }
    }

    pub(super) fn deliver_all(&mut self) {
        while let Some((node, told)) = self.wire.pop_front() {
            self.deliver(node, told);
        }
    }

    pub(super) fn wait(&mut self, micros: i64) {
        self.now += micros;
        let now = self.at();
        for node in 0..NODES {
            let healthy = !self.cut[node];
            self.on(node, |it| {
                it.bus_is(healthy, now);
                it.tick(now)
            });
        }
        for tabs in [&mut self.users, &mut self.watchers, &mut self.visitors] {
            tabs.retain(|_, (sessions, gone)| *sessions > 0 || self.now < *gone + DELAY);
        }
        self.said.retain(|user, (node, _)| self.users.contains_key(&(*node, *user)));
    }

    /// Time goes by, and nothing is lost.
    pub(super) fn calm_down(&mut self) {
        self.cut = [false; NODES];
        for _ in 0..self.seconds {
            self.wait(SECOND);
            self.deliver_all();
        }
    }

    /// The user has a session on the node, or had one a moment ago.
    pub(super) fn has(&self, node: usize, user: u128) -> bool {
        self.users.contains_key(&(node, user))
    }

    pub(super) fn eyes(&self, node: usize) -> &Eyes {
        &self.nodes[node].1
    }

    pub(super) fn is_uncertain(&self, node: usize) -> bool {
        self.nodes[node].0.is_uncertain()
    }

    pub(super) fn users(&self) -> Vec<UserId> {
        each(&self.users)
    }

    pub(super) fn watchers(&self) -> Vec<UserId> {
        each(&self.watchers)
    }

    pub(super) fn visitors(&self) -> usize {
        self.visitors.len()
    }

    /// What users said last, of those who are still where they said it.
    pub(super) fn newest(&self) -> impl Iterator<Item = (UserId, Availability)> {
        self.said.iter().map(|(id, (_, availability))| (user(*id), *availability))
    }
}

fn leave(tabs: &mut Tabs, key: (usize, u128), now: i64) {
    if let Some((sessions, gone)) = tabs.get_mut(&key).filter(|(sessions, _)| *sessions > 0) {
        *sessions -= 1;
        *gone = now;
    }
}

fn each(tabs: &Tabs) -> Vec<UserId> {
    let mut users: Vec<u128> = tabs.keys().map(|(_, user)| *user).collect();
    users.sort_unstable();
    users.dedup();
    users.into_iter().map(user).collect()
}
