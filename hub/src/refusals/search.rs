//! Of the search.

use actors::search::NoWords;

use crate::{error::ApiError, invalid::invalid_field};

impl From<NoWords> for ApiError {
    fn from(error: NoWords) -> Self {
        match error {
            NoWords::Empty | NoWords::TooLong | NoWords::TooMany => invalid_field("q", error.to_string()),
        }
    }
}
