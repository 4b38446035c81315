//! What all handlers share: the desk (which can open what was sealed), the settings, the throttles, the passkey ceremonies.

use crate::account::passkey::Passkeys;
use crate::entrance::attempts::Attempts;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use wardroom_app::Desk;
use wardroom_app::disclosure::tree::TreeWriter;
use wardroom_app::ports::key_directory::KeyDirectory;
use wardroom_app::ports::opener::Opener;
use wardroom_web::Site;
use wardroom_web::caller::TrustedProxies;
use wardroom_web::limits::Limit;

/// How the desk is run. Everything else it needs stands in the desk's addresses and profile.
#[derive(Clone, Default)]
pub struct DeskSettings {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Arc<TrustedProxies>,
    /// Makes the public tree, so that the publish page can show every file that would change; without it only the kinds are named.
    pub tree: Option<Arc<TreeWriter>>,
    /// Asks the key directories of reporters' domains, where the operator allows it.
    pub directory: Option<Arc<dyn KeyDirectory>>,
    /// Reads what such a directory sends, and looks into archives, in the child process.
    pub opener: Option<Arc<dyn Opener>>,
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub desk: Desk,
    pub settings: DeskSettings,
    pub passkeys: Passkeys,
    pub attempts: Attempts,
    /// How often one network may try to get in.
    pub tries: Limit,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    pub fn new(desk: Desk, settings: DeskSettings) -> App {
        let count = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let tries = Limit::new(count(30), Duration::from_secs(10), count(60), count(5));
        let passkeys = Passkeys::new(&desk.addresses.desk_url, &desk.profile().team_name("en"));
        App(Arc::new(Inner { desk, settings, passkeys, attempts: Attempts::default(), tries }))
    }

    /// Cookies are `Secure` (and so named) only where the desk is reached by HTTPS.
    pub fn is_secure(&self) -> bool {
        self.desk.addresses.desk_url.starts_with("https://")
    }

    /// The session cookie's name.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-wardroom" } else { "wardroom" }
    }

    /// Whose site it is, for layouts and problem pages.
    pub fn site(&self) -> Arc<Site> {
        let maker = self.desk.maker();
        let mail = &self.desk.addresses.mail;
        Arc::new(Site {
            name_en: maker.profile.org_name("en"),
            name_zh: maker.profile.org_name("zh"),
            team: maker.profile.team_name("en"),
            team_zh: maker.profile.team_name("zh"),
            base_url: self.desk.addresses.desk_url.clone(),
            email: (!mail.is_empty()).then(|| mail.clone()),
            fingerprint: maker.keys.iter().find(|key| !key.retired).map(|key| in_groups(&key.fingerprint)),
        })
    }
}

/// A fingerprint in groups of four, as people compare it.
pub fn in_groups(fingerprint: &str) -> String {
    let letters: Vec<char> = fingerprint.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
