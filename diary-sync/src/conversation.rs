//! A conversation with a server as a state machine without I/O: it returns the next request, takes the reply, and returns
//! its outcome in the end. The native driver, a browser's worker, a host app with an HTTP client of its own and the
//! simulation all drive the same objects.

use diary_core::entropy::Entropy;
use diary_core::ids::Nonce;
use diary_core::time::{UtcMillis, Zone};

use crate::transport::{Request, Response, TransportError};

/// Time, place and randomness of one step.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The device's clock.
    pub now: UtcMillis,
    /// The zone that the device is set to.
    pub zone: Zone,
    /// Source of nonces, keys and jitter.
    pub entropy: &'a dyn Entropy,
}

impl Moment<'_> {
    pub(crate) fn nonce(&self) -> Nonce {
        Nonce::from_bytes(self.entropy.array())
    }
}

/// Next thing to do for a conversation.
#[derive(Debug)]
pub enum Next<T> {
    /// Send this request, and pass its reply or failure to the conversation.
    Send(Request),
    /// The conversation is over.
    Done(T),
}

/// A conversation with a server. It borrows the local database for each call alone, so that a host may save entries
/// while a request is under way. It can be dropped at any point: what must outlast it is in the database.
pub trait Conversation {
    /// Local database that the conversation reads and changes.
    type Store;
    /// Result in the end.
    type Outcome;
    /// Reason why it cannot go on.
    type Error;

    /// The next request, or the outcome. A request without a reported reply counts as lost: the next one is decided anew.
    ///
    /// # Errors
    /// Fails if the conversation cannot go on.
    fn next_request(
        &mut self,
        store: &mut Self::Store,
        moment: &Moment<'_>,
    ) -> Result<Next<Self::Outcome>, Self::Error>;

    /// Takes the reply to the last request. One that was not asked for changes nothing.
    ///
    /// # Errors
    /// Fails if the conversation cannot go on.
    fn took(
        &mut self,
        store: &mut Self::Store,
        reply: &Response,
        moment: &Moment<'_>,
    ) -> Result<(), Self::Error>;

    /// Takes the reason why the last request has no reply.
    ///
    /// # Errors
    /// Fails if the conversation cannot go on.
    fn failed(
        &mut self,
        store: &mut Self::Store,
        why: TransportError,
        moment: &Moment<'_>,
    ) -> Result<(), Self::Error>;
}
