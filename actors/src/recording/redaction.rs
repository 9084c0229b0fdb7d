//! The one step everything that was said goes through before it is stored: numbers that are nobody's business are struck out.
//!
//! Struck out are card numbers (13 to 19 digits whose last one is right), social security numbers, and what the tenant names
//! by patterns of its own. Digits count as digits when they are spoken as words.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Patterns of a tenant at the most, and the characters of one.
const MOST: usize = 20;
const LONGEST: usize = 200;
/// What a pattern may take in memory, in bytes.
const SIZE: usize = 256 * 1024;
/// What stands in the place of what was said.
const STRUCK: &str = "[redacted]";

/// Digits of a card number, and of a social security number.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
const SECURITY: usize = 9;

/// What is struck out of what was said. Cheap to make without patterns of the tenant's own.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    own: Vec<Regex>,
}

/// Why patterns are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooMany,
    /// The one at this place.
    Pattern(usize),
}

impl Redaction {
    /// With a tenant's own patterns beside those for everybody.
    pub(super) fn with(patterns: &[String]) -> Result<Self, Fault> {
        if patterns.len() > MOST {
            return Err(Fault::TooMany);
        }
        let own = patterns.iter().enumerate().map(|(index, pattern)| {
            compiled(pattern).filter(|regex| !regex.is_match("")).ok_or(Fault::Pattern(index))
        });
        Ok(Self { own: own.collect::<Result<_, _>>()? })
    }

    /// The text without what is nobody's business. Doing it twice is doing it once.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut redacted = struck(text, &numbers(text));
        for pattern in &self.own {
            redacted = pattern.replace_all(&redacted, STRUCK).into_owned();
        }
        redacted
    }
}

fn compiled(pattern: &str) -> Option<Regex> {
    let fits = (1..=LONGEST).contains(&pattern.chars().count());
    let built = RegexBuilder::new(pattern).case_insensitive(true).size_limit(SIZE).build();
    built.ok().filter(|_| fits)
}

/// The text with these places struck out, which are in order and apart.
fn struck(text: &str, places: &[Range<usize>]) -> String {
    let (mut redacted, mut from) = (String::with_capacity(text.len()), 0);
    for place in places {
        redacted.push_str(&text[from..place.start]);
        redacted.push_str(STRUCK);
        from = place.end;
    }
    redacted.push_str(&text[from..]);
    redacted
}

/// Digits that stand together, and where.
#[derive(Debug)]
struct Group {
    digits: String,
    place: Range<usize>,
}

/// Where the numbers stand that are struck out.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(text) {
        let mut at = 0;
        while at < run.len() {
            match longest_from(&run, at) {
                Some(end) => {
                    found.push(run[at].place.start..run[end - 1].place.end);
                    at = end;
                }
                None => at += 1,
            }
        }
    }
    found
}

/// Where a number ends that begins with this group, when it is one to be struck out.
fn longest_from(run: &[Group], at: usize) -> Option<usize> {
    (at + 1..=run.len()).rev().find(|end| {
        let groups = &run[at..*end];
        let digits: String = groups.iter().map(|group| group.digits.as_str()).collect();
        let alone = at == 0 && *end == run.len();
        is_card(&digits) || is_security_number(groups, &digits, alone)
    })
}

/// Runs of groups with nothing between them but what is said or written within a number.
fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut end = 0;
    for group in groups(text) {
        let joins = text[end..group.place.start].chars().all(|char| matches!(char, ' ' | '-' | '.' | ','));
        end = group.place.end;
        match runs.last_mut().filter(|_| joins) {
            Some(run) => run.push(group),
            None => runs.push(vec![group]),
        }
    }
    runs
}

/// Every number of the text, and every digit that is spoken as a word.
fn groups(text: &str) -> impl Iterator<Item = Group> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.filter_map(|word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        let place = start..start + word.len();
        let digits = match word.bytes().all(|byte| byte.is_ascii_digit()) {
            true => word.to_owned(),
            false => spoken(word)?.to_owned(),
        };
        Some(Group { digits, place })
    })
}

fn spoken(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 11] = [
        ("zero", "0"),
        ("oh", "0"),
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
    ];
    WORDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, digit)| *digit)
}

/// As many digits as cards have, the first one theirs, the last one right (ISO/IEC 7812).
fn is_card(digits: &str) -> bool {
    let begins = matches!(digits.as_bytes().first(), Some(b'2'..=b'6'));
    CARD.contains(&digits.len()) && begins && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| match (place % 2, u32::from(byte - b'0')) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Nine digits as they are grouped, or nine and no others around them that are no postal code.
fn is_security_number(groups: &[Group], digits: &str, alone: bool) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let grouped = lengths == [3, 2, 4];
    digits.len() == SECURITY && (grouped || (alone && lengths != [5, 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        Redaction::default().redact(text)
    }

    #[test]
    fn cards_and_social_security_numbers_are_struck_out_however_they_are_said() {
        for (said, kept) in [
            ("My card is 4111 1111 1111 1111, thanks.", "My card is [redacted], thanks."),
            ("4111111111111111", "[redacted]"),
            ("4111-1111-1111-1111 or 5500 0000 0000 0004", "[redacted] or [redacted]"),
            ("amex 3782 822463 10005", "amex [redacted]"),
            ("four one one one one one one one one one one one one one one one it is", "[redacted] it is"),
            ("social 123-45-6789.", "social [redacted]."),
            ("it's 123456789", "it's [redacted]"),
            ("one two three, four five, six seven eight nine", "[redacted]"),
        ] {
            assert_eq!(redacted(said), kept, "{said}");
            assert_eq!(redacted(kept), kept, "twice");
        }
    }

    #[test]
    fn what_people_say_otherwise_stays() {
        for said in [
            "Call me at 202-555-0123 or +1 (415) 555-0199.",
            "My order is 4111 1111 1111 1112.",
            "ZIP 94103-1234, at 10 or 11 on the 24th",
            "one of the two, at nine",
            "",
            "日本 123 Grüße",
        ] {
            assert_eq!(redacted(said), said);
        }
    }

    #[test]
    fn a_tenants_own_patterns_are_struck_out_too() {
        let own = Redaction::with(&[r"\bMRN ?\d+".to_owned(), "insulin".to_owned()]).unwrap();
        assert_eq!(own.redact("My mrn 4711 and my Insulin"), "My [redacted] and my [redacted]");
    }

    #[test]
    fn patterns_that_cannot_be_are_named() {
        let with = |patterns: &[&str]| {
            let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
            Redaction::with(&patterns).map(|_| ())
        };
        assert_eq!(with(&["ok", "("]), Err(Fault::Pattern(1)));
        assert_eq!(with(&[""]), Err(Fault::Pattern(0)));
        assert_eq!(with(&["x*"]), Err(Fault::Pattern(0)), "it matches everywhere");
        assert_eq!(with(&["x{1000}{1000}"]), Err(Fault::Pattern(0)), "too large");
        assert_eq!(with(&["x"; 21]), Err(Fault::TooMany));
        assert_eq!(with(&[&"x".repeat(201)]), Err(Fault::Pattern(0)));
    }
}
