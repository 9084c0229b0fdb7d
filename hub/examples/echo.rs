//! Says back every text it hears, on the way a session's frames go: the same intake, decoder and reassembly, with
//! nobody to sign in. The Autobahn suite talks to it (`hub/docs/websocket.md`). Where a session says 4503 of every
//! violation, this says which one, in the codes of RFC 6455 that the suite knows.

use std::time::Duration;

use actix::{Actor, ActorContext, StreamHandler};
use actix_http::ws::Item;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws::{self, CloseCode, ProtocolError, WebsocketContext, WsResponseBuilder};
use hub::ws::{
    intake::Intake,
    reassembly::{Fragment, Reassembly, Violation},
};

/// The longest message of the suite. A hub allows less: `limits.frame_bytes`.
const LIMIT: usize = 16 * 1_024 * 1_024;
const PORT: u16 = 9_001;
/// The library keeps a connection for a second after its last byte, to throw away what still comes, and the suite waits
/// no longer than that. (Under half a second the library's coarse clock would have it wait for ever.)
const NO_LINGER: Duration = Duration::ZERO;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().route("/", web::get().to(upgrade)));
    server.workers(1).client_disconnect_timeout(NO_LINGER).bind(("127.0.0.1", PORT))?.run().await
}

async fn upgrade(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Error> {
    let echo = Echo { reassembly: Reassembly::new(LIMIT), closing: false };
    WsResponseBuilder::new(echo, &request, Intake::new(payload, LIMIT)).frame_size(LIMIT).start()
}

struct Echo {
    reassembly: Reassembly,
    closing: bool,
}

type Ctx = WebsocketContext<Echo>;

impl Echo {
    fn take_fragment(&mut self, item: Item, ctx: &mut Ctx) {
        let fragment = match item {
            Item::FirstText(bytes) => Fragment::FirstText(bytes),
            Item::FirstBinary(_) => Fragment::FirstBinary,
            Item::Continue(bytes) => Fragment::Next(bytes),
            Item::Last(bytes) => Fragment::Last(bytes),
        };
        match self.reassembly.take(fragment) {
            Ok(Some(text)) => ctx.text(text),
            Ok(None) => {}
            Err(violation) => self.refuse(code(violation), ctx),
        }
    }

    fn refuse(&mut self, code: CloseCode, ctx: &mut Ctx) {
        self.closing = true;
        ctx.close(Some(code.into()));
    }
}

fn code(violation: Violation) -> CloseCode {
    match violation {
        Violation::Binary => CloseCode::Unsupported,
        Violation::TooLarge => CloseCode::Size,
        Violation::NotUtf8 => CloseCode::Invalid,
        Violation::OutOfPlace => CloseCode::Protocol,
    }
}

impl Actor for Echo {
    type Context = Ctx;
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Echo {
    fn handle(&mut self, item: Result<ws::Message, ProtocolError>, ctx: &mut Ctx) {
        if self.closing {
            if matches!(item, Ok(ws::Message::Close(_)) | Err(_)) {
                ctx.stop();
            }
            return;
        }
        match item {
            Ok(ws::Message::Text(text)) => ctx.text(text),
            Ok(ws::Message::Continuation(item)) => self.take_fragment(item, ctx),
            Ok(ws::Message::Ping(bytes)) => ctx.pong(&bytes),
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Close(reason)) => {
                self.closing = true;
                ctx.close(reason);
                ctx.stop();
            }
            Ok(ws::Message::Binary(_)) => self.refuse(CloseCode::Unsupported, ctx),
            Err(error) => {
                // A whole text that is not UTF-8 can be told from other violations by its words alone.
                let text = error.to_string().contains("utf-8");
                self.refuse(if text { CloseCode::Invalid } else { CloseCode::Protocol }, ctx);
                ctx.stop();
            }
        }
    }
}
