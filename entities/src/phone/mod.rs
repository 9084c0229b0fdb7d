//! Phone numbers: E.164 from the edge inwards, by libphonenumber's rules. One type, one parser.

mod plan;
mod zones;

use std::fmt;
use std::str::FromStr;

use phonenumber::country::Id;
use phonenumber::{Metadata, Mode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A phone number in E.164: `+`, the country's code, the number; 7 to 15 digits, none of them a leading zero.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String", column_type = "Text")]
pub struct Phone(String);

/// Why some text is not a phone number. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// A national number, and nobody said of which country.
    #[error("a number without + and country code needs a country")]
    NeedsCountry,
    /// The country is not an ISO 3166 alpha-2 code with telephones.
    #[error("the country is not known")]
    UnknownCountry,
    /// The digits after `+` begin with no country's code.
    #[error("the country code is not known")]
    UnknownCountryCode,
    /// Not a phone number at all.
    #[error("this is not a phone number")]
    NotANumber,
    /// Too few digits for its country.
    #[error("the number is too short")]
    TooShort,
    /// Too many digits.
    #[error("the number is too long")]
    TooLong,
    /// E.164 has no place for an extension.
    #[error("the number has an extension")]
    Extension,
    /// Right in length, but its country gives out no such numbers.
    #[error("the number does not exist in its country's plan")]
    NotInPlan,
    /// Stored or received text that claims to be E.164.
    #[error("the number is not in E.164")]
    NotE164,
}

/// No phone number needs more characters, whatever punctuation stands in it.
const LONGEST: usize = 64;

impl Phone {
    /// Parses what a person typed. A national number is understood only with a `country` (ISO 3166 alpha-2, any
    /// case); no country is ever guessed. What a provider sends as E.164 is read with [`str::parse`], which does not
    /// ask whether the number exists: it just rang.
    ///
    /// # Errors
    /// [`PhoneError`] says why not.
    pub fn parse(raw: &str, country: Option<&str>) -> Result<Self, PhoneError> {
        let raw = raw.trim();
        if raw.len() > LONGEST {
            return Err(PhoneError::TooLong);
        }
        let country = country.map(known_country).transpose()?;
        let number = phonenumber::parse(country, raw).map_err(|error| refusal(&error, raw, country))?;
        if number.extension().is_some() {
            return Err(PhoneError::Extension);
        }
        let e164 = number.format().mode(Mode::E164).to_string();
        let parsed = if plan::owner(e164.trim_start_matches('+')).is_some() {
            e164
        } else {
            as_it_stands(raw, country).ok_or(PhoneError::NotInPlan)?
        };
        parsed.parse()
    }

    /// `+14155552671`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as people abroad would write it: `+1 415-555-2671`.
    pub fn display_international(&self) -> String {
        let number = phonenumber::parse(None, &self.0);
        let shown = number.map(|number| number.format().mode(Mode::International).to_string());
        let is_same = |shown: &String| shown.chars().filter(char::is_ascii_digit).eq(self.digits().chars());
        shown.ok().filter(is_same).unwrap_or_else(|| self.0.clone())
    }

    /// The ISO 3166 alpha-2 code of the number's country; `None` for numbers of no country, such as `+800`.
    pub fn region(&self) -> Option<&'static str> {
        plan::owner(self.digits()).map(Metadata::id).filter(|id| *id != "001")
    }

    /// What may be shown where the number may not.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    fn digits(&self) -> &str {
        &self.0[1..]
    }
}

/// Is this the ISO 3166 alpha-2 code, in any case, of a country with telephones?
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && known_country(code).is_ok()
}

fn known_country(country: &str) -> Result<Id, PhoneError> {
    country.to_ascii_uppercase().parse().map_err(|_| PhoneError::UnknownCountry)
}

/// Digits and punctuation, read without the parser's ideas about prefixes.
fn as_it_stands(raw: &str, country: Option<Id>) -> Option<String> {
    let digits: String = raw.chars().filter(|char| !" -./()\u{a0}".contains(*char)).collect();
    let digits = match digits.strip_prefix('+') {
        Some(international) => Some(international.to_owned()),
        None => plan::from_national(&digits, country?.as_ref()),
    };
    digits.filter(|digits| plan::owner(digits).is_some()).map(|digits| format!("+{digits}"))
}

fn refusal(error: &phonenumber::ParseError, raw: &str, country: Option<Id>) -> PhoneError {
    use phonenumber::ParseError::{
        InvalidCountryCode, MalformedInteger, NoNumber, TooLong, TooShortAfterIdd, TooShortNsn,
    };
    match error {
        InvalidCountryCode if country.is_none() && !raw.starts_with('+') => PhoneError::NeedsCountry,
        InvalidCountryCode => PhoneError::UnknownCountryCode,
        TooShortAfterIdd | TooShortNsn => PhoneError::TooShort,
        TooLong => PhoneError::TooLong,
        NoNumber | MalformedInteger(_) => PhoneError::NotANumber,
    }
}

/// Reads E.164 and nothing else; whether the number is in its country's plan was decided when it was parsed.
impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NotE164)?;
        let is_e164 = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_e164 { Ok(Self(text.to_owned())) } else { Err(PhoneError::NotE164) }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Numbers do not belong in logs.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(..{})", self.last_four())
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
