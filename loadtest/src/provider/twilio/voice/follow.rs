//! Documents that are asked for, understood and followed, verb by verb.

use futures::FutureExt;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::super::target::Target;
use super::super::webhook::Delivery;
use super::call::{Ending, Status};
use super::line::Line;
use super::named;
use super::parameters::{self, Fields};
use super::problem::Problem;
use super::sound::Sound;
use super::twiml::{Document, Verb};

/// What a call is to follow.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A document that is asked for, and what is said then beside what is always said.
    At(Target, Vec<(String, String)>),
    /// A document that was given with the request.
    Text(String),
    Verbs(Vec<Verb>),
}

/// Where it goes on after a verb.
#[derive(Debug)]
pub(super) enum Flow {
    On,
    To(Source),
    Over,
}

impl Line {
    /// Follows documents until none leads to another one. False when the call has ended with it, or is to.
    pub(super) async fn follow(&self, source: Source) -> bool {
        let mut next = Some(source);
        while let Some(source) = next {
            let document = match source {
                Source::At(target, more) => self.ask(&target, more).await,
                Source::Text(text) => self.noted(Document::parse(&text, None)),
                Source::Verbs(verbs) => Some(Document { verbs, warnings: Vec::new() }),
            };
            let Some(document) = document else { return false };
            for warning in document.warnings {
                self.note(warning);
            }
            next = match self.perform(&document.verbs).await {
                Flow::On => None,
                Flow::To(source) => Some(source),
                Flow::Over => return false,
            };
        }
        true
    }

    async fn perform(&self, verbs: &[Verb]) -> Flow {
        for verb in verbs {
            match self.act_out(verb).await {
                Flow::On => {}
                elsewhere => return elsewhere,
            }
        }
        Flow::On
    }

    /// Twilio answers a call with the first verb that is to be heard; these three are not.
    async fn act_out(&self, verb: &Verb) -> Flow {
        match verb {
            Verb::Reject { .. } | Verb::Redirect(_) | Verb::Pause { .. } => {}
            Verb::Dial(dial) if dial.answer_on_bridge => {}
            _ => self.act(|lines, sid, now| lines.answer(sid, now)).await,
        }
        match verb {
            Verb::Sound { seconds, sound } => {
                self.act(|lines, sid, _| lines.note_heard(sid, sound)).await;
                sleep(self.voice.seconds(*seconds)).await;
            }
            Verb::Pause { seconds } => sleep(self.voice.seconds(*seconds)).await,
            Verb::Leave => {}
            Verb::Gather(gather) => return self.gather(gather).await,
            Verb::Record(record) => return self.take_message(record).await,
            Verb::Dial(dial) => return self.dial(dial).await,
            Verb::Redirect(target) => return Flow::To(Source::At(target.clone(), Vec::new())),
            Verb::Reject { is_busy } => return self.reject(*is_busy).await,
            Verb::Hangup => {
                self.run_out();
                return Flow::Over;
            }
        }
        Flow::On
    }

    /// What was answered is not rejected any more, but ends. How a call counts that was rejected without being
    /// called busy, the documents do not say.
    async fn reject(&self, is_busy: bool) -> Flow {
        self.act(|lines, sid, now| {
            let is_ringing = lines.call(sid).is_some_and(|call| call.status == Status::Ringing);
            let ending = match (is_ringing, is_busy) {
                (true, true) => Ending::Busy,
                (true, false) => Ending::NoAnswer,
                (false, _) => Ending::Completed,
            };
            lines.end(sid, ending, now);
        })
        .await;
        Flow::Over
    }

    /// Where a verb goes on that has heard something.
    pub(super) fn on_to(&self, action: Option<&Target>, more: Fields) -> Flow {
        if let Some(action) = action {
            return Flow::To(Source::At(action.clone(), named(more)));
        }
        self.note(Problem::INVALID_URL);
        Flow::Over
    }

    /// Asks for a document, and for the fallback when there is none.
    async fn ask(&self, target: &Target, more: Vec<(String, String)>) -> Option<Document> {
        let problem = match self.fetch(target, more).await {
            Ok(document) => return Some(document),
            Err(problem) => problem,
        };
        self.note(problem);
        let fallback = self.change(|lines, sid, _| lines.call(sid)?.begin.fallback.clone());
        let fallback = fallback.filter(|fallback| fallback != target)?;
        let more = vec![("ErrorCode", problem.0.to_string()), ("ErrorUrl", target.url.clone())];
        self.noted(self.fetch(&fallback, named(more)).await)
    }

    async fn fetch(&self, target: &Target, more: Vec<(String, String)>) -> Result<Document, Problem> {
        let (tell, heard) = oneshot::channel();
        let form = self.form(more).await;
        let (exchange, asked) = (self.voice.exchange.clone(), target.clone());
        // A provider hears the answer out even when the call is over meanwhile.
        let question = async move {
            let _ = tell.send(exchange.deliver("documents", &asked, &form).await);
        };
        self.voice.work.begin(question.boxed());
        let delivery = heard.await.map_err(|_| Problem::RETRIEVAL)?.map_err(|_| Problem::INVALID_URL)?;
        understand(&delivery, target)
    }

    /// Asks for what would be heard meanwhile; nobody waits for the answer.
    pub(super) async fn ask_aside(&self, target: &Target, more: Fields) {
        let form = self.form(named(more)).await;
        let (exchange, target) = (self.voice.exchange.clone(), target.clone());
        let question = async move { drop(exchange.deliver("waiting music", &target, &form).await) };
        self.voice.work.begin(question.boxed());
    }

    async fn form(&self, more: Vec<(String, String)>) -> Vec<(String, String)> {
        let form = self.act(|lines, sid, _| lines.call(sid).map(parameters::call)).await;
        let mut form = named(form.unwrap_or_default());
        form.extend(more);
        form
    }

    fn noted<T>(&self, outcome: Result<T, Problem>) -> Option<T> {
        outcome.map_err(|problem| self.note(problem)).ok()
    }

    pub(super) fn note(&self, problem: Problem) {
        self.voice.exchange.tally.count(format!("problems with documents: {}", problem.0));
        self.change(|lines, sid, _| lines.note_problem(sid, problem.0));
    }
}

/// What Twilio takes for a document: <https://www.twilio.com/docs/voice/twiml#twilio-understands-mime-types>
pub(super) fn understand(delivery: &Delivery, base: &Target) -> Result<Document, Problem> {
    if !delivery.is_taken() {
        return Err(Problem::RETRIEVAL);
    }
    if delivery.body.trim().is_empty() {
        return Ok(Document::default());
    }
    let content_type = delivery.content_type.as_deref().unwrap_or("text/xml");
    match content_type.split(';').next().unwrap_or_default().trim() {
        "text/xml" | "application/xml" | "text/html" => Document::parse(&delivery.body, Some(base)),
        "text/plain" => Ok(Document::heard(Sound::Words(delivery.body.trim().to_owned()))),
        audio if audio.starts_with("audio/") => Ok(Document::heard(Sound::Music(base.url.clone()))),
        _ => Err(Problem::CONTENT_TYPE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(status: u16, content_type: Option<&str>, body: &str) -> Result<usize, u32> {
        let content_type = content_type.map(str::to_owned);
        let delivery = Delivery {
            status: Some(status),
            attempts: 1,
            posted_at_us: 0,
            body: body.to_owned(),
            content_type,
        };
        let document = understand(&delivery, &Target::post("http://127.0.0.1/"));
        document.map(|document| document.verbs.len()).map_err(|problem| problem.0)
    }

    #[test]
    fn an_answer_is_a_document_when_it_says_so() {
        let hangup = "<Response><Hangup/></Response>";
        assert_eq!(understood(200, Some("text/xml; charset=utf-8"), hangup), Ok(1));
        assert_eq!(understood(200, None, hangup), Ok(1));
        assert_eq!(understood(200, Some("text/plain"), "OK"), Ok(1), "it is said");
        assert_eq!(understood(204, None, ""), Ok(0));
    }

    #[test]
    fn what_is_none_has_its_code() {
        assert_eq!(understood(500, Some("text/xml"), "<Response/>"), Err(11200));
        assert_eq!(understood(200, Some("application/json"), "{}"), Err(12300));
        assert_eq!(understood(200, Some("text/xml"), "Hello"), Err(12100));
    }
}
