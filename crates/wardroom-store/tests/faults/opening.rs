//! Opening what is not ours, not whole or not writable: every refusal says what it found and what to do.

use std::path::Path;

use wardroom_store::{PgUrl, Place, SqlStore, Trouble};

use super::world::noon;

async fn refused(file: &Path) -> Trouble {
    match SqlStore::open(&Place::Sqlite(file.to_owned()), &file.with_extension("blobs"), noon()).await {
        Ok(_) => panic!("{} was opened", file.display()),
        Err(trouble) => trouble,
    }
}

#[tokio::test]
async fn foreign_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wardroom.sqlite");
    for content in [&b"half"[..], b"this is a letter and no database at all", &[0u8; 4096]] {
        std::fs::write(&file, content).unwrap();
        let trouble = refused(&file).await;
        assert!(matches!(trouble, Trouble::NotOurs { .. }), "{trouble}");
        assert!(trouble.to_string().contains("--data"), "{trouble}");
        assert_eq!(std::fs::read(&file).unwrap(), content);
    }
}

#[tokio::test]
async fn a_damaged_first_page_is_called_damage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wardroom.sqlite");
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.resize(8192, 0xaa);
    std::fs::write(&file, bytes).unwrap();
    let trouble = refused(&file).await;
    assert!(matches!(trouble, Trouble::Damaged { .. }), "{trouble:?}");
    assert!(trouble.to_string().contains("restore"), "{trouble}");
}

#[tokio::test]
async fn somebody_elses_database_is_left_alone() {
    use sqlx::Connection;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wardroom.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("CREATE TABLE recipes (a TEXT)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let trouble = refused(&file).await;
    assert!(matches!(trouble, Trouble::NotOurs { .. }), "{trouble}");
}

#[tokio::test]
async fn a_newer_or_changed_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (sql, newer) in
        [("INSERT INTO migration (version, name, hash, at) VALUES (99, 'x', 'x', 0)", true), ("UPDATE migration SET hash = 'x'", false)]
    {
        let file = folder.path().join(if newer { "newer.sqlite" } else { "changed.sqlite" });
        let place = Place::Sqlite(file.clone());
        SqlStore::open(&place, &folder.path().join("blobs"), noon()).await.unwrap().close().await;
        use sqlx::Connection;
        let mut connection =
            sqlx::SqliteConnection::connect_with(&sqlx::sqlite::SqliteConnectOptions::new().filename(&file)).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let trouble = refused(&file).await;
        assert_eq!(matches!(trouble, Trouble::Newer { found: 99, known: _ }), newer, "{trouble}");
        assert_eq!(matches!(trouble, Trouble::MigrationChanged { version: 1 }), !newer, "{trouble}");
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), b"x").unwrap();
    let trouble = refused(&folder.path().join("file").join("data").join("wardroom.sqlite")).await;
    assert!(matches!(trouble, Trouble::Directory { .. }), "{trouble}");
    assert!(trouble.to_string().contains("file/data") && trouble.to_string().contains("make it writable"), "{trouble}");
}

#[tokio::test]
async fn a_wrong_server_address_shows_no_password() {
    for url in ["postgres://ana:hunter2@127.0.0.1:1/wardroom", "not a url hunter2"] {
        let place = Place::Postgres(PgUrl(url.to_owned()));
        assert!(!format!("{place:?}").contains("hunter2"));
        let folder = tempfile::tempdir().unwrap();
        let Err(trouble) = SqlStore::open(&place, folder.path(), noon()).await else { panic!("opened {url}") };
        assert!(matches!(trouble, Trouble::Open { .. }), "{trouble:?}");
        assert!(!trouble.to_string().contains("hunter2"), "{trouble}");
    }
}
