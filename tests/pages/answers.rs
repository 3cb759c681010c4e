//! What the test reads for the script: codes from pictures, digits of a second factor, texts of printed sheets.

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

use data_encoding::{BASE32_NOPAD, BASE64};
use diary_core::time::{Clock, UtcMillis};
use diary_server::clock::SystemClock;
use diary_server::site::accounts::second_factor;
use serde_json::{Value, json};

/// The answer to a question that every part may ask.
///
/// # Panics
/// Panics for another question.
pub(crate) fn answer(question: &Value) -> Value {
    if let Some(picture) = question["scan"].as_str() {
        return json!({ "text": scanned(&BASE64.decode(picture.as_bytes()).unwrap()) });
    }
    if let Some(file) = question["pdf"].as_str() {
        return json!({ "pages": sheets(&BASE64.decode(file.as_bytes()).unwrap()) });
    }
    if let Some(secret) = question["secret"].as_str() {
        return json!({ "digits": digits(secret, question["later"].as_i64().unwrap()) });
    }
    panic!("the test has no answer to {question}");
}

/// The text of the one code in a picture.
fn scanned(picture: &[u8]) -> String {
    let mut reader = png::Decoder::new(Cursor::new(picture)).read_info().unwrap();
    let mut points = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut points).unwrap();
    let (width, height) = (frame.width as usize, frame.height as usize);
    let (samples, row) = (frame.color_type.samples(), frame.line_size);
    // Of a colour, its green.
    let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        points[y * row + x * samples + usize::from(samples > 2)]
    });
    let codes = seen.detect_grids();
    assert_eq!(codes.len(), 1, "one code is seen");
    codes[0].decode().expect("it is read").1
}

/// Digits of a second factor, some steps from now.
fn digits(secret: &str, later: i64) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    second_factor::digits(&secret, UtcMillis(SystemClock.now().0 + later * 30_000))
}

/// The text of each sheet of a PDF.
fn sheets(file: &[u8]) -> Vec<String> {
    let mut command = Command::new("pdftotext");
    let command = command.args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut into = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || into.write_all(file).unwrap());
        child.wait_with_output().unwrap()
    });
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\u{c}').map(str::to_owned).collect()
}
