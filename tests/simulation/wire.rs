//! The network between one phone and the keeper: real requests to real routes, in process, with the faults of each
//! request and reply. Drives a phone's conversations, and ends them where the phone's battery is taken out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, RETRY_AFTER};
use diary_core::api::REPLY_MAX_BYTES;
use diary_sync::transport::{Method, Request, Response, TransportError};
use diary_sync::{Conversation, Moment, Next};
use tower::ServiceExt;

use super::disk::{Disk, FailingStore};
use super::op::Step;

/// Routes of the running keeper, and its disk.
#[derive(Clone)]
pub struct Endpoint {
    /// Routes of the server.
    pub router: axum::Router,
    /// Its disk, which shows if the process is still running.
    pub store: Arc<FailingStore>,
}

impl Endpoint {
    /// Hands a request over and gives the reply, if there is one.
    ///
    /// # Errors
    /// Fails if the keeper is dead, or stops while it answers.
    pub async fn answer(&self, request: Request) -> Result<Response, TransportError> {
        if self.store.disk() == Disk::Dead {
            return Err(TransportError::Offline);
        }
        let response = self.router.clone().oneshot(of(request)?).await;
        let response = response.map_err(|never| TransportError::Setup(never.to_string()))?;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, REPLY_MAX_BYTES).await.map_err(|_| TransportError::TooLarge)?;
        if self.store.disk() == Disk::Dead {
            return Err(TransportError::TimedOut);
        }
        Ok(Response {
            status: parts.status.as_u16(),
            content_type: text(&parts.headers, CONTENT_TYPE),
            retry_after_s: text(&parts.headers, RETRY_AFTER).and_then(|text| text.parse().ok()),
            body: body.to_vec(),
        })
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn of(request: Request) -> Result<axum::http::Request<Body>, TransportError> {
    let builder = match request.method {
        Method::Get => axum::http::Request::get(&request.path),
        Method::Post => axum::http::Request::post(&request.path).header(CONTENT_TYPE, request.content_type),
    };
    let builder = match &request.token {
        Some(token) => builder.header(AUTHORIZATION, format!("Bearer {token}")),
        None => builder,
    };
    builder.body(Body::from(request.body)).map_err(|error| TransportError::Setup(error.to_string()))
}

/// The network of one contact.
pub struct Wire {
    endpoint: Endpoint,
    steps: Mutex<VecDeque<Step>>,
    late: Mutex<Vec<Request>>,
    said: Mutex<Vec<String>>,
}

impl Wire {
    /// A network that does `steps` to the next requests, one each.
    #[must_use]
    pub fn new(endpoint: Endpoint, steps: &[Step]) -> Self {
        Self {
            endpoint,
            steps: Mutex::new(steps.iter().copied().collect()),
            late: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// True if a fault of a later request is still pending.
    ///
    /// # Panics
    /// Panics if another thread panicked while holding the lock.
    #[must_use]
    pub fn has_steps(&self) -> bool {
        !self.steps.lock().expect("nobody panics with it").is_empty()
    }

    /// True if the keeper behind it runs, on a sound disk.
    #[must_use]
    pub fn keeper_is_sound(&self) -> bool {
        self.endpoint.store.disk() == Disk::Sound
    }

    /// Requests that it holds back, and the log of its faults.
    ///
    /// # Panics
    /// Panics if another thread panicked while holding one of the locks.
    #[must_use]
    pub fn into_late_and_said(self) -> (Vec<Request>, Vec<String>) {
        let late = self.late.into_inner().expect("nobody panics with it");
        (late, self.said.into_inner().expect("nobody panics with it"))
    }

    fn next(&self, request: &Request) -> Step {
        let step = self.steps.lock().expect("nobody panics with it").pop_front().unwrap_or(Step::Pass);
        let path = request.path.split('?').next().unwrap_or_default();
        let said = format!("{path} {} bytes: {step:?}", request.body.len());
        self.said.lock().expect("nobody panics with it").push(said);
        step
    }

    /// Drives a conversation of a phone to its end; `None` where the phone's battery is taken out over it.
    pub async fn drive<'m, C: Conversation>(
        &self,
        mut conversation: C,
        store: &mut C::Store,
        moment: impl Fn() -> Moment<'m>,
    ) -> Option<Result<C::Outcome, C::Error>> {
        loop {
            let request = match conversation.next_request(store, &moment()) {
                Ok(Next::Send(request)) => request,
                Ok(Next::Done(outcome)) => return Some(Ok(outcome)),
                Err(error) => return Some(Err(error)),
            };
            let step = self.next(&request);
            let reply = self.carry(step, request).await;
            if matches!(step, Step::DieBefore | Step::DieAfter) {
                return None;
            }
            let told = match reply {
                Ok(reply) => conversation.took(store, &reply, &moment()),
                Err(why) => conversation.failed(store, why, &moment()),
            };
            if let Err(error) = told {
                return Some(Err(error));
            }
        }
    }

    async fn carry(&self, step: Step, mut request: Request) -> Result<Response, TransportError> {
        match step {
            Step::Pass => self.endpoint.answer(request).await,
            Step::LoseRequest => Err(TransportError::Offline),
            Step::LoseReply => {
                self.endpoint.answer(request).await?;
                Err(TransportError::TimedOut)
            }
            Step::Twice => {
                // Whether the first one was answered makes no difference to the second.
                drop(self.endpoint.answer(request.clone()).await);
                self.endpoint.answer(request).await
            }
            Step::CutRequest(at) => {
                cut(&mut request.body, at);
                self.endpoint.answer(request).await
            }
            Step::CutReply(at) => {
                let mut response = self.endpoint.answer(request).await?;
                cut(&mut response.body, at);
                Ok(response)
            }
            Step::FlipRequest(at) => {
                flip(&mut request.body, at);
                self.endpoint.answer(request).await
            }
            Step::FlipReply(at) => {
                let mut response = self.endpoint.answer(request).await?;
                flip(&mut response.body, at);
                Ok(response)
            }
            Step::Late => {
                self.late.lock().expect("nobody panics with it").push(request);
                Err(TransportError::TimedOut)
            }
            Step::Portal => Ok(page(200, None)),
            Step::Status(status, after) => Ok(page(status, after)),
            Step::DieBefore => Err(TransportError::Offline),
            Step::DieAfter => self.endpoint.answer(request).await,
        }
    }
}

fn page(status: u16, retry_after_s: Option<u32>) -> Response {
    let body = b"<html>Welcome! Please sign in to this network.</html>".to_vec();
    Response { status, content_type: Some("text/html".to_owned()), retry_after_s, body }
}

fn cut(body: &mut Vec<u8>, thousandths: u16) {
    body.truncate(body.len() * usize::from(thousandths.min(1000)) / 1000);
}

fn flip(body: &mut [u8], at: u32) {
    let bits = body.len() * 8;
    if bits > 0 {
        let at = usize::try_from(at).unwrap_or(0) % bits;
        body[at / 8] ^= 1 << (at % 8);
    }
}
