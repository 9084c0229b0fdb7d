//! `/api/attachments` and the links to their bytes.

use entities::user::Role;
use reqwest::{
    Method,
    multipart::{Form, Part},
    redirect::Policy,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    asking::{Answer, Asking, answered},
    house::{House, over_both},
    tenant::Tenant,
};

/// A GIF of 3 by 2 pixels, as far as anybody looks.
pub(crate) const GIF: &[u8] = b"GIF89a\x03\x00\x02\x00\x80\x00\x00";

/// A visitor of the tenant's web chat, with his own conversation.
async fn visitor(house: &House, tenant: &Tenant) -> Asking {
    let ask = Asking::with(house, tenant.owners_token());
    let chat = ask.post("/api/channels", json!({"type": "webchat", "name": "Shop"})).await.body;
    let sessions = format!("/api/webchat/{}/sessions", chat["key"].as_str().unwrap());
    let session = Asking::nobody(house).post(&sessions, json!({})).await;
    Asking::with(house, session.body["token"].as_str().unwrap().to_owned())
}

pub(crate) fn path(uploaded: &Answer) -> String {
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    format!("/api/attachments/{}", uploaded.id())
}

/// Where an attachment leads to.
pub(crate) async fn link(house: &House, token: String, attachment: &str) -> String {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let asked = client.get(format!("http://{}{attachment}", house.address)).bearer_auth(token);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

pub(crate) async fn fetch(house: &House, link: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let asked = Asking::nobody(house).request(Method::GET, link);
    headers.iter().fold(asked, |asked, (name, value)| asked.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn a_file_is_uploaded_and_fetched_by_whoever_uploaded_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let uploaded = ask.upload("../Grüße \u{202e}\"1\".exe", GIF).await;
        let path = path(&uploaded);
        let expected = json!({"id": uploaded.id(), "name": "Grüße _1_.gif", "content_type": "image/gif",
            "size": GIF.len(), "width": 3, "height": 2, "state": "ready"});
        assert_eq!((&uploaded.body, uploaded.header("location")), (&expected, path.as_str()));
        let answer = fetch(house, &link(house, tenant.owners_token(), &path).await, &[]).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, "image/gif"));
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "content-security-policy"), "default-src 'none'; sandbox");
        let shown = r#"inline; filename="Gr__e _1_.gif"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_1_.gif"#;
        assert_eq!(header(&answer, "content-disposition"), shown);
        assert_eq!(answer.bytes().await.unwrap(), GIF);
    })
    .await;
}

#[actix_web::test]
async fn a_range_is_served_and_what_is_known_is_not_sent_again() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let ask = Asking::with(&house, tenant.owners_token());
    let path = path(&ask.upload("notes.md", b"0123456789").await);
    let link = link(&house, tenant.owners_token(), &path).await;
    let whole = fetch(&house, &link, &[]).await;
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(header(&whole, "content-type"), "text/plain; charset=utf-8");
    assert!(header(&whole, "content-disposition").starts_with("attachment; "), "text is saved");
    let tag = header(&whole, "etag").to_owned();
    let part = fetch(&house, &link, &[("Range", "bytes=2-4")]).await;
    assert_eq!((part.status().as_u16(), header(&part, "content-range")), (206, "bytes 2-4/10"));
    assert_eq!(part.bytes().await.unwrap(), "234");
    let beyond = fetch(&house, &link, &[("Range", "bytes=10-")]).await;
    assert_eq!((beyond.status().as_u16(), header(&beyond, "content-range")), (416, "bytes */10"));
    let known = fetch(&house, &link, &[("If-None-Match", &tag)]).await;
    assert_eq!(known.status(), 304);
    house.close().await;
}

#[actix_web::test]
async fn the_bytes_decide_what_a_file_is() {
    over_both(&[("ATTACHMENTS__TYPES", "image/gif, text/plain")], async |house| {
        let ask = Asking::with(house, house.tenant().await.owners_token());
        let lying = Part::bytes(GIF).file_name("page.html").mime_str("text/html").unwrap();
        let taken = ask.send_form(Form::new().part("file", lying)).await;
        assert_eq!(
            (&taken.body["content_type"], &taken.body["name"]),
            (&json!("image/gif"), &json!("page.gif"))
        );
        let both = ask.upload("both.gif", b"GIF89a\x01\x00\x01\x00<html><script>alert(1)</script>").await;
        assert_eq!(
            both.body["content_type"], "image/gif",
            "a picture that is a page too is served as a picture"
        );
        for (name, bytes) in [
            ("page.gif", &b"<!doctype html><script>"[..]),
            ("drawing.png", b"<svg onload='alert(1)'/>"),
            ("run.txt", b"#!/bin/sh\nrm"),
            ("setup.gif", b"MZ\x90\x00\x03"),
            ("nothing.txt", b""),
            ("not_listed.pdf", b"%PDF-1.7 "),
        ] {
            let refused = ask.upload(name, bytes).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "file"), "{name}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_form_is_one_file_and_nothing_else() {
    let house = House::open().await;
    let ask = Asking::with(&house, house.tenant().await.owners_token());
    let part = || Part::bytes(GIF).file_name("a.gif");
    for (form, field) in [
        (Form::new().part("picture", part()), "picture"),
        (Form::new().part("file", part()).part("file", part()), "file"),
        (Form::new().part("file", part()).text("name", "x"), "name"),
        (Form::new().text("file", "no file"), "file"),
    ] {
        let refused = ask.send_form(form).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{refused:?}");
    }
    assert_eq!(ask.send_form(Form::new()).await.refusal(), (400, "BAD_REQUEST"));
    let request = ask.request(Method::POST, "/api/attachments").body("--b--\n\n\r\n");
    let short = request.header("Content-Type", "multipart/form-data; boundary=b");
    assert_eq!(answered(short).await.refusal(), (400, "BAD_REQUEST"), "the reader of forms panics on it");
    assert_eq!(ask.post("/api/attachments", json!({})).await.refusal(), (400, "BAD_REQUEST"));
    assert!(arriving(&house).is_empty(), "nothing is left behind");
    house.close().await;
}

async fn raw_form(ask: &Asking, body: &'static str) -> Answer {
    let request = ask.request(Method::POST, "/api/attachments");
    answered(request.header("Content-Type", "multipart/form-data; boundary=border").body(body)).await
}

fn arriving(house: &House) -> Vec<std::path::PathBuf> {
    let folder = house.hub.settings.data.attachments().join("arriving");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[actix_web::test]
async fn a_file_that_is_too_large_is_refused_as_soon_as_it_is() {
    let small = [("ATTACHMENTS__MAX_BYTES", "1000"), ("ATTACHMENTS__VISITOR_MAX_BYTES", "100")];
    over_both(&small, async |house| {
        let tenant = house.tenant().await;
        let (owner, guest) = (Asking::with(house, tenant.owners_token()), visitor(house, &tenant).await);
        assert_eq!(owner.upload("a.txt", &[b'a'; 1000]).await.status, 201);
        assert_eq!(guest.upload("a.txt", &[b'a'; 100]).await.status, 201);
        for (refused, limit) in [
            (owner.upload("a.txt", &[b'a'; 1001]).await, 1000),
            (guest.upload("a.txt", &[b'a'; 101]).await, 100),
        ] {
            assert_eq!(
                (refused.refusal(), &refused.body["details"]["limit"]),
                ((413, "TOO_LARGE"), &json!(limit))
            );
        }
        assert!(chunked(house, &tenant.owners_token(), 1001).await.starts_with("HTTP/1.1 413 "));
        assert!(chunked(house, &tenant.owners_token(), 1000).await.starts_with("HTTP/1.1 201 "));
        assert!(arriving(house).is_empty(), "nothing is left behind");
    })
    .await;
}

/// Sends so many letters without saying beforehand how many they are; answers the first line.
async fn chunked(house: &House, token: &str, letters: usize) -> String {
    let mut socket = tokio::net::TcpStream::connect(house.address).await.unwrap();
    let part = "--border\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
    let body = format!("{part}{}\r\n--border--\r\n", "a".repeat(letters));
    let mut sent = format!(
        "POST /api/attachments HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=border\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for piece in body.as_bytes().chunks(64) {
        sent += &format!("{:x}\r\n{}\r\n", piece.len(), std::str::from_utf8(piece).unwrap());
    }
    socket.write_all(format!("{sent}0\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn an_upload_that_is_cut_short_was_never_here() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let ask = Asking::with(&house, tenant.owners_token());
    let cut = "--border\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of";
    assert_eq!(raw_form(&ask, cut).await.refusal(), (400, "BAD_REQUEST"));
    assert!(arriving(&house).is_empty());
    house.close().await;
}

#[actix_web::test]
async fn a_file_nobody_has_sent_yet_is_seen_by_whoever_uploaded_it_alone() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let colleague = Asking::with(house, tenant.token(tenant.user(Role::Admin, None).await));
        let reader = Asking::with(house, tenant.token(tenant.user(Role::ReadOnly, None).await));
        let (guest, another) = (visitor(house, &tenant).await, visitor(house, &tenant).await);
        let owner = Asking::with(house, tenant.owners_token());
        let stranger = Asking::with(house, others.owners_token());
        let of_owner = path(&owner.upload("a.gif", GIF).await);
        let of_guest = path(&guest.upload("a.gif", GIF).await);
        for (asking, path) in [
            (&colleague, &of_owner),
            (&stranger, &of_owner),
            (&guest, &of_owner),
            (&owner, &of_guest),
            (&another, &of_guest),
        ] {
            assert_eq!(asking.get(path).await.refusal(), (404, "NOT_FOUND"));
        }
        assert_eq!(reader.upload("a.gif", GIF).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(Asking::nobody(house).upload("a.gif", GIF).await.refusal(), (401, "UNAUTHENTICATED"));
    })
    .await;
}

#[actix_web::test]
async fn a_file_is_there_after_a_restart() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let path = path(&Asking::with(&house, tenant.owners_token()).upload("a.gif", GIF).await);
    let good = link(&house, tenant.owners_token(), &path).await;
    drop(tenant);
    let house = house.restart().await;
    assert_eq!(fetch(&house, &good, &[]).await.bytes().await.unwrap(), GIF);
    house.close().await;
}
