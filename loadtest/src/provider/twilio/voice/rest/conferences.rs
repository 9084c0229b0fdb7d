//! Conferences: fetched, listed and ended.

use std::sync::Arc;

use super::super::super::answer::Answer;
use super::super::super::form::Form;
use super::super::super::listing::{is, times};
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::super::target::Target;
use super::super::Voice;
use super::super::announcing::Announcement;
use super::super::conference::{Conference, Stage};
use super::super::draft::link;
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
        let (is_end, announced) = match Access::of(asked)? {
            Access::Read => (false, None),
            Access::Write => wanted(&Form::parse(&asked.body))?,
            Access::Remove => return Err(Refusal::METHOD_NOT_ALLOWED),
        };
        let (shown, is_held) = self.change(|lines, now| {
            if is_end {
                lines.end_conference(sid, now);
            }
            let conference = lines.conferences.iter().find(|conference| conference.sid == sid);
            let conference = conference.ok_or_else(|| Refusal::not_found(&asked.path))?;
            Ok((conference.resource(), conference.stage != Stage::Completed))
        })?;
        if let Some(target) = announced {
            // Nobody would hear it.
            if !is_held {
                return Err(Refusal::not_found(&asked.path));
            }
            self.announce(Announcement { conference: sid.to_owned(), to: None, target });
        }
        Ok(Answer::Json(200, shown))
    }
}

/// Whether it is to end, and what is to be announced in it.
fn wanted(form: &Form) -> Result<(bool, Option<Target>), Refusal> {
    match form.get("Status") {
        Some("completed") => Ok((true, None)),
        Some(_) => Err(Refusal::INVALID_STATUS),
        None => Ok((false, link(form, "AnnounceUrl", "AnnounceMethod")?)),
    }
}
