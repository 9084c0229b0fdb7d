//! What one `message.send` puts into the store, in plain values.

use rand::Rng;
use rand::rngs::StdRng;
use uuid::Uuid;

use crate::measure::now_micros;

/// A sealed `message.created` with the message and the head of its conversation.
const EVENT_BYTES: usize = 400;
/// A sealed answer: the message and its seq.
const ANSWER_BYTES: usize = 400;

/// A conversation that one closed loop writes to.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) tenant: Uuid,
    pub(super) conversation: Uuid,
    pub(super) channel: Uuid,
    pub(super) contact: Uuid,
    pub(super) user: Uuid,
    pub(super) rev: i64,
    sent: u64,
}

/// One commit's worth of rows.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) tenant: Uuid,
    pub(super) conversation: Uuid,
    pub(super) contact: Uuid,
    pub(super) user: Uuid,
    pub(super) expected_rev: i64,
    pub(super) message: Uuid,
    pub(super) event: Uuid,
    pub(super) actor: String,
    pub(super) client_id: String,
    pub(super) body: String,
    pub(super) last_message: String,
    pub(super) data: Vec<u8>,
    pub(super) request_hash: Vec<u8>,
    pub(super) answer: Vec<u8>,
    pub(super) at: i64,
}

impl Thread {
    pub(super) fn new(tenant: Uuid) -> Self {
        let [conversation, channel, contact, user] = std::array::from_fn(|_| Uuid::now_v7());
        Self { tenant, conversation, channel, contact, user, rev: 1, sent: 0 }
    }

    /// The next message; it expects the one before to be committed.
    pub(super) fn next(&mut self, random: &mut StdRng) -> Operation {
        let message = Uuid::now_v7();
        let body = format!("message {} of a conversation that never ends, and says little", self.sent);
        let expected_rev = self.rev;
        self.rev += 1;
        self.sent += 1;
        Operation {
            tenant: self.tenant,
            conversation: self.conversation,
            contact: self.contact,
            user: self.user,
            expected_rev,
            message,
            event: Uuid::now_v7(),
            actor: format!("user:{}", self.user),
            client_id: Uuid::now_v7().to_string(),
            last_message: format!(
                r#"{{"id":"{message}","body":"{body}","author":{{"kind":"user","id":"{}","name":"Ada"}},"created_at":"2026-11-20T10:31:07.120Z"}}"#,
                self.user
            ),
            body,
            data: noise(random, EVENT_BYTES),
            request_hash: noise(random, 32),
            answer: noise(random, ANSWER_BYTES),
            at: now_micros(),
        }
    }
}

/// Sealed bytes do not compress.
fn noise(random: &mut StdRng, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill(bytes.as_mut_slice());
    bytes
}
