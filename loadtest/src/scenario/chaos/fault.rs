//! What is done to the nodes and to what they stand on.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use tokio::time::sleep;

use super::house::House;
use super::line::{Line, State};

/// A node that is told nothing any more says so after five seconds. Before that "ok" means nothing.
const NOTICED: Duration = Duration::from_secs(6);

/// One kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Fault {
    /// `kill -9` of one node, which is started again.
    Kill,
    /// Every node in its turn is stopped softly and started again.
    Deploy,
    /// Nobody reaches Redis, and every connection to it breaks.
    RedisAway,
    /// Redis stands still.
    RedisFrozen,
    /// The way to Redis is long.
    RedisSlow,
    /// What is said to Redis and by it vanishes, and connections stay deaf.
    RedisLost,
    /// `kill -9` of Redis, which is started again.
    RedisRestart,
    /// Every connection to the database breaks.
    DatabaseCut,
    /// The database stands still.
    DatabaseFrozen,
    /// The way to the database is long.
    DatabaseSlow,
    /// What is said to the database and by it vanishes, and connections stay deaf.
    DatabaseLost,
    /// The database crashes and recovers.
    DatabaseRestart,
}

impl Fault {
    /// So many of these kinds, each once before any comes again.
    pub(super) fn draw(random: &mut StdRng, kinds: &[Self], many: usize) -> Vec<Self> {
        let mut drawn = Vec::new();
        while drawn.len() < many && !kinds.is_empty() {
            let mut all = kinds.to_vec();
            all.shuffle(random);
            drawn.extend(all);
        }
        drawn.truncate(many);
        drawn
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill -9 of a node",
            Self::Deploy => "deployment, node by node",
            Self::RedisAway => "Redis away",
            Self::RedisFrozen => "Redis frozen",
            Self::RedisSlow => "Redis slow",
            Self::RedisLost => "Redis unheard",
            Self::RedisRestart => "Redis restarted",
            Self::DatabaseCut => "database connections cut",
            Self::DatabaseFrozen => "database frozen",
            Self::DatabaseSlow => "database slow",
            Self::DatabaseLost => "database unheard",
            Self::DatabaseRestart => "database restarted",
        }
    }

    /// Makes it, and ends it.
    pub(super) async fn strike(self, house: &mut House<'_>, random: &mut StdRng) -> Result<()> {
        let mut moment = |least: u64, most: u64| Duration::from_millis(random.random_range(least..=most));
        match self {
            Self::Kill => {
                let down = moment(100, 1_500);
                let node = random.random_range(0..house.nodes());
                house.node(node)?.kill().await?;
                sleep(down).await;
                house.node(node)?.restart().await.context("the node did not come back")?;
            }
            Self::Deploy => {
                for node in 0..house.nodes() {
                    house.node(node)?.leave().await?;
                    house.node(node)?.restart().await.context("the node did not come back")?;
                }
            }
            Self::RedisAway => pass(house.redis, State::Away, moment(500, 6_000)).await,
            Self::RedisFrozen => pass(house.redis, State::Frozen, moment(500, 8_000)).await,
            Self::RedisSlow => pass(house.redis, State::Slow(moment(20, 500)), moment(1_000, 5_000)).await,
            Self::RedisLost => {
                pass(house.redis, State::Lost, moment(200, 4_000)).await;
                sleep(NOTICED).await;
            }
            Self::RedisRestart => house.restart_redis(moment(100, 3_000)).await?,
            Self::DatabaseCut => house.database.cut(),
            Self::DatabaseFrozen => pass(house.database, State::Frozen, moment(200, 2_000)).await,
            Self::DatabaseSlow => {
                pass(house.database, State::Slow(moment(5, 50)), moment(1_000, 5_000)).await
            }
            Self::DatabaseLost => pass(house.database, State::Lost, moment(100, 2_000)).await,
            Self::DatabaseRestart => house.restart_database(moment(100, 3_000)).await?,
        }
        Ok(())
    }
}

pub(super) async fn pass(line: &Line, state: State, lasting: Duration) {
    line.set(state);
    sleep(lasting).await;
    line.set(State::Good);
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn every_kind_comes_before_any_comes_again_and_a_seed_says_when() {
        let all = Fault::value_variants();
        let draw = |seed| Fault::draw(&mut StdRng::seed_from_u64(seed), all, 2 * all.len());
        let drawn = draw(7);
        for kind in all {
            assert_eq!(drawn[..all.len()].iter().filter(|fault| *fault == kind).count(), 1, "{kind:?}");
            assert_eq!(drawn.iter().filter(|fault| *fault == kind).count(), 2, "{kind:?}");
        }
        assert_eq!(drawn, draw(7));
    }

    #[test]
    fn only_kinds_that_are_wanted_are_drawn() {
        let two = [Fault::Kill, Fault::RedisSlow];
        let drawn = Fault::draw(&mut StdRng::seed_from_u64(7), &two, 5);
        assert!(drawn.len() == 5 && drawn.iter().all(|fault| two.contains(fault)), "{drawn:?}");
        assert!(Fault::draw(&mut StdRng::seed_from_u64(7), &[], 5).is_empty());
    }
}
