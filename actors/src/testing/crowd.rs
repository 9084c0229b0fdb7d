//! A tenant that has very many conversations and messages, written in bulk: for plans and measurements, not for behaviour.

use entities::{BoardId, TenantId, UserId};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};
use uuid::Uuid;

use super::{House, People};

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    pub conversations: u64,
    pub messages: u64,
}

/// The newest message of every conversation.
const LAST_MESSAGE: &str = r#"{"id":"e0000000-0000-0000-0000-000000000001","body":"Where is my parcel?","author":{"kind":"contact","id":null,"name":"Grace"},"created_at":"2026-01-01T00:00:00.000Z"}"#;

/// Where a bulk write says the same in both databases.
struct Dialect(DbBackend);

impl Dialect {
    fn uuid(&self, literal: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("'{literal}'::uuid"),
            _ => format!("x'{}'", literal.replace('-', "")),
        }
    }

    /// An id for each value of `number`, of a kind that one hexadecimal digit names.
    fn id(&self, kind: char, number: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("('{kind}' || lpad(to_hex(({number})::bigint), 31, '0'))::uuid"),
            _ => format!("unhex('{kind}' || printf('%031x', {number}))"),
        }
    }

    fn bytes(&self, literal: &str) -> String {
        match self.0 {
            DbBackend::Postgres => format!("'{literal}'::bytea"),
            _ => format!("CAST('{literal}' AS BLOB)"),
        }
    }

    /// The numbers from 1 to `count`, as `s.i`.
    fn numbers(&self, count: u64) -> String {
        match self.0 {
            DbBackend::Postgres => format!("generate_series(1, {count}::bigint) AS s(i)"),
            _ => format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) s"
            ),
        }
    }

    /// PostgreSQL looks after its statistics by itself; SQLite is never told to.
    fn seen_to(&self) -> Option<String> {
        (self.0 == DbBackend::Postgres).then(|| "VACUUM ANALYZE".to_owned())
    }

    /// What a tenant of a connection is told by: readers, and the functions of PostgreSQL.
    fn hold_to(&self, tenant: TenantId) -> Option<String> {
        (self.0 == DbBackend::Postgres)
            .then(|| format!("SELECT set_config('switchboard.tenant', '{tenant}', false)"))
    }
}

impl Crowd {
    /// The board on which only the ten oldest conversations stand.
    pub const QUIET_BOARD: BoardId = BoardId::from_uuid(Uuid::from_u128((0xb << 124) | 20));

    /// One of nineteen boards with as many conversations each.
    pub const BUSY_BOARD: BoardId = BoardId::from_uuid(Uuid::from_u128((0xb << 124) | 7));

    /// A user who read all there is; the owner of the tenant read half.
    pub const READER: UserId = UserId::from_uuid(Uuid::from_u128((0xd << 124) | 1));

    /// Writes everything, and answers with a connection of the owner that is held to the tenant. The word `common` stands
    /// in every message, `w7` in one of a thousand, `once77` in message 77 alone.
    pub async fn gather(self, house: &House, people: &People) -> DatabaseConnection {
        // One connection, because it is held to the tenant.
        let mut options = ConnectOptions::new(house.url());
        let db = Database::connect(options.max_connections(1).to_owned()).await.expect("the database opens");
        let dialect = Dialect(db.get_database_backend());
        let tenant = people.tenant;
        let mut statements = vec![
            self.contacts(&dialect, tenant),
            self.conversations(&dialect, people),
            self.lookups(&dialect, tenant, ("contact_name", "grace", 'a', 1)),
            self.lookups(&dialect, tenant, ("contact_tag", "vip", 'a', 100)),
            self.lookups(&dialect, tenant, ("conversation_label", "vip", 'c', 1_000)),
            self.read_marks(&dialect, tenant, (people.owner, "i % 2 = 1")),
            self.read_marks(&dialect, tenant, (Self::READER, "i > 0")),
            self.messages(&dialect, tenant),
            self.word_trigrams(&dialect, tenant),
            format!(
                "UPDATE logs SET last_seq = {} WHERE tenant_id = {}",
                self.messages,
                dialect.uuid(&tenant.to_string())
            ),
        ];
        statements.extend(dialect.seen_to());
        statements.extend(dialect.hold_to(tenant));
        for statement in statements {
            db.execute_unprepared(&statement).await.expect("a crowd comes");
        }
        db
    }

    /// As many words as conversations or messages, but at most 100,000, all of them with `com` in them and a hundredth with
    /// `x07`.
    fn word_trigrams(self, dialect: &Dialect, tenant: TenantId) -> String {
        let tenant = dialect.uuid(&tenant.to_string());
        let numbers = dialect.numbers(self.conversations.max(self.messages).min(100_000));
        format!(
            "INSERT INTO word_trigrams (trigram, tenant_id, word)
             SELECT 'com', {tenant}, 'common' || i FROM {numbers}
             UNION ALL SELECT 'x' || substr(CAST(100 + i % 100 AS TEXT), 2), {tenant}, 'common' || i FROM {numbers}",
        )
    }

    fn contacts(self, dialect: &Dialect, tenant: TenantId) -> String {
        format!(
            "INSERT INTO contacts (id, tenant_id, name, tags, attributes, activity_at, rev, created_at, updated_at,
                stage, temperature)
             SELECT {id}, {tenant}, 'Grace ' || i, CASE WHEN i % 100 = 0 THEN '[\"vip\"]' ELSE '[]' END, '{{}}', i, 1, i, i,
                CASE WHEN i % 10 = 0 THEN 'booked' END, CASE WHEN i % 7 = 0 THEN 'hot' END
             FROM {numbers}",
            id = dialect.id('a', "i"),
            tenant = dialect.uuid(&tenant.to_string()),
            numbers = dialect.numbers(self.conversations),
        )
    }

    /// One of twenty is not resolved. One of fifty stands on no board, and half of those wait in the queue; a quarter of all is
    /// nobody's.
    fn conversations(self, dialect: &Dialect, people: &People) -> String {
        format!(
            "INSERT INTO conversations (id, tenant_id, channel_id, channel_type, contact_id, contact_name, board_id, status,
                owner, assignee_id, priority, labels, participants, last_message, activity_at, queued_at, inbound_count,
                sla_breached, rev, created_at, updated_at)
             SELECT {id}, {tenant}, {channel}, 'webchat', {contact}, 'Grace ' || i,
                {board},
                CASE WHEN i % 100 < 3 THEN 'open' WHEN i % 100 = 3 THEN 'pending' WHEN i % 100 = 4 THEN 'snoozed'
                    ELSE 'resolved' END,
                'nobody', CASE WHEN i % 100 = 0 OR i % 4 = 1 THEN NULL WHEN i % 7 = 0 THEN {owner} ELSE {user} END,
                'normal', CASE WHEN i % 1000 = 0 THEN '[\"vip\"]' ELSE '[]' END, '[]', '{LAST_MESSAGE}', i,
                CASE WHEN i % 100 = 0 THEN i END, 1, i % 1000 = 1, 1, i, i
             FROM {numbers}",
            id = dialect.id('c', "i"),
            contact = dialect.id('a', "i"),
            board = board(dialect, "i"),
            owner = dialect.uuid(&people.owner.to_string()),
            user = dialect.id('d', "i % 23 + 1"),
            tenant = dialect.uuid(&people.tenant.to_string()),
            channel = dialect.uuid(&people.founded.webchat.to_string()),
            numbers = dialect.numbers(self.conversations),
        )
    }

    /// What `user` has read of what is not resolved.
    fn read_marks(self, dialect: &Dialect, tenant: TenantId, (user, which): (UserId, &str)) -> String {
        format!(
            "INSERT INTO read_marks (tenant_id, conversation_id, user_id, message_id, seq, inbound_count, rev, read_at)
             SELECT {tenant}, {conversation}, {user}, {message}, i, 1, 1, i
             FROM {numbers} WHERE i % 100 < 5 AND {which}",
            conversation = dialect.id('c', "i"),
            message = dialect.id('e', "i"),
            user = dialect.uuid(&user.to_string()),
            tenant = dialect.uuid(&tenant.to_string()),
            numbers = dialect.numbers(self.conversations),
        )
    }

    /// One word, which leads to every noun of a kind whose number `each` divides.
    fn lookups(
        self,
        dialect: &Dialect,
        tenant: TenantId,
        (kind, word, noun, each): (&str, &str, char, u64),
    ) -> String {
        format!(
            "INSERT INTO lookups (tenant_id, kind, word, subject_id)
             SELECT {tenant}, '{kind}', {word}, {noun} FROM {numbers} WHERE i % {each} = 0",
            tenant = dialect.uuid(&tenant.to_string()),
            word = dialect.bytes(word),
            noun = dialect.id(noun, "i"),
            numbers = dialect.numbers(self.conversations),
        )
    }

    fn messages(self, dialect: &Dialect, tenant: TenantId) -> String {
        let said_in = format!("i % {} + 1", self.conversations);
        let said = "'common w' || (i % 1000) || ' once' || i || ' x' || (i * 7 % 4999) || ' y' || (i * 11 % 3001) || ' z' || (i % 97)";
        format!(
            "INSERT INTO messages (id, tenant_id, conversation_id, contact_id, board_id, channel_type, seq, direction, author_kind,
                author_name, body, terms, private, status, attachments, mentions, rev, created_at, updated_at)
             SELECT {id}, {tenant}, {conversation}, {contact}, {board}, 'webchat', i, 'inbound', 'contact', 'Grace', {said}, {said}, false,
                'received', '[]', '[]', 1, i, i
             FROM {numbers}",
            id = dialect.id('e', "i"),
            conversation = dialect.id('c', &said_in),
            contact = dialect.id('a', &said_in),
            board = board(dialect, &format!("({said_in})")),
            tenant = dialect.uuid(&tenant.to_string()),
            numbers = dialect.numbers(self.messages),
        )
    }
}

/// On which board the conversation of this number stands.
fn board(dialect: &Dialect, number: &str) -> String {
    let quiet = dialect.uuid(&Crowd::QUIET_BOARD.to_string());
    let busy = dialect.id('b', &format!("{number} % 19"));
    format!("CASE WHEN {number} % 50 = 0 THEN NULL WHEN {number} <= 10 THEN {quiet} ELSE {busy} END")
}
