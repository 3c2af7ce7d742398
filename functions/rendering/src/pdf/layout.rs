//! The whole page: texts fitted into the template's blocks, drawn in reading order over the backdrop.

use printpdf::Op;

use super::embed::Glyphs;
use super::emit::{self, Spot};
use super::fit::{Fitted, fit};
use super::ornament::{backdrop, rule};
use super::qr::{Qr, qr_text};
use super::structure::Content;
use super::template::{Align, Block, QR, RULES, Texts, blocks};
use super::{CertificatePage, RenderError};

/// A page ready to be written.
pub(super) struct Composed {
    pub(super) content: Content,
    pub(super) glyphs: Glyphs,
}

/// Lays out the whole page.
pub(super) fn compose(page: &CertificatePage<'_>) -> Result<Composed, RenderError> {
    let texts = Texts::new(page);
    let qr = Qr::new(page.verify_url)?;
    let blocks = blocks(&texts);
    let mut glyphs = Glyphs::default();
    let mut fitted = Vec::with_capacity(blocks.len());
    for block in &blocks {
        let text = fit(block.text, block.face, &block.room)?;
        text.lines.iter().try_for_each(|line| glyphs.claim(line))?;
        fitted.push(text);
    }

    let mut content = Content::default();
    content.artifact(|ops| {
        ops.extend_from_slice(backdrop());
        for (from, to, y, ornament) in RULES {
            rule(ops, from, to, y, ornament);
        }
    });
    for (block, text) in blocks
        .iter()
        .zip(&fitted)
        .filter(|(block, _)| !block.text.is_empty())
    {
        let mut drawn = Ok(());
        content.tagged(block.role, None, |ops| {
            drawn = draw(ops, &glyphs, block, text);
        });
        drawn?;
    }
    let alt = format!("{}: {}", texts.verify, qr_text(page.verify_url));
    content.tagged("Figure", Some(alt), |ops| qr.draw(ops, QR.x, QR.y, QR.side));
    Ok(Composed { content, glyphs })
}

fn draw(
    ops: &mut Vec<Op>,
    glyphs: &Glyphs,
    block: &Block<'_>,
    text: &Fitted,
) -> Result<(), RenderError> {
    // Tall scripts (Devanagari below, Thai and Arabic above) need 1.36 em between baselines.
    let leading = text.size * 1.36;
    let extra = f32::from(u8::try_from(text.lines.len().saturating_sub(1)).unwrap_or(0));
    let mut y = block.y + extra * leading / 2.0;
    for line in &text.lines {
        let width = line.width * text.size / 1000.0;
        let x = match block.align {
            Align::Left => block.x,
            Align::Centre => block.x - width / 2.0,
        };
        emit::line(
            ops,
            glyphs,
            line,
            Spot {
                x,
                y,
                size: text.size,
                ink: block.ink,
            },
        )?;
        y -= leading;
    }
    Ok(())
}
