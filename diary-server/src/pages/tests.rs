//! The pages through their router: access by role, sessions, headers, and the words of each.

mod access;
mod entries;
mod ground;
mod participants;
mod phone;
mod phones;
mod plan;
mod sessions;
mod sites;
mod trail;
mod trial;
