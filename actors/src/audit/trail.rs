//! How a request is found again: where it came from, and what the logs call it.

use std::{net::IpAddr, sync::Arc};

/// Goes from the door to the record. What the hub does by itself, and the command line, leave none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Of the client, behind the proxies we trust.
    pub ip: IpAddr,
    /// As in the logs; of a socket that of its upgrade.
    pub request_id: Arc<str>,
}
