//! Bodies that are no requests.

use reqwest::Method;

use super::house::{House, over_both};

const JSON: &str = "application/json";
/// Doors with and without a token.
const PATHS: [&str; 4] = ["/api/users", "/api/auth/login", "/api/auth/refresh", "/api/auth/exchange"];

#[actix::test]
async fn what_is_no_request_is_refused_for_what_is_wrong_with_it() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        for path in PATHS {
            let send = async |kind: &str, body: &str| {
                house.ask(Method::POST, path).bearer(&token).text(kind, body).send().await
            };
            for cut in ["", "{", "\u{0}"] {
                send(JSON, cut).await.refused(400, "MALFORMED");
            }
            let deep = send(JSON, &"[".repeat(100_000)).await;
            assert!(matches!(deep.status, 400 | 422), "{}", deep.body);
            send("text/plain", "{}").await.refused(415, "NOT_JSON");
            for other in ["[]", "7", "null", "{\"email\": 7, \"code\": 7, \"refresh_token\": 7}"] {
                send(JSON, other).await.refused(422, "INVALID");
            }
            let unknown = send(JSON, r#"{"is_owner": true}"#).await;
            assert_eq!(unknown.invalid(), "is_owner", "{path}");
        }
    })
    .await;
}

#[actix::test]
async fn a_body_over_a_mebibyte_is_too_large() {
    let house = House::open().await;
    let token = house.tenant().await.owners_token;
    for path in PATHS {
        let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1_048_577));
        let answer = house.ask(Method::POST, path).bearer(&token).text(JSON, large).send().await;
        answer.refused(413, "TOO_LARGE");
    }
    house.close().await;
}

#[actix::test]
async fn a_wrong_method_and_a_wrong_id_are_answered_in_json() {
    let house = House::open().await;
    let token = house.tenant().await.owners_token;
    house.ask(Method::PUT, "/api/users").bearer(&token).send().await.refused(405, "UNKNOWN_METHOD");
    house.get(&token, "/api/users/seven").await.refused(404, "NOT_FOUND");
    house.get(&token, "/api/nobody").await.refused(404, "UNKNOWN_METHOD");
    house.close().await;
}
