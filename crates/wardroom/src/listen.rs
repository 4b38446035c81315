//! Accepting connections: many at once, none for ever. Whoever sends half a request and waits is let go, whoever sends a body by drops
//! too, so that thousands of idle or malicious connections cost a little memory and nothing else: the faces see a request when the
//! beginning of its body is here. HTTP/1.1 only: what stands in front (a TLS proxy) speaks it, and it has the fewest ways to be abused.
//! Deliberately without limits on what is asked: those are the faces'.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tower::Service as _;

/// From the beginning of a request (or the end of the one before) to the end of its header.
const HEADER: Duration = Duration::from_secs(30);
/// How long a body may keep us waiting, whatever its size.
const BODY: Duration = Duration::from_secs(30);
/// Bytes that earn a body another second of waiting.
const PACE: u64 = 1024;
/// So much of a body, or all of it, must be here before a face sees the request: handlers that wait cost more than bytes that wait.
const BEGINNING: usize = 4 * 1024;
/// Largest header, and the most that is read ahead of a body.
const BUFFER_BYTES: usize = 64 * 1024;
/// Connections at a time, if the system gives so many.
const MOST: u64 = 10_000;
/// Files kept free for everything that is no connection.
const RESERVED: u64 = 256;

/// Asks the system for as many open files as it lets us have. Gives how many connections each of two listeners may hold.
pub fn room() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wished = limit.maximum.unwrap_or(u64::MAX).min(2 * MOST + RESERVED);
    let now = limit.current.unwrap_or(u64::MAX);
    let files = match setrlimit(Resource::Nofile, Rlimit { current: Some(wished), maximum: limit.maximum }) {
        Ok(()) if wished > now => wished,
        Ok(()) | Err(_) => now,
    };
    usize::try_from((files.saturating_sub(RESERVED) / 2).clamp(16, MOST)).unwrap_or(16)
}

/// Serves a router until the stop, and requests under way to their end.
pub async fn accept(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    let seats = Arc::new(Semaphore::new(room()));
    let mut connections = JoinSet::new();
    loop {
        // Whoever is too many waits in the system's queue.
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let accepted = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => break,
            Some(_ended) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, caller)) => {
                let (router, stopped) = (router.clone(), stopped.clone());
                connections.spawn(async move {
                    serve(stream, caller, router, stopped).await;
                    drop(seat);
                });
            }
            Err(error) => {
                // Most often: no more files. It passes when others have gone.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(250)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(stream: TcpStream, caller: SocketAddr, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    // Answers are short and written at once; where this is not possible they come a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = if body.is_end_stream() {
                Body::empty()
            } else if head.headers.contains_key(header::EXPECT) {
                // Whoever asks first is answered first.
                Body::new(Paced::new(body))
            } else {
                match begun(Paced::new(body)).await {
                    Ok(body) => Body::new(body),
                    Err(error) => return Ok(too_slow(&error)),
                }
            };
            let mut request = Request::from_parts(head, body);
            request.extensions_mut().insert(ConnectInfo(caller));
            let answer: Result<_, Infallible> = router.call(request).await;
            answer
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER).max_buf_size(BUFFER_BYTES).half_close(false);
    let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(connection);
    let stop = async move {
        let _ended = stopped.wait_for(|stopped| *stopped).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop => {
            connection.as_mut().graceful_shutdown();
            connection.as_mut().await
        }
    };
    if let Err(error) = ended {
        // Never more than a word on it: everybody may break a connection, as often as they like.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Waits for the beginning of a body, and gives all of it.
async fn begun(mut body: Paced) -> Result<Paced, BoxError> {
    let mut ahead = VecDeque::new();
    let mut bytes = 0;
    while bytes < BEGINNING
        && let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        let frame = frame?;
        bytes += frame.data_ref().map_or(0, Bytes::len);
        ahead.push_back(frame);
    }
    Ok(Paced { ahead, ..body })
}

fn too_slow(error: &BoxError) -> Response<Body> {
    let mut answer = Response::new(Body::from(format!("{error}\n")));
    *answer.status_mut() = StatusCode::REQUEST_TIMEOUT;
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// A body that must come at a pace. Time in which nobody asks for it does not count.
struct Paced {
    /// What came already.
    ahead: VecDeque<Frame<Bytes>>,
    body: Incoming,
    bytes: u64,
    waited: Duration,
    /// Waiting since then.
    since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    fn new(body: Incoming) -> Paced {
        Paced { ahead: VecDeque::new(), body, bytes: 0, waited: Duration::ZERO, since: None, alarm: None }
    }

    /// How long it may keep us waiting altogether, for what it has sent so far.
    fn allowed(&self) -> Duration {
        BODY + Duration::from_secs(self.bytes / PACE)
    }
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(frame) = self.ahead.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(since) = self.since.take() {
                    self.waited += since.elapsed();
                }
                if let Some(Ok(frame)) = &frame {
                    self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)))
            }
            Poll::Pending => {
                let since = *self.since.get_or_insert_with(Instant::now);
                let due = since + self.allowed().saturating_sub(self.waited);
                let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
                if alarm.deadline() != due {
                    alarm.as_mut().reset(due);
                }
                alarm.as_mut().poll(context).map(|()| Some(Err("the body came too slowly".into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ahead.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let here: u64 = self.ahead.iter().filter_map(Frame::data_ref).map(|data| data.len() as u64).sum();
        let rest = self.body.size_hint();
        let mut whole = SizeHint::new();
        whole.set_lower(rest.lower() + here);
        if let Some(upper) = rest.upper() {
            whole.set_upper(upper + here);
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A server that says how long a body was; its address, and what stops it.
    async fn served() -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let count = |body: Result<Bytes, _>| async move { body.map_or_else(|_| "broken".to_owned(), |body| body.len().to_string()) };
        let router = axum::Router::new().route("/", post(count));
        let (stop, stopped) = watch::channel(false);
        (address, stop, tokio::spawn(accept(listener, router, stopped)))
    }

    async fn said(stream: &mut TcpStream) -> String {
        let mut said = String::new();
        // A reset is an end too.
        let _ = stream.read_to_string(&mut said).await;
        said
    }

    /// Time is the test's: it runs when everybody waits.
    #[tokio::test(start_paused = true)]
    async fn half_a_header_and_half_a_body_are_let_go() {
        let (address, stop, server) = served().await;
        for (half, most) in
            [("POST / HTTP/1.1\r\nHost: x\r\nX-Slow", HEADER), ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", BODY)]
        {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(half.as_bytes()).await.unwrap();
            let begin = Instant::now();
            let said = said(&mut stream).await;
            assert!(!said.contains("\r\n\r\n4"), "{said}");
            let took = begin.elapsed();
            assert!(took >= most && took < most + Duration::from_secs(5), "{took:?}");
        }
        stop.send(true).unwrap();
        server.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_slowly_and_steadily_is_taken() {
        let (address, _stop, _server) = served().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 204800\r\n\r\n").await.unwrap();
        // 200 KiB in 100 seconds.
        for _ in 0..50 {
            stream.write_all(&[b'x'; 4096]).await.unwrap();
            sleep(Duration::from_secs(2)).await;
        }
        assert!(said(&mut stream).await.ends_with("204800"));
    }

    #[tokio::test]
    async fn a_request_under_way_is_answered_after_the_stop() {
        let (address, stop, server) = served().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nha").await.unwrap();
        sleep(Duration::from_millis(100)).await;
        stop.send(true).unwrap();
        stream.write_all(b"lf").await.unwrap();
        assert!(said(&mut stream).await.ends_with("\r\n\r\n4"));
        server.await.unwrap();
    }
}
