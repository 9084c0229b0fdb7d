//! What the room of the settings decides. Pure.

use entities::{Json, Origin, Principal, Timestamp, phone, tenant};
use serde_json::{Map, Value};

use crate::{
    consent::Compliance,
    contact::{is_locale, is_time_zone},
    conversation::sla::Limits,
    recording::Policy,
    routing::Routing,
};

use super::{Chosen, SettingsError, UpdateSettings};

/// Decides to change the settings of a tenant.
pub(super) fn decide_update(
    before: Option<tenant::Model>,
    update: &UpdateSettings,
    (by, now): (Principal, Timestamp),
) -> Result<tenant::Model, SettingsError> {
    let mut row = seen(before, update.rev)?;
    if let Some(name) = &update.name {
        row.name = checked_name(name)?;
    }
    if let Some(country) = &update.default_country {
        row.default_country = country.as_deref().map(checked_country).transpose()?;
    }
    let chosen = merged(&row, &update.chosen)?;
    if update.from.is_some_and(|from| !chosen.ip_allow_list.admit(from)) {
        return Err(SettingsError::invalid("ip_allow_list", "must hold the address you come from"));
    }
    row.settings = Json(chosen.to_map());
    row.rev += 1;
    row.updated_at = now;
    row.updated_by = Some(by);
    Ok(row)
}

fn seen(before: Option<tenant::Model>, rev: Option<i64>) -> Result<tenant::Model, SettingsError> {
    let row = before.ok_or(SettingsError::NotFound)?;
    match rev {
        Some(seen) if seen != row.rev => Err(SettingsError::RevMismatch { rev: row.rev }),
        _ => Ok(row),
    }
}

fn checked_name(name: &str) -> Result<String, SettingsError> {
    let name = name.trim();
    let good = (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if good {
        Ok(name.to_owned())
    } else {
        Err(SettingsError::invalid("name", "must have 1 to 200 characters"))
    }
}

fn checked_country(code: &str) -> Result<String, SettingsError> {
    match phone::is_country(code) {
        true => Ok(code.to_ascii_uppercase()),
        false => Err(SettingsError::invalid("default_country", "must be two letters of ISO 3166, like GB")),
    }
}

/// What was chosen before, with what is said in its place.
fn merged(row: &tenant::Model, said: &Map<String, Value>) -> Result<Chosen, SettingsError> {
    for (name, value) in said {
        known(name, value)?;
    }
    let mut members = row.settings.0.clone();
    members.extend(said.clone());
    let chosen = Chosen::read(members).map_err(|_| SettingsError::Internal)?;
    check(&chosen)?;
    Ok(chosen)
}

/// Is this a member of ours, and of its type? Each is read alone, so that the refusal names it.
fn known(name: &str, value: &Value) -> Result<(), SettingsError> {
    match Chosen::read(Map::from_iter([(name.to_owned(), value.clone())])) {
        Ok(chosen) if chosen.later.is_empty() => Ok(()),
        Ok(_) => Err(SettingsError::invalid(name, "is not known here")),
        Err(error) => Err(SettingsError::invalid(name, error.to_string())),
    }
}

fn check(chosen: &Chosen) -> Result<(), SettingsError> {
    if let Some(sla) = &chosen.sla {
        Limits::read(sla).map_err(|error| SettingsError::invalid(&error.field, error.reason))?;
    }
    if let Some(routing) = &chosen.routing {
        Routing::read(routing).map_err(|error| SettingsError::invalid(&error.field, error.reason))?;
    }
    if let Some(compliance) = &chosen.compliance {
        Compliance::read(compliance).map_err(|error| SettingsError::invalid(&error.field, error.reason))?;
    }
    if let Some(recordings) = &chosen.recordings {
        Policy::read(recordings).map_err(|error| SettingsError::invalid(&error.field, error.reason))?;
    }
    let origins = &chosen.allowed_origins;
    let rules = [
        (
            chosen.time_zone.as_deref().is_none_or(is_time_zone),
            "time_zone",
            "must be an IANA name such as Europe/Berlin",
        ),
        (chosen.locale.as_deref().is_none_or(is_locale), "locale", "must be a language tag such as en-GB"),
        (chosen.ip_allow_list.len() <= 100, "ip_allow_list", "must be at most 100"),
        (origins.len() <= 50, "allowed_origins", "must be at most 50"),
        (
            origins.iter().all(|origin| origin.parse::<Origin>().is_ok()),
            "allowed_origins",
            "must be origins such as https://crm.example, without a path",
        ),
    ];
    match rules.into_iter().find(|(good, ..)| !good) {
        Some((_, field, reason)) => Err(SettingsError::invalid(field, reason)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use entities::{TenantId, tenant::TenantStatus};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn row(settings: Value) -> tenant::Model {
        let at = Timestamp::from_micros(7);
        tenant::Model {
            id: TenantId::from_uuid(Uuid::nil()),
            name: "Acme".to_owned(),
            status: TenantStatus::Active,
            default_country: None,
            settings: Json(settings.as_object().unwrap().clone()),
            rev: 3,
            created_at: at,
            updated_at: at,
            created_by: None,
            updated_by: None,
            deleted_at: None,
        }
    }

    fn decide(before: Value, chosen: Value) -> Result<tenant::Model, SettingsError> {
        let update = UpdateSettings { chosen: chosen.as_object().unwrap().clone(), ..Default::default() };
        decide_update(Some(row(before)), &update, (Principal::System, Timestamp::from_micros(8)))
    }

    fn refused(chosen: Value) -> String {
        match decide(json!({}), chosen) {
            Err(SettingsError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_said_stays_and_null_clears() {
        let before = json!({"locale": "en", "time_zone": "UTC"});
        let after = decide(before, json!({"time_zone": null, "allowed_origins": ["https://crm.example"]}));
        let expected = json!({"locale": "en", "allowed_origins": ["https://crm.example"]});
        assert_eq!(Value::Object(after.unwrap().settings.0), expected);
    }

    #[test]
    fn every_member_is_refused_by_its_name() {
        assert_eq!(refused(json!({"colour": "red"})), "colour");
        assert_eq!(refused(json!({"colour": null})), "colour");
        assert_eq!(refused(json!({"ip_allow_list": ["here"]})), "ip_allow_list");
        assert_eq!(refused(json!({"locale": 5})), "locale");
        assert_eq!(refused(json!({"locale": "en_GB"})), "locale");
        assert_eq!(refused(json!({"routing": {"mode": "random"}})), "routing.mode");
        assert_eq!(refused(json!({"sla": {"next_answer_s": 1}})), "sla.next_answer_s");
        assert_eq!(refused(json!({"compliance": {"cap": {"texts": 0}}})), "compliance.cap.texts");
        assert_eq!(refused(json!({"recordings": {"keep_days": 0}})), "recordings.keep_days");
        assert_eq!(refused(json!({"recordings": {"redact": ["ok", "("]}})), "recordings.redact.1");
        assert_eq!(refused(json!({"recordings": {"erase": true}})), "recordings.erase");
        assert_eq!(refused(json!({"time_zone": "half past nine"})), "time_zone");
        for wrong in
            [json!(["crm.example"]), json!(["https://crm.example/"]), json!("https://x"), json!(null)]
        {
            assert_eq!(refused(json!({ "allowed_origins": wrong })), "allowed_origins");
        }
    }

    #[test]
    fn nobody_locks_himself_out() {
        let chosen = json!({"ip_allow_list": ["203.0.113.0/24"]}).as_object().unwrap().clone();
        let from = |address: &str| {
            let from = Some(address.parse().unwrap());
            let update = UpdateSettings { chosen: chosen.clone(), from, ..Default::default() };
            decide_update(Some(row(json!({}))), &update, (Principal::System, Timestamp::from_micros(8)))
        };
        assert!(
            matches!(from("198.51.100.7"), Err(SettingsError::Invalid { field, .. }) if field == "ip_allow_list")
        );
        let after = from("203.0.113.7").unwrap();
        assert!(Chosen::admit(&after, "203.0.113.8".parse().unwrap()));
        assert!(!Chosen::admit(&after, "198.51.100.7".parse().unwrap()));
        assert!(
            !Chosen::admit(&row(json!({"ip_allow_list": 7})), "203.0.113.7".parse().unwrap()),
            "not readable"
        );
    }

    #[test]
    fn what_a_later_version_wrote_is_kept_and_cannot_be_written_here() {
        let after = decide(json!({"weather": "fair"}), json!({"locale": "en"})).unwrap();
        assert_eq!(after.settings.0["weather"], "fair");
        assert_eq!(refused(json!({"weather": "foul"})), "weather");
    }

    #[test]
    fn who_saw_another_rev_changes_nothing() {
        let update = UpdateSettings { rev: Some(2), ..Default::default() };
        let at = (Principal::System, Timestamp::from_micros(8));
        assert_eq!(
            decide_update(Some(row(json!({}))), &update, at),
            Err(SettingsError::RevMismatch { rev: 3 })
        );
        assert_eq!(decide_update(None, &update, at), Err(SettingsError::NotFound));
    }
}
