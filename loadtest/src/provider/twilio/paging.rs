//! Pages of lists, as the API cuts them. The newest come first.

use serde_json::{Map, Value, json};

use super::form::Form;
use super::refusal::Refusal;

const USUAL_PAGE: usize = 50;
const LARGEST_PAGE: usize = 1000;

/// What stands in a list.
pub(super) trait Listed {
    /// What the page after it names it by.
    fn sid(&self) -> &str;
}

/// Which page is asked for.
#[derive(Debug, Clone)]
pub(super) struct Paging {
    size: usize,
    number: usize,
    /// The last of the page before.
    before: Option<String>,
}

/// What stands on one page, and whether more follows.
#[derive(Debug)]
pub(super) struct Page<'a, T> {
    pub(super) items: Vec<&'a T>,
    has_more: bool,
}

impl Paging {
    pub(super) fn read(query: &Form) -> Result<Self, Refusal> {
        let number_or = |name, usual| {
            query.get(name).map_or(Ok(usual), |text| text.parse().map_err(|_| Refusal::INVALID_PAGE))
        };
        let before =
            query.get("PageToken").map(|token| token.strip_prefix("PA").ok_or(Refusal::INVALID_PAGE));
        Ok(Self {
            size: number_or("PageSize", USUAL_PAGE)?.clamp(1, LARGEST_PAGE),
            number: number_or("Page", 0)?,
            before: before.transpose()?.map(str::to_owned),
        })
    }

    /// The newest of `items`, which are in the order they came.
    pub(super) fn page<'a, T: Listed>(
        &self,
        items: &'a [T],
        wants: impl Fn(&T) -> bool,
    ) -> Result<Page<'a, T>, Refusal> {
        let end = match &self.before {
            Some(before) => {
                items.iter().rposition(|item| item.sid() == before).ok_or(Refusal::INVALID_PAGE)?
            }
            None => items.len(),
        };
        let mut found = items[..end].iter().rev().filter(|item| wants(item));
        let items = found.by_ref().take(self.size).collect();
        Ok(Page { items, has_more: found.next().is_some() })
    }

    /// The page as the API shows it, with its items under a name, at this path and query.
    pub(super) fn show<T: Listed>(
        &self,
        (name, path): (&str, &str),
        query: &Form,
        page: &Page<'_, T>,
        show: impl Fn(&T) -> Value,
    ) -> Value {
        let kept = query.without(&["Page", "PageToken", "PageSize"]);
        let uri = |number: usize, token: &str| {
            let more = if kept.is_empty() { String::new() } else { format!("&{kept}") };
            format!("{path}?Page={number}&PageSize={}{token}{more}", self.size)
        };
        let last = page.items.last().filter(|_| page.has_more);
        let token = self.before.as_ref().map_or(String::new(), |before| format!("&PageToken=PA{before}"));
        let start = self.number * self.size;
        let mut shown = Map::new();
        shown.insert(name.to_owned(), page.items.iter().map(|item| show(item)).collect());
        for (name, value) in [
            ("page", json!(self.number)),
            ("page_size", json!(self.size)),
            ("start", json!(start)),
            ("end", json!(start + page.items.len().saturating_sub(1))),
            ("uri", json!(uri(self.number, &token))),
            ("first_page_uri", json!(uri(0, ""))),
            (
                "next_page_uri",
                json!(last.map(|last| uri(self.number + 1, &format!("&PageToken=PA{}", last.sid())))),
            ),
            // Going back would need the page before that one; whoever has been there has it.
            ("previous_page_uri", Value::Null),
        ] {
            shown.insert(name.to_owned(), value);
        }
        Value::Object(shown)
    }
}
