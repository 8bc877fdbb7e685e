//! A connection whose first request may carry characters in its address that have no place there.
//!
//! `curl 'http://…/connectionSpecs?property=name=="acme"'` sends the quotes as they are. The parser below refuses them without
//! a word, so they are percent-encoded before it sees them. That is done for the first request of a connection only: what
//! keeps a connection for several requests encodes them itself.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Longest first line that is looked at; a longer one goes on as it came.
const LONGEST_LINE: usize = 16 << 10;

/// The connection.
pub(super) struct Lenient<S> {
    stream: S,
    first: FirstLine,
}

enum FirstLine {
    /// What has come so far, without an end of a line.
    Coming(Vec<u8>),
    /// To be read, from here on, before the stream goes on.
    Ready(Vec<u8>, usize),
    Past,
}

impl<S> Lenient<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, first: FirstLine::Coming(Vec::new()) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lenient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.first {
                FirstLine::Past => return Pin::new(&mut this.stream).poll_read(context, buffer),
                FirstLine::Ready(bytes, from) => {
                    let rest = &bytes[*from..];
                    let length = rest.len().min(buffer.remaining());
                    buffer.put_slice(&rest[..length]);
                    *from += length;
                    if *from == bytes.len() {
                        this.first = FirstLine::Past;
                    }
                    return Poll::Ready(Ok(()));
                }
                FirstLine::Coming(bytes) => {
                    let mut chunk = [0; 4096];
                    let mut chunk = ReadBuf::new(&mut chunk);
                    ready!(Pin::new(&mut this.stream).poll_read(context, &mut chunk))?;
                    bytes.extend_from_slice(chunk.filled());
                    let ended = chunk.filled().is_empty() || bytes.contains(&b'\n') || bytes.len() > LONGEST_LINE;
                    if bytes.is_empty() {
                        this.first = FirstLine::Past;
                        return Poll::Ready(Ok(()));
                    }
                    if ended {
                        this.first = FirstLine::Ready(encoded(bytes), 0);
                    }
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lenient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// The same with the first line's odd characters percent-encoded; what follows the line stays as it is.
fn encoded(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (line, rest) = bytes.split_at(end);
    let mut encoded = Vec::with_capacity(bytes.len() + 16);
    for byte in line {
        match byte {
            b'"' => encoded.extend_from_slice(b"%22"),
            b'<' => encoded.extend_from_slice(b"%3C"),
            b'>' => encoded.extend_from_slice(b"%3E"),
            other => encoded.push(*other),
        }
    }
    encoded.extend_from_slice(rest);
    encoded
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    fn read(stream: impl AsyncRead + Unpin) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut text = String::new();
        runtime.block_on(Lenient::new(stream).read_to_string(&mut text)).unwrap();
        text
    }

    #[test]
    fn only_the_first_line_is_changed_however_it_arrives() {
        let sent = "GET /?property=name==\"a\"&b<c> HTTP/1.1\r\nx: \"<>\"\r\n\r\n\"body\"";
        let wanted = "GET /?property=name==%22a%22&b%3Cc%3E HTTP/1.1\r\nx: \"<>\"\r\n\r\n\"body\"";
        assert_eq!(read(sent.as_bytes()), wanted);
        for at in [1, 25, 40, 55] {
            let (one, other) = sent.as_bytes().split_at(at);
            assert_eq!(read(one.chain(other)), wanted, "{at}");
        }
    }

    #[test]
    fn what_is_no_request_goes_on_as_it_came() {
        assert_eq!(read(&b""[..]), "");
        assert_eq!(read(&b"\"no end"[..]), "\"no end");
        let long = format!("GET /\"{}", "x".repeat(LONGEST_LINE + 9000));
        assert_eq!(read(long.as_bytes()), long);
    }
}
