//! Serving what lies in the public folder: the public face's tree follows the folder's, reading what changed and nothing else.

use crate::exits::Exit;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wardroom_app::House;
use wardroom_app::disclosure::tree::{self, Follower, PublicWorld};
use wardroom_app::ports::store::StoreTrouble;
use wardroom_public::tree::{Snapshot, Tree};

/// How often the folder's number is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// A tree that follows a folder.
pub struct Following {
    house: Arc<House>,
    directory: PathBuf,
    follower: Follower,
    world: Arc<PublicWorld>,
    pub tree: Arc<Tree>,
}

impl Following {
    /// Reads what lies there now.
    pub async fn begin(house: Arc<House>, directory: &Path) -> Result<Following, Exit> {
        house.refresh().await?;
        let world = Arc::new(tree::world(&house).await?);
        let tree = Tree::new(Snapshot::empty(world.clone(), directory));
        let mut following = Following { house, directory: directory.to_owned(), follower: Follower::new(directory), world, tree };
        following.read().await?;
        Ok(following)
    }

    /// Serves what the folder holds, if it is another than before.
    async fn look(&mut self) -> Result<(), Exit> {
        if !self.follower.is_behind() {
            return Ok(());
        }
        // Another process may have published: the profile and keys in memory must be as new as the tree.
        self.house.refresh().await?;
        self.world = Arc::new(tree::world_after(&self.house, &self.world).await?);
        self.read().await
    }

    async fn read(&mut self) -> Result<(), Exit> {
        let (former, world) = (self.tree.now(), self.world.clone());
        let mut follower = std::mem::replace(&mut self.follower, Follower::new(&self.directory));
        let read = tokio::task::spawn_blocking(move || {
            let mut fresh = None;
            let taken = follower.take(|seen, bytes| {
                fresh = Some(former.next(world.clone(), seen, bytes)?);
                Ok::<(), StoreTrouble>(())
            });
            (follower, taken.map(|()| fresh))
        });
        let (follower, fresh) = read.await.map_err(|error| Exit::new(1, format!("reading the public tree was interrupted: {error}")))?;
        self.follower = follower;
        if let Some(fresh) = fresh? {
            self.tree.replace(fresh);
        }
        Ok(())
    }

    /// Looks again and again until the program stops.
    pub async fn go_on(mut self, mut stopped: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
            if let Err(exit) = self.look().await {
                tracing::warn!(error = %exit.error, "the public tree could not be read; the former one is served");
            }
        }
    }
}
