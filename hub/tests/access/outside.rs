//! Who comes with the token of an outside identity provider.

use std::{fs, time::Duration};

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{
    client::Answer,
    house::{House, over_both_with},
    issuer::{AUDIENCE, CURVE, EDWARDS, ISSUER, Issuer, ONE, TWO, fixture},
    people::Tenant,
};

/// What its tokens say of somebody, good for ten minutes.
pub(crate) fn claims(house: &House, tenant: &Tenant, subject: &str, email: &str) -> Value {
    let now = house.hub.ports.now().as_micros() / 1_000_000;
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600,
        "email": email, "email_verified": true, "name": "Grace",
        "app_metadata": {"org_id": tenant.id, "role": "manager"},
    })
}

async fn me(house: &House, token: &str) -> Answer {
    house.get(token, "/api/me").await
}

#[actix::test]
async fn a_member_comes_in_and_the_claims_decide_until_they_expire() {
    let issuer = Issuer::start(&[ONE]).await;
    over_both_with(&issuer.settings("", ""), async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let mut claims = claims(house, &tenant, "abc", "grace@example.com");
        let came = me(house, &ONE.sign(&claims)).await.with(200);
        assert_eq!((&came["user"]["id"], &came["user"]["role"]), (&json!(grace.id), &json!("manager")));
        let board = house.hub.ports.draw();
        claims["app_metadata"] = json!({"org_id": tenant.id, "role": "sdr", "boards": [board]});
        let came = me(house, &ONE.sign(&claims)).await.with(200);
        assert_eq!((&came["user"]["role"], &came["user"]["boards"]), (&json!("agent"), &json!([board])));
        // He is known by his `sub` from now on, whatever his address is.
        claims["email"] = json!("another@example.com");
        claims["app_metadata"]["role"] = Value::Null;
        let came = me(house, &ONE.sign(&claims)).await.with(200);
        assert_eq!((&came["user"]["id"], &came["user"]["role"]), (&json!(grace.id), &json!("agent")));
        let path = format!("/api/users/{}", grace.id);
        house.patch(&tenant.owners_token, &path, json!({"status": "disabled"})).await.with(200);
        me(house, &ONE.sign(&claims)).await.refused(403, "NOT_A_MEMBER");
    })
    .await;
    issuer.go_away().await;
}

#[actix::test]
async fn who_is_no_member_stays_outside() {
    let issuer = Issuer::start(&[ONE]).await;
    over_both_with(&issuer.settings("", ""), async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        house.person(&other, "grace@example.com", "agent").await;
        house.person(&tenant, "alan@example.com", "agent").await;
        let stranger = claims(house, &tenant, "abc", "grace@example.com");
        me(house, &ONE.sign(&stranger)).await.refused(403, "NOT_A_MEMBER");
        // Nobody has looked whether the address is his.
        let mut unproven = claims(house, &tenant, "def", "alan@example.com");
        unproven["email_verified"] = json!(false);
        me(house, &ONE.sign(&unproven)).await.refused(403, "NOT_A_MEMBER");
        let mut nowhere = claims(house, &tenant, "ghi", "alan@example.com");
        nowhere["app_metadata"]["org_id"] = json!(house.hub.ports.draw());
        me(house, &ONE.sign(&nowhere)).await.refused(403, "NOT_A_MEMBER");
    })
    .await;
    issuer.go_away().await;
}

#[actix::test]
async fn who_is_not_known_becomes_an_agent_where_that_is_wanted() {
    let issuer = Issuer::start(&[ONE]).await;
    over_both_with(&issuer.settings("provision = true", ""), async |house| {
        let tenant = house.tenant().await;
        let token = ONE.sign(&claims(house, &tenant, "abc", "Grace@Example.com"));
        let answers = futures::future::join_all((0..4).map(|_| me(house, &token))).await;
        let ids: Vec<Value> =
            answers.into_iter().map(|answer| answer.with(200)["user"]["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "he is made once: {ids:?}");
        let path = format!("/api/users/{}", ids[0].as_str().unwrap());
        let made = house.get(&tenant.owners_token, &path).await.with(200);
        assert_eq!((&made["role"], &made["status"]), (&json!("agent"), &json!("active")));
        assert_eq!((&made["email"], &made["name"]), (&json!("grace@example.com"), &json!("Grace")));
        let mut taken = claims(house, &tenant, "other", "grace@example.com");
        taken["email_verified"] = Value::Null;
        me(house, &ONE.sign(&taken)).await.refused(403, "NOT_A_MEMBER");
        let mut nameless = claims(house, &tenant, "nameless", "");
        nameless["email"] = Value::Null;
        me(house, &ONE.sign(&nameless)).await.refused(403, "NOT_A_MEMBER");
    })
    .await;
    issuer.go_away().await;
}

#[actix::test]
async fn keys_change_while_the_hub_runs_and_it_goes_on_while_the_provider_is_away() {
    let issuer = Issuer::start(&[ONE]).await;
    let house = House::configured(&issuer.settings("provision = true", "")).await;
    let tenant = house.tenant().await;
    let claims = claims(&house, &tenant, "abc", "grace@example.com");
    let (first, second) = (ONE.sign(&claims), TWO.sign(&claims));
    me(&house, &first).await.with(200);
    issuer.publish(&[TWO]);
    for _ in 0..3 {
        me(&house, &second).await.refused(401, "UNAUTHENTICATED");
    }
    assert_eq!(issuer.times_asked(), 1, "at most once in thirty seconds");
    let later = house.hub.ports.now().plus(Duration::from_secs(31));
    assert!(house.hub.outside_tokens.verify(&second, later).await.unwrap().is_some());
    me(&house, &second).await.with(200);
    me(&house, &first).await.refused(401, "UNAUTHENTICATED");
    issuer.go_away().await;
    me(&house, &second).await.with(200);
    let tomorrow = later.plus(Duration::from_secs(86_400));
    let gone = house.hub.outside_tokens.verify(&second, tomorrow).await.unwrap_err();
    assert_eq!(gone.code, hub::error::Code::Unavailable);
    house.close().await;
}

#[actix::test]
async fn what_a_header_says_does_not_choose_how_a_token_is_judged() {
    let issuer = Issuer::start(&[ONE, CURVE]).await;
    let house = House::configured(&issuer.settings("provision = true", "algorithms = [\"RS256\"]")).await;
    let tenant = house.tenant().await;
    let claims = claims(&house, &tenant, "abc", "grace@example.com");
    let public = fs::read(fixture("rsa_one.public.pem")).unwrap();
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
    let confused = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap();
    let good = ONE.sign(&claims);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let encoded = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let unsigned = encoded(json!({"alg": "none", "typ": "JWT", "kid": "one"}));
    let mut owner = claims.clone();
    owner["app_metadata"]["role"] = json!("owner");
    let unknown = TWO.sign(&claims);
    for wrong in [
        confused,
        format!("{unsigned}.{body}."),
        format!("{unsigned}.{body}.{signature}"),
        format!("{head}.{}.{signature}", encoded(owner)),
        format!("{head}.{body}."),
        CURVE.sign(&claims),
        unknown,
        format!("{good}{}", "A".repeat(20_000)),
    ] {
        me(&house, &wrong).await.refused(401, "UNAUTHENTICATED");
    }
    me(&house, &good).await.with(200);
    for (member, value) in [
        ("iss", json!("https://evil.example.com")),
        ("aud", json!("other")),
        ("aud", Value::Null),
        ("sub", json!(7)),
    ] {
        let mut wrong = claims.clone();
        wrong[member] = value.clone();
        me(&house, &ONE.sign(&wrong)).await.refused(401, "UNAUTHENTICATED");
    }
    let mut over = claims.clone();
    over["exp"] = json!(claims["iat"].as_i64().unwrap() - 61);
    me(&house, &ONE.sign(&over)).await.refused(401, "TOKEN_EXPIRED");
    house.close().await;
    issuer.go_away().await;
}

#[actix::test]
async fn curves_and_keys_in_the_settings_work_too() {
    let issuer = Issuer::start(&[CURVE, EDWARDS]).await;
    let house =
        House::configured(&issuer.settings("provision = true", "algorithms = [\"ES256\", \"EdDSA\"]")).await;
    let tenant = house.tenant().await;
    let grace = claims(&house, &tenant, "abc", "grace@example.com");
    me(&house, &CURVE.sign(&grace)).await.with(200);
    me(&house, &EDWARDS.sign(&grace)).await.with(200);
    house.close().await;
    issuer.go_away().await;
    let pem = fs::read_to_string(fixture("rsa_one.public.pem")).unwrap();
    let settings = format!(
        "[auth]\nprovision = true\n[[auth.providers]]\nissuer = \"{ISSUER}\"\naudience = \"{AUDIENCE}\"\npem = '''{pem}'''\n"
    );
    let house = House::configured(&settings).await;
    let tenant = house.tenant().await;
    let grace = claims(&house, &tenant, "abc", "grace@example.com");
    me(&house, &ONE.sign(&grace)).await.with(200);
    me(&house, &TWO.sign(&grace)).await.refused(401, "UNAUTHENTICATED");
    house.close().await;
}
