//! The schema of the hub: an ordered list of changes for SQLite and PostgreSQL.

mod columns;
mod tenant_table;

mod change;
pub use change::{Change, Kind, Migrator};

mod error;
pub use error::MigrateError;

mod copy;
pub use copy::copy_to;
mod ledger;
mod lock;

mod migrate;
pub use migrate::{Applied, Standing, migrate, prepare_role, revert, standing};

#[cfg(feature = "testing")]
pub mod testing;

mod m0001_tenants;
mod m0002_logs;
mod m0003_tenant_keys;
mod m0004_users;
mod m0005_sign_ins;
mod m0006_sign_in_codes;
mod m0007_channels;
mod m0008_contacts;
mod m0009_contact_identities;
mod m0010_conversations;
mod m0011_messages;
mod m0012_events;
mod m0013_idempotency_keys;
mod m0014_audit_entries;
mod m0020_jobs;
mod m0021_job_attempts;
mod m0030_read_marks;
mod m0050_boards;
mod m0051_api_keys;
mod m0052_audit_by_actor;
mod m0070_message_terms;
mod m0080_outside_identities;
mod m0100_attachments;
mod m0120_sla;
mod m0125_queue;
mod m0130_lookups;
mod m0131_merging;
mod m0132_labels;
mod m0140_audit_filters;
mod m0145_scanning_attachments;
mod m0150_unresolved;
mod m0151_rare_words;
mod m0160_tasks;
mod m0161_events_of_users;
mod m0162_boards_in_search;
mod m0163_conversations_by_owner;
mod m0170_credentials;
mod m0171_external_ids;
mod m0180_webhook_receipts;
mod m0181_public_channels;
mod m0185_word_trigrams;
mod m0190_numbers_of_conversations;
mod m0191_consents;
mod m0200_templates;
mod m0201_scheduled_messages;
mod m0202_automatic_messages;
mod m0210_blocked_files;
mod m0211_callbacks;
mod m0212_catching_up;
mod m0220_sending;
mod m0230_registrations;
mod m0240_fence_of_receipts;
mod m0245_outbound_messages;
mod m0250_calls;
mod m0255_calls_apart;
mod m0260_recordings;
mod m0265_calls_of_conversations;
mod m0266_blocked_contacts;

/// Every change, oldest first. A change that was released is never edited; a new one follows it.
macro_rules! in_order {
    ($($name:ident),* $(,)?) => {
        fn changes() -> Vec<Change> {
            vec![$(Change { kind: $name::KIND, migration: Box::new($name::Migration) }),*]
        }
    };
}

in_order![
    m0001_tenants,
    m0002_logs,
    m0003_tenant_keys,
    m0004_users,
    m0005_sign_ins,
    m0006_sign_in_codes,
    m0007_channels,
    m0008_contacts,
    m0009_contact_identities,
    m0010_conversations,
    m0011_messages,
    m0012_events,
    m0013_idempotency_keys,
    m0014_audit_entries,
    m0020_jobs,
    m0021_job_attempts,
    m0030_read_marks,
    m0050_boards,
    m0051_api_keys,
    m0052_audit_by_actor,
    m0070_message_terms,
    m0080_outside_identities,
    m0100_attachments,
    m0120_sla,
    m0125_queue,
    m0130_lookups,
    m0131_merging,
    m0132_labels,
    m0140_audit_filters,
    m0145_scanning_attachments,
    m0150_unresolved,
    m0151_rare_words,
    m0160_tasks,
    m0161_events_of_users,
    m0162_boards_in_search,
    m0163_conversations_by_owner,
    m0170_credentials,
    m0171_external_ids,
    m0180_webhook_receipts,
    m0181_public_channels,
    m0185_word_trigrams,
    m0190_numbers_of_conversations,
    m0191_consents,
    m0200_templates,
    m0201_scheduled_messages,
    m0202_automatic_messages,
    m0210_blocked_files,
    m0211_callbacks,
    m0212_catching_up,
    m0220_sending,
    m0230_registrations,
    m0240_fence_of_receipts,
    m0245_outbound_messages,
    m0250_calls,
    m0255_calls_apart,
    m0260_recordings,
    m0265_calls_of_conversations,
    m0266_blocked_contacts,
];
