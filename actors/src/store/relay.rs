//! A way to PostgreSQL on which nothing waits.
//!
//! The driver leaves Nagle's algorithm on (sqlx 0.9.0, <https://github.com/transact-rs/sqlx/issues/4335>): a batch, which is many
//! statements one after the other, waits for an acknowledgement again and again, and a node writes a quarter of what it could. So the
//! driver is led over a socket of this machine to a connection on which that is off. TLS is the driver's own, from end to end.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpStream, UnixListener, UnixStream},
    task::AbortHandle,
    time::sleep,
};
use uuid::Uuid;

/// After the machine had no descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections until it is dropped.
pub(super) struct Relay {
    folder: PathBuf,
    accepting: AbortHandle,
}

impl Relay {
    /// To the server at this address, from a socket that Linux keeps in no file, so that none stays behind. Whoever finds it on this
    /// machine comes as far as he would over TCP.
    ///
    /// # Errors
    /// Where there are no such sockets.
    pub(super) fn to(host: &str, port: u16) -> io::Result<Self> {
        let folder = PathBuf::from(format!("\0switchboard-{}", Uuid::now_v7().simple()));
        let listener = UnixListener::bind(socket(&folder, port))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let accepting = tokio::spawn(accept(listener, host, port)).abort_handle();
        Ok(Self { folder, accepting })
    }

    /// Where the driver looks for the socket.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// As PostgreSQL and the driver name it.
fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, host: String, port: u16) {
    loop {
        match listener.accept().await {
            Ok((near, _)) => drop(tokio::spawn(carry(near, host.clone(), port))),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn carry(mut near: UnixStream, host: String, port: u16) {
    let far = TcpStream::connect((host.as_str(), port)).await;
    match far.and_then(|far| far.set_nodelay(true).map(|()| far)) {
        // How it ends is seen by the driver.
        Ok(mut far) => drop(copy_bidirectional(&mut near, &mut far).await),
        Err(error) => tracing::warn!(%error, host, port, "PostgreSQL cannot be reached"),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::testing::eventually;

    #[tokio::test]
    async fn what_comes_in_goes_on_and_comes_back_until_it_is_dropped() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        let relay = Relay::to("127.0.0.1", port).unwrap();
        let socket = socket(relay.folder(), port);
        let mut near = UnixStream::connect(&socket).await.unwrap();
        let (mut far, _) = server.accept().await.unwrap();
        let mut heard = [0; 4];
        near.write_all(b"asks").await.unwrap();
        far.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"asks");
        far.write_all(b"told").await.unwrap();
        near.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"told");
        drop(far);
        assert_eq!(near.read(&mut heard).await.unwrap(), 0, "the end is passed on, too");
        drop(relay);
        eventually("it listens no more", async || UnixStream::connect(&socket).await.err()).await;
    }

    #[tokio::test]
    async fn where_nobody_listens_the_line_ends() {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let relay = Relay::to("[127.0.0.1]", port).unwrap();
        let mut near = UnixStream::connect(relay.folder().join(format!(".s.PGSQL.{port}"))).await.unwrap();
        assert_eq!(near.read(&mut [0; 4]).await.unwrap(), 0);
    }
}
