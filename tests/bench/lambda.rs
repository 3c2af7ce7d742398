//! Lambda and `DynamoDB` for one process of a function, as little of them as a start needs.

use crate::{
    Result,
    stub::{self, Reply, Request},
};
use rustls::ServerConfig;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

/// How long a process may take to say something.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a process says.
#[derive(Debug)]
pub(crate) enum Said {
    /// It asked for work, then.
    Next(Instant),
    /// It answered.
    Answer(Vec<u8>),
    /// It failed, at its start or with an event.
    Failed(String),
}

/// The Runtime API for one process.
#[derive(Debug)]
pub(crate) struct Lambda {
    pub(crate) address: SocketAddr,
    said: Receiver<Said>,
    work: Sender<Vec<u8>>,
}

impl Lambda {
    pub(crate) fn start() -> Result<Self> {
        let (say, said) = channel();
        let (work, events) = channel();
        let events = Mutex::new(events);
        let answer = move |request: Request| runtime(request, &say, &events);
        Ok(Self {
            address: stub::serve(None, Arc::new(answer))?,
            said,
            work,
        })
    }

    /// What the process says next.
    pub(crate) fn listen(&self) -> Result<Said> {
        match self.said.recv_timeout(PATIENCE)? {
            Said::Failed(reason) => Err(format!("the function failed: {reason}").into()),
            said => Ok(said),
        }
    }

    /// Waits until the process asks for work; says when that was.
    pub(crate) fn asked(&self) -> Result<Instant> {
        match self.listen()? {
            Said::Next(at) => Ok(at),
            said => Err(format!("the function was to ask for work: {said:?}").into()),
        }
    }

    /// Gives the process an event and waits for the answer and until it asks again.
    pub(crate) fn invoke(&self, event: &[u8]) -> Result<Vec<u8>> {
        self.work.send(event.to_vec())?;
        let Said::Answer(answer) = self.listen()? else {
            return Err("the function asked for more before it answered".into());
        };
        self.asked()?;
        Ok(answer)
    }
}

fn runtime(
    request: Request,
    say: &Sender<Said>,
    events: &Mutex<Receiver<Vec<u8>>>,
) -> Option<Reply> {
    let now = Instant::now();
    let accepted = || {
        Some(Reply {
            status: "202 Accepted",
            headers: String::new(),
            body: Vec::new(),
        })
    };
    if request.method == "GET" && request.path.ends_with("/runtime/invocation/next") {
        say.send(Said::Next(now)).ok()?;
        // The process is parked here until there is work, or for good.
        let body = events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv()
            .ok()?;
        let headers = "content-type: application/json\r\n\
             lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             lambda-runtime-deadline-ms: 9999999999999\r\n\
             lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:bench\r\n";
        return Some(Reply {
            status: "200 OK",
            headers: headers.to_owned(),
            body,
        });
    }
    let said = if request.path.ends_with("/response") {
        Said::Answer(request.body)
    } else {
        Said::Failed(String::from_utf8_lossy(&request.body).into_owned())
    };
    say.send(said).ok()?;
    accepted()
}

/// A `DynamoDB` that has no items.
pub(crate) fn empty_table(tls: Option<Arc<ServerConfig>>) -> Result<SocketAddr> {
    let answer = |_: Request| {
        let headers = "content-type: application/x-amz-json-1.0\r\n".to_owned();
        Some(Reply {
            status: "200 OK",
            headers,
            body: b"{}".to_vec(),
        })
    };
    stub::serve(tls, Arc::new(answer))
}
