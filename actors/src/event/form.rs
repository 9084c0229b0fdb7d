//! One event on its way to many: encoded at most once for each kind of reader.

use std::sync::OnceLock;

use bytes::Bytes;

use super::Recorded;

/// Which shape of an event a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The whole data.
    Agent,
    /// The reduced shapes.
    Visitor,
}

/// A recorded event and the frames made of it so far. Shared by all sessions that receive it.
#[derive(Debug)]
pub struct LiveEvent {
    pub event: Recorded,
    agent: OnceLock<Bytes>,
    visitor: OnceLock<Bytes>,
}

impl LiveEvent {
    /// An event nobody has encoded yet.
    #[must_use]
    pub fn new(event: Recorded) -> Self {
        Self { event, agent: OnceLock::new(), visitor: OnceLock::new() }
    }

    /// The frame of `form`, made by `encode` unless another reader already asked.
    pub fn frame(&self, form: Form, encode: impl FnOnce(&Recorded) -> Bytes) -> Bytes {
        let cell = match form {
            Form::Agent => &self.agent,
            Form::Visitor => &self.visitor,
        };
        cell.get_or_init(|| encode(&self.event)).clone()
    }

    /// About how much memory the event holds, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        const HEAD: usize = 400;
        let frames = [&self.agent, &self.visitor].map(|cell| cell.get().map_or(0, Bytes::len));
        HEAD + self.event.data.len() + frames.iter().sum::<usize>()
    }
}
