//! The members of a contact that are plain values: their bounds, and putting them into the row.

use entities::contact;
use serde_json::{Map, Value};

use crate::contact::{Profile, Wrong};

/// What a contact is called of which nobody knows the name.
pub(super) const UNKNOWN: &str = "Unknown";
/// The most tags.
const TAGS: usize = 50;
/// The most attributes, and their longest JSON text in bytes.
const ATTRIBUTES: usize = 100;
const ATTRIBUTE_BYTES: usize = 16 * 1024;

/// Puts what was said into `row`, and what cannot be into `wrong`.
pub(super) fn apply(profile: &Profile, row: &mut contact::Model, wrong: &mut Vec<Wrong>) {
    check(profile, wrong);
    let Profile { name, temperature, stage, lead_score, time_zone, locale, tags, attributes, blocked } =
        profile.clone();
    set(&mut row.name, name.map(|name| name.trim().to_owned()));
    set(&mut row.temperature, temperature);
    set(&mut row.stage, stage);
    set(&mut row.lead_score, lead_score);
    set(&mut row.time_zone, time_zone);
    set(&mut row.locale, locale);
    set(&mut row.tags.0, tags);
    set(&mut row.attributes.0, attributes);
    set(&mut row.blocked, blocked);
}

/// What `row` does not know and `other` does, as far as there is room for it.
pub(super) fn fill(row: &mut contact::Model, other: &contact::Model) {
    if row.name == UNKNOWN {
        row.name.clone_from(&other.name);
    }
    row.temperature = row.temperature.or(other.temperature);
    row.lead_score = row.lead_score.or(other.lead_score);
    // Its numbers are this one's now: who was blocked does not come through by being merged.
    row.blocked |= other.blocked;
    for (known, others) in [
        (&mut row.stage, &other.stage),
        (&mut row.time_zone, &other.time_zone),
        (&mut row.locale, &other.locale),
    ] {
        *known = known.take().or_else(|| others.clone());
    }
    for tag in &other.tags.0 {
        if row.tags.len() < TAGS && !row.tags.contains(tag) {
            row.tags.push(tag.clone());
        }
    }
    for (key, value) in &other.attributes.0 {
        if row.attributes.contains_key(key) {
            continue;
        }
        row.attributes.insert(key.clone(), value.clone());
        if !fits(&row.attributes) {
            row.attributes.remove(key);
        }
    }
}

fn fits(attributes: &Map<String, Value>) -> bool {
    let length = serde_json::to_string(attributes).map_or(usize::MAX, |text| text.len());
    attributes.len() <= ATTRIBUTES && length <= ATTRIBUTE_BYTES
}

fn set<T>(place: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *place = said;
    }
}

fn check(profile: &Profile, wrong: &mut Vec<Wrong>) {
    let mut refuse_unless = |good: bool, field: &str, reason: &str| {
        if !good {
            wrong.push(Wrong { field: field.to_owned(), reason: reason.to_owned() });
        }
    };
    if let Some(name) = &profile.name {
        refuse_unless(has_length(name, 200), "name", "must have 1 to 200 characters");
    }
    if let Some(Some(stage)) = &profile.stage {
        refuse_unless(has_length(stage, 50), "stage", "must have 1 to 50 characters");
    }
    if let Some(Some(score)) = profile.lead_score {
        refuse_unless((0..=100).contains(&score), "lead_score", "must be 0 to 100");
    }
    if let Some(Some(zone)) = &profile.time_zone {
        refuse_unless(is_time_zone(zone), "time_zone", "must be an IANA name such as Europe/Berlin");
    }
    if let Some(Some(locale)) = &profile.locale {
        refuse_unless(is_locale(locale), "locale", "must be a language tag such as en-GB");
    }
    if let Some(tags) = &profile.tags {
        refuse_unless(tags.len() <= TAGS, "tags", "must be at most 50");
        refuse_unless(
            tags.iter().all(|tag| has_length(tag, 50)),
            "tags",
            "must have 1 to 50 characters each",
        );
    }
    if let Some(attributes) = &profile.attributes {
        let length = serde_json::to_string(attributes).map_or(usize::MAX, |text| text.len());
        refuse_unless(attributes.len() <= ATTRIBUTES, "attributes", "must be at most 100");
        refuse_unless(length <= ATTRIBUTE_BYTES, "attributes", "must be at most 16 KiB of JSON");
    }
}

fn has_length(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// In its form; whether there is such a zone is asked where one is used, because zones come and go.
pub(crate) fn is_time_zone(name: &str) -> bool {
    let good = |char: char| char.is_ascii_alphanumeric() || "_-+".contains(char);
    name.len() <= 64 && name.split('/').all(|part| !part.is_empty() && part.chars().all(good))
}

/// In the form of BCP 47, subtag by subtag.
pub(crate) fn is_locale(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let good =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35
        && (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_and_time_zones_are_told_by_their_form() {
        for good in ["en", "en-GB", "zh-Hant-TW", "de-DE-1996"] {
            assert!(is_locale(good), "{good}");
        }
        for bad in ["", "e", "en_GB", "en-", "en-everlasting"] {
            assert!(!is_locale(bad), "{bad}");
        }
        assert!(is_time_zone("America/Argentina/Buenos_Aires") && is_time_zone("UTC"));
        assert!(!is_time_zone("") && !is_time_zone("Europe/") && !is_time_zone("half past nine"));
    }
}
