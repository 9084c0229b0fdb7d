//! What Twilio refuses, with the codes and sentences of its catalogue: <https://www.twilio.com/docs/api/errors>.

use std::borrow::Cow;

use serde_json::{Value, json};

/// Why a request is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Of HTTP.
    pub(super) status: u16,
    pub(super) code: u32,
    message: Cow<'static, str>,
}

impl Refusal {
    pub(super) const AUTHENTICATE: Self = Self::of(401, 20003, "Authenticate");
    pub(super) const METHOD_NOT_ALLOWED: Self = Self::of(405, 20004, "Method not allowed");
    pub(super) const TOO_LARGE: Self = Self::of(413, 20413, "Request Entity Too Large");
    pub(super) const TOO_MANY_REQUESTS: Self = Self::of(429, 20429, "Too Many Requests");
    pub(super) const UNAVAILABLE: Self = Self::of(503, 20503, "Service is unavailable. Please try again");

    pub(super) const NO_TO: Self = Self::of(400, 21604, "A 'To' phone number is required.");
    pub(super) const NO_FROM: Self = Self::of(400, 21603, "A 'From' phone number is required.");
    pub(super) const EMPTY: Self =
        Self::of(400, 21619, "A text message body or media urls must be specified.");
    pub(super) const BODY_TOO_LONG: Self =
        Self::of(400, 21617, "The concatenated message body exceeds the 1600 character limit");
    pub(super) const SAME_NUMBERS: Self = Self::of(400, 21266, "'To' and 'From' number cannot be the same");
    pub(super) const CANNOT_ROUTE: Self = Self::of(
        400,
        21612,
        "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    );
    pub(super) const REGION_NOT_ENABLED: Self = Self::of(
        400,
        21408,
        "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number",
    );
    pub(super) const OPTED_OUT: Self = Self::of(400, 21610, "Attempt to send to unsubscribed recipient");
    pub(super) const QUEUE_FULL: Self =
        Self::of(400, 21611, "This 'From' number has exceeded the maximum number of queued messages");
    pub(super) const NOT_MOBILE: Self = Self::of(400, 21614, "'To' number is not a valid mobile number");
    pub(super) const INVALID_MEDIA: Self = Self::of(400, 21620, "Invalid media URL(s)");
    pub(super) const TOO_MUCH_MEDIA: Self =
        Self::of(400, 21623, "Number of media files exceeds allowed limit");
    pub(super) const UNKNOWN_SERVICE: Self = Self::of(400, 21705, "The Messaging Service is invalid");

    pub(super) const SCHEDULE_WITHOUT_TIME: Self = Self::of(400, 35111, "SendAt timestamp is missing");
    pub(super) const SCHEDULE_OUT_OF_RANGE: Self =
        Self::of(400, 35114, "Scheduling does not support this timestamp");
    pub(super) const SCHEDULE_WITHOUT_SERVICE: Self =
        Self::of(400, 35118, "MessagingServiceSid is required to schedule a message");
    pub(super) const CANNOT_BE_CANCELED: Self = Self::of(409, 30409, "This message cannot be canceled");
    pub(super) const INVALID_STATUS: Self = Self::of(400, 20422, "Invalid Parameter: Status");
    pub(super) const INVALID_PAGE: Self = Self::of(400, 21481, "Invalid PageToken");

    const fn of(status: u16, code: u32, message: &'static str) -> Self {
        Self { status, code, message: Cow::Borrowed(message) }
    }

    fn about(code: u32, message: String) -> Self {
        Self { status: 400, code, message: Cow::Owned(message) }
    }

    pub(super) fn not_found(path: &str) -> Self {
        let message = format!("The requested resource {path} was not found");
        Self { status: 404, code: 20404, message: Cow::Owned(message) }
    }

    pub(super) fn invalid_to(number: &str) -> Self {
        Self::about(21211, format!("Invalid 'To' Phone Number: {number}"))
    }

    pub(super) fn invalid_from(number: &str) -> Self {
        Self::about(21212, format!("Invalid 'From' Phone Number: {number}"))
    }

    pub(super) fn from_of_somebody_else(number: &str) -> Self {
        Self::about(
            21606,
            format!(
                "The 'From' phone number provided ({number}) is not a valid message-capable Twilio phone number for this destination/account"
            ),
        )
    }

    pub(super) fn invalid_callback(url: &str) -> Self {
        Self::about(21609, format!("Invalid 'StatusCallback' URL: {url}"))
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> Value {
        json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        })
    }
}
