//! A listener for one call, to test what a client makes of what happens on the wire.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) struct Stub {
    address: String,
    task: JoinHandle<String>,
}

enum Then {
    Answer(String),
    Drop,
    Hold,
    Slam,
}

impl Stub {
    /// Reads a request, writes `answer` and closes.
    pub(crate) async fn answering(answer: &str) -> Self {
        Self::start(Then::Answer(answer.to_owned())).await
    }

    /// Answers `status` with a JSON body.
    pub(crate) async fn json(status: &str, body: &str) -> Self {
        let length = body.len();
        Self::answering(&format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")).await
    }

    /// Reads a request and closes without an answer.
    pub(crate) async fn dropping() -> Self {
        Self::start(Then::Drop).await
    }

    /// Reads a request and never answers.
    pub(crate) async fn silent() -> Self {
        Self::start(Then::Hold).await
    }

    /// Closes without reading.
    pub(crate) async fn slamming() -> Self {
        Self::start(Then::Slam).await
    }

    async fn start(then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            if matches!(then, Then::Slam) {
                return String::new();
            }
            let request = read(&mut stream).await;
            match then {
                Then::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                Then::Drop | Then::Slam => {}
                // Ends when the client has given up and closed.
                Then::Hold => drop(stream.read_to_end(&mut Vec::new()).await),
            }
            request
        });
        Self { address, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request that came, head and body.
    pub(crate) async fn request(self) -> String {
        self.task.await.unwrap()
    }
}

/// An address where nothing listens.
pub(crate) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")
                        .map(|rest| rest.trim().to_owned())
                })
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text.into_owned();
            }
        }
        let read = stream.read_buf(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
}
