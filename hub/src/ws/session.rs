//! One socket as an actor. The only file that knows actix-web-actors, so replacing it is a change to one file.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix::{Actor, ActorContext, AsyncContext, Handler, Recipient, StreamHandler};
use actix_http::ws::Item;
use actix_web::{HttpRequest, HttpResponse, http::header, web::Payload};
use actix_web_actors::ws::{self, CloseReason, ProtocolError, WebsocketContext, WsResponseBuilder};
use actors::audit::Trail;
use actors::tenant::{Deliver, SessionKey};
use bytes::Bytes;
use bytestring::ByteString;
use uuid::Uuid;

use super::{
    admission::Arrival,
    backlog::{Backlog, Flow},
    close::Close,
    handshake::Handshake,
    intake::Intake,
    limits::{InFlight, Malformed, RequestRate},
    order::Order,
    reassembly::{Fragment, Reassembly},
    requests::Queued,
    subscription::Subscription,
    taken::Taken,
};
use crate::{auth::Identity, hub::Hub};

/// Messages that may wait for a session. Delivery gives it up when they are too many.
const SLOTS: usize = 256;
/// How long a peer has to answer our close.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

pub(super) type Ctx = WebsocketContext<Session>;

/// A client's session.
pub(super) struct Session {
    pub(super) hub: Arc<Hub>,
    pub(super) key: SessionKey,
    pub(super) id: Uuid,
    pub(super) handshake: Handshake,
    /// Of the upgrade.
    pub(super) trail: Trail,
    /// What happens first; taken when the session starts.
    pub(super) arrival: Option<Arrival>,
    /// `None` until it said who it is.
    pub(super) identity: Option<Arc<Identity>>,
    /// The one address; given away when the session joins its tenant.
    pub(super) address: Option<Recipient<Deliver>>,
    pub(super) joined: bool,
    pub(super) subscription: Subscription,
    pub(super) taken: Taken,
    pub(super) order: Order<Queued>,
    pub(super) in_flight: InFlight,
    pub(super) rate: RequestRate,
    pub(super) signal_rate: RequestRate,
    pub(super) malformed: Malformed,
    /// What waits for an answer of the tenant, by the number it was asked under. Each is answered or dies with us.
    pub(super) asked: HashMap<u64, super::subscription::Asked>,
    pub(super) next_asked: u64,
    pub(super) heard: Instant,
    pub(super) sent: Instant,
    pub(super) pinged: Instant,
    pub(super) began: Instant,
    pub(super) warned: bool,
    reassembly: Reassembly,
    pub(super) backlog: Backlog,
    closing: bool,
}

impl Session {
    pub(super) fn new(hub: Arc<Hub>, handshake: Handshake, arrival: Arrival, trail: Trail) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (limits, now) = (&hub.settings.limits, Instant::now());
        let per_second = NonZeroU32::new(limits.requests_per_s).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(limits.burst).unwrap_or(NonZeroU32::MIN);
        Self {
            key: SessionKey(NEXT.fetch_add(1, Ordering::Relaxed)),
            id: hub.ports.draw(),
            handshake,
            trail,
            arrival: Some(arrival),
            identity: None,
            address: None,
            joined: false,
            subscription: Subscription::default(),
            taken: Taken::default(),
            order: Order::default(),
            in_flight: InFlight::new(limits.in_flight),
            rate: RequestRate::new(per_second, burst, now),
            signal_rate: RequestRate::of_signals(now),
            malformed: Malformed::default(),
            asked: HashMap::new(),
            next_asked: 0,
            heard: now,
            pinged: now,
            sent: now,
            began: now,
            warned: false,
            reassembly: Reassembly::new(limits.frame_bytes),
            backlog: Backlog::default(),
            closing: false,
            hub,
        }
    }

    /// Answers the upgrade and starts the session on it.
    ///
    /// # Errors
    /// When the request is no WebSocket handshake.
    pub(super) fn open(
        self,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<HttpResponse, actix_web::Error> {
        let limit = self.hub.settings.limits.frame_bytes;
        let protocol = self.handshake.answer_protocol;
        let mut response =
            WsResponseBuilder::new(self, request, Intake::new(payload, limit)).frame_size(limit).start()?;
        if let Some(protocol) = protocol {
            let value = header::HeaderValue::from_static(protocol);
            response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, value);
        }
        Ok(response)
    }

    /// Hands a frame to the socket.
    pub(super) fn write(&mut self, frame: Bytes, ctx: &mut Ctx) -> Flow {
        let Some(text) = ByteString::try_from(frame).ok().filter(|_| !self.closing) else { return Flow::On };
        const HEADER: usize = 10;
        let bytes = text.len() + HEADER;
        self.sent = Instant::now();
        ctx.text(text);
        self.backlog.wrote(bytes)
    }

    pub(super) fn ping(&mut self, ctx: &mut Ctx) {
        if !self.closing {
            self.pinged = Instant::now();
            ctx.ping(b"");
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing
    }

    /// Says why, once, and ends the socket.
    pub(super) fn close(&mut self, close: Close, ctx: &mut Ctx) {
        if self.closing {
            return;
        }
        self.closing = true;
        metrics::counter!("ws_closed_total", "reason" => close.word()).increment(1);
        let description = Some(close.reason().into_owned());
        ctx.close(Some(CloseReason { code: close.code().into(), description }));
        ctx.run_later(CLOSE_PATIENCE, |_, ctx| ctx.stop());
    }

    /// Control frames and fragments cost something too.
    fn admit_frame(&mut self, ctx: &mut Ctx) -> bool {
        use super::limits::Admission;
        match self.rate.request(Instant::now()) {
            Admission::Expelled(close) => {
                self.close(close, ctx);
                false
            }
            Admission::Admitted | Admission::Refused { .. } => true,
        }
    }

    fn take_fragment(&mut self, item: Item, ctx: &mut Ctx) {
        let fragment = match item {
            Item::FirstText(bytes) => Fragment::FirstText(bytes),
            Item::FirstBinary(_) => Fragment::FirstBinary,
            Item::Continue(bytes) => Fragment::Next(bytes),
            Item::Last(bytes) => Fragment::Last(bytes),
        };
        match self.reassembly.take(fragment) {
            Ok(Some(text)) => self.read(&text, ctx),
            Ok(None) => {
                self.admit_frame(ctx);
            }
            Err(_) => self.close(Close::ProtocolViolation, ctx),
        }
    }
}

impl Actor for Session {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        ctx.set_mailbox_capacity(SLOTS);
        // Exactly once: each clone of an address has a mailbox slot of its own, and no mailbox would ever be full.
        self.address = Some(ctx.address().recipient());
        metrics::gauge!("ws_sessions").increment(1.0);
        self.hub.departure.came();
        self.watch(ctx);
        self.arrive(ctx);
    }

    fn stopped(&mut self, _: &mut Ctx) {
        metrics::gauge!("ws_sessions").decrement(1.0);
        self.hub.departure.went();
        self.tell_taken();
        if let Some(identity) = self.identity.as_ref().filter(|_| self.joined) {
            self.hub.tenants.leave(identity.tenant, self.key);
        }
    }
}

impl Handler<Deliver> for Session {
    type Result = ();

    fn handle(&mut self, message: Deliver, ctx: &mut Ctx) {
        self.deliver(message, ctx);
    }
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Session {
    fn handle(&mut self, item: Result<ws::Message, ProtocolError>, ctx: &mut Ctx) {
        self.heard = Instant::now();
        if self.closing {
            if matches!(item, Ok(ws::Message::Close(_)) | Err(_)) {
                ctx.stop();
            }
            return;
        }
        match item {
            Ok(ws::Message::Text(text)) => self.read(&text, ctx),
            Ok(ws::Message::Continuation(item)) => self.take_fragment(item, ctx),
            Ok(ws::Message::Ping(bytes)) => {
                if self.admit_frame(ctx) {
                    ctx.pong(&bytes);
                }
            }
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {
                self.admit_frame(ctx);
            }
            Ok(ws::Message::Close(reason)) => {
                self.closing = true;
                ctx.close(reason);
                ctx.stop();
            }
            Ok(ws::Message::Binary(_)) => self.close(Close::ProtocolViolation, ctx),
            // The intake turns a lost connection into an ordinary end: what errs here broke the protocol.
            Err(_) => {
                self.close(Close::ProtocolViolation, ctx);
                ctx.stop();
            }
        }
    }
}
