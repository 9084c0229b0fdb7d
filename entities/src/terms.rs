//! The words of a text as search knows them: the same for every database, whoever wrote them and however.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The longest word, in characters; what is longer is found by its beginning.
const LONGEST: usize = 64;

/// A word where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Folded: composed or not, accented or not, in any case, it is the same. Letters and digits alone.
    pub folded: String,
    /// Where it stands in its text, in bytes.
    pub place: Range<usize>,
}

/// The words of a text, in their order. Scripts that write no spaces give a word for each character.
pub fn terms(text: &str) -> Vec<Term> {
    let (mut found, mut begun) = (Vec::new(), None);
    for (at, char) in text.char_indices() {
        let alone = stands_alone(char);
        let goes_on = !alone && (char.is_alphanumeric() || is_combining_mark(char));
        if !goes_on && let Some(start) = begun.take() {
            found.extend(term(text, start..at));
        }
        if alone {
            found.extend(term(text, at..at + char.len_utf8()));
        } else if goes_on {
            begun.get_or_insert(at);
        }
    }
    found.extend(begun.and_then(|start| term(text, start..text.len())));
    found
}

/// The different words of a text, joined by spaces: what the search columns hold.
pub fn column(text: &str) -> String {
    let mut words: Vec<String> = terms(text).into_iter().map(|term| term.folded).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

fn term(text: &str, place: Range<usize>) -> Option<Term> {
    let folded: String = text.get(place.clone())?.nfkd().flat_map(folded).take(LONGEST).collect();
    (!folded.is_empty()).then_some(Term { folded, place })
}

/// Upper case first: it makes one of ß and ss, of both small sigmas.
fn folded(char: char) -> impl Iterator<Item = char> {
    char.to_uppercase().flat_map(char::to_lowercase).filter(|char| {
        // Vowel signs of the scripts of India are marks too, of class 0, and no decoration.
        char.is_alphanumeric() || (is_combining_mark(*char) && canonical_combining_class(*char) == 0)
    })
}

/// Han, kana, Thai, Lao, Khmer, Burmese: nothing stands between their words.
fn stands_alone(char: char) -> bool {
    matches!(
        u32::from(char),
        0x0E01..=0x0E30 | 0x0E32..=0x0E33 | 0x0E81..=0x0EB0 | 0x1000..=0x102A | 0x1780..=0x17B3
            | 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF
    ) && char.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|term| term.folded).collect()
    }

    #[test]
    fn a_word_is_the_same_however_it_is_written() {
        assert_eq!(folded("Crème BRÛLÉE, cre\u{300}me!"), ["creme", "brulee", "creme"]);
        assert_eq!(
            folded("Straße STRASSE Ὀδυσσεύς ΟΔΥΣΣΕΥΣ"),
            ["strasse", "strasse", "οδυσσευσ", "οδυσσευσ"]
        );
        assert_eq!(folded("ﬁle №5 don't a_b"), ["file", "5", "don", "t", "a", "b"]);
    }

    #[test]
    fn scripts_without_spaces_give_their_characters() {
        assert_eq!(folded("注文 order"), ["注", "文", "order"]);
    }

    #[test]
    fn a_column_holds_each_word_once() {
        assert_eq!(column("b a, B!"), "a b");
        assert_eq!(column("?! …"), "");
    }

    proptest! {
        #[test]
        fn any_text_gives_clean_words_in_their_places(text in any::<String>()) {
            let mut end = 0;
            for Term { folded, place } in terms(&text) {
                prop_assert!(place.start >= end && text.get(place.clone()).is_some());
                prop_assert!(!folded.is_empty() && folded.chars().count() <= LONGEST);
                prop_assert!(!folded.chars().any(|char| char.is_ascii() && !char.is_ascii_alphanumeric()));
                prop_assert!(!folded.chars().any(|char| char.is_whitespace() || char.is_control()));
                end = place.end;
            }
        }
    }
}
