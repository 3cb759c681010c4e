//! Rust source taken apart just far enough for the rules: code, string literals and comments, line by line. No parser:
//! braces, quotes and comment marks are all it knows.

/// A source file taken apart.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The text with the insides of literals and all comments blanked; lines are where they were.
    pub(crate) code: String,
    /// Insides of string literals, each with the line it starts on.
    pub(crate) strings: Vec<(usize, String)>,
    /// Line comments that are no documentation, without the slashes, each with its line.
    pub(crate) comments: Vec<(usize, String)>,
}

/// Splits `text` into code, string literals and comments.
pub(crate) fn scan(text: &str) -> Scan {
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, line: 1, out: Scan::default() };
    while reader.at < chars.len() {
        reader.step();
    }
    reader.out
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    out: Scan,
}

impl Reader<'_> {
    fn step(&mut self) {
        let before_is_word =
            self.at > 0 && (self.chars[self.at - 1].is_alphanumeric() || self.chars[self.at - 1] == '_');
        match self.chars[self.at] {
            '/' if self.sees("//") => self.line_comment(),
            '/' if self.sees("/*") => self.block_comment(),
            '"' => self.string(0, true),
            'r' if !before_is_word || self.after_byte_mark() => match self.raw_hashes() {
                Some(hashes) => {
                    self.keep(1 + hashes);
                    self.string(hashes, false);
                }
                None => self.keep(1),
            },
            '\'' => self.quote(),
            _ => self.keep(1),
        }
    }

    fn sees(&self, what: &str) -> bool {
        self.chars[self.at..].iter().copied().take(what.len()).eq(what.chars())
    }

    /// True after the `b` of `br"…"`.
    fn after_byte_mark(&self) -> bool {
        self.chars[self.at - 1] == 'b'
            && (self.at < 2 || !(self.chars[self.at - 2].is_alphanumeric() || self.chars[self.at - 2] == '_'))
    }

    /// The number of `#` when a raw string starts here.
    fn raw_hashes(&self) -> Option<usize> {
        let rest = &self.chars[self.at + 1..];
        let hashes = rest.iter().take_while(|c| **c == '#').count();
        (rest.get(hashes) == Some(&'"')).then_some(hashes)
    }

    fn keep(&mut self, count: usize) {
        for _ in 0..count {
            let c = self.chars[self.at];
            self.line += usize::from(c == '\n');
            self.out.code.push(c);
            self.at += 1;
        }
    }

    /// Leaves `count` characters out of the code; line ends stay.
    fn blank(&mut self, count: usize) {
        for _ in 0..count {
            let newline = self.chars[self.at] == '\n';
            self.line += usize::from(newline);
            self.out.code.push(if newline { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    fn line_comment(&mut self) {
        let length = self.chars[self.at..].iter().take_while(|c| **c != '\n').count();
        let comment: String = self.chars[self.at + 2..self.at + length].iter().collect();
        if !comment.starts_with('/') && !comment.starts_with('!') {
            self.out.comments.push((self.line, comment));
        }
        self.blank(length);
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            if self.sees("/*") {
                depth += 1;
                self.blank(2);
            } else if self.sees("*/") {
                depth -= 1;
                self.blank(2);
            } else {
                self.blank(1);
            }
            if depth == 0 || self.at >= self.chars.len() {
                return;
            }
        }
    }

    /// Reads from the opening quote to the closing one, which is followed by `hashes` marks.
    fn string(&mut self, hashes: usize, escapes: bool) {
        let start_line = self.line;
        self.keep(1);
        let close = format!("\"{}", "#".repeat(hashes));
        let mut inside = String::new();
        while self.at < self.chars.len() && !self.sees(&close) {
            let taken = if escapes && self.sees("\\") { 2 } else { 1 };
            let taken = taken.min(self.chars.len() - self.at);
            inside.extend(&self.chars[self.at..self.at + taken]);
            self.blank(taken);
        }
        self.keep((1 + hashes).min(self.chars.len() - self.at));
        self.out.strings.push((start_line, inside));
    }

    /// A character literal is blanked, a lifetime kept.
    fn quote(&mut self) {
        let rest = &self.chars[self.at + 1..];
        let length = match rest {
            ['\\', _, tail @ ..] => tail.iter().position(|c| *c == '\'').map(|found| found + 2),
            [_, '\'', ..] => Some(1),
            _ => None,
        };
        self.keep(1);
        if let Some(length) = length {
            self.blank(length);
            self.keep(1);
        }
    }
}

/// A function: its name, its first and last line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// Offsets of the `fn` of each function in blanked code.
pub(crate) fn starts(code: &str) -> impl Iterator<Item = usize> + '_ {
    let begins = |at: &usize| {
        !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && code[at + 3..].starts_with(|c: char| c.is_alphabetic() || c == '_')
    };
    code.match_indices("fn ").map(|(at, _)| at).filter(begins)
}

/// The functions with a body in blanked code, in the order they start.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for start in starts(code) {
        let name: String =
            code[start + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let Some(body) = body_range(code, start) {
            let line_of = |at: usize| 1 + code[..at].matches('\n').count();
            found.push(Function { name, first: line_of(start), last: line_of(body.end) });
        }
    }
    found
}

/// The braces of the first body after `start`, or none when a `;` ends the item before one opens.
pub(crate) fn body_range(code: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let mut round = 0i32;
    let mut braces = 0i32;
    let mut open = None;
    for (offset, c) in code[start..].char_indices() {
        match c {
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            ';' if round == 0 && braces == 0 => return None,
            '{' => {
                braces += 1;
                open = open.or(Some(start + offset));
            }
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return open.map(|open| open..start + offset);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn code_strings_and_comments_are_told_apart() {
    let text = "let a = \"x // {\"; // why {\n/* { /* } */ */ let b = br#\"\"{\"#; let c = '{'; let d: &'a str = \"\\\"{\";";
    let scan = scan(text);
    assert!(!scan.code.contains('{'), "{}", scan.code);
    assert!(scan.code.contains("&'a str"));
    assert_eq!(scan.comments, [(1, " why {".to_owned())]);
    let strings: Vec<&str> = scan.strings.iter().map(|(_, inside)| inside.as_str()).collect();
    assert_eq!(strings, ["x // {", "\"{", "\\\"{"]);
}

#[test]
fn a_function_is_found_with_its_last_line() {
    let code = "trait T { fn a(x: [u8; 2]); }\nfn b() -> [u8; 2] {\n  if x { y }\n}\nlet c: fn (u8) = d;";
    assert_eq!(functions(code), [Function { name: "b".to_owned(), first: 2, last: 4 }]);
}
