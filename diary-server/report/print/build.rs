//! Makes functions of the catalogues in `locales`.

fn main() -> Result<(), diary_messages::build::Failure> {
    diary_messages::build::generate()
}
