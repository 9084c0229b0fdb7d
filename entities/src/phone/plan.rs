//! Numbering plans: which numbers exist, and whose they are, straight from libphonenumber's metadata.
//!
//! The crate's parser strips national prefixes with more zeal than libphonenumber (it loses Russia's toll-free
//! numbers, for instance), so what it read is checked here, and where that fails the digits are read as they stand.

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};

/// The region of a number given as digits with country code; `None` when no plan has it.
pub(super) fn owner(digits: &str) -> Option<&'static Metadata> {
    owned(digits).map(|(plan, _)| plan)
}

/// Whether a number given as digits with country code is, or could be, one that does not move.
pub(super) fn is_fixed_line(digits: &str) -> bool {
    owned(digits).is_some_and(|(plan, national)| {
        plan.descriptors().fixed_line().is_some_and(|kind| is_one(kind, national))
    })
}

/// The plan that has a number, and the number in it.
fn owned(digits: &str) -> Option<(&'static Metadata, &str)> {
    let (plans, national) = plans(digits)?;
    let plan = plans.into_iter().find(|plan| is_led_as(plan, national) && has(plan, national))?;
    Some((plan, national))
}

/// The digits with country code of a number written nationally, with the national prefix or without.
pub(super) fn from_national(digits: &str, country: &str) -> Option<String> {
    let plan = DATABASE.by_id(country)?;
    let stripped = plan.national_prefix().and_then(|prefix| digits.strip_prefix(prefix));
    let national = [Some(digits), stripped].into_iter().flatten().find(|national| has(plan, national))?;
    Some(format!("{}{national}", plan.country_code()))
}

/// The plans that share the country code, the main one first, and the digits after it. No code begins another.
fn plans(digits: &str) -> Option<(Vec<&'static Metadata>, &str)> {
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code: u16 = code.parse().ok()?;
        let regions = DATABASE.region(&code)?;
        let plans: Vec<&Metadata> = regions.iter().filter_map(|region| DATABASE.by_id(*region)).collect();
        if plans.iter().all(|plan| plan.country_code() == code) && !plans.is_empty() {
            Some((plans, national))
        } else {
            Some((DATABASE.by_code(&code)?, national))
        }
    })
}

fn is_led_as(plan: &Metadata, national: &str) -> bool {
    plan.leading_digits().is_none_or(|digits| digits.find(national).is_some_and(|found| found.start() == 0))
}

fn has(plan: &Metadata, national: &str) -> bool {
    let kinds = plan.descriptors();
    let given_out = [
        kinds.fixed_line(),
        kinds.mobile(),
        kinds.toll_free(),
        kinds.premium_rate(),
        kinds.shared_cost(),
        kinds.personal_number(),
        kinds.voip(),
        kinds.pager(),
        kinds.uan(),
        kinds.voicemail(),
    ];
    kinds.general().is_match(national) && given_out.into_iter().flatten().any(|kind| is_one(kind, national))
}

/// The crate's own match looks at the beginning alone; a number must match to its end.
fn is_one(kind: &Descriptor, national: &str) -> bool {
    let length = u16::try_from(national.len()).unwrap_or(u16::MAX);
    let to_the_end =
        || kind.national_number().find(national).is_some_and(|found| found.end() == national.len());
    kind.is_match(national) && (kind.possible_length().contains(&length) || to_the_end())
}
