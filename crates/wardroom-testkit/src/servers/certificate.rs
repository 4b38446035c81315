//! A self-signed certificate for `localhost`, made by the `openssl` command.
//!
//! Not a certificate authority: the certificate is its own trust anchor and lives as long as the server it was made for.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{find_program, places, watch};

const REQUEST: &str = "\
[req]
distinguished_name = name
x509_extensions = leaf
prompt = no
[name]
CN = localhost
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
";

/// Where the two PEM files lie.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate; a client that trusts this file trusts the server.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Certificate {
    /// Makes one in `folder`, valid for two days. `None` when `openssl` is absent.
    pub(crate) fn make(folder: &Path) -> Result<Option<Self>> {
        let Some(openssl) = find_program("openssl") else {
            return Ok(None);
        };
        let made = Self { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
        let request = folder.join("certificate.cnf");
        places::write_config(&request, REQUEST)?;
        let mut command = Command::new(openssl);
        command.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
        command.arg("-config").arg(&request).arg("-keyout").arg(&made.key).arg("-out").arg(&made.certificate);
        watch::run(&mut command, &folder.join("openssl.log")).context("cannot make a test certificate")?;
        Ok(Some(made))
    }
}
