//! Phones that push to whichever server answers, while servers and database are killed under them.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::{Answer, Client};

/// Time between two pushes of a phone that was refused or reached no server.
const PATIENCE: Duration = Duration::from_millis(20);

/// Phones that push in the background: their servers, and their counts.
pub struct Crowd {
    tasks: Vec<JoinHandle<Client>>,
    servers: watch::Sender<Vec<String>>,
    receipts: watch::Receiver<u64>,
    refusals: watch::Receiver<u64>,
}

impl Crowd {
    /// Starts all phones; each pushes to one server after the other.
    #[must_use]
    pub fn begin(clients: Vec<Client>, servers: Vec<String>) -> Self {
        let servers = watch::Sender::new(servers);
        let (received, refused) = (watch::Sender::new(0), watch::Sender::new(0));
        let (receipts, refusals) = (received.subscribe(), refused.subscribe());
        let tasks = (0..).zip(clients).map(|(turn, client)| {
            tokio::spawn(push(client, turn, servers.subscribe(), received.clone(), refused.clone()))
        });
        Self { tasks: tasks.collect(), servers, receipts, refusals }
    }

    /// Replaces the servers that phones push to.
    pub fn move_to(&self, servers: Vec<String>) {
        self.servers.send_replace(servers);
    }

    /// Waits for so many further receipts.
    ///
    /// # Panics
    /// Panics if no phone is pushing any more.
    pub async fn until_received(&mut self, further: u64) {
        let goal = *self.receipts.borrow() + further;
        self.receipts.wait_for(|count| *count >= goal).await.expect("the phones go on");
    }

    /// Waits until so many further pushes were refused.
    ///
    /// # Panics
    /// Panics if no phone is pushing any more.
    pub async fn until_refused(&mut self, further: u64) {
        let goal = *self.refusals.borrow() + further;
        self.refusals.wait_for(|count| *count >= goal).await.expect("the phones go on");
    }

    /// Number of pushes refused so far.
    #[must_use]
    pub fn refused(&self) -> u64 {
        *self.refusals.borrow()
    }

    /// Lets each phone finish its current push and stop.
    ///
    /// # Panics
    /// Panics if a phone received a reply that no server gives.
    pub async fn end(self) -> Vec<Client> {
        self.servers.send_replace(Vec::new());
        let mut clients = Vec::with_capacity(self.tasks.len());
        for task in self.tasks {
            clients.push(task.await.expect("a phone does not panic"));
        }
        clients
    }
}

/// Pushes until there are no servers. A refused client retries after [`PATIENCE`], sooner than the reply asks.
async fn push(
    mut client: Client,
    mut turn: usize,
    servers: watch::Receiver<Vec<String>>,
    received: watch::Sender<u64>,
    refused: watch::Sender<u64>,
) -> Client {
    loop {
        let url = {
            let servers = servers.borrow();
            let Some(url) = servers.get(turn % servers.len().max(1)) else { return client };
            url.clone()
        };
        turn += 1;
        let answer = client.push(&url).await;
        match answer {
            Answer::Received(..) => {
                received.send_modify(|count| *count += 1);
                continue;
            }
            Answer::NotNow(status, after) => {
                assert_eq!((status, after.is_some()), (503, true), "an outage is no fault of the phone");
                refused.send_modify(|count| *count += 1);
            }
            Answer::Silence => {}
        }
        let mut pause = tokio::time::interval(PATIENCE);
        // The first tick is at once.
        pause.tick().await;
        pause.tick().await;
    }
}
