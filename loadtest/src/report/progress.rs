//! Progress bars, when somebody watches.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that is wiped when it is dropped.
pub struct Progress(ProgressBar);

/// A bar over `length` steps; nothing is drawn unless standard error is a terminal.
#[must_use]
pub fn bar(what: impl Into<String>, length: u64) -> Progress {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(length), target).with_message(what.into());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    Progress(bar)
}

impl Progress {
    pub fn step(&self) {
        self.0.inc(1);
    }

    pub fn reached(&self, position: u64) {
        self.0.set_position(position);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
