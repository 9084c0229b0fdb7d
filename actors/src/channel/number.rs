//! The settings of a channel that is a number.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::consent::Keyword;

use super::{ChannelError, VoiceSettings};

/// What can be set.
const KNOWN: [&str; 2] = ["keyword_replies", "voice"];
/// The longest answer, in characters.
const LONGEST: usize = 320;

/// Everything that can be set about such a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NumberSettings {
    #[serde(skip_serializing_if = "KeywordReplies::is_silent")]
    pub keyword_replies: KeywordReplies,
    #[serde(skip_serializing_if = "VoiceSettings::is_usual")]
    pub voice: VoiceSettings,
}

/// What is answered to a keyword by itself, for senders of which the provider answers none: 1 to 320 characters each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeywordReplies {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl NumberSettings {
    /// Reads what an admin sent.
    pub(super) fn parse(settings: &Map<String, Value>) -> Result<Self, ChannelError> {
        if let Some(unknown) = settings.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(ChannelError::invalid(&format!("settings.{unknown}"), "is not known here"));
        }
        let parsed = Self::deserialize(Value::Object(settings.clone()));
        let parsed = parsed.map_err(|error| ChannelError::invalid("settings", error.to_string()))?;
        parsed.voice.check()?;
        let fits = |text: &String| {
            (1..=LONGEST).contains(&text.chars().count()) && !text.trim().is_empty() && !text.contains('\0')
        };
        let wrong = parsed.keyword_replies.each().find(|(_, text)| !fits(text)).map(|(name, _)| name);
        match wrong {
            Some(name) => {
                let field = format!("settings.keyword_replies.{name}");
                Err(ChannelError::invalid(&field, "must have 1 to 320 characters"))
            }
            None => Ok(parsed),
        }
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
}

impl KeywordReplies {
    /// The answer to a keyword, when there is one.
    #[must_use]
    pub fn to(&self, keyword: Keyword) -> Option<&str> {
        let reply = match keyword {
            Keyword::Stop => &self.stop,
            Keyword::Start => &self.start,
            Keyword::Help => &self.help,
        };
        reply.as_deref()
    }

    fn is_silent(&self) -> bool {
        self.each().next().is_none()
    }

    fn each(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [("stop", &self.stop), ("start", &self.start), ("help", &self.help)];
        all.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(settings: Value) -> Result<Map<String, Value>, ChannelError> {
        NumberSettings::parse(settings.as_object().unwrap()).map(|settings| settings.to_map())
    }

    #[test]
    fn what_is_set_reads_back_and_what_cannot_be_is_named() {
        for good in [
            json!({}),
            json!({"keyword_replies": {"stop": "You are unsubscribed.", "help": "ü".repeat(320)}}),
            json!({"voice": {
                "greeting": "Hello.", "voicemail": false, "voicemail_s": 60, "transcribe": false,
                "drop_follow_up": "send", "ring": "in_turn", "ring_s": 20, "refuse_anonymous": true,
                "screening": true, "agent_confirms": true,
                "record": "all", "announce_recording": false, "recording_notice": "We listen.",
            }}),
        ] {
            assert_eq!(Value::Object(parsed(good.clone()).unwrap()), good);
        }
        for (wrong, named) in [
            (json!({"greeting": "Hi"}), "settings.greeting"),
            (json!({"keyword_replies": {"stop": " "}}), "settings.keyword_replies.stop"),
            (json!({"keyword_replies": {"help": "x".repeat(321)}}), "settings.keyword_replies.help"),
            (json!({"keyword_replies": {"yes": "x"}}), "settings"),
            (json!({"voice": {"ring_s": 4}}), "settings.voice.ring_s"),
            (json!({"voice": {"hours": {"time_zone": "Mars"}}}), "settings.voice.hours.time_zone"),
            (json!({"voice": {"unavailable": ""}}), "settings.voice.unavailable"),
            (json!({"voice": {"voicemail_s": 601}}), "settings.voice.voicemail_s"),
            (json!({"voice": {"recording_notice": ""}}), "settings.voice.recording_notice"),
            (json!({"voice": {"recording_notice": "x".repeat(501)}}), "settings.voice.recording_notice"),
            (json!({"voice": {"record": "some"}}), "settings"),
            (json!({"voice": {"screening": "yes"}}), "settings"),
            (json!({"voice": {"ring": "loudly"}}), "settings"),
        ] {
            let refused = parsed(wrong).unwrap_err();
            assert!(matches!(refused, ChannelError::Invalid { field, .. } if field == named), "{named}");
        }
    }
}
