//! Categories of the catalog: their keys, and the names that the documents give instead.

use super::ids;

/// Names of categories whose keys are published nowhere.
const UNDOCUMENTED: [&str; 4] = ["analytics", "consent", "consentandpreferences", "loyalty"];

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category<'a> {
    /// A category with this key, however the text is spelt.
    Key(&'a str),
    /// A category that exists, but whose key is not known.
    Undocumented,
    /// None.
    Unknown,
}

/// The category that a key or a name stands for.
pub fn read(text: &str) -> Category<'static> {
    let folded = fold(text);
    if let Some(key) = ids::CATEGORIES.into_iter().find(|key| fold(key) == folded) {
        Category::Key(key)
    } else if UNDOCUMENTED.contains(&folded.as_str()) {
        Category::Undocumented
    } else {
        Category::Unknown
    }
}

/// A key or name without what sets keys and names apart: case, blanks and hyphens; the plural of `databases`.
pub fn fold(text: &str) -> String {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if letters == "databases" { "database".to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_keys() {
        assert_eq!(read("Marketing Automation"), Category::Key("marketingAutomation"));
        assert_eq!(read("e-Commerce"), Category::Key("ecommerce"));
        assert_eq!(read("databases"), Category::Key("database"));
        assert_eq!(read("Consent and Preferences"), Category::Undocumented);
        assert_eq!(read("crms"), Category::Unknown);
        assert!(ids::CATEGORIES.into_iter().all(|key| read(key) == Category::Key(key)));
    }
}
