//! A scanner that says what it is told to, when it is told to.

use std::{fs::File, sync::Arc, time::Duration};

use actors::attachment::{ScanError, Scanner, Scanning, Verdict};
use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// Looks at as many files as it was let.
pub(crate) struct Guard {
    let_through: Semaphore,
    says: Mutex<Result<Verdict, ScanError>>,
    /// Files it has in hand, and the most it ever had.
    in_hand: Mutex<(usize, usize)>,
}

impl Guard {
    /// Who finds everything clean, and has not begun.
    pub(crate) fn asleep() -> Arc<Self> {
        let says = Mutex::new(Ok(Verdict::Clean));
        Arc::new(Self { let_through: Semaphore::new(0), says, in_hand: Mutex::default() })
    }

    /// Who says this of every file, at once.
    pub(crate) fn saying(says: Result<Verdict, &str>) -> Arc<Self> {
        let guard = Self::asleep();
        guard.say(says);
        guard.look_at(1_000);
        guard
    }

    /// From now on this.
    pub(crate) fn say(&self, says: Result<Verdict, &str>) {
        *self.says.lock() = says.map_err(|why| ScanError(why.to_owned()));
    }

    /// Lets so many files through.
    pub(crate) fn look_at(&self, files: usize) {
        self.let_through.add_permits(files);
    }

    pub(crate) fn in_hand(&self) -> usize {
        self.in_hand.lock().0
    }

    pub(crate) fn most(&self) -> usize {
        self.in_hand.lock().1
    }

    pub(crate) fn scanning(self: &Arc<Self>) -> Option<Scanning> {
        Some(Scanning { scanner: self.clone(), timeout: Duration::from_secs(60), at_once: 2 })
    }
}

#[async_trait]
impl Scanner for Guard {
    async fn scan(&self, _: File) -> Result<Verdict, ScanError> {
        {
            let mut in_hand = self.in_hand.lock();
            in_hand.0 += 1;
            in_hand.1 = in_hand.1.max(in_hand.0);
        }
        self.let_through.acquire().await.unwrap().forget();
        self.in_hand.lock().0 -= 1;
        self.says.lock().clone()
    }
}
