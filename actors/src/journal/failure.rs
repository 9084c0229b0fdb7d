//! Whose fault is it? Every error of the database sorted by what to do next.

use sea_orm::{DbErr, RuntimeErr};

/// What an error means for the batch it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// Nobody in the batch: the connection, a lock, a limit. The same batch may succeed in a moment.
    Weather,
    /// The store itself: full, read-only, out of disk. Waiting rarely helps; the callers are told.
    Store,
    /// Two rows for one place, found by an update: whoever did it was too slow.
    Place,
    /// Somebody in the batch, we do not know who.
    Somebody,
}

/// Sorts an error of a statement. (An error of COMMIT itself is another matter: its outcome is looked up.)
pub(super) fn blame(error: &DbErr) -> Blame {
    let (DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = error else {
        return if matches!(error, DbErr::ConnectionAcquire(_)) { Blame::Weather } else { Blame::Somebody };
    };
    let RuntimeErr::SqlxError(cause) = cause else { return Blame::Weather };
    let Some(code) = cause.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()))
    else {
        // Broken pipes, closed pools, protocol errors: all but what we encoded wrongly ourselves.
        return if cause.to_string().contains("encod") { Blame::Somebody } else { Blame::Weather };
    };
    if code.len() == 5 { postgres(&code) } else { sqlite(&code) }
}

/// By SQLSTATE, <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres(code: &str) -> Blame {
    match code {
        "23505" => Blame::Place,
        "25006" | "53100" => Blame::Store,
        // Serialisation, deadlock, lock and statement time-outs.
        "40001" | "40P01" | "55P03" | "57014" => Blame::Weather,
        // Connection, resources, operator intervention, system, idle transaction ended.
        _ if ["08", "53", "57", "58"].contains(&&code[..2]) || code == "25P03" || code == "25P02" => {
            Blame::Weather
        }
        _ => Blame::Somebody,
    }
}

/// By extended result code, <https://www.sqlite.org/rescode.html>.
fn sqlite(code: &str) -> Blame {
    let Ok(extended) = code.parse::<u32>() else { return Blame::Somebody };
    match (extended, extended & 0xff) {
        (2067 | 1555, _) => Blame::Place,
        // BUSY, LOCKED, INTERRUPT.
        (_, 5 | 6 | 9) => Blame::Weather,
        // PERM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
        (_, 3 | 8 | 10 | 11 | 13 | 14 | 26) => Blame::Store,
        _ => Blame::Somebody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlstates_are_sorted() {
        assert_eq!(postgres("23505"), Blame::Place);
        assert_eq!(postgres("57P01"), Blame::Weather);
        assert_eq!(postgres("40P01"), Blame::Weather);
        assert_eq!(postgres("22003"), Blame::Somebody);
        assert_eq!(postgres("25006"), Blame::Store);
    }

    #[test]
    fn sqlite_codes_are_sorted_by_their_first_byte() {
        assert_eq!(sqlite("2067"), Blame::Place);
        assert_eq!(sqlite("517"), Blame::Weather);
        assert_eq!(sqlite("13"), Blame::Store);
        assert_eq!(sqlite("1032"), Blame::Store);
        assert_eq!(sqlite("275"), Blame::Somebody);
    }
}
