//! The fonts of the document. `fonts/make` makes them.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The regular ones first: they have every character of the bold ones.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 4] = [
        include_bytes!("../fonts/regular.otf"),
        include_bytes!("../fonts/latin-regular.ttf"),
        include_bytes!("../fonts/bold.otf"),
        include_bytes!("../fonts/latin-bold.ttf"),
    ];
    files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});

/// Number of the regular ones.
const REGULAR: usize = 2;

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// What is known of the fonts.
pub(crate) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// The font of that place in the book.
pub(crate) fn font(index: usize) -> Option<Font> {
    FONTS.get(index).cloned()
}

/// True if the document can show this character.
pub(crate) fn has(c: char) -> bool {
    FONTS.iter().take(REGULAR).any(|font| font.info().coverage.contains(u32::from(c)))
}
