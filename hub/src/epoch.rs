//! The epoch: what a cursor is good for.

use actors::view::Viewer;
use data_encoding::BASE64URL_NOPAD;
use entities::{Digest, LogIncarnation};

/// Opaque to clients. Another log, another role or other boards make another one, and a cursor of the old one does not
/// resume: what its owner saw is not what he would see now.
#[must_use]
pub fn epoch(incarnation: LogIncarnation, viewer: &Viewer) -> String {
    let sight = match viewer {
        Viewer::User { role, boards, .. } => {
            let mut boards: Vec<String> = boards.iter().flatten().map(ToString::to_string).collect();
            boards.sort_unstable();
            format!("{role} {}", boards.join(" "))
        }
        Viewer::Key { scopes, board_id, .. } => {
            let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
            format!(
                "key {} {}",
                scopes.join(" "),
                board_id.map(|board| board.to_string()).unwrap_or_default()
            )
        }
        Viewer::Visitor { conversation_id, .. } => format!("visitor {conversation_id}"),
    };
    let digest = Digest::of(format!("{incarnation} {sight}").as_bytes());
    BASE64URL_NOPAD.encode(&digest.as_bytes()[..12])
}

#[cfg(test)]
mod tests {
    use entities::{BoardId, UserId, user::Role};
    use uuid::Uuid;

    use super::*;

    fn agent(boards: &[u128]) -> Viewer {
        let boards = boards.iter().map(|board| BoardId::from_uuid(Uuid::from_u128(*board))).collect();
        Viewer::User { id: UserId::from_uuid(Uuid::nil()), role: Role::Agent, boards: Some(boards) }
    }

    #[test]
    fn other_boards_make_another_epoch_and_their_order_does_not() {
        let log = LogIncarnation::from_uuid(Uuid::from_u128(1));
        assert_eq!(epoch(log, &agent(&[1, 2])), epoch(log, &agent(&[2, 1])));
        assert_ne!(epoch(log, &agent(&[1])), epoch(log, &agent(&[1, 2])));
    }

    #[test]
    fn another_log_makes_another_epoch() {
        let logs = [1, 2].map(|id| LogIncarnation::from_uuid(Uuid::from_u128(id)));
        assert_ne!(epoch(logs[0], &agent(&[])), epoch(logs[1], &agent(&[])));
    }
}
