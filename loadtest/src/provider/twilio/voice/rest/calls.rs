//! Calls: made, fetched, listed, redirected and ended.

use std::sync::Arc;

use super::super::super::answer::Answer;
use super::super::super::form::Form;
use super::super::super::listing::{is, times};
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::Voice;
use super::super::call::{Begin, Call, Direction, Origin, Status};
use super::super::conferences::Leaving;
use super::super::draft::{Draft, followed};
use super::super::line::{Line, Plan};
use super::super::lines::Lines;
use super::{Access, Answered, page};
use crate::measure::now_micros;

impl Voice {
    pub(super) fn calls(self: &Arc<Self>, asked: &Asked) -> Answered {
        match Access::of(asked)? {
            Access::Read => self.list(asked),
            Access::Write => self.create(&Form::parse(&asked.body)),
            Access::Remove => Err(Refusal::METHOD_NOT_ALLOWED),
        }
    }

    pub(super) fn call(self: &Arc<Self>, asked: &Asked, sid: &str) -> Answered {
        let missing = || Refusal::not_found(&asked.path);
        match Access::of(asked)? {
            Access::Read => {
                let lines = self.lines.lock();
                Ok(Answer::Json(200, lines.call(sid).ok_or_else(missing)?.resource(now_micros())))
            }
            Access::Write => self.update(&Form::parse(&asked.body), sid).unwrap_or_else(|| Err(missing())),
            Access::Remove => Err(Refusal::METHOD_NOT_ALLOWED),
        }
    }

    fn create(self: &Arc<Self>, form: &Form) -> Answered {
        let draft = Draft::read(form, &self.numbers())?;
        let plan =
            Plan { source: followed(form)?, is_bridged: false, patience: draft.timeout, limit: draft.limit };
        let (call, cut) = self.place(draft, |_, _, _| {})?;
        let shown = self.change(|lines, now| lines.call(&call.sid).map(|call| call.resource(now)));
        self.work.begin(call.place(plan));
        if cut { Ok(Answer::Cut) } else { Ok(Answer::Json(201, shown.unwrap_or_default())) }
    }

    /// Takes a call to somebody, and what else is to be done of it at once; its fate is thrown now.
    pub(super) fn place(
        self: &Arc<Self>,
        draft: Draft,
        also: impl FnOnce(&mut Lines, &str, i64),
    ) -> Result<(Line, bool), Refusal> {
        let person = self.people.lock().at(&draft.to);
        let placed = self.change(|lines, now| {
            let begin = Begin {
                from: draft.from,
                to: draft.to,
                direction: Direction::OutboundApi,
                parent: None,
                origin: Origin::default(),
                person,
                callback: draft.callback,
                fallback: draft.fallback,
                record: draft.record,
            };
            let call = lines.begin(begin, now)?;
            call.cut = call.sender.dice().hits(self.weather.faults.cut);
            let (line, cut) = (Line::of(self, call), call.cut);
            also(lines, &line.sid, now);
            Ok((line, cut))
        })?;
        self.exchange.tally.count("calls accepted");
        if placed.1 {
            self.exchange.tally.count("answers cut after acceptance");
        }
        Ok(placed)
    }

    /// Ends or redirects; none when there is no such call.
    fn update(self: &Arc<Self>, form: &Form, sid: &str) -> Option<Answered> {
        self.change(|lines, now| {
            let status = lines.call(sid)?.status;
            let updated = match (form.get("Status"), status) {
                (_, Status::Over(_)) => Err(Refusal::NOT_IN_PROGRESS),
                (Some("completed"), _) | (Some("canceled"), Status::Queued | Status::Ringing) => {
                    lines.leave(sid, Leaving::ByApi, now);
                    lines.hang_up(sid, now);
                    Ok(())
                }
                (Some("canceled"), _) => Err(Refusal::NOT_IN_PROGRESS),
                (Some(_), _) => Err(Refusal::INVALID_STATUS),
                (None, Status::InProgress) => followed(form).map(|source| lines.redirect(sid, source, now)),
                (None, _) => Err(Refusal::NOT_IN_PROGRESS),
            };
            Some(updated.and_then(|()| {
                let call = lines.call(sid).ok_or(Refusal::NOT_IN_PROGRESS)?;
                Ok(Answer::Json(200, call.resource(now)))
            }))
        })
    }

    /// What has not been answered counts as begun when it was taken: the documents do not say.
    fn list(&self, asked: &Asked) -> Answered {
        let query = &asked.query;
        let (started, ended) = (times(query, "StartTime"), times(query, "EndTime"));
        let wants = |call: &Call| {
            let start = call.answered.unwrap_or(call.created);
            is(query.get("To"), &call.begin.to)
                && is(query.get("From"), &call.begin.from)
                && is(query.get("Status"), call.status.as_str())
                && query
                    .get("ParentCallSid")
                    .is_none_or(|wanted| call.begin.parent.as_deref() == Some(wanted))
                && (started.0..started.1).contains(&start)
                && (ended.0..ended.1).contains(&call.ended.unwrap_or(start))
        };
        let (lines, now) = (self.lines.lock(), now_micros());
        page(asked, "calls", &lines.calls, wants, |call| call.resource(now))
    }
}
