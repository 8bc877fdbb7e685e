//! What holds of `sss.toml` of any bytes: it is read, or refused at a place that can be shown; and what it says is heeded.

use std::sync::Arc;

use self_serve_sources::{
    config::{Config, Setting},
    report,
    text::Document,
    workspace::layout::ArtifactKind,
};

use crate::source;

/// With findings of many rules.
const SPEC: &str = r#"{"name": "acme", "type": "generic-rest", "nme": 1, "name": "acme", "attributes": {"x": [1,]}}"#;

pub(crate) fn holds(data: &[u8]) {
    let document = Arc::new(Document::new("sss.toml", data.to_vec()));
    let config = match Config::read(&document) {
        Ok(config) => config,
        Err(error) => {
            let said = error.to_string();
            assert!(said.starts_with("sss.toml:"), "{said}");
            if let Some((document, span)) = error.excerpt() {
                assert!(document.text().get(span.range()).is_some(), "{span:?} of {error}");
                report::excerpt(document, span, false);
            }
            error.help();
            return;
        }
    };
    for suppression in &config.suppressions {
        // Quoted, or in one of TOML's other ways to write a text.
        assert!(!document.slice(suppression.span).is_empty(), "{suppression:?}");
        assert!(!suppression.reason.is_empty(), "{suppression:?}");
    }
    let artifacts = [(ArtifactKind::ConnectionSpec, SPEC.into()), (ArtifactKind::Label, "Acme".into())];
    let all = source::findings(&artifacts, true, &Config::default());
    let findings = source::findings(&artifacts, true, &config);
    source::hold(&findings);
    let is_set = |rule: &str| config.levels.contains_key(rule);
    for finding in &findings.findings {
        assert_ne!(config.levels.get(finding.rule), Some(&Setting::Allow), "{finding:#?}");
        if let Some(Setting::Report(level)) = config.levels.get(finding.rule) {
            assert_eq!(finding.level, *level, "{finding:#?}");
        }
    }
    if config.suppressions.is_empty() {
        let kept = all.findings.iter().filter(|found| config.levels.get(found.rule) != Some(&Setting::Allow)).count();
        assert_eq!(findings.findings.len(), kept, "only what is allowed is left out");
    }
    let untouched = |found: &&self_serve_sources::lint::Finding| !is_set(found.rule);
    assert!(findings.findings.iter().filter(untouched).count() <= all.findings.len());
}
