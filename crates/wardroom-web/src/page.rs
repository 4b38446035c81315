//! What every page needs to dress itself: whose site it is, in which language, where we are.
//! The layouts `public.html`, `desk.html` and `bare.html` read these values from a field named `page`
//! (and `frame` at the desk).

use crate::problem::Problem;
use crate::{Lang, Tongue, assets};
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

/// Whose site it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The organisation's name in English.
    pub name_en: String,
    /// The organisation's name in Chinese.
    pub name_zh: String,
    /// The team, e.g. `Calterah PSIRT`.
    pub team: String,
    /// The team's name in Chinese, where it has one.
    pub team_zh: String,
    /// `https://psirt.example` without slash at the end.
    pub base_url: String,
    /// The team's mail address, if it has one.
    pub email: Option<String>,
    /// The fingerprint of the team's OpenPGP key, in groups of four.
    pub fingerprint: Option<String>,
}

impl Site {
    /// The organisation's name.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.name_zh.is_empty() => &self.name_zh,
            Lang::En | Lang::Zh => &self.name_en,
        }
    }

    /// The team's name.
    #[must_use]
    pub fn team(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.team_zh.is_empty() => &self.team_zh,
            Lang::En | Lang::Zh => &self.team,
        }
    }
}

/// The frame of one page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of the interface.
    pub lang: Lang,
    /// The title without the site's name. Never a secret: it ends up in browser histories.
    pub title: String,
    /// The id of the navigation entry that is current, e.g. `report`.
    pub here: &'static str,
    /// Whose site.
    pub site: Arc<Site>,
    /// `light` or `dark` when overridden.
    pub theme: Option<&'static str>,
    /// Whether a form came back with faults; puts "Error:" before the title.
    pub faulty: bool,
    /// Scripts besides `app.js`, by asset name.
    pub scripts: Vec<&'static str>,
    /// Where the other language of this page is.
    pub switch: String,
    /// Whether links name the language.
    named: bool,
}

impl Page {
    /// A page as this visitor wants it.
    #[must_use]
    pub fn new(tongue: &Tongue, site: &Arc<Site>, here: &'static str, title: impl Into<String>) -> Self {
        let join = if tongue.path.contains('?') { '&' } else { '?' };
        Self {
            lang: tongue.lang,
            title: title.into(),
            here,
            site: Arc::clone(site),
            theme: tongue.theme,
            faulty: false,
            scripts: Vec::new(),
            switch: format!("{}{join}lang={}", tongue.path, tongue.lang.other().code()),
            named: tongue.asked,
        }
    }

    /// A page written as a file: its links name the language, and the other language lies at `switch`.
    #[must_use]
    pub fn filed(lang: Lang, site: &Arc<Site>, here: &'static str, title: impl Into<String>, switch: impl Into<String>) -> Self {
        Self {
            lang,
            title: title.into(),
            here,
            site: Arc::clone(site),
            theme: None,
            faulty: false,
            scripts: Vec::new(),
            switch: switch.into(),
            named: true,
        }
    }

    /// Adds a script of ours.
    #[must_use]
    pub fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// Marks the page as a form that came back with faults.
    #[must_use]
    pub fn faulty(mut self, faulty: bool) -> Self {
        self.faulty = faulty;
        self
    }

    /// A link to a page of ours that keeps a language named in the address.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        if !self.named {
            return path.to_owned();
        }
        let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(p, f)| (p, format!("#{f}")));
        let join = if path.contains('?') { '&' } else { '?' };
        format!("{path}{join}lang={}{fragment}", self.lang.code())
    }

    /// The organisation's name in the page's language.
    #[must_use]
    pub fn org(&self) -> &str {
        self.site.name(self.lang)
    }

    /// The team's name in the page's language.
    #[must_use]
    pub fn team(&self) -> &str {
        self.site.team(self.lang)
    }

    /// The language of words somebody wrote, as far as the words tell; empty where they do not.
    #[must_use]
    pub fn tag(&self, text: &str) -> &'static str {
        wardroom_domain::text::guess_tag(text)
    }

    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// The checksum of an asset, for `integrity`.
    #[must_use]
    pub fn integrity(&self, name: &str) -> &'static str {
        assets::integrity(name)
    }
}

/// The frame around a desk page.
#[derive(Clone, Debug, Default)]
pub struct DeskFrame {
    /// The main navigation.
    pub nav: Vec<NavItem>,
    /// The person's name.
    pub person: String,
    /// The person's roles, in words.
    pub role: String,
    /// The secrecy line of this page, e.g. `Embargoed until … · TLP:AMBER · visible to 4 people`; may be empty.
    pub band: String,
    /// Where the secrecy line leads; may be empty.
    pub band_href: String,
    /// What stands in the search box.
    pub search: String,
    /// A line about the last action, shown once in a live region; may be empty.
    pub done: String,
    /// The session's token for forms; empty where nobody is signed in.
    pub csrf: String,
}

/// One entry of the desk's navigation.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    /// The id that `Page::here` names.
    pub id: &'static str,
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// The icon's name in `icons.svg`.
    pub icon: &'static str,
    /// How many wait there; 0 shows nothing.
    pub count: u64,
}

/// Renders a template into a page; a template that fails is trouble of ours, with its number in the log.
pub fn html<T: Template>(template: &T) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Problem::trouble().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_a_language_the_visitor_named() {
        let site = Arc::new(Site::default());
        let tongue = Tongue { lang: Lang::Zh, asked: true, path: "/check?v=1".into(), theme: None };
        let page = Page::new(&tongue, &site, "check", "");
        assert_eq!(page.to("/report"), "/report?lang=zh");
        assert_eq!(page.to("/a?b=c#d"), "/a?b=c&lang=zh#d");
        assert_eq!(page.switch, "/check?v=1&lang=en");
        assert_eq!(Page::new(&Tongue::default(), &site, "", "").to("/report"), "/report");
    }
}

#[cfg(test)]
mod gallery {
    use super::*;
    use crate::{Choice, Faults, Moment, words};
    use jiff::Timestamp;

    struct Step {
        label: String,
        note: String,
        state: &'static str,
    }

    #[derive(Template)]
    #[template(path = "gallery.html")]
    struct Gallery {
        page: Page,
        frame: DeskFrame,
        faults: Faults,
        choices: Vec<Choice>,
        moment: Moment,
        steps: Vec<Step>,
        value: String,
    }

    #[test]
    fn every_component_renders_escapes_and_leaves_no_inline_style_or_script() {
        let mut faults = Faults::default();
        faults.add("email", "That is no <address>");
        let gallery = Gallery {
            page: Page::new(&Tongue::default(), &Arc::new(Site::default()), "cases", "Gallery").faulty(true),
            frame: DeskFrame {
                nav: vec![NavItem { id: "cases", href: "/cases".into(), label: "Cases".into(), icon: "case", count: 3 }],
                band: "TLP:AMBER".into(),
                ..DeskFrame::default()
            },
            faults,
            choices: vec![Choice::new("a", "A", true), Choice::new("b", "B", false).hint("the second")],
            moment: Moment::in_zone(Lang::En, Timestamp::UNIX_EPOCH, "UTC", Timestamp::UNIX_EPOCH),
            steps: vec![Step { label: "Received".into(), note: String::new(), state: "now" }],
            value: "<script>alert(1)</script>".into(),
        };
        let text = gallery.render().unwrap_or_default();
        assert!(text.contains("<title>Error: Gallery"), "{text}");
        assert!(!text.contains("<script>alert") && text.contains("&#60;script&#62;"), "{text}");
        assert!(text.contains("aria-describedby=\"email-hint email-error\"") && text.contains("href=\"#email\""), "{text}");
        assert!(!text.contains(" style=") && !text.contains(" onclick"), "{text}");
    }
}
