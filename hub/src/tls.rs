//! TLS from PEM files, for hubs without a proxy in front.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("no certificate in {}: {why}", file.display())]
    Certificate { file: PathBuf, why: pem::Error },
    #[error("no private key in {}: {why}", file.display())]
    Key { file: PathBuf, why: pem::Error },
    #[error("the certificate and the key do not go together: {0}")]
    Pair(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 with the chain in `cert` (leaf first) and the key in `key`. actix adds the protocols it speaks.
pub fn server_config(cert: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let no_certificate = |why| TlsError::Certificate { file: cert.to_owned(), why };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(no_certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|why| TlsError::Key { file: key.to_owned(), why })?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
    }

    #[test]
    fn a_chain_and_its_key_make_a_server() {
        server_config(&fixture("localhost.pem"), &fixture("localhost.key.pem")).unwrap();
    }

    #[test]
    fn a_file_without_a_certificate_is_named() {
        let error = server_config(&fixture("localhost.key.pem"), &fixture("localhost.key.pem")).unwrap_err();
        assert!(error.to_string().contains("localhost.key.pem"), "{error}");
        let error = server_config(&fixture("localhost.pem"), &fixture("localhost.pem")).unwrap_err();
        assert!(matches!(error, TlsError::Key { .. }));
        let error = server_config(Path::new("/nowhere.pem"), &fixture("localhost.pem")).unwrap_err();
        assert!(error.to_string().contains("/nowhere.pem"), "{error}");
    }
}
