//! The address that a pull request is opened at, from the addresses of the remotes. Pure.
//!
//! GitHub and GitLab fill a new pull request's title and text in from the query of its address. Bitbucket Cloud and Azure
//! DevOps document no such thing, and are asked for the branches only.

use std::fmt::{self, Display};

/// The longest address that is made: servers refuse those of more than eight thousand characters.
const LONGEST: usize = 7_500;

/// What answers at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    GitHub,
    GitLab,
    Bitbucket,
    Azure,
}

impl Host {
    /// As JSON says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Bitbucket => "bitbucket",
            Self::Azure => "azure",
        }
    }
}

/// Where a remote is, without who is let in there: neither a user's name nor a password is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    scheme: Scheme,
    host: String,
    port: Option<u16>,
    /// The parts of the path, decoded, without `.git` at the end.
    path: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Ssh,
    Git,
}

impl Project {
    /// Reads the address of a remote; nothing for one on this machine's own disk.
    pub fn read(address: &str) -> Option<Self> {
        let address = address.trim();
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) => {
                let scheme = scheme.to_ascii_lowercase();
                let scheme = scheme.strip_prefix("git+").unwrap_or(&scheme);
                let scheme = match scheme.strip_suffix("+git").unwrap_or(scheme) {
                    "https" => Scheme::Https,
                    "http" => Scheme::Http,
                    "ssh" => Scheme::Ssh,
                    "git" => Scheme::Git,
                    _ => return None,
                };
                (scheme, rest.split(['?', '#']).next().unwrap_or_default().to_owned())
            }
            None => (Scheme::Ssh, as_scp(address)?),
        };
        let (authority, path) = rest.split_once('/')?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
            _ => (authority, None),
        };
        let mut path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        if let Some(last) = path.last_mut()
            && let Some(name) = last.strip_suffix(".git").filter(|name| !name.is_empty())
        {
            *last = name.to_owned();
        }
        let host = host.to_ascii_lowercase();
        (!host.is_empty() && !path.is_empty()).then_some(Self { scheme, host, port, path })
    }

    /// Whether it is reached through ssh, whose own settings may give a host another name.
    pub fn is_ssh(&self) -> bool {
        self.scheme == Scheme::Ssh
    }

    /// The host's name.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The same at another host.
    pub fn at_host(self, host: &str) -> Self {
        Self { host: host.to_ascii_lowercase(), ..self }
    }

    /// What answers there, as far as the host's name tells.
    pub fn kind(&self) -> Option<Host> {
        let host = self.web_host();
        let has = |word: &str| host.split(['.', '-']).any(|label| label == word);
        if host == "bitbucket.org" {
            Some(Host::Bitbucket)
        } else if host == "dev.azure.com" || host.ends_with(".visualstudio.com") {
            Some(Host::Azure)
        } else if host == "github.com" || host.ends_with(".ghe.com") || has("github") || has("ghe") {
            Some(Host::GitHub)
        } else if has("gitlab") {
            Some(Host::GitLab)
        } else {
            None
        }
    }

    /// The name of the repository.
    pub fn repository(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn owner(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    /// The host that people visit: some have one of their own for ssh.
    fn web_host(&self) -> &str {
        match self.host.as_str() {
            "ssh.github.com" | "www.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            "altssh.bitbucket.org" | "www.bitbucket.org" => "bitbucket.org",
            "ssh.dev.azure.com" => "dev.azure.com",
            host => host,
        }
    }

    /// Scheme, host and port that people visit. The port of ssh is not that of the pages.
    fn origin(&self) -> String {
        match (self.scheme, self.port) {
            (Scheme::Http, Some(port)) => format!("http://{}:{port}", self.web_host()),
            (Scheme::Http, None) => format!("http://{}", self.web_host()),
            (Scheme::Https, Some(port)) => format!("https://{}:{port}", self.web_host()),
            _ => format!("https://{}", self.web_host()),
        }
    }

    /// The address of the pages of the repository.
    fn page(&self, host: Host) -> String {
        let joined = |parts: &[String]| parts.iter().map(|part| encoded(part, "")).collect::<Vec<_>>().join("/");
        if host == Host::Azure {
            let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
            // An address for ssh has neither the page's host nor its path.
            if let ["v3", organization, project, repository] = path[..] {
                let path = format!("{}/_git/{}", encoded(project, ""), encoded(repository, ""));
                return match self.host.as_str() {
                    "vs-ssh.visualstudio.com" => {
                        format!("https://{}.visualstudio.com/{path}", encoded(organization, ""))
                    }
                    _ => format!("{}/{}/{path}", self.origin(), encoded(organization, "")),
                };
            }
        }
        format!("{}/{}", self.origin(), joined(&self.path))
    }
}

impl Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
            Scheme::Ssh => "ssh",
            Scheme::Git => "git",
        };
        write!(f, "{scheme}://{}", self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", self.path.join("/"))
    }
}

/// `user@host:path` as `host/path`; nothing for a path of this machine.
fn as_scp(address: &str) -> Option<String> {
    let (host, path) = address.split_once(':')?;
    // A single letter is a drive, and a separator before the colon a path that holds one.
    if host.len() < 2 || host.contains(['/', '\\']) || path.starts_with("//") {
        return None;
    }
    Some(format!("{host}/{path}"))
}

/// What a pull request is to be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Where the branch was pushed.
    pub head: &'a Project,
    pub branch: &'a str,
    /// Where it is to be merged, which may be what `head` is a fork of.
    pub base: &'a Project,
    pub base_branch: &'a str,
    pub title: &'a str,
    pub text: &'a str,
}

/// The address to open a pull request at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub url: String,
    /// Whether title and text are filled in there.
    pub has_title: bool,
    pub has_text: bool,
}

impl Address {
    /// The address of the page for a new pull request.
    pub fn of(host: Host, wanted: &Wanted<'_>) -> Self {
        let whole = Self { url: url(host, wanted, Some(wanted.text)), has_title: true, has_text: true };
        match host {
            Host::Bitbucket | Host::Azure => Self { has_title: false, has_text: false, ..whole },
            Host::GitHub | Host::GitLab if whole.url.len() > LONGEST => {
                Self { url: url(host, wanted, None), has_title: true, has_text: false }
            }
            Host::GitHub | Host::GitLab => whole,
        }
    }
}

fn url(host: Host, wanted: &Wanted<'_>, text: Option<&str>) -> String {
    let Wanted { head, branch, base, base_branch, title, .. } = *wanted;
    let is_fork = (&head.host, &head.path) != (&base.host, &base.path);
    let query = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name, ""), encoded(value, "")));
        pairs.collect::<Vec<_>>().join("&")
    };
    match host {
        Host::GitHub => {
            let mut from = encoded(branch, "/");
            if is_fork && head.repository() == base.repository() {
                from = format!("{}:{from}", encoded(head.owner(), ""));
            } else if is_fork {
                from = format!("{}:{}:{from}", encoded(head.owner(), ""), encoded(head.repository(), ""));
            }
            let mut pairs = vec![("quick_pull", "1"), ("title", title)];
            pairs.extend(text.map(|text| ("body", text)));
            format!("{}/compare/{}...{from}?{}", base.page(host), encoded(base_branch, "/"), query(&pairs))
        }
        Host::GitLab => {
            // GitLab has the page of a fork's project offer what it is a fork of.
            let mut pairs = vec![
                ("merge_request[source_branch]", branch),
                ("merge_request[target_branch]", base_branch),
                ("merge_request[title]", title),
            ];
            pairs.extend(text.map(|text| ("merge_request[description]", text)));
            format!("{}/-/merge_requests/new?{}", head.page(host), query(&pairs))
        }
        Host::Bitbucket => {
            format!("{}/pull-requests/new?{}", head.page(host), query(&[("source", branch), ("dest", base_branch)]))
        }
        Host::Azure => {
            let pairs = [("sourceRef", branch), ("targetRef", base_branch)];
            format!("{}/pullrequestcreate?{}", head.page(host), query(&pairs))
        }
    }
}

/// A text as it stands in an address: all but letters, digits, `-._~` and what is allowed besides as `%XX`.
fn encoded(text: &str, allowed: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || allowed.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A part of a path without `%XX`; as it is where that is no text.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
