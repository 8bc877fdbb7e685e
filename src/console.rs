//! Where output goes: results on standard output, progress and messages on standard error.
//!
//! The one place that writes to either. A closed pipe is a reader that has seen enough, never a panic.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::{
    cli::{Color, Global},
    error::Error,
    report::{self, Look},
    style::{ERROR, NOTE},
};

/// How much of a long result is written at once.
const PIECE: usize = 64 * 1024;

/// Results on standard output, progress on standard error, both in or without colour.
#[derive(Debug)]
pub struct Console {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
    verbose: u8,
    json: bool,
    closed: bool,
    /// Why the result could not be written, where its reader did not just leave.
    failed: Option<io::Error>,
}

impl Console {
    /// A console on the process's own streams.
    pub fn new(global: &Global) -> Self {
        let (out, err) = match global.color {
            Color::Auto => (AutoStream::auto(io::stdout()), AutoStream::auto(io::stderr())),
            Color::Always => {
                (AutoStream::new(io::stdout(), ColorChoice::Always), AutoStream::new(io::stderr(), ColorChoice::Always))
            }
            Color::Never => {
                (AutoStream::new(io::stdout(), ColorChoice::Never), AutoStream::new(io::stderr(), ColorChoice::Never))
            }
        };
        Self { out, err, quiet: global.quiet, verbose: global.verbose, json: global.json, closed: false, failed: None }
    }

    /// Whether the result is wanted as one JSON object.
    pub fn json(&self) -> bool {
        self.json
    }

    /// How often `-v` was given.
    pub fn verbose(&self) -> u8 {
        self.verbose
    }

    /// Whether a question can be asked and will be seen.
    pub fn interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether standard output keeps colours.
    pub fn colored(&self) -> bool {
        !matches!(self.out.current_choice(), ColorChoice::Never)
    }

    /// What whoever reads standard output can show. Words are links on a terminal only, even where colours are wanted in
    /// a file.
    pub fn look(&self) -> Look {
        let colored = self.colored();
        Look { colored, linked: colored && io::stdout().is_terminal() && supports_hyperlinks::supports_hyperlinks() }
    }

    /// Writes a piece of the result, as it is.
    pub fn print(&mut self, text: &str) {
        if !self.closed {
            let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
            self.heed(written);
        }
    }

    /// Writes a result while it is made, so that a long one is neither waited for nor kept.
    pub fn stream(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if !self.closed {
            let mut out = BufWriter::with_capacity(PIECE, &mut self.out);
            let written = write(&mut out).and_then(|()| out.flush());
            // What could not be written is not tried once more.
            let _ = out.into_parts();
            self.heed(written);
        }
    }

    /// After a failure nothing more is written: half of a result is none.
    fn heed(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.closed = true;
            self.failed = Some(error).filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
        }
    }

    /// Whether the result was written. A reader that left before the end wanted no more of it, and is no failure.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.failed.take().map_or(Ok(()), |source| Err(Error::Output { source }))
    }

    /// Whether standard error keeps colours.
    pub fn told_in_color(&self) -> bool {
        !matches!(self.err.current_choice(), ColorChoice::Never)
    }

    /// Writes a piece of the result byte for byte, whatever characters are in it: for a program that reads it.
    pub fn print_exactly(&mut self, bytes: &[u8]) {
        if !self.closed {
            let mut out = self.out.as_inner();
            let written = out.write_all(bytes).and_then(|()| out.flush());
            self.heed(written);
        }
    }

    /// Whether whoever read the result has seen enough.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Takes away what stands on the terminal, for a result that replaces it; elsewhere everything stays.
    pub fn clear(&mut self) {
        /// The whole screen, what was rolled out of it, and to its first place.
        const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";
        let mut out = io::stdout();
        if out.is_terminal() {
            let written = out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush());
            self.heed(written);
        }
    }

    /// Writes a line of the result.
    pub fn line(&mut self, text: &str) {
        self.print(&format!("{text}\n"));
    }

    /// Writes the result as one JSON document.
    pub fn print_json(&mut self, value: &serde_json::Value) {
        self.line(&format!("{value:#}"));
    }

    /// Tells a person how the work goes; silent with `--quiet`.
    pub fn progress(&mut self, text: &str) {
        if !self.quiet {
            self.message(text);
        }
    }

    /// The same voice for what speaks from elsewhere, such as an observer of requests.
    pub fn teller(&self) -> Teller {
        Teller { choice: self.err.current_choice(), quiet: self.quiet, over_a_line: false }
    }

    /// Tells a person what must be told even with `--quiet`.
    pub fn message(&mut self, text: &str) {
        // A person who closed standard error cannot be told about it.
        let _ = writeln!(self.err, "{text}");
    }

    /// Tells a person why a verb ended early, and what to do next.
    pub fn error(&mut self, error: &Error) {
        let mut text = format!("{ERROR}error{ERROR:#}: {error}");
        if let Some((document, span)) = error.excerpt() {
            text.push_str(&format!("\n{}", report::excerpt(document, span, true)));
        }
        if let Some(help) = error.help() {
            for line in help.lines() {
                text.push_str(&format!("\n  {NOTE}help{NOTE:#}: {line}"));
            }
        }
        self.message(&text);
    }
}

/// Tells a person how the work goes, from wherever it is done.
#[derive(Debug, Clone, Copy)]
pub struct Teller {
    choice: ColorChoice,
    quiet: bool,
    /// Whether [`Teller::show`] may have left a line where the next one is told.
    over_a_line: bool,
}

impl Teller {
    /// The same voice beside a line that is shown over and over.
    pub fn beside_a_line(self) -> Self {
        Self { over_a_line: true, ..self }
    }

    /// Whether a line that is written over and over is seen as one.
    pub fn is_live(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Shows a line in the place of the last one shown so, on a terminal; an empty one takes it away.
    pub fn show(&self, text: &str) {
        /// To the first column, and the whole line.
        const CLEAR: &str = "\r\x1b[2K";
        if self.is_live() {
            let mut err = io::stderr();
            let _ = write!(err, "{CLEAR}{text}").and_then(|()| err.flush());
        }
    }

    /// Tells a line or more; silent with `--quiet`.
    pub fn progress(&self, text: &str) {
        if !self.quiet {
            if self.over_a_line {
                self.show("");
            }
            // A person who closed standard error cannot be told about it.
            let _ = writeln!(AutoStream::new(io::stderr(), self.choice), "{text}");
        }
    }
}
