//! Links to the parts of a long list.

use diary_core::text::Lang;
use maud::{Markup, html};

use crate::messages::today as say;

/// Parts beside the one that is shown to which there are links.
const BESIDE: usize = 2;

/// Links from one part of a list to others; nothing where the list has one part.
pub(super) fn links(lang: Lang, path: &str, (part, count): (usize, usize)) -> Markup {
    html! {
        @if count > 1 {
            nav class="line" aria-label=(say::parts(lang)) {
                @for (gap, one) in linked(part, count) {
                    @if gap { span { "…" } " " }
                    a class="button" href={ (path) "?part=" (one) } aria-current=[(one == part).then_some("page")] { (one + 1) }
                }
            }
        }
    }
}

/// Parts to which there are links: the first, those around `part`, and the last; with `true` where some are left out
/// before it.
fn linked(part: usize, count: usize) -> Vec<(bool, usize)> {
    let near = |one: &usize| *one == 0 || one.abs_diff(part) <= BESIDE || *one + 1 == count;
    let mut before = None;
    let mut link = |one: usize| {
        let gap = before.replace(one).is_some_and(|before| before + 1 < one);
        (gap, one)
    };
    (0..count).filter(near).map(&mut link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_parts_are_linked_and_a_gap_is_shown() {
        let of = |part, count| linked(part, count);
        assert_eq!(of(0, 1), [(false, 0)]);
        assert_eq!(of(1, 4), [(false, 0), (false, 1), (false, 2), (false, 3)]);
        let far = [(false, 0), (true, 8), (false, 9), (false, 10), (false, 11), (false, 12), (true, 199)];
        assert_eq!(of(10, 200), far);
        assert_eq!(of(199, 200), [(false, 0), (true, 197), (false, 198), (false, 199)]);
    }
}
