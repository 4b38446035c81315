//! Access tokens for a mailbox (OAuth 2.0, RFC 6749): from a file that another program keeps fresh, or got with a refresh token.
//! Deliberately no login in a browser: the first refresh token is made with the provider's own tools.

use async_trait::async_trait;
use serde::Deserialize;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// For one request to the token endpoint.
const PATIENCE: Duration = Duration::from_secs(30);
/// A token is not used in its last minute.
const MARGIN: Duration = Duration::from_secs(60);
/// What a token lives when the endpoint does not say (RFC 6749 section 5.1 only recommends to).
const LIFE: u64 = 300;
/// Largest answer read, in bytes.
const LARGEST: usize = 64 * 1024;

/// Where access tokens come from. Reasons hold no secret.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token to be used now.
    async fn token(&self) -> Result<Zeroizing<String>, String>;
    /// The server did not take the last one: the next is a fresh one.
    async fn refused(&self) {}
}

/// The first line of a file, read each time.
#[derive(Debug)]
pub struct TokenFile(pub PathBuf);

#[async_trait]
impl TokenSource for TokenFile {
    async fn token(&self) -> Result<Zeroizing<String>, String> {
        secret(&self.0)
    }
}

fn secret(path: &Path) -> Result<Zeroizing<String>, String> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    let plain = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(line.to_owned().into()) } else { Err(format!("{} holds no token in its first line", path.display())) }
}

/// How tokens are got with a refresh token (RFC 6749 section 6).
#[derive(Clone, Debug)]
pub struct Refresh {
    pub client_id: String,
    /// Public clients have none.
    pub client_secret_file: Option<PathBuf>,
    /// Written anew when the endpoint gives another refresh token.
    pub refresh_token_file: PathBuf,
    /// `https://…`; `http://` only on this machine.
    pub endpoint: String,
    /// Empty: as first granted.
    pub scope: String,
}

/// Tokens got with a refresh token, kept until shortly before their end.
pub struct RefreshedToken {
    how: Refresh,
    client: reqwest::Client,
    kept: Mutex<Option<(Zeroizing<String>, Instant)>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
}

#[derive(Deserialize, Default)]
struct Denied {
    #[serde(default)]
    error: String,
}

impl RefreshedToken {
    /// Nothing is asked for yet.
    pub fn new(how: Refresh) -> Result<RefreshedToken, String> {
        let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| how.endpoint.starts_with(start));
        if !how.endpoint.starts_with("https://") && !here {
            return Err("the token endpoint must begin with https://".to_owned());
        }
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|_| "no connection to a token endpoint can be set up".to_owned())?;
        Ok(RefreshedToken { how, client, kept: Mutex::new(None) })
    }

    async fn ask(&self) -> Result<Granted, String> {
        let refresh = secret(&self.how.refresh_token_file)?;
        let mut form = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.as_str().to_owned())];
        form.push(("client_id", self.how.client_id.clone()));
        if let Some(file) = &self.how.client_secret_file {
            form.push(("client_secret", secret(file)?.as_str().to_owned()));
        }
        if !self.how.scope.is_empty() {
            form.push(("scope", self.how.scope.clone()));
        }
        let body = Zeroizing::new(urlencoded(&form));
        let request = self.client.post(&self.how.endpoint).header("content-type", "application/x-www-form-urlencoded");
        let mut answer =
            request.body(body.as_str().to_owned()).send().await.map_err(|_| "the token endpoint does not answer".to_owned())?;
        let status = answer.status();
        let mut bytes = Zeroizing::new(Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(|_| "the token endpoint broke off its answer".to_owned())? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err("the token endpoint's answer is too long".to_owned());
            }
            bytes.extend_from_slice(&chunk);
        }
        if !status.is_success() {
            let denied: Denied = serde_json::from_slice(&bytes).unwrap_or_default();
            let code: String = denied.error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
            return Err(format!("the token endpoint refuses ({} {code}): sign in again and renew the refresh token", status.as_u16()));
        }
        serde_json::from_slice(&bytes).map_err(|_| "the token endpoint's answer holds no token".to_owned())
    }
}

#[async_trait]
impl TokenSource for RefreshedToken {
    async fn token(&self) -> Result<Zeroizing<String>, String> {
        let mut kept = self.kept.lock().await;
        if let Some((token, until)) = kept.as_ref()
            && Instant::now() + MARGIN < *until
        {
            return Ok(token.clone());
        }
        let granted = self.ask().await?;
        if let Some(fresh) = &granted.refresh_token {
            replace(&self.how.refresh_token_file, fresh)
                .map_err(|error| format!("cannot keep the new refresh token in {}: {error}", self.how.refresh_token_file.display()))?;
        }
        let token = Zeroizing::new(granted.access_token);
        let life = Duration::from_secs(granted.expires_in.unwrap_or(LIFE).min(86_400));
        *kept = Some((token.clone(), Instant::now() + life));
        Ok(token)
    }

    async fn refused(&self) {
        *self.kept.lock().await = None;
    }
}

/// The old one is there until the new one is whole.
fn replace(path: &Path, token: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

fn urlencoded(form: &[(&str, String)]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |text: &str| {
        text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect::<String>()
    };
    form.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Answers one request after another with these; gives back what was asked.
    async fn endpoint(answers: Vec<(u16, &'static str)>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}/token", listener.local_addr().unwrap());
        let served = tokio::spawn(async move {
            let mut asked = Vec::new();
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !String::from_utf8_lossy(&request).contains("grant_type") {
                    stream.read_buf(&mut request).await.unwrap();
                }
                asked.push(String::from_utf8(request).unwrap());
                let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            asked
        });
        (at, served)
    }

    #[tokio::test]
    async fn a_token_is_got_kept_and_got_anew() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("refresh");
        std::fs::write(&file, "first+token\n").unwrap();
        let (at, served) = endpoint(vec![
            (200, r#"{"access_token":"one","expires_in":3600,"refresh_token":"second","token_type":"Bearer"}"#),
            (200, r#"{"access_token":"two","expires_in":3600}"#),
            (400, r#"{"error":"invalid_grant","error_description":"second is void"}"#),
        ])
        .await;
        let how = Refresh {
            client_id: "wardroom".into(),
            client_secret_file: None,
            refresh_token_file: file.clone(),
            endpoint: at,
            scope: "https://mail.example/.default".into(),
        };
        let source = RefreshedToken::new(how).unwrap();
        assert_eq!(source.token().await.unwrap().as_str(), "one");
        assert_eq!(source.token().await.unwrap().as_str(), "one", "without asking again");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "second\n", "the endpoint rotates them");
        source.refused().await;
        assert_eq!(source.token().await.unwrap().as_str(), "two");
        source.refused().await;
        let why = source.token().await.unwrap_err();
        assert!(why.contains("invalid_grant") && !why.contains("second"), "{why}");
        let asked = served.await.unwrap();
        assert!(
            asked[0].contains("refresh_token=first%2Btoken&client_id=wardroom&scope=https%3A%2F%2Fmail.example%2F.default"),
            "{}",
            asked[0]
        );
        assert!(asked[1].contains("refresh_token=second"));
    }

    #[tokio::test]
    async fn what_holds_no_token_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        assert!(TokenFile(file.clone()).token().await.unwrap_err().contains("cannot read"));
        std::fs::write(&file, "a\u{1}b").unwrap();
        assert!(TokenFile(file.clone()).token().await.unwrap_err().contains("no token"));
        std::fs::write(&file, "ya29.abc\nrest").unwrap();
        assert_eq!(TokenFile(file.clone()).token().await.unwrap().as_str(), "ya29.abc");
        let how = Refresh {
            client_id: String::new(),
            client_secret_file: None,
            refresh_token_file: file,
            endpoint: "http://login.example/".into(),
            scope: String::new(),
        };
        assert!(RefreshedToken::new(how).is_err());
    }
}
