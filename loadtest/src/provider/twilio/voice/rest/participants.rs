//! Participants of conferences: called in, fetched, listed, changed and taken out.

use std::sync::Arc;

use serde_json::Value;

use super::super::super::answer::Answer;
use super::super::super::form::Form;
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::Voice;
use super::super::announcing::Announcement;
use super::super::conference::{Change, Conference, Participant, Seat, Stage};
use super::super::draft::{Draft, is_true, link, seat};
use super::super::follow::Source;
use super::super::line::Plan;
use super::super::lines::Lines;
use super::super::problem::Problem;
use super::super::twiml::{Dial, Verb};
use super::{Access, Answered, page};

impl Voice {
    pub(super) fn participants(self: &Arc<Self>, asked: &Asked, name: &str) -> Answered {
        match Access::of(asked)? {
            Access::Read => self.list_participants(asked, name),
            Access::Write => self.call_in(asked, name),
            Access::Remove => Err(Refusal::METHOD_NOT_ALLOWED),
        }
    }

    pub(super) fn participant(self: &Arc<Self>, asked: &Asked, name: &str, who: &str) -> Answered {
        let access = Access::of(asked)?;
        let form = Form::parse(&asked.body);
        let announced = link(&form, "AnnounceUrl", "AnnounceMethod")?.filter(|_| access == Access::Write);
        let (answer, to) = self.change(|lines, now| {
            let missing = || Refusal::not_found(&asked.path);
            let conference = going_on(lines, name).ok_or_else(missing)?;
            let call = conference.named(who).ok_or_else(missing)?.call.clone();
            let conference_sid = conference.sid.clone();
            match access {
                Access::Read => {}
                Access::Write => {
                    let change = change(&form);
                    if matches!(&change.coach, Some(Some(coached)) if conference.participant(coached).is_none()) {
                        return Err(Refusal::NOBODY_TO_COACH);
                    }
                    // Who is still being called is in no conference yet.
                    if !lines.change_participant(&call, &change, now) {
                        return Err(missing());
                    }
                }
                Access::Remove => {
                    lines.take_from_conference(&call, now);
                    return Ok((Answer::Nothing, (conference_sid, call)));
                }
            }
            Ok((Answer::Json(200, shown(lines, &call).ok_or_else(missing)?), (conference_sid, call)))
        })?;
        if let Some(target) = announced {
            self.announce(Announcement { conference: to.0, to: Some(to.1), target });
        }
        Ok(answer)
    }

    fn list_participants(&self, asked: &Asked, name: &str) -> Answered {
        let lines = self.lines.lock();
        let conference = going_on(&lines, name).ok_or_else(|| Refusal::not_found(&asked.path))?;
        let query = &asked.query;
        let flag = |name: &str, value: bool| query.get(name).is_none_or(|wanted| is_true(wanted) == value);
        let wants = |it: &Participant| {
            flag("Muted", it.seat.muted) && flag("Hold", it.hold) && flag("Coaching", it.seat.coach.is_some())
        };
        let show = |it: &Participant| shown(&lines, &it.call).unwrap_or_default();
        page(asked, "participants", &conference.participants, wants, show)
    }

    /// Calls somebody into a conference, which a name makes and a SID does not.
    fn call_in(self: &Arc<Self>, asked: &Asked, name: &str) -> Answered {
        let form = Form::parse(&asked.body);
        let draft = Draft::read(&form, &self.numbers())?;
        let seat = seat(&form, name)?;
        self.change(|lines, _| may_take(lines, asked, &seat))?;
        let plan = Plan {
            source: Source::Verbs(vec![Verb::Dial(Box::new(Dial::into_conference(seat.clone())))]),
            is_bridged: false,
            patience: draft.timeout,
            limit: draft.limit,
        };
        let (line, cut) = self.place(draft, |lines, sid, now| lines.reserve(sid, &seat, now))?;
        let shown = self.change(|lines, _| shown(lines, &line.sid));
        self.work.begin(line.place(plan));
        if cut { Ok(Answer::Cut) } else { Ok(Answer::Json(201, shown.unwrap_or_default())) }
    }
}

fn may_take(lines: &Lines, asked: &Asked, seat: &Seat) -> Result<(), Refusal> {
    if seat.name.starts_with("CF") && going_on(lines, &seat.name).is_none() {
        return Err(Refusal::not_found(&asked.path));
    }
    lines.admits(seat).map_err(|problem| match problem {
        Problem::LABEL_IN_USE => Refusal::LABEL_IN_USE,
        Problem::NOBODY_TO_COACH => Refusal::NOBODY_TO_COACH,
        _ => Refusal::CONFERENCE_FULL,
    })
}

fn going_on<'a>(lines: &'a Lines, name: &str) -> Option<&'a Conference> {
    lines.conference(name).filter(|conference| conference.stage != Stage::Completed)
}

fn shown(lines: &Lines, call: &str) -> Option<Value> {
    let call = lines.call(call)?;
    let conference = lines.conference(call.conference.as_ref()?)?;
    Some(conference.participant_resource(conference.participant(&call.sid)?, call))
}

/// Whoever coaches names whom; who stops names nobody.
fn change(form: &Form) -> Change {
    let flag = |name: &str| form.get(name).map(is_true);
    let coached = form.get("CallSidToCoach").map(str::to_owned);
    let coach = match flag("Coaching") {
        Some(true) => coached.map(Some),
        Some(false) => Some(None),
        None => coached.map(Some),
    };
    Change { muted: flag("Muted"), hold: flag("Hold"), end_on_exit: flag("EndConferenceOnExit"), coach }
}
