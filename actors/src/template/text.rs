//! A text with gaps, and how they are filled. Pure, and no language: a gap is a name, and what is put there is never read again.

/// The longest name of a variable, in characters.
const LONGEST_NAME: usize = 50;

/// A text with `{{variable}}` wherever something is to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a>(Vec<Piece<'a>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Variable(&'a str),
}

/// A `{{` opens nothing that is closed, or no name stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a gap is no name between two pairs of braces")]
pub struct Malformed;

/// Nobody says what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is missing")]
pub struct Missing {
    pub name: String,
}

impl<'a> Text<'a> {
    /// Reads a text. Spaces around a name say nothing; a name has 1 to 50 letters and digits of ASCII, `_` and `.`.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((words, opened)) = rest.split_once("{{") {
            let (gap, after) = opened.split_once("}}").ok_or(Malformed)?;
            pieces.extend([Piece::Words(words), Piece::Variable(checked_name(gap.trim())?)]);
            rest = after;
        }
        pieces.push(Piece::Words(rest));
        Ok(Self(pieces))
    }

    /// The text with every gap filled by what `find` says of its name.
    ///
    /// # Errors
    /// [`Missing`], of the first gap nothing is known of.
    pub fn filled<'v>(&self, find: impl Fn(&str) -> Option<&'v str>) -> Result<String, Missing> {
        let mut filled = String::new();
        for piece in &self.0 {
            filled.push_str(match piece {
                Piece::Words(words) => words,
                Piece::Variable(name) => find(name).ok_or_else(|| Missing { name: (*name).to_owned() })?,
            });
        }
        Ok(filled)
    }
}

fn checked_name(name: &str) -> Result<&str, Malformed> {
    let spelled = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if spelled && (1..=LONGEST_NAME).contains(&name.len()) { Ok(name) } else { Err(Malformed) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn filled(text: &str, variables: &BTreeMap<String, String>) -> Result<String, Missing> {
        Text::read(text).unwrap().filled(|name| variables.get(name).map(String::as_str))
    }

    /// Texts a person may write, braces among them, in which no gap opens.
    fn words() -> impl Strategy<Value = String> {
        "[a-zé {}\n👋]{0,12}"
            .prop_filter("opens no gap", |words| !words.contains("{{") && !words.ends_with('{'))
    }

    fn name() -> impl Strategy<Value = String> {
        "[A-Za-z0-9_.]{1,8}"
    }

    #[test]
    fn a_gap_is_filled_by_what_is_known_of_its_name() {
        let known = BTreeMap::from([("contact.name".to_owned(), "Zoë".to_owned())]);
        assert_eq!(filled("Hi {{contact.name}}, {{ contact.name }}!", &known).unwrap(), "Hi Zoë, Zoë!");
        let missing = filled("Hi {{contact.name}}, it is {{day}}", &known).unwrap_err();
        assert_eq!(missing.name, "day");
    }

    #[test]
    fn what_is_no_gap_is_told_before_anybody_uses_it() {
        for wrong in ["{{", "{{}}", "{{ }}", "{{a b}}", "{{a", "{{ü}}", "{{#if a}}", "{{{a}}}"] {
            assert_eq!(Text::read(wrong), Err(Malformed), "{wrong}");
        }
        assert_eq!(Text::read(&format!("{{{{{}}}}}", "x".repeat(51))), Err(Malformed));
        for fine in ["", "}}", "{ a }", "a } b", "{{a}}}"] {
            assert!(Text::read(fine).is_ok(), "{fine}");
        }
    }

    proptest! {
        #[test]
        fn a_text_without_gaps_stays_as_it_is(words in words()) {
            prop_assert_eq!(filled(&words, &BTreeMap::new()).unwrap(), words);
        }

        #[test]
        fn what_a_variable_holds_is_put_there_as_it_is_and_never_read_again(
            pieces in prop::collection::vec((words(), name(), "[a-z{} .]{0,12}|\\{\\{[a-z]\\}\\}"), 0..6),
            end in words(),
        ) {
            let known: BTreeMap<String, String> =
                pieces.iter().map(|(_, name, value)| (name.clone(), value.clone())).collect();
            let mut text: String =
                pieces.iter().map(|(words, name, _)| format!("{words}{{{{{name}}}}}")).collect();
            text.push_str(&end);
            let mut expected: String =
                pieces.iter().map(|(words, name, _)| format!("{words}{}", known[name])).collect();
            expected.push_str(&end);
            prop_assert_eq!(filled(&text, &known).unwrap(), expected);
        }
    }
}
