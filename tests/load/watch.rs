//! The server's database, seen from outside of its process: whether anything waits to be merged, and what is stored.

use std::sync::Arc;
use std::time::Duration;

use diary_core::keys::ServerRole;
use diary_server::data_folder::DataFolder;
use diary_server::keeper::ServerKeys;
use diary_server::store::TrialStore;
use diary_server::store::sqlite::{Missing, SqliteStore};
use zeroize::Zeroizing;

use crate::args::Role;
use crate::stage::Stage;

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(5);

/// The database of a server, opened once more.
pub(crate) fn store(stage: &Stage, role: Role) -> Arc<dyn TrialStore> {
    let folder = DataFolder::open(&stage.data(role)).expect("a server's folder");
    let role = match role {
        Role::Keeper => ServerRole::Keeper,
        Role::Relay => ServerRole::Relay,
    };
    let keys = ServerKeys::load(&folder.keys(), role).expect("its keys are there");
    let secret = Zeroizing::new(*keys.database_secret());
    Arc::new(SqliteStore::open(&folder.database(), &secret, Missing::Refuse).expect("it opens"))
}

/// Comes back when nothing waits to be merged.
pub(crate) async fn until_merged(store: &dyn TrialStore) {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        if store.waiting(0, 1).await.expect("the database answers").batches.is_empty() {
            return;
        }
    }
}
