//! Sentences about failures of the diary and its store: the failure, and the action to take.

use diary_core::diary::DiaryError;
use diary_core::entry::EntryError;
use diary_core::store::{Obstacle, StoreError};
use diary_core::text::Lang;

use crate::messages::diary as say;

/// Message about an action on the diary.
pub(crate) fn message(error: &DiaryError, lang: Lang) -> String {
    let message = match error {
        DiaryError::Answers(errors) => {
            return errors.iter().map(|error| error.message(lang)).collect::<Vec<_>>().join("\n");
        }
        DiaryError::Store(error) => return store(error, lang),
        DiaryError::Entry(error) => return entry(error, lang),
        DiaryError::NoStudy | DiaryError::Study(_) | DiaryError::UnknownSite => say::no_study(lang),
        DiaryError::Trust => say::trust(lang),
        DiaryError::UnknownInstrument => say::unknown_instrument(lang),
        DiaryError::UnknownItem => say::unknown_item(lang),
        DiaryError::NoDraft => say::no_draft(lang),
        DiaryError::UnknownSlot => say::unknown_slot(lang),
        DiaryError::NotOpenYet { .. } => say::not_open_yet(lang),
        DiaryError::Future => say::future(lang),
        DiaryError::UnknownEntry => say::unknown_entry(lang),
        DiaryError::AlreadyWithdrawn => say::already_withdrawn(lang),
        DiaryError::OtherKind => say::other_kind(lang),
        DiaryError::OtherDigits => say::other_digits(lang),
        DiaryError::NoPhoneAsks => say::no_phone_asks(lang),
    };
    message.to_owned()
}

/// Message about a failure of the store.
pub(crate) fn store(error: &StoreError, lang: Lang) -> String {
    let message = match error {
        StoreError::KeyOrFile => say::store_key_or_file(lang),
        StoreError::NoFile => say::store_no_file(lang),
        StoreError::Corrupt | StoreError::Row { .. } => say::damaged(lang),
        StoreError::NewerVersion { .. } => say::store_newer_version(lang),
        StoreError::NoCipher => say::store_no_cipher(lang),
        StoreError::NotJoined => say::store_not_joined(lang),
        StoreError::AlreadyJoined => say::store_already_joined(lang),
        StoreError::CounterSpent => say::store_counter_spent(lang),
        StoreError::Entry(error) => return entry(error, lang),
        StoreError::Database(error) => not_read(Obstacle::of_database(error), lang),
        StoreError::NotSaved(error) => not_saved(Obstacle::of_database(error), lang),
        StoreError::ReadingOnly(why) => not_saved(*why, lang),
        StoreError::SideFile(error) => not_sent(Obstacle::of_io(error.kind()), lang),
    };
    message.to_owned()
}

/// Message about a failure of the store during sealing or a contact.
pub(crate) fn sending(error: &StoreError, lang: Lang) -> String {
    match error.obstacle().filter(|_| error.is_of_writing()) {
        Some(why) => not_sent(why, lang).to_owned(),
        None => store(error, lang),
    }
}

/// Message about an obstacle while entries are prepared, sent or fetched; they were saved before.
pub(crate) fn not_sent(why: Obstacle, lang: Lang) -> &'static str {
    match why {
        Obstacle::Full => say::not_sent_full(lang),
        Obstacle::ReadOnly | Obstacle::Permission => say::not_sent_read_only(lang),
        Obstacle::Damaged => say::damaged(lang),
        Obstacle::InUse | Obstacle::InputOutput | Obstacle::Other => say::not_sent_disk_error(lang),
    }
}

fn not_read(why: Obstacle, lang: Lang) -> &'static str {
    match why {
        Obstacle::Full => say::not_read_full(lang),
        Obstacle::ReadOnly => say::not_read_read_only(lang),
        Obstacle::Permission => say::not_read_permission(lang),
        Obstacle::InUse => say::not_read_in_use(lang),
        Obstacle::Damaged => say::damaged(lang),
        Obstacle::InputOutput | Obstacle::Other => say::not_read_disk_error(lang),
    }
}

fn not_saved(why: Obstacle, lang: Lang) -> &'static str {
    match why {
        Obstacle::Full => say::not_saved_full(lang),
        Obstacle::ReadOnly => say::not_saved_read_only(lang),
        Obstacle::Permission => say::not_saved_permission(lang),
        Obstacle::InUse => say::not_saved_in_use(lang),
        Obstacle::Damaged => say::damaged(lang),
        Obstacle::InputOutput | Obstacle::Other => say::not_saved_disk_error(lang),
    }
}

fn entry(error: &EntryError, lang: Lang) -> String {
    match error {
        EntryError::Text { max_bytes, .. } => return say::entry_text(lang, max_bytes / 4),
        EntryError::Reason => say::entry_reason(lang),
        EntryError::Amount => say::entry_amount(lang),
        EntryError::TooLarge { .. } => say::entry_too_large(lang),
        EntryError::Identity | EntryError::Undecodable(_) => say::entry_unusable(lang),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_a_participant_what_to_do_in_both_languages() {
        for (error, en, zh) in [
            (DiaryError::NoDraft, "there is nothing to save", "无内容可保存"),
            (DiaryError::Future, "enter it when it has happened", "请在发生之后再记录"),
            (DiaryError::UnknownEntry, "`diary history` lists them", "用 `diary history` 查看"),
            (
                DiaryError::NoStudy,
                "Your entries were left as they are. Please tell the study team",
                "没有改动，请告诉研究人员",
            ),
        ] {
            assert!(message(&error, Lang::EN).contains(en), "{}", message(&error, Lang::EN));
            assert!(message(&error, Lang::ZH_CN).contains(zh), "{}", message(&error, Lang::ZH_CN));
        }
    }
}
