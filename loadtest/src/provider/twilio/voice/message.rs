//! What people say after the beep, by the dice of their calls. Some say what nobody should keep.

use super::super::faults::Dice;
use super::person::Act;

/// The card number is one that is kept for tests, and the others are of no person: no number of social security
/// begins with 9, nor with 000.
const MESSAGES: [&str; 10] = [
    "Hi, this is Maya Chen. Please call me back about my order when you have a moment.",
    "Good morning, I would like to move my appointment from Thursday to Friday afternoon.",
    "Hello, my heating is out and it is getting cold in here. Can somebody come today?",
    "It's Tom. I'm in the car, so leave me a message if I don't pick up. Talk soon.",
    "I have a question about the invoice you sent last week. My number is on the account.",
    "You asked for my social security number. It is 987-65-4320. Thanks, bye.",
    "This is Pat Doe, my social is 987 65 4321 and I was born in May.",
    "Please charge it to my card, 4111 1111 1111 1111, and send me the receipt.",
    "The card is 4111-1111-1111-1111, it expires in December. Call me if it does not work.",
    "Sorry, wrong number.",
];

/// The numbers in what people say that nobody may keep, by their digits.
pub const SECRETS: [&str; 3] = ["987654320", "987654321", "4111111111111111"];

/// Seconds somebody speaks at least, and at most.
const LASTS: std::ops::RangeInclusive<u32> = 2..=8;

/// One of them, and how long it takes.
pub(super) fn throw(dice: &mut Dice) -> Act {
    let words = dice.one_of(&MESSAGES).unwrap_or_default().to_owned();
    Act::Speaks { words, seconds: dice.between(LASTS) }
}
