//! A link as a QR code in a terminal: two rows of modules a line, in half blocks, with the quiet zone that scanners
//! need.

use fast_qr::{ECL, QRBuilder};

/// Modules of quiet zone on each side, as the standard asks for.
const QUIET: usize = 4;

/// Renders the code of `text`, or `None` where it is too long for one. `paint` sets black on white regardless of the
/// terminal's own colours; without it, filled places are the light modules, which suits dark terminals.
#[must_use]
pub(super) fn render(text: &str, paint: bool) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let width = code.size;
    let is_light = |x: usize, y: usize| {
        let inside = x >= QUIET && y >= QUIET && x < width + QUIET && y < width + QUIET;
        !inside || !code[y - QUIET][x - QUIET].value()
    };
    let side = width + 2 * QUIET;
    let mut out = String::new();
    for y in (0..side).step_by(2) {
        if paint {
            out.push_str("\x1b[97;40m");
        }
        for x in 0..side {
            // The side is odd: below the last row there is nothing, which is dark like the terminal.
            let below = y + 1 < side && is_light(x, y + 1);
            out.push(match (is_light(x, y), below) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        out.push_str(if paint { "\x1b[0m\n" } else { "\n" });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules of a rendered code, light ones as `true`.
    fn modules(rendered: &str) -> Vec<Vec<bool>> {
        let line = |line: &str| {
            let upper = line.chars().map(|c| "█▀".contains(c)).collect();
            let lower = line.chars().map(|c| "█▄".contains(c)).collect();
            [upper, lower]
        };
        rendered.lines().flat_map(line).collect()
    }

    #[test]
    fn a_link_fits_on_a_screen_with_its_quiet_zone_around_it() {
        let link = format!("https://keeper.example.org:8443/join#v1.{}", "A".repeat(140));
        let rendered = render(&link, false).unwrap();
        let modules = modules(&rendered);
        let side = modules[0].len();
        assert!(side <= 80 && rendered.lines().count() <= 40, "{side}");
        let quiet = modules[..QUIET].iter().all(|row| row.iter().all(|light| *light))
            && modules
                .iter()
                .take(side)
                .all(|row| row[..QUIET].iter().chain(&row[side - QUIET..]).all(|l| *l));
        assert!(quiet);
        // The finder pattern in the corner: a dark ring around a light one around a dark square.
        let row: Vec<bool> = modules[QUIET + 3][QUIET..QUIET + 8].to_vec();
        assert_eq!(row, [false, true, false, false, false, true, false, true]);
    }

    /// The text that a scanner reads from a rendered code, painted or not.
    fn scanned(rendered: &str) -> String {
        let modules = modules(&rendered.replace("\x1b[97;40m", "").replace("\x1b[0m", ""));
        let side = modules[0].len();
        // Each module is drawn as three by three points, since a camera sees several of each.
        let seen = |x: usize, y: usize| !modules[y / 3][x / 3];
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(3 * side, 3 * side, seen);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code is seen");
        grids[0].decode().expect("it is read").1
    }

    #[test]
    fn a_scanner_reads_the_link_whatever_its_length() {
        for length in [1, 20, 139, 140, 141, 300] {
            let link = format!("https://keeper.example.org:8443/join#v1.{}", "aZ-_9".repeat(length / 5 + 1));
            for paint in [false, true] {
                assert_eq!(scanned(&render(&link, paint).unwrap()), link);
            }
        }
        assert_eq!(scanned(&render("a", true).unwrap()), "a");
    }

    #[test]
    fn what_is_too_long_for_a_code_gives_none() {
        assert_eq!(render(&"x".repeat(8000), false), None);
    }
}
