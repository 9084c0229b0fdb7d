//! What is searched for: words, all of which must be there, the last of them perhaps only begun.

use entities::terms::{self, Term};

/// The longest question, in characters.
const LONGEST: usize = 200;

/// The most words of a question.
const MOST: usize = 10;

/// The words of a question. Anything may be typed: what is neither letter nor digit only separates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    folded: Vec<String>,
    /// For each word those it is taken for too.
    likes: Vec<Vec<String>>,
}

/// Why a text is no question, for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWords {
    #[error("must have a letter or a digit")]
    Empty,
    #[error("must have at most 200 characters")]
    TooLong,
    #[error("must have at most 10 words")]
    TooMany,
}

impl Words {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// [`NoWords`].
    pub fn read(typed: &str) -> Result<Self, NoWords> {
        if typed.chars().count() > LONGEST {
            return Err(NoWords::TooLong);
        }
        let folded: Vec<String> = terms::terms(typed).into_iter().map(|term| term.folded).collect();
        match folded.len() {
            0 => Err(NoWords::Empty),
            words @ 1..=MOST => Ok(Self { folded, likes: vec![Vec::new(); words] }),
            _ => Err(NoWords::TooMany),
        }
    }

    /// Each word, and whether it may be only the beginning of what it finds.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, bool)> {
        let last = self.folded.len() - 1;
        self.folded.iter().enumerate().map(move |(index, word)| (word.as_str(), index == last))
    }

    /// For each word what it may be in a message, and whether that may be only the beginning of it there.
    pub(super) fn ways(&self) -> impl Iterator<Item = Vec<(&str, bool)>> {
        let likes = self.likes.iter().map(|likes| likes.iter().map(|word| (word.as_str(), false)));
        self.each().zip(likes).map(|(typed, likes)| std::iter::once(typed).chain(likes).collect())
    }

    /// The same words, each taken for these too.
    pub(super) fn taken_for(self, likes: Vec<Vec<String>>) -> Self {
        Self { likes, ..self }
    }

    /// Which of the words `term` is.
    pub(super) fn which(&self, term: &Term) -> Option<usize> {
        let is =
            |(word, begun): &(&str, bool)| term.folded == *word || (*begun && term.folded.starts_with(word));
        self.ways().position(|ways| ways.iter().any(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_separates_words_is_no_operator() {
        let read = |typed: &str| Words::read(typed).map(|words| words.folded);
        assert_eq!(read("\"Parcel\" AND -late* OR (NEAR"), read("parcel and late or near"));
        assert_eq!(read("' & | ! : \\ %_"), Err(NoWords::Empty));
        assert_eq!(read(&"a".repeat(201)), Err(NoWords::TooLong));
        assert_eq!(read("1 2 3 4 5 6 7 8 9 10 11"), Err(NoWords::TooMany));
    }

    #[test]
    fn the_last_word_may_be_only_begun() {
        let words = Words::read("the par").unwrap();
        let which = |text: &str| terms::terms(text).iter().map(|term| words.which(term)).collect::<Vec<_>>();
        assert_eq!(which("the parcel, there"), [Some(0), Some(1), None]);
    }

    #[test]
    fn a_word_may_be_taken_for_others() {
        let words = Words::read("lost parcl").unwrap().taken_for(vec![vec![], vec!["parcel".to_owned()]]);
        let which = |text: &str| terms::terms(text).iter().map(|term| words.which(term)).collect::<Vec<_>>();
        assert_eq!(which("parcel parcels parclx lost loster"), [Some(1), None, Some(1), Some(0), None]);
    }
}
