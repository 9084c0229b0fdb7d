//! Lists of what Twilio has of our messages, page by page.

use entities::Timestamp;
use jiff::Timestamp as Instant;
use serde::{Deserialize, de::DeserializeOwned};
use ureq::http::header::AUTHORIZATION;

use super::{Resource, Text, TwilioAccount, TwilioClient, voice::CallResource};
use crate::providers::Failure;

/// Pages that are looked through for one text, and of everything that came in a stretch of time.
const PAGES: usize = 5;
const MOST_PAGES: usize = 100;
/// How much stands on a page.
const PAGE: &str = "100";

/// A page of a list, the newest first.
trait Page: DeserializeOwned + Send + 'static {
    type Of;

    /// What stands on it, and where the next one is.
    fn turn(self) -> (Vec<Self::Of>, Option<String>);
}

#[derive(Debug, Deserialize)]
struct Messages {
    messages: Vec<Resource>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Calls {
    calls: Vec<CallResource>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

#[derive(Debug, Deserialize)]
struct MediaList {
    media_list: Vec<MediaResource>,
}

#[derive(Debug, Deserialize)]
struct MediaResource {
    #[serde(default)]
    content_type: Option<String>,
    /// Of what is said about it; the file itself has no ending.
    uri: String,
}

/// A file of a message: where it lies and what it is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaPlace {
    pub url: String,
    pub content_type: String,
}

/// What came in a stretch of time.
#[derive(Debug)]
pub struct Received<T> {
    /// The oldest first.
    pub found: Vec<T>,
    /// There is more than is looked through at once: ask for less.
    pub is_cut: bool,
}

impl Page for Messages {
    type Of = Resource;

    fn turn(self) -> (Vec<Resource>, Option<String>) {
        (self.messages, self.next_page_uri)
    }
}

impl Page for Calls {
    type Of = CallResource;

    fn turn(self) -> (Vec<CallResource>, Option<String>) {
        (self.calls, self.next_page_uri)
    }
}

impl TwilioClient {
    /// What was sent between the two ends of a text of late.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn sent(&self, account: &TwilioAccount, text: &Text) -> Result<Vec<Resource>, Failure> {
        let query = vec![("To", text.to.clone()), ("From", text.from.clone())];
        Ok(self.list::<Messages>((account, self.messages(account)), query, PAGES).await?.0)
    }

    /// What this number of ours was sent in a stretch of time, both ends included, to the second.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn received(
        &self,
        account: &TwilioAccount,
        number: &str,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Received<Resource>, Failure> {
        let query =
            vec![("To", number.to_owned()), ("DateSent>", second(from)), ("DateSent<", second(until))];
        let (mut found, is_cut) =
            self.list::<Messages>((account, self.messages(account)), query, MOST_PAGES).await?;
        found.retain(Resource::is_inbound);
        found.reverse();
        Ok(Received { found, is_cut })
    }

    /// The calls this number of ours got that began in a stretch of time, both ends included, to the second, and are over.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn called(
        &self,
        account: &TwilioAccount,
        number: &str,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Received<CallResource>, Failure> {
        let query =
            vec![("To", number.to_owned()), ("StartTime>", second(from)), ("StartTime<", second(until))];
        let place = (account, self.resource(account, "Calls"));
        let (mut found, is_cut) = self.list::<Calls>(place, query, MOST_PAGES).await?;
        found.retain(CallResource::was_for_us);
        found.reverse();
        Ok(Received { found, is_cut })
    }

    /// The calls we asked for from one of our numbers to somebody since then, as far as a page goes, the newest first. One that only
    /// rings has no start yet, so that it is not asked for by that.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn placed(
        &self,
        account: &TwilioAccount,
        (from, to): (&str, &str),
        since: Timestamp,
    ) -> Result<Vec<CallResource>, Failure> {
        let query = vec![("To", to.to_owned()), ("From", from.to_owned())];
        let place = (account, self.resource(account, "Calls"));
        let (mut found, _) = self.list::<Calls>(place, query, 1).await?;
        found.retain(|call| call.was_asked_for_since(since));
        Ok(found)
    }

    /// The files of a message.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn media(&self, account: &TwilioAccount, sid: &str) -> Result<Vec<MediaPlace>, Failure> {
        let messages = self.messages(account);
        let messages = messages.strip_suffix(".json").unwrap_or(&messages);
        let list: MediaList = self.page(format!("{messages}/{sid}/Media.json"), account, Vec::new()).await?;
        let place = |media: MediaResource| MediaPlace {
            url: format!("{}{}", self.base, media.uri.strip_suffix(".json").unwrap_or(&media.uri)),
            content_type: media.content_type.unwrap_or_default(),
        };
        Ok(list.media_list.into_iter().map(place).collect())
    }

    /// So many pages at most, the newest first, and whether there are more.
    async fn list<P: Page>(
        &self,
        (account, mut url): (&TwilioAccount, String),
        mut query: Vec<(&'static str, String)>,
        pages: usize,
    ) -> Result<(Vec<P::Of>, bool), Failure> {
        let mut found = Vec::new();
        query.push(("PageSize", PAGE.to_owned()));
        for _ in 0..pages {
            let page: P = self.page(url, account, std::mem::take(&mut query)).await?;
            let (listed, next) = page.turn();
            found.extend(listed);
            match next {
                // Only a path: whoever answers does not choose who gets our credentials.
                Some(next) if next.starts_with('/') => url = format!("{}{next}", self.base),
                _ => return Ok((found, false)),
            }
        }
        Ok((found, true))
    }

    async fn page<T: DeserializeOwned + Send + 'static>(
        &self,
        url: String,
        account: &TwilioAccount,
        query: Vec<(&'static str, String)>,
    ) -> Result<T, Failure> {
        let authorization = account.authorization();
        self.ask(move |agent| agent.get(&url).query_pairs(query).header(AUTHORIZATION, authorization).call())
            .await
    }
}

/// As Twilio reads times.
fn second(at: Timestamp) -> String {
    let at = Instant::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_second() {
        assert_eq!(second(Timestamp::from_micros(1_692_853_305_999_999)), "2023-08-24T05:01:45Z");
    }
}
