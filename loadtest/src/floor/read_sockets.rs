//! The reading process of the bare fan-out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Reads until the writer closes; after every `round_bytes` it tells the writer with one byte.
#[derive(Debug, Args)]
pub struct ReadSockets {
    writer: SocketAddr,
    sockets: usize,
    round_bytes: u64,
}

impl ReadSockets {
    /// # Errors
    /// When a socket cannot be opened.
    pub async fn run(&self) -> Result<()> {
        ensure!(self.round_bytes > 0, "a round has no bytes");
        let mut control = TcpStream::connect(self.writer).await?;
        control.set_nodelay(true)?;
        let read = Arc::new(AtomicU64::new(0));
        let (round_done, mut rounds) = mpsc::channel(16);
        let mut readers = JoinSet::new();
        for _ in 0..self.sockets {
            let socket = TcpStream::connect(self.writer).await?;
            readers.spawn(read_one(socket, Arc::clone(&read), self.round_bytes, round_done.clone()));
        }
        drop(round_done);
        while rounds.recv().await.is_some() {
            if control.write_all(b".").await.is_err() {
                break;
            }
        }
        Ok(())
    }
}

async fn read_one(
    mut socket: TcpStream,
    read: Arc<AtomicU64>,
    round_bytes: u64,
    round_done: mpsc::Sender<()>,
) {
    let mut buffer = vec![0; 8 * 1024];
    while let Ok(length @ 1..) = socket.read(&mut buffer).await {
        let before = read.fetch_add(length as u64, Ordering::Relaxed);
        let after = before + length as u64;
        // The writer waits for the end of a round, so only one read can reach it.
        if after / round_bytes > before / round_bytes && round_done.send(()).await.is_err() {
            return;
        }
    }
}
