//! Messages of the faces as data: Project Fluent files, typed functions made from them, and their formatting.
#![doc = include_str!("../README.md")]

#[cfg(feature = "format")]
mod arg;
#[cfg(feature = "build")]
pub mod build;
#[cfg(feature = "format")]
mod catalogue;
#[cfg(feature = "format")]
mod check;
#[cfg(feature = "format")]
mod language;
#[cfg(feature = "format")]
pub mod pseudo;
mod source;
#[cfg(all(test, feature = "format"))]
mod tests;

#[cfg(feature = "format")]
pub use arg::Arg;
#[cfg(feature = "format")]
pub use catalogue::Catalogue;
#[cfg(feature = "format")]
pub use language::Language;

/// Tag of the language that the catalogues are written in first and that every other falls back to.
pub const SOURCE: &str = "en";

/// The functions that the build script of a face has made of its catalogues, with the check that every language has the
/// messages of English.
#[macro_export]
macro_rules! catalogues {
    () => {
        include!(concat!(env!("OUT_DIR"), "/messages.rs"));

        #[cfg(test)]
        mod tests {
            #[test]
            fn every_language_has_the_messages_of_english() {
                for catalogue in super::CATALOGUES {
                    assert_eq!(catalogue.faults(), Vec::<String>::new());
                }
            }
        }
    };
}
