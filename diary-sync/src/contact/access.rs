//! A token for reading the log: the device signs the server's challenge.

use diary_core::api::{self, ProblemCode, TokenAsk, TokenChallenge, TokenProof, TokenReply};
use diary_core::diary::Diary;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Contact, Heard, Pending, Setback};
use crate::error::SyncError;
use crate::sync_issue::{SyncIssue, not_of};
use crate::transport::{Method, Request, Response};

/// A token is asked for at most this often in a contact.
pub(super) const TRIES_MAX: u32 = 2;

/// Access to the log.
#[derive(Debug, Default)]
pub(super) struct LogAccess {
    /// Number of times that a token was asked for in this contact.
    pub(super) tries: u32,
    pub(super) token: Token,
}

/// The token, or how far the way to it has been gone.
#[derive(Default)]
pub(super) enum Token {
    #[default]
    None,
    /// The server's challenge, to be signed with the next request.
    Challenged(TokenChallenge),
    Held(String),
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Challenged(_) => "Challenged",
            Self::Held(_) => "Held",
        })
    }
}

impl LogAccess {
    pub(super) fn held(&self) -> Option<String> {
        match &self.token {
            Token::Held(token) => Some(token.clone()),
            Token::None | Token::Challenged(_) => None,
        }
    }
}

impl Contact {
    /// Asks for a challenge.
    pub(super) fn challenge(&mut self, diary: &Diary) -> Result<(Pending, Request), SyncError> {
        self.access.tries += 1;
        let ask = TokenAsk { vault: diary.vault(), device: diary.device().signing.id() };
        Ok((Pending::Challenge, post(diary, api::TOKEN_CHALLENGE, &ask)?))
    }

    pub(super) fn took_challenge(&mut self, diary: &Diary, reply: &Response) -> Heard {
        let challenge: TokenChallenge = match read(reply) {
            Ok(challenge) => challenge,
            Err(trouble) => return Ok(Some(Setback::of(trouble, reply))),
        };
        if diary.bundle()?.server(challenge.server).is_some() {
            self.access.token = Token::Challenged(challenge);
            return Ok(None);
        }
        // A newer bundle may name it: a keeper has a new key after its machine was lost.
        Ok((!self.want_bundle()).then(|| SyncIssue::Signature.into()))
    }

    /// Signs the server's challenge, if there is one.
    pub(super) fn prove(&mut self, diary: &Diary) -> Result<Option<(Pending, Request)>, SyncError> {
        let Token::Challenged(challenge) = &self.access.token else { return Ok(None) };
        let proof = TokenProof::answer(challenge, diary.vault(), &diary.device().signing);
        self.access.token = Token::None;
        Ok(Some((Pending::Token, post(diary, api::TOKEN, &proof)?)))
    }

    pub(super) fn took_token(&mut self, reply: &Response) -> Option<Setback> {
        match read::<TokenReply>(reply) {
            Ok(TokenReply { token, .. }) => {
                self.access.token = Token::Held(token);
                None
            }
            // The server has lost this device: its certificate is sent again, without parcels. The reply to that push also tells
            // a revoked phone of its revocation.
            Err(SyncIssue::Problem(ProblemCode::CertificateNeeded | ProblemCode::Forbidden))
                if self.access.tries < TRIES_MAX =>
            {
                self.offering.standing_asked = true;
                None
            }
            Err(trouble) => Some(Setback::of(trouble, reply)),
        }
    }
}

fn post(diary: &Diary, path: &str, body: &impl Serialize) -> Result<Request, SyncError> {
    let body = serde_json::to_vec(body).map_err(|_| SyncIssue::NotTheServer)?;
    let host = &diary.device().api_host;
    Ok(Request {
        method: Method::Post,
        content_type: api::JSON,
        body,
        ..Request::get(host, path.to_owned(), 30)
    })
}

fn read<R: DeserializeOwned>(reply: &Response) -> Result<R, SyncIssue> {
    match not_of(reply, api::JSON) {
        Some(trouble) => Err(trouble),
        None => serde_json::from_slice(&reply.body).map_err(|_| SyncIssue::NotTheServer),
    }
}
