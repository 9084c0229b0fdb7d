//! `Dial`: other people are called, and the first who answers is connected; or the call enters a conference.

use tokio::time::timeout;

use super::call::{Begin, Call, Direction, Engagement, Origin, Status};
use super::conference::{Seat, Stage};
use super::follow::{Flow, Source};
use super::line::{Line, Plan};
use super::lines::Lines;
use super::parameters::{self, Fields};
use super::person::Act;
use super::problem::Problem;
use super::recording::Of;
use super::twiml::{Dial, Noun, Number};

impl Line {
    pub(super) async fn dial(&self, dial: &Dial) -> Flow {
        let is_tried = match &dial.noun {
            Noun::Conference(seat) => self.confer(dial, seat).await,
            Noun::Numbers(numbers) => self.call_others(dial, numbers).await,
        };
        let outcome = self.act(|lines, sid, now| {
            let engagement = lines.call_mut(sid)?.engagement.take()?;
            Some(lines.outcome(&engagement, now))
        });
        let outcome = outcome.await;
        let failed = vec![("DialCallStatus", "failed".to_owned())];
        match &dial.action {
            Some(_) => self.on_to(dial.action.as_ref(), outcome.filter(|_| is_tried).unwrap_or(failed)),
            None => Flow::On,
        }
    }

    /// Stays in a conference until it is taken out of it, or the conference is over. False when it is not let in.
    async fn confer(&self, dial: &Dial, seat: &Seat) -> bool {
        let joined = self.act(|lines, sid, now| {
            lines.join(sid, seat, now)?;
            lines.engage(sid, dials(dial, Vec::new()));
            let conference = lines.conference(&seat.name).filter(|it| it.stage == Stage::Init);
            Ok(conference.map(|it| (it.sid.clone(), it.name.clone())))
        });
        let waits_in = match joined.await {
            Ok(waits_in) => waits_in,
            Err(problem) => {
                self.note(problem);
                return false;
            }
        };
        if let (Some(music), Some((conference, name))) = (&seat.wait, waits_in) {
            self.ask_aside(music, vec![("ConferenceSid", conference), ("FriendlyName", name)]).await;
        }
        self.until(|lines, sid| lines.call(sid)?.conference.is_none().then_some(())).await;
        true
    }

    /// Until nobody is left who could answer, or those who were connected have parted. False when nobody was called.
    async fn call_others(&self, dial: &Dial, numbers: &[Number]) -> bool {
        let Some(from) = self.caller_id(dial, numbers) else {
            self.note(Problem::CALLER_ID);
            return false;
        };
        let legs = self.call_all(dial, numbers, &from).await;
        // None were let in when the account keeps no more calls.
        if legs.is_empty() {
            return false;
        }
        let connected = self.until(|lines, _| {
            let connected = legs.iter().find(|leg| lines.call(leg).is_some_and(|leg| leg.was_bridged));
            let is_anybody_left = legs.iter().any(|leg| lines.call(leg).is_some_and(Call::is_leg));
            if connected.is_none() && is_anybody_left { None } else { Some(connected.cloned()) }
        });
        if let Some(leg) = connected.await {
            let limit = self.voice.seconds(dial.limit);
            let _ = timeout(limit, self.parted(&leg, dial.hang_up_on_star)).await;
            self.act(|lines, sid, now| {
                if lines.call(&leg).is_some_and(Call::is_leg) {
                    lines.hang_up(&leg, now);
                }
                lines.stop_verb_recording(sid, now);
            })
            .await;
        }
        true
    }

    async fn parted(&self, leg: &str, on_star: bool) {
        self.until(|lines, sid| {
            let is_star = |act: &Act| matches!(act, Act::Keys(keys) if keys.contains('*'));
            let is_ended = on_star && lines.call(sid)?.acts.iter().any(is_star);
            (is_ended || !lines.call(leg)?.bridged).then_some(())
        })
        .await;
    }

    /// Ours, or who calls us; nobody may call in the name of somebody else.
    fn caller_id(&self, dial: &Dial, numbers: &[Number]) -> Option<String> {
        let ours = self.voice.numbers();
        let (from, to) = self.change(|lines, sid, _| {
            lines.call(sid).map(|call| (call.begin.from.clone(), call.begin.to.clone()))
        })?;
        let are_clients = numbers.iter().all(|number| number.to.starts_with("client:"));
        match &dial.caller_id {
            Some(id) => (ours.contains(id) || *id == from || *id == to).then(|| id.clone()),
            None => (are_clients || !from.starts_with("client:")).then_some(from),
        }
    }

    /// Begins to call them all at once.
    async fn call_all(&self, dial: &Dial, numbers: &[Number], from: &str) -> Vec<String> {
        let begins: Vec<Begin> = numbers.iter().map(|number| self.leg(number, from)).collect();
        let begun = self.act(|lines, sid, now| {
            // Those are left out for whom there is no room any more.
            let calls = begins.into_iter().map_while(|begin| {
                let call = lines.begin(begin, now).ok()?;
                Some((call.sid.clone(), Self::of(&self.voice, call)))
            });
            let (legs, begun): (Vec<String>, Vec<Self>) = calls.unzip();
            lines.engage(sid, dials(dial, legs.clone()));
            (legs, begun)
        });
        let (legs, begun) = begun.await;
        for (line, number) in begun.into_iter().zip(numbers) {
            let whisper = number.whisper.clone().map(|whisper| Source::At(whisper, Vec::new()));
            self.voice.work.begin(line.place(Plan {
                source: whisper.unwrap_or_else(|| Source::Verbs(Vec::new())),
                is_bridged: true,
                patience: dial.timeout,
                limit: dial.limit,
            }));
        }
        legs
    }

    fn leg(&self, number: &Number, from: &str) -> Begin {
        Begin {
            from: from.to_owned(),
            to: number.to.clone(),
            direction: Direction::OutboundDial,
            parent: Some(self.sid.clone()),
            origin: Origin::default(),
            person: self.voice.people.lock().at(&number.to),
            callback: number.callback.clone(),
            fallback: None,
            record: None,
        }
    }
}

fn dials(dial: &Dial, legs: Vec<String>) -> Engagement {
    Engagement::Dial { action: dial.action.clone(), legs, record: dial.record.clone(), recording: None }
}

impl Lines {
    pub(super) fn engage(&mut self, sid: &str, engagement: Engagement) {
        if let Some(call) = self.call_mut(sid) {
            call.engagement = Some(engagement);
        }
    }

    /// Connects a leg with the call that dialled it, unless another one was quicker.
    pub(super) fn bridge(&mut self, sid: &str, now: i64) -> bool {
        let Some(parent) = self.call(sid).and_then(|call| call.begin.parent.clone()) else { return false };
        if self.call(sid).is_none_or(|call| !call.is_leg())
            || self.children(&parent).any(|child| child.bridged)
        {
            return false;
        }
        let others: Vec<String> =
            self.children(&parent).map(|child| child.sid.clone()).filter(|child| child != sid).collect();
        for other in others {
            self.hang_up(&other, now);
        }
        if let Some(call) = self.call_mut(sid) {
            (call.was_bridged, call.bridged) = (true, true);
        }
        self.connect(&parent, now);
        self.wake(&parent);
        true
    }

    /// Somebody has answered: at the latest now so has who dialled, and what is said is recorded if it is to be.
    fn connect(&mut self, sid: &str, now: i64) {
        self.answer(sid, now);
        let Some(Engagement::Dial { record: Some(wish), .. }) =
            self.call(sid).and_then(|it| it.engagement.clone())
        else {
            return;
        };
        let begun = self.record(Of::Call(sid.to_owned()), wish, now);
        let engagement = self.call_mut(sid).and_then(|call| call.engagement.as_mut());
        if let Some(Engagement::Dial { recording, .. }) = engagement {
            *recording = Some(begun);
        }
    }

    /// What a verb has come to, as its action is told.
    pub(super) fn outcome(&self, engagement: &Engagement, now: i64) -> Fields {
        let (mut fields, recording) = match engagement {
            Engagement::Dial { legs, recording, .. } => (self.dialled(legs, now), recording.as_ref()),
            Engagement::Record { recording, .. } => (Vec::new(), Some(recording)),
        };
        let recording = recording.and_then(|sid| self.recording(sid));
        fields.extend(recording.into_iter().flat_map(|it| parameters::recorded_as(it, &self.base, now)));
        fields
    }

    /// Of several who were called, the one who was connected counts, else the last.
    fn dialled(&self, legs: &[String], now: i64) -> Fields {
        let legs: Vec<_> = legs.iter().filter_map(|leg| self.call(leg)).collect();
        let Some(leg) = legs.iter().find(|leg| leg.was_bridged).or(legs.last()) else {
            return vec![("DialCallStatus", "answered".to_owned())];
        };
        let status = match leg.status {
            Status::Over(ending) => ending.as_str(),
            // It is hung up on with the call that dialled it.
            _ => "completed",
        };
        let mut fields = vec![
            ("DialCallStatus", status.to_owned()),
            ("DialCallSid", leg.sid.clone()),
            ("DialBridged", leg.was_bridged.to_string()),
        ];
        if leg.answered.is_some() {
            fields.push(("DialCallDuration", leg.duration(now).to_string()));
        }
        fields
    }
}
