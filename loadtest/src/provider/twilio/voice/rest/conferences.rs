//! Conferences: fetched, listed and ended.

use std::sync::Arc;

use super::super::super::answer::Answer;
use super::super::super::form::Form;
use super::super::super::listing::{is, times};
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::Voice;
use super::super::conference::Conference;
use super::{Access, Answered, page};

impl Voice {
    pub(super) fn conferences(&self, asked: &Asked) -> Answered {
        if Access::of(asked)? != Access::Read {
            return Err(Refusal::METHOD_NOT_ALLOWED);
        }
        let query = &asked.query;
        let created = times(query, "DateCreated");
        let wants = |conference: &Conference| {
            is(query.get("FriendlyName"), &conference.name)
                && is(query.get("Status"), conference.stage.as_str())
                && (created.0..created.1).contains(&conference.created)
        };
        let lines = self.lines.lock();
        page(asked, "conferences", &lines.conferences, wants, Conference::resource)
    }

    pub(super) fn conference(self: &Arc<Self>, asked: &Asked, sid: &str) -> Answered {
        let is_end = match Access::of(asked)? {
            Access::Read => false,
            Access::Write => match Form::parse(&asked.body).get("Status") {
                Some("completed") => true,
                Some(_) => return Err(Refusal::INVALID_STATUS),
                // An announcement, which nobody would hear.
                None => false,
            },
            Access::Remove => return Err(Refusal::METHOD_NOT_ALLOWED),
        };
        self.change(|lines, now| {
            if is_end {
                lines.end_conference(sid, now);
            }
            let conference = lines.conferences.iter().find(|conference| conference.sid == sid);
            let conference = conference.ok_or_else(|| Refusal::not_found(&asked.path))?;
            Ok(Answer::Json(200, conference.resource()))
        })
    }
}
