//! The policy page, generated from the profile: the text and the running clocks cannot disagree.
//! A section with nothing to say is not there.

use crate::practice::{Practice, length_text, site};
use askama::Template;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_domain::profile::{
    Anonymity, CreditModel, DisclosureModel, Encryption, LanguageForce, Nda, Need, Profile, ReporterSilence, RewardModel, SafeHarborLevel,
    VendorSilence,
};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page};

/// A section of the page.
#[derive(Debug, Default)]
pub(crate) struct Section {
    id: &'static str,
    title: String,
    before: Vec<String>,
    items: Vec<Item>,
    numbered: bool,
    rows: Vec<crate::practice::PromiseLine>,
    after: Vec<String>,
}

/// A line of a list.
#[derive(Debug, Default)]
struct Item {
    text: String,
    note: String,
    href: String,
}

impl Item {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }
}

#[derive(Template)]
#[template(path = "policy/policy.html")]
struct PolicyPage {
    page: Page,
    policy: Vec<Section>,
}

/// The policy page as a file of the public tree.
#[must_use]
pub fn render_policy(world: &PublicWorld, lang: Lang) -> String {
    let site = site(world);
    let page = Page::filed(lang, &site, "policy", say::POLICY_TITLE.say(lang), crate::tree::switch("policy", lang));
    let practice = Practice::of(&world.profile, lang);
    let policy = sections(&world.profile, &practice, site.name(lang), &world.address);
    crate::tree::text_of(&PolicyPage { page, policy })
}

fn sections(profile: &Profile, practice: &Practice, org: &str, address: &str) -> Vec<Section> {
    let lang = practice.lang;
    let all = [
        scope(profile, practice, org),
        how(profile, lang, address),
        include(practice),
        languages(profile, lang),
        promises(practice),
        process(profile, practice),
        disclosure(profile, practice),
        credit(profile, lang),
        you(profile, lang),
        harbor(profile, lang),
        Section {
            id: "silence",
            title: said(lang, say::POLICY_SILENCE),
            before: vec![said(lang, say::POLICY_SILENCE_TEXT)],
            ..Section::default()
        },
    ];
    all.into_iter().filter(|one| !(one.before.is_empty() && one.items.is_empty() && one.rows.is_empty() && one.after.is_empty())).collect()
}

fn said(lang: Lang, word: words::Word) -> String {
    word.say(lang).to_owned()
}

fn scope(profile: &Profile, practice: &Practice, org: &str) -> Section {
    let lang = practice.lang;
    let items: Vec<Item> = practice.kinds.iter().map(|(_, label)| Item::new(label.as_str())).collect();
    let before = if items.is_empty() { say::policy_scope_any(lang, org) } else { say::policy_scope_text(lang, org) };
    let mut after = Vec::new();
    if profile.org.affiliates_in_scope {
        after.push(said(lang, say::POLICY_AFFILIATES));
    }
    after.extend(profile.scope.lifecycle.and_then(|word| words::find(lang, &format!("public-policy-lifecycle-{word}"))));
    after.extend(profile.scope.third_party.and_then(|word| words::find(lang, &format!("public-policy-third-{word}"))));
    let list = |word: words::Word, lines: &[String]| (!lines.is_empty()).then(|| format!("{}: {}", word.say(lang), lines.join("; ")));
    after.extend(list(say::POLICY_IN, &profile.scope.included));
    after.extend(list(say::POLICY_OUT, &profile.scope.excluded));
    Section { id: "scope", title: said(lang, say::POLICY_SCOPE), before: vec![before], items, after, ..Section::default() }
}

fn how(profile: &Profile, lang: Lang, address: &str) -> Section {
    use wardroom_domain::profile::ChannelKind;
    let mut items = vec![Item::new(say::POLICY_HOW_FORM.say(lang)).note(say::POLICY_HOW_FORM_TEXT.say(lang)).href("/report")];
    for channel in profile.intake.channels.iter().filter(|channel| !channel.retired) {
        match channel.kind {
            ChannelKind::Email => {
                let text = match (address, channel.address.as_deref()) {
                    ("", None) => continue,
                    ("", Some(theirs)) => theirs,
                    (ours, _) => ours,
                };
                items.push(
                    Item::new(format!("{}: {text}", words::intake::CHANNEL_EMAIL.say(lang))).note(encryption(lang, channel.encryption)),
                );
            }
            ChannelKind::WebForm | ChannelKind::Api => {}
            other => {
                let name = words::say(lang, &format!("intake-channel-{other}"));
                let place = channel.address.as_deref().or(channel.platform.as_deref()).unwrap_or_default();
                items.push(
                    Item::new(if place.is_empty() { name } else { format!("{name}: {place}") })
                        .note(channel.hours.clone().unwrap_or_default()),
                );
            }
        }
    }
    items.push(Item::new("POST /api/v1/reports").note(say::POLICY_HOW_API.say(lang)).href("/api/v1/openapi.json"));
    Section {
        id: "how",
        title: said(lang, say::POLICY_HOW),
        items,
        after: vec![said(lang, say::POLICY_CANNOT_ENCRYPT)],
        ..Section::default()
    }
}

fn encryption(lang: Lang, wish: Option<Encryption>) -> &'static str {
    let word = match wish {
        Some(Encryption::Required) => say::POLICY_HOW_MAIL_REQUIRED,
        Some(Encryption::StronglyRecommended) => say::POLICY_HOW_MAIL_STRONGLY_RECOMMENDED,
        Some(Encryption::Encouraged) => say::POLICY_HOW_MAIL_ENCOURAGED,
        Some(Encryption::Offered) => say::POLICY_HOW_MAIL_OFFERED,
        Some(Encryption::None | Encryption::Tls) | None => say::POLICY_HOW_MAIL_PLAIN,
    };
    word.say(lang)
}

fn include(practice: &Practice) -> Section {
    let lang = practice.lang;
    let mut items = vec![Item::new(practice.required.label.as_str()).note(say::POLICY_NEED_MUST.say(lang))];
    items.extend(practice.fields.iter().map(|field| {
        let note = match field.need {
            Need::Must | Need::Should => say::POLICY_NEED_SHOULD,
            Need::May => say::POLICY_NEED_MAY,
        };
        Item::new(field.label.as_str()).note(note.say(lang))
    }));
    items.push(Item::new(practice.contact.as_str()).note(say::POLICY_NEED_MAY.say(lang)));
    Section {
        id: "include",
        title: said(lang, say::POLICY_INCLUDE),
        before: vec![said(lang, say::POLICY_INCLUDE_TEXT)],
        items,
        ..Section::default()
    }
}

fn languages(profile: &Profile, lang: Lang) -> Section {
    let names: Vec<String> = profile
        .intake
        .languages
        .iter()
        .map(|tag| Lang::from_tag(tag).map_or_else(|| tag.clone(), |known| known.own_name().to_owned()))
        .collect();
    if names.is_empty() {
        return Section::default();
    }
    let names = names.join(if lang == Lang::Zh { "、" } else { ", " });
    let text = match profile.intake.language_force {
        Some(LanguageForce::Must | LanguageForce::Please | LanguageForce::Preferred) => say::policy_languages_please(lang, names),
        Some(LanguageForce::Unstated) | None => say::policy_languages_text(lang, names),
    };
    let any = (profile.intake.language_force != Some(LanguageForce::Must)).then(|| said(lang, say::POLICY_LANGUAGES_ANY));
    Section {
        id: "languages",
        title: said(lang, say::POLICY_LANGUAGES),
        before: std::iter::once(text).chain(any).collect(),
        ..Section::default()
    }
}

fn promises(practice: &Practice) -> Section {
    let lang = practice.lang;
    let before = if practice.promises.is_empty() {
        vec![said(lang, say::PROMISE_NONE)]
    } else {
        practice.promises.iter().map(|promise| promise.sentence.clone()).collect()
    };
    Section { id: "promise", title: said(lang, say::POLICY_PROMISE), before, rows: practice.promises.clone(), ..Section::default() }
}

fn process(profile: &Profile, practice: &Practice) -> Section {
    let lang = practice.lang;
    let items: Vec<Item> = practice.stages.iter().map(|stage| Item::new(stage.label.as_str()).note(stage.note(lang))).collect();
    if items.is_empty() {
        return Section::default();
    }
    let mut after = Vec::new();
    if profile.process.case_by_case {
        after.push(said(lang, say::POLICY_PROCESS_CASE));
    }
    if profile.process.policy_may_change {
        after.push(said(lang, say::POLICY_PROCESS_CHANGE));
    }
    Section {
        id: "process",
        title: said(lang, say::POLICY_PROCESS),
        before: vec![said(lang, say::POLICY_PROCESS_TEXT)],
        items,
        numbered: true,
        after,
        ..Section::default()
    }
}

fn disclosure(profile: &Profile, practice: &Practice) -> Section {
    let lang = practice.lang;
    let rules = &profile.disclosure;
    let mut before = Vec::new();
    before.extend(match rules.model {
        Some(DisclosureModel::Coordinated) => Some(said(lang, say::POLICY_MODEL_COORDINATED)),
        Some(DisclosureModel::Discretionary) => Some(said(lang, say::POLICY_MODEL_DISCRETIONARY)),
        Some(DisclosureModel::VendorDecides) => Some(said(lang, say::POLICY_MODEL_VENDOR_DECIDES)),
        Some(DisclosureModel::Nda) => Some(said(lang, say::POLICY_MODEL_NDA)),
        Some(DisclosureModel::Unstated) | None => None,
    });
    if let Some(embargo) = &rules.embargo
        && let Some(length) = embargo.default.or(embargo.max)
    {
        let anchor = embargo.anchor.map_or("receipt", |anchor| anchor.as_str());
        before.push(say::policy_embargo(lang, words::say(lang, &format!("public-policy-anchor-{anchor}")), length_text(lang, length)));
    }
    if !matches!(rules.vendor_silence, None | Some(VendorSilence::None)) {
        before.push(said(lang, say::POLICY_VENDOR_SILENCE));
    }
    if !matches!(rules.reporter_silence, None | Some(ReporterSilence::None)) {
        before.push(said(lang, say::POLICY_REPORTER_SILENCE));
    }
    before.push(say::policy_list(lang, practice.list_title.as_str()));
    Section { id: "disclosure", title: said(lang, say::POLICY_DISCLOSURE), before, ..Section::default() }
}

fn credit(profile: &Profile, lang: Lang) -> Section {
    let mut before = Vec::new();
    if profile.credit.model != Some(CreditModel::None) {
        before.push(said(lang, say::POLICY_CREDIT_TEXT));
    }
    before.extend(match profile.reward.model {
        Some(RewardModel::None) => Some(said(lang, say::POLICY_REWARD_NONE)),
        Some(RewardModel::Bounty | RewardModel::Points) => Some(said(lang, say::POLICY_REWARD_BOUNTY)),
        Some(RewardModel::CaseByCase) => Some(said(lang, say::POLICY_REWARD_CASE)),
        Some(RewardModel::Unstated) | None => None,
    });
    Section { id: "credit", title: said(lang, say::POLICY_CREDIT), before, ..Section::default() }
}

fn you(profile: &Profile, lang: Lang) -> Section {
    let mut before = Vec::new();
    if profile.intake.anonymous != Some(Anonymity::Refused) {
        before.push(said(lang, say::POLICY_ANONYMOUS));
    }
    if profile.intake.nda == Some(Nda::Never) {
        before.push(said(lang, say::POLICY_NO_NDA));
    }
    before.push(said(lang, say::POLICY_CONDUCT));
    Section { id: "you", title: said(lang, say::POLICY_YOU), before, ..Section::default() }
}

fn harbor(profile: &Profile, lang: Lang) -> Section {
    let mut before = Vec::new();
    before.extend(match profile.safe_harbor.level {
        Some(SafeHarborLevel::Full) => Some(said(lang, say::POLICY_HARBOR_FULL)),
        Some(SafeHarborLevel::Partial) => Some(said(lang, say::POLICY_HARBOR_PARTIAL)),
        Some(SafeHarborLevel::None) | None => None,
    });
    before.extend(profile.safe_harbor.text.clone());
    Section { id: "safe-harbour", title: said(lang, say::POLICY_HARBOR), before, ..Section::default() }
}
