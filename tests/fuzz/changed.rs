//! Seeds with random changes, for machines that have no fuzzer: the same on every run.

use std::time::{Duration, Instant};

/// Numbers that look random (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) as usize) % end.max(1)
    }

    /// A part of some bytes, no longer than sixty-four.
    fn part<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let start = self.below(bytes.len() + 1);
        let length = self.below(64).min(bytes.len() - start);
        &bytes[start..start + length]
    }

    /// A seed after a few changes, one of which may bring in a part of another seed.
    fn changed(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = b"{}[]\",:<>/\\=$&;\n\0\xff"[self.below(18)],
                2 => {
                    let end = (at + self.below(64)).min(bytes.len());
                    bytes.drain(at..end);
                }
                3 => {
                    let again = self.part(&bytes).to_vec();
                    bytes.splice(at..at, again);
                }
                4 => {
                    let other = self.below(seeds.len());
                    let part = self.part(&seeds[other]).to_vec();
                    bytes.splice(at..at, part);
                }
                _ => bytes.insert(at.min(bytes.len()), self.below(256) as u8),
            }
        }
        bytes.truncate(16_384);
        bytes
    }
}

/// Holds what must hold to some changed seeds; to as many as there is time for with `SSS_FUZZ_SECONDS`. Says how many.
pub(crate) fn hold(name: &str, seeds: &[Vec<u8>], rounds: usize, holds: fn(&[u8])) -> usize {
    let mut chance = Chance(0x5eed);
    let seconds = std::env::var("SSS_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut done = 0;
    while until.map_or(done < rounds, |until| Instant::now() < until) {
        let bytes = chance.changed(seeds);
        if std::panic::catch_unwind(|| holds(&bytes)).is_err() {
            // The input that broke it is the seed to be. Why it did is told above.
            let path = std::env::temp_dir().join(format!("sss-fuzz-{name}-{}", std::process::id()));
            std::fs::write(&path, &bytes).unwrap();
            panic!("after {done} inputs one breaks it, kept in {}", path.display());
        }
        done += 1;
    }
    done
}
