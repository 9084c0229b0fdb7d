//! A customer on a shop's page and an agent in the console.

use crate::{
    browser::{Browser, ENTER, Tab},
    hub::Hub,
};

const CONNECTED: &str = "#connection[data-state=connected]";
const BODIES: &str = ".messages .bubble:not(.outgoing) .body";
const COMPOSER: &str = ".composer textarea";

async fn say(tab: &Tab<'_>, text: &str) {
    tab.write(COMPOSER, &format!("{text}{ENTER}")).await;
}

/// The agent, signed in; the customer, with his name given and the chat begun.
async fn arrive<'b>(browser: &'b Browser, hub: &Hub, name: &str) -> (Tab<'b>, Tab<'b>) {
    let agent = browser.tab(&hub.sign_in).await;
    agent.shows(CONNECTED, "Connected").await;
    let customer = browser.tab(&hub.chat).await;
    customer.click(".launcher").await;
    customer.write(".introduction input[name=name]", name).await;
    customer.click(".introduction button").await;
    (agent, customer)
}

#[tokio::test]
async fn a_customer_and_an_agent_talk_and_a_crash_of_the_hub_loses_and_doubles_nothing() {
    let Some(browser) = Browser::start().await else { return };
    let mut hub = Hub::start();
    let (agent, customer) = arrive(&browser, &hub, "Grace").await;

    say(&customer, "Is the tall cup dishwasher safe?").await;
    agent.shows(".conversations .who", "Grace").await;
    agent.click(".conversations a").await;
    agent.reads(BODIES, &["Is the tall cup dishwasher safe?"]).await;
    agent.shows("#lookers", "Here now").await;
    customer.shows(".online", "We are here").await;
    agent.write(COMPOSER, "It is,").await;
    customer.shows(".typing", "is typing").await;
    say(&agent, " at 60 degrees.").await;
    customer.reads(BODIES, &["Is the tall cup dishwasher safe?", "It is, at 60 degrees."]).await;
    customer.reads(".typing", &[""]).await;

    hub.crash();
    agent.shows("#connection[data-state=waiting]", "Connection lost").await;
    say(&agent, "Shall I keep one for you?").await;
    say(&customer, "And the bowl?").await;
    say(&customer, "I would take both.").await;
    agent.shows(".outgoing", "Waits for the connection").await;
    hub.restart();

    let said = ["Is the tall cup dishwasher safe?", "It is, at 60 degrees."];
    let away = ["Shall I keep one for you?", "And the bowl?", "I would take both."];
    for one in away {
        agent.shows(BODIES, one).await;
        customer.shows(BODIES, one).await;
    }
    let both = agent.texts(BODIES).await;
    assert_eq!(both[..2], said);
    let mut since: Vec<_> = both[2..].iter().map(String::as_str).collect();
    since.retain(|one| *one != away[0]);
    assert_eq!((both.len(), since), (5, away[1..].to_vec()), "each once, and each one's in his order");

    let expected: Vec<_> = both.iter().map(String::as_str).collect();
    for tab in [&agent, &customer] {
        tab.reads(BODIES, &expected).await;
        tab.reload().await;
        tab.reads(BODIES, &expected).await;
    }
    say(&customer, "Thank you!").await;
    agent.shows(BODIES, "Thank you!").await;
    browser.close().await;
}

#[tokio::test]
async fn a_private_note_never_reaches_the_customer_and_what_is_written_never_becomes_markup() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let name = "<b>Grace</b>";
    let (agent, customer) = arrive(&browser, &hub, name).await;
    let markup = "<img src=x onerror=\"document.title='owned'\">";
    say(&customer, markup).await;
    agent.shows(".conversations .who", name).await;
    agent.click(".conversations a").await;
    agent.reads(BODIES, &[markup]).await;

    agent.click("#private").await;
    say(&agent, "Careful with this one.").await;
    agent.shows(".bubble.note:not(.outgoing) .body", "Careful").await;
    agent.click("#private").await;
    say(&agent, "How can I help?").await;
    customer.reads(BODIES, &[markup, "How can I help?"]).await;
    customer.reload().await;
    customer.reads(BODIES, &[markup, "How can I help?"]).await;
    agent.reads(BODIES, &[markup, "Careful with this one.", "How can I help?"]).await;
    browser.close().await;
}

#[tokio::test]
async fn a_conversation_is_taken_resolved_and_opened_again_by_its_customer() {
    let Some(browser) = Browser::start().await else { return };
    let hub = Hub::start();
    let (agent, customer) = arrive(&browser, &hub, "Grace").await;
    say(&customer, "Hello?").await;
    agent.shows(".conversations .mark", "Waits for an answer").await;
    agent.click(".conversations a").await;
    agent.click("#assign").await;
    agent.shows("#where", "yours").await;
    agent.click("#status button[value=resolved]").await;
    agent.reads(".conversations .who", &[]).await;
    agent.click("#statuses button[value=resolved]").await;
    agent.reads(".conversations .who", &["Grace"]).await;
    say(&customer, "One more thing").await;
    agent.reads(".conversations .who", &[]).await;
    agent.click("#statuses button[value=open]").await;
    agent.reads(".conversations .last", &["One more thing"]).await;
    browser.close().await;
}
