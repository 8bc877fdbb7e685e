//! Addresses put together from parts.

use url::Url;

/// The address of `segments` below `base`, each segment escaped.
pub(super) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    // Only addresses that cannot be a base (`mailto:`) have no segments; settings refuse them.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
