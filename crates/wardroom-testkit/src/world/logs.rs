//! Every line anything in this process logs, at the finest level a program may switch on, for the canary to be looked for in.
//! With `WARDROOM_STORY_LOG` set they are printed as well.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static START: Once = Once::new();

/// Starts to capture (once in a process); gives the place from which on lines are this world's.
pub(super) fn capture() -> usize {
    START.call_once(|| {
        let quoting = wardroom_mail::QUOTING_LIBRARIES.map(|name| format!(",{name}=off")).concat();
        let everything_else = EnvFilter::new(format!("trace{quoting}"));
        let subscriber = tracing_subscriber::fmt().with_env_filter(everything_else).with_ansi(false).with_writer(Capture).finish();
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
        if std::env::var_os("WARDROOM_STORY_LOG").is_some() {
            std::io::stderr().write_all(bytes)?;
        }
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
