//! The one table of public error codes, and the error that carries one to a client on either door.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::{Map, Value};

/// One row per code: variant, name on the wire, HTTP status, JSON-RPC code, retryable, what it says when nobody says it better.
macro_rules! codes {
    ($($variant:ident $name:literal $http:literal $rpc:literal $retryable:literal $sentence:literal;)*) => {
        /// A code of PROTOCOL.md, "Errors". Codes are promises: none is renamed or removed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($variant),* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name on the wire.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }

            /// The status of a REST answer; an unknown method on a known path is answered 405 all the same.
            pub fn http_status(self) -> u16 { match self { $(Self::$variant => $http),* } }

            /// The number of a JSON-RPC error.
            pub fn rpc_code(self) -> i64 { match self { $(Self::$variant => $rpc),* } }

            /// May the same request succeed when it is simply sent again?
            pub fn retryable(self) -> bool { match self { $(Self::$variant => $retryable),* } }

            /// The sentence for a person, when the refusal brings none of its own.
            pub fn sentence(self) -> &'static str { match self { $(Self::$variant => $sentence),* } }
        }
    };
}

codes! {
    Malformed            "MALFORMED"             400 -32700 false "The body is not JSON";
    BadRequest           "BAD_REQUEST"           400 -32600 false "This is not a request we understand";
    UnknownMethod        "UNKNOWN_METHOD"        404 -32601 false "There is no such method or route";
    Invalid              "INVALID"               422 -32602 false "Some fields are not valid";
    Unauthenticated      "UNAUTHENTICATED"       401 -32000 false "Sign in first";
    TokenExpired         "TOKEN_EXPIRED"         401 -32000 false "The token has expired";
    Forbidden            "FORBIDDEN"             403 -32000 false "Your role does not allow this";
    NotAMember           "NOT_A_MEMBER"          403 -32000 false "You are not a member of this organisation";
    NotFound             "NOT_FOUND"             404 -32000 false "There is no such thing";
    Conflict             "CONFLICT"              409 -32000 false "This collides with something that exists";
    AlreadyAnswered      "ALREADY_ANSWERED"      409 -32000 false "Somebody else answered the call";
    CallOver             "CALL_OVER"             409 -32000 false "The call is over";
    NotOwner             "NOT_OWNER"             409 -32000 false "A person owns this conversation";
    ChooseTenant         "CHOOSE_TENANT"         409 -32000 false "Choose which organisation to sign in to";
    IdempotencyMismatch  "IDEMPOTENCY_MISMATCH"  409 -32000 false "This key was used for another request";
    InProgress           "IN_PROGRESS"           409 -32000 true  "A request with this key is still running";
    RevMismatch          "REV_MISMATCH"          412 -32000 false "It was changed in the meantime";
    Expired              "EXPIRED"               410 -32000 false "This code or link has expired or was used";
    Trimmed              "TRIMMED"               410 -32000 false "The log no longer reaches that far back";
    TooLarge             "TOO_LARGE"             413 -32000 false "The body is too large";
    NotJson              "NOT_JSON"              415 -32000 false "Send application/json";
    OptedOut             "OPTED_OUT"             422 -32000 false "The contact has opted out";
    NoConsent            "NO_CONSENT"            422 -32000 false "The contact has not consented";
    QuietHours           "QUIET_HOURS"           422 -32000 false "It is quiet hours where the contact is";
    Capped               "CAPPED"                422 -32000 false "The limit for this contact is reached";
    WindowClosed         "WINDOW_CLOSED"         422 -32000 false "The channel's reply window is closed";
    SenderNotRegistered  "SENDER_NOT_REGISTERED" 422 -32000 false "The sender is not registered for this";
    NotConnected         "NOT_CONNECTED"         400 -32000 false "The provider is not connected";
    ProviderRefused      "PROVIDER_REFUSED"      422 -32000 false "The provider refused this";
    RateLimited          "RATE_LIMITED"          429 -32000 true  "Too many requests";
    Unavailable          "UNAVAILABLE"           503 -32000 true  "Not available at the moment";
    Internal             "INTERNAL"              500 -32000 true  "Something went wrong on our side";
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a client is told. It never holds anything about our insides.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    pub code: Code,
    /// For a person.
    pub message: String,
    /// For a program; the members PROTOCOL.md names beside the code.
    pub details: Map<String, Value>,
}

impl ApiError {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Map::new() }
    }

    /// Adds a member to `details`.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.details.insert(member.to_owned(), value.into());
        self
    }

    /// RATE_LIMITED, with the wait in `details.retry_after_ms`.
    pub fn rate_limited(retry_after: std::time::Duration) -> Self {
        let milliseconds = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
        Self::from(Code::RateLimited).with("retry_after_ms", milliseconds)
    }

    /// REV_MISMATCH, with the rev that is there now.
    pub fn rev_mismatch(rev: i64) -> Self {
        Self::from(Code::RevMismatch).with("rev", rev)
    }

    /// INTERNAL. The cause is logged here, once, and told to nobody.
    pub fn internal(cause: impl Display) -> Self {
        tracing::error!(error = %cause, "request failed");
        Self::from(Code::Internal)
    }

    /// Seconds for `Retry-After`, rounded up; only where the table asks for the header.
    pub fn retry_after_s(&self) -> Option<u64> {
        match self.code {
            Code::RateLimited => {
                let wait = self.details.get("retry_after_ms").and_then(Value::as_u64);
                Some(wait.unwrap_or(1_000).div_ceil(1_000).max(1))
            }
            Code::InProgress => Some(1),
            _ => None,
        }
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code, code.sentence())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_two_codes_share_a_name() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert_eq!(Code::ALL.len(), 32);
    }

    #[test]
    fn only_what_may_succeed_again_is_retryable() {
        let retryable: Vec<_> =
            Code::ALL.iter().filter(|code| code.retryable()).map(|code| code.name()).collect();
        assert_eq!(retryable, ["IN_PROGRESS", "RATE_LIMITED", "UNAVAILABLE", "INTERNAL"]);
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_rounded_up() {
        assert_eq!(ApiError::rate_limited(Duration::from_millis(1_200)).retry_after_s(), Some(2));
        assert_eq!(ApiError::rate_limited(Duration::ZERO).retry_after_s(), Some(1));
        assert_eq!(ApiError::from(Code::InProgress).retry_after_s(), Some(1));
        assert_eq!(ApiError::from(Code::NotFound).retry_after_s(), None);
    }
}
