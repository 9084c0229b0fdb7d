//! A message as the account keeps it, and as the API shows it.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::clock::rfc_2822;
use super::journey::{Course, Status};
use super::paging::Listed;
use super::segments;

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) sid: String,
    pub(super) account: String,
    pub(super) service: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) body: String,
    pub(super) media: Vec<Media>,
    pub(super) way: Way,
    /// Microseconds since 1970.
    pub(super) created: i64,
}

/// Which way it goes.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// From a handset.
    In,
    Out(Outbound),
}

/// What only messages to handsets have.
#[derive(Debug, Clone)]
pub(super) struct Outbound {
    pub(super) callback: Option<String>,
    /// When it is to leave, if not at once.
    pub(super) send_at: Option<i64>,
    pub(super) canceled: bool,
    pub(super) course: Course,
    /// Whoever sent it was not told that it was accepted.
    pub(super) cut: bool,
    /// What a status callback told of, and was taken.
    pub(super) told: Vec<Status>,
}

#[derive(Debug, Clone)]
pub(super) struct Media {
    pub(super) sid: String,
    pub(super) content_type: String,
    /// What is out there for an outbound message stays there.
    pub(super) bytes: Bytes,
}

impl Listed for Message {
    fn sid(&self) -> &str {
        &self.sid
    }
}

impl Message {
    pub(super) fn status(&self, now: i64) -> Status {
        let Way::Out(outbound) = &self.way else { return Status::Received };
        if outbound.canceled {
            return Status::Canceled;
        }
        match u64::try_from(now - self.leaves()) {
            Ok(since) => outbound.course.status_after(Duration::from_micros(since)),
            Err(_) => Status::Scheduled,
        }
    }

    /// When it leaves, or came.
    pub(super) fn leaves(&self) -> i64 {
        match &self.way {
            Way::Out(Outbound { send_at: Some(at), .. }) => *at,
            _ => self.created,
        }
    }

    /// The resource of `Messages/{sid}.json`.
    pub(super) fn resource(&self, now: i64) -> Value {
        let status = self.status(now);
        let uri = self.uri();
        let is_unsent = matches!(status, Status::Scheduled | Status::Queued | Status::Canceled);
        // A service has not chosen its number before it sends.
        let from = if is_unsent && self.service.is_some() { None } else { Some(&self.from) };
        json!({
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc_2822(self.created),
            "date_sent": (!is_unsent).then(|| rfc_2822(self.leaves())),
            "date_updated": rfc_2822(self.created),
            "direction": match self.way { Way::In => "inbound", Way::Out(_) => "outbound-api" },
            "error_code": status.error_code(),
            "error_message": null,
            "from": from,
            "messaging_service_sid": self.service,
            "num_media": self.media.len().to_string(),
            "num_segments": segments::count(&self.body).to_string(),
            "price": null,
            "price_unit": null,
            "sid": self.sid,
            "status": status.as_str(),
            "subresource_uris": { "media": format!("{uri}/Media.json") },
            "to": self.to,
            "uri": format!("{uri}.json"),
        })
    }

    /// The resource of `Messages/{sid}/Media/{sid}.json`.
    pub(super) fn media_resource(&self, media: &Media) -> Value {
        json!({
            "account_sid": self.account,
            "content_type": media.content_type,
            "date_created": rfc_2822(self.created),
            "date_updated": rfc_2822(self.created),
            "parent_sid": self.sid,
            "sid": media.sid,
            "uri": format!("{}/Media/{}.json", self.uri(), media.sid),
        })
    }

    /// Without an ending, as paths of what is under it begin.
    pub(super) fn uri(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Messages/{}", self.account, self.sid)
    }
}
