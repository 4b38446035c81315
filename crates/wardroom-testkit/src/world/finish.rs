//! What must hold when a story ends: work accounted for, stored data sound, the log whole, a rebuild that changes nothing, and the planted
//! words in no place they do not belong.

use std::path::{Path, PathBuf};

use wardroom_app::ports::clock::Clock;
use wardroom_app::ports::store::{CaseQuery, InboxQuery, Store};
use wardroom_domain::case::CaseState;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_seal::hex;

use super::{Needles, World, logs};

impl World {
    /// Ends the story: checks everything.
    pub async fn finish(mut self) {
        self.work_is_accounted_for().await;
        self.stored_data_is_sound().await;
        self.a_rebuild_changes_nothing().await;
        self.no_mail_tells().await;
        self.nothing_is_told_to_anybody().await;
        self.no_log_tells().await;
        self.no_stored_byte_tells().await;
        if let Some(folder) = self.folder.take() {
            folder.close().unwrap();
        }
    }

    /// Ends a story whose facts were recorded by hand, without the people and cases around them: of what [`World::finish`] asks, only the
    /// log's own order can hold.
    pub async fn end_of_bare_facts(mut self) {
        assert_eq!(self.store.audit_verify(&[]).await.unwrap().broken, None);
        if let Some(folder) = self.folder.take() {
            folder.close().unwrap();
        }
    }

    /// Nothing waits that is due, nothing failed but what the story expects.
    async fn work_is_accounted_for(&self) {
        let now = self.clock.now();
        let jobs = self.store.jobs(10_000).await.unwrap();
        let due: Vec<_> = jobs.iter().filter(|job| matches!(job.state.as_str(), "waiting" | "leased") && job.next_at <= now).collect();
        assert_eq!(due.len(), self.notes().left_waiting, "jobs are due and not done: {due:?}");
        let mut failed = std::collections::BTreeMap::<String, usize>::new();
        for job in jobs.iter().filter(|job| job.state == "failed") {
            *failed.entry(job.kind.clone()).or_default() += 1;
        }
        assert_eq!(failed, self.notes().failed, "failed jobs");
        let errors: String = jobs.iter().map(|job| job.error.as_str()).collect::<Vec<_>>().join("\n");
        self.confidential().must_be_absent("an error of a job", errors.as_bytes());
    }

    /// `wardroom verify` and `wardroom audit verify`.
    pub async fn stored_data_is_sound(&self) {
        let findings = self.desk.verify().await.unwrap();
        assert!(findings.broken.is_empty(), "{:#?}", findings.broken);
        let audit = self.store.audit_verify(&[]).await.unwrap();
        assert_eq!(audit.broken, None);
        let head = self.store.head().await.unwrap();
        assert_eq!((audit.size, audit.root), (head.size, head.root));
    }

    /// Everything but the log is made from the log.
    async fn a_rebuild_changes_nothing(&self) {
        let before = self.projections().await;
        self.store.rebuild().await.unwrap();
        assert_eq!(self.projections().await, before, "a rebuild changed what the lists show");
    }

    /// What the lists show to somebody who sees everything, as text.
    pub async fn projections(&self) -> String {
        let (store, house) = (&self.store, Viewer::house());
        let reports = InboxQuery { states: ReportState::ALL.to_vec(), limit: 10_000, offset: 0 };
        let cases = CaseQuery { states: CaseState::ALL.to_vec(), limit: 10_000, offset: 0 };
        let far = "2099-01-01T00:00:00Z".parse().unwrap();
        format!(
            "{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:?}",
            store.inbox(&house, &reports).await.unwrap(),
            store.inbox_counts(&house).await.unwrap(),
            store.cases(&house, &cases).await.unwrap(),
            store.advisories(&house).await.unwrap(),
            store.published().await.unwrap(),
            store.identifiers(&house).await.unwrap(),
            store.clocks_due(far, 10_000).await.unwrap(),
            store.people().await.unwrap(),
            store.head().await.unwrap(),
        )
    }

    /// No mail shows the canary, or a reporter's identity outside of its own head, to those who carry it.
    async fn no_mail_tells(&self) {
        let mut needles = Needles::default();
        needles.add("the canary", &self.words.canary);
        if !self.notes().published {
            needles.add("the unpublished advisory", &self.words.news);
        }
        let mut people = Needles::default();
        people.add("a reporter's identity", &self.words.who);
        for (index, mail) in self.post.all().into_iter().enumerate() {
            let found = needles.found_in_mail(&mail.raw);
            assert!(found.is_empty(), "mail {index} shows {}", found.join(", "));
            let opened = super::Letter(mail.clone()).in_the_open();
            let said = format!("{} {} {:?}", opened.subject, opened.text, opened.attachments);
            needles.must_be_absent(&format!("mail {index}, read on its way,"), said.as_bytes());
            // The head names the reporter, because it must; nothing else does.
            people.must_be_absent(&format!("the text of mail {index}"), said.as_bytes());
            assert!(
                mail.raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998),
                "mail {index} has a line longer than mail may have"
            );
        }
    }

    /// Nothing anybody can see shows what is confidential.
    async fn nothing_is_told_to_anybody(&self) {
        let needles = self.confidential();
        for (place, bytes) in self.seen_by_anybody().await {
            needles.must_be_absent(&place, &bytes);
        }
    }

    /// Before publication: not a word of the advisory is public, or in clear on a disk.
    pub async fn nothing_is_public_yet(&self) {
        assert!(!self.notes().published, "the story published before");
        self.nothing_is_told_to_anybody().await;
        self.no_stored_byte_tells().await;
    }

    async fn no_log_tells(&self) {
        let lines = logs::since(self.log_start);
        assert!(!lines.is_empty(), "no log was captured, so nothing was looked for in it");
        self.confidential().must_be_absent("the log", &lines);
    }

    /// Database, write-ahead log, sealed files, and a backup.
    async fn no_stored_byte_tells(&self) {
        let needles = self.confidential();
        let backup = self.folder().join("backup");
        self.store.backup(&backup).await.unwrap();
        let mut folders = self.engine.folders(&self.data());
        folders.push(backup.clone());
        let mut searched = 0;
        for path in folders.iter().flat_map(|folder| files(folder)) {
            // A file of a running server may be gone meanwhile.
            let Ok(bytes) = std::fs::read(&path) else { continue };
            searched += bytes.len();
            needles.must_be_absent(&format!("file {}", path.display()), &bytes);
        }
        assert!(searched > 10_000, "only {searched} bytes were searched");
        std::fs::remove_dir_all(&backup).unwrap();
    }

    /// Everything that must not be seen now.
    fn confidential(&self) -> Needles {
        let mut needles = Needles::default();
        needles.add("the canary", &self.words.canary);
        needles.add("a reporter's identity", &self.words.who);
        needles.add("the master key", self.keys.master.to_text().trim());
        needles.add("the desk's key", &hex(self.keys.desk.expose().as_ref()));
        let notes = self.notes();
        if !notes.published {
            needles.add("the unpublished advisory", &self.words.news);
        }
        for (what, secret) in &notes.secrets {
            needles.add(what, secret);
        }
        needles
    }
}

/// Every file below a folder; none where there is no folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&path)),
            Ok(kind) if kind.is_file() => found.push(path),
            Ok(_) | Err(_) => {}
        }
    }
    found.sort();
    found
}
