//! The key page: the fingerprint, the key, and the commands to use it. Everything on it is public.

pub(crate) mod readable;

use crate::practice::{grouped, site};
use askama::Template;
use wardroom_app::disclosure::tree::{PublicKeyCard, PublicWorld};
use wardroom_web::qr::{self, Drawing};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page};

struct Card {
    fingerprint: String,
    user: String,
    created: String,
    expires: String,
    expired: bool,
    /// What an earlier key is still good for.
    state: String,
}

#[derive(Template)]
#[template(path = "pgp/pgp.html")]
struct KeyPage {
    page: Page,
    lead: String,
    active: Option<Card>,
    old: Vec<Card>,
    address: String,
    by_mail: String,
    locate: String,
    gpg: String,
    sq: String,
    qr: Drawing,
}

/// The key page as a file of the public tree.
#[must_use]
pub fn render_pgp(world: &PublicWorld, lang: Lang) -> String {
    let card = |key: &PublicKeyCard| Card {
        fingerprint: grouped(&key.fingerprint),
        user: key.user_id.clone(),
        created: key.created_at.strftime("%Y-%m-%d").to_string(),
        expires: key.expires_at.map_or_else(|| say::PGP_NEVER.say(lang).to_owned(), |at| at.strftime("%Y-%m-%d").to_string()),
        state: match (key.revoked, key.retires_at.filter(|_| !key.retired)) {
            (true, _) => say::PGP_REVOKED.say(lang).to_owned(),
            (false, Some(at)) => say::pgp_until(lang, at.strftime("%Y-%m-%d").to_string()),
            (false, None) => say::PGP_RETIRED.say(lang).to_owned(),
        },
        expired: key.expires_at.is_some_and(|at| at <= world.updated_at),
    };
    let active = world.keys.iter().find(|key| !key.retired);
    let address = world.address.clone();
    let whom = if address.is_empty() { active.map(|key| key.fingerprint.clone()).unwrap_or_default() } else { address.clone() };
    let page = Page::filed(lang, &site(world), "pgp", say::PGP_TITLE.say(lang), crate::tree::switch("pgp", lang));
    crate::tree::text_of(&KeyPage {
        lead: if address.is_empty() { String::new() } else { say::pgp_lead(lang, address.as_str()) },
        active: active.map(card),
        old: world.keys.iter().filter(|key| key.retired || key.retires_at.is_some()).map(card).collect(),
        by_mail: say::pgp_test_mail(lang, wardroom_app::intake::readable::SUBJECT_TAG),
        locate: format!("gpg --locate-external-keys {address}"),
        gpg: format!(
            "curl -sO {0}/pgp-key.asc\ngpg --import pgp-key.asc\ngpg --armor --encrypt --recipient {whom} report.txt",
            world.base_url
        ),
        sq: format!("curl -sO {0}/pgp-key.asc\nsq encrypt --for-file pgp-key.asc --output report.txt.asc report.txt", world.base_url),
        qr: active.map(|key| qr::svg(&format!("OPENPGP4FPR:{}", key.fingerprint))).unwrap_or_default(),
        page,
        address,
    })
}
