-- The tables a message.send writes, with all their indexes, as the hub has them on SQLite.
CREATE TABLE logs (
    tenant_id blob NOT NULL PRIMARY KEY, last_seq bigint NOT NULL, trimmed_seq bigint NOT NULL, incarnation blob NOT NULL
) WITHOUT ROWID;

CREATE TABLE conversations (
    id blob NOT NULL PRIMARY KEY, tenant_id blob NOT NULL, channel_id blob NOT NULL, channel_type text NOT NULL,
    contact_id blob NOT NULL, contact_name text NOT NULL, board_id blob, status text NOT NULL, owner text NOT NULL,
    assignee_id blob, priority text NOT NULL, labels text NOT NULL, participants text NOT NULL, last_message text,
    activity_at bigint NOT NULL, next_scheduled_at bigint, snoozed_until bigint, rev bigint NOT NULL,
    created_at bigint NOT NULL, updated_at bigint NOT NULL, created_by text, updated_by text, deleted_at bigint
);
CREATE UNIQUE INDEX conversations_one_open ON conversations (tenant_id, channel_id, contact_id)
    WHERE status <> 'resolved' AND deleted_at IS NULL;
CREATE INDEX conversations_by_activity_at ON conversations (tenant_id, activity_at, id);
CREATE INDEX conversations_by_status ON conversations (tenant_id, status, activity_at, id);
CREATE INDEX conversations_by_assignee_id ON conversations (tenant_id, assignee_id, activity_at, id);
CREATE INDEX conversations_by_contact_id ON conversations (tenant_id, contact_id, activity_at, id);
CREATE INDEX conversations_by_board_id ON conversations (tenant_id, board_id, activity_at, id);
CREATE INDEX conversations_by_channel_id ON conversations (tenant_id, channel_id, activity_at, id);

CREATE TABLE messages (
    id blob NOT NULL PRIMARY KEY, tenant_id blob NOT NULL, conversation_id blob NOT NULL, contact_id blob NOT NULL,
    board_id blob, channel_type text NOT NULL, seq bigint NOT NULL, direction text NOT NULL, author_kind text NOT NULL,
    author_id blob, author_name text NOT NULL, body text NOT NULL, private boolean NOT NULL, status text NOT NULL,
    error_code text, error_message text, class text, client_id text, attachments text NOT NULL, mentions text NOT NULL,
    scheduled_at bigint, edited_at bigint, rev bigint NOT NULL,
    created_at bigint NOT NULL, updated_at bigint NOT NULL, created_by text, updated_by text, deleted_at bigint
);
CREATE UNIQUE INDEX messages_in_order ON messages (tenant_id, conversation_id, seq);

CREATE TABLE events (
    tenant_id blob NOT NULL, seq bigint NOT NULL, id blob NOT NULL, type text NOT NULL, topic_kind text NOT NULL,
    topic_id blob NOT NULL, contact_id blob, conversation_id blob, board_id blob, left_board_id blob, audience text NOT NULL,
    user_id blob, actor_kind text NOT NULL, actor_id blob, client_id text, at bigint NOT NULL, key_id bigint NOT NULL,
    data blob NOT NULL, PRIMARY KEY (tenant_id, seq)
) WITHOUT ROWID;
CREATE INDEX events_by_topic_id ON events (tenant_id, topic_id, seq);
CREATE INDEX events_by_contact_id ON events (tenant_id, contact_id, seq);

CREATE TABLE idempotency_keys (
    tenant_id blob NOT NULL, principal text NOT NULL, key text NOT NULL, request_hash blob NOT NULL, answer blob NOT NULL,
    key_id bigint NOT NULL, seq bigint, contact_id blob, created_at bigint NOT NULL, expires_at bigint,
    PRIMARY KEY (tenant_id, principal, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_expires_at ON idempotency_keys (expires_at) WHERE expires_at IS NOT NULL;
