//! Search over real messages: both databases find the same, and what they find is what stands there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use actors::{
    conversation::{Change, EditMessage, SendMessage, UpdateConversation, What},
    search::{self, Found, Search, Words},
    testing::{House, Node, People, eventually},
};
use entities::{BoardId, ConversationId, terms};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Words that are written in many ways, and what must never be taken for an operator.
const SAID: [&str; 14] = [
    "parcel",
    "Parcels",
    "café",
    "CAFE\u{301}",
    "straße",
    "注文",
    "late",
    "\"late\"",
    "AND",
    "(",
    "don't",
    "*",
    "\\",
    "№7",
];

fn asking(typed: &str) -> Search {
    Search { words: Words::read(typed).unwrap(), visible_boards: None }
}

async fn change(node: &Node, people: &People, id: ConversationId, what: What) -> actors::conversation::Reply {
    let change = Change::new(people.agent(), what);
    node.conversations.change(people.tenant, id, change).await.unwrap()
}

async fn say(node: &Node, people: &People, id: ConversationId, body: &str) -> entities::MessageId {
    let send = SendMessage { body: body.to_owned(), ..SendMessage::default() };
    change(node, people, id, What::Send(send)).await.message.unwrap().id
}

async fn found(node: &Node, people: &People, typed: &str) -> Vec<String> {
    let newest = search::newest(node.ports.store(), people.tenant, asking(typed), (None, 500)).await;
    newest.unwrap().0.into_iter().map(|found| found.message.body).collect()
}

fn said(random: &mut StdRng) -> String {
    let words: Vec<&str> = (0..random.random_range(1..5)).map(|_| *SAID.choose(random).unwrap()).collect();
    format!("{} .", words.join(" "))
}

/// What search promises, said slowly.
fn matches(body: &str, typed: &str) -> bool {
    let (body, typed) = (terms::terms(body), terms::terms(typed));
    typed.iter().enumerate().all(|(index, word)| {
        body.iter().any(|term| {
            let begun = index + 1 == typed.len() && term.folded.starts_with(&word.folded);
            begun || term.folded == word.folded
        })
    })
}

#[actix::test]
async fn any_text_is_found_by_its_words_and_by_no_others() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let mut random = StdRng::seed_from_u64(7);
        let mut bodies = Vec::new();
        for _ in 0..60 {
            let body = format!("{} {}", said(&mut random), bodies.len());
            let message_id = say(&node, &people, id, &body).await;
            bodies.push(body);
            if random.random_bool(0.2) {
                let body = format!("{} {}", said(&mut random), bodies.len());
                let edit = EditMessage { message_id, body: body.clone(), rev: None, others: true };
                change(&node, &people, id, What::Edit(edit)).await;
                *bodies.last_mut().unwrap() = body;
            }
        }
        for _ in 0..60 {
            let typed = said(&mut random);
            if Words::read(&typed).is_err() {
                continue;
            }
            let expected: Vec<String> =
                bodies.iter().rev().filter(|body| matches(body, &typed)).cloned().collect();
            assert_eq!(found(&node, &people, &typed).await, expected, "{typed:?} on {}", house.url());
        }
        node.close().await;
    }
}

#[actix::test]
async fn pages_of_one_search_join_without_gap_or_double() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        for number in 0..25 {
            say(&node, &people, id, &format!("tick {number}")).await;
        }
        let (mut bodies, mut below) = (Vec::new(), None);
        loop {
            let page = search::newest(node.ports.store(), people.tenant, asking("tick"), (below, 4)).await;
            let (page, next) = page.unwrap();
            bodies.extend(page.into_iter().map(|found: Found| found.message.body));
            below = next;
            if below.is_none() {
                break;
            }
        }
        let expected: Vec<String> = (0..25).rev().map(|number| format!("tick {number}")).collect();
        assert_eq!(bodies, expected);
        node.close().await;
    }
}

#[actix::test]
async fn a_reader_of_other_boards_finds_nothing_but_is_told_where_to_go_on() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, others) = (People::arrive(&node).await, People::arrive(&node).await);
        let id = people.conversation(&node).await;
        say(&node, &people, id, "hello").await;
        let board = people.board(&node.ports, "North").await;
        let update = UpdateConversation { board_id: Some(board), ..UpdateConversation::default() };
        change(&node, &people, id, What::Update(update)).await;
        let blind = Search { visible_boards: Some(Vec::new()), ..asking("hello") };
        let (page, next) =
            search::newest(node.ports.store(), people.tenant, blind, (None, 10)).await.unwrap();
        assert!(page.is_empty() && next.is_none());
        assert_eq!(found(&node, &people, "hello").await, ["hello"]);
        assert_eq!(found(&node, &others, "hello").await, [""; 0]);
        node.close().await;
    }
}

/// How many messages with the word whoever has these boards sees.
async fn seen_on(node: &Node, people: &People, typed: &str, boards: &[BoardId]) -> usize {
    let search = Search { visible_boards: Some(boards.to_vec()), ..asking(typed) };
    let found = search::newest(node.ports.store(), people.tenant, search, (None, 10_000)).await;
    found.unwrap().0.len()
}

#[actix::test]
async fn messages_are_found_on_the_board_their_conversation_moved_to() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (moves, stays) = (people.conversation(&node).await, people.conversation(&node).await);
        let (north, south) =
            (people.board(&node.ports, "North").await, people.board(&node.ports, "South").await);
        let to = |board| {
            let update = UpdateConversation { board_id: Some(board), ..UpdateConversation::default() };
            What::Update(update)
        };
        change(&node, &people, stays, to(north)).await;
        for number in 0..20 {
            say(&node, &people, moves, &format!("hello {number}")).await;
            say(&node, &people, stays, &format!("hello {number}")).await;
        }
        for board in [south, north, south] {
            change(&node, &people, moves, to(board)).await;
        }
        say(&node, &people, moves, "hello again").await;
        eventually("all of it is found on its new board", async || {
            (seen_on(&node, &people, "hello", &[south]).await == 21).then_some(())
        })
        .await;
        assert_eq!(seen_on(&node, &people, "hello", &[north]).await, 20);
        assert_eq!(seen_on(&node, &people, "hello", &[north, south]).await, 41);
        assert_eq!(seen_on(&node, &people, "hello", &[]).await, 0);
        node.close().await;
    }
}
