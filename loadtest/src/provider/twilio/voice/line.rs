//! One call, seen from where it begins to its end: it rings, it is answered, it follows what it is told.

use std::pin::pin;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::time::sleep;

use super::super::work::Task;
use super::Voice;
use super::call::{Call, Ending};
use super::follow::Source;
use super::lines::Lines;
use super::person::Answers;

/// What is to become of a call to somebody.
#[derive(Debug)]
pub(super) struct Plan {
    /// What it follows once it is answered.
    pub(super) source: Source,
    /// It is connected with who dialled it when it has followed that.
    pub(super) is_bridged: bool,
    /// Seconds it rings.
    pub(super) patience: u64,
    /// Seconds it may last.
    pub(super) limit: u64,
}

/// Follows one call. It is the only one who does, so what it waits for nobody else takes.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) voice: Arc<Voice>,
    pub(super) sid: String,
    changes: watch::Receiver<()>,
}

impl Line {
    pub(super) fn of(voice: &Arc<Voice>, call: &Call) -> Self {
        Self { voice: voice.clone(), sid: call.sid.clone(), changes: call.changes.subscribe() }
    }

    /// Calls somebody.
    pub(super) fn place(self, plan: Plan) -> Task {
        async move {
            let is_answered = tokio::select! {
                biased;
                () = self.over() => false,
                is_answered = self.ring(plan.patience) => is_answered,
            };
            if is_answered {
                self.live(plan.source, plan.is_bridged, plan.limit).await;
            }
        }
        .boxed()
    }

    /// Takes a call from a handset, which rings while the first document is asked for.
    pub(super) fn arrive(self, source: Source, limit: u64) -> Task {
        async move { self.live(source, false, limit).await }.boxed()
    }

    /// Whether somebody answers. The call has ended when nobody does.
    async fn ring(&self, patience: u64) -> bool {
        let answers = self.change(|lines, sid, _| lines.call(sid).map(|call| call.begin.person.answers));
        sleep(self.voice.weather.step).await;
        self.change(|lines, sid, now| lines.initiate(sid, now));
        sleep(self.voice.weather.step).await;
        if answers == Some(Answers::Fails) {
            self.end(Ending::Failed);
            return false;
        }
        self.change(|lines, sid, now| lines.ring(sid, now));
        match answers {
            Some(Answers::After(seconds)) if u64::from(seconds) <= patience => {
                sleep(self.voice.seconds(seconds.into())).await;
                self.change(|lines, sid, now| lines.answer(sid, now));
                return true;
            }
            Some(Answers::Busy) => {
                sleep(self.voice.weather.step).await;
                self.end(Ending::Busy);
            }
            _ => {
                sleep(self.voice.seconds(patience)).await;
                self.end(Ending::NoAnswer);
            }
        }
        false
    }

    /// Follows `source`, and what the call is told to follow meanwhile, until it is over.
    async fn live(&self, mut source: Source, mut is_bridged: bool, limit: u64) {
        let mut leaves = pin!(self.leaves(limit));
        loop {
            tokio::select! {
                biased;
                next = self.interrupted() => match next {
                    Some(next) => (source, is_bridged) = (next, false),
                    None => return,
                },
                () = &mut leaves => return self.end(Ending::Completed),
                () = self.attend(source.clone(), is_bridged) => if self.run_out() { return },
            }
        }
    }

    async fn attend(&self, source: Source, is_bridged: bool) {
        let is_done = self.follow(source).await;
        if is_done && is_bridged && self.act(|lines, sid, now| lines.bridge(sid, now)).await {
            self.over().await;
        }
    }

    /// There is nothing more to do, unless something came just now. A provider answers before it hangs up, and so
    /// counts the call as completed.
    pub(super) fn run_out(&self) -> bool {
        self.change(|lines, sid, now| {
            if lines.call(sid).is_some_and(|call| call.redirect.is_some()) {
                return false;
            }
            lines.answer(sid, now);
            lines.end(sid, Ending::Completed, now);
            true
        })
    }

    /// When the person has had enough, or the call has lasted as long as it may.
    async fn leaves(&self, limit: u64) {
        let stays = self.until(|lines, sid| {
            let call = lines.call(sid)?;
            call.answered.map(|_| call.begin.person.hangs_up_after.map_or(u64::MAX, u64::from))
        });
        sleep(self.voice.seconds(stays.await.min(limit))).await;
    }

    /// The call is over, or has something else to follow.
    async fn interrupted(&self) -> Option<Source> {
        self.until(|lines, sid| {
            let call = lines.call_mut(sid)?;
            if call.is_over() { Some(None) } else { call.redirect.take().map(Some) }
        })
        .await
    }

    async fn over(&self) {
        self.until(|lines, sid| lines.call(sid).filter(|call| call.is_over()).map(|_| ())).await;
    }

    /// Waits until `look` sees what it looks for.
    pub(super) async fn until<T>(&self, look: impl Fn(&mut Lines, &str) -> Option<T>) -> T {
        let mut changes = self.changes.clone();
        loop {
            // Marked as seen before it is looked at, so that no change falls in between.
            changes.mark_unchanged();
            if let Some(seen) = self.change(|lines, sid, _| look(lines, sid)) {
                return seen;
            }
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Lines, &str, i64) -> T) -> T {
        self.voice.change(|lines, now| change(lines, &self.sid, now))
    }

    /// Changes something for a verb, while its document is still followed. Else somebody has decided otherwise just
    /// now, and whoever follows it is about to be dropped.
    pub(super) async fn act<T>(&self, act: impl FnOnce(&mut Lines, &str, i64) -> T) -> T {
        let outcome = self.change(|lines, sid, now| {
            let is_undisturbed = lines.call(sid).is_some_and(Call::is_undisturbed);
            is_undisturbed.then(|| act(lines, sid, now))
        });
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    fn end(&self, ending: Ending) {
        self.change(|lines, sid, now| lines.end(sid, ending, now));
    }
}
