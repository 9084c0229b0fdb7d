//! STOP, START and HELP, as people write them.
//!
//! Carriers act on a text that is one keyword and nothing else. For STOP that is the least: who says in his own words
//! that he wants no more texts has said it (47 CFR 64.1200(a)(10): by any reasonable means). So the words that mean
//! nothing else may have company, as in "please stop texting me"; those that mean other things too, as in "cancel my
//! appointment", stand alone, and so do START and HELP.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a whole text means for consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// No more texts.
    Stop,
    /// Texts again. It means something only from who had said [`Keyword::Stop`]: others say "yes" too.
    Start,
    /// Who is this, and how do I end it?
    Help,
}

/// Alone, these are what they say: the words carriers act on, in English and French, and what people make of them.
const ALONE: [(Keyword, &str); 3] = [
    (Keyword::Stop, "stop stopall unsubscribe unsub cancel end quit revoke optout arret arrete"),
    (Keyword::Start, "start yes unstop"),
    (Keyword::Help, "help info"),
];

/// Requests to stop that mean nothing else, however politely they begin and whatever of [`TAIL`] follows.
const REQUESTS: [&str; 19] = [
    "stop",
    "stopall",
    "unsubscribe",
    "unsub",
    "optout",
    "opt out",
    "opt me out",
    "remove me from",
    "remove my number",
    "delete my number",
    "take me off",
    "do not text me",
    "dont text me",
    "do not contact me",
    "dont contact me",
    "do not message me",
    "dont message me",
    "no more texts",
    "no more messages",
];

/// What may stand before a request.
const LEAD: &str =
    "please pls plz kindly just now ok okay hey hi hello can could would will you i id want like to need";

/// What may stand after a request without changing what it asks.
const TAIL: &str = "a again all already and any anymore bothering contact contacting ever forever from \
     immediately it list lists mailing me message messages messaging more msg msgs my now number of phone please \
     pls plz right sending sms spam spamming text texting texts thank thanks that the these this those to us with \
     writing you your";

impl Keyword {
    /// What a text means for consent, if anything. Case, punctuation, emoji, accents and full-width letters do not
    /// matter. Of a text of several sentences one that asks to stop is enough.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let plain = plain(text);
        let whole = words(&plain);
        let mut sentences = plain.split(['.', '!', '?', ';', '\n', '。']).map(words);
        alone(&whole)
            .or_else(|| is_request(&whole).then_some(Self::Stop))
            .or_else(|| sentences.any(|sentence| is_request(&sentence)).then_some(Self::Stop))
    }
}

/// Lower case, without accents, apostrophes and what cannot be seen.
fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter) && !is_unseen(*letter));
    letters.filter(|letter| !matches!(letter, '\'' | '’' | '‘' | '`')).flat_map(char::to_lowercase).collect()
}

/// Joiners, marks of direction and other letters of no width.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The words; one that is spelled out, as in "S T O P" or "s.t.o.p.", is one word.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_owned).collect();
    let is_spelled = words.len() > 2 && words.iter().all(|word| word.chars().count() == 1);
    if is_spelled { vec![words.concat()] } else { words }
}

/// One keyword, perhaps said again and again.
fn alone(words: &[String]) -> Option<Keyword> {
    let (first, more) = words.split_first()?;
    let (keyword, _) = ALONE.iter().find(|(_, known)| is_in(known, first))?;
    more.iter().all(|word| word == first).then_some(*keyword)
}

fn is_request(words: &[String]) -> bool {
    let lead = words.iter().take_while(|word| is_in(LEAD, word)).count();
    let asked = &words[lead..];
    REQUESTS.iter().any(|request| {
        let length = request.split(' ').count();
        let begins =
            asked.len() >= length && asked.iter().zip(request.split(' ')).all(|(word, it)| word == it);
        begins && asked[length..].iter().all(|word| is_in(TAIL, word) || is_in(request, word))
    })
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_of_the_carriers_is_known() {
        for word in
            ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "ARRETE"]
        {
            assert_eq!(Keyword::of(word), Some(Keyword::Stop), "{word}");
        }
        for word in ["START", "YES", "UNSTOP"] {
            assert_eq!(Keyword::of(word), Some(Keyword::Start), "{word}");
        }
        for word in ["HELP", "INFO"] {
            assert_eq!(Keyword::of(word), Some(Keyword::Help), "{word}");
        }
    }

    #[test]
    fn how_it_is_written_does_not_matter() {
        for text in [
            "stop",
            " Stop ",
            "STOP.",
            "stop!!!",
            "\"Stop\"",
            "(stop)",
            "stop\n",
            "s.t.o.p.",
            "S T O P",
            "Stop?",
            "ＳＴＯＰ",
            "ｓｔｏｐ！",
            "STOP 🛑",
            "😡 stop 😡",
            "st\u{200b}op",
            "\u{feff}STOP",
            "Arrêt",
            "ARRÊTÉ",
            "stop stop stop",
            "STOP STOP",
            "Ⓢⓣⓞⓟ",
            "unsubscribe.",
            "Opt-out",
            "OPT OUT",
            "opt  out!",
            "stop-all",
            "cancel.",
            "QUIT!",
            "End",
            "𝗦𝗧𝗢𝗣",
        ] {
            assert_eq!(Keyword::of(text), Some(Keyword::Stop), "{text:?}");
        }
        assert_eq!(Keyword::of("Yes!"), Some(Keyword::Start));
        assert_eq!(Keyword::of("unStop."), Some(Keyword::Start));
        assert_eq!(Keyword::of("Help?"), Some(Keyword::Help));
        assert_eq!(Keyword::of("ＩＮＦＯ"), Some(Keyword::Help));
    }

    #[test]
    fn who_asks_in_his_own_words_has_asked() {
        for text in [
            "stop texting me",
            "Stop please",
            "please stop",
            "STOP, thank you",
            "Please stop sending me these messages!",
            "can you please stop texting this number",
            "Could you stop messaging me?",
            "I want to unsubscribe",
            "I'd like to opt out please",
            "opt me out",
            "unsubscribe me from this list",
            "Remove me from your list",
            "take me off your mailing list",
            "don't text me again",
            "Don’t contact me anymore",
            "do not text me",
            "no more texts please",
            "Delete my number",
            "stop it",
            "STOP. I already told you I am not interested.",
            "I'm not interested.\nStop texting me",
            "Who is this? Unsubscribe!",
        ] {
            assert_eq!(Keyword::of(text), Some(Keyword::Stop), "{text:?}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_talk() {
        for text in [
            "",
            " ",
            "🛑",
            "can you stop by tomorrow?",
            "Stop by the office at 5",
            "don't stop",
            "please don't stop texting me",
            "I can't stop laughing",
            "the bus stop is closed",
            "should we stop the delivery?",
            "stop the order",
            "cancel my appointment",
            "please cancel",
            "I want to cancel",
            "the end",
            "at the end of the month",
            "I quit my job",
            "weekend",
            "nonstop",
            "stopped",
            "opt out of what?",
            "out",
            "no more cake",
            "do not text me before noon",
            "yes please",
            "yes, 3pm works",
            "start at 9?",
            "when do we start",
            "can you help me?",
            "please help",
            "more info",
            "info@example.com",
            "helpful",
        ] {
            assert_eq!(Keyword::of(text), None, "{text:?}");
        }
    }
}
