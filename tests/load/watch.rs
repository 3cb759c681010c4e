//! The server's database, seen from another process: number of stored parcels, and parcels waiting to be merged.

use std::sync::Arc;
use std::time::Duration;

use diary_core::keys::ServerRole;
use diary_server::keys::ServerKeys;
use diary_store::TrialStore;
use diary_store::sqlite::Missing;
use tokio_postgres::Client;
use zeroize::Zeroizing;

use crate::args::Role;
use crate::stage::{Stage, entropy};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// The database of a server, opened once more.
pub(crate) async fn store(stage: &Stage, role: Role) -> Arc<dyn TrialStore> {
    let folder = stage.folder(role);
    let role = match role {
        Role::Keeper => ServerRole::Keeper,
        Role::Relay => ServerRole::Relay,
    };
    let keys = ServerKeys::load(&folder.keys(), role).expect("its keys are there");
    let secret = Zeroizing::new(*keys.database_secret());
    folder.location().open(&secret, Missing::Refuse, entropy()).await.expect("it opens")
}

/// Query for waiting parcels that does not claim them from the worker that merges.
pub(crate) enum Watch {
    /// The store is asked as the worker asks it; in SQLite that changes nothing.
    Asking(Arc<dyn TrialStore>),
    /// The worker of a PostgreSQL claims the parcels it asks for, so its table is read instead.
    Looking(Box<Client>),
}

const WAITS: &str = "SELECT EXISTS (SELECT 1 FROM parcel WHERE state = 0)";

impl Watch {
    /// Watches the keeper's database.
    pub(crate) async fn over(stage: &Stage, store: &Arc<dyn TrialStore>) -> Self {
        match stage.look().await {
            Some(client) => Self::Looking(Box::new(client)),
            None => Self::Asking(Arc::clone(store)),
        }
    }

    async fn waits(&self) -> bool {
        match self {
            Self::Asking(store) => {
                !store.waiting(0, 1).await.expect("the database answers").batches.is_empty()
            }
            Self::Looking(client) => client.query_one(WAITS, &[]).await.expect("the database answers").get(0),
        }
    }

    /// Returns when no parcel is waiting to be merged.
    pub(crate) async fn until_merged(&self) {
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            if !self.waits().await {
                return;
            }
        }
    }
}
