//! The native driver: carries the requests of a conversation over a transport. The only place that awaits.

use std::future::Future;

use diary_core::diary::Diary;
use diary_core::entropy::Entropy;
use diary_core::store::Store;
use diary_core::time::{Clock, Zone};

use crate::contact::{Contact, ContactOutcome, Mode};
use crate::conversation::{Conversation, Moment, Next};
use crate::error::SyncError;
use crate::join::{Invited, JoinContact, JoinError, Joined};
use crate::transport::Transport;

/// Everything that a conversation needs of the machine it runs on.
#[derive(Clone, Copy)]
pub struct Host<'a, T> {
    /// Carries requests.
    pub transport: &'a T,
    /// The device's clock.
    pub clock: &'a dyn Clock,
    /// The device's randomness.
    pub entropy: &'a dyn Entropy,
    /// The zone that the device is set to.
    pub zone: Zone,
}

impl<T> Host<'_, T> {
    fn moment(&self) -> Moment<'_> {
        Moment { now: self.clock.now(), zone: self.zone, entropy: self.entropy }
    }
}

/// Drives a conversation to its end, with the store borrowed all the time. A host that saves entries meanwhile has a loop
/// of its own like this one.
///
/// # Errors
/// Fails if the conversation cannot go on.
pub async fn drive<C: Conversation, T: Transport>(
    mut conversation: C,
    store: &mut C::Store,
    host: &Host<'_, T>,
) -> Result<C::Outcome, C::Error> {
    loop {
        let request = match conversation.next_request(store, &host.moment())? {
            Next::Send(request) => request,
            Next::Done(outcome) => return Ok(outcome),
        };
        match host.transport.send(request).await {
            Ok(reply) => conversation.took(store, &reply, &host.moment())?,
            Err(why) => conversation.failed(store, why, &host.moment())?,
        }
    }
}

/// One contact: seals, pushes, reads the log.
///
/// # Errors
/// Fails if the diary or its store refuses. A failure of the network is part of the outcome.
pub fn sync<T: Transport>(
    diary: &mut Diary,
    mode: Mode,
    host: &Host<'_, T>,
) -> impl Future<Output = Result<ContactOutcome, SyncError>> {
    drive(Contact::new(mode), diary, host)
}

/// Joins a study by a link.
///
/// # Errors
/// [`JoinError`]; trying again with the same link is always safe.
pub fn join<T: Transport>(
    store: &mut Store,
    invited: Invited,
    host: &Host<'_, T>,
) -> impl Future<Output = Result<Joined, JoinError>> {
    drive(JoinContact::new(invited), store, host)
}
