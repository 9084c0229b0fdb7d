//! Pages and counts of conversations, as `GET /api/conversations` and its counts ask for them.

use actors::{
    conversation::{list, list::Inbox, store},
    reading,
    testing::{Crowd, House, Node, People},
};
use entities::{
    ConversationId, Place, Timestamp, UserId,
    conversation::{Assignee, ConversationStatus, Filter},
};
use uuid::Uuid;

use super::ask::Asker;

/// A page.
const LIMIT: usize = 50;

/// How far the hub counts.
const MOST: u64 = 1_000;

/// In a tenant with as many conversations as the asker says.
pub(crate) async fn measure(house: &House, asker: Asker) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let crowd = Crowd { conversations: asker.of_all, messages: 0 };
    crowd.gather(house, &people).await.close().await.unwrap();
    let desk = Desk { node: &node, people };
    for (question, filter, below) in pages(people.owner, asker.of_all / 2) {
        asker.ask(question, async || desk.page(filter.clone(), below).await).await;
    }
    for (question, filter) in counts(people.owner) {
        asker.ask(question, async || desk.counts(filter.clone()).await).await;
    }
    node.close().await;
}

/// Who asks.
struct Desk<'a> {
    node: &'a Node,
    people: People,
}

impl Desk<'_> {
    /// A page, with what the owner has read of it.
    async fn page(&self, filter: Filter, below: Option<Place>) -> usize {
        let (store, tenant) = (self.node.ports.store(), self.people.tenant);
        let inbox = Inbox { filter, ..Inbox::default() };
        let (page, _) = list::page(store, tenant, inbox, (below, LIMIT)).await.unwrap();
        reading::store::seen_by(store, (tenant, self.people.owner), page).await.unwrap().len()
    }

    /// By status, or where the filter asks for the unread, of those.
    async fn counts(&self, filter: Filter) -> usize {
        let (store, tenant) = (self.node.ports.store(), self.people.tenant);
        let counted = if filter.unread_by.is_some() {
            list::count_unread(store, tenant, filter, MOST).await.unwrap()
        } else {
            let counts = store::counts(store, tenant, filter, MOST).await.unwrap();
            counts.iter().map(|(_, count)| count).sum()
        };
        usize::try_from(counted).unwrap()
    }
}

type Page = (&'static str, Filter, Option<Place>);

fn pages(me: UserId, middle: u64) -> Vec<Page> {
    let at = Timestamp::from_micros(i64::try_from(middle).unwrap());
    let id = ConversationId::from_uuid(Uuid::nil()).as_uuid();
    let deep = Some(Place { at, id });
    let all = Filter::default;
    let mine = Filter { assignee: Some(Assignee::User(me)), ..all() };
    let nobodys = Filter { assignee: Some(Assignee::Nobody), ..all() };
    let on_board = Filter { board_id: Some(Crowd::BUSY_BOARD), ..all() };
    let quiet = Filter { visible_boards: Some(vec![Crowd::QUIET_BOARD]), ..all() };
    let open = Some(ConversationStatus::Open);
    let resolved = Some(ConversationStatus::Resolved);
    vec![
        ("first page", all(), None),
        ("deep page", all(), deep),
        ("open", Filter { status: open, ..all() }, None),
        ("resolved", Filter { status: resolved, ..all() }, None),
        ("of a board", on_board.clone(), None),
        ("of a board, open", Filter { status: open, ..on_board.clone() }, None),
        ("mine", mine.clone(), None),
        ("mine, open", Filter { status: open, ..mine }, None),
        ("nobody's", nobodys.clone(), None),
        ("nobody's, deep", nobodys.clone(), deep),
        ("nobody's, open", Filter { status: open, ..nobodys.clone() }, None),
        ("nobody's, of a board, open", Filter { status: open, assignee: nobodys.assignee, ..on_board }, None),
        ("unread", Filter { unread_by: Some(me), ..all() }, None),
        ("breached", Filter { breached: true, ..all() }, None),
        ("seen by a quiet board", quiet.clone(), None),
        ("seen by a quiet board, open", Filter { status: open, ..quiet.clone() }, None),
        ("seen by a quiet board, resolved", Filter { status: resolved, ..quiet }, None),
        ("unread, by who read all", Filter { unread_by: Some(Crowd::READER), ..all() }, None),
    ]
}

fn counts(me: UserId) -> Vec<(&'static str, Filter)> {
    let all = Filter::default;
    let quiet = Some(vec![Crowd::QUIET_BOARD]);
    vec![
        ("counts by status", all()),
        ("counts by status, seen by a quiet board", Filter { visible_boards: quiet, ..all() }),
        ("count of unread", Filter { unread_by: Some(me), ..all() }),
        ("count of unread, by who read all", Filter { unread_by: Some(Crowd::READER), ..all() }),
    ]
}
