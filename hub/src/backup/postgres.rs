//! A store on a server: `pg_dump` and `pg_restore` do the copying, from a snapshot that we hold open and into a database that was empty.

use std::path::Path;
use std::process::{Output, Stdio};

use percent_encoding::percent_decode_str;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::process::Command;
use url::Url;

use super::BackupError;
use crate::store::{Place, RESTORING};

/// Options of `database.url` that libpq knows under another name, in the environment.
const OPTIONS: [(&str, &str); 9] = [
    ("host", "PGHOST"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("dbname", "PGDATABASE"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("options", "PGOPTIONS"),
];
/// What is ours to remove, and nothing of an extension.
const OURS: &str = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = it.oid AND d.deptype = 'e')";

/// Writes what a snapshot shows into one file.
pub(super) async fn dump(place: &Place, snapshot: &str, to: &Path) -> Result<(), BackupError> {
    let mut command = tool("pg_dump", place)?;
    command.args(["--format=custom", "--no-password", "--snapshot"]).arg(snapshot).arg("--file").arg(to);
    ran("pg_dump", command).await
}

/// Brings a dump into the database, all of it or nothing.
pub(super) async fn load(place: &Place, from: &Path) -> Result<(), BackupError> {
    let mut command = tool("pg_restore", place)?;
    let variables: Vec<_> = environment(place)?;
    let name = variables.iter().find(|(name, _)| *name == "PGDATABASE").map(|(_, value)| value.clone());
    let name = name.ok_or_else(|| BackupError::Refused("database.url names no database".to_owned()))?;
    command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-comments", "--no-password"]);
    command.arg("--dbname").arg(name).arg(from);
    ran("pg_restore", command).await
}

/// Can the dump be read? Of what is in it this tells nothing.
pub(super) async fn check(dump: &Path) -> Result<(), BackupError> {
    let mut command = Command::new("pg_restore");
    command.arg("--list").arg(dump);
    ran("pg_restore", command).await
}

/// The first table of ours or anybody's in the database.
pub(super) async fn found<C: ConnectionTrait>(db: &C) -> Result<Option<String>, BackupError> {
    let sql = format!(
        "SELECT it.relname::text AS name FROM pg_class it
         WHERE it.relnamespace = current_schema()::regnamespace AND it.relkind IN ('r', 'p', 'v', 'm') AND {OURS}
         ORDER BY it.relname <> '{RESTORING}', it.relname LIMIT 1"
    );
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(row.map(|row| row.try_get("", "name")).transpose()?)
}

/// Notes that a restore is under way: until it is over the store is nobody's to use.
pub(super) async fn mark<C: ConnectionTrait>(db: &C) -> Result<(), BackupError> {
    db.execute_unprepared(&format!("CREATE TABLE {RESTORING} (began timestamptz DEFAULT now())")).await?;
    Ok(())
}

pub(super) async fn unmark<C: ConnectionTrait>(db: &C) -> Result<(), BackupError> {
    db.execute_unprepared(&format!("DROP TABLE {RESTORING}")).await?;
    Ok(())
}

/// Empties a database that was empty before, in one transaction.
pub(super) async fn clear<C: ConnectionTrait>(db: &C) -> Result<(), BackupError> {
    let each = |kind: &str, of: &str, columns: &str| {
        format!(
            "FOR found IN SELECT {columns} AS name FROM {of} it WHERE {OURS} LOOP
                 EXECUTE format('DROP {kind} %s CASCADE', found.name);
             END LOOP;"
        )
    };
    let relations = |kinds: &str| {
        format!(
            "(SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ({kinds}))"
        )
    };
    let functions = "(SELECT * FROM pg_proc WHERE pronamespace = current_schema()::regnamespace)";
    let sql = format!(
        "DO $$ DECLARE found record; BEGIN {} {} {} END $$",
        each("VIEW", &relations("'v'"), "it.oid::regclass"),
        each("TABLE", &relations("'r', 'p'"), "it.oid::regclass"),
        each("FUNCTION", functions, "it.oid::regprocedure"),
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}

/// A program of PostgreSQL that comes to the database as we do. What is secret it finds in its environment.
fn tool(name: &str, place: &Place) -> Result<Command, BackupError> {
    let mut command = Command::new(name);
    command.envs(environment(place)?);
    Ok(command)
}

fn environment(place: &Place) -> Result<Vec<(&'static str, String)>, BackupError> {
    let url = Url::parse(&place.url)
        .map_err(|why| BackupError::Refused(format!("database.url cannot be read: {why}")))?;
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut variables = vec![("PGAPPNAME", "switchboard backup".to_owned())];
    variables.extend(url.host_str().map(|host| ("PGHOST", plain(host.trim_matches(['[', ']'])))));
    variables.extend(url.port().map(|port| ("PGPORT", port.to_string())));
    variables
        .extend(Some(plain(url.username())).filter(|user| !user.is_empty()).map(|user| ("PGUSER", user)));
    variables.extend(url.password().map(|password| ("PGPASSWORD", plain(password))));
    let name = plain(url.path().trim_start_matches('/'));
    variables.extend(Some(name).filter(|name| !name.is_empty()).map(|name| ("PGDATABASE", name)));
    for (option, value) in url.query_pairs() {
        // `ssl-mode` is `sslmode`.
        let option = option.replace('-', "");
        let known = OPTIONS.iter().find(|(name, _)| option == *name);
        variables.extend(known.map(|(_, variable)| (*variable, value.clone().into_owned())));
        variables.extend((option == "password").then(|| ("PGPASSWORD", value.into_owned())));
    }
    Ok(variables)
}

async fn ran(name: &str, mut command: Command) -> Result<(), BackupError> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    match command.output().await {
        Ok(Output { status, .. }) if status.success() => Ok(()),
        Ok(Output { stderr, .. }) => Err(BackupError::Tool(told(name, &String::from_utf8_lossy(&stderr)))),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Err(BackupError::Tool(format!(
            "{name} is not installed: install the client programs of PostgreSQL (Debian: postgresql-client), of the version of the server \
             or later"
        ))),
        Err(why) => Err(BackupError::Tool(format!("{name} cannot be run: {why}"))),
    }
}

/// What a program said on its way out, and what to do about it.
fn told(name: &str, said: &str) -> String {
    let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
    let said = said.join("; ");
    match said.contains("version mismatch") || said.contains("unsupported version") {
        true => format!(
            "{said}: install the client programs of PostgreSQL of the version of the server or later (Debian: postgresql-client-<version>)"
        ),
        false => format!("{name} failed: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn variables(url: &str) -> HashMap<&'static str, String> {
        environment(&Place { url: url.to_owned(), file: None }).unwrap().into_iter().collect()
    }

    #[test]
    fn where_to_go_and_what_is_secret_stands_in_the_environment() {
        let found = variables(
            "postgres://hub:p%40ss@db.example:5433/house?sslmode=verify-full&ssl-root-cert=/ca.pem",
        );
        for (name, value) in [
            ("PGHOST", "db.example"),
            ("PGPORT", "5433"),
            ("PGUSER", "hub"),
            ("PGPASSWORD", "p@ss"),
            ("PGDATABASE", "house"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", "/ca.pem"),
        ] {
            assert_eq!(found.get(name).map(String::as_str), Some(value), "{name}");
        }
        let socket = variables("postgres:///hub?host=/run/postgresql");
        assert_eq!((socket["PGHOST"].as_str(), socket["PGDATABASE"].as_str()), ("/run/postgresql", "hub"));
        assert!(!socket.contains_key("PGUSER"));
    }

    #[test]
    fn a_client_that_is_too_old_is_told_what_to_install() {
        let said = "pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 17.2";
        let told = told("pg_dump", said);
        assert!(told.contains("17.2") && told.contains("postgresql-client"), "{told}");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told_what_to_install() {
        let missing = ran("pg_dump", Command::new("/nowhere/pg_dump")).await.unwrap_err().to_string();
        assert!(
            missing.contains("pg_dump is not installed") && missing.contains("postgresql-client"),
            "{missing}"
        );
    }
}
