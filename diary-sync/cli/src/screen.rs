//! The terminal as a command sees it: says, warns, asks. Lines are broken to its width; with `--json` nothing is said
//! or asked, and one JSON document ends the run.

use std::io;

use diary_core::text::{Lang, json_shown, shown, shown_lines};
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::terminal::{TextTable, columns, wrap, wrap_hanging};
use crate::words;

/// Lines longer than this are hard to read, however wide the terminal is.
const MOST_COLUMNS: usize = 100;

/// The terminal as a command sees it.
pub(crate) struct Screen<'a> {
    pub(crate) env: Environment<'a>,
    /// The language to speak.
    pub(crate) lang: Lang,
    /// True if results are written as JSON.
    pub(crate) json: bool,
    /// Instructions shown in this run: scripts get them also where the command fails afterwards.
    pub(crate) instructions: Vec<serde_json::Value>,
}

impl Screen<'_> {
    /// True if a person can be asked.
    pub(crate) const fn may_ask(&self) -> bool {
        self.env.interactive && !self.json
    }

    /// Columns to fill.
    pub(crate) fn width(&self) -> usize {
        self.env.width.clamp(24, MOST_COLUMNS)
    }

    /// Says something.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        let lines = wrap(&shown_lines(text), self.width());
        self.lines(lines)
    }

    /// Says something behind `head`, later lines hanging below the first.
    pub(crate) fn say_behind(&mut self, head: &str, text: &str) -> io::Result<()> {
        let lines = wrap_hanging(&shown_lines(head), &shown_lines(text), self.width());
        self.lines(lines)
    }

    /// Leaves a line free.
    pub(crate) fn blank(&mut self) -> io::Result<()> {
        self.lines(vec![String::new()])
    }

    /// Shows a table as it is.
    pub(crate) fn table(&mut self, table: &TextTable) -> io::Result<()> {
        self.lines(table.lines())
    }

    /// Shows something that must not be missed, between bars of the terminal's width.
    pub(crate) fn alarm(&mut self, title: &str, text: &str) -> io::Result<()> {
        let width = self.width();
        let bar = "█".repeat(width);
        let mut lines = vec![String::new(), bar.clone()];
        lines.extend(wrap_hanging("██  ", &shown_lines(title), width).into_iter().map(with_bar));
        lines.push("██".to_owned());
        lines.extend(wrap_hanging("██  ", &shown_lines(text), width).into_iter().map(with_bar));
        lines.push(bar);
        lines.push(String::new());
        self.lines(lines)
    }

    /// Shows digits that are read aloud, large and apart.
    pub(crate) fn digits(&mut self, digits: &str) -> io::Result<()> {
        let (first, second) = digits.split_at_checked(3).unwrap_or((digits, ""));
        let spaced = |part: &str| part.chars().map(String::from).collect::<Vec<_>>().join(" ");
        let inner = format!("   {}    {}   ", spaced(first), spaced(second));
        let rule = "═".repeat(columns(&inner));
        let blank = " ".repeat(columns(&inner));
        self.lines(vec![
            format!("  ╔{rule}╗"),
            format!("  ║{blank}║"),
            format!("  ║{inner}║"),
            format!("  ║{blank}║"),
            format!("  ╚{rule}╝"),
        ])
    }

    /// Says something that is no answer to the command: what is waited for, what was refused.
    pub(crate) fn warn(&mut self, text: &str) -> io::Result<()> {
        for line in wrap(&shown_lines(text), self.width()) {
            writeln!(self.env.stderr, "{line}")?;
        }
        self.env.stderr.flush()
    }

    /// Asks for a line. `None` when there are no more.
    pub(crate) fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        write!(self.env.stdout, "{}", shown_lines(prompt))?;
        self.env.stdout.flush()?;
        let line = self.read_line()?;
        if line.is_none() {
            writeln!(self.env.stdout)?;
        }
        Ok(line)
    }

    /// Asks whether to go on: only a clear yes is one.
    pub(crate) fn confirm(&mut self, question: &str) -> io::Result<bool> {
        let prompt = format!("{question} {} ", words::common::yes_or_no(self.lang));
        loop {
            let Some(answer) = self.ask(&prompt)? else { return Ok(false) };
            let answer = answer.trim().to_lowercase();
            if words::is_typed(&answer, words::typed::yes) {
                return Ok(true);
            }
            if words::is_typed(&answer, words::typed::no) {
                return Ok(false);
            }
        }
    }

    /// Asks for a line that is not to be seen.
    pub(crate) fn ask_secret(&mut self, prompt: &str) -> io::Result<Option<Zeroizing<String>>> {
        write!(self.env.stderr, "{prompt}")?;
        self.env.stderr.flush()?;
        match self.env.read_secret {
            Some(read) => match read() {
                Ok(line) => Ok(Some(Zeroizing::new(line))),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
                Err(error) => Err(error),
            },
            None => {
                let line = self.read_line()?;
                if self.env.interactive {
                    writeln!(self.env.stderr)?;
                }
                Ok(line.map(Zeroizing::new))
            }
        }
    }

    /// Everything that is still to be read.
    pub(crate) fn read_rest(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut self.env.stdin, &mut bytes)?;
        Ok(bytes)
    }

    /// The one JSON document.
    pub(crate) fn document(&mut self, value: &serde_json::Value) -> io::Result<()> {
        writeln!(self.env.stdout, "{}", json_shown(&value.to_string()))?;
        self.env.stdout.flush()
    }

    fn lines(&mut self, lines: Vec<String>) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        for line in lines {
            // Tables come here as they are.
            writeln!(self.env.stdout, "{}", shown(&line))?;
        }
        self.env.stdout.flush()
    }

    /// Bytes that are no UTF-8 become replacement characters: what they were meant for is refused as an answer there.
    fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Zeroizing::new(Vec::new());
        if io::BufRead::read_until(&mut self.env.stdin, b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&bytes);
        Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

/// Every line of an alarm begins with the bar.
fn with_bar(line: String) -> String {
    match line.strip_prefix("    ") {
        Some(rest) => format!("██  {rest}"),
        None => line,
    }
}
