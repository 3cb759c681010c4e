//! A network between a real phone and a real keeper, with faults for each request.

use std::collections::VecDeque;
use std::sync::Mutex;

use diary_sync::transport::http::HttpTransport;
use diary_sync::transport::{Request, Response, Transport, TransportError};

/// Fault of one request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Request and reply pass.
    Pass,
    /// The request is lost.
    LoseRequest,
    /// It arrives; the reply does not.
    LoseReply,
    /// It arrives; the reply breaks off in the middle.
    CutReply,
    /// It arrives twice; the second reply counts.
    Twice,
    /// Something else answers with this status and a page.
    Portal(u16),
}

/// A real transport with faults for the next requests; after them everything passes.
pub struct Network {
    inner: HttpTransport,
    faults: Mutex<VecDeque<Fault>>,
    seen: Mutex<Vec<String>>,
    wire: Mutex<Vec<u8>>,
}

impl Network {
    /// A network without faults.
    #[must_use]
    pub fn good(inner: &HttpTransport) -> Self {
        Self::with(inner, &[])
    }

    /// A network with `faults` for the next requests, one each.
    #[must_use]
    pub fn with(inner: &HttpTransport, faults: &[Fault]) -> Self {
        let faults = Mutex::new(faults.iter().cloned().collect());
        Self { inner: inner.clone(), faults, seen: Mutex::default(), wire: Mutex::default() }
    }

    /// Paths asked for so far, queries left out.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no test panics while it holds this").clone()
    }

    /// Every byte that left the phone: hosts, paths with queries, bodies.
    #[must_use]
    pub fn wire(&self) -> Vec<u8> {
        self.wire.lock().expect("no test panics while it holds this").clone()
    }

    fn next(&self, request: &Request) -> Fault {
        let mut wire = self.wire.lock().expect("no test panics while it holds this");
        for part in [request.host.as_bytes(), request.path.as_bytes(), &request.body] {
            wire.extend_from_slice(part);
        }
        drop(wire);
        let path = request.path.split('?').next().unwrap_or_default().to_owned();
        self.seen.lock().expect("no test panics while it holds this").push(path);
        self.faults.lock().expect("no test panics while it holds this").pop_front().unwrap_or(Fault::Pass)
    }
}

impl Transport for Network {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        match self.next(&request) {
            Fault::Pass => self.inner.send(request).await,
            Fault::LoseRequest => Err(TransportError::Offline),
            Fault::LoseReply => {
                self.inner.send(request).await?;
                Err(TransportError::TimedOut)
            }
            Fault::CutReply => {
                let mut response = self.inner.send(request).await?;
                response.body.truncate(response.body.len() / 2);
                Ok(response)
            }
            Fault::Twice => {
                self.inner.send(request.clone()).await?;
                self.inner.send(request).await
            }
            Fault::Portal(status) => Ok(Response {
                status,
                content_type: Some("text/html".to_owned()),
                retry_after_s: None,
                body: b"<html>Welcome! Please sign in to this network.</html>".to_vec(),
            }),
        }
    }
}
