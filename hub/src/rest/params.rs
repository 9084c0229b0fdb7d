//! Query strings, refused like bodies: with the field named, and nothing unknown let through.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::error::{ApiError, Code};
use crate::invalid::unreadable;

/// The query of type `T`, which should `deny_unknown_fields`. Refusal: INVALID.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

/// Reads a query string.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    match web::Query::<Traced<T>>::from_query(query) {
        Ok(traced) => traced.into_inner().0,
        Err(_) => Err(Code::BadRequest.into()),
    }
}

/// Notes where reading stopped before the query's reader forgets it.
struct Traced<T>(Result<T, ApiError>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Traced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(serde_path_to_error::deserialize(deserializer).map_err(|error| unreadable(&error))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        limit: Option<u32>,
        #[serde(rename = "q")]
        _q: Option<String>,
    }

    fn refused(query: &str) -> (String, String) {
        let refusal = parse::<Page>(query).unwrap_err();
        assert_eq!(refusal.code, Code::Invalid);
        let field = &refusal.details["fields"][0];
        (field["field"].as_str().unwrap().to_owned(), field["reason"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_query_is_read_by_name() {
        assert_eq!(parse::<Page>("q=a%20b&limit=7").unwrap().limit, Some(7));
        assert_eq!(parse::<Page>("").unwrap().limit, None);
    }

    #[test]
    fn a_wrong_value_and_an_unknown_name_are_named() {
        assert_eq!(refused("limit=many"), ("limit".into(), "invalid digit found in string".into()));
        assert_eq!(refused("limti=7"), ("limti".into(), "is not known here".into()));
    }
}
