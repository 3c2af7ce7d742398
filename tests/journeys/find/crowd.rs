//! Many tickets by 32 clients at once, over HTTP; `make bench` has 10,000 of them opened.

use crate::house::House;
use registrar_tests::crowd::crowd;

const CLIENTS: usize = 32;
const TICKETS: usize = 640;

#[tokio::test(flavor = "multi_thread")]
async fn tickets_of_thirty_two_clients_at_once_are_numbered_counted_and_spread() {
    let house = House::start().await;
    // What follows from tickets is another journey's matter.
    house.platform.lose_stream_records(true).await;
    let done = crowd(&house.platform, CLIENTS, TICKETS).await;
    let done = done.expect("no number twice, no ticket lost, counters as a recount");
    eprintln!(
        "{TICKETS} tickets by {CLIENTS} clients in {:?}",
        done.elapsed
    );
    for (list, counts) in &done.spread {
        eprintln!("{list:40} {counts:?}");
        assert_eq!(counts.len(), 10);
    }
    let sum = |n: usize| done.spread[n].1.iter().sum::<usize>();
    assert_eq!(
        (sum(0), sum(4)),
        (TICKETS, TICKETS),
        "every ticket is in every list"
    );
    assert_eq!(sum(1) + sum(2), TICKETS);
    assert_eq!(
        (sum(2), done.resolved),
        (92, 92),
        "each seventh is resolved"
    );
    // A tenth, and four standard deviations of so few entries as the resolved ones are.
    assert!(
        done.largest_share() <= 0.1 + 4.0 * (0.09 / 92.0_f64).sqrt(),
        "{:?}",
        done.spread
    );
    house.platform.shutdown().await;
}
