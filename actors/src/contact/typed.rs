//! Addresses as people type them, and what they are. No country is ever guessed.

use entities::{Address, AddressKind, Phone, phone::PhoneError};

use super::Wrong;

/// How a contact is reached, as it was typed. `None` says nothing; an empty list says: none.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The main one.
    pub phone: Option<String>,
    /// ISO 3166 alpha-2, for national numbers; without it the tenant's own.
    pub country: Option<String>,
    pub phones: Option<Vec<String>>,
    /// The main one.
    pub email: Option<String>,
    pub emails: Option<Vec<String>>,
    pub handles: Option<Vec<TypedHandle>>,
    /// One that nobody typed and that is of none of these kinds: a short code, the name of a sender.
    pub heard: Option<Address>,
}

/// A name on another platform, as it was typed.
#[derive(Clone, Debug)]
pub struct TypedHandle {
    /// The platform.
    pub kind: String,
    pub value: String,
}

/// The addresses of each kind that was spoken of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) main_phone: Option<Address>,
    pub(super) phones: Option<Vec<Address>>,
    pub(super) main_email: Option<Address>,
    pub(super) emails: Option<Vec<Address>>,
    pub(super) handles: Option<Vec<Address>>,
    /// It comes beside those there are.
    pub(super) heard: Option<Address>,
}

impl Reach {
    /// Exactly this address.
    #[must_use]
    pub fn of(address: &Address) -> Self {
        let value = || Some(address.value().to_owned());
        match (address.kind(), address.label()) {
            (AddressKind::Phone, _) => Self { phone: value(), ..Self::default() },
            (AddressKind::Email, _) => Self { email: value(), ..Self::default() },
            (_, Some(platform)) => {
                let handle = TypedHandle { kind: platform.to_owned(), value: address.value().to_owned() };
                Self { handles: Some(vec![handle]), ..Self::default() }
            }
            (AddressKind::Anonymous, _) => Self::default(),
            _ => Self { heard: Some(address.clone()), ..Self::default() },
        }
    }

    pub(super) fn names_phones(&self) -> bool {
        self.phone.is_some() || self.phones.is_some()
    }

    /// Reads everything that was typed, or tells all that is wrong with it.
    pub(super) fn parse(&self, default_country: Option<&str>) -> Result<Parsed, Vec<Wrong>> {
        let country = self.country.as_deref().or(default_country);
        let mut wrong = Vec::new();
        let mut phone = |field: String, typed: &String| to_phone(typed, country).map_err(|why| (field, why));
        let mut email = |field: String, typed: &String| {
            Address::email(typed).map_err(|_| (field, "is not an e-mail address".to_owned()))
        };
        let mut handle = |field: String, typed: &TypedHandle| {
            Address::handle(&typed.kind, &typed.value).map_err(|_| (field, "is not a handle".to_owned()))
        };
        let parsed = Parsed {
            main_phone: one("phone", self.phone.as_ref(), &mut phone, &mut wrong),
            phones: many("phones", self.phones.as_deref(), &mut phone, &mut wrong),
            main_email: one("email", self.email.as_ref(), &mut email, &mut wrong),
            emails: many("emails", self.emails.as_deref(), &mut email, &mut wrong),
            handles: many("handles", self.handles.as_deref(), &mut handle, &mut wrong),
            heard: self.heard.clone(),
        };
        if wrong.is_empty() { Ok(parsed) } else { Err(wrong) }
    }
}

impl Parsed {
    /// All addresses the command names.
    pub(super) fn addresses(&self) -> Vec<Address> {
        let lists = [&self.phones, &self.emails, &self.handles];
        let mains = [&self.main_phone, &self.main_email, &self.heard];
        mains.into_iter().flatten().chain(lists.into_iter().flatten().flatten()).cloned().collect()
    }
}

/// What somebody typed where a phone or an e-mail address may stand.
///
/// # Errors
/// Why it is neither, for a person.
pub fn to_address(typed: &str, default_country: Option<&str>) -> Result<Address, String> {
    if typed.contains('@') {
        return Address::email(typed).map_err(|_| "is not an e-mail address".to_owned());
    }
    to_phone(typed, default_country)
}

fn to_phone(typed: &str, country: Option<&str>) -> Result<Address, String> {
    Phone::parse(typed, country).map(|phone| Address::phone(&phone)).map_err(|error| match error {
        PhoneError::NeedsCountry => "needs + and a country code, or country beside it".to_owned(),
        other => format!("cannot be read: {other}"),
    })
}

type Read<'a, T> = dyn FnMut(String, &T) -> Result<Address, (String, String)> + 'a;

fn one<T>(field: &str, typed: Option<&T>, read: &mut Read<'_, T>, wrong: &mut Vec<Wrong>) -> Option<Address> {
    note(read(field.to_owned(), typed?), wrong)
}

fn many<T>(
    field: &str,
    typed: Option<&[T]>,
    read: &mut Read<'_, T>,
    wrong: &mut Vec<Wrong>,
) -> Option<Vec<Address>> {
    let each = typed?.iter().enumerate();
    Some(each.filter_map(|(index, typed)| note(read(format!("{field}[{index}]"), typed), wrong)).collect())
}

fn note(read: Result<Address, (String, String)>, wrong: &mut Vec<Wrong>) -> Option<Address> {
    read.map_err(|(field, reason)| wrong.push(Wrong { field, reason })).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(typed: &str, country: Option<&str>, default: Option<&str>) -> Result<Parsed, Vec<Wrong>> {
        let country = country.map(str::to_owned);
        Reach { phone: Some(typed.to_owned()), country, ..Reach::default() }.parse(default)
    }

    fn read(typed: &str, country: Option<&str>, default: Option<&str>) -> Option<String> {
        let parsed = phone(typed, country, default).ok()?;
        parsed.main_phone.map(|phone| phone.value().to_owned())
    }

    #[test]
    fn a_national_number_needs_a_country_and_none_is_guessed() {
        assert_eq!(phone("415 555 2671", None, None).unwrap_err()[0].field, "phone");
        assert_eq!(read("415 555 2671", None, Some("US")).as_deref(), Some("+14155552671"));
        assert_eq!(read("030 901820", Some("de"), Some("US")).as_deref(), Some("+4930901820"));
        assert_eq!(read("+49 30 901820", None, None).as_deref(), Some("+4930901820"));
    }

    #[test]
    fn everything_wrong_is_told_at_once_and_by_its_place() {
        let reach = Reach {
            phones: Some(vec!["+14155552671".to_owned(), "12".to_owned()]),
            email: Some("nobody".to_owned()),
            ..Reach::default()
        };
        let fields: Vec<_> = reach.parse(None).unwrap_err().into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["phones[1]", "email"]);
    }

    #[test]
    fn what_has_an_at_sign_is_an_e_mail_address() {
        assert_eq!(to_address(" Ann@Example.com", None).unwrap().value(), "ann@example.com");
        assert!(to_address("0151 23456789", None).is_err());
    }
}
