//! What is asked of who is at the other end: keys and words at a `Gather`, a message at a `Record`.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::call::Engagement;
use super::follow::Flow;
use super::line::Line;
use super::parameters::Fields;
use super::person::Act;
use super::recording::Of;
use super::twiml::{Gather, Record};

/// How sure it is of what it heard.
const CONFIDENCE: &str = "0.9128386";

/// What came of a `Gather`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Heard {
    Keys { digits: String, finished_on: String },
    Words(String),
    Nothing,
}

impl Line {
    pub(super) async fn gather(&self, gather: &Gather) -> Flow {
        let end = |more: Fields| [vec![("msg", "Gather End".to_owned())], more].concat();
        let more = match self.listen(gather).await {
            Heard::Keys { digits, finished_on } => {
                end(vec![("Digits", digits), ("FinishedOnKey", finished_on)])
            }
            Heard::Words(words) => vec![
                ("SpeechResult", words),
                ("Confidence", CONFIDENCE.to_owned()),
                ("Language", gather.language.clone()),
            ],
            Heard::Nothing if gather.asks_when_empty => end(vec![("Digits", String::new())]),
            Heard::Nothing => return Flow::On,
        };
        self.on_to(gather.action.as_ref(), more)
    }

    async fn listen(&self, gather: &Gather) -> Heard {
        let mut pressed = Pressed { gather, digits: String::new() };
        let (sounds, lasts) = &gather.prompt;
        self.act(|lines, sid, _| sounds.iter().for_each(|sound| lines.note_heard(sid, sound))).await;
        let mut patience = self.voice.seconds(lasts.saturating_add(gather.timeout));
        loop {
            match self.hear(patience).await {
                Some(Act::Keys(keys)) if gather.takes_keys => {
                    if let Some(heard) = pressed.take(&keys) {
                        return heard;
                    }
                }
                Some(Act::Says(words) | Act::Speaks { words, .. }) if gather.takes_speech => {
                    return Heard::Words(words);
                }
                // Nobody asked for that.
                Some(_) => {}
                None => return pressed.so_far(),
            }
            patience = self.voice.seconds(gather.timeout);
        }
    }

    /// What is done next, if anything is. Who has something in mind does it a step from now, and so in time, however
    /// slow this machine is.
    async fn hear(&self, patience: Duration) -> Option<Act> {
        let next = || self.until(|lines, sid| lines.call_mut(sid)?.acts.pop_front());
        let has_idea = self
            .act(|lines, sid, _| lines.call(sid).is_some_and(|call| !call.begin.person.responses.is_empty()));
        if !has_idea.await {
            return timeout(patience, next()).await.ok();
        }
        let own_idea = async {
            sleep(self.voice.weather.step).await;
            self.act(|lines, sid, now| lines.respond(sid, now)).await;
            next().await
        };
        tokio::select! {
            biased;
            act = next() => Some(act),
            act = own_idea => Some(act),
        }
    }

    /// Silence is not recorded: the document goes on.
    pub(super) async fn take_message(&self, record: &Record) -> Flow {
        let longest = self.voice.seconds(record.longest);
        let key = timeout(longest, self.hear_message(record)).await.unwrap_or_default();
        let told = self.act(|lines, sid, now| {
            let engagement = lines.call_mut(sid)?.engagement.take()?;
            lines.stop_verb_recording(sid, now);
            Some(lines.outcome(&engagement, now))
        });
        let told = told.await;
        let Some(mut told) = told else {
            let wish = record.wish.clone();
            self.act(|lines, sid, now| lines.record_nothing(Of::Call(sid.to_owned()), wish, now)).await;
            return Flow::On;
        };
        told.push(("Digits", key));
        self.on_to(record.action.as_ref(), told)
    }

    /// The key that ended it, if one did.
    async fn hear_message(&self, record: &Record) -> String {
        loop {
            match self.hear(self.voice.seconds(record.timeout)).await {
                Some(Act::Says(words)) => self.note_words(record, &words).await,
                Some(Act::Speaks { words, seconds }) => {
                    self.note_words(record, &words).await;
                    sleep(self.voice.seconds(seconds.into())).await;
                    self.note_words(record, "").await;
                }
                Some(Act::Keys(keys)) => {
                    if let Some(key) = keys.chars().find(|key| record.finish_on.contains(*key)) {
                        return key.to_string();
                    }
                }
                // Neither comes here: it is done, and thrown for, as soon as it is asked for.
                Some(Act::HangsUp | Act::LeavesMessage) => {}
                None => return String::new(),
            }
        }
    }

    /// With the first words there is something to record.
    async fn note_words(&self, record: &Record, words: &str) {
        self.act(|lines, sid, now| {
            let engaged = lines.call(sid).and_then(|call| call.engagement.clone());
            let recording = match engaged {
                Some(Engagement::Record { recording, .. }) => recording,
                _ => lines.record(Of::Call(sid.to_owned()), record.wish.clone(), now),
            };
            lines.note_said(&recording, words, now);
            if let Some(call) = lines.call_mut(sid) {
                call.engagement = Some(Engagement::Record { action: record.action.clone(), recording });
            }
        })
        .await;
    }
}

/// The keys of one `Gather`.
#[derive(Debug)]
struct Pressed<'a> {
    gather: &'a Gather,
    digits: String,
}

impl Pressed<'_> {
    /// What comes of it, if that was the last key.
    fn take(&mut self, keys: &str) -> Option<Heard> {
        for key in keys.chars() {
            if self.gather.finish_on.contains(key) {
                return Some(self.heard(key.to_string()));
            }
            self.digits.push(key);
            if self.gather.most_digits == Some(self.digits.len()) {
                return Some(self.heard(String::new()));
            }
        }
        None
    }

    fn so_far(&mut self) -> Heard {
        if self.digits.is_empty() { Heard::Nothing } else { self.heard(String::new()) }
    }

    fn heard(&mut self, finished_on: String) -> Heard {
        Heard::Keys { digits: std::mem::take(&mut self.digits), finished_on }
    }
}

#[cfg(test)]
mod tests {
    use super::super::twiml::{Document, Verb};
    use super::*;

    fn gather(attributes: &str) -> Gather {
        let text = format!("<Response><Gather {attributes}/></Response>");
        match Document::parse(&text, None).unwrap().verbs.remove(0) {
            Verb::Gather(gather) => gather,
            other => panic!("{other:?}"),
        }
    }

    fn keys(digits: &str, finished_on: &str) -> Heard {
        Heard::Keys { digits: digits.to_owned(), finished_on: finished_on.to_owned() }
    }

    #[test]
    fn a_gather_ends_with_the_last_digit_it_takes() {
        let gather = gather("numDigits='3'");
        let mut pressed = Pressed { gather: &gather, digits: String::new() };
        assert_eq!(pressed.take("12"), None);
        assert_eq!(pressed.take("345"), Some(keys("123", "")));
    }

    #[test]
    fn a_gather_ends_with_its_key_which_is_no_digit() {
        let gather = gather("finishOnKey='*'");
        let mut pressed = Pressed { gather: &gather, digits: String::new() };
        assert_eq!(pressed.take("4#2*9"), Some(keys("4#2", "*")));
    }

    #[test]
    fn what_was_pressed_counts_when_no_more_comes() {
        let gather = gather("finishOnKey=''");
        let mut pressed = Pressed { gather: &gather, digits: String::new() };
        assert_eq!(pressed.so_far(), Heard::Nothing);
        assert_eq!((pressed.take("7#"), pressed.so_far()), (None, keys("7#", "")));
    }
}
