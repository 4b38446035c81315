//! Founding: what an absent data directory needs before it can be served. And changing the maker later: profile, products, people.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{AccessRow, Append, Commit, Credentials, NewFact, PersonRow, Store, StoreTrouble};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use wardroom_domain::Refusal;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::{Act, Role, Viewer};
use wardroom_domain::products::{Product, faults};
use wardroom_domain::profile::Profile;
use wardroom_seal::{Chance, PublicKey, StreamKey, Token, TokenKind};

/// How long a one-time sign-in link is good.
pub const LINK_HOURS: i64 = 24;

/// Writes the first facts: the maker and its profile. Does nothing when they are there.
pub async fn found(
    store: &dyn Store,
    desk_public: &PublicKey,
    profile: &Value,
    at: Timestamp,
    chance: &mut (dyn Chance + Send),
) -> Result<bool, StoreTrouble> {
    if !store.org().await?.is_empty() {
        return Ok(false);
    }
    let org = StreamId::org();
    let key = StreamKey::make(desk_public, org.as_str(), chance);
    let facts = [OrgFact::Founded { version: env!("CARGO_PKG_VERSION").to_owned() }, OrgFact::ProfileSet { profile: profile.clone() }];
    let facts = facts.into_iter().map(|fact| NewFact { fact: Fact::Org(fact), body: None, reporter_body: None }).collect();
    let append = Append { stream: org, expected: 0, actor: Actor::House, key: Some(key), series: None, facts };
    let commit = Commit { at, appends: vec![append], ..Commit::default() };
    store.commit(commit).await.map_err(|error| StoreTrouble::new(error.to_string()))?;
    Ok(true)
}

impl Desk {
    /// Sets another profile; future clocks follow it, running ones keep their definition.
    pub async fn set_profile(&self, viewer: &Viewer, profile: Value) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        if let Err(faults) = Profile::from_value(&profile) {
            let why = faults.first().map(ToString::to_string).unwrap_or_default();
            return Err(Refusal::FieldWrong { field: "profile", why }.into());
        }
        let current = self.store.org().await?.into_iter().rev().find_map(|recorded| match recorded.fact {
            Fact::Org(OrgFact::ProfileSet { profile }) => Some(profile),
            _ => None,
        });
        if current.as_ref() == Some(&profile) {
            return Ok(());
        }
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::ProfileSet { profile })]).await
    }

    /// Adds or changes a product of the catalogue.
    pub async fn keep_product(&self, viewer: &Viewer, product: Product) -> Asked<()> {
        viewer.demand(Act::KeepProducts)?;
        if let Some((field, why)) = faults(&product).first() {
            return Err(Refusal::FieldWrong { field, why: (*why).to_owned() }.into());
        }
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::ProductKept { product })]).await
    }

    pub async fn retire_product(&self, viewer: &Viewer, product: &str) -> Asked<()> {
        viewer.demand(Act::KeepProducts)?;
        if !self.maker().products.iter().any(|one| one.id == product) {
            return Err(Refusal::NotThere { thing: "product" }.into());
        }
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::ProductRetired { product: product.to_owned() })]).await
    }

    pub async fn people(&self) -> Result<Vec<PersonRow>, StoreTrouble> {
        self.store.people().await
    }

    /// A person by id or by exact name.
    pub async fn person(&self, id_or_name: &str) -> Asked<PersonRow> {
        let people = self.store.people().await?;
        let found = people.into_iter().find(|one| one.person == id_or_name || one.name.eq_ignore_ascii_case(id_or_name));
        Ok(found.ok_or(Refusal::NotThere { thing: "person" })?)
    }

    /// Adds a person. Returns the id; `sign_in_link` lets them in for the first time.
    pub async fn add_person(&self, viewer: &Viewer, name: &str, roles: Vec<Role>) -> Asked<String> {
        viewer.demand(Act::Administer)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Refusal::FieldWrong { field: "name", why: "between 1 and 100 printable characters".to_owned() }.into());
        }
        if roles.is_empty() {
            return Err(Refusal::FieldNeeded { field: "role" }.into());
        }
        if self.store.people().await?.iter().any(|one| one.name.eq_ignore_ascii_case(name)) {
            return Err(Refusal::FieldWrong { field: "name", why: "somebody of this name is there already".to_owned() }.into());
        }
        let person = format!("p_{}", self.random_name());
        let fact = OrgFact::PersonAdded { person: person.clone(), name: name.to_owned(), roles };
        self.record_on_org(viewer, vec![Fact::Org(fact)]).await?;
        Ok(person)
    }

    pub async fn set_roles(&self, viewer: &Viewer, person: &str, roles: Vec<Role>) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        let person = self.person(person).await?.person;
        if roles.is_empty() {
            return Err(Refusal::FieldNeeded { field: "role" }.into());
        }
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::RolesSet { person, roles })]).await
    }

    /// Disables a person: every session and token of theirs ends now.
    pub async fn disable_person(&self, viewer: &Viewer, person: &str) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        let person = self.person(person).await?.person;
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::PersonDisabled { person: person.clone() })]).await?;
        self.store.drop_access_of(&person).await?;
        Ok(())
    }

    /// Forgets somebody's password, second factor and passkeys, and ends their sessions and tokens: for a lost phone. A new link lets them
    /// in to set everything again.
    pub async fn forget_credentials(&self, viewer: &Viewer, person: &str) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        let person = self.person(person).await?.person;
        self.store.drop_access_of(&person).await?;
        self.store.keep_credentials(&person, &Credentials::default()).await?;
        Ok(())
    }

    /// A link that signs a person in once, to set password and second factor.
    pub async fn sign_in_link(&self, viewer: &Viewer, person: &str) -> Asked<String> {
        viewer.demand(Act::Administer)?;
        let row = self.person(person).await?;
        let token = self.by_chance(|chance| Token::make(TokenKind::SignInLink, chance));
        let now = self.now();
        let access = AccessRow {
            digest: token.digest(),
            person: row.person,
            kind: "link".to_owned(),
            made_at: now,
            expires_at: now.checked_add(SignedDuration::from_hours(LINK_HOURS)).unwrap_or(now),
            last_used_at: now,
            label: String::new(),
        };
        self.store.keep_access(&access).await?;
        // In the fragment: it reaches no server log and no Referer; the page posts it.
        Ok(format!("{}/welcome#{token}", self.addresses.desk_url))
    }
}
