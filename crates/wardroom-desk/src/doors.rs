//! The table of doors: every route with what it needs, enforced before the handler runs. One table makes the router, the snapshot of
//! rights and the API description.

use crate::api::Verb;
use crate::app::App;
use crate::fields::{Fields, LONGEST_FORM};
use crate::seat::Seat;
use crate::stop::Stop;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use std::sync::Arc;
use wardroom_app::people::SignedIn;
use wardroom_domain::Refusal;
use wardroom_domain::people::Act;
use wardroom_seal::{Token, TokenKind, same_secret};
use wardroom_web::redirect::see_other;
use wardroom_web::tongue::cookie;
use wardroom_web::{Problem, Tongue};

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: sign-in itself.
    Nobody,
    /// A session, even of somebody who is not enrolled yet: the account page.
    Account,
    /// Anybody of the team; the things shown are each filtered for the viewer.
    Team,
    /// Somebody with one of these rights.
    May(&'static [Act]),
}

impl Need {
    /// As the snapshot writes it.
    pub fn describe(self) -> String {
        match self {
            Need::Nobody => "nobody".to_owned(),
            Need::Account => "account".to_owned(),
            Need::Team => "team".to_owned(),
            Need::May(acts) => acts.iter().map(|act| act.as_str()).collect::<Vec<_>>().join("|"),
        }
    }
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub need: Need,
}

/// The doors while they are being hung.
pub struct Doors {
    app: App,
    router: Router<App>,
    table: Vec<Row>,
}

impl Doors {
    pub fn new(app: &App) -> Doors {
        Doors { app: app.clone(), router: Router::new(), table: Vec::new() }
    }

    pub fn get<H, T>(&mut self, path: &'static str, need: Need, handler: H) -> &mut Doors
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.hang("GET", path, need, axum::routing::get(handler))
    }

    pub fn post<H, T>(&mut self, path: &'static str, need: Need, handler: H) -> &mut Doors
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.hang("POST", path, need, axum::routing::post(handler))
    }

    pub fn patch<H, T>(&mut self, path: &'static str, need: Need, handler: H) -> &mut Doors
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.hang("PATCH", path, need, axum::routing::patch(handler))
    }

    fn hang(&mut self, method: &'static str, path: &'static str, need: Need, handler: MethodRouter<App>) -> &mut Doors {
        let guarded = handler.layer(from_fn_with_state((self.app.clone(), need), admit));
        self.router = std::mem::take(&mut self.router).route(path, guarded);
        self.table.push(Row { method, path, need });
        self
    }

    /// Hangs one handler for all verbs of a resource (`POST /api/v1/inbox/{id}:accept`). The handler demands the right of each verb
    /// from the same list that is noted here.
    pub fn verbs<H, T>(&mut self, path: &'static str, handler: H, verbs: &'static [Verb]) -> &mut Doors
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.post(path, Need::Team, handler);
        // The bare address is no door of its own: without a verb it answers 405.
        self.table.pop();
        self.table.extend(verbs.iter().map(|verb| Row { method: "POST", path: verb.path, need: Need::May(verb.acts) }));
        self
    }

    pub fn into_router(self) -> Router<App> {
        let table: Arc<[Row]> = self.table.into();
        self.router.layer(from_fn_with_state(table, allow))
    }

    pub fn into_table(self) -> Vec<Row> {
        let mut table = self.table;
        table.sort_by_key(|row| (row.path, row.method));
        table
    }
}

/// Middleware: 405 names the methods of exactly this address (RFC 9110 §15.5.6). The router cannot: a resource and its verbs are one route
/// to it.
async fn allow(State(table): State<Arc<[Row]>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = methods(&table, &path);
        if let Ok(value) = HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(header::ALLOW, value);
        }
    }
    response
}

/// `GET,HEAD,PATCH`
fn methods(table: &[Row], path: &str) -> String {
    let mut methods: Vec<&str> = table.iter().filter(|row| leads_to(row.path, path)).map(|row| row.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(",")
}

/// Whether an address of the table is this one: `{…}` stands for one part, and a part with a colon in it names a verb.
fn leads_to(row: &str, path: &str) -> bool {
    let (mut rows, mut parts) = (row.split('/'), path.split('/'));
    loop {
        let (wanted, part) = match (rows.next(), parts.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) => (wanted, part),
            (Some(_), None) | (None, Some(_)) => return false,
        };
        let fits = match wanted.split_once('}') {
            Some((_, "")) => !part.contains(':'),
            Some((_, verb)) => part.ends_with(verb),
            None => wanted == part,
        };
        if !fits {
            return false;
        }
    }
}

/// Middleware of every door: who is it, may they, and is the form from our own page.
async fn admit(State((app, need)): State<(App, Need)>, mut request: Request, next: Next) -> Response {
    let tongue = Tongue::of(request.uri(), request.headers());
    if need == Need::Nobody {
        request = match with_fields(request, None).await {
            Ok(request) => request,
            Err(stop) => return stop.into_response(),
        };
        request.extensions_mut().insert(tongue);
        return next.run(request).await;
    }
    let program = is_for_programs(request.uri().path());
    let (signed_in, csrf) = match who(&app, request.headers(), program).await {
        Ok(Some(found)) => found,
        Ok(None) => return stranger(&request, &tongue, program),
        Err(stop) => return stop.into_response(),
    };
    if !program && !signed_in.enrolled && need != Need::Account {
        return see_other("/me").into_response();
    }
    if let Need::May(acts) = need
        && let Some(first) = acts.first()
        && !acts.iter().any(|act| signed_in.viewer.may(*act))
    {
        return Stop::from(Refusal::NotYourRole { act: *first }).into_response();
    }
    let seat = Seat {
        viewer: signed_in.viewer,
        person: signed_in.person,
        done: done(request.uri().query().unwrap_or_default()),
        tongue,
        digest: signed_in.access.digest,
        enrolled: signed_in.enrolled,
        csrf,
    };
    if !program {
        request = match with_fields(request, Some(&seat.csrf)).await {
            Ok(request) => request,
            Err(stop) => return stop.into_response(),
        };
    }
    request.extensions_mut().insert(seat);
    next.run(request).await
}

/// Addresses of programs: they bring a token and never a cookie.
fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics"
}

async fn who(app: &App, headers: &HeaderMap, program: bool) -> Result<Option<(SignedIn, String)>, Stop> {
    if program {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Some(text) = given.strip_prefix("Bearer ").or_else(|| given.strip_prefix("bearer ")) else { return Ok(None) };
        return Ok(app.desk.by_token(text.trim()).await?.map(|found| (found, String::new())));
    }
    let Some(text) = cookie(headers, app.cookie_name()) else { return Ok(None) };
    let Ok(token) = Token::parse(TokenKind::Session, text) else { return Ok(None) };
    Ok(app.desk.by_session(text).await?.map(|found| (found, token.derived("csrf"))))
}

/// Somebody we do not know: a program is told so, a person is shown the way in.
fn stranger(request: &Request, tongue: &Tongue, program: bool) -> Response {
    if program {
        let mut response = Problem::unauthorized().into_response();
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"wardroom\""));
        return response;
    }
    if *request.method() == Method::GET {
        let to: String = url::form_urlencoded::byte_serialize(tongue.path.as_bytes()).collect();
        return see_other(&format!("/sign-in?to={to}")).into_response();
    }
    Problem::unauthorized().into_response()
}

/// Reads the form of a POST and checks the session's token: in the field `csrf`, or in a header when script sends JSON.
async fn with_fields(request: Request, csrf: Option<&str>) -> Result<Request, Stop> {
    if *request.method() != Method::POST {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let json = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json {
        let given = parts.headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if csrf.is_some_and(|wanted| !same_secret(wanted.as_bytes(), given.as_bytes())) {
            return Err(Problem::cross_site().into());
        }
        return Ok(Request::from_parts(parts, body));
    }
    let bytes = to_bytes(body, LONGEST_FORM).await.map_err(|_| Problem::too_large())?;
    let fields = Fields::parse(&bytes);
    if csrf.is_some_and(|wanted| !same_secret(wanted.as_bytes(), fields.get("csrf").as_bytes())) {
        return Err(Problem::cross_site().into());
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// The word after `done=`, if it looks like one of ours.
fn done(query: &str) -> String {
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done");
    let word = found.map(|(_, value)| value.into_owned()).unwrap_or_default();
    if word.len() <= 40 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-') { word } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_own_methods_and_not_those_of_its_verbs() {
        let row = |method, path| Row { method, path, need: Need::Team };
        let table =
            [row("GET", "/a/{id}"), row("PATCH", "/a/{id}"), row("POST", "/a/{id}:go"), row("POST", "/a/{id}/b"), row("POST", "/a:all")];
        for (path, expected) in [
            ("/a/7", "GET,PATCH,HEAD"),
            ("/a/7:go", "POST"),
            ("/a/7:else", ""),
            ("/a/7/b", "POST"),
            ("/a:all", "POST"),
            ("/a", ""),
            ("/a/7/b/c", ""),
        ] {
            assert_eq!(methods(&table, path), expected, "{path}");
        }
    }
}
