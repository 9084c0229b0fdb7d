//! What tests of several crates need: a PostgreSQL database of their own, and the tables as the catalogue has them.

mod catalogue;
mod postgres;

pub use catalogue::{Table, fill, schema, tenant_tables};
pub use postgres::PostgresDatabase;
