//! A list with numbers, of which a person takes one.

use diary_core::measure::plain_digits;

use crate::failure::Failure;
use crate::screen::Screen;
use crate::words;

/// Shows the options and asks until one is taken, by its number or as `read` understands it. `None` where the person
/// leaves with Enter, q, or the end of the input.
pub(crate) fn choose<T: Clone>(
    screen: &mut Screen<'_>,
    question: &str,
    options: &[(T, String)],
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    screen.say(question)?;
    for (n, (_, label)) in (1..).zip(options) {
        screen.say_behind(&format!("  {n:>2}  "), label)?;
    }
    loop {
        let Some(line) = screen.ask("> ")? else { return Ok(None) };
        let typed = plain_digits(&line);
        if typed.is_empty() || words::is_typed(&typed.to_lowercase(), words::typed::leave) {
            return Ok(None);
        }
        let number = typed.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let by_number = number.and_then(|n| options.get(n)).map(|(value, _)| value.clone());
        let found = by_number.or_else(|| if number.is_some() { None } else { read(&typed) });
        if found.is_some() {
            return Ok(found);
        }
        let again = words::common::number_range(screen.lang, options.len());
        screen.say(&again)?;
    }
}
