//! Reasons for which a parcel is not merged, in words and with the acts of staff that free it.

use diary_core::parcel::QuarantineCode;
use diary_core::text::Lang;
use diary_core::unmerged::UnmergedState;

use crate::messages::unmerged as say;

/// Texts about one reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReasonWords {
    /// The reason in a few words.
    pub short: String,
    /// The reason as a sentence.
    pub meaning: &'static str,
    /// Remedy as a sentence. Each face adds its own way to the [`remedies`].
    pub remedy: &'static str,
}

/// Act of staff outside the report that a remedy needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// Judge the parcel once more.
    Retry,
    /// Take the parcel into the record.
    Accept,
    /// Leave the parcel out of the record.
    Reject,
    /// Compare the digits of the phone and confirm it.
    ConfirmPhone,
    /// Allow the phone to store more.
    AllowMore,
    /// Revoke the phone.
    RevokePhone,
    /// Look for the sealing key that is missing.
    ListKeys,
}

/// Acts of staff that free a parcel; none where it waits for the phone or for an upgrade.
#[must_use]
pub const fn remedies(why: UnmergedState) -> &'static [Remedy] {
    match why {
        UnmergedState::Pending => &[Remedy::ConfirmPhone],
        UnmergedState::GrantNeeded => &[],
        UnmergedState::ToMerge => &[Remedy::Retry],
        UnmergedState::KeyNeeded => &[Remedy::ListKeys, Remedy::Retry],
        UnmergedState::Quarantined(code) => match code {
            QuarantineCode::Decrypt
            | QuarantineCode::Commit
            | QuarantineCode::InnerMismatch
            | QuarantineCode::Undecodable
            | QuarantineCode::NewerSchema
            | QuarantineCode::Oversize
            | QuarantineCode::Counter
            | QuarantineCode::Other(_) => &[],
            QuarantineCode::Grant => &[Remedy::ListKeys, Remedy::Retry],
            QuarantineCode::Revoked => &[Remedy::Accept, Remedy::Reject],
            QuarantineCode::NotAllowed | QuarantineCode::Failed => &[Remedy::Retry],
            QuarantineCode::Allowance => &[Remedy::AllowMore, Remedy::RevokePhone],
        },
    }
}

/// Texts about the reason for which a parcel is not merged.
#[must_use]
pub fn unmerged(why: UnmergedState, lang: Lang) -> ReasonWords {
    let (short, meaning, remedy) = match why {
        UnmergedState::Quarantined(code) => return quarantined(code, lang),
        UnmergedState::Pending => (say::pending(lang), say::pending_meaning(lang), say::pending_todo(lang)),
        UnmergedState::GrantNeeded => {
            (say::grant_needed(lang), say::grant_needed_meaning(lang), say::grant_needed_todo(lang))
        }
        UnmergedState::ToMerge => {
            (say::to_merge(lang), say::to_merge_meaning(lang), say::to_merge_todo(lang))
        }
        UnmergedState::KeyNeeded => {
            (say::key_needed(lang), say::key_needed_meaning(lang), say::key_needed_todo(lang))
        }
    };
    ReasonWords { short: short.to_owned(), meaning, remedy }
}

fn quarantined(code: QuarantineCode, lang: Lang) -> ReasonWords {
    let (short, meaning, remedy) = match code {
        QuarantineCode::Decrypt => (say::decrypt(lang), say::decrypt_meaning(lang), say::tell_makers(lang)),
        QuarantineCode::Commit => (say::commit(lang), say::commit_meaning(lang), say::tell_makers(lang)),
        QuarantineCode::InnerMismatch => {
            (say::inner_mismatch(lang), say::inner_mismatch_meaning(lang), say::tell_makers(lang))
        }
        QuarantineCode::Undecodable => {
            (say::undecodable(lang), say::undecodable_meaning(lang), say::tell_makers(lang))
        }
        QuarantineCode::NewerSchema => {
            (say::newer_schema(lang), say::newer_schema_meaning(lang), say::newer_schema_todo(lang))
        }
        QuarantineCode::Oversize => {
            (say::oversize(lang), say::oversize_meaning(lang), say::tell_makers(lang))
        }
        QuarantineCode::Grant => (say::grant(lang), say::grant_meaning(lang), say::grant_todo(lang)),
        QuarantineCode::Revoked => (say::revoked(lang), say::revoked_meaning(lang), say::revoked_todo(lang)),
        QuarantineCode::NotAllowed => {
            (say::not_allowed(lang), say::not_allowed_meaning(lang), say::not_allowed_todo(lang))
        }
        QuarantineCode::Counter => (say::counter(lang), say::counter_meaning(lang), say::counter_todo(lang)),
        QuarantineCode::Failed => (say::failed(lang), say::failed_meaning(lang), say::failed_todo(lang)),
        QuarantineCode::Allowance => {
            (say::allowance(lang), say::allowance_meaning(lang), say::allowance_todo(lang))
        }
        QuarantineCode::Other(number) => {
            let (meaning, remedy) = (say::other_meaning(lang), say::other_todo(lang));
            return ReasonWords { short: say::other(lang, number), meaning, remedy };
        }
    };
    ReasonWords { short: short.to_owned(), meaning, remedy }
}
