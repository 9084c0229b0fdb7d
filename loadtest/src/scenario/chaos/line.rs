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

use parking_lot::RwLock;
use rand::Rng;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::AbortHandle,
    time::{Instant, sleep_until, timeout},
};

/// How long an end may take to accept a connection; the next one is tried then.
const PATIENCE: Duration = Duration::from_millis(500);
/// Read at once, and how many of these may be under way in one direction.
const PIECE_BYTES: usize = 16 * 1024;
const PIECES: usize = 64;

/// What happens to whatever is on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Good,
    /// Connections break at once.
    Away,
    /// Nothing moves, and nothing breaks.
    Frozen,
    /// Every piece takes so long, in each direction, and up to half as long again.
    Slow(Duration),
    /// Bytes vanish. A connection that lives through a moment of this is never heard again, and nobody is told.
    Lost,
}

/// It ends when it is dropped, with every connection on it.
pub(super) struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    ends: RwLock<Vec<SocketAddr>>,
    next: AtomicUsize,
    state: watch::Sender<State>,
    cuts: watch::Sender<u64>,
    losses: watch::Sender<u64>,
}

/// Some bytes, and when they arrive; none are the end.
type Piece = (Instant, Vec<u8>);

impl Line {
    /// A good line to the first of these ends that accepts, each in its turn.
    pub(super) async fn to(ends: Vec<SocketAddr>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let shared = Arc::new(Shared {
            ends: RwLock::new(ends),
            next: AtomicUsize::new(0),
            state: watch::Sender::new(State::Good),
            cuts: watch::Sender::new(0),
            losses: watch::Sender::new(0),
        });
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Ok(Self { address, shared, accepting })
    }

    /// Where it begins.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where connections go that come from now on.
    pub(super) fn lead_to(&self, ends: Vec<SocketAddr>) {
        *self.shared.ends.write() = ends;
    }

    /// From now on.
    pub(super) fn set(&self, state: State) {
        self.shared.state.send_replace(state);
        match state {
            State::Away => self.cut(),
            State::Lost => self.shared.losses.send_modify(|losses| *losses += 1),
            State::Good | State::Frozen | State::Slow(_) => {}
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
                _ = shared.connect(near) => {}
                _ = cuts.changed() => {}
            }
        });
    }
}

impl Shared {
    async fn connect(&self, mut near: TcpStream) -> io::Result<()> {
        let mut losses = self.losses.subscribe();
        if *self.state.borrow() == State::Lost {
            return until_given_up(&mut near).await;
        }
        self.moving().await;
        let mut far = self.reach().await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        tokio::select! {
            carried = self.carry(&mut near, &mut far) => carried,
            // The far side is kept: it is told nothing either.
            _ = losses.changed() => until_given_up(&mut near).await,
        }
    }

    async fn reach(&self) -> io::Result<TcpStream> {
        let ends = self.ends.read().clone();
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for _ in 0..ends.len() {
            let end = ends[self.next.fetch_add(1, Ordering::Relaxed) % ends.len()];
            match timeout(PATIENCE, TcpStream::connect(end)).await {
                Ok(Ok(far)) => return Ok(far),
                Ok(Err(error)) => last = error,
                Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
            }
        }
        Err(last)
    }

    /// When one side has said its last word the other one is still heard, as TCP has it.
    async fn carry(&self, near: &mut TcpStream, far: &mut TcpStream) -> io::Result<()> {
        let ((from_near, to_near), (from_far, to_far)) = (near.split(), far.split());
        tokio::try_join!(self.pass(from_near, to_far), self.pass(from_far, to_near)).map(drop)
    }

    async fn pass(&self, from: impl AsyncRead + Unpin, to: impl AsyncWrite + Unpin) -> io::Result<()> {
        let (under_way, arriving) = mpsc::channel(PIECES);
        tokio::try_join!(self.take(from, under_way), self.give(arriving, to)).map(drop)
    }

    async fn take(&self, mut from: impl AsyncRead + Unpin, under_way: mpsc::Sender<Piece>) -> io::Result<()> {
        let mut bytes = vec![0; PIECE_BYTES];
        loop {
            let read = from.read(&mut bytes).await?;
            let piece = (Instant::now() + self.latency(), bytes[..read].to_vec());
            if under_way.send(piece).await.is_err() || read == 0 {
                return Ok(());
            }
        }
    }

    async fn give(
        &self,
        mut arriving: mpsc::Receiver<Piece>,
        mut to: impl AsyncWrite + Unpin,
    ) -> io::Result<()> {
        while let Some((due, bytes)) = arriving.recv().await {
            sleep_until(due).await;
            self.moving().await;
            if bytes.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&bytes).await?;
        }
        Ok(())
    }

    fn latency(&self) -> Duration {
        match *self.state.borrow() {
            State::Slow(latency) => latency.mul_f64(rand::rng().random_range(1.0..1.5)),
            State::Good | State::Away | State::Frozen | State::Lost => Duration::ZERO,
        }
    }

    async fn moving(&self) {
        // The sender lives as long as the line.
        let _ = self.state.subscribe().wait_for(|state| *state != State::Frozen).await;
    }
}

/// Takes what comes and answers nothing, until the other side is tired of it.
async fn until_given_up(near: &mut TcpStream) -> io::Result<()> {
    copy(near, &mut sink()).await.map(drop)
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
    async fn a_slow_line_is_late_and_keeps_the_order() {
        let line = Line::to(vec![echo().await]).await.unwrap();
        line.set(State::Slow(Duration::from_millis(20)));
        let mut near = TcpStream::connect(line.address()).await.unwrap();
        let began = Instant::now();
        for number in 0..20_u8 {
            near.write_all(&[number]).await.unwrap();
        }
        let mut back = [0; 20];
        near.read_exact(&mut back).await.unwrap();
        assert!(began.elapsed() >= Duration::from_millis(40), "there and back");
        assert!(back.iter().copied().eq(0..20), "{back:?}");
    }

    #[tokio::test]
    async fn who_was_on_the_line_when_bytes_were_lost_is_never_heard_again() {
        let line = Line::to(vec![echo().await]).await.unwrap();
        let mut before = TcpStream::connect(line.address()).await.unwrap();
        says(&mut before).await.unwrap();
        line.set(State::Lost);
        let mut meanwhile = TcpStream::connect(line.address()).await.unwrap();
        for near in [&mut before, &mut meanwhile] {
            assert!(
                timeout(Duration::from_millis(100), says(near)).await.is_err(),
                "nothing comes, nothing breaks"
            );
        }
        line.set(State::Good);
        for near in [&mut before, &mut meanwhile] {
            assert!(timeout(Duration::from_millis(100), says(near)).await.is_err(), "nor after that");
        }
        says(&mut TcpStream::connect(line.address()).await.unwrap()).await.unwrap();
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
