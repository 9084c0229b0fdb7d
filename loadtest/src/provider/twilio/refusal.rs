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

    pub(super) const NO_CALLED: Self = Self::of(400, 21201, "No 'To' number is specified");
    pub(super) const NO_CALLER: Self = Self::of(400, 21213, "No 'From' number is specified");
    pub(super) const NO_URL: Self = Self::of(400, 21205, "Url parameter is required.");
    pub(super) const INVALID_SEND_DIGITS: Self = Self::of(400, 21206, "Invalid SendDigits");
    pub(super) const INVALID_TIMEOUT: Self = Self::of(400, 21208, "Invalid Timeout");
    pub(super) const INVALID_METHOD: Self = Self::of(400, 21209, "Invalid Method");
    pub(super) const CANNOT_BE_REACHED: Self = Self::of(400, 21214, "'To' phone number cannot be reached");
    pub(super) const NO_PERMISSION_TO_CALL: Self =
        Self::of(400, 21215, "Geo Permission configuration is not permitting call");
    pub(super) const CALL_BLOCKED: Self = Self::of(400, 21216, "Call blocked by Twilio");
    pub(super) const INVALID_APPLICATION: Self = Self::of(400, 21218, "Invalid ApplicationSid");
    pub(super) const NOT_IN_PROGRESS: Self =
        Self::of(400, 21220, "Call is not in-progress. Cannot redirect.");
    pub(super) const NOT_ELIGIBLE_FOR_RECORDING: Self =
        Self::of(400, 21220, "Requested resource is not eligible for recording");
    pub(super) const INVALID_CALLBACK_EVENT: Self = Self::of(400, 21626, "Invalid 'StatusCallbackEvent'");
    pub(super) const TWIML_TOO_LONG: Self = Self::of(400, 32018, "Twiml size exceeded maximum allowed value");
    pub(super) const CONFERENCE_FULL: Self = Self::of(400, 16020, "Conference is full");
    pub(super) const INVALID_LABEL: Self = Self::of(
        400,
        16024,
        "Invalid participant label, must not exceed 128 characters, must not be a CallSid, must not contain '/'",
    );
    pub(super) const LABEL_IN_USE: Self =
        Self::of(400, 16026, "Participant label is in use by another participant");
    pub(super) const NOBODY_TO_COACH: Self =
        Self::of(400, 16028, "Participant to be whispered is not present in the conference");

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

    pub(super) fn called_number_is_none(number: &str) -> Self {
        Self::about(21217, format!("Phone number does not appear to be valid: {number}"))
    }

    pub(super) fn caller_not_verified(number: &str) -> Self {
        Self::about(
            21210,
            format!(
                "The source phone number provided, {number}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio."
            ),
        )
    }

    pub(super) fn invalid_url(url: &str) -> Self {
        Self::about(21205, format!("Url is not a valid URL: {url}"))
    }

    pub(super) fn invalid_callback(url: &str) -> Self {
        Self::about(21609, format!("Invalid 'StatusCallback' URL: {url}"))
    }

    pub(super) fn invalid_parameter(name: &str) -> Self {
        Self::about(20422, format!("Invalid Parameter: {name}"))
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
