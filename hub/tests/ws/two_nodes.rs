//! Two hubs over one store that meet in Redis.

use actors::testing::{eventually, redis};
use migrations::testing::PostgresDatabase;

use super::house::House;

/// The same test on two nodes over SQLite and, when there is a server, over PostgreSQL; nothing without a Redis.
pub(crate) async fn on_two_nodes(settings: &[(&str, &str)], test: impl AsyncFn(&House, &House)) {
    let Some(options) = redis().await else { return };
    let meeting = [("REDIS__URL", options.url.as_str()), ("REDIS__PREFIX", options.prefix.as_str())];
    let settings = [&meeting, settings].concat();
    let mut houses = vec![House::with(&settings).await];
    if let Some(database) = PostgresDatabase::create().await {
        houses.push(House::over(&settings, database).await);
    }
    for one in houses {
        let other = House::on(one.ground.clone()).await;
        for node in [&one, &other] {
            eventually("the nodes meet", async || node.hub.bus.is_healthy().then_some(())).await;
        }
        test(&one, &other).await;
        other.close().await;
        one.close().await;
    }
}
