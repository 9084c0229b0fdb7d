//! The part of a long message that shows why it was found.

use entities::terms;

use super::words::Words;

/// The longest snippet, in characters.
const LENGTH: usize = 200;

/// What stands before the first word found, in characters.
const BEFORE: usize = 60;

/// A part of `body` around the first of the words in it; `None` when the body is short enough to be shown whole.
pub(super) fn snippet(body: &str, words: &Words) -> Option<String> {
    if body.chars().count() <= LENGTH {
        return None;
    }
    let found = terms::terms(body).into_iter().find(|term| words.which(term).is_some());
    let first = found.map_or(0, |term| term.place.start);
    let starts: Vec<usize> = body.char_indices().map(|(at, _)| at).collect();
    let at = starts.partition_point(|start| *start < first);
    // So that a word found near the end is shown with what stands before it.
    let from = at.saturating_sub(BEFORE).min(starts.len().saturating_sub(LENGTH));
    let shown: String = body.chars().skip(from).take(LENGTH).collect();
    let opening = if from > 0 { "…" } else { "" };
    let ending = if from + LENGTH < starts.len() { "…" } else { "" };
    Some(format!("{opening}{}{ending}", shown.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Option<String> {
        snippet(body, &Words::read("parcel").unwrap())
    }

    #[test]
    fn a_short_message_needs_none() {
        assert_eq!(of("where is my parcel"), None);
    }

    #[test]
    fn a_long_message_is_cut_around_the_word() {
        let body = format!("{} PARCELS {}", "ö ".repeat(150), "é ".repeat(150));
        let shown = of(&body).unwrap();
        assert!(shown.starts_with("…ö") && shown.ends_with('…') && shown.contains("PARCELS"), "{shown}");
        assert!(shown.chars().count() <= LENGTH + 2);
        let late = format!("{}parcel", "x ".repeat(200));
        assert!(of(&late).unwrap().ends_with("parcel"));
    }
}
