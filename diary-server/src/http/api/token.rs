//! Tokens for reading a vault's log. The server stores no state for them: challenge and token carry their time of
//! expiry, under a MAC of the server's own key.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use diary_core::api::{EVERY_VAULT, ProblemCode, TokenAsk, TokenChallenge, TokenReply, TokenRequest};
use diary_core::crypto::{check_hmac_sha256, hmac_sha256};
use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;
use diary_core::wire::{from_base64url, to_base64url};

use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::source::Source;
use crate::http::state::HttpState;
use diary_store::DeviceState;

/// Time in which a challenge may be answered, in milliseconds.
const CHALLENGE_LIFE_MS: i64 = 60_000;
/// Validity of a token, in seconds.
const TOKEN_LIFE_S: u32 = 15 * 60;
const CHALLENGE_LABEL: &[u8] = b"diary/server/challenge/v1";
const TOKEN_LABEL: &[u8] = b"diary/server/token/v1";

/// Bytes of a moment in time.
const TIME_BYTES: usize = 8;
/// Bytes of the MAC in a challenge, which has 32 in all.
const CHALLENGE_MAC_BYTES: usize = 32 - TIME_BYTES;

/// Identity of a reader: its vault and device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader {
    /// The vault.
    pub vault: VaultId,
    /// The device.
    pub device: KeyId,
}

/// Handles a challenge request. No authentication is needed: a challenge is useless without the device's key.
pub async fn challenge(State(app): State<HttpState>, body: Bytes) -> Response {
    let Ok(TokenAsk { vault, device }) = serde_json::from_slice(&body) else {
        return ApiRefusal::bad("not a wish for a challenge").respond(Format::Json);
    };
    let until = app.now().plus_ms(CHALLENGE_LIFE_MS);
    let challenge = make_challenge(app.server_keys().token_secret(), Reader { vault, device }, until);
    Json(TokenChallenge { challenge, server: app.server_keys().signing.id() }).into_response()
}

/// Handles the answer to a challenge.
pub async fn token(State(app): State<HttpState>, source: Option<Extension<Source>>, body: Bytes) -> Response {
    let source = source.map(|source| source.0);
    match answer(&app, &body).await {
        Ok(reply) => {
            app.guard().heard(source);
            Json(reply).into_response()
        }
        Err(refusal) => {
            app.guard().wasted(source, 0, app.now());
            tracing::info!(code = refusal.code.name(), "a token was not given");
            refusal.respond(Format::Json)
        }
    }
}

async fn answer(app: &HttpState, body: &[u8]) -> Result<TokenReply, ApiRefusal> {
    let bad = || ApiRefusal::bad("not the answer to a challenge");
    let request: TokenRequest = serde_json::from_slice(body).map_err(|_| bad())?;
    let claimed = request.peek().map_err(|_| bad())?;
    let reader = Reader { vault: claimed.vault, device: claimed.device };
    let now = app.now();
    if claimed.server != app.server_keys().signing.id()
        || !challenge_holds(app.server_keys().token_secret(), reader, now, &claimed.challenge)
    {
        return Err(ApiRefusal::new(
            ProblemCode::TokenNeeded,
            "the challenge is not of this server, or too old",
        ));
    }
    let signed_by = |key: &diary_core::keys::VerifyingKey| request.verify(key).as_ref() == Some(&claimed);
    let facts = app.study();
    let keeper = facts.bundle.keeper(reader.device).filter(|keeper| keeper.retired.is_none());
    if let Some(keeper) = keeper.filter(|_| reader.vault == EVERY_VAULT) {
        return if signed_by(&keeper.key) {
            Ok(reply(app, reader, now))
        } else {
            Err(ApiRefusal::new(ProblemCode::Forbidden, "the answer is not signed by the key that asks"))
        };
    }
    let row = app.store().device(reader.vault, reader.device).await.map_err(|error| {
        tracing::error!(%error, "a device could not be looked up");
        ApiRefusal::from(&error)
    })?;
    // The same answer for an unknown vault, an unknown device and a wrong signature, so that it reveals none of them.
    let Some(device) = row.filter(|device| signed_by(&device.signing)) else {
        return Err(ApiRefusal::new(ProblemCode::CertificateNeeded, "the server does not know this device"));
    };
    if let DeviceState::Revoked(_) = device.state {
        return Err(ApiRefusal::new(ProblemCode::Forbidden, "this device may read no more"));
    }
    Ok(reply(app, reader, now))
}

fn reply(app: &HttpState, reader: Reader, now: UtcMillis) -> TokenReply {
    let until = now.plus_ms(i64::from(TOKEN_LIFE_S) * 1000);
    TokenReply {
        token: make_token(app.server_keys().token_secret(), reader, until),
        good_for_s: TOKEN_LIFE_S,
    }
}

/// Reader that sends a request, by the value of its `Authorization` header.
///
/// # Errors
/// [`ApiRefusal`] without a token that is still good.
pub fn reader(app: &HttpState, authorization: Option<&str>) -> Result<Reader, ApiRefusal> {
    authorization
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| read_token(app.server_keys().token_secret(), app.now(), token))
        .ok_or(ApiRefusal::new(ProblemCode::TokenNeeded, "a token that is still good is needed"))
}

fn make_challenge(secret: &[u8; 32], reader: Reader, until: UtcMillis) -> [u8; 32] {
    let mut out = [0u8; 32];
    let (time, mac) = out.split_at_mut(TIME_BYTES);
    time.copy_from_slice(&until.0.to_be_bytes());
    mac.copy_from_slice(&tag(secret, CHALLENGE_LABEL, reader, until)[..CHALLENGE_MAC_BYTES]);
    out
}

fn challenge_holds(secret: &[u8; 32], reader: Reader, now: UtcMillis, challenge: &[u8; 32]) -> bool {
    let Some(until) = challenge.first_chunk().map(|time| UtcMillis(i64::from_be_bytes(*time))) else {
        return false;
    };
    // Compares all bytes in constant time, so that timing reveals nothing about a forged challenge.
    let made = make_challenge(secret, reader, until);
    let differ = made.iter().zip(challenge).fold(0, |differ, (made, given)| differ | (made ^ given));
    now <= until && differ == 0
}

fn make_token(secret: &[u8; 32], reader: Reader, until: UtcMillis) -> String {
    let mut bytes = claims(reader, until);
    bytes.extend_from_slice(&tag(secret, TOKEN_LABEL, reader, until));
    to_base64url(&bytes)
}

fn read_token(secret: &[u8; 32], now: UtcMillis, token: &str) -> Option<Reader> {
    let bytes = from_base64url(token)?;
    let (vault, rest) = bytes.split_first_chunk()?;
    let (device, rest) = rest.split_first_chunk()?;
    let (until, mac) = rest.split_first_chunk()?;
    let reader = Reader { vault: VaultId::from_bytes(*vault), device: KeyId::from_bytes(*device) };
    let until = UtcMillis(i64::from_be_bytes(*until));
    let message = [TOKEN_LABEL, &claims(reader, until)].concat();
    check_hmac_sha256(secret, &message, mac).ok()?;
    (now <= until).then_some(reader)
}

fn claims(reader: Reader, until: UtcMillis) -> Vec<u8> {
    [reader.vault.as_bytes().as_slice(), reader.device.as_bytes(), &until.0.to_be_bytes()].concat()
}

fn tag(secret: &[u8; 32], label: &[u8], reader: Reader, until: UtcMillis) -> [u8; 32] {
    hmac_sha256(secret, &[label, &claims(reader, until)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];
    const READER: Reader = Reader { vault: VaultId::from_bytes([1; 16]), device: KeyId::from_bytes([2; 16]) };

    #[test]
    fn a_token_is_good_until_its_time_and_for_its_reader_alone() {
        let token = make_token(&SECRET, READER, UtcMillis(100));
        assert_eq!(read_token(&SECRET, UtcMillis(100), &token), Some(READER));
        assert_eq!(read_token(&SECRET, UtcMillis(101), &token), None);
        assert_eq!(read_token(&[8; 32], UtcMillis(1), &token), None);
    }

    #[test]
    fn a_token_with_any_byte_changed_or_cut_off_is_none() {
        let token = from_base64url(&make_token(&SECRET, READER, UtcMillis(100))).unwrap();
        for at in 0..token.len() {
            let mut bad = token.clone();
            bad[at] ^= 1;
            assert_eq!(read_token(&SECRET, UtcMillis(1), &to_base64url(&bad)), None, "byte {at}");
            assert_eq!(read_token(&SECRET, UtcMillis(1), &to_base64url(&token[..at])), None);
        }
    }

    #[test]
    fn a_challenge_holds_for_its_reader_until_its_time() {
        let challenge = make_challenge(&SECRET, READER, UtcMillis(100));
        assert!(challenge_holds(&SECRET, READER, UtcMillis(100), &challenge));
        assert!(!challenge_holds(&SECRET, READER, UtcMillis(101), &challenge));
        let other = Reader { device: KeyId::from_bytes([3; 16]), ..READER };
        assert!(!challenge_holds(&SECRET, other, UtcMillis(1), &challenge));
    }
}
