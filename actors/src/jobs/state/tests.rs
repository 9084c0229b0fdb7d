//! What becomes of a job, whatever happens to it.

use entities::{
    JobId, TenantId,
    sealed::{DataKeyId, Sealed},
};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::jobs::Nature;

const RULES: Rules = Rules::send();

fn running(attempts: i64, forgiven: i64) -> (job::Model, job_attempt::Model) {
    let now = Timestamp::from_micros(1_000_000);
    let (tenant_id, id) = (TenantId::from_uuid(Uuid::from_u128(1)), JobId::from_uuid(Uuid::from_u128(2)));
    let job = job::Model {
        id,
        tenant_id,
        kind: "call".to_owned(),
        key: "k".to_owned(),
        seq: 1,
        run_at: now,
        status: JobStatus::Running,
        attempts,
        forgiven,
        lease_until: Some(now),
        leased_by: None,
        payload: Sealed::from_bytes(Vec::new()),
        key_id: DataKeyId::FIRST,
        contact_id: None,
        last_error: None,
        rev: 4,
        created_at: now,
        updated_at: now,
    };
    let attempt = job_attempt::Model {
        tenant_id,
        job_id: id,
        number: attempts,
        node_id: Uuid::nil(),
        created_at: now,
        ended_at: None,
        outcome: None,
        error: None,
        answer: None,
        key_id: None,
        contact_id: None,
    };
    (job, attempt)
}

fn at(jitter: f64) -> Moment {
    Moment { now: Timestamp::from_micros(9_000_000), jitter }
}

fn settled(attempts: i64, forgiven: i64, outcome: Outcome, jitter: f64) -> Settled {
    let (job, attempt) = running(attempts, forgiven);
    settle(job, attempt, outcome, &RULES, at(jitter))
}

#[test]
fn what_is_done_is_done_and_what_is_refused_is_dead_at_once() {
    let done = settled(1, 0, Outcome::Done, 0.0);
    assert_eq!((done.job.status, done.attempt.outcome), (JobStatus::Done, Some(AttemptOutcome::Done)));
    assert!(!done.given_up && done.job.lease_until.is_none() && done.job.rev == 5);
    let refused = settled(1, 0, Outcome::Refused("no such number".to_owned()), 0.0);
    assert_eq!((refused.job.status, refused.given_up), (JobStatus::Dead, true));
    assert_eq!(refused.attempt.error.as_deref(), Some("no such number"));
}

#[test]
fn what_nobody_knows_stays_so_until_a_person_decides() {
    let unknown = settled(1, 0, Outcome::Unknown("no answer".to_owned()), 0.0);
    assert_eq!((unknown.job.status, unknown.given_up), (JobStatus::Unknown, true));
    let again = redrive(unknown.job.clone(), Timestamp::from_micros(10)).unwrap();
    assert_eq!((again.status, again.forgiven, again.seq), (JobStatus::Blocked, 1, unknown.job.seq));
    assert_eq!(
        redrive(again, Timestamp::from_micros(11)),
        Err(JobError::NotGivenUp { status: JobStatus::Blocked })
    );
}

#[test]
fn the_last_attempt_that_fails_is_the_end_and_a_redrive_gives_as_many_again() {
    let last = settled(RULES.attempts, 0, Outcome::retry("busy"), 0.0);
    assert_eq!((last.job.status, last.given_up), (JobStatus::Dead, true));
    let forgiven = settled(RULES.attempts + 1, RULES.attempts, Outcome::retry("busy"), 0.0);
    assert_eq!((forgiven.job.status, forgiven.given_up), (JobStatus::Ready, false));
}

#[test]
fn who_says_when_to_come_again_is_listened_to() {
    let after = Some(Duration::from_secs(600));
    let waits = settled(1, 0, Outcome::Retry { why: "slow down".to_owned(), after }, 1.0);
    assert_eq!(waits.job.run_at, at(0.0).now.plus(Duration::from_secs(600)));
}

#[test]
fn an_expired_timer_runs_again_at_once_but_not_for_ever() {
    let rules = Rules { nature: Nature::Timer, attempts: 3, ..Rules::timer() };
    let expired = |attempts| {
        let (job, attempt) = running(attempts, 0);
        expire(job, attempt, &rules, at(0.5))
    };
    assert_eq!((expired(2).job.status, expired(2).job.run_at), (JobStatus::Ready, at(0.0).now));
    assert_eq!((expired(3).job.status, expired(3).given_up), (JobStatus::Dead, true));
    assert_eq!(expired(3).attempt.outcome, Some(AttemptOutcome::Expired));
}

#[test]
fn what_comes_again_waits_for_its_time_however_often_it_came() {
    let (job, attempt) = running(RULES.attempts + 7, 3);
    let at = Moment { now: Timestamp::from_micros(2_000_000), jitter: 0.0 };
    let then = Timestamp::from_micros(9_000_000);
    let settled = settle(job.clone(), attempt, Outcome::Again(then), &RULES, at);
    assert_eq!((settled.job.status, settled.job.run_at), (JobStatus::Scheduled, then));
    assert_eq!((settled.job.forgiven, settled.job.lease_until), (job.attempts, None));
    assert_eq!((settled.attempt.outcome, settled.given_up), (Some(AttemptOutcome::Done), false));
}

#[test]
fn what_waits_for_its_turn_keeps_its_place_and_its_attempts() {
    let then = Timestamp::from_micros(12_000_000);
    let waits = settled(RULES.attempts, 0, Outcome::Wait(then), 0.0);
    assert_eq!((waits.job.status, waits.job.run_at, waits.given_up), (JobStatus::Ready, then, false));
    assert_eq!((waits.job.forgiven, waits.attempt.outcome), (1, Some(AttemptOutcome::Waited)));
}

#[test]
fn what_is_in_doubt_is_asked_about_until_the_last_attempt() {
    let unsure = || Outcome::Unsure { why: "cut".to_owned(), after: Duration::from_secs(5) };
    let first = settled(1, 0, unsure(), 0.0);
    assert_eq!((first.job.status, first.attempt.outcome), (JobStatus::Ready, Some(AttemptOutcome::Unknown)));
    assert_eq!((first.job.run_at, first.given_up), (at(0.0).now.plus(Duration::from_secs(5)), false));
    let last = settled(RULES.attempts, 0, unsure(), 0.0);
    assert_eq!((last.job.status, last.given_up), (JobStatus::Unknown, true));
}

/// The attempts at a job, the last first, as they ended.
fn lived(outcomes: &[Option<AttemptOutcome>], forgiven: i64) -> (job::Model, Vec<job_attempt::Model>) {
    let (job, attempt) = running(i64::try_from(outcomes.len()).unwrap(), forgiven);
    let tried = |(index, outcome): (usize, &Option<AttemptOutcome>)| {
        let number = job.attempts - i64::try_from(index).unwrap();
        let created_at = Timestamp::from_micros(number);
        job_attempt::Model { number, created_at, outcome: *outcome, ..attempt.clone() }
    };
    let attempts: Vec<_> = outcomes.iter().enumerate().map(tried).collect();
    (job, attempts)
}

fn tried(outcomes: &[Option<AttemptOutcome>], forgiven: i64) -> Option<i64> {
    let (job, attempts) = lived(outcomes, forgiven);
    in_doubt_since(&job, &attempts).map(Timestamp::as_micros)
}

#[test]
fn doubt_begins_with_the_first_attempt_nobody_knows_the_end_of() {
    use AttemptOutcome::{Failed, Unknown};
    assert_eq!(tried(&[None], 0), None);
    assert_eq!(tried(&[None, Some(Failed)], 0), None);
    assert_eq!(tried(&[None, Some(Unknown)], 0), Some(1));
    assert_eq!(tried(&[None, Some(Unknown), Some(Unknown), Some(Failed)], 0), Some(2));
    assert_eq!(tried(&[None, Some(Failed), Some(Unknown)], 0), None, "somebody knew meanwhile");
    assert_eq!(tried(&[None, Some(Unknown)], 1), None, "a person wants it done again");
}

#[test]
fn a_timer_stays_in_doubt_until_it_is_done_or_a_person_insists() {
    use AttemptOutcome::{Failed, Unknown};
    let told = |outcomes: &[Option<AttemptOutcome>], forgiven| {
        let (job, attempts) = lived(outcomes, forgiven);
        let since = ever_in_doubt_since(&job, &attempts).map(Timestamp::as_micros);
        (since, is_insisted_on(&job, &attempts))
    };
    assert_eq!(told(&[None, Some(Failed)], 0), (None, false));
    assert_eq!(told(&[None, Some(Failed), Some(Unknown)], 0), (Some(1), false), "it was only tried again");
    assert_eq!(told(&[None, Some(Unknown), Some(Unknown)], 0), (Some(1), false));
    assert_eq!(told(&[None, Some(Unknown)], 1), (None, true));
    assert_eq!(told(&[None, Some(Failed)], 1), (None, false));
}

proptest! {
    #[test]
    fn the_wait_grows_within_its_bounds(attempts in 1..8_i64, jitter in 0.0..=1.0_f64) {
        let waits = settled(attempts, 0, Outcome::retry("busy"), jitter);
        let waited = waits.job.run_at.since(at(0.0).now);
        let whole = RULES.first_wait * 2_u32.pow(u32::try_from(attempts - 1).unwrap());
        let whole = whole.min(RULES.longest_wait);
        prop_assert_eq!(waits.job.status, if attempts < RULES.attempts { JobStatus::Ready } else { JobStatus::Dead });
        prop_assert!(waited >= whole / 2 && waited <= whole + Duration::from_micros(1), "{waited:?} of {whole:?}");
    }

    #[test]
    fn every_outcome_moves_the_rev_by_one_and_ends_the_attempt(
        attempts in 1..20_i64,
        which in 0..4_usize,
    ) {
        let why = || "x".repeat(1000);
        let outcome = [Outcome::Done, Outcome::retry(why()), Outcome::Refused(why()), Outcome::Unknown(why())];
        let after = settled(attempts, 0, outcome[which].clone(), 0.3);
        prop_assert_eq!(after.job.rev, 5);
        prop_assert!(after.attempt.ended_at.is_some() && after.attempt.outcome.is_some());
        prop_assert!(after.job.lease_until.is_none());
        prop_assert!(after.job.last_error.unwrap_or_default().len() <= ERROR);
    }
}
