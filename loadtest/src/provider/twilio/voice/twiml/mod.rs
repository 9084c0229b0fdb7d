//! TwiML as a hub writes it: read whole, before anything of it is done.
//!
//! A verb that Twilio knows and this simulator does not serve is refused, never passed over.

mod dial;
mod element;
mod gather;
mod record;

pub(super) use dial::{Dial, Noun, Number};
pub(super) use gather::Gather;
pub(super) use record::Record;

use roxmltree::{Document as Xml, Node};

use self::element::Element;
use super::super::target::Target;
use super::problem::Problem;
use super::sound::Sound;

/// Twilio reads no more of a document.
const LARGEST: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    /// `Say` and `Play`.
    Sound {
        seconds: u64,
        sound: Sound,
    },
    Pause {
        seconds: u64,
    },
    Gather(Gather),
    Dial(Box<Dial>),
    Record(Record),
    Redirect(Target),
    Reject {
        is_busy: bool,
    },
    Hangup,
    /// There are no queues here that could be left.
    Leave,
}

/// What a call is to do, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) verbs: Vec<Verb>,
    /// What Twilio would warn of and pass over.
    pub(super) warnings: Vec<Problem>,
}

impl Document {
    /// Reads a document that was found at `base`, or was given with the call and is nowhere.
    pub(super) fn parse(text: &str, base: Option<&Target>) -> Result<Self, Problem> {
        if text.len() > LARGEST {
            return Err(Problem::TOO_LARGE);
        }
        let xml = Xml::parse(text).map_err(|_| Problem::PARSE)?;
        let root = xml.root_element();
        if !root.has_tag_name("Response") {
            return Err(Problem::ROOT);
        }
        let mut document = Self::default();
        for node in root.children().filter(Node::is_element) {
            let mut element = Element { node, base, warnings: &mut document.warnings };
            document.verbs.push(verb(&mut element)?);
        }
        Ok(document)
    }

    /// What is answered as text or as music is heard, as if it stood in a `Say` or a `Play`.
    pub(super) fn heard(sound: Sound) -> Self {
        Self { verbs: vec![Verb::Sound { seconds: SPOKEN, sound }], warnings: Vec::new() }
    }
}

/// How long a sentence and a piece of music take: nobody hears how long they are.
const SPOKEN: u64 = 1;

fn verb(element: &mut Element) -> Result<Verb, Problem> {
    Ok(match element.node.tag_name().name() {
        "Say" | "Play" => {
            let (seconds, sound) = sound(element)?;
            Verb::Sound { seconds, sound }
        }
        "Pause" => {
            element.knows(&["length"]);
            Verb::Pause { seconds: element.number("length", 1, 13910)? }
        }
        "Gather" => Verb::Gather(Gather::read(element)?),
        "Dial" => Verb::Dial(Box::new(Dial::read(element)?)),
        "Record" => Verb::Record(Record::read(element)?),
        "Redirect" => {
            element.knows(&["method"]);
            let method = element.method("method", 13710)?;
            Verb::Redirect(element.target(&element.text(), method)?)
        }
        "Reject" => {
            element.knows(&["reason"]);
            let is_busy = match element.attribute("reason") {
                None | Some("rejected") => false,
                Some("busy") => true,
                Some(_) => return Err(Problem(13810)),
            };
            Verb::Reject { is_busy }
        }
        "Hangup" => Verb::Hangup,
        "Leave" => Verb::Leave,
        _ => return Err(Problem::PARSE),
    })
}

/// How many seconds it takes, and what is heard; `loop="0"` goes on until somebody hangs up: for longer than a call may
/// last.
fn sound(element: &mut Element) -> Result<(u64, Sound), Problem> {
    const FOR_EVER: u64 = 24 * 60 * 60;
    let is_play = element.node.has_tag_name("Play");
    element.knows(if is_play { &["loop", "digits"] } else { &["voice", "language", "loop"] });
    let times = element.number("loop", 1, if is_play { 13410 } else { 13510 })?;
    let sound = match element.attribute("digits") {
        Some(digits) if is_play => Sound::Keys(played(digits)?),
        _ if is_play && element.text().is_empty() => return Err(Problem::INVALID_URL),
        _ if is_play => Sound::Music(element.text()),
        _ => Sound::Words(words(element.node)?),
    };
    Ok((if times == 0 { FOR_EVER } else { times.saturating_mul(SPOKEN) }, sound))
}

fn played(digits: &str) -> Result<String, Problem> {
    let is_key = |key: char| key.is_ascii_digit() || matches!(key, '*' | '#' | 'w' | 'W');
    let is_heard = !digits.is_empty() && digits.chars().all(is_key);
    is_heard.then(|| digits.to_owned()).ok_or(Problem(13430))
}

/// What is said may be marked up; that it is empty is what Twilio minds.
fn words(node: Node) -> Result<String, Problem> {
    let texts = node.descendants().filter(Node::is_text).filter_map(|node| node.text());
    let words = texts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { Err(Problem(13520)) } else { Ok(words) }
}

#[cfg(test)]
mod tests;
