//! The files that pages load, in the binary, each with a hash of what it holds in its name.

use std::{fmt::Write as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// The style of plots, in pages and by themselves.
pub(super) const PLOT: &str = include_str!("../../web/plot.css");

/// A file that pages load.
pub struct Asset {
    /// Its name, which changes with what it holds.
    pub name: String,
    /// What it is, as a header tells it.
    pub content_type: &'static str,
    /// What it holds.
    pub text: String,
}

impl Asset {
    fn of(stem: &str, end: &str, content_type: &'static str, text: String) -> Self {
        let digest = Sha256::digest(&text);
        let mut name = format!("{stem}-");
        for byte in digest.iter().take(6) {
            let _ = write!(name, "{byte:02x}");
        }
        Self { name: format!("{name}.{end}"), content_type, text }
    }
}

/// The style, and the script.
pub static ASSETS: LazyLock<[Asset; 2]> = LazyLock::new(|| {
    let style = [include_str!("../../web/page.css"), PLOT].concat();
    [
        Asset::of("page", "css", "text/css; charset=utf-8", style),
        Asset::of("page", "js", "text/javascript; charset=utf-8", include_str!("../../web/page.js").to_owned()),
    ]
});

/// What a plot by itself may do: have its own style.
pub static PLOT_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(PLOT));
    format!("default-src 'none'; style-src 'sha256-{hash}'")
});
