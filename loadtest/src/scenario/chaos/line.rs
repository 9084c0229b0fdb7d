//! A line that can be broken: in front of Redis or PostgreSQL, and, with several ends, a balancer in front of hubs.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::AbortHandle,
    time::timeout,
};

/// How long an end may take to accept a connection; the next one is tried then.
const PATIENCE: Duration = Duration::from_millis(500);

/// What happens to whatever is on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Good,
    /// Connections break at once.
    Away,
    /// Nothing moves, and nothing breaks.
    Frozen,
}

/// It ends when it is dropped, with every connection on it.
pub(super) struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    ends: Vec<SocketAddr>,
    next: AtomicUsize,
    state: watch::Sender<State>,
    cuts: watch::Sender<u64>,
}

impl Line {
    /// A good line to the first of these ends that accepts, each in its turn.
    pub(super) async fn to(ends: Vec<SocketAddr>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (state, cuts) = (watch::Sender::new(State::Good), watch::Sender::new(0));
        let shared = Arc::new(Shared { ends, next: AtomicUsize::new(0), state, cuts });
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Ok(Self { address, shared, accepting })
    }

    /// Where it begins.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on.
    pub(super) fn set(&self, state: State) {
        self.shared.state.send_replace(state);
        if state == State::Away {
            self.cut();
        }
    }

    /// Breaks every connection there is.
    pub(super) fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((near, _)) = listener.accept().await {
        let (shared, mut cuts) = (shared.clone(), shared.cuts.subscribe());
        if *shared.state.borrow() == State::Away {
            continue;
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = shared.carry(near) => {}
                _ = cuts.changed() => {}
            }
        });
    }
}

impl Shared {
    async fn carry(&self, near: TcpStream) -> io::Result<()> {
        self.moving().await;
        let far = self.reach().await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
        // When one side has said its last word the other one is still heard, as TCP has it.
        tokio::try_join!(self.pass(from_near, to_far), self.pass(from_far, to_near)).map(drop)
    }

    async fn reach(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for _ in 0..self.ends.len() {
            let end = self.ends[self.next.fetch_add(1, Ordering::Relaxed) % self.ends.len()];
            match timeout(PATIENCE, TcpStream::connect(end)).await {
                Ok(Ok(far)) => return Ok(far),
                Ok(Err(error)) => last = error,
                Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
            }
        }
        Err(last)
    }

    async fn pass(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let read = from.read(&mut bytes).await?;
            self.moving().await;
            if read == 0 {
                return to.shutdown().await;
            }
            to.write_all(&bytes[..read]).await?;
        }
    }

    async fn moving(&self) {
        // The sender lives as long as the line.
        let _ = self.state.subscribe().wait_for(|state| *state != State::Frozen).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says everything back.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = near.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn says(near: &mut TcpStream) -> io::Result<()> {
        near.write_all(b"hello").await?;
        near.read_exact(&mut [0; 5]).await.map(drop)
    }

    #[tokio::test]
    async fn a_line_carries_breaks_and_holds_still() {
        let line = Line::to(vec![echo().await]).await.unwrap();
        let mut near = TcpStream::connect(line.address()).await.unwrap();
        says(&mut near).await.unwrap();
        line.set(State::Frozen);
        assert!(timeout(Duration::from_millis(100), says(&mut near)).await.is_err(), "nothing moves");
        line.set(State::Good);
        near.read_exact(&mut [0; 5]).await.unwrap();
        line.set(State::Away);
        assert!(says(&mut near).await.is_err());
        let mut again = TcpStream::connect(line.address()).await.unwrap();
        assert!(says(&mut again).await.is_err());
        line.set(State::Good);
        let mut back = TcpStream::connect(line.address()).await.unwrap();
        says(&mut back).await.unwrap();
    }

    #[tokio::test]
    async fn an_end_that_is_dead_is_passed_over() {
        let dead = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
        let line = Line::to(vec![dead, echo().await, dead]).await.unwrap();
        for _ in 0..4 {
            says(&mut TcpStream::connect(line.address()).await.unwrap()).await.unwrap();
        }
    }
}
