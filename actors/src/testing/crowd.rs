//! A tenant that has very many conversations and messages, written in bulk: for plans and measurements, not for behaviour.

use entities::{ChannelId, TenantId};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

use super::{House, People};

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    pub conversations: u64,
    pub messages: u64,
}

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

    /// What a tenant of a connection is told by, for the functions of PostgreSQL.
    fn hold_to(&self, tenant: TenantId) -> Option<String> {
        (self.0 == DbBackend::Postgres)
            .then(|| format!("SELECT set_config('switchboard.tenant', '{tenant}', false)"))
    }
}

impl Crowd {
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
            self.conversations(&dialect, tenant, people.founded.webchat),
            self.lookups(&dialect, tenant, ("contact_name", "grace", 'a', 1)),
            self.lookups(&dialect, tenant, ("contact_tag", "vip", 'a', 100)),
            self.lookups(&dialect, tenant, ("conversation_label", "vip", 'c', 1_000)),
            self.messages(&dialect, tenant),
            format!(
                "UPDATE logs SET last_seq = {} WHERE tenant_id = {}",
                self.messages,
                dialect.uuid(&tenant.to_string())
            ),
            "ANALYZE".to_owned(),
        ];
        statements.extend(dialect.hold_to(tenant));
        for statement in statements {
            db.execute_unprepared(&statement).await.expect("a crowd comes");
        }
        db
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

    fn conversations(self, dialect: &Dialect, tenant: TenantId, channel: ChannelId) -> String {
        format!(
            "INSERT INTO conversations (id, tenant_id, channel_id, channel_type, contact_id, contact_name, board_id, status,
                owner, assignee_id, priority, labels, participants, activity_at, queued_at, sla_breached, rev, created_at, updated_at)
             SELECT {id}, {tenant}, {channel}, 'webchat', {contact}, 'Grace ' || i,
                CASE WHEN i % 5 > 0 THEN {board} END,
                CASE i % 10 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'snoozed' ELSE 'resolved' END,
                'nobody', CASE WHEN i % 3 > 0 THEN {user} END, 'normal',
                CASE WHEN i % 1000 = 0 THEN '[\"vip\"]' ELSE '[]' END, '[]', i, CASE WHEN i % 30 = 0 THEN i END,
                i % 100 = 0, 1, i, i
             FROM {numbers}",
            id = dialect.id('c', "i"),
            contact = dialect.id('a', "i"),
            board = dialect.id('b', "i % 5"),
            user = dialect.id('d', "i % 20"),
            tenant = dialect.uuid(&tenant.to_string()),
            channel = dialect.uuid(&channel.to_string()),
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
        let said = "'common w' || (i % 1000) || ' once' || i || ' x' || (i * 7 % 4999) || ' y' || (i * 11 % 3001) || ' z' || (i % 97)";
        format!(
            "INSERT INTO messages (id, tenant_id, conversation_id, contact_id, channel_type, seq, direction, author_kind,
                author_name, body, terms, private, status, attachments, mentions, rev, created_at, updated_at)
             SELECT {id}, {tenant}, {conversation}, {contact}, 'webchat', i, 'inbound', 'contact', 'Grace', {said}, {said}, false,
                'received', '[]', '[]', 1, i, i
             FROM {numbers}",
            id = dialect.id('e', "i"),
            conversation = dialect.id('c', &format!("i % {} + 1", self.conversations)),
            contact = dialect.id('a', &format!("i % {} + 1", self.conversations)),
            tenant = dialect.uuid(&tenant.to_string()),
            numbers = dialect.numbers(self.messages),
        )
    }
}
