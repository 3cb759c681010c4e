//! Reasons for which a parcel is not merged, for the report and for the command line of the site.

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
    /// Remedy, at the command line.
    pub remedy: &'static str,
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
