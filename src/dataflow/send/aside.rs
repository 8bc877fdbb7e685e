//! Reading on a thread of its own, so that a silent input keeps nobody from ending, nor events from being sent that are there.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use crate::platform::Stop;

/// How much is read at once, and how many such pieces lie ready.
const PIECE: usize = 128 << 10;
const READY: usize = 4;
/// How long a wait for input takes to notice that the run is to end.
const NOTICE: Duration = Duration::from_millis(50);
/// After so long without input, what is there goes out.
const QUIET: Duration = Duration::from_millis(500);

/// An input that is read on another thread.
///
/// Reading gives `WouldBlock` after a while of silence, and can be tried again; it fails once the run is to end.
#[derive(Debug)]
pub(super) struct Aside {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    used: usize,
    stop: Stop,
}

impl Aside {
    /// Begins to read. The thread ends with the input, or when nobody wants more of it.
    pub(super) fn of(mut input: impl Read + Send + 'static, stop: &Stop) -> io::Result<Self> {
        let (sender, pieces) = sync_channel(READY);
        let read = move || {
            loop {
                let mut piece = vec![0; PIECE];
                let read = match input.read(&mut piece) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read,
                };
                let is_last = !matches!(read, Ok(length) if length > 0);
                let read = read.map(|length| {
                    piece.truncate(length);
                    piece
                });
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        };
        thread::Builder::new().name("input".to_owned()).spawn(read)?;
        Ok(Self { pieces, piece: Vec::new(), used: 0, stop: stop.clone() })
    }
}

impl Read for Aside {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let begun = Instant::now();
        while self.used == self.piece.len() {
            if self.stop.is_set() {
                return Err(io::Error::other("the run is to end"));
            }
            match self.pieces.recv_timeout(NOTICE) {
                Ok(piece) => (self.piece, self.used) = (piece?, 0),
                // The end was told by an empty piece.
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) if begun.elapsed() >= QUIET => {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Err(RecvTimeoutError::Timeout) => continue,
            }
            if self.piece.is_empty() {
                return Ok(0);
            }
        }
        let length = into.len().min(self.piece.len() - self.used);
        into[..length].copy_from_slice(&self.piece[self.used..self.used + length]);
        self.used += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_read_aside_is_what_is_there() {
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| number as u8).collect();
        let mut read = Vec::new();
        Aside::of(io::Cursor::new(bytes.clone()), &Stop::default()).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }

    #[test]
    fn silence_is_told_and_an_end_heeded() {
        let (input, mut output) = io::pipe().unwrap();
        let stop = Stop::default();
        let mut aside = Aside::of(input, &stop).unwrap();
        let mut into = [0; 8];
        assert_eq!(aside.read(&mut into).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        output.write_all(b"abc").unwrap();
        assert_eq!(aside.read(&mut into).unwrap(), 3);
        stop.set();
        assert_eq!(aside.read(&mut into).unwrap_err().kind(), io::ErrorKind::Other);
    }
}
