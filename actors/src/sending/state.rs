//! What is far more than a tenant usually sends. Pure.

use std::time::Duration;

use entities::{Json, TenantId, Timestamp, sending};

use super::SendingError;

/// Hours that are remembered: a week.
const WEEK: usize = 7 * 24;
const HOUR: i64 = 3_600_000_000;
/// What a person allows is allowed for so long.
const ALLOWED_FOR: Duration = Duration::from_hours(24);

/// When sending is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpikeRule {
    /// So many times the busiest hour of the week is far more than usual.
    pub factor: i64,
    /// Fewer in an hour are never too many; with 0 nothing ever is.
    pub least: i64,
}

/// Of a tenant that has sent nothing yet.
pub(super) fn begun(tenant: TenantId, now: Timestamp) -> sending::Model {
    sending::Model {
        tenant_id: tenant,
        hour: hour(now),
        counts: Json(vec![0]),
        held_at: None,
        allowed: 0,
        allowed_until: None,
        rev: 0,
        created_at: now,
        updated_at: now,
    }
}

/// The same, counted from this hour on. A clock that was set back changes nothing.
pub(super) fn moved_on(mut row: sending::Model, now: Timestamp) -> sending::Model {
    let passed = usize::try_from(hour(now) - row.hour).unwrap_or(0);
    if passed > 0 {
        let old = row.counts.0.into_iter().take(WEEK.saturating_sub(passed));
        row.counts = Json(std::iter::repeat_n(0, passed.min(WEEK)).chain(old).collect());
        row.hour = hour(now);
    }
    row
}

pub(super) fn this_hour(row: &sending::Model) -> i64 {
    row.counts.0.first().copied().unwrap_or_default()
}

pub(super) fn busiest_before(row: &sending::Model) -> i64 {
    row.counts.0.iter().skip(1).copied().max().unwrap_or_default()
}

/// With how many in this hour sending is held; `None`: with none.
pub(super) fn limit(row: &sending::Model, rule: SpikeRule, now: Timestamp) -> Option<i64> {
    let allowed = row.allowed_until.filter(|until| *until > now).map_or(0, |_| row.allowed);
    let usual = busiest_before(row).saturating_mul(rule.factor);
    (rule.least > 0).then_some(rule.least.max(usual).max(allowed))
}

/// Counts what was handed over since. Whether it is to be held from now on stands in `held_at`.
pub(super) fn counted(row: sending::Model, sent: i64, rule: SpikeRule, now: Timestamp) -> sending::Model {
    let mut row = moved_on(row, now);
    if let Some(count) = row.counts.0.first_mut() {
        *count += sent;
    }
    let is_too_much = limit(&row, rule, now).is_some_and(|limit| this_hour(&row) >= limit);
    row.held_at = row.held_at.or(is_too_much.then_some(now));
    touched(row, now)
}

/// A person says that it is meant: for a day as many times what it was may go out as would be far more than usual.
pub(super) fn released(
    row: sending::Model,
    rule: SpikeRule,
    now: Timestamp,
) -> Result<sending::Model, SendingError> {
    row.held_at.ok_or(SendingError::NotHeld)?;
    let mut row = moved_on(row, now);
    row.allowed = this_hour(&row).max(busiest_before(&row)).max(rule.least).saturating_mul(rule.factor);
    (row.held_at, row.allowed_until) = (None, Some(now.plus(ALLOWED_FOR)));
    Ok(touched(row, now))
}

fn touched(row: sending::Model, now: Timestamp) -> sending::Model {
    sending::Model { rev: row.rev + 1, updated_at: now, ..row }
}

fn hour(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const RULE: SpikeRule = SpikeRule { factor: 5, least: 100 };

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(hours * HOUR + 7)
    }

    fn fresh() -> sending::Model {
        begun(TenantId::from_uuid(Uuid::nil()), at(1_000))
    }

    #[test]
    fn a_new_tenant_may_send_a_little_and_is_then_asked() {
        let row = counted(fresh(), 99, RULE, at(1_000));
        assert_eq!((row.held_at, limit(&row, RULE, at(1_000))), (None, Some(100)));
        assert_eq!(counted(row, 1, RULE, at(1_000)).held_at, Some(at(1_000)));
        let off = SpikeRule { least: 0, ..RULE };
        assert_eq!(counted(fresh(), 1_000_000, off, at(1_000)).held_at, None);
    }

    #[test]
    fn who_often_sends_much_may_send_much() {
        let busy = counted(fresh(), 90, RULE, at(1_000));
        assert_eq!(counted(busy.clone(), 449, RULE, at(1_001)).held_at, None);
        assert_eq!(counted(busy.clone(), 450, RULE, at(1_001)).held_at, Some(at(1_001)));
        assert_eq!(limit(&moved_on(busy.clone(), at(1_167)), RULE, at(1_167)), Some(450));
        assert_eq!(limit(&moved_on(busy, at(1_168)), RULE, at(1_168)), Some(100), "a week is over");
    }

    #[test]
    fn what_is_held_stays_held_until_a_person_releases_it() {
        let held = counted(fresh(), 300, RULE, at(1_000));
        assert_eq!(moved_on(held.clone(), at(2_000)).held_at, Some(at(1_000)));
        let open = released(held, RULE, at(1_001)).unwrap();
        assert_eq!((open.held_at, limit(&open, RULE, at(1_001))), (None, Some(1_500)));
        assert_eq!(counted(open.clone(), 1_499, RULE, at(1_001)).held_at, None);
        assert_eq!(counted(open.clone(), 1_500, RULE, at(1_001)).held_at, Some(at(1_001)), "also then");
        assert_eq!(limit(&moved_on(open.clone(), at(1_200)), RULE, at(1_200)), Some(100), "a day is over");
        assert_eq!(released(open, RULE, at(1_001)), Err(SendingError::NotHeld));
    }

    proptest! {
        #[test]
        fn no_hour_is_counted_twice_or_lost_within_a_week(
            steps in prop::collection::vec((0_i64..40, 0_i64..50), 1..60)
        ) {
            let (mut row, mut now, mut sent) = (fresh(), 1_000, Vec::new());
            for (hours, count) in steps {
                now += hours;
                sent.push((now, count));
                row = counted(row, count, RULE, at(now));
                let week = now - i64::try_from(WEEK).unwrap();
                let expected: i64 = sent.iter().filter(|(hour, _)| *hour > week).map(|(_, count)| count).sum();
                prop_assert_eq!(row.counts.0.iter().sum::<i64>(), expected);
                prop_assert!(row.counts.0.len() <= WEEK);
                let this: i64 = sent.iter().filter(|(hour, _)| *hour == now).map(|(_, count)| count).sum();
                prop_assert_eq!(this_hour(&row), this);
            }
        }
    }
}
