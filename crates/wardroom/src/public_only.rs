//! `serve --face public`: hands in and serves what is cleared. It opens no secret key: a break-in here reveals no existing report.

use crate::cli::DataArgs;
use crate::config::Config;
use crate::exits::{Done, Exit, OK};
use crate::follow::Following;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wardroom_adapters::{KeyFiles, SystemClock};
use wardroom_app::ports::clock::Clock;
use wardroom_app::public_house::PublicHouse;
use wardroom_app::{Addresses, House};
use wardroom_seal::{SystemChance, draw};
use wardroom_store::{DATABASE_FILE, PgUrl, Place, SqlStore};

pub async fn run(args: &DataArgs, door: Option<(TcpListener, String)>) -> Done {
    let Some((listener, url)) = door else { return Err(Exit::new(1, "the public face needs a listener")) };
    let data = args.directory();
    let config = Config::read(args.config.as_deref(), &data)?;
    let desk_public = KeyFiles::public_only(&data).map_err(|fault| Exit::new(1, fault.to_string()))?.desk;
    let place = match &config.database_url {
        Some(url) => Place::Postgres(PgUrl(url.clone())),
        None => Place::Sqlite(data.join(DATABASE_FILE)),
    };
    let clock = SystemClock;
    let store = SqlStore::open(&place, &data.join("blobs"), clock.now()).await;
    let store = Arc::new(store.map_err(|trouble| Exit::new(1, trouble.to_string()))?);
    crate::serve::warn_of_proxy(&config);
    let offer_products = config.public.offer_products;
    let proxies = crate::serve::proxies(&config.trusted_proxies)?;
    let addresses = Addresses {
        gna: config.gcve.as_ref().map(|gcve| gcve.gna),
        public_url: config.public.url.unwrap_or_else(|| url.clone()).trim_end_matches('/').to_owned(),
        desk_url: config.desk.url.unwrap_or_default(),
        mail: config.mail.address.unwrap_or_default(),
        plus_addresses: config.mail.plus_addresses,
    };
    let house = House::open(store, Arc::new(clock), Box::new(SystemChance), desk_public, addresses).await?;
    let house = Arc::new(house.with_upload_limits(config.uploads.limits()));
    let following = Following::begin(house.clone(), &data.join("public")).await?;
    let cookie_key = draw::<32>(&mut SystemChance);
    let face = wardroom_public::Face::offering(
        PublicHouse::new(house).reading_with(crate::data::stranger_reader()?),
        following.tree.clone(),
        cookie_key,
        offer_products,
    );
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(following.go_on(stopped.clone()));
    crate::serve::catch_signals(stop);
    println!("ready public={url}");
    let router = wardroom_public::router(face).layer(axum::Extension(proxies));
    crate::listen::accept(listener, router, stopped).await;
    Ok(OK)
}
