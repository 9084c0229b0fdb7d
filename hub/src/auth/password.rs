//! Passwords: Argon2id, off the threads that answer HTTP, and never more at once than the machine has cores.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Argon2, Params};
use rand::TryRngCore;
use tokio::sync::{Semaphore, TryAcquireError};

use crate::error::{ApiError, Code};
use crate::invalid::invalid_field;

/// How many may wait for a core; the next is told to come back.
const WAITING: usize = 64;
/// Come back after this.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// NIST SP 800-63B: at least eight characters, and room for a sentence. The upper bound keeps hashing bounded.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// Why a password could not be hashed or compared; never why it does not match.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("too many sign-ins at once")]
    Busy,
    #[error("hashing failed: {0}")]
    Hashing(String),
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::rate_limited(RETRY_AFTER),
            PasswordError::Hashing(why) => Self::internal(why),
        }
    }
}

/// Is the password one we take? Anything of a good length is.
pub fn check_new(password: &str) -> Result<(), ApiError> {
    if LENGTH.contains(&password.chars().count()) {
        return Ok(());
    }
    let reason = format!("must have {} to {} characters", LENGTH.start(), LENGTH.end());
    Err(invalid_field("password", reason))
}

/// Hashes and compares. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    /// Compared with when there is no hash, so that nobody learns from the clock who has an account.
    decoy: Arc<str>,
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    /// With OWASP's parameters (19 MiB, two passes), one comparison per core at once.
    pub fn new() -> Result<Self, PasswordError> {
        Self::with_params(Params::default())
    }

    /// With parameters of one's own; a test that signs in a hundred times wants cheap ones.
    pub fn with_params(params: Params) -> Result<Self, PasswordError> {
        let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let decoy = hash(&argon2, "nobody has this password")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            argon2,
            decoy: decoy.into(),
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(WAITING + cores)),
        })
    }

    /// The hash to store.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let argon2 = self.argon2.clone();
        self.on_a_core(move || hash(&argon2, &password)).await
    }

    /// Does the password belong to the hash? Takes as long without a hash (`false`) as with one.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, PasswordError> {
        let (argon2, decoy) = (self.argon2.clone(), self.decoy.clone());
        self.on_a_core(move || {
            let known = stored.is_some();
            let parsed = PasswordHash::new(stored.as_deref().unwrap_or(&decoy))
                .map_err(|error| PasswordError::Hashing(error.to_string()))?;
            Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.queue.try_acquire().map_err(|refusal| match refusal {
            TryAcquireError::NoPermits => PasswordError::Busy,
            TryAcquireError::Closed => PasswordError::Hashing(refusal.to_string()),
        })?;
        let core = self.cores.clone().acquire_owned().await;
        let core = core.map_err(|closed| PasswordError::Hashing(closed.to_string()))?;
        // The permit goes with the work: a caller who gives up does not free a core that still computes.
        let done = web::block(move || (work(), drop(core))).await;
        done.map_err(|canceled| PasswordError::Hashing(canceled.to_string()))?.0
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, PasswordError> {
    let failed = |why: String| PasswordError::Hashing(why);
    let mut salt = [0; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut salt).map_err(|error| failed(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| failed(error.to_string()))?;
    let hashed =
        argon2.hash_password(password.as_bytes(), &salt).map_err(|error| failed(error.to_string()))?;
    Ok(hashed.to_string())
}

/// INVALID credentials, the same for an unknown e-mail, a wrong password and a disabled user.
pub fn refused() -> ApiError {
    ApiError::new(Code::Unauthenticated, "E-mail or password is wrong")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Passwords {
        Passwords::with_params(Params::new(Params::MIN_M_COST, 1, 1, None).unwrap()).unwrap()
    }

    #[actix_web::test]
    async fn a_password_matches_its_hash_and_no_other() {
        let passwords = cheap();
        let stored = passwords.hash("correct horse".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse".into(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("correct hors".into(), Some(stored.clone())).await.unwrap());
        assert_ne!(stored, passwords.hash("correct horse".into()).await.unwrap());
    }

    #[actix_web::test]
    async fn nobody_signs_in_with_the_password_of_the_decoy() {
        assert!(!cheap().verify("nobody has this password".into(), None).await.unwrap());
    }

    #[actix_web::test]
    async fn hashes_of_earlier_parameters_still_match() {
        let stored = cheap().hash("correct horse".into()).await.unwrap();
        let other = Passwords::with_params(Params::new(64, 2, 1, None).unwrap()).unwrap();
        assert!(other.verify("correct horse".into(), Some(stored)).await.unwrap());
    }

    #[actix_web::test]
    async fn one_more_than_can_wait_is_told_to_come_back() {
        let passwords = cheap();
        let _all =
            passwords.queue.acquire_many(u32::try_from(passwords.queue.available_permits()).unwrap()).await;
        let refusal = passwords.verify("x".into(), None).await.unwrap_err();
        assert_eq!(ApiError::from(refusal).code, Code::RateLimited);
    }

    #[test]
    fn a_new_password_has_eight_characters_of_any_kind() {
        assert!(check_new("äöüß1234").is_ok());
        assert_eq!(check_new("1234567").unwrap_err().code, Code::Invalid);
        assert!(check_new(&"x".repeat(257)).is_err());
    }
}
