//! The form of every real profile at hand, in both languages: it is shown, every choice can be answered with "I do not know",
//! no field is asked twice, and one sentence is enough.

use crate::scene::Visitor;
use axum::http::StatusCode;
use wardroom_domain::profile::Profile;
use wardroom_public::practice::{Practice, Shape};
use wardroom_web::Lang;

#[tokio::test]
async fn every_profile_makes_a_form_that_one_sentence_fills() {
    let Some(corpora) = std::env::var_os("WARDROOM_CORPORA") else {
        println!("skipped: WARDROOM_CORPORA is not set, so the profiles beside it were not read");
        return;
    };
    let mut seen = 0;
    for file in ["reference.yaml", "real-pages.yaml"] {
        let path = std::path::Path::new(&corpora).join("../profiles").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let document = serde_yaml_ng::from_str(&text).unwrap();
        for profile in Profile::all(&document).unwrap() {
            seen += 1;
            check(profile).await;
        }
    }
    assert!(seen > 20, "only {seen} profiles were read");
}

async fn check(profile: Profile) {
    let name = profile.id.clone();
    let mut visitor = Visitor::of(profile.clone(), Vec::new());
    for lang in [Lang::En, Lang::Zh] {
        let practice = Practice::of(&profile, lang);
        let page = visitor.get(&format!("/report?lang={}", lang.code())).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        let mut fields = vec![&practice.required];
        fields.extend(practice.all_fields());
        for field in fields {
            let asked = page.text.matches(&format!("id=\"{}\"", field.id)).count();
            assert_eq!(asked, 1, "{name}: {} stands {asked} times in the form", field.id);
            if let Shape::Choice(choices) = &field.shape {
                assert!(choices.iter().any(|(id, _)| *id == "unknown"), "{name}: who does not know {} cannot say so", field.id);
            }
        }
        for (kind, label) in &practice.kinds {
            assert!(page.text.contains(&format!("value=\"{kind}\"")), "{name}: {label} cannot be chosen");
        }
        let unknown_words = page.text.matches("intake-kind-").count();
        assert_eq!(unknown_words, 0, "{name}: a kind has no word");
    }
    let required = Practice::of(&profile, Lang::En).required.id;
    let sent = visitor.post("/report", &format!("{required}=found+something")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{name}: {}", sent.text);
}
