//! Coming in and leaving.

use crate::{browser::Browser, hub::Hub};

const CONNECTED: &str = "#connection[data-state=connected]";

#[tokio::test]
async fn a_link_works_once_and_leaves_no_trace_in_the_address() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let agent = browser.tab(&hub.sign_in).await;
    agent.shows(CONNECTED, "Connected").await;
    assert_eq!(agent.address().await, "/console/");
    agent.click("#sign-out").await;
    agent.shows("#login button", "Sign in").await;

    let stranger = browser.tab(&hub.sign_in).await;
    stranger.shows("#say", "used before").await;
    assert_eq!(stranger.address().await, "/sign-in");
    browser.close().await;
}

#[tokio::test]
async fn whoever_signs_out_in_one_tab_is_signed_out_in_all() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let first = browser.tab(&hub.sign_in).await;
    first.shows(CONNECTED, "Connected").await;
    let home = hub.sign_in.split("/sign-in").next().unwrap();
    let second = browser.tab(home).await;
    second.shows(CONNECTED, "Connected").await;
    second.click("#sign-out").await;
    first.shows("#login button", "Sign in").await;
    first.go(home).await;
    first.shows("#login button", "Sign in").await;
    browser.close().await;
}

#[tokio::test]
async fn who_is_invited_chooses_a_password_and_comes_back_with_it() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let grace = browser.tab(&hub.invite("grace@example.com")).await;
    grace.shows("#say", "Choose the password").await;
    assert_eq!(grace.address().await, "/sign-in");
    grace.write("#choose input", "correct horse battery").await;
    grace.click("#choose button").await;
    grace.shows(CONNECTED, "Connected").await;
    grace.click("#sign-out").await;
    grace.write("#login input[name=email]", "grace@example.com").await;
    grace.write("#login input[name=password]", "correct horse battery").await;
    grace.click("#login button").await;
    grace.shows(CONNECTED, "Connected").await;
    browser.close().await;
}
