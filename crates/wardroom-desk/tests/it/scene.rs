//! A browser that keeps its cookie and copies the form token, and a program with its token.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;
use wardroom_app::ports::store::{Credentials, Store as _};
use wardroom_desk::DeskSettings;
use wardroom_domain::people::Viewer;
use wardroom_seal::{Token, TokenKind};
use wardroom_testkit::world::World;

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// Fails with the page's text when a status is not the one wanted.
    pub fn is(self, status: u16) -> Page {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The value of a hidden or typed field.
    pub fn field(&self, name: &str) -> String {
        let at = self.body.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name} in {}", self.body));
        let rest = &self.body[at..];
        rest.split('"').nth(3).unwrap().to_owned()
    }
}

/// The desk's router over a world.
pub fn desk(world: &World) -> Router {
    wardroom_desk::router(world.desk.clone(), DeskSettings::default())
}

pub async fn ask(router: &Router, request: Request<Body>) -> Page {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8_lossy(&to_bytes(body, 8 * 1024 * 1024).await.unwrap()).into_owned();
    Page { status: parts.status, headers: parts.headers, body }
}

/// Somebody's browser.
pub struct Browser {
    pub router: Router,
    pub session: String,
    pub lang: &'static str,
}

impl Browser {
    /// A browser of nobody.
    pub fn stranger(world: &World) -> Browser {
        Browser { router: desk(world), session: String::new(), lang: "en" }
    }

    /// Somebody of the team, enrolled and signed in.
    pub async fn of(world: &World, viewer: &Viewer) -> Browser {
        let person = viewer.person().unwrap();
        let enrolled = Credentials { password: Some("$argon2id$no".to_owned()), totp: Some(vec![1]), ..Credentials::default() };
        world.store.keep_credentials(person, &enrolled).await.unwrap();
        let session = world.desk.open_session(person).await.unwrap().to_string();
        Browser { router: desk(world), session, lang: "en" }
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.vendor.example")
            .header(header::ACCEPT_LANGUAGE, self.lang)
            .header(header::COOKIE, format!("__Host-wardroom={}", self.session))
            .header("sec-fetch-site", "same-origin")
    }

    pub async fn get(&self, path: &str) -> Page {
        ask(&self.router, self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub fn csrf(&self) -> String {
        Token::parse(TokenKind::Session, &self.session).map(|token| token.derived("csrf")).unwrap_or_default()
    }

    /// Sends a form with the session's token, as our pages do.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.send(path, &all).await
    }

    /// Sends a form as it is.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        ask(&self.router, request.body(Body::from(body.join("&"))).unwrap()).await
    }
}

/// A program with a token.
pub struct Program {
    router: Router,
    token: String,
}

impl Program {
    pub async fn of(world: &World, viewer: &Viewer) -> Program {
        let token = world.desk.make_token(viewer, viewer.person().unwrap(), "test", 1).await.unwrap().to_string();
        world.guard("an API token", &token);
        Program { router: desk(world), token }
    }

    pub fn with(world: &World, token: &str) -> Program {
        Program { router: desk(world), token: token.to_owned() }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Page {
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        ask(&self.router, request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Page {
        self.call("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Page {
        self.call("POST", path, Some(body)).await
    }
}
