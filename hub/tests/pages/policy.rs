//! The pages and what their policy forbids.

use crate::{
    browser::{Browser, ENTER},
    hub::Hub,
};

#[tokio::test]
async fn no_page_does_what_its_policy_forbids() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let stranger = browser.tab(&format!("{}/sign-in", hub.origin())).await;
    stranger.write("#login input[name=email]", "nobody@example.com").await;
    let docs = browser.tab(&format!("{}/api/docs", hub.origin())).await;
    docs.shows("body", "/api/conversations").await;
    let agent = browser.tab(&hub.sign_in).await;
    agent.shows("#connection[data-state=connected]", "Connected").await;
    let customer = browser.tab(&hub.chat).await;
    customer.click(".launcher").await;
    customer.write(".introduction input[name=name]", "Grace").await;
    customer.click(".introduction button").await;
    customer.write(".composer textarea", &format!("Hello{ENTER}")).await;
    agent.click(".conversations a").await;
    agent.write(".composer textarea", &format!("Good morning{ENTER}")).await;
    customer.shows(".bubble .body", "Good morning").await;
    assert_eq!(browser.violations().await, [""; 0]);
    for tab in [&stranger, &docs, &agent, &customer] {
        tab.script("document.body.setAttribute('style', 'color: red')", "").await;
        assert_eq!(browser.violations().await.len(), 1, "a page that does is noticed");
    }
    browser.close().await;
}
