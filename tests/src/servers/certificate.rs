//! A certificate for `127.0.0.1`, signed by an authority that only the tests know.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of a certificate, in PEM.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The authority that signed it.
    pub authority: PathBuf,
    /// The certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Certificate {
    /// Makes one in a folder.
    ///
    /// # Panics
    /// When `openssl` refuses; it comes with the mail servers.
    pub fn make(folder: &Path) -> Self {
        let file = |name: &str| folder.join(name);
        let made = Self { authority: file("autorite.pem"), certificate: file("serveur.pem"), key: file("serveur.cle") };
        fs::write(file("noms"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n")
            .expect("it is ours");
        for command in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=Essais -keyout autorite.cle -out autorite.pem",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=127.0.0.1 -keyout serveur.cle -out demande.pem",
            "x509 -req -in demande.pem -CA autorite.pem -CAkey autorite.cle -CAcreateserial -extfile noms -out serveur.pem",
        ] {
            let mut openssl = Command::new("openssl");
            openssl.args(command.split(' ')).current_dir(folder);
            let output = openssl.output().expect("openssl is installed (.ci/setup servers)");
            assert!(output.status.success(), "openssl {command}: {}", String::from_utf8_lossy(&output.stderr));
        }
        made
    }
}
