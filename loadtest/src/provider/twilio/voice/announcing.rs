//! Announcements: documents that are followed for who is in a conference, while he stays in it.

use std::sync::Arc;

use futures::FutureExt;
use tokio::time::sleep;

use super::super::target::Target;
use super::conference::{Conference, Stage};
use super::follow::understand;
use super::lines::Lines;
use super::parameters::{self, Fields};
use super::problem::Problem;
use super::sound::Sound;
use super::twiml::{Document, Verb};
use super::{Voice, named};

/// What is to be announced, and to whom.
#[derive(Debug)]
pub(super) struct Announcement {
    /// By its SID.
    pub(super) conference: String,
    /// The call that alone hears it; else everybody in the conference.
    pub(super) to: Option<String>,
    pub(super) target: Target,
}

impl Voice {
    /// Begins to announce; that it is over is told to whoever is told of the conference.
    pub(super) fn announce(self: &Arc<Self>, announcement: Announcement) {
        let voice = self.clone();
        let made = async move {
            let outcome = voice.make(&announcement).await;
            voice.change(|lines, now| lines.tell_announced(&announcement, outcome, now));
        };
        self.work.begin(made.boxed());
    }

    async fn make(self: &Arc<Self>, announcement: &Announcement) -> Result<(), Problem> {
        let mut next = Some(announcement.target.clone());
        while let Some(target) = next.take() {
            let Some(form) = self.change(|lines, _| lines.announced_to(announcement)) else { break };
            let document = self.fetch_aside(&target, form).await?;
            for verb in document.verbs {
                match verb {
                    Verb::Sound { seconds, sound } => {
                        self.change(|lines, _| lines.hear_announced(announcement, &sound));
                        sleep(self.seconds(seconds)).await;
                    }
                    Verb::Pause { seconds } => sleep(self.seconds(seconds)).await,
                    Verb::Redirect(target) => {
                        next = Some(target);
                        break;
                    }
                    _ => return Err(Problem::VERB_IN_CONFERENCE),
                }
            }
        }
        Ok(())
    }

    async fn fetch_aside(&self, target: &Target, form: Fields) -> Result<Document, Problem> {
        let delivery = self.exchange.deliver("documents", target, &named(form)).await;
        understand(&delivery.map_err(|_| Problem::INVALID_URL)?, target)
    }
}

impl Lines {
    /// Who hears it now.
    fn listeners(&self, announcement: &Announcement) -> Vec<String> {
        let conference = self.conference(&announcement.conference);
        let participants = conference.into_iter().flat_map(|conference| &conference.participants);
        let hears = |call: &String| announcement.to.as_ref().is_none_or(|to| to == call);
        participants.filter(|it| it.is_in && hears(&it.call)).map(|it| it.call.clone()).collect()
    }

    /// What is said when the document is asked for; none when nobody listens any more. The documents do not list it: it
    /// is what is said for who waits.
    fn announced_to(&self, announcement: &Announcement) -> Option<Fields> {
        let conference = self.conference(&announcement.conference)?;
        let listeners = self.listeners(announcement);
        let first = self.call(listeners.first()?)?;
        let mut form = match &announcement.to {
            Some(_) => parameters::call(first),
            None => vec![("AccountSid", conference.account.clone())],
        };
        form.push(("ConferenceSid", conference.sid.clone()));
        form.push(("FriendlyName", conference.name.clone()));
        Some(form)
    }

    fn hear_announced(&mut self, announcement: &Announcement, sound: &Sound) {
        for call in self.listeners(announcement) {
            self.note_heard(&call, sound);
        }
    }

    /// Nothing comes after the end of a conference.
    pub(super) fn tell_announced(
        &mut self,
        announcement: &Announcement,
        outcome: Result<(), Problem>,
        now: i64,
    ) {
        let is_it = |it: &Conference| it.sid == announcement.conference && it.stage != Stage::Completed;
        let Some(index) = self.conferences.iter().position(is_it) else { return };
        let heard_by = announcement.to.as_ref().and_then(|to| self.conferences[index].participant(to));
        let mut more = heard_by.map(parameters::participant).unwrap_or_default();
        more.push(("AnnounceUrl", announcement.target.url.clone()));
        let event = match outcome {
            Ok(()) => "announcement-end",
            Err(problem) => {
                for call in self.listeners(announcement) {
                    self.note_problem(&call, problem.0);
                }
                more.push(("ReasonAnnouncementFailed", format!("Error {}", problem.0)));
                "announcement-fail"
            }
        };
        self.write(index, ("announcement", event), more, now);
    }
}
