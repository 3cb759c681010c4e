//! Joining: the enrolment link that staff hand out, the join request of a device, and the six digits (short
//! authentication string) that both screens show.
//!
//! A link is `https://HOST/join#v1.<api host>.<root fingerprint>.<vault id>.<enrolment id>.<secret>`. `HOST` serves
//! the app, the api host answers it. Each of the five pieces is base64url without padding, the api host too, since it
//! may hold dots and a port: `keeper.example.org`, `keeper.example.org:8443`, or, on the machine itself alone,
//! `http://127.0.0.1:8080`. The other four are 32, 16, 16 and 16 bytes. Browsers never send what follows `#`. The
//! enrolment id binds vault and site, so that a server without the secret cannot name another site to a phone.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::{SealingPublic, SigningKey, VerifyingKey};
use crate::crypto::{check_hmac_sha256, hmac_sha256};
use crate::entropy::Entropy;
use crate::hash::{sha256, sha256_of};
use crate::ids::{EnrolmentId, Hash, KeyId, SiteId, VaultId};
use crate::signed::{Kind, Signed};
use crate::wire::{self, array_from_base64url, from_base64url, to_base64url};

/// Lifetime of a link in milliseconds, judged by the instant at which the first server received the request.
pub const LINK_LIFE_MS: i64 = 15 * 60 * 1000;

/// Longest link, in bytes.
pub const LINK_MAX_BYTES: usize = 1024;

const JOIN_MAX_BYTES: usize = 4 * 1024;
const HOST_MAX_BYTES: usize = 253 + 6;

/// The secret of one link: 16 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentSecret(Zeroizing<[u8; 16]>);

impl EnrolmentSecret {
    /// A new secret.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy.array()))
    }

    /// The secret of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Id of the link from this secret to a vault of a site: the first 16 bytes of `HMAC-SHA256(secret,
    /// "diary/enrolment/v1" || vault || site)`.
    #[must_use]
    pub fn enrolment(&self, vault: VaultId, site: &SiteId) -> EnrolmentId {
        let message = [b"diary/enrolment/v1", vault.as_bytes().as_slice(), site.as_str().as_bytes()].concat();
        let tag = hmac_sha256(self.as_bytes(), &message);
        let mut id = [0; 16];
        id.copy_from_slice(&tag[..16]);
        EnrolmentId::from_bytes(id)
    }

    /// Key by which a relay recognizes join requests made with this link: `HMAC-SHA256(secret,
    /// "diary/link-proof/v1")`.
    #[must_use]
    pub fn check(&self) -> LinkCheck {
        LinkCheck(hmac_sha256(self.as_bytes(), b"diary/link-proof/v1"))
    }
}

/// Key by which a relay recognizes join requests made with a link. Derived one way from the link's secret, so
/// that a relay can neither make a request that a keeper accepts nor compute the six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCheck([u8; 32]);

impl LinkCheck {
    /// The check of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for LinkCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkCheck(..)")
    }
}

impl fmt::Debug for EnrolmentSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentSecret(..)")
    }
}

/// Address of a server: scheme, host and port. `http` only for a loopback host.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ApiHost {
    /// Host, with the port if it is not the scheme's default.
    authority: String,
    plain: bool,
}

impl ApiHost {
    /// URL without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.plain { "http" } else { "https" }, self.authority)
    }

    /// Host, and port if given.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// True for `http`.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.plain
    }
}

/// The form in links: the authority alone for `https`, with the scheme for `http`.
impl fmt::Display for ApiHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.plain { f.write_str(&self.url()) } else { f.write_str(&self.authority) }
    }
}

impl FromStr for ApiHost {
    type Err = LinkError;

    /// Reads `host`, `host:port`, `https://host:port`, or `http://` with a loopback host.
    fn from_str(text: &str) -> Result<Self, LinkError> {
        let (plain, authority) = match text.split_once("://") {
            None => (false, text),
            Some(("https", rest)) => (false, rest),
            Some(("http", rest)) => (true, rest),
            Some(_) => return Err(LinkError::ApiHost),
        };
        let host = host_of(authority).ok_or(LinkError::ApiHost)?;
        if plain && !is_loopback(host) {
            return Err(LinkError::PlainHttp);
        }
        Ok(Self { authority: authority.to_ascii_lowercase(), plain })
    }
}

/// Host part of an authority, if it is valid.
fn host_of(authority: &str) -> Option<&str> {
    if authority.len() > HOST_MAX_BYTES {
        return None;
    }
    let (host, after) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (inside, after) = rest.split_once(']')?;
            inside.parse::<std::net::Ipv6Addr>().ok()?;
            (authority.strip_suffix(after)?, after)
        }
        None => {
            let host = authority.split(':').next()?;
            if !host.split('.').all(is_label) {
                return None;
            }
            (host, authority.strip_prefix(host)?)
        }
    };
    let port_fits = |port: &str| {
        port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    (after.is_empty() || after.strip_prefix(':').is_some_and(port_fits)).then_some(host)
}

/// True for a valid label of a host name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An enrolment link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnrolmentLink {
    /// Server of the app.
    pub app: ApiHost,
    /// Server of the API.
    pub api: ApiHost,
    /// Fingerprint of the root key to trust.
    pub root: Hash,
    /// Vault to join.
    pub vault: VaultId,
    /// Id of the link.
    pub enrolment: EnrolmentId,
    /// Secret that proves possession of the link.
    pub secret: EnrolmentSecret,
}

/// Fault of a link, by piece. Never contains the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not `https://HOST/join#...` at all.
    #[error("not an enrolment link: it begins with https:// and contains /join#")]
    NotALink,
    /// The host of the app is not one.
    #[error("the link's host is not readable")]
    Host,
    /// `http` for another machine.
    #[error("http is only allowed on the machine itself; https is needed")]
    PlainHttp,
    /// Another version.
    #[error("the link is of another version; a newer app may be needed")]
    Version,
    /// Cut off, or with something attached.
    #[error("the link has {found} pieces after #, 6 are needed; it may be cut off")]
    Pieces {
        /// Number of pieces found.
        found: usize,
    },
    /// The api host is not one.
    #[error("the server's address in the link is not readable")]
    ApiHost,
    /// The root fingerprint is not 32 bytes.
    #[error("the study's fingerprint in the link is not readable")]
    Fingerprint,
    /// The vault id is not 16 bytes.
    #[error("the vault in the link is not readable")]
    Vault,
    /// The enrolment id is not 16 bytes.
    #[error("the enrolment in the link is not readable")]
    Enrolment,
    /// The secret is not 16 bytes.
    #[error("the secret in the link is not readable; the link may be cut off")]
    Secret,
}

impl EnrolmentLink {
    /// True if the link is to a vault of `site`.
    #[must_use]
    pub fn is_of(&self, site: &SiteId) -> bool {
        self.secret.enrolment(self.vault, site) == self.enrolment
    }

    /// Text of the link. It contains the secret and must not be logged.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "{}/join#v1.{}.{}.{}.{}.{}",
            self.app.url(),
            to_base64url(self.api.to_string().as_bytes()),
            to_base64url(self.root.as_bytes()),
            to_base64url(self.vault.as_bytes()),
            to_base64url(self.enrolment.as_bytes()),
            to_base64url(self.secret.as_bytes()),
        ))
    }
}

impl FromStr for EnrolmentLink {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        let (url, fragment) = text.split_once("/join#").ok_or(LinkError::NotALink)?;
        if text.len() > LINK_MAX_BYTES || !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(LinkError::NotALink);
        }
        let app = url.parse().map_err(|e| if e == LinkError::ApiHost { LinkError::Host } else { e })?;
        let pieces: Vec<&str> = fragment.split('.').collect();
        if pieces[0] != "v1" {
            return Err(LinkError::Version);
        }
        let &[_, api, root, vault, enrolment, secret] = pieces.as_slice() else {
            return Err(LinkError::Pieces { found: pieces.len() });
        };
        let api = from_base64url(api).and_then(|bytes| String::from_utf8(bytes).ok());
        let secret = Zeroizing::new(array_from_base64url(secret).ok_or(LinkError::Secret)?);
        Ok(Self {
            app,
            api: api.ok_or(LinkError::ApiHost)?.parse()?,
            root: array_from_base64url(root).map(Hash::from_bytes).ok_or(LinkError::Fingerprint)?,
            vault: array_from_base64url(vault).map(VaultId::from_bytes).ok_or(LinkError::Vault)?,
            enrolment: array_from_base64url(enrolment)
                .map(EnrolmentId::from_bytes)
                .ok_or(LinkError::Enrolment)?,
            secret: EnrolmentSecret::from_bytes(&secret),
        })
    }
}

/// Request of a device for a certificate. Until then it takes the certificate's place.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct JoinRequest {
    /// Id of the link.
    #[n(0)]
    pub enrolment: EnrolmentId,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// Signing key of the device.
    #[n(2)]
    pub signing: VerifyingKey,
    /// Sealing key of the device.
    #[n(3)]
    pub sealing: SealingPublic,
}

/// A join request, signed by the device's own key and authenticated by the link's secret.
#[derive(Clone, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SignedJoinRequest {
    /// The request, with the device's signature.
    #[n(0)]
    pub signed: Signed,
    /// `HMAC-SHA256(secret, "diary/join/v1" || SHA-256(request))`.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub mac: [u8; 32],
    /// `HMAC-SHA256(check, "diary/join-proof/v1" || SHA-256(request))` by the [`LinkCheck`] of the link, for
    /// a relay, which does not have the secret.
    #[n(2)]
    pub proof: Option<Hash>,
}

/// Message of the proof to a relay.
fn proof_message(request: &Hash) -> Vec<u8> {
    [b"diary/join-proof/v1", request.as_bytes().as_slice()].concat()
}

/// Reason for which a join request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Not the bytes of one.
    #[error("not a join request: {0}")]
    Undecodable(#[from] wire::WireError),
    /// Not signed by the key that asks.
    #[error("the join request's signature does not fit")]
    Signature,
    /// The sealing key is not valid.
    #[error("the join request's sealing key is not valid")]
    SealingKey,
    /// Not made with the link.
    #[error("the join request was not made with this link")]
    Secret,
}

impl JoinRequest {
    /// Signs the request by `device`, the key of [`Self::signing`], and authenticates it by the link's
    /// `secret`.
    #[must_use]
    pub fn sign(&self, device: &SigningKey, secret: &EnrolmentSecret) -> SignedJoinRequest {
        let bytes = wire::encode(self);
        let hash = sha256(&bytes);
        let mac = hmac_sha256(secret.as_bytes(), &Kind::JoinRequest.message(&hash));
        let proof = Hash::from_bytes(hmac_sha256(secret.check().as_bytes(), &proof_message(&hash)));
        SignedJoinRequest { signed: Signed::sign(Kind::JoinRequest, bytes, device), mac, proof: Some(proof) }
    }
}

impl SignedJoinRequest {
    /// Decodes the request if it is signed by the key in it. Any device can make such a request; only
    /// [`Self::check_secret`] ties it to a link.
    ///
    /// # Errors
    /// [`JoinError`] if decoding, signature or sealing key fail.
    pub fn verify(&self) -> Result<JoinRequest, JoinError> {
        let request: JoinRequest = wire::decode("join request", self.signed.unverified(), JOIN_MAX_BYTES)?;
        self.signed.verify(Kind::JoinRequest, &request.signing).map_err(|_| JoinError::Signature)?;
        // Checked at admission alone, because decoding a sealing key looks at its length only.
        request.sealing.check().map_err(|_| JoinError::SealingKey)?;
        Ok(request)
    }

    /// Verifies that it was made with the link of `secret`.
    ///
    /// # Errors
    /// [`JoinError::Secret`] if it was not.
    pub fn check_secret(&self, secret: &EnrolmentSecret) -> Result<(), JoinError> {
        let message = Kind::JoinRequest.message(&self.signed.hash());
        check_hmac_sha256(secret.as_bytes(), &message, &self.mac).map_err(|_| JoinError::Secret)?;
        self.proof.map_or(Ok(()), |_| self.check_proof(&secret.check()))
    }

    /// Verifies by the proof that it was made with the link of `check`.
    ///
    /// # Errors
    /// [`JoinError::Secret`] if it was not, or if there is no proof.
    pub fn check_proof(&self, check: &LinkCheck) -> Result<(), JoinError> {
        let proof = self.proof.ok_or(JoinError::Secret)?;
        check_hmac_sha256(check.as_bytes(), &proof_message(&self.signed.hash()), proof.as_bytes())
            .map_err(|_| JoinError::Secret)
    }

    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes the output of [`Self::to_bytes`]. Verifies nothing.
    ///
    /// # Errors
    /// [`wire::WireError`] if the bytes do not decode.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, wire::WireError> {
        wire::decode_exact("join request", bytes, JOIN_MAX_BYTES + 256)
    }
}

/// Short authentication string of six digits. Both screens show it, so that staff see that this phone joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortAuthString(u32);

impl ShortAuthString {
    /// Number below 1,000,000.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Hash by which the participant's other phones recognize these digits for `device`. Not secret, since
    /// there are only a million of them.
    #[must_use]
    pub fn check(self, device: KeyId) -> Hash {
        sha256_of(&[b"diary/digits/v1", device.as_bytes(), &self.0.to_be_bytes()])
    }
}

impl fmt::Display for ShortAuthString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for ShortAuthString {
    type Err = crate::ids::IdError;

    /// Six digits; white space is ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse().ok().map(Self))
            .flatten()
            .ok_or(crate::ids::IdError { kind: "code", expected: "six digits" })
    }
}

/// Short authentication string: the first eight bytes of `HMAC-SHA256(secret, "diary/sas/v1" || signing key
/// || sealing key || root fingerprint)`, big-endian, modulo 1,000,000.
#[must_use]
pub fn short_auth_string(
    secret: &EnrolmentSecret,
    signing: &VerifyingKey,
    sealing: &SealingPublic,
    root: &Hash,
) -> ShortAuthString {
    // Both keys and the root are covered: a server in between that exchanges one of them cannot
    // keep the digits the same without the secret, which it never receives.
    let message =
        [b"diary/sas/v1", signing.as_bytes().as_slice(), sealing.as_bytes(), root.as_bytes()].concat();
    let tag = hmac_sha256(secret.as_bytes(), &message);
    let number = tag[..8].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    ShortAuthString(u32::try_from(number % 1_000_000).expect("below a million"))
}

#[cfg(test)]
mod tests;
