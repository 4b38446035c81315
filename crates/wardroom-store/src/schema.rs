//! The migrations of this version, in order. Deliberately only a list: each is a file.

use crate::db::Migration;

/// All migrations, oldest first. One that was released is never changed.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "house", sql: include_str!("../migrations/0001_house.sql") },
    Migration { version: 2, name: "doors", sql: include_str!("../migrations/0002_doors.sql") },
    Migration { version: 3, name: "tests", sql: include_str!("../migrations/0003_tests.sql") },
    Migration { version: 4, name: "claim", sql: include_str!("../migrations/0004_claim.sql") },
    Migration { version: 5, name: "lists", sql: include_str!("../migrations/0005_lists.sql") },
    Migration { version: 6, name: "lean", sql: include_str!("../migrations/0006_lean.sql") },
    Migration { version: 7, name: "settings", sql: include_str!("../migrations/0007_settings.sql") },
    Migration { version: 8, name: "door_ignored", sql: include_str!("../migrations/0008_door_ignored.sql") },
    Migration { version: 9, name: "answers", sql: include_str!("../migrations/0009_answers.sql") },
    Migration { version: 10, name: "identifier", sql: include_str!("../migrations/0010_identifier.sql") },
    Migration { version: 11, name: "working", sql: include_str!("../migrations/0011_working.sql") },
    Migration { version: 12, name: "moment", sql: include_str!("../migrations/0012_moment.sql") },
    Migration { version: 13, name: "public_record", sql: include_str!("../migrations/0013_public_record.sql") },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Place, migrate};

    /// One row of each table that migration 6 makes anew.
    const ROWS: &str = "\
        INSERT INTO fact VALUES (1, 'org', 1, 'org.founded', 5, 'house', '{}', NULL, x'01', x'02', x'03', x'04');\
        INSERT INTO fact VALUES (2, 'rep_1', 1, 'report.received', 6, 'reporter', '{}', x'05', NULL, NULL, x'04', x'06');\
        INSERT INTO outbox VALUES (3, 'k', 'publish', 'org', x'07', 'leased', 1, 8, 9, 2, 'e');\
        INSERT INTO stream_key VALUES ('rep_1', x'08', NULL);\
        INSERT INTO numbered VALUES ('r-2026-0001', 'rep_1');\
        INSERT INTO report VALUES ('rep_1', 'R-2026-0001', 'opened', 1, 'mail', 'unsure', 'en', 'clear', 'none', 0, 6, 'case_1', 'l', 1, 2, 'receipt', 'promise', 7, 0);\
        INSERT INTO report VALUES ('rep_2', 'R-2026-0002', 'opened', 1, 'mail', 'unsure', 'en', 'clear', 'none', 0, 6, NULL, 'm', 1, 2, NULL, NULL, NULL, NULL);\
        INSERT INTO clock VALUES ('rep_1', 0, 'receipt', 7, 0);\
        INSERT INTO blob_ref VALUES ('b', 'rep_1', 9, 'h');\
        INSERT INTO seen VALUES ('s', 'rep_1');\
        INSERT INTO answer VALUES ('a', 'f', x'09', 10);";
    const TABLES: [&str; 9] = ["fact", "outbox", "stream_key", "numbered", "report", "clock", "blob_ref", "seen", "answer"];

    async fn dump(db: &Db) -> Vec<String> {
        let mut rows = Vec::new();
        let mut work = db.reading().await.unwrap();
        for table in TABLES {
            let columns =
                sqlx::AssertSqlSafe(format!("SELECT group_concat('quote(' || name || ')', '||'',''||') FROM pragma_table_info('{table}')"));
            let Db::Sqlite { read, .. } = db else { panic!("not SQLite") };
            let columns: String = sqlx::query_scalar(columns).fetch_one(read).await.unwrap();
            let all = sqlx::AssertSqlSafe(format!("SELECT '{table}: ' || {columns} FROM {table} ORDER BY 1"));
            rows.extend(sqlx::query_scalar::<_, String>(all).fetch_all(read).await.unwrap());
        }
        assert!(work.rows("PRAGMA integrity_check", &[]).await.unwrap().len() == 1);
        rows
    }

    #[tokio::test]
    async fn lean_tables_hold_what_the_others_held() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Place::Sqlite(folder.path().join("w.sqlite"))).await.unwrap();
        migrate(&db, &MIGRATIONS[..5], 0).await.unwrap();
        let mut work = db.writing().await.unwrap();
        work.script(ROWS.to_owned()).await.unwrap();
        work.commit().await.unwrap();
        let before = dump(&db).await;
        assert_eq!(before.len(), TABLES.len() + 2);
        migrate(&db, MIGRATIONS, 0).await.unwrap();
        assert_eq!(dump(&db).await, before);
        let mut work = db.writing().await.unwrap();
        for sql in ["UPDATE fact SET actor = 'house'", "DELETE FROM fact WHERE seq = 1", "INSERT INTO fact SELECT * FROM fact"] {
            assert!(work.run(sql, &[]).await.is_err(), "{sql}");
        }
        let plan = "EXPLAIN QUERY PLAN SELECT id FROM report WHERE case_id = 'case_1'";
        let plan = work.rows(plan, &[]).await.unwrap();
        assert!(plan.iter().any(|row| row.text("detail").unwrap().contains("report_case")), "reports of a case are found by their index");
    }
}
