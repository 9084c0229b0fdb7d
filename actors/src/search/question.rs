//! What an index is asked: the words, and the boards of which the message must be on one.

use entities::BoardId;

use super::words::Words;

/// Who sees more boards than these is asked by the words alone, and what he may not see is left out afterwards: each board
/// costs a look into every stretch, and he sees much of what there is.
const MOST_BOARDS: usize = 16;

/// A question to an index.
pub(super) struct Question<'a> {
    words: &'a Words,
    boards: Option<&'a [BoardId]>,
}

impl<'a> Question<'a> {
    pub(super) fn new(words: &'a Words, boards: Option<&'a [BoardId]>) -> Self {
        Self { words, boards: boards.filter(|boards| boards.len() <= MOST_BOARDS) }
    }

    /// For each word what it may be in a message, and whether that may be only the beginning of it there.
    pub(super) fn ways(&self) -> impl Iterator<Item = Vec<(&str, bool)>> {
        self.words.ways()
    }

    /// The marks a message may have, those of conversations on no board among them; `None` where it does not matter.
    pub(super) fn marks(&self) -> Option<impl Iterator<Item = String>> {
        let boards = self.boards?;
        Some(boards.iter().copied().map(Some).chain([None]).map(mark))
    }
}

/// How a board stands among the words of a message. The migration of the index says the same; no word has the `#`.
fn mark(board: Option<BoardId>) -> String {
    let board = board.map(|board| board.as_uuid().simple().to_string());
    format!("#{}", board.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_on_no_board_everybody_sees() {
        let words = Words::read("parcel").unwrap();
        let own = [BoardId::from_uuid(Uuid::from_u128(7))];
        let marks = |boards| Question::new(&words, boards).marks().map(Iterator::collect::<Vec<_>>);
        assert_eq!(marks(None), None);
        assert_eq!(marks(Some(&[])), Some(vec!["#".to_owned()]));
        let seven = "#00000000000000000000000000000007".to_owned();
        assert_eq!(marks(Some(&own)), Some(vec![seven, "#".to_owned()]));
    }

    #[test]
    fn very_many_boards_are_not_asked_for() {
        let words = Words::read("parcel").unwrap();
        let many = vec![BoardId::from_uuid(Uuid::nil()); MOST_BOARDS + 1];
        assert!(Question::new(&words, Some(&many)).marks().is_none());
    }
}
