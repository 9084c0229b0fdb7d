//! The job that asks the provider what a call cost: of every leg, until all of it is known or some hours have passed.

use std::time::Duration;

use actors::{
    call::{
        CallChange, CallWhat, Cost, Standing,
        afterwards::{COST, Ended},
    },
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use rust_decimal::Decimal;

use super::{Calling, heard};
use crate::providers::Failure;
use crate::providers::twilio::TwilioAccount;
use crate::providers::twilio::voice::CallResource;

/// Between two questions at the least and at the most; in between it is as long as the call has been over.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_hours(2);
/// What was not told by then is not told any more.
const PATIENCE: Duration = Duration::from_hours(12);
/// What an attempt takes at most: a few requests.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Asks what calls cost.
pub struct PriceCalls(Calling);

/// What is known of the price of a leg, or of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Price {
    /// Nothing is charged.
    None,
    Known(Decimal, String),
    NotYet,
}

impl PriceCalls {
    /// The kind.
    #[must_use]
    pub fn new(parts: Calling) -> Self {
        Self(parts)
    }

    async fn price(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Ended { call_id, since } = job.parse()?;
        let (now, first) = (self.0.ports.now(), since.plus(self.0.settings.price_after()));
        if now < first {
            return Ok(Outcome::Again(first));
        }
        let Some(call) = self.0.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        let Some(account) = self.0.account(job).await? else { return Ok(Outcome::Done) };
        match self.of_all(job, &account, &call).await? {
            Price::Known(amount, currency) => {
                let cost = CallWhat::Cost(Cost { amount: written(amount), currency });
                heard(self.0.calls.change(job.tenant, call_id, CallChange::system(cost)).await)?;
                Ok(Outcome::Done)
            }
            Price::NotYet if now.since(since) < PATIENCE => {
                Ok(Outcome::Again(now.plus(now.since(since).clamp(SOON, LATER))))
            }
            Price::None | Price::NotYet => Ok(Outcome::Done),
        }
    }

    async fn of_all(&self, job: &Due, account: &TwilioAccount, call: &Standing) -> Result<Price, Outcome> {
        let mut all = Price::None;
        for sid in call.legs.iter().filter_map(|leg| leg.external_id.as_deref()) {
            let found = self.0.twilio.call(account, sid).await;
            self.0.note(job, &found);
            let price = match found {
                Ok(resource) => price(&resource),
                Err(Failure::Refused(refused)) if refused.status == 404 => Price::None,
                Err(failure) => return Err(Outcome::retry(failure.to_string())),
            };
            all = all.and(price);
        }
        Ok(all)
    }
}

impl Price {
    /// Of both. What is charged in two currencies has no sum.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotYet, _) | (_, Self::NotYet) => Self::NotYet,
            (Self::None, price) | (price, Self::None) => price,
            (Self::Known(one, currency), Self::Known(two, same)) if currency == same => {
                Self::Known(one + two, currency)
            }
            (Self::Known(..), Self::Known(..)) => Self::None,
        }
    }
}

/// What a leg cost. Only one that was answered is charged, some time after its end.
fn price(leg: &CallResource) -> Price {
    let charged = leg.price.as_deref().and_then(|price| price.parse::<Decimal>().ok());
    match (charged, &leg.price_unit) {
        (Some(charged), Some(currency)) => Price::Known(-charged, currency.to_uppercase()),
        _ if matches!(leg.status.as_str(), "busy" | "failed" | "no-answer" | "canceled") => Price::None,
        _ => Price::NotYet,
    }
}

/// Without zeros at its end.
fn written(amount: Decimal) -> String {
    amount.normalize().to_string()
}

#[async_trait]
impl JobKind for PriceCalls {
    fn name(&self) -> &'static str {
        COST
    }

    /// Asking again changes nothing by itself.
    fn rules(&self) -> Rules {
        Rules { timeout: TIMEOUT, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        match self.price(job).await {
            // A price nobody could ask for is no reason to call a person.
            Err(Outcome::Retry { .. }) if job.last => Outcome::Done,
            Ok(outcome) | Err(outcome) => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(status: &str, price: Option<&str>) -> CallResource {
        let price_unit = Some("usd".to_owned());
        CallResource {
            status: status.to_owned(),
            price: price.map(str::to_owned),
            price_unit,
            ..CallResource::default()
        }
    }

    fn sum(legs: &[CallResource]) -> Price {
        legs.iter().map(price).fold(Price::None, Price::and)
    }

    fn known(amount: &str) -> Price {
        Price::Known(amount.parse().unwrap(), "USD".to_owned())
    }

    #[test]
    fn the_legs_are_added_to_the_last_digit() {
        let both = [leg("completed", Some("-0.00850")), leg("completed", Some("-0.00400"))];
        assert_eq!(sum(&both), known("0.0125"));
        let Price::Known(amount, _) = sum(&both) else { panic!("it is known") };
        assert_eq!(written(amount), "0.0125");
        assert_eq!(written("0.00".parse().unwrap()), "0");
    }

    #[test]
    fn a_leg_whose_price_is_not_known_is_waited_for_and_one_nobody_answered_is_not() {
        let priced = leg("completed", Some("-0.0085"));
        assert_eq!(sum(&[priced.clone(), leg("completed", None)]), Price::NotYet);
        assert_eq!(sum(&[leg("completed", None), priced.clone()]), Price::NotYet);
        assert_eq!(sum(&[priced, leg("no-answer", None)]), known("0.0085"));
        assert_eq!(sum(&[leg("busy", None)]), Price::None);
    }

    #[test]
    fn two_currencies_have_no_sum() {
        let euro = CallResource { price_unit: Some("EUR".to_owned()), ..leg("completed", Some("-1")) };
        assert_eq!(sum(&[leg("completed", Some("-1")), euro]), Price::None);
    }
}
