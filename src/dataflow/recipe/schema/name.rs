//! Names that XDM takes: letters, digits and underscores, beginning with a letter.

use std::collections::BTreeSet;

/// The names of one object's fields, none twice.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A name of XDM for a name of the source; the same where it is one already.
    pub(super) fn take(&mut self, name: &str) -> String {
        let plain = plain(name);
        let mut unique = plain.clone();
        let mut number = 2;
        // Names differ in more than their case: some of what reads them does not see it.
        while !self.taken.insert(unique.to_lowercase()) {
            unique = format!("{plain}_{number}");
            number += 1;
        }
        unique
    }
}

fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' => plain.push(letter),
            // Several in a row say no more than one, and a leading one belongs to the platform.
            _ if plain.ends_with('_') || plain.is_empty() => {}
            _ => plain.push('_'),
        }
    }
    // A name that ends in an underscore of its own keeps it.
    if plain.ends_with('_') && !name.ends_with('_') {
        plain.pop();
    }
    match plain.chars().next() {
        None => "field".to_owned(),
        Some('0'..='9') => format!("field_{plain}"),
        Some(_) => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_never_twice() {
        let mut names = Names::default();
        for (name, taken) in [
            ("firstName", "firstName"),
            ("first-name", "first_name"),
            ("first name", "first_name_2"),
            ("FIRST_NAME", "FIRST_NAME_3"),
            ("_id", "id"),
            ("$type", "type"),
            ("1st", "field_1st"),
            ("名前", "field"),
            ("", "field_2"),
            ("a..b", "a_b"),
            ("price (EUR)", "price_EUR"),
        ] {
            assert_eq!(names.take(name), taken);
        }
    }
}
