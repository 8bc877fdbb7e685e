//! Where the platform is and who we are: profile, environment, files of credentials and the keychain, brought together.

use std::path::{Path, PathBuf};

use super::directory;
use crate::{
    cli::Global,
    config::{self, Config, Profile},
    error::Error,
    platform::{self, Given, ProfileValues, Settings, credentials, keychain, settings},
    workspace::{self, root_of},
};

/// The repository around, for verbs that need none.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) root: PathBuf,
    pub(super) config: Config,
}

impl Around {
    /// The configuration of the repository around the directory to work in; an empty one where there is no repository.
    pub(super) fn of(global: &Global) -> Result<Self, Error> {
        let here = directory(global)?;
        match root_of(&here) {
            Ok(root) => Ok(Self { config: Config::load(&root)?, root }),
            Err(workspace::Error::NoSources { .. }) => Ok(Self { root: here, config: Config::default() }),
            Err(error) => Err(error.into()),
        }
    }
}

/// The profile in use: the one that was named, or `default`. None for `emulator`, which is built in.
fn profile<'c>(global: &Global, config: &'c Config) -> Result<Option<&'c Profile>, Error> {
    match global.profile.as_deref() {
        Some(settings::EMULATOR) => Ok(None),
        Some(name) => match config.profiles.get(name) {
            Some(profile) => Ok(Some(profile)),
            None => Err(config::Error::UnknownProfile {
                name: name.to_owned(),
                known: config.profiles.keys().cloned().collect(),
            }
            .into()),
        },
        None => Ok(config.profiles.get("default")),
    }
}

/// The sandboxes that the profile guards as if they were production.
pub(super) fn protected<'c>(global: &Global, config: &'c Config) -> &'c [String] {
    let profile = config.profiles.get(global.profile.as_deref().unwrap_or("default"));
    profile.map(|profile| profile.protected.as_slice()).unwrap_or_default()
}

/// The name under which the keychain keeps the credentials of the profile in use.
pub(super) fn kept_as(global: &Global) -> &str {
    global.profile.as_deref().unwrap_or("default")
}

fn values(profile: &Profile) -> ProfileValues {
    ProfileValues {
        base_url: profile.base_url.clone(),
        ims_url: profile.ims_url.clone(),
        organization: profile.organization.clone(),
        sandbox: profile.sandbox.clone(),
    }
}

/// The settings as far as they go without credentials, for an inlet that asks for none.
pub(super) fn without_credentials(global: &Global, config: &Config) -> Result<Settings, Error> {
    let values = profile(global, config)?.map(values);
    let env = |name: &str| std::env::var(name).ok();
    Ok(settings::without_credentials(global.profile.as_deref(), values.as_ref(), &env)?)
}

/// The settings, checked.
pub(super) fn settings(global: &Global, config: &Config, root: &Path) -> Result<Settings, Error> {
    let profile = profile(global, config)?;
    let values = profile.map(values);
    let env = |name: &str| std::env::var(name).ok();
    let is_named = global.profile.is_some();
    let is_set = |name: &str| env(name).is_some_and(|value| !value.trim().is_empty());
    let in_environment = is_set("AEP_ACCESS_TOKEN") || is_set("AEP_CLIENT_SECRET");
    let of_profile = || {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let path = profile?.credentials.as_deref()?;
        Some(credentials::located(path, root, home.as_deref()))
    };
    let mut warnings = Vec::new();
    let mut locked = None;
    let mut file = |path: &Path| -> Result<_, Error> {
        let found = credentials::read(path)?;
        warnings = credentials::warnings(path);
        Ok(found)
    };
    let given = if global.profile.as_deref() == Some(settings::EMULATOR) {
        // A real secret is never sent to the emulator.
        None
    } else if let Some(path) = &global.credentials {
        let directory = global.directory.as_deref().unwrap_or(Path::new(""));
        Some(Given::Named(file(&directory.join(path))?))
    } else {
        match of_profile() {
            Some(path) if is_named => Some(Given::Named(file(&path)?)),
            _ if in_environment => None,
            Some(path) => Some(Given::Fallback(file(&path)?)),
            None => match keychain::load(kept_as(global)) {
                Ok(found) => found.map(Given::Fallback),
                Err(error) => {
                    locked = Some(error);
                    None
                }
            },
        }
    };
    let resolved = settings::resolve(global.profile.as_deref(), values.as_ref(), given.as_ref(), &env);
    let mut settings = match (resolved, locked) {
        // It matters only where nothing else had the credentials.
        (Err(platform::Error::Missing { .. }), Some(locked)) => return Err(locked.into()),
        (resolved, _) => resolved?,
    };
    settings.warnings = warnings;
    Ok(settings)
}
