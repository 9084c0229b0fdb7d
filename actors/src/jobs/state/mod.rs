//! What becomes of a job after an attempt. Pure.

use std::time::Duration;

use entities::{
    Timestamp,
    job::{self, JobStatus},
    job_attempt::{self, AttemptOutcome},
};

use super::{JobError, Outcome, Rules};

/// What is kept of an error, in characters.
const ERROR: usize = 500;

/// The job and its attempt as they are to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settled {
    pub(super) job: job::Model,
    pub(super) attempt: job_attempt::Model,
    /// A person is to be told.
    pub(super) given_up: bool,
}

/// When an attempt ended, and by how much its wait is spread: 0 ..= 1, drawn by the caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) jitter: f64,
}

/// After an attempt that somebody saw the end of, or asked about.
pub(super) fn settle(
    job: job::Model,
    attempt: job_attempt::Model,
    outcome: Outcome,
    rules: &Rules,
    at: Moment,
) -> Settled {
    match outcome {
        Outcome::Done => ended(job, attempt, (JobStatus::Done, AttemptOutcome::Done), None, at),
        Outcome::Again(run_at) => put_off(job, attempt, run_at, at),
        Outcome::Wait(run_at) => wait_for(job, attempt, run_at, at),
        Outcome::Unsure { why, after } => unsure(job, attempt, rules, (why, after), at),
        Outcome::Refused(why) => {
            ended(job, attempt, (JobStatus::Dead, AttemptOutcome::Failed), Some(why), at)
        }
        Outcome::Unknown(why) => {
            ended(job, attempt, (JobStatus::Unknown, AttemptOutcome::Unknown), Some(why), at)
        }
        Outcome::Retry { why, after } => {
            let after = after.unwrap_or_default().max(wait(&job, rules, at.jitter));
            again(job, attempt, (AttemptOutcome::Failed, rules), (why, after), at)
        }
    }
}

/// After an attempt at a timer nobody saw the end of.
pub(super) fn expire(job: job::Model, attempt: job_attempt::Model, rules: &Rules, at: Moment) -> Settled {
    let why = "whoever did it did not come back".to_owned();
    again(job, attempt, (AttemptOutcome::Expired, rules), (why, Duration::ZERO), at)
}

/// The job as a person wants it done again: in its old place among those of its key.
pub(super) fn redrive(job: job::Model, now: Timestamp) -> Result<job::Model, JobError> {
    if !matches!(job.status, JobStatus::Dead | JobStatus::Unknown) {
        return Err(JobError::NotGivenUp { status: job.status });
    }
    let (forgiven, rev) = (job.attempts, job.rev + 1);
    Ok(job::Model { status: JobStatus::Blocked, forgiven, rev, run_at: now, updated_at: now, ..job })
}

/// The job as it enters the line of its key, because its time has come.
pub(super) fn enter(job: job::Model, now: Timestamp) -> job::Model {
    job::Model { status: JobStatus::Blocked, rev: job.rev + 1, updated_at: now, ..job }
}

fn again(
    job: job::Model,
    attempt: job_attempt::Model,
    (outcome, rules): (AttemptOutcome, &Rules),
    (why, after): (String, Duration),
    at: Moment,
) -> Settled {
    if is_last(&job, rules) {
        return ended(job, attempt, (JobStatus::Dead, outcome), Some(why), at);
    }
    // It keeps its turn: those behind it are not to overtake.
    let mut settled = ended(job, attempt, (JobStatus::Ready, outcome), Some(why), at);
    settled.job.run_at = at.now.plus(after);
    settled
}

fn put_off(job: job::Model, attempt: job_attempt::Model, run_at: Timestamp, at: Moment) -> Settled {
    let mut settled = ended(job, attempt, (JobStatus::Scheduled, AttemptOutcome::Done), None, at);
    settled.job.run_at = run_at;
    settled.job.forgiven = settled.job.attempts;
    settled
}

/// It keeps its turn, and this attempt is written off.
fn wait_for(job: job::Model, attempt: job_attempt::Model, run_at: Timestamp, at: Moment) -> Settled {
    let mut settled = ended(job, attempt, (JobStatus::Ready, AttemptOutcome::Waited), None, at);
    settled.job.run_at = run_at;
    settled.job.forgiven += 1;
    settled
}

/// It keeps its turn until somebody knows, or nobody ever will.
fn unsure(
    job: job::Model,
    attempt: job_attempt::Model,
    rules: &Rules,
    (why, after): (String, Duration),
    at: Moment,
) -> Settled {
    if is_last(&job, rules) {
        return ended(job, attempt, (JobStatus::Unknown, AttemptOutcome::Unknown), Some(why), at);
    }
    let mut settled = ended(job, attempt, (JobStatus::Ready, AttemptOutcome::Unknown), Some(why), at);
    settled.job.run_at = at.now.plus(after);
    settled
}

/// When what is to be asked about began: the first of the attempts just before this one that nobody knows the end of.
/// `attempts` are those of the job, the last first; `None` when there is nothing to ask. What a person wants done again was
/// looked into by a person.
pub(super) fn in_doubt_since(job: &job::Model, attempts: &[job_attempt::Model]) -> Option<Timestamp> {
    let earlier = attempts.iter().filter(|attempt| attempt.number < job.attempts);
    let in_doubt = earlier.take_while(|attempt| {
        attempt.number > job.forgiven && attempt.outcome == Some(AttemptOutcome::Unknown)
    });
    in_doubt.last().map(|attempt| attempt.created_at)
}

/// When a timer may first have run of which nobody knows: it stays in doubt when it is tried again.
pub(super) fn ever_in_doubt_since(job: &job::Model, attempts: &[job_attempt::Model]) -> Option<Timestamp> {
    let mut from_the_first = attempts.iter().rev();
    let in_doubt = from_the_first
        .find(|attempt| attempt.number > job.forgiven && attempt.outcome == Some(AttemptOutcome::Unknown));
    in_doubt.map(|attempt| attempt.created_at)
}

/// Was it written off by a person while it was in doubt?
pub(super) fn is_insisted_on(job: &job::Model, attempts: &[job_attempt::Model]) -> bool {
    let mut written_off = attempts.iter().filter(|attempt| attempt.number <= job.forgiven);
    written_off.any(|attempt| attempt.outcome == Some(AttemptOutcome::Unknown))
}

/// There will be no further attempt after this one.
pub(super) fn is_last(job: &job::Model, rules: &Rules) -> bool {
    job.attempts - job.forgiven >= rules.attempts
}

fn ended(
    job: job::Model,
    attempt: job_attempt::Model,
    (status, outcome): (JobStatus, AttemptOutcome),
    why: Option<String>,
    at: Moment,
) -> Settled {
    let why: Option<String> = why.map(|why| why.chars().take(ERROR).collect());
    let rev = job.rev + 1;
    let attempt =
        job_attempt::Model { ended_at: Some(at.now), outcome: Some(outcome), error: why.clone(), ..attempt };
    let last_error = why.or_else(|| job.last_error.clone());
    let job = job::Model { status, lease_until: None, last_error, rev, updated_at: at.now, ..job };
    let given_up = matches!(status, JobStatus::Dead | JobStatus::Unknown);
    Settled { job, attempt, given_up }
}

/// Exponential, and spread over its second half so that what failed together does not come back together.
fn wait(job: &job::Model, rules: &Rules, jitter: f64) -> Duration {
    let failed = u32::try_from(job.attempts - job.forgiven - 1).unwrap_or(0).min(30);
    let whole = rules.first_wait.saturating_mul(2_u32.pow(failed)).min(rules.longest_wait);
    whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests;
