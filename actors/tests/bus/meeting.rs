//! While Redis is there.

use actors::{
    bus::{Bus, RedisOptions},
    testing::{eventually, redis},
};
use entities::sealed::MasterKey;

use super::{Node, tenant};

#[actix::test]
async fn what_is_told_is_heard_by_the_others_in_order_and_not_by_who_told_it() {
    let Some(options) = redis().await else { return };
    let master = MasterKey::generate().unwrap();
    let [one, two, three] = [(); 3].map(|()| Node::start(&options, &master));
    for node in [&one, &two, &three] {
        node.bus.attend(tenant(1));
        node.is_well().await;
    }
    for ear in [&two, &three] {
        ear.hears(tenant(1), &one, "first").await;
    }
    let names: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    for name in &names {
        one.tell(tenant(1), name);
    }
    for ear in [&two, &three] {
        let heard = eventually("everything is heard", async || {
            let heard = ear.book.names(tenant(1));
            heard.contains(&"499".to_owned()).then_some(heard)
        });
        let numbers: Vec<String> = heard.await.into_iter().filter(|name| name != "first").collect();
        assert_eq!(numbers, names);
    }
    assert!(one.book.names(tenant(1)).is_empty(), "nobody hears himself");
}

#[actix::test]
async fn only_tenants_that_live_on_a_node_are_heard_there() {
    let Some(options) = redis().await else { return };
    let master = MasterKey::generate().unwrap();
    let [mouth, ear] = [(); 2].map(|()| Node::start(&options, &master));
    let [here, elsewhere] = [1, 2].map(tenant);
    ear.bus.attend(here);
    ear.hears(here, &mouth, "here").await;
    mouth.tell(elsewhere, "elsewhere");
    // What comes later on the same line shows that nothing came before.
    ear.hears(here, &mouth, "later").await;
    assert!(ear.book.names(elsewhere).is_empty());
    ear.bus.attend(elsewhere);
    ear.hears(elsewhere, &mouth, "at last").await;
    ear.bus.forget(here);
    gone(&options, &format!("{}:tenant:{here}", options.prefix)).await;
    ear.hears(elsewhere, &mouth, "still").await;
}

/// Nobody hears this channel any more.
async fn gone(options: &RedisOptions, channel: &str) {
    let client = redis::Client::open(options.url.as_str()).unwrap();
    let connection = client.get_multiplexed_async_connection().await.unwrap();
    eventually("nobody hears it", async || {
        let mut command = redis::cmd("PUBSUB");
        command.arg("NUMSUB").arg(channel);
        let (_, ears): (String, u64) = command.query_async(&mut connection.clone()).await.unwrap();
        (ears == 0).then_some(())
    })
    .await;
}

#[actix::test]
async fn clusters_that_share_a_redis_do_not_hear_each_other() {
    let Some(options) = redis().await else { return };
    let master = MasterKey::generate().unwrap();
    let other = RedisOptions { prefix: format!("{}_other", options.prefix), ..options.clone() };
    let [ours, ear] = [(); 2].map(|()| Node::start(&options, &master));
    let theirs = Node::start(&other, &master);
    for node in [&ear, &theirs] {
        node.bus.attend(tenant(1));
        node.is_well().await;
    }
    theirs.tell(tenant(1), "theirs");
    ear.hears(tenant(1), &ours, "ours").await;
    assert_eq!(ear.book.names(tenant(1)).first().map(String::as_str), Some("ours"));
}

#[actix::test]
async fn a_stranger_in_redis_says_nothing_to_us_and_reads_nothing() {
    let Some(options) = redis().await else { return };
    let ours = MasterKey::generate().unwrap();
    let [mouth, ear] = [(); 2].map(|()| Node::start(&options, &ours));
    // He has the address, and not our key.
    let stranger = Node::start(&options, &MasterKey::generate().unwrap());
    for node in [&ear, &stranger] {
        node.bus.attend(tenant(1));
        node.is_well().await;
    }
    stranger.tell(tenant(1), "forged");
    let client = redis::Client::open(options.url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for garbage in [&b""[..], b"garbage", &[1; 17], &[1; 300]] {
        let channel = format!("{}:tenant:{}", options.prefix, tenant(1));
        let _: () =
            redis::cmd("PUBLISH").arg(channel).arg(garbage).query_async(&mut connection).await.unwrap();
    }
    ear.hears(tenant(1), &mouth, "ours").await;
    let mut heard = ear.book.names(tenant(1));
    heard.dedup();
    assert_eq!(heard, ["ours"]);
    assert!(stranger.book.names(tenant(1)).is_empty());
}
