//! What the one parser of phone numbers promises.

use phonenumber::metadata::{DATABASE, Descriptor};
use proptest::prelude::*;

use super::*;

fn parsed(raw: &str, country: Option<&str>) -> String {
    Phone::parse(raw, country).unwrap().to_string()
}

#[test]
fn the_same_number_has_one_form_however_it_is_typed() {
    for raw in
        ["+1 (415) 555-2671", "+1.415.555.2671", " +14155552671 ", "tel:+1-415-555-2671", "＋14155552671"]
    {
        assert_eq!(parsed(raw, None), "+14155552671", "{raw}");
    }
    for raw in ["(415) 555-2671", "1 415 555 2671", "4155552671"] {
        assert_eq!(parsed(raw, Some("us")), "+14155552671", "{raw}");
    }
    assert_eq!(parsed("020 7946 0958", Some("GB")), "+442079460958");
    assert_eq!(parsed("+44 (0)20 7946 0958", None), "+442079460958");
    assert_eq!(parsed("011 44 20 7946 0958", Some("US")), "+442079460958");
}

#[test]
fn a_national_number_is_never_given_a_country_of_our_choice() {
    for raw in ["4155552671", "(415) 555-2671", "020 7946 0958", "14155552671", "011 44 20 7946 0958"] {
        assert_eq!(Phone::parse(raw, None), Err(PhoneError::NeedsCountry), "{raw}");
    }
}

#[test]
fn a_refusal_says_why() {
    for (raw, country, why) in [
        ("", None, PhoneError::NotANumber),
        ("abc", None, PhoneError::NotANumber),
        ("12", Some("US"), PhoneError::TooShort),
        ("+1234567890123456789", None, PhoneError::TooLong),
        (&"1".repeat(1000), Some("US"), PhoneError::TooLong),
        ("+999123456789", None, PhoneError::UnknownCountryCode),
        ("+14155552671", Some("XX"), PhoneError::UnknownCountry),
        ("+1 415 555 2671 ext 5", None, PhoneError::Extension),
        ("+1 415 555 267", None, PhoneError::NotInPlan),
        ("911", Some("US"), PhoneError::NotInPlan),
        ("72727", Some("US"), PhoneError::NotInPlan),
        ("+989601", None, PhoneError::NotE164),
    ] {
        assert_eq!(Phone::parse(raw, country), Err(why), "{raw}");
    }
}

/// Libphonenumber's own examples, among them the ones the crate's parser gets wrong.
#[test]
fn every_example_of_every_country_is_understood_both_ways() {
    let mut examples = 0;
    for plan in DATABASE.iter().filter(|plan| plan.id() != "001") {
        let kinds = plan.descriptors();
        let all = [
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
            kinds.premium_rate(),
            kinds.shared_cost(),
            kinds.personal_number(),
            kinds.voip(),
            kinds.uan(),
        ];
        for national in all.into_iter().flatten().filter_map(Descriptor::example) {
            let e164 = format!("+{}{national}", plan.country_code());
            if e164.len() < 8 {
                continue; // Iran's numbers of six digits: D52 excludes them.
            }
            assert_eq!(parsed(&e164, None), e164);
            assert_eq!(parsed(national, Some(plan.id())), e164);
            examples += 1;
        }
    }
    assert!(examples > 1000, "{examples}");
}

#[test]
fn a_number_knows_its_region_and_how_it_is_written_abroad() {
    for (e164, region, shown) in [
        ("+14155552671", Some("US"), "+1 415-555-2671"),
        ("+16137827274", Some("CA"), "+1 613-782-7274"),
        ("+442079460958", Some("GB"), "+44 20 7946 0958"),
        ("+390698791234", Some("IT"), "+39 06 9879 1234"),
        ("+77710009998", Some("KZ"), "+7 771 000 9998"),
        ("+80012340000", None, "+800 1234 0000"),
        ("+9991234567", None, "+9991234567"),
    ] {
        let phone: Phone = e164.parse().unwrap();
        assert_eq!((phone.region(), phone.display_international().as_str()), (region, shown), "{e164}");
    }
}

#[test]
fn a_number_is_not_printed_for_debugging() {
    let phone: Phone = "+14155552671".parse().unwrap();
    assert_eq!(format!("{phone:?} {}", phone.last_four()), "Phone(..2671) 2671");
}

#[test]
fn stored_and_received_json_holds_e164_and_nothing_else() {
    let phone: Phone = serde_json::from_str("\"+14155552671\"").unwrap();
    assert_eq!(serde_json::to_string(&phone).unwrap(), "\"+14155552671\"");
    for text in
        ["14155552671", "+1 415 555 2671", "+0123456789", "+123456", "+1234567890123456", "+١٤١٥٥٥٥٢٦٧١"]
    {
        assert_eq!(text.parse::<Phone>(), Err(PhoneError::NotE164), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fail(raw in "\\PC{0,40}", country in proptest::option::of("[A-Za-z]{0,3}")) {
        let _ = Phone::parse(&raw, country.as_deref());
    }

    #[test]
    fn what_was_parsed_parses_to_itself(
        raw in "[+]?[0-9 ()./-]{3,20}", country in prop::sample::select(vec![None, Some("US"), Some("DE"), Some("RU"), Some("IT")]),
    ) {
        if let Ok(phone) = Phone::parse(&raw, country) {
            prop_assert_eq!(Phone::parse(phone.as_str(), None), Ok(phone.clone()));
            prop_assert_eq!(Phone::parse(&phone.display_international(), None), Ok(phone.clone()));
            prop_assert!((8..=16).contains(&phone.as_str().len()));
            prop_assert!(!phone.as_str().starts_with("+0"));
        }
    }
}
