//! Users: who may make, change and remove whom.

use reqwest::Method;
use serde_json::{Value, json};

use super::house::over_both;

#[actix::test]
async fn a_user_is_made_read_changed_and_removed() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let token = &tenant.owners_token;
        let body = json!({"email": "grace@example.com", "name": "Grace", "role": "agent"});
        let made = house.post(token, "/api/users", body).await;
        let path = made.header("location").to_owned();
        let made = made.with(201);
        assert_eq!(path, format!("/api/users/{}", made["id"].as_str().unwrap()));
        let read = house.get(token, &path).await;
        assert_eq!(read.header("etag"), "\"1\"");
        let read = read.with(200);
        assert!(read.get("invite_url").is_none(), "the link is shown once");
        for member in ["id", "email", "name", "role", "boards", "status", "created_at", "rev"] {
            assert_eq!(read.get(member), made.get(member), "{member}");
        }
        let board = house.board(&tenant).await;
        let changed = house.patch(token, &path, json!({"name": "Grace H.", "boards": [board]})).await;
        assert_eq!(changed.header("etag"), "\"2\"");
        let changed = changed.with(200);
        assert_eq!((&changed["name"], &changed["boards"]), (&json!("Grace H."), &json!([board])));
        let cleared = house.patch(token, &path, json!({"boards": null})).await.with(200);
        assert_eq!((&cleared["boards"], &cleared["name"]), (&Value::Null, &json!("Grace H.")));
        assert_eq!(house.delete(token, &path).await.with(204), Value::Null);
        house.get(token, &path).await.refused(404, "NOT_FOUND");
        house.invite(&tenant, "grace@example.com", "agent").await;
    })
    .await;
}

#[actix::test]
async fn an_address_belongs_to_one_user_of_a_tenant() {
    over_both(async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        house.invite(&tenant, "grace@example.com", "agent").await;
        let body = json!({"email": "GRACE@example.com", "name": "Grace", "role": "agent"});
        let again = house.post(&tenant.owners_token, "/api/users", body).await;
        again.refused(409, "CONFLICT");
        house.invite(&other, "grace@example.com", "agent").await;
        let at_once = (0..4).map(|_| {
            let body = json!({"email": "alan@example.com", "name": "Alan", "role": "agent"});
            house.post(&tenant.owners_token, "/api/users", body)
        });
        let made = futures::future::join_all(at_once).await;
        assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 1);
    })
    .await;
}

#[actix::test]
async fn nobody_reaches_his_own_kind_or_above_but_an_owner() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let admin = house.person(&tenant, "admin@example.com", "admin").await;
        let peer = house.invite(&tenant, "peer@example.com", "admin").await;
        let manager = house.person(&tenant, "manager@example.com", "manager").await;
        let agent = house.person(&tenant, "agent@example.com", "agent").await;
        let of = |id: &str| format!("/api/users/{id}");
        let (owner, peer) = (of(&tenant.owner.to_string()), of(peer["id"].as_str().unwrap()));
        for path in [&owner, &peer] {
            house.patch(&admin.access, path, json!({"name": "X"})).await.refused(403, "FORBIDDEN");
            house.delete(&admin.access, path).await.refused(403, "FORBIDDEN");
        }
        for role in ["owner", "admin"] {
            let body = json!({"email": "new@example.com", "name": "N", "role": role});
            house.post(&admin.access, "/api/users", body).await.refused(403, "FORBIDDEN");
            let raise = json!({ "role": role });
            house.patch(&admin.access, &of(&agent.id), raise.clone()).await.refused(403, "FORBIDDEN");
            house.patch(&admin.access, &of(&admin.id), raise).await.refused(403, "FORBIDDEN");
        }
        for token in [&manager.access, &agent.access] {
            let body = json!({"email": "new@example.com", "name": "N", "role": "read_only"});
            house.post(token, "/api/users", body).await.refused(403, "FORBIDDEN");
            house.patch(token, &of(&admin.id), json!({"name": "X"})).await.refused(403, "FORBIDDEN");
            house.delete(token, &of(&admin.id)).await.refused(403, "FORBIDDEN");
        }
        house.patch(&agent.access, &of(&agent.id), json!({"role": "owner"})).await.refused(403, "FORBIDDEN");
        house.patch(&admin.access, &of(&agent.id), json!({"role": "manager"})).await.with(200);
    })
    .await;
}

#[actix::test]
async fn a_tenant_keeps_an_owner_even_when_two_leave_at_once() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let first = format!("/api/users/{}", tenant.owner);
        let token = &tenant.owners_token;
        for change in [json!({"role": "admin"}), json!({"status": "disabled"})] {
            house.patch(token, &first, change).await.refused(409, "CONFLICT");
        }
        house.delete(token, &first).await.refused(409, "CONFLICT");
        let other = house.person(&tenant, "other@example.com", "owner").await;
        let second = format!("/api/users/{}", other.id);
        let (one, two) = futures::join!(
            house.patch(&other.access, &first, json!({"role": "admin"})),
            house.patch(token, &second, json!({"role": "admin"})),
        );
        assert!(one.status == 200 || two.status == 200, "{} {}", one.body, two.body);
        assert!(one.status != 200 || two.status != 200, "the tenant has no owner any more");
    })
    .await;
}

#[actix::test]
async fn who_saw_an_old_rev_is_told_the_new_one() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, "grace@example.com", "agent").await;
        let path = format!("/api/users/{}", invited["id"].as_str().unwrap());
        let change = |rev: &str| {
            let asking = house.ask(Method::PATCH, &path).bearer(&tenant.owners_token);
            asking.header("if-match", rev).json(&json!({"name": "G"})).send()
        };
        change("\"1\"").await.with(200);
        assert_eq!(change("\"1\"").await.refused(412, "REV_MISMATCH")["rev"], 2);
        let removal =
            house.ask(Method::DELETE, &path).bearer(&tenant.owners_token).header("if-match", "\"1\"");
        removal.send().await.refused(412, "REV_MISMATCH");
        change("\"2\"").await.with(200);
    })
    .await;
}

#[actix::test]
async fn a_list_shows_each_user_once_and_nobody_elses() {
    over_both(async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        for number in 0..5 {
            house.invite(&tenant, &format!("{number}@example.com"), "agent").await;
        }
        house.invite(&other, "stranger@example.com", "agent").await;
        let (mut seen, mut path) = (Vec::new(), "/api/users?limit=2".to_owned());
        loop {
            let page = house.get(&tenant.owners_token, &path).await.with(200);
            seen.extend(page["data"].as_array().unwrap().iter().map(|user| user["email"].clone()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/users?limit=2&cursor={cursor}");
        }
        let expected = ["4@example.com", "3@example.com", "2@example.com", "1@example.com", "0@example.com"];
        assert_eq!(seen[..5], expected.map(Value::from));
        assert_eq!(seen[5..], ["owner@example.com".into()] as [Value; 1]);
        for wrong in ["limit=0", "limit=201", "limit=x", "cursor=x", "page=2"] {
            house.get(&tenant.owners_token, &format!("/api/users?{wrong}")).await.refused(422, "INVALID");
        }
    })
    .await;
}

#[actix::test]
async fn another_tenants_user_is_not_there() {
    over_both(async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        let path = format!("/api/users/{}", other.owner);
        let token = &tenant.owners_token;
        house.get(token, &path).await.refused(404, "NOT_FOUND");
        house.patch(token, &path, json!({"name": "X"})).await.refused(404, "NOT_FOUND");
        house.delete(token, &path).await.refused(404, "NOT_FOUND");
        assert_eq!(house.get(&other.owners_token, &path).await.with(200)["rev"], 1);
    })
    .await;
}

#[actix::test]
async fn what_a_user_cannot_be_is_named() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let post = async |member: &str, value: Value| {
            let mut body = json!({"email": "grace@example.com", "name": "Grace", "role": "agent"});
            body[member] = value;
            house.post(&tenant.owners_token, "/api/users", body).await.invalid()
        };
        for (member, value) in [
            ("email", json!("grace")),
            ("email", json!("a b@example.com")),
            ("name", json!("  ")),
            ("name", json!("x".repeat(201))),
            ("role", json!("king")),
            ("status", json!("active")),
        ] {
            assert_eq!(post(member, value.clone()).await, member, "{value}");
        }
        let path = format!("/api/users/{}", tenant.owner);
        let patch = house.patch(&tenant.owners_token, &path, json!({"email": "new@example.com"})).await;
        assert_eq!(patch.invalid(), "email");
        let patch = house.patch(&tenant.owners_token, &path, json!({"status": "invited"})).await;
        assert_eq!(patch.invalid(), "status");
    })
    .await;
}
