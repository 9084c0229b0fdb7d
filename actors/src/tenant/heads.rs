//! Every few seconds: how far are the logs of our live tenants? What was committed and not heard of shows here,
//! whether the bus lost it, another program wrote it, or a mailbox was full.

use std::{sync::Weak, time::Duration};

use entities::log;

use super::{handle::Inner, messages::Head};

/// Tenants in one question.
const AT_ONCE: usize = 1000;

/// Asks until nobody is left to tell.
pub(super) async fn watch(tenants: Weak<Inner>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(tenants) = tenants.upgrade() else { return };
        let living = tenants.registry.keys();
        for chunk in living.chunks(AT_ONCE) {
            let ids = chunk.to_vec();
            let heads = tenants.store.read_across_tenants(move |db| async move {
                log::Entity::heads_across_tenants(ids).all(&db).await
            });
            match heads.await {
                Ok(heads) => {
                    for row in heads {
                        let head = Head { last_seq: row.last_seq, trimmed_seq: row.trimmed_seq };
                        let told = |actor: &actix::Addr<_>| actor.try_send(head).is_ok();
                        tenants.registry.with_living(&row.tenant_id, told);
                    }
                }
                Err(error) => tracing::warn!(%error, "the ends of the logs cannot be read"),
            }
        }
    }
}
