//! The picture as an SVG of paths, the badge in an `openbadges:credential` element (Open Badges 3.0, 5.3.2).
//!
//! A JWT goes into the element's `verify` attribute; the body in `CDATA` is for credentials with an embedded proof.

use super::picture::{Picture, SIDE};
use crate::pdf::outline::Step;
use std::fmt::Write as _;

impl Picture {
    /// The SVG with the compact JWS in it.
    pub fn svg(&self, jws: &str) -> String {
        let mut svg = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" \
             aria-labelledby=\"title\"><openbadges:credential verify=\"{}\"></openbadges:credential>\
             <title id=\"title\">{}</title>\n",
            escaped(jws),
            escaped(&self.title),
        );
        for shape in &self.shapes {
            if shape.steps.is_empty() {
                continue;
            }
            let [red, green, blue] = shape.ink;
            write!(svg, "<path fill=\"#{red:02x}{green:02x}{blue:02x}\" d=\"").expect(WRITTEN);
            for step in &shape.steps {
                write_step(&mut svg, *step);
            }
            svg.push_str("\"/>\n");
        }
        svg.push_str("</svg>\n");
        svg
    }
}

const WRITTEN: &str = "a string takes everything";

fn write_step(svg: &mut String, step: Step) {
    let (letter, numbers): (char, &[f32]) = match &step {
        Step::Move(x, y) => ('M', &[*x, *y]),
        Step::Line(x, y) => ('L', &[*x, *y]),
        Step::Quad(x1, y1, x, y) => ('Q', &[*x1, *y1, *x, *y]),
        Step::Cubic(x1, y1, x2, y2, x, y) => ('C', &[*x1, *y1, *x2, *y2, *x, *y]),
        Step::Close => ('Z', &[]),
    };
    svg.push(letter);
    for (at, number) in numbers.iter().enumerate() {
        let gap = if at == 0 { "" } else { " " };
        // A tenth of a unit is a tenth of a pixel at the size of the PNG; minus zero is zero.
        let number = (number * 10.0).round() / 10.0 + 0.0;
        write!(svg, "{gap}{number}").expect(WRITTEN);
    }
}

/// Text of an element or attribute; what XML 1.0 has no place for is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}
