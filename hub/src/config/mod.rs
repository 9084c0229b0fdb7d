//! The settings: `default.toml` is the manual, a file and the environment override it, and nothing unknown is accepted.

mod check;
mod list;
mod provider;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};

pub use self::provider::{Provider, SignatureAlgorithm};
pub use self::settings::{
    Actors, Attachments, Auth, Data, Database, Http, Keys, Limits, Log, LogFormat, Realtime, Recordings,
    Secret, Settings, Twilio,
};

/// The manual, and the lowest layer.
pub const DEFAULTS: &str = include_str!("default.toml");

/// The file that is read from the working directory when `--config` names no other.
pub const DEFAULT_FILE: &str = "switchboard.toml";

/// Why the settings cannot be used. The texts are for the person who wrote them.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the settings file {} does not exist", .0.display())]
    Missing(PathBuf),
    #[error("the settings cannot be read: {0}")]
    Unreadable(String),
    #[error("{name} must not stand in {}: set {variable}, or keep it in the keys folder", file.display())]
    SecretInFile { name: &'static str, variable: &'static str, file: PathBuf },
    #[error("{}", .0.join("\n"))]
    Refused(Vec<String>),
}

/// Reads the three layers. `file` must exist when it is given; without it `switchboard.toml` may.
pub fn load(file: Option<&Path>) -> Result<Settings, SettingsError> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.to_ascii_uppercase().starts_with("SWITCHBOARD__"))
        .collect();
    match file {
        Some(path) if !path.exists() => Err(SettingsError::Missing(path.to_owned())),
        Some(path) => layered(Some(path), environment),
        None => layered(Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists()), environment),
    }
}

/// The same with nothing ambient, for tests.
pub fn layered(file: Option<&Path>, environment: HashMap<String, String>) -> Result<Settings, SettingsError> {
    if let Some(path) = file {
        refuse_secrets(path)?;
    }
    let variables = Environment::with_prefix("SWITCHBOARD").prefix_separator("__").separator("__");
    let mut layers = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        layers = layers.add_source(File::from(path).format(FileFormat::Toml));
    }
    let merged = layers.add_source(variables.source(Some(environment))).build().map_err(unreadable)?;
    let settings: Settings = merged.try_deserialize().map_err(unreadable)?;
    let complaints = check::complaints(&settings);
    if complaints.is_empty() { Ok(settings) } else { Err(SettingsError::Refused(complaints)) }
}

/// Settings files are copied, committed and mailed; keys must not travel with them.
fn refuse_secrets(file: &Path) -> Result<(), SettingsError> {
    let source = File::from(file).format(FileFormat::Toml);
    let settings = Config::builder().add_source(source).build().map_err(unreadable)?;
    let secrets =
        [("keys.master", "SWITCHBOARD__KEYS__MASTER"), ("keys.signing", "SWITCHBOARD__KEYS__SIGNING")];
    match secrets.into_iter().find(|(name, _)| settings.get_string(name).is_ok_and(|text| !text.is_empty())) {
        Some((name, variable)) => Err(SettingsError::SecretInFile { name, variable, file: file.to_owned() }),
        None => Ok(()),
    }
}

fn unreadable(error: config::ConfigError) -> SettingsError {
    SettingsError::Unreadable(error.to_string())
}
