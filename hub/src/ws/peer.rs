//! What the operating system shall do about a peer that is gone.

use std::{any::Any, time::Duration};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{dev::Extensions, rt::net::TcpStream};
use socket2::{SockRef, TcpKeepalive};

/// Bytes that nobody acknowledges for this long end the connection: the peer never reads, or is not there any more.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
const KEEPALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(60))
    .with_interval(Duration::from_secs(10))
    .with_retries(3);

/// For `HttpServer::on_connect`.
pub fn prepare(connection: &dyn Any, _: &mut Extensions) {
    let in_clear = connection.downcast_ref::<TcpStream>();
    let under_tls = || connection.downcast_ref::<TlsStream<TcpStream>>().map(|stream| stream.get_ref().0);
    let Some(stream) = in_clear.or_else(under_tls) else { return };
    let socket = SockRef::from(stream);
    let set = socket
        .set_tcp_user_timeout(Some(UNACKNOWLEDGED))
        .and_then(|()| socket.set_tcp_keepalive(&KEEPALIVE))
        .and_then(|()| socket.set_tcp_nodelay(true));
    if let Err(error) = set {
        tracing::debug!(%error, "a connection keeps its usual settings");
    }
}
