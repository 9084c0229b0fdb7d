//! What time does to a session: heartbeats, silence, and tokens that end.

use std::time::{Duration, Instant};

use actix::AsyncContext;

use super::{
    close::Close,
    frames::ServerFrame,
    session::{Ctx, Session},
};

/// How often a session looks at the clock, at least.
const TICK: Duration = Duration::from_secs(1);
/// So long before a token ends its client is told.
const NOTICE: Duration = Duration::from_secs(60);

impl Session {
    pub(super) fn watch(&self, ctx: &mut Ctx) {
        // A heartbeat that is a whole tick late would come when its answer is overdue, if both are a second.
        let tick = TICK.min(self.hub.settings.realtime.heartbeat() / 4);
        ctx.run_interval(tick, |session, ctx| {
            if !session.is_closing() {
                session.look_at_the_clock(ctx);
            }
        });
    }

    fn look_at_the_clock(&mut self, ctx: &mut Ctx) {
        let (now, realtime) = (Instant::now(), &self.hub.settings.realtime);
        let heartbeat = realtime.heartbeat();
        if self.hub.departure.is_due(self.key) {
            return self.close(Close::GoingAway, ctx);
        }
        let Some(identity) = self.identity.clone() else {
            if now.duration_since(self.began) >= realtime.authenticate_within() {
                self.close(Close::NoAuthentication, ctx);
            }
            return;
        };
        if now.duration_since(self.heard) >= heartbeat * 2 {
            return self.close(Close::NoHeartbeat, ctx);
        }
        let time = self.hub.ports.now();
        let Some(expires_at) = identity.expires_at else { return self.look_at_silence(now, ctx) };
        if time >= expires_at {
            return self.close(Close::TokenExpired, ctx);
        }
        if !self.warned && time.plus(NOTICE) >= expires_at {
            self.warned = true;
            self.send_frame(&ServerFrame::SessionExpiring { expires_at }, ctx);
        }
        self.look_at_silence(now, ctx);
    }

    fn look_at_silence(&mut self, now: Instant, ctx: &mut Ctx) {
        let heartbeat = self.hub.settings.realtime.heartbeat();
        if now.duration_since(self.sent) >= heartbeat {
            self.begin_heartbeat(ctx);
        } else if now.duration_since(self.heard.max(self.pinged)) >= heartbeat {
            // Who only listens, to a line that is never silent, is asked whether he is there.
            self.ping(ctx);
        }
    }
}
