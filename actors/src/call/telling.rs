//! From a decision to what is committed: the row of the call, that of its conversation when it moves, and the events.

use entities::{
    EventId, JobId, TenantId, Timestamp,
    event::{Audience, TopicKind},
    sealed::{DataKeys, SealError},
};

use crate::{
    clock::IdSource,
    contact::Brief,
    conversation::{Conversation, called_at},
    event::{ContactData, ConversationData, Data, Event, EventType, Head},
    journal::{Commit, Record, Row},
};

use super::{
    afterwards, duty,
    follow_up::{self, FollowUp},
    messages::CallChange,
    models,
    outcome::{About, Decision, Told},
    shape::Call,
};

/// What a decision is committed with.
pub(super) struct Telling<'a> {
    pub(super) tenant: TenantId,
    pub(super) change: &'a CallChange,
    pub(super) now: Timestamp,
    pub(super) ids: &'a dyn IdSource,
    pub(super) keys: &'a DataKeys,
    /// Of a call that breaks off now.
    pub(super) follow_up: Option<FollowUp>,
}

impl Telling<'_> {
    /// The commit of a decision. The conversation moves in the lists when the call begins and ends.
    pub(super) fn commit(
        &self,
        decision: &Decision,
        conversation: Option<Conversation>,
    ) -> Result<Commit, SealError> {
        let by = self.change.by.principal;
        let record = Record::Call(models::row(self.tenant, &decision.after, (by, self.now), self.keys)?);
        let mut rows = vec![if decision.fresh { Row::Insert(record) } else { Row::Update(record) }];
        let mut conversation = conversation;
        let mut moved = None;
        if let (true, Some(before)) = (decision.moves, &conversation) {
            let (after, row) = called_at(self.tenant, before, (by, self.now));
            moved = Some(Brief { id: after.contact.id, activity_at: after.activity_at });
            rows.push(row);
            rows.push(Row::ContactActive(after.contact.id, after.activity_at));
            conversation = Some(after);
        }
        let shape = decision.after.shape();
        // Who sees the call sees no conversation of another board.
        let seen = |it: &Conversation| it.board_id.is_none() || it.board_id == decision.after.board_id;
        let brief = conversation.filter(seen).map(|it| ConversationData::Brief(Box::new(it.brief())));
        let events = decision.told.iter().map(|told| {
            let mut event = self.event(told, &shape);
            event.head.left_board_id = decision.left_board.filter(|_| event.head.user_id.is_none());
            if told.kind == EventType::CallFailed {
                let offered = self.follow_up.as_ref().filter(|follow_up| !follow_up.sends);
                event.data.follow_up = offered.map(|offered| offered.body.as_str().into());
            }
            if told.kind.audience() != Audience::User {
                event.data.conversation.clone_from(&brief);
                event.data.contact = moved.map(ContactData::Brief);
            }
            event
        });
        let events = events.collect();
        let draw = || JobId::from_uuid(self.ids.draw());
        let mut jobs = duty::jobs(&decision.after, &decision.duties, self.now, draw);
        jobs.extend(duty::look(&decision.after, self.now).filter(|_| !self.change.looking));
        if decision.ends() {
            jobs.extend(afterwards::jobs(&decision.after, self.now, draw));
        }
        let sent = self.follow_up.as_ref().filter(|follow_up| follow_up.sends);
        jobs.extend(sent.map(|sent| follow_up::job(&decision.after, &sent.body, (draw(), self.now))));
        let settled = self.change.receipt.as_ref();
        rows.extend(settled.map(|receipt| receipt.settled(Some(decision.after.contact_id), self.now)));
        Ok(Commit::new(self.tenant, self.now, rows, events).owing(jobs))
    }

    fn event(&self, told: &Told, call: &Call) -> Event {
        let user = match told.about {
            About::Offered(user, _) | About::OfferEnded(user, _) => Some(user),
            About::Call | About::Failed(..) => None,
        };
        let head = Head {
            id: EventId::from_uuid(self.ids.draw()),
            kind: told.kind.clone(),
            topic_kind: if user.is_some() { TopicKind::User } else { TopicKind::Call },
            topic_id: user.map_or(call.id.as_uuid(), |user| user.as_uuid()),
            contact_id: call.contact_id,
            conversation_id: Some(call.conversation_id).filter(|_| user.is_none()),
            board_id: call.board_id.filter(|_| user.is_none()),
            left_board_id: None,
            audience: told.kind.audience(),
            user_id: user,
            left_user_id: None,
            actor: self.change.by.principal,
            client_id: told.client_id.clone(),
            at: self.now,
        };
        Event { head, data: data(told, call) }
    }
}

fn data(told: &Told, call: &Call) -> Data {
    let whole = Data { call: Some(Box::new(call.clone())), ..Data::default() };
    match &told.about {
        About::Call => whole,
        About::Offered(_, expires_at) => {
            Data { expires_at: Some(*expires_at), how: Some("ring".into()), ..whole }
        }
        About::OfferEnded(_, reason) => {
            Data { call_id: Some(call.id), reason: Some((*reason).into()), ..Data::default() }
        }
        About::Failed(control, error) => {
            Data { control: Some(*control), error: Some(error.clone()), ..whole }
        }
    }
}
