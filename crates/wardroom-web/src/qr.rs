//! A QR code as a small SVG drawing, made here so that no secret leaves for a drawing service.

use askama::filters::HtmlSafe;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// A finished drawing that may stand in a page as it is; only [`svg`] makes one.
#[derive(Clone, Debug, Default)]
pub struct Drawing(String);

impl Drawing {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Display for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Drawing {}

/// The drawing; an empty one when the text does not fit into a code. It has a fixed white ground, so that it can be
/// scanned in the dark theme as well. The caller names it for people who cannot see it.
#[must_use]
pub fn svg(text: &str) -> Drawing {
    let Ok(code) = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M) else { return Drawing::default() };
    let drawing =
        code.render::<svg::Color<'_>>().min_dimensions(160, 160).dark_color(svg::Color("#111")).light_color(svg::Color("#fff")).build();
    // The XML declaration may not stand inside a page.
    Drawing(drawing.find("<svg").and_then(|start| drawing.get(start..)).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_becomes_a_drawing_without_script_or_style() {
        let drawing = super::svg("https://psirt.example/track#7K3M5-Q9XWA").to_string();
        assert!(drawing.starts_with("<svg"));
        assert!(!drawing.contains("style=") && !drawing.contains("<script"));
        assert!(super::svg(&"x".repeat(5_000)).is_empty());
    }
}
