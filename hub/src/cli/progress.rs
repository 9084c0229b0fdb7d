//! A progress bar, when somebody watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::backup::Watch;

/// A bar on standard error that is wiped when it is dropped; nothing is drawn unless that is a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::no_length();
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }
}

impl Watch for Progress {
    fn begin(&self, what: &'static str, steps: Option<u64>) {
        let template = match steps {
            Some(steps) => {
                self.0.set_length(steps);
                "{msg} {wide_bar} {pos}/{len} {eta}"
            }
            None => "{spinner} {msg} {pos} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_position(0);
        self.0.set_message(what);
    }

    fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
