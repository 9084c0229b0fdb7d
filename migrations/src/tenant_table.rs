//! What every table of a tenant gets: row-level security, the reader's grant, and the rule that a row never changes tenant.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

/// Makes the reader's role and the trigger function the tables use. PostgreSQL only.
///
/// Roles belong to the cluster: other databases use this one too, and may make it at the same moment. One that is
/// there already (made by an administrator, say) is used as it is. Since PostgreSQL 16 who makes a role may administer
/// it but not become it, so that is asked for and granted by itself.
pub(crate) async fn prepare(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    prepare_role(manager).await?;
    run(manager, FUNCTION).await
}

/// The role alone. PostgreSQL only.
pub(crate) async fn prepare_role(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, ROLE).await
}

/// Takes back what [`prepare`] made, except the role.
pub(crate) async fn forget(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    run(manager, "DROP FUNCTION tenant_never_changes()").await
}

/// Protects a table whose tenant stands in `tenant_id`.
pub(crate) async fn protect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    protect_by(manager, table, "tenant_id").await
}

/// Protects a table whose tenant stands in `column`.
pub(crate) async fn protect_by(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    let statements = match manager.get_database_backend() {
        DbBackend::Postgres => postgres(table, column),
        _ => sqlite(table, column),
    };
    run(manager, &statements).await
}

async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statements).await.map(|_| ())
}

const ROLE: &str = "
DO $$
DECLARE
    may_set text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'switchboard_tenant') THEN
            CREATE ROLE switchboard_tenant NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
        IF NOT pg_has_role(current_user, 'switchboard_tenant', may_set) THEN
            GRANT switchboard_tenant TO CURRENT_USER;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO switchboard_tenant', current_schema());
END
$$";

const FUNCTION: &str = "
CREATE FUNCTION tenant_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'tenant_id never changes' USING ERRCODE = 'integrity_constraint_violation';
END
$$";

/// The setting has no default on purpose: a reader that named no tenant gets an error, never an empty answer.
fn postgres(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         CREATE POLICY tenant_isolation ON {table} FOR ALL TO switchboard_tenant
             USING ({column} = current_setting('switchboard.tenant')::uuid);
         GRANT SELECT ON {table} TO switchboard_tenant;
         CREATE TRIGGER {table}_tenant_never_changes BEFORE UPDATE OF {column} ON {table}
             FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column})
             EXECUTE FUNCTION tenant_never_changes();"
    )
}

fn sqlite(table: &str, column: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_tenant_never_changes BEFORE UPDATE OF {column} ON {table}
             FOR EACH ROW WHEN OLD.{column} IS NOT NEW.{column}
             BEGIN SELECT RAISE(ABORT, 'tenant_id never changes'); END;"
    )
}
