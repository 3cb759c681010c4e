//! Databases of the cases: a fresh one of either kind, and as many servers on it as a case asks for.

use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_store::TrialStore;
use diary_store::postgres::{Address, Pool, PostgresStore, RoleName, Roles};
use diary_store::sqlite::{Missing, SqliteStore};
use diary_tests::postgres::{Cluster, Database};
use zeroize::Zeroizing;

/// Connections of each server: cases run side by side, and PostgreSQL takes so many at most.
const CONNECTIONS: usize = 3;

/// Kind of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database.
pub(crate) enum Ground {
    Sqlite(tempfile::TempDir),
    Postgres(Database),
}

impl Ground {
    /// A fresh one; none where this machine does not have such a database.
    pub(crate) async fn fresh(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(Self::Sqlite(tempfile::tempdir().unwrap())),
            Backend::Postgres => Some(Self::Postgres(Cluster::shared()?.database().await)),
        }
    }

    /// Opens it, as each server process does for itself. `secret` is the servers' database key.
    pub(crate) async fn open(&self, secret: &[u8; 32]) -> Arc<dyn TrialStore> {
        match self {
            Self::Sqlite(folder) => {
                let key = Zeroizing::new(*secret);
                let path = folder.path().join("diary-server.db");
                Arc::new(SqliteStore::open(&path, &key, Missing::Create).unwrap())
            }
            Self::Postgres(database) => {
                with_roles(database, secret).await;
                let cluster = Cluster::shared().expect("the database is there");
                let serving = cluster.url(&serving(database), &database.name);
                as_it_is(&serving, secret).await
            }
        }
    }
}

/// Role of the servers of a database, with the rights that the store's methods need and no others.
pub(crate) fn serving(database: &Database) -> String {
    format!("{}_serving", database.name)
}

/// Role that may read the tables of an export.
pub(crate) fn exporting(database: &Database) -> String {
    format!("{}_exporting", database.name)
}

pub(crate) fn roles(database: &Database) -> Roles {
    let name = |text: String| -> RoleName { text.parse().unwrap() };
    Roles::new(name(exporting(database)), Some(name(serving(database)))).unwrap()
}

/// Brings the tables up to date as their owner, and lets an administrator make the roles.
async fn with_roles(database: &Database, secret: &[u8; 32]) {
    let address: Address = database.url.parse().unwrap();
    drop(Pool::connect(&address, secret, Arc::new(SystemEntropy)).await.unwrap());
    let admin = Cluster::shared().unwrap().admin(&database.name).await;
    admin.batch_execute(&roles(database).sql()).await.unwrap();
    for role in [serving(database), exporting(database)] {
        admin.batch_execute(&format!("ALTER ROLE {role} LOGIN")).await.unwrap();
    }
}

/// A PostgreSQL whose tables are up to date.
pub(crate) async fn as_it_is(url: &str, secret: &[u8; 32]) -> Arc<dyn TrialStore> {
    let address: Address = url.parse().unwrap();
    let address = address.with_connections(CONNECTIONS);
    Arc::new(PostgresStore::connect(&address, secret, Arc::new(SystemEntropy)).await.unwrap())
}

/// Each case is a test on every database. It is given a fresh one.
macro_rules! on_each_database {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            crate::ground::on_one_database!(Sqlite: $($case),+);
        }
        mod postgres {
            crate::ground::on_one_database!(Postgres: $($case),+);
        }
    };
}

macro_rules! on_one_database {
    ($backend:ident: $($case:ident),+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let ground = crate::ground::Ground::fresh(crate::ground::Backend::$backend).await;
            if let Some(ground) = ground {
                super::$case(ground).await;
            }
        })+
    };
}
pub(crate) use {on_each_database, on_one_database};
