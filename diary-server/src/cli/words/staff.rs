//! Refusals of the site services in words.

use diary_core::ids::{AnchorId, RuleId, SiteId, VisitCode};
use diary_core::text::Lang;
use diary_report::staff_words::act_kind;

use super::failure::{author, backup, keys, link, rotation, store};
use super::question::{infusion_problem, question};
use super::regimen::note;
use super::study_file::study_errors;
use super::{joined, list};
use crate::messages::{failure, refusal as say};
use crate::site::devices::enrolment::TRIES_MAX;
use crate::site::devices::loan::LABEL_MAX_CHARS;
use crate::site::studies::PublishProblem;
use crate::site::{ActError, REASON_MAX_BYTES, StaffError};

/// Sentence for a [`StaffError`].
pub(crate) fn staff(lang: Lang, error: &StaffError) -> String {
    match error {
        StaffError::AccountForm => say::staff_account_form(lang).to_owned(),
        StaffError::NoAccount => say::staff_no_account(lang).to_owned(),
        StaffError::UnknownAccount { name } => say::staff_unknown_account(lang, name),
        StaffError::AccountThere { name } => say::staff_account_there(lang, name),
        StaffError::AccountElsewhere { name } => say::staff_account_elsewhere(lang, name),
        StaffError::OutOfMemory => say::staff_out_of_memory(lang).to_owned(),
        StaffError::NotPrinted => say::staff_not_printed(lang).to_owned(),
        StaffError::SubjectForm { subject } => say::staff_subject_form(lang, format!("{subject:?}")),
        StaffError::SubjectTaken { subject } => say::staff_subject_taken(lang, subject),
        StaffError::SubjectPattern { subject, pattern } => {
            say::staff_subject_pattern(lang, subject, pattern.to_string(), pattern.example())
        }
        StaffError::SubjectAlike { subject, alike } => say::staff_subject_alike(lang, subject, alike),
        StaffError::SubjectBefore { subject, now } => say::staff_subject_before(lang, subject, now),
        StaffError::RenamedSubject { subject, now } => say::staff_renamed_subject(lang, subject, now),
        StaffError::LikeSubject { subject, like } => say::staff_like_subject(lang, subject, like),
        StaffError::Linked { subject, other, linked: true } => {
            say::staff_linked_already(lang, subject, other)
        }
        StaffError::Linked { subject, other, linked: false } => say::staff_not_linked(lang, subject, other),
        StaffError::Counter(error) => say::staff_counter(lang, error.to_string()),
        StaffError::Act(error) => act(lang, error),
        StaffError::UnknownSubject { subject } => say::staff_unknown_subject(lang, subject),
        StaffError::UnknownSite { site, known } if known.len() == 1 => {
            say::staff_other_site(lang, site.to_string(), list(lang, known.iter().map(SiteId::as_str)))
        }
        StaffError::UnknownSite { site, known } => {
            say::staff_unknown_site(lang, site.to_string(), list(lang, known.iter().map(SiteId::as_str)))
        }
        StaffError::SiteNeeded { known } => {
            say::staff_site_needed(lang, list(lang, known.iter().map(SiteId::as_str)))
        }
        StaffError::NotOfStudy { site, known } => {
            say::staff_not_of_study(lang, site.to_string(), list(lang, known.iter().map(SiteId::as_str)))
        }
        StaffError::SiteThere { site } => say::staff_site_there(lang, site.to_string()),
        StaffError::OfflineInside { path } => say::staff_offline_inside(lang, path),
        StaffError::UnknownAnchor { anchor, known } => say::staff_unknown_anchor(
            lang,
            anchor.to_string(),
            list(lang, known.iter().map(AnchorId::as_str)),
        ),
        StaffError::NoSuchAlert { rule, known } if known.is_empty() => {
            say::staff_no_alert_at_all(lang, rule.to_string())
        }
        StaffError::NoSuchAlert { rule, known } => {
            say::staff_no_such_alert(lang, rule.to_string(), list(lang, known.iter().map(RuleId::as_str)))
        }
        StaffError::AnchorReason { anchor, date: Some(date) } => {
            say::staff_anchor_reason(lang, anchor.to_string(), date.to_string())
        }
        StaffError::AnchorReason { anchor, date: None } => {
            say::staff_anchor_reason_not_set(lang, anchor.to_string())
        }
        StaffError::AnchorSame { anchor, date: Some(date) } => {
            say::staff_anchor_same(lang, anchor.to_string(), date.to_string())
        }
        StaffError::AnchorSame { anchor, date: None } => {
            say::staff_anchor_same_not_set(lang, anchor.to_string())
        }
        StaffError::NotLent { subject } => say::staff_not_lent(lang, subject),
        StaffError::LabelForm => say::staff_label_form(lang, LABEL_MAX_CHARS),
        StaffError::ReasonForm => say::staff_reason_form(lang, REASON_MAX_BYTES),
        StaffError::VisitKind => say::staff_visit_kind(lang).to_owned(),
        StaffError::Regimen { notes } => {
            say::staff_regimen(lang, lines(notes.iter().map(|one| note(lang, one))))
        }
        StaffError::RegimenUnusual { notes } => {
            say::staff_regimen_unusual(lang, lines(notes.iter().map(|one| note(lang, one))))
        }
        StaffError::Infusion { problem } => say::staff_infusion(lang, infusion_problem(lang, problem)),
        StaffError::NotUnattached { vault } => say::staff_not_unattached(lang, vault.to_string()),
        StaffError::OtherSubject { vault, named } => say::staff_other_subject(lang, vault.to_string(), named),
        StaffError::Backup(error) => say::staff_backup(lang, backup(lang, error)),
        StaffError::NotSetAside { n } => say::staff_not_set_aside(lang, *n),
        StaffError::NotToDecide { n } => say::staff_not_to_decide(lang, *n),
        StaffError::NobodyWaits { subject } => say::staff_nobody_waits(lang, subject),
        StaffError::WrongDigits { subject, left } => say::staff_wrong_digits(lang, subject, *left),
        StaffError::NotApproved { subject } => say::staff_not_approved(lang, subject),
        StaffError::LinkLate { subject } => say::staff_link_late(lang, subject),
        StaffError::TrailBroken { n } => say::staff_trail_broken(lang, *n),
        StaffError::UnknownPhone { subject, named } => {
            say::staff_unknown_phone(lang, subject, format!("{named:?}"))
        }
        StaffError::NothingToDecide { named } => say::staff_nothing_to_decide(lang, format!("{named:?}")),
        StaffError::RevokedBefore { subject } => say::staff_revoked_before(lang, subject),
        StaffError::Locked { subject } => say::staff_locked(lang, TRIES_MAX, subject),
        StaffError::NoPublicName { listen } => say::staff_no_public_name(lang, listen.to_string()),
        StaffError::Host { key, problem } => say::staff_host(lang, *key, link(lang, *problem)),
        StaffError::NoRecoverySecret { subject } => say::staff_no_recovery_secret(lang, subject),
        StaffError::NotFounded => say::staff_not_founded(lang).to_owned(),
        StaffError::NoStudy => say::staff_no_study(lang).to_owned(),
        StaffError::OtherStudy => say::staff_other_study(lang).to_owned(),
        StaffError::Study(error) => say::staff_study(lang, study_errors(lang, error)),
        StaffError::Publish { problem } => say::staff_publish(lang, publish_problem(lang, problem)),
        StaffError::Bundle(error) => say::staff_bundle(lang, error.to_string()),
        StaffError::Report(error) => say::staff_report(lang, error.to_string()),
        StaffError::Author(error) => author(lang, error),
        StaffError::Sealing(error) => say::staff_sealing(lang, error.to_string()),
        StaffError::Signed(error) => say::staff_signed(lang, error.to_string()),
        StaffError::Contended => say::staff_contended(lang).to_owned(),
        StaffError::ExportTooLarge => say::staff_export_too_large(lang).to_owned(),
        StaffError::NotVacant { path } => say::staff_not_vacant(lang, path),
        StaffError::File { path, reason } => say::staff_file(lang, path, reason),
        StaffError::WrongRoot => say::staff_wrong_root(lang).to_owned(),
        StaffError::WrongRecovery => say::staff_wrong_recovery(lang).to_owned(),
        StaffError::Rotation(error) => rotation(lang, error),
        StaffError::GenerationMissing { generation } => say::staff_generation_missing(lang, *generation),
        StaffError::Keys(error) => keys(lang, error),
        StaffError::Store(error) => store(lang, error),
        StaffError::Intake { path, reason } => say::staff_intake(lang, path, reason),
    }
}

fn publish_problem(lang: Lang, problem: &PublishProblem) -> String {
    match problem {
        PublishProblem::OtherRoot => failure::relay_setup_other_root(lang).to_owned(),
        PublishProblem::OtherStudy { study, ours } => {
            say::publish_other_study(lang, study.to_string(), ours.to_string())
        }
        PublishProblem::NotNewer { version, newest } => say::publish_not_newer(lang, *version, *newest),
        PublishProblem::NoSite { site } => say::publish_no_site(lang, site.to_string()),
    }
}

fn lines(of: impl Iterator<Item = String>) -> String {
    joined("\n", of)
}

/// Sentence for a [`ActError`].
pub(crate) fn act(lang: Lang, error: &ActError) -> String {
    match error {
        ActError::Unusual { kind: of, questions } => say::act_unusual(
            lang,
            act_kind(*of, lang),
            lines(questions.iter().map(|one| question(lang, one))),
        ),
        ActError::Changed => say::act_changed(lang).to_owned(),
        ActError::Unknown { named } => say::act_unknown(lang, format!("{named:?}")),
        ActError::Final { act, kind: of } => say::act_final(lang, act, act_kind(*of, lang)),
        ActError::Withdrawn { act } => say::act_withdrawn(lang, act),
        ActError::OtherKind { act, kind: of, asked } => {
            say::act_other_kind(lang, act, act_kind(*of, lang), act_kind(*asked, lang))
        }
        ActError::Same { act } => say::act_same(lang, act),
        ActError::RegimenSame => say::act_regimen_same(lang).to_owned(),
        ActError::Reason => say::act_reason(lang).to_owned(),
        ActError::NoInfusion { act } => say::act_no_infusion(lang, act),
        ActError::NoInterruption => say::act_no_interruption(lang).to_owned(),
        ActError::VisitKind { kind, known } => {
            say::act_visit_kind(lang, format!("{kind:?}"), list(lang, known.iter().map(VisitCode::as_str)))
        }
        ActError::NotYet { date } => say::act_not_yet(lang, date.to_string()),
        ActError::Ended { last, act } => say::act_ended(lang, last.to_string(), act),
        ActError::NoEntry { named } => say::act_no_entry(lang, format!("{named:?}")),
        ActError::MarkedBefore { entry } => say::act_marked_before(lang, entry),
        ActError::NotMarked { entry, subject } => say::act_not_marked(lang, entry, subject),
        ActError::TakenBefore { entry, subject } => say::act_taken_before(lang, entry, subject),
        ActError::CountsElsewhere { entry, subject } => say::act_counts_elsewhere(lang, entry, subject),
        ActError::SameParticipant => say::act_same_participant(lang).to_owned(),
        ActError::TooMany => say::act_too_many(lang).to_owned(),
    }
}
