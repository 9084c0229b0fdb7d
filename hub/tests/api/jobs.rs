//! `/api/jobs`.

use actors::journal::{Commit, NewJob};
use entities::{JobId, job, job::JobStatus, scope::TenantScope, user::Role};
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both, tenant::Tenant};

/// A job of a kind this hub does not carry out, owed by the tenant.
async fn owed(tenant: &Tenant, key: Option<&str>) -> JobId {
    let (ports, now) = (&tenant.hub.ports, tenant.hub.ports.now());
    let id = JobId::from_uuid(ports.draw());
    let key = key.map(str::to_owned);
    let job = NewJob { id, kind: "test", key, run_at: now, payload: Value::Null, contact_id: None };
    ports.journal.commit(Commit::new(tenant.id, now, Vec::new(), Vec::new()).owing(vec![job])).await.unwrap();
    id
}

/// The job as if it had been given up.
async fn given_up(tenant: &Tenant, id: JobId) {
    use actors::journal::{Record, Row};
    let of = tenant.id;
    let find = move |db: actors::store::Reader| async move { job::Entity::by_id(of, id).one(&*db).await };
    let row = tenant.hub.ports.store().read(of, find).await.unwrap().unwrap();
    let row =
        job::Model { status: JobStatus::Dead, last_error: Some("never".to_owned()), rev: row.rev + 1, ..row };
    let rows = vec![Row::Update(Record::Job(row))];
    let now = tenant.hub.ports.now();
    tenant.hub.ports.journal.commit(Commit::new(of, now, rows, Vec::new())).await.unwrap();
}

#[actix_web::test]
async fn managers_list_jobs_by_status_and_kind_page_by_page() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.insert(0, owed(&tenant, Some("line")).await.to_string());
        }
        assert_eq!(ask.get("/api/jobs?status=ready&kind=test").await.ids(), ids[2..]);
        assert_eq!(ask.get("/api/jobs?status=blocked").await.ids(), ids[..2]);
        let first = ask.get("/api/jobs?status=blocked&limit=1").await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = ask.get(&format!("/api/jobs?status=blocked&limit=1&cursor={cursor}")).await;
        assert_eq!((first.ids(), second.ids()), (ids[..1].to_vec(), ids[1..2].to_vec()));
        assert_eq!(second.body["next_cursor"], json!(null));
        let job = &ask.get("/api/jobs?status=ready&kind=test").await.body["data"][0];
        assert_eq!((&job["kind"], &job["attempts"]), (&json!("test"), &json!(0)));
        assert!(job.get("payload").is_none() && job.get("last_error").is_none());
        for (query, field) in [("status=lost", "status"), ("kind=test", "kind"), ("state=done", "state")] {
            let refused = ask.get(&format!("/api/jobs?{query}")).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
    })
    .await;
}

#[actix_web::test]
async fn what_was_given_up_is_redriven_once_per_key_and_the_rest_is_a_conflict() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let id = owed(&tenant, None).await;
        let path = format!("/api/jobs/{id}/redrive");
        assert_eq!(ask.post(&path, json!({})).await.refusal(), (409, "CONFLICT"));
        given_up(&tenant, id).await;
        assert_eq!(ask.get("/api/jobs?status=dead").await.body["data"][0]["last_error"], "never");
        let again = ask.post_with_key(&path, "again", json!({})).await;
        assert_eq!((again.status, again.id()), (200, id.to_string()));
        assert_eq!(ask.post_with_key(&path, "again", json!({})).await.body, again.body);
        assert_eq!(ask.get("/api/jobs?status=ready&kind=test").await.ids(), [id.to_string()]);
        assert_eq!(
            ask.get(&format!("/api/jobs/{id}/attempts")).await.body,
            json!({"data": [], "next_cursor": null})
        );
    })
    .await;
}

#[actix_web::test]
async fn jobs_are_for_managers_of_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let id = owed(&tenant, None).await;
        let stranger = Asking::with(house, others.owners_token());
        let (attempts, redrive) = (format!("/api/jobs/{id}/attempts"), format!("/api/jobs/{id}/redrive"));
        assert_eq!(stranger.get(&attempts).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.post(&redrive, json!({})).await.refusal(), (404, "NOT_FOUND"));
        assert!(!stranger.get("/api/jobs").await.ids().contains(&id.to_string()));
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        for path in ["/api/jobs", &attempts] {
            assert_eq!(agent.get(path).await.refusal(), (403, "FORBIDDEN"), "{path}");
        }
        assert_eq!(agent.post(&redrive, json!({})).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}
