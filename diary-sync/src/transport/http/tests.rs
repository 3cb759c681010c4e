//! Servers that keep a phone waiting, over real connections.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use super::*;

/// A server that answers one request with a head that announces `length` bytes, and then does what `body` does. Says how
/// many bytes of a body went out before the phone left.
fn server(
    length: usize,
    body: impl FnOnce(&mut TcpStream) -> usize + Send + 'static,
) -> (String, mpsc::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let (sent, told) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/cbor\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let count = body(&mut stream);
        // The test may be over.
        sent.send(count).unwrap_or_default();
    });
    (host, told)
}

async fn ask(host: String, patience: Patience, timeout_s: u32) -> Result<Response, TransportError> {
    let transport = HttpTransport::new().unwrap().with_patience(patience);
    let request = Request {
        method: Method::Get,
        host,
        path: "/v1/vault/log".to_owned(),
        content_type: "application/cbor",
        body: Vec::new(),
        token: None,
        timeout_s,
    };
    transport.send(request).await
}

/// A byte every 50 ms until the phone leaves, at most `most`.
fn trickle(stream: &mut TcpStream, most: usize) -> usize {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    for count in 0..most {
        // The phone sends no more: this read returns its end of the connection.
        if stream.write_all(b"x").is_err() || stream.read(&mut [0; 1]).is_ok() {
            return count;
        }
    }
    most
}

#[tokio::test]
async fn a_server_that_trickles_its_answer_is_left_after_a_total_time() {
    let (host, told) = server(2_000, |stream| trickle(stream, 2_000));
    let patience = Patience { silence: Duration::from_secs(15), bytes_per_s: 1_000 };
    assert_eq!(ask(host, patience, 1).await, Err(TransportError::TimedOut));
    // Each byte in time, and none of the 2,000 but the first few is waited for.
    let sent = tokio::task::spawn_blocking(move || told.recv().unwrap()).await.unwrap();
    assert!(sent < 200, "{sent} of 2,000 bytes");
}

#[tokio::test]
async fn a_server_that_falls_silent_in_its_answer_is_left_before_the_total_time() {
    let (host, _told) = server(10, |stream| {
        stream.write_all(b"x").unwrap();
        // Until the phone is gone.
        stream.read(&mut [0; 1]).unwrap_or(0)
    });
    let patience = Patience { silence: Duration::from_millis(100), bytes_per_s: 1 };
    assert_eq!(ask(host, patience, 3_600).await, Err(TransportError::TimedOut));
}

#[tokio::test]
async fn a_long_answer_that_comes_steadily_buys_the_time_it_takes() {
    let (host, _told) = server(30, |stream| trickle(stream, 30));
    let patience = Patience { silence: Duration::from_secs(15), bytes_per_s: 10 };
    let whole = ask(host, patience, 1).await.unwrap();
    assert_eq!(whole.body, [b'x'; 30]);
    assert_eq!(Patience::USUAL.total(Duration::from_secs(50), Request::REPLY_MAX_BYTES).as_secs(), 50 + 512);
}

#[tokio::test]
async fn an_answer_that_is_announced_too_large_is_not_read() {
    let (host, told) = server(Request::REPLY_MAX_BYTES + 1, |stream| trickle(stream, 1_000));
    assert_eq!(ask(host, Patience::USUAL, 60).await, Err(TransportError::TooLarge));
    let sent = tokio::task::spawn_blocking(move || told.recv().unwrap()).await.unwrap();
    assert!(sent < 200, "{sent} of 1,000 bytes");
}
