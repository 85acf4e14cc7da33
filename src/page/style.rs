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
    fn new(stem: &str, end: &str, content_type: &'static str, text: String) -> Self {
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
        Asset::new("page", "css", "text/css; charset=utf-8", style),
        Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("../../web/page.js").to_owned()),
    ]
});

/// What a plot by itself may do: have its own style.
pub static PLOT_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(PLOT));
    format!("default-src 'none'; style-src 'sha256-{hash}'")
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The colours of a style: in light, and in dark.
    fn colours(style: &str) -> [BTreeMap<&str, u32>; 2] {
        let (light, dark) = style.split_once("@media (prefers-color-scheme: dark)").expect("a dark theme");
        let dark = dark.split("\n}").next().expect("an end");
        [light, dark].map(|style| {
            let declared = style.split("--").skip(1).filter_map(|rest| rest.split_once(": #"));
            let colour =
                |(name, rest): (&'static str, &str)| Some((name, u32::from_str_radix(rest.get(..6)?, 16).ok()?));
            declared.filter_map(|(name, rest)| colour((Box::leak(name.to_owned().into_boxed_str()), rest))).collect()
        })
    }

    /// How far two colours are apart, as WCAG 2.2 has it: from 1 to 21.
    fn contrast(one: u32, other: u32) -> f64 {
        let luminance = |colour: u32| {
            let channel = |shift: u32| {
                let value = f64::from((colour >> shift) & 0xff) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn are_apart(style: &str, grounds: &[&str], of: &[&str], least: f64) {
        for colours in colours(style) {
            for (ground, name) in grounds.iter().flat_map(|ground| of.iter().map(move |name| (ground, name))) {
                let apart = contrast(colours[name], colours[ground]);
                assert!(apart >= least, "{name} on {ground}: {apart:.2}, expected {least}");
            }
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((contrast(0, 0xff_ff_ff) - 21.0).abs() < 1e-9);
        assert!((contrast(0x77_77_77, 0xff_ff_ff) - 4.48).abs() < 0.01);
    }

    #[test]
    fn texts_and_marks_are_told_from_their_ground() {
        let page = include_str!("../../web/page.css");
        are_apart(page, &["ground", "raised"], &["ink", "quiet", "link"], 4.5);
        are_apart(page, &["added", "gone"], &["ink"], 4.5);
        are_apart(PLOT, &["ground"], &["ink", "quiet", "event"], 4.5);
        // What is presumed has an outline of the colour of what is confirmed.
        let marks = [
            "confirmed",
            "unknown",
            "published",
            "joined",
            "left",
            "excluded",
            "eligible",
            "candidacy",
            "ceased",
            "partner",
        ];
        are_apart(PLOT, &["ground"], &marks, 3.0);
    }

    #[test]
    fn files_are_small_and_named_by_what_they_hold() {
        assert!(ASSETS.iter().all(|asset| asset.text.len() < 12_000));
        let script = ASSETS.iter().find(|asset| asset.name.ends_with(".js")).expect("the script");
        assert!(script.text.len() <= 8_000, "{} bytes", script.text.len());
        let digest = Sha256::digest(&script.text);
        assert!(script.name.starts_with(&format!("page-{:02x}{:02x}", digest[0], digest[1])), "{}", script.name);
    }
}
