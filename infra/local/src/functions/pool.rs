//! The processes of one function and the invocations that wait for them.

use super::Outcome;
use super::process::{Launch, watch};
use crate::clock::Pulse;
use crate::template::Function;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;

/// How long a process may take until it asks for work the first time, as on Lambda.
const START_LIMIT: Duration = Duration::from_secs(10);

/// An event that a process is to answer.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) id: String,
    pub(super) event: Bytes,
    reply: oneshot::Sender<Outcome>,
}

/// What a parked `next` gets: the id, the event and the deadline (milliseconds since the epoch).
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: String,
    pub(super) event: Bytes,
    pub(super) deadline_ms: u128,
}

#[derive(Debug)]
struct Current {
    id: String,
    reply: oneshot::Sender<Outcome>,
    timer: AbortHandle,
}

#[derive(Debug)]
struct Worker {
    kill: Arc<Notify>,
    process: Option<u32>,
    parked: Option<oneshot::Sender<Work>>,
    current: Option<Current>,
    /// Has asked for work at least once.
    ready: bool,
}

#[derive(Debug, Default)]
struct State {
    workers: BTreeMap<u64, Worker>,
    waiting: VecDeque<Invocation>,
    /// Parked processes, the last one used first: it is warm.
    idle: Vec<u64>,
    next_worker: u64,
    in_flight: usize,
    stopped: bool,
}

/// See the module of functions.
#[derive(Debug)]
pub(crate) struct Pool {
    function: Function,
    launch: Launch,
    limit: usize,
    pulse: Arc<Pulse>,
    state: Mutex<State>,
}

impl Pool {
    pub(super) fn new(
        function: Function,
        launch: Launch,
        limit: usize,
        pulse: Arc<Pulse>,
    ) -> Arc<Self> {
        Arc::new(Self {
            function,
            launch,
            limit,
            pulse,
            state: Mutex::new(State::default()),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn function(&self) -> &Function {
        &self.function
    }

    pub(super) fn region(&self) -> &str {
        self.launch
            .environment
            .get("AWS_REGION")
            .map_or("us-east-1", String::as_str)
    }

    pub(super) fn in_flight(&self) -> usize {
        self.state().in_flight
    }

    pub(super) fn process_ids(&self) -> Vec<u32> {
        self.state()
            .workers
            .values()
            .filter_map(|worker| worker.process)
            .collect()
    }

    pub(super) async fn invoke(self: &Arc<Self>, event: Bytes) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let invocation = Invocation {
            id: uuid::Uuid::new_v4().to_string(),
            event,
            reply,
        };
        {
            let mut state = self.state();
            if state.stopped {
                return Outcome::Crashed("the platform is stopping".into());
            }
            state.in_flight += 1;
            if let Some(waiting) = self.hand_over(&mut state, invocation) {
                state.waiting.push_back(waiting);
                let starting = state
                    .workers
                    .values()
                    .filter(|worker| !worker.ready)
                    .count();
                if state.waiting.len() > starting && state.workers.len() < self.limit {
                    self.start_worker(&mut state);
                }
            }
        }
        self.pulse.beat();
        // The count falls also when the caller gives up waiting.
        let _ended = Ended(self);
        answer
            .await
            .unwrap_or_else(|_| Outcome::Crashed("the process is gone".into()))
    }

    /// Gives the invocation to an idle process, or back when there is none.
    fn hand_over(
        self: &Arc<Self>,
        state: &mut State,
        mut invocation: Invocation,
    ) -> Option<Invocation> {
        while let Some(id) = state.idle.pop() {
            let Some(worker) = state.workers.get_mut(&id) else {
                continue;
            };
            let Some(parked) = worker.parked.take() else {
                continue;
            };
            let work = self.begin(id, worker, invocation);
            let Err(back) = parked.send(work) else {
                return None;
            };
            // The process went away while parked: its `next` is closed.
            let current = worker.current.take();
            let reply = current.map(|current| {
                current.timer.abort();
                current.reply
            });
            invocation = Invocation {
                id: back.id,
                event: back.event,
                reply: reply?,
            };
        }
        Some(invocation)
    }

    fn begin(self: &Arc<Self>, id: u64, worker: &mut Worker, invocation: Invocation) -> Work {
        let timeout = self.function.timeout;
        let pool = Arc::clone(self);
        let timer = tokio::spawn(async move {
            tokio::time::sleep(timeout).await;
            pool.time_out(id);
        });
        worker.current = Some(Current {
            id: invocation.id.clone(),
            reply: invocation.reply,
            timer: timer.abort_handle(),
        });
        let deadline = SystemTime::now() + timeout;
        let deadline_ms = deadline
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        Work {
            id: invocation.id,
            event: invocation.event,
            deadline_ms,
        }
    }

    fn time_out(&self, id: u64) {
        let mut state = self.state();
        if let Some(worker) = state.workers.get_mut(&id)
            && let Some(current) = worker.current.take()
        {
            tracing::warn!(
                function = self.function.logical_id,
                request.id = current.id,
                "timed out"
            );
            // Nobody may be waiting any more, as when a client hung up.
            let _ = current.reply.send(Outcome::TimedOut);
            worker.kill.notify_one();
        }
    }

    fn start_worker(self: &Arc<Self>, state: &mut State) {
        let id = state.next_worker;
        state.next_worker += 1;
        let kill = Arc::new(Notify::new());
        match self.launch.spawn(id) {
            Err(error) => {
                let reason = format!("{}: {error}", self.launch.binary.display());
                tracing::error!(function = self.function.logical_id, %reason, "cannot start");
                if state.workers.is_empty() {
                    fail_all(state, &reason);
                }
            }
            Ok(child) => {
                let process = child.id();
                let worker = Worker {
                    kill: Arc::clone(&kill),
                    process,
                    parked: None,
                    current: None,
                    ready: false,
                };
                state.workers.insert(id, worker);
                let pool = Arc::clone(self);
                tokio::spawn(async move {
                    let watched = watch(child, Arc::clone(&kill));
                    tokio::pin!(watched);
                    let reason = tokio::select! {
                        reason = &mut watched => reason,
                        () = tokio::time::sleep(START_LIMIT) => {
                            if !pool.is_ready(id) {
                                kill.notify_one();
                            }
                            watched.await
                        }
                    };
                    pool.ended(id, &reason);
                });
            }
        }
    }

    fn is_ready(&self, id: u64) -> bool {
        self.state()
            .workers
            .get(&id)
            .is_some_and(|worker| worker.ready)
    }

    /// A process ended: its invocation fails, the waiting ones get another process unless it never became ready.
    fn ended(self: &Arc<Self>, id: u64, reason: &str) {
        let mut state = self.state();
        let Some(worker) = state.workers.remove(&id) else {
            return;
        };
        state.idle.retain(|idle| *idle != id);
        tracing::debug!(function = self.function.logical_id, reason, "process ended");
        if let Some(current) = worker.current {
            current.timer.abort();
            let _ = current.reply.send(Outcome::Crashed(reason.to_owned()));
        }
        if state.stopped {
            fail_all(&mut state, reason);
        } else if !state.waiting.is_empty() && state.workers.is_empty() {
            if worker.ready {
                self.start_worker(&mut state);
            } else {
                fail_all(
                    &mut state,
                    &format!(
                        "it did not start: {reason}; see {}",
                        self.launch.log.display()
                    ),
                );
            }
        }
        drop(state);
        self.pulse.beat();
    }

    /// A process asks for work. `None`: it is not one of ours any more.
    pub(super) fn next(self: &Arc<Self>, id: u64) -> Option<oneshot::Receiver<Work>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        let State {
            workers,
            waiting,
            idle,
            ..
        } = &mut *state;
        let worker = workers.get_mut(&id)?;
        worker.ready = true;
        // An invocation whose caller gave up is not begun.
        while waiting
            .front()
            .is_some_and(|invocation| invocation.reply.is_closed())
        {
            waiting.pop_front();
        }
        if let Some(invocation) = waiting.pop_front() {
            let work = self.begin(id, worker, invocation);
            // The receiver is handed out below.
            let _ = sender.send(work);
        } else {
            worker.parked = Some(sender);
            idle.push(id);
        }
        Some(receiver)
    }

    /// A process answers; `false` when it is not working on that request.
    pub(super) fn answer(&self, id: u64, request: &str, outcome: Outcome) -> bool {
        let mut state = self.state();
        let Some(worker) = state.workers.get_mut(&id) else {
            return false;
        };
        if worker
            .current
            .as_ref()
            .is_none_or(|current| current.id != request)
        {
            return false;
        }
        if let Some(current) = worker.current.take() {
            current.timer.abort();
            let _ = current.reply.send(outcome);
        }
        true
    }

    /// A process says that it cannot start.
    pub(super) fn init_error(&self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        tracing::error!(function = self.function.logical_id, error = %text, "the function cannot start");
    }

    /// Adds a process that the platform did not start: tests speak the Runtime API themselves.
    #[cfg(test)]
    pub(super) fn adopt(&self) -> u64 {
        let mut state = self.state();
        let id = state.next_worker;
        state.next_worker += 1;
        let kill = Arc::new(Notify::new());
        state.workers.insert(
            id,
            Worker {
                kill,
                process: None,
                parked: None,
                current: None,
                ready: false,
            },
        );
        id
    }

    pub(super) async fn stop(&self) {
        let mut changes = self.pulse.listen();
        let mut watched = 0;
        {
            let mut state = self.state();
            state.stopped = true;
            fail_all(&mut state, "the platform is stopping");
            for worker in state.workers.values() {
                worker.kill.notify_one();
                watched += usize::from(worker.process.is_some());
            }
        }
        while watched > 0
            && self
                .state()
                .workers
                .values()
                .any(|worker| worker.process.is_some())
        {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

fn fail_all(state: &mut State, reason: &str) {
    for invocation in state.waiting.drain(..) {
        let _ = invocation.reply.send(Outcome::Crashed(reason.to_owned()));
    }
}

/// Counts an invocation's end, however it comes.
struct Ended<'a>(&'a Pool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        drop(state);
        self.0.pulse.beat();
    }
}
