//! Lines that are recorded: from when, until when, and what of it is told.

use super::lines::Lines;
use super::parameters;
use super::post::Letter;
use super::recording::{Of, Recording, Source, State, Transcription, Wish};

/// Steps from the end of a recording until it is written down. The documents say that it takes a while.
const WRITTEN_AFTER: u32 = 4;

impl Lines {
    pub(super) fn recording(&self, sid: &str) -> Option<&Recording> {
        self.recordings.iter().find(|recording| recording.sid == sid)
    }

    /// Begins to record; the SID of what comes of it.
    pub(super) fn record(&mut self, of: Of, wish: Wish, now: i64) -> String {
        let (sid, sender) = self.next_sid("RE");
        self.recordings.push(Recording {
            sid: sid.clone(),
            account: self.account.clone(),
            of,
            wish,
            state: State::InProgress,
            said: None,
            spoken_until: None,
            transcription: None,
            is_deleted: false,
            started: now,
            ended: None,
            sender,
        });
        self.tell_recording(self.recordings.len() - 1, State::InProgress, now);
        sid
    }

    /// Takes a recording away from who it was made for; what is written down of it stays.
    pub(super) fn delete_recording(&mut self, sid: &str) {
        if let Some(recording) = self.recordings.iter_mut().find(|it| it.sid == sid) {
            recording.is_deleted = true;
        }
    }

    /// Nothing was said: there is no recording, and who asked for that is told so.
    pub(super) fn record_nothing(&mut self, of: Of, wish: Wish, now: i64) {
        let sid = self.record(of, wish, now);
        self.finish(&sid, State::Absent, now);
    }

    pub(super) fn pause_recording(&mut self, sid: &str, is_paused: bool) {
        if let Some(recording) = self.recordings.iter_mut().find(|it| it.sid == sid && !it.state.is_over()) {
            recording.state = if is_paused { State::Paused } else { State::InProgress };
        }
    }

    pub(super) fn stop_recording(&mut self, sid: &str, now: i64) {
        self.finish(sid, State::Completed, now);
    }

    /// Everything that is being recorded of something.
    pub(super) fn stop_recordings(&mut self, of: &Of, now: i64) {
        for sid in self.running(|recording| recording.of == *of) {
            self.finish(&sid, State::Completed, now);
        }
    }

    /// What a verb began to record, and ends with it.
    pub(super) fn stop_verb_recording(&mut self, call: &str, now: i64) {
        let of = Of::Call(call.to_owned());
        let is_verbs = |source| matches!(source, Source::DialVerb | Source::RecordVerb);
        for sid in self.running(|recording| recording.of == of && is_verbs(recording.wish.source)) {
            self.finish(&sid, State::Completed, now);
        }
    }

    /// What is said while it is recorded, or that it was said up to now.
    pub(super) fn note_said(&mut self, sid: &str, words: &str, now: i64) {
        if let Some(recording) = self.recordings.iter_mut().find(|it| it.sid == sid) {
            recording.spoken_until = Some(now);
            let said = recording.said.get_or_insert_default();
            if !said.is_empty() && !words.is_empty() {
                said.push(' ');
            }
            said.push_str(words);
        }
    }

    fn running(&self, is: impl Fn(&Recording) -> bool) -> Vec<String> {
        let running = self.recordings.iter().filter(|recording| !recording.state.is_over() && is(recording));
        running.map(|recording| recording.sid.clone()).collect()
    }

    fn finish(&mut self, sid: &str, state: State, now: i64) {
        let unfinished = |it: &Recording| it.sid == sid && !it.state.is_over();
        let Some(index) = self.recordings.iter().position(unfinished) else { return };
        let recording = &mut self.recordings[index];
        let spoken_until = recording.spoken_until.filter(|_| recording.wish.is_trimmed);
        (recording.state, recording.ended) = (state, Some(spoken_until.unwrap_or(now)));
        self.tell_recording(index, state, now);
        if state == State::Completed {
            self.transcribe(index, now);
        }
    }

    fn tell_recording(&mut self, index: usize, state: State, now: i64) {
        let recording = &mut self.recordings[index];
        let wanted = recording.wish.subscription.as_ref().filter(|it| it.wants(state.as_str()));
        let letter = wanted.map(|subscription| Letter {
            kind: "recording callbacks",
            target: subscription.target.clone(),
            form: parameters::recording(recording, state, &self.base, now),
            about: None,
        });
        self.post.send(&mut recording.sender, letter, state.is_over());
    }

    /// Writes down what was said, which takes a while.
    fn transcribe(&mut self, index: usize, now: i64) {
        let due = now + self.post.micros(WRITTEN_AFTER);
        let unintelligible = self.post.faults().unintelligible;
        let (sid, _) = self.next_sid("TR");
        let recording = &mut self.recordings[index];
        let (Some(target), Of::Call(call)) = (recording.wish.transcribe.clone(), recording.of.clone()) else {
            return;
        };
        let is_understood = recording.said.is_some() && !recording.sender.dice().hits(unintelligible);
        let transcription = Transcription { sid, due, is_understood };
        recording.transcription = Some(transcription.clone());
        let (recording, Some(call)) = (&self.recordings[index], self.call(&call)) else { return };
        let mut form = parameters::transcription(call, recording, &transcription, &self.base);
        form.push(("url", target.url.clone()));
        let letter = Letter { kind: "transcriptions", target, form, about: None };
        self.post.send_after(WRITTEN_AFTER, &mut self.recordings[index].sender, letter);
    }
}
