//! What every REST answer promises, through a small app of its own.

use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::{App, Error, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Body, RequestId, envelope, health, metrics, refusal};
use crate::error::{ApiError, Code};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Greeting {
    name: String,
}

async fn greet(body: Body<Greeting>, id: RequestId) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "name": body.0.name, "request": id.as_str() }))
}

async fn expire() -> Result<HttpResponse, ApiError> {
    Err(Code::TokenExpired.into())
}

async fn fail() -> Result<HttpResponse, Error> {
    Err(actix_web::error::ErrorInternalServerError("password of the database"))
}

/// Asks a fresh app, one request after the other.
async fn ask_all(requests: impl IntoIterator<Item = TestRequest>) -> Vec<(ServiceResponse, Value)> {
    let app = App::new()
        .app_data(super::body::BodyLimit(64))
        .app_data(web::Data::new(metrics::recorder().unwrap()))
        .service(health::health)
        .service(metrics::metrics)
        .service(web::resource("/greet").route(web::post().to(greet)))
        .service(web::resource("/things/{id}").route(web::get().to(async |_: web::Path<Uuid>| "found")))
        .service(web::resource("/expire").route(web::get().to(expire)))
        .service(web::resource("/fail").route(web::get().to(fail)))
        .default_service(web::to(refusal::unknown_route))
        .wrap(from_fn(envelope::around));
    let app = test::init_service(app).await;
    let mut answers = Vec::new();
    for request in requests {
        answers.push(split(test::call_service(&app, request.to_request()).await).await);
    }
    answers
}

async fn ask(request: TestRequest) -> (ServiceResponse, Value) {
    ask_all([request]).await.remove(0)
}

/// The head, and the body as JSON, or as a text where it is none.
async fn split(answer: ServiceResponse) -> (ServiceResponse, Value) {
    let (request, answer) = answer.into_parts();
    let (head, body) = answer.into_parts();
    let text = actix_web::body::to_bytes(body).await.unwrap();
    let head = ServiceResponse::new(request, head.set_body(actix_web::body::BoxBody::new(())));
    let text = String::from_utf8(text.to_vec()).unwrap();
    (head, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn post(kind: &str, body: &str) -> TestRequest {
    TestRequest::post().uri("/greet").insert_header(("Content-Type", kind)).set_payload(body.to_owned())
}

async fn refused(request: TestRequest) -> (StatusCode, String) {
    let (answer, body) = ask(request).await;
    let id = answer.headers().get("x-request-id").unwrap().to_str().unwrap();
    assert_eq!(body["request_id"], id, "every refusal names its request");
    assert_eq!(answer.headers().get("content-type").unwrap(), "application/json");
    assert!(body["error"].is_string() && body["details"].is_object(), "{body}");
    (answer.status(), body["code"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn a_request_keeps_the_id_it_came_with() {
    let request = post("application/json; charset=utf-8", r#"{"name":"Ada"}"#);
    let (answer, body) = ask(request.insert_header(("X-Request-Id", "job-7"))).await;
    assert_eq!(body, json!({"name": "Ada", "request": "job-7"}));
    assert_eq!(answer.headers().get("x-request-id").unwrap(), "job-7");
}

#[actix_web::test]
async fn a_body_is_refused_for_what_is_wrong_with_it() {
    let json = "application/json";
    assert_eq!(refused(post(json, "{")).await, (StatusCode::BAD_REQUEST, "MALFORMED".into()));
    assert_eq!(refused(post(json, "{} {}")).await, (StatusCode::UNPROCESSABLE_ENTITY, "INVALID".into()));
    assert_eq!(
        refused(post(json, r#"{"name":"Ada"} x"#)).await,
        (StatusCode::BAD_REQUEST, "MALFORMED".into())
    );
    assert_eq!(
        refused(post(json, r#"{"name":1}"#)).await,
        (StatusCode::UNPROCESSABLE_ENTITY, "INVALID".into())
    );
    assert_eq!(
        refused(post("text/plain", "{}")).await,
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "NOT_JSON".into())
    );
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(64));
    assert_eq!(refused(post(json, &long)).await, (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE".into()));
}

#[actix_web::test]
async fn an_unknown_member_is_refused_by_name() {
    let (_, body) = ask(post("application/json", r#"{"name":"Ada","admin":true}"#)).await;
    assert_eq!(body["details"]["fields"], json!([{"field": "admin", "reason": "is not known here"}]));
}

#[actix_web::test]
async fn unknown_routes_methods_and_ids_answer_json_too() {
    let get = |path: &str| TestRequest::get().uri(path);
    assert_eq!(refused(get("/nowhere")).await, (StatusCode::NOT_FOUND, "UNKNOWN_METHOD".into()));
    assert_eq!(refused(get("/greet")).await, (StatusCode::METHOD_NOT_ALLOWED, "UNKNOWN_METHOD".into()));
    assert_eq!(refused(get("/things/7")).await, (StatusCode::NOT_FOUND, "NOT_FOUND".into()));
}

#[actix_web::test]
async fn a_failure_of_ours_tells_nothing_about_why() {
    let (answer, body) = ask(TestRequest::get().uri("/fail")).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!body.to_string().contains("password"), "{body}");
}

#[actix_web::test]
async fn who_must_sign_in_is_told_how() {
    let (answer, _) = ask(TestRequest::get().uri("/expire")).await;
    assert_eq!(answer.headers().get("www-authenticate").unwrap(), "Bearer");
}

#[actix_web::test]
async fn health_answers_and_metrics_count_it() {
    let (answer, body) = ask(TestRequest::get().uri("/health")).await;
    assert_eq!((answer.status(), &body["status"]), (StatusCode::OK, &json!("ok")));
    let (_, text) = ask(TestRequest::get().uri("/metrics")).await;
    let text = text.as_str().unwrap();
    assert!(
        text.contains(r#"http_request_seconds_count{method="GET",route="/health",status="200"}"#),
        "{text}"
    );
}
