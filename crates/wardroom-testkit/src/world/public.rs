//! What anybody can see: the files of the public tree, and what the public face answers to somebody without any right.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use tower::ServiceExt;
use wardroom_app::disclosure::tree::world;
use wardroom_public::tree::{Snapshot, Tree};
use wardroom_public::{Face, router};

use super::World;
use super::finish::files;

/// What an anonymous visitor asks for. `{n}` stands for an advisory's number.
const ASKED: [&str; 27] = [
    "/",
    "/policy",
    "/report",
    "/track",
    "/advisories",
    "/check",
    "/feeds",
    "/pgp",
    "/thanks",
    "/receipt",
    "/receipt.txt",
    "/?lang=zh",
    "/report?lang=zh",
    "/advisories?q=firmware",
    "/advisories?severity=critical",
    "/advisories?q=VX-200&lang=zh",
    "/check?product=vx-200&version=2.4.1",
    "/check?product=bx-10&version=1",
    "/advisories/{n}",
    "/advisories/{n}?lang=zh",
    "/advisories/HARBOUR-SA-2026-0002",
    "/.well-known/security.txt",
    "/feeds/advisories.atom",
    "/healthz",
    "/readyz",
    "/api/v1/openapi.json",
    "/no-such-page",
];

impl World {
    /// The public face as a service, with the tree as it is now.
    pub async fn face(&self) -> Router {
        let seen = Arc::new(world(&self.house).await.unwrap());
        let files = files(&self.public_folder()).into_iter().map(|path| {
            let name = path.strip_prefix(self.public_folder()).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        });
        let tree = Tree::new(Snapshot::new(seen, files.collect::<Vec<_>>()));
        router(Face::new(self.public.clone(), tree, [7; 32]))
    }

    /// Asks the public face for something: status, and head and body as bytes.
    pub async fn ask(&self, face: &Router, method: &str, address: &str, code: Option<&str>) -> (u16, Vec<u8>) {
        self.ask_as(face, method, address, code.map(|code| format!("Receipt {code}"))).await
    }

    /// The same with any authorization.
    pub async fn ask_as(&self, face: &Router, method: &str, address: &str, authorization: Option<String>) -> (u16, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(address).header("host", "psirt.vendor.example");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4_711))));
        let response = face.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let mut bytes = format!("{:?}\n", response.headers()).into_bytes();
        bytes.extend(axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap());
        (status, bytes)
    }

    /// Everything the public can see: (where, bytes).
    pub async fn seen_by_anybody(&self) -> Vec<(String, Vec<u8>)> {
        let mut seen: Vec<(String, Vec<u8>)> =
            files(&self.public_folder()).into_iter().map(|path| (name(&path), std::fs::read(&path).unwrap())).collect();
        let face = self.face().await;
        for asked in ASKED {
            let address = asked.replace("{n}", "HARBOUR-SA-2026-0001");
            let (status, bytes) = self.ask(&face, "GET", &address, None).await;
            assert!(status < 500, "GET {address} answers {status}");
            seen.push((format!("GET {address}"), bytes));
        }
        for address in ["/api/v1/reports/self", "/api/v1/reports/self/messages"] {
            let method = if address.ends_with("self") { "GET" } else { "POST" };
            let (status, bytes) = self.ask(&face, method, address, Some("00000-00000-00000-00000-00000")).await;
            assert!((400..500).contains(&status), "{method} {address} answers {status} to a made-up code");
            seen.push((format!("{method} {address}"), bytes));
        }
        seen
    }

    /// The one text of all public files that hold it must be there: for stories that ask what the public reads.
    pub fn public_file(&self, path: &str) -> String {
        std::fs::read_to_string(self.public_folder().join(path)).unwrap_or_else(|error| panic!("public file {path}: {error}"))
    }

    /// Names of the files of the public tree.
    pub fn public_names(&self) -> Vec<String> {
        let folder = self.public_folder();
        files(&folder).iter().map(|path| path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned()).collect()
    }
}

fn name(path: &Path) -> String {
    format!("file {}", path.display())
}
