//! Figures as tables: the median with the least and the most of all runs, or every single value.

use diary_tests::meter::spread;
use serde_json::{Value, json};

/// One figure in all its runs.
pub(crate) struct Figure {
    name: &'static str,
    values: Vec<f64>,
}

/// Figures of one measurement.
pub(crate) struct Row {
    of: String,
    figures: Vec<Figure>,
}

impl Row {
    /// A row without figures.
    pub(crate) fn new(of: impl Into<String>) -> Self {
        Self { of: of.into(), figures: Vec::new() }
    }

    /// Adds a value to the figure `name`, which carries its unit.
    pub(crate) fn add(&mut self, name: &'static str, value: f64) {
        match self.figures.iter_mut().find(|figure| figure.name == name) {
            Some(figure) => figure.values.push(value),
            None => self.figures.push(Figure { name, values: vec![value] }),
        }
    }

    /// The same in one go.
    pub(crate) fn with(mut self, name: &'static str, values: impl IntoIterator<Item = f64>) -> Self {
        values.into_iter().for_each(|value| self.add(name, value));
        self
    }
}

/// A table of figures.
pub(crate) struct Table {
    title: String,
    /// Method of measurement.
    how: String,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(title: impl Into<String>, how: impl Into<String>) -> Self {
        Self { title: title.into(), how: how.into(), rows: Vec::new(), notes: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a line below.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Table in Markdown, for readers.
    pub(crate) fn markdown(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for figure in self.rows.iter().flat_map(|row| &row.figures) {
            if !names.contains(&figure.name) {
                names.push(figure.name);
            }
        }
        let mut out = format!("### {}\n\n{}\n\n| |", self.title, self.how);
        names.iter().for_each(|name| out.extend([" ", name, " |"]));
        out.push_str("\n|---|");
        names.iter().for_each(|_| out.push_str("---:|"));
        for row in &self.rows {
            out.extend(["\n| ", &row.of, " |"]);
            for name in &names {
                let figure = row.figures.iter().find(|figure| figure.name == *name);
                out.extend([" ", &figure.map_or_else(String::new, |figure| cell(&figure.values)), " |"]);
            }
        }
        out.push('\n');
        self.notes.iter().for_each(|note| out.extend(["\n", note, "\n"]));
        out
    }

    /// Every value as JSON, for programs.
    pub(crate) fn json(&self) -> Value {
        let row = |row: &Row| {
            let figures = row.figures.iter().map(|one| (one.name.to_owned(), json!(one.values)));
            json!({ "of": row.of, "figures": figures.collect::<serde_json::Map<_, _>>() })
        };
        let rows: Vec<Value> = self.rows.iter().map(row).collect();
        json!({ "title": self.title, "how": self.how, "rows": rows, "notes": self.notes })
    }
}

/// A count as a figure.
pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

/// The median, and the least and the most where there was more than one run.
fn cell(values: &[f64]) -> String {
    let (least, median, most) = spread(values);
    match values {
        [one] => short(*one),
        _ => format!("{} [{}..{}]", short(median), short(least), short(most)),
    }
}

/// Three digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        v if v > 0.0 => format!("{value:.3}"),
        _ => "0".to_owned(),
    }
}
