//! Every broken promise about recordings is found, and nothing else is.

use serde_json::json;

use super::*;

const WORDS: &str = "Please call me back.";
const CARD: &str = "The card is 4111-1111-1111-1111.";

/// Somebody left a message, and a talk was recorded: all as it should be.
fn both() -> (Vec<SeenCall>, Vec<Made>, Vec<Shown>, Vec<Told>) {
    let calls = ["1", "2"].map(|number| {
        serde_json::from_value(json!({
            "id": format!("call {number}"), "direction": "inbound", "state": "completed", "legs": [],
            "from": { "value": "+12015550100" }, "to": { "value": "+1" }, "provider": { "id": format!("CA{number}") },
        }))
        .unwrap()
    });
    let sound = |text: &'static str| Bytes::from_static(text.as_bytes());
    let made = |number: &str, kind, said: Option<&str>| Made {
        sid: format!("RE{number}"),
        call: format!("CA{number}"),
        kind,
        said: said.map(str::to_owned),
        is_written_down: said.is_some(),
        sounds: if number == "1" { vec![sound("RIFF1"), sound("MP31")] } else { vec![sound("RIFF2")] },
    };
    let shown = |number: &str, kind: &str, sounds: &'static str, words: Option<&str>| Shown {
        id: format!("recording {number}"),
        call: format!("call {number}"),
        kind: kind.to_owned(),
        status: "completed".to_owned(),
        transcript: words.map(str::to_owned),
        sound: Some(sound(sounds)),
    };
    let told = Told {
        kind: "voicemail.created",
        recording: "recording 1".to_owned(),
        text: "{\"id\":\"recording 1\"}".to_owned(),
    };
    (
        calls.to_vec(),
        vec![made("1", "voicemail", Some(WORDS)), made("2", "call", None)],
        vec![shown("1", "voicemail", "MP31", Some(WORDS)), shown("2", "call", "RIFF2", None)],
        vec![told],
    )
}

/// What is found once this has happened to it.
fn broken(happens: impl FnOnce(&mut Vec<Made>, &mut Vec<Shown>, &mut Vec<Told>)) -> Vec<&'static str> {
    let (calls, mut made, mut shown, mut told) = both();
    happens(&mut made, &mut shown, &mut told);
    let findings = audit(&Evidence { calls: &calls, made, shown, told });
    let broken = findings.broken_promises().into_iter().filter(|(_, found)| !found.is_empty());
    broken.map(|(what, _)| what).collect()
}

#[test]
fn what_is_as_it_should_be_is_no_finding() {
    assert!(broken(|_, _, _| {}).is_empty());
    let struck_out = |made: &mut Vec<Made>, shown: &mut Vec<Shown>, _: &mut Vec<Told>| {
        made[0].said = Some(CARD.to_owned());
        shown[0].transcript = Some("The card is [redacted].".to_owned());
    };
    assert!(broken(struck_out).is_empty());
    let (calls, made, shown, told) = both();
    let counts = audit(&Evidence { calls: &calls, made, shown, told }).counts();
    assert!(counts.iter().all(|(_, count)| *count == 1) && counts.len() == 4, "{counts:?}");
}

#[test]
fn what_is_lost_doubled_or_made_up_is_found() {
    assert_eq!(broken(|_, shown, _| drop(shown.pop())), [LOST]);
    assert_eq!(broken(|_, shown, _| shown[1].sound = Some(Bytes::from_static(b"half"))), [LOST, UNHEARD]);
    assert_eq!(broken(|_, shown, _| shown.push(shown[1].clone())), [DOUBLED]);
    assert_eq!(broken(|_, shown, _| shown[1].call = "call 1".to_owned()), [ELSEWHERE]);
    assert_eq!(broken(|_, shown, _| shown[1].kind = "voicemail".to_owned()), [ELSEWHERE]);
    assert_eq!(broken(|_, shown, _| shown[1].status = "processing".to_owned()), [UNFINISHED]);
}

#[test]
fn a_voicemail_is_told_once() {
    assert_eq!(broken(|_, _, told| told.clear()), [NOT_TOLD_ONCE]);
    assert_eq!(broken(|_, _, told| told.push(told[0].clone())), [NOT_TOLD_ONCE]);
    let of_nothing = |_: &mut Vec<Made>, _: &mut Vec<Shown>, told: &mut Vec<Told>| {
        told.push(Told { recording: "recording 3".to_owned(), ..told[0].clone() });
    };
    assert_eq!(broken(of_nothing), [TOLD_OF_NOTHING]);
}

#[test]
fn what_was_said_is_written_down_as_it_was_said_and_no_number_is_kept() {
    assert_eq!(broken(|_, shown, _| shown[0].transcript = Some("Hello".to_owned())), [WRITTEN_OTHERWISE]);
    let kept = |made: &mut Vec<Made>, shown: &mut Vec<Shown>, _: &mut Vec<Told>| {
        (made[0].said, shown[0].transcript) = (Some(CARD.to_owned()), Some(CARD.to_owned()));
    };
    assert_eq!(broken(kept), [KEPT]);
    assert_eq!(broken(|_, _, told| told[0].text = format!("{{\"text\":\"{WORDS}\"}}")), [WORDS_TOLD]);
}
