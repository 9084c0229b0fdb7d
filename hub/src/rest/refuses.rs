//! What the routes refuse with, for their descriptions: one list for those that read, one for those that write.

use std::collections::BTreeMap;

use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::refusal::Refusal;
use crate::error::Code;

/// The refusals of a route that asks who somebody is and reads.
pub struct Reading;

/// The refusals of a route that changes something.
pub struct Writing;

/// The refusals of a route that changes something and asks a provider first.
pub struct Connecting;

/// The refusals of a route that asks for no token.
pub struct Open;

/// The refusals of a route that providers call.
pub struct Called;

const OPEN: &[Code] = &[Code::NotFound, Code::Invalid, Code::RateLimited, Code::Unavailable, Code::Internal];

const CALLED: &[Code] = &[
    Code::BadRequest,
    Code::Forbidden,
    Code::NotFound,
    Code::TooLarge,
    Code::RateLimited,
    Code::Internal,
    Code::Unavailable,
];

const READING: &[Code] = &[Code::Unauthenticated, Code::TokenExpired, Code::Forbidden, Code::NotAMember];

const WRITING: &[Code] = &[
    Code::Malformed,
    Code::BadRequest,
    Code::Conflict,
    Code::IdempotencyMismatch,
    Code::InProgress,
    Code::RevMismatch,
    Code::TooLarge,
    Code::NotJson,
    Code::NotConnected,
    Code::OptedOut,
    Code::NoConsent,
    Code::QuietHours,
    Code::Capped,
];

type Described = BTreeMap<String, RefOr<Response>>;

impl IntoResponses for Open {
    fn responses() -> Described {
        described(OPEN.iter().chain(&[Code::Malformed, Code::TooLarge, Code::NotJson, Code::Forbidden]))
    }
}

impl IntoResponses for Called {
    fn responses() -> Described {
        described(CALLED.iter())
    }
}

impl IntoResponses for Reading {
    fn responses() -> Described {
        described(OPEN.iter().chain(READING))
    }
}

impl IntoResponses for Writing {
    fn responses() -> Described {
        described(OPEN.iter().chain(READING).chain(WRITING))
    }
}

impl IntoResponses for Connecting {
    fn responses() -> Described {
        described(OPEN.iter().chain(READING).chain(WRITING).chain(&[Code::ProviderRefused]))
    }
}

/// One response per status, which names its codes.
fn described<'a>(codes: impl Iterator<Item = &'a Code>) -> Described {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.http_status()).or_default().push(code.name());
    }
    let response = |names: Vec<&str>| {
        let body = Content::new(Some(Ref::from_schema_name(Refusal::name())));
        RefOr::T(
            ResponseBuilder::new().description(names.join(", ")).content("application/json", body).build(),
        )
    };
    by_status.into_iter().map(|(status, names)| (status.to_string(), response(names))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_one_status_stand_together() {
        let described = Writing::responses();
        let RefOr::T(conflict) = &described["409"] else { panic!("described in place") };
        assert_eq!(conflict.description, "CONFLICT, IDEMPOTENCY_MISMATCH, IN_PROGRESS");
        assert!(!Reading::responses().contains_key("409"));
    }
}
