//! HTTP/1.1 as little as needed, so that the load costs the machine little: one request and its whole reply over a
//! connection that is kept open.

use std::io;
use std::net::SocketAddr;

use diary_core::api;
use tokio::net::TcpStream;

const END_OF_HEAD: &[u8] = b"\r\n\r\n";
const LENGTH: &str = "content-length:";

/// Connection that is kept open for all of its requests.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// HTTP reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A push as it goes over the wire.
pub(crate) fn push_request(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
        api::PARCELS,
        api::CBOR,
        body.len()
    );
    [head.as_bytes(), body].concat()
}

impl Connection {
    /// Connects to a server.
    pub(crate) async fn open(to: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a whole request and reads its reply.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<Reply> {
        let mut rest = request;
        while !rest.is_empty() {
            match self.stream.try_write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error),
            }
        }
        self.buffer.clear();
        loop {
            self.read_some().await?;
            if let Some(reply) = whole(&self.buffer)? {
                return Ok(reply);
            }
        }
    }

    async fn read_some(&mut self) -> io::Result<()> {
        let mut piece = [0; 8 * 1024];
        loop {
            match self.stream.try_read(&mut piece) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    self.buffer.extend_from_slice(piece.get(..read).unwrap_or_default());
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.stream.readable().await?,
                Err(error) => return Err(error),
            }
        }
    }
}

/// The reply, once it is all there.
fn whole(bytes: &[u8]) -> io::Result<Option<Reply>> {
    let odd = || io::Error::other("a reply that this client cannot read");
    let Some(end) = bytes.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD) else {
        return Ok(None);
    };
    let (head, after) = bytes.split_at(end + END_OF_HEAD.len());
    let head = std::str::from_utf8(head).map_err(|_| odd())?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(odd)?;
    let length = head.lines().find_map(|line| {
        let line = line.to_ascii_lowercase();
        line.strip_prefix(LENGTH)?.trim().parse::<usize>().ok()
    });
    let body = after.get(..length.ok_or_else(odd)?);
    Ok(body.map(|body| Reply { status, body: body.to_vec() }))
}
