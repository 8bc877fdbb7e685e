//! The generator: threads that send requests over connections of their own, one after the other.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    ops::Range,
    thread,
    time::{Duration, Instant},
};

use super::Error;

/// What is sent where.
#[derive(Clone)]
pub(crate) struct Load {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    pub(crate) path: String,
    pub(crate) events: usize,
    /// How many events a request has.
    pub(crate) batch: usize,
}

/// What came of it.
pub(crate) struct Measured {
    pub(crate) took: Duration,
    /// Of each request, sorted.
    pub(crate) latencies: Vec<Duration>,
}

impl Load {
    /// Sends everything, over so many connections.
    pub(crate) fn send(&self, connections: usize) -> Result<Measured, Error> {
        let requests = self.events / self.batch;
        let begun = Instant::now();
        let shares: Vec<Result<Vec<Duration>, Error>> = thread::scope(|scope| {
            let share = |number: usize| requests * number / connections..requests * (number + 1) / connections;
            let threads: Vec<_> =
                (0..connections).map(|number| scope.spawn(move || self.converse(share(number)))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err("a sender panicked".into())))
                .collect()
        });
        let took = begun.elapsed();
        let mut latencies = Vec::with_capacity(requests);
        for share in shares {
            latencies.extend(share?);
        }
        latencies.sort();
        Ok(Measured { took, latencies })
    }

    /// Sends some of the requests over one connection.
    fn converse(&self, numbers: Range<usize>) -> Result<Vec<Duration>, Error> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        let mut answers = BufReader::new(stream.try_clone()?);
        let mut latencies = Vec::with_capacity(numbers.len());
        let (mut request, mut line, mut answer) = (Vec::new(), String::new(), Vec::new());
        for number in numbers {
            let body = self.body(number);
            request.clear();
            write!(
                request,
                "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                self.path,
                self.address,
                body.len(),
            )?;
            let begun = Instant::now();
            stream.write_all(&request)?;
            line.clear();
            answers.read_line(&mut line)?;
            if !matches!(line.get(9..12), Some("200" | "207")) {
                return Err(format!("the answer is `{}`", line.trim()).into());
            }
            let mut length = 0;
            loop {
                line.clear();
                answers.read_line(&mut line)?;
                let Some((name, value)) = line.split_once(':') else { break };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse()?;
                }
            }
            answer.resize(length, 0);
            answers.read_exact(&mut answer)?;
            latencies.push(begun.elapsed());
        }
        Ok(latencies)
    }

    fn body(&self, number: usize) -> String {
        if self.batch == 1 {
            return event(number);
        }
        let messages: Vec<String> = (0..self.batch).map(|at| event(number * self.batch + at)).collect();
        format!("{{\"messages\":[{}]}}", messages.join(","))
    }
}

/// An event as a helpdesk might send it, of some 300 bytes.
fn event(number: usize) -> String {
    format!(
        "{{\"ticket\":{{\"id\":{number},\"subject\":\"Parcel {number} did not arrive\",\"priority\":\"high\",\"tags\":[\"parcel\",\"delay\"],\
         \"open\":true}},\"requester\":{{\"first\":\"Ada\",\"last\":\"Byron\",\"mail\":\"ada-{number}@example.com\",\
         \"born\":{{\"day\":10,\"year\":1815}}}},\"at\":\"2026-01-31T12:00:00Z\"}}"
    )
}
