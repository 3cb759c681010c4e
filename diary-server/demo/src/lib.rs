//! Plays a trial against a real keeper with the real client: a script from a seed, a clock that steps, a stage with
//! keeper and phones, and the playing of the one on the other.

pub mod accounts;
pub mod clock;
pub mod earlier;
pub mod lives;
mod messages;
pub mod phone;
pub mod play;
pub mod site;
pub mod stage;
pub mod words;
