//! Large files arrive in pieces, sealed before they touch the disk; a broken line, a restart and a half-written piece lose nothing
//! that was acknowledged; the desk reads them back as streams; what nobody goes on with is swept.

use crate::told::record;
use bytes::Bytes;
use futures_util::StreamExt;
use wardroom_app::public_house::{BrokeOff, HandIn, HandInError, NewFile, UploadError};
use wardroom_seal::PIECE_BYTES;
use wardroom_testkit::world::{Policy, World};

/// Bytes in which every piece is another, and the canary everywhere.
fn content(world: &World, length: usize) -> Vec<u8> {
    let line = format!("{} large file, line ", world.words.canary);
    let mut bytes = Vec::with_capacity(length + 64);
    while bytes.len() < length {
        bytes.extend_from_slice(format!("{line}{}\n", bytes.len()).as_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn parts(bytes: &[u8]) -> Vec<Result<Bytes, BrokeOff>> {
    bytes.chunks(70_001).map(|part| Ok(Bytes::copy_from_slice(part))).collect()
}

fn new_file(length: usize) -> NewFile {
    NewFile { name: "../../trace.bin".to_owned(), media_type: "application/x-trace".to_owned(), length: Some(length as u64) }
}

#[tokio::test]
async fn a_broken_line_goes_on_where_it_stopped_and_the_desk_reads_it_all() {
    let mut world = World::new(Policy::OneDay).await;
    let length = 3 * PIECE_BYTES + 12_345;
    let bytes = content(&world, length);
    let token = world.public.begin_upload(new_file(length)).await.unwrap();
    // The line breaks in the middle of the second piece.
    let cut = PIECE_BYTES + 50_000;
    let mut broken = parts(&bytes[..cut]);
    broken.push(Err(BrokeOff));
    let refused = world.public.receive(&token, 0, &mut futures_util::stream::iter(broken)).await;
    assert!(matches!(refused, Err(UploadError::Interrupted)), "{refused:?}");
    // Nothing but the disk and the token is needed to go on.
    world.restart().await;
    let here = world.public.upload(&token).await.unwrap();
    assert_eq!((here.offset, here.whole), (PIECE_BYTES as u64, None));
    let wrong = world.public.receive(&token, cut as u64, &mut futures_util::stream::iter(parts(&bytes[cut..]))).await;
    assert!(matches!(wrong, Err(UploadError::Offset { at }) if at == PIECE_BYTES as u64), "{wrong:?}");
    let unfinished = world.public.hand_in(HandIn { uploads: vec![token.clone()], ..world.report() }).await;
    assert!(matches!(unfinished, Err(HandInError::FileGone)), "{unfinished:?}");

    let done = world.public.receive(&token, here.offset, &mut futures_util::stream::iter(parts(&bytes[PIECE_BYTES..]))).await.unwrap();
    let whole = done.whole.expect("it is whole");
    assert_eq!((whole.name.as_str(), whole.length), ("trace.bin", length as u64));
    assert_eq!(whole.sha256, sha256(&bytes));

    let handed = HandIn { uploads: vec![token.clone()], idempotency: Some("form:pieces-000000001".to_owned()), ..world.report() };
    let receipt = world.hand_in(handed.clone()).await;
    assert_eq!(world.hand_in(handed).await.code, receipt.code, "the same form again is the same report");
    let report = world.stream(&receipt.number).await;
    let record = record(&world, &report).await;
    let words = record.words();
    assert_eq!(words.attachments.len(), 3);
    assert_eq!((words.attachments[2].name.as_str(), words.attachments[2].sha256.as_str()), ("trace.bin", whole.sha256.as_str()));
    let (name, told, mut stream) = world.desk.attachment_stream(&world.team.ming, &report, 2).await.unwrap();
    assert_eq!((name.as_str(), told), ("trace.bin", Some(length as u64)));
    let mut back = Vec::new();
    while let Some(part) = stream.next().await {
        back.extend_from_slice(&part.unwrap());
    }
    assert!(back == bytes, "the desk reads what was sent");
    let (_, _, whole) = world.desk.attachment(&world.team.ming, &report, 2).await.unwrap();
    assert!(whole == bytes);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn awkward_lengths_and_lengths_nobody_knew() {
    let world = World::new(Policy::OneDay).await;
    let mut tokens = Vec::new();
    let lengths = [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES];
    for length in lengths {
        for declared in [Some(length as u64), None] {
            let bytes = content(&world, length);
            let token = world.public.begin_upload(NewFile { length: declared, ..new_file(length) }).await.unwrap();
            let done = world.public.receive(&token, 0, &mut futures_util::stream::iter(parts(&bytes))).await.unwrap();
            let whole = done.whole.unwrap_or_else(|| panic!("{length} {declared:?} is not whole"));
            assert_eq!((whole.length, whole.sha256), (length as u64, sha256(&bytes)), "{length} {declared:?}");
            tokens.push(token);
        }
    }
    let receipt = world.hand_in(HandIn { uploads: tokens, ..world.anonymous_report() }).await;
    let report = world.stream(&receipt.number).await;
    for (place, length) in lengths.iter().flat_map(|length| [*length; 2]).enumerate() {
        let (_, _, bytes) = world.desk.attachment(&world.team.ming, &report, 2 + place).await.unwrap();
        assert!(bytes == content(&world, length), "{length}");
    }
    world.finish().await;
}

#[tokio::test]
async fn files_are_added_later_and_both_sides_see_them() {
    let world = World::new(Policy::OneDay).await;
    let receipt = world.hand_in(world.anonymous_report()).await;
    let code = world.code(&receipt);
    let bytes = content(&world, 300_000);
    let token = world.public.begin_upload(new_file(bytes.len())).await.unwrap();
    world.public.receive(&token, 0, &mut futures_util::stream::iter(parts(&bytes))).await.unwrap();
    world.public.add_files(&code, std::slice::from_ref(&token)).await.unwrap();
    // A double click.
    world.public.add_files(&code, std::slice::from_ref(&token)).await.unwrap();
    let track = world.public.track(&code).await.unwrap();
    assert_eq!((track.files.len(), track.files[0].name.as_str(), track.we_owe), (1, "trace.bin", true));
    let report = world.stream(&receipt.number).await;
    let (name, _, back) = world.desk.attachment(&world.team.ming, &report, 2).await.unwrap();
    assert!(name == "trace.bin" && back == bytes);
    world.work().await;
    world.finish().await;
}

#[tokio::test]
async fn a_code_first_and_the_report_under_it() {
    let world = World::new(Policy::OneDay).await;
    let code = world.public.fresh_code();
    assert!(world.public.draft(&code).await.unwrap().is_none());
    let texts = vec![("description".to_owned(), format!("half a thought {}", world.words.canary))];
    world.public.keep_draft(&code, texts.clone()).await.unwrap();
    assert_eq!(world.public.draft(&code).await.unwrap().unwrap().texts, texts);
    let receipt = world.hand_in(HandIn { code: Some(code.clone()), ..world.anonymous_report() }).await;
    assert_eq!(receipt.code, code.to_string());
    assert!(world.public.draft(&code).await.unwrap().is_none(), "a draft that was handed in is gone");
    assert_eq!(world.public.track(&code).await.unwrap().number, receipt.number);
    let again = world.public.hand_in(HandIn { code: Some(code.clone()), ..world.anonymous_report() }).await;
    assert!(matches!(again, Err(HandInError::CodeUsed)), "{again:?}");
    assert!(world.public.keep_draft(&code, Vec::new()).await.is_err());
    world.finish().await;
}

#[tokio::test]
async fn limits_are_named_and_what_nobody_touches_is_swept() {
    let world = World::new(Policy::OneDay).await;
    let limits = world.public.upload_limits();
    let large = world.public.begin_upload(NewFile { length: Some(limits.file_bytes + 1), ..NewFile::default() }).await;
    assert!(matches!(large, Err(UploadError::TooLarge { limit }) if limit == limits.file_bytes), "{large:?}");
    let token = world.public.begin_upload(new_file(10)).await.unwrap();
    let more = world.public.receive(&token, 0, &mut futures_util::stream::iter(parts(&[7; 11]))).await;
    assert!(matches!(more, Err(UploadError::TooLarge { limit: 10 })), "{more:?}");
    world.public.drop_upload(&token).await.unwrap();
    assert!(matches!(world.public.upload(&token).await, Err(UploadError::Unknown)));
    world.finish().await;
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    wardroom_seal::hex(&Sha256::digest(bytes))
}
