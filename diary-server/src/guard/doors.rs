//! Connections: so many at the same time, so many of one address. One that finds no place is closed at once, before
//! anything is read from it; a phone takes that for no network and tries again later.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::source::Source;
use crate::config::Config;

/// Who is inside.
#[derive(Default)]
struct Inside {
    all: usize,
    of: BTreeMap<Source, usize>,
}

/// Lets connections in.
#[derive(Clone)]
pub struct Doors<A> {
    acceptor: A,
    inside: Arc<Mutex<Inside>>,
    most: usize,
    most_of_one: usize,
}

impl<A> Doors<A> {
    /// Doors before `acceptor`.
    #[must_use]
    pub fn before(acceptor: A, config: &Config) -> Self {
        // All connections of a proxy come from one address.
        let most_of_one =
            if config.server.behind_proxy { usize::MAX } else { config.limits.connections_per_source };
        Self { acceptor, inside: Arc::default(), most: config.limits.connections, most_of_one }
    }

    fn enter(&self, stream: &TcpStream) -> io::Result<Place> {
        let source = Source::at(stream.peer_addr()?.ip());
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = inside.of.get(&source).copied().unwrap_or(0);
        if inside.all >= self.most || of_one >= self.most_of_one {
            return Err(io::Error::other("no place for another connection"));
        }
        inside.all += 1;
        inside.of.insert(source, of_one + 1);
        Ok(Place { inside: Arc::clone(&self.inside), source })
    }
}

/// The place of one connection.
struct Place {
    inside: Arc<Mutex<Inside>>,
    source: Source,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.all = inside.all.saturating_sub(1);
        match inside.of.get_mut(&self.source) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => {
                inside.of.remove(&self.source);
            }
        }
    }
}

type Entering<T, S> = Pin<Box<dyn Future<Output = io::Result<(Held<T>, S)>> + Send>>;

impl<A, S> Accept<TcpStream, S> for Doors<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
    A::Stream: Send + 'static,
    A::Service: Send + 'static,
{
    type Stream = Held<A::Stream>;
    type Service = A::Service;
    type Future = Entering<A::Stream, A::Service>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        match self.enter(&stream) {
            Ok(place) => {
                let accepted = self.acceptor.accept(stream, service);
                Box::pin(async move {
                    let (stream, service) = accepted.await?;
                    Ok((Held { stream, _place: place }, service))
                })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

/// A connection that has a place.
pub struct Held<T> {
    stream: T,
    _place: Place,
}

impl<T: AsyncRead + Unpin> AsyncRead for Held<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Held<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
