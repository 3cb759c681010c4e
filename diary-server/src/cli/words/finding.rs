//! What `verify` finds, in words.

use diary_core::parcel::LogKind;
use diary_core::text::Lang;
use diary_verify::{ChainNote, Finding, Note, Problem, Succession};

use crate::messages::{finding as say, verify};

/// A finding with its place.
pub(crate) fn finding(lang: Lang, finding: &Finding) -> String {
    let what = problem(lang, &finding.what);
    match finding.n {
        Some(n) => verify::finding_in_record(lang, &finding.file, n, what),
        None => verify::finding(lang, &finding.file, what),
    }
}

/// Sentence for a [`Problem`].
pub(crate) fn problem(lang: Lang, problem: &Problem) -> String {
    let of = |inner: &Problem| self::problem(lang, inner);
    let fixed = match problem {
        Problem::Disk { reason } => return say::disk(lang, reason),
        Problem::Malformed { at } => return say::malformed(lang, *at),
        Problem::TooLong { bytes, max } => return say::too_long(lang, *bytes, *max),
        Problem::TooMany { max } => return say::too_many(lang, *max),
        Problem::Suite { suite } => return say::suite(lang, *suite),
        Problem::Bundle { version, problem } => {
            return say::bundle(lang, *version, succession(lang, *problem));
        }
        Problem::Length { found, signed } => return say::length(lang, *found, *signed),
        Problem::RowMissing { row } => return say::row_missing(lang, *row),
        Problem::Checkpoint { problem } => return say::checkpoint(lang, of(problem)),
        Problem::LogEnd { after, problem } => return say::log_end(lang, *after, of(problem)),
        Problem::RecordMissing { record } => return say::record_missing(lang, *record),
        Problem::Record { kind: of_kind, problem } => {
            return say::record(lang, kind(lang, *of_kind), of(problem));
        }
        Problem::OtherRecord { named, at } => return say::other_record(lang, *named, *at),
        Problem::Trailing => say::trailing(lang),
        Problem::Signature => say::signature(lang),
        Problem::Signer => say::signer(lang),
        Problem::Retired => say::retired(lang),
        Problem::InvalidKey => say::invalid_key(lang),
        Problem::Contradiction => say::contradiction(lang),
        Problem::OtherRoot => say::other_root(lang),
        Problem::NoBundle => say::no_bundle(lang),
        Problem::OtherStudy => say::other_study(lang),
        Problem::NotSigned => say::not_signed(lang),
        Problem::NotListed => say::not_listed(lang),
        Problem::OtherVersion => say::other_version(lang),
        Problem::Outside => say::outside(lang),
        Problem::TrailEnd => say::trail_end(lang),
        Problem::RowAltered => say::row_altered(lang),
        Problem::TrailRewritten => say::trail_rewritten(lang),
        Problem::OtherDatabase => say::other_database(lang),
        Problem::OtherHead => say::other_head(lang),
        Problem::OtherVault => say::other_vault(lang),
        Problem::OtherRequest => say::other_request(lang),
        Problem::OtherVaultOrStudy => say::other_vault_or_study(lang),
        Problem::NoGrant => say::no_grant(lang),
        Problem::OtherGrant => say::other_grant(lang),
        Problem::NoParcel => say::no_parcel(lang),
        Problem::OtherBody => say::other_body(lang),
        Problem::NoReceipt => say::no_receipt(lang),
        Problem::NoSuchParcel => say::no_such_parcel(lang),
        Problem::NotCommitted => say::not_committed(lang),
    };
    fixed.to_owned()
}

fn succession(lang: Lang, problem: Succession) -> &'static str {
    match problem {
        Succession::NotNewer => say::not_newer(lang),
        Succession::OtherStudy => say::succession_other_study(lang),
        Succession::Forgets => say::forgets(lang),
    }
}

fn kind(lang: Lang, kind: LogKind) -> String {
    let fixed = match kind {
        LogKind::Parcel => say::kind_parcel(lang),
        LogKind::Grant => say::kind_grant(lang),
        LogKind::Rewrap => say::kind_rewrap(lang),
        LogKind::Certificate => say::kind_certificate(lang),
        LogKind::Revocation => say::kind_revocation(lang),
        LogKind::Receipt => say::kind_receipt(lang),
        LogKind::RecoverySecret => say::kind_recovery_secret(lang),
        LogKind::JoinRequest => say::kind_join_request(lang),
        LogKind::Other(number) => return say::kind_other(lang, number),
    };
    fixed.to_owned()
}

/// Sentence for a [`Note`].
pub(crate) fn note(lang: Lang, note: &Note) -> String {
    match note {
        Note::LaterKind { kind } => say::later_kind(lang, *kind),
        Note::Unconfirmed { vault, device } => say::unconfirmed(lang, vault.to_string(), device.to_string()),
        Note::GrantToCome { vault, record } => say::grant_to_come(lang, vault.to_string(), *record),
        Note::Sealed { vault, parcels } => say::sealed(lang, vault.to_string(), *parcels),
        Note::SetAside { vault, record } => say::set_aside(lang, vault.to_string(), *record),
        Note::Chain { vault, author, incarnation, remark } => {
            let (vault, author, incarnation) =
                (vault.to_string(), author.to_string(), incarnation.to_string());
            match *remark {
                ChainNote::Missing { first, last } => {
                    say::chain_missing(lang, vault, author, incarnation, first, last)
                }
                ChainNote::Twice { parcel, record } => {
                    say::chain_twice(lang, vault, author, incarnation, parcel, record)
                }
                ChainNote::Follows { parcel } => say::chain_follows(lang, vault, author, incarnation, parcel),
            }
        }
    }
}
