//! Texts of the catalogues in `locales`: one module for each file, one function for each message.

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
