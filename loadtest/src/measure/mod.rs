//! Instruments: latencies, and what the kernel says about a process.

mod latency;
mod process;
mod wall_clock;

pub use latency::Latencies;
pub use process::{Process, megabytes, open_files_limit, thread_cpu};
pub use wall_clock::now_micros;
