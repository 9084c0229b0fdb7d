//! Requests of one session: read, judged, put in order, carried out, answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use bytes::Bytes;

use super::{
    close::Close,
    dispatch::{self, Answer},
    frames::{Call, Rejected, Request, RequestId, ServerFrame},
    limits::Admission,
    session::{Ctx, Session},
};
use crate::{
    auth::Identity,
    error::{ApiError, Code},
};

/// When a socket that does not heed the rate of signals may say the next.
const SIGNALS_AGAIN: Duration = Duration::from_secs(1);

/// A request that waits for its turn.
pub(super) struct Queued {
    /// `None`: a notification, never answered.
    pub(super) id: Option<RequestId>,
    pub(super) request: Request,
}

impl Session {
    /// A text frame of the client. What is no request counts as one: it costs as much.
    pub(super) fn read(&mut self, text: &str, ctx: &mut Ctx) {
        match (Call::read(text), self.admit(ctx)) {
            (Ok(call), Ok(())) => match call.request() {
                Ok(request) => self.begin(Queued { id: call.id, request }, ctx),
                Err(error) => self.answer(call.id.as_ref(), Err(error), ctx),
            },
            (Ok(call), Err(error)) => self.answer(call.id.as_ref(), Err(error), ctx),
            (Err(rejected), admitted) => self.reject(&rejected, admitted, ctx),
        }
    }

    fn reject(&mut self, rejected: &Rejected, admitted: Result<(), ApiError>, ctx: &mut Ctx) {
        let error = admitted.as_ref().err().unwrap_or(&rejected.error);
        self.refuse(rejected.id.as_ref(), error, ctx);
        if rejected.error.code == Code::Malformed
            && let Some(close) = self.malformed.strike(Instant::now())
        {
            self.close(close, ctx);
        }
    }

    fn admit(&mut self, ctx: &mut Ctx) -> Result<(), ApiError> {
        match self.rate.request(Instant::now()) {
            Admission::Admitted => Ok(()),
            Admission::Refused { retry_after } => Err(ApiError::rate_limited(retry_after)),
            Admission::Expelled(close) => {
                self.close(close, ctx);
                Err(Code::RateLimited.into())
            }
        }
    }

    fn begin(&mut self, queued: Queued, ctx: &mut Ctx) {
        if let Request::Authenticate(params) = queued.request {
            return self.authenticate(queued.id, params.token, ctx);
        }
        if self.identity.is_none() {
            return self.answer(queued.id.as_ref(), Err(Code::Unauthenticated.into()), ctx);
        }
        if let Err(error) = self.admit_signal(&queued.request) {
            return self.answer(queued.id.as_ref(), Err(error), ctx);
        }
        match self.in_flight.begin() {
            Admission::Admitted => {
                self.order.push(dispatch::lane(&queued.request), queued);
                self.start_ready(ctx);
            }
            Admission::Refused { retry_after } => {
                self.answer(queued.id.as_ref(), Err(ApiError::rate_limited(retry_after)), ctx);
            }
            Admission::Expelled(close) => self.close(close, ctx),
        }
    }

    /// What everybody else is told of has a rate of its own. Past it a socket is refused and not sent away: typing
    /// comes in with every key somebody presses.
    fn admit_signal(&mut self, request: &Request) -> Result<(), ApiError> {
        if !request.is_signal() {
            return Ok(());
        }
        match self.signal_rate.request(Instant::now()) {
            Admission::Admitted => Ok(()),
            Admission::Refused { retry_after } => Err(ApiError::rate_limited(retry_after)),
            Admission::Expelled(_) => Err(ApiError::rate_limited(SIGNALS_AGAIN)),
        }
    }

    fn start_ready(&mut self, ctx: &mut Ctx) {
        for (ticket, queued) in self.order.ready() {
            let Some(identity) = self.identity.clone() else { continue };
            match queued.request {
                Request::Subscribe(params) => self.subscribe((ticket, queued.id), params, ctx),
                Request::Unsubscribe(params) => self.unsubscribe((ticket, queued.id), params, ctx),
                Request::Ping(_) => self.ask_cursor((ticket, queued.id), ctx),
                request => self.carry_out((ticket, queued.id), identity, request, ctx),
            }
        }
    }

    fn carry_out(
        &self,
        (ticket, id): (u64, Option<RequestId>),
        identity: Arc<Identity>,
        request: Request,
        ctx: &mut Ctx,
    ) {
        let (hub, session) = (self.hub.clone(), self.key);
        let (method, began) = (request.method(), Instant::now());
        let work = async move { dispatch::carry_out(&hub, &identity, session, request).await };
        ctx.spawn(work.into_actor(self).map(move |outcome, session, ctx| {
            metrics::histogram!("ws_request_seconds", "method" => method)
                .record(began.elapsed().as_secs_f64());
            session.finish((ticket, id.as_ref()), outcome, ctx);
        }));
    }

    /// A request is done: its answer goes out, and the next of its lane begins.
    pub(super) fn finish(&mut self, whose: (u64, Option<&RequestId>), outcome: Answer, ctx: &mut Ctx) {
        self.finish_with(whose, outcome, &[], ctx);
    }

    /// The same, with what belongs right behind the answer.
    pub(super) fn finish_with(
        &mut self,
        (ticket, id): (u64, Option<&RequestId>),
        outcome: Answer,
        behind: &[Bytes],
        ctx: &mut Ctx,
    ) {
        self.in_flight.end();
        self.order.done(ticket);
        self.answer(id, outcome, ctx);
        for frame in behind {
            self.send(frame.clone(), ctx);
        }
        self.start_ready(ctx);
    }

    fn answer(&mut self, id: Option<&RequestId>, outcome: Answer, ctx: &mut Ctx) {
        let Some(id) = id else { return };
        match outcome {
            Ok(result) => self.send_frame(&ServerFrame::Result { id, result: &result }, ctx),
            Err(error) => self.refuse(Some(id), &error, ctx),
        }
    }

    /// The tenant did not take what the session had to say: it lost its place.
    pub(super) fn lost_place(&mut self, ctx: &mut Ctx) {
        self.close(Close::Resync, ctx);
    }
}
