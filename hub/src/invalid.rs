//! INVALID: which fields of a body, a query or a frame are wrong, and why.

use serde::Serialize;
use serde_json::json;

use crate::error::{ApiError, Code};

/// One wrong field, as `details.fields` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The path of the field: `to.number`, `attachments[2]`.
    pub field: String,
    /// Why it is refused, for a person.
    pub reason: String,
}

/// Collects every wrong field of an input, so that a client hears of all of them at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Refuses `field` for `reason` unless `good`.
    pub fn check(&mut self, good: bool, field: &str, reason: impl Into<String>) -> &mut Self {
        if !good {
            self.0.push(FieldError { field: field.to_owned(), reason: reason.into() });
        }
        self
    }

    /// Refuses a text whose length in characters is outside the bounds.
    pub fn length(&mut self, field: &str, text: &str, bounds: std::ops::RangeInclusive<usize>) -> &mut Self {
        let good = bounds.contains(&text.chars().count());
        self.check(good, field, format!("must have {} to {} characters", bounds.start(), bounds.end()))
    }

    /// The refusal, when anything was wrong.
    pub fn finish(&mut self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(invalid(&std::mem::take(&mut self.0))) }
    }
}

/// INVALID for one field.
pub fn invalid_field(field: &str, reason: impl Into<String>) -> ApiError {
    invalid(&[FieldError { field: field.to_owned(), reason: reason.into() }])
}

/// INVALID for what serde could not read, with the field named.
pub fn unreadable<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> ApiError {
    let parent = error.path().to_string();
    let message = error.inner().to_string();
    // serde_json ends its messages with a place in the text, which is of no use once the field is named.
    let reason = message.split(" at line ").next().unwrap_or(&message);
    if let Some(name) = quoted_after(reason, "missing field ") {
        return invalid_field(&join(&parent, name), "is required");
    }
    if let Some(name) = quoted_after(reason, "unknown field ") {
        let path = if last_segment(&parent) == name { parent.clone() } else { join(&parent, name) };
        return invalid_field(&path, "is not known here");
    }
    invalid_field(if parent == "." { "body" } else { &parent }, reason)
}

fn invalid(fields: &[FieldError]) -> ApiError {
    let named: Vec<_> = fields.iter().map(|wrong| format!("{} {}", wrong.field, wrong.reason)).collect();
    ApiError::new(Code::Invalid, named.join("; ")).with("fields", json!(fields))
}

fn quoted_after<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.strip_prefix('`')?.split('`').next()
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn join(parent: &str, name: &str) -> String {
    if parent == "." || parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Call {
        #[expect(dead_code, reason = "only its reading is tested")]
        to: Party,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Party {
        #[expect(dead_code, reason = "only its reading is tested")]
        number: u32,
    }

    fn refused(text: &str) -> (String, String) {
        let mut reader = serde_json::Deserializer::from_str(text);
        let error = serde_path_to_error::deserialize::<_, Call>(&mut reader).unwrap_err();
        let refusal = unreadable(&error);
        let field = &refusal.details["fields"][0];
        (field["field"].as_str().unwrap().to_owned(), field["reason"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_missing_field_is_named_by_its_path() {
        assert_eq!(refused("{}"), ("to".into(), "is required".into()));
        assert_eq!(refused(r#"{"to":{}}"#), ("to.number".into(), "is required".into()));
    }

    #[test]
    fn an_unknown_field_is_named_by_its_path() {
        assert_eq!(refused(r#"{"too":{}}"#), ("too".into(), "is not known here".into()));
        assert_eq!(refused(r#"{"to":{"numbr":1}}"#), ("to.numbr".into(), "is not known here".into()));
        assert_eq!(refused(r#"{"to":{"to":1}}"#), ("to.to".into(), "is not known here".into()));
    }

    #[test]
    fn a_wrong_type_is_named_by_its_path_without_a_place_in_the_text() {
        let (field, reason) = refused(r#"{"to":{"number":"one"}}"#);
        assert_eq!(field, "to.number");
        assert_eq!(reason, "invalid type: string \"one\", expected u32");
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let mut fields = Fields::default();
        fields.length("name", "", 1..=3).length("body", "äöüß", 1..=4).check(false, "to", "is not a number");
        let refusal = fields.finish().unwrap_err();
        assert_eq!(refusal.message, "name must have 1 to 3 characters; to is not a number");
        assert_eq!(refusal.details["fields"].as_array().unwrap().len(), 2);
    }
}
