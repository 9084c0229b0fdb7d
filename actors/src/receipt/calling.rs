//! What a provider tells of calls.

use entities::{CallId, TenantId};

use crate::{
    call::{self, CallChange, CallRefusal, CallWhat, News, Which},
    channel::Channel,
    inbound::InboundCall,
    store::StoreError,
};

use super::{Receipts, Settling, error::NotApplied};

/// A call of ours came this far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTold {
    /// Ours, when the provider was given it and gives it back.
    pub call_id: Option<CallId>,
    /// Else what the provider calls the contact's leg, or the room that is named after it.
    pub named: Option<String>,
    pub news: Vec<News>,
}

impl Receipts {
    /// Somebody calls. What began before is settled alone.
    pub(super) async fn ring(
        &self,
        tenant: TenantId,
        channel: &Channel,
        call: InboundCall,
        settling: &Settling,
    ) -> Result<(), NotApplied> {
        match self.inbound.ring(tenant, channel, call, settling).await? {
            true => Ok(()),
            false => self.settle_alone(settling, None).await,
        }
    }

    /// Tells the call, and settles the receipt with it. What is no news, or of no call of ours, is settled alone.
    pub(super) async fn follow_call(&self, told: CallTold, settling: &Settling) -> Result<(), NotApplied> {
        let tenant = settling.before().tenant_id;
        let Some(id) = self.call_of(tenant, &told, settling).await? else {
            tracing::info!(tenant.id = %tenant, "a provider tells of a call that is none of ours");
            return self.settle_alone(settling, None).await;
        };
        let received_at = settling.before().received_at;
        let dated = |news: News| match news.at {
            Some(_) => news,
            None => News { at: Some(received_at), undated: true, ..news },
        };
        let what = CallWhat::Hear(told.news.into_iter().map(dated).collect());
        let change = CallChange { receipt: Some(settling.clone()), ..CallChange::system(what) };
        match self.calls.change(tenant, id, change).await {
            Ok(_) => Ok(()),
            Err(CallRefusal::NothingNew | CallRefusal::LegNotFound | CallRefusal::NotFound) => {
                self.settle_alone(settling, None).await
            }
            Err(CallRefusal::ReceiptSettled) => Err(NotApplied::Settled),
            Err(refusal) => Err(NotApplied::NotYet(refusal.to_string())),
        }
    }

    async fn call_of(
        &self,
        tenant: TenantId,
        told: &CallTold,
        settling: &Settling,
    ) -> Result<Option<CallId>, StoreError> {
        if told.call_id.is_some() {
            return Ok(told.call_id);
        }
        let legs = told.news.iter().filter_map(|news| match &news.leg {
            Which::Called(name) => Some(name),
            Which::Leg(_) => None,
        });
        for name in told.named.iter().chain(legs) {
            let found = call::store::called(self.ports.store(), tenant, &settling.provider(), name).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
