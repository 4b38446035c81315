//! What lives beside the log because it must be changeable and forgettable: credentials, sessions and tokens (as digests),
//! settings and sealed secrets, answers to repeat, small sealed blobs. Deliberately nothing that history needs.

use jiff::Timestamp;
use wardroom_app::ports::store::{AccessRow, Credentials, Idempotency};
use wardroom_domain::log::StreamId;

use crate::db::{Arg, Row, Work};
use crate::log::read::instant;
use crate::trouble::Trouble;

/// The secrets of a person.
pub async fn credentials(work: &mut Work, person: &str) -> Result<Option<Credentials>, Trouble> {
    let sql = "SELECT password, totp, totp_last_step, passkeys FROM credential WHERE person = $1";
    let Some(row) = work.row(sql, &[Arg::Text(person)]).await? else { return Ok(None) };
    let step = row.maybe_int("totp_last_step")?;
    Ok(Some(Credentials {
        password: row.maybe_text("password")?,
        totp: row.maybe_bytes("totp")?,
        totp_last_step: step
            .map(u64::try_from)
            .transpose()
            .map_err(|_| Trouble::inconsistent("credential", "totp_last_step", person, "negative"))?,
        passkeys: row.maybe_bytes("passkeys")?,
    }))
}

/// Keeps the secrets of a person. The used step of one-time passwords never goes back, whoever writes last.
pub async fn keep_credentials(work: &mut Work, person: &str, kept: &Credentials) -> Result<(), Trouble> {
    let step = kept.totp_last_step.map(|step| i64::try_from(step).unwrap_or(i64::MAX));
    let args = [
        Arg::Text(person),
        Arg::MaybeText(kept.password.as_deref()),
        Arg::MaybeBytes(kept.totp.as_deref()),
        Arg::MaybeInt(step),
        Arg::MaybeBytes(kept.passkeys.as_deref()),
    ];
    work.run(
        "INSERT INTO credential (person, password, totp, totp_last_step, passkeys) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (person) DO UPDATE SET password = excluded.password, totp = excluded.totp, passkeys = excluded.passkeys, \
         totp_last_step = CASE WHEN credential.totp = excluded.totp AND credential.totp_last_step > excluded.totp_last_step \
         THEN credential.totp_last_step ELSE excluded.totp_last_step END",
        &args,
    )
    .await?;
    Ok(())
}

/// Keeps a session, a token or a link.
pub async fn keep_access(work: &mut Work, kept: &AccessRow) -> Result<(), Trouble> {
    let args = [
        Arg::Text(&kept.digest),
        Arg::Text(&kept.person),
        Arg::Text(&kept.kind),
        Arg::Int(kept.made_at.as_microsecond()),
        Arg::Int(kept.expires_at.as_microsecond()),
        Arg::Int(kept.last_used_at.as_microsecond()),
        Arg::Text(&kept.label),
    ];
    work.run(
        "INSERT INTO access (digest, person, kind, made_at, expires_at, last_used_at, label) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (digest) DO UPDATE SET person = excluded.person, kind = excluded.kind, made_at = excluded.made_at, \
         expires_at = excluded.expires_at, last_used_at = excluded.last_used_at, label = excluded.label",
        &args,
    )
    .await?;
    Ok(())
}

macro_rules! access_columns {
    () => {
        "SELECT digest, person, kind, made_at, expires_at, last_used_at, label FROM access "
    };
}

/// The session, token or link of a digest.
pub async fn access(work: &mut Work, digest: &str) -> Result<Option<AccessRow>, Trouble> {
    let row = work.row(concat!(access_columns!(), "WHERE digest = $1"), &[Arg::Text(digest)]).await?;
    row.as_ref().map(access_row).transpose()
}

/// All of a person's, the newest first.
pub async fn access_of(work: &mut Work, person: &str) -> Result<Vec<AccessRow>, Trouble> {
    let sql = concat!(access_columns!(), "WHERE person = $1 ORDER BY made_at DESC, digest");
    work.rows(sql, &[Arg::Text(person)]).await?.iter().map(access_row).collect()
}

fn access_row(row: &Row) -> Result<AccessRow, Trouble> {
    let at = |column| instant("access", column, "of a digest", row.int(column)?);
    Ok(AccessRow {
        digest: row.text("digest")?,
        person: row.text("person")?,
        kind: row.text("kind")?,
        made_at: at("made_at")?,
        expires_at: at("expires_at")?,
        last_used_at: at("last_used_at")?,
        label: row.text("label")?,
    })
}

/// Forgets one; true when it was there.
pub async fn drop_access(work: &mut Work, digest: &str) -> Result<bool, Trouble> {
    Ok(work.run("DELETE FROM access WHERE digest = $1", &[Arg::Text(digest)]).await? == 1)
}

/// Forgets all of a person's.
pub async fn drop_access_of(work: &mut Work, person: &str) -> Result<(), Trouble> {
    work.run("DELETE FROM access WHERE person = $1", &[Arg::Text(person)]).await?;
    Ok(())
}

/// Notes that one was used; never backwards.
pub async fn touch_access(work: &mut Work, digest: &str, now: jiff::Timestamp) -> Result<(), Trouble> {
    let sql = "UPDATE access SET last_used_at = $2 WHERE digest = $1 AND last_used_at < $2";
    work.run(sql, &[Arg::Text(digest), Arg::Int(now.as_microsecond())]).await?;
    Ok(())
}

/// The stream a delivery key was first seen with.
pub async fn seen(work: &mut Work, key: &str) -> Result<Option<StreamId>, Trouble> {
    let Some(row) = work.row("SELECT stream FROM seen WHERE key = $1", &[Arg::Text(key)]).await? else { return Ok(None) };
    let stream = StreamId::parse(&row.text("stream")?);
    stream.map(Some).ok_or_else(|| Trouble::inconsistent("seen", "stream", "of a known delivery", "not a stream id"))
}

/// A setting or a sealed secret.
pub async fn setting(work: &mut Work, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let row = work.row("SELECT value FROM setting WHERE name = $1", &[Arg::Text(name)]).await?;
    row.map(|row| row.bytes("value")).transpose()
}

/// Keeps a setting.
pub async fn keep_setting(work: &mut Work, name: &str, value: &[u8]) -> Result<(), Trouble> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    work.run(sql, &[Arg::Text(name), Arg::Bytes(value)]).await?;
    if let Some(end) = name.find(':') {
        let kind = name.get(..=end).unwrap_or(name);
        let sql = "INSERT INTO setting_change (kind, count) VALUES ($1, 1) \
                   ON CONFLICT (kind) DO UPDATE SET count = setting_change.count + 1";
        work.run(sql, &[Arg::Text(kind)]).await?;
    }
    Ok(())
}

/// How often settings of each kind were kept.
pub async fn setting_changes(work: &mut Work) -> Result<Vec<(String, u64)>, Trouble> {
    let rows = work.rows("SELECT kind, count FROM setting_change", &[]).await?;
    rows.iter().map(|row| Ok((row.text("kind")?, row.int("count")?.unsigned_abs()))).collect()
}

/// The names of settings that begin with `prefix`.
pub async fn setting_names(work: &mut Work, prefix: &str) -> Result<Vec<String>, Trouble> {
    let rows = work.rows("SELECT name FROM setting WHERE SUBSTR(name, 1, LENGTH($1)) = $1 ORDER BY name", &[Arg::Text(prefix)]).await?;
    rows.iter().map(|row| row.text("name")).collect()
}

/// A test message, put down.
pub async fn ask_test(work: &mut Work, id: &str, question: &[u8], at: Timestamp) -> Result<(), Trouble> {
    let sql = "INSERT INTO test_message (id, question, at) VALUES ($1, $2, $3)";
    work.run(sql, &[Arg::Text(id), Arg::Bytes(question), Arg::Int(at.as_microsecond())]).await?;
    Ok(())
}

/// Whether there is a test message, answered or not, from before `since`.
pub async fn has_old_tests(work: &mut Work, since: Timestamp) -> Result<bool, Trouble> {
    let row = work.row("SELECT COUNT(*) AS n FROM test_message WHERE at < $1", &[Arg::Int(since.as_microsecond())]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("n"))? > 0)
}

/// Forgets test messages and answers from before `since`.
pub async fn forget_tests(work: &mut Work, since: Timestamp) -> Result<(), Trouble> {
    work.run("DELETE FROM test_message WHERE at < $1", &[Arg::Int(since.as_microsecond())]).await?;
    Ok(())
}

/// Test messages without an answer.
pub async fn asked_tests(work: &mut Work, limit: u32) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let sql = "SELECT id, question FROM test_message WHERE question IS NOT NULL ORDER BY at, id LIMIT $1";
    let rows = work.rows(sql, &[Arg::Int(i64::from(limit))]).await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.bytes("question")?))).collect()
}

/// The answer to a test message, in its place.
pub async fn answer_test(work: &mut Work, id: &str, answer: &str) -> Result<(), Trouble> {
    work.run("UPDATE test_message SET question = NULL, answer = $2 WHERE id = $1", &[Arg::Text(id), Arg::Text(answer)]).await?;
    Ok(())
}

/// The answer to a test message.
pub async fn test_answer(work: &mut Work, id: &str) -> Result<Option<String>, Trouble> {
    let row = work.row("SELECT answer FROM test_message WHERE id = $1", &[Arg::Text(id)]).await?;
    row.map_or(Ok(None), |row| row.maybe_text("answer"))
}

/// Forgets one test message.
pub async fn forget_test(work: &mut Work, id: &str) -> Result<(), Trouble> {
    work.run("DELETE FROM test_message WHERE id = $1", &[Arg::Text(id)]).await?;
    Ok(())
}

/// Forgets what is kept for a while only.
pub async fn sweep_kept(work: &mut Work, before: &wardroom_app::ports::store::KeptBefore) -> Result<u64, Trouble> {
    let old = "DELETE FROM seen WHERE stream IN (SELECT id FROM report WHERE received_at < $1)";
    let seen = work.run(old, &[Arg::Int(before.seen.as_microsecond())]).await?;
    let quotas = work.run("DELETE FROM quota WHERE at < $1", &[Arg::Int(before.quotas.as_microsecond())]).await?;
    let present = work.run("DELETE FROM presence WHERE at < $1", &[Arg::Int(before.quotas.as_microsecond())]).await?;
    Ok(seen + quotas + present)
}

/// The answer a request got.
pub async fn answered(work: &mut Work, key: &str) -> Result<Option<Idempotency>, Trouble> {
    let row = work.row("SELECT fingerprint, answer FROM answer WHERE key = $1", &[Arg::Text(key)]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Idempotency { key: key.to_owned(), fingerprint: row.text("fingerprint")?, answer: row.bytes("answer")? }))
}

/// Forgets answers given before an instant.
pub async fn forget_answers(work: &mut Work, before: jiff::Timestamp) -> Result<u64, Trouble> {
    work.run("DELETE FROM answer WHERE at < $1", &[Arg::Int(before.as_microsecond())]).await
}

/// A small sealed blob.
pub async fn small_blob(work: &mut Work, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let row = work.row("SELECT sealed FROM blob WHERE name = $1", &[Arg::Text(name)]).await?;
    row.map(|row| row.bytes("sealed")).transpose()
}

/// Whether a fact names the blob.
pub async fn is_named(work: &mut Work, name: &str) -> Result<bool, Trouble> {
    let row = work.row("SELECT COUNT(*) AS n FROM blob_ref WHERE name = $1", &[Arg::Text(name)]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("n"))? > 0)
}
