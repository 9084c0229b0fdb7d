//! What Twilio tells of the number a call comes from: the network's signature (STIR/SHAKEN), and what the account's add-ons know of
//! unwanted callers.
//! Source: <https://www.twilio.com/docs/guides/block-spam-calls-and-robocalls-ruby>.

use actors::call::Verification;
use serde_json::Value;

use crate::providers::twilio::wire::Form;

/// Where an add-on says that calls from a number are unwanted, and as what.
fn unwanted(results: &Value) -> bool {
    results["nomorobo_spamscore"]["result"]["score"] == 1
        || results["marchex_cleancall"]["result"]["result"]["recommendation"] == "BLOCK"
        || results["whitepages_pro_phone_rep"]["result"]["reputation_level"] == 4
}

/// Whether the number is the caller's own; `None` when nothing was said of it. One known for unwanted calls has failed, whoever
/// signed it.
pub(super) fn verification(form: &Form) -> Option<Verification> {
    let added: Option<Value> = form.text("AddOns").and_then(|text| serde_json::from_str(&text).ok());
    if added.is_some_and(|added| unwanted(&added["results"])) {
        return Some(Verification::Failed);
    }
    let said = form.text("StirVerstat")?;
    Some(match said.as_str() {
        said if said.starts_with("TN-Validation-Passed") => Verification::Passed,
        said if said.starts_with("TN-Validation-Failed") => Verification::Failed,
        _ => Verification::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Option<Verification> {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        verification(&Form::read(&Form::write(&pairs)))
    }

    #[test]
    fn what_the_network_signed_is_told_in_three_words() {
        assert_eq!(read(&[("StirVerstat", "TN-Validation-Passed-A")]), Some(Verification::Passed));
        assert_eq!(read(&[("StirVerstat", "TN-Validation-Passed-C-Diverted")]), Some(Verification::Passed));
        assert_eq!(read(&[("StirVerstat", "TN-Validation-Failed-B")]), Some(Verification::Failed));
        assert_eq!(read(&[("StirVerstat", "No-TN-Validation")]), Some(Verification::None));
        assert_eq!(read(&[("StirVerstat", "")]), None);
    }

    #[test]
    fn a_number_that_is_known_for_unwanted_calls_has_failed_though_it_is_signed() {
        let signed = ("StirVerstat", "TN-Validation-Passed-A");
        for results in [
            r#"{"nomorobo_spamscore":{"status":"successful","result":{"score":1}}}"#,
            r#"{"marchex_cleancall":{"result":{"result":{"recommendation":"BLOCK"}}}}"#,
            r#"{"whitepages_pro_phone_rep":{"result":{"reputation_level":4}}}"#,
        ] {
            let added = format!(r#"{{"status":"successful","results":{results}}}"#);
            assert_eq!(read(&[signed, ("AddOns", &added)]), Some(Verification::Failed), "{results}");
        }
        let fine = r#"{"results":{"nomorobo_spamscore":{"result":{"score":0}}}}"#;
        assert_eq!(read(&[signed, ("AddOns", fine)]), Some(Verification::Passed));
        assert_eq!(read(&[("AddOns", "no JSON")]), None);
    }
}
