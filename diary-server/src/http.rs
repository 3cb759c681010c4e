//! Requests over HTTP: routes by audience, the state that they share, limits, and refusals.

mod admission;
pub mod api;
pub mod error;
pub mod limits;
pub mod metrics;
pub mod ops;
pub mod query;
mod routes;
pub mod state;

pub use routes::router;

#[cfg(test)]
mod tests;
