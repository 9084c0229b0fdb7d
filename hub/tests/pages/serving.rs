//! How the pages are served; this needs no browser.

use reqwest::{Client, header::HeaderMap, redirect::Policy};

use crate::hub::Hub;

fn home(hub: &Hub) -> String {
    hub.sign_in.split("/sign-in").next().unwrap().to_owned()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn every_page_allows_what_is_ours_alone_and_stands_in_nobodys_frame() {
    let (hub, client) = (Hub::start(), Client::new());
    let home = home(&hub);
    for page in [&format!("{home}/console/"), &format!("{home}/sign-in"), &hub.chat] {
        let answer = client.get(page).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
        let headers = answer.headers();
        let policy = text(headers, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(text(headers, "x-frame-options"), "DENY");
        assert_eq!(text(headers, "x-content-type-options"), "nosniff");
        assert_eq!(text(headers, "referrer-policy"), "same-origin");
        assert_eq!(text(headers, "content-type"), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn a_file_that_a_browser_has_is_not_sent_again() {
    let (hub, client) = (Hub::start(), Client::new());
    let file = format!("{}/console/client.js", home(&hub));
    let first = client.get(&file).send().await.unwrap();
    assert_eq!(text(first.headers(), "content-type"), "text/javascript; charset=utf-8");
    let tag = text(first.headers(), "etag").to_owned();
    let again = client.get(&file).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));
    let head = client.head(&file).send().await.unwrap();
    assert_eq!((head.status().as_u16(), text(head.headers(), "etag")), (200, tag.as_str()));
}

#[tokio::test]
async fn the_root_leads_to_the_console() {
    let hub = Hub::start();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for path in ["/", "/console"] {
        let answer = client.get(format!("{}{path}", home(&hub))).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), text(answer.headers(), "location")), (307, "/console/"));
    }
}
