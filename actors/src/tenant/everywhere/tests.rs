//! Three nodes and a wire that loses, doubles, delays and reorders.

mod bounds;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::bus::NodeId;
use world::{NODES, Step, World, here, seat, step, user};

const DELAY: i64 = 5_000_000;
const SECOND: i64 = 1_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * SECOND)
}

fn node(number: usize, born: i64) -> Everywhere {
    Everywhere::new(Life { node: NodeId(Uuid::from_u128(number as u128)), born }, DELAY)
}

/// Who is here on any node, in the simplest words: what each said, if he said anything since he came.
#[derive(Default)]
struct Model {
    said: BTreeMap<u128, Option<Availability>>,
}

impl Model {
    fn take(&mut self, step: Step, world: &World) {
        if let Step::Join(_, user) = step {
            self.said.entry(user).or_default();
        }
        if let Step::Set(node, user, availability) = step
            && world.has(node, user)
        {
            self.said.insert(user, Some(availability));
        }
        self.said.retain(|user, _| (0..NODES).any(|node| world.has(node, *user)));
    }

    fn seen(&self) -> BTreeMap<UserId, Availability> {
        let online = |said: &Option<Availability>| said.unwrap_or(Availability::Online);
        self.said.iter().map(|(id, said)| (user(*id), online(said))).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_happens_in_any_order_everybody_knows_who_is_here(
        steps in prop::collection::vec(step(), 0..150),
    ) {
        let (mut world, mut model) = (World::new(), Model::default());
        for step in steps.into_iter().filter(Step::is_of_people) {
            world.wait(1);
            world.deliver_all();
            world.take(step);
            world.deliver_all();
            model.take(step, &world);
            for node in 0..NODES {
                prop_assert_eq!(&world.eyes(node).users, &model.seen());
            }
        }
    }

    #[test]
    fn once_nothing_is_lost_for_a_heartbeat_everybody_sees_the_same_and_it_is_true(
        steps in prop::collection::vec(step(), 0..150),
    ) {
        let mut world = World::new();
        for step in steps {
            world.wait(1);
            world.take(step);
        }
        world.calm_down();
        let users = world.users();
        for node in 0..NODES {
            let eyes = world.eyes(node);
            prop_assert_eq!(eyes.users.keys().copied().collect::<Vec<_>>(), users.clone());
            prop_assert_eq!(eyes, world.eyes(0), "all see the same");
            prop_assert_eq!(eyes.visitor, world.visitors() > 0);
            prop_assert_eq!(&eyes.viewing, &world.watchers());
            for (user, said) in world.newest() {
                prop_assert_eq!(eyes.users[&user], said, "the newest saying holds");
            }
            prop_assert!(!world.is_uncertain(node));
        }
    }
}

/// Takes what `from` has to tell to `to`, and what is answered back, until all is said.
fn talk(one: &mut Everywhere, other: &mut Everywhere, now: Timestamp) -> [Vec<News>; 2] {
    let mut news = [Vec::new(), Vec::new()];
    loop {
        let (to_other, to_one) = (one.take_outbox(), other.take_outbox());
        if to_other.is_empty() && to_one.is_empty() {
            return news;
        }
        to_one.into_iter().for_each(|told| news[0].extend(one.hear(told, now)));
        to_other.into_iter().for_each(|told| news[1].extend(other.hear(told, now)));
    }
}

#[test]
fn who_comes_on_another_node_is_what_he_said_and_moving_is_no_news() {
    let (mut old, mut new) = (node(1, 0), node(2, 0));
    old.join(user(1), seat(), at(0));
    old.set(user(1), Availability::Busy, at(1));
    talk(&mut old, &mut new, at(1));
    old.leave(user(1), at(2));
    assert_eq!(new.join(user(1), seat(), at(4)), []);
    assert_eq!(talk(&mut old, &mut new, at(4)), [[], []]);
    assert_eq!((old.tick(at(7)), new.tick(at(7))), (Vec::new(), Vec::new()));
    assert_eq!(talk(&mut old, &mut new, at(7)), [[], []]);
    for everywhere in [&old, &new] {
        let present = everywhere.present().users;
        assert_eq!((present.len(), present[0].sessions), (1, 1));
        assert_eq!((present[0].user.availability, present[0].user.since), (Availability::Busy, at(1)));
    }
}

#[test]
fn what_was_said_survives_the_node_it_was_said_on() {
    let (mut one, mut other, mut third) = (node(1, 0), node(2, 0), node(3, 0));
    one.join(user(1), seat(), at(0));
    other.join(user(1), seat(), at(0));
    talk(&mut one, &mut other, at(0));
    one.set(user(1), Availability::Away, at(1));
    talk(&mut one, &mut other, at(1));
    one.leave(user(1), at(2));
    one.tick(at(7));
    talk(&mut one, &mut other, at(7));
    third.tick(at(7));
    talk(&mut other, &mut third, at(7));
    for everywhere in [&other, &third] {
        assert_eq!(everywhere.present().users[0].user.availability, Availability::Away);
    }
}

#[test]
fn a_node_that_is_silent_loses_its_set_and_not_before_it_was_asked() {
    let (mut one, mut other) = (node(1, 0), node(2, 0));
    one.join(user(1), seat(), at(0));
    one.arrive(here(), ContactId::from_uuid(Uuid::from_u128(9)), at(0));
    talk(&mut one, &mut other, at(0));
    assert_eq!(other.tick(at(29)), []);
    assert!(matches!(other.take_outbox()[..], [Told { what: What::Ask { whom: Some(_) }, .. }]));
    let news = other.tick(at(30));
    assert!(matches!(
        news[..],
        [News::User(PresenceChange { kind: PresenceChangeKind::Left, .. }), News::Visitor(..)]
    ));
    assert!(other.present().users.is_empty() && !other.has_visitor(here()));
    assert_eq!(other.tick(at(60)), [], "once");
}

#[test]
fn a_clock_that_jumps_is_nobodys_silence() {
    let (mut one, mut other) = (node(1, 0), node(2, 0));
    one.join(user(1), seat(), at(0));
    talk(&mut one, &mut other, at(0));
    assert_eq!(other.tick(at(3_600)), []);
    talk(&mut one, &mut other, at(3_600));
    assert_eq!(other.tick(at(3_601)), []);
    assert_eq!(other.present().users.len(), 1);
}

#[test]
fn while_the_bus_is_unhealthy_nobody_is_lost_and_work_is_given_to_this_node_alone() {
    let (mut one, mut other) = (node(1, 0), node(2, 0));
    one.join(user(1), seat(), at(0));
    other.join(user(2), seat(), at(0));
    talk(&mut one, &mut other, at(0));
    assert_eq!((other.available().len(), other.is_uncertain()), (2, false));
    for second in 1..200 {
        other.bus_is(false, at(second));
        assert_eq!(other.tick(at(second)), []);
    }
    assert!(other.present().uncertain && other.snapshot().uncertain);
    assert_eq!(other.present().users.len(), 2, "frozen");
    assert_eq!(other.available().iter().map(|it| it.user.user_id).collect::<Vec<_>>(), [user(2)]);
    other.set(user(2), Availability::Busy, at(200));
    assert!(!other.is_attended(None));
    other.take_outbox();

    other.bus_is(true, at(200));
    assert!(other.is_attended(None), "he on the other node can be asked again");
    let asked = other.take_outbox();
    assert!(asked.iter().any(|told| told.what == What::Ask { whom: None }));
    for second in 201..230 {
        assert_eq!(other.tick(at(second)), [], "the silence begins anew");
    }
    assert_eq!(other.tick(at(230)).len(), 1);
    assert!(!other.present().uncertain);
}

#[test]
fn who_becomes_live_asks_and_sees_everybody_at_once() {
    let (mut one, mut other) = (node(1, 0), node(2, 0));
    for number in 1..=2_500 {
        one.join(user(number), seat(), at(0));
    }
    let mut third = node(3, 0);
    one.take_outbox().into_iter().for_each(|told| drop(third.hear(told, at(0))));
    assert_eq!(third.present().users.len(), 2_500, "as they came");
    let [_, news] = talk(&mut one, &mut other, at(1));
    assert_eq!((news.len(), other.present().users.len()), (2_500, 2_500));
    let asked = Told::ask(other.life, Some(third.life));
    one.hear(asked, at(2));
    assert!(one.take_outbox().is_empty(), "somebody else was asked");
}

#[test]
fn a_set_that_was_not_told_is_asked_for_once_within_five_seconds() {
    let (mut one, mut other) = (node(1, 0), node(2, 0));
    one.join(user(1), seat(), at(0));
    // This is lost, and so is every answer.
    one.take_outbox();
    other.take_outbox();
    let mut asked = 0;
    for number in 2..=20 {
        one.join(user(number), seat(), at(0));
        for told in one.take_outbox() {
            other.hear(told, at(i64::try_from(number).unwrap() / 2));
        }
        asked += other.take_outbox().len();
    }
    assert_eq!(asked, 2);
    assert!(other.present().users.is_empty(), "what does not follow is not guessed at");
}
