//! Lists: how many, from where, and where the next page begins.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use entities::{Place, Timestamp};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// How many at once, unless the client says.
const USUAL: u64 = 50;
/// The most at once.
const MOST: u64 = 200;

/// `limit`: 1 to 200, else INVALID; 50 when it is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u64);

impl Limit {
    /// The same, as a count of things in memory.
    #[must_use]
    pub fn count(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// As many as were asked for.
    #[must_use]
    pub fn rows(self) -> u64 {
        self.0
    }

    /// One more, which tells whether there is a next page.
    #[must_use]
    pub fn and_one_more(self) -> u64 {
        self.0 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u64::deserialize(deserializer)?;
        if (1..=MOST).contains(&limit) { Ok(Self(limit)) } else { Err(Error::custom("must be 1 to 200")) }
    }
}

/// `cursor`: opaque to clients; the last row they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub Place);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.0.at.as_micros().to_be_bytes());
        bytes[8..].copy_from_slice(self.0.id.as_bytes());
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).map(Self).ok_or_else(|| Error::custom("is no cursor of ours"))
    }
}

fn read(text: &str) -> Option<Place> {
    let bytes: [u8; 24] = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()?;
    let (at, id) = bytes.split_at(8);
    let at = Timestamp::from_micros(i64::from_be_bytes(at.try_into().ok()?));
    Some(Place { at, id: Uuid::from_bytes(id.try_into().ok()?) })
}

/// One page of a list.
#[derive(Debug, PartialEq, Serialize)]
pub struct List<T> {
    pub data: Vec<T>,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<Cursor>,
}

impl<T> List<T> {
    /// Out of rows that were read with [`Limit::and_one_more`].
    pub fn of(mut rows: Vec<T>, limit: Limit, place: impl Fn(&T) -> Place) -> Self {
        let most = usize::try_from(limit.rows()).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next_cursor = rows.last().filter(|_| more).map(|last| Cursor(place(last)));
        Self { data: rows, next_cursor }
    }

    /// Of a list that says itself where it goes on.
    pub fn going_on(data: Vec<T>, next: Option<Place>) -> Self {
        Self { data, next_cursor: next.map(Cursor) }
    }

    /// The same list in another shape.
    pub fn map<U>(self, shape: impl FnMut(T) -> U) -> List<U> {
        List { data: self.data.into_iter().map(shape).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(micros: i64) -> Place {
        Place { at: Timestamp::from_micros(micros), id: Uuid::from_u128(7) }
    }

    #[test]
    fn a_cursor_reads_back_as_the_place_it_was_made_of() {
        for micros in [0, -1, i64::MAX, 1_767_225_600_000_001] {
            assert_eq!(read(&Cursor(place(micros)).to_string()), Some(place(micros)));
        }
        assert_eq!(read("AAAA"), None);
    }

    #[test]
    fn only_a_full_page_with_more_behind_it_has_a_next() {
        let list = List::of(vec![3, 2, 1], Limit(2), |row| place(*row));
        assert_eq!(list, List { data: vec![3, 2], next_cursor: Some(Cursor(place(2))) });
        assert_eq!(List::of(vec![2, 1], Limit(2), |row| place(*row)).next_cursor, None);
    }
}
