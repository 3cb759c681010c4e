//! Texts of the catalogues in `locales`: one module for each file, one function for each message.

diary_messages::catalogues!();
