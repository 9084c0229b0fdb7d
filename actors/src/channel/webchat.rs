//! The settings of a web chat.

use entities::Origin;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ChannelError;

/// Everything that can be set about a web chat. All of it is public.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebchatSettings {
    /// What the widget says first; at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// BCP 47: the language of the widget when the visitor's is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// When somebody answers, for people to read; at most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// The pages the widget may stand on, such as `https://shop.example`; beside our own. At most 50.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// What a visitor is asked before he writes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// How the widget looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// `left` or `right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
}

/// One thing a visitor is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `name`, `email` or `phone`.
    pub name: String,
    #[serde(default)]
    pub required: bool,
}

impl WebchatSettings {
    /// Reads what an admin sent.
    pub(super) fn parse(settings: &Map<String, Value>) -> Result<Self, ChannelError> {
        let parsed = Self::deserialize(Value::Object(settings.clone()));
        let parsed = parsed.map_err(|error| ChannelError::invalid("settings", error.to_string()))?;
        parsed.check()?;
        Ok(parsed)
    }

    /// What is stored; what a later version wrote and this one cannot read is as if it were not set.
    #[must_use]
    pub fn stored(settings: &Map<String, Value>) -> Self {
        Self::deserialize(Value::Object(settings.clone())).unwrap_or_default()
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn check(&self) -> Result<(), ChannelError> {
        let color = self.theme.as_ref().and_then(|theme| theme.color.as_deref());
        let position = self.theme.as_ref().and_then(|theme| theme.position.as_deref());
        let short =
            |text: &Option<String>, most| text.as_ref().is_none_or(|text| text.chars().count() <= most);
        let rules = [
            (short(&self.greeting, 500), "settings.greeting", "must have at most 500 characters"),
            (short(&self.hours, 200), "settings.hours", "must have at most 200 characters"),
            (short(&self.locale, 35), "settings.locale", "must have at most 35 characters"),
            (color.is_none_or(is_color), "settings.theme.color", "must be #rrggbb"),
            (position.is_none_or(is_side), "settings.theme.position", "must be left or right"),
            (self.allowed_origins.len() <= 50, "settings.allowed_origins", "must be at most 50"),
            (
                self.allowed_origins.iter().all(|origin| origin.parse::<Origin>().is_ok()),
                "settings.allowed_origins",
                "must be origins such as https://shop.example, without a path",
            ),
            (
                self.fields.len() <= 3 && self.fields.iter().all(|field| is_field(&field.name)),
                "settings.fields",
                "must be name, email or phone",
            ),
        ];
        match rules.into_iter().find(|(good, ..)| !good) {
            Some((_, field, reason)) => Err(ChannelError::invalid(field, reason)),
            None => Ok(()),
        }
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_side(text: &str) -> bool {
    matches!(text, "left" | "right")
}

fn is_field(name: &str) -> bool {
    matches!(name, "name" | "email" | "phone")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(settings: Value) -> Option<String> {
        match WebchatSettings::parse(settings.as_object().unwrap()) {
            Err(ChannelError::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn settings_are_refused_by_the_member_that_is_wrong() {
        assert_eq!(refused(json!({"theme": {"color": "red"}})).as_deref(), Some("settings.theme.color"));
        assert_eq!(refused(json!({"colour": "#ff0000"})).as_deref(), Some("settings"));
        for origin in ["*", "shop.example", "https://shop.example/", "https://", "javascript:alert(1)"] {
            let settings = json!({ "allowed_origins": [origin] });
            assert_eq!(refused(settings).as_deref(), Some("settings.allowed_origins"), "{origin}");
        }
        assert_eq!(refused(json!({"fields": [{"name": "age"}]})).as_deref(), Some("settings.fields"));
    }

    #[test]
    fn good_settings_are_stored_as_they_were_said() {
        let said = json!({
            "greeting": "Hi", "theme": {"color": "#00aaff", "position": "left"},
            "allowed_origins": ["https://shop.example", "http://localhost:3000"],
            "fields": [{"name": "email", "required": true}],
        });
        let parsed = WebchatSettings::parse(said.as_object().unwrap()).unwrap();
        assert_eq!(Value::Object(parsed.to_map()), said);
        assert_eq!(WebchatSettings::stored(&parsed.to_map()), parsed);
    }
}
