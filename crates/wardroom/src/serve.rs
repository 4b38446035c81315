//! `wardroom serve`: the faces and the worker in one process or apart. Prints one line `ready public=… desk=…` when it accepts connections.

use crate::cli::{DataArgs, Face as FaceChoice, ServeArgs};
use crate::config::Config;
use crate::data::{DESK_LISTEN, LISTEN, Opened, Wish, open_with};
use crate::exits::{Done, Exit, OK};
use crate::follow::Following;
use crate::listen::accept;
use crate::self_test::Knocker;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wardroom_adapters::LmtpServer;
use wardroom_app::ports::mailbox::Mailbox;
use wardroom_app::public_house::PublicHouse;
use wardroom_app::worker::Worker;
use wardroom_seal::{SystemChance, draw};
use wardroom_web::caller::TrustedProxies;

/// How long requests under way may take to finish after SIGTERM.
const GRACE: Duration = Duration::from_secs(10);

/// A listener that is bound, and how people reach it.
struct Door {
    listener: TcpListener,
    url: String,
}

impl Door {
    /// Binds before anything else is done: a port in use must not leave half a data directory behind.
    async fn bind(address: &str, which: &str, flag: &str) -> Result<Door, Exit> {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Exit::new(1, format!("cannot listen on {address} for the {which}: {error}: choose another address with {flag}"))
        })?;
        let local = listener.local_addr()?;
        Ok(Door { listener, url: format!("http://{local}") })
    }
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(data: &DataArgs, args: ServeArgs) -> Done {
    let config = Config::read(data.config.as_deref(), &data.directory())?;
    let wants_public = matches!(args.face, FaceChoice::All | FaceChoice::Public);
    let wants_desk = matches!(args.face, FaceChoice::All | FaceChoice::Desk);
    let wants_worker = matches!(args.face, FaceChoice::All | FaceChoice::Worker);
    let listen = args.listen.clone().or(config.public.listen).unwrap_or_else(|| LISTEN.to_owned());
    let desk_listen = args.desk_listen.clone().or(config.desk.listen).unwrap_or_else(|| DESK_LISTEN.to_owned());
    let public = if wants_public { Some(Door::bind(&listen, "public face", "--listen").await?) } else { None };
    let desk = if wants_desk { Some(Door::bind(&desk_listen, "desk", "--desk-listen").await?) } else { None };

    if args.face == FaceChoice::Public {
        return crate::public_only::run(data, public.map(|door| (door.listener, door.url))).await;
    }
    let wish = Wish {
        make: true,
        profile: args.profile.clone(),
        public_url: public.as_ref().map(|door| door.url.clone()),
        desk_url: desk.as_ref().map(|door| door.url.clone()),
        clock: None,
    };
    let opened = open_with(data, wish).await?;
    let lmtp = if wants_worker { bind_lmtp(&opened).await? } else { None };
    serve(opened, public, desk, Background { wants_worker, lmtp, config_file: data.config.clone() }).await
}

/// What runs beside the faces.
struct Background {
    wants_worker: bool,
    lmtp: Option<LmtpServer>,
    /// Named on the command line.
    config_file: Option<PathBuf>,
}

async fn bind_lmtp(opened: &Opened) -> Result<Option<LmtpServer>, Exit> {
    let Some((listen, rules, peers)) = crate::mail::lmtp(&opened.config)? else { return Ok(None) };
    let bound = LmtpServer::bind(&listen, rules, peers).await;
    bound.map(Some).map_err(|fault| Exit::new(1, format!("[lmtp] {fault}")))
}

/// Serves an opened directory on addresses given as text: what `demo` uses after making its world.
pub async fn run_opened(opened: Opened, doors: Doors) -> Done {
    let background = Background { wants_worker: true, lmtp: None, config_file: None };
    serve(opened, Some(doors.public), Some(doors.desk), background).await
}

/// The two doors, bound early.
pub struct Doors {
    public: Door,
    desk: Door,
}

impl Doors {
    pub async fn bind(listen: Option<&str>, desk_listen: Option<&str>) -> Result<Doors, Exit> {
        let public = Door::bind(listen.unwrap_or(LISTEN), "public face", "--listen").await?;
        let desk = Door::bind(desk_listen.unwrap_or(DESK_LISTEN), "desk", "--desk-listen").await?;
        Ok(Doors { public, desk })
    }

    pub fn urls(&self) -> (String, String) {
        (self.public.url.clone(), self.desk.url.clone())
    }
}

async fn serve(opened: Opened, public: Option<Door>, desk: Option<Door>, background: Background) -> Done {
    let opened = Arc::new(opened);
    let (stop, stopped) = watch::channel(false);
    let worker = opened.worker()?;
    // The public tree is written before anybody is let in: what an earlier run left half is finished here.
    worker.write_tree().await.map_err(|why| Exit::new(1, format!("cannot write the public tree: {why}")))?;
    let mut tasks = tokio::task::JoinSet::new();
    let mut ready = String::from("ready");
    let public_here = public.as_ref().map(|door| crate::self_test::reachable(door.url.trim_start_matches("http://")));
    if let Some(Door { listener, url }) = public {
        let following = Following::begin(opened.house.clone(), &opened.directory.join("public")).await?;
        let cookie_key = draw::<32>(&mut SystemChance);
        let face = wardroom_public::Face::offering(
            PublicHouse::new(opened.house.clone()).reading_with(crate::data::stranger_reader()?),
            following.tree.clone(),
            cookie_key,
            opened.config.public.offer_products,
        );
        warn_of_proxy(&opened.config);
        let router = wardroom_public::router(face).layer(axum::Extension(proxies(&opened.config.trusted_proxies)?));
        tasks.spawn(accept(listener, router, stopped.clone()));
        tasks.spawn(following.go_on(stopped.clone()));
        ready.push_str(&format!(" public={url}"));
    }
    if let Some(Door { listener, url }) = desk {
        let settings = wardroom_desk::DeskSettings {
            proxies: proxies(&opened.config.trusted_proxies)?,
            tree: Some(opened.tree.clone()),
            directory: opened.key_directory()?,
            opener: Some(opened.opener.clone()),
        };
        let router = wardroom_desk::router(opened.desk.clone(), settings);
        tasks.spawn(accept(listener, router, stopped.clone()));
        tasks.spawn(keep_candidates(opened.desk.clone(), stopped.clone()));
        ready.push_str(&format!(" desk={url}"));
    }
    if background.wants_worker {
        let mut worker = worker;
        worker.prober = Some(Arc::new(Knocker::new(&opened, public_here, worker.mailer.clone(), background.config_file)?));
        if let Some(lmtp) = background.lmtp {
            ready.push_str(&format!(" lmtp={}", lmtp.at()));
            tasks.spawn(lmtp.run(Arc::new(worker.clone()), stopped.clone()));
        }
        spawn_worker(&mut tasks, &opened, worker, &stopped)?;
    }
    if let Some(link) = &opened.first_link {
        println!("administrator: sign in once, within a day, with\n{link}");
    }
    // Before the word is out: whoever reads it may ask to stop at once.
    catch_signals(stop);
    println!("{ready}");
    let mut stopped = stopped;
    let _ended = stopped.wait_for(|stopped| *stopped).await;
    tracing::info!("stopping");
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    opened.write_checkpoint().await?;
    Ok(OK)
}

/// Ends the program's loops at SIGTERM or SIGINT, from this call on.
pub fn catch_signals(stop: watch::Sender<bool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::error!("signals cannot be caught; stop the program with kill -9, nothing acknowledged is lost");
        return;
    };
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
        // The receivers are gone only when the program is ending anyway.
        let _gone = stop.send(true);
    });
}

/// Somebody else speaks TLS for us, and nobody said who: then every caller looks like that one.
pub(crate) fn warn_of_proxy(config: &Config) {
    let behind = config.public.url.as_deref().is_some_and(|url| url.starts_with("https://"));
    if behind && config.trusted_proxies.is_empty() {
        tracing::warn!(
            "[public] url is https and trusted_proxies names nobody: floods are limited only as a whole until the proxy is named"
        );
    }
}

/// The proxies whose word about the caller is believed.
pub(crate) fn proxies(addresses: &[String]) -> Result<Arc<TrustedProxies>, Exit> {
    TrustedProxies::parse(addresses.iter().map(String::as_str)).map(Arc::new).map_err(|why| Exit::new(1, format!("trusted_proxies: {why}")))
}

/// Reads all cases into the duplicate finder's index, in memory, behind everything else; ends when they are there.
async fn keep_candidates(desk: wardroom_app::house::Desk, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        done = async {
            desk.keep_candidates().await?;
            desk.keep_public().await
        } => {
            if let Err(trouble) = done {
                tracing::warn!(%trouble, "not all cases could be read for comparing; what is missing is read when it is asked for");
            }
        }
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

fn spawn_worker(
    tasks: &mut tokio::task::JoinSet<()>,
    opened: &Arc<Opened>,
    worker: Worker,
    stopped: &watch::Receiver<bool>,
) -> Result<(), Exit> {
    tasks.spawn(every(Duration::from_millis(300), stopped.clone(), {
        let worker = worker.clone();
        move || {
            let worker = worker.clone();
            async move {
                if let Err(trouble) = worker.outbox_once().await {
                    tracing::warn!(%trouble, "the outbox could not be worked");
                }
            }
        }
    }));
    // Apart from the outbox, where a slow mail server could hold it up: a release is punctual.
    tasks.spawn(every(Duration::from_millis(150), stopped.clone(), {
        let worker = worker.clone();
        move || {
            let worker = worker.clone();
            async move {
                if let Err(trouble) = worker.releases_once().await {
                    tracing::warn!(%trouble, "disclosure plans could not be looked at");
                }
            }
        }
    }));
    tasks.spawn(every(Duration::from_secs(5), stopped.clone(), {
        let (worker, opened) = (worker.clone(), opened.clone());
        move || {
            let (worker, opened) = (worker.clone(), opened.clone());
            async move {
                if let Err(trouble) = worker.deadlines_once().await {
                    tracing::warn!(%trouble, "deadlines could not be watched");
                }
                if let Err(exit) = opened.write_checkpoint().await {
                    tracing::warn!(error = %exit.error, "the checkpoint could not be written");
                }
            }
        }
    }));
    // Test messages wait for an answer while somebody looks at the page.
    tasks.spawn(every(Duration::from_millis(250), stopped.clone(), {
        let worker = worker.clone();
        move || {
            let worker = worker.clone();
            async move {
                if let Err(trouble) = worker.tests_once().await {
                    tracing::warn!(%trouble, "test messages could not be answered");
                }
            }
        }
    }));
    // Every second, and only when facts were added: what completes the receipts that were handed out meanwhile.
    tasks.spawn(every(Duration::from_secs(1), stopped.clone(), {
        let (worker, opened) = (worker.clone(), opened.clone());
        move || {
            let (worker, opened) = (worker.clone(), opened.clone());
            async move {
                if let Err(trouble) = worker.checkpoint_once(&opened.signer).await {
                    tracing::warn!(%trouble, "the log's head could not be signed");
                }
            }
        }
    }));
    // Once an hour: security.txt renews itself, files of the public tree that somebody changed are written again, another process may have changed the maker, and what nobody went on sending goes.
    tasks.spawn(every(Duration::from_secs(3_600), stopped.clone(), {
        let worker = worker.clone();
        move || {
            let worker = worker.clone();
            async move {
                if let Err(trouble) = worker.sweep_once().await {
                    tracing::warn!(%trouble, "unfinished uploads could not be swept");
                }
                if let Err(trouble) = worker.keys_once().await {
                    tracing::warn!(%trouble, "the team's keys could not be watched");
                }
                if let Err(why) = worker.mend_tree().await {
                    tracing::warn!(why, "the public tree could not be written");
                }
            }
        }
    }));
    // Four times an hour: what is kept for a while only.
    tasks.spawn(every(Duration::from_secs(900), stopped.clone(), {
        let worker = worker.clone();
        move || {
            let worker = worker.clone();
            async move {
                match worker.forget_old().await {
                    Ok(0) => {}
                    Ok(rows) => tracing::info!(rows, "old delivery keys were forgotten"),
                    Err(trouble) => tracing::warn!(%trouble, "old delivery keys could not be forgotten"),
                }
            }
        }
    }));
    let pause = Duration::from_secs(opened.config.mail.poll_seconds.unwrap_or(30).max(1));
    for imap in &opened.config.mail.imap {
        let mailbox: Arc<dyn Mailbox> = Arc::new(crate::mail::mailbox(imap)?);
        let worker = worker.clone();
        tasks.spawn(follow_mailbox(worker.clone(), mailbox, pause, stopped.clone()));
    }
    if opened.config.self_test.daily {
        tasks.spawn(every(Duration::from_secs(600), stopped.clone(), move || {
            let worker = worker.clone();
            async move {
                if let Err(trouble) = worker.desk.ask_daily_self_test().await {
                    tracing::warn!(%trouble, "the daily self-test could not be asked for");
                }
            }
        }));
    }
    Ok(())
}

/// Fetches, then waits until the server tells of something new or the pause is over; after failures longer and longer.
async fn follow_mailbox(worker: Worker, mailbox: Arc<dyn Mailbox>, pause: Duration, mut stopped: watch::Receiver<bool>) {
    let mut failures = 0;
    loop {
        let outcome = worker.mailbox_once(mailbox.as_ref()).await;
        let taken = outcome.as_ref().copied().unwrap_or_default();
        failures = if outcome.is_ok() { 0 } else { failures + 1 };
        if let Err(why) = outcome {
            tracing::warn!(mailbox = mailbox.name(), why, failures, "the mailbox could not be read; it will be tried again");
        }
        let next = async {
            match (failures, taken) {
                (0, 0) => {
                    let begun = tokio::time::Instant::now();
                    if let Err(trouble) = mailbox.wait(pause).await {
                        // The next look connects anew, and says so when it cannot.
                        tracing::debug!(mailbox = mailbox.name(), %trouble, "the connection ended");
                    }
                    // Whatever a server has to tell, once a second is often enough.
                    tokio::time::sleep_until(begun + Duration::from_secs(1)).await;
                }
                (0, _) => {}
                _ => tokio::time::sleep(backoff(pause, failures)).await,
            }
        };
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = next => {}
        }
    }
}

/// The pause, then twice and four times as long, up to five minutes.
fn backoff(pause: Duration, failures: u32) -> Duration {
    pause.saturating_mul(1_u32 << failures.saturating_sub(1).min(10)).min(Duration::from_secs(300).max(pause))
}

/// Does a piece of work again and again until the stop; the first time at once.
async fn every<F, Fut>(pause: Duration, mut stopped: watch::Receiver<bool>, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = ()>,
{
    loop {
        work().await;
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
