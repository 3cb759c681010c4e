//! Privileges in PostgreSQL: the role that a server serves under, limited to the needs of the verbs, and one that reads
//! the tables of an export. Generated as SQL that may be run again at any time.

use std::fmt::{self, Write};
use std::str::FromStr;

use super::Pool;
use super::refused::{refused, unconnected};
use crate::StoreError;

/// Longest name that PostgreSQL does not truncate.
const NAME_MAX: usize = 63;

/// Error of a name of a role, or of a pair of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// Not a name, or a name reserved by PostgreSQL.
    #[error(
        "the name of a role has small letters, digits and _, begins with a letter and has at most 63 characters; \
         public, none and names that begin with pg_ are PostgreSQL's own"
    )]
    Name,
    /// Both roles have the same name.
    #[error("the role that serves and the role that exports are two: give them different names")]
    Same,
}

/// Name of a role, limited to characters that need no quoting in SQL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleName(String);

impl FromStr for RoleName {
    type Err = RolesError;

    fn from_str(text: &str) -> Result<Self, RolesError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(plain)
            && text.len() <= NAME_MAX
            && !text.starts_with("pg_")
            && !["public", "none"].contains(&text);
        if fits { Ok(Self(text.to_owned())) } else { Err(RolesError::Name) }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Privileges of the two roles on one table.
struct Table {
    name: &'static str,
    /// The serving role may add rows.
    adds: bool,
    /// Columns that the serving role may change.
    changes: &'static [&'static str],
    /// The serving role may delete rows. For some tables triggers restrict when.
    takes: bool,
    exports: Exports,
}

/// Columns of a table that the exporting role may read.
#[derive(Clone, Copy)]
enum Exports {
    Nothing,
    Everything,
    Columns(&'static [&'static str]),
}

const fn read_only(name: &'static str) -> Table {
    Table { name, adds: false, changes: &[], takes: false, exports: Exports::Everything }
}

/// A table whose rows are added and never changed.
const fn append_only(name: &'static str) -> Table {
    Table { adds: true, ..read_only(name) }
}

/// A table whose rows are added, and of which these columns change.
const fn changing(name: &'static str, changes: &'static [&'static str]) -> Table {
    Table { changes, ..append_only(name) }
}

/// The table, with no access for the exporting role.
const fn within(table: Table) -> Table {
    Table { exports: Exports::Nothing, ..table }
}

/// The table, with permission to delete rows.
const fn passing(table: Table) -> Table {
    Table { takes: true, ..table }
}

/// Every table of the schema. A migration that adds one must add it here as well.
const TABLES: &[Table] = &[
    read_only("schema_version"),
    changing("server", &["epoch", "incarnation", "counter_floor"]),
    changing("server_clock", &["newest", "leapt_from", "leapt_to"]),
    append_only("bundle"),
    append_only("study_file"),
    append_only("vault"),
    changing("participant", &["subject"]),
    Table {
        exports: Exports::Columns(&["id", "secret", "until", "device", "used", "wrong_digits"]),
        ..changing("enrolment", &["device", "used", "wrong_digits"])
    },
    changing(
        "device",
        &[
            "certificate_n",
            "confirmed",
            "revocation_n",
            "revoked",
            "recovery_n",
            "times",
            "cleared",
            "opened_items",
            "opened_bytes",
            "lent",
            "returned",
        ],
    ),
    append_only("device_keys"),
    append_only("held_revocation"),
    within(passing(append_only("link"))),
    append_only("log"),
    changing("head", &["n", "chain"]),
    changing("parcel_grant", &["n"]),
    changing("incarnation", &["whole", "whole_hash", "highest", "counter"]),
    changing("parcel", &["stored_n", "state", "code", "settled_n", "judge"]),
    // A rebuild replaces these rows; a trigger keeps every other transaction from deleting them.
    passing(append_only("opened")),
    passing(append_only("revision")),
    passing(append_only("act")),
    passing(append_only("succession")),
    within(passing(append_only("rebuilding"))),
    append_only("trail"),
    append_only("lost_keeper"),
    within(changing(
        "account",
        &["state", "language", "password", "totp", "totp_step", "failures", "failed_at"],
    )),
    within(passing(append_only("account_role"))),
    within(passing(changing("account_code", &["used"]))),
    within(passing(append_only("account_link"))),
    within(passing(changing("session", &["used"]))),
    within(passing(changing("kept_form", &["path", "body", "at"]))),
    within(changing("looked", &["at"])),
    append_only("people_change"),
    within(changing("merge_claim", &["by", "until"])),
    within(passing(changing("pending_notice", &["mark"]))),
    within(changing("backed_up", &["n"])),
    within(changing("feed_head", &["n", "chain"])),
    within(append_only("feed")),
    within(append_only("handed")),
    within(passing(changing("relay", &["epoch", "n", "chain"]))),
    within(changing("relay_vault", &["sent"])),
    within(passing(append_only("relay_owed"))),
    append_only("relayed"),
    within(passing(changing("relay_rejected", &["code"]))),
    within(changing("participant_status", &["changes", "covers", "version", "at", "bytes"])),
];

/// Creates the role, before any privilege is granted. `<role>` stands for its name.
const MAKE: &str = "
DO $$
BEGIN
    IF to_regclass('schema_version') IS NULL THEN
        RAISE EXCEPTION 'this database has no tables of the diary yet: make the server first';
    END IF;
    -- PostgreSQL itself only warns of it.
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = 'log'::regclass AND pg_has_role(relowner, 'USAGE')) THEN
        RAISE EXCEPTION 'only whoever owns the tables says who may do what with them';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '<role>') THEN
        CREATE ROLE \"<role>\" NOLOGIN;
    END IF;
    IF EXISTS (SELECT FROM pg_class WHERE oid = 'log'::regclass AND pg_has_role('<role>', relowner, 'MEMBER')) THEN
        RAISE EXCEPTION 'the role <role> may do everything here, since it owns the tables or belongs to whoever does';
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO \"<role>\"', current_database());
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %s TO \"<role>\"', relnamespace::regnamespace)
        FROM pg_class WHERE oid = 'log'::regclass);
END $$;
";

/// Sets transactions of the role to read only by default. Skipped if it is set already, so that an owner of the tables
/// without CREATEROLE can run the script again.
const READS_ONLY: &str = "
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = '<role>'::regrole AND setdatabase = 0
            AND 'default_transaction_read_only=on' = ANY (setconfig)) THEN
        ALTER ROLE \"<role>\" SET default_transaction_read_only = on;
    END IF;
END $$;
";

/// Final check of the privileges that the role has through other roles or PUBLIC. `<privileges>` stands for the
/// forbidden ones.
const CHECK: &str = "
DO $$
DECLARE
    tables TEXT;
    within OID;
BEGIN
    SELECT relnamespace INTO within FROM pg_class WHERE oid = 'log'::regclass;
    SELECT string_agg(c.relname, ', ' ORDER BY c.relname) INTO tables FROM pg_class c
    WHERE c.relnamespace = within AND c.relkind IN ('r', 'p') AND <privileges>;
    IF tables IS NOT NULL THEN
        RAISE EXCEPTION 'through PUBLIC or a role that it belongs to, <role> may do too much with: %', tables;
    END IF;
    IF has_schema_privilege('<role>', within, 'CREATE')
        OR has_database_privilege('<role>', current_database(), 'CREATE, TEMPORARY') THEN
        RAISE EXCEPTION '<role> may make tables: first let whoever owns the database REVOKE CREATE ON SCHEMA %
            FROM PUBLIC, and REVOKE CREATE, TEMPORARY ON DATABASE % FROM PUBLIC', within::regnamespace, current_database();
    END IF;
END $$;
";
const NEVER_SERVING: &str = "has_table_privilege('<role>', c.oid, 'TRUNCATE, TRIGGER, REFERENCES')";
const NEVER_EXPORTING: &str =
    "(has_table_privilege('<role>', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES')
        OR has_any_column_privilege('<role>', c.oid, 'INSERT, UPDATE, REFERENCES'))";

/// Names of the roles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roles {
    export: RoleName,
    serve: Option<RoleName>,
}

impl Roles {
    /// A role that reads the tables of an export, and optionally one to serve under.
    ///
    /// # Errors
    /// [`RolesError::Same`] if they have the same name.
    pub fn new(export: RoleName, serve: Option<RoleName>) -> Result<Self, RolesError> {
        if serve.as_ref() == Some(&export) { Err(RolesError::Same) } else { Ok(Self { export, serve }) }
    }

    /// The statements that create the roles and set their privileges, and do nothing else. Existing roles keep their
    /// passwords, and no role gains the right to log in.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut sql = String::new();
        if let Some(serve) = &self.serve {
            sql += &of_role(serve, &serving(), NEVER_SERVING, "");
        }
        sql + &of_role(&self.export, &exporting(), NEVER_EXPORTING, READS_ONLY)
    }
}

/// All statements for one role, from its grants.
fn of_role(role: &RoleName, grants: &[String], never: &str, setting: &str) -> String {
    let all: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    let mut sql = format!("{MAKE}REVOKE ALL ON {} FROM \"<role>\";\n", all.join(", "));
    for grant in grants {
        writeln!(sql, "GRANT {grant} TO \"<role>\";").expect("a text takes everything");
    }
    sql += setting;
    sql += &CHECK.replace("<privileges>", never);
    sql.replace("<role>", &role.0)
}

fn serving() -> Vec<String> {
    let named = |of: fn(&Table) -> bool| -> String {
        TABLES.iter().filter(|table| of(table)).map(|table| table.name).collect::<Vec<_>>().join(", ")
    };
    let changes = TABLES.iter().filter(|table| !table.changes.is_empty());
    let changes = changes.map(|table| format!("UPDATE ({}) ON {}", table.changes.join(", "), table.name));
    [
        format!("SELECT ON {}", named(|_| true)),
        format!("INSERT ON {}", named(|table| table.adds)),
        format!("DELETE ON {}", named(|table| table.takes)),
    ]
    .into_iter()
    .chain(changes)
    .collect()
}

fn exporting() -> Vec<String> {
    let read = TABLES.iter().filter_map(|table| match table.exports {
        Exports::Nothing => None,
        Exports::Everything => Some(format!("SELECT ON {}", table.name)),
        Exports::Columns(columns) => Some(format!("SELECT ({}) ON {}", columns.join(", "), table.name)),
    });
    read.collect()
}

impl Pool {
    /// Creates the roles and grants their privileges, in one transaction.
    ///
    /// # Errors
    /// The database's error: the account must own the tables, and be allowed to create roles if they do not exist.
    pub async fn make_roles(&self, roles: &Roles) -> Result<(), StoreError> {
        let client = self.clients.get().await.map_err(|error| unconnected(error).named("roles"))?;
        // Statements that are sent together are one transaction.
        client.batch_execute(&roles.sql()).await.map_err(|error| refused(error).named("roles"))
    }
}

#[cfg(test)]
mod tests;
