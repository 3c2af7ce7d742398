//! The least HTTP/1.1 server: a thread a connection, bodies with a length, connections kept.

use crate::Result;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// The longest body that is read.
const LIMIT: usize = 8 << 20;

/// A request as far as a stub looks at it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// Status line, further header lines (each ends with `\r\n`) and body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: &'static str,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

/// What a stub does with a request; `None` closes the connection.
pub(crate) type Answer = Arc<dyn Fn(Request) -> Option<Reply> + Send + Sync>;

/// Serves `answer` on a port of its own until the program ends.
pub(crate) fn serve(tls: Option<Arc<ServerConfig>>, answer: Answer) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().map_while(io::Result::ok) {
            let (tls, answer) = (tls.clone(), Arc::clone(&answer));
            thread::spawn(move || {
                // A client that goes away ends its connection, and that is all.
                let _ = connection(stream, tls, &answer);
            });
        }
    });
    Ok(address)
}

fn connection(stream: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &Answer) -> Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => exchange(stream, answer),
        Some(config) => exchange(
            StreamOwned::new(ServerConnection::new(config)?, stream),
            answer,
        ),
    }
}

fn exchange(stream: impl Read + Write, answer: &Answer) -> Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream)? {
        let Some(Reply {
            status,
            headers,
            body,
        }) = answer(request)
        else {
            break;
        };
        let length = body.len();
        let mut bytes =
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n").into_bytes();
        bytes.extend(body);
        stream.get_mut().write_all(&bytes)?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// The next request; `None` when the client has closed.
fn read(stream: &mut impl BufRead) -> Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = words.next().zip(words.next()).ok_or("no request line")?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    if length > LIMIT {
        return Err("a body is too long".into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(Request { method, path, body }))
}
