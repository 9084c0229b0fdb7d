//! The table of roles: what each may do. Boards narrow what is seen; that is the domain's to judge.

use entities::user::Role;

use crate::error::{ApiError, Code};

/// A row of the table in PROTOCOL.md, "Roles and scopes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See conversations, calls, contacts, presence.
    See,
    /// Send, assign, label, snooze, call, schedule, edit contacts.
    Work,
    /// Hear recordings, read transcripts, hear voicemail of others.
    HearAll,
    /// The same for one's own calls and the voicemail of one's own boards.
    HearOwn,
    /// Delete another's message; templates, hours, replay, redrive, routing.
    Supervise,
    /// Users below one's own role, boards, channels, credentials, keys, webhooks, flows, audit, console, export, erase.
    Administer,
    /// Owners, key rotation, deleting the tenant.
    Own,
}

/// Does the role allow the action?
pub fn allows(role: Role, action: Action) -> bool {
    match action {
        Action::See => true,
        Action::Work | Action::HearOwn => role != Role::ReadOnly,
        Action::HearAll | Action::Supervise => matches!(role, Role::Owner | Role::Admin | Role::Manager),
        Action::Administer => matches!(role, Role::Owner | Role::Admin),
        Action::Own => role == Role::Owner,
    }
}

/// The same as a refusal: FORBIDDEN.
pub fn require(role: Role, action: Action) -> Result<(), ApiError> {
    if allows(role, action) { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// May `role` make, change or remove a user of role `other`? Owners manage everybody, admins those below them.
pub fn manages(role: Role, other: Role) -> bool {
    match role {
        Role::Owner => true,
        Role::Admin => !matches!(other, Role::Owner | Role::Admin),
        Role::Manager | Role::Agent | Role::ReadOnly => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [Action; 7] = [
        Action::See,
        Action::Work,
        Action::HearAll,
        Action::HearOwn,
        Action::Supervise,
        Action::Administer,
        Action::Own,
    ];

    #[test]
    fn the_table_is_that_of_the_contract() {
        let row = |role| ACTIONS.map(|action| allows(role, action));
        assert_eq!(row(Role::Owner), [true, true, true, true, true, true, true]);
        assert_eq!(row(Role::Admin), [true, true, true, true, true, true, false]);
        assert_eq!(row(Role::Manager), [true, true, true, true, true, false, false]);
        assert_eq!(row(Role::Agent), [true, true, false, true, false, false, false]);
        assert_eq!(row(Role::ReadOnly), [true, false, false, false, false, false, false]);
    }

    #[test]
    fn nobody_but_an_owner_manages_his_own_kind() {
        for role in Role::ALL {
            assert_eq!(manages(*role, *role), *role == Role::Owner, "{role}");
        }
        assert!(manages(Role::Admin, Role::Manager));
        assert!(!manages(Role::Admin, Role::Owner));
        assert!(!manages(Role::Manager, Role::Agent));
    }

    #[test]
    fn what_is_not_allowed_is_forbidden() {
        assert_eq!(require(Role::ReadOnly, Action::Work).unwrap_err().code, Code::Forbidden);
    }
}
