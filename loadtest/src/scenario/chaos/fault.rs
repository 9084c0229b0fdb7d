//! What is done to the nodes and to what they stand on.

use std::time::Duration;

use anyhow::{Context, Result};
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use tokio::time::sleep;

use super::{House, line::State};

/// One kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `kill -9` of one node, which is started again.
    Kill,
    /// Every node in its turn is stopped softly and started again, as a deployment does.
    Deploy,
    RedisAway,
    RedisFrozen,
    /// Every connection to the database breaks.
    DatabaseCut,
    DatabaseFrozen,
}

const ALL: [Fault; 6] = [
    Fault::Kill,
    Fault::Deploy,
    Fault::RedisAway,
    Fault::RedisFrozen,
    Fault::DatabaseCut,
    Fault::DatabaseFrozen,
];

impl Fault {
    /// So many, each kind once before any comes again.
    pub(super) fn draw(random: &mut StdRng, many: usize) -> Vec<Self> {
        let mut drawn = Vec::new();
        while drawn.len() < many {
            let mut all = ALL;
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
            Self::DatabaseCut => "database connections cut",
            Self::DatabaseFrozen => "database frozen",
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
            Self::DatabaseCut => house.database.cut(),
            Self::DatabaseFrozen => pass(house.database, State::Frozen, moment(200, 2_000)).await,
        }
        Ok(())
    }
}

async fn pass(line: &super::line::Line, state: State, lasting: Duration) {
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
        let draw = |seed| Fault::draw(&mut StdRng::seed_from_u64(seed), 12);
        let drawn = draw(7);
        for kind in ALL {
            assert_eq!(drawn[..6].iter().filter(|fault| **fault == kind).count(), 1, "{kind:?}");
            assert_eq!(drawn.iter().filter(|fault| **fault == kind).count(), 2, "{kind:?}");
        }
        assert_eq!(drawn, draw(7));
    }
}
