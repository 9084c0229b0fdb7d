//! The REST client: refusals keep their codes, nonsense is an error.

use loadtest::client::{ClientError, Rest};
use serde_json::Value;

use crate::fake_hub::FakeHub;

async fn get(answer: &str) -> Result<Value, ClientError> {
    let hub = FakeHub::listen().await;
    let rest = Rest::new(hub.base(), Some("secret".into())).unwrap();
    let (got, request) = tokio::join!(rest.get::<Value>("/api/me"), hub.answer_http(answer));
    assert!(
        request.starts_with("GET /api/me ") && request.contains("authorization: Bearer secret"),
        "{request}"
    );
    got
}

#[tokio::test]
async fn a_refusal_of_the_catalogue_keeps_its_code() {
    let body = r#"{"error":"no such thing","code":"NOT_FOUND","request_id":"r","details":{}}"#;
    let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n", body.len());
    let refused = get(&format!("{head}{body}")).await;
    assert!(
        matches!(refused, Err(ClientError::Refused { code, retryable: false, .. }) if code == "NOT_FOUND")
    );
}

#[tokio::test]
async fn an_error_page_and_a_body_that_is_not_json_are_wrong_answers() {
    let page = get("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops").await;
    assert!(matches!(page, Err(ClientError::Wrong(_))), "{page:?}");
    let text = get("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    assert!(matches!(text, Err(ClientError::Wrong(_))), "{text:?}");
}

#[tokio::test]
async fn an_answer_cut_short_is_unreachable() {
    let cut = get("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":").await;
    assert!(matches!(cut, Err(ClientError::Unreachable { .. })), "{cut:?}");
}
