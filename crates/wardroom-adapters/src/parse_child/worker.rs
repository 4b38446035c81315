//! The child's side: shields itself before it reads anything, then opens one mail after the other until its parent closes the pipe.
//! Deliberately says nothing to the world: no log, no messages of panics, which might quote what it reads.

use super::limits_unix;
use super::protocol::{
    Answer, Ask, Checked, Greeting, Listed, Parts, RAW_BYTES, Ready, Reported, WORDS_BYTES, What, read_frame, write_frame,
};
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;
use wardroom_app::intake::document;
use wardroom_app::ports::opener::checking;
use wardroom_formats::affected::sbom;
use wardroom_mail::keys::{KnownCert, SecretKeys, TeamSecret};
use wardroom_mail::smime::SmimeKey;
use wardroom_mail::{Limits, OpenedMail, STACK_BYTES, open_mail_here};
use zeroize::{Zeroize, Zeroizing};

/// What the hidden command `parse-worker` does. Call it first thing, before any thread is started: a process with threads cannot get a network of its own.
#[must_use]
pub fn run_parse_worker() -> ExitCode {
    run_parse_worker_with(|_| None)
}

/// The same with something done before each mail, which may answer in its place: by this, tests bring the child into trouble.
#[doc(hidden)]
#[must_use]
pub fn run_parse_worker_with(before: impl Fn(&[u8]) -> Option<OpenedMail> + Send) -> ExitCode {
    std::panic::set_hook(Box::new(|_| {}));
    let shield = limits_unix::shield();
    let work = move || {
        let ready = |locked_keys| Ready { shield, locked_keys };
        let (stdin, stdout) = (io::stdin(), io::stdout());
        serve(&mut stdin.lock(), &mut BufWriter::with_capacity(64 << 10, stdout.lock()), ready, before)
    };
    // One thread with the stack that parsing may take, for all the mails to come.
    std::thread::scope(|scope| {
        let working = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        match working.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
            Ok(Ok(Err(_)) | Err(_)) | Err(_) => ExitCode::FAILURE,
        }
    })
}

fn serve(
    input: &mut impl Read,
    output: &mut impl Write,
    ready: impl Fn(usize) -> Ready,
    before: impl Fn(&[u8]) -> Option<OpenedMail>,
) -> io::Result<()> {
    let Some(greeting) = read_frame(input, WORDS_BYTES)? else { return Ok(()) };
    let (keys, limits, locked) = greeted(greeting)?;
    say(output, &ready(locked))?;
    let mut known = Vec::new();
    while let Some(ask) = read_frame(input, WORDS_BYTES)? {
        let ask: Ask = serde_json::from_slice(&ask)?;
        if let Some(armored) = ask.known {
            known = armored.iter().filter_map(|key| KnownCert::parse(key.as_bytes()).ok()).collect();
        }
        let raw = Zeroizing::new(read_frame(input, RAW_BYTES)?.ok_or(io::ErrorKind::UnexpectedEof)?);
        let short = match ask.what {
            What::Mail => None,
            What::Csaf => {
                let told = checking::answered(&raw);
                let (refused, answer) = told.map_or_else(|refused| (Some(refused), None), |answer| (None, Some(answer)));
                write_frame(output, &serde_json::to_vec(&Checked { refused })?)?;
                if let Some(answer) = answer {
                    write_frame(output, &Zeroizing::new(answer))?;
                }
                output.flush()?;
                continue;
            }
            What::List => Some(serde_json::to_vec(&Listed { listing: wardroom_mail::archive::list(&raw) })?),
            What::Report => Some(serde_json::to_vec(&Reported { found: document::report_in(&raw) })?),
            What::Sbom => Some(serde_json::to_vec(&Parts { parts: sbom::read(&raw) })?),
        };
        if let Some(short) = short {
            write_frame(output, &Zeroizing::new(short))?;
            output.flush()?;
            continue;
        }
        let mut mail = before(&raw).unwrap_or_else(|| open_mail_here(&raw, &keys, &known, ask.now, &limits));
        drop(raw);
        let files: Vec<_> = mail.attachments.iter_mut().map(|file| Zeroizing::new(std::mem::take(&mut file.bytes))).collect();
        write_frame(output, &Zeroizing::new(serde_json::to_vec(&Answer { mail })?))?;
        for file in files {
            write_frame(output, &file)?;
        }
        output.flush()?;
    }
    Ok(())
}

/// Unlocks each key by itself: one that does not open must not keep the others from opening mail.
fn greeted(bytes: Vec<u8>) -> io::Result<(SecretKeys, Limits, usize)> {
    let bytes = Zeroizing::new(bytes);
    let mut greeting: Greeting = serde_json::from_slice(&bytes)?;
    let (mut keys, mut locked) = (SecretKeys::default(), 0);
    for held in &mut greeting.keys {
        if SmimeKey::is_pem(&held.armored) {
            match SmimeKey::import(&held.armored) {
                Ok(key) => keys = keys.with_smime(key),
                Err(_) => locked += 1,
            }
            held.armored.zeroize();
            continue;
        }
        match TeamSecret::import_all(held.armored.as_bytes(), held.passphrase.as_deref()) {
            Ok(unlocked) if held.retired => keys = unlocked.iter().fold(keys, SecretKeys::with_retired),
            Ok(unlocked) => keys = unlocked.iter().fold(keys, SecretKeys::with_active),
            Err(_) => locked += 1,
        }
        held.armored.zeroize();
        held.passphrase.zeroize();
    }
    Ok((keys, greeting.limits, locked))
}

fn say(output: &mut impl Write, words: &Ready) -> io::Result<()> {
    write_frame(output, &serde_json::to_vec(words)?)?;
    output.flush()
}
