//! The encrypted way to a server, with the certificates that this machine trusts.

use super::link::Wire;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Encrypts a connection to `host`.
pub(super) async fn encrypted(wire: Wire, host: &str) -> Result<Wire, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config =
        ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let wire = TlsConnector::from(Arc::new(config)).connect(name, wire).await;
    Ok(Box::new(wire.map_err(|error| error.to_string())?))
}
