//! Parcels.
