//! Trigrams: what two words have in common though they are not the same. Pure.

use std::collections::BTreeSet;

/// How much of two words must be the same, of everything either has, for one to be taken for the other: pg_trgm's measure,
/// and its threshold.
const ALIKE: f64 = 0.3;

/// The most words one is taken for.
const MOST: usize = 8;

/// The shortest and the longest word that is learned, in letters. The migration that learned the first ones says the same.
const LEARNED: std::ops::RangeInclusive<usize> = 4..=32;

/// Whether a word is worth being known: numbers are all different and none is like another, and short words are too many
/// others.
pub(super) fn is_learned(word: &str) -> bool {
    LEARNED.contains(&word.chars().count()) && !word.chars().any(|letter| letter.is_ascii_digit())
}

/// The groups of three letters of a word with two spaces before it and one behind, so that how it begins counts more than
/// how it ends.
pub(super) fn trigrams(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
    letters.windows(3).map(|three| three.iter().collect()).collect()
}

/// How many trigrams another word must share to be worth a look: as many as one that is alike has at least, or one that has
/// this word in the middle of it. Nothing is like a word of one or two letters.
pub(super) fn least(word: &str) -> Option<i64> {
    let inside = word.chars().count().checked_sub(2).filter(|inside| *inside > 0)?;
    let alike = (trigrams(word).len() as f64 * ALIKE).ceil() as usize;
    i64::try_from(inside.min(alike)).ok()
}

/// Those of `known` that are like `word` or have it in them, the most alike first.
pub(super) fn alike(word: &str, known: Vec<String>) -> Vec<String> {
    let own = trigrams(word);
    let mut alike: Vec<(f64, String)> = known
        .into_iter()
        .map(|other| (likeness(&own, &trigrams(&other)), other))
        .filter(|(likeness, other)| other != word && (*likeness >= ALIKE || other.contains(word)))
        .collect();
    alike.sort_by(|(one, one_word), (other, other_word)| {
        other.total_cmp(one).then_with(|| one_word.cmp(other_word))
    });
    alike.into_iter().take(MOST).map(|(_, other)| other).collect()
}

fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let shared = one.intersection(other).count();
    shared as f64 / (one.len() + other.len() - shared).max(1) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(word: &str, known: &[&str]) -> Vec<String> {
        alike(word, known.iter().map(|&known| known.to_owned()).collect())
    }

    #[test]
    fn what_is_mistyped_or_a_part_is_alike_and_the_rest_is_not() {
        assert_eq!(like("parcl", &["parcels", "carpet", "parcel", "appointment"]), ["parcel", "parcels"]);
        assert_eq!(like("apointment", &["appointments", "ointment", "paint"]), ["appointments", "ointment"]);
        assert_eq!(
            like("schlussel", &["hausturschlussel", "schluss", "ausweis"]),
            ["schluss", "hausturschlussel"]
        );
        assert_eq!(like("parcel", &["parcel"]), [""; 0]);
    }

    #[test]
    fn names_and_numbers() {
        assert!(is_learned("ähre") && is_learned(&"a".repeat(32)));
        assert!(!is_learned("ear") && !is_learned("a4711") && !is_learned(&"a".repeat(33)));
        assert_eq!((least("ab"), least("abc"), least("abcd")), (None, Some(1), Some(2)));
    }

    proptest! {
        #[test]
        fn whoever_is_alike_shares_as_many_as_are_asked_for(word in "[a-d]{3,8}", other in "[a-d]{4,12}") {
            let is_alike = !like(&word, &[&other]).is_empty();
            let shared = trigrams(&word).intersection(&trigrams(&other)).count();
            prop_assert!(!is_alike || i64::try_from(shared).unwrap() >= least(&word).unwrap());
        }
    }
}
