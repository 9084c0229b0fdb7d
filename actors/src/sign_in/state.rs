//! What a token or a code leads to. Pure.

use std::time::Duration;

use entities::{
    Principal, Timestamp, sign_in, sign_in_code,
    user::{self, UserStatus},
};

use super::SignInError;

/// For so long the token just replaced is answered with the same successor: two tabs, or a lost answer.
const SAME_SUCCESSOR_WITHIN: Duration = Duration::from_secs(10);

/// What a presented token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Store this generation and answer with its token.
    Next(i64),
    /// Answer with the token of this generation once more; nothing changes.
    SameSuccessor(i64),
    /// Somebody has an old token: revoke the family and answer UNAUTHENTICATED.
    Revoke,
    /// The family came to its end: TOKEN_EXPIRED.
    Expired,
    /// The family was revoked before: UNAUTHENTICATED.
    Revoked,
}

/// Decides over a token of the family in `row`. `row` must be guarded by its `rev` while the decision is carried out:
/// of two tabs that both decide `Next`, the loser decides again and gets `SameSuccessor`.
pub fn rotate(row: &sign_in::Model, presented: i64, now: Timestamp) -> Rotation {
    if row.revoked_at.is_some() {
        return Rotation::Revoked;
    }
    if now >= row.expires_at {
        return Rotation::Expired;
    }
    let just_replaced = now.since(row.rotated_at) <= SAME_SUCCESSOR_WITHIN;
    match row.generation.checked_sub(presented) {
        Some(0) => Rotation::Next(row.generation + 1),
        Some(1) if just_replaced => Rotation::SameSuccessor(row.generation),
        // A later generation than the row's can only be from before a backup was restored: nobody can tell whose it is.
        _ => Rotation::Revoke,
    }
}

/// May the code be used? Its row's `rev` guards against two at once.
#[must_use]
pub fn redeemable(row: &sign_in_code::Model, now: Timestamp) -> bool {
    row.used_at.is_none() && now < row.expires_at
}

/// A user who came by a one-time code: active from then on, with the new password when he brought one. Who is disabled
/// stays it, whatever he holds in his hand.
pub(super) fn arrived(
    row: &user::Model,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<user::Model, SignInError> {
    if row.status == UserStatus::Disabled {
        return Err(SignInError::CodeExpired);
    }
    let mut row = row.clone();
    row.status = UserStatus::Active;
    if let Some(hash) = password_hash {
        row.password_hash = Some(hash.to_owned());
    }
    row.rev += 1;
    row.updated_at = now;
    row.updated_by = Some(Principal::User(row.id));
    Ok(row)
}

#[cfg(test)]
mod tests {
    use entities::{SignInId, TenantId, UserId, sign_in_code::CodePurpose, user::Role};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn row(generation: i64) -> sign_in::Model {
        sign_in::Model {
            id: SignInId::from_uuid(Uuid::from_u128(7)),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            user_id: UserId::from_uuid(Uuid::nil()),
            generation,
            rotated_at: NOW,
            expires_at: NOW.plus(Duration::from_secs(3_600)),
            revoked_at: None,
            created_at: NOW,
            rev: 1,
        }
    }

    fn after(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_newest_token_is_rotated() {
        assert_eq!(rotate(&row(4), 4, after(1_000)), Rotation::Next(5));
    }

    #[test]
    fn the_token_just_replaced_gets_the_same_successor_for_ten_seconds() {
        assert_eq!(rotate(&row(4), 3, after(10)), Rotation::SameSuccessor(4));
        assert_eq!(rotate(&row(4), 3, after(11)), Rotation::Revoke);
    }

    #[test]
    fn an_older_token_revokes_the_family_at_once() {
        assert_eq!(rotate(&row(4), 2, after(1)), Rotation::Revoke);
        assert_eq!(rotate(&row(4), 5, after(1)), Rotation::Revoke);
    }

    #[test]
    fn an_expired_or_revoked_family_gives_nothing() {
        assert_eq!(rotate(&row(4), 4, after(3_600)), Rotation::Expired);
        let revoked = sign_in::Model { revoked_at: Some(NOW), ..row(4) };
        assert_eq!(rotate(&revoked, 4, after(1)), Rotation::Revoked);
    }

    #[test]
    fn a_code_is_good_once_and_for_its_time() {
        let code = sign_in_code::Model {
            code_hash: entities::Digest::of(b"x"),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            user_id: UserId::from_uuid(Uuid::nil()),
            purpose: CodePurpose::SignIn,
            created_at: NOW,
            expires_at: after(900),
            used_at: None,
            rev: 1,
        };
        assert!(redeemable(&code, after(899)));
        assert!(!redeemable(&code, after(900)));
        assert!(!redeemable(&sign_in_code::Model { used_at: Some(NOW), ..code }, NOW));
    }

    fn user(status: UserStatus) -> user::Model {
        user::Model {
            id: UserId::from_uuid(Uuid::nil()),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            email: "a@b.example".to_owned(),
            name: "Ada".to_owned(),
            role: Role::Agent,
            boards: None,
            password_hash: Some("old".to_owned()),
            status,
            capacity: None,
            rev: 1,
            created_at: NOW,
            updated_at: NOW,
            created_by: None,
            updated_by: None,
            deleted_at: None,
        }
    }

    #[test]
    fn who_comes_by_a_code_is_active_and_keeps_his_password_unless_he_brings_one() {
        let came = arrived(&user(UserStatus::Invited), None, after(1)).unwrap();
        assert_eq!((came.status, came.password_hash.as_deref()), (UserStatus::Active, Some("old")));
        let came = arrived(&user(UserStatus::Active), Some("new"), after(1)).unwrap();
        assert_eq!((came.rev, came.password_hash.as_deref()), (2, Some("new")));
    }

    #[test]
    fn no_code_lets_in_who_is_disabled() {
        let refused = arrived(&user(UserStatus::Disabled), Some("new"), after(1));
        assert!(matches!(refused, Err(SignInError::CodeExpired)));
    }

    proptest! {
        #[test]
        fn only_two_generations_ever_lead_to_a_token(generation in 0..100_i64, presented: i64, wait in 0..4_000_u64) {
            let rotation = rotate(&row(generation), presented, after(wait));
            if matches!(rotation, Rotation::Next(_) | Rotation::SameSuccessor(_)) {
                prop_assert!(presented == generation || presented == generation - 1);
            }
        }
    }
}
