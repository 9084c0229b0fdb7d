//! What Twilio finds wrong with a document: a code of its catalogue, <https://www.twilio.com/docs/api/errors>.

/// Why a document is not followed, or not to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Problem(pub(super) u32);

impl Problem {
    pub(super) const INVALID_URL: Self = Self(11100);
    /// It could not be fetched.
    pub(super) const RETRIEVAL: Self = Self(11200);
    pub(super) const TOO_LARGE: Self = Self(11750);
    /// It is no XML, or has a verb that is not served here.
    pub(super) const PARSE: Self = Self(12100);
    pub(super) const ROOT: Self = Self(12102);
    /// An attribute nobody knows: noted, and passed over.
    pub(super) const SCHEMA: Self = Self(12200);
    pub(super) const CONTENT_TYPE: Self = Self(12300);
    pub(super) const CALLER_ID: Self = Self(13214);
    pub(super) const MIXED_CONFERENCE: Self = Self(13000);
    pub(super) const NESTED_IN_DIAL: Self = Self(13215);
    pub(super) const DIALLED_NUMBER: Self = Self(13223);
    pub(super) const CONFERENCE_NAME: Self = Self(13237);
    pub(super) const VERB_IN_CONFERENCE: Self = Self(13238);
    pub(super) const NESTED_IN_GATHER: Self = Self(13320);
    pub(super) const CONFERENCE_FULL: Self = Self(16020);
    pub(super) const NO_CONFERENCE: Self = Self(16022);
    pub(super) const NOBODY_TO_COACH: Self = Self(16028);
    pub(super) const LABEL_INVALID: Self = Self(16023);
    pub(super) const LABEL_IN_USE: Self = Self(16025);
}
