//! The listener of the site's pages.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use serde::Deserialize;

/// Default address of the pages.
pub const DEFAULT_PAGES: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8441);

/// The site's pages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pages {
    /// Address of their listener.
    pub listen: PagesListen,
    /// Address under which browsers reach them, for links: `https://HOST`. Without it, the address of the listener.
    pub public: Option<String>,
}

/// Address of the pages, or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum PagesListen {
    /// No pages.
    Off,
    /// On this address.
    At(SocketAddr),
}

impl Default for PagesListen {
    fn default() -> Self {
        Self::At(DEFAULT_PAGES)
    }
}

impl FromStr for PagesListen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            _ => text.parse().map(Self::At).map_err(|_| "expected an address and port, or off"),
        }
    }
}

impl TryFrom<String> for PagesListen {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl Pages {
    /// No pages.
    #[must_use]
    pub fn off() -> Self {
        Self { listen: PagesListen::Off, public: None }
    }

    /// Address of a path for a browser: under `public`, or under the address of the listener.
    #[must_use]
    pub fn link(&self, is_tls: bool, path: &str) -> String {
        let scheme = if is_tls { "https" } else { "http" };
        match (&self.public, self.listen) {
            (Some(public), _) => format!("{}{path}", public.trim_end_matches('/')),
            (None, PagesListen::At(address)) => format!("{scheme}://{address}{path}"),
            (None, PagesListen::Off) => path.to_owned(),
        }
    }
}
