//! What a provider tells of recordings, and of which call they are.

use entities::{TenantId, recording::RecordingKind};

use crate::{
    call::{self, CallRefusal, News, Standing, Step, Which},
    recording::{RecordingError, RecordingNews, RecordingTold},
    store::StoreError,
};

use super::{Receipts, Settling, error::NotApplied, store};

impl Receipts {
    /// Tells the recording, and settles the receipt with it. What is no news is settled alone. One of a call nobody knows waits:
    /// the call may be told of later than what its caller left.
    pub(super) async fn follow_recording(
        &self,
        told: RecordingTold,
        settling: &Settling,
    ) -> Result<(), NotApplied> {
        let tenant = settling.before().tenant_id;
        let Some(call) = self.recorded(tenant, &told, settling).await? else {
            return Err(NotApplied::NotYet("nobody knows its call".to_owned()));
        };
        self.tell_call(tenant, &call, &told).await?;
        match self.recordings.hear(&call, &told, settling).await {
            Ok(true) => Ok(()),
            Ok(false) => self.settle_alone(settling, None).await,
            Err(RecordingError::Busy) if store::is_overtaken(self.ports.store(), settling).await? => {
                Err(NotApplied::Settled)
            }
            Err(error) => Err(NotApplied::NotYet(error.to_string())),
        }
    }

    /// A call that is recorded shows so. Before its recording: when that fails, all of it comes again, and is no news to the call.
    async fn tell_call(
        &self,
        tenant: TenantId,
        call: &Standing,
        told: &RecordingTold,
    ) -> Result<(), NotApplied> {
        let on = told.news == RecordingNews::Begun;
        let Some(leg) = call.contact_leg().filter(|_| told.kind == RecordingKind::Call) else {
            return Ok(());
        };
        let step = Some(Step::Recording { id: told.external_id.clone(), on });
        let (external_id, room_id, at) = (None, None, told.started_at);
        let news = News { leg: Which::Leg(leg.id), external_id, room_id, at, undated: false, step };
        match self.calls.hear(tenant, call.id, vec![news]).await {
            Ok(()) | Err(CallRefusal::LegNotFound | CallRefusal::NotFound) => Ok(()),
            Err(refusal) => Err(NotApplied::NotYet(refusal.to_string())),
        }
    }

    async fn recorded(
        &self,
        tenant: TenantId,
        told: &RecordingTold,
        settling: &Settling,
    ) -> Result<Option<Standing>, StoreError> {
        let store = self.ports.store();
        let id = match (told.call_id, &told.named) {
            (Some(id), _) => Some(id),
            (None, Some(name)) => call::store::called(store, tenant, &settling.provider(), name).await?,
            (None, None) => None,
        };
        match id {
            Some(id) => call::store::load(store, (tenant, id)).await,
            None => Ok(None),
        }
    }
}
