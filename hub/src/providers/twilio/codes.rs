//! Twilio's error codes, as far as they decide something: what to do, and how a person is told.
//! Source: <https://www.twilio.com/docs/api/errors>.

use actors::conversation::MessageError;

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Time.
    Wait,
    /// Nothing: this recipient does not get it.
    None,
    /// A person, in the settings of the account or of the channel.
    Mend,
    /// A person, with other credentials or at Twilio itself: until then nothing is sent at all.
    Unlock,
}

/// The recipient has opted out of what this sender sends.
pub const OPTED_OUT: i64 = 21_610;

/// One line: the code, what helps, and what it means.
type Line = (i64, Remedy, &'static str);

const TABLE: &[Line] = &[
    (20_003, Remedy::Unlock, "Twilio does not take the credentials"),
    (20_404, Remedy::Mend, "Twilio does not know what was asked for"),
    (20_429, Remedy::Wait, "Twilio is asked too often"),
    (21_211, Remedy::None, "The recipient's number is not valid"),
    (21_212, Remedy::Mend, "The sending number is not valid"),
    (21_217, Remedy::None, "The recipient's number is not valid"),
    (21_408, Remedy::Mend, "Texts to the recipient's country are not enabled in the Twilio account"),
    (21_603, Remedy::Mend, "The sending number is missing"),
    (21_604, Remedy::None, "The recipient's number is missing"),
    (21_606, Remedy::Mend, "The sending number is none of the Twilio account that can send texts"),
    (21_610, Remedy::None, "The recipient has opted out of messages from this number"),
    (21_611, Remedy::Wait, "Too many messages of this number wait at Twilio"),
    (21_612, Remedy::None, "Twilio cannot send from this number to that one"),
    (21_614, Remedy::None, "The recipient's number is not a mobile number"),
    (21_617, Remedy::None, "The message is too long"),
    (21_619, Remedy::None, "The message is empty"),
    (21_620, Remedy::None, "A file of the message cannot be fetched"),
    (21_623, Remedy::None, "The message has too many files"),
    (21_635, Remedy::None, "The recipient's number is a landline"),
    (21_659, Remedy::Mend, "The sending number is none of the Twilio account"),
    (21_660, Remedy::Mend, "The sending number belongs to another Twilio account"),
    (21_703, Remedy::Mend, "The messaging service has no number"),
    (21_704, Remedy::Mend, "The messaging service has no number"),
    (21_705, Remedy::Mend, "The messaging service is not valid"),
    (30_001, Remedy::Wait, "Too many messages wait at Twilio"),
    (30_002, Remedy::Unlock, "The Twilio account is suspended"),
    (30_003, Remedy::Wait, "The recipient's telephone is off or out of reach"),
    (30_004, Remedy::None, "The recipient or the carrier blocks messages from this number"),
    (30_005, Remedy::None, "The recipient's number is not in service"),
    (30_006, Remedy::None, "The recipient's number is a landline, or its carrier cannot be reached"),
    (30_007, Remedy::None, "A carrier filtered the message as unwanted"),
    (30_008, Remedy::Wait, "The message was not delivered; the carrier did not say why"),
    (30_010, Remedy::None, "The message costs more than was allowed"),
    (30_022, Remedy::Wait, "The campaign sends too fast"),
    (30_023, Remedy::Wait, "The campaign has reached its limit for today"),
    (30_024, Remedy::Mend, "The sending number is not ready for texts yet"),
    (30_027, Remedy::Wait, "The campaign has reached the carrier's limit for today"),
    (30_032, Remedy::Mend, "The toll-free number is not verified"),
    (30_033, Remedy::Mend, "The campaign is suspended"),
    (30_034, Remedy::Mend, "The sending number is not registered to a campaign (A2P 10DLC)"),
    (30_035, Remedy::Wait, "The sending number is still being set up"),
    (30_036, Remedy::None, "The message was too late to be delivered"),
    (30_039, Remedy::None, "The message was going round in circles"),
    (30_410, Remedy::Wait, "The carrier did not answer in time"),
    (30_500, Remedy::Wait, "Twilio met a fault of its own"),
    (
        63_016,
        Remedy::None,
        "Outside the 24 hours after the customer's last message only templates may be sent",
    ),
];

fn line(code: i64) -> Option<&'static Line> {
    TABLE.iter().find(|line| line.0 == code)
}

/// What helps; `None` for a code nobody has put into the table.
#[must_use]
pub fn remedy(code: i64) -> Option<Remedy> {
    line(code).map(|line| line.1)
}

/// The code as it is shown on a message.
#[must_use]
pub fn explained(code: i64) -> MessageError {
    let sentence = line(code).map_or("Twilio refused the message", |line| line.2);
    MessageError { code: code.to_string(), message: sentence.to_owned() }
}

/// What a code means, when we know it.
#[must_use]
pub fn sentence(code: i64) -> Option<&'static str> {
    line(code).map(|line| line.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_in_order() {
        assert!(TABLE.windows(2).all(|lines| lines[0].0 < lines[1].0));
    }

    #[test]
    fn a_code_nobody_knows_is_told_by_its_number() {
        assert_eq!((remedy(12_345), explained(12_345).code.as_str()), (None, "12345"));
    }
}
