//! Where a store comes to lie: a fresh database of either kind, and as many servers on it as a case asks for.

use std::sync::Arc;

use diary_server::store::TrialStore;
use diary_server::store::sqlite::{Missing, SqliteStore};
use zeroize::Zeroizing;

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Backend {
    Sqlite,
}

/// An empty database.
pub(crate) enum Ground {
    Sqlite(tempfile::TempDir),
}

impl Ground {
    /// A fresh one; none where this machine does not have such a database.
    pub(crate) async fn fresh(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(Self::Sqlite(tempfile::tempdir().unwrap())),
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
        }
    }
}

/// Each case is a test on every database. It is given a fresh one.
macro_rules! on_each_database {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let ground = crate::ground::Ground::fresh(crate::ground::Backend::Sqlite).await;
                if let Some(ground) = ground {
                    super::$case(ground).await;
                }
            })+
        }
    };
}
pub(crate) use on_each_database;
