//! Output of commands: lines for people, or one JSON value. The caller decides whether colours may be used.

use std::io::{self, Write};

use diary_core::text::{Lang, json_shown, shown, shown_lines};

/// A place to print to.
pub struct Output<'a> {
    to: &'a mut dyn Write,
    json: bool,
    paint: bool,
    lang: Lang,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("json", &self.json).field("paint", &self.paint).finish_non_exhaustive()
    }
}

impl<'a> Output<'a> {
    /// Prints to `to`, in English until a command names another language; as JSON where `json`; with colours where
    /// `paint`.
    pub fn new(to: &'a mut dyn Write, json: bool, paint: bool) -> Self {
        Self { to, json, paint, lang: Lang::EN }
    }

    /// Language of the texts.
    #[must_use]
    pub(super) const fn lang(&self) -> Lang {
        self.lang
    }

    /// Sets the language of the texts.
    pub(super) const fn speak(&mut self, lang: Lang) {
        self.lang = lang;
    }

    /// True if colours may be used.
    #[must_use]
    pub const fn paint(&self) -> bool {
        self.paint
    }

    /// Prints a line immediately, for people who wait; prints nothing in JSON mode.
    ///
    /// # Errors
    /// The output was closed or could not be written.
    pub fn note(&mut self, line: &str) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        self.to.write_all(shown_lines(line).as_bytes())?;
        self.to.flush()
    }

    /// Prints `value` as JSON in JSON mode, else the text, in which control characters are shown as signs.
    ///
    /// # Errors
    /// The output was closed or could not be written.
    pub fn say(&mut self, value: &impl serde::Serialize, text: impl FnOnce() -> String) -> io::Result<()> {
        self.say_painted(value, || shown_lines(&text()).into_owned())
    }

    /// As [`Output::say`], for a text with colours: every part of it that comes from outside must already be in
    /// [`shown`] form.
    ///
    /// # Errors
    /// The output was closed or could not be written.
    pub(super) fn say_painted(
        &mut self,
        value: &impl serde::Serialize,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        if self.json {
            let json = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
            return writeln!(self.to, "{}", json_shown(&json));
        }
        let text = text();
        write!(self.to, "{text}{}", if text.ends_with('\n') || text.is_empty() { "" } else { "\n" })?;
        self.to.flush()
    }
}

/// Last eight digits of an id of 32, since some ids begin with the time; anything else unchanged. Whole ids are in
/// the JSON.
#[must_use]
pub(super) fn short(id: &str) -> String {
    let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if is_id { id.chars().skip(24).collect() } else { id.to_owned() }
}

/// Columns of equal width, by the width that terminals give to each character; the last one is not padded.
#[must_use]
pub(super) fn table(rows: &[Vec<String>]) -> String {
    use unicode_width::UnicodeWidthStr;
    let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
