//! What the room of the credentials decides. Pure.

use std::time::Duration;

use entities::{CredentialId, Json, Principal, TenantId, Timestamp, credential};

use super::{CredentialError, KeepCredential, delays::Delays, uses::Uses};

/// Uses are counted for so long, then anew: a rate is to tell of now.
const COUNTED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// What is kept of an error, in characters.
const ERROR: usize = 500;

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    /// Of a row that is made.
    pub(super) id: CredentialId,
}

/// Decides to keep credentials: those that were there, or were removed, make room. The caller seals what is sealed.
pub(super) fn decide_keep(
    before: Option<credential::Model>,
    keep: &KeepCredential,
    given: &Given,
) -> credential::Model {
    let Given { tenant, by, now, id } = *given;
    let caught_up_at = before.as_ref().and_then(|row| row.caught_up_at).or(Some(now));
    let first = before
        .as_ref()
        .map_or((id, 1, now, Some(by)), |row| (row.id, row.rev + 1, row.created_at, row.created_by));
    let (id, rev, created_at, created_by) = first;
    credential::Model {
        id,
        tenant_id: tenant,
        provider: keep.provider.to_owned(),
        shown: Json(keep.shown.clone()),
        sealed_config: None,
        key_id: None,
        is_active: true,
        last_verified_at: Some(now),
        verification_error: None,
        counted_since: now,
        successes: 0,
        failures: 0,
        last_success_at: None,
        last_error_at: None,
        last_error: None,
        missing_callbacks: 0,
        callback_delays: Json::default(),
        caught_up_at,
        rev,
        created_at,
        updated_at: now,
        created_by,
        updated_by: Some(by),
        deleted_at: None,
    }
}

/// Decides to remove credentials: nothing of them stays but that they were there.
pub(super) fn decide_forget(
    before: Option<credential::Model>,
    given: &Given,
) -> Result<credential::Model, CredentialError> {
    let row = kept(before)?;
    Ok(credential::Model {
        shown: Json::default(),
        sealed_config: None,
        key_id: None,
        is_active: false,
        deleted_at: Some(given.now),
        ..touched(row, given)
    })
}

/// Decides that the provider takes them no more; nothing when that is known.
pub(super) fn decide_disable(
    before: Option<credential::Model>,
    why: &str,
    given: &Given,
) -> Option<credential::Model> {
    let row = kept(before).ok().filter(|row| row.is_active)?;
    let verification_error = Some(why.chars().take(ERROR).collect());
    Some(credential::Model { is_active: false, verification_error, ..touched(row, given) })
}

/// The row with what was made of it since; nothing when it was removed meanwhile.
pub(super) fn counted(
    before: Option<credential::Model>,
    uses: &Uses,
    now: Timestamp,
) -> Option<credential::Model> {
    let mut row = kept(before).ok()?;
    if now.since(row.counted_since) > COUNTED_FOR {
        (row.counted_since, row.successes, row.failures) = (now, 0, 0);
        (row.missing_callbacks, row.callback_delays) = (0, Json::default());
    }
    row.successes += uses.successes;
    row.failures += uses.failures;
    row.missing_callbacks += uses.missing_callbacks;
    let mut delays = Delays(row.callback_delays.0);
    delays.add(&uses.callback_delays);
    row.callback_delays = Json(delays.0);
    row.last_success_at = row.last_success_at.max(uses.last_success_at);
    if let Some((at, why)) = uses.last_error.clone().filter(|(at, _)| Some(*at) >= row.last_error_at) {
        (row.last_error_at, row.last_error) = (Some(at), Some(why.chars().take(ERROR).collect()));
    }
    row.rev += 1;
    Some(row)
}

/// The row, caught up to this time; nothing when it is, or was removed meanwhile.
pub(super) fn caught_up(before: Option<credential::Model>, at: Timestamp) -> Option<credential::Model> {
    let row = kept(before).ok().filter(|row| row.caught_up_at < Some(at))?;
    Some(credential::Model { caught_up_at: Some(at), rev: row.rev + 1, ..row })
}

/// What is kept and not removed.
pub(super) fn kept(row: Option<credential::Model>) -> Result<credential::Model, CredentialError> {
    row.filter(|row| row.deleted_at.is_none()).ok_or(CredentialError::Missing)
}

fn touched(row: credential::Model, given: &Given) -> credential::Model {
    credential::Model { rev: row.rev + 1, updated_at: given.now, updated_by: Some(given.by), ..row }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};
    use uuid::Uuid;

    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn given(at: i64) -> Given {
        Given {
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            by: Principal::System,
            now: Timestamp::from_micros(at),
            id: CredentialId::from_uuid(Uuid::from_u128(2)),
        }
    }

    fn keep() -> KeepCredential {
        KeepCredential { provider: "courier", config: Value::Null, shown: Map::new(), then: None }
    }

    fn uses(successes: i64, failed_at: Option<i64>) -> Uses {
        let last_error = failed_at.map(|at| (Timestamp::from_micros(at), "answered 503".to_owned()));
        let failures = i64::from(last_error.is_some());
        Uses { successes, failures, last_error, ..Uses::default() }
    }

    #[test]
    fn what_is_kept_again_takes_the_place_of_what_was() {
        let first = decide_keep(None, &keep(), &given(1));
        let disabled = decide_disable(Some(first.clone()), "no", &given(2)).unwrap();
        assert!(!disabled.is_active && disabled.verification_error.is_some());
        assert_eq!(decide_disable(Some(disabled.clone()), "no", &given(3)), None, "once");
        let gone = decide_forget(Some(disabled), &given(3)).unwrap();
        assert_eq!(decide_forget(Some(gone.clone()), &given(4)), Err(CredentialError::Missing));
        let again = decide_keep(Some(gone), &keep(), &given(5));
        assert_eq!((again.id, again.rev, again.deleted_at), (first.id, 4, None));
        assert!(again.is_active && again.verification_error.is_none());
    }

    #[test]
    fn what_happened_while_there_were_no_credentials_is_still_to_be_caught_up_with() {
        let at = Timestamp::from_micros;
        let first = decide_keep(None, &keep(), &given(1));
        assert_eq!(first.caught_up_at, Some(at(1)), "what was before is none of ours");
        let row = caught_up(Some(first), at(5)).unwrap();
        assert_eq!(caught_up(Some(row.clone()), at(4)), None, "it never goes back");
        let gone = decide_forget(Some(row), &given(6)).unwrap();
        assert_eq!(caught_up(Some(gone.clone()), at(7)), None);
        assert_eq!(decide_keep(Some(gone), &keep(), &given(9)).caught_up_at, Some(at(5)));
    }

    #[test]
    fn uses_are_counted_for_a_day() {
        let row = decide_keep(None, &keep(), &given(0));
        let row = counted(Some(row), &uses(3, Some(5)), Timestamp::from_micros(23 * HOUR)).unwrap();
        let row = counted(Some(row), &uses(1, None), Timestamp::from_micros(24 * HOUR)).unwrap();
        assert_eq!((row.successes, row.failures), (4, 1));
        let row = counted(Some(row), &uses(1, None), Timestamp::from_micros(24 * HOUR + 1)).unwrap();
        assert_eq!((row.successes, row.failures, row.last_error.is_some()), (1, 0, true));
    }

    #[test]
    fn callbacks_are_counted_as_long_as_requests() {
        let row = decide_keep(None, &keep(), &given(0));
        let mut told = Uses { missing_callbacks: 2, ..Uses::default() };
        told.callback_delays.note(Duration::from_millis(80));
        let row = counted(Some(row), &told, Timestamp::from_micros(HOUR)).unwrap();
        let row = counted(Some(row), &told, Timestamp::from_micros(2 * HOUR)).unwrap();
        assert_eq!((row.missing_callbacks, row.callback_delays.0.iter().sum::<i64>()), (4, 2));
        let row = counted(Some(row), &uses(1, None), Timestamp::from_micros(25 * HOUR)).unwrap();
        assert_eq!((row.missing_callbacks, row.callback_delays.0.len()), (0, 0));
    }

    #[test]
    fn of_two_errors_the_later_is_kept_however_they_come() {
        let row = decide_keep(None, &keep(), &given(0));
        let row = counted(Some(row), &uses(0, Some(9)), Timestamp::from_micros(10)).unwrap();
        let row = counted(Some(row), &uses(0, Some(4)), Timestamp::from_micros(11)).unwrap();
        assert_eq!((row.last_error_at, row.failures), (Some(Timestamp::from_micros(9)), 2));
    }
}
