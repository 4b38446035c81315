//! One advisory in one format, for the team: as it was published, or as it would be now.
//!
//! Not here: the public tree (`tree`), which takes cleared publications only. What comes from here is for who may see the advisory.

use super::editor::Editor;
use super::tree::{Release, Voice, editions};
use crate::asked::Asked;
use crate::house::Desk;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryContent, Publication, content_hash};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_formats::rendering::Format;

/// A file of an advisory.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub file_name: String,
    pub media_type: &'static str,
    pub text: String,
}

impl Desk {
    /// The advisory in this format. Published and withdrawn ones come as they are public, byte for byte; of any other the instants are those
    /// of now. `lang` is `en`, `zh` or empty for the language of the machine document. Refused when the format has nothing to say, with why.
    pub async fn render_advisory(&self, viewer: &Viewer, advisory: &StreamId, format: Format, lang: &str) -> Asked<Rendered> {
        let record = self.must_advisory(viewer, advisory).await?;
        let publication = match record.file.published.last() {
            Some(last) if record.file.state.is_public() => last.clone(),
            _ => {
                let case = self.must_case(viewer, &record.file.case).await?;
                let content = self.project(&record, &case);
                let hash = content_hash(&content);
                Publication { version: content.version, hash, released_at: self.now(), content }
            }
        };
        let voice = Voice::new(self.profile(), &self.addresses.public_url, &self.addresses.mail);
        let editions = editions(Release::of(&publication), &voice);
        let text = editions.render(format, lang).map_err(|why| Refusal::FieldWrong { field: "format", why: why.to_string() })?;
        Ok(Rendered { file_name: format.file_name(&record.file.number), media_type: format.media_type(), text })
    }

    /// What is being written, in this format, as if it were released now; or why it cannot be had.
    pub fn render_written(&self, editor: &Editor, format: Format, lang: &str) -> Result<String, String> {
        self.render_content(editor, &editor.content, format, lang)
    }

    /// The same of another content of this advisory: a version to compare with.
    pub fn render_content(&self, editor: &Editor, content: &AdvisoryContent, format: Format, lang: &str) -> Result<String, String> {
        let released_at = editor.record.file.published.iter().find(|one| one.content == *content).map_or(self.now(), |one| one.released_at);
        let release = Release::at(content, &released_at);
        let voice = Voice::new(self.profile(), &self.addresses.public_url, &self.addresses.mail);
        editions(release, &voice).render(format, lang).map_err(|why| why.to_string())
    }
}
