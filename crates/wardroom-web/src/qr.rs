//! A QR code as a small SVG drawing, made here so that no secret leaves for a drawing service.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The drawing, or `None` when the text does not fit into a code. It has a fixed white ground, so that it can be
/// scanned in the dark theme as well. The caller names it for people who cannot see it.
#[must_use]
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let drawing = code
        .render::<svg::Color<'_>>()
        .min_dimensions(160, 160)
        .dark_color(svg::Color("#111"))
        .light_color(svg::Color("#fff"))
        .build();
    // The XML declaration may not stand inside a page.
    drawing.find("<svg").and_then(|start| drawing.get(start..)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_becomes_a_drawing_without_script_or_style() {
        let drawing = super::svg("https://psirt.example/track#7K3M5-Q9XWA").unwrap_or_default();
        assert!(drawing.starts_with("<svg"));
        assert!(!drawing.contains("style=") && !drawing.contains("<script"));
        assert_eq!(super::svg(&"x".repeat(5_000)), None);
    }
}
