//! The pages through their router: access by role, sessions, headers, and the words of each.

mod access;
mod ground;
mod participants;
mod phones;
mod plan;
mod sessions;
mod trail;
mod trial;
