//! A token for reading the log: the device signs the server's challenge.

use diary_core::api::{self, ProblemCode, TokenAsk, TokenChallenge, TokenProof, TokenReply};
use diary_core::diary::Diary;
use diary_core::store::Direction;
use serde::de::DeserializeOwned;

use super::pull::not_of;
use super::{Session, SyncError};
use crate::transport::{Method, Request, Transport};
use crate::trouble::Trouble;

pub(super) async fn token<T: Transport>(
    diary: &mut Diary,
    session: &mut Session<'_, T>,
) -> Result<(), SyncError> {
    session.token_tries += 1;
    let ask = TokenAsk { vault: diary.vault(), device: diary.device().signing.id() };
    let challenge: TokenChallenge = match post(diary, session, api::TOKEN_CHALLENGE, &ask).await {
        Ok(challenge) => challenge,
        Err((trouble, after)) => return session.failed(diary, Direction::Pull, trouble, after),
    };
    if diary.bundle()?.server(challenge.server).is_none() {
        // A newer bundle may name it: a keeper has a new key after its machine was lost.
        session.bundle_wanted = !session.hello_tried;
        if session.bundle_wanted {
            return Ok(());
        }
        return session.failed(diary, Direction::Pull, Trouble::Signature, None);
    }
    let proof = TokenProof::answer(&challenge, diary.vault(), &diary.device().signing);
    let reply: TokenReply = match post(diary, session, api::TOKEN, &proof).await {
        Ok(reply) => reply,
        // The server has lost this device: its paper tells it again, with nothing else to send.
        // A phone that may read no more is told why in the answer to a question.
        Err((Trouble::Problem(ProblemCode::CertificateNeeded | ProblemCode::Forbidden), _))
            if session.token_tries < 2 =>
        {
            session.standing = true;
            return Ok(());
        }
        Err((trouble, after)) => return session.failed(diary, Direction::Pull, trouble, after),
    };
    session.token = Some(reply.token);
    Ok(())
}

async fn post<T: Transport, R: DeserializeOwned>(
    diary: &Diary,
    session: &Session<'_, T>,
    path: &str,
    body: &impl serde::Serialize,
) -> Result<R, (Trouble, Option<u32>)> {
    let request = Request {
        method: Method::Post,
        host: diary.device().api_host.clone(),
        path: path.to_owned(),
        content_type: api::JSON,
        body: serde_json::to_vec(body).map_err(|_| (Trouble::NotTheServer, None))?,
        token: None,
        timeout_s: 30,
    };
    let response = session.transport.send(request).await.map_err(|error| (error.into(), None))?;
    if let Some(trouble) = not_of(&response, api::JSON) {
        return Err((trouble, response.retry_after_s));
    }
    serde_json::from_slice(&response.body).map_err(|_| (Trouble::NotTheServer, None))
}
