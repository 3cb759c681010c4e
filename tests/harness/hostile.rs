//! Connections that mean harm to a server on this machine, each from an address of 127.0.0.0/8 that is named. What is
//! opened stays open until it is dropped or the server closes it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diary_core::api::{self, TokenAsk, TokenChallenge, TokenReply};
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::parcel::Item;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::sealer::Sealer;

/// Least time between two attempts of one connection that was closed.
const AGAIN: Duration = Duration::from_millis(500);
/// Bytes that the system takes for a peer that does not read.
const RECEIVE_BUFFER: u32 = 4096;

/// The `n`-th hostile address.
#[must_use]
pub const fn address(n: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 66, n)
}

/// Attack of one connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Harm {
    /// Announces a body of so many bytes and sends none of it.
    SilentBody(usize),
    /// Sends the beginning of a head and never its end.
    SlowHead,
    /// Asks for a page of a log with this token and does not read it.
    UnreadReply(String),
    /// Sends nothing.
    Nothing,
}

impl Harm {
    fn words(&self) -> Vec<u8> {
        match self {
            Self::SilentBody(bytes) => {
                format!("POST {} HTTP/1.1\r\nhost: a\r\ncontent-length: {bytes}\r\n\r\n", api::PARCELS)
            }
            Self::SlowHead => format!("POST {} HTTP/1.1\r\nhost: a\r\ncontent-le", api::PARCELS),
            Self::UnreadReply(token) => format!(
                "GET {}?nonce={} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n",
                api::VAULT_LOG,
                "04".repeat(16)
            ),
            Self::Nothing => String::new(),
        }
        .into_bytes()
    }
}

/// A connection from an address.
///
/// # Errors
/// Fails if the server does not accept it.
pub async fn connect(server: SocketAddr, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
    socket.connect(server).await
}

/// Many hostile connections that are opened again when they are closed.
pub struct Siege {
    tasks: JoinSet<()>,
    begun: Arc<AtomicU64>,
    closed: Arc<AtomicU64>,
}

impl Siege {
    /// Opens so many connections from each address, all with the same attack.
    #[must_use]
    pub fn lay(server: SocketAddr, plan: &[(Harm, std::ops::Range<u8>, usize)]) -> Self {
        let mut siege = Self { tasks: JoinSet::new(), begun: Arc::default(), closed: Arc::default() };
        for (harm, addresses, count) in plan {
            for from in addresses.clone().map(address) {
                for _ in 0..*count {
                    let (begun, closed) = (Arc::clone(&siege.begun), Arc::clone(&siege.closed));
                    siege.tasks.spawn(harass(server, from, harm.clone(), begun, closed));
                }
            }
        }
        siege
    }

    /// Connections that take part.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.tasks.len()
    }

    /// Number of times that the server closed one of them.
    #[must_use]
    pub fn closed(&self) -> u64 {
        self.closed.load(Ordering::Relaxed)
    }

    /// Comes back once each of them was there.
    pub async fn has_begun(&self) {
        let mut look = interval(Duration::from_millis(20));
        while self.begun.load(Ordering::Relaxed) < self.tasks.len() as u64 {
            look.tick().await;
        }
    }
}

async fn harass(
    server: SocketAddr,
    from: Ipv4Addr,
    harm: Harm,
    begun: Arc<AtomicU64>,
    closed: Arc<AtomicU64>,
) {
    let mut again = interval(AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut first = true;
    loop {
        again.tick().await;
        let stream = connect(server, from).await;
        let said = match stream {
            Ok(mut stream) => stream.write_all(&harm.words()).await.map(|()| stream),
            Err(error) => Err(error),
        };
        if std::mem::take(&mut first) {
            begun.fetch_add(1, Ordering::Relaxed);
        }
        if let Ok(mut stream) = said {
            match harm {
                // Only that the server has closed it is of interest, and that shows without reading.
                Harm::UnreadReply(_) => {
                    let ended = stream.ready(tokio::io::Interest::ERROR).await;
                    drop((ended, stream));
                }
                Harm::SilentBody(_) | Harm::SlowHead | Harm::Nothing => {
                    // An error is an end as well.
                    let mut heard = [0; 256];
                    while stream.read(&mut heard).await.is_ok_and(|bytes| bytes > 0) {}
                }
            }
        }
        closed.fetch_add(1, Ordering::Relaxed);
    }
}

/// A token with which the device of `sealer` reads its vault's log, asked for from an address.
///
/// # Panics
/// Panics if the server issues none.
pub async fn token(url: &str, sealer: &Sealer, from: Ipv4Addr) -> String {
    let http = client(from);
    let post = |path: &str, body: Vec<u8>| http.post(format!("{url}{path}")).body(body).send();
    let ask = TokenAsk { vault: sealer.vault(), device: sealer.device().id() };
    let ask = serde_json::to_vec(&ask).expect("it has nothing that JSON lacks");
    let challenge = post(api::TOKEN_CHALLENGE, ask).await.expect("the server answers");
    let challenge = challenge.bytes().await.expect("the answer is whole");
    let challenge: TokenChallenge = serde_json::from_slice(&challenge).expect("a challenge");
    let answer = serde_json::to_vec(&sealer.answer(&challenge)).expect("it has nothing that JSON lacks");
    let reply = post(api::TOKEN, answer).await.expect("the server answers");
    let reply = reply.bytes().await.expect("the answer is whole");
    serde_json::from_slice::<TokenReply>(&reply).expect("a token").token
}

/// Fills the log of the vault of `sealer` with `parcels` parcels of about 240 KiB that no compression makes smaller.
///
/// # Panics
/// Panics if the server refuses one.
pub async fn fill(url: &str, sealer: &mut Sealer, from: Ipv4Addr, parcels: usize) {
    let http = client(from);
    for _ in 0..parcels {
        let random: &dyn Entropy = &SystemEntropy;
        let noise = || Item::Revision((0..1900).flat_map(|_| random.array::<32>()).collect());
        let sealed = sealer.push_of(&[noise(), noise(), noise(), noise()], &SystemEntropy);
        let push = http.post(format!("{url}{}", api::PARCELS)).header("content-type", api::CBOR);
        let reply = push.body(sealed.body).send().await.expect("the server answers");
        assert_eq!(reply.status().as_u16(), 200);
    }
}

/// HTTP client that sends from `from`.
///
/// # Panics
/// Panics if the client cannot be built.
#[must_use]
pub fn client(from: Ipv4Addr) -> reqwest::Client {
    let builder = reqwest::Client::builder().local_address(IpAddr::V4(from));
    builder.build().expect("the system has sockets")
}
