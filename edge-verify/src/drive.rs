//! The verifier without a runtime: a request runs until it wants something, says what, and goes on when it is given.
//!
//! Nothing is awaited inside, so the host stays in charge of all waiting: [`begin`] and [`Running::resume`] return at
//! once.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::edge::{Edge, OriginAnswer, Unreachable};
use crate::request::Request;
use crate::response::Response;
use crate::verifier::Verifier;

/// What a request wants from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// The value of this KV key; a missing one is answered by status 404.
    Kv(String),
    /// The origin's answer to a `GET` of this path.
    Origin(String),
    /// The status of the origin's answer to a `GET` of this path; its body is kept for the response.
    Relay(String),
}

/// How far a request has come.
#[derive(Debug)]
pub enum Step {
    /// It is answered.
    Done(Response),
    /// It goes on when it has this.
    Wants(Want, Running),
}

/// A request that waits for something.
pub struct Running {
    future: Pin<Box<dyn Future<Output = Response>>>,
    desk: Arc<Mutex<Desk>>,
}

#[derive(Debug)]
enum Desk {
    Empty,
    Wanted(Want),
    Given(Result<OriginAnswer, Unreachable>),
}

/// Starts on a request at the Unix time `now`.
pub fn begin(verifier: Arc<Verifier>, request: Request, now: u64) -> Step {
    let desk = Arc::new(Mutex::new(Desk::Empty));
    let outside = Outside {
        now,
        desk: Arc::clone(&desk),
    };
    let future = Box::pin(async move { verifier.respond(&outside, &request).await });
    Running { future, desk }.run()
}

impl Running {
    /// Goes on with what was wanted, or with the news that it cannot be had.
    pub fn resume(self, given: Result<OriginAnswer, Unreachable>) -> Step {
        put(&self.desk, Desk::Given(given));
        self.run()
    }

    fn run(mut self) -> Step {
        let mut context = Context::from_waker(Waker::noop());
        match self.future.as_mut().poll(&mut context) {
            Poll::Ready(response) => Step::Done(response),
            Poll::Pending => match put(&self.desk, Desk::Empty) {
                Desk::Wanted(want) => Step::Wants(want, self),
                Desk::Empty | Desk::Given(_) => {
                    unreachable!("a request waits only for what it wants from outside")
                }
            },
        }
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").finish_non_exhaustive()
    }
}

fn put(desk: &Mutex<Desk>, next: Desk) -> Desk {
    std::mem::replace(
        &mut *desk.lock().unwrap_or_else(PoisonError::into_inner),
        next,
    )
}

struct Outside {
    now: u64,
    desk: Arc<Mutex<Desk>>,
}

impl Outside {
    async fn want(&self, want: Want) -> Result<OriginAnswer, Unreachable> {
        let mut want = Some(want);
        std::future::poll_fn(|_| match want.take() {
            Some(want) => {
                put(&self.desk, Desk::Wanted(want));
                Poll::Pending
            }
            None => match put(&self.desk, Desk::Empty) {
                Desk::Given(given) => Poll::Ready(given),
                Desk::Empty | Desk::Wanted(_) => Poll::Ready(Err(Unreachable)),
            },
        })
        .await
    }
}

impl Edge for Outside {
    fn now(&self) -> u64 {
        self.now
    }

    async fn kv(&self, key: &str) -> Result<Option<String>, Unreachable> {
        let answer = self.want(Want::Kv(key.to_owned())).await?;
        Ok((answer.status == 200).then_some(answer.body))
    }

    async fn origin(&self, path: &str) -> Result<OriginAnswer, Unreachable> {
        self.want(Want::Origin(path.to_owned())).await
    }

    async fn relay(&self, path: &str) -> Result<u16, Unreachable> {
        let answer = self.want(Want::Relay(path.to_owned())).await?;
        Ok(answer.status)
    }
}
