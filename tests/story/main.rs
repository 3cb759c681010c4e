//! Journeys in the trial's words: real phones, a real keeper over HTTP, one clock.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod answers_during_push;
mod clock_ahead;
mod clock_years_ahead;
mod cloned_phone;
mod correction;
mod dst_and_travel;
mod exported;
mod exported_tables;
mod flooded;
mod forgotten_pin;
mod hand_over;
mod keys_rotated;
mod late_entry;
mod lost_keeper;
mod lost_phone;
mod lost_reply;
mod many_participants;
mod new_phone_history_scope;
mod new_study_version;
mod phq9;
mod received_not_merged;
mod relay;
mod relay_malice;
mod restored_phone;
mod rolled_back_server;
mod second_phone;
mod server_restored;
mod stuck_entry;
mod tap_to_report;
mod two_sites;
mod week_offline;
mod wrong_participant;
