//! `POST /v1/join`: a device asks to be admitted. What becomes of it is decided in `decide`.

pub mod decide;
