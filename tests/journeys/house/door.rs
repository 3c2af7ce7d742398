//! A way to the table that answers some transactions itself, as a table under load does.

use reqwest::{Client, header::HeaderMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A table that takes no more.
pub(crate) const THROTTLED: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"too much"}"#;
/// A transaction that met another one at its first item, which may commit or not.
pub(crate) const MET_ANOTHER: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"Transaction cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}]}"#;

/// What becomes of the next transaction: nothing lets it through, a text is the answer that the table does not give.
type Says = dyn FnMut() -> Option<&'static str> + Send;

/// The way to the table.
pub(crate) struct Door {
    pub(crate) url: String,
    says: Arc<Mutex<Box<Says>>>,
}

impl Door {
    /// A door that lets everything through.
    pub(crate) async fn to(table: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let says: Arc<Mutex<Box<Says>>> = Arc::new(Mutex::new(Box::new(|| None)));
        let (inside, table) = (Arc::clone(&says), table.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (says, table) = (Arc::clone(&inside), table.clone());
                // A connection that ends, ends.
                tokio::spawn(async move { pass(stream, &table, &says).await.ok() });
            }
        });
        Self { url, says }
    }

    /// Asks `says` at each transaction from now on.
    pub(crate) fn says(&self, says: impl FnMut() -> Option<&'static str> + Send + 'static) {
        *self.says.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(says);
    }

    /// Lets so many transactions through and throttles the others.
    pub(crate) fn lets_through(&self, transactions: usize) {
        let mut left = transactions;
        self.says(move || match left.checked_sub(1) {
            Some(fewer) => {
                left = fewer;
                None
            }
            None => Some(THROTTLED),
        });
    }
}

/// Passes requests on and answers back, until the connection ends.
async fn pass(stream: TcpStream, table: &str, says: &Mutex<Box<Says>>) -> std::io::Result<()> {
    let http = Client::new();
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let (mut headers, mut length, mut line) = (HeaderMap::new(), 0, String::new());
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        loop {
            line.clear();
            read.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name.to_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap_or(0),
                "connection" => {}
                // `host` goes along too: it is signed.
                name => {
                    let name: reqwest::header::HeaderName = name.parse().expect("a name");
                    headers.insert(name, value.parse().expect("a value"));
                }
            }
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await?;
        let transaction = headers
            .get("x-amz-target")
            .is_some_and(|target| target.as_bytes().ends_with(b"TransactWriteItems"));
        let said = transaction.then(|| {
            let mut says = says.lock().unwrap_or_else(PoisonError::into_inner);
            says()
        });
        let (status, answer) = if let Some(refusal) = said.flatten() {
            (400, refusal.into())
        } else {
            let sent = http.post(table).headers(headers).body(body).send().await;
            let sent = sent.expect("the table answers");
            (sent.status().as_u16(), sent.bytes().await.expect("a body"))
        };
        let head = format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        write.write_all(head.as_bytes()).await?;
        write.write_all(&answer).await?;
    }
}
