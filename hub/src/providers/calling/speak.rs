//! What is said into a call, and what records it: asked of Twilio, and told when Twilio says so.

use actors::{
    call::{
        CallError, Step,
        duty::{Announcement, Task},
    },
    jobs::{Due, Outcome},
};

use super::{
    Calling,
    control::{Doing, is_gone},
    not_reachable,
};
use crate::providers::Failure;
use crate::providers::twilio::voice::{Announcing, announced_as};
use crate::providers::twilio::{TwilioAccount, webhook};

/// What became of it.
pub(super) enum Spoken {
    /// What the provider says of it.
    Heard(Vec<Step>),
    Failed(Failure),
    /// It is not asked for: this is why.
    Cannot(CallError),
}

impl Calling {
    /// Has Twilio fetch what is to be said. A callback tells what came of it.
    pub(super) async fn announce(
        &self,
        job: &Due,
        account: &TwilioAccount,
        (doing, what): (&Doing<'_>, Announcement),
    ) -> Result<Spoken, Outcome> {
        let Some((origin, key)) = self.reached_at(job, doing.call).await? else {
            return Ok(Spoken::Cannot(not_reachable()));
        };
        let address = webhook::announcement(&origin, &key, (doing.call.id, doing.leg.id), announced_as(what));
        let room = doing.call.room_id.as_deref().unwrap_or(&doing.call.room);
        let to = match what {
            Announcement::Notice => Announcing::ToAll,
            Announcement::Digits => Announcing::ToOne(doing.sid),
        };
        let asked = self.twilio.announce(account, (room, to), address).await;
        self.note(job, &asked);
        Ok(asked.map_or_else(Spoken::Failed, |()| Spoken::Heard(Vec::new())))
    }

    /// Begins to record the leg. Whoever asked before and got no answer looks first: nobody is recorded twice.
    pub(super) async fn record(
        &self,
        job: &Due,
        account: &TwilioAccount,
        doing: &Doing<'_>,
    ) -> Result<Spoken, Outcome> {
        let Some((origin, key)) = self.reached_at(job, doing.call).await? else {
            return Ok(Spoken::Cannot(not_reachable()));
        };
        if job.attempt > 1 {
            let known = self.twilio.recordings(account, doing.sid).await;
            self.note(job, &known);
            match known {
                Ok(known) => {
                    let running: Vec<Step> =
                        known.iter().filter(|it| it.is_running()).map(|it| it.step()).collect();
                    if !running.is_empty() {
                        return Ok(Spoken::Heard(running));
                    }
                }
                Err(failure) => return Ok(Spoken::Failed(failure)),
            }
        }
        let told_at = webhook::recording_callback(&origin, &key, doing.call.id);
        let begun = self.twilio.record(account, doing.sid, told_at).await;
        self.note(job, &begun);
        Ok(begun.map_or_else(Spoken::Failed, |recorded| Spoken::Heard(vec![recorded.step()])))
    }

    /// Ends what records the leg.
    pub(super) async fn stop_recording(
        &self,
        job: &Due,
        account: &TwilioAccount,
        doing: &Doing<'_>,
    ) -> Spoken {
        let stopped = self.twilio.stop_recording(account, doing.sid).await;
        self.note(job, &stopped);
        match stopped {
            Ok(recorded) => Spoken::Heard(vec![recorded.step()]),
            Err(failure) if is_gone(&failure) => {
                let running = doing.leg.recordings.running();
                Spoken::Heard(running.map(|id| Step::Recording { id: id.to_owned(), on: false }).collect())
            }
            Err(failure) => Spoken::Failed(failure),
        }
    }
}

/// One of them does what a control wants; `None`: it is another kind of task.
pub(super) async fn spoken(
    calling: &Calling,
    job: &Due,
    (account, doing): (&TwilioAccount, &Doing<'_>),
) -> Result<Option<Spoken>, Outcome> {
    Ok(match doing.what {
        Task::Announce(what) => Some(calling.announce(job, account, (doing, what)).await?),
        Task::Record(true) => Some(calling.record(job, account, doing).await?),
        Task::Record(false) => Some(calling.stop_recording(job, account, doing).await),
        _ => None,
    })
}
