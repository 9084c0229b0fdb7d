//! What the hub shows afterwards, through its public door, page by page.

use anyhow::Result;
use serde::Deserialize;

use super::seen::SeenCall;
use crate::client::Rest;

/// A last event of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) call: String,
    /// `call.ended` or `call.failed`.
    pub(super) kind: &'static str,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Logged>,
    last_seq: u64,
    more: bool,
}

#[derive(Deserialize)]
struct Logged {
    data: About,
}

#[derive(Deserialize)]
struct About {
    call: Named,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// Every call of the tenant.
pub(super) async fn calls(rest: &Rest) -> Result<Vec<SeenCall>> {
    Ok(rest.all("/api/calls?limit=200").await?)
}

/// Every last event of the log.
pub(super) async fn ends(rest: &Rest) -> Result<Vec<Ended>> {
    let mut ends = Vec::new();
    for kind in ["call.ended", "call.failed"] {
        let mut since = 0;
        loop {
            let page: Page = rest.get(&format!("/api/events?type={kind}&since={since}&limit=200")).await?;
            ends.extend(page.data.into_iter().map(|logged| Ended { call: logged.data.call.id, kind }));
            since = page.last_seq;
            if !page.more {
                break;
            }
        }
    }
    Ok(ends)
}
