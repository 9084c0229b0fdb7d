//! More than there is room for.

use super::*;
use crate::tenant::{
    others,
    roll::{Change, Entry, Summary},
};

fn life(number: usize) -> Life {
    Life { node: NodeId(Uuid::from_u128(number as u128)), born: 0 }
}

fn visitor(number: usize) -> Entry {
    let conversation = ConversationId::from_uuid(Uuid::from_u128(number as u128));
    Entry::Visitor { conversation, contact: ContactId::from_uuid(Uuid::nil()), since: at(0) }
}

fn put(from: usize, number: usize, after: u64) -> Told {
    Told { from: life(from), what: What::Changed { after, changes: vec![Change::Put(visitor(number))] } }
}

#[test]
fn entries_for_which_there_is_no_room_are_not_kept_and_asked_for_when_there_is() {
    let mut everywhere = node(1, 0);
    everywhere.take_outbox();
    let all: Vec<Entry> = (1..=others::ENTRIES).map(visitor).collect();
    let pages = all.len() / 1_000;
    for (page, entries) in all.chunks(1_000).enumerate() {
        let entries = entries.to_vec();
        let what = What::Whole { to: life(1), version: 7, page, pages, entries };
        everywhere.hear(Told { from: life(2), what }, at(1));
    }
    assert!(everywhere.has_visitor(ConversationId::from_uuid(Uuid::from_u128(50_000))));
    assert!(!everywhere.is_uncertain());

    let one_more = others::ENTRIES + 1;
    assert_eq!(everywhere.hear(put(2, one_more, 7), at(2)), []);
    assert!(everywhere.is_uncertain() && everywhere.is_full());
    assert_eq!(everywhere.hear(put(3, one_more, 0), at(2)), [], "nor of another node");
    let alive = |entries, hash| What::Alive(Summary { version: 8, hash, entries });
    everywhere.hear(Told { from: life(2), what: alive(one_more, 1) }, at(3));
    assert_eq!(everywhere.take_outbox().len(), 0, "it would not fit: nobody is asked");

    let gone = What::Changed { after: 8, changes: vec![Change::Gone(visitor(1).key())] };
    assert_eq!(everywhere.hear(Told { from: life(2), what: gone }, at(4)).len(), 1);
    let what = What::Alive(Summary { version: 9, hash: 1, entries: others::ENTRIES });
    everywhere.hear(Told { from: life(2), what }, at(5));
    let asked = everywhere.take_outbox();
    assert!(matches!(asked[..], [Told { what: What::Ask { whom: Some(whom) }, .. }] if whom == life(2)));
}

#[test]
fn one_node_too_many_is_not_listened_to_until_another_is_gone() {
    let mut everywhere = node(1, 0);
    for number in 0..others::NODES {
        assert_eq!(everywhere.hear(put(number + 2, number, 0), at(1)).len(), 1);
    }
    assert!(!everywhere.is_uncertain());
    let late = others::NODES + 2;
    assert_eq!(everywhere.hear(put(late, late, 0), at(2)), []);
    assert!(everywhere.is_uncertain());
    for second in [28, 33] {
        everywhere.tick(at(second));
    }
    assert!(!everywhere.is_uncertain(), "all are gone, and nobody is turned away");
    assert_eq!(everywhere.hear(put(late, late, 0), at(34)).len(), 1);
}

#[test]
fn a_page_that_comes_twice_counts_once_and_an_older_set_does_not_count() {
    let mut everywhere = node(1, 0);
    let page = |version, page, entries: &[usize]| {
        let entries = entries.iter().map(|number| visitor(*number)).collect();
        Told { from: life(2), what: What::Whole { to: life(1), version, page, pages: 2, entries } }
    };
    for told in [page(5, 0, &[1]), page(5, 0, &[1]), page(4, 1, &[3]), page(4, 0, &[4])] {
        assert_eq!(everywhere.hear(told, at(1)), []);
    }
    assert_eq!(everywhere.hear(page(5, 1, &[2]), at(1)).len(), 2);
    assert_eq!(everywhere.hear(page(4, 0, &[]), at(1)), []);
    assert_eq!(everywhere.hear(page(4, 1, &[]), at(1)), []);
    for (number, is_here) in [(1, true), (2, true), (3, false), (4, false)] {
        let id = ConversationId::from_uuid(Uuid::from_u128(number));
        assert_eq!(everywhere.has_visitor(id), is_here);
    }
}
