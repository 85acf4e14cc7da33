//! The address of a page, which is all of its state, and the addresses that its links lead to.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::locale::Locale;

/// What stands in a part of an address as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parameters that say when: links keep them.
const WHEN: [&str; 3] = ["asOf", "knownAt", "revision"];

/// Where a page is found.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// Its path, without the end that asks for a plot.
    pub(super) path: String,
    /// The language it is written in.
    pub(super) locale: Locale,
    /// What stands behind the question mark but the language, without empty values.
    pub(super) pairs: Vec<(String, String)>,
}

impl Address {
    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Another page in the same language, at the same point in time.
    pub(super) fn to(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        let when = self.when().filter(|(name, _)| !pairs.iter().any(|(own, _)| own == name));
        let own = pairs.iter().filter(|(_, value)| !value.is_empty()).copied();
        written(path, own.chain(when).chain([("lang", self.locale.code())]))
    }

    /// Another page in the same language, whatever the point in time of this one.
    pub(super) fn to_timeless(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        written(path, pairs.iter().copied().chain([("lang", self.locale.code())]))
    }

    /// This page with other values; one without a value is left out.
    pub(super) fn with(&self, pairs: &[(&str, &str)]) -> String {
        let kept = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| !pairs.iter().any(|(own, _)| own == name));
        let own = pairs.iter().filter(|(_, value)| !value.is_empty()).copied();
        let language = (!pairs.iter().any(|(name, _)| *name == "lang")).then_some(("lang", self.locale.code()));
        written(&self.path, kept.chain(own).chain(language))
    }

    /// A plot of this page, as an image.
    pub(super) fn plot(&self, name: &str) -> String {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let path = if self.path == "/" { format!("/{name}.svg") } else { format!("{}/{name}.svg", self.path) };
        written(&path, pairs.chain([("lang", self.locale.code())]))
    }

    /// The parameters that say when.
    pub(super) fn when(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| WHEN.contains(name))
    }
}

/// An address of a path and pairs.
pub(super) fn written<'a>(path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (at, (name, value)) in pairs.enumerate() {
        let mark = if at == 0 { '?' } else { '&' };
        let _ = write!(address, "{mark}{}={}", encoded(name), encoded(value));
    }
    address
}

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Whether an address is one of the web: another scheme could do something when it is followed.
pub(super) fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
