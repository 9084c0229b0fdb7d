//! Searches, as `GET /api/search` asks for them.

use actors::{
    conversation::{Change, SendMessage, What},
    search::{self, Search, Words},
    testing::{Crowd, House, Node, People},
};
use entities::BoardId;

use super::ask::Asker;

/// A page.
const LIMIT: usize = 50;

/// In a tenant with as many messages as the asker says, beside another one.
pub(crate) async fn measure(house: &House, asker: Asker) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let other = People::arrive(&node).await;
    let crowd = Crowd { conversations: 1_000, messages: asker.of_all };
    crowd.gather(house, &people).await.close().await.unwrap();
    say(&node, &other, "elsewhere").await;
    for (question, typed, order) in asked(i64::try_from(asker.of_all / 2).unwrap()) {
        asker.ask(question, async || find(&node, &people, (typed, order)).await).await;
    }
    node.close().await;
}

#[derive(Clone, Copy)]
enum Order {
    Newest,
    /// Newest first, below a seq.
    Below(i64),
    /// Newest first, for who sees this board alone.
    SeenBy(BoardId),
    Rank,
    /// Newest first, with the words that are like it.
    Similar,
}

fn asked(middle: i64) -> Vec<(&'static str, &'static str, Order)> {
    let quiet = Order::SeenBy(Crowd::QUIET_BOARD);
    vec![
        ("a word of all", "common", Order::Newest),
        ("a word of all, deep", "common", Order::Below(middle)),
        ("a word of one in a thousand", "w7", Order::Newest),
        ("a word of the oldest alone", "once77", Order::Newest),
        ("a word of none", "nowhere", Order::Newest),
        ("two words, one of one in a thousand", "common w7", Order::Newest),
        ("two words, one of the oldest alone", "common once77", Order::Newest),
        ("two words, never together", "z1 z2", Order::Newest),
        ("a word of another tenant", "elsewhere", Order::Newest),
        ("a word of all, seen by a quiet board", "common", quiet),
        ("a word of another board", "once77", quiet),
        ("a word like all the others there are", "comx", Order::Similar),
        ("best of a word of all", "common", Order::Rank),
        ("best of a word of one in a thousand", "w7", Order::Rank),
    ]
}

async fn find(node: &Node, people: &People, (typed, order): (&str, Order)) -> usize {
    let visible_boards = match order {
        Order::SeenBy(board) => Some(vec![board]),
        _ => None,
    };
    let below = match order {
        Order::Below(seq) => Some(seq),
        _ => None,
    };
    let (store, words) = (node.ports.store(), Words::read(typed).unwrap());
    let words = match order {
        Order::Similar => search::similar(store, people.tenant, words).await.unwrap(),
        _ => words,
    };
    let search = Search { words, visible_boards };
    match order {
        Order::Rank => search::best(store, people.tenant, search, LIMIT).await.unwrap().len(),
        _ => search::newest(store, people.tenant, search, (below, LIMIT)).await.unwrap().0.len(),
    }
}

async fn say(node: &Node, people: &People, body: &str) {
    let id = people.conversation(node).await;
    let what = What::Send(SendMessage { body: body.to_owned(), ..SendMessage::default() });
    let change = Change::new(people.agent(), what);
    node.conversations.change(people.tenant, id, change).await.unwrap();
}
