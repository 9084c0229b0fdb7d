//! `ETag` and `If-Match`: the rev of a noun, as HTTP says it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, IF_MATCH, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use crate::error::ApiError;
use crate::invalid::invalid_field;

/// The rev a client saw; `None`: the last write wins. A tag that is none of ours is INVALID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// REV_MISMATCH unless the client saw `rev`, or does not mind.
    ///
    /// # Errors
    /// REV_MISMATCH.
    pub fn check(self, rev: i64) -> Result<(), ApiError> {
        match self.0 {
            Some(seen) if seen != rev => Err(ApiError::rev_mismatch(rev)),
            _ => Ok(()),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.headers().get(IF_MATCH).map(|sent| sent.to_str().unwrap_or_default());
        ready(read(sent).map(Self))
    }
}

fn read(sent: Option<&str>) -> Result<Option<i64>, ApiError> {
    match sent.map(str::trim) {
        None | Some("*") => Ok(None),
        Some(tag) => {
            // A proxy that compresses may weaken the tag.
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            let rev = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag).parse();
            rev.map(Some).map_err(|_| invalid_field("If-Match", "must be the ETag of an answer"))
        }
    }
}

/// 200 with the noun and its `ETag`.
pub fn found(noun: &impl Serialize, rev: i64) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, tag(rev))).json(noun)
}

/// 201 with the noun, its `ETag` and where it is.
pub fn created(noun: &impl Serialize, rev: i64, location: String) -> HttpResponse {
    HttpResponse::Created().insert_header((ETAG, tag(rev))).insert_header((LOCATION, location)).json(noun)
}

fn tag(rev: i64) -> String {
    format!("\"{rev}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_with_quotes_or_without() {
        for sent in ["\"7\"", "7", "W/\"7\""] {
            assert_eq!(read(Some(sent)), Ok(Some(7)), "{sent}");
        }
        assert_eq!((read(None), read(Some("*"))), (Ok(None), Ok(None)));
        assert!(read(Some("\"seven\"")).is_err());
    }

    #[test]
    fn who_saw_another_rev_is_told_the_one_that_is() {
        assert_eq!(IfMatch(Some(3)).check(4), Err(ApiError::rev_mismatch(4)));
        assert!(IfMatch(Some(4)).check(4).is_ok() && IfMatch(None).check(4).is_ok());
    }
}
