//! Every line anything in this process logs, at the finest level, for the canary to be looked for in.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static START: Once = Once::new();

/// Starts to capture (once in a process); gives the place from which on lines are this world's.
pub(super) fn capture() -> usize {
    START.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(Capture);
        // Somebody else's subscriber would make the search for the canary a search in nothing.
        subscriber.try_init().unwrap_or_else(|error| panic!("the log cannot be captured: {error}"));
    });
    lock().len()
}

/// What was logged from `start` on.
pub(super) fn since(start: usize) -> Vec<u8> {
    lock().get(start..).unwrap_or_default().to_vec()
}

fn lock() -> std::sync::MutexGuard<'static, Vec<u8>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Capture;
    fn make_writer(&'a self) -> Capture {
        Capture
    }
}
