//! Answers instruments as a person would: every question that is asked, by typed text.

use diary_core::diary::{Circumstances, Diary, DiaryError, Finished};
use diary_core::store::DraftPlace;

/// Answers every enabled question of the draft at `place` by `typed` and finishes it.
///
/// # Errors
/// The refusal of the diary, at the first answer that it does not accept.
pub fn assess(
    diary: &mut Diary,
    place: &DraftPlace,
    tap: &Circumstances<'_>,
    typed: impl Fn(&str) -> String,
) -> Result<Finished, DiaryError> {
    let mut shown = Vec::new();
    loop {
        let answers = diary.draft(place)?.map(|draft| draft.answers).unwrap_or_default();
        let instrument = diary.study().instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
        let enabled = instrument.enabled(&answers);
        let open =
            enabled.into_iter().find(|item| !answers.iter().any(|given| given.link_id == item.link_id));
        let Some(item) = open else { break };
        let value = instrument
            .parse_answer(item, &typed(&item.link_id), tap.zone, tap.now)
            .map_err(|error| DiaryError::Answers(vec![error]))?;
        let link_id = item.link_id.clone();
        shown.extend(diary.answer(place, &link_id, vec![value], tap)?);
    }
    let finished = diary.finish(place, None, tap)?;
    shown.extend(finished.alerts);
    Ok(Finished { alerts: shown, ..finished })
}

/// The evening check of the shipped study with the same level everywhere.
pub fn evening(level: u8) -> impl Fn(&str) -> String {
    move |item| match item {
        "worst-time" => "evening".to_owned(),
        "cough" => "1".to_owned(),
        _ => level.to_string(),
    }
}
