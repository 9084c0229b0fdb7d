//! Params of the methods about topics. What a topic's name means, who may see it, and how many a session may have is
//! judged later, where the session's topics are known: a name that means nothing is a topic that does not exist.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{invalid::Fields, ws::frames::request::Params};

/// The most events of one page of history.
const LONGEST_PAGE: u32 = 200;

/// `subscribe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    pub topics: Vec<String>,
    /// The cursor to resume from; in the first `subscribe` of a connection only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// The epoch the cursor belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// `unsubscribe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    pub topics: Vec<String>,
}

/// `history`: a page of the events of one topic, towards the past or from a seq on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadHistory {
    pub topic: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    #[serde(default = "usual_page")]
    pub limit: u32,
}

impl Params for Subscribe {
    fn check(&self, fields: &mut Fields) {
        check_seq(fields, "since", self.since);
    }
}

impl Params for Unsubscribe {
    fn check(&self, _: &mut Fields) {}
}

impl Params for ReadHistory {
    fn check(&self, fields: &mut Fields) {
        check_seq(fields, "before", self.before);
        check_seq(fields, "after", self.after);
        let one_way = self.before.is_none() || self.after.is_none();
        fields.check(one_way, "after", "must not come together with before");
        fields.check((1..=LONGEST_PAGE).contains(&self.limit), "limit", "must be 1 to 200");
    }
}

fn usual_page() -> u32 {
    50
}

fn check_seq(fields: &mut Fields, name: &str, seq: Option<i64>) {
    fields.check(seq.is_none_or(|seq| seq >= 0), name, "must not be negative");
}
