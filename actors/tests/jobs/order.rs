//! Within a key one after the other, in the order of the log.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use actors::{
    jobs::{Outcome, Rules},
    testing::{House, People},
};
use entities::job::JobStatus;
use futures::future::join_all;

use super::{job, kinds::Told, owe, reaches, stored, worker};

#[actix::test]
async fn many_workers_do_every_job_once_and_those_of_a_key_in_order() {
    const LINES: u64 = 5;
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let kind = Told::timer();
        let workers = [&one, &one, &other].map(|node| worker(node, kind.clone()));
        let mut ids = Vec::new();
        for number in 0..60 {
            let key = format!("line-{}", number % LINES);
            // Due by the clock of the node that owes it: by another's it might have to wait for its time.
            let node = if number % 2 == 0 { &one } else { &other };
            let owed = job(node, "wake", Some(&key), number);
            let free = job(node, "wake", None, 1000 + number);
            ids.extend([owed.id, free.id]);
            owe(node, &people, vec![owed, free]).await;
        }
        join_all(ids.iter().map(|id| reaches(&one, &people, *id, JobStatus::Done))).await;
        let ran = kind.ran();
        assert_eq!((ran.len(), ran.iter().collect::<BTreeSet<_>>().len()), (120, 120), "each once");
        for line in 0..LINES {
            let of_line: Vec<u64> =
                ran.iter().copied().filter(|number| *number < 1000 && number % LINES == line).collect();
            assert!(of_line.is_sorted(), "{of_line:?}");
        }
        for worker in workers {
            worker.drain(Duration::from_secs(5)).await;
        }
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn those_behind_a_job_that_waits_for_its_next_attempt_do_not_overtake_it() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let stumbles = |job: &actors::jobs::Due| match (job.payload.as_str(), job.attempt) {
            ("1", 1) => Outcome::Retry { why: "busy".to_owned(), after: Some(Duration::from_secs(60)) },
            _ => Outcome::Done,
        };
        let kind = Arc::new(Told::new("wake", Rules::timer(), stumbles));
        let worker = worker(&node, kind.clone());
        let [first, second, free] =
            [(Some("k"), 1), (Some("k"), 2), (Some("other"), 3)].map(|(key, n)| job(&node, "wake", key, n));
        owe(&node, &people, vec![first.clone(), second.clone()]).await;
        owe(&node, &people, vec![free.clone()]).await;
        reaches(&node, &people, free.id, JobStatus::Done).await;
        let waiting = reaches(&node, &people, first.id, JobStatus::Ready).await;
        assert_eq!((waiting.attempts, waiting.last_error.as_deref()), (1, Some("busy")));
        assert_eq!(stored(&node, &people, second.id).await.status, JobStatus::Blocked);
        node.clock.advance(Duration::from_secs(90));
        reaches(&node, &people, second.id, JobStatus::Done).await;
        assert_eq!(kind.ran().into_iter().filter(|number| *number < 3).collect::<Vec<_>>(), [1, 1, 2]);
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}
