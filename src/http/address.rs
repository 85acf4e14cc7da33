//! What stands behind the question mark of an address.

use percent_encoding::percent_decode_str;

/// The pairs of an address, in their order; or what is wrong with one.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decoded(name).ok_or("the name of a parameter in the address is not in UTF-8")?;
            let value = decoded(value).ok_or_else(|| format!("`{name}` in the address is not in UTF-8"))?;
            Ok((name, value))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(|text| text.into_owned())
}
