#![doc = include_str!("misplaced_section.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misplaced-section",
    level: Level::Warning,
    page: include_str!("misplaced_section.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let there: Vec<_> =
        page.sections().into_iter().filter_map(|section| Some((section, page.heading(section)?))).collect();
    let stays = longest_rise(&there.iter().map(|(_, at)| *at).collect::<Vec<_>>());
    for (index, (section, at)) in there.iter().enumerate() {
        if stays[index] {
            continue;
        }
        let heading = &page.markdown.headings[*at];
        let follows = there[..index].iter().rev().zip(stays[..index].iter().rev()).find(|(_, stays)| **stays);
        let finding = sink.text(
            &page.document,
            heading.span,
            format!("the section `{}` is out of its order", excerpt(&heading.text)),
        );
        if let Some(((before, _), _)) = follows {
            finding
                .help(format!("it follows `{}`", excerpt(&page.markdown.headings[there_at(&there, before.id)].text)));
        } else {
            finding.help(format!("`{}` comes first", section.id));
        }
    }
}

fn there_at(there: &[(&crate::documentation::outline::Section, usize)], id: &str) -> usize {
    there.iter().find(|(section, _)| section.id == id).map_or(0, |(_, at)| *at)
}

/// Which of some numbers make up the longest sequence that rises; the others are the fewest that are out of order.
fn longest_rise(numbers: &[usize]) -> Vec<bool> {
    let mut lengths = vec![1; numbers.len()];
    let mut before = vec![None; numbers.len()];
    for at in 0..numbers.len() {
        for earlier in 0..at {
            if numbers[earlier] <= numbers[at] && lengths[earlier] + 1 > lengths[at] {
                (lengths[at], before[at]) = (lengths[earlier] + 1, Some(earlier));
            }
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut next = (0..numbers.len()).max_by_key(|at| (lengths[*at], std::cmp::Reverse(*at)));
    while let Some(at) = next {
        stays[at] = true;
        next = before[at];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::longest_rise;

    #[test]
    fn the_fewest_are_out_of_order() {
        assert_eq!(longest_rise(&[]), Vec::<bool>::new());
        assert_eq!(longest_rise(&[0, 1, 5, 2, 3]), [true, true, false, true, true]);
        assert_eq!(longest_rise(&[4, 0, 1, 1, 2]), [false, true, true, true, true]);
    }
}
