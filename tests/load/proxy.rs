//! A door between phone and server that counts every byte that passes, heads of requests and replies included.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::{TcpListener, TcpStream};

/// Counts of the bytes that passed the proxy.
#[derive(Clone, Default)]
pub(crate) struct Counted {
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl Counted {
    /// Bytes from phones and to phones since the start.
    pub(crate) fn bytes(&self) -> (u64, u64) {
        (self.up.load(Ordering::Relaxed), self.down.load(Ordering::Relaxed))
    }
}

/// Opens the door to `server`; where it is, and its count. It stays open as long as the runtime runs.
pub(crate) async fn open(server: SocketAddr) -> (SocketAddr, Counted) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let (address, counted) = (listener.local_addr().expect("it has an address"), Counted::default());
    let count = counted.clone();
    tokio::spawn(async move {
        while let Ok((phone, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let Ok(server) = TcpStream::connect(server).await else { return };
                let (from_phone, to_phone) = (&phone, &phone);
                tokio::select! {
                    () = pass(from_phone, &server, &count.up) => {}
                    () = pass(&server, to_phone, &count.down) => {}
                }
            });
        }
    });
    (address, counted)
}

/// Forwards bytes until either side ends.
async fn pass(from: &TcpStream, to: &TcpStream, count: &AtomicU64) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        if from.readable().await.is_err() {
            return;
        }
        let read = match from.try_read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        count.fetch_add(read as u64, Ordering::Relaxed);
        let mut rest = piece.get(..read).unwrap_or_default();
        while !rest.is_empty() {
            if to.writable().await.is_err() {
                return;
            }
            match to.try_write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}
