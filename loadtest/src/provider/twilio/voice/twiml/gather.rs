//! `Gather`: keys and words that are waited for. <https://www.twilio.com/docs/voice/twiml/gather>

use roxmltree::Node;

use super::super::super::target::Target;
use super::super::problem::Problem;
use super::super::sound::Sound;
use super::element::Element;
use super::sound;

const ATTRIBUTES: &[&str] = &[
    "input",
    "action",
    "method",
    "timeout",
    "speechTimeout",
    "maxSpeechTime",
    "numDigits",
    "finishOnKey",
    "actionOnEmptyResult",
    "partialResultCallback",
    "partialResultCallbackMethod",
    "language",
    "hints",
    "bargeIn",
    "profanityFilter",
    "speechModel",
    "enhanced",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Gather {
    pub(in super::super) takes_keys: bool,
    pub(in super::super) takes_speech: bool,
    /// None when the document is nowhere, and names none.
    pub(in super::super) action: Option<Target>,
    /// Seconds without a key or a word.
    pub(in super::super) timeout: u64,
    pub(in super::super) most_digits: Option<usize>,
    /// Empty when no key ends it.
    pub(in super::super) finish_on: String,
    pub(in super::super) asks_when_empty: bool,
    pub(in super::super) language: String,
    /// What is heard meanwhile, and how many seconds that takes.
    pub(in super::super) prompt: (Vec<Sound>, u64),
}

impl Gather {
    pub(super) fn read(element: &mut Element) -> Result<Self, Problem> {
        element.knows(ATTRIBUTES);
        let inputs: Vec<&str> = element.attribute("input").unwrap_or("dtmf").split_whitespace().collect();
        if inputs.is_empty() || inputs.iter().any(|input| !matches!(*input, "dtmf" | "speech")) {
            return Err(Problem(13326));
        }
        let most_digits = match element.number("numDigits", u64::MAX, 13314)? {
            0 => return Err(Problem(13314)),
            most => usize::try_from(most).ok(),
        };
        let finish_on = element.attribute("finishOnKey").unwrap_or("#");
        if finish_on.len() > 1 || !is_keys(finish_on) {
            return Err(Problem(13310));
        }
        Ok(Self {
            takes_keys: inputs.contains(&"dtmf"),
            takes_speech: inputs.contains(&"speech"),
            action: element.action(13312)?,
            timeout: element.number("timeout", 5, 13313)?,
            most_digits,
            finish_on: finish_on.to_owned(),
            asks_when_empty: element.flag("actionOnEmptyResult", false, 13338)?,
            language: element.attribute("language").unwrap_or("en-US").to_owned(),
            prompt: prompt(element)?,
        })
    }
}

fn prompt(element: &mut Element) -> Result<(Vec<Sound>, u64), Problem> {
    let node = element.node;
    let (mut sounds, mut seconds) = (Vec::new(), 0_u64);
    for node in node.children().filter(Node::is_element) {
        let mut inner = element.inner(node);
        let takes = match node.tag_name().name() {
            "Say" | "Play" => {
                let (takes, sound) = sound(&mut inner)?;
                sounds.push(sound);
                takes
            }
            "Pause" => inner.number("length", 1, 13910)?,
            _ => return Err(Problem::NESTED_IN_GATHER),
        };
        seconds = seconds.saturating_add(takes);
    }
    Ok((sounds, seconds))
}

/// Whether they are keys of a telephone.
pub(in super::super) fn is_keys(text: &str) -> bool {
    text.bytes().all(|key| key.is_ascii_digit() || matches!(key, b'*' | b'#'))
}
