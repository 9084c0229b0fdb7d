//! What was recorded: what the provider has, against what the hub shows and tells of it. Pure.

mod read_back;

pub(super) use read_back::read;

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use super::seen::SeenCall;
use crate::provider::twilio::SECRETS;

/// A recording the provider made and has whole, or had.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) sid: String,
    /// The call it is of, as the provider calls it.
    pub(super) call: String,
    /// `voicemail` or `call`.
    pub(super) kind: &'static str,
    /// What was said in it.
    pub(super) said: Option<String>,
    /// It was understood, and written down.
    pub(super) is_written_down: bool,
    /// As it sounds in each format there is.
    pub(super) sounds: Vec<Bytes>,
}

/// A recording as the hub shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) call: String,
    pub(super) kind: String,
    pub(super) status: String,
    /// What is written down of it.
    pub(super) transcript: Option<String>,
    /// The bytes of its link, when it has one.
    pub(super) sound: Option<Bytes>,
}

/// An event about recordings: its type, the recording, and all of it as it was told.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) recording: String,
    pub(super) text: String,
}

pub(super) struct Evidence<'a> {
    pub(super) calls: &'a [SeenCall],
    pub(super) made: Vec<Made>,
    pub(super) shown: Vec<Shown>,
    pub(super) told: Vec<Told>,
}

/// How many there were, and examples of every kind of broken promise.
#[derive(Debug, Default)]
pub(super) struct Findings {
    counts: BTreeMap<&'static str, usize>,
    broken: BTreeMap<&'static str, Vec<String>>,
}

const LOST: &str = "recorded there, and not to be heard here";
const DOUBLED: &str = "recorded once, and here several times";
const ELSEWHERE: &str = "of another call, or of another kind, than there";
const UNHEARD: &str = "with bytes nobody recorded";
const UNFINISHED: &str = "recorded there, and not completed here";
const NOT_TOLD_ONCE: &str = "voicemail that was told of not exactly once";
const TOLD_OF_NOTHING: &str = "told of as voicemail, and nothing was left";
const WRITTEN_OTHERWISE: &str = "written down otherwise than it was said";
const KEPT: &str = "number written down that nobody may keep";
const WORDS_TOLD: &str = "event with words that were said";
const PROMISES: [&str; 10] = [
    LOST,
    DOUBLED,
    ELSEWHERE,
    UNHEARD,
    UNFINISHED,
    NOT_TOLD_ONCE,
    TOLD_OF_NOTHING,
    WRITTEN_OTHERWISE,
    KEPT,
    WORDS_TOLD,
];

impl Findings {
    pub(super) fn counts(&self) -> Vec<(&'static str, usize)> {
        self.counts.iter().map(|(what, count)| (*what, *count)).collect()
    }

    pub(super) fn broken_promises(&self) -> Vec<(&'static str, &[String])> {
        PROMISES.map(|what| (what, self.broken.get(what).map_or(&[][..], Vec::as_slice))).to_vec()
    }

    fn count(&mut self, what: &'static str, many: usize) {
        *self.counts.entry(what).or_default() += many;
    }

    fn find(&mut self, what: &'static str, example: impl Into<String>) {
        self.broken.entry(what).or_default().push(example.into());
    }
}

pub(super) fn audit(evidence: &Evidence) -> Findings {
    let mut findings = Findings::default();
    let calls: HashMap<&str, Option<&str>> =
        evidence.calls.iter().map(|call| (call.id.as_str(), call.provider.id.as_deref())).collect();
    let mut told: HashMap<&str, usize> = HashMap::new();
    for event in evidence.told.iter().filter(|event| event.kind == "voicemail.created") {
        *told.entry(&event.recording).or_default() += 1;
    }
    for kind in ["call", "voicemail"] {
        let many = evidence.made.iter().filter(|made| made.kind == kind).count();
        findings.count(if kind == "call" { "calls recorded" } else { "messages left" }, many);
    }
    for made in &evidence.made {
        let is_it = |shown: &&Shown| shown.sound.as_ref().is_some_and(|sound| made.sounds.contains(sound));
        let found: Vec<&Shown> = evidence.shown.iter().filter(is_it).collect();
        match found.as_slice() {
            [] => findings.find(LOST, &made.sid),
            [shown] => judge(made, shown, (&calls, &told), &mut findings),
            _ => findings.find(DOUBLED, &made.sid),
        }
        findings.count("written down there", usize::from(made.is_written_down));
    }
    judge_shown(evidence, &told, &mut findings);
    judge_words(evidence, &mut findings);
    findings
}

fn judge(
    made: &Made,
    shown: &Shown,
    (calls, told): (&HashMap<&str, Option<&str>>, &HashMap<&str, usize>),
    findings: &mut Findings,
) {
    let of = calls.get(shown.call.as_str()).copied().flatten();
    if (of, shown.kind.as_str()) != (Some(made.call.as_str()), made.kind) {
        findings.find(ELSEWHERE, &shown.id);
    }
    if shown.status != "completed" {
        findings.find(UNFINISHED, format!("{} ({})", shown.id, shown.status));
    }
    if made.kind == "voicemail" && told.get(shown.id.as_str()) != Some(&1) {
        findings.find(NOT_TOLD_ONCE, &shown.id);
    }
    let Some(transcript) = &shown.transcript else { return };
    findings.count("written down here", 1);
    let said = made.said.as_deref().unwrap_or_default();
    // What nobody may keep is struck out; the rest is as it was said.
    let holds_secret = SECRETS.iter().any(|secret| digits(said).contains(secret));
    if !holds_secret && transcript != said {
        findings.find(WRITTEN_OTHERWISE, format!("{}: {transcript:?}", shown.id));
    }
}

fn judge_shown(evidence: &Evidence, told: &HashMap<&str, usize>, findings: &mut Findings) {
    for shown in &evidence.shown {
        let Some(sound) = &shown.sound else {
            if told.contains_key(shown.id.as_str()) && shown.status == "failed" {
                findings.find(TOLD_OF_NOTHING, &shown.id);
            }
            continue;
        };
        if !evidence.made.iter().any(|made| made.sounds.contains(sound)) {
            findings.find(UNHEARD, &shown.id);
        }
    }
    let is_shown = |id: &str| evidence.shown.iter().any(|shown| shown.id == id);
    for id in told.keys().filter(|id| !is_shown(id)) {
        findings.find(TOLD_OF_NOTHING, *id);
    }
}

fn judge_words(evidence: &Evidence, findings: &mut Findings) {
    let is_secret = |text: &str| SECRETS.iter().any(|secret| digits(text).contains(secret));
    for shown in &evidence.shown {
        if shown.transcript.as_deref().is_some_and(is_secret) {
            findings.find(KEPT, &shown.id);
        }
    }
    let said: Vec<&str> = evidence.made.iter().filter_map(|made| made.said.as_deref()).collect();
    for told in &evidence.told {
        if said.iter().any(|said| told.text.contains(said)) {
            findings.find(WORDS_TOLD, &told.text);
        }
    }
}

/// However they are written.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests;
