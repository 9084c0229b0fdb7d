//! Frames on their way out: as many in one turn as the socket takes, and the rest in the next.

use std::{collections::VecDeque, future::poll_fn, sync::Arc, task::Poll};

use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use actors::event::LiveEvent;
use bytes::Bytes;

use super::{
    backlog::Flow,
    close::Close,
    encode,
    frames::{RequestId, ServerFrame},
    session::{Ctx, Session},
};
use crate::error::ApiError;

impl Session {
    /// Sends a frame, and gives the socket a turn when it has enough to do.
    pub(super) fn send(&mut self, frame: Bytes, ctx: &mut Ctx) {
        match self.write(frame, ctx) {
            Flow::On => {}
            Flow::Turn => ctx.wait(one_turn().into_actor(self).map(|(), session, _| session.backlog.taken())),
            Flow::Overflow => self.close(Close::TooSlow, ctx),
        }
    }

    pub(super) fn send_frame(&mut self, frame: &ServerFrame<'_>, ctx: &mut Ctx) {
        self.send(frame.encode().into(), ctx);
    }

    pub(super) fn refuse(&mut self, id: Option<&RequestId>, error: &ApiError, ctx: &mut Ctx) {
        self.send_frame(&ServerFrame::Error { id, error }, ctx);
    }

    /// Sends events, with a turn of the socket whenever it has enough to do, and goes on with `then`. One commit or
    /// one page of the log can be many times what a turn holds. Nothing else of this session happens meanwhile.
    pub(super) fn show(
        &mut self,
        mut events: VecDeque<Arc<LiveEvent>>,
        ctx: &mut Ctx,
        then: impl FnOnce(&mut Self, &mut Ctx) + 'static,
    ) {
        let Some(identity) = self.identity.clone() else { return };
        while let Some(event) = events.pop_front() {
            let flow = self.write(encode::event(&event, &identity.viewer), ctx);
            self.took(&event, ctx);
            match flow {
                Flow::On => {}
                Flow::Turn => {
                    return ctx.wait(one_turn().into_actor(self).map(move |(), session, ctx| {
                        session.backlog.taken();
                        session.show(events, ctx, then);
                    }));
                }
                Flow::Overflow => return self.close(Close::TooSlow, ctx),
            }
        }
        then(self, ctx);
    }
}

/// Pending once: the context hands what it holds to the socket and comes back when the socket wants more.
async fn one_turn() {
    let mut turned = false;
    poll_fn(|task| {
        if turned {
            return Poll::Ready(());
        }
        turned = true;
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
