//! The note an actor carries that is read when it ends, however it ends.

use std::sync::Weak;

/// What the registry wants to know of its actors' ends.
pub(super) trait Graveyard<K>: Send + Sync {
    /// The actor takes its leave: forget its address, if it is still the current one.
    fn leave(&self, key: &K, generation: u64);
    /// The actor ended without leave.
    fn died(&self, key: &K, generation: u64);
}

/// Carried by an actor in a field. Dropped with it, by a stop, a panic or the end of its arbiter.
pub struct Obituary<K> {
    graveyard: Weak<dyn Graveyard<K>>,
    key: K,
    generation: u64,
    left: bool,
}

impl<K> Obituary<K> {
    pub(super) fn new(graveyard: Weak<dyn Graveyard<K>>, key: K, generation: u64) -> Self {
        Self { graveyard, key, generation, left: false }
    }

    /// Takes the actor's address out of the registry, so that nobody new is sent here; the actor stops next.
    /// A command already queued behind is sent once more by its handle, to the next of this name.
    pub fn leave(&mut self) {
        self.left = true;
        if let Some(graveyard) = self.graveyard.upgrade() {
            graveyard.leave(&self.key, self.generation);
        }
    }
}

impl<K> Drop for Obituary<K> {
    fn drop(&mut self) {
        if self.left {
            return;
        }
        if let Some(graveyard) = self.graveyard.upgrade() {
            graveyard.died(&self.key, self.generation);
        }
    }
}
