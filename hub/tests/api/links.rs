//! Links to files: how long they are good, and what is answered to whoever asks for no bytes.

use std::time::Duration;

use hub::files::Linked;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    asking::Asking,
    attachments::{GIF, fetch, link, path},
    house::{House, over_both},
};

#[actix_web::test]
async fn a_link_ends_and_cannot_be_made_up() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = path(&ask.upload("a.gif", GIF).await);
        let good = link(house, tenant.owners_token(), &path).await;
        let attachment = path.rsplit('/').next().unwrap().parse().unwrap();
        let linked = Linked { tenant: tenant.id, attachment };
        let then = house.hub.ports.now().minus(Duration::from_secs(600));
        let nobody = Asking::nobody(house);
        let over = format!("/files/{}", house.hub.file_links.mint(linked, then));
        assert_eq!(nobody.get(&over).await.refusal(), (410, "EXPIRED"));
        let last = if good.ends_with('A') { "B" } else { "A" };
        let tampered = format!("{}{last}", &good[..good.len() - 1]);
        assert_eq!(nobody.get(&tampered).await.refusal(), (404, "NOT_FOUND"));
        let other = house.tenant().await.id;
        let elsewhere =
            house.hub.file_links.mint(Linked { tenant: other, attachment }, house.hub.ports.now());
        assert_eq!(nobody.get(&format!("/files/{elsewhere}")).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn who_asks_for_the_head_of_a_file_gets_it_without_the_bytes() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let path = path(&Asking::with(house, tenant.owners_token()).upload("a.gif", GIF).await);
        let link = link(house, tenant.owners_token(), &path).await;
        let whole = fetch(house, &link, &[]).await;
        let head = self::head(house, &link).await;
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
        for name in ["content-length", "content-type", "content-disposition", "content-security-policy"] {
            let line = format!("{name}: {}\r\n", whole.headers()[name].to_str().unwrap());
            assert!(head.contains(&line), "{line} is not in {head}");
        }
        let none = self::head(house, "/files/nothing").await;
        assert!(none.starts_with("HTTP/1.1 404 ") && none.ends_with("\r\n\r\n"), "{none}");
    })
    .await;
}

/// Everything that is answered to a `HEAD`, to the end of the line.
async fn head(house: &House, path: &str) -> String {
    let mut socket = tokio::net::TcpStream::connect(house.address).await.unwrap();
    let asked = format!("HEAD {path} HTTP/1.1\r\nHost: hub.test\r\nConnection: close\r\n\r\n");
    socket.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
