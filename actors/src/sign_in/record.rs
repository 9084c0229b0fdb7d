//! What the record says of signing in. Never a password, a code or a token.

use entities::{Principal, SignInId, TenantId, UserId, sign_in_code::CodePurpose};
use serde_json::{Value, json};

use crate::{
    asked::Asked,
    audit::{Deed, Trail, recorded},
    journal::Row,
    ports::Ports,
};

/// Why somebody who is known was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It was not his password.
    Password,
    /// He is invited or disabled, and nobody looked at his password.
    NotActive,
    /// The link was used before, or its time is over.
    Link,
    /// Admins of his tenant do not come from there.
    Address,
}

impl Refused {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::NotActive => "not_active",
            Self::Link => "link",
            Self::Address => "address",
        }
    }
}

/// With what somebody came in: a password, or a code.
pub(super) fn signed_in(
    ports: &Ports,
    who: (TenantId, UserId),
    (family, code): (SignInId, Option<CodePurpose>),
    trail: Option<&Trail>,
) -> Row {
    let with = match code {
        None => "password",
        Some(CodePurpose::SignIn) => "link",
        Some(CodePurpose::Invitation) => "invitation",
    };
    row(
        ports,
        who,
        Asked::by(Principal::User(who.1)).along(trail.cloned()),
        ("user.signed_in", json!({ "with": with, "sign_in_id": family })),
    )
}

/// He ended it himself.
pub(super) fn signed_out(
    ports: &Ports,
    who: (TenantId, UserId),
    family: SignInId,
    trail: Option<&Trail>,
) -> Row {
    let asked = Asked::by(Principal::User(who.1)).along(trail.cloned());
    row(ports, who, asked, ("user.signed_out", json!({ "sign_in_id": family })))
}

/// It was ended because an old token of it came: two have it, and nobody can tell which of them it is.
pub(super) fn revoked(
    ports: &Ports,
    who: (TenantId, UserId),
    family: SignInId,
    trail: Option<&Trail>,
) -> Row {
    let asked = Asked::by(Principal::System).along(trail.cloned());
    row(ports, who, asked, ("user.sign_in_revoked", json!({ "sign_in_id": family })))
}

/// Somebody tried; nobody knows who it was.
pub(super) fn refused(
    ports: &Ports,
    who: (TenantId, UserId),
    because: Refused,
    trail: Option<&Trail>,
) -> Row {
    let asked = Asked::by(Principal::System).along(trail.cloned());
    row(ports, who, asked, ("user.sign_in_refused", json!({ "reason": because.as_str() })))
}

fn row(
    ports: &Ports,
    (tenant, user): (TenantId, UserId),
    asked: Asked,
    (action, details): (&'static str, Value),
) -> Row {
    recorded(ports, tenant, &asked, Deed { action, noun: "user", id: user.as_uuid() }, details)
}
