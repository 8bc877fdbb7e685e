//! Categories of the catalog: their keys, and the names that the documents give instead.

use crate::text::nearest::nearest;

/// Category keys that stand in published specs or in the platform's own description of its API, with the names that the
/// catalog shows.
pub const CATEGORIES: [(&str, &str); 10] = [
    ("advertising", "Advertising"),
    ("cloudStorage", "Cloud Storage"),
    ("crm", "CRM"),
    ("customerSuccess", "Customer Success"),
    ("database", "Database"),
    ("ecommerce", "e-Commerce"),
    ("marketingAutomation", "Marketing Automation"),
    ("payments", "Payments"),
    ("protocols", "Protocols"),
    ("streaming", "Streaming"),
];

/// Categories that the documents list by name and whose keys stand in none of them: the keys they would have.
const UNDOCUMENTED: [(&str, &str); 3] =
    [("analytics", "Analytics"), ("consentAndPreferences", "Consent and Preferences"), ("loyalty", "Loyalty")];

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// A category with this key, however the text is spelt.
    Key(&'static str),
    /// A category that exists, but whose key is documented nowhere; this is the form it would have.
    Undocumented(&'static str),
    /// None.
    Unknown,
}

/// The documented keys.
pub fn keys() -> [&'static str; CATEGORIES.len()] {
    CATEGORIES.map(|(key, _)| key)
}

/// The category that a key or a name stands for.
pub fn read(text: &str) -> Category {
    if let Some((key, _)) = CATEGORIES.iter().find(|(key, name)| *key == text || *name == text) {
        return Category::Key(key);
    }
    let folded = fold(text);
    let find = |table: &[(&'static str, &'static str)]| {
        let is = |text| letters(text).eq(folded.chars());
        table.iter().find(|(key, name)| is(key) || is(name)).map(|(key, _)| *key)
    };
    if let Some(key) = find(&CATEGORIES) {
        Category::Key(key)
    } else if let Some(key) = find(&UNDOCUMENTED) {
        Category::Undocumented(key)
    } else if folded == "consent" {
        Category::Undocumented("consentAndPreferences")
    } else {
        Category::Unknown
    }
}

/// What to do about a text that names no category.
pub fn suggestion(text: &str) -> String {
    match nearest(text, keys()) {
        Some(key) => format!("did you mean `{key}`?"),
        None => format!("the known keys are {}", crate::text::nearest::any_of(&keys())),
    }
}

/// A key or name without what sets keys and names apart: case, blanks and hyphens; the plural of `databases`.
pub fn fold(text: &str) -> String {
    let letters: String = letters(text).collect();
    if letters == "databases" { "database".to_owned() } else { letters }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_keys() {
        assert_eq!(read("Marketing Automation"), Category::Key("marketingAutomation"));
        assert_eq!(read("e-Commerce"), Category::Key("ecommerce"));
        assert_eq!(read("databases"), Category::Key("database"));
        assert_eq!(read("Consent and Preferences"), Category::Undocumented("consentAndPreferences"));
        assert_eq!(read("crms"), Category::Unknown);
        assert!(CATEGORIES.iter().all(|(key, name)| read(key) == Category::Key(key) && read(name) == read(key)));
    }

    #[test]
    fn what_is_none_is_told_the_nearest() {
        assert_eq!(suggestion("paymants"), "did you mean `payments`?");
        assert!(suggestion("zzz").contains("`streaming`"));
    }
}
