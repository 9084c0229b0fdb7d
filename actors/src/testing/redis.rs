//! A part of a Redis for each test, when a server answers.

use std::{env, time::Duration};

use tokio::{net::TcpStream, time::timeout};
use uuid::Uuid;

use crate::bus::RedisOptions;

/// Where the tests look for a server, unless `SWITCHBOARD_TEST_REDIS` names another.
const SERVER: &str = "redis://127.0.0.1:6379";

/// A bus of its own. Without a server: says so and returns `None`. Nothing of it is kept there, so nothing is left behind.
///
/// # Panics
/// Without a server when `SWITCHBOARD_TESTS=all`: then nothing may be skipped.
pub async fn redis() -> Option<RedisOptions> {
    let url = env::var("SWITCHBOARD_TEST_REDIS").unwrap_or_else(|_| SERVER.to_owned());
    let address = url.split("://").nth(1).unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let address = address.split('/').next().unwrap_or_default();
    let answers = timeout(Duration::from_secs(2), TcpStream::connect(address)).await;
    match answers {
        Ok(Ok(_)) => Some(RedisOptions { url, prefix: format!("switchboard_{}", Uuid::now_v7().simple()) }),
        _ if env::var("SWITCHBOARD_TESTS").is_ok_and(|tests| tests == "all") => {
            panic!("SWITCHBOARD_TESTS=all needs a Redis: nobody answers at {address}")
        }
        _ => {
            println!("skipped: no Redis");
            None
        }
    }
}
