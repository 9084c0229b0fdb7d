//! Somebody calls the company, and an agent has the console open.

use crate::{
    browser::{Browser, Tab},
    hub::Hub,
    line::{Line, THEIRS, exchange},
};

const HOW: &str = "#live-calls .how";

/// A hub that asks an exchange, a company with a number, and its agent.
async fn here(browser: &Browser) -> (Hub, Line, Tab<'_>) {
    let hub = Hub::start_with(&[("SWITCHBOARD__PROVIDERS__TWILIO__BASE_URL", &exchange())]);
    let line = Line::of(&hub).await;
    let agent = browser.tab(&line.company.sign_in).await;
    agent.shows("#connection[data-state=connected]", "Connected").await;
    (hub, line, agent)
}

fn button(what: &str) -> String {
    format!("#live-calls button[value={what}]:not(:disabled)")
}

async fn title(tab: &Tab<'_>) -> String {
    tab.script("return document.title", "").await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_call_rings_in_the_page_is_answered_muted_and_hung_up() {
    let Some(browser) = Browser::start().await else { return };
    let (hub, line, agent) = here(&browser).await;
    line.rings().await;
    agent.shows(HOW, "Calls you").await;
    agent.shows("#live-calls .rings .who", THEIRS).await;
    agent.shows("#ringing", "is calling").await;
    line.caller_says("<b>Joe</b>").await;
    agent.shows("#live-calls .said", "Says “<b>Joe</b>”").await;
    assert!(title(&agent).await.ends_with("is calling"));
    agent.click(&button("answer")).await;
    agent.shows(HOW, "You are being connected").await;
    agent.reads("#ringing", &[""]).await;
    line.agent_is_there(&hub).await;
    agent.shows(HOW, "With you").await;
    assert!(title(&agent).await.starts_with("Conversations"));

    agent.click(&button("mute")).await;
    agent.shows("#live-calls .mark", "Muted").await;
    agent.shows(&button("mute"), "Unmute").await;
    agent.click(&button("hold")).await;
    agent.shows("#live-calls .failed", "Holding it did not work").await;
    agent.shows(&button("hold"), "Hold").await;
    agent.reload().await;
    agent.shows(HOW, "With you").await;
    agent.shows("#live-calls .mark", "Muted").await;

    agent.click(&button("hang-up")).await;
    line.caller_is_gone().await;
    agent.reads("#live-calls .who", &[]).await;
    browser.close().await;
}

#[tokio::test]
async fn a_call_that_is_declined_rings_no_more() {
    let Some(browser) = Browser::start().await else { return };
    let (_hub, line, agent) = here(&browser).await;
    line.rings().await;
    agent.shows(HOW, "Calls you").await;
    agent.click(&button("decline")).await;
    agent.reads("#live-calls .rings .who", &[]).await;
    line.caller_is_gone().await;
    agent.reads("#live-calls .who", &[]).await;
    browser.close().await;
}
