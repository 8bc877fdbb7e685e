//! Signatures: HMAC-SHA256 over the very bytes of a request, with a secret that sender and platform share.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries a signature.
pub const HEADER: &str = "x-hmac-sha256";

/// How a signature is written. The platform's pages leave it open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Hexadecimal digits in lower case.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
}

/// Signs with a secret.
#[derive(Clone)]
pub struct Signer {
    keyed: Hmac<Sha256>,
    encoding: Encoding,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer with this secret; none where it is empty, which would be no secret.
    pub fn new(secret: &[u8], encoding: Encoding) -> Option<Self> {
        let keyed = Hmac::new_from_slice(secret).ok().filter(|_| !secret.is_empty())?;
        Some(Self { keyed, encoding })
    }

    /// The signature of a body, as the header carries it.
    pub fn sign(&self, body: &[u8]) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(body);
        let code = keyed.finalize().into_bytes();
        match self.encoding {
            Encoding::Hex => code.iter().map(|byte| format!("{byte:02x}")).collect(),
            Encoding::Base64 => STANDARD.encode(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1 to 4, 6 and 7: key, data, HMAC-SHA-256. The fifth is about a truncated code.
    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let counted: Vec<u8> = (1..=25).collect();
        let long = b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be \
                     hashed before being used by the HMAC algorithm."
            .as_slice();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counted, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (&[0xaa; 131], long, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
        ];
        for (key, data, expected) in cases {
            assert_eq!(Signer::new(key, Encoding::Hex).unwrap().sign(data), expected);
            let base64 = Signer::new(key, Encoding::Base64).unwrap().sign(data);
            let bytes: Vec<u8> =
                (0..64).step_by(2).map(|at| u8::from_str_radix(&expected[at..at + 2], 16).unwrap()).collect();
            assert_eq!(STANDARD.decode(base64).unwrap(), bytes);
        }
    }

    #[test]
    fn a_secret_is_there_and_does_not_show() {
        assert!(Signer::new(b"", Encoding::Hex).is_none());
        assert!(!format!("{:?}", Signer::new(b"s3cr3t", Encoding::Hex)).contains("s3cr3t"));
    }
}
