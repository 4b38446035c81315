//! A key directory over real TLS on this machine: found, not found, leading elsewhere, too large, silent, and not to be trusted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fall")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring::default_provider};
use wardroom_adapters::WebKeyDirectory;
use wardroom_app::ports::key_directory::{DirectoryTrouble, KeyDirectory};

/// A certificate for the two names of `research.example`; none where `openssl` is absent.
fn certificate(folder: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
    let (key, pem) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=research.example",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:research.example,DNS:openpgpkey.research.example",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&pem)
        .output();
    match made {
        Ok(output) if output.status.success() => Some((std::fs::read(pem).unwrap(), std::fs::read(key).unwrap())),
        _ => {
            println!("skipped: there is no openssl here, so nothing was checked over TLS");
            None
        }
    }
}

/// Answers every request by its path and notes the request lines.
async fn server(pem: &[u8], key: &[u8]) -> (SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
    let certs: Vec<_> = CertificateDer::pem_slice_iter(pem).map(Result::unwrap).collect();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(certs, PrivateKeyDer::from_pem_slice(key).unwrap()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let notes = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, notes) = (acceptor.clone(), notes.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = vec![0; 4_000];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                notes.lock().unwrap().push(request.clone());
                let answer: Vec<u8> = match request.split("?l=").nth(1).unwrap_or_default().split(' ').next().unwrap_or_default() {
                    "ada" => b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe bytes".to_vec(),
                    "moved" => b"HTTP/1.1 301 Moved\r\nLocation: https://169.254.169.254/latest\r\n\r\n".to_vec(),
                    "large" => [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &vec![b'x'; 400_000]].concat(),
                    "slow" => return tokio::time::sleep(Duration::from_secs(60)).await,
                    _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
                };
                let _gone = stream.write_all(&answer).await;
                let _gone = stream.shutdown().await;
            });
        }
    });
    (address, asked)
}

#[tokio::test]
async fn what_a_directory_says_is_taken_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let Some((pem, key)) = certificate(folder.path()) else { return };
    let (address, asked) = server(&pem, &key).await;
    let directory = WebKeyDirectory::new(Some(pem)).unwrap().leading_to(address);
    assert_eq!(directory.find("Ada@Research.Example").await.unwrap(), None, "the local part is told as it is written");
    assert_eq!(directory.find("ada@research.example").await.unwrap().as_deref(), Some(&b"the bytes"[..]));
    let request = asked.lock().unwrap()[1].clone();
    assert!(
        request.starts_with("GET /.well-known/openpgpkey/research.example/hu/")
            && request.contains("Host: openpgpkey.research.example\r\n"),
        "{request}"
    );
    assert!(!request.to_lowercase().contains("user-agent") && !request.to_lowercase().contains("cookie"), "{request}");
    let refused = |found: Result<Option<Vec<u8>>, DirectoryTrouble>| matches!(found, Err(DirectoryTrouble::Refused(_)));
    assert!(refused(directory.find("moved@research.example").await));
    assert!(refused(directory.find("large@research.example").await));
    assert_eq!(asked.lock().unwrap().len(), 4, "nothing was asked a second time");
    let begun = Instant::now();
    assert!(matches!(directory.find("slow@research.example").await, Err(DirectoryTrouble::Later(_))));
    assert!(begun.elapsed() < Duration::from_secs(12));
    // Another name than the certificate's, and a certificate nobody vouches for.
    assert!(matches!(directory.find("ada@other.example").await, Err(DirectoryTrouble::Later(_))));
    let trusting = WebKeyDirectory::new(None).unwrap().leading_to(address);
    assert!(matches!(trusting.find("ada@research.example").await, Err(DirectoryTrouble::Later(_))));
}

#[tokio::test]
async fn names_that_lead_inside_are_not_connected_to() {
    let directory = WebKeyDirectory::new(None).unwrap();
    for address in ["ada@localhost", "ada@127.0.0.1", "ada@[::1]", "ada@printer.local", "ada@metadata.internal"] {
        assert!(matches!(directory.find(address).await, Err(DirectoryTrouble::NotAnAddress)), "{address}");
    }
}
