//! Lines that meet in conferences: who enters, who leaves, what is changed meanwhile, and what of it is told.

use super::call::Status;
use super::conference::{Change, Closing, Conference, Participant, Seat, Stage};
use super::lines::Lines;
use super::parameters;
use super::post::Letter;
use super::problem::Problem;
use super::recording::Of;

/// Why somebody leaves a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    HungUp,
    /// His call was ended, or given something else to do.
    ByApi,
    Kicked,
    /// The conference was ended.
    WithConference,
    /// Somebody left with whom the conference ends.
    WithModerator,
}

impl Leaving {
    /// <https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback>
    const fn as_str(self) -> &'static str {
        match self {
            Self::HungUp => "participant_hung_up",
            Self::ByApi | Self::Kicked => "participant_updated_via_api",
            Self::WithConference => "conference_ended_via_api",
            Self::WithModerator => "moderator_ended_conference",
        }
    }
}

impl Lines {
    /// The conference that is held under this name, or has this SID.
    pub(super) fn conference(&self, name: &str) -> Option<&Conference> {
        let is_held = |it: &&Conference| it.name == name && it.stage != Stage::Completed;
        let mut newest_first = self.conferences.iter().rev();
        newest_first.clone().find(|it| it.sid == name).or_else(|| newest_first.find(is_held))
    }

    /// Whether there is room for one more, under that label, and whom he is to coach.
    pub(super) fn admits(&self, seat: &Seat) -> Result<(), Problem> {
        let Some(index) = self.held(&seat.name) else {
            return if seat.coach.is_some() { Err(Problem::NOBODY_TO_COACH) } else { Ok(()) };
        };
        let conference = &self.conferences[index];
        if conference.participants.len() as u64 >= seat.most {
            return Err(Problem::CONFERENCE_FULL);
        }
        let label = seat.label.as_deref();
        if label.is_some_and(|label| conference.named(label).is_some()) {
            return Err(Problem::LABEL_IN_USE);
        }
        if seat.coach.as_ref().is_some_and(|coached| conference.participant(coached).is_none()) {
            return Err(Problem::NOBODY_TO_COACH);
        }
        Ok(())
    }

    /// Keeps a place for a call that is being made into a conference; the conference begins to exist with it.
    pub(super) fn reserve(&mut self, call: &str, seat: &Seat, now: i64) {
        let index = match self.held(&seat.name) {
            Some(index) => index,
            None => self.convene(&seat.name, now),
        };
        let conference = &mut self.conferences[index];
        if conference.subscription.is_none() {
            conference.subscription = seat.subscription.clone();
        }
        if conference.record.is_none() {
            conference.record = seat.record.clone();
        }
        let (seat, call) = (seat.clone(), call.to_owned());
        let participant =
            Participant { call: call.clone(), seat, hold: false, is_in: false, created: now, updated: now };
        conference.participants.push(participant);
        let sid = conference.sid.clone();
        if let Some(call) = self.call_mut(&call) {
            (call.conference, call.last_conference) = (Some(sid.clone()), Some(sid));
        }
    }

    /// Lets a call in, on the place that is kept for it or on a new one.
    pub(super) fn join(&mut self, call: &str, seat: &Seat, now: i64) -> Result<(), Problem> {
        let is_expected =
            self.held(&seat.name).is_some_and(|it| self.conferences[it].participant(call).is_some());
        if !is_expected {
            self.admits(seat)?;
            self.reserve(call, seat, now);
        }
        let Some(index) = self.held(&seat.name) else { return Err(Problem::NO_CONFERENCE) };
        let participants = &mut self.conferences[index].participants;
        if let Some(participant) = participants.iter_mut().find(|it| it.call == call) {
            (participant.is_in, participant.updated) = (true, now);
        }
        if let Some(call) = self.call_mut(call) {
            call.joined.get_or_insert(now);
        }
        self.tell_conference(index, ("join", "participant-join"), Some(call), now);
        let conference = &mut self.conferences[index];
        if conference.may_begin() {
            (conference.stage, conference.updated) = (Stage::InProgress, now);
            let (sid, record) = (conference.sid.clone(), conference.record.clone());
            self.tell_conference(index, ("start", "conference-start"), Some(call), now);
            if let Some(wish) = record {
                self.record(Of::Conference(sid), wish, now);
            }
        }
        Ok(())
    }

    /// Takes a call out of its conference, if it is in one.
    pub(super) fn leave(&mut self, call: &str, why: Leaving, now: i64) {
        let Some(index) = self.place_of(call) else { return };
        let Some(participant) = self.take_out(index, call, why, now) else { return };
        let conference = &self.conferences[index];
        if conference.stage == Stage::Completed {
            return;
        }
        let is_kicked = why == Leaving::Kicked;
        let reason = match (participant.seat.end_on_exit && participant.is_in, is_kicked) {
            (true, true) => "participant-with-end-conference-on-exit-kicked",
            (true, false) => "participant-with-end-conference-on-exit-left",
            _ if !conference.participants.is_empty() => return,
            (false, true) => "last-participant-kicked",
            (false, false) => "last-participant-left",
        };
        self.close(index, Closing { reason, by: Some(participant) }, now);
    }

    /// Takes somebody out: he goes on with what he is told to do then; who is still being called is called back.
    pub(super) fn take_from_conference(&mut self, call: &str, now: i64) {
        let is_answered = self.call(call).is_some_and(|call| call.status == Status::InProgress);
        self.leave(call, Leaving::Kicked, now);
        if !is_answered {
            self.hang_up(call, now);
        }
    }

    /// Ends a conference by its SID; those in it go on without it.
    pub(super) fn end_conference(&mut self, sid: &str, now: i64) {
        let Some(index) = self.conferences.iter().position(|it| it.sid == sid) else { return };
        if self.conferences[index].stage != Stage::Completed {
            self.close(index, Closing { reason: "conference-ended-via-api", by: None }, now);
        }
    }

    /// Changes a participant who is in, and tells each change. False when there is none.
    pub(super) fn change_participant(&mut self, call: &str, change: &Change, now: i64) -> bool {
        let Some(index) = self.place_of(call) else { return false };
        let participants = &mut self.conferences[index].participants;
        let Some(participant) = participants.iter_mut().find(|it| it.call == call && it.is_in) else {
            return false;
        };
        for event in participant.apply(change) {
            let token = match event {
                "participant-mute" | "participant-unmute" => "mute",
                "participant-hold" | "participant-unhold" => "hold",
                _ => "modify",
            };
            self.tell_conference(index, (token, event), Some(call), now);
        }
        true
    }

    fn held(&self, name: &str) -> Option<usize> {
        let is_held = |it: &Conference| (it.name == name || it.sid == name) && it.stage != Stage::Completed;
        self.conferences.iter().rposition(is_held)
    }

    fn place_of(&self, call: &str) -> Option<usize> {
        let sid = self.call(call)?.conference.as_ref()?;
        self.conferences.iter().rposition(|it| it.sid == *sid)
    }

    fn convene(&mut self, name: &str, now: i64) -> usize {
        let (sid, sender) = self.next_sid("CF");
        self.conferences.push(Conference {
            sid,
            account: self.account.clone(),
            name: name.to_owned(),
            stage: Stage::Init,
            participants: Vec::new(),
            subscription: None,
            record: None,
            sequence: 0,
            sender,
            closing: None,
            created: now,
            updated: now,
        });
        self.conferences.len() - 1
    }

    /// Takes a participant out and tells it.
    fn take_out(&mut self, index: usize, call: &str, why: Leaving, now: i64) -> Option<Participant> {
        let participants = &mut self.conferences[index].participants;
        let at = participants.iter().position(|it| it.call == call)?;
        let participant = participants.remove(at);
        let left = self.call_mut(call).map(|call| {
            call.conference = None;
            call.changes.send_replace(());
            call.status
        });
        if !participant.is_in {
            return Some(participant);
        }
        let mut more = parameters::participant(&participant);
        more.push(("ReasonParticipantLeft", why.as_str().to_owned()));
        more.extend(left.map(|status| ("ParticipantCallStatus", status.as_str().to_owned())));
        self.write(index, ("leave", "participant-leave"), more, now);
        Some(participant)
    }

    /// Everybody leaves; who is still being called is called back.
    fn close(&mut self, index: usize, closing: Closing, now: i64) {
        let conference = &mut self.conferences[index];
        let was_held = conference.sequence > 0;
        (conference.stage, conference.updated) = (Stage::Completed, now);
        conference.closing = Some(closing.clone());
        let sid = conference.sid.clone();
        let others: Vec<(String, bool)> =
            conference.participants.iter().map(|it| (it.call.clone(), it.is_in)).collect();
        let why = if closing.by.is_some() { Leaving::WithModerator } else { Leaving::WithConference };
        for (call, is_in) in others {
            self.take_out(index, &call, why, now);
            if !is_in {
                self.hang_up(&call, now);
            }
        }
        self.stop_recordings(&Of::Conference(sid), now);
        // Of what nobody ever entered nothing is told.
        if was_held {
            let mut more = vec![("ReasonConferenceEnded", closing.reason.to_owned())];
            more.push(("Reason", sentence(closing.reason)));
            if let Some(by) = closing.by {
                more.push(("CallSidEndingConference", by.call));
                more.extend(by.seat.label.map(|label| ("ParticipantLabelEndingConference", label)));
            }
            self.write(index, ("end", "conference-end"), more, now);
        }
    }

    fn tell_conference(
        &mut self,
        index: usize,
        event: (&'static str, &'static str),
        call: Option<&str>,
        now: i64,
    ) {
        let participant = call.and_then(|call| self.conferences[index].participant(call));
        let more = participant.map(parameters::participant).unwrap_or_default();
        self.write(index, event, more, now);
    }

    /// Events count whether or not anybody is told.
    pub(super) fn write(
        &mut self,
        index: usize,
        (token, event): (&'static str, &'static str),
        more: parameters::Fields,
        now: i64,
    ) {
        let conference = &mut self.conferences[index];
        conference.sequence += 1;
        let wanted = conference.subscription.as_ref().filter(|subscription| subscription.wants(token));
        let letter = wanted.map(|subscription| {
            let mut form = parameters::conference(conference, event, now);
            form.extend(more);
            Letter { kind: "conference callbacks", target: subscription.target.clone(), form, about: None }
        });
        self.post.send(&mut conference.sender, letter, token == "end");
    }
}

/// `last-participant-left` as people say it.
fn sentence(reason: &str) -> String {
    let words = reason.replace('-', " ");
    words[..1].to_uppercase() + &words[1..]
}
