//! The public tree's HTML, as a port: the public face draws, the app publishes.

use crate::disclosure::tree::PublicWorld;

/// Draws every static page of the public tree: (path relative to the tree's root, bytes).
pub trait PublicPages: Send + Sync {
    fn draw(&self, world: &PublicWorld) -> Vec<(String, Vec<u8>)>;
}
