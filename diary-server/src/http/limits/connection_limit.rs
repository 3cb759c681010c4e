//! Connection limits: in total, for each source, and a reserve for sources that are known. When they are reached, an
//! idle connection or one of the source with the most connections is evicted; else the new one is closed at once,
//! before anything is read from it. A phone treats that as a network failure and tries again later. A client that
//! does not read its reply is disconnected.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::crowd::{Holder, Newcomer, gives_way};
use super::known::Known;
use super::motion::{Motion, Patience};
use super::source::Source;
use crate::clock::steady;
use crate::config::Config;

/// Parts of the places of which one is for sources that are known.
const RESERVE: usize = 8;

/// Open connections by peer address, bounded in total and for each source.
pub struct Connections {
    inside: Mutex<BTreeMap<SocketAddr, (Source, Arc<Motion>)>>,
    known: Arc<Mutex<Known>>,
    most: usize,
    most_of_one: usize,
    behind_proxy: bool,
    patience: Duration,
}

impl Connections {
    /// No open connections yet, with the configured limits.
    #[must_use]
    pub fn new(config: &Config, known: Arc<Mutex<Known>>) -> Self {
        // All connections of a proxy come from one address.
        let behind_proxy = config.server.behind_proxy;
        let most_of_one = if behind_proxy { usize::MAX } else { config.limits.connections_per_source };
        let (most, patience) = (config.limits.connections, config.limits.reply_patience());
        Self { inside: Mutex::default(), known, most, most_of_one, behind_proxy, patience }
    }

    fn inside(&self) -> MutexGuard<'_, BTreeMap<SocketAddr, (Source, Arc<Motion>)>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection of `peer`.
    #[must_use]
    pub fn of(&self, peer: SocketAddr) -> Option<Arc<Motion>> {
        self.inside().get(&peer).map(|(_, motion)| Arc::clone(motion))
    }

    fn enter(self: &Arc<Self>, peer: SocketAddr) -> io::Result<ConnectionPlace> {
        let (source, now) = (Source::at(peer.ip()), steady());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let newcomer = Newcomer { source: Some(source), known: known.has(source, now), wants: 1 };
        let for_strangers = self.most - self.most / RESERVE;
        let mut inside = self.inside();
        let strangers = || inside.values().filter(|(of, _)| !known.has(*of, now)).count();
        let full = inside.len() >= self.most
            || (!newcomer.known
                && !self.behind_proxy
                && inside.len() >= for_strangers
                && strangers() >= for_strangers);
        // Evaluated only where a source can have reached its limit.
        let of_one = || inside.values().filter(|(of, _)| *of == source).count();
        let own_alone = inside.len() >= self.most_of_one && of_one() >= self.most_of_one;
        if own_alone || full {
            let holders: Vec<_> = inside
                .iter()
                .filter(|(_, (of, _))| !own_alone || *of == source)
                .map(|(peer, (of, motion))| {
                    let (known, idle) = (known.has(*of, now), motion.idle());
                    Holder { key: *peer, source: Some(*of), known, amount: 1, idle }
                })
                .collect();
            let leaves = if self.behind_proxy { None } else { gives_way(&holders, newcomer) };
            let leaves = leaves.ok_or_else(|| io::Error::other("no place for another connection"))?;
            if let Some((_, motion)) = inside.remove(&leaves) {
                motion.send_away();
            }
        }
        let (motion, left) = Motion::new();
        inside.insert(peer, (source, Arc::clone(&motion)));
        Ok(ConnectionPlace { connections: Arc::clone(self), peer, motion, left })
    }
}

/// Lets connections in.
#[derive(Clone)]
pub struct Doors<A> {
    acceptor: A,
    connections: Arc<Connections>,
}

impl<A> Doors<A> {
    /// Doors before `acceptor`.
    #[must_use]
    pub const fn before(acceptor: A, connections: Arc<Connections>) -> Self {
        Self { acceptor, connections }
    }
}

/// The place of one connection.
struct ConnectionPlace {
    connections: Arc<Connections>,
    peer: SocketAddr,
    motion: Arc<Motion>,
    left: oneshot::Receiver<()>,
}

impl ConnectionPlace {
    /// True if the connection was evicted.
    fn is_left(&mut self, cx: &mut Context<'_>) -> bool {
        self.left.is_terminated() || Pin::new(&mut self.left).poll(cx).is_ready()
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let mut inside = self.connections.inside();
        // The address may belong to a newer connection by now.
        if inside.get(&self.peer).is_some_and(|(_, motion)| Arc::ptr_eq(motion, &self.motion)) {
            inside.remove(&self.peer);
        }
    }
}

type Entering<T, S> = Pin<Box<dyn Future<Output = io::Result<(HeldConnection<T>, S)>> + Send>>;

impl<A, S> Accept<TcpStream, S> for Doors<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
    A::Stream: Send + 'static,
    A::Service: Send + 'static,
{
    type Stream = HeldConnection<A::Stream>;
    type Service = A::Service;
    type Future = Entering<A::Stream, A::Service>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        match stream.peer_addr().and_then(|peer| self.connections.enter(peer)) {
            Ok(mut place) => {
                let accepted = self.acceptor.accept(stream, service);
                Box::pin(async move {
                    let (stream, service) = tokio::select! {
                        accepted = accepted => accepted?,
                        _ = &mut place.left => return Err(sent_away()),
                    };
                    let patience = Patience::of(place.connections.patience);
                    Ok((HeldConnection { stream, place, patience, ends: None }, service))
                })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

fn sent_away() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "others needed the place")
}

/// A connection that has a place, and whose peer takes what it asked for.
pub struct HeldConnection<T> {
    stream: T,
    place: ConnectionPlace,
    patience: Patience,
    ends: Option<Pin<Box<Sleep>>>,
}

impl<T> HeldConnection<T> {
    /// Result of an attempt to write.
    fn wrote<R>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<R>>,
        bytes: impl FnOnce(&R) -> usize,
    ) -> Poll<io::Result<R>> {
        if self.place.is_left(cx) {
            return Poll::Ready(Err(sent_away()));
        }
        match &written {
            Poll::Ready(Ok(done)) => {
                let bytes = bytes(done);
                self.ends = None;
                self.patience.took(bytes, steady());
                self.place.motion.was_written(bytes);
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let until = self.patience.waits(steady());
                let ends = self.ends.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until.into())));
                if ends.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "the reply is not taken",
                    )));
                }
            }
        }
        written
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for HeldConnection<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.place.is_left(cx) {
            return Poll::Ready(Err(sent_away()));
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        let bytes = buf.filled().len() - before;
        if bytes > 0 {
            this.place.motion.was_read(bytes);
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for HeldConnection<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.wrote(cx, written, |bytes| *bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        this.wrote(cx, flushed, |()| 0)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let ended = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.wrote(cx, ended, |()| 0)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.wrote(cx, written, |bytes| *bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
