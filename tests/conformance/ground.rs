//! Where a store comes to lie: a fresh database of either kind, and as many servers on it as a case asks for.

use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_server::store::TrialStore;
use diary_server::store::postgres::{Address, PostgresStore};
use diary_server::store::sqlite::{Missing, SqliteStore};
use diary_tests::postgres::{Cluster, Database};
use zeroize::Zeroizing;

/// Connections of each server: cases run side by side, and PostgreSQL takes so many at most.
const CONNECTIONS: usize = 3;

/// Which database.
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
                let address: Address = database.url.parse().unwrap();
                let address = address.with_connections(CONNECTIONS);
                Arc::new(PostgresStore::connect(&address, secret, Arc::new(SystemEntropy)).await.unwrap())
            }
        }
    }
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
