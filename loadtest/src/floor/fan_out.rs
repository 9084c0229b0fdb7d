//! The bare fan-out: one thread writes a WebSocket text frame to each of many loopback sockets.
//!
//! Another process reads them, so that the CPU of reading is not counted.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::measure::thread_cpu;
use crate::report::{Cell, Report, Table, bar, per_second, ratio};

/// The payload of an ordinary `message.created`.
const PAYLOAD_BYTES: usize = 500;
/// Frames of a burst.
pub const BURST: usize = 10;

/// How frames leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// One frame to each socket, then wait until all have read it.
    Alone,
    /// Ten frames to each socket, a `write()` each, then wait.
    Burst,
    /// Ten frames to each socket in one `write()`, then wait: what coalescing can win at best.
    BurstInOneWrite,
}

/// CPU time of the writing thread over all it delivered.
#[derive(Debug, Clone, Copy)]
pub struct Delivered {
    pub deliveries: u64,
    pub cpu: Duration,
    pub during: Duration,
}

impl Delivered {
    #[must_use]
    pub fn cpu_micros(&self) -> f64 {
        ratio(self.cpu.as_secs_f64() * 1e6, self.deliveries as f64)
    }
}

impl Manner {
    pub const ALL: [Self; 3] = [Self::Alone, Self::Burst, Self::BurstInOneWrite];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Burst => "burst of ten",
            Self::BurstInOneWrite => "burst of ten in one write",
        }
    }

    fn frames(self) -> usize {
        if self == Self::Alone { 1 } else { BURST }
    }

    fn frames_per_write(self) -> usize {
        if self == Self::BurstInOneWrite { BURST } else { 1 }
    }
}

/// Measures one manner over `sockets` loopback sockets.
///
/// # Errors
/// When the machine refuses that many sockets.
pub async fn measure(sockets: usize, manner: Manner, during: Duration) -> Result<Delivered> {
    tokio::task::spawn_blocking(move || measure_here(sockets, manner, during))
        .await
        .context("the writing thread panicked")?
}

/// Measures all manners.
///
/// # Errors
/// When the machine refuses that many sockets.
pub async fn report(sockets: usize, during: Duration) -> Result<Report> {
    let mut report = Report::new("floor: bare fan-out");
    let mut table = Table::new(
        format!("bare write() of a {PAYLOAD_BYTES}-byte text frame to {sockets} loopback sockets"),
        &["manner", "deliveries", "cpu_us_per_delivery", "deliveries_per_s"],
    );
    let progress = bar("bare fan-out", Manner::ALL.len() as u64);
    for manner in Manner::ALL {
        let delivered = measure(sockets, manner, during).await?;
        table.row([
            Cell::from(manner.name()),
            delivered.deliveries.into(),
            delivered.cpu_micros().into(),
            per_second(delivered.deliveries, delivered.during).into(),
        ]);
        progress.step();
    }
    report.table(table);
    Ok(report)
}

fn measure_here(sockets: usize, manner: Manner, during: Duration) -> Result<Delivered> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let frame = text_frame();
    let mut reader = start_reader(listener.local_addr()?, sockets, frame.len() * manner.frames() * sockets)?;
    let delivered = write_rounds(&listener, sockets, manner, during, &frame);
    // It ends by itself when its sockets close; if writing failed early it may still be connecting.
    let _ = reader.kill();
    reader.wait()?;
    delivered
}

fn start_reader(writer: SocketAddr, sockets: usize, round_bytes: usize) -> Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["read-sockets", &writer.to_string(), &sockets.to_string(), &round_bytes.to_string()])
        .spawn()
        .context("cannot start the reading process")
}

fn write_rounds(
    listener: &TcpListener,
    sockets: usize,
    manner: Manner,
    during: Duration,
    frame: &[u8],
) -> Result<Delivered> {
    let (mut reader, _) = listener.accept()?;
    let mut accepted: Vec<TcpStream> = Vec::with_capacity(sockets);
    for number in 0..sockets {
        let (socket, _) = listener
            .accept()
            .with_context(|| format!("socket {number} of {sockets} was refused; see ulimit -n"))?;
        socket.set_nodelay(true)?;
        accepted.push(socket);
    }
    let once = frame.repeat(manner.frames_per_write());
    let writes = manner.frames() / manner.frames_per_write();
    let mut round = |rounds: &mut u64| -> Result<()> {
        for socket in &mut accepted {
            for _ in 0..writes {
                socket.write_all(&once)?;
            }
        }
        reader.read_exact(&mut [0]).context("the reading process ended")?;
        *rounds += 1;
        Ok(())
    };
    round(&mut 0)?;
    let (started, cpu_before, mut rounds) = (Instant::now(), thread_cpu()?, 0);
    while started.elapsed() < during {
        round(&mut rounds)?;
    }
    let (cpu, during) = (thread_cpu()?.saturating_sub(cpu_before), started.elapsed());
    ensure!(rounds > 0, "nothing was delivered in {during:?}");
    Ok(Delivered { deliveries: rounds * (sockets * manner.frames()) as u64, cpu, during })
}

/// An unmasked text frame, as a server sends it.
fn text_frame() -> Vec<u8> {
    let length = (PAYLOAD_BYTES as u16).to_be_bytes();
    let mut frame = vec![0x81, 126, length[0], length[1]];
    frame.resize(4 + PAYLOAD_BYTES, b'x');
    frame
}
