//! Databases of a stage: files in its folders, or a PostgreSQL of its own with its usual settings.

use std::sync::Arc;
use std::time::Duration;

use diary_server::config;
use diary_store::Location;
use diary_tests::postgres::{Cluster, Database, OWNER};
use tokio_postgres::Client;

use crate::args::{Backend, Role};
use diary_tests::machine::cpu_with_children_s;

/// Default of a PostgreSQL; the one of the tests is kept smaller.
const SHARED_BUFFERS: &str = "ALTER SYSTEM SET shared_buffers = '128MB'";
/// Time between two checks that all connections to a database are closed.
const LOOK: Duration = Duration::from_millis(20);

/// Databases of keeper and relay.
#[derive(Clone)]
pub(crate) struct Places {
    postgres: Option<Postgres>,
}

#[derive(Clone)]
struct Postgres {
    cluster: Arc<Cluster>,
    keeper: Database,
    relay: Database,
}

impl Postgres {
    const fn of(&self, role: Role) -> &Database {
        match role {
            Role::Keeper => &self.keeper,
            Role::Relay => &self.relay,
        }
    }
}

impl Places {
    /// Places for a new stage.
    pub(crate) async fn new(backend: Backend) -> Self {
        let postgres = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => {
                let cluster = Cluster::start().expect("PostgreSQL is installed (Debian: postgresql)");
                cluster
                    .admin("postgres")
                    .await
                    .batch_execute(SHARED_BUFFERS)
                    .await
                    .expect("an administrator may");
                cluster.restart();
                let (keeper, relay) = (cluster.database().await, cluster.database().await);
                Some(Postgres { cluster: Arc::new(cluster), keeper, relay })
            }
        };
        Self { postgres }
    }

    /// A copy of the databases. All connections to these must be closed.
    pub(crate) async fn copied(&self) -> Self {
        let Some(Postgres { cluster, keeper, relay }) = &self.postgres else { return self.clone() };
        let (keeper, relay) = (copy_of(cluster, keeper).await, copy_of(cluster, relay).await);
        Self { postgres: Some(Postgres { cluster: Arc::clone(cluster), keeper, relay }) }
    }

    /// Database section of a server's configuration; none where the database lies in its folder.
    pub(crate) fn config(&self, role: Role) -> Option<config::Database> {
        self.postgres.as_ref().map(|one| config::Database { url: one.of(role).url.clone() })
    }

    /// The same for the store.
    pub(crate) fn location(&self, role: Role) -> Option<Location> {
        self.config(role).map(|database| database.location().expect("the cluster knows its own address"))
    }

    /// A connection to the keeper's database, beside its server's.
    pub(crate) async fn look(&self) -> Option<Client> {
        let Postgres { cluster, keeper, .. } = self.postgres.as_ref()?;
        Some(cluster.connect(OWNER, &keeper.name).await)
    }

    /// CPU seconds of the database's own processes.
    pub(crate) fn cpu_s(&self) -> Option<f64> {
        self.postgres.as_ref().map(|one| cpu_with_children_s(one.cluster.pid()))
    }
}

/// Copies a database as soon as all connections to the original are closed, as PostgreSQL demands for a template.
async fn copy_of(cluster: &Cluster, original: &Database) -> Database {
    let admin = cluster.admin("postgres").await;
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let users = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        let users = admin.query_one(users, &[&original.name]).await.expect("an administrator may");
        if users.get::<_, i64>(0) == 0 {
            return cluster.database_like(original).await;
        }
    }
}
