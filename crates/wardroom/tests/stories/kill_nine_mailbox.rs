//! kill -9 of the serving program while a mail goes from a real Dovecot into the house: between fetching and recording, between recording and the
//! mark, between the mark and the move, and after the move before its answer. A gate on the line stops the talk at exactly that word. After each
//! kill the program is started again: every mail is one report, and in the end the mailbox is empty.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use wardroom_testkit::servers::Dovecot;

use crate::program::{Program, Served, text};

const PASSWORD: &str = "open sesame";
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the talk is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// The first bytes of a mail have come: they do not reach the program.
    Fetched,
    /// The program has it, and wants to mark it: the word does not reach the server.
    Mark,
    /// The same with the move.
    Move,
    /// The move reaches the server, its answer does not reach the program.
    Moved,
}

/// A line to Dovecot that can be stopped at a word.
struct Gate {
    port: u16,
    armed: Arc<Mutex<Option<Word>>>,
    stopped: Receiver<Word>,
}

impl Gate {
    fn before(server: u16) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let armed: Arc<Mutex<Option<Word>>> = Arc::default();
        let (tell, stopped) = channel();
        let watched = armed.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let deaf = Arc::new(AtomicU16::new(0));
                let (to_server, to_client) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (one, other) = (Side::new(&watched, &tell, &deaf), Side::new(&watched, &tell, &deaf));
                std::thread::spawn(move || one.commands(to_server, server));
                std::thread::spawn(move || other.answers(to_client, client));
            }
        });
        Gate { port, armed, stopped }
    }

    fn arm(&self, word: Word) {
        *self.armed.lock().unwrap() = Some(word);
    }
}

/// One direction of a connection.
struct Side {
    armed: Arc<Mutex<Option<Word>>>,
    tell: Sender<Word>,
    /// Not zero: nothing of the server's reaches the client any more.
    deaf: Arc<AtomicU16>,
}

impl Side {
    fn new(armed: &Arc<Mutex<Option<Word>>>, tell: &Sender<Word>, deaf: &Arc<AtomicU16>) -> Side {
        Side { armed: armed.clone(), tell: tell.clone(), deaf: deaf.clone() }
    }

    /// Whether the talk stops here.
    fn at(&self, word: Word) -> bool {
        let mut armed = self.armed.lock().unwrap();
        if *armed != Some(word) {
            return false;
        }
        *armed = None;
        true
    }

    /// Commands are short: each comes in one piece.
    fn commands(self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let said = text(&buffer[..count]).to_uppercase();
            let stop = match said.as_str() {
                said if said.contains("UID STORE") => Some(Word::Mark),
                said if said.contains("UID MOVE") => Some(Word::Move),
                _ => None,
            };
            if let Some(word) = stop.filter(|word| self.at(*word)) {
                self.tell.send(word).unwrap();
                std::thread::sleep(PATIENCE);
                return;
            }
            let moved = said.contains("UID MOVE") && self.at(Word::Moved);
            if moved {
                self.deaf.store(1, Ordering::SeqCst);
            }
            if to.write_all(&buffer[..count]).is_err() {
                return;
            }
            if moved {
                // Long enough for the server to do it.
                std::thread::sleep(Duration::from_millis(500));
                self.tell.send(Word::Moved).unwrap();
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    }

    fn answers(self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if text(&buffer[..count]).contains("BODY[]") && self.at(Word::Fetched) {
                self.tell.send(Word::Fetched).unwrap();
                std::thread::sleep(PATIENCE);
                return;
            }
            if self.deaf.load(Ordering::SeqCst) == 0 && to.write_all(&buffer[..count]).is_err() {
                return;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    }
}

/// Small ones, and one that comes in several pieces with a file that is kept beside the database.
fn mail(number: usize) -> Vec<u8> {
    let lines = if number.is_multiple_of(2) { 40_000 } else { 0 };
    let file = format!("{}\r\n", "QUJD".repeat(18)).repeat(lines);
    format!(
        "From: Rin <rin{number}@research.example>\r\nTo: psirt@vendor.example\r\nSubject: Mail {number}\r\nMessage-ID: <m{number}@research.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe flaw number {number}.\r\n\
         --b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=poc.bin\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{file}\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn no_report_is_lost_and_none_is_doubled() {
    let Some(dovecot) = Dovecot::start("psirt", PASSWORD).unwrap() else { return };
    let gate = Gate::before(dovecot.port());
    let program = Program::new();
    let password = program.file("password", PASSWORD.as_bytes());
    let settings = format!(
        "[mail]\naddress = \"psirt@vendor.example\"\npoll_seconds = 1\n[[mail.imap]]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         user = \"psirt\"\npassword_file = {:?}\nprocessed = \"Done\"\n",
        gate.port,
        password.display()
    );
    let config = program.file("wardroom.toml", settings.as_bytes());
    let config = config.to_str().unwrap();
    program.must(&["init", "--config", config]);
    let words = [Word::Fetched, Word::Mark, Word::Move, Word::Moved];
    let mut delivered = 0;
    for (round, word) in words.into_iter().cycle().take(8).enumerate() {
        for _ in 0..2 {
            dovecot.deliver(&mail(delivered)).unwrap();
            delivered += 1;
        }
        gate.arm(word);
        let mut served = program.serve_with(&["--config", config]);
        let stopped = gate.stopped.recv_timeout(PATIENCE);
        served.kill();
        assert_eq!(stopped.ok(), Some(word), "round {round}: {}", text(&served.log()));
        program.verify(&format!("round {round}, killed at {word:?}"));
        let served = program.serve_with(&["--config", config]);
        wait_until(&served, &format!("round {round}, after {word:?}"), || dovecot.mails("INBOX").unwrap().is_empty());
        served.stop();
        assert_eq!(program.reports(), delivered, "round {round}: every mail is one report, killed at {word:?}");
    }
    assert_eq!(dovecot.mails("Done").unwrap().len(), delivered, "and each lies where it was moved to, once");
    program.verify("at the end");
}

fn wait_until(served: &Served, what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}: {}", text(&served.log()));
        std::thread::sleep(Duration::from_millis(200));
    }
}
