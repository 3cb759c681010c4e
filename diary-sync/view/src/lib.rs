//! Decisions that every participant face shares, from the day's view to the state of the connection.
#![doc = include_str!("../README.md")]

pub mod names;

pub mod day;
pub mod evening;
pub mod place;
pub mod questionnaire;

pub mod dose;
pub mod medication;

pub mod changes;
pub mod correction;
pub mod history;

pub mod alerts;

pub mod joining;

pub mod connection;
pub mod contact;
pub mod delivery;
pub mod other_devices;
