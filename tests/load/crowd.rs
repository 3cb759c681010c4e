//! The phones as a crowd: their pushes are sealed and signed beforehand and held in memory; then so many connections
//! send them, each one push after the other. Until all are sent only the status of a reply is checked.

use std::net::SocketAddr;
use std::sync::Arc;

use diary_core::entropy::SystemEntropy;
use diary_core::ids::{Hash, Nonce, VaultId};
use diary_core::keys::Bundle;
use diary_tests::meter::now_s;
use diary_tests::sealer::Sealer;
use tokio::sync::Barrier;

use crate::wire::{Connection, push_request};

/// Threads that seal and sign in advance.
const SEALERS: usize = 2;

pub(crate) struct Crowd {
    phones: Vec<Sealer>,
}

/// A push that is ready to be sent.
pub(crate) struct Ready {
    /// Vault of the phone.
    pub(crate) vault: VaultId,
    /// Hash of the parcel's core.
    pub(crate) core: Hash,
    /// Nonce of the request, which the reply repeats.
    pub(crate) nonce: Nonce,
    request: Vec<u8>,
}

/// A push that was answered.
pub(crate) struct Answered {
    pub(crate) push: Ready,
    pub(crate) status: u16,
    /// Body of the reply.
    pub(crate) body: Vec<u8>,
}

/// Results of the pushes of a run.
pub(crate) struct Sent {
    /// All pushes that got a reply.
    pub(crate) answered: Vec<Answered>,
    /// Seconds from the first byte of the first push to the last byte of the last reply.
    pub(crate) wall_s: f64,
    /// CPU seconds of this process meanwhile.
    pub(crate) own_cpu_s: f64,
    /// Milliseconds from sending a push to its whole reply, in order of length.
    pub(crate) waits_ms: Vec<f64>,
}

impl Sent {
    /// Wait that `percent` of a hundred pushes stay within, in milliseconds.
    pub(crate) fn wait_ms(&self, percent: usize) -> f64 {
        let at = (self.waits_ms.len() * percent / 100).min(self.waits_ms.len().saturating_sub(1));
        self.waits_ms.get(at).copied().unwrap_or(f64::NAN)
    }
}

impl Crowd {
    pub(crate) const fn new(phones: Vec<Sealer>) -> Self {
        Self { phones }
    }

    pub(crate) fn len(&self) -> usize {
        self.phones.len()
    }

    /// Key bundle that every phone trusts.
    pub(crate) fn bundle(&self) -> &Bundle {
        self.phones.first().expect("a crowd has phones").bundle()
    }

    /// Ends the incarnations of all phones: the next push of each brings a grant and the phone's certificate.
    pub(crate) fn begin_incarnations(&mut self) {
        self.phones.iter_mut().for_each(Sealer::begin_incarnation);
    }

    /// So many pushes of one parcel each, evenly over all phones, dealt out to so many connections. Each phone's pushes
    /// are in order and on one connection; phones take turns.
    pub(crate) fn prepare(&mut self, clients: usize, pushes: usize, entries: u64) -> Vec<Vec<Ready>> {
        let phones = self.phones.len();
        let share = |phone: usize| pushes / phones + usize::from(phone < pushes % phones);
        let chunk = phones.div_ceil(SEALERS);
        let sealed: Vec<Vec<Ready>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..)
                .zip(self.phones.chunks_mut(chunk))
                .map(|(n, some)| {
                    scope.spawn(move || {
                        let all = (n * chunk..).zip(some);
                        all.map(|(phone, sealer)| seal(sealer, share(phone), entries)).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("sealing works")).collect()
        });
        let mut dealt: Vec<Vec<Ready>> = (0..clients).map(|_| Vec::new()).collect();
        let mut sealed: Vec<_> = sealed.into_iter().map(Vec::into_iter).collect();
        for _ in 0..=pushes / phones {
            for (phone, rest) in sealed.iter_mut().enumerate() {
                if let (Some(push), Some(client)) = (rest.next(), dealt.get_mut(phone % clients)) {
                    client.push(push);
                }
            }
        }
        dealt
    }
}

fn seal(sealer: &mut Sealer, pushes: usize, entries: u64) -> Vec<Ready> {
    let vault = sealer.vault();
    let one = |_| {
        let sealed = sealer.next(entries, &SystemEntropy);
        Ready { vault, core: sealed.core, nonce: sealed.nonce, request: push_request(&sealed.body) }
    };
    (0..pushes).map(one).collect()
}

/// Sends the prepared pushes, one list for each connection, all from the same moment on.
pub(crate) async fn send(to: SocketAddr, dealt: Vec<Vec<Ready>>) -> Sent {
    let start = Arc::new(Barrier::new(dealt.len() + 1));
    let mut tasks = Vec::with_capacity(dealt.len());
    for hand in dealt {
        let mut connection = Connection::open(to).await.expect("the server has room for a connection");
        let start = Arc::clone(&start);
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            let (mut answered, mut waits_ms) =
                (Vec::with_capacity(hand.len()), Vec::with_capacity(hand.len()));
            for push in hand {
                let before = now_s().0;
                let reply = connection.ask(&push.request).await.expect("the server answers");
                waits_ms.push((now_s().0 - before) * 1e3);
                answered.push(Answered { push, status: reply.status, body: reply.body });
            }
            (answered, waits_ms)
        }));
    }
    start.wait().await;
    let (wall, cpu) = now_s();
    let (mut answered, mut waits_ms) = (Vec::new(), Vec::new());
    for task in tasks {
        let (some, waits) = task.await.expect("a connection does not panic");
        answered.extend(some);
        waits_ms.extend(waits);
    }
    let (wall_now, cpu_now) = now_s();
    waits_ms.sort_by(f64::total_cmp);
    Sent { answered, wall_s: wall_now - wall, own_cpu_s: cpu_now - cpu, waits_ms }
}
